/* n7.c -- Lyapunov exponents of Gaussian products, at any finite depth: Q_{l-1} has orthonormal columns independent of
   W_l, so W_l Q_{l-1} is Gaussian and R_ii^2 = sigma_l^2 chi2 with w_l - i + 1 degrees of freedom, independent over i
   and l. The exponent's mean is Newman's (ln(2 sigma^2) + psi((d - i + 1)/2))/2. */
#include "norms.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, "linear", why) &&
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
        const tepui_term t = {TEPUI_TERM_CHI2, c->width[l] - (size_t)component + 1, 1, c->sigma[l] * c->sigma[l], 0, 0};
        TEPUI_TRY(tepui_exact_add(p->exact, &t, err));
    }
    norms_finish(p);
    return st;
done:
    tepui_prediction_clear(p);
    return st;
}

const tepui_law_type tepui_law_n7 = {
    .kind = {.name = "N7",
             .doc =
                 "Lyapunov exponents of linear Gaussian nets, exact at any depth and widths: exponent i is the mean of "
                 "half ln(sigma^2 chi2_(d-i+1)) over the layers",
             .source = "theory N7; Newman 1986"},
    .observable = "lyapunov_exponent",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};
