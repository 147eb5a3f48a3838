/* spectrum_asymmetry.c -- whether the spectrum of the Hessian reaches as far below 0 as above it; 0 counts as an
   eigenvalue (docs/theory/curvature.md#h3). */
#include "component.h"
#include <tepui/curvature.h>

static const long whole[] = {TEPUI_COMPONENT_H, 0};

static double measure(const tepui_network *net, long component)
{
    (void)component;
    return tepui_network_read(net, TEPUI_QUANTITY_EXTREMES, TEPUI_ASYMMETRY, 0);
}

const tepui_observable_type tepui_observable_spectrum_asymmetry = {
    .kind = {.name = "spectrum_asymmetry",
             .doc = "(lambda_max + lambda_min) / (lambda_max - lambda_min) of the Hessian: 1 for a convex point, 0 "
                    "where the ends of the spectrum are symmetric",
             .source = "docs/theory/curvature.md#h1 to #h3; Orvieto et al. 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_EXTREMES,
    .least_points = 1,
    .named = whole,
    .measure = measure,
    .formula = "(lambda_max + lambda_min) / (lambda_max - lambda_min) of H, 0 counted as an eigenvalue",
    .special = "0 where H = 0; NaN where the eigensolver failed",
};
