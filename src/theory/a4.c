/* a4.c -- mean of ln norm(a_l) of pre-activation residual ReLU nets, to order 1/d, with hypoactivation (brownian.c).
   Allowed: V/d times the part of the mean that is of order 1/d. */
#include "brownian.h"
#include <math.h>

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const brownian_norm n = brownian_predict(c, (size_t)component);
    (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_MEAN,
                            .mean = n.mean,
                            .variance = n.variance,
                            .median = NAN,
                            .atom = NAN,
                            .slack = fabs(n.correction) * n.feedback};
    return TEPUI_OK;
}

const tepui_law_type tepui_law_a4 = {
    .kind = {.name = "A4",
             .doc = "Residual ReLU nets with pre-activation: the mean of ln norm to order 1/d, fewer than half of the "
                    "squares being alive (hypoactivation); at alpha = 1/sqrt(L) it stays at any depth",
             .source = "docs/theory/cures.md#a4; compare Li, Nica, Roy 2021"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_MEAN,
    .applies = brownian_applies,
    .predict = predict,
};
