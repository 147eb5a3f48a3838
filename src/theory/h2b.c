/* h2b.c -- mean squares of all blocks of law H2, l < k. Given life below, B_k is independent of what is below layer k,
   and so is every layer's share in M of the layers below: masks and signs of symmetric rows are independent. With m_j
   the mean number of live units, w_j/2 (ReLU) or w_j,

       E norm_F^2 = E|x|^2 prod_{j<l} m_j sigma_j^2  m_l  prod_{l<j<k} m_j sigma_j^2  prod_{j>=k} m_j sigma_{j+1}^2.

   Where law H2 knows the whole law, how well samples show the mean is known, too; elsewhere they have to tell. */
#include "norms.h"
#include <math.h>

extern const tepui_law_type tepui_law_h2;

static int applies(const tepui_cell *c, long component, const char **why)
{
    size_t k, l;
    return norms_gaussian_net(c, NORMS_EITHER, why) && norms_known_input(c, why) &&
           norms_need(c->readout == TEPUI_READOUT_DENSE, "a dense read-out only", why) &&
           norms_need(norms_is(&c->loss, "output"), "loss output only", why) &&
           norms_need(norms_is_block(component, TEPUI_RESIDUAL, &k, &l) && k > l, "blocks R k,l, l < k, only", why);
}

static tepui_status add_spread(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const char *why;
    tepui_prediction whole = {0};
    if (!tepui_law_h2.applies(c, component, &why)) return TEPUI_OK;
    const tepui_status st = tepui_law_h2.predict(c, component, &whole, err);
    if (st != TEPUI_OK) return st;
    norms_spread(p, tepui_exact_ln_moment(whole.exact, 4), tepui_exact_ln_moment(whole.exact, 6));
    tepui_prediction_clear(&whole);
    return TEPUI_OK;
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    size_t k, l;
    (void)norms_is_block(component, TEPUI_RESIDUAL, &k, &l);
    const double below = norms_ln_mean_square(c, 0, l - 1, 0), between = norms_ln_mean_square(c, l + 1, k - 1, 0);
    const double above = norms_ln_mean_square(c, k, c->depth, 1);
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_MOMENT,
                            .power = 2,
                            .ln_moment = below + norms_ln_live(c, l) + between + above,
                            .ln_spread = NAN,
                            .skewness = NAN};
    return add_spread(c, component, p, err);
}

const tepui_law_type tepui_law_h2b = {
    .kind = {.name = "H2b",
             .doc =
                 "Second derivatives of the output: the mean square of every block is the product of all layers' mean "
                 "squares, exact at any widths, linear or ReLU; it does not vanish where the typical block does",
             .source = "docs/theory/curvature.md#h2b"},
    .observable = "hessian_block_norm",
    .form = TEPUI_PREDICTS_MOMENT,
    .applies = applies,
    .predict = predict,
};
