/* h3.c -- how fast the parts of the Hessian vanish. With a loss whose residual tends to -y as f vanishes, every block
   of R is a product of all layers once, every block of G has them twice: over depths, ln norm(R) falls like ln
   norm(a_L) and ln norm(G) like twice that, so that R is what remains and the Hessian becomes hollow (chains: theory
   C6).

   What else depends on the depth is which weights are left out of a block. For a scalar output f = B_k^T W_k a_{k-1} =
   norm(B_k) norm(a_{k-1}) g_k with g_k normal, whatever the other layers, and norm(G) = norm2(f) sum_k 1/g_k^2: among L
   numbers the least |g_k| is of order 1/L at least (union bound), so the sum is of order L^2 at most, and so is that of
   the pairs in norm(R)/norm(f) (chains: f^2 sum u_k^2, |f y| sqrt((sum u_k^2)^2 - sum u_k^4)). Between depths that
   changes ln norm by no more than 2 ln L, whose slope is at most 2/L, L the least depth. */
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
             "2/L, where L is at least 16 d and f vanishes: a hollow Hessian, a flat saddle",
         .source = "docs/theory/curvature.md#h3; Orvieto et al., arXiv 2106.03763"},
    .observable = "hessian_norm",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = norms_hessian_slope,
};
