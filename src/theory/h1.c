/* h1.c -- piecewise-linear layers, one matrix per unit: f is linear in each W_k where no unit is at its kink (where
   slopes are constants by convention), so Hess f and R = sum_o r_o Hess f_o have no diagonal blocks. No law of the
   weights, loss or data is needed. Two matrices of a unit make a product, and a norm has a
   second derivative. */
#include "norms.h"
#include <math.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    size_t k, l;
    return norms_need(given_linear_in_units(c), "piecewise-linear layers, one matrix per unit and no more, only",
                      why) &&
           norms_need(norms_is_block(component, TEPUI_RESIDUAL, &k, &l) && k == l, "diagonal blocks R k,k only", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    (void)c, (void)component, (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_ATOMS};
    tepui_prediction_add_atom(p, -INFINITY, 1);
    return TEPUI_OK;
}

const tepui_law_type tepui_law_h1 = {
    .kind = {.name = "H1",
             .doc = "Piecewise-linear layers, one matrix per unit, any loss and data: the diagonal blocks R k,k of the "
                    "residual part "
                    "are exactly 0, so that those of the Hessian come from the Gauss-Newton part alone",
             .source = "docs/theory/curvature.md#h1"},
    .observable = "hessian_block_norm",
    .form = TEPUI_PREDICTS_ATOMS,
    .applies = applies,
    .predict = predict,
};
