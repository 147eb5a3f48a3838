/* nesterov.c -- Nesterov's momentum: v = mu v + g, theta -= rate (g + mu v), theta being the point looked ahead to.

   Source: Y. Nesterov, A method of solving a convex programming problem with convergence rate O(1/k^2), 1983; in this
   form I. Sutskever et al., ICML 2013, and PyTorch. The metric is that of gradient descent (D = 1). */
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
            s->theta[i + j] -= step[j] * (s->g[i + j] + mu * v[i + j]);
        }
    }
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, 0.25}, 1.09529, "by hand: v = 1, -1.1, -0.49, -0.191; g + 0.9 v = 1.9, -2.99, 0.059, 0.0781"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_nesterov = {
    .kind = {.name = "nesterov",
             .doc = "gradient descent with Nesterov's momentum",
             .source = "Nesterov 1983; Sutskever et al., ICML 2013; PyTorch's SGD",
             .params = {{"mu", "what is left of the momentum after a step", 0.9, 0, 1, 0, 1, 0}}},
    .states = 1,
    .degree = {1},
    .minibatch = 1,
    .update = update,
    .kat = kat,
};
