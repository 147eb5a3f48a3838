/* output_gradient_norm.c -- ln of the Frobenius norm of d (v . f) / d W_l, v a random unit vector (1 for a scalar
   output). v . f is averaged over the points. Components as gradient_norm. Law: docs/theory/wide-nets.md#n6. */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_OUTPUT_GRADIENT, TEPUI_NORM, component_index(net, component));
}

const tepui_observable_type tepui_observable_output_gradient_norm = {
    .kind = {.name = "output_gradient_norm",
             .doc = "Frobenius norm of the gradient of the output along a random unit direction v, per weight matrix "
                    "and total",
             .source = "docs/theory/wide-nets.md#n6; Hanin and Nica 2018"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_OUTPUT_GRADIENT,
    .least_points = 1,
    .first = component_one,
    .last = component_depth,
    .has_output = 1,
    .has_total = 1,
    .measure = measure,
    .formula = "ln norm_F(d(v.f)/dW_l), l = 1 .. L, output, total; v random unit, 1 for one output",
    .special = "0 where no path is alive",
};
