/* c1.c -- Gaussian chain. f = w_L ... w_1 x with w ~ N(0, s^2): ln|f/x| is a sum of L independent terms of mean
   ln s + (psi(1/2) + ln 2)/2 = ln s - 0.63518142 and variance psi1(1/2)/4 = pi^2/8; exactly, half of ln (s^2 chi2_1).
 */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_chain(c, why) && norms_gaussian_net(c, NORMS_LINEAR, why) && norms_known_input(c, why) &&
           norms_need(component != 0, "layer 0 is the input", why);
}

const tepui_law_type tepui_law_c1 = {
    .kind = {.name = "C1",
             .doc = "Gaussian chain: ln|f| is a sum of L iid terms of mean ln s - 0.635 and variance pi^2/8; the "
                    "median vanishes like exp(-0.635 L) while E f^2 = 1",
             .source = "docs/theory/chains.md#c1; Orvieto et al., arXiv 2106.03763"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = norms_forward,
};
