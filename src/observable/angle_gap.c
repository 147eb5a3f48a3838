/* angle_gap.c -- ln(1 - cos) of the angle between the hidden vectors of the first two points, l = 0 .. L: how near to
   each other depth has brought them. 1 - cos is half the square of the difference of the two directions, which keeps
   its digits until the points agree to rounding (about e^-70; equal vectors are an exact zero). NaN when one of them is
   0. */
#include "component.h"
#include <base/elementary.h>
#include <math.h>

static double measure(const tepui_network *net, long component)
{
    return elementary_log(tepui_network_read(net, TEPUI_QUANTITY_ANGLE, TEPUI_GAP, component_index(net, component)));
}

const tepui_observable_type tepui_observable_angle_gap = {
    .kind = {.name = "angle_gap",
             .doc = "1 minus the cosine between the hidden vectors of the first two points, per layer",
             .source = "Schoenholz et al. 2017, equation 9"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_ANGLE,
    .least_points = 2,
    .first = component_zero,
    .last = component_depth,
    .has_output = 0,
    .has_total = 0,
    .measure = measure,
    .formula = "ln(1 - cos) of that angle, l = 0 .. L",
    .special = "0 where the vectors are equal; NaN where one is 0",
};
