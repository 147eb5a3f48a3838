/* hessian_density.c -- spectral density of the Hessian of nets of any size, by sign as in hessian_spectrum and over the
   same coordinates. A sample gives 2,048 numbers. Chains, and up to 300 coordinates: all eigenvalues, in equal shares,
   zeros as hessian_spectrum counts them. Above: the nodes of a Gauss-Radau quadrature of at least 100 products with a
   node at 0, each as often as its weight says, exact in the mean over start vectors for moments up to the 198th.

   Zeros. Those that are certain (units dead at all points, points that depend on each other) count exactly. Of the
   others no product can tell an eigenvalue of 0 from one that is small beside the norm: the atom at 0 has all of the
   former (in the mean over start vectors) and part of the latter. It never has more than the share of eigenvalues below
   a twentieth of the norm, and 0.0003; where the coordinates that are not certain zeros are fewer than the products, it
   has no other than zeros. hessian_rank counts zeros exactly, up to 5,000 coordinates. */
#include "component.h"
#include <curvature/selection.h>
#include <tepui/curvature.h>

static size_t values(const tepui_cell *c)
{
    (void)c;
    return TEPUI_DENSITY_VALUES;
}

#define NODES 150u /* of a quadrature that have a share: 70 to 250 */

/* Those of a chain are all computed, too (spectrum_chain.c). */
static size_t distinct(const tepui_cell *c)
{
    const size_t n = tepui_eigenvalue_count(c),
                 nodes = n <= SPECTRUM_SMALL || (network_is_chain(c) && c->outputs == 1) ? n : NODES;
    return nodes < TEPUI_DENSITY_VALUES ? nodes : TEPUI_DENSITY_VALUES;
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
             .doc =
                 "spectral density of the Hessian of large nets by stochastic Lanczos quadrature, by sign and over the "
                 "coordinates of hessian_spectrum; too small to be told from 0 by 100 products (1/20 of the norm at "
                 "most) counts as 0",
             .source = "Golub 1973; Ubaru, Chen and Saad 2017; Ghorbani, Krishnan and Xiao 2019"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_DENSITY,
    .least_points = 1,
    .named = component_signs,
    .values = values,
    .distinct = distinct,
    .measure_all = measure_all,
    .formula = "2,048 numbers ln |lambda|; Gauss-Radau quadrature above 300 coordinates; negative, positive",
    .special = "0 of the other sign and below what products tell from 0",
};
