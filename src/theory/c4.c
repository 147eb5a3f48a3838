/* c4.c -- log-normal approximation of a chain with its error: sup|F - Phi| <= 0.4748 rho / (s^3 sqrt(L)), where s^2 is
   the variance and rho the third absolute central moment of one ln|w| (Shevtsova 2011). Gaussian weights:
   rho = int |ln|z| - m|^3 phi(z) dz, m = -(gamma + ln 2)/2, by quadrature in w = ln|z|. */
#include "norms.h"
#include <gsl/gsl_math.h>
#include <tepui/source.h>

#define SHEVTSOVA 0.4748

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_chain(c, why) && norms_gaussian_net(c, NORMS_LINEAR, why) &&
           norms_need(norms_is(&c->data->spec.source, "sphere"), "inputs of norm 1 only (sphere)", why) &&
           norms_need(component != TEPUI_COMPONENT_OUTPUT || c->outputs == 1, "one output only", why) &&
           norms_need(component != 0, "layer 0 is the input", why);
}

/* The trapezoidal rule on either side of the mean; the integrand decays like e^w and like a double exponential. */
static double third_absolute_moment(double mean)
{
    const double h = 1e-3;
    double sum = 0;
    for (double d = 0.5 * h; d < 60; d += h)
        for (int side = -1; side <= 1; side += 2) {
            const double w = mean + side * d, z = exp(w);
            sum += d * d * d * sqrt(2 / M_PI) * z * exp(-0.5 * z * z) * h;
        }
    return sum;
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double one = -0.5 * (M_EULER + M_LN2), variance = M_PI * M_PI / 8;
    const size_t last = component < 0 ? c->depth + (component == TEPUI_COMPONENT_OUTPUT) : (size_t)component;
    double mean = 0;
    (void)err;
    for (size_t l = 1; l <= last; l++) mean += log(c->sigma[l]) + one;
    norms_normal(p, mean, variance * (double)last,
                 SHEVTSOVA * third_absolute_moment(one) / (pow(variance, 1.5) * sqrt((double)last)));
    p->atom = 0;
    return TEPUI_OK;
}

const tepui_law_type tepui_law_c4 = {
    .kind = {.name = "C4",
             .doc = "Gaussian chain: ln|f| is normal within 0.4748 rho/(s^3 sqrt(L)) (Berry-Esseen, Shevtsova)",
             .source = "docs/theory/chains.md#c4; Shevtsova 2011"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
