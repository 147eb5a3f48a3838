/* n9.c -- mean field of any activation (Poole et al. 2016; Schoenholz et al. 2017). The mean square q_l of the
   pre-activations follows q_1 = sigma_1^2 |x|^2 + sigma_b^2, q_{l+1} = sigma_{l+1}^2 d_l E phi(sqrt(q_l) z)^2 +
   sigma_b^2, and norm2(J u) grows by chi_1 = sigma_l^2 d_l E phi'(sqrt(q_l) z)^2 per layer: ordered below 1, chaotic
   above. A limit d -> inf: per layer E ln |J u| is less by (3 m - 1)/(4 d), m = E phi'^4/(E phi'^2)^2 (the spread of
   sum_i phi'(z_i)^2 w_i^2, w_i normal; ReLU: m = 2 and 5/(4 d), docs/theory/wide-nets.md#n5); the spread of q_l and the
   overlap of u with the vectors add terms of the same order. The slope of the median of ln |J u| against depth may be
   off by twice the first, (3 m - 1)/(2 d), d the smallest width. Weights of kurtosis k = 3 + e add m e s/d, s = sum_i
   u_i^4, to the relative variance of a layer's growth of norm2, a quarter of which ln |J u| loses; s = m (3 + e s)/d,
   so that s = 3 m/(d - m e), and twice that quarter is 3 m^2 |e|/(2 d (d - m e)). With m e near d few units carry u,
   and there is no mean field: m e <= d/2 only. */
#include "wide.h"
#include <math.h>
#include <tepui/source.h>

/* ln |J u| of the mean field, layer by layer, and the mean square of the last; NaN where a moment is not known. */
static double ln_growth(const tepui_cell *c, moments *m, double *last)
{
    const int gaussian = given_source(c)->gaussian;
    double square = gaussian ? (double)c->inputs : 1, sum = 0, before = NAN, chi = 0, next = 0;
    for (size_t l = 1; l <= c->depth; l++) {
        const double variance = c->sigma[l] * c->sigma[l], d = (double)c->width[l];
        const double q = variance * square + c->sigma_b * c->sigma_b;
        if (q != before) { /* past the transient q stands still */
            chi = moments_slope_square(m, q);
            next = moments_square(m, q);
            before = q;
        }
        square = d * next;
        sum += 0.5 * log(variance * d * chi);
    }
    *last = before;
    return sum;
}

/* Light tails let many units carry u. */
static int tails_are_light(const tepui_cell *c)
{
    moments *m;
    double q;
    if (wide_excess(c) <= 0) return 1;
    if (moments_new(&c->activation, &m, NULL) != TEPUI_OK) return 0;
    (void)ln_growth(c, m, &q);
    const double spread = wide_spread(m, q);
    moments_free(m);
    return wide_tails_are_light(c, spread);
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_wide_net(c, component, why) && norms_need(c->points == 1, "one data point only", why) &&
           norms_need(tails_are_light(c), WIDE_TAILS, why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    moments *m;
    double q;
    const tepui_status st = moments_new(&c->activation, &m, err);
    (void)component;
    if (st != TEPUI_OK) return st;
    const double mean = ln_growth(c, m, &q), spread = wide_spread(m, q), d = (double)norms_narrowest(c);
    norms_normal(p, mean, (double)c->depth, (3 * spread - 1) / (2 * d) + wide_tails(c, spread));
    moments_free(m);
    return isnan(p->mean + p->slack) ? norms_unconverged(c, err) : TEPUI_OK;
}

const tepui_law_type tepui_law_n9 = {
    .kind =
        {.name = "N9",
         .doc = "Mean field, any activation: gradients and J u grow by chi_1 = sigma2_w E phi'^2 per layer at the mean "
                "square q of the pre-activations; the slope of the median holds within (3 m - 1)/(2 d) + 3 m^2 "
                "|e|/(2 d (d - m e)), m = E phi'^4/(E phi'^2)^2, e = k - 3, k the weights' kurtosis, m e at most d/2",
         .source = "docs/theory/wide-nets.md#n9; Poole et al. 2016; Schoenholz et al. 2017"},
    .observable = "jacobian_vector_norm",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = predict,
};
