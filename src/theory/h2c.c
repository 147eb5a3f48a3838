/* h2c.c -- squared error, one output: G = J^T J, so that block (k, k) of the Hessian, which R does not reach where the
   activation is piecewise linear (law H1), has the norm norm2(df/dW_k), the square of law N6, whatever the targets. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    size_t k, l;
    return norms_gaussian_net(c, NORMS_EITHER, why) && norms_known_norm(c, why) && norms_scalar_output(c, why) &&
           norms_need(norms_is(&c->loss, "mse"), "loss mse only", why) &&
           norms_need(norms_is_block(component, TEPUI_GAUSS_NEWTON, &k, &l) && k == l, "diagonal blocks G k,k only",
                      why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    size_t k, l;
    (void)norms_is_block(component, TEPUI_GAUSS_NEWTON, &k, &l);
    return norms_gradient_power(c, k, 2, p, err);
}

const tepui_law_type tepui_law_h2c = {
    .kind = {.name = "H2c",
             .doc =
                 "Squared error, one output: the diagonal blocks of the Hessian have the law of the squared gradient "
                 "norms of N6, exactly, linear or ReLU, whatever the targets",
             .source = "docs/theory/curvature.md#h2c"},
    .observable = "hessian_block_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
