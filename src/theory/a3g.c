/* a3g.c -- orthogonal weights, linear or ReLU: norm_F(df/dW_l) = norm(B_l) norm(a_{l-1}), two independent products: of
   the layers below l met forward, of those from l on met backward, one mask each (sphere.c). At constant width the law
   is the same at every layer, as with Gaussian weights (N6); linear: the same number, to rounding. */
#include "sphere.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return sphere_applies(c, SPHERE_GRADIENT, component, why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    return sphere_predict(c, SPHERE_GRADIENT, component, p, err);
}

const tepui_law_type tepui_law_a3g = {
    .kind = {.name = "A3g",
             .doc =
                 "Weight gradient of a scalar output, orthogonal weights, linear or ReLU: norm_F(df/dW_l) is a product "
                 "of all layers' factors of A3 and A3r, those from l on taken backward",
             .source = "docs/theory/cures.md#a3g"},
    .observable = "output_gradient_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
