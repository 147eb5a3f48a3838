/* moments.c -- mean and central power sums, block by block, in double-double.

   A block: two passes, first the mean, then the powers of x - mean. Two parts A, B with delta = mean_B - mean_A,
   n = n_A + n_B, a = n_A / n, b = n_B / n (Pebay, SAND2008-6212, equations 2.1 and 3.1):
     mean = mean_A + b delta
     m2   = m2A + m2B + delta^2 n_A b
     m3   = m3A + m3B + delta [ 3 (a m2B - b m2A) + delta^2 n_A b (a - b) ]
     m4   = m4A + m4B + delta [ 4 (a m3B - b m3A) + delta (6 (a^2 m2B + b^2 m2A) + delta^2 n_A b (a^2 - a b + b^2)) ]

   Range: means are good for all finite values. A power sum too large for a double is INFINITY (m3: NaN, its sign is
   lost); skewness and kurtosis are NaN where their power sums overflowed or ran into denormals. */
#include "dd.h"
#include <stddef.h>

#define LARGE 0x1p+900 /* from here on sums are taken of x 2^-64 */
#define SHRINK 0x1p-64

/* Two doubles side by side; every compiler of ours has them in registers. */
typedef double pair __attribute__((vector_size(16)));
typedef struct {
    pair hi, lo;
} dd_pair;

static inline dd_pair pair_two_sum(pair a, pair b)
{
    const pair s = a + b, t = s - a;
    return (dd_pair){s, (a - (s - t)) + (b - t)};
}

/* sum += term; lo gathers all rounding errors */
static inline void pair_add(dd_pair *sum, pair hi, pair lo)
{
    const dd_pair s = pair_two_sum(sum->hi, hi);
    sum->hi = s.hi;
    sum->lo += s.lo + lo;
}

static inline pair pair_high_half(pair a)
{
    const pair s = DD_SPLITTER * a;
    return s - (s - a);
}

static tepui_dd pair_total(dd_pair p)
{
    const tepui_dd s = dd_two_sum(p.hi[0], p.hi[1]);
    return dd_two_sum(s.hi, s.lo + (p.lo[0] + p.lo[1]));
}

/* Sums of d^2, d^3, d^4, each product to double-double accuracy. */
typedef struct {
    dd_pair s2, s3, s4;
} power_sums;

static inline void add_powers(power_sums *s, dd_pair d)
{
    const pair h = d.hi, hh = pair_high_half(h), hl = h - hh;
    const pair p = h * h, e = ((hh * hh - p) + 2 * (hh * hl)) + hl * hl + 2 * (h * d.lo); /* d^2 = p + e */
    const pair ph = pair_high_half(p), pl = p - ph;
    const pair c = p * h, ce = ((ph * hh - c) + (ph * hl + pl * hh)) + pl * hl;
    const pair q = p * p, qe = ((ph * ph - q) + 2 * (ph * pl)) + pl * pl;
    pair_add(&s->s2, p, e);
    pair_add(&s->s3, c, ce + (p * d.lo + e * h));
    pair_add(&s->s4, q, qe + 2 * (p * e));
}

/* x - mean to double-double accuracy */
static inline dd_pair deviation(pair x, tepui_dd mean)
{
    const dd_pair d = pair_two_sum(x, (pair){-mean.hi, -mean.hi});
    const pair lo = d.lo - (pair){mean.lo, mean.lo}, hi = d.hi + lo;
    return (dd_pair){hi, lo - (hi - d.hi)};
}

void tepui_moments_clear(tepui_moments *m)
{
    *m = (tepui_moments){.minimum = NAN, .maximum = NAN};
}

static void find_range(tepui_moments *m, const double *x, size_t n, size_t stride)
{
    double lo = x[0], hi = x[0];
    for (size_t i = 1; i < n; i++) {
        const double v = x[i * stride];
        lo = v < lo ? v : lo;
        hi = v > hi ? v : hi;
    }
    m->minimum = lo;
    m->maximum = hi;
}

static double shrink_for(double minimum, double maximum)
{
    return maximum >= LARGE || minimum <= -LARGE ? SHRINK : 1.0;
}

static tepui_dd block_mean(const double *x, size_t n, size_t stride, double shrink)
{
    const pair none = {0.0, 0.0};
    dd_pair sum = {none, none};
    size_t i = 0;
    for (; i + 1 < n; i += 2) pair_add(&sum, shrink * (pair){x[i * stride], x[(i + 1) * stride]}, none);
    if (i < n) pair_add(&sum, shrink * (pair){x[i * stride], 0.0}, none);
    return dd_shift(dd_div(pair_total(sum), dd_of((double)n)), 1 / shrink);
}

static tepui_dd finite_or(tepui_dd a, double otherwise)
{
    return isfinite(a.hi) && isfinite(a.lo) ? a : dd_of(otherwise);
}

static void mark_overflow(tepui_moments *m)
{
    m->m2 = finite_or(m->m2, INFINITY);
    m->m3 = finite_or(m->m3, NAN);
    m->m4 = finite_or(m->m4, INFINITY);
}

void tepui_moments_of(tepui_moments *m, const double *x, size_t n, size_t stride)
{
    power_sums s = {0};
    size_t i = 0;
    tepui_moments_clear(m);
    if (n == 0) return;
    m->n = n;
    find_range(m, x, n, stride);
    m->mean = block_mean(x, n, stride, shrink_for(m->minimum, m->maximum));
    for (; i + 1 < n; i += 2) add_powers(&s, deviation((pair){x[i * stride], x[(i + 1) * stride]}, m->mean));
    if (i < n) {
        dd_pair d = deviation((pair){x[i * stride], 0.0}, m->mean);
        d.hi[1] = d.lo[1] = 0.0;
        add_powers(&s, d);
    }
    m->m2 = pair_total(s.s2);
    m->m3 = pair_total(s.s3);
    m->m4 = pair_total(s.s4);
    mark_overflow(m);
}

/* n_A + n_B = n; a = n_A / n, b = n_B / n, d = mean_B - mean_A */
typedef struct {
    tepui_dd a, b, d, d2, nab; /* nab = d^2 n_A b */
} weights;

/* a u - b v */
static tepui_dd cross(const weights *w, tepui_dd u, tepui_dd v)
{
    return dd_sub(dd_mul(w->a, u), dd_mul(w->b, v));
}

static tepui_dd third(const weights *w, const tepui_moments *a, const tepui_moments *b)
{
    const tepui_dd inner = dd_add(dd_scale(cross(w, b->m2, a->m2), 3.0), dd_mul(w->nab, dd_sub(w->a, w->b)));
    return dd_add(dd_add(a->m3, b->m3), dd_mul(w->d, inner));
}

static tepui_dd fourth(const weights *w, const tepui_moments *a, const tepui_moments *b)
{
    const tepui_dd aa = dd_mul(w->a, w->a), bb = dd_mul(w->b, w->b), ab = dd_mul(w->a, w->b);
    const tepui_dd square = dd_scale(dd_add(dd_mul(aa, b->m2), dd_mul(bb, a->m2)), 6.0);
    const tepui_dd shape = dd_mul(w->nab, dd_add(dd_sub(aa, ab), bb));
    const tepui_dd skew = dd_mul(w->d, dd_shift(cross(w, b->m3, a->m3), 4.0));
    return dd_add(dd_add(a->m4, b->m4), dd_add(skew, dd_mul(w->d2, dd_add(square, shape))));
}

void tepui_moments_merge(tepui_moments *a, const tepui_moments *b)
{
    if (b->n == 0) return;
    if (a->n == 0) {
        *a = *b;
        return;
    }
    const double minimum = b->minimum < a->minimum ? b->minimum : a->minimum;
    const double maximum = b->maximum > a->maximum ? b->maximum : a->maximum;
    const double shrink = shrink_for(minimum, maximum), na = (double)a->n, nb = (double)b->n;
    const tepui_dd from = dd_shift(a->mean, shrink), d = dd_sub(dd_shift(b->mean, shrink), from);
    const tepui_dd per = dd_div(dd_of(1.0), dd_of(na + nb));
    weights w = {.a = dd_scale(per, na), .b = dd_scale(per, nb), .d = dd_shift(d, 1 / shrink)};
    w.d2 = dd_mul(w.d, w.d);
    w.nab = dd_mul(dd_scale(w.b, na), w.d2);

    const tepui_dd m3 = third(&w, a, b), m4 = fourth(&w, a, b);
    a->mean = dd_shift(dd_add(from, dd_mul(d, w.b)), 1 / shrink);
    a->m2 = dd_add(dd_add(a->m2, b->m2), w.nab);
    a->m3 = m3;
    a->m4 = m4;
    a->n += b->n;
    a->minimum = minimum;
    a->maximum = maximum;
    mark_overflow(a);
}

double tepui_moments_mean(const tepui_moments *m)
{
    return m->n ? dd_value(m->mean) : NAN;
}

double tepui_moments_variance(const tepui_moments *m)
{
    if (m->n < 2) return NAN;
    return isfinite(m->m2.hi) ? dd_value(dd_div(m->m2, dd_of((double)(m->n - 1)))) : m->m2.hi;
}

/* Are the k-th powers of typical deviations far from overflow and denormals? Zero variance: no. */
static int in_range(const tepui_moments *m, int k)
{
    if (m->n < 2 || !(m->m2.hi > 0.0) || !isfinite(m->m3.hi) || !isfinite(m->m4.hi)) return 0;
    return k * ilogb(m->m2.hi / (double)m->n) > 2 * -900;
}

/* (m3/n) / (m2/n)^1.5 = m3 sqrt(n) / m2^1.5 */
double tepui_moments_skewness(const tepui_moments *m)
{
    if (!in_range(m, 3)) return NAN;
    const tepui_dd variance = dd_div(m->m2, dd_of((double)m->n)), third_moment = dd_div(m->m3, dd_of((double)m->n));
    return dd_value(dd_div(dd_div(third_moment, variance), dd_sqrt(variance)));
}

/* (m4/n) / (m2/n)^2, 3 for a normal law */
double tepui_moments_kurtosis(const tepui_moments *m)
{
    if (!in_range(m, 4)) return NAN;
    return dd_value(dd_scale(dd_div(dd_div(m->m4, m->m2), m->m2), (double)m->n));
}
