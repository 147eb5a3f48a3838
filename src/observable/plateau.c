/* plateau.c -- ln of the loss on lines through the initialisation: components "random t", "gradient t" and "eigenvector
   t", at theta_0 + t norm(theta_0) d, t = -1, -0.5, -0.2, -0.1, -0.05, 0, 0.05, ..., 1, d a unit vector: random; minus
   the gradient; the eigenvector of the smallest eigenvalue of the Hessian, along which the loss falls for t > 0; where
   the gradient has no part along it, its first large entry is positive. On a plateau nothing happens on any of them.

   A loss of 0 is -inf (counted as zero), one beyond the range of doubles +inf (infinite). A direction that does not
   exist (gradient 0, no negative eigenvalue) is 0: the loss is that of t = 0 on its whole line. NaN where the
   eigensolver failed. Of loss: output, which has a sign, the size. */
#include "component.h"

#define RAY(ray)                                                                                                       \
    TEPUI_COMPONENT_RAY(ray, 0), TEPUI_COMPONENT_RAY(ray, 1), TEPUI_COMPONENT_RAY(ray, 2),                             \
        TEPUI_COMPONENT_RAY(ray, 3), TEPUI_COMPONENT_RAY(ray, 4), TEPUI_COMPONENT_RAY(ray, 5),                         \
        TEPUI_COMPONENT_RAY(ray, 6), TEPUI_COMPONENT_RAY(ray, 7), TEPUI_COMPONENT_RAY(ray, 8),                         \
        TEPUI_COMPONENT_RAY(ray, 9), TEPUI_COMPONENT_RAY(ray, 10)

static const long rays[] = {RAY(TEPUI_RAY_RANDOM), RAY(TEPUI_RAY_GRADIENT), RAY(TEPUI_RAY_EIGENVECTOR), 0};

static double measure(const tepui_network *net, long component)
{
    const long number = component - TEPUI_COMPONENT_RAY(0, 0);
    return tepui_network_read(net, TEPUI_QUANTITY_PLATEAU, (size_t)(number / TEPUI_PLATEAU_POINTS),
                              (size_t)(number % TEPUI_PLATEAU_POINTS));
}

const tepui_observable_type tepui_observable_plateau = {
    .kind = {.name = "plateau",
             .doc = "loss at theta + t norm(theta) d around the initialisation, d random, minus the gradient, or the "
                    "eigenvector of the smallest eigenvalue of the Hessian",
             .source = "Orvieto et al. 2021; Li et al. 2018, Visualizing the loss landscape of neural nets"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_PLATEAU,
    .censors = 1,
    .least_points = 1,
    .named = rays,
    .measure = measure,
    .formula = "ln E(theta_0 + t |theta_0| d), d random, minus the gradient, or an eigenvector; \"random t\", ..",
    .special = "0 where the loss is 0; infinite beyond doubles; NaN where the solver failed",
};
