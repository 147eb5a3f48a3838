/* jacobian_moment.c -- ln of the n-th moment of the squared singular values of J, component n; the second over the
   first squared is 1 plus the relative variance of docs/theory/wide-nets.md#n8. */
#include "component.h"
#include <tepui/curvature.h>

static long last(const tepui_cell *c)
{
    (void)c;
    return 4;
}

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_MOMENT, (size_t)component);
}

const tepui_observable_type tepui_observable_jacobian_moment = {
    .kind = {.name = "jacobian_moment",
             .doc = "moments of the squared singular values of the Jacobian: sum of s^(2 n) over the input dimension, "
                    "n = 1 to 4",
             .source = "docs/theory/wide-nets.md#n8"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_JACOBIAN,
    .least_points = 1,
    .first = component_one,
    .last = last,
    .measure = measure,
    .formula = "ln (sum_i s_i^(2n) / inputs), n = 1 .. 4",
    .special = "0 where J = 0",
};
