/* a4n.c -- log-Gaussian norms of pre-activation residual ReLU nets: ln norm(a_l) is Normal with the mean and variance
   of brownian.c. sup |F - Phi| may be the sum of three terms:
     |skewness|/(6 sqrt(2 pi)), Edgeworth: that of a single plain layer is -31/5^1.5/sqrt(d); 2 relu^2 has the cumulants
       1, 5, 44, and the logarithm makes 44 - 3 5^2 = -31 of the third;
     (error of the mean)/(sqrt(2 pi) sd), from the allowance of A4;
     V/d / (2 sqrt(2 pi e)), for a variance that is wrong by V/d of it. */
#include "brownian.h"
#include <math.h>

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const brownian_norm n = brownian_predict(c, (size_t)component);
    const double skewness = 31 / pow(5, 1.5) / sqrt((double)c->inputs), density = 1 / sqrt(2 * M_PI);
    (void)err;
    norms_normal(
        p, n.mean, n.variance,
        density * (skewness / 6 + fabs(n.correction) * n.feedback / sqrt(n.variance) + 0.5 * exp(-0.5) * n.feedback));
    return TEPUI_OK;
}

const tepui_law_type tepui_law_a4n = {
    .kind = {.name = "A4n",
             .doc =
                 "Residual ReLU nets with pre-activation are log-Gaussian: ln norm is Normal with the mean of A4 and a "
                 "variance of order 1/d at any depth where alpha = 1/sqrt(L), within O(1/sqrt(d))",
             .source = "docs/theory/cures.md#a4n; compare Li, Nica, Roy 2021"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = brownian_applies,
    .predict = predict,
};
