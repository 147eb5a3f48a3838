/* mean_field.c -- infinitely wide plain nets: what depth does to the size and the angle of signals (theory.h).

   Weights of variance sigma_w^2/fan_in, biases of variance sigma_b^2. Pre-activations z of one point are N(0, q), of
   two points with correlation c: q_{l+1} = Q(q_l) = sigma_w^2 E phi(u)^2 + sigma_b^2 c_{l+1} = R(c_l) = (sigma_w^2 E
   phi(u1) phi(u2) + sigma_b^2)/q*       at the fixed point q* of Q Near their fixed points both fall by a factor per
   layer: Q'(q*) = sigma_w^2 d/dq E phi^2 = chi_1 + sigma_w^2 E phi'' phi,  chi_1 = sigma_w^2 E phi'(u)^2 R'(c*) =
   sigma_w^2 E phi'(u1) phi'(u2),  R'(1) = chi_1 and a depth scale is -1/ln of the factor. Squared gradients grow by
   chi_1.

   q*: the map is followed from the start in the direction it takes, in steps of a quarter, to the first change of sign
   of Q(q) - q, which Brent's method refines. Where it leads below 1e-10 and Q(0) = 0 the mean square dies out (q* = 0);
   beyond 1e15 it grows for ever (q* = inf).
   c*: R is a power series with coefficients >= 0, so convex, with R(1) = 1: from c >= 0 the angle goes to c* = 1 if
   chi_1 <= 1, else to the one solution in [0, 1) of
     sigma_w^2 E (phi(u1) - phi(u2))^2 / (2 q* (1 - c)) = 1,
   whose left side falls from chi_1 at c = 1, without cancellation (moments_gap).
   At q* = 0 and q* = inf phi acts as two half-lines: if its slopes on both sides agree, angles stay what they are (c*
   is NaN: any); if not, c* = 1 is reached like a power of depth. So it is with relu and the like, sigma_b = 0. Source:
   B. Poole, S. Lahiri, M. Raghu, J. Sohl-Dickstein, S. Ganguli, NIPS 2016; S. S. Schoenholz, J. Gilmer, S.
   Ganguli, J. Sohl-Dickstein, ICLR 2017. */
#include "activation/moments.h"
#include "base/root.h"
#include <math.h>
#include <tepui/scale.h>
#include <tepui/theory.h>

#define STEP 1.25
#define DEAD 1e-10
#define ENDLESS 1e15
#define STANDS 1e-12  /* |Q(q) - q| <= STANDS q: q is a fixed point, to the accuracy of Q */
#define CRITICAL 1e-9 /* |ln chi_1| of what counts as critical */

const char *const tepui_phase_word[] = {"ordered", "critical", "chaotic"};

typedef struct {
    moments *m;
    const tepui_choice *phi;
    double w, b; /* sigma_w^2, sigma_b^2 */
    double q;
} net;

static double excess(double q, void *arg)
{
    const net *k = arg;
    return k->w * moments_square(k->m, q) + k->b - q;
}

/* Follows the map from q0 by steps of a factor; NaN where Q is not known. */
static double follow(net *k, double q0)
{
    const double at = excess(q0, k), nothing = excess(0, k);
    const double factor = at > 0 ? STEP : 1 / STEP;
    double q = q0, next = q0, seen = at;
    if (fabs(at) <= STANDS * q0) return q0;
    while (seen * at > 0) {
        q = next;
        next *= factor;
        if (next > ENDLESS) return INFINITY;
        if (next < DEAD && nothing == 0) return 0;
        seen = excess(next, k);
    }
    return root_between(excess, k, fmin(q, next), fmax(q, next));
}

/* phi homogeneous: Q(q) = g q + sigma_b^2. */
static double straight(double g, double b, double q0)
{
    if (fabs(g - 1) <= STANDS) return b > 0 ? INFINITY : q0;
    if (g < 1) return b / (1 - g);
    return INFINITY;
}

static double depth_scale(double factor)
{
    const double rate = -log(fabs(factor));
    return fabs(rate) <= CRITICAL ? INFINITY : 1 / rate;
}

static double gap_excess(double gap, void *arg)
{
    const net *k = arg;
    return k->w * moments_gap(k->m, k->q, gap) - 1;
}

/* Where angles go at a finite q* > 0. */
static void find_angle(net *k, tepui_mean_field *out)
{
    out->c = 1;
    out->chi_c = out->chi_1;
    if (out->phase != TEPUI_CHAOTIC) return;
    const double far = gap_excess(1, k);
    const double gap = far > -MOMENTS_TOLERANCE * out->chi_1 * 10 ? 1 : root_between(gap_excess, k, 0, 1);
    out->c = isnan(far) ? NAN : 1 - gap;
    out->chi_c = isnan(out->c) ? NAN : k->w * moments_slope_product(k->m, k->q, out->c);
}

/* Where phi is two half-lines: slopes s[0] below 0, s[1] above. */
static void angle_of_half_lines(const double *s, int biased, tepui_mean_field *out)
{
    out->chi_c = 1;
    out->c = s[0] == s[1] && !biased ? NAN : 1;
}

static void at_an_end(net *k, tepui_mean_field *out)
{
    const tepui_activation_type *type = k->phi->type;
    const int far = out->q > 0 && !(type->homogeneous && isfinite(out->q));
    double s[4];
    type->slopes(k->phi->value, s);
    out->chi_1 = k->w * (far ? moments_slope_square_far(k->phi) : moments_slope_square_at_zero(k->phi));
    out->slope = out->chi_1;
    /* biases of a size that stands still beside a mean square that grows like depth turn all vectors their way */
    angle_of_half_lines(far ? s + 2 : s, k->b > 0 && fabs(out->chi_1 - 1) <= STANDS, out);
}

static void inside(net *k, tepui_mean_field *out)
{
    out->chi_1 = k->w * moments_slope_square(k->m, out->q);
    out->slope = k->w * moments_growth(k->m, out->q);
}

static void name_phase(tepui_mean_field *out)
{
    const double ln_chi = log(out->chi_1);
    out->phase = fabs(ln_chi) <= CRITICAL ? TEPUI_CRITICAL : ln_chi < 0 ? TEPUI_ORDERED : TEPUI_CHAOTIC;
}

static void solve(net *k, double q0, tepui_mean_field *out)
{
    const tepui_activation_type *type = k->phi->type;
    const double g = k->w * moments_slope_square_at_zero(k->phi);
    k->q = out->q = type->homogeneous ? straight(g, k->b, q0) : follow(k, q0);
    const int half_lines = out->q == 0 || isinf(out->q) || (type->homogeneous && k->b == 0);
    if (half_lines)
        at_an_end(k, out);
    else
        inside(k, out);
    name_phase(out);
    if (!half_lines) find_angle(k, out);
    out->xi_q = depth_scale(out->slope);
    out->xi_c = depth_scale(out->chi_c);
    out->xi_gradient = depth_scale(out->chi_1);
}

tepui_status tepui_mean_field_solve(const tepui_choice *phi, double sigma_w, double sigma_b, double q0,
                                    tepui_mean_field *out, tepui_error *err)
{
    net k = {.phi = phi, .w = sigma_w * sigma_w, .b = sigma_b * sigma_b};
    if (!(sigma_w > 0 && isfinite(k.w) && sigma_b >= 0 && isfinite(k.b) && q0 > 0 && isfinite(q0)))
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "a mean field needs sigma_w > 0, sigma_b >= 0 and a start q > 0, got %g, %g and %g", sigma_w,
                          sigma_b, q0);
    const tepui_status st = moments_new(phi, &k.m, err);
    if (st != TEPUI_OK) return st;
    solve(&k, q0, out);
    moments_free(k.m);
    if (isnan(out->q) || isnan(out->chi_1) || isnan(out->slope) || isnan(out->chi_c))
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "the moments of activation '%s' at sigma_w = %g, sigma_b = %g did not converge to %g",
                          ((const tepui_kind *)phi->type)->name, sigma_w, sigma_b, MOMENTS_TOLERANCE);
    return TEPUI_OK;
}

tepui_status tepui_mean_field_critical(const tepui_choice *phi, double sigma_b, double *sigma_w, tepui_error *err)
{
    const tepui_scale_type *rule = tepui_kind_find(&tepui_family_scale, "critical");
    const tepui_choice gaussian = {tepui_kind_find(&tepui_family_distribution, "gaussian"), {0}};
    const double none[TEPUI_MAX_PARAMS] = {0};
    const tepui_scale_site site = {1, 1, &gaussian, phi, sigma_b};
    double variance = NAN;
    const tepui_status st = rule->variance(&site, none, &variance, err);
    *sigma_w = sqrt(variance);
    return st;
}
