/* dd.h -- double-double arithmetic: a value is the unevaluated sum hi + lo, about 32 digits. Knuth's two-sum and
   Dekker's two-product (by one fused multiply-add where the machine has it: the same bits); sums and products err by
   a few 2^-104 relative (Joldes, Muller, Popescu 2017, algorithms 6, 11 and 18). Exact for results between 2^-960
   and 2^990 in magnitude; beyond, hi overflows as a double would and lo is NaN. */
#ifndef TEPUI_STAT_DD_H
#define TEPUI_STAT_DD_H
#include <math.h>
#include <tepui/stat.h>

#define DD_SPLITTER 0x1.000002p+27 /* 2^27 + 1 cuts 53 bits into 26 + 26 and a sign */

static inline tepui_dd dd_of(double a)
{
    return (tepui_dd){a, 0.0};
}

static inline tepui_dd dd_two_sum(double a, double b)
{
    const double s = a + b, t = s - a;
    return (tepui_dd){s, (a - (s - t)) + (b - t)};
}

static inline tepui_dd dd_quick(double a, double b)
{
    const double s = a + b;
    return (tepui_dd){s, b - (s - a)};
}

static inline tepui_dd dd_two_prod(double a, double b)
{
    const double p = a * b;
#ifdef FP_FAST_FMA
    return (tepui_dd){p, fma(a, b, -p)};
#else
    const double sa = DD_SPLITTER * a, sb = DD_SPLITTER * b;
    const double ah = sa - (sa - a), bh = sb - (sb - b), al = a - ah, bl = b - bh;
    return (tepui_dd){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
#endif
}

static inline tepui_dd dd_add(tepui_dd a, tepui_dd b)
{
    const tepui_dd s = dd_two_sum(a.hi, b.hi), t = dd_two_sum(a.lo, b.lo);
    const tepui_dd u = dd_quick(s.hi, s.lo + t.hi);
    return dd_quick(u.hi, u.lo + t.lo);
}

static inline tepui_dd dd_neg(tepui_dd a)
{
    return (tepui_dd){-a.hi, -a.lo};
}

static inline tepui_dd dd_sub(tepui_dd a, tepui_dd b)
{
    return dd_add(a, dd_neg(b));
}

static inline tepui_dd dd_mul(tepui_dd a, tepui_dd b)
{
    const tepui_dd p = dd_two_prod(a.hi, b.hi);
    return dd_quick(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

/* times a double */
static inline tepui_dd dd_scale(tepui_dd a, double b)
{
    const tepui_dd p = dd_two_prod(a.hi, b);
    return dd_quick(p.hi, p.lo + a.lo * b);
}

/* times a power of two: exact */
static inline tepui_dd dd_shift(tepui_dd a, double power)
{
    return (tepui_dd){a.hi * power, a.lo * power};
}

static inline tepui_dd dd_div(tepui_dd a, tepui_dd b)
{
    const double q = a.hi / b.hi;
    const tepui_dd r = dd_sub(a, dd_scale(b, q));
    const double q2 = r.hi / b.hi;
    const tepui_dd r2 = dd_sub(r, dd_scale(b, q2));
    return dd_add(dd_quick(q, q2), dd_of(r2.hi / b.hi));
}

/* a > 0; one Newton step from the double root */
static inline tepui_dd dd_sqrt(tepui_dd a)
{
    const double s = sqrt(a.hi);
    const tepui_dd r = dd_sub(a, dd_two_prod(s, s));
    return dd_quick(s, r.hi / (2 * s));
}

static inline double dd_value(tepui_dd a)
{
    return a.hi + a.lo;
}
#endif
