/* output.c -- the outputs f_k at the first point, k = 0 .. q-1, as they are (no logarithm). */
#include "component.h"

static long last_output(const tepui_cell *c)
{
    return (long)c->outputs - 1;
}

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_OUTPUT, 0, (size_t)component);
}

const tepui_observable_type tepui_observable_output = {
    .kind = {.name = "output",
             .doc = "outputs f_k at the first point, one component per output",
             .source = "definition"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_OUTPUT,
    .least_points = 1,
    .first = component_zero,
    .last = last_output,
    .measure = measure,
    .formula = "f_k at the first point, k = 0 .. outputs - 1",
    .special = "0 is a value of its own, no dead sample",
};
