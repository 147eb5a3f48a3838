/* n6.c -- norm_F(df/dW_l) = norm(B_l) norm(a_{l-1}): layers below l met forward, those from l on met backward, one mask
   each. Of several outputs, f = v^T out with a unit vector v drawn independently of the weights: v^T W has the law of
   one row of W. With constant width and He the law is the same at every layer. Xavier with ReLU halves norm2 per layer.
 */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, NORMS_EITHER, why) && norms_known_norm(c, why) &&
           norms_need(c->readout == TEPUI_READOUT_DENSE, "a dense read-out only", why) &&
           norms_need(component != TEPUI_COMPONENT_TOTAL, "a single layer, not the total", why);
}

const tepui_law_type tepui_law_n6 = {
    .kind = {.name = "N6",
             .doc = "Weight gradient of the output (along a unit direction): norm_F(df/dW_l) is a product of all "
                    "layers' factors, the same "
                    "law at every l: vanishing is uniform over layers",
             .source = "docs/theory/wide-nets.md#n6"},
    .observable = "output_gradient_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = norms_gradient,
};
