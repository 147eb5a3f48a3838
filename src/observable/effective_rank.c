/* effective_rank.c -- effective rank of J, between 1 and its rank; 0 for a dead sample. */
#include "component.h"
#include <tepui/curvature.h>

static double measure(const tepui_network *net, long component)
{
    (void)component;
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_EFFECTIVE_RANK, 0);
}

const tepui_observable_type tepui_observable_effective_rank = {
    .kind = {.name = "effective_rank",
             .doc = "effective rank of the Jacobian: exponential of the entropy of its singular values over their sum",
             .source = "Roy and Vetterli, EUSIPCO 2007"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_JACOBIAN,
    .least_points = 1,
    .has_total = 1,
    .measure = measure,
    .formula = "exp of the entropy of s_i / sum s",
    .special = "0 where J = 0",
};
