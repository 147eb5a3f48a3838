/* h2.c -- blocks of the second derivative of the output, of one or along a direction v, l < k:

       norm_F(d2 f/d W_k d W_l) = norm(B_k) norm_F(M) norm(a_{l-1}),   M = D_{k-1} W_{k-1} ... W_{l+1} D_l,

   B_k the backward vector at z_k, D the slopes. The outer factors are those of the gradient (law N6): W_k is Gaussian,
   so B_k depends on what is below layer k through its direction alone, and not at all in law; the factors are
   independent given life. M has a product law where
     l = k - 1   M = D_l: norm_F^2 is the number of live units, Binomial(w_l, 1/2) fresh (ReLU), or w_l (linear)
     l = k - 2   linear: M = W_{k-1}, norm_F^2 = sigma^2 chi2 with w_{k-1} w_l degrees of freedom
     w_l = 1     M is a vector, the image of a unit tangent: the factors of layers l+1 .. k-1, and the mask of layer l
   and a mixed law elsewhere (only the mean of its square is simple). */
#include "norms.h"
#include <math.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    size_t k, l;
    const int relu = given_slopes(c, 0, 1);
    return norms_gaussian_net(c, NORMS_EITHER, why) && norms_known_input(c, why) &&
           norms_need(c->readout == TEPUI_READOUT_DENSE, "a dense read-out only", why) &&
           norms_need(norms_is(&c->loss, "output"), "loss output only", why) &&
           norms_need(c->depth > 1, "depth 2 at least", why) &&
           norms_need(norms_is_block(component, TEPUI_RESIDUAL, &k, &l) && k > l, "blocks R k,l, l < k, only", why) &&
           norms_need(k == l + 1 || (k == l + 2 && !relu) || c->width[l] == 1,
                      "neighbouring layers, or next but one (linear), or from width 1, only", why);
}

/* norm_F(M); of neighbours in a linear net it is a constant. */
static tepui_status add_middle(const tepui_cell *c, size_t k, size_t l, tepui_prediction *p, tepui_error *err)
{
    const int relu = given_slopes(c, 0, 1);
    tepui_status st = TEPUI_OK;
    if (relu) st = norms_add(p, TEPUI_TERM_COUNT, c->width[l], 1.0, 1, err);
    if (st != TEPUI_OK || k == l + 1) return st;
    if (c->width[l] == 1) return norms_add_layers(c, l + 1, k - 1, 0, p, err);
    return norms_add(p, TEPUI_TERM_CHI2, c->width[l + 1] * c->width[l], c->sigma[l + 1], 1, err);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    size_t k, l;
    (void)norms_is_block(component, TEPUI_RESIDUAL, &k, &l);
    const int constant = k == l + 1 && given_slopes(c, 1, 1);
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION};
    TEPUI_TRY(tepui_exact_new(constant ? 0.5 * log((double)c->width[l]) : 0, 0.5, &p->exact, err));
    TEPUI_TRY(norms_add_input(c, p, err));
    TEPUI_TRY(norms_add_layers(c, 1, l - 1, 0, p, err));
    TEPUI_TRY(add_middle(c, k, l, p, err));
    TEPUI_TRY(norms_add_layers(c, k, c->depth, 1, p, err));
    norms_finish(p);
    return st;
done:
    tepui_prediction_clear(p);
    return st;
}

const tepui_law_type tepui_law_h2 = {
    .kind = {.name = "H2",
             .doc = "Second derivatives of the output: block (k, l) has the norm |B_k| |M|_F |a_(l-1)|, a product "
                    "of independent factors, exactly, for neighbouring layers (M: the live units of layer l), next "
                    "but one in linear nets, and from layers of width 1",
             .source = "docs/theory/curvature.md#h2"},
    .observable = "hessian_block_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
