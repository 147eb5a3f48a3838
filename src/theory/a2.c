/* a2.c -- batch normalisation makes gradients explode: units "dense, batch_norm, activation", linear or ReLU, B points,
   n = B - 1, epsilon = 0, in the limit of infinite width d.

   Rows of a layer (one feature at all points) are independent given the layer below: h ~ N(0, sigma^2 G), G its Gram
   matrix; z = sqrt(B) h/|h| once the mean is taken off (P = 1 - 1 1^T/B). At the fixed point G = d (a P + c 1 1^T): z
   is uniform on a sphere in n dimensions. Two of its entries have mean square 1 and correlation r = -1/n, and a = 1/2 -
   k,  k = E relu(z_1) relu(z_2) = (sqrt(1 - r^2) + r (pi - arccos r))/(2 pi)       (linear: a = B/n). The points are
   orthonormal: G = 1 is such a matrix from the start, and the first layer has that law.

   J u: rows dh ~ N(0, C), independent of h (but for its part along the span of the points, see below), Q = P - z z^T/B,
       d a = D sqrt(B)/|h| Q dh,   |h|^2 = sigma^2 a d chi2_n,   E 1/chi2_n = 1/(n - 2),   D = diag phi'(z).
   E Q D P D Q commutes with permutations of the points, so it is t/n P with t = E tr P D Q D: whatever C is,
       norm2 of P d a grows by  chi = B t / (a n (n - 2))  per layer.
   Linear: t = n - 1: chi = (B - 2)/(B - 3). ReLU: with p = P(z_1, z_2 > 0) = 1/4 + arcsin(r)/(2 pi)
       t = B/2 - 3/2 + 1/B + (B - 1)(p + k)/B.
   chi tends to pi/(pi - 1) = 1.467 for large ReLU batches and to 1 for linear ones. Yang et al. derive the same
   numbers from Gegenbauer series.

   Finite width, ln norm, per layer, to order 1/d: (i) ln of a mean of d rows of relative variance v is off by
   -v/(4 d); v = E y^2/(E y)^2 - 1 of y = |D Q dh|^2/|h|^2 is largest for C of rank one, as at the start. There E y^2 is
   at most 3 (n^2 - 1)/(n (n + 2)) times E 1/chi2^2 = 1/((n - 2)(n - 4)), E y = t/n/(n - 2). (ii) The share B/d of J u
   in the span of the points is not multiplied by chi: in the stationary state growth loses what enters, at most B/(2
   d); what the first u had there, B/d_0 of it, is left beside the rest as B/(d_0 - B) chi^-l. (iii) G varies about its
   fixed point: the linear map damps deviations by n/(n + 2) a layer, d rows renew them, and E tr(G/a - P)^2 = n (n -
   1)(n + 2)^2/(4 (n + 1) d) raises the growth of norm2 by 2/(n (n + 2)) of that: n/(4 d) for ln norm, against (ii).
   Allowed: v/(4 d) + B/(2 d). v is finite from B = 6 on. */
#include "norms.h"
#include <math.h>
#include <tepui/source.h>

#define FEWEST 6u

static int wide_enough(const tepui_cell *c)
{
    for (size_t l = 0; l <= c->depth; l++) /* 0: the inputs */
        if (2 * tepui_unit_size(c, l) < c->points * c->points) return 0;
    return 1;
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    static const char *const unit[] = {"dense", "batch_norm", "activation", NULL};
    return norms_need(norms_units_are(c, unit), "units of dense, batch_norm, activation only", why) &&
           norms_need(norms_exactly_normalised(c), "epsilon = 0 only", why) && norms_gaussian_weights(c, why) &&
           norms_need(given_linear(c) || given_relu(c), "linear or relu only", why) &&
           norms_need(given_source(c)->orthogonal, "orthonormal points only", why) &&
           norms_need(c->points >= FEWEST, "batches of at least 6 points only", why) &&
           norms_need(wide_enough(c), "widths and inputs of at least half the square of the batch only", why) &&
           norms_need(component == (long)c->depth, "the last layer only", why);
}

typedef struct {
    double a, t; /* of the head */
} fixed_point;

static fixed_point find(double B, int relu)
{
    const double n = B - 1, r = -1 / n;
    const double k = (sqrt(1 - r * r) + r * (M_PI - acos(r))) / (2 * M_PI), p = 0.25 + asin(r) / (2 * M_PI);
    if (!relu) return (fixed_point){B / n, n - 1};
    return (fixed_point){0.5 - k, B / 2 - 1.5 + 1 / B + n * (p + k) / B};
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double B = (double)c->points, n = B - 1;
    const fixed_point f = find(B, given_relu(c));
    const double chi = B * f.t / (f.a * n * (n - 2));
    const double v = 3 * (n * n - 1) / (n * (n + 2)) * (n - 2) / (n - 4) * n * n / (f.t * f.t) - 1;
    double d = INFINITY;
    (void)err;
    for (size_t l = 1; l <= c->depth; l++) d = fmin(d, (double)tepui_unit_size(c, l));
    norms_normal(p, 0.5 * (double)component * log(chi), (double)component * v / (4 * d), (v / 4 + B / 2) / d);
    p->left = 0.5 * log1p(B / ((double)c->inputs - B) * pow(chi, -(double)component));
    return TEPUI_OK;
}

const tepui_law_type tepui_law_a2 = {
    .kind = {.name = "A2",
             .doc =
                 "Batch norm: norm2(J u) grows by (B - 2)/(B - 3) per linear layer and by a closed form that tends to "
                 "pi/(pi - 1) per ReLU layer, B the size of the batch, within O(B/d)",
             .source = "docs/theory/cures.md#a2; Yang, Pennington, Rao, Sohl-Dickstein, Schoenholz 2019"},
    .observable = "jacobian_vector_norm",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = predict,
};
