/* n7r.c -- Lyapunov exponents of ReLU Gaussian nets: masks are independent coins (zonal.c), so that layer l has K ~
   Binomial(w_l, 1/2) rows and R_ii^2 = sigma_l^2 chi2 with K - i + 1 degrees of freedom, independent over the layers,
   as in n7.c. Where K < i anywhere the Jacobian has lost rank i: the exponent is -inf, its atom. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, "relu", why) &&
           norms_need(c->readout == TEPUI_READOUT_NONE, "without a read-out only", why) &&
           norms_need(component >= 1 && component <= (long)tepui_jacobian_rank(c), "components of the exponents only",
                      why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION};
    TEPUI_TRY(tepui_exact_new(0.0, 0.5 / (double)c->depth, &p->exact, err));
    for (size_t l = 1; l <= c->depth; l++) {
        const tepui_term t = {TEPUI_TERM_BINOMIAL, c->width[l], 1, c->sigma[l] * c->sigma[l], (double)component - 1, 1};
        TEPUI_TRY(tepui_exact_add(p->exact, &t, err));
    }
    norms_finish(p);
    return st;
done:
    tepui_prediction_clear(p);
    return st;
}

const tepui_law_type tepui_law_n7r = {
    .kind = {.name = "N7r",
             .doc =
                 "Lyapunov exponents of ReLU Gaussian nets, exact at any depth and widths: exponent i is the mean of "
                 "half ln(sigma^2 chi2_(K-i+1)) over the layers, K ~ Binomial(d, 1/2), and is lost where K < i",
             .source = "theory N2, N7; Newman 1986"},
    .observable = "lyapunov_exponent",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
