/* normalised_gd.c -- steps of one length along the gradient: theta -= rate g/|g|, and none where g = 0.

   |g| is the norm of the whole gradient, over all points, and the metric; where it is 0 nothing moves.
   Source: Y. Nesterov, Minimization methods for nonsmooth convex and quasiconvex functions, 1984; E. Hazan, K. Y. Levy,
   S. Shalev-Shwartz, Beyond convexity: stochastic quasi-convex optimization, NIPS 2015. */
#include "update.h"

WIDE static void update(const tepui_step *s)
{
    double step[TEPUI_LANES];
    LANES(j) step[j] = s->rate[j] / divisor(s->norm[j]);
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) LANES(j) s->theta[i + j] -= step[j] * s->g[i + j];
}

WIDE static void metric(const tepui_step *s, double *d)
{
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) LANES(j) d[i + j] = s->norm[j];
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, 0}, 0.9, "1 - 0.1 (1 - 1 + 1 + 0)"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_normalised_gd = {
    .kind = {.name = "normalised_gd",
             .doc = "steps of one length along the gradient",
             .source = "Nesterov 1984; Hazan, Levy, Shalev-Shwartz, NIPS 2015"},
    .needs_norm = 1,
    .update = update,
    .metric = metric,
    .metric_degree = 1,
    .kat = kat,
};
