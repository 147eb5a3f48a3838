/* n5.c -- median of ln norm(J u) against depth, cells that differ in depth only. Predicted: the slope fitted to the
   exact medians with the same weights, so that finite depth is no excuse; its limit is -(5/4) / d per layer (ReLU, He).
 */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, NORMS_EITHER, why) &&
           norms_need(component == (long)c->depth, "the last layer only", why);
}

const tepui_law_type tepui_law_n5 = {
    .kind = {.name = "N5",
             .doc = "Width threshold: over a sweep of depths the median follows the exact law, ln median about -(5/4) "
                    "L/d (ReLU, He; norm) or -(1/2) L/d (linear); bounded away from 0 iff d grows at least like L",
             .source = "docs/theory/wide-nets.md#n5; Orvieto et al., arXiv 2106.03763"},
    .observable = "jacobian_vector_norm",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = norms_tangent,
};
