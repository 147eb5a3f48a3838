/* elementary.c -- see elementary.h.

   Every function works on an unevaluated sum of two doubles, h + l, where one double would lose more than a few
   hundredths of an ulp. Only +, -, *, /, fma and exact operations
   (ldexp, rint, ilogb) occur, without contraction, so that the bits
   depend on nothing but the argument. Where the machine has fma, a second copy of each function uses it: the C library
   rounds fma() correctly where it has not.

   Constants: Taylor and Chebyshev coefficients, computed with 50 digits and rounded once. */
#include "elementary.h"
#include <float.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

typedef struct {
    double h, l;
} two;

/* x + y exactly, |x| >= |y| or x = 0 */
INLINE two fast_sum(double x, double y)
{
    const double h = x + y;
    return (two){h, y - (h - x)};
}

INLINE two sum(double x, double y)
{
    const double h = x + y, z = h - x;
    return (two){h, (x - (h - z)) + (y - z)};
}

INLINE two product(double x, double y)
{
    const double h = x * y;
    return (two){h, fma(x, y, -h)};
}

INLINE two times(two x, two y)
{
    const two p = product(x.h, y.h);
    return fast_sum(p.h, p.l + fma(x.h, y.l, x.l * y.h));
}

INLINE two plus(two x, two y)
{
    const two s = sum(x.h, y.h);
    return fast_sum(s.h, s.l + (x.l + y.l));
}

INLINE two over(two x, two y)
{
    const double q = x.h / y.h;
    return fast_sum(q, (fma(-q, y.h, x.h) + (x.l - q * y.l)) / y.h);
}

/* x 2^k */
INLINE double power_of_2(double x, double k)
{
    if (fabs(k) > 900 || !(fabs(x) > 0x1p-100 && fabs(x) < 0x1p100)) return ldexp(x, (int)k);
    const uint64_t bits = (uint64_t)((int64_t)k + 1023) << 52;
    double factor;
    memcpy(&factor, &bits, sizeof factor);
    return x * factor;
}

/* x = m 2^e, m in [1, 2); x positive and finite */
INLINE double split(double x, int *e)
{
    uint64_t bits;
    *e = 0;
    if (x < DBL_MIN) x *= 0x1p54, *e = -54;
    memcpy(&bits, &x, sizeof bits);
    *e += (int)(bits >> 52) - 1023;
    bits = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1023) << 52;
    memcpy(&x, &bits, sizeof x);
    return x;
}

INLINE double horner(const double *c, int n, double x)
{
    double y = c[n - 1];
    for (int i = n - 2; i >= 0; i--) y = fma(y, x, c[i]);
    return y;
}

/* c[0] + c[2] x + c[4] x^2 ...: every second of the first n */
INLINE double horner_even(const double *c, int n, double x)
{
    int i = (n - 1) / 2 * 2;
    double y = c[i];
    for (i -= 2; i >= 0; i -= 2) y = fma(y, x, c[i]);
    return y;
}

/* exp(r) - 1 for |r| <= 0.35 */
INLINE two small_expm1(two r)
{
    static const double c[] = {0x1.0000000000000p-1,  0x1.5555555555555p-3,  0x1.5555555555555p-5,
                               0x1.1111111111111p-7,  0x1.6c16c16c16c17p-10, 0x1.a01a01a01a01ap-13,
                               0x1.a01a01a01a01ap-16, 0x1.71de3a556c734p-19, 0x1.27e4fb7789f5cp-22,
                               0x1.ae64567f544e4p-26, 0x1.1eed8eff8d898p-29, 0x1.6124613a86d09p-33,
                               0x1.93974a8c07c9dp-37, 0x1.ae7f3e733b81fp-41};
    const double third = horner(c + 1, 13, r.h) * r.h; /* (exp(r) - 1 - r)/r^2 - 1/2 */
    two square = times(r, r);
    square.h *= 0.5, square.l *= 0.5;
    return plus(r, plus(square, product(2 * square.h, third)));
}

/* x = k ln 2 + r */
INLINE two reduce(two x, double *k)
{
    *k = rint(x.h * 0x1.71547652b82fep+0);
    const double head = fma(-*k, 0x1.62e42fefa3p-1, x.h); /* exact: 40 bits times 11 */
    const two more = product(-*k, 0x1.3de6af278ece6p-42);
    return plus(sum(head, more.h), (two){x.l, more.l});
}

/* The same to some 2^-54 of r, for what is rounded next: its error and the rounding stay below one ulp. The polynomial
   is evaluated in pairs, which takes half the time of Horner's rule. */
INLINE two quick_expm1(two r)
{
    static const double c[] = {0x1.5555555555555p-3,  0x1.5555555555555p-5,  0x1.1111111111111p-7,
                               0x1.6c16c16c16c17p-10, 0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-16,
                               0x1.71de3a556c734p-19, 0x1.27e4fb7789f5cp-22, 0x1.ae64567f544e4p-26,
                               0x1.1eed8eff8d898p-29, 0x1.6124613a86d09p-33, 0x1.93974a8c07c9dp-37,
                               0x1.ae7f3e733b81fp-41};
    const double x = r.h, x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
    const double p0 = fma(fma(c[3], x, c[2]), x2, fma(c[1], x, c[0])),
                 p4 = fma(fma(c[7], x, c[6]), x2, fma(c[5], x, c[4]));
    const double p8 = fma(c[12], x4, fma(fma(c[11], x, c[10]), x2, fma(c[9], x, c[8])));
    const double half = 0.5 * x2, rest = fma(x2 * x, fma(p8, x8, fma(p4, x4, p0)), fma(0.5, fma(x, x, -x2), r.l));
    const two y = fast_sum(x, half);
    return fast_sum(y.h, y.l + rest);
}

/* exp(x) = (h + l) 2^k for |x| < 1100 */
INLINE two exp_parts(two x, double *k)
{
    return plus((two){1, 0}, small_expm1(reduce(x, k)));
}

INLINE double exp_of(two x)
{
    double k;
    if (x.h > 710) return INFINITY;
    if (x.h < -746) return 0;
    const two y = exp_parts(x, &k);
    return power_of_2(y.h + y.l, k);
}

INLINE double body_exp(double x)
{
    double k;
    if (!(x <= 710)) return x + INFINITY;
    if (x < -746) return 0;
    const two y = quick_expm1(reduce((two){x, 0}, &k)), sum = fast_sum(1, y.h);
    return power_of_2(sum.h + (sum.l + y.l), k);
}

/* e: exp(x), too */
INLINE two expm1_two(double x, double *e)
{
    double k;
    if (fabs(x) <= 0.5) {
        const two y = quick_expm1((two){x, 0});
        *e = 1 + y.h;
        return y;
    }
    const two y = quick_expm1(reduce((two){x, 0}, &k));
    const two one = fast_sum(power_of_2(1, k), power_of_2(y.h, k));
    const double low = one.l + power_of_2(y.l, k);
    *e = one.h + low;
    const two less = sum(-1, one.h);
    return fast_sum(less.h, less.l + low);
}

INLINE double body_expm1(double x)
{
    if (isnan(x) || x == 0 || fabs(x) < 0x1p-60) return isnan(x) ? x + x : x;
    if (x > 700) return body_exp(x);
    if (x < -60) return -1;
    double e;
    const two y = expm1_two(x, &e);
    return y.h + y.l;
}

/* ln(1 + f) for 1 + f in [0.7, 1.42] */
INLINE two small_log(two f)
{
    static const double c[] = {0x1.999999999999ap-3, 0x1.2492492492491p-3, 0x1.c71c71c71cfd9p-4,
                               0x1.745d1745135b3p-4, 0x1.3b13b1bc74ad6p-4, 0x1.1110dfad67e56p-4,
                               0x1.e1f7fa576c811p-5, 0x1.ac4a8c6659c6bp-5, 0x1.b8d41b63147b6p-5};
    two s = over(f, plus((two){2, 0}, f));
    const two z = times(s, s);
    two third = times(z, (two){0x1.5555555555555p-2, 0x1.5555555555555p-56});
    third = plus(third, (two){z.h * z.h * horner(c, 9, z.h), 0});
    s.h *= 2, s.l *= 2;
    return plus(s, times(s, third));
}

/* ln(x), x > 0 and finite, l much smaller than h */
INLINE two log_two(two x)
{
    int e;
    double m = split(x.h, &e);
    if (m > M_SQRT2) m *= 0.5, e++;
    const two y = small_log(sum(m - 1, x.l == 0 ? 0 : ldexp(x.l, -e)));
    const double k = e;
    two whole = product(k, 0x1.3de6af278ece6p-42);
    whole = plus((two){k * 0x1.62e42fefa3p-1, 0}, whole);
    return plus(whole, y);
}

INLINE double body_log(double x)
{
    if (x == 0) return -INFINITY;
    if (!(x > 0)) return isnan(x) ? x + x : NAN;
    if (isinf(x) || x == 1) return x == 1 ? 0 : x;
    const two y = log_two((two){x, 0});
    return y.h + y.l;
}

INLINE double body_log1p(double x)
{
    if (x == -1) return -INFINITY;
    if (!(x > -1)) return isnan(x) ? x + x : NAN;
    if (isinf(x) || fabs(x) < 0x1p-60) return x;
    const two y = fabs(x) < 0.28 ? small_log((two){x, 0}) : log_two(sum(1, x));
    return y.h + y.l;
}

/* square: exp(-2 |x|) */
INLINE double tanh_and(double x, double *square)
{
    if (!(fabs(x) >= 0x1p-30 && fabs(x) <= 20)) {
        *square = elementary_exp(-2 * fabs(x));
        return fabs(x) > 20 ? copysign(1, x) : x == 0 || isnan(x) ? x + x : fma(-x * x, x / 3, x);
    }
    const two y = expm1_two(-2 * fabs(x), square), below = fast_sum(2, y.h), q = over(y, (two){below.h, below.l + y.l});
    return copysign(-(q.h + q.l), x);
}

INLINE double body_tanh(double x)
{
    double square;
    return tanh_and(x, &square);
}

/* Whole numbers from 2^53 on are even, and there are no others. */
INLINE int odd(double y)
{
    return fabs(y) < 0x1p53 && fmod(y, 2) != 0;
}

INLINE double pow_special(double x, double y)
{
    const int negative = signbit(x) && odd(y);
    if (isnan(x) || isnan(y)) return x + y;
    if (x == 0 || isinf(x)) {
        const double size = (x == 0) == (y > 0) ? 0 : INFINITY;
        return negative ? -size : size;
    }
    if (isinf(y)) return fabs(x) == 1 ? 1 : (fabs(x) > 1) == (y > 0) ? INFINITY : 0;
    return NAN; /* a negative number to a broken power */
}

INLINE double body_pow(double x, double y)
{
    if (y == 0 || x == 1) return 1;
    if (!isfinite(x) || !isfinite(y) || x == 0 || (x < 0 && rint(y) != y)) return pow_special(x, y);
    const two ln = log_two((two){fabs(x), 0});
    const double most = ln.h * y;
    const double size = most > 800 ? INFINITY : most < -800 ? 0 : exp_of(times(ln, (two){y, 0}));
    return x < 0 && odd(y) ? -size : size;
}

/* 64 bits of 2/pi, from the bit of weight 2^(63 - from) on. */
INLINE uint64_t two_over_pi(int from)
{
    static const uint64_t word[] = {0,
                                    0xa2f9836e4e441529,
                                    0xfc2757d1f534ddc0,
                                    0xdb6295993c439041,
                                    0xfe5163abdebbc561,
                                    0xb7246e3a424dd2e0,
                                    0x06492eea09d1921c,
                                    0xfe1deb1cb129a73e,
                                    0xe88235f52ebb4484,
                                    0xe99c7026b45f7e41,
                                    0x3991d639835339f4,
                                    0x9c845f8bbdf9283b,
                                    0x1ff897ffde05980f,
                                    0xef2f118b5a0a6d1f,
                                    0x6d367ecf27cb09b7,
                                    0x4f463f669e5fea2d,
                                    0x7527bac7ebe5f17b,
                                    0x3d0739f78a5292ea,
                                    0x6bfb5fb11f8d5d08,
                                    0x56033046fc7b6bab,
                                    0xf0cfbc209af4361d};
    const int k = from / 64, s = from % 64;
    return s == 0 ? word[k] : word[k] << s | word[k + 1] >> (64 - s);
}

/* Payne and Hanek, SIGNUM Newsletter 18, 19 (1983): x 2/pi modulo 4 to 137 bits behind the point, from those bits of
   2/pi that matter; no double is nearer to a multiple of pi/2 than 2^-62. x >= 2^20 */
INLINE two reduce_large(double x, int *quarter)
{
    typedef unsigned __int128 wide;
    const int e = ilogb(x) - 52, from = e + 62; /* x = m 2^e */
    const uint64_t m = (uint64_t)ldexp(x, -e), sign = UINT64_C(1) << 63;
    const wide low = (wide)m * two_over_pi(from + 128), mid = (wide)m * two_over_pi(from + 64);
    const wide top = ((wide)(m * two_over_pi(from)) << 64) + mid + (uint64_t)(low >> 64);
    wide part = top << 2 | (uint64_t)low >> 62;
    uint64_t rest = (uint64_t)low << 2;
    const int up = (uint64_t)(part >> 64) >= sign;
    *quarter = (int)(top >> 126) + up;
    if (up) part = ~part, rest = ~rest;
    int k = 0;
    for (; k < 100 && (uint64_t)(part >> 64) < sign; k++) part = part << 1 | rest >> 63, rest <<= 1;
    const double h = (double)(uint64_t)(part >> 75), l = (double)((uint64_t)(part >> 22) & ((UINT64_C(1) << 53) - 1));
    const two t =
        times(fast_sum(ldexp(h, -53 - k), ldexp(l, -106 - k)), (two){0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54});
    return up ? (two){-t.h, -t.l} : t;
}

/* |x| = quarter pi/2 + r */
INLINE two reduce_circle(double x, int *quarter)
{
    if (x >= 0x1p20) return reduce_large(x, quarter);
    const double k = rint(x * 0x1.45f306dc9c883p-1);
    *quarter = (int)((int64_t)k & 3);
    const double head = fma(-k, 0x1.921fb544p+0, x); /* exact */
    const two second = sum(head, -k * 0x1.0b4611a6p-34), third = product(-k, 0x1.3198a2e037073p-69);
    return plus(second, third);
}

INLINE double sin_part(two r)
{
    static const double c[] = {-0x1.5555555555555p-3,  0x1.1111111111111p-7,   -0x1.a01a01a01a01ap-13,
                               0x1.71de3a556c734p-19,  -0x1.ae64567f544e4p-26, 0x1.6124613a86d09p-33,
                               -0x1.ae7f3e733b81fp-41, 0x1.952c77030ad4ap-49};
    const double z = r.h * r.h;
    const two cube = times(times(r, r), r);
    const two y =
        plus(r, plus(times(cube, (two){c[0], -0x1.5555555555555p-57}), (two){cube.h * z * horner(c + 1, 7, z), 0}));
    return y.h + y.l;
}

INLINE double cos_part(two r)
{
    static const double c[] = {0x1.5555555555555p-5,   -0x1.6c16c16c16c17p-10, 0x1.a01a01a01a01ap-16,
                               -0x1.27e4fb7789f5cp-22, 0x1.1eed8eff8d898p-29,  -0x1.93974a8c07c9dp-37,
                               0x1.ae7f3e733b81fp-45};
    two z = times(r, r);
    const double rest = z.h * z.h * horner(c, 7, z.h);
    z.h *= -0.5, z.l *= -0.5;
    const two y = plus(plus((two){1, 0}, z), (two){rest, 0});
    return y.h + y.l;
}

INLINE double circle(double x, int turn)
{
    int quarter = 0;
    if (!isfinite(x)) return x - x;
    const two r = reduce_circle(fabs(x), &quarter);
    const int at = (quarter + turn) & 3;
    const double y = at & 1 ? cos_part(r) : sin_part(r);
    return at & 2 ? -y : y;
}

INLINE double body_sin(double x)
{
    if (x == 0) return x;
    if (fabs(x) < 0x1p-30) return fma(-x * x, x / 6, x);
    return signbit(x) ? -circle(x, 0) : circle(x, 0);
}

INLINE double body_cos(double x)
{
    return circle(x, 1);
}

/* erf(x), |x| < 0.5 */
INLINE two small_erf(double x)
{
    static const double c[] = {-0x1.812746b0379e7p-2,  0x1.ce2f21a042be2p-4,   -0x1.b82ce31288b51p-6,
                               0x1.565bcd0e6a53fp-8,   -0x1.c02db40040b86p-11, 0x1.f9a326f9b89b7p-14,
                               -0x1.f4d25c3e0c2ebp-17, 0x1.b9e6c9dc651a3p-20,  -0x1.5f742ec43e71ap-23,
                               0x1.fcc5720624c1cp-27,  -0x1.51d7181c5d36dp-30, 0x1.9e6ad5e55a730p-34,
                               -0x1.d8453cb0c46eap-38, 0x1.f683ae4a97007p-42};
    const two lead = times((two){x, 0}, (two){0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56});
    const double z = x * x;
    return plus(lead, (two){x * z * horner(c, 13, z), 0});
}

/* erfc(x), x >= 0.46: (1 + 2 x) exp(x^2) erfc(x) is a polynomial of t = (x - 3.75)/(x + 3.75) (Schonfelder, Math. Comp.
   32, 1232 (1978)) */
INLINE two large_erfc(double x)
{
    static const double c[] = {
        0x1.3ccda0b5d5dc2p+0,  -0x1.1f367683f89a7p-3,  0x1.d5f2948159db8p-9,   0x1.510169d0967f3p-4,
        -0x1.bda9309a28a03p-4, 0x1.7a14188a99e24p-4,   -0x1.e0d0fa6dfb443p-5,  0x1.d0b0037dbc82cp-6,
        -0x1.3f603c351f0f1p-7, 0x1.cc3a0e2e3ba4bp-10,  0x1.33fb263361c5fp-12,  -0x1.303f9ef578fbfp-12,
        0x1.b143ed89d9418p-15, 0x1.778a92e9835e4p-16,  -0x1.8002b3899b002p-17, -0x1.053a3f1a8f25bp-20,
        0x1.d6352b942c972p-20, -0x1.ef2016eb1283ep-25, -0x1.14e44d099bf1cp-22, 0x1.93090af85db7ap-26,
        0x1.3ef122a90bffcp-25, -0x1.000fd969930f1p-28, -0x1.0a90dc37f6f23p-28, 0x1.2bf2273255e12p-32};
    double k;
    const two up = sum(x, -3.75), down = sum(x, 3.75), t = over(up, down), square = product(-x, x);
    const double t2 = t.h * t.h, odd = horner_even(c + 3, 21, t2), even = horner_even(c + 2, 22, t2);
    const double u = fma(fma(odd, t.h, even), t.h, c[1]);
    two y = fast_sum(0x1.3ccda0b5d5dc2p+0, t.h * u);
    y.l += fma(t.l, c[1], 0x1.e597514b7c3aep-54);
    const two less = quick_expm1(reduce(square, &k)), e = fast_sum(1, less.h);
    y = over(times(y, (two){e.h, e.l + less.l}), (two){1 + 2 * x, fma(2, x, 1 - (1 + 2 * x))});
    const double value = power_of_2(y.h, k);
    return (two){value, k < -900 ? 0 : power_of_2(y.l, k)};
}

INLINE double body_erfc(double x)
{
    if (isnan(x) || x > 27.5) return isnan(x) ? x + x : 0;
    if (x < -6) return 2;
    const two y = fabs(x) < 0.47 ? small_erf(x) : large_erfc(fabs(x));
    const two out = fabs(x) < 0.47 ? plus((two){1, 0}, (two){-y.h, -y.l})
                    : x > 0        ? y
                                   : plus((two){2, 0}, (two){-y.h, -y.l});
    return out.h + out.l;
}

INLINE double body_erf(double x)
{
    if (isnan(x) || fabs(x) > 6) return isnan(x) ? x + x : copysign(1, x);
    if (fabs(x) < 0x1p-500) return x * 0x1.20dd750429b6dp+0;
    const two y = fabs(x) < 0.47 ? small_erf(x) : large_erfc(fabs(x));
    const two out = fabs(x) < 0.47 ? y : plus((two){1, 0}, (two){-y.h, -y.l});
    return fabs(x) < 0.47 ? out.h + out.l : copysign(out.h + out.l, x);
}

/* Stirling's series from 16 on, where its sixth term is below 2^-60; the recurrence below. x > 0 */
INLINE double body_lgamma(double x)
{
    static const double c[] = {1. / 12, -1. / 360, 1. / 1260, -1. / 1680, 1. / 1188, -691. / 360360, 1. / 156};
    if (isnan(x) || x == 1 || x == 2) return isnan(x) ? x + x : 0;
    if (!(x > 0) || isinf(x)) return INFINITY;
    two down = {1, 0}, at = {x, 0};
    while (at.h < 16) down = times(down, at), at = plus(at, (two){1, 0});
    const double z = 1 / at.h;
    two y = times(plus(at, (two){-0.5, 0}), log_two(at));
    y = plus(plus(y, (two){-at.h, -at.l}), (two){0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55});
    y = plus(y, (two){z * horner(c, 7, z * z), 0});
    if (down.h != 1 || down.l != 0) {
        const two less = log_two(down);
        y = plus(y, (two){-less.h, -less.l});
    }
    return y.h + y.l;
}

/* The derivative of lgamma, the same way. x > 0 */
INLINE double body_psi(double x)
{
    static const double c[] = {1. / 12, -1. / 120, 1. / 252, -1. / 240, 1. / 132, -691. / 32760, 1. / 12};
    if (isnan(x) || !(x > 0)) return NAN;
    two y = {0, 0}, at = {x, 0};
    while (at.h < 16) {
        const two less = over((two){-1, 0}, at);
        y = plus(y, less), at = plus(at, (two){1, 0});
    }
    const double z = 1 / at.h, square = z * z;
    two half = over((two){-0.5, 0}, at);
    y = plus(y, plus(log_two(at), plus(half, (two){-square * horner(c, 7, square), 0})));
    return y.h + y.l;
}

#if defined(__x86_64__) && defined(__GNUC__)
#define ELEMENTARY(name)                                                                                               \
    __attribute__((target("fma"))) static double fused_##name(double x)                                                \
    {                                                                                                                  \
        return body_##name(x);                                                                                         \
    }                                                                                                                  \
    double elementary_plain_##name(double x)                                                                           \
    {                                                                                                                  \
        return body_##name(x);                                                                                         \
    }                                                                                                                  \
    double elementary_##name(double x)                                                                                 \
    {                                                                                                                  \
        return __builtin_cpu_supports("fma") ? fused_##name(x) : elementary_plain_##name(x);                           \
    }
__attribute__((target("fma"))) static double fused_pow(double x, double y)
{
    return body_pow(x, y);
}
__attribute__((target("fma"))) static double fused_tanh_and(double x, double *square)
{
    return tanh_and(x, square);
}
#define TANH_AND(x, square)                                                                                            \
    __builtin_cpu_supports("fma") ? fused_tanh_and(x, square) : elementary_plain_tanh_and(x, square)
#define POW(x, y) __builtin_cpu_supports("fma") ? fused_pow(x, y) : elementary_plain_pow(x, y)
#else
#define ELEMENTARY(name)                                                                                               \
    double elementary_plain_##name(double x)                                                                           \
    {                                                                                                                  \
        return body_##name(x);                                                                                         \
    }                                                                                                                  \
    double elementary_##name(double x)                                                                                 \
    {                                                                                                                  \
        return body_##name(x);                                                                                         \
    }
#define TANH_AND(x, square) elementary_plain_tanh_and(x, square)
#define POW(x, y) elementary_plain_pow(x, y)
#endif
ELEMENTARY(exp)
ELEMENTARY(expm1)
ELEMENTARY(log)
ELEMENTARY(log1p)
ELEMENTARY(tanh)
ELEMENTARY(sin)
ELEMENTARY(cos)
ELEMENTARY(erf)
ELEMENTARY(erfc)
ELEMENTARY(lgamma)
ELEMENTARY(psi)

double elementary_plain_tanh_and(double x, double *square)
{
    return tanh_and(x, square);
}

double elementary_tanh_and(double x, double *square)
{
    return TANH_AND(x, square);
}

double elementary_plain_pow(double x, double y)
{
    return body_pow(x, y);
}

double elementary_pow(double x, double y)
{
    return POW(x, y);
}

/* Numerator and denominator near the middle, in the tails and far out: M. J. Wichura, The percentage points of the
   normal distribution, algorithm AS 241, Applied Statistics 37, 477 (1988). */
static const double quantile_terms[3][2][8] = {
    {
        {3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
         4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
        {1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
         3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3},
    },
    {
        {1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
         1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
        {1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
         1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9},
    },
    {
        {6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
         2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
        {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
         1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15},
    },
};

static double quantile_ratio(int part, double r)
{
    const double *a = quantile_terms[part][0], *b = quantile_terms[part][1];
    double up = a[7], down = b[7];
    for (int i = 6; i >= 0; i--) up = up * r + a[i], down = down * r + b[i];
    return up / down;
}

double elementary_normal_quantile(double p)
{
    const double q = p - 0.5;
    if (fabs(q) <= 0.425) return q * quantile_ratio(0, 0.180625 - q * q);
    const double tail = q < 0 ? p : 1 - p;
    if (!(tail > 0)) return tail == 0 ? copysign(INFINITY, q) : NAN;
    const double r = sqrt(-elementary_log(tail)), z = r <= 5 ? quantile_ratio(1, r - 1.6) : quantile_ratio(2, r - 5);
    return copysign(z, q);
}
