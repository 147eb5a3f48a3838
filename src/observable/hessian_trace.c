/* hessian_trace.c -- ln of the absolute trace of H, G and R; -inf where it is 0, as of R with piecewise linear
   activations (docs/theory/curvature.md#h1). */
#include "component.h"
#include <tepui/curvature.h>

static const long parts[] = {TEPUI_COMPONENT_H, TEPUI_COMPONENT_G, TEPUI_COMPONENT_R, 0};

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_HESSIAN_SIZE, component_part(component), TEPUI_LN_TRACE);
}

const tepui_observable_type tepui_observable_hessian_trace = {
    .kind = {.name = "hessian_trace",
             .doc = "absolute trace of the Hessian (H) and of its parts (G, R)",
             .source = "docs/theory/curvature.md#h1 to #h3; Orvieto et al. 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_HESSIAN_SIZE,
    .least_points = 1,
    .named = parts,
    .measure = measure,
    .formula = "ln |tr H|, ln |tr G|, ln |tr R|",
    .special = "0: R of piecewise linear activations",
};
