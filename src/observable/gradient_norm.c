/* gradient_norm.c -- ln of the Frobenius norm of d loss / d W_l, l = 1 .. L, "output" for the read-out, "total" for
   all. The loss is the mean over the points; biases are not part of the total. Law: docs/theory/wide-nets.md#n6. */
#include "component.h"

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_LOSS_GRADIENT, TEPUI_NORM, component_index(net, component));
}

const tepui_observable_type tepui_observable_gradient_norm = {
    .kind = {.name = "gradient_norm",
             .doc = "Frobenius norm of the gradient of the loss with respect to every weight matrix, and of all "
                    "together (total)",
             .source = "Orvieto et al. 2021, theorems 1 to 3"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_LOSS_GRADIENT,
    .least_points = 1,
    .first = component_one,
    .last = component_depth,
    .has_output = 1,
    .has_total = 1,
    .measure = measure,
    .formula = "ln norm_F(dE/dW_l), l = 1 .. L; output: of the read-out; total: all matrices, no biases",
    .special = "0 of a dead sample, or where the loss has no slope",
};
