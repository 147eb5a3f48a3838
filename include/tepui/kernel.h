/* kernel.h -- the hot loops. One table of functions per instruction set, chosen once at run time; every table
   returns the same bits (eight virtual lanes, explicit fused multiply-add, fixed reduction tree).
   TEPUI_SIMD=base|avx2|avx512 in the environment forces a table (for tests).
   Matrices are row-major, rows x cols, leading dimension = cols. No alignment is required. */
#ifndef TEPUI_KERNEL_H
#define TEPUI_KERNEL_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TEPUI_CHAIN_PLAIN 100

/* Eight chains of scalar factors side by side: factor k of chain j is w[8 k + j] times slope[8 k + j], k < n; n is a
   multiple of 8, filled up with ones. f = x times the product of all, loss (f - y)^2 / 2. Products are kept as m 2^e, e
   an integral double, so that no length under- or overflows; the factors of eight consecutive k must multiply to a
   double, else f is not finite. */
typedef struct {
    /* of every chain; given: */
    double y[8], y_exponent[8], start[8]; /* y as m 2^e, -1e15 the exponent of 0 */
    double floor[8], ceiling[8];          /* of the loss */
    /* found by chain_forward: */
    double f[8], loss[8], distance[8]; /* f - start, absolute */
    double r[8], r_exponent[8];        /* f - y, 1 <= r < 2 or 0 */
    double size[8];                    /* exponent of (f - y) f, -1e15 and below where f is 0 */
    size_t n;
    double *w, *slope; /* slope NULL: all 1 */
    double *m, *e;     /* [n / 8 + 1][8]: x, given, and x times the first 8, 16, ... factors */
    int outside;       /* found: a loss is below the floor, above the ceiling, or none at all */
    int plain;         /* given: try without e first (which is faster); found: all in between have the e of x */
} tepui_chains;

/* Activations that kernels compute: param is {slope below 0, slope above 0} for TEPUI_CURVE_ELU, else unused. */
typedef enum {
    TEPUI_CURVE_TANH,
    TEPUI_CURVE_SIGMOID,
    TEPUI_CURVE_SILU,
    TEPUI_CURVE_SOFTPLUS,
    TEPUI_CURVE_ELU,
    TEPUI_CURVE_SIN,
    TEPUI_CURVE_ERF,
    TEPUI_CURVE_GELU,
    TEPUI_CURVE_COUNT
} tepui_curve;

typedef struct {
    const char *name; /* "base", "avx2", "avx512" */
    /* words of the addressed stream: batches b0 .. b0+nb-1 (32 words each) at counter {.., c1, c2, c3} */
    void (*words)(const uint64_t key[4], uint64_t c1, uint64_t c2, uint64_t b0, size_t nb, uint64_t *out);
    /* the same batches as standard normals (32 per batch) */
    void (*normals)(const uint64_t key[4], uint64_t c1, uint64_t c2, uint64_t b0, size_t nb, double *out);
    /* transforms of whole batches of words, in place of the above for other generators */
    void (*words_to_normals)(const uint64_t *words, size_t nb, double *out);
    void (*words_to_uniform)(const uint64_t *words, size_t n, double *out); /* ((w >> 11) + 0.5) 2^-53 */
    void (*log_inplace)(double *x, size_t n);                               /* x in (0, 1], < 2 ulp */
    double (*dot)(const double *x, const double *y, size_t n);
    double (*sumsq)(const double *x, size_t n);
    double (*maxabs)(const double *x, size_t n);
    void (*scale)(double *x, double s, size_t n);
    /* y[p*ldy + i] = sum_j W[i,j] x[p*ldx + j], i < rows, p < points. Each entry has the bits of dot(). */
    void (*gemv)(const double *W, size_t rows, size_t cols, const double *x, size_t ldx, size_t points, double *y,
                 size_t ldy);
    /* g[p*ldg + j] += sum_i W[i,j] d[p*ldd + i]; the i are added in order, one fma each, those with d = 0 left out */
    void (*gemv_t)(const double *W, size_t rows, size_t cols, const double *d, size_t ldd, size_t points, double *g,
                   size_t ldg);
    /* C[i*ldc + j] += sum_k alpha A[i*ai + k*ak] B[k*bk + j*bj], i < rows, k < inner, j < cols: strides, so that A and
       B may be transposed. alpha multiplies A, rounded once; the k are added in order, one fma each. */
    void (*gemm)(double alpha, const double *A, size_t ai, size_t ak, const double *B, size_t bk, size_t bj,
                 size_t rows, size_t inner, size_t cols, double *C, size_t ldc);
    /* sum over i,j of (sum_p d[p*ldd + i] x[p*ldx + j])^2 : squared Frobenius norm of a weight gradient */
    double (*outer_sumsq)(const double *d, size_t ldd, size_t rows, const double *x, size_t ldx, size_t cols,
                          size_t points);
    /* chains: the slopes of a homogeneous activation behind the first n factors; products and loss; the gradient of the
       loss in units of 2^unit, eight numbers each, where n are written; w - rate times the gradient in its place */
    void (*chain_slopes)(tepui_chains *c, size_t n, double below, double above);
    void (*chain_forward)(tepui_chains *c);
    void (*chain_gradient)(const tepui_chains *c, const double *unit, double *g);
    void (*chain_descend)(tepui_chains *c, const double *rate);
    /* the last two at once, faster, with the same bits, where x and y are within 2^+-TEPUI_CHAIN_PLAIN (or y = 0) and
       n is at most 512: returns 0, and w is what it was, where a loss is outside or numbers are too large or small for
       it. What chain_forward finds is not found. */
    int (*chain_step)(tepui_chains *c, const double *rate);
    /* f = phi(z), df = phi'(z); d2f = phi''(z); f, df or d2f may be z. Each number has the same bits alone or among n.
     */
    void (*curve_slopes[TEPUI_CURVE_COUNT])(const double *z, double *f, double *df, size_t n, const double *param);
    void (*curve_bends[TEPUI_CURVE_COUNT])(const double *z, double *d2f, size_t n, const double *param);
} tepui_kernels;

const tepui_kernels *tepui_kernel(void); /* the best for this machine (or as forced) */
const tepui_kernels *
tepui_kernel_once(void); /* the same, as it was at the first call: without a look at the environment */
/* x_i / by, each rounded once: over its own norm a single number is 1 or -1, which a factor 1 / norm would miss. */
void tepui_divide(double *x, double by, size_t n);
const tepui_kernels *tepui_kernel_named(const char *name); /* NULL when unknown or not supported here */

#ifdef __cplusplus
}
#endif
#endif
