/* orthogonal.h -- the orthonormal factor of a Gaussian matrix, by LAPACK or by GSL; equal to rounding. */
#ifndef TEPUI_SRC_DISTRIBUTION_ORTHOGONAL_H
#define TEPUI_SRC_DISTRIBUTION_ORTHOGONAL_H
#include <stddef.h>
#include <tepui/status.h>

/* Where the m x n factor goes: entry (i, j) to out[i * row + j * column]. */
typedef struct {
    double *out;
    size_t row, column;
} haar_place;

/* a: m x n (m >= n), column j at a + j*m; destroyed. Writes scale * Q with A = Q R, R_jj > 0.
   tau: n doubles; blocks: 64 n doubles. */
tepui_status haar_gsl(double *a, size_t m, size_t n, double scale, double *tau, double *blocks, haar_place to);
tepui_status haar_lapack(double *a, size_t m, size_t n, double scale, double *tau, double *blocks,
                         haar_place to); /* the GSL path in a build without LAPACKE */
#endif
