/* n7r.c -- Lyapunov exponents of ReLU Gaussian nets: masks are independent coins (zonal.c), so that layer l has K ~
   Binomial(w_l, 1/2) rows and R_ii^2 = sigma_l^2 chi2 with K - i + 1 degrees of freedom, independent over the layers,
   as in n7.c. Where K < i anywhere the Jacobian has lost rank i: the exponent is -inf, its atom. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_has_exponents(c, NORMS_RELU, component, why);
}

const tepui_law_type tepui_law_n7r = {
    .kind = {.name = "N7r",
             .doc =
                 "Lyapunov exponents of ReLU Gaussian nets, exact at any depth and widths: exponent i is the mean of "
                 "half ln(sigma^2 chi2_(K-i+1)) over the layers, K ~ Binomial(d, 1/2), and is lost where K < i",
             .source = "docs/theory/wide-nets.md#n7r; Newman 1986"},
    .observable = "lyapunov_exponent",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = norms_exponent,
};
