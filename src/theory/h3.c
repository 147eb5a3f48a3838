/* h3.c -- how fast the parts of the Hessian vanish. With a loss whose residual tends to -y as f vanishes, every block
   of R is a product of all layers once, every block of G has them twice: over depths, ln norm(R) falls like ln
   norm(a_L) and ln norm(G) like twice that, so that R is what remains and the Hessian becomes hollow (chains: theory
   C6). The number of blocks grows like L^2 and the weights left out of a block vary: between depths that changes ln
   norm by no more than 2 ln L for R, whose slope is at most 2/L, and twice that for G. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_need(norms_is(&c->loss, "mse"), "loss mse only", why) && norms_deep_hessian(c, component, why);
}

const tepui_law_type tepui_law_h3 = {
    .kind =
        {.name = "H3",
         .doc =
             "Vanishing curvature: over depths ln norm(R) falls like ln norm(f) and ln norm(G) twice as fast, within "
             "2/L and 4/L, where L is at least 16 d: a hollow Hessian, a flat saddle",
         .source = "theory C6, H3; Orvieto et al. 2021"},
    .observable = "hessian_norm",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = norms_hessian_slope,
};
