/* escape_rate.c -- ln of abs(lambda_min) where it is negative (docs/theory/escape.md#e1). */
#include "component.h"
#include <tepui/curvature.h>

static const long ends[] = {TEPUI_COMPONENT_MIN, 0};

static double measure(const tepui_network *net, long component)
{
    (void)component;
    return tepui_network_read(net, TEPUI_QUANTITY_EXTREMES, TEPUI_SMALLEST, 0);
}

const tepui_observable_type tepui_observable_escape_rate = {
    .kind = {.name = "escape_rate",
             .doc = "rate exp(t |lambda_min|) at which gradient flow leaves a saddle along its steepest direction of "
                    "negative curvature; 0 without one",
             .source = "docs/theory/escape.md#e1; Orvieto et al. 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_EXTREMES,
    .least_points = 1,
    .named = ends,
    .measure = measure,
    .formula = "ln |lambda_min| of H where it is negative",
    .special = "0 where no eigenvalue is negative; NaN where the solver failed",
};
