/* moments.c -- Gaussian moments of an activation (see moments.h).

   One variable, folded: E g(u) = int_0^inf [g(s z) + g(-s z)] p(z) dz, s = sqrt(q), p the normal density. Two, in the
   coordinates along and across the diagonal:
     u1 = A z1 + B z2,  u2 = A z1 - B z2,  A = sqrt(q (1 + c)/2),  B = sqrt(q (1 - c)/2),
   which keeps u1 - u2 = 2 B z2 exact for c near 1; folded to z1, z2 > 0, as F(u1, u2) is symmetric.
   The growth is E z phi phi'(s z)/s, by parts: second derivatives, which are delta functions at kinks, do not occur.

   Quadrature: doubly adaptive Clenshaw-Curtis (P. Gonnet, Increasing the reliability of adaptive quadrature using
   explicit interpolants, ACM TOMS 37 (2010); GSL's cquad, which reports failure without calling GSL's error handler),
   on pieces that end where phi or phi' has a kink, up to |z| = 12, exp(-72) of the density's peak.
   Source: B. Poole et al., NIPS 2016. */
#include "moments.h"
#include <base/elementary.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>

#define REACH 12.0
#define ASKED 1e-12    /* of cquad, whose estimates of its error are cautious */
#define INTERVALS 1000 /* kept by cquad at a time */
#define SMALL_GAP 1e-4
#define DENSITY_AT_0 0.398942280401432677939946

struct moments {
    const tepui_activation_type *phi;
    const double *param;
    double value[TEPUI_MAX_PARAMS];
    gsl_integration_cquad_workspace *outer, *inner;
};

tepui_status moments_new(const tepui_choice *phi, moments **out, tepui_error *err)
{
    moments *m = *out = calloc(1, sizeof *m);
    if (m) {
        m->phi = phi->type;
        for (int i = 0; i < TEPUI_MAX_PARAMS; i++) m->value[i] = phi->value[i];
        m->param = m->value;
        m->outer = gsl_integration_cquad_workspace_alloc(INTERVALS);
        m->inner = gsl_integration_cquad_workspace_alloc(INTERVALS);
        if (m->outer && m->inner) return TEPUI_OK;
    }
    moments_free(m);
    *out = NULL;
    return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for the moments of an activation");
}

void moments_free(moments *m)
{
    if (!m) return;
    if (m->outer) gsl_integration_cquad_workspace_free(m->outer);
    if (m->inner) gsl_integration_cquad_workspace_free(m->inner);
    free(m);
}

/* Sorted ends of pieces of [0, REACH]. */
typedef struct {
    double at[8];
    int n;
} pieces;

static void cut(pieces *p, double z)
{
    int i = p->n;
    if (!(z > 0 && z < REACH)) return;
    for (; i > 0 && p->at[i - 1] > z; i--) p->at[i] = p->at[i - 1];
    p->at[i] = z;
    p->n++;
}

/* int_0^REACH f p dz, or NaN; `scale` is what an absolute error is measured against where signs cancel. */
static double integrate(gsl_function *f, const pieces *p, double scale, gsl_integration_cquad_workspace *w)
{
    double sum = 0, errors = 0, from = 0;
    for (int i = 0; i <= p->n; i++) {
        const double to = i < p->n ? p->at[i] : REACH;
        double part = 0, error = 0;
        if (gsl_integration_cquad(f, from, to, ASKED * scale, ASKED, w, &part, &error, NULL) != 0) return NAN;
        sum += part;
        errors += error;
        from = to;
    }
    return errors <= MOMENTS_TOLERANCE * fmax(fabs(sum), scale) ? sum : NAN;
}

/* --- one variable */

typedef struct {
    const moments *m;
    double (*g)(const moments *m, double u);
    double s;
} single;

static double single_at(double z, void *arg)
{
    const single *k = arg;
    return (k->g(k->m, k->s * z) + k->g(k->m, -k->s * z)) * DENSITY_AT_0 * elementary_exp(-0.5 * z * z);
}

static double mean(moments *m, double q, double (*g)(const moments *, double), double scale)
{
    single k = {m, g, sqrt(q)};
    gsl_function f = {single_at, &k};
    pieces p = {.n = 0};
    cut(&p, m->phi->kink / k.s);
    cut(&p, 8 / k.s); /* beyond it phi is nearly straight */
    return integrate(&f, &p, scale, m->outer);
}

static double square(const moments *m, double u)
{
    const double y = m->phi->f(u, m->param);
    return y * y;
}

static double slope_square(const moments *m, double u)
{
    const double y = m->phi->df(u, m->param);
    return y * y;
}

static double fourth(const moments *m, double u)
{
    return square(m, u) * square(m, u);
}

static double slope_fourth(const moments *m, double u)
{
    return slope_square(m, u) * slope_square(m, u);
}

static double u_phi_slope(const moments *m, double u)
{
    return u * m->phi->f(u, m->param) * m->phi->df(u, m->param);
}

double moments_square(moments *m, double q)
{
    return q > 0 ? mean(m, q, square, 0) : square(m, 0);
}

double moments_fourth(moments *m, double q)
{
    return q > 0 ? mean(m, q, fourth, 0) : fourth(m, 0);
}

double moments_slope_square(moments *m, double q)
{
    const tepui_choice phi = {m->phi, {m->value[0], m->value[1], m->value[2], m->value[3]}};
    return q > 0 ? mean(m, q, slope_square, 0) : moments_slope_square_at_zero(&phi);
}

double moments_slope_fourth(moments *m, double q)
{
    double s[4];
    if (q > 0) return mean(m, q, slope_fourth, 0);
    m->phi->slopes(m->param, s);
    return (elementary_pow(s[0], 4) + elementary_pow(s[1], 4)) / 2;
}

double moments_growth(moments *m, double q)
{
    if (!(q > 0)) return moments_slope_square(m, 0);
    return mean(m, q, u_phi_slope, moments_square(m, q) + q * moments_slope_square(m, q)) / q;
}

/* --- two variables */

typedef struct {
    moments *m;
    double (*F)(const moments *m, double u1, double u2);
    double a, b, z1, scale;
    int failed; /* an inner integral, which cquad outside would pass over */
} couple;

static double inner_at(double z2, void *arg)
{
    const couple *k = arg;
    const double u1 = k->a * k->z1 + k->b * z2, u2 = k->a * k->z1 - k->b * z2;
    return (k->F(k->m, u1, u2) + k->F(k->m, -u1, -u2)) * DENSITY_AT_0 * elementary_exp(-0.5 * z2 * z2);
}

static double outer_at(double z1, void *arg)
{
    couple *k = arg;
    gsl_function f = {inner_at, k};
    pieces p = {.n = 0};
    const double kink = k->m->phi->kink;
    k->z1 = z1;
    for (int side = kink > 0 ? -1 : 0; side <= (kink > 0); side++) cut(&p, fabs(k->a * z1 - side * kink) / k->b);
    const double inner = integrate(&f, &p, k->scale, k->m->inner);
    k->failed |= isnan(inner);
    return k->failed ? 0 : 2 * inner * DENSITY_AT_0 * elementary_exp(-0.5 * z1 * z1);
}

static double mean_of_two(moments *m, double q, double c, double gap, double (*F)(const moments *, double, double),
                          double scale)
{
    couple k = {m, F, sqrt(q * (1 + c) / 2), sqrt(q * gap / 2), 0, scale, 0};
    gsl_function f = {outer_at, &k};
    pieces p = {.n = 0};
    if (k.a > 0) cut(&p, m->phi->kink / k.a);
    if (k.a > 0) cut(&p, 8 / k.a);
    const double whole = integrate(&f, &p, scale, m->outer);
    return k.failed ? NAN : whole;
}

static double product(const moments *m, double u1, double u2)
{
    return m->phi->f(u1, m->param) * m->phi->f(u2, m->param);
}

static double slope_product(const moments *m, double u1, double u2)
{
    return m->phi->df(u1, m->param) * m->phi->df(u2, m->param);
}

static double squared_difference(const moments *m, double u1, double u2)
{
    const double d = m->phi->f(u1, m->param) - m->phi->f(u2, m->param);
    return d * d;
}

double moments_product(moments *m, double q, double c)
{
    const double whole = moments_square(m, q);
    return c < 1 && q > 0 ? mean_of_two(m, q, c, 1 - c, product, whole) : whole;
}

double moments_slope_product(moments *m, double q, double c)
{
    const double whole = moments_slope_square(m, q);
    return c < 1 && q > 0 ? mean_of_two(m, q, c, 1 - c, slope_product, whole) : whole;
}

/* The mean of E phi'(u1) phi'(u2) over gaps from 0 to gap, as q times it is the derivative of E phi phi by c: for gaps
   so small that differences of phi have lost digits. In the square root of the gap it is smooth, kinks or not. */
static double small_gap(moments *m, double q, double gap)
{
    static const double node[] = {0.046910077030668, 0.230765344947158, 0.5, 0.769234655052841, 0.953089922969332},
                        weight[] = {0.118463442528095, 0.239314335249683, 0.284444444444444, 0.239314335249683,
                                    0.118463442528095}; /* Gauss-Legendre on [0, 1]: errors of order gap^5 */
    const double whole = moments_slope_square(m, q);
    double sum = 0;
    for (int i = 0; i < 5; i++) {
        const double t = node[i] * node[i] * gap;
        sum += 2 * node[i] * weight[i] * mean_of_two(m, q, 1 - t, t, slope_product, whole);
    }
    return sum;
}

double moments_gap(moments *m, double q, double gap)
{
    const double limit = moments_slope_square(m, q);
    if (!(gap > 0 && q > 0)) return limit;
    if (gap < SMALL_GAP) return small_gap(m, q, gap);
    return mean_of_two(m, q, 1 - gap, gap, squared_difference, limit * q * gap) / (2 * q * gap);
}

static double mean_square_of(const tepui_choice *phi, int first)
{
    const tepui_activation_type *type = phi->type;
    double s[4];
    type->slopes(phi->value, s);
    return (s[first] * s[first] + s[first + 1] * s[first + 1]) / 2;
}

double moments_slope_square_at_zero(const tepui_choice *phi)
{
    return mean_square_of(phi, 0);
}

double moments_slope_square_far(const tepui_choice *phi)
{
    return mean_square_of(phi, 2);
}
