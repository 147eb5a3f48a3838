/* forward_norm.c -- ln of the Euclidean norm of the hidden vector a_l, l = 0 (the input) .. L, then of the output f.
   Several points: ln of the root mean square over the points. Law: docs/theory/wide-nets.md#n1, #n2 (products of
   chi-squared factors). */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_FORWARD, TEPUI_ALL_POINTS, component_index(net, component));
}

const tepui_observable_type tepui_observable_forward_norm = {
    .kind = {.name = "forward_norm",
             .doc = "norm of the hidden vector a_l after every layer (component 0 is the input), and of the output",
             .source = "Hanin and Nica 2018; Orvieto et al. 2021, section 3"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_FORWARD,
    .tells_dead = 1,
    .least_points = 1,
    .first = component_zero,
    .last = component_depth,
    .has_output = 1,
    .has_total = 0,
    .measure = measure,
    .formula = "ln |a_l|, l = 0 (the input) .. L; output: ln |f|; several points: root mean square",
    .special = "0 of a dead sample (all units 0)",
};
