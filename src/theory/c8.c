/* c8.c -- gradient descent from equal weights +-w, P(f y > 0) = 1/2.

   f y > 0: all weights move alike, |w_{t+1}| = |w_t| + rate v(|w_t|), v(w) = w^(L-1) (1 - w^L): Euler's rule for the
   gradient flow, whose time from w to where the loss has fallen is T = flow_equal_weights(), about w^(2-L)/(L-2): it
   grows exponentially with L. On the plateau v increases (w^L < (L-1)/(2L-1)), so that a step of the rule takes between
   rate v_t/v_{t+1} and rate of the flow's time: T <= rate N <= T + rate (1 + ln(v_N/v_0)), N the number of steps.
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

static int applies(const tepui_cell *c, long component, const char **why)
{
    static const char *const plain[] = {"gd", NULL};
    return flow_chain(c, component, why) && norms_need(flow_uses(c, plain), "gradient descent only", why) &&
           norms_need(is_equal(c), "equal weights (law: rademacher) only", why) &&
           norms_need(chain_factors(c) > 2, "three weights at least", why) &&
           norms_need(accelerates(c), "a fraction so near to 1 that the flow accelerates till then", why) &&
           norms_need(pow(c->sigma[1], (double)chain_factors(c)) < flow_output(c), "starts on the plateau only", why) &&
           norms_need(c->dynamics.rate * (double)c->dynamics.steps < UNEQUAL, "rate times steps below 1e6", why);
}

static double speed(double w, double L)
{
    return pow(w, L - 1) * (1 - pow(w, L));
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const size_t n = chain_factors(c);
    const double L = (double)n, w0 = c->sigma[1], w1 = pow(flow_output(c), 1 / L);
    const double fastest = pow((L - 1) / (2 * L - 1), 1 / L);
    const double T = flow_equal_weights(n, w0, w1) / c->dynamics.rate;
    const double least = ceil(T - 1e-9 * T), most = fmax(least, T + 1 + log(speed(fastest, L) / speed(w0, L)));
    (void)component;
    (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_ATOMS};
    const double value = 0.5 * (log(least) + log(most));
    p->slack = 0.5 * (log(most) - log(least)) + 1e-12 * fabs(value);
    tepui_prediction_add_atom(p, most <= (double)c->dynamics.steps ? value : INFINITY, 0.5);
    tepui_prediction_add_atom(p, INFINITY, 0.5);
    return TEPUI_OK;
}

const tepui_law_type tepui_law_c8 = {
    .kind = {.name = "C8",
             .doc = "Gradient descent from equal weights +-w of a chain: half of them never leaves, the other half "
                    "after the closed-form time of the gradient flow, about w^(2-L)/((L-2) rate) steps: exponential "
                    "in L",
             .source = "theory C8; Orvieto et al. 2021, section 3"},
    .observable = "escape_time",
    .form = TEPUI_PREDICTS_ATOMS,
    .applies = applies,
    .predict = predict,
};
