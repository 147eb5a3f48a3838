/* c3.c -- ReLU chain. All units are alive with probability 2^-L, else f = 0 exactly; given life the law is that of the
   linear chain. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_chain(c, why) && norms_gaussian_net(c, NORMS_RELU, why) && norms_known_input(c, why) &&
           norms_need(component != 0, "layer 0 is the input", why);
}

const tepui_law_type tepui_law_c3 = {
    .kind = {.name = "C3",
             .doc = "ReLU chain: dead (f = 0) with probability 1 - 2^-L; given life, the law of the linear chain",
             .source = "docs/theory/chains.md#c3"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = norms_forward,
};
