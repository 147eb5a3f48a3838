/* e1.c -- gradient descent leaves the plateau of a linear chain in a time exponential in its depth.

   The flow keeps w_i^2 - w_j^2, so with s = w_k^2 - w_k(0)^2 (the same for all k) and f y > 0
       ds/dt = 2 (1 - f) f,   f(s) = |f_0| prod sqrt(1 + s/w_k^2),
   and the time is about s/(2 f(s)) where that is largest: sum over k of s/(s + w_k^2) = 2. If weights have a density p
   at 0, a sum over L of them is L p pi sqrt(s) there, s = (2/(pi p L))^2, and the product is of order 1: to leading
   order ln t = -ln|f_0| - 2 ln L + a random number whose law tends to a limit. With f y < 0 the weights first shrink,
   until the smallest has changed its sign, which takes a time of the same kind. So the median follows that of -ln|f_0|
   (laws C1, C2) less 2 ln L; what is left tends to a constant, and is taken to be within one e-fold of it. Momentum
   that forgets within that time divides it by 1/(1 - mu). */
#include "flow.h"
#include <math.h>

#define LEAST_DEPTH 8u
#define LEFT 0.5 /* of ln median */

static int applies(const tepui_cell *c, long component, const char **why)
{
    return flow_chain(c, component, why) && flow_leaves(c, why) && flow_descends(c, why) &&
           norms_need(chain_factors(c) >= LEAST_DEPTH, "eight weights at least: no plateau before", why) &&
           chain_has_output_law(c, why) && flow_starts_on_plateau(c, 1, why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const tepui_status st = chain_output(c, p, err);
    (void)component;
    if (st != TEPUI_OK) return st;
    const double median = -p->median - 2 * log((double)chain_factors(c)) - log(flow_rate(c));
    tepui_prediction_clear(p);
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_SLOPE, .median = median, .left = LEFT};
    return st;
}

const tepui_law_type tepui_law_e1 = {
    .kind = {.name = "E1",
             .doc = "Gradient descent leaves the plateau of a chain in exponential time: over depths the ln median "
                    "escape time rises like -ln median|f| - 2 ln L",
             .source = "docs/theory/escape.md#e1; Orvieto et al., arXiv 2106.03763"},
    .observable = "escape_time",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = predict,
};
