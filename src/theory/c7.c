/* c7.c -- inertia of a chain's Hessian, n >= 2 weights, at any depth. With r = d loss/d f, h = d2 loss/d f2 and u_k =
   1/w_k (C5),

       H = r f (u u^T - diag(u^2)) + h f^2 u u^T = -r f diag(u^2) + (r f + h f^2) u u^T,

   congruent (divide by |r f| u_k u_l) to the matrix -s 1 + (s + g) e e^T, s = sign(r f), g = h |f/r|, e all ones: n - 1
   times the eigenvalue -s, and once -s + (s + g) n. So n - 1 are negative for s = 1. For s = -1 one is negative if
   1 + (g - 1) n < 0, else none. With r = f - y and T = f/y, s = -1 means 0 < T < 1 and g = T/(1 - T):

       n - 1 negative if T < 0 or T > 1,   1 if 0 < T < (n - 1)/(2 n - 1),   else 0.

   Symmetric weights: the sign of f is a fair coin beside |f| and y, so that with q(t) = P(|f| < t |y|), y normal,

       P(n - 1) = 1 - q(1)/2,   P(1) = q((n - 1)/(2 n - 1))/2,   P(0) = (q(1) - q((n - 1)/(2 n - 1)))/2.

   q is an integral over v = ln|y| of the distribution function of ln|f| (C1, C2). With targets zero, s = 1 always; with
   loss output g = 0 and s is a fair coin. */
#include "chain.h"
#include <math.h>
#include <tepui/source.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    const int squared = norms_is(&c->loss, "mse"), gaussian = c->targets == TEPUI_TARGETS_GAUSSIAN;
    return chain_linear(c, why) && chain_has_output_law(c, why) &&
           norms_need(norms_is(&c->loss, "output") || (squared && (gaussian || c->targets == TEPUI_TARGETS_ZERO)),
                      "loss output, or mse with targets gaussian or zero, only", why) &&
           norms_need(!squared || !gaussian || c->data->spec.resample,
                      "fresh targets only: of all samples that share one, the shares depend on it", why) &&
           norms_need(chain_factors(c) > 1, "two weights at least", why) &&
           norms_need(component == TEPUI_COMPONENT_H, "component H only", why);
}

/* P(|f| < t |y|), y standard normal: the trapezoidal rule; the density of ln|y| decays like e^v and like a double
   exponential. */
static double share_below(const tepui_prediction *ln_f, double t)
{
    const double h = 1.0 / 64;
    double sum = 0;
    for (double v = -40; v < 3; v += h)
        sum += sqrt(2 / M_PI) * exp(v - 0.5 * exp(2 * v)) * h * tepui_prediction_cdf(ln_f, v + log(t));
    return sum;
}

/* Shares of samples with 0, 1 and n - 1 negative eigenvalues */
static tepui_status shares(const tepui_cell *c, double n, double share[3], tepui_error *err)
{
    tepui_prediction ln_f = {0};
    const int zero = norms_is(&c->loss, "mse") && c->targets == TEPUI_TARGETS_ZERO;
    double below = zero ? 0 : 1, one = below;
    if (norms_is(&c->loss, "mse") && !zero) {
        const tepui_status st = chain_output(c, &ln_f, err);
        if (st != TEPUI_OK) return st;
        below = share_below(&ln_f, 1);
        one = share_below(&ln_f, (n - 1) / (2 * n - 1));
        tepui_prediction_clear(&ln_f);
    }
    share[0] = (below - one) / 2;
    share[1] = one / 2;
    share[2] = 1 - below / 2;
    return TEPUI_OK;
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    double share[3];
    const double n = (double)chain_factors(c), negative[3] = {0, 1, n - 1};
    const tepui_status st = shares(c, n, share, err);
    (void)component;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_ATOMS};
    for (int i = 0; st == TEPUI_OK && i < 3; i++)
        if (share[i] > 0) tepui_prediction_add_atom(p, negative[i] / n, share[i]);
    return st;
}

const tepui_law_type tepui_law_c7 = {
    .kind = {.name = "C7",
             .doc = "Inertia of chains, exact at any depth: with T = f/y, L - 1 eigenvalues are negative if T < 0 or T "
                    "> 1, one if 0 < T < (L - 1)/(2L - 1), none between; as f vanishes, L - 1 or 1 by a fair coin",
             .source = "docs/theory/chains.md#c7"},
    .observable = "negative_fraction",
    .form = TEPUI_PREDICTS_ATOMS,
    .applies = applies,
    .predict = predict,
};
