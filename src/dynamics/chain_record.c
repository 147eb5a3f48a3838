/* chain_record.c -- what is recorded of a step of a chain of scalar weights. Theory C5 with loss (f - y)^2 / 2:

       H_kl = (f^2 + r f) u_k u_l, H_kk = f^2 u_k^2, r = f - y, u_k = 1 / w_k;

   in units of |r f| that is -s diag(u^2) + (|f / r| + s) u u^T, s the sign of r f. D^(-1/2) H D^(-1/2) is the same with
   u_k D_k^(-1/2). */
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

/* Of a lane with weights w, divided by `metric` if there is one; coordinates that it does not divide by drop out. */
static chain_ends ends_of(const chain_state *s, const chain_group *q, size_t lane, const double *w,
                          const double *metric)
{
    const double *m = q->c.m + q->c.n, *e = q->c.e + q->c.n;
    const double ln_f = elementary_log(fabs(m[lane])) + e[lane] * SCALED_LN2;
    const double ln_r = elementary_log(fabs(q->c.r[lane])) + q->c.r_exponent[lane] * SCALED_LN2;
    size_t n = 0;
    double squares = 0;
    for (size_t k = 0; k < s->K; k++) {
        const double d = metric ? metric[k * CHAIN_LANES + lane] : 1;
        if (d == 0) continue;
        s->u[n] = 1 / (w[k * CHAIN_LANES + lane] * sqrt(d));
        squares += s->u[n] * s->u[n];
        n++;
    }
    if (n == 0 || m[lane] == 0) return (chain_ends){0, 0, 0};
    if (q->c.r[lane] == 0) return (chain_ends){n > 1 ? 0 : squares, squares, 2 * ln_f};
    const int sign = (q->c.r[lane] > 0) == (m[lane] > 0) ? 1 : -1;
    chain_ends x = {0, 0, ln_r + ln_f};
    if (matrix_secular_extremes(s->u, n, -sign, elementary_exp(ln_f - ln_r) + sign, &x.low, &x.high, s->secular) !=
        TEPUI_OK)
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
