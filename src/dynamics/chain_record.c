/* chain_record.c -- what is recorded of a step of a chain of scalar weights. Theory C5 with loss (f - y)^2 / 2:

       H_kl = (f^2 + r f) u_k u_l, H_kk = f^2 u_k^2, r = f - y, u_k = 1 / w_k;

   in units of |r f| that is -s diag(u^2) + (|f / r| + s) u u^T, s the sign of r f. D^(-1/2) H D^(-1/2) is the same with
   u_k D_k^(-1/2). Where f = 0 it is that of curvature/spectrum_chain.c, q the product of all factors that are not 0:
   with one weight z of 0 the entry (z, z) is q^2 and (z, k) r q u_k; with two of them r q is between the two; else all
   is 0. */
#include "chain.h"
#include <base/elementary.h>
#include <matrix/matrix.h>

typedef struct {
    double low, high, ln_unit;
} chain_ends;

double chain_ln_norm(const double *v, const double *less, size_t n)
{
    double top = 0, sum = 0;
    for (size_t k = 0; k < n; k++) top = fmax(top, fabs(v[k * CHAIN_LANES] - (less ? less[k * CHAIN_LANES] : 0)));
    if (!(top > 0 && isfinite(top))) return elementary_log(top);
    for (size_t k = 0; k < n; k++) {
        const double x = (v[k * CHAIN_LANES] - (less ? less[k * CHAIN_LANES] : 0)) / top;
        sum += x * x;
    }
    return elementary_log(top) + 0.5 * elementary_log(sum);
}

/* The factors that are not 0: ln of their product, of the norm of their u / sqrt(D). Those of 0: how many, and the
   product of their D; ln_q = -INFINITY with a slope of 0. */
typedef struct {
    double ln_q, ln_norm, divisor;
    size_t zeros;
} zero_factors;

/* s->u: u / sqrt(D) of the factors that are not 0, in units of exp(ln_u). Sum of squares. */
static double take_inverses(const chain_state *s, size_t lane, const double *w, const double *metric, size_t *n,
                            double *ln_u)
{
    double squares = 0;
    *n = 0;
    for (size_t k = 0; k < s->K; k++) {
        const size_t at = k * CHAIN_LANES + lane;
        const double d = metric ? metric[at] : 1;
        if (d != 0 && w[at] != 0) s->u[(*n)++] = 1 / (w[at] * sqrt(d));
    }
    *ln_u = matrix_secular_scale(s->u, *n) * SCALED_LN2;
    for (size_t k = 0; k < *n; k++) squares += s->u[k] * s->u[k];
    return squares;
}

static zero_factors factors_of(const chain_state *s, const chain_group *q, size_t lane, const double *w,
                               const double *metric)
{
    size_t n;
    double ln_u;
    const double squares = take_inverses(s, lane, w, metric, &n, &ln_u);
    zero_factors z = {elementary_log(fabs(q->c.m[lane])) + q->c.e[lane] * SCALED_LN2,
                      0.5 * elementary_log(squares) + ln_u, 1, 0};
    for (size_t k = 0; k < s->K; k++) {
        const size_t at = k * CHAIN_LANES + lane;
        const double slope = q->c.slope ? q->c.slope[at] : 1;
        z.ln_q += elementary_log(fabs(slope)) + (w[at] == 0 ? 0 : elementary_log(fabs(w[at])));
        z.zeros += w[at] == 0;
        if (w[at] == 0 && metric) z.divisor *= metric[at];
    }
    return z;
}

/* f = 0: [[a, b], [b, 0]]. */
static chain_ends ends_at_zero(const chain_state *s, const chain_group *q, size_t lane, const double *w,
                               const double *metric)
{
    const zero_factors z = factors_of(s, q, lane, w, metric);
    const double ln_r = elementary_log(fabs(q->c.r[lane])) + q->c.r_exponent[lane] * SCALED_LN2;
    if (z.zeros == 0 || z.zeros > 2 || z.divisor == 0 || z.ln_q == -INFINITY) return (chain_ends){0, 0, 0};
    const double ln_a = z.zeros == 1 ? 2 * z.ln_q - elementary_log(z.divisor) : -INFINITY;
    const double ln_b = ln_r + z.ln_q + (z.zeros == 1 ? z.ln_norm : 0) - 0.5 * elementary_log(z.divisor);
    const double unit = fmax(ln_a, ln_b);
    if (unit == -INFINITY) return (chain_ends){0, 0, 0};
    const double a = elementary_exp(ln_a - unit), b = elementary_exp(ln_b - unit),
                 high = (a + sqrt(a * a + 4 * b * b)) / 2;
    return (chain_ends){-b * (b / high), high, unit};
}

/* Of a lane with weights w, divided by `metric` if there is one; coordinates that it does not divide by drop out. */
static chain_ends ends_of(const chain_state *s, const chain_group *q, size_t lane, const double *w,
                          const double *metric)
{
    const double *m = q->c.m + q->c.n, *e = q->c.e + q->c.n;
    const double ln_f = elementary_log(fabs(m[lane])) + e[lane] * SCALED_LN2;
    const double ln_r = elementary_log(fabs(q->c.r[lane])) + q->c.r_exponent[lane] * SCALED_LN2;
    size_t n;
    double ln_u;
    if (m[lane] == 0) return ends_at_zero(s, q, lane, w, metric);
    const double squares = take_inverses(s, lane, w, metric, &n, &ln_u);
    if (n == 0) return (chain_ends){0, 0, 0};
    if (q->c.r[lane] == 0) return (chain_ends){n > 1 ? 0 : squares, squares, 2 * ln_f + 2 * ln_u};
    const int sign = (q->c.r[lane] > 0) == (m[lane] > 0) ? 1 : -1;
    chain_ends x = {0, 0, ln_r + ln_f + 2 * ln_u};
    if (matrix_secular_extremes(s->u, n, -sign, elementary_exp(ln_f - ln_r), &x.low, &x.high, s->secular) != TEPUI_OK)
        x.low = x.high = NAN;
    return x;
}

static double ln_positive(double x, double ln_unit)
{
    return isnan(x) ? NAN : x > 0 ? elementary_log(x) + ln_unit : -INFINITY;
}

double chain_ln_spread(const tepui_follower *f, const chain_group *q, size_t lane)
{
    const chain_ends x = ends_of(f->state, q, lane, q->c.w, NULL);
    return ln_positive(fmax(fabs(x.low), fabs(x.high)), x.ln_unit);
}

static void curvature(const tepui_follower *f, const chain_group *q, size_t lane, double *to)
{
    const chain_state *s = f->state;
    if (f->needs & TEPUI_NEEDS_PATH_CURVATURE) {
        const chain_ends x = ends_of(s, q, lane, s->before, NULL);
        to[TEPUI_PATH_MIN] = ln_positive(-x.low, x.ln_unit);
        to[TEPUI_PATH_MAX] = ln_positive(x.high, x.ln_unit);
    }
    if (f->needs & TEPUI_NEEDS_PATH_METRIC) {
        chain_ends x = ends_of(s, q, lane, s->before, s->metric);
        if (s->metric) x.ln_unit -= f->optimizer->metric_degree * q->exponent[lane] * SCALED_LN2;
        to[TEPUI_PATH_METRIC_MIN] = ln_positive(-x.low, x.ln_unit);
        to[TEPUI_PATH_METRIC_MAX] = ln_positive(x.high, x.ln_unit);
    }
}

void chain_record(const tepui_follower *f, const chain_group *q, size_t lane)
{
    const chain_state *s = f->state;
    double *to = q->record[lane];
    const double ln_r = elementary_log(fabs(q->c.r[lane])) + q->c.r_exponent[lane] * SCALED_LN2;
    const double ln_g = q->ln_gradient[lane];
    const double ln_step = chain_ln_norm(q->c.w + lane, s->before + lane, s->K);
    to[TEPUI_PATH_LOSS] = 2 * ln_r - SCALED_LN2;
    to[TEPUI_PATH_GRADIENT] = ln_g;
    to[TEPUI_PATH_STEP] = ln_step > -INFINITY ? ln_step - ln_g : -INFINITY;
    curvature(f, q, lane, to);
}
