/* dd.h -- double-double arithmetic: a value is the unevaluated sum hi + lo, about 32 digits. Knuth's two-sum and the
   fused-multiply-add two-product; sums and products err by a few 2^-104 (Joldes, Muller, Popescu 2017). */
#ifndef TEPUI_STAT_DD_H
#define TEPUI_STAT_DD_H
#include <math.h>
#include <tepui/stat.h>

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
    const double p = a.hi * b.hi, e = fma(a.hi, b.hi, -p);
    return dd_quick(p, e + (a.hi * b.lo + a.lo * b.hi));
}

static inline tepui_dd dd_scale(tepui_dd a, double b)
{
    return dd_mul(a, dd_of(b));
}

static inline tepui_dd dd_div(tepui_dd a, tepui_dd b)
{
    const double q = a.hi / b.hi;
    const tepui_dd r = dd_sub(a, dd_scale(b, q));
    const double q2 = r.hi / b.hi;
    const tepui_dd r2 = dd_sub(r, dd_scale(b, q2));
    return dd_add(dd_two_sum(q, q2), dd_of(r2.hi / b.hi));
}

static inline double dd_value(tepui_dd a)
{
    return a.hi + a.lo;
}
#endif
