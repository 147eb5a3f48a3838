/* weighted_norm4.c -- ln of w norm2^2, norm2 = |a_l|^2 / |a_0|^2, w the likelihood ratio of a tilted sample (1 without
   tilt), so that the mean of its exponential is E norm2^2 under every sampler. */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return component_weighted(net, component, 4);
}

const tepui_observable_type tepui_observable_weighted_norm4 = {
    .kind =
        {.name = "weighted_norm4",
         .doc = "fourth power of the norm of a_l over that of the input, times the likelihood ratio of a tilted sample",
         .source = "docs/theory/wide-nets.md#n3"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_FORWARD,
    .weighs = 1,
    .least_points = 1,
    .first = component_one,
    .last = component_depth,
    .has_output = 0,
    .has_total = 0,
    .measure = measure,
    .formula = "ln (w |a_l|^4/|a_0|^4), l = 0 .. L",
    .special = "0 of a dead sample",
};
