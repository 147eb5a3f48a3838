/* n10.c -- the depth scale of angles: mean field of two points (Poole et al. 2016; Schoenholz et al. 2017). With q_l
   the mean square of pre-activations, the same for both points, and g_l = 1 - c_l the gap of their correlation, 1 -
   cos(a_l) = E (phi(u1) - phi(u2))^2 / (2 E phi(u)^2),   u1, u2 ~ N(0, q_l) with correlation c_l, q_{l+1} =
   sigma_{l+1}^2 d_l E phi(u)^2 + sigma_b^2,   g_{l+1} = sigma_{l+1}^2 d_l E phi(u)^2 (1 - cos(a_l)) / q_{l+1}, from two
   inputs at a right angle, g_1 = sigma_1^2 |x|^2/q_1. In ordered nets c* = 1 and ln(1 - cos) falls by 1/xi_c = -ln
   chi_1 per layer; at the critical point it falls like ln of a power of depth; in chaotic nets cos tends to c* < 1, the
   difference by 1/xi_c per layer. A limit d -> inf. Near c = 1 a layer multiplies the gap by sigma^2 sum_i phi'(z_i)^2
   w_i^2, w_i normal, whose ln has the mean ln chi_1 - (3 m - 1)/(2 d), m = E phi'^4/(E phi'^2)^2 (relu: m = 2, minus
   5/(2 d), twice that of N5). Other terms, from the spread of q_l and the overlap of the difference with the vectors,
   are of the order 1/d, too: as much again is allowed, (3 m - 1)/d for the slope of the median against depth, d the
   smallest width, and for weights of kurtosis k = 3 + e twice what N9 allows, 3 m^2 |e|/(d (d - m e)), m e <= d/2. */
#include "wide.h"
#include <math.h>
#include <tepui/source.h>

#define ROUNDING (-55.0) /* of ln of the gap, from where rounding (-70) may show */
#define NEAR 1e-10       /* gap from where a layer acts by chi_1, to sqrt(NEAR) */

/* One layer: the mean square q of its pre-activations and their gap 1 - c; afterwards those of the next. */
typedef struct {
    double q, gap, ln_hidden; /* ln_hidden: ln of the gap of what the layer puts out */
} pair;

/* Without biases homogeneous nets do the same at any size, which may leave the range of doubles. */
static double size_of(const tepui_cell *c, double q)
{
    const tepui_activation_type *phi = c->activation.type;
    return phi->homogeneous && !(c->sigma_b > 0) ? 1 : q;
}

static pair first_layer(const tepui_cell *c)
{
    const double square = given_source(c)->gaussian ? (double)c->inputs : 1;
    const double from_x = c->sigma[1] * c->sigma[1] * square, q = from_x + c->sigma_b * c->sigma_b;
    return (pair){size_of(c, q), from_x / q, 0};
}

static void next_layer(const tepui_cell *c, moments *m, size_t l, pair *k)
{
    const double d = (double)c->width[l], square = moments_square(m, k->q);
    const double factor = k->gap < NEAR ? moments_slope_square(m, k->q) : moments_gap(m, k->q, k->gap);
    const double hidden = k->q * k->gap * factor / square;
    k->ln_hidden = log(hidden);
    if (l == c->depth) return;
    const double from_a = c->sigma[l + 1] * c->sigma[l + 1] * d * square;
    const double q = from_a + c->sigma_b * c->sigma_b;
    k->gap = from_a * hidden / q;
    k->q = size_of(c, q);
}

/* About ln of the gap after all layers, as if every layer acted by chi_1, and m in the last; NaN where a moment is not
   known. */
static double ln_gap_by_slopes(const tepui_cell *c, double *spread)
{
    moments *m;
    pair k = first_layer(c);
    double ln_gap = log(k.gap);
    *spread = NAN;
    if (moments_new(&c->activation, &m, NULL) != TEPUI_OK) return NAN;
    for (size_t l = 1; l < c->depth; l++) {
        const double from_a = c->sigma[l + 1] * c->sigma[l + 1] * (double)c->width[l];
        const double next = from_a * moments_square(m, k.q) + c->sigma_b * c->sigma_b;
        ln_gap += log(from_a * moments_slope_square(m, k.q) * k.q / next);
        k.q = size_of(c, next);
    }
    *spread = wide_spread(m, k.q);
    moments_free(m);
    return ln_gap;
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    double spread;
    return norms_wide_net(c, component, why) &&
           norms_need(given_drawn_points(c) && (c->inputs >= 32 || given_source(c)->orthogonal),
                      "points at right angles only: orthonormal, or drawn in 32 dimensions at least", why) &&
           norms_need(ln_gap_by_slopes(c, &spread) > ROUNDING, "angles above rounding only: fewer layers", why) &&
           norms_need(wide_tails_are_light(c, spread), WIDE_TAILS, why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    moments *m;
    pair k = first_layer(c);
    const tepui_status st = moments_new(&c->activation, &m, err);
    (void)component;
    if (st != TEPUI_OK) return st;
    for (size_t l = 1; l <= c->depth; l++) next_layer(c, m, l, &k);
    const double d = (double)norms_narrowest(c), spread = wide_spread(m, k.q);
    norms_normal(p, k.ln_hidden, (double)c->depth, (3 * spread - 1) / d + 2 * wide_tails(c, spread));
    moments_free(m);
    return isnan(p->mean + p->slack) ? norms_unconverged(c, err) : TEPUI_OK;
}

const tepui_law_type tepui_law_n10 = {
    .kind =
        {.name = "N10",
         .doc = "Mean field of two points: ln(1 - cos) falls by 1/xi_c = -ln chi_1 per layer in ordered nets, tends to "
                "c* in chaotic ones; the slope of the median holds within (3 m - 1)/d + 3 m^2 |e|/(d (d - m e)), m and "
                "e as in N9, m e at most d/2",
         .source = "docs/theory/wide-nets.md#n10; Poole et al. 2016; Schoenholz et al. 2017"},
    .observable = "angle_gap",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = predict,
};
