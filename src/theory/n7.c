/* n7.c -- Lyapunov exponents of Gaussian products, at any finite depth: Q_{l-1} has orthonormal columns independent of
   W_l, so W_l Q_{l-1} is Gaussian and R_ii^2 = sigma_l^2 chi2 with w_l - i + 1 degrees of freedom, independent over i
   and l. The exponent's mean is Newman's (ln(2 sigma^2) + psi((d - i + 1)/2))/2. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_has_exponents(c, NORMS_LINEAR, component, why);
}

const tepui_law_type tepui_law_n7 = {
    .kind = {.name = "N7",
             .doc =
                 "Lyapunov exponents of linear Gaussian nets, exact at any depth and widths: exponent i is the mean of "
                 "half ln(sigma^2 chi2_(d-i+1)) over the layers",
             .source = "docs/theory/wide-nets.md#n7; Newman 1986"},
    .observable = "lyapunov_exponent",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = norms_exponent,
};
