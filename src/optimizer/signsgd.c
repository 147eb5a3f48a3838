/* signsgd.c -- theta -= rate sign(g), each coordinate; sign(0) = 0.

   The metric is |g|; where it is 0 the coordinate does not move.
   Source: J. Bernstein, Y.-X. Wang, K. Azizzadenesheli, A. Anandkumar, signSGD, ICML 2018, algorithm 1. */
#include "update.h"

static inline double sign(double x)
{
    const double up = x > 0 ? 1 : x; /* what is no number stays none */
    return x < 0 ? -1 : up;
}

WIDE static void update(const tepui_step *s)
{
    double rate[TEPUI_LANES];
    LANES(j) rate[j] = s->rate[j];
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) LANES(j) s->theta[i + j] -= rate[j] * sign(s->g[i + j]);
}

WIDE static void metric(const tepui_step *s, double *d)
{
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) LANES(j) d[i + j] = fabs(s->g[i + j]);
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, 0}, 0.9, "1 - 0.1 (1 - 1 + 1 + 0)"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_signsgd = {
    .kind = {.name = "signsgd",
             .doc = "the same step in every coordinate, along the sign of the gradient",
             .source = "Bernstein et al., ICML 2018, algorithm 1"},
    .minibatch = 1,
    .update = update,
    .metric = metric,
    .metric_degree = 1,
    .kat = kat,
};
