/* adagrad.c -- steps over the root of the sum of all squares: v += g^2, theta -= rate g / (sqrt(v) + epsilon).

   Source: J. Duchi, E. Hazan, Y. Singer, Adaptive subgradient methods, JMLR 12 (2011), diagonal form; PyTorch. */
#include "update.h"

WIDE static void update(const tepui_step *s)
{
    double *const v = s->state[0], epsilon[TEPUI_LANES];
    LANES(j) epsilon[j] = in_units(s->param[0], s->unit[j]);
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) {
        LANES(j)
        {
            v[i + j] += s->g[i + j] * s->g[i + j];
            s->theta[i + j] -= s->rate[j] * s->g[i + j] / divisor(sqrt(v[i + j]) + epsilon[j]);
        }
    }
}

WIDE static void metric(const tepui_step *s, double *d)
{
    double epsilon[TEPUI_LANES];
    LANES(j) epsilon[j] = in_units(s->param[0], s->unit[j]);
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) LANES(j) d[i + j] = sqrt(s->state[0][i + j]) + epsilon[j];
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, 0.25}, 0.95677440719288254, "torch.optim.Adagrad, float64"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_adagrad = {
    .kind = {.name = "adagrad",
             .doc = "each coordinate over the root of the sum of its squared gradients",
             .source = "Duchi, Hazan, Singer, JMLR 2011",
             .params = {{"epsilon", "added to the root; 0 allowed", 1e-10, 0, INFINITY, 0, 1, 0}}},
    .states = 1,
    .degree = {2},
    .minibatch = 1,
    .update = update,
    .metric = metric,
    .metric_degree = 1,
    .kat = kat,
};
