/* hollowness.c -- ln of the norm of the diagonal blocks over that of the Hessian: how hollow it is
 * (docs/theory/chains.md#c6). */
#include "component.h"
#include <math.h>
#include <tepui/curvature.h>

static const long whole[] = {TEPUI_COMPONENT_H, 0};

static double measure(const tepui_network *net, long component)
{
    (void)component;
    const double ln_norm = tepui_network_read(net, TEPUI_QUANTITY_HESSIAN_SIZE, TEPUI_HESSIAN, TEPUI_NORM);
    const double ln_diagonal = tepui_network_read(net, TEPUI_QUANTITY_HESSIAN_SIZE, TEPUI_HESSIAN, TEPUI_DIAGONAL);
    return ln_norm == -INFINITY ? -INFINITY : ln_diagonal - ln_norm;
}

const tepui_observable_type tepui_observable_hollowness = {
    .kind = {.name = "hollowness",
             .doc = "norm of the diagonal blocks of the Hessian, one per weight matrix, over that of the whole: 0 for "
                    "a hollow matrix",
             .source = "docs/theory/curvature.md#h1 to #h3; Orvieto et al. 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_HESSIAN_SIZE,
    .least_points = 1,
    .named = whole,
    .measure = measure,
    .formula = "ln (norm_F of the diagonal blocks of H / norm_F(H))",
    .special = "0 where the diagonal blocks or H are 0",
};
