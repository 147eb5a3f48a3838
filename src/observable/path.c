/* path.c -- what a trajectory recorded on its way, ln of it but for shares. All are infinite behind a divergence.

   path_loss: the loss of the step's points. path_gradient_norm: the gradient of the loss over all points, whatever the
   optimizer saw. path_step_size: norm(theta_(t+1) - theta_t) over the norm of the gradient at t, the learning rate of
   plain gradient descent that goes as far. path_lambda_max, path_lambda_min: ends of the spectrum of the Hessian, where
   they are positive and negative. path_metric_max, path_metric_min: those of D^(-1/2) H D^(-1/2), D the diagonal by
   which the optimizer divides: beyond 2 over the rate steps overshoot, and the rate times the lower end is the exponent
   at which the optimizer leaves a saddle. path_accuracy: the share of the rows held out (data.held_out) for which the
   largest output is that of their class. No optimizer sees these rows; the normalisation of the set does. */
#include "component.h"

#define MEASURE(name, value)                                                                                           \
    static double name(const tepui_network *net, long component)                                                       \
    {                                                                                                                  \
        return component_path(net, component, value);                                                                  \
    }

/* transform_: LN or NONE; also_: what it needs beside a recorded trajectory */
#define RECORDED(measure_, transform_, also_, doc_, source_, formula_, special_)                                       \
    {                                                                                                                  \
        .kind = {.name = "path_" #measure_, .doc = doc_, .source = source_}, .unit = "1",                              \
        .transform = TEPUI_TRANSFORM_##transform_, .needs = TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD | (also_),           \
        .least_points = 1, .records = 1, .censors = 1, .measure = measure_, .formula = formula_, .special = special_,  \
    }

MEASURE(loss, TEPUI_PATH_LOSS)
MEASURE(gradient_norm, TEPUI_PATH_GRADIENT)
MEASURE(step_size, TEPUI_PATH_STEP)
MEASURE(lambda_min, TEPUI_PATH_MIN)
MEASURE(lambda_max, TEPUI_PATH_MAX)
MEASURE(metric_min, TEPUI_PATH_METRIC_MIN)
MEASURE(metric_max, TEPUI_PATH_METRIC_MAX)
MEASURE(accuracy, TEPUI_PATH_ACCURACY)

const tepui_observable_type tepui_observable_path_loss = RECORDED(
    loss, LN, 0, "loss at steps 0, 1, 2, 5, 10, ... of a trajectory of the optimizer", "Orvieto et al. 2021, section 5",
    "ln E(theta_t) at the recorded steps t", "infinite after a divergence; 0 where the loss is 0");
const tepui_observable_type tepui_observable_path_gradient_norm =
    RECORDED(gradient_norm, LN, 0, "norm of the gradient of the loss over all points along a trajectory",
             "Orvieto et al. 2021, section 5", "ln |grad E(theta_t)| at the recorded steps",
             "infinite after a divergence; 0 where the gradient is 0");
const tepui_observable_type tepui_observable_path_step_size =
    RECORDED(step_size, LN, 0, "effective step size along a trajectory: length of a step over the norm of the gradient",
             "Orvieto et al. 2021, section 5", "ln (|theta_(t+1) - theta_t| / |grad E(theta_t)|)",
             "infinite after a divergence");
const tepui_observable_type tepui_observable_path_lambda_min =
    RECORDED(lambda_min, LN, TEPUI_NEEDS_PATH_CURVATURE,
             "minus the smallest eigenvalue of the Hessian along a trajectory; 0 where none is negative",
             "Orvieto et al. 2021, section 5", "ln(-lambda_min) of H(theta_t)",
             "0 where it is not negative; infinite after a divergence");
const tepui_observable_type tepui_observable_path_lambda_max = RECORDED(
    lambda_max, LN, TEPUI_NEEDS_PATH_CURVATURE,
    "largest eigenvalue of the Hessian along a trajectory; 0 where none is positive", "Orvieto et al. 2021, section 5",
    "ln lambda_max of H(theta_t)", "0 where it is not positive; infinite after a divergence");
const tepui_observable_type tepui_observable_path_metric_min = RECORDED(
    metric_min, LN, TEPUI_NEEDS_PATH_METRIC,
    "minus the smallest eigenvalue of the Hessian in the optimizer's metric, D^(-1/2) H D^(-1/2), along a trajectory",
    "Orvieto et al. 2021, section 5; Cohen et al. 2022",
    "ln(-lambda_min) of D^(-1/2) H D^(-1/2), D the optimizer's diagonal",
    "0 where it is not negative; infinite after a divergence");
const tepui_observable_type tepui_observable_path_metric_max =
    RECORDED(metric_max, LN, TEPUI_NEEDS_PATH_METRIC,
             "largest eigenvalue of the Hessian in the optimizer's metric, D^(-1/2) H D^(-1/2), along a trajectory",
             "Orvieto et al. 2021, section 5; Cohen et al. 2022", "ln lambda_max of D^(-1/2) H D^(-1/2)",
             "0 where it is not positive; infinite after a divergence");
const tepui_observable_type tepui_observable_path_accuracy =
    RECORDED(accuracy, NONE, TEPUI_NEEDS_PATH_ACCURACY,
             "share of the rows held out that are classified correctly, at steps 0, 1, 2, 5, 10, ... of a trajectory",
             "Orvieto et al. 2021, section 5",
             "share of the rows held out whose largest output is their class, at the recorded steps",
             "infinite after a divergence");
