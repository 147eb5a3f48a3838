/* h1b.c -- the trace of R is that of its diagonal blocks, which are 0 with piecewise-linear activations (h1.c). */
#include "norms.h"
#include <math.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_need(given_linear_in_parameters(c), "piecewise-linear layers only", why) &&
           norms_need(component == TEPUI_COMPONENT_R, "component R only", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    (void)c, (void)component, (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_ATOMS};
    tepui_prediction_add_atom(p, -INFINITY, 1);
    return TEPUI_OK;
}

const tepui_law_type tepui_law_h1b = {
    .kind = {.name = "H1b",
             .doc = "Piecewise-linear activations: the trace of the residual part is exactly 0, that of the Hessian "
                    "the Gauss-Newton part's",
             .source = "docs/theory/curvature.md#h1b"},
    .observable = "hessian_trace",
    .form = TEPUI_PREDICTS_ATOMS,
    .applies = applies,
    .predict = predict,
};
