/* e2.c -- adaptive methods leave the plateau of a linear chain in about 1/rate steps, at any depth.

   The sign of the gradient moves every |w_k| by the rate a step, outwards where f y > 0 (and where f y < 0 as soon as
   the smallest weight, of order 1/L, has changed its sign): f grows like prod (|w_k| + tau), tau = rate t, and escapes
   where L E ln(|w| + tau) = ln f_escape, up to fluctuations of order 1/sqrt(L). For L -> infinity that is the root of
   E ln(|w| + tau) = 0: no depth in it.

   Adam and amsgrad move a weight by at most rate B, B = (1 - beta_1)/sqrt(1 - beta_2) (Kingma and Ba 2015, sect.
   2.1); rmsprop by at most B = 1/sqrt(1 - alpha); nobody escapes before tau/(rate B). And where gradients grow, as they
   do on the way off the plateau, they move by more than the sign would. So ln median = ln(tau/rate) within ln B. That
   needs epsilon = 0 (or far below the gradient): with the usual 1e-8 they stand still where |gradient| << 1e-8, at
   depth 48 of the chains of unit variance. */
#include "flow.h"
#include <math.h>

#define LEAST_DEPTH 8u
#define SCATTER 0.25 /* of ln median: finite depth, signs that have to change */
#define SHORT 0.1    /* longest step beside tau */

/* E ln(|w| + tau) = ln tau + int_0^oo P(|w| > x)/(x + tau) dx for w = sigma z, by the midpoint rule in ln(x + tau). */
static double mean_ln(const tepui_cell *c, double sigma, double tau)
{
    const tepui_distribution_type *law = c->distribution.type;
    const double h = 1e-3;
    double sum = 0;
    for (double u = 0.5 * h; u < 40; u += h) {
        const double z = tau * expm1(u) / sigma, more = 2 * (1 - law->cdf(z, c->distribution.value));
        sum += more * h;
        if (more == 0) break;
    }
    return log(tau) + sum;
}

static double ln_output(const tepui_cell *c, double tau)
{
    double sum = 0, last = 0;
    for (size_t l = 1; l <= chain_factors(c); l++) {
        if (l == 1 || c->sigma[l] != c->sigma[l - 1]) last = mean_ln(c, c->sigma[l], tau);
        sum += last;
    }
    return sum;
}

/* By bisection of ln tau: ln_output increases. */
static double escape_tau(const tepui_cell *c)
{
    double low = -20, high = 5;
    for (int i = 0; i < 50; i++) {
        const double mid = 0.5 * (low + high);
        *(ln_output(c, exp(mid)) < log(flow_output(c)) ? &low : &high) = mid;
    }
    return exp(high);
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    return flow_chain(c, component, why) &&
           norms_need(!isnan(flow_ln_boost(c)), "signsgd, rmsprop, adam and amsgrad only", why) &&
           norms_need(flow_epsilon(c) == 0, "epsilon = 0 only: else the gradient vanishes beside it at some depth",
                      why) &&
           norms_need(chain_factors(c) >= LEAST_DEPTH, "eight weights at least: no plateau before", why) &&
           chain_has_logarithms(c, why) &&
           norms_need(c->dynamics.rate * exp(flow_ln_boost(c)) <= SHORT * escape_tau(c),
                      "rates up to a tenth of tau/B only: steps, not a flow, beyond", why) &&
           norms_need(c->dynamics.rate * (double)chain_factors(c) <= 1,
                      "rate times depth up to 1 only: a step multiplies f by more than e", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    (void)component;
    (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_SLOPE,
                            .median = log(escape_tau(c) / c->dynamics.rate),
                            .left = flow_ln_boost(c) + SCATTER};
    return TEPUI_OK;
}

const tepui_law_type tepui_law_e2 = {
    .kind = {.name = "E2",
             .doc = "Adam, rmsprop and the sign of the gradient (epsilon = 0) leave the plateau of a chain in about "
                    "1/rate steps at any depth: over depths the median escape time stays",
             .source = "theory E2; Orvieto et al. 2021, section 5; Kingma and Ba 2015"},
    .observable = "escape_time",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = predict,
};
