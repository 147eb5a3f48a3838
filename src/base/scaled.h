/* scaled.h -- numbers far outside the range of double: value = s * 2^e, and vectors m * 2^e rescaled exactly.

   A vector stays inside the comfortable range while its squared norm is in [2^-400, 2^400]; outside it is multiplied
   by a power of two, which is exact, and the exponent takes the change. So no depth under- or overflows, and the bits
   of a result do not depend on when a vector was rescaled. */
#ifndef TEPUI_BASE_SCALED_H
#define TEPUI_BASE_SCALED_H
#include <base/elementary.h>
#include <math.h>
#include <stdint.h>

#define SCALED_LOW 0x1p-400
#define SCALED_HIGH 0x1p400
#define SCALED_LN2 0.693147180559945309417232121458176568

/* A squared norm: value = s * 2^(2 e). */
typedef struct {
    double s;
    int64_t e;
} scaled_square;

/* ln of the norm, -INFINITY for an exact zero. */
static inline double scaled_ln_norm(scaled_square q)
{
    return q.s == 0.0 ? -INFINITY : 0.5 * elementary_log(q.s) + (double)q.e * SCALED_LN2;
}

/* Squared norm of a product of two factors (outer products). Both s are within 2^+-400, so is nothing lost. */
static inline scaled_square scaled_times(scaled_square a, scaled_square b)
{
    return (scaled_square){a.s * b.s, a.e + b.e};
}

/* a + b, aligned to the larger exponent; what is shifted out lies 2^-1000 below. */
static inline scaled_square scaled_plus(scaled_square a, scaled_square b)
{
    if (a.s == 0.0) return b;
    if (b.s == 0.0) return a;
    if (a.e < b.e) return scaled_plus(b, a);
    const int64_t shift = 2 * (b.e - a.e);
    return (scaled_square){a.s + (shift < -2000 ? 0.0 : ldexp(b.s, (int)shift)), a.e};
}

/* x * 2^k for any k that fits 64 bits. */
static inline double scaled_shift(double x, int64_t k)
{
    return ldexp(x, k > 5000 ? 5000 : k < -5000 ? -5000 : (int)k);
}
#endif
