/* rmsprop.c -- steps over a running root mean square: v = alpha v + (1 - alpha) g^2, theta -= rate g / (sqrt(v) +
   epsilon).

   Source: T. Tieleman and G. Hinton, Neural networks for machine learning, lecture 6.5, 2012; PyTorch. */
#include "update.h"

WIDE static void update(const tepui_step *s)
{
    const double alpha = s->param[0], rest = 1 - alpha;
    double *const v = s->state[0], epsilon[TEPUI_LANES];
    LANES(j) epsilon[j] = in_units(s->param[1], s->unit[j]);
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) {
        LANES(j)
        {
            v[i + j] = alpha * v[i + j] + rest * s->g[i + j] * s->g[i + j];
            s->theta[i + j] -= s->rate[j] * s->g[i + j] / divisor(sqrt(v[i + j]) + epsilon[j]);
        }
    }
}

WIDE static void metric(const tepui_step *s, double *d)
{
    double epsilon[TEPUI_LANES];
    LANES(j) epsilon[j] = in_units(s->param[1], s->unit[j]);
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) LANES(j) d[i + j] = sqrt(s->state[0][i + j]) + epsilon[j];
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, 0.25}, 0.56622462555371145, "torch.optim.RMSprop, float64"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_rmsprop = {
    .kind = {.name = "rmsprop",
             .doc = "each coordinate over its root mean square gradient",
             .source = "Tieleman and Hinton, lecture 6.5, 2012",
             .params = {{"alpha", "memory of the mean of squares", 0.99, 0, 1, 0, 1, 0},
                        {"epsilon", "added to the root; 0 allowed", 1e-8, 0, INFINITY, 0, 1, 0}}},
    .states = 1,
    .degree = {2},
    .minibatch = 1,
    .update = update,
    .metric = metric,
    .metric_degree = 1,
    .kat = kat,
};
