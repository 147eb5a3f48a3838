/* matrix.h (internal) -- eigenvalues of dense symmetric matrices. Nothing is allocated by the caller's thread but GSL's
   workspace; a solver that fails says so by its status and never stops the program. */
#ifndef TEPUI_MATRIX_H
#define TEPUI_MATRIX_H
#include <base/team.h>
#include <stddef.h>
#include <tepui/kernel.h>
#include <tepui/status.h>

typedef enum { MATRIX_LAPACK, MATRIX_GSL } matrix_solver; /* lapack is gsl where it is not built */

size_t matrix_eigen_work(size_t n); /* doubles */
/* value[n], ascending: eigenvalues of the n x n matrix whose lower triangle, row-major, is in a (destroyed). Scaled by
   a power of two, so that entries near 1e-300 or 1e300 lose nothing. TEPUI_FAILED: an entry is not finite, or the
   solver did not converge; the values are NaN then. */
tepui_status matrix_eigen(matrix_solver solver, double *a, size_t n, double *value, double *work);
/* Divides the lower triangle by a power of two that brings its largest entry near 1: 0 when an entry is not finite. */
int matrix_rescale(double *a, size_t n, int *exponent);
/* The same, unchanged bit for bit, with a team: it helps with large matrices. */
tepui_status matrix_eigen_shared(tepui_team *team, matrix_solver solver, double *a, size_t n, double *value,
                                 double *work);

/* Numbers of eigenvalues below and above `shift`: of the n x n matrix whose lower triangle, row-major, is in a
   (destroyed), whose entries and squares of them are normal numbers or 0. Those within rounding of the shift, a small
   multiple of n eps of the largest, may be counted on either side or on none. Only where there is LAPACK; else
   TEPUI_FAILED. */
int matrix_has_inertia(void);
size_t matrix_inertia_work(size_t n); /* doubles */
tepui_status matrix_inertia(double *a, size_t n, double shift, size_t *below, size_t *above, double *work);

/* A = Q R, A of n columns of length m. A column that depends on those before it gives no direction: column pivot[i]
   gave the i-th, pivot ascending, and the rank is returned. q: as large as A, orthonormal columns first; r: rank x n,
   row-major (memory for min(m, n) rows), R_ij = 0 for j < pivot[i] and R_i,pivot[i] != 0 of any sign. */
size_t matrix_qr_work(size_t n); /* doubles */
size_t matrix_qr(const tepui_kernels *kernel, const double *a, size_t m, size_t n, double *q, double *r, size_t *pivot,
                 double *work);

/* x -= tau (h . x) h */
void matrix_reflect(const tepui_kernels *kernel, const double *h, double tau, size_t n, double *x);

/* An orthonormal basis of all d dimensions, the first n vectors of which span x (n <= d rows of length d), by
   Householder reflections: columns of Q (d x d; may be NULL). coordinate (n x n): of the rows of x in it, 0 beyond the
   diagonal. reflection: n d, factor: n doubles of scratch. */
void matrix_frame(const tepui_kernels *kernel, const double *x, size_t n, size_t d, double *reflection, double *factor,
                  double *Q, double *coordinate);

/* The spectrum of s (diag(u_k^2) - u u^T) + g u u^T, s = 1 or -1: the Hessian of a chain of scalar weights, u_k = 1/w_k
   (docs/theory/chains.md#c5), by its secular equation. value[n] ascending; work: 2 n doubles. O(n log n). Relative
   accuracy wherever u_k^2 and its products with g are normal numbers, however small g is. */
tepui_status matrix_secular(const double *u, size_t n, int s, double g, double *value, double *work);
/* The smallest and the largest alone, O(n); work: 2 n doubles. */
tepui_status matrix_secular_extremes(const double *u, size_t n, int s, double g, double *low, double *high,
                                     double *work);
/* How many are negative, by the inertia of a rank-one update: no eigenvalue is needed. */
size_t matrix_secular_negative(size_t n, int s, double g);
/* Where products of four of u[n] would leave the range of doubles: takes 2^-e out of all, so that the largest is about
   2^250. Returns e, else 0. */
int matrix_secular_scale(double *u, size_t n);

#define MATRIX_MOST_TOP 64u
/* The `count` (at most 64) largest eigenvalues, descending, and their unit vectors, one after another in vector[count *
   n]; a as above. */
size_t matrix_top_work(size_t n);
tepui_status matrix_top(matrix_solver solver, double *a, size_t n, size_t count, double *value, double *vector,
                        double *work);
/* All eigenvalues, ascending, and unit vectors in the rows of a, by kernels of our own: for small matrices. */
size_t matrix_vectors_work(size_t n); /* doubles */
tepui_status matrix_eigen_vectors(double *a, size_t n, double *value, double *work);

/* y[n] = A x[n] of a symmetric operator. */
typedef tepui_status (*matrix_product)(void *operand, const double *x, double *y);
typedef struct {
    size_t basis;    /* vectors held, at least 4 more than top or n; more make fewer restarts */
    size_t products; /* at most */
    size_t top;      /* how many of the largest eigenvalues must converge, beside the smallest; at least 1 */
    double tolerance;
    const double *probe; /* NULL, or a vector [n] whose */
    double *share;       /* [top] squared components along the unit vectors of the largest are wanted, descending, */
    double *value;       /* [top], and those eigenvalues; what follows one of 0 need not converge */
    double *lowest;      /* NULL, or memory [n] for the unit vector of the smallest */
} lanczos_task;
typedef struct {
    double low, high;     /* extreme Ritz values */
    double bound;         /* eigenvalues lie within this of each that had to converge; 0: the subspace is invariant */
    size_t products, top; /* done; how many of the largest there are, less than asked for in a small subspace */
} matrix_extremes;
size_t matrix_lanczos_work(size_t n, size_t basis); /* doubles */
/* work[0..n-1] is the start vector, not 0. Ends when the bound is at most tolerance times the larger absolute value, or
   after so many products: the caller looks at the bound. TEPUI_FAILED: a product was not finite. */
tepui_status matrix_lanczos(matrix_product product, void *operand, size_t n, const lanczos_task *task,
                            matrix_extremes *out, double *work);
/* Of vectors of n numbers, those in a subspace of `dimension` that A maps into itself. constrain (NULL: none) puts a
   vector there that is there but for rounding, which otherwise grows as iterations go on. */
typedef void (*matrix_constraint)(void *operand, double *x);
typedef struct {
    matrix_product product;
    matrix_constraint constrain;
    void *operand;
    size_t n, dimension;
} matrix_operator;
/* Quadrature of the spectral measure of the start vector x = work[0..n-1], in the subspace, from at most `steps`
   products: x^T f(A) x / x^T x = sum weight_j f(value_j), exactly for polynomials of degree 2 *count - 2 (Golub 1973).
   Values ascending, one of them 0: its weight is the least integral of p^2 over polynomials p of degree *count - 1 with
   p(0) = 1, so at least the part of x in the kernel of A. All lie within the ends of the spectrum and 0. When the
   subspace is used up these are the eigenvalues, 0 only where it is one, each as often as the others where there are
   `dimension`. value, weight: min(steps, dimension) + 1; work for one step more. */
tepui_status matrix_quadrature(const matrix_operator *A, size_t steps, double *value, double *weight, size_t *count,
                               double *work);
#endif
