/* lanes_avx512.h -- eight lanes in one register. */
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

/* accumulators of a matrix product: rows x vectors, as many as the registers hold */
#define TILE_ROWS 12
#define TILE_VECTORS 2

typedef __m512d V;
typedef __m512i U;

static inline __mmask8 first_lanes(size_t n)
{
    return (__mmask8)((1u << n) - 1u);
}
static inline V v_set(double a)
{
    return _mm512_set1_pd(a);
}
static inline V v_load(const double *p)
{
    return _mm512_loadu_pd(p);
}
static inline V v_load_n(const double *p, size_t n)
{
    return _mm512_maskz_loadu_pd(first_lanes(n), p);
}
static inline void v_store(double *p, V a)
{
    _mm512_storeu_pd(p, a);
}
static inline void v_store_n(double *p, V a, size_t n)
{
    _mm512_mask_storeu_pd(p, first_lanes(n), a);
}
static inline V v_add(V a, V b)
{
    return _mm512_add_pd(a, b);
}
static inline V v_sub(V a, V b)
{
    return _mm512_sub_pd(a, b);
}
static inline V v_mul(V a, V b)
{
    return _mm512_mul_pd(a, b);
}
static inline V v_div(V a, V b)
{
    return _mm512_div_pd(a, b);
}
static inline V v_fma(V a, V b, V c)
{
    return _mm512_fmadd_pd(a, b, c);
}
static inline V v_sqrt(V a)
{
    return _mm512_sqrt_pd(a);
}
static inline V v_max(V a, V b)
{
    return _mm512_max_pd(a, b);
}
static inline V v_min(V a, V b)
{
    return _mm512_min_pd(a, b);
}
static inline V v_of_u64(U a)
{
    return _mm512_cvtepu64_pd(a);
}
static inline V v_bits(U a)
{
    return _mm512_castsi512_pd(a);
}
static inline U u_bits(V a)
{
    return _mm512_castpd_si512(a);
}
static inline U u_set(uint64_t a)
{
    return _mm512_set1_epi64((long long)a);
}
static inline U u_load(const uint64_t *p)
{
    return _mm512_loadu_si512(p);
}
static inline void u_store(uint64_t *p, U a)
{
    _mm512_storeu_si512(p, a);
}
static inline U u_add(U a, U b)
{
    return _mm512_add_epi64(a, b);
}
static inline U u_sub(U a, U b)
{
    return _mm512_sub_epi64(a, b);
}
static inline U u_and(U a, U b)
{
    return _mm512_and_si512(a, b);
}
static inline U u_or(U a, U b)
{
    return _mm512_or_si512(a, b);
}
static inline U u_xor(U a, U b)
{
    return _mm512_xor_si512(a, b);
}
#define u_shr(a, k) _mm512_srli_epi64(a, k)
#define u_shl(a, k) _mm512_slli_epi64(a, k)
#define u_rol(a, k) _mm512_rol_epi64(a, k)
static inline U u_blend(U m, U a, U b)
{
    return _mm512_ternarylogic_epi64(m, a, b, 0xca);
}
static inline double v_sum(V a)
{
    const __m256d q = _mm256_add_pd(_mm512_castpd512_pd256(a), _mm512_extractf64x4_pd(a, 1));
    const __m128d h = _mm_add_pd(_mm256_castpd256_pd128(q), _mm256_extractf128_pd(q, 1));
    return _mm_cvtsd_f64(_mm_add_sd(h, _mm_unpackhi_pd(h, h)));
}
static inline double v_top(V a)
{
    return _mm512_reduce_max_pd(a);
}
