/* activation_fraction.c -- share of the units of layer l whose derivative phi'(z) is not zero, over all points.
   ReLU: Binomial(d, 1/2)/d for one point (docs/theory/wide-nets.md#n2). */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_SLOPES, 0, component_index(net, component));
}

const tepui_observable_type tepui_observable_activation_fraction = {
    .kind = {.name = "activation_fraction",
             .doc = "share of live units of every layer: phi'(z) is not 0",
             .source = "docs/theory/wide-nets.md#n2"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_SLOPES,
    .least_points = 1,
    .first = component_one,
    .last = component_depth,
    .has_output = 0,
    .has_total = 0,
    .measure = measure,
    .formula = "share of units of layer l with phi'(z) not 0, l = 1 .. L, over all points",
    .special = "0 is a value: no unit is alive",
};
