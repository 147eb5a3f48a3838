/* n8.c -- second moment of the squared singular values of a linear Gaussian Jacobian, exact at any widths. With X = J
   J^T, A = E tr X^2, B = E (tr X)^2 and an n x m matrix of variance v, Wick's rule gives A' = v^2 (n B + (n^2 + n) A),
   B' = v^2 (n^2 B + 2 n A), from A = d_0, B = d_0^2. As d grows A / d tends to the Fuss-Catalan number L + 1: the
   relative variance is L. The first moment is the product of v_l w_l. */
#include "norms.h"
#include <math.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, "linear", why) &&
           norms_need(c->readout == TEPUI_READOUT_NONE, "without a read-out only", why) &&
           norms_need(component == 1 || component == 2, "the first two moments only", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double inputs = (double)c->inputs;
    double share = 1 / inputs, ln_B = 2 * log(inputs), ln_mean = 0; /* A / B and ln B */
    (void)err;
    for (size_t l = 1; l <= c->depth; l++) {
        const double n = (double)c->width[l], v = c->sigma[l] * c->sigma[l];
        const double A = v * v * (n + (n * n + n) * share), B = v * v * (n * n + 2 * n * share);
        ln_B += log(B);
        share = A / B;
        ln_mean += log(v * n);
    }
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_MOMENT,
                            .ln_moment = component == 1 ? ln_mean : ln_B + log(share) - log(inputs),
                            .ln_spread = NAN,
                            .skewness = NAN};
    return TEPUI_OK;
}

const tepui_law_type tepui_law_n8 = {
    .kind = {.name = "N8",
             .doc =
                 "Jacobian spectrum of linear Gaussian nets: first and second moment of the squared singular values, "
                 "exact at any widths; relative variance L in wide nets (Fuss-Catalan)",
             .source = "theory N8, made exact; Pennington, Schoenholz, Ganguli 2018"},
    .observable = "jacobian_moment",
    .form = TEPUI_PREDICTS_MOMENT,
    .applies = applies,
    .predict = predict,
};
