/* c8.c -- gradient descent from equal weights +-w, P(f y > 0) = 1/2.

   f y > 0: all weights move alike, |w_{t+1}| = |w_t| + rate v(|w_t|), v(w) = w^(L-1) (1 - w^L): Euler's rule for the
   gradient flow, whose time from w to where the loss has fallen is T = flow_equal_weights(), about w^(2-L)/(L-2): it
   grows exponentially with L. On the plateau v increases (w^L < (L-1)/(2L-1)), so that a step of the rule takes between
   rate v_t/v_{t+1} and rate of the flow's time: T <= rate N <= T + rate (1 + ln(v/v_0)), N the number
   of steps, v the speed at the escape. Where that leaves open whether N is within the limit of steps, the law says
   nothing; nor where a step is so long that it may jump over the minimum of the loss, or over the saddle.
   f y < 0: all weights shrink towards the saddle at 0 like t^(-1/(L-2)) and never get away, until after about 1e8/rate
   steps rounding makes them unequal.

   w_i^2 - w_j^2 = 0 is the conserved quantity of the flow here. */
#include "flow.h"
#include <math.h>

#define UNEQUAL 1e6 /* rate times steps up to which rounding does not matter */

static int is_equal(const tepui_cell *c)
{
    for (size_t l = 2; l <= chain_factors(c); l++)
        if (c->sigma[l] != c->sigma[1]) return 0;
    return norms_is(&c->distribution, "rademacher");
}

static int accelerates(const tepui_cell *c)
{
    const double L = (double)chain_factors(c);
    return flow_output(c) <= (L - 1) / (2 * L - 1);
}

static double speed(double w, double L)
{
    return pow(w, L - 1) * (1 - pow(w, L));
}

/* Bounds of the steps that it takes. Up to the last one weights are below those at the escape. */
static void bounds(const tepui_cell *c, double *least, double *most)
{
    const double L = (double)chain_factors(c), w0 = c->sigma[1], w1 = pow(flow_output(c), 1 / L);
    const double T = flow_equal_weights(chain_factors(c), w0, w1) / c->dynamics.rate;
    *least = ceil((1 - 1e-9) * T);
    *most = fmax(*least, T + 1 + log(speed(w1, L) / speed(w0, L)));
}

/* No step from below the escape leads beyond the loss's minimum to where the loss is above the escape's again, and with
   f y < 0 none changes the sign. */
static int steps_are_short(const tepui_cell *c)
{
    const double L = (double)chain_factors(c), f = flow_output(c), w0 = c->sigma[1], w1 = pow(f, 1 / L);
    const double rate = c->dynamics.rate;
    return pow(w1 + rate * speed(w1, L), L) <= 2 - f && rate * pow(w0, L - 2) * (1 + pow(w0, L)) < 1;
}

static int is_decided(const tepui_cell *c)
{
    double least, most;
    bounds(c, &least, &most);
    return most <= (double)c->dynamics.steps || least > (double)c->dynamics.steps;
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    static const char *const plain[] = {"gd", NULL};
    return flow_chain(c, component, why) && norms_need(flow_uses(c, plain), "gradient descent only", why) &&
           norms_need(is_equal(c), "equal weights (law: rademacher) only", why) &&
           norms_need(chain_factors(c) > 2, "three weights at least", why) &&
           norms_need(accelerates(c), "a fraction so near to 1 that the flow accelerates till then", why) &&
           norms_need(pow(c->sigma[1], (double)chain_factors(c)) < flow_output(c), "starts on the plateau only", why) &&
           norms_need(c->dynamics.rate * (double)c->dynamics.steps < UNEQUAL, "rate times steps below 1e6", why) &&
           norms_need(steps_are_short(c), "steps that are too short to jump over the minimum", why) &&
           norms_need(is_decided(c), "a limit of steps that is not about the time of escape", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    double least, most;
    (void)component;
    (void)err;
    bounds(c, &least, &most);
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_ATOMS};
    tepui_prediction_add_atom(p, INFINITY, 0.5);
    if (most > (double)c->dynamics.steps) {
        tepui_prediction_add_atom(p, INFINITY, 0.5);
        return TEPUI_OK;
    }
    const double value = 0.5 * (log(least) + log(most));
    p->slack = 0.5 * (log(most) - log(least)) + 1e-12 * fabs(value);
    tepui_prediction_add_atom(p, value, 0.5);
    return TEPUI_OK;
}

const tepui_law_type tepui_law_c8 = {
    .kind = {.name = "C8",
             .doc = "Gradient descent from equal weights +-w of a chain: half of them never leaves, the other half "
                    "after the closed-form time of the gradient flow, about w^(2-L)/((L-2) rate) steps: exponential "
                    "in L",
             .source = "docs/theory/chains.md#c8; Orvieto et al., arXiv 2106.03763"},
    .observable = "escape_time",
    .form = TEPUI_PREDICTS_ATOMS,
    .applies = applies,
    .predict = predict,
};
