/* n1.c -- linear net: norm2(a_l)/norm2(x) = product of sigma_j^2 chi2_{d_j}, any widths. E ln = sum (psi(d/2) +
   ln(2 sigma^2)), about -L/d; Var ln = sum psi1(d/2), about 2 L/d. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, NORMS_LINEAR, why) && norms_known_norm(c, why) &&
           norms_need(component != 0, "layer 0 is the input", why);
}

const tepui_law_type tepui_law_n1 = {
    .kind = {.name = "N1",
             .doc = "Linear Gaussian net: norm2(a_l)/norm2(x) is a product of l independent factors (sigma2_w/d) "
                    "chi2_d, exactly",
             .source = "docs/theory/wide-nets.md#n1"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = norms_forward,
};
