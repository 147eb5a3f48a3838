/* e1r.c -- the escape time of gradient descent is about 1/|lambda_min(H_0)|, sample by sample.

   Linear chains: ln t = -ln|f_0| - 2 ln L + O(1) (law E1) and ln 1/|lambda_min| = -ln|f_0| + ln(|w_(1) w_(2)|) + O(1),
   |w_(1)|, |w_(2)| the smallest weights, which are of order 1/L: the two differ by a number whose variance V does not
   grow, while that of ln|f_0| is L Var ln|w|. So their correlation is at least 1 - V/(2 L Var ln|w|) to leading order;
   with V below 4 and Var ln|w| at least 1 (uniform: 1; Gaussian: pi^2/8) that is 1 - 2/L, and 1 - 4/L is a bound with
   room for what is neglected. Censored samples are ties at the end, where they belong; too many of them are refused. */
#include "flow.h"

#define LEAST_DEPTH 8u
#define FAR 1.6 /* standard deviations of ln|f|: one sample in twenty starts beyond the plateau, where no law holds */

static int applies(const tepui_cell *c, long component, const char **why)
{
    static const char *const plain[] = {"gd", NULL};
    return flow_chain(c, component, why) && flow_leaves(c, why) &&
           norms_need(flow_uses(c, plain), "gradient descent only", why) && flow_descends(c, why) &&
           norms_need(chain_factors(c) >= LEAST_DEPTH, "eight weights at least: no plateau before", why) &&
           chain_has_output_law(c, why) && flow_starts_on_plateau(c, FAR, why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    (void)component;
    (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_RANK, .rank = 4.0 / (double)chain_factors(c) - 1};
    return TEPUI_OK;
}

const tepui_law_type tepui_law_e1r = {
    .kind = {.name = "E1r",
             .doc = "Escape time goes like 1/|lambda_min| of the Hessian at the start: rank correlation of -1 + 4/L at "
                    "most with |lambda_min|, sample by sample",
             .source = "docs/theory/escape.md#e1r; Orvieto et al., arXiv 2106.03763"},
    .observable = "escape_time",
    .other = "escape_rate",
    .form = TEPUI_PREDICTS_RANK,
    .applies = applies,
    .predict = predict,
};
