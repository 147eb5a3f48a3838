/* hessian_block_norm.c -- ln of the norms of the blocks of G and R, l <= k (docs/theory/curvature.md#h2); deep nets
 * show evenly spread ones. */
#include "component.h"
#include <tepui/curvature.h>

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_BLOCKS, component >> 40 & 3, component_two(component));
}

const tepui_observable_type tepui_observable_hessian_block_norm = {
    .kind = {.name = "hessian_block_norm",
             .doc = "Frobenius norms of the blocks (W_k, W_l) of the Gauss-Newton part (G k,l) and of the residual "
                    "part (R k,l)",
             .source = "docs/theory/curvature.md#h2"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS,
    .least_points = 1,
    .blocks = 1,
    .measure = measure,
    .formula = "ln norm_F of the blocks G k,l and R k,l, l <= k",
    .special = "0 of a dead sample; R k,k where the activation is piecewise linear",
};
