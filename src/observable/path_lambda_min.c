/* path_lambda_min.c -- ln of minus the smallest eigenvalue of the Hessian along trajectories, where it is negative. */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return component_path(net, component, TEPUI_PATH_MIN);
}

const tepui_observable_type tepui_observable_path_lambda_min = {
    .kind = {.name = "path_lambda_min",
             .doc = "minus the smallest eigenvalue of the Hessian along a trajectory; 0 where none is negative",
             .source = "Orvieto et al. 2021, section 5"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD | TEPUI_NEEDS_PATH_CURVATURE,
    .least_points = 1,
    .records = 1,
    .censors = 1,
    .measure = measure,
    .formula = "ln(-lambda_min) of H(theta_t)",
    .special = "0 where it is not negative; infinite after a divergence",
};
