/* n3.c -- E norm2 = prod d sigma^2 / 2 (ReLU), 1 with He at every depth, whatever the median does. */
#include "norms.h"

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    return norms_moment(c, component, 1, p, err);
}

const tepui_law_type tepui_law_n3 = {
    .kind = {.name = "N3",
             .doc = "Mean of norm2 in Gaussian nets: 1 at every depth with He (ReLU) or LeCun (linear), though the "
                    "median vanishes",
             .source = "docs/theory/wide-nets.md#n3"},
    .observable = "weighted_norm2",
    .form = TEPUI_PREDICTS_MOMENT,
    .applies = norms_has_moments,
    .predict = predict,
};
