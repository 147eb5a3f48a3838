/* angle.c -- cosine of the angle between the hidden vectors of the first two points, l = 0 .. L.
   NaN when one of them is exactly zero (counted, never hidden). */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_ANGLE, TEPUI_COSINE, component_index(net, component));
}

const tepui_observable_type tepui_observable_angle = {
    .kind = {.name = "angle",
             .doc = "cosine between the hidden vectors of the first two points, per layer",
             .source = "Poole et al. 2016, equation 5"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_ANGLE,
    .least_points = 2,
    .first = component_zero,
    .last = component_depth,
    .has_output = 0,
    .has_total = 0,
    .measure = measure,
    .formula = "cos of the angle of a_l at the first two points, l = 0 .. L",
    .special = "NaN where one of the vectors is 0",
};
