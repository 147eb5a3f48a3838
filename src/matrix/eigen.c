/* eigen.c -- all eigenvalues of a symmetric matrix: LAPACK's dsyevd, or GSL's symmetric QR. */
#include "config.h"

#include "matrix.h"
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_sort_vector.h>
#include <math.h>
#ifdef HAVE_LAPACKE
#include <lapacke.h>
#endif

#define BLOCK 64 /* columns of LAPACK's blocked tridiagonalisation */

size_t matrix_eigen_work(size_t n)
{
    return (2 + BLOCK) * n + 1;
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
static int by_lapack(double *a, size_t n, double *value, double *work)
{
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

tepui_status matrix_eigen(matrix_solver solver, double *a, size_t n, double *value, double *work)
{
    const double top = largest(a, n);
    int good = !isnan(top), exponent = 0;
    if (good && top > 0) exponent = ilogb(top);
    for (size_t i = 0; good && exponent != 0 && i < n; i++)
        for (size_t j = 0; j <= i; j++) a[i * n + j] = ldexp(a[i * n + j], -exponent);
#ifdef HAVE_LAPACKE
    if (good) good = solver == MATRIX_LAPACK ? by_lapack(a, n, value, work) : by_gsl(a, n, value);
#else
    (void)solver;
    (void)work;
    if (good) good = by_gsl(a, n, value);
#endif
    for (size_t i = 0; i < n; i++) value[i] = good ? ldexp(value[i], exponent) : NAN;
    return good ? TEPUI_OK : TEPUI_FAILED;
}
