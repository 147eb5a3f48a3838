/* hessian_norm.c -- ln of the Frobenius norm of the Hessian H with respect to all weight matrices and of its parts,
   H = G + R. Law: docs/theory/chains.md#c6, docs/theory/curvature.md#h3. */
#include "component.h"
#include <tepui/curvature.h>

static const long parts[] = {TEPUI_COMPONENT_H, TEPUI_COMPONENT_G, TEPUI_COMPONENT_R, 0};

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_HESSIAN_SIZE, component_part(component), TEPUI_NORM);
}

const tepui_observable_type tepui_observable_hessian_norm = {
    .kind =
        {.name = "hessian_norm",
         .doc =
             "Frobenius norm of the Hessian of the loss (H), of its Gauss-Newton part (G) and of the residual part (R)",
         .source = "docs/theory/curvature.md#h1 to #h3; Orvieto et al. 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_HESSIAN_SIZE,
    .least_points = 1,
    .named = parts,
    .measure = measure,
    .formula = "ln norm_F of H, of G and of R, H = G + R",
    .special = "0 where the part is 0, as of a dead sample",
};
