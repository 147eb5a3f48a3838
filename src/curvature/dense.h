/* dense.h (internal) -- nets of dense layers, each with an activation behind it, as the formulas by blocks see them.

   Layers k = 1..K, K = L + 1 with a read-out (whose activation is the identity). For every point p: a_{k-1}, the slopes
   s_k = phi'(z_k), delta_k = d loss / d z_k = s_k o b_k, and bend_k = phi''(z_k) o b_k, b_k = d loss / d a_k. Every
   vector has an exponent; that of an exact zero is ROWS_ZERO. All but bend_k are those of the nodes (composed.h). */
#ifndef TEPUI_CURVATURE_DENSE_H
#define TEPUI_CURVATURE_DENSE_H
#include "curvature.h"

typedef struct dense_state {
    int smooth;                                           /* phi'' is not 0 everywhere: bend is kept */
    int flat;                                             /* the loss is linear in f: G = 0 */
    double **a, **slope, **delta, **bend;                 /* [k], points x width; slope[L + 1] = NULL: ones */
    int64_t *a_exponent, *delta_exponent, *bend_exponent; /* [k * points + p]; a from k = 0 */
    double *left;                                         /* of sums over points */
    int64_t *block_exponent;                              /* [k] of a gradient */
} dense_state;

size_t dense_width(const tepui_network *net, size_t k);          /* of z_k, k = 0..K */
const double *dense_weights(const tepui_network *net, size_t k); /* W_k but for a factor, and that */
double dense_sigma(const tepui_network *net, size_t k);
/* g 2^(what it returns) = sum over points of delta_k a^T, the gradient of W_k in coordinates a (points x cols) */
int64_t dense_gradient(tepui_network *net, size_t k, const double *a, size_t cols, double *g);
#endif
