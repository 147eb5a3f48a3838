/* eigen.c -- eigenvalues of a symmetric matrix: all by LAPACK's dsyevd or, of a large one, in two stages (band.c), some
   with vectors by dsyevr, or GSL's symmetric QR for all of them. */
#include "config.h"

#include "band.h"
#include "matrix.h"
#include <gsl/gsl_cblas.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_sort_vector.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_LAPACKE
#include <lapacke.h>
#endif

#define LARGE 800u /* from here two stages are faster, on one thread already */
#define BLOCK 64   /* columns of LAPACK's blocked tridiagonalisation */

size_t matrix_eigen_work(size_t n)
{
    const size_t lapack = (2 + BLOCK) * n + 1;
#ifdef HAVE_LAPACKE
    const size_t band = n < LARGE ? 0 : band_eigen_work(n);
    return lapack > band ? lapack : band;
#else
    return lapack;
#endif
}

/* Largest entry of the lower triangle; NaN when one is not finite. */
static double largest(const double *a, size_t n)
{
    double top = 0, poison = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            top = fmax(top, fabs(a[i * n + j]));
            poison += 0 * a[i * n + j];
        }
    return isnan(poison) ? NAN : top;
}

#ifdef HAVE_LAPACKE
static int by_lapack(tepui_team *team, double *a, size_t n, double *value, double *work)
{
    if (n >= LARGE) return band_eigen(team, a, n, value, work);
    const lapack_int N = (lapack_int)n;
    lapack_int none[1];
    /* the row-major lower triangle is the upper one of LAPACK's columns */
    return LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'N', 'U', N, a, N, value, work, (lapack_int)matrix_eigen_work(n), none,
                               1) == 0;
}
#endif

static int by_gsl(double *a, size_t n, double *value)
{
    gsl_eigen_symm_workspace *w = gsl_eigen_symm_alloc(n);
    gsl_matrix_view m = gsl_matrix_view_array(a, n, n);
    gsl_vector_view v = gsl_vector_view_array(value, n);
    if (!w) return 0;
    const int failed = gsl_eigen_symm(&m.matrix, &v.vector, w);
    gsl_eigen_symm_free(w);
    gsl_sort_vector(&v.vector);
    return !failed;
}

int matrix_rescale(double *a, size_t n, int *exponent)
{
    const double top = largest(a, n);
    *exponent = top > 0 ? ilogb(top) : 0;
    if (isnan(top)) return 0;
    const int half = *exponent / 2; /* 2^-exponent itself may be no double */
    const double first = ldexp(1.0, -half), second = ldexp(1.0, half - *exponent);
    for (size_t i = 0; *exponent != 0 && i < n; i++)
        for (size_t j = 0; j <= i; j++) a[i * n + j] = a[i * n + j] * first * second;
    return 1;
}

static tepui_status finish(int good, int exponent, double *value, size_t n)
{
    for (size_t i = 0; i < n; i++) value[i] = good ? ldexp(value[i], exponent) : NAN;
    return good ? TEPUI_OK : TEPUI_FAILED;
}

tepui_status matrix_eigen(matrix_solver solver, double *a, size_t n, double *value, double *work)
{
    return matrix_eigen_shared(NULL, solver, a, n, value, work);
}

tepui_status matrix_eigen_shared(tepui_team *team, matrix_solver solver, double *a, size_t n, double *value,
                                 double *work)
{
    int exponent, good = matrix_rescale(a, n, &exponent);
#ifdef HAVE_LAPACKE
    if (good) good = solver == MATRIX_LAPACK ? by_lapack(team, a, n, value, work) : by_gsl(a, n, value);
#else
    (void)team;
    (void)solver;
    (void)work;
    if (good) good = by_gsl(a, n, value);
#endif
    return finish(good, exponent, value, n);
}

/* --- with vectors */

/* Eigenvalues, descending, and unit vectors in the rows of vector (n x n). */
static int vectors_by_gsl(double *a, size_t n, double *value, double *vector)
{
    gsl_eigen_symmv_workspace *w = gsl_eigen_symmv_alloc(n);
    gsl_matrix *columns = gsl_matrix_alloc(n, n);
    gsl_matrix_view m = gsl_matrix_view_array(a, n, n), rows = gsl_matrix_view_array(vector, n, n);
    gsl_vector_view v = gsl_vector_view_array(value, n);
    int good = w && columns && !gsl_eigen_symmv(&m.matrix, &v.vector, columns, w);
    good = good && !gsl_eigen_symmv_sort(&v.vector, columns, GSL_EIGEN_SORT_VAL_DESC);
    if (good) gsl_matrix_transpose_memcpy(&rows.matrix, columns);
    gsl_matrix_free(columns);
    if (w) gsl_eigen_symmv_free(w);
    return good;
}

#define PANEL (BLOCK + 6) /* columns of dsyevr's workspace */

size_t matrix_top_work(size_t n)
{
    return (PANEL + 7) * n + 16;
}

#ifdef HAVE_LAPACKE
static int top_by_lapack(double *a, size_t n, size_t count, double *value, double *vector, double *work)
{
    const lapack_int N = (lapack_int)n, first = (lapack_int)(n - count + 1);
    double *all = work + PANEL * n; /* dsyevr writes every eigenvalue */
    lapack_int *whole = (lapack_int *)(all + n), support[2 * MATRIX_MOST_TOP], found = 0;
    if (LAPACKE_dsyevr_work(LAPACK_COL_MAJOR, 'V', 'I', 'U', N, a, N, 0, 0, first, N, 0, &found, all, vector, N,
                            support, work, (lapack_int)(PANEL * n), whole, 10 * N) != 0)
        return 0;
    for (size_t k = 0; k < count; k++) value[k] = all[count - 1 - k]; /* ascending becomes descending */
    for (size_t k = 0; 2 * k + 1 < count; k++) cblas_dswap((int)n, vector + k * n, 1, vector + (count - 1 - k) * n, 1);
    return found == (lapack_int)count;
}
#endif

static int top_by_gsl(double *a, size_t n, size_t count, double *value, double *vector)
{
    double *all = malloc((n + n * n) * sizeof *all);
    const int good = all && vectors_by_gsl(a, n, all, all + n);
    if (good) memcpy(value, all, count * sizeof *value);
    if (good) memcpy(vector, all + n, count * n * sizeof *vector);
    free(all);
    return good;
}

tepui_status matrix_top(matrix_solver solver, double *a, size_t n, size_t count, double *value, double *vector,
                        double *work)
{
    int exponent = 0, good = count <= MATRIX_MOST_TOP && matrix_rescale(a, n, &exponent);
#ifdef HAVE_LAPACKE
    if (good)
        good = solver == MATRIX_LAPACK ? top_by_lapack(a, n, count, value, vector, work)
                                       : top_by_gsl(a, n, count, value, vector);
#else
    (void)solver;
    (void)work;
    if (good) good = top_by_gsl(a, n, count, value, vector);
#endif
    return finish(good, exponent, value, count);
}
