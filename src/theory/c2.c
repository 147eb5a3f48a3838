/* c2.c -- uniform chain. w ~ U[-t, t]: -ln|w_1..w_L / t^L| ~ Gamma(L, 1), exactly. The median does not vanish at t = e
   only, where the mean of f^2 explodes as (e^2/3)^L. */
#include "norms.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <tepui/source.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_chain(c, why) && norms_need(norms_is(&c->distribution, "uniform"), "uniform weights only", why) &&
           norms_need(given_slopes(c, 1, 1), "linear only", why) &&
           norms_need(norms_is(&c->data->spec.source, "sphere"), "inputs of norm 1 only (sphere)", why) &&
           norms_need(component != TEPUI_COMPONENT_OUTPUT || c->outputs == 1, "one output only", why) &&
           norms_need(component != 0, "layer 0 is the input", why);
}

/* number: {layers, sum of ln t} */
static double cdf(const tepui_prediction *p, double x)
{
    return x >= p->number[1] ? 1 : gsl_cdf_gamma_Q(p->number[1] - x, p->number[0], 1.0);
}

static double survival(const tepui_prediction *p, double x)
{
    return x >= p->number[1] ? 0 : gsl_cdf_gamma_P(p->number[1] - x, p->number[0], 1.0);
}

static double density(const tepui_prediction *p, double x)
{
    return x >= p->number[1] ? 0 : gsl_ran_gamma_pdf(p->number[1] - x, p->number[0], 1.0);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const size_t last = component < 0 ? c->depth + 1 : (size_t)component;
    double ln_top = 0;
    (void)err;
    for (size_t l = 1; l <= last; l++) ln_top += log(c->sigma[l] * sqrt(3.0)); /* variance t^2/3 */
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION,
                            .cdf = cdf,
                            .survival = survival,
                            .density = density,
                            .number = {(double)last, ln_top},
                            .mean = ln_top - (double)last,
                            .variance = (double)last,
                            .atom = 0};
    p->median = tepui_prediction_quantile(p, 0.5);
    return TEPUI_OK;
}

const tepui_law_type tepui_law_c2 = {
    .kind = {.name = "C2",
             .doc = "Uniform chain: L ln t - ln|f| has the Gamma(L, 1) law exactly; with unit variance the median "
                    "vanishes like 0.637^L, with variance e^2/3 it neither vanishes nor explodes",
             .source = "docs/theory/chains.md#c2; Orvieto et al., arXiv 2106.03763; Choi 1994"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
