/* a3j.c -- orthogonal weights, linear or ReLU: norm2(J u) of a unit vector u has the law of norm2(a_l)/norm2(x), A3 and
   A3r: masks act as fresh coins (sphere.c). */
#include "sphere.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return sphere_applies(c, SPHERE_TANGENT, component, why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    return sphere_predict(c, SPHERE_TANGENT, component, p, err);
}

const tepui_law_type tepui_law_a3j = {
    .kind = {.name = "A3j",
             .doc = "Orthogonal weights, linear or ReLU: norm2(J u) has the law of the forward norm, A3 and A3r, the "
                    "masks being fresh coins",
             .source = "docs/theory/cures.md#a3j"},
    .observable = "jacobian_vector_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
