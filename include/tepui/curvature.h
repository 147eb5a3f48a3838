/* curvature.h -- second derivatives of the loss of a sampled network with respect to its weights.

   The P parameters are the entries of W_1, ..., W_L (and of the read-out, W_{L+1}), one matrix after another,
   row-major; biases are not among them, as in gradient_norm. Nets composed of layers: layer after layer, its matrix and
   then what else it trains; blocks, and the diagonal ones, are those of units. The Hessian is H = G + R
   (docs/theory/curvature.md#h1): G = mean over points of J^T (d2 loss/d f2) J, the Gauss-Newton part, and R = mean of
   sum_o (d loss/d f_o) Hess f_o, the residual part. At kinks of phi, phi'' counts as 0. Matrices and products come as
   doubles times a common power of two, so nothing under- or overflows at any depth.

   All need a network allocated with TEPUI_NEEDS_CURVATURE and a sample drawn. Status functions return TEPUI_OK, or
   TEPUI_INTERRUPTED where the network was stopped (tepui_network_sample). */
#ifndef TEPUI_CURVATURE_H
#define TEPUI_CURVATURE_H
#include <tepui/network.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { TEPUI_HESSIAN, TEPUI_GAUSS_NEWTON, TEPUI_RESIDUAL } tepui_part;
extern const char *const tepui_part_word[]; /* "H", "G", "R" */

/* ln of Frobenius norms of a part, of its diagonal blocks (one per matrix) alone, and of its trace, which has a sign.
 */
typedef struct {
    double ln_norm, ln_diagonal, ln_trace;
    int trace_sign;
} tepui_hessian_size;

/* out[P] 2^*exponent = (H, G or R) v[P]: forward over reverse, O(P points) operations. */
tepui_status tepui_network_hessian_product(tepui_network *net, tepui_part part, const double *v, double *out,
                                           int64_t *exponent);
/* g[P] 2^*exponent: the gradient of the loss. */
tepui_status tepui_network_loss_gradient(tepui_network *net, double *g, int64_t *exponent);
/* h[P * P] 2^*exponent, row-major: the lower triangle of the whole matrix (the upper one is left alone), by blocks. */
tepui_status tepui_network_hessian(tepui_network *net, tepui_part part, double *h, int64_t *exponent);
/* With TEPUI_NEEDS_SPECTRUM (parts other than H: TEPUI_NEEDS_PARTS): all eigenvalues, ascending, in units of
   exp(*ln_unit), those of nets flushed to 0 below n eps times the largest; certain zeros, of directions that the points
   do not see, are left out (assembly.c). NaN where the solver
   failed. */
size_t tepui_network_eigenvalues(const tepui_network *net, tepui_part part, const double **value, double *ln_unit);
/* How many there are, a pure function of the cell. */
size_t tepui_eigenvalue_count(const tepui_cell *c);
/* Rows of the Hessian that a worker holds as a matrix for these needs; 0: none, as for chains. */
size_t tepui_hessian_rows(const tepui_cell *c, unsigned needs);
/* Beyond so many rows an observable that needs the whole matrix is refused. */
#define TEPUI_HESSIAN_MOST 5000u
/* About how many operations curvature takes for these needs, of one sample, where Lanczos makes so many products for
   the ends of the spectrum; and how many it made in this sample, 0 where there was nothing to iterate. */
#define TEPUI_USUAL_PRODUCTS 60.0
double tepui_hessian_cost(const tepui_cell *c, unsigned needs, double products);
size_t tepui_network_products(const tepui_network *net);
/* The quantity ALIGNMENT: the share of the gradient's squared norm in the span of the eigenvectors of the k largest
   eigenvalues of the Hessian, k = 1..TEPUI_ALIGNED (Gur-Ari, Roberts and Dyer 2018). 0 for a gradient that is 0. */
#define TEPUI_ALIGNED 10u
/* With TEPUI_NEEDS_DENSITY: numbers of equal weight in units of exp(*ln_unit) whose histograms have the expectation of
   that of tepui_network_eigenvalues(), up to 300 of them (and of chains) with these values, above by stochastic Lanczos
   quadrature with at least 100 products, a node at 0 and one start vector. Of the values that are 0, those of certain
   zeros (dead units, dependent points) are exact; the others are zero eigenvalues in the mean over start vectors and a
   part of those below 1/20 of the norm. */
#define TEPUI_DENSITY_VALUES 2048u
size_t tepui_network_density(const tepui_network *net, const double **value, double *ln_unit);
#ifdef __cplusplus
}
#endif
#endif
