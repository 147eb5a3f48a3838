/* a1.c -- residual nets with a linear Gaussian branch of one matrix, a_l = a_{l-1} + alpha W_l a_{l-1}. Given a_{l-1},
   W_l a_{l-1} is Gaussian with variance sigma^2 norm2(a_{l-1}) in every coordinate, so
       norm2(a_l) / norm2(a_{l-1}) = v^2 chi'2_d(1/v^2),  v = alpha sigma,
   independent over layers, whatever a_{l-1} is. The mean is (1 + v^2 d)^L: with alpha = L^(-1/2) it tends to
   exp(sigma_w^2). */
#include "norms.h"
#include <math.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_residual_net(c, why) && norms_known_input(c, why) &&
           norms_need(component != 0, "layer 0 is the input", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    return norms_residual(c, component, NORMS_FORWARD, p, err);
}

const tepui_law_type tepui_law_a1 = {
    .kind = {.name = "A1",
             .doc = "Residual net with a linear Gaussian branch: norm2(a_l)/norm2(a_{l-1}) is v^2 chi'2_d(1/v^2), v = "
                    "alpha sigma, independent over layers, exactly; with alpha = 1/sqrt(L) nothing vanishes",
             .source = "docs/theory/cures.md#a1"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
