/* clipped_gd.c -- gradient descent with gradients cut to a length: theta -= rate g min(1, threshold/|g|).

   |g| is the norm of the whole gradient, over all points. D = max(1, |g|/threshold), a number without unit.
   Source: R. Pascanu, T. Mikolov, Y. Bengio, On the difficulty of training recurrent neural networks, ICML 2013,
   algorithm 1. */
#include "update.h"

/* of the norm over the threshold */
static inline double excess(const tepui_step *s, size_t j)
{
    return s->norm[j] * s->unit[j] / s->param[0];
}

WIDE static void update(const tepui_step *s)
{
    double step[TEPUI_LANES];
    for (size_t j = 0; j < TEPUI_LANES; j++)
        step[j] = s->rate[j] * (excess(s, j) > 1 ? s->param[0] / s->norm[j] : s->unit[j]);
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) LANES(j) s->theta[i + j] -= step[j] * s->g[i + j];
}

WIDE static void metric(const tepui_step *s, double *d)
{
    double length[TEPUI_LANES];
    for (size_t j = 0; j < TEPUI_LANES; j++) length[j] = excess(s, j) > 1 ? excess(s, j) : 1;
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) LANES(j) d[i + j] = length[j];
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, NAN}, 0.95, "1 - 0.1 (1 - 1 + 0.5)"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_clipped_gd = {
    .kind = {.name = "clipped_gd",
             .doc = "gradient descent with long gradients cut to a length",
             .source = "Pascanu, Mikolov, Bengio, ICML 2013, algorithm 1",
             .params = {{"threshold", "greatest norm of the gradient", 1, 0, INFINITY, 1, 1, 0}}},
    .needs_norm = 1,
    .update = update,
    .metric = metric,
    .kat = kat,
};
