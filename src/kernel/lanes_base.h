/* lanes_base.h -- eight lanes in plain C: the definition that the SIMD versions must match bit for bit. fma() is
   correctly rounded by the C library even where the machine has no such instruction (slow there, but the same). */
#include <math.h>
#include <stdint.h>
#include <string.h>

/* accumulators of a matrix product: rows x vectors, as many as the registers hold */
#define TILE_ROWS 4
#define TILE_VECTORS 1

typedef struct {
    double x[8];
} V;
typedef struct {
    uint64_t x[8];
} U;
#define LANES(expr)                                                                                                    \
    V r;                                                                                                               \
    for (int i = 0; i < 8; i++) r.x[i] = (expr);                                                                       \
    return r
#define ULANES(expr)                                                                                                   \
    U r;                                                                                                               \
    for (int i = 0; i < 8; i++) r.x[i] = (expr);                                                                       \
    return r

static inline V v_set(double a)
{
    LANES(a);
}
static inline V v_load(const double *p)
{
    LANES(p[i]);
}
static inline V v_load_n(const double *p, size_t n)
{
    LANES((size_t)i < n ? p[i] : 0.0);
}
static inline void v_store(double *p, V a)
{
    memcpy(p, a.x, sizeof a.x);
}
static inline void v_store_n(double *p, V a, size_t n)
{
    memcpy(p, a.x, n * sizeof *p);
}
static inline V v_add(V a, V b)
{
    LANES(a.x[i] + b.x[i]);
}
static inline V v_sub(V a, V b)
{
    LANES(a.x[i] - b.x[i]);
}
static inline V v_mul(V a, V b)
{
    LANES(a.x[i] * b.x[i]);
}
static inline V v_div(V a, V b)
{
    LANES(a.x[i] / b.x[i]);
}
static inline V v_fma(V a, V b, V c)
{
    LANES(fma(a.x[i], b.x[i], c.x[i]));
}
static inline V v_sqrt(V a)
{
    LANES(sqrt(a.x[i]));
}
static inline V v_max(V a, V b)
{
    LANES(a.x[i] > b.x[i] ? a.x[i] : b.x[i]);
}
static inline V v_min(V a, V b)
{
    LANES(a.x[i] < b.x[i] ? a.x[i] : b.x[i]);
}
static inline V v_of_u64(U a)
{
    LANES((double)a.x[i]);
}
static inline V v_bits(U a)
{
    V r;
    memcpy(&r, &a, sizeof r);
    return r;
}
static inline U u_bits(V a)
{
    U r;
    memcpy(&r, &a, sizeof r);
    return r;
}
static inline U u_set(uint64_t a)
{
    ULANES(a);
}
static inline U u_load(const uint64_t *p)
{
    ULANES(p[i]);
}
static inline void u_store(uint64_t *p, U a)
{
    memcpy(p, a.x, sizeof a.x);
}
static inline U u_add(U a, U b)
{
    ULANES(a.x[i] + b.x[i]);
}
static inline U u_sub(U a, U b)
{
    ULANES(a.x[i] - b.x[i]);
}
static inline U u_and(U a, U b)
{
    ULANES(a.x[i] & b.x[i]);
}
static inline U u_or(U a, U b)
{
    ULANES(a.x[i] | b.x[i]);
}
static inline U u_xor(U a, U b)
{
    ULANES(a.x[i] ^ b.x[i]);
}
#define u_shr(a, k) u_shr_(a, k)
#define u_shl(a, k) u_shl_(a, k)
#define u_rol(a, k) u_rol_(a, k)
static inline U u_shr_(U a, int k)
{
    ULANES(a.x[i] >> k);
}
static inline U u_shl_(U a, int k)
{
    ULANES(a.x[i] << k);
}
static inline U u_rol_(U a, int k)
{
    ULANES((a.x[i] << k) | (a.x[i] >> (64 - k)));
}
/* m ? a : b with m all ones or all zeros per lane */
static inline U u_blend(U m, U a, U b)
{
    ULANES((a.x[i] & m.x[i]) | (b.x[i] & ~m.x[i]));
}
static inline double v_sum(V a)
{
    const double *x = a.x;
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}
static inline double v_top(V a)
{
    double m = a.x[0];
    for (int i = 1; i < 8; i++) m = a.x[i] > m ? a.x[i] : m;
    return m;
}
