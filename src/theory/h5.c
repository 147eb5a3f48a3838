/* h5.c -- softmax cross-entropy. As f vanishes the probabilities p tend to 1/q, and with S = sum y the residual S p - y
   to S/q - y, which is not 0 for labels, while the metric S (diag(p) - p p^T) tends to a constant of rank q -
   1: for two outputs or more R and G are products of layers as with squared error, and the slopes and what they may be
   off by are those of law H3 (h3.c). With one output p = 1: nothing is left. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_need(norms_is(&c->loss, "cross_entropy"), "loss cross_entropy only", why) &&
           norms_need(c->outputs > 1, "two outputs at least", why) && norms_deep_hessian(c, component, why);
}

const tepui_law_type tepui_law_h5 = {
    .kind = {.name = "H5",
             .doc = "Softmax cross-entropy, two outputs at least: the slopes of H3, ln norm(R) like ln norm(f) and ln "
                    "norm(G) twice as fast, within 2/L, where L is at least 16 d",
             .source = "docs/theory/curvature.md#h5"},
    .observable = "hessian_norm",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = norms_hessian_slope,
};
