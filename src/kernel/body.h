/* body.h -- the kernels over eight lanes; included once per instruction set, with LANES_HEADER naming its lanes.

   Order of operations is part of the contract: eight accumulators, one fused multiply-add per term, tails padded
   with zeros, then the tree ((0+4)+(2+6)) + ((1+5)+(3+7)). Nothing may be reassociated.

   Normals: Threefry4x64-13 words x -> u = x 2^-64 + 2^-65 in (0, 1], r = sqrt(-2 log u); the other word gives a
   point on the circle: t = 52 bits in [-1/2, 1/2), angle (pi/2) t, bit 0 swaps cosine and sine, bit 1 is the sign of
   the cosine. Polynomials: Chebyshev interpolation in 50-digit arithmetic (mpmath), relative errors
   log 4.6e-18 (of log), sin 3.5e-18, cos 4.2e-20 before rounding of coefficients. */
/* -O2 leaves small arrays of lanes in memory, at half the speed with AVX2; the user's CFLAGS stay as they are. No
   optimisation level may change a bit here: there is no contraction and no reassociation. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3")
#endif
#include LANES_HEADER
#include <base/elementary.h>
#include <string.h>
#include <tepui/kernel.h>

#define ROUNDS 13

typedef struct {
    U x[4];
} quad;

/* One round of Threefry4x64 on (a, b) and (c, d). */
#define MIX(a, b, r)                                                                                                   \
    do {                                                                                                               \
        a = u_add(a, b);                                                                                               \
        b = u_xor(u_rol(b, r), a);                                                                                     \
    } while (0)
/* Key injection number n, after round 4 n. */
#define INJECT(n)                                                                                                      \
    do {                                                                                                               \
        x0 = u_add(x0, k[(n) % 5]);                                                                                    \
        x1 = u_add(x1, k[((n) + 1) % 5]);                                                                              \
        x2 = u_add(x2, k[((n) + 2) % 5]);                                                                              \
        x3 = u_add(x3, u_add(k[((n) + 3) % 5], u_set(n)));                                                             \
    } while (0)
#define EVEN_ROUND(r, s)                                                                                               \
    do {                                                                                                               \
        MIX(x0, x1, r);                                                                                                \
        MIX(x2, x3, s);                                                                                                \
    } while (0)
#define ODD_ROUND(r, s)                                                                                                \
    do {                                                                                                               \
        MIX(x0, x3, r);                                                                                                \
        MIX(x2, x1, s);                                                                                                \
    } while (0)

static inline void expand_key(const uint64_t key[4], U k[5])
{
    uint64_t parity = 0x1BD11BDAA9FC1A22u; /* Skein's C240 */
    for (int i = 0; i < 4; i++) {
        k[i] = u_set(key[i]);
        parity ^= key[i];
    }
    k[4] = u_set(parity);
}

static inline quad threefry13(const U k[5], U c0, U c1, U c2)
{
    U x0 = u_add(c0, k[0]), x1 = u_add(c1, k[1]), x2 = u_add(c2, k[2]), x3 = k[3];
    EVEN_ROUND(14, 16);
    ODD_ROUND(52, 57);
    EVEN_ROUND(23, 40);
    ODD_ROUND(5, 37);
    INJECT(1);
    EVEN_ROUND(25, 33);
    ODD_ROUND(46, 12);
    EVEN_ROUND(58, 22);
    ODD_ROUND(32, 32);
    INJECT(2);
    EVEN_ROUND(14, 16);
    ODD_ROUND(52, 57);
    EVEN_ROUND(23, 40);
    ODD_ROUND(5, 37);
    INJECT(3);
    EVEN_ROUND(25, 33);
    return (quad){{x0, x1, x2, x3}};
}

static inline U first_blocks(uint64_t batch)
{
    static const uint64_t lane[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    return u_add(u_set(batch * 8), u_load(lane));
}

static void words(const uint64_t key[4], uint64_t c1, uint64_t c2, uint64_t b0, size_t nb, uint64_t *out)
{
    U k[5], c0 = first_blocks(b0);
    expand_key(key, k);
    for (size_t b = 0; b < nb; b++, out += 32, c0 = u_add(c0, u_set(8))) {
        const quad q = threefry13(k, c0, u_set(c1), u_set(c2));
        for (int i = 0; i < 4; i++) u_store(out + 8 * i, q.x[i]);
    }
}

#include "curves.h"

static inline void circle(U x, V *cosine, V *sine)
{
    const V t = v_sub(v_bits(u_or(u_shr(x, 12), u_set(0x3ff0000000000000u))), v_set(1.5));
    const V w = v_mul(t, t);
    V s = v_set(0x1.e3f38399551bfp-25), c = v_set(-0x1.b264ba152378ap-28);
    s = v_fma(s, w, v_set(-0x1.e30071afc3e59p-19));
    c = v_fma(c, w, v_set(0x1.f9cc41140bb60p-22));
    s = v_fma(s, w, v_set(0x1.50782fda12d96p-13));
    c = v_fma(c, w, v_set(-0x1.a6d1ec7906c20p-16));
    s = v_fma(s, w, v_set(-0x1.32d2cce2e5b19p-8));
    c = v_fma(c, w, v_set(0x1.e1f5068355e15p-11));
    s = v_fma(s, w, v_set(0x1.466bc677587f8p-4));
    c = v_fma(c, w, v_set(-0x1.55d3c7e3c90f8p-6));
    s = v_fma(s, w, v_set(-0x1.4abbce625be41p-1));
    c = v_fma(c, w, v_set(0x1.03c1f081b5aacp-2));
    s = v_fma(s, w, v_set(0x1.921fb54442d18p+0));
    c = v_fma(c, w, v_set(-0x1.3bd3cc9be45dep+0));
    c = v_fma(c, w, v_set(1.0));
    const U sb = u_bits(v_mul(s, t)), cb = u_xor(u_bits(c), u_shl(u_shr(u_shl(x, 62), 63), 63));
    const U swap = u_sub(u_set(0), u_and(x, u_set(1)));
    *cosine = v_bits(u_blend(swap, sb, cb));
    *sine = v_bits(u_blend(swap, cb, sb));
}

static inline void box_muller(U x0, U x1, double *out0, double *out1)
{
    const V u = v_fma(v_of_u64(x0), v_set(0x1p-64), v_set(0x1p-65));
    const V r = v_sqrt(v_mul(v_set(-2.0), log_lanes(u)));
    V c, s;
    circle(x1, &c, &s);
    v_store(out0, v_mul(r, c));
    v_store(out1, v_mul(r, s));
}

static inline void quad_to_normals(quad q, double *out)
{
    box_muller(q.x[0], q.x[1], out, out + 8);
    box_muller(q.x[2], q.x[3], out + 16, out + 24);
}

static void normals(const uint64_t key[4], uint64_t c1, uint64_t c2, uint64_t b0, size_t nb, double *out)
{
    U k[5], c0 = first_blocks(b0);
    expand_key(key, k);
    for (size_t b = 0; b < nb; b++, out += 32, c0 = u_add(c0, u_set(8)))
        quad_to_normals(threefry13(k, c0, u_set(c1), u_set(c2)), out);
}

static void words_to_normals(const uint64_t *w, size_t nb, double *out)
{
    for (size_t b = 0; b < nb; b++, w += 32, out += 32) {
        const quad q = {{u_load(w), u_load(w + 8), u_load(w + 16), u_load(w + 24)}};
        quad_to_normals(q, out);
    }
}

static inline V uniform_lanes(U x)
{
    return v_fma(v_of_u64(u_shr(x, 11)), v_set(0x1p-53), v_set(0x1p-54));
}

static void words_to_uniform(const uint64_t *w, size_t n, double *out)
{
    size_t i = 0;
    for (; i + 8 <= n; i += 8) v_store(out + i, uniform_lanes(u_load(w + i)));
    if (i < n) {
        uint64_t rest[8] = {0};
        memcpy(rest, w + i, (n - i) * sizeof *w);
        v_store_n(out + i, uniform_lanes(u_load(rest)), n - i);
    }
}

static void log_inplace(double *x, size_t n)
{
    size_t i = 0;
    for (; i + 8 <= n; i += 8) v_store(x + i, log_lanes(v_load(x + i)));
    if (i < n) v_store_n(x + i, log_lanes(v_load_n(x + i, n - i)), n - i);
}

static double dot(const double *x, const double *y, size_t n)
{
    V acc = v_set(0.0);
    size_t j = 0;
    for (; j + 8 <= n; j += 8) acc = v_fma(v_load(x + j), v_load(y + j), acc);
    if (j < n) acc = v_fma(v_load_n(x + j, n - j), v_load_n(y + j, n - j), acc);
    return v_sum(acc);
}

static double sumsq(const double *x, size_t n)
{
    return dot(x, x, n);
}

static double maxabs(const double *x, size_t n)
{
    const U sign = u_set(0x7fffffffffffffffu);
    V top = v_set(0.0);
    size_t j = 0;
    for (; j + 8 <= n; j += 8) top = v_max(v_bits(u_and(u_bits(v_load(x + j)), sign)), top);
    if (j < n) top = v_max(v_bits(u_and(u_bits(v_load_n(x + j, n - j)), sign)), top);
    return v_top(top);
}

static void scale(double *x, double s, size_t n)
{
    size_t j = 0;
    for (; j + 8 <= n; j += 8) v_store(x + j, v_mul(v_load(x + j), v_set(s)));
    if (j < n) v_store_n(x + j, v_mul(v_load_n(x + j, n - j), v_set(s)), n - j);
}

/* Eight rows against one vector: eight independent chains hide the latency of the fused multiply-add. */
static inline void eight_rows(const double *W, size_t cols, const double *x, double *y)
{
    V acc[8];
    size_t j = 0;
    for (int r = 0; r < 8; r++) acc[r] = v_set(0.0);
    for (; j + 8 <= cols; j += 8) {
        const V xj = v_load(x + j);
        for (int r = 0; r < 8; r++) acc[r] = v_fma(v_load(W + (size_t)r * cols + j), xj, acc[r]);
    }
    if (j < cols) {
        const V xj = v_load_n(x + j, cols - j);
        for (int r = 0; r < 8; r++) acc[r] = v_fma(v_load_n(W + (size_t)r * cols + j, cols - j), xj, acc[r]);
    }
    for (int r = 0; r < 8; r++) y[r] = v_sum(acc[r]);
}

static void gemv(const double *W, size_t rows, size_t cols, const double *x, size_t ldx, size_t points, double *y,
                 size_t ldy)
{
    size_t i = 0;
    for (; i + 8 <= rows; i += 8)
        for (size_t p = 0; p < points; p++) eight_rows(W + i * cols, cols, x + p * ldx, y + p * ldy + i);
    for (; i < rows; i++)
        for (size_t p = 0; p < points; p++) y[p * ldy + i] = dot(W + i * cols, x + p * ldx, cols);
}

/* g += sum over n rows of W_r d_r, in order, one column block at a time. */
static inline void add_rows(const double *W, const size_t *row, size_t n, size_t cols, const double *d, double *g)
{
    size_t j = 0;
    for (; j + 8 <= cols; j += 8) {
        V acc = v_load(g + j);
        for (size_t r = 0; r < n; r++) acc = v_fma(v_load(W + row[r] * cols + j), v_set(d[row[r]]), acc);
        v_store(g + j, acc);
    }
    if (j < cols) {
        V acc = v_load_n(g + j, cols - j);
        for (size_t r = 0; r < n; r++) acc = v_fma(v_load_n(W + row[r] * cols + j, cols - j), v_set(d[row[r]]), acc);
        v_store_n(g + j, acc, cols - j);
    }
}

/* Rows that carry nothing, half of them behind a ReLU, are left out: W 0 added to g changes no bit of it but the sign
   of a zero. */
static void gemv_t(const double *W, size_t rows, size_t cols, const double *d, size_t ldd, size_t points, double *g,
                   size_t ldg)
{
    size_t live[16];
    for (size_t i = 0; i < rows; i += 16)
        for (size_t p = 0; p < points; p++) {
            size_t n = 0;
            for (size_t r = i; r < i + 16 && r < rows; r++) {
                live[n] = r;
                n += d[p * ldd + r] != 0.0;
            }
            add_rows(W, live, n, cols, d + p * ldd, g + p * ldg);
        }
}

#define OUTER 4 /* columns over 8 at a time: as many sums in flight */

/* Adds the squares of row i, columns j .. j + 8 OUTER - 1, to the total, in order. */
static inline V outer_block(const double *d, size_t ldd, const double *x, size_t ldx, size_t points, V total)
{
    V acc[OUTER];
    for (int k = 0; k < OUTER; k++) acc[k] = v_set(0.0);
    for (size_t p = 0; p < points; p++) {
        const V by = v_set(d[p * ldd]);
        for (int k = 0; k < OUTER; k++) acc[k] = v_fma(by, v_load(x + p * ldx + 8 * k), acc[k]);
    }
    for (int k = 0; k < OUTER; k++) total = v_fma(acc[k], acc[k], total);
    return total;
}

static inline V outer_rest(const double *d, size_t ldd, const double *x, size_t ldx, size_t points, size_t n, V total)
{
    V acc = v_set(0.0);
    for (size_t p = 0; p < points; p++)
        acc = v_fma(v_set(d[p * ldd]), n < 8 ? v_load_n(x + p * ldx, n) : v_load(x + p * ldx), acc);
    return v_fma(acc, acc, total);
}

static double outer_sumsq(const double *d, size_t ldd, size_t rows, const double *x, size_t ldx, size_t cols,
                          size_t points)
{
    V total = v_set(0.0);
    for (size_t i = 0; i < rows; i++) {
        size_t j = 0;
        for (; j + 8 * OUTER <= cols; j += 8 * OUTER) total = outer_block(d + i, ldd, x + j, ldx, points, total);
        for (; j < cols; j += 8) total = outer_rest(d + i, ldd, x + j, ldx, points, cols - j, total);
    }
    return v_sum(total);
}

#include "gemm.h"

#include "chain.h"

#define KERNEL_TABLE(label)                                                                                            \
    {                                                                                                                  \
        label, words, normals, words_to_normals, words_to_uniform, log_inplace, dot, sumsq, maxabs, scale, gemv,       \
            gemv_t, gemm, outer_sumsq, chain_slopes, chain_forward, chain_gradient, chain_descend, chain_step, CURVES  \
    }
