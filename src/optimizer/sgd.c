/* sgd.c -- stochastic gradient descent, theta -= rate g, with the gradient of the loss over a minibatch.

   Source: H. Robbins and S. Monro, A stochastic approximation method, Ann. Math. Statist. 22 (1951). */
#include "update.h"

WIDE static void update(const tepui_step *s)
{
    double step[TEPUI_LANES];
    LANES(j) step[j] = s->rate[j] * s->unit[j];
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) LANES(j) s->theta[i + j] -= step[j] * s->g[i + j];
}

static const struct tepui_optimizer_kat kat[] = {{{1, -2, 0.5, NAN}, 1.05, "1 - 0.1 (1 - 2 + 0.5)"}, {{0}, 0, NULL}};

const tepui_optimizer_type tepui_optimizer_sgd = {
    .kind = {.name = "sgd",
             .doc = "gradient descent on the loss over a minibatch",
             .source = "Robbins and Monro, Ann. Math. Statist. 1951"},
    .minibatch = 2,
    .update = update,
    .kat = kat,
};
