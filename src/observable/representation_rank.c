/* representation_rank.c -- spread of the hidden vectors of all points over directions, l = 0 .. L (network/rank.c): 1
   when they are parallel, at most the number of points and the width. NaN when all of them are exactly zero (counted,
   never hidden). */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_RANK, 0, component_index(net, component));
}

const tepui_observable_type tepui_observable_representation_rank = {
    .kind = {.name = "representation_rank",
             .doc = "rank of the hidden vectors of all points, per layer: (sum s_i^2)^2 / sum s_i^4, s their singular "
                    "values",
             .source = "Daneshmand et al., NeurIPS 2020, section 3"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_RANK,
    .least_points = 2,
    .first = component_zero,
    .last = component_depth,
    .measure = measure,
    .formula = "(sum s^2)^2 / sum s^4, s the singular values of the hidden vectors of all points, l = 0 .. L",
    .special = "NaN where all vectors are 0",
};
