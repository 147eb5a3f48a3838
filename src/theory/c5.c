/* c5.c -- Hessian of a Gaussian chain f = w_n ... w_1 x, entry by entry. With r = d loss/d f and h = d2 loss/d f2

       G_kl = h f^2/(w_k w_l),   R_kl = r f/(w_k w_l) for k != l, R_kk = 0.

   Each is a product of independent weights wherever the loss brings no other variable: squared error (h = 1) in G with
   any targets, in R with targets zero (r = f), and loss output (h = 0, r = +-1) in R. A weight comes as often as f
   does, twice or once, less one for each of k and l: the exact law of ln|G_kl| is a sum of ln chi2_1 with whole and
   half factors. */
#include "chain.h"

static int known_block(const tepui_cell *c, long component, const char **why)
{
    size_t k, l;
    const int squared = norms_is(&c->loss, "mse");
    if (norms_is_block(component, TEPUI_GAUSS_NEWTON, &k, &l)) return norms_need(squared, "G with loss mse only", why);
    return norms_need(norms_is_block(component, TEPUI_RESIDUAL, &k, &l), "blocks G k,l and R k,l only", why) &&
           norms_need(k != l, "R k,k is 0 (law H1)", why) &&
           norms_need(norms_is(&c->loss, "output") || (squared && c->targets == TEPUI_TARGETS_ZERO),
                      "R with loss output, or mse with targets zero, only", why);
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    return chain_linear(c, why) && norms_gaussian_net(c, NORMS_LINEAR, why) && norms_known_input(c, why) &&
           norms_need(chain_factors(c) > 2, "three weights at least", why) && known_block(c, component, why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    size_t k, l;
    const int often = norms_is(&c->loss, "mse") ? 2 : 1;
    (void)norms_is_block(component, TEPUI_GAUSS_NEWTON, &k, &l);
    TEPUI_TRY(norms_begin(p, err));
    if (!norms_unit_input(c)) TEPUI_TRY(norms_add(p, TEPUI_TERM_CHI2, 1, 1.0, often, err));
    for (size_t j = 1; j <= chain_factors(c); j++) {
        const int power = often - (j == k) - (j == l);
        if (power > 0) TEPUI_TRY(norms_add(p, TEPUI_TERM_CHI2, 1, c->sigma[j], power, err));
    }
    norms_finish(p);
    return st;
done:
    tepui_prediction_clear(p);
    return st;
}

const tepui_law_type tepui_law_c5 = {
    .kind = {.name = "C5",
             .doc = "Hessian of a Gaussian chain, exact at any depth: |G_kl| = f^2/|w_k w_l| and, with targets zero or "
                    "loss output, |R_kl| = |r f|/|w_k w_l| are products of independent whole and squared weights",
             .source = "docs/theory/chains.md#c5; Orvieto et al., arXiv 2106.03763"},
    .observable = "hessian_block_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
