/* blocks.h (internal) -- blocks (k, l) of the Hessian, one block column l at a time; see blocks.c. */
#ifndef TEPUI_CURVATURE_BLOCKS_H
#define TEPUI_CURVATURE_BLOCKS_H
#include "selection.h"

/* Room for one block column and what its visitors need. */
typedef struct {
    double **M, **Z; /* [k]: points x (w_k x w_l); Z becomes C of R on the way down; without phi'', M[k] is M[k - 2] */
    int64_t *M_exponent, *Z_exponent; /* [k * points + p] */
    double *spare;                    /* one matrix */
    struct gram_room *gram;
    double *turned, *left; /* of the assembly: a matrix, a row */
} block_column;

typedef struct block_state {
    double **T; /* [k]: points x (q x w_k) */
    int64_t *T_exponent;
    double *ln_block[3]; /* [part][k * (K + 1) + l]: ln of the norm of a block, l <= k */
    tepui_hessian_size size[3];
    block_column own; /* of the network's own worker; helpers bring theirs: */
    size_t room;      /* bytes */
} block_state;

/* assembly.c: coordinates of W_k, and the matrix in them */
typedef struct {
    size_t alpha;  /* coordinates of its inputs that the points use */
    double *Q;     /* in x in; NULL: W_k's own entries */
    double *a;     /* points x alpha */
    double *delta; /* points x beta, beta = alpha = points */
} layer_frame;
typedef struct assembly_state {
    size_t *at; /* [k]: where W_k's coordinates begin; at[K + 1] is their number */
    layer_frame *frame;
    double *columns, *tau, *basis;
    int64_t *top; /* [l]: of a block column */
} assembly_state;
/* Lower triangle of the part, assembly_size() squared numbers, row-major. */
tepui_status assembly_make(tepui_network *net, tepui_part part, double *h, int64_t *exponent);
/* The gradient of the loss in the same coordinates, in a scale of its own. */
void assembly_gradient(tepui_network *net, double *g);

/* spectrum.c */
typedef struct {
    double *value; /* all eigenvalues, ascending, in units of exp(ln_unit); NULL: the ends alone */
    double low, high, ln_unit;
} part_spectrum;
typedef struct spectrum_state {
    part_spectrum part[3];     /* of H, G, R */
    size_t count;              /* of values */
    size_t negative, positive; /* how many, where they are counted without their values */
    /* of a chain, whose H is exp(ln_g) u u^T + sign (u u^T - diag(u^2)) */
    double *u, ln_g;       /* u_k: 0 where the weight is; in units of */
    double ln_u;           /* exp(ln_u): a power of two, 1 but for factors beyond 1e-60 or 1e60 */
    int sign;              /* 0: r f = 0 */
    size_t zeros, zero[2]; /* weights of 0 where f = 0: how many, the first two */
    double ln_gg, ln_rr;   /* ln of h q^2 and of |r q|, q = f or the product of the factors that are not 0 */
    tepui_hessian_size size[3];
    double *matrix, *work, *secular, *vector, *gradient;
    double share[TEPUI_ALIGNED]; /* of the gradient in the first, the first two, ... */
    double *iterative_work, *quadrature, *density, density_ln_unit;
    struct seen_state *seen; /* of the density */
    int64_t exponent;        /* of the products of an iteration */
    size_t products;         /* made for the ends */
} spectrum_state;
/* spectrum_signs.c: from factorisations of the matrix, after the ends are known */
tepui_status spectrum_factor(tepui_network *net);
/* The largest eigenvalues, descending, and the squared parts of the gradient along their vectors. Those within `near`
   of each other are one, those within it of 0 are 0. `unseen` zeros more, across the gradient, are not in the list;
   whole: other eigenvalues than these are not. total: the gradient's square. */
#define ROUNDINGS 100u             /* of an entry of the matrix, about */
#define RANKED (TEPUI_ALIGNED + 1) /* whether the last that counts is one with the next */
typedef struct {
    size_t count, unseen;
    double value[RANKED], square[RANKED], near, total;
    int whole;
} ranked_part;
/* Shares of the first, the first two, ...: of eigenvalues that are one, vectors across the gradient come first, so that
   its part counts with the last of them. */
void spectrum_share(spectrum_state *s, const ranked_part *r);
/* spectrum_values.c */
double spectrum_floor(double low, double high, size_t rows); /* below it an eigenvalue is 0 */
void spectrum_flush(double *value, size_t n, size_t rows);
void spectrum_density_of_all(tepui_network *net);
double spectrum_quadrature_cost(const tepui_network *net, double product); /* operations */
/* spectrum_read.c: EXTREMES, ALIGNMENT, SIGNS, SPECTRUM, whoever made them */
double spectrum_read(const tepui_network *net, unsigned quantity, size_t which, size_t i);
/* spectrum_chain.c, spectrum_iterative.c */
/* A chain with one output: spectrum and sizes of its Hessian from the secular equation. */
/* Fills density from `count` values of these weights; NULL: equal ones. */
void spectrum_resample(tepui_network *net, const double *value, const double *weight, size_t count);
void spectrum_iterative_lay_out(tepui_network *net, spectrum_state *s, network_arena *a);
tepui_status spectrum_iterative(tepui_network *net);

/* seen.c: vectors of seen_size() numbers in the coordinates of the spectrum, lengths unchanged */
void seen_lay_out(const tepui_network *net, spectrum_state *s, network_arena *a);
size_t seen_size(const tepui_network *net);
/* Takes the frames of the sample. From random numbers x a vector that meets no row of the Hessian that is 0 for
   certain, and how many dimensions are left of those of the spectrum. One product. */
tepui_status seen_start(tepui_network *net, double *x, size_t *dimension);
void seen_constrain(tepui_network *net, double *x); /* what rounding leaves besides */
tepui_status seen_product(tepui_network *net, const double *x, double *y, int64_t *exponent);

double blocks_read(const tepui_network *net, unsigned quantity, size_t part, size_t i); /* HESSIAN_SIZE, BLOCKS */
double blocks_read_size(const tepui_hessian_size *s, size_t i);
void blocks_lay_out_sizes(tepui_network *net, network_arena *a); /* the results of TEPUI_NEEDS_HESSIAN_SIZE alone */
size_t blocks_widest(const tepui_network *net);                  /* layer but the input */
/* T_k for all k from S of every point (NULL: the identity). Whoever uses T calls it first. */
void blocks_gauss_newton(tepui_network *net, const double *root);
/* Visits the blocks (k, l), k = l..K in this order, l = 1..K, when M_{k-1,l} (for k > l) and, where phi'' counts, C_kl
   in Z are there. Columns l are pieces for the team: a visit writes nothing but what is its column's. */
typedef void (*block_visit)(const tepui_network *net, block_column *b, size_t k, size_t l, void *arg);
tepui_status blocks_visit(tepui_network *net, block_visit visit, void *arg);
/* What a visit finds for point p: NULL where it is 0. C_kl of R, of a part, and M_{k-1,l}. */
const double *block_residual(const tepui_network *net, const block_column *b, size_t k, size_t l, size_t p, int64_t *e);
const double *block_middle(const tepui_network *net, block_column *b, size_t k, size_t l, size_t p, tepui_part part,
                           int64_t *e);
const double *block_chain(const tepui_network *net, const block_column *b, size_t k, size_t l, size_t p, int64_t *e);
#endif
