/* ntk_extreme.c -- ln of the extreme eigenvalues of the neural tangent kernel; -inf for one that is 0 to rounding. */
#include "component.h"
#include <tepui/curvature.h>

static const long ends[] = {TEPUI_COMPONENT_MIN, TEPUI_COMPONENT_MAX, 0};

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_NTK, component_end(component), 0);
}

const tepui_observable_type tepui_observable_ntk_extreme = {
    .kind = {.name = "ntk_extreme",
             .doc = "smallest (lambda_min) and largest (lambda_max) eigenvalue of the neural tangent kernel of the "
                    "points and outputs; 0 to rounding counts as 0",
             .source = "Jacot, Gabriel, Hongler, NeurIPS 2018"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_NTK,
    .least_points = 1,
    .named = ends,
    .measure = measure,
    .formula = "ln of the smallest and largest eigenvalue of D D^T",
    .special = "0 where it is 0 to rounding",
};
