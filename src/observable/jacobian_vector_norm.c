/* jacobian_vector_norm.c -- ln of the norm of J_l u, J_l = d a_l / d x at the first point, u a random unit vector.
   l = 1 .. L, then the output. Law: docs/theory/wide-nets.md#n4. */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_TANGENT, 0, component_index(net, component));
}

const tepui_observable_type tepui_observable_jacobian_vector_norm = {
    .kind = {.name = "jacobian_vector_norm",
             .doc = "norm of the input-to-layer Jacobian times a random unit vector, at the first point",
             .source = "Hanin and Nica 2018, theorem 1"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_TANGENT,
    .least_points = 1,
    .first = component_one,
    .last = component_depth,
    .has_output = 1,
    .has_total = 0,
    .measure = measure,
    .formula = "ln |J_l u|, J_l = da_l/dx, l = 1 .. L; output: ln |df/dx u|; u random unit",
    .special = "0 where no path is alive",
};
