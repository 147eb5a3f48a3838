/* momentum.c -- the heavy ball: v = mu v + g, theta -= rate v.

   As in PyTorch, the rate is not part of v. On a slope that stays the same it moves 1/(1 - mu) times as far as gradient
   descent; the metric leaves that out (D = 1).
   Source: B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964. */
#include "update.h"

WIDE static void update(const tepui_step *s)
{
    const double mu = s->param[0];
    double *const v = s->state[0], step[TEPUI_LANES];
    LANES(j) step[j] = s->rate[j] * s->unit[j];
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) {
        LANES(j)
        {
            v[i + j] = mu * v[i + j] + s->g[i + j];
            s->theta[i + j] -= step[j] * v[i + j];
        }
    }
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, 0.25}, 1.0781, "by hand: v = 1, -1.1, -0.49, -0.191"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_momentum = {
    .kind = {.name = "momentum",
             .doc = "gradient descent with momentum (heavy ball)",
             .source = "Polyak 1964; PyTorch's SGD",
             .params = {{"mu", "what is left of the momentum after a step", 0.9, 0, 1, 0, 1, 0}}},
    .states = 1,
    .degree = {1},
    .minibatch = 1,
    .update = update,
    .kat = kat,
};
