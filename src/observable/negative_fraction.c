/* negative_fraction.c -- share of negative eigenvalues of the Hessian among those that are not 0; nets know
   them to n eps of the largest, chains exactly (docs/theory/chains.md#c7). */
#include "component.h"
#include <tepui/curvature.h>

static const long whole[] = {TEPUI_COMPONENT_H, 0};

static double measure(const tepui_network *net, long component)
{
    (void)component;
    return tepui_network_read(net, TEPUI_QUANTITY_SIGNS, 0, 0);
}

const tepui_observable_type tepui_observable_negative_fraction = {
    .kind = {.name = "negative_fraction",
             .doc = "share of negative eigenvalues among those of the Hessian that are not 0 to rounding",
             .source = "docs/theory/curvature.md#h1 to #h3; Orvieto et al. 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_SIGNS,
    .least_points = 1,
    .named = whole,
    .measure = measure,
    .formula = "negative eigenvalues of H over those that are not 0",
    .special = "NaN where the solver failed",
};
