/* jacobian_condition.c -- ln of the condition number of J on its range. J = 0 has no range: infinite, as an atom. */
#include "component.h"
#include <tepui/curvature.h>

static double measure(const tepui_network *net, long component)
{
    (void)component;
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_CONDITION, 0);
}

const tepui_observable_type tepui_observable_jacobian_condition = {
    .kind = {.name = "jacobian_condition",
             .doc = "largest singular value of the Jacobian over the smallest that is not 0; infinite where all are",
             .source = "docs/theory/wide-nets.md#n8"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_JACOBIAN,
    .censors = 1,
    .least_points = 1,
    .has_total = 1,
    .measure = measure,
    .formula = "ln (s_1 / the smallest s_i that is not 0)",
    .special = "infinite where J = 0",
};
