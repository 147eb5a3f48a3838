/* hessian_spectrum.c -- ln of all eigenvalues of the Hessian by sign: a sample gives each component as many numbers as
   there are eigenvalues, -inf for those of the other sign, so that the two histograms are a spectrum on a signed
   logarithmic axis. Intervals take them for independent, which eigenvalues of one sample are not. Zeros of directions
   that the points do not see are left out. */
#include "component.h"
#include <tepui/curvature.h>

static void measure_all(const tepui_network *net, long component, double *out)
{
    component_spectrum(net, TEPUI_HESSIAN, component, out);
}

const tepui_observable_type tepui_observable_hessian_spectrum = {
    .kind = {.name = "hessian_spectrum",
             .doc = "all eigenvalues of the Hessian, the negative ones (minus them) and the positive ones apart; the "
                    "others count as 0 there",
             .source = "docs/theory/curvature.md#h1 to #h3; Orvieto et al. 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_SPECTRUM,
    .least_points = 1,
    .named = component_signs,
    .values = tepui_eigenvalue_count,
    .measure_all = measure_all,
    .formula = "ln |lambda| of every eigenvalue of H that the points see; negative, positive",
    .special = "0 of the other sign; NaN where the solver failed",
};
