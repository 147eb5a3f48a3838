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

/* clang-format off */
/* A number of the last sample, of a quantity (TEPUI_QUANTITY_...) that was asked for; NaN of one that nothing computes.
   `which` and `i` choose among the numbers of the quantity; they are 0 where the table does not name them. All "ln"
   values are natural logarithms, -INFINITY for an exact zero; l is a layer, L + 1 the output or the read-out.

       FORWARD          which: a point             ln norm(a_l), i = l = 0..L + 1
                        TEPUI_ALL_POINTS           the same of the root mean square over the points
                        TEPUI_LN_RATIO             ln of the likelihood ratio of layers 1..l: 0 where not tilted
       OUTPUT           which: a point             f_k, i = k = 0..q - 1, as a double, which may be 0 or large
       SLOPES                                      share of units with phi'(z) != 0, over all points, i = l = 1..L
       ANGLE            TEPUI_COSINE               cosine of the angle of points 0 and 1, i = l = 0..L
                        TEPUI_GAP                  1 - that, without cancellation
       RANK                                        (sum s^2)^2 / sum s^4, i = l = 0..L
       TANGENT                                     ln norm(u_l), u entering at point 0, i = l = 0..L + 1; of all points
                                                   where a layer mixes them (batch_norm)
       LOSS_GRADIENT    TEPUI_NORM                 ln norm_F(d loss / d W_l), i = l = 1..L + 1; i = 0: total
                        TEPUI_LOSS                 the loss, the mean over the points
       OUTPUT_GRADIENT                             ln norm_F of the gradient of the mean over the points of v . f
       JACOBIAN         J = d f / d x at point 0, outputs x inputs (outputs of all points where a layer mixes them);
                        i, j and k count from 1 to tepui_jacobian_rank()
                        TEPUI_SINGULAR             ln of the i-th largest singular value
                        TEPUI_LYAPUNOV             mean over the matrices of ln R_ii
                        TEPUI_LYAPUNOV_COVARIANCE  of ln R_jj and ln R_kk over the matrices, i = TEPUI_TWO(j, k),
                                                   unbiased (NaN for one matrix); -INFINITY where J has lost that rank
                        TEPUI_CONDITION            ln of the largest over the smallest that is not 0; INFINITY: J = 0
                        TEPUI_EFFECTIVE_RANK       exp of the entropy of s_i / sum s
                        TEPUI_MOMENT               ln of sum s^(2 i) / inputs
       NTK, FISHER      TEPUI_TRACE                ln of the trace of the tangent kernel of points and outputs; or
                                                   of the Fisher information
                        TEPUI_SMALLEST, _LARGEST   ln of that eigenvalue; certain zeros of the Fisher one do not count
       HESSIAN_SIZE     which: a tepui_part        i = TEPUI_NORM, TEPUI_DIAGONAL: ln norm_F of the part, of its
                                                   diagonal blocks alone; TEPUI_LN_TRACE, TEPUI_TRACE_SIGN: of its trace
       BLOCKS           which: a tepui_part        ln norm_F of block (k, l), i = TEPUI_TWO(k, l), either order
       EXTREMES         TEPUI_SMALLEST, _LARGEST   ln of minus the smallest, or of the largest eigenvalue; -INFINITY
                                                   where it has not that sign, NaN where the solver failed
                        TEPUI_ASYMMETRY            (max + min) / (max - min), 0 for a spectrum with symmetric ends
       ALIGNMENT                                   curvature.h, i = 1..TEPUI_ALIGNED
       SIGNS                                       share of the negative among the eigenvalues that are not 0
       SPECTRUM         which: a tepui_part        how many eigenvalues are not 0; NaN where the solver failed
       PLATEAU          which: a tepui_ray         ln of the loss at theta_0 + tepui_plateau_at[i] norm(theta_0) d,
                                                   INFINITY beyond doubles, NaN where the eigenvector is not known
 */
double tepui_network_read(const tepui_network *net, unsigned quantity, size_t which, size_t i);
/* clang-format on */
#define TEPUI_ALL_POINTS ((size_t)-1)
#define TEPUI_LN_RATIO ((size_t)-2)
#define TEPUI_TWO(k, l) ((size_t)(k) << 20 | (size_t)(l)) /* both below 2^20 */
enum { TEPUI_COSINE, TEPUI_GAP };
enum { TEPUI_NORM, TEPUI_LOSS, TEPUI_DIAGONAL = 1, TEPUI_LN_TRACE, TEPUI_TRACE_SIGN };
enum { TEPUI_TRACE, TEPUI_SMALLEST, TEPUI_LARGEST, TEPUI_ASYMMETRY };
enum {
    TEPUI_SINGULAR,
    TEPUI_LYAPUNOV,
    TEPUI_LYAPUNOV_COVARIANCE,
    TEPUI_CONDITION,
    TEPUI_EFFECTIVE_RANK,
    TEPUI_MOMENT,
};

const tepui_cell *tepui_network_cell(const tepui_network *net);
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

/* Lines of the quantity PLATEAU; the direction of the random one, a unit vector of all P parameters in the order of
   curvature.h. */
typedef enum { TEPUI_RAY_RANDOM, TEPUI_RAY_GRADIENT, TEPUI_RAY_EIGENVECTOR, TEPUI_RAYS } tepui_ray;
#define TEPUI_PLATEAU_POINTS 11
extern const double tepui_plateau_at[TEPUI_PLATEAU_POINTS];
const double *tepui_network_random_ray(const tepui_network *net);

size_t tepui_jacobian_rank(const tepui_cell *c); /* singular values of the quantity JACOBIAN: the least of all widths */

#ifdef __cplusplus
}
#endif
#endif
