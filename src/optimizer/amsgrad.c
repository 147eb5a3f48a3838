/* amsgrad.c -- adam that divides by the largest v so far, so that no coordinate's rate ever grows:

     w = max(w, v)      theta -= rate m/(1 - beta1^t) / (sqrt(w/(1 - beta2^t)) + epsilon)

   Source: S. J. Reddi, S. Kale, S. Kumar, On the convergence of Adam and beyond, ICLR 2018; with adam's corrections for
   the start, as in PyTorch. */
#include "adam.h"

WIDE static void update(const tepui_step *s)
{
    const adam_rule r = adam_of(s);
    double *const m = s->state[0], *const v = s->state[1], *const w = s->state[2];
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) {
        LANES(j)
        {
            m[i + j] = adam_mean(&r, m[i + j], s->g[i + j]);
            v[i + j] = adam_square(&r, v[i + j], s->g[i + j]);
            w[i + j] = w[i + j] > v[i + j] ? w[i + j] : v[i + j];
            s->theta[i + j] -= r.step[j] * m[i + j] / divisor(adam_divisor(&r, w[i + j], j));
        }
    }
}

WIDE static void metric(const tepui_step *s, double *d)
{
    adam_metric(s, s->state[2], d);
}

static const struct tepui_optimizer_kat kat[] = {
    {{2, -0.01, 0.01, 0.01}, 0.73894294134379201, "torch.optim.Adam with amsgrad, float64"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_amsgrad = {
    .kind = {.name = "amsgrad",
             .doc = "adam over the largest mean of squares so far",
             .source = "Reddi, Kale, Kumar, ICLR 2018",
             .params = {ADAM_PARAMS}},
    .states = 3,
    .degree = {1, 2, 2},
    .minibatch = 1,
    .update = update,
    .metric = metric,
    .metric_degree = 1,
    .kat = kat,
};
