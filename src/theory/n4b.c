/* n4b.c -- E norm2^2 for weights of any symmetric law with kurtosis k = E z^4: how far a law other than the Gaussian
   one matters. With A = E sum_i a_i^4 and B = E |a|^4, weights of variance v and n units after n0,

       linear: A' = n v^2 (3 B + (k - 3) A),      B' = A' + n (n - 1) v^2 B
       ReLU:   A' = n v^2 (3 B + (k - 3) A) / 2,  B' = A' + n (n - 1) v^2 B / 4

   since units are independent given the layer below, and ReLU keeps either sign of a symmetric law with probability
   1/2. A is about 3 B / n, so the law of the weights enters at order 1/n^2 a layer only. On the unit sphere of R^n0,
   A = 3 / (n0 + 2) and B = 1. */
#include "norms.h"
#include <math.h>
#include <string.h>
#include <tepui/source.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    const tepui_distribution_type *law = c->distribution.type;
    return norms_need(law->fill && law->kurtosis && !norms_is(&c->distribution, "student_t"),
                      "independent weights with all moments only", why) &&
           norms_need(!c->composition && c->points == 1 && !(c->sigma_b > 0), "plain nets, one point, no biases",
                      why) &&
           norms_need(c->sampler == TEPUI_SAMPLER_FULL, "sampler: full only", why) &&
           norms_need(norms_is(&c->activation, "relu") || norms_is(&c->activation, "linear"), "linear or relu only",
                      why) &&
           norms_need(norms_is(&c->data->spec.source, "sphere") && c->data->spec.resample,
                      "fresh inputs, uniform on the sphere, only", why) &&
           norms_need(component == (long)c->depth, "the last layer only", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double excess = ((const tepui_distribution_type *)c->distribution.type)->kurtosis(c->distribution.value) - 3;
    const double live = norms_is(&c->activation, "relu") ? 0.5 : 1;
    double share = 3 / ((double)c->inputs + 2), ln_norm4 = 0; /* A / B and ln B */
    (void)err;
    for (size_t l = 1; l <= (size_t)component; l++) {
        const double n = (double)c->width[l], v = c->sigma[l] * c->sigma[l];
        const double fourth = n * live * v * v * (3 + excess * share);
        const double growth = fourth + n * (n - 1) * live * live * v * v;
        ln_norm4 += log(growth);
        share = fourth / growth;
    }
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_MOMENT, .ln_moment = ln_norm4, .ln_spread = NAN, .skewness = NAN};
    return TEPUI_OK;
}

const tepui_law_type tepui_law_n4b = {
    .kind = {.name = "N4b",
             .doc = "Mean of norm2^2 for weights of any symmetric law: their kurtosis enters at order 1/d^2 a layer",
             .source = "theory N4, made exact; compare Hanin and Nica 2020"},
    .observable = "weighted_norm4",
    .form = TEPUI_PREDICTS_MOMENT,
    .applies = applies,
    .predict = predict,
};
