/* a2b.c -- batch norm keeps the rank of the representation: units "dense, batch_norm, activation", linear, B
   orthonormal points, n = B - 1, width d. rank = (tr M)^2/tr(M^2), M the Gram matrix of the points.

   Rows z (a feature at all points) are independent given the layer below, and |z|^2 = B exactly: tr M = B d, and
       E 1/rank = 1/d + (1 - 1/d) tr Q^2,    Q = E z z^T/B given M,
   exactly. For M = (d B/n)(P + D), D small, Q = (P + n/(n + 2) D)/n: deviations are damped, so that f = 1/rank - 1/n
   follows
       f_l = (1 - 1/n)/d + (1 - 1/d)(n/(n + 2))^2 f_{l-1},    f_0 = 0: orthonormal points,
   and stands still at about n/(4 d) where n^2 is below d: rank n/(1 + n^2/(4 d)), of order sqrt(d) at n = sqrt(d), as
   Daneshmand et al. prove for any n. Without batch norm a linear net has f_l = (1 - f)(1 + 2 f)/d more in each layer,
   and collapses to rank 1 at L of order d.

   The next order: D^2 beside D is at most n f relative to 1, which takes part in f once more: n f/(1 + n f) of n f^2,
   as f is small. Allowed for the rank: n (n f)^2/(1 + n f), all of the second order. */
#include "norms.h"
#include <math.h>
#include <tepui/source.h>

static double deviation(const tepui_cell *c, size_t l)
{
    const double n = (double)c->points - 1, damped = n / (n + 2);
    double f = 0;
    for (size_t j = 1; j <= l; j++) {
        const double d = (double)tepui_unit_size(c, j);
        f = (1 - 1 / n) / d + (1 - 1 / d) * damped * damped * f;
    }
    return f;
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    static const char *const unit[] = {"dense", "batch_norm", "activation", NULL};
    return norms_need(norms_units_are(c, unit), "units of dense, batch_norm, activation only", why) &&
           norms_need(norms_exactly_normalised(c), "epsilon = 0 only", why) && norms_gaussian_weights(c, why) &&
           norms_need(given_linear(c), "linear only", why) &&
           norms_need(given_source(c)->orthogonal, "orthonormal points only", why) &&
           norms_need(c->points >= 3, "3 points at least", why) &&
           norms_need(component > 0, "hidden layers only", why) &&
           norms_need(deviation(c, (size_t)component) * ((double)c->points - 1) <= 0.25,
                      "widths of about the square of the batch only", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double n = (double)c->points - 1, nf = n * deviation(c, (size_t)component);
    (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_MEAN,
                            .mean = n / (1 + nf),
                            .variance = NAN,
                            .median = NAN,
                            .atom = NAN,
                            .slack = n * nf * nf / (1 + nf)};
    return TEPUI_OK;
}

const tepui_law_type tepui_law_a2b = {
    .kind = {.name = "A2b",
             .doc =
                 "Batch norm keeps the rank: the participation ratio of B points in a linear net of width d stays at "
                 "n/(1 + n^2/(4 d)), n = B - 1, at any depth, where the plain net collapses to 1",
             .source = "docs/theory/cures.md#a2b; Daneshmand, Kohler, Bach, Hofmann, Lucchi 2020"},
    .observable = "representation_rank",
    .form = TEPUI_PREDICTS_MEAN,
    .applies = applies,
    .predict = predict,
};
