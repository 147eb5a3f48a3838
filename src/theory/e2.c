/* e2.c -- adaptive methods leave the plateau of a linear chain in about 1/rate steps, at any depth.

   The sign of the gradient moves every |w_k| by the rate a step, outwards where f y > 0: f grows like
   prod (|w_k| + tau), tau = rate t, which for L -> infinity is of order 1 at the root of E ln(|w| + tau) = 0: no depth
   in it. At finite depth half of the samples, f y > 0, are faster by O(1/L), as f escapes below 1; the other half has
   to wait until the smallest weight, of order 1/L, has changed its sign, and what the others have lost meanwhile is
   regained: slower by O(1/L). The median lies between, as near to that root at 8 weights as at 64.

   Other rules move a weight by at most rate B (flow_ln_boost), where gradients grow, as they do on the way off the
   plateau: nobody is faster than tau/(rate B). So ln median = ln(tau/rate) within ln B and a scatter. That needs
   epsilon = 0 (or far below the gradient): with the usual 1e-8 they stand still where |gradient| << 1e-8, at depth 48
   of the chains of unit variance. And it needs steps so short that f does not jump over where the loss is below that of
   the escape, from 1 - s to 1 + s: at rate times L of order 1 nets hop about the valley and may never meet its floor.
 */
#include "flow.h"
#include <math.h>

#define LEAST_DEPTH 8u
#define SCATTER 0.25 /* of ln median: finite depth, signs that have to change */
#define NEAR 0.01    /* of ln tau, for a derivative */
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

/* The root, by bisection of ln tau: ln_output increases. */
static double escape_tau(const tepui_cell *c)
{
    double low = -20, high = 5;
    for (int i = 0; i < 50; i++) {
        const double mid = 0.5 * (low + high);
        *(ln_output(c, exp(mid)) < 0 ? &low : &high) = mid;
    }
    return exp(high);
}

/* B in the time that the sign takes. */
static double boost(const tepui_cell *c, double tau)
{
    return exp(flow_ln_boost(c, tau / c->dynamics.rate));
}

/* Beside the way out, and beside the valley. */
static int steps_are_short(const tepui_cell *c)
{
    const double tau = escape_tau(c), step = c->dynamics.rate * boost(c, tau);
    const double growth = (ln_output(c, tau * exp(NEAR)) - ln_output(c, tau * exp(-NEAR))) / (2 * NEAR * tau);
    return step <= SHORT * tau && step * growth <= flow_ln_valley(c);
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    return flow_chain(c, component, why) && flow_leaves(c, why) && flow_adapts(c, why) &&
           norms_need(chain_factors(c) >= LEAST_DEPTH, "eight weights at least: no plateau before", why) &&
           chain_has_logarithms(c, why) && flow_starts_on_plateau(c, 1, why) &&
           norms_need(steps_are_short(c),
                      "rates so low that steps are short beside tau/B and the valley's width/L only", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double tau = escape_tau(c);
    (void)component;
    (void)err;
    *p = (tepui_prediction){
        .form = TEPUI_PREDICTS_SLOPE, .median = log(tau / c->dynamics.rate), .left = log(boost(c, tau)) + SCATTER};
    return TEPUI_OK;
}

const tepui_law_type tepui_law_e2 = {
    .kind = {.name = "E2",
             .doc = "Adam, rmsprop and the sign of the gradient (epsilon = 0) leave the plateau of a chain in about "
                    "1/rate steps at any depth: over depths the median escape time stays",
             .source = "docs/theory/escape.md#e2; Orvieto et al., arXiv 2106.03763; Kingma and Ba 2015"},
    .observable = "escape_time",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = predict,
};
