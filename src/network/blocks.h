/* blocks.h (internal) -- blocks (k, l) of the Hessian, one block column l at a time; see blocks.c. */
#ifndef TEPUI_NETWORK_BLOCKS_H
#define TEPUI_NETWORK_BLOCKS_H
#include "curvature.h"

typedef struct block_state {
    double **M, **Z; /* [k]: points x (w_k x w_l); Z becomes C of R on the way down; without phi'', M[k] is M[k - 2] */
    double **T;      /* [k]: points x (q x w_k) */
    double *spare;   /* one matrix */
    double *C;       /* C_kl of every point */
    int64_t *C_exponent;
    double *ln_block[3]; /* [part][k * (K + 1) + l]: ln of the norm of a block, l <= k */
    tepui_hessian_size size[3];
    int64_t *M_exponent, *Z_exponent, *T_exponent; /* [k * points + p] */
} block_state;

/* spectrum.c: eigenvalues in units of exp(ln_unit) */
typedef struct spectrum_state {
    double *u, *value, *matrix, *work;
    size_t count; /* of values */
    double low, high, bound, ln_unit;
    int64_t exponent;
    tepui_hessian_size size[3]; /* of a chain */
} spectrum_state;
void spectrum_lay_out(tepui_network *net, network_arena *a);
tepui_status spectrum_chain(tepui_network *net);
tepui_status spectrum_net(tepui_network *net);

/* tangent_kernel.c */
typedef struct {
    double ln_trace, ln_low, ln_high;
} kernel_ends;
typedef struct kernel_state {
    double *matrix, *value, *work;
    kernel_ends ntk, fisher;
} kernel_state;
void kernel_lay_out(tepui_network *net, network_arena *a);
tepui_status kernel_sample(tepui_network *net);

void blocks_lay_out(tepui_network *net, network_arena *a);
/* T_k for all k from S of every point (NULL: the identity). Whoever uses T calls it first. */
void blocks_gauss_newton(tepui_network *net, const double *root);
tepui_status blocks_sizes(tepui_network *net); /* size and ln_block; after blocks_gauss_newton */
/* Visits the blocks (k, l), k = l..K, l = 1..K, when M_{k-1,l} (for k > l) and, where phi'' counts, C_kl in Z are
 * there. */
typedef void (*block_visit)(tepui_network *net, size_t k, size_t l, void *arg);
tepui_status blocks_visit(tepui_network *net, block_visit visit, void *arg);
/* What a visit finds for point p: NULL where it is 0. */
const double *block_residual(const tepui_network *net, size_t k, size_t l, size_t p, int64_t *e); /* C_kl of R */
const double *block_middle(tepui_network *net, size_t k, size_t l, size_t p, tepui_part part, int64_t *e); /* C_kl */
const double *block_chain(const tepui_network *net, size_t k, size_t l, size_t p, int64_t *e); /* M_{k-1,l} */
#endif
