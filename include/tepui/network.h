/* network.h -- one sampled network: forward, tangent and backward pass in scaled arithmetic.
   A vector v is held as mantissa times 2^exponent: v = m * 2^e, rescaled by exact powers of two.
   Layers: z_l = W_l a_{l-1} + b_l, a_l = phi(z_l), l = 1..L; with a read-out f = B a_L, else f = a_L.
   In nets composed of layers (layer.h) l counts units: a_l is what unit l puts out, W_l all that it trains. */
#ifndef TEPUI_NETWORK_H
#define TEPUI_NETWORK_H
#include <signal.h>
#include <tepui/cell.h>
#include <tepui/quantity.h>
#include <tepui/team.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tepui_network tepui_network; /* workspace of one worker for one cell; see src/network/network.c */

/* A workspace for samples of a cell, which is borrowed until tepui_network_free(), and its bytes. needs:
   TEPUI_NEEDS_... together. TEPUI_NO_MEMORY; TEPUI_BAD_INPUT: the cell has not what they need. */
size_t tepui_network_memory(const tepui_cell *c, unsigned needs);
tepui_status tepui_network_alloc(const tepui_cell *c, unsigned needs, tepui_network **out, tepui_error *err);
void tepui_network_free(tepui_network *net);
/* Large samples are split into tasks for the team (NULL, the default: run alone); the bits do not change. Helpers bring
   no more scratch memory than tepui_network_memory(). */
void tepui_network_share(tepui_network *net, tepui_team *team);
/* Draws sample `sample` of the cell and computes what was asked for. stop (may be NULL) is polled once a layer;
   when it becomes non-zero the call returns TEPUI_INTERRUPTED and the sample is void. */
tepui_status tepui_network_sample(tepui_network *net, uint64_t sample, const volatile sig_atomic_t *stop);

/* Results of the last sample. All "ln" values are natural logarithms, -INFINITY for an exact zero. */
const tepui_cell *tepui_network_cell(const tepui_network *net);
double tepui_network_ln_forward(const tepui_network *net, size_t point,
                                size_t layer);                               /* ln norm(a_l), l = 0..L; L+1: output */
double tepui_network_ln_forward_rms(const tepui_network *net, size_t layer); /* root mean square over the points */
/* ln of w (norm(a_l) / norm(a_0))^power, w the likelihood ratio of layers 1..l: 1 unless the cell is tilted */
double tepui_network_ln_weighted(const tepui_network *net, size_t layer, double power);
double tepui_network_ln_tangent(const tepui_network *net,
                                size_t layer); /* ln norm(u_l), u entering at point 0, l = 0..L; L+1: output; of all
                                                  points where a layer mixes them (batch_norm) */
double tepui_network_ln_gradient(const tepui_network *net,
                                 size_t layer); /* ln norm_F(d loss / d W_l), l = 1..L; L+1: read-out; 0: total */
double tepui_network_ln_output_gradient(const tepui_network *net, size_t layer);
/* f_k of a point, k = 0 .. q - 1, and the loss, the mean over the points: as doubles, which may be 0 or INFINITY. */
double tepui_network_output(const tepui_network *net, size_t point, size_t k);
double tepui_network_loss(const tepui_network *net);
double tepui_network_live_fraction(const tepui_network *net,
                                   size_t layer); /* share of units with phi'(z) != 0, over all points */
double tepui_network_cosine(const tepui_network *net, size_t layer); /* angle cosine of points 0 and 1, l = 0..L */
double tepui_network_representation_rank(const tepui_network *net,
                                         size_t layer); /* (sum s^2)^2 / sum s^4, l = 0..L; with TEPUI_NEEDS_RANK */
double tepui_network_gap(const tepui_network *net, size_t layer); /* 1 - that, without cancellation */
/* The sample itself, for replay and tests. inputs: points x d_0; targets: points x q; the returned direction is u
   (d_0 entries), *out is v (q entries). weights: W_l of the last sample, rows x cols, sigma included; l = L+1 is the
   read-out (TEPUI_FAILED for a reduced cell, which draws none; its directions are drawn only where asked for). biases:
   b_l (zeros without biases; TEPUI_FAILED for a sequential generator, which cannot go back). In composed nets both are
   about matrix m = 1, 2, ... in the order of the layers that have one. */
const double *tepui_network_inputs(const tepui_network *net);
const double *tepui_network_targets(const tepui_network *net);
const double *tepui_network_directions(const tepui_network *net, const double **out);
tepui_status tepui_network_weights(tepui_network *net, size_t layer, double *w);
tepui_status tepui_network_biases(tepui_network *net, size_t layer, double *b);
/* The mask of dropout layer k = 0, 1, ... of the last sample, points x features, 0 or 1/(1 - p). Returns how many
   numbers it has; 0: there are not so many layers. */
size_t tepui_network_mask(const tepui_network *net, size_t k, const double **mask);

/* With TEPUI_NEEDS_PLATEAU: ln of the loss (its size) at theta_0 + tepui_plateau_at[i] norm(theta_0) d, INFINITY beyond
   doubles, NaN where the eigenvector is not known; the random direction, a unit vector of all P parameters in the order
   of curvature.h. */
typedef enum { TEPUI_RAY_RANDOM, TEPUI_RAY_GRADIENT, TEPUI_RAY_EIGENVECTOR, TEPUI_RAYS } tepui_ray;
#define TEPUI_PLATEAU_POINTS 11
extern const double tepui_plateau_at[TEPUI_PLATEAU_POINTS];
double tepui_network_ln_plateau(const tepui_network *net, tepui_ray ray, size_t i);
const double *tepui_network_random_ray(const tepui_network *net);

/* With TEPUI_NEEDS_JACOBIAN: J = d f / d x at point 0, outputs x inputs (outputs of all points where a layer mixes
   them). i counts from 1 to the least of all widths. */
size_t tepui_jacobian_rank(const tepui_cell *c);                      /* that number */
double tepui_network_ln_singular(const tepui_network *net, size_t i); /* ln of the i-th largest singular value */
double tepui_network_lyapunov(const tepui_network *net, size_t i);    /* mean over the matrices of ln R_ii */
/* Covariance of ln R_ii and ln R_jj over the matrices, unbiased (NaN for one matrix); -INFINITY where J has lost that
   rank. */
double tepui_network_lyapunov_covariance(const tepui_network *net, size_t i, size_t j);
double tepui_network_ln_condition(const tepui_network *net); /* largest over smallest that is not 0; INFINITY: J = 0 */
double tepui_network_effective_rank(const tepui_network *net);               /* exp of the entropy of s_i / sum s */
double tepui_network_ln_jacobian_moment(const tepui_network *net, size_t n); /* ln of sum s_i^(2 n) / inputs */

#ifdef __cplusplus
}
#endif
#endif
