/* escape_time.c -- ln of the steps until a trajectory escapes (dynamics.escape), and until it diverges. A trajectory
   that does neither within dynamics.steps is right-censored there, as all others of the cell would be: +INFINITY, which
   is counted, so that quantiles over all samples are those of the Kaplan-Meier estimate. One that diverges never
   escapes, and what comes after an escape is no divergence: trajectories go on behind it for their records alone. */
#include "component.h"
#include <base/elementary.h>
#include <math.h>

static const long ends[] = {TEPUI_COMPONENT_DIVERGENCE, TEPUI_COMPONENT_ESCAPE, 0};

static double measure(const tepui_network *net, long component)
{
    const tepui_path p = tepui_network_path(net);
    return elementary_log(component == TEPUI_COMPONENT_ESCAPE ? p.escape : p.divergence);
}

const tepui_observable_type tepui_observable_escape_time = {
    .kind = {.name = "escape_time",
             .doc = "steps of the optimizer until the trajectory has left the plateau, and until it diverged; those "
                    "beyond dynamics.steps are censored and count as infinite",
             .source = "docs/theory/escape.md#e1, #e2; Orvieto et al. 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_PATH,
    .least_points = 1,
    .censors = 1,
    .named = ends,
    .measure = measure,
    .formula = "ln of the steps until escape (component escape) and until divergence",
    .special = "infinite beyond dynamics.steps, or after the other end",
};
