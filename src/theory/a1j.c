/* a1j.c -- residual nets with a linear Gaussian branch: J is the net itself, so norm2(J u) of a unit vector has the
   law of A1 whatever the data is. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_residual_net(c, why) && norms_need(component != 0, "layer 0 is the direction", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    return norms_residual(c, component, NORMS_TANGENT, p, err);
}

const tepui_law_type tepui_law_a1j = {
    .kind = {.name = "A1j",
             .doc = "Residual net with a linear Gaussian branch: norm2(J u) has the law of the forward norm, A1",
             .source = "docs/theory/cures.md#a1j"},
    .observable = "jacobian_vector_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
