/* a1g.c -- residual nets with a linear Gaussian branch: df/dW_l = alpha B_l a_{l-1}^T. B_l has met the read-out, a
   Gaussian row, and I + alpha W_k^T of the blocks above, each a factor as in A1; a_{l-1} those below: independent. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_residual_net(c, why) && norms_known_input(c, why) && norms_scalar_output(c, why) &&
           norms_need(given_weights_alone(c), "factors alpha that are not learned only", why) &&
           norms_need(component != TEPUI_COMPONENT_TOTAL, "a single layer, not the total", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    return norms_residual(c, component, NORMS_GRADIENT, p, err);
}

const tepui_law_type tepui_law_a1g = {
    .kind = {.name = "A1g",
             .doc = "Residual net with a linear Gaussian branch and one output: the weight gradient is a product of "
                    "the factors of all other layers, the same law at every l",
             .source = "docs/theory/cures.md#a1g"},
    .observable = "output_gradient_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
