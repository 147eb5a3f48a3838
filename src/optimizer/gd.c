/* gd.c -- gradient descent, theta -= rate g, with the gradient of the loss over all points (Cauchy 1847). */
#include "update.h"

WIDE static void update(const tepui_step *s)
{
    double step[TEPUI_LANES];
    LANES(j) step[j] = s->rate[j] * s->unit[j];
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) LANES(j) s->theta[i + j] -= step[j] * s->g[i + j];
}

static const struct tepui_optimizer_kat kat[] = {{{1, -2, 0.5, NAN}, 1.05, "1 - 0.1 (1 - 2 + 0.5)"}, {{0}, 0, NULL}};

const tepui_optimizer_type tepui_optimizer_gd = {
    .kind = {.name = "gd", .doc = "gradient descent on the loss over all points", .source = "Cauchy 1847"},
    .is_gradient = 1,
    .update = update,
    .kat = kat,
};
