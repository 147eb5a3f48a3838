/* adam.c -- means m of gradients and v of their squares (adam.h), both corrected for their start at 0:

     theta -= rate m/(1 - beta1^t) / (sqrt(v/(1 - beta2^t)) + epsilon)

   Source: D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, ICLR 2015, algorithm 1. */
#include "adam.h"

WIDE static void update(const tepui_step *s)
{
    const adam_rule r = adam_of(s);
    double *const m = s->state[0], *const v = s->state[1];
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) {
        LANES(j)
        {
            m[i + j] = adam_mean(&r, m[i + j], s->g[i + j]);
            v[i + j] = adam_square(&r, v[i + j], s->g[i + j]);
            s->theta[i + j] -= r.step[j] * m[i + j] / divisor(adam_divisor(&r, v[i + j], j));
        }
    }
}

WIDE static void metric(const tepui_step *s, double *d)
{
    adam_metric(s, s->state[1], d);
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, 0.25}, 0.95510018516965201, "torch.optim.Adam, float64"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_adam = {
    .kind = {.name = "adam",
             .doc = "mean gradient over root mean square gradient, both corrected for their start",
             .source = "Kingma and Ba, ICLR 2015, algorithm 1",
             .params = {ADAM_PARAMS}},
    .states = 2,
    .degree = {1, 2},
    .minibatch = 1,
    .update = update,
    .metric = metric,
    .metric_degree = 1,
    .kat = kat,
};
