/* hessian_spectrum.c -- ln of all eigenvalues of the Hessian by sign: a sample gives each component as many numbers as
   there are eigenvalues, -inf for those of the other sign, so that the two histograms are a spectrum on a signed
   logarithmic axis. Intervals take them for independent, which eigenvalues of one sample are not. Zeros from inputs
   outside the span of the points are left out. */
#include "component.h"
#include <math.h>
#include <tepui/curvature.h>

static const long signs[] = {TEPUI_COMPONENT_NEGATIVE, TEPUI_COMPONENT_POSITIVE, 0};

static void measure_all(const tepui_network *net, long component, double *out)
{
    const double *value;
    double ln_unit;
    const int sign = component == TEPUI_COMPONENT_NEGATIVE ? -1 : 1;
    const size_t n = tepui_network_eigenvalues(net, &value, &ln_unit);
    for (size_t k = 0; k < n; k++) {
        const double x = sign * value[k];
        out[k] = isnan(x) ? NAN : x > 0 ? log(x) + ln_unit : -INFINITY;
    }
}

const tepui_observable_type tepui_observable_hessian_spectrum = {
    .kind = {.name = "hessian_spectrum",
             .doc = "all eigenvalues of the Hessian, the negative ones (minus them) and the positive ones apart; the "
                    "others count as 0 there",
             .source = "theory H1 to H3; Orvieto et al. 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_SPECTRUM,
    .least_points = 1,
    .named = signs,
    .values = tepui_eigenvalue_count,
    .measure_all = measure_all,
};
