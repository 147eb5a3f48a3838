/* matrix.h (internal) -- eigenvalues of dense symmetric matrices. Nothing is allocated by the caller's thread but GSL's
   workspace; a solver that fails says so by its status and never stops the program. */
#ifndef TEPUI_MATRIX_H
#define TEPUI_MATRIX_H
#include <stddef.h>
#include <tepui/kernel.h>
#include <tepui/status.h>

typedef enum { MATRIX_LAPACK, MATRIX_GSL } matrix_solver; /* lapack is gsl where it is not built */

size_t matrix_eigen_work(size_t n); /* doubles */
/* value[n], ascending: eigenvalues of the n x n matrix whose lower triangle, row-major, is in a (destroyed). Scaled by
   a power of two, so that entries near 1e-300 or 1e300 lose nothing. TEPUI_FAILED: an entry is not finite, or the
   solver did not converge; the values are NaN then. */
tepui_status matrix_eigen(matrix_solver solver, double *a, size_t n, double *value, double *work);

/* A = Q R, A of n columns of length m. A column that depends on those before it gives no direction: column pivot[i]
   gave the i-th, pivot ascending, and the rank is returned. q: as large as A, orthonormal columns first; r: rank x n,
   row-major (room for min(m, n) rows), R_ij = 0 for j < pivot[i] and R_i,pivot[i] != 0 of any sign. */
size_t matrix_qr_work(size_t n); /* doubles */
size_t matrix_qr(const tepui_kernels *kernel, const double *a, size_t m, size_t n, double *q, double *r, size_t *pivot,
                 double *work);

/* The spectrum of s diag(u_k^2) + rho u u^T, s = 1 or -1: the Hessian of a chain of scalar weights, u_k = 1/w_k (theory
   C5), by its secular equation. value[n] ascending; work: 4 n doubles. O(n^2). */
tepui_status matrix_secular(const double *u, size_t n, int s, double rho, double *value, double *work);
/* The smallest and the largest alone, O(n) after sorting; work: 4 n doubles. */
tepui_status matrix_secular_extremes(const double *u, size_t n, int s, double rho, double *low, double *high,
                                     double *work);
/* How many are negative, by the inertia of a rank-one update: no eigenvalue is needed. */
size_t matrix_secular_negative(size_t n, int s, double rho);

/* y[n] = A x[n] of a symmetric operator. */
typedef tepui_status (*matrix_product)(void *operand, const double *x, double *y);
typedef struct {
    double low, high; /* extreme Ritz values */
    double bound;     /* an eigenvalue lies within this of each; 0 when the subspace is invariant */
    size_t steps;
} matrix_extremes;
size_t matrix_lanczos_work(size_t n, size_t steps); /* doubles */
/* work[0..n-1] is the start vector, not 0. Ends when the bound is at most tolerance times the larger absolute value, or
   after `steps` steps: the caller looks at the bound. TEPUI_FAILED: a product was not finite. */
tepui_status matrix_lanczos(matrix_product product, void *operand, size_t n, size_t steps, double tolerance,
                            matrix_extremes *out, double *work);
#endif
