/* gram.c -- Frobenius norms and traces of H, G and R and of their blocks, exactly and without a matrix of P x P.

   A block is a sum over points of C_p (x) a_{k-1} (x) a_{l-1} + delta_k (x) M_p (x) a_{l-1} (blocks.c), so inner
   products of blocks are sums over pairs of points p, q of (a_{l-1}^p, a_{l-1}^q) times
       (C, C'):  C_p . C'_q (a_{k-1}^p, a_{k-1}^q),
       (C, M):   (C_p^T delta_k^q, M_q^T a_{k-1}^p),
       (M, M):   M_p . M_q (delta_k^p, delta_k^q),
   with C of G, C of R (where phi'' counts) and M of R, all of them by matrix products; norm2(H) = norm2(G) + 2 (G, R) +
   norm2(R). The trace has the diagonal blocks alone: sum over points of tr C_kk norm2(a_{k-1}).

   Where the terms of the points cancel, such a sum is known to the rounding of the squares, a norm to half the digits:
   the entries of the block are then added up one by one, in coordinates of the span of a_{l-1}.

   Every vector and matrix is first brought to a largest entry in [1, 2), its exponent kept apart: products of three
   inner products stay far inside the range of double. */
#include "blocks.h"
#include "composed.h"
#include "gram_room.h"
#include "sums.h"
#include <base/elementary.h>
#include <base/flag.h>
#include <ensemble/composition.h>
#include <matrix/matrix.h>
#include <string.h>

/* What pairs of points are worth in each layer. */
typedef struct layer_gram {
    double *a, *delta; /* points x (in, out): unit vectors but for a factor below their root dimension */
    int64_t *a_exponent, *delta_exponent;
    double *aa, *dd; /* points x points: inner products */
} layer_gram;

/* Of one block column, folded column after column. */
typedef struct {
    scaled square[3], diagonal[3], trace[3];
} sums;

typedef struct {
    layer_gram *layer; /* [k] */
    sums *column;      /* [l] */
} gram_state;

static gram_state *state_of(const tepui_network *net)
{
    return engine_state(net, &engine_gram);
}

static void lay_out(tepui_network *net, network_arena *a)
{
    const size_t n = net->points, K = net->layers;
    gram_state g = {0};
    g.layer = network_take(a, K + 1, sizeof *g.layer);
    g.column = network_take(a, K + 1, sizeof *g.column);
    for (size_t k = 1; k <= K; k++) {
        const size_t in = dense_width(net, k - 1), out = dense_width(net, k);
        const layer_gram layer = {network_take(a, n * in, sizeof(double)), network_take(a, n * out, sizeof(double)),
                                  network_take(a, n, sizeof(int64_t)),     network_take(a, n, sizeof(int64_t)),
                                  network_take(a, n * n, sizeof(double)),  network_take(a, n * n, sizeof(double))};
        if (g.layer) g.layer[k] = layer;
    }
    engine_set_state(net, &engine_gram, network_keep(a, &g, sizeof g));
}

static void take_layer(tepui_network *net, size_t k)
{
    const dense_state *c = net->dense;
    layer_gram *g = &state_of(net)->layer[k];
    const size_t n = net->points, in = dense_width(net, k - 1), out = dense_width(net, k);
    for (size_t p = 0; p < n; p++) {
        g->a_exponent[p] =
            sums_normalise(net->kernel, c->a[k - 1] + p * in, in, c->a_exponent[(k - 1) * n + p], g->a + p * in);
        g->delta_exponent[p] =
            sums_normalise(net->kernel, c->delta[k] + p * out, out, c->delta_exponent[k * n + p], g->delta + p * out);
    }
    sums_inner_products(net->kernel, g->a, g->a, n, in, g->aa);
    sums_inner_products(net->kernel, g->delta, g->delta, n, out, g->dd);
}

/* C of the part for every point, with the exponents of its terms. */
static void take_middles(const tepui_network *net, block_column *b, size_t k, size_t l, tepui_part part, family *f)
{
    const layer_gram *g = state_of(net)->layer;
    const size_t size = dense_width(net, k) * dense_width(net, l);
    for (size_t p = 0; p < net->points; p++) {
        int64_t e;
        const double *C = block_middle(net, b, k, l, p, part, &e);
        f->e[p] = ROWS_ZERO;
        if (C) f->e[p] = sums_normalise(net->kernel, C, size, e, f->m + p * size);
        if (!C) memset(f->m + p * size, 0, size * sizeof *f->m);
        f->e[p] += g[k].a_exponent[p] + g[l].a_exponent[p];
    }
}

static void take_chains(const tepui_network *net, const block_column *b, size_t k, size_t l, family *f)
{
    const layer_gram *g = state_of(net)->layer;
    const size_t size = dense_width(net, k - 1) * dense_width(net, l);
    for (size_t p = 0; p < net->points; p++) {
        int64_t e;
        const double *M = block_chain(net, b, k, l, p, &e);
        f->e[p] =
            sums_normalise(net->kernel, M, size, e, f->m + p * size) + g[k].delta_exponent[p] + g[l].a_exponent[p];
    }
}

/* shift[p] = 2^(e_p - top); returns top. */
static int64_t shifts(const int64_t *e, size_t n, double *shift)
{
    int64_t top = 4 * ROWS_ZERO;
    for (size_t p = 0; p < n; p++) top = e[p] > top ? e[p] : top;
    for (size_t p = 0; p < n; p++) shift[p] = scaled_shift(1.0, e[p] - top);
    return top;
}

/* The sum over pairs of gram * pairs * (a_{l-1}, a_{l-1}'), in units of the families' terms. */
static scaled sum_pairs(const tepui_network *net, gram_room *g, size_t l, const family *f, const family *h,
                        const double *gram, const double *pairs)
{
    const double *aa = state_of(net)->layer[l].aa;
    const size_t n = net->points;
    const int64_t e = shifts(f->e, n, g->shift) + shifts(h->e, n, g->other_shift);
    double sum = 0;
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++)
            sum += g->shift[p] * g->other_shift[q] * gram[p * n + q] * (pairs ? pairs[p * n + q] : 1) * aa[p * n + q];
    return (scaled){e < ROWS_ZERO / 2 ? 0 : sum, e};
}

static scaled product_of_middles(const tepui_network *net, gram_room *g, size_t k, size_t l, family *f, const family *h)
{
    sums_inner_products(net->kernel, f->m, h->m, net->points, dense_width(net, k) * dense_width(net, l), f->gram);
    return sum_pairs(net, g, l, f, h, f->gram, state_of(net)->layer[k].aa);
}

static scaled square_of_chains(const tepui_network *net, gram_room *g, size_t k, size_t l)
{
    family *M = &g->chain;
    sums_inner_products(net->kernel, M->m, M->m, net->points, dense_width(net, k - 1) * dense_width(net, l), M->gram);
    return sum_pairs(net, g, l, M, M, M->gram, state_of(net)->layer[k].dd);
}

/* out[p][q] = X_p^T v_q for matrices X_p (rows x cols) and vectors v_q. */
static void all_with_all(const tepui_network *net, const double *X, size_t rows, size_t cols, const double *v,
                         double *out)
{
    const size_t n = net->points;
    for (size_t p = 0; p < n; p++)
        rows_matrix(net->kernel, 0, 1.0, v, n, rows, X + p * rows * cols, cols, out + p * n * cols);
}

/* (C, M); y holds M_q^T a_{k-1}^p. */
static scaled middles_with_chains(const tepui_network *net, gram_room *g, size_t k, size_t l, family *f)
{
    const size_t n = net->points, cols = dense_width(net, l);
    all_with_all(net, f->m, dense_width(net, k), cols, state_of(net)->layer[k].delta, g->x);
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++)
            f->gram[p * n + q] = net->kernel->dot(g->x + (p * n + q) * cols, g->y + (q * n + p) * cols, cols);
    return sum_pairs(net, g, l, f, &g->chain, f->gram, NULL);
}

/* The squares of the points' own terms: pairs of a point with itself, after a product of the family with itself. */
static scaled own_squares(const tepui_network *net, gram_room *g, size_t l, const family *f, const double *pairs)
{
    const double *aa = state_of(net)->layer[l].aa;
    const size_t n = net->points;
    const int64_t e = shifts(f->e, n, g->shift);
    double sum = 0;
    for (size_t p = 0; p < n * n; p += n + 1) sum += g->shift[p / n] * g->shift[p / n] * f->gram[p] * pairs[p] * aa[p];
    return (scaled){e < ROWS_ZERO / 2 ? 0 : sum, 2 * e};
}

/* The vectors a_{l-1} of all points in coordinates of their span, [point][coordinate]; returns how many there are. */
static size_t span(const tepui_network *net, gram_room *g, size_t l, const double **out)
{
    const size_t n = net->points, d = dense_width(net, l - 1);
    const double *a = state_of(net)->layer[l].a;
    *out = a;
    if (n > d) return d;
    matrix_frame(net->kernel, a, n, d, g->columns, g->factors, NULL, g->x);
    *out = g->x;
    return n;
}

/* Row (i, j) of one point's block without its factor a_{l-1}: to be added to. */
static void add_row(double *row, const double *matrix, size_t at, size_t cols, double factor)
{
    for (size_t i = 0; factor != 0 && i < cols; i++) row[i] += factor * matrix[at * cols + i];
}

/* What a part's block is made of, point by point: the families (NULL: not in this part) and what each of their terms
   is worth in one unit. */
typedef struct {
    const family *f[3]; /* Gauss-Newton, residual, chain */
    double *shift[3];   /* [point] */
    int64_t top;        /* the unit: 2^top */
} entry_terms;

static entry_terms terms_of(const tepui_network *net, gram_room *g, int chained, tepui_part part)
{
    const int gauss_newton = part != TEPUI_RESIDUAL, residual = part != TEPUI_GAUSS_NEWTON;
    const size_t n = net->points;
    int64_t e[3];
    entry_terms t = {.f = {gauss_newton ? &g->gauss_newton : NULL, residual && net->dense->smooth ? &g->residual : NULL,
                           residual && chained ? &g->chain : NULL},
                     .shift = {g->shift, g->other_shift, g->chain_shift},
                     .top = 4 * ROWS_ZERO};
    for (size_t i = 0; i < 3; i++) {
        e[i] = t.f[i] ? shifts(t.f[i]->e, n, t.shift[i]) : 4 * ROWS_ZERO;
        t.top = e[i] > t.top ? e[i] : t.top;
    }
    for (size_t i = 0; i < 3; i++)
        for (size_t p = 0; t.f[i] && p < n; p++) t.shift[i][p] *= scaled_shift(1.0, e[i] - t.top);
    return t;
}

/* The square of the part's block, entry by entry. */
static scaled square_of_entries(const tepui_network *net, gram_room *g, size_t k, size_t l, tepui_part part)
{
    const layer_gram *layer = state_of(net)->layer;
    const size_t n = net->points, rows = dense_width(net, k), cols = dense_width(net, l);
    const double *b;
    const size_t r = span(net, g, l, &b), d = k == l ? r : dense_width(net, k - 1);
    const double *a = k == l ? b : layer[k].a, *delta = layer[k].delta;
    const entry_terms t = terms_of(net, g, k > l, part);
    const family *const *f = t.f;
    double sum = 0;
    for (size_t ij = 0; ij < rows * d && !(net->stop && flag_is_up(net->stop)); ij++) {
        const size_t i = ij / d, j = ij % d;
        memset(g->y, 0, n * cols * sizeof *g->y);
        for (size_t p = 0; p < n; p++) {
            double *row = g->y + p * cols;
            const double aj = a[p * d + j], di = delta[p * rows + i];
            if (f[0]) add_row(row, f[0]->m + p * rows * cols, i, cols, aj * t.shift[0][p]);
            if (f[1]) add_row(row, f[1]->m + p * rows * cols, i, cols, aj * t.shift[1][p]);
            if (f[2]) add_row(row, f[2]->m + p * d * cols, j, cols, di * t.shift[2][p]);
        }
        for (size_t c = 0; c < r * cols; c++) {
            double entry = 0;
            for (size_t p = 0; p < n; p++) entry += b[p * r + c / cols] * g->y[p * cols + c % cols];
            sum += entry * entry;
        }
    }
    return (scaled){t.top < ROWS_ZERO / 2 ? 0 : sum, 2 * t.top};
}

static scaled trace_of(const tepui_network *net, size_t k, const family *f)
{
    const size_t n = net->points, d = dense_width(net, k);
    scaled sum = {0, 0};
    for (size_t p = 0; p < n; p++) {
        double trace = 0;
        for (size_t i = 0; i < d; i++) trace += f->m[p * d * d + i * (d + 1)];
        sums_add(&sum, (scaled){trace * state_of(net)->layer[k].aa[p * (n + 1)], f->e[p]});
    }
    return sum;
}

/* Inner products of a block of G and one of R: GG, GR, RR; own: the squares of the points' terms of H, G and R. */
static void block_products(const tepui_network *net, block_column *b, size_t k, size_t l, scaled *gg, scaled *gr,
                           scaled *rr, scaled *own)
{
    gram_room *g = b->gram;
    const int smooth = net->dense->smooth, chained = k > l;
    *gg = *gr = *rr = (scaled){0, 0};
    take_middles(net, b, k, l, TEPUI_GAUSS_NEWTON, &g->gauss_newton);
    *gg = product_of_middles(net, g, k, l, &g->gauss_newton, &g->gauss_newton);
    own[TEPUI_GAUSS_NEWTON] = own_squares(net, g, l, &g->gauss_newton, state_of(net)->layer[k].aa);
    if (smooth) {
        take_middles(net, b, k, l, TEPUI_RESIDUAL, &g->residual);
        *gr = product_of_middles(net, g, k, l, &g->gauss_newton, &g->residual);
        *rr = product_of_middles(net, g, k, l, &g->residual, &g->residual);
        own[TEPUI_RESIDUAL] = own_squares(net, g, l, &g->residual, state_of(net)->layer[k].aa);
    }
    if (!chained) return;
    take_chains(net, b, k, l, &g->chain);
    all_with_all(net, g->chain.m, dense_width(net, k - 1), dense_width(net, l), state_of(net)->layer[k].a, g->y);
    sums_add(rr, square_of_chains(net, g, k, l));
    sums_add(&own[TEPUI_RESIDUAL], own_squares(net, g, l, &g->chain, state_of(net)->layer[k].dd));
    if (!net->dense->flat) sums_add(gr, middles_with_chains(net, g, k, l, &g->gauss_newton));
    for (int twice = 0; smooth && twice < 2; twice++) sums_add(rr, middles_with_chains(net, g, k, l, &g->residual));
}

static void visit(const tepui_network *net, block_column *b, size_t k, size_t l, void *arg)
{
    sums *s = (sums *)arg + l;
    scaled gg, gr, rr, own[3] = {{0, 0}, {0, 0}, {0, 0}};
    block_products(net, b, k, l, &gg, &gr, &rr, own);
    sums_add(&own[TEPUI_HESSIAN], own[TEPUI_GAUSS_NEWTON]);
    sums_add(&own[TEPUI_HESSIAN], own[TEPUI_RESIDUAL]);
    scaled square[3] = {gg, gg, rr};
    sums_add(&square[TEPUI_HESSIAN], rr);
    for (int twice = 0; twice < 2; twice++) sums_add(&square[TEPUI_HESSIAN], gr);
    for (int part = 0; part < 3; part++) {
        if (sums_have_cancelled(square[part], own[part])) square[part] = square_of_entries(net, b->gram, k, l, part);
        if (net->needs & TEPUI_NEEDS_BLOCKS)
            net->blocks->ln_block[part][k * (net->layers + 1) + l] = 0.5 * sums_ln_abs(square[part]);
        for (int twice = 0; twice < (k == l ? 1 : 2); twice++) sums_add(&s->square[part], square[part]);
        if (k == l) sums_add(&s->diagonal[part], square[part]);
    }
    if (k != l) return;
    const scaled of_G = trace_of(net, k, &b->gram->gauss_newton);
    const scaled of_R = net->dense->smooth ? trace_of(net, k, &b->gram->residual) : (scaled){0, 0};
    sums_add(&s->trace[TEPUI_GAUSS_NEWTON], of_G);
    sums_add(&s->trace[TEPUI_RESIDUAL], of_R);
    sums_add(&s->trace[TEPUI_HESSIAN], of_G);
    sums_add(&s->trace[TEPUI_HESSIAN], of_R);
}

/* Whoever did the columns and when, they are folded in this order. */
static sums fold(const sums *column, size_t K)
{
    sums s = {0};
    for (size_t l = 1; l <= K; l++)
        for (int part = 0; part < 3; part++) {
            sums_add(&s.square[part], column[l].square[part]);
            sums_add(&s.diagonal[part], column[l].diagonal[part]);
            sums_add(&s.trace[part], column[l].trace[part]);
        }
    return s;
}

static tepui_status run(tepui_network *net)
{
    gram_state *g = state_of(net);
    if (!net->dense->flat) blocks_gauss_newton(net, net->composed->root);
    for (size_t k = 1; k <= net->layers; k++) take_layer(net, k);
    memset(g->column, 0, (net->layers + 1) * sizeof *g->column);
    const tepui_status st = blocks_visit(net, visit, g->column);
    const sums s = fold(g->column, net->layers);
    for (int part = 0; part < 3; part++)
        net->blocks->size[part] = sums_size(s.square[part], s.diagonal[part], s.trace[part]);
    return st;
}

static double cost(const tepui_network *net, double products)
{
    const double P = (double)net->curved_parameters, n = (double)net->points, K = (double)net->layers;
    (void)products;
    return 1.25 * K * P * n * (sqrt(P / K) + n);
}

static const network_engine *const before[] = {&engine_dense, &engine_blocks, &engine_backward, NULL};

const network_engine engine_gram = {
    .name = "norms of blocks",
    .gives = TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS,
    .before = before,
    .obstacle = engine_is_by_units,
    .lay_out = lay_out,
    .run = run,
    .read = blocks_read,
    .cost = cost,
};
