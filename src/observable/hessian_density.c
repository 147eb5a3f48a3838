/* hessian_density.c -- spectral density of the Hessian of nets of any size, by sign as in hessian_spectrum. A sample
   gives 2,048 numbers. Up to 300 coordinates: all eigenvalues, in equal shares, zeros exactly as hessian_spectrum
   counts them. Above: the nodes of a Gauss quadrature, each as often as its weight says, exact in the mean over start
   vectors for moments up to the 199th; edges, outliers and zeros as sharp as 100 Lanczos steps make them, and zeros of
   what the points do not see count but for those of inputs outside their span. */
#include "component.h"
#include <tepui/curvature.h>

static size_t values(const tepui_cell *c)
{
    (void)c;
    return TEPUI_DENSITY_VALUES;
}

static void measure_all(const tepui_network *net, long component, double *out)
{
    const double *value;
    double ln_unit;
    const size_t n = tepui_network_density(net, &value, &ln_unit);
    component_signed(component, value, n, ln_unit, out);
}

const tepui_observable_type tepui_observable_hessian_density = {
    .kind = {.name = "hessian_density",
             .doc = "spectral density of the Hessian of large nets by stochastic Lanczos quadrature, by sign as in "
                    "hessian_spectrum",
             .source = "Ubaru, Chen and Saad 2017; Ghorbani, Krishnan and Xiao 2019"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_DENSITY,
    .least_points = 1,
    .named = component_signs,
    .values = values,
    .measure_all = measure_all,
};
