/* a3r.c -- orthogonal weights, ReLU: norm2(a_l)/norm2(a_{l-1}) = sigma^2 m Beta(K/2, (m - K)/2), K ~ Binomial(d_l,
   1/2), m the larger side of W_l, iid over square layers; K = 0 kills the sample. Times chi2_m it is the factor of law
   N2: the variance of ln is that of Gaussian weights less psi1(m/2), about 3/d in place of 5/d, and with He ln falls by
   about 3/(2d) a layer in place of 5/(2d). */
#include "sphere.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_need(given_slopes(c, 0, 1), "relu only", why) && sphere_applies(c, SPHERE_FORWARD, component, why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    return sphere_predict(c, SPHERE_FORWARD, component, p, err);
}

const tepui_law_type tepui_law_a3r = {
    .kind = {.name = "A3r",
             .doc = "ReLU net, orthogonal weights: norm2 takes a factor sigma^2 m Beta(K/2, (m - K)/2) per layer, K ~ "
                    "Binomial(d, 1/2) fresh in every layer, m the larger side of the matrix; spread 3/d, not 5/d",
             .source = "docs/theory/cures.md#a3r"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
