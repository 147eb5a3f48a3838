/* gauss_newton_spectrum.c -- as hessian_spectrum, of the Gauss-Newton part G alone: none negative where the loss is
   convex. */
#include "component.h"
#include <tepui/curvature.h>

static void measure_all(const tepui_network *net, long component, double *out)
{
    component_spectrum(net, TEPUI_GAUSS_NEWTON, component, out);
}

/* G has the rank of the outputs. */
static size_t distinct(const tepui_cell *c)
{
    const size_t rank = c->points * c->outputs, n = tepui_eigenvalue_count(c);
    return rank < n ? rank : n;
}

const tepui_observable_type tepui_observable_gauss_newton_spectrum = {
    .kind = {.name = "gauss_newton_spectrum",
             .doc = "all eigenvalues of the Gauss-Newton part of the Hessian, by sign as in hessian_spectrum",
             .source = "docs/theory/curvature.md#h1"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_PARTS,
    .least_points = 1,
    .named = component_signs,
    .values = tepui_eigenvalue_count,
    .distinct = distinct,
    .measure_all = measure_all,
    .formula = "the same of G",
    .special = "0 of the other sign; NaN where the solver failed",
};
