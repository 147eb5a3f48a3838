/* direction.c -- nets with rms_norm or layer_norm (epsilon = 0) in every unit: how the direction of a_l turns.

   Linear. a_l = sqrt(d_l) h/|h|, h = P W_l a_{l-1}, P the identity (rms_norm) or the projection along (1, .., 1)
   (layer_norm), of rank n = d_l or d_l - 1. With z = h/|h| the derivative of a_l along u is
       u_l = sqrt(d_l)/|h| (1 - z z^T) P W_l u_{l-1}.
   Let b be the part of u_{l-1} across a_{l-1}; the part along it is mapped to z and projected out. W_l b and W_l
   a_{l-1} are independent Gaussian vectors of variances sigma^2 |b|^2, sigma^2 |a|^2: with independent numbers
       |u_l|^2 / d_l = |b|^2 / |a_{l-1}|^2  chi2_{n-1} / chi2_n,
   and u_l is across a_l. So norm2(u_l)/d_l is the squared tangent of an angle, and layers multiply it by independent
   ratios R_l = chi2_{n-1}/chi2_n, whatever the variances of the weights. E ln R = psi((n-1)/2) - psi(n/2), about -1/d,
   with variance about 4/d: gradients vanish like those of the plain net (N1), with twice the spread, though forward
   norms stand still.

   ReLU, a_l = sqrt(d) relu(h)/|relu(h)|, h = W a_{l-1} (dense, activation, rms_norm): which units live are coins
   independent of sizes, K = Binomial(d, 1/2) of them. Restricted to the living, all is as above with n = K in both
   numbers: R = chi2_{K-1}/chi2_K, 0 where K < 2. That is the chain of angles of plain ReLU nets, too. (With the norm
   before the ReLU, |relu(h)| is not normalised: the last layer then has another factor. Not covered.) A single live
   unit leaves rounding where 0 is meant; from width 40 on that has the probability 4e-11 a layer.

   Backward, v = a readout's row, all layers l: g = d f/d h_l is across h_l, so W_l^T g is a Gaussian vector across
   a_{l-1}, independent of what W_l a_{l-1} told; the projections of layer l - 1 keep its n - 1 dimensions across both.
       |df/dW_l|^2 = |g_l|^2 |a_{l-1}|^2 = d_L sigma_{L+1}^2 / sigma_l^2  R_l R_{l+1} .. R_L. */
#include "direction.h"

#define NARROWEST_RELU 40u

/* Widths below which a direction has no room to turn. */
static int has_room(const tepui_cell *c)
{
    const int relu = given_relu(c);
    for (size_t l = 1; l <= c->depth; l++)
        if (tepui_unit_size(c, l) < (relu ? NARROWEST_RELU : 3)) return 0;
    return c->inputs >= 2;
}

int direction_applies(const tepui_cell *c, const char **why)
{
    static const char *const rms[] = {"dense", "rms_norm", NULL},
                             *const before[] = {"dense", "rms_norm", "activation", NULL},
                             *const behind[] = {"dense", "activation", "rms_norm", NULL};
    static const char *const layer[] = {"dense", "layer_norm", NULL},
                             *const layer_before[] = {"dense", "layer_norm", "activation", NULL},
                             *const layer_behind[] = {"dense", "activation", "layer_norm", NULL};
    const int last = norms_units_are(c, behind), any = last || norms_units_are(c, rms) || norms_units_are(c, before) ||
                                                       norms_units_are(c, layer) || norms_units_are(c, layer_before) ||
                                                       norms_units_are(c, layer_behind);
    return norms_need(any, "units of dense, rms_norm or layer_norm, and activation only", why) &&
           norms_need(c->points == 1, "one data point only", why) &&
           norms_need(norms_exactly_normalised(c), "epsilon = 0 only", why) && norms_gaussian_weights(c, why) &&
           norms_need(given_linear(c) || (last && given_relu(c)), "linear only, or [dense, relu, rms_norm]", why) &&
           norms_need(has_room(c), "widths of at least 3, with relu 40, and 2 inputs only", why);
}

static int takes_mean_off(const tepui_cell *c)
{
    for (size_t k = 1; k <= c->composition->last[1]; k++)
        if (c->composition->layer[k].type->centres) return 1;
    return 0;
}

tepui_status direction_add_layers(const tepui_cell *c, size_t first, size_t last, tepui_prediction *p, tepui_error *err)
{
    const int relu = given_relu(c), mean_off = takes_mean_off(c);
    const tepui_term_kind kind = relu ? TEPUI_TERM_LIVE_RATIO : TEPUI_TERM_RATIO;
    tepui_status st = TEPUI_OK;
    for (size_t l = first; st == TEPUI_OK && l <= last; l++)
        st = norms_add(p, kind, tepui_unit_size(c, l) - (size_t)mean_off, 1, 1, err);
    return st;
}
