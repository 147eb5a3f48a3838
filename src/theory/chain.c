/* chain.c -- linear chains (see chain.h). */
#include "chain.h"
#include <math.h>

extern const tepui_law_type tepui_law_c1, tepui_law_c2;

int chain_linear(const tepui_cell *c, const char **why)
{
    return norms_chain(c, why) && norms_need(given_slopes(c, 1, 1), "linear only", why) &&
           norms_need(c->outputs == 1, "one output only", why);
}

size_t chain_factors(const tepui_cell *c)
{
    return c->depth + (c->readout == TEPUI_READOUT_DENSE);
}

static long last(const tepui_cell *c)
{
    return c->readout == TEPUI_READOUT_DENSE ? TEPUI_COMPONENT_OUTPUT : (long)c->depth;
}

int chain_has_output_law(const tepui_cell *c, const char **why)
{
    if (!given_gaussian_weights(c) && !norms_is(&c->distribution, "uniform"))
        return norms_need(0, "Gaussian or uniform weights only", why);
    const tepui_law_type *law = norms_is(&c->distribution, "uniform") ? &tepui_law_c2 : &tepui_law_c1;
    return law->applies(c, last(c), why);
}

tepui_status chain_output(const tepui_cell *c, tepui_prediction *p, tepui_error *err)
{
    const tepui_law_type *law = norms_is(&c->distribution, "uniform") ? &tepui_law_c2 : &tepui_law_c1;
    return law->predict(c, last(c), p, err);
}

int chain_has_logarithms(const tepui_cell *c, const char **why)
{
    const tepui_distribution_type *law = c->distribution.type;
    return norms_need(law->fill && law->cdf && isfinite(law->mean_log_abs(c->distribution.value)),
                      "independent weights with a finite mean of ln|w| only", why) &&
           norms_need(chain_ln_variance(c) > 0, "weights that are not all of one size only", why);
}

double chain_ln_mean(const tepui_cell *c)
{
    const tepui_distribution_type *law = c->distribution.type;
    double sum = 0;
    for (size_t l = 1; l <= chain_factors(c); l++) sum += log(c->sigma[l]) + law->mean_log_abs(c->distribution.value);
    return sum;
}

/* Var V = 2 int_0^oo u (P(V > m + u) + P(V < m - u)) du for V = ln|z| of a symmetric law with mean m; midpoint rule. */
double chain_ln_variance(const tepui_cell *c)
{
    const tepui_distribution_type *law = c->distribution.type;
    const double m = law->mean_log_abs(c->distribution.value), h = 1e-3;
    double sum = 0;
    for (double u = 0.5 * h; u < 40; u += h) {
        const double above = 2 * (1 - law->cdf(exp(m + u), c->distribution.value));
        const double below = 2 * law->cdf(exp(m - u), c->distribution.value) - 1;
        sum += 2 * u * (above + below) * h;
    }
    return sum * (double)chain_factors(c);
}
