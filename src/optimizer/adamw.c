/* adamw.c -- adam, and theta decays by itself, apart from the gradient:

     theta = (1 - rate weight_decay) theta - rate m/(1 - beta1^t) / (sqrt(v/(1 - beta2^t)) + epsilon)

   The metric is adam's; the decay is no part of it.
   Source: I. Loshchilov and F. Hutter, Decoupled weight decay regularization, ICLR 2019, algorithm 2; the decay times
   the rate as in PyTorch. */
#include "adam.h"

WIDE static void update(const tepui_step *s)
{
    const adam_rule r = adam_of(s);
    double *const m = s->state[0], *const v = s->state[1], left[TEPUI_LANES];
    LANES(j) left[j] = 1 - s->rate[j] * s->param[3];
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) {
        LANES(j)
        {
            m[i + j] = adam_mean(&r, m[i + j], s->g[i + j]);
            v[i + j] = adam_square(&r, v[i + j], s->g[i + j]);
            s->theta[i + j] = left[j] * s->theta[i + j] - r.step[j] * m[i + j] / divisor(adam_divisor(&r, v[i + j], j));
        }
    }
}

WIDE static void metric(const tepui_step *s, double *d)
{
    adam_metric(s, s->state[1], d);
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, 0.25}, 0.95131902810686153, "torch.optim.AdamW, float64"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_adamw = {
    .kind = {.name = "adamw",
             .doc = "adam, and the parameters decay apart from the gradient",
             .source = "Loshchilov and Hutter, ICLR 2019, algorithm 2",
             .params = {ADAM_PARAMS, {"weight_decay", "decay of the parameters per rate", 0.01, 0, INFINITY, 0, 1, 0}}},
    .states = 2,
    .degree = {1, 2},
    .minibatch = 1,
    .decays = 1,
    .update = update,
    .metric = metric,
    .metric_degree = 1,
    .kat = kat,
};
