/* hessian_rank.c -- how many eigenvalues of H, G and R are not 0, to n eps of the largest for nets. Law:
 * docs/theory/curvature.md#h4. */
#include "component.h"
#include <tepui/curvature.h>

static const long parts[] = {TEPUI_COMPONENT_H, TEPUI_COMPONENT_G, TEPUI_COMPONENT_R, 0};

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_SPECTRUM, component_part(component), 0);
}

const tepui_observable_type tepui_observable_hessian_rank = {
    .kind = {.name = "hessian_rank",
             .doc = "rank of the Hessian (H) and of its parts (G, R): eigenvalues that are not 0 to rounding",
             .source = "docs/theory/curvature.md#h4; Singh, Bachmann, Hofmann 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_SPECTRUM | TEPUI_NEEDS_PARTS,
    .least_points = 1,
    .named = parts,
    .measure = measure,
    .formula = "eigenvalues of H, of G and of R that are not 0",
    .special = "0 where the part is 0; NaN where the solver failed",
};
