/* network.h (internal) -- the workspace behind tepui_network.

   Vectors of one layer are kept as rows of a block: row p < n is data point p, and row n, when asked for, is the
   tangent u_l. Every row has its own exponent. Backward rows: first the loss, then the output functional. */
#ifndef TEPUI_NETWORK_INTERNAL_H
#define TEPUI_NETWORK_INTERNAL_H
#include <base/team.h>
#include <kernel/rows.h>
#include <tepui/kernel.h>
#include <tepui/network.h>
#include <tepui/source.h>

/* Entries of weights generated at once: 32 KiB, stays in the first-level cache. */
#define WEIGHTS_TILE 4096u
/* A worker keeps all weights of a sample when they take less than this; otherwise the backward pass draws them again.
 */
#define WEIGHTS_KEEP ((size_t)64 << 20)

/* Matrix m: of layer m = 1..L of a plain net, L + 1 for the read-out; of a composition in the order of its layers. */
typedef struct {
    size_t rows, cols;
    double sigma;
    uint32_t group;  /* stream address: small matrices share one stream */
    uint32_t offset; /* first entry inside the group */
} weight_site;

typedef struct {
    tepui_purpose purpose;
    size_t first, last; /* matrices */
    size_t entries;
    size_t start; /* of the group in the kept weights */
} weight_group;

/* Bump allocation in two passes over the same code: first with base == NULL to add sizes up, then for real. */
typedef struct {
    char *base;
    size_t used;
} network_arena;
void *network_take(network_arena *a, size_t count, size_t size); /* NULL in the first pass */
/* A copy of a state that has been laid out; NULL in the first pass. */
void *network_keep(network_arena *a, const void *state, size_t size);
/* Zeroed memory for the second pass; returns what is to be freed, NULL without memory. */
void *network_room(network_arena *a, size_t size);

/* Passes and Hessian products at other parameters than those drawn (curvature/moved.h), beside TEPUI_NEEDS_... */
#define NETWORK_NEEDS_MOVED (1u << TEPUI_QUANTITY_COUNT)
typedef struct network_engine network_engine; /* engine.h */
#define NETWORK_ENGINES 24u                   /* at most */

/* What tepui_network_read() calls; results.c: of what passes give, by quantity. */
typedef double (*network_read)(const tepui_network *net, unsigned quantity, size_t which, size_t i);
extern const network_read network_reads[TEPUI_QUANTITY_COUNT];

struct tepui_network {
    char *arena;
    const tepui_cell *cell;
    const tepui_kernels *kernel;
    unsigned needs;
    const network_engine *const *engines; /* NULL: the sampler has none */
    unsigned used, keeps;                 /* bit i: engine i; what they keep */
    void *state[NETWORK_ENGINES];         /* of the engines, each its own affair */
    network_read read[TEPUI_QUANTITY_COUNT];
    uint64_t sample;      /* its number */
    size_t depth, layers; /* layers = depth + 1 with a read-out */
    size_t matrices;      /* as many as layers in plain nets */
    size_t points, widest;
    int keep_weights, backward, tangent, curved;
    size_t curved_inputs, curved_parameters; /* coordinates of the inputs, parameters of the spectrum: spectrum.c */
    int closed;                              /* an engine in use has the spectrum in closed form */
    int by_units;                            /* every unit is a dense layer and an activation */

    tepui_stream stream;
    gsl_rng *gsl;
    const volatile sig_atomic_t *stop;
    tepui_team *team; /* NULL: alone */

    weight_site *site;      /* [matrices + 1], from 1 */
    weight_group *group;    /* [groups] */
    size_t groups, present; /* present: group now in `weights` when not kept, else SIZE_MAX */
    double *weights;        /* all, or one group / one tile */
    double *scratch;        /* of the distribution */

    double *x, *y, *in, *out_dir, *work; /* points, targets, directions */
    double *f;                           /* rows x outputs; also of the tangent where passes go by tiles */
    int64_t *f_exponent;
    double *residual;

    scaled_square *forward;      /* [point * (depth + 2) + l], l = depth + 1: output */
    scaled_square *tangents;     /* [l] */
    scaled_square *gradient[2];  /* [0] loss, [1] output functional; [l], l = 1..layers; [0] total */
    double *live, *cosine, *gap; /* [l] */
    double *rank;                /* [l], NULL unless asked for */
    double loss;
    void *sampler; /* what the sampler keeps, its own affair; NULL: nothing */
    /* room curvature/ */
    struct dense_state *dense; /* NULL unless dense layers are taken by blocks */
    struct block_state *blocks;
    struct assembly_state *assembly;
    struct spectrum_state *spectrum;
    struct composed_state *composed; /* the layers one by one; or NULL, and */
    struct tiled_state *tiled;       /* what passes by tiles keep */
    const struct path_table *path;   /* room dynamics/: of the trajectories that are shown; NULL without */
    /* curvature/moved.c */
    double *theta;       /* trained parameters, sigma included; NULL unless they can be moved */
    int moved;           /* they count, not the weights drawn */
    int unbent;          /* second derivatives are not up to date with the last pass */
    const double *share; /* of the points in the gradient of a pass; NULL: 1 each */
};

/* network.c: what a cell and the needs ask for, and space for the passes. Scalars: all matrices are 1 x 1, one point,
   no biases, a homogeneous activation, loss mse, standard deviations of 2^-100 to 2^100; their trajectories have an
   engine of their own. */
int network_is_scalars(const tepui_cell *c);
int network_is_chain(const tepui_cell *c); /* layers 2..depth alone are like that */
void network_decide(tepui_network *net, const tepui_cell *c, unsigned needs, const network_engine *const *engines);
void network_choose_engines(tepui_network *net);                    /* engine.c */
void network_lay_out_sample(tepui_network *net, network_arena *a);  /* weights, data and results */
void network_lay_out_results(tepui_network *net, network_arena *a); /* data and results alone */
/* Orthonormal rows that span the n rows of x (n x d), by Gram-Schmidt, twice, and the coordinates of x in them (n x n),
   or NULL. A row of which no more than `dependent` of its length is left adds no direction: its basis row is 0. */
void network_span(const tepui_kernels *kernel, const double *x, size_t n, size_t d, double dependent, double *basis,
                  double *coordinate);
/* The points x in such a basis (points x inputs), and their coordinates. */
void network_coordinates(const tepui_network *net, const double *x, double *basis, double *coordinate);

/* weights.c */
typedef struct {
    size_t row, rows; /* the rows in `tile` */
    const double *tile;
    /* private */
    size_t done, filled, held;
    double *base;
} weight_rows;
size_t weights_groups(const tepui_cell *c, weight_site *site, weight_group *group); /* NULLs: count only */
tepui_status weights_first(tepui_network *net, size_t l, weight_rows *r);
tepui_status weights_next(tepui_network *net, size_t l, weight_rows *r); /* r->rows == 0 at the end */
void weights_new_sample(tepui_network *net);
/* The whole matrix m at *w: where it is kept or drawn in one piece, else copied to `to` (rows x cols). */
tepui_status weights_whole(tepui_network *net, size_t m, double *to, const double **w);
int weights_by_row(const tepui_network *net, size_t l);
void weights_row(tepui_network *net, size_t l, size_t row, double *out); /* over what is drawn, where by_row */

tepui_status network_draw_data(tepui_network *net);                            /* x, y and the two directions */
void network_draw_biases(tepui_network *net, size_t m, double *b, size_t n);   /* those of matrix m */
double network_gap(const tepui_kernels *kernel, const double *a, size_t d);    /* 1 - cosine of the same */
double network_cosine(const tepui_kernels *kernel, const double *a, size_t d); /* of rows 0 and 1; NaN: one is 0 */
/* rank.c: of the rows of a block, points x width, mantissas as rows_square leaves them; NaN if all are zero */
double network_rank(const tepui_kernels *k, const double *m, const int64_t *e, size_t points, size_t width);

double network_output(const tepui_network *net, size_t point, size_t k); /* results.c: f_k */
void network_draw_direction(tepui_network *net, tepui_purpose purpose, double *v, size_t n);
void network_begin_sample(tepui_network *net); /* the stream at sample net->sample, no weights yet */
/* engine.c: draws sample net->sample and makes the forward pass, and nothing else. */
tepui_status network_draw_sample(tepui_network *net);
/* loss.c: rows of d loss / d f and the loss itself; of the mean over points of v . f; the total over all layers */
void network_loss_rows(tepui_network *net, double *g, int64_t *e);
void network_functional_rows(const tepui_network *net, double *g, int64_t *e);
void network_gradient_total(tepui_network *net, scaled_square *gradient);
#endif
