/* nadam.c -- adam with Nesterov's momentum, whose strength mu grows with the steps:

     mu(t) = beta1 (1 - 0.96^(t momentum_decay)/2)      P(t) = mu(1) ... mu(t)
     theta -= rate [(1 - mu(t)) g / (1 - P(t)) + mu(t + 1) m / (1 - P(t + 1))] / (sqrt(v/(1 - beta2^t)) + epsilon)

   scalar[0] is 1 - P(t).
   Source: T. Dozat, Incorporating Nesterov momentum into Adam, ICLR workshop 2016; PyTorch. (PyTorch before 2.0 has
   P(t) mu(t) mu(t + 1) for P(t + 1), a slip.) */
#include "adam.h"
#include <base/elementary.h>

typedef struct {
    double fresh[TEPUI_LANES], mean[TEPUI_LANES]; /* what g and m are multiplied by */
} shares;

static inline shares shares_of(const tepui_step *s)
{
    const double beta1 = s->param[0], fading = elementary_pow(0.96, s->param[3]);
    shares r;
    double faded[TEPUI_LANES];
    powers(fading, s->count, faded);
    LANES(j)
    {
        const double mu = beta1 * (1 - 0.5 * faded[j]), next = beta1 * (1 - 0.5 * faded[j] * fading);
        const double left = 1 - mu * (1 - s->scalar[0][j]); /* 1 - P(t) */
        s->scalar[0][j] = left;
        r.fresh[j] = s->rate[j] * (1 - mu) / left;
        r.mean[j] = s->rate[j] * next / (1 - next * (1 - left));
    }
    return r;
}

WIDE static void update(const tepui_step *s)
{
    const adam_rule r = adam_of(s);
    const shares q = shares_of(s);
    double *const m = s->state[0], *const v = s->state[1];
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) {
        LANES(j)
        {
            m[i + j] = adam_mean(&r, m[i + j], s->g[i + j]);
            v[i + j] = adam_square(&r, v[i + j], s->g[i + j]);
            const double step = q.fresh[j] * s->g[i + j] + q.mean[j] * m[i + j];
            s->theta[i + j] -= step / divisor(adam_divisor(&r, v[i + j], j));
        }
    }
}

WIDE static void metric(const tepui_step *s, double *d)
{
    adam_metric(s, s->state[1], d);
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, 0.25}, 0.95220435025119321, "torch.optim.NAdam of 2.0, float64"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_nadam = {
    .kind = {.name = "nadam",
             .doc = "adam with Nesterov's momentum",
             .source = "Dozat, ICLR workshop 2016",
             .params = {ADAM_PARAMS,
                        {"momentum_decay", "how fast the momentum grows to beta1", 0.004, 0, INFINITY, 0, 1, 0}}},
    .states = 2,
    .scalars = 1,
    .degree = {1, 2},
    .minibatch = 1,
    .update = update,
    .metric = metric,
    .metric_degree = 1,
    .kat = kat,
};
