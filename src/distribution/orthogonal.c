/* orthogonal.c -- Haar-distributed matrices: rows x cols, semi-orthogonal, entries of variance 1.

   With m = max(rows, cols), n = min(rows, cols): A is m x n of standard normals, A = Q R its QR decomposition with
   R_jj > 0; then Q is Haar distributed on the Stiefel manifold (without the sign correction it is not, since the sign
   convention of a QR routine depends on A). The matrix is sqrt(m) Q, or its transpose when rows < cols: an entry has
   variance 1, and the scale rule 1/m makes W^T W = 1 (or W W^T = 1) exactly.
   Words: the m n normals of A, column by column, from the stream's current batch on.

   An entry's square over m is Beta(1/2, (m - 1)/2), so moments and E log|z| depend on the shape and are given as NaN.

   LAPACK (dgeqrf, dorgqr) where built, GSL otherwise. GSL sees the columns of A as rows: A^T = L Q^T.
   Bits depend on the BLAS and on its number of threads: the program runs it with one.
   Source: F. Mezzadri, How to generate random matrices from the classical compact groups, Notices AMS 54 (2007). */
#include "config.h"

#include "distribution/orthogonal.h"
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>
#include <tepui/distribution.h>
#ifdef HAVE_LAPACKE
#include <lapacke.h>
#endif

#define BLOCK 64 /* columns per block of LAPACK's QR */

tepui_status haar_gsl(double *a, size_t m, size_t n, double scale, double *tau, double *blocks, haar_place to)
{
    gsl_matrix_view lq = gsl_matrix_view_array(a, n, m);
    gsl_vector_view t = gsl_vector_view_array(tau, n);
    (void)blocks;
    if (gsl_linalg_LQ_decomp(&lq.matrix, &t.vector)) return TEPUI_INTERNAL;
    for (size_t j = 0; j < n; j++) {
        gsl_vector_view column = gsl_vector_view_array_with_stride(to.out + j * to.column, to.row, m);
        gsl_vector_set_zero(&column.vector);
        gsl_vector_set(&column.vector, j, copysign(scale, a[j * m + j]));
        if (gsl_linalg_LQ_vecQ(&lq.matrix, &t.vector, &column.vector)) return TEPUI_INTERNAL;
    }
    return TEPUI_OK;
}

#ifdef HAVE_LAPACKE
tepui_status haar_lapack(double *a, size_t m, size_t n, double scale, double *tau, double *blocks, haar_place to)
{
    const lapack_int M = (lapack_int)m, N = (lapack_int)n, lwork = BLOCK * N;
    if (LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, M, N, a, M, tau, blocks, lwork)) return TEPUI_INTERNAL;
    /* the signs of R before dorgqr overwrites it; R = 0 has probability 0 */
    double *sign = to.out; /* n doubles that are not needed yet */
    for (size_t j = 0; j < n; j++) sign[j] = a[j * m + j];
    if (LAPACKE_dorgqr_work(LAPACK_COL_MAJOR, M, N, N, a, M, tau, blocks, lwork)) return TEPUI_INTERNAL;
    for (size_t j = 0; j < n; j++) tau[j] = copysign(scale, sign[j]);
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < m; i++) to.out[i * to.row + j * to.column] = tau[j] * a[j * m + i];
    return TEPUI_OK;
}
#else
tepui_status haar_lapack(double *a, size_t m, size_t n, double scale, double *tau, double *blocks, haar_place to)
{
    return haar_gsl(a, m, n, scale, tau, blocks, to);
}
#endif

static tepui_status fill_matrix(tepui_stream *s, double *out, size_t rows, size_t cols, double *work)
{
    const size_t m = rows > cols ? rows : cols, n = rows > cols ? cols : rows;
    const haar_place to = rows > cols ? (haar_place){out, cols, 1} : (haar_place){out, 1, cols};
    double *a = work, *tau = a + m * n, *blocks = tau + n;
    tepui_draw_normal(s, a, m * n);
    return haar_lapack(a, m, n, sqrt((double)m), tau, blocks, to);
}

static double moment_by_shape(const double *param, int order)
{
    (void)param, (void)order;
    return NAN;
}

static double depends_on_shape(const double *param)
{
    (void)param;
    return NAN;
}

const tepui_distribution_type tepui_distribution_orthogonal = {
    .kind = {.name = "orthogonal",
             .doc = "Haar-distributed (semi-)orthogonal matrices",
             .source = "Mezzadri, Notices AMS 54 (2007)"},
    .fill_matrix = fill_matrix,
    .words = 1,
    .moment = moment_by_shape,
    .mean_log_abs = depends_on_shape,
};
