/* curvature.h (internal) -- what second derivatives need of a sample, beyond the forward pass.

   Layers k = 1..K, K = L + 1 with a read-out (whose activation is the identity). For every point p: a_{k-1}, the slopes
   s_k = phi'(z_k), delta_k = d loss / d z_k = s_k o b_k, and bend_k = phi''(z_k) o b_k, b_k = d loss / d a_k. Every
   vector has an exponent; that of an exact zero is ROWS_ZERO. */
#ifndef TEPUI_CURVATURE_INTERNAL_H
#define TEPUI_CURVATURE_INTERNAL_H
#include <kernel/rows.h>
#include <network/engine.h>
#include <tepui/curvature.h>

typedef struct curvature_state {
    size_t parameters, *at;                               /* W_k's entries begin at at[k]; at[K + 1] = P */
    int smooth;                                           /* phi'' is not 0 everywhere: bend is kept */
    int flat;                                             /* the loss is linear in f: G = 0 */
    double **a, **slope, **bend_slope, **delta, **bend;   /* [k], points x width; slope[L + 1] = NULL: ones */
    int64_t *a_exponent, *delta_exponent, *bend_exponent; /* [k * points + p]; a from k = 0 */
    double *root, *sign; /* points x q x q: S / sqrt(points) of the loss at f_p, and its sign */
    /* products: t_k = R z_k, r_k = R a_k, and rows on their way back */
    double **t, **r, *row, *other;
    int64_t *t_exponent, *r_exponent, *row_exponent;
    double *basis, *coordinate; /* of the inputs where there are fewer points; NULL otherwise */
    double *left;               /* of sums over points */
    int64_t *block_exponent;    /* [k] of a product */
} curvature_state;

size_t curvature_width(const tepui_network *net, size_t k); /* of z_k, k = 0..K */
void curvature_lay_out(tepui_network *net, network_arena *a);
tepui_status curvature_backward(tepui_network *net);
extern const network_engine engine_curvature, engine_composed_curvature;
/* The same with the activations there already. */
tepui_status curvature_from_output(tepui_network *net);

/* product.c: g 2^(what it returns) = sum over points of delta_k a^T, the gradient of W_k in coordinates a (points x
   cols); blocks at[k], k = 1..K, with exponents of their own brought to the largest, which it returns (0 for zeros) */
int64_t curvature_gradient(tepui_network *net, size_t k, const double *a, size_t cols, double *g);
int64_t curvature_align(const size_t *at, size_t K, const int64_t *e, double *out);
const double *curvature_weights(const tepui_network *net, size_t k); /* W_k but for a factor, and that */
double curvature_sigma(const tepui_network *net, size_t k);
#endif
