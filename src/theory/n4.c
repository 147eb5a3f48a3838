/* n4.c -- Hanin and Nica: ln norm2(J u) -> Normal(-beta/2, beta), beta = 5 sum 1/d_l (ReLU, He) or 2 sum 1/d_l
   (linear). Tested in its exact form, of which that is the limit: the product law of N1 or N2 for any widths and depth.
 */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, NORMS_EITHER, why) &&
           norms_need(component != 0, "layer 0 is the direction itself", why);
}

const tepui_law_type tepui_law_n4 = {
    .kind = {.name = "N4",
             .doc = "Jacobian times a unit vector: ln norm2(J u) has the exact law of N1 (linear) or N2 (ReLU), masks "
                    "acting as fresh coins",
             .source = "docs/theory/wide-nets.md#n4; Hanin and Nica 2018"},
    .observable = "jacobian_vector_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = norms_tangent,
};
