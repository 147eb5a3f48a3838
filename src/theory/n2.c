/* n2.c -- ReLU net: the factors are sigma_j^2 chi2_K, K ~ Binomial(d_j, 1/2); P(dead by l) = 1 - prod (1 - 2^-d_j).
   Given life, with He: E ln per layer about -5/(2d), Var ln about 5/d. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, NORMS_RELU, why) && norms_known_norm(c, why) &&
           norms_need(component != 0, "layer 0 is the input", why);
}

const tepui_law_type tepui_law_n2 = {
    .kind =
        {.name = "N2",
         .doc =
             "ReLU Gaussian net: as N1 with chi2_K, K ~ Binomial(d, 1/2) fresh in every layer; K = 0 kills the sample",
         .source = "docs/theory/wide-nets.md#n2"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = norms_forward,
};
