/* a3.c -- orthogonal weights, linear: norm2(a_l)/norm2(x) = product of sigma_j^2 m_j where no layer narrows, exactly
   but for rounding (m the larger side of W_j); a narrowing layer, rows < m, adds a factor Beta(rows/2, (m - rows)/2).
 */
#include "sphere.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_need(given_slopes(c, 1, 1), "linear only", why) && sphere_applies(c, SPHERE_FORWARD, component, why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    return sphere_predict(c, SPHERE_FORWARD, component, p, err);
}

const tepui_law_type tepui_law_a3 = {
    .kind = {.name = "A3",
             .doc = "Linear net, orthogonal weights: norms are preserved up to the scale, to rounding, at any depth; "
                    "where a layer narrows from m to n, norm2 takes a factor Beta(n/2, (m - n)/2)",
             .source = "docs/theory/cures.md#a3"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
