/* h3b.c -- mean trace of the Hessian, squared error: tr R = 0 (law H1) and tr G = sum_k norm2(a_{k-1})
   norm_F^2(df/dz_k), whose factors are independent given life (h2.c). With q outputs and m_j the mean number of live
   units,

       E tr H = sum_k E|x|^2 prod_{j<k} m_j sigma_j^2  prod_{j>=k} m_j sigma_{j+1}^2  q,

   without a read-out, m_L in place of the last factors m_L sigma_{L+1}^2 q. ReLU with He, one width throughout: that is
   q (L + 1) E|x|^2, which grows with the depth while the typical trace vanishes (law H3). */
#include "norms.h"
#include <math.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, NORMS_EITHER, why) && norms_known_norm(c, why) &&
           norms_need(norms_is(&c->loss, "mse"), "loss mse only", why) &&
           norms_need(component == TEPUI_COMPONENT_H || component == TEPUI_COMPONENT_G, "components H and G only", why);
}

/* ln E norm_F^2 of df/dz_k */
static double ln_backward(const tepui_cell *c, size_t k)
{
    if (c->readout == TEPUI_READOUT_DENSE) return norms_ln_mean_square(c, k, c->depth, 1) + log((double)c->outputs);
    return norms_ln_mean_square(c, k, c->depth - 1, 1) + norms_ln_live(c, c->depth);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    double top = -INFINITY, sum = 0; /* sum exp(top) */
    (void)component;
    (void)err;
    for (size_t k = 1; k <= c->depth + (c->readout == TEPUI_READOUT_DENSE); k++) {
        const double ln_share = norms_ln_mean_square(c, 0, k - 1, 0) + ln_backward(c, k), before = top;
        top = fmax(top, ln_share);
        sum = (sum > 0 ? sum * exp(before - top) : 0) + exp(ln_share - top);
    }
    *p = (tepui_prediction){
        .form = TEPUI_PREDICTS_MOMENT, .ln_moment = top + log(sum), .ln_spread = NAN, .skewness = NAN};
    return TEPUI_OK;
}

const tepui_law_type tepui_law_h3b = {
    .kind = {.name = "H3b",
             .doc =
                 "Mean trace of the Hessian, squared error, exact at any widths, linear or ReLU; q (L + 1) E|x|^2 with "
                 "ReLU, He and one width throughout, though the typical trace vanishes",
             .source = "docs/theory/curvature.md#h3b"},
    .observable = "hessian_trace",
    .form = TEPUI_PREDICTS_MOMENT,
    .applies = applies,
    .predict = predict,
};
