/* lanczos.c -- the extreme eigenvalues of a symmetric operator by Lanczos with full re-orthogonalisation.

   Every new vector is orthogonalised against all before it, twice ("twice is enough", Kahan; Parlett, The symmetric
   eigenvalue problem, sect. 6.9), so there are no ghosts and the residual of a Ritz pair is beta_m times the last entry
   of the eigenvector of T_m: an eigenvalue lies within that bound (Parlett, sect. 13.2). */
#include "config.h"

#include "matrix.h"
#include <gsl/gsl_cblas.h> /* the prototypes; OpenBLAS where it is linked */
#include <gsl/gsl_eigen.h>
#include <math.h>
#include <string.h>
#ifdef HAVE_LAPACKE
#include <lapacke.h>
#endif

#define LOOK 8 /* steps between two looks at the Ritz values */

size_t matrix_lanczos_work(size_t n, size_t steps)
{
    return (steps + 1) * n + 2 * steps * steps + 8 * steps;
}

/* Eigenvalues (ascending) of the tridiagonal matrix and the last entries of their vectors. */
static int ritz(const double *alpha, const double *beta, size_t m, double *value, double *last, double *work)
{
#ifdef HAVE_LAPACKE
    double *off = work, *z = work + m, *room = z + m * m;
    memcpy(value, alpha, m * sizeof *value);
    memcpy(off, beta, m * sizeof *off);
    if (LAPACKE_dstev_work(LAPACK_COL_MAJOR, 'V', (lapack_int)m, value, off, z, (lapack_int)m, room)) return 0;
    for (size_t j = 0; j < m; j++) last[j] = fabs(z[j * m + m - 1]);
    return 1;
#else
    gsl_eigen_symmv_workspace *w = gsl_eigen_symmv_alloc(m);
    gsl_matrix_view t = gsl_matrix_view_array(work, m, m), z = gsl_matrix_view_array(work + m * m, m, m);
    gsl_vector_view v = gsl_vector_view_array(value, m);
    if (!w) return 0;
    gsl_matrix_set_zero(&t.matrix);
    for (size_t j = 0; j < m; j++) {
        gsl_matrix_set(&t.matrix, j, j, alpha[j]);
        if (j + 1 < m) gsl_matrix_set(&t.matrix, j + 1, j, beta[j]);
    }
    const int failed = gsl_eigen_symmv(&t.matrix, &v.vector, &z.matrix, w);
    gsl_eigen_symmv_free(w);
    gsl_eigen_symmv_sort(&v.vector, &z.matrix, GSL_EIGEN_SORT_VAL_ASC);
    for (size_t j = 0; j < m; j++) last[j] = fabs(gsl_matrix_get(&z.matrix, m - 1, j));
    return !failed;
#endif
}

static void orthogonalise(const double *basis, size_t count, size_t n, double *v, double *coefficient)
{
    for (int twice = 0; twice < 2; twice++) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)count, (int)n, 1.0, basis, (int)n, v, 1, 0.0, coefficient, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)count, (int)n, -1.0, basis, (int)n, coefficient, 1, 1.0, v, 1);
    }
}

tepui_status matrix_lanczos(matrix_product product, void *operand, size_t n, size_t steps, double tolerance,
                            matrix_extremes *out, double *work)
{
    double *basis = work, *alpha = basis + (steps + 1) * n, *beta = alpha + steps, *value = beta + steps,
           *last = value + steps, *room = last + steps;
    if (steps > n) steps = n;
    double length = cblas_dnrm2((int)n, basis, 1), scale = 0;
    *out = (matrix_extremes){NAN, NAN, NAN, 0};
    if (!(length > 0)) return TEPUI_FAILED;
    cblas_dscal((int)n, 1 / length, basis, 1);
    for (size_t m = 1; m <= steps; m++) {
        double *v = basis + (m - 1) * n, *next = v + n;
        const tepui_status st = product(operand, v, next);
        if (st != TEPUI_OK) return st;
        alpha[m - 1] = cblas_ddot((int)n, v, 1, next, 1);
        orthogonalise(basis, m, n, next, room);
        beta[m - 1] = cblas_dnrm2((int)n, next, 1);
        scale = fmax(scale, fabs(alpha[m - 1]) + beta[m - 1]);
        if (!isfinite(scale)) return TEPUI_FAILED;
        const int invariant = m == n || beta[m - 1] <= (double)n * 0x1p-52 * scale; /* rounding is all that is left */
        if (invariant || m == steps || m % LOOK == 0) {
            if (!ritz(alpha, beta, m, value, last, room)) return TEPUI_FAILED;
            const double rest = invariant ? 0 : beta[m - 1];
            const double bound = rest * fmax(last[0], last[m - 1]);
            *out = (matrix_extremes){value[0], value[m - 1], bound, m};
            if (bound <= tolerance * fmax(fabs(value[0]), fabs(value[m - 1])) || invariant) return TEPUI_OK;
        }
        cblas_dscal((int)n, 1 / beta[m - 1], next, 1);
    }
    return TEPUI_OK;
}
