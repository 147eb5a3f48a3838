/* c6.c -- how hollow a chain's Hessian becomes, any law of the weights. With u_k = 1/w_k, S2 = sum u_k^2, S4 = sum
   u_k^4 and squared error, the diagonal has the norm f^2 sqrt(S4) and the rest |f| |2 f - y| sqrt(S2^2 - S4) (C5), so

       ln hollowness = ln|f| - ln sqrt(f^2 + (2 f - y)^2 Q),   Q = (S2^2 - S4)/S4 <= n - 1.

   Once |f| is negligible beside |y| that is ln|f| - ln|y| - (ln Q)/2: it falls with depth like ln|f|, which is the
   diagonal falling twice as fast as the rest. Q is ruled by the smallest weights and converges as n grows; the median
   of a sum of n terms is off its mean by a constant and O(1/n). Between depths (ln Q)/2 moves by no more than (ln n)/2,
   whose slope is at most 1/(2n); 1/n is allowed for both. */
#include "chain.h"
#include <math.h>

#define DEVIATIONS 3.0 /* by which ln|f| is below 0 where |f| counts as negligible */

static int applies(const tepui_cell *c, long component, const char **why)
{
    return chain_linear(c, why) && chain_has_logarithms(c, why) && norms_known_input(c, why) &&
           norms_need(norms_is(&c->loss, "mse"), "loss mse only", why) &&
           norms_need(c->targets == TEPUI_TARGETS_GAUSSIAN, "targets: gaussian only", why) &&
           norms_need(component == TEPUI_COMPONENT_H, "component H only", why) &&
           norms_need(chain_ln_mean(c) + DEVIATIONS * sqrt(chain_ln_variance(c)) < 0,
                      "where |f| < 1 by three standard deviations only", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    (void)component;
    (void)err;
    norms_normal(p, chain_ln_mean(c), chain_ln_variance(c), 1 / (double)chain_factors(c));
    return TEPUI_OK;
}

const tepui_law_type tepui_law_c6 = {
    .kind = {.name = "C6",
             .doc = "Chains become hollow: over depths the median ln of diagonal over whole falls like E ln|f|, within "
                    "1/L, for any law of the weights with a mean ln|w|, where f has vanished",
             .source = "docs/theory/chains.md#c6; Orvieto et al., arXiv 2106.03763"},
    .observable = "hollowness",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = predict,
};
