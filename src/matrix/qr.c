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
    const lapack_int M = (lapack_int)m, N = (lapack_int)n, K = m < n ? M : N, room = (lapack_int)BLOCK * N;
    memcpy(q, a, m * n * sizeof *q);
    return LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, M, N, q, M, work, work + n, room) == 0 && take_factor(q, m, n, r) &&
           LAPACKE_dorgqr_work(LAPACK_COL_MAJOR, M, K, K, q, M, work, work + n, room) == 0;
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
