/* moments.c -- mean and central power sums, block by block.

   A block: two passes in double-double. Two parts A, B with delta = mean_B - mean_A, n = n_A + n_B (Pebay 2008):
     m2 = m2A + m2B + delta^2 nA nB / n
     m3 = m3A + m3B + delta^3 nA nB (nA - nB) / n^2 + 3 delta (nA m2B - nB m2A) / n
     m4 = m4A + m4B + delta^4 nA nB (nA^2 - nA nB + nB^2) / n^3 + 6 delta^2 (nA^2 m2B + nB^2 m2A) / n^2
          + 4 delta (nA m3B - nB m3A) / n */
#include "dd.h"
#include <stddef.h>

void tepui_moments_clear(tepui_moments *m)
{
    *m = (tepui_moments){.minimum = NAN, .maximum = NAN};
}

static void sum_powers(tepui_moments *m, double x)
{
    const tepui_dd d = dd_sub(dd_of(x), m->mean), d2 = dd_mul(d, d);
    m->m2 = dd_add(m->m2, d2);
    m->m3 = dd_add(m->m3, dd_mul(d2, d));
    m->m4 = dd_add(m->m4, dd_mul(d2, d2));
}

void tepui_moments_of(tepui_moments *m, const double *x, size_t n, size_t stride)
{
    tepui_dd sum = {0.0, 0.0};
    tepui_moments_clear(m);
    if (n == 0) return;
    m->n = n;
    m->minimum = m->maximum = x[0];
    for (size_t i = 0; i < n; i++) {
        const double v = x[i * stride];
        sum = dd_add(sum, dd_of(v));
        m->minimum = v < m->minimum ? v : m->minimum;
        m->maximum = v > m->maximum ? v : m->maximum;
    }
    m->mean = dd_div(sum, dd_of((double)n));
    for (size_t i = 0; i < n; i++) sum_powers(m, x[i * stride]);
}

static tepui_dd over(tepui_dd a, double n)
{
    return dd_div(a, dd_of(n));
}

void tepui_moments_merge(tepui_moments *a, const tepui_moments *b)
{
    if (b->n == 0) return;
    if (a->n == 0) {
        *a = *b;
        return;
    }
    const double na = (double)a->n, nb = (double)b->n, n = na + nb;
    const tepui_dd d = dd_sub(b->mean, a->mean), d2 = dd_mul(d, d), ab = over(dd_scale(dd_of(na), nb), n);
    const tepui_dd cross2 = dd_sub(dd_scale(b->m2, na), dd_scale(a->m2, nb));
    const tepui_dd cross3 = dd_sub(dd_scale(b->m3, na), dd_scale(a->m3, nb));
    const tepui_dd square2 = dd_add(dd_scale(dd_scale(b->m2, na), na), dd_scale(dd_scale(a->m2, nb), nb));
    const tepui_dd shape = dd_add(dd_sub(dd_scale(dd_of(na), na), dd_scale(dd_of(na), nb)), dd_scale(dd_of(nb), nb));

    tepui_dd m4 = dd_add(a->m4, b->m4);
    m4 = dd_add(m4, over(over(dd_mul(dd_mul(dd_mul(d2, d2), ab), shape), n), n));
    m4 = dd_add(m4, dd_scale(over(over(dd_mul(d2, square2), n), n), 6.0));
    m4 = dd_add(m4, dd_scale(over(dd_mul(d, cross3), n), 4.0));
    tepui_dd m3 = dd_add(a->m3, b->m3);
    m3 = dd_add(m3, over(dd_scale(dd_mul(dd_mul(d2, d), ab), na - nb), n));
    m3 = dd_add(m3, dd_scale(over(dd_mul(d, cross2), n), 3.0));

    a->mean = dd_add(a->mean, over(dd_scale(d, nb), n));
    a->m2 = dd_add(dd_add(a->m2, b->m2), dd_mul(d2, ab));
    a->m3 = m3;
    a->m4 = m4;
    a->n += b->n;
    a->minimum = b->minimum < a->minimum ? b->minimum : a->minimum;
    a->maximum = b->maximum > a->maximum ? b->maximum : a->maximum;
}

double tepui_moments_mean(const tepui_moments *m)
{
    return m->n ? dd_value(m->mean) : NAN;
}

double tepui_moments_variance(const tepui_moments *m)
{
    return m->n > 1 ? dd_value(dd_div(m->m2, dd_of((double)(m->n - 1)))) : NAN;
}

/* (m3/n) / (m2/n)^1.5 */
double tepui_moments_skewness(const tepui_moments *m)
{
    if (m->n < 2 || m->m2.hi <= 0.0) return NAN;
    const double n = (double)m->n, v = dd_value(m->m2) / n;
    return dd_value(m->m3) / n / (v * sqrt(v));
}

/* (m4/n) / (m2/n)^2, 3 for a normal law */
double tepui_moments_kurtosis(const tepui_moments *m)
{
    if (m->n < 2 || m->m2.hi <= 0.0) return NAN;
    const double n = (double)m->n, v = dd_value(m->m2) / n;
    return dd_value(m->m4) / n / (v * v);
}
