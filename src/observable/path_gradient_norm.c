/* path_gradient_norm.c -- ln of the norm of the gradient along trajectories: that of the loss over all points, whatever
   the optimizer saw. */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return component_path(net, component, TEPUI_PATH_GRADIENT);
}

const tepui_observable_type tepui_observable_path_gradient_norm = {
    .kind = {.name = "path_gradient_norm",
             .doc = "norm of the gradient of the loss over all points along a trajectory",
             .source = "Orvieto et al. 2021, section 5"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD,
    .least_points = 1,
    .records = 1,
    .censors = 1,
    .measure = measure,
    .formula = "ln |grad E(theta_t)| at the recorded steps",
    .special = "infinite after a divergence; 0 where the gradient is 0",
};
