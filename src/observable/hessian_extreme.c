/* hessian_extreme.c -- ln of minus the smallest and of the largest eigenvalue of the Hessian, -inf where it has not
   that sign. By Lanczos to a residual of 1e-10 unless all eigenvalues are asked for anyway. */
#include "component.h"
#include <tepui/curvature.h>

static const long ends[] = {TEPUI_COMPONENT_MIN, TEPUI_COMPONENT_MAX, 0};

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_EXTREMES, component_end(component), 0);
}

const tepui_observable_type tepui_observable_hessian_extreme = {
    .kind = {.name = "hessian_extreme",
             .doc = "minus the smallest (lambda_min) and the largest (lambda_max) eigenvalue of the Hessian, 0 where "
                    "it has not that sign",
             .source = "docs/theory/curvature.md#h1 to #h3; Orvieto et al. 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_EXTREMES,
    .least_points = 1,
    .named = ends,
    .minus = TEPUI_COMPONENT_MIN,
    .measure = measure,
    .formula = "ln(-lambda_min) and ln lambda_max of H",
    .special = "0 where the eigenvalue has not that sign; NaN where the solver failed",
};
