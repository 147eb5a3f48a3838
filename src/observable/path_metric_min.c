/* path_metric_min.c -- ln of minus the smallest eigenvalue of D^(-1/2) H D^(-1/2) along trajectories, D the diagonal by
   which the optimizer divides: rate times it is the exponent at which the optimizer leaves a saddle. */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return component_path(net, component, TEPUI_PATH_METRIC_MIN);
}

const tepui_observable_type tepui_observable_path_metric_min = {
    .kind = {.name = "path_metric_min",
             .doc = "minus the smallest eigenvalue of the Hessian in the optimizer's metric, D^(-1/2) H D^(-1/2), "
                    "along a trajectory",
             .source = "Orvieto et al. 2021, section 5; Cohen et al. 2022"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD | TEPUI_NEEDS_PATH_METRIC,
    .least_points = 1,
    .records = 1,
    .censors = 1,
    .measure = measure,
    .formula = "ln(-lambda_min) of D^(-1/2) H D^(-1/2), D the optimizer's diagonal",
    .special = "0 where it is not negative; infinite after a divergence",
};
