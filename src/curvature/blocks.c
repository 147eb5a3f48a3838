/* blocks.c -- the Hessian of the loss by blocks.

   Rows (i, j) of block (k, l), l <= k, are entries of W_k, columns (i', j') entries of W_l. One point gives
   (docs/theory/curvature.md#h2, with phi'') H_kl = C_kl[i, i'] a_{k-1}[j] a_{l-1}[j'] + delta_k[i] M_{k-1,l}[j, i']
   a_{l-1}[j'], the second term for l < k only, where M_kl = d a_k / d z_l = D_k W_k ... W_{l+1} D_l, and C_kl = d
   delta_k / d z_l is of G: T_k^T T_l with T_k = S^T d f / d z_k, of R: diag(bend_k) Z_kl + D_k W_{k+1}^T C_{k+1,l},
   with Z_kl = d z_k / d z_l; 0 where phi'' = 0. H has both; the delta term belongs to R. M and Z are made upwards from
   l, C of R downwards from K. Block columns know nothing of each other: those of a large sample are pieces for the
   team. */
#include "blocks.h"
#include "composed.h"
#include "gram_room.h"
#include <base/flag.h>
#include <ensemble/composition.h>
#include <string.h>

#define SHARED 1e7 /* operations of a sample from which helpers are asked for: about a millisecond */

/* Of z_1, ..., z_K: blocks know nothing of the input's dimension. */
size_t blocks_widest(const tepui_network *net)
{
    size_t most = 0;
    for (size_t k = 1; k <= net->layers; k++) most = dense_width(net, k) > most ? dense_width(net, k) : most;
    return most;
}

static double **tables(const tepui_network *net, network_arena *a, size_t size, size_t distinct)
{
    double **table = network_take(a, net->layers + 1, sizeof *table);
    for (size_t k = 1; k <= net->layers; k++) {
        double *block = k <= distinct ? network_take(a, size, sizeof *block) : NULL;
        if (table) table[k] = k <= distinct ? block : table[k - distinct];
    }
    return table;
}

static block_column lay_out_column(const tepui_network *net, network_arena *a)
{
    const int smooth = composition_is_smooth(net->cell);
    const size_t K = net->layers, n = net->points, square = blocks_widest(net) * blocks_widest(net);
    block_column b = {0};
    b.M = tables(net, a, n * square, !smooth && K > 2 ? 2 : K);
    b.Z = smooth ? tables(net, a, n * square, K) : NULL;
    b.M_exponent = network_take(a, (K + 1) * n, sizeof(int64_t));
    b.Z_exponent = network_take(a, (K + 1) * n, sizeof(int64_t));
    b.spare = network_take(a, square, sizeof(double));
    if (net->needs & TEPUI_NEEDS_HESSIAN_SIZE) b.gram = gram_room_lay_out(net, blocks_widest(net), a);
    if (assembly_is_made(net)) {
        b.turned = network_take(a, square, sizeof(double));
        b.left = network_take(a, blocks_widest(net), sizeof(double));
    }
    return b;
}

static void lay_out_sizes(tepui_network *net, block_state *b, size_t each, network_arena *a)
{
    const size_t K = net->layers, blocks = net->needs & TEPUI_NEEDS_BLOCKS ? (K + 1) * (K + 1) : 0;
    for (int part = 0; part < 3; part++) b->ln_block[part] = network_take(a, each * blocks, sizeof(double));
}

void blocks_lay_out_sizes(tepui_network *net, network_arena *a)
{
    block_state b = {0};
    lay_out_sizes(net, &b, 2, a); /* sums with exponents, at first */
    net->blocks = network_keep(a, &b, sizeof b);
}

static void lay_out(tepui_network *net, network_arena *a)
{
    const size_t K = net->layers, n = net->points;
    block_state b = {0};
    network_arena room = {NULL, 0};
    b.T = tables(net, a, n * net->cell->outputs * blocks_widest(net), K);
    b.T_exponent = network_take(a, (K + 1) * n, sizeof(int64_t));
    lay_out_sizes(net, &b, 1, a);
    b.own = lay_out_column(net, a);
    lay_out_column(net, &room);
    b.room = room.used;
    net->blocks = network_keep(a, &b, sizeof b);
}

/* m (rows x cols) has its rows multiplied by s; NULL: ones. */
static void scale_rows(double *m, const double *s, size_t rows, size_t cols)
{
    for (size_t i = 0; s && i < rows; i++)
        for (size_t j = 0; j < cols; j++) m[i * cols + j] *= s[i];
}

static const double *slopes(const tepui_network *net, size_t k, size_t p)
{
    const double *s = net->dense->slope[k];
    return s ? s + p * dense_width(net, k) : NULL;
}

/* T_k = T_{k+1} W_{k+1} D_k from T_K = S^T D_K, a row for each output. */
void blocks_gauss_newton(tepui_network *net, const double *roots)
{
    block_state *b = net->blocks;
    const size_t K = net->layers, n = net->points, q = net->cell->outputs;
    for (size_t k = K; k >= 1; k--)
        for (size_t p = 0; p < n; p++) {
            const size_t d = dense_width(net, k);
            double *T = b->T[k] + p * q * d;
            int64_t *e = &b->T_exponent[k * n + p];
            if (k == K) {
                const double *root = roots ? roots + p * q * q : NULL;
                *e = 0;
                for (size_t o = 0; o < q; o++)
                    for (size_t i = 0; i < q; i++) T[o * q + i] = root ? root[i * q + o] : o == i;
            } else {
                const weight_site *s = &net->site[k + 1];
                rows_matrix(net->kernel, 0, dense_sigma(net, k + 1), b->T[k + 1] + p * q * s->rows, q, s->rows,
                            dense_weights(net, k + 1), s->cols, T);
                *e = b->T_exponent[(k + 1) * n + p];
            }
            const double *slope = slopes(net, k, p);
            for (size_t o = 0; slope && o < q; o++)
                for (size_t i = 0; i < d; i++) T[o * d + i] *= slope[i];
            rows_settle(net->kernel, T, q * d, e);
        }
}

/* M_ll = D_l and Z_ll = 1. */
static void start_column(const tepui_network *net, const block_column *b, size_t l)
{
    const size_t n = net->points, d = dense_width(net, l);
    for (size_t p = 0; p < n; p++) {
        double *M = b->M[l] + p * d * d;
        const double *slope = slopes(net, l, p);
        for (size_t i = 0; i < d * d; i++) M[i] = i % (d + 1) == 0;
        if (b->Z) memcpy(b->Z[l] + p * d * d, M, d * d * sizeof *M);
        b->Z_exponent[l * n + p] = b->M_exponent[l * n + p] = 0;
        scale_rows(M, slope, d, d);
        rows_settle(net->kernel, M, d * d, &b->M_exponent[l * n + p]);
    }
}

/* Z_kl = W_k M_{k-1,l}, M_kl = D_k Z_kl. */
static void climb(const tepui_network *net, const block_column *b, size_t k, size_t l)
{
    const weight_site *s = &net->site[k];
    const size_t n = net->points, d = dense_width(net, l), size = s->rows * d;
    for (size_t p = 0; p < n; p++) {
        double *M = b->M[k] + p * size;
        int64_t *e = &b->M_exponent[k * n + p];
        rows_matrix(net->kernel, 0, dense_sigma(net, k), dense_weights(net, k), s->rows, s->cols,
                    b->M[k - 1] + p * s->cols * d, d, M);
        *e = b->M_exponent[(k - 1) * n + p];
        if (b->Z) memcpy(b->Z[k] + p * size, M, size * sizeof *M);
        b->Z_exponent[k * n + p] = *e;
        scale_rows(M, slopes(net, k, p), s->rows, d);
        rows_settle(net->kernel, M, size, e);
    }
}

/* Z_kl becomes C_kl of R, from C_{k+1,l}. */
static void descend(const tepui_network *net, const block_column *b, size_t k, size_t l)
{
    const dense_state *c = net->dense;
    const size_t n = net->points, rows = dense_width(net, k), cols = dense_width(net, l), size = rows * cols;
    for (size_t p = 0; p < n; p++) {
        double *C = b->Z[k] + p * size;
        int64_t *e = &b->Z_exponent[k * n + p];
        if (k <= net->depth) {
            scale_rows(C, c->bend[k] + p * rows, rows, cols);
            *e += c->bend_exponent[k * n + p];
        } else {
            memset(C, 0, size * sizeof *C); /* the read-out is linear */
            *e = ROWS_ZERO;
        }
        if (k < net->layers) {
            const weight_site *s = &net->site[k + 1];
            rows_matrix(net->kernel, 1, dense_sigma(net, k + 1), dense_weights(net, k + 1), s->cols, s->rows,
                        b->Z[k + 1] + p * s->rows * cols, cols, b->spare);
            scale_rows(b->spare, slopes(net, k, p), rows, cols);
            rows_add(C, e, b->spare, b->Z_exponent[(k + 1) * n + p], size);
        }
        rows_settle(net->kernel, C, size, e);
    }
}

typedef struct {
    const tepui_network *net;
    block_visit visit;
    void *arg;
} tour;

static int stopped(const tepui_network *net)
{
    return net->stop && flag_is_up(net->stop);
}

static void visit_column(void *arg, size_t i, void *room)
{
    const tour *t = arg;
    const tepui_network *net = t->net;
    const size_t K = net->layers, l = i + 1; /* the longest first */
    const int smooth = net->dense->smooth;
    network_arena a = {room, 0};
    block_column b = room ? lay_out_column(net, &a) : net->blocks->own;
    start_column(net, &b, l);
    for (size_t k = l + 1; smooth && k <= K && !stopped(net); k++) climb(net, &b, k, l);
    for (size_t k = K; smooth && k >= l && !stopped(net); k--) descend(net, &b, k, l);
    for (size_t k = l; k <= K && !stopped(net); k++) {
        t->visit(net, &b, k, l, t->arg);
        if (!smooth && k > l && k < K) climb(net, &b, k, l);
    }
}

/* Every block takes about points (width + points) operations for each of its entries at one point. */
static int is_large(const tepui_network *net)
{
    const double K = (double)net->layers, n = (double)net->points, w = (double)blocks_widest(net);
    return K * K * n * w * w * (w + n) >= SHARED;
}

tepui_status blocks_visit(tepui_network *net, block_visit visit, void *arg)
{
    tour t = {net, visit, arg};
    team_each(is_large(net) ? net->team : NULL, net->layers, net->blocks->room, visit_column, &t);
    return stopped(net) ? TEPUI_INTERRUPTED : TEPUI_OK; /* a stop stays */
}

const double *block_residual(const tepui_network *net, const block_column *b, size_t k, size_t l, size_t p, int64_t *e)
{
    *e = b->Z_exponent[k * net->points + p];
    return net->dense->smooth ? b->Z[k] + p * dense_width(net, k) * dense_width(net, l) : NULL;
}

const double *block_chain(const tepui_network *net, const block_column *b, size_t k, size_t l, size_t p, int64_t *e)
{
    if (k == l) return NULL;
    *e = b->M_exponent[(k - 1) * net->points + p];
    return b->M[k - 1] + p * dense_width(net, k - 1) * dense_width(net, l);
}

/* C of the part (H: of both), in *e; spare holds the sum. */
const double *block_middle(const tepui_network *net, block_column *b, size_t k, size_t l, size_t p, tepui_part part,
                           int64_t *e)
{
    const block_state *s = net->blocks;
    const size_t n = net->points, q = net->cell->outputs, rows = dense_width(net, k), cols = dense_width(net, l);
    const int gauss_newton = part != TEPUI_RESIDUAL && !net->dense->flat;
    int64_t er = ROWS_ZERO;
    const double *residual = part == TEPUI_GAUSS_NEWTON ? NULL : block_residual(net, b, k, l, p, &er);
    *e = er;
    if (!gauss_newton) return residual;
    rows_matrix(net->kernel, 1, net->composed->sign[p], s->T[k] + p * q * rows, rows, q, s->T[l] + p * q * cols, cols,
                b->spare);
    *e = s->T_exponent[k * n + p] + s->T_exponent[l * n + p];
    if (residual) rows_add(b->spare, e, residual, er, rows * cols);
    return b->spare;
}

static const network_engine *const before[] = {&engine_dense, NULL};

const network_engine engine_blocks = {
    .name = "blocks",
    .before = before,
    .obstacle = engine_is_by_units,
    .lay_out = lay_out,
};

/* --- results of those that fill in the sizes */

double blocks_read_size(const tepui_hessian_size *s, size_t i)
{
    const double number[] = {s->ln_norm, s->ln_diagonal, s->ln_trace, s->trace_sign};
    return number[i];
}

double blocks_read(const tepui_network *net, unsigned quantity, size_t part, size_t i)
{
    const size_t k = i >> 20, l = i & 0xfffff;
    if (quantity == TEPUI_QUANTITY_HESSIAN_SIZE) return blocks_read_size(&net->blocks->size[part], i);
    return net->blocks->ln_block[part][(k > l ? k : l) * (net->layers + 1) + (k > l ? l : k)];
}
