/* jacobian_singular_value.c -- ln of the singular values of J = d f / d x, component i the i-th largest; -inf for an
 * exact zero. */
#include "component.h"
#include <tepui/curvature.h>

static long last(const tepui_cell *c)
{
    return (long)tepui_jacobian_rank(c);
}

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_SINGULAR, (size_t)component);
}

const tepui_observable_type tepui_observable_jacobian_singular_value = {
    .kind = {.name = "jacobian_singular_value",
             .doc = "singular values of the input-output Jacobian at the first point, the i-th largest",
             .source = "docs/theory/wide-nets.md#n8, #n11; Pennington, Schoenholz, Ganguli 2018"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_JACOBIAN,
    .least_points = 1,
    .first = component_one,
    .last = last,
    .measure = measure,
    .formula = "ln s_i, the i-th largest singular value of J = df/dx, i = 1, 2, ..",
    .special = "0 below the rank of J",
};
