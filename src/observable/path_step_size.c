/* path_step_size.c -- ln of the effective step size along trajectories, norm(theta_{t+1} - theta_t) / norm(gradient at
   t): the learning rate of plain gradient descent that goes as far. */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return component_path(net, component, TEPUI_PATH_STEP);
}

const tepui_observable_type tepui_observable_path_step_size = {
    .kind = {.name = "path_step_size",
             .doc = "effective step size along a trajectory: length of a step over the norm of the gradient",
             .source = "Orvieto et al. 2021, section 5"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD,
    .least_points = 1,
    .records = 1,
    .censors = 1,
    .measure = measure,
    .formula = "ln (|theta_(t+1) - theta_t| / |grad E(theta_t)|)",
    .special = "infinite after a divergence",
};
