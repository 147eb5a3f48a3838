/* lanes_avx2.h -- eight lanes in two registers. */
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

/* accumulators of a matrix product: rows x vectors, as many as the registers hold */
#define TILE_ROWS 6
#define TILE_VECTORS 1

typedef struct {
    __m256d a, b;
} V;
typedef struct {
    __m256i a, b;
} U;

static inline V v_set(double x)
{
    return (V){_mm256_set1_pd(x), _mm256_set1_pd(x)};
}
static inline V v_load(const double *p)
{
    return (V){_mm256_loadu_pd(p), _mm256_loadu_pd(p + 4)};
}
static inline __m256i first_lanes(size_t n)
{
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)n), _mm256_setr_epi64x(0, 1, 2, 3));
}
static inline V v_load_n(const double *p, size_t n)
{
    const V r = {_mm256_maskload_pd(p, first_lanes(n)),
                 n > 4 ? _mm256_maskload_pd(p + 4, first_lanes(n - 4)) : _mm256_setzero_pd()};
    return r;
}
static inline void v_store(double *p, V x)
{
    _mm256_storeu_pd(p, x.a);
    _mm256_storeu_pd(p + 4, x.b);
}
static inline void v_store_n(double *p, V x, size_t n)
{
    _mm256_maskstore_pd(p, first_lanes(n), x.a);
    if (n > 4) _mm256_maskstore_pd(p + 4, first_lanes(n - 4), x.b);
}
static inline V v_add(V x, V y)
{
    return (V){_mm256_add_pd(x.a, y.a), _mm256_add_pd(x.b, y.b)};
}
static inline V v_sub(V x, V y)
{
    return (V){_mm256_sub_pd(x.a, y.a), _mm256_sub_pd(x.b, y.b)};
}
static inline V v_mul(V x, V y)
{
    return (V){_mm256_mul_pd(x.a, y.a), _mm256_mul_pd(x.b, y.b)};
}
static inline V v_div(V x, V y)
{
    return (V){_mm256_div_pd(x.a, y.a), _mm256_div_pd(x.b, y.b)};
}
static inline V v_fma(V x, V y, V z)
{
    return (V){_mm256_fmadd_pd(x.a, y.a, z.a), _mm256_fmadd_pd(x.b, y.b, z.b)};
}
static inline V v_sqrt(V x)
{
    return (V){_mm256_sqrt_pd(x.a), _mm256_sqrt_pd(x.b)};
}
static inline V v_max(V x, V y)
{
    return (V){_mm256_max_pd(x.a, y.a), _mm256_max_pd(x.b, y.b)};
}
static inline V v_min(V x, V y)
{
    return (V){_mm256_min_pd(x.a, y.a), _mm256_min_pd(x.b, y.b)};
}
/* uint64 -> double, rounded once: both halves are exact, 2^84 + hi 2^32 and 2^52 + lo */
static inline __m256d of_u64(__m256i x)
{
    const __m256i lo = _mm256_blend_epi32(x, _mm256_set1_epi64x(0x4330000000000000), 0xaa);
    const __m256i hi = _mm256_or_si256(_mm256_srli_epi64(x, 32), _mm256_set1_epi64x(0x4530000000000000));
    const __m256d h = _mm256_sub_pd(_mm256_castsi256_pd(hi), _mm256_set1_pd(0x1p84));
    const __m256d l = _mm256_sub_pd(_mm256_castsi256_pd(lo), _mm256_set1_pd(0x1p52));
    return _mm256_add_pd(h, l);
}
static inline V v_of_u64(U x)
{
    return (V){of_u64(x.a), of_u64(x.b)};
}
static inline V v_bits(U x)
{
    return (V){_mm256_castsi256_pd(x.a), _mm256_castsi256_pd(x.b)};
}
static inline U u_bits(V x)
{
    return (U){_mm256_castpd_si256(x.a), _mm256_castpd_si256(x.b)};
}
static inline U u_set(uint64_t x)
{
    return (U){_mm256_set1_epi64x((long long)x), _mm256_set1_epi64x((long long)x)};
}
static inline U u_load(const uint64_t *p)
{
    return (U){_mm256_loadu_si256((const __m256i *)p), _mm256_loadu_si256((const __m256i *)(p + 4))};
}
static inline void u_store(uint64_t *p, U x)
{
    _mm256_storeu_si256((__m256i *)p, x.a);
    _mm256_storeu_si256((__m256i *)(p + 4), x.b);
}
static inline U u_add(U x, U y)
{
    return (U){_mm256_add_epi64(x.a, y.a), _mm256_add_epi64(x.b, y.b)};
}
static inline U u_sub(U x, U y)
{
    return (U){_mm256_sub_epi64(x.a, y.a), _mm256_sub_epi64(x.b, y.b)};
}
static inline U u_and(U x, U y)
{
    return (U){_mm256_and_si256(x.a, y.a), _mm256_and_si256(x.b, y.b)};
}
static inline U u_or(U x, U y)
{
    return (U){_mm256_or_si256(x.a, y.a), _mm256_or_si256(x.b, y.b)};
}
static inline U u_xor(U x, U y)
{
    return (U){_mm256_xor_si256(x.a, y.a), _mm256_xor_si256(x.b, y.b)};
}
#define u_shr(x, k) ((U){_mm256_srli_epi64((x).a, k), _mm256_srli_epi64((x).b, k)})
#define u_shl(x, k) ((U){_mm256_slli_epi64((x).a, k), _mm256_slli_epi64((x).b, k)})
/* Rotations by whole bytes are one shuffle. */
static inline __m256i rotate(__m256i x, int k)
{
    if (k == 32) return _mm256_shuffle_epi32(x, 0xb1);
    if (k == 16)
        return _mm256_shuffle_epi8(x, _mm256_setr_epi8(6, 7, 0, 1, 2, 3, 4, 5, 14, 15, 8, 9, 10, 11, 12, 13, 6, 7, 0, 1,
                                                       2, 3, 4, 5, 14, 15, 8, 9, 10, 11, 12, 13));
    if (k == 40)
        return _mm256_shuffle_epi8(x, _mm256_setr_epi8(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10, 3, 4, 5, 6,
                                                       7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10));
    return _mm256_or_si256(_mm256_slli_epi64(x, k), _mm256_srli_epi64(x, 64 - k));
}
#define u_rol(x, k) ((U){rotate((x).a, k), rotate((x).b, k)})
static inline U u_blend(U m, U x, U y)
{
    return u_xor(y, u_and(m, u_xor(x, y)));
}
static inline double v_sum(V x)
{
    const __m256d q = _mm256_add_pd(x.a, x.b);
    const __m128d h = _mm_add_pd(_mm256_castpd256_pd128(q), _mm256_extractf128_pd(q, 1));
    return _mm_cvtsd_f64(_mm_add_sd(h, _mm_unpackhi_pd(h, h)));
}
static inline double v_top(V x)
{
    const __m256d q = _mm256_max_pd(x.a, x.b);
    const __m128d h = _mm_max_pd(_mm256_castpd256_pd128(q), _mm256_extractf128_pd(q, 1));
    return _mm_cvtsd_f64(_mm_max_sd(h, _mm_unpackhi_pd(h, h)));
}
