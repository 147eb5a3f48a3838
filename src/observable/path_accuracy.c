/* path_accuracy.c -- accuracy along trajectories: the share of the rows held out (data.held_out) for which the largest
   output is that of their class. No optimizer sees these rows; the normalisation of the set does. Infinite behind a
   divergence. */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return component_path(net, component, TEPUI_PATH_ACCURACY);
}

const tepui_observable_type tepui_observable_path_accuracy = {
    .kind =
        {.name = "path_accuracy",
         .doc =
             "share of the rows held out that are classified correctly, at steps 0, 1, 2, 5, 10, ... of a trajectory",
         .source = "Orvieto et al. 2021, section 5"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD | TEPUI_NEEDS_PATH_ACCURACY,
    .least_points = 1,
    .records = 1,
    .censors = 1,
    .measure = measure,
    .formula = "share of the rows held out whose largest output is their class, at the recorded steps",
    .special = "infinite after a divergence",
};
