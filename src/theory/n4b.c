/* n4b.c -- E norm2^2 for weights of any symmetric law with kurtosis k = E z^4: how far a law other than the Gaussian
   one matters. With A = E sum_i a_i^4 and B = E |a|^4, weights of variance v and n units after n0,

       linear: A' = n v^2 (3 B + (k - 3) A),      B' = A' + n (n - 1) v^2 B
       ReLU:   A' = n v^2 (3 B + (k - 3) A) / 2,  B' = A' + n (n - 1) v^2 B / 4

   since units are independent given the layer below, and ReLU keeps either sign of a symmetric law with probability
   1/2. A is about 3 B / n, so the law of the weights enters at order 1/n^2 a layer only. On the unit sphere of R^n0,
   A = 3 / (n0 + 2) and B = 1. The same for E norm2^4 and E norm2^6 (power_sums.c) tells how well samples show it. */
#include "norms.h"
#include "power_sums.h"
#include <math.h>
#include <tepui/source.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    const tepui_distribution_type *law = c->distribution.type;
    return norms_need(law->fill && law->moment && isfinite(law->moment(c->distribution.value, 12)),
                      "independent weights with a finite 12th moment only", why) &&
           norms_need(given_plain(c) && c->points == 1 && !(c->sigma_b > 0), "plain nets, one point, no biases", why) &&
           norms_need(c->sampler->matrices, "sampler: full only", why) &&
           norms_need(given_slopes(c, 0, 1) || given_slopes(c, 1, 1), "linear or relu only", why) &&
           norms_need(norms_is(&c->data->spec.source, "sphere") && c->data->spec.resample,
                      "fresh inputs, uniform on the sphere, only", why) &&
           norms_need(component == (long)c->depth, "the last layer only", why);
}

/* ln E norm2^degree */
static double ln_mean(const tepui_cell *c, size_t layers, int degree)
{
    const tepui_distribution_type *law = c->distribution.type;
    double moment[POWER_SUMS_DEGREE + 1] = {1, 1};
    power_sums s;
    for (int k = 2; k <= degree; k++) moment[k] = law->moment(c->distribution.value, 2 * k);
    power_sums_begin(&s, degree, c->inputs, moment);
    for (size_t l = 1; l <= layers; l++)
        power_sums_layer(&s, c->width[l], given_slopes(c, 0, 1) ? 0.5 : 1, c->sigma[l]);
    return power_sums_ln_mean(&s);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const size_t layers = (size_t)component;
    (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_MOMENT, .ln_moment = ln_mean(c, layers, 2)};
    norms_spread(p, ln_mean(c, layers, 4), ln_mean(c, layers, 6));
    return TEPUI_OK;
}

const tepui_law_type tepui_law_n4b = {
    .kind = {.name = "N4b",
             .doc = "Mean of norm2^2 for weights of any symmetric law: their kurtosis enters at order 1/d^2 a layer",
             .source = "docs/theory/wide-nets.md#n4b; compare Hanin and Nica 2018"},
    .observable = "weighted_norm4",
    .form = TEPUI_PREDICTS_MOMENT,
    .applies = applies,
    .predict = predict,
};
