/* lyapunov_exponent.c -- Lyapunov exponents of the product of layers, component i the i-th; not finite where J has lost
   that rank. */
#include "component.h"
#include <tepui/curvature.h>

static long last(const tepui_cell *c)
{
    return (long)tepui_jacobian_rank(c);
}

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_LYAPUNOV, (size_t)component);
}

const tepui_observable_type tepui_observable_lyapunov_exponent = {
    .kind = {.name = "lyapunov_exponent",
             .doc = "mean over the layers of ln R_ii of the step-wise QR factorisation of the Jacobian",
             .source = "docs/theory/wide-nets.md#n7; Newman 1986"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_JACOBIAN,
    .least_points = 1,
    .first = component_one,
    .last = last,
    .measure = measure,
    .formula = "mean over the layers of ln R_ii of the step-wise QR of J, i = 1, 2, ..",
    .special = "0 (dead) where J has lost rank i",
};
