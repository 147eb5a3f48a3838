/* fisher_extreme.c -- ln of the extreme eigenvalues of the Fisher information among the points * outputs that need not
   be 0. */
#include "component.h"
#include <tepui/curvature.h>

static const long ends[] = {TEPUI_COMPONENT_MIN, TEPUI_COMPONENT_MAX, 0};

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_FISHER, component_end(component), 0);
}

const tepui_observable_type tepui_observable_fisher_extreme = {
    .kind = {.name = "fisher_extreme",
             .doc = "smallest (lambda_min) and largest (lambda_max) eigenvalue of the Fisher information, certain "
                    "zeros left out",
             .source = "Martens, JMLR 2020"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_FISHER,
    .least_points = 1,
    .named = ends,
    .measure = measure,
    .formula = "ln of the extreme eigenvalues of F among those that need not be 0",
    .special = "0 where it is 0 to rounding",
};
