/* gradient_alignment.c -- the share of the gradient in the top eigenspace of the Hessian: component k is the squared
   norm of the gradient's projection on the eigenvectors of the k largest eigenvalues over its whole squared norm. */
#include "component.h"
#include <tepui/curvature.h>

static const long counts[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, TEPUI_ALIGNED, 0};

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_ALIGNMENT, 0, (size_t)component);
}

const tepui_observable_type tepui_observable_gradient_alignment = {
    .kind = {.name = "gradient_alignment",
             .doc =
                 "share of the gradient's squared norm in the span of the eigenvectors of the k largest eigenvalues of "
                 "the Hessian",
             .source = "Gur-Ari, Roberts and Dyer 2018"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_ALIGNMENT,
    .least_points = 1,
    .named = counts,
    .measure = measure,
    .formula = "|P_k g|^2 / |g|^2, P_k on the eigenvectors of the k largest eigenvalues of H",
    .special = "0 where g = 0",
};
