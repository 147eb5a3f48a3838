/* ntk_trace.c -- ln of the trace of the neural tangent kernel, the squared norm of all gradients of all outputs. */
#include "component.h"
#include <tepui/curvature.h>

static double measure(const tepui_network *net, long component)
{
    (void)component;
    return tepui_network_read(net, TEPUI_QUANTITY_NTK, TEPUI_TRACE, 0);
}

const tepui_observable_type tepui_observable_ntk_trace = {
    .kind = {.name = "ntk_trace",
             .doc = "trace of the neural tangent kernel of the points and outputs",
             .source = "Jacot, Gabriel, Hongler, NeurIPS 2018"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_NTK,
    .least_points = 1,
    .has_total = 1,
    .measure = measure,
    .formula = "ln tr (D D^T), D the gradients of all outputs",
    .special = "0 where no path is alive",
};
