/* residual_spectrum.c -- as hessian_spectrum, of the residual part R alone: as many negative eigenvalues as positive
   ones where it is hollow. */
#include "component.h"
#include <tepui/curvature.h>

static void measure_all(const tepui_network *net, long component, double *out)
{
    component_spectrum(net, TEPUI_RESIDUAL, component, out);
}

const tepui_observable_type tepui_observable_residual_spectrum = {
    .kind = {.name = "residual_spectrum",
             .doc = "all eigenvalues of the residual part of the Hessian, by sign as in hessian_spectrum",
             .source = "docs/theory/curvature.md#h1"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_PARTS,
    .least_points = 1,
    .named = component_signs,
    .values = tepui_eigenvalue_count,
    .measure_all = measure_all,
    .formula = "the same of R",
    .special = "0 of the other sign; NaN where the solver failed",
};
