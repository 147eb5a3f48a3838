/* qr.c -- thin QR factorisation that leaves out columns which depend on those before them (see matrix.h).

   LAPACK's Householder factorisation (dgeqrf, dorgqr) on large matrices; where it finds a dependent column, or where it
   is not built, Gram-Schmidt, twice over (Giraud, Langou, Rozloznik 2005: orthogonal to rounding). Both leave an error
   of a few eps of the matrix in Q R, and R_ii > 0 or < 0 at will. */
#include "config.h"

#include "matrix.h"
#include <math.h>
#include <string.h>
#ifdef HAVE_LAPACKE
#include <lapacke.h>
#endif

#define DEPENDENT 0x1p-42 /* of a column's length: what is left of it is rounding */
#define SMALL 24u         /* columns or rows below which LAPACK is slower */
#define BLOCK 64u         /* columns per block of LAPACK's QR */

size_t matrix_qr_work(size_t n)
{
    return (1 + BLOCK) * n;
}

#ifdef HAVE_LAPACKE
/* R of the first m columns, and whether none of them depends on those before. */
static int take_factor(const double *a, size_t m, size_t n, double *r)
{
    const size_t rank = m < n ? m : n;
    for (size_t i = 0; i < rank; i++)
        for (size_t j = 0; j < n; j++) r[i * n + j] = j < i ? 0 : a[j * m + i];
    for (size_t j = 0; j < rank; j++) {
        double square = 0;
        for (size_t i = 0; i <= j; i++) square += a[j * m + i] * a[j * m + i];
        if (!(fabs(a[j * m + j]) > DEPENDENT * sqrt(square))) return 0;
    }
    return 1;
}

static int by_lapack(const double *a, size_t m, size_t n, double *q, double *r, double *work)
{
    const lapack_int M = (lapack_int)m, N = (lapack_int)n, K = m < n ? M : N, lwork = (lapack_int)BLOCK * N;
    memcpy(q, a, m * n * sizeof *q);
    return LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, M, N, q, M, work, work + n, lwork) == 0 && take_factor(q, m, n, r) &&
           LAPACKE_dorgqr_work(LAPACK_COL_MAJOR, M, K, K, q, M, work, work + n, lwork) == 0;
}
#endif

/* Column j of A without its parts along q[0..rank-1], which go to column j of R; its length before goes to *length. */
static double remainder_of(const tepui_kernels *kernel, const double *a, size_t m, size_t n, size_t rank, double *q,
                           double *r, double *length)
{
    double *v = q + rank * m;
    memcpy(v, a, m * sizeof *v);
    *length = sqrt(kernel->sumsq(v, m));
    for (size_t i = 0; i < 2 * rank; i++) {
        const double *b = q + i % rank * m, x = kernel->dot(v, b, m);
        r[i % rank * n] += x;
        for (size_t k = 0; k < m; k++) v[k] -= x * b[k];
    }
    return sqrt(kernel->sumsq(v, m));
}

static size_t by_gram_schmidt(const tepui_kernels *kernel, const double *a, size_t m, size_t n, double *q, double *r,
                              size_t *pivot)
{
    size_t rank = 0;
    memset(r, 0, (m < n ? m : n) * n * sizeof *r);
    for (size_t j = 0; j < n; j++) {
        double length;
        if (rank == m) {
            for (size_t i = 0; i < m; i++) r[i * n + j] = kernel->dot(q + i * m, a + j * m, m);
            continue;
        }
        const double rest = remainder_of(kernel, a + j * m, m, n, rank, q, r + j, &length);
        if (!(rest > DEPENDENT * length)) continue;
        kernel->scale(q + rank * m, 1 / rest, m);
        r[rank * n + j] = rest;
        pivot[rank++] = j;
    }
    return rank;
}

size_t matrix_qr(const tepui_kernels *kernel, const double *a, size_t m, size_t n, double *q, double *r, size_t *pivot,
                 double *work)
{
    const size_t most = m < n ? m : n;
#ifdef HAVE_LAPACKE
    if (most >= SMALL && by_lapack(a, m, n, q, r, work)) {
        for (size_t i = 0; i < most; i++) pivot[i] = i;
        return most;
    }
#else
    (void)work;
    (void)most;
#endif
    return by_gram_schmidt(kernel, a, m, n, q, r, pivot);
}

/* --- frames */

void matrix_reflect(const tepui_kernels *kernel, const double *h, double tau, size_t n, double *x)
{
    const double along = -tau * kernel->dot(h, x, n);
    kernel->gemv_t(h, 1, n, &along, 1, 1, x, n);
}

/* v becomes (beta, h_1, ...) of the reflection 1 - tau h h^T, h_0 = 1, that takes it to beta e_0; returns tau. */
static double make_reflection(const tepui_kernels *kernel, double *v, size_t n)
{
    const double tail = sqrt(kernel->sumsq(v + 1, n - 1)), length = hypot(v[0], tail);
    if (tail == 0) return 0;
    const double beta = v[0] < 0 ? length : -length, tau = (beta - v[0]) / beta;
    kernel->scale(v + 1, 1 / (v[0] - beta), n - 1);
    v[0] = beta;
    return tau;
}

void matrix_frame(const tepui_kernels *kernel, const double *x, size_t n, size_t d, double *reflection, double *factor,
                  double *Q, double *coordinate)
{
    memcpy(reflection, x, n * d * sizeof *x);
    for (size_t p = 0; p < n; p++) {
        double *h = reflection + p * d + p;
        factor[p] = make_reflection(kernel, h, d - p);
        for (size_t j = 0; j < n; j++) coordinate[p * n + j] = j <= p ? reflection[p * d + j] : 0;
        h[0] = 1;
        for (size_t q = p + 1; factor[p] != 0 && q < n; q++)
            matrix_reflect(kernel, h, factor[p], d - p, reflection + q * d + p);
    }
    if (!Q) return;
    for (size_t i = 0; i < d; i++) { /* its rows: those of the unit matrix times Q */
        double *row = Q + i * d;
        memset(row, 0, d * sizeof *row);
        row[i] = 1;
        for (size_t p = 0; p < n; p++)
            if (factor[p] != 0) matrix_reflect(kernel, reflection + p * d + p, factor[p], d - p, row + p);
    }
}
