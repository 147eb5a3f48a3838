/* n3b.c -- E norm2^2 = prod_l sigma_l^4 E S^2: (1 + 5/d) per layer for ReLU with He, (1 + 2/d) for linear. */
#include "norms.h"

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    return norms_moment(c, component, 2, p, err);
}

const tepui_law_type tepui_law_n3b = {
    .kind = {.name = "N3b",
             .doc = "Mean of norm2^2 in Gaussian nets: (1 + 5/d)^L for ReLU with He, (1 + 2/d)^L for linear nets",
             .source = "docs/theory/wide-nets.md#n3b"},
    .observable = "weighted_norm4",
    .form = TEPUI_PREDICTS_MOMENT,
    .applies = norms_has_moments,
    .predict = predict,
};
