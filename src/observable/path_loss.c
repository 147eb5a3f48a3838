/* path_loss.c -- ln of the loss along trajectories, infinite after a divergence. */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return component_path(net, component, TEPUI_PATH_LOSS);
}

const tepui_observable_type tepui_observable_path_loss = {
    .kind = {.name = "path_loss",
             .doc = "loss at steps 0, 1, 2, 5, 10, ... of a trajectory of the optimizer",
             .source = "Orvieto et al. 2021, section 5"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD,
    .least_points = 1,
    .records = 1,
    .censors = 1,
    .measure = measure,
    .formula = "ln E(theta_t) at the recorded steps t",
    .special = "infinite after a divergence; 0 where the loss is 0",
};
