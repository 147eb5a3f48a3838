/* n6.c -- norm_F(df/dW_l) = norm(B_l) norm(a_{l-1}): layers below l met forward, those from l on met backward, one mask
   each. With constant width and He the law is the same at every layer. Xavier with ReLU halves norm2 per layer. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return (norms_is(&c->activation, "relu") ? norms_gaussian_net(c, "relu", why)
                                             : norms_gaussian_net(c, "linear", why)) &&
           norms_known_input(c, why) && norms_scalar_output(c, why) &&
           norms_need(component != TEPUI_COMPONENT_TOTAL, "a single layer, not the total", why);
}

const tepui_law_type tepui_law_n6 = {
    .kind = {.name = "N6",
             .doc = "Weight gradient of a scalar output: norm_F(df/dW_l) is a product of all layers' factors, the same "
                    "law at every l: vanishing is uniform over layers",
             .source = "theory N6"},
    .observable = "output_gradient_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = norms_gradient,
};
