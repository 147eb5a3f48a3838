/* n9.c -- mean field of any activation (Poole et al. 2016; Schoenholz et al. 2017). The mean square q_l of the
   pre-activations follows q_1 = sigma_1^2 |x|^2 + sigma_b^2, q_{l+1} = sigma_{l+1}^2 d_l E phi(sqrt(q_l) z)^2 +
   sigma_b^2, and norm2(J u) grows by chi_1 = sigma_l^2 d_l E phi'(sqrt(q_l) z)^2 per layer: ordered below 1, chaotic
   above. A limit d -> inf: the slope of ln norm against depth may be off by a few 1/d (ReLU, He: 5/(4 d), theory N5);
   3/d is allowed, d the smallest width. */
#include "activation/moments.h"
#include "norms.h"
#include <math.h>
#include <string.h>
#include <tepui/source.h>

#define ALLOWED 3.0
#define NARROWEST 32u

static size_t narrowest(const tepui_cell *c)
{
    size_t d = c->width[1];
    for (size_t l = 2; l <= c->depth; l++) d = c->width[l] < d ? c->width[l] : d;
    return d;
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    const tepui_distribution_type *law = c->distribution.type;
    return norms_need(strcmp(c->architecture, "plain") == 0, "plain nets only", why) &&
           norms_need(c->points == 1, "one data point only", why) &&
           norms_need(law->kurtosis && isfinite(law->kurtosis(c->distribution.value)) && !law->fill_matrix,
                      "independent weights with a finite fourth moment only", why) &&
           norms_need(narrowest(c) >= NARROWEST, "widths of at least 32 only", why) && norms_known_input(c, why) &&
           norms_need(component == (long)c->depth, "the last layer only", why);
}

/* ln |J u| of the mean field, layer by layer; NaN where a moment is not known. */
static double ln_growth(const tepui_cell *c, moments *m)
{
    const int gaussian = norms_is(&c->data->spec.source, "gaussian");
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
    return sum;
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    moments *m;
    const tepui_status st = moments_new(&c->activation, &m, err);
    (void)component;
    if (st != TEPUI_OK) return st;
    norms_normal(p, ln_growth(c, m), (double)c->depth, ALLOWED / (double)narrowest(c));
    moments_free(m);
    return isnan(p->mean) ? norms_unconverged(c, err) : TEPUI_OK;
}

const tepui_law_type tepui_law_n9 = {
    .kind =
        {.name = "N9",
         .doc = "Mean field, any activation: gradients and J u grow by chi_1 = sigma2_w E phi'^2 per layer at the mean "
                "square q of the pre-activations; the slope of the median holds within 3/d",
         .source = "theory N9; Poole et al. 2016, Schoenholz et al. 2017"},
    .observable = "jacobian_vector_norm",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = predict,
};
