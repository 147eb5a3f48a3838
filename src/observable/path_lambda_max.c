/* path_lambda_max.c -- ln of the largest eigenvalue of the Hessian along trajectories, where it is positive. */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return component_path(net, component, TEPUI_PATH_MAX);
}

const tepui_observable_type tepui_observable_path_lambda_max = {
    .kind = {.name = "path_lambda_max",
             .doc = "largest eigenvalue of the Hessian along a trajectory; 0 where none is positive",
             .source = "Orvieto et al. 2021, section 5"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD | TEPUI_NEEDS_PATH_CURVATURE,
    .least_points = 1,
    .records = 1,
    .censors = 1,
    .measure = measure,
    .formula = "ln lambda_max of H(theta_t)",
    .special = "0 where it is not positive; infinite after a divergence",
};
