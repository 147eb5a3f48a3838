/* fisher_trace.c -- ln of the trace of the Fisher information (the Gauss-Newton part; docs/theory/curvature.md#h1). */
#include "component.h"
#include <tepui/curvature.h>

static double measure(const tepui_network *net, long component)
{
    (void)component;
    return tepui_network_read(net, TEPUI_QUANTITY_FISHER, TEPUI_TRACE, 0);
}

const tepui_observable_type tepui_observable_fisher_trace = {
    .kind = {.name = "fisher_trace",
             .doc = "trace of the Fisher information, which for these losses is the Gauss-Newton part of the Hessian",
             .source = "Martens, JMLR 2020"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_FISHER,
    .least_points = 1,
    .has_total = 1,
    .measure = measure,
    .formula = "ln tr F, F the Fisher information",
    .special = "0 of a dead sample",
};
