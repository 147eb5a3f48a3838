/* assembly.c -- the Hessian as a matrix, in coordinates that leave its certain zeros out.

   A change of W_k acts on the loss through V a_{k-1} and delta_k^T V only (blocks.c), so with fewer points than units
   the Hessian lives in R^out (x) A + D (x) R^in, where A = span of the a_{k-1} and D = span of the delta_k of the
   points: out alpha + beta (in - alpha) coordinates in place of out in, alpha = min(points, in), beta = min(points,
   out). At one point that is out + in - 1. Everything else is in its kernel.

   The frame of a layer: an orthogonal Q (in x in) whose first alpha columns span A, from the QR decomposition of the
   activations, whose R holds their coordinates (a); the same of the delta_k. Coordinates of W_k: (i, j), j < alpha, the
   entries of V Q, then (b, c), c >= alpha, those of D^T V Q. In them
       rows (i, j) of block (k, l): C[i, m] a_{k-1}[j] a_{l-1}[j'] + delta_k[i] (Q^T M)[j, m] a_{l-1}[j'],
       rows (b, c): delta_k[b] (Q^T M)[c, m] a_{l-1}[j'],
   and the columns (b', c') of W_l are 0 for k >= l. No direction is judged to be dependent or not: orthogonal
   transformations alone, so the eigenvalues are those of the whole matrix. */
#include "composed.h"
#include "moved.h"
#include <base/larger.h>
#include <matrix/matrix.h>
#include <string.h>

static size_t width_in(const tepui_network *net, size_t k)
{
    return dense_width(net, k - 1);
}

static void lay_out(tepui_network *net, network_arena *a)
{
    const size_t n = net->points, K = net->layers;
    size_t widest = 1;
    assembly_state s = {0};
    s.at = network_take(a, K + 2, sizeof *s.at);
    s.frame = network_take(a, K + 1, sizeof *s.frame);
    for (size_t k = 1; k <= K; k++) {
        const layer_coordinates c = coordinates_of_matrix(net, k);
        layer_frame f = {.alpha = c.in};
        widest = larger(widest, larger(c.in, c.out));
        if (c.kind == IN_FRAME)
            f = (layer_frame){.alpha = n,
                              .Q = network_take(a, c.in * c.in, sizeof(double)),
                              .a = network_take(a, n * n, sizeof(double)),
                              .delta = network_take(a, n * n, sizeof(double))};
        if (c.kind == IN_SPAN) f = (layer_frame){.alpha = n, .a = network_take(a, n * n, sizeof(double))};
        if (s.frame) s.frame[k] = f;
    }
    s.columns = network_take(a, (n + 1) * widest, sizeof(double));
    const int spanned = coordinates_of_matrix(net, 1).kind == IN_SPAN;
    s.basis = network_take(a, spanned ? n * net->cell->inputs : 0, sizeof(double));
    s.tau = network_take(a, n, sizeof(double));
    s.top = network_take(a, K + 1, sizeof *s.top);
    net->assembly = network_keep(a, &s, sizeof s);
    for (size_t k = 1; net->assembly && k <= K; k++) {
        s.at[k + 1] = s.at[k] + coordinates_of_matrix(net, k).count;
        if (!s.frame[k].a) s.frame[k].a = net->dense->a[k - 1];
    }
}

static void take_frames(tepui_network *net)
{
    assembly_state *s = net->assembly;
    const dense_state *c = net->dense;
    const size_t n = net->points;
    if (coordinates_of_matrix(net, 1).kind == IN_SPAN) network_coordinates(net, c->a[0], s->basis, s->frame[1].a);
    for (size_t k = 1; k <= net->layers; k++) {
        layer_frame *f = &s->frame[k];
        if (!f->Q) continue;
        matrix_frame(net->kernel, c->a[k - 1], n, width_in(net, k), s->columns, s->tau, f->Q, f->a);
        matrix_frame(net->kernel, c->delta[k], n, dense_width(net, k), s->columns, s->tau, NULL, f->delta);
    }
}

typedef struct {
    double *h;
    int64_t exponent;
    tepui_part part;
} target;

/* The largest exponent of the terms of block (k, l), to the size of their largest entry, raises its column's. */
static void find_exponent(const tepui_network *net, block_column *b, size_t k, size_t l, void *arg)
{
    const dense_state *c = net->dense;
    const target *t = arg;
    int64_t *top = &net->assembly->top[l];
    const size_t n = net->points;
    for (size_t p = 0; p < n; p++) {
        const int64_t right = c->a_exponent[(l - 1) * n + p];
        int64_t e;
        if (block_middle(net, b, k, l, p, t->part, &e) && e + c->a_exponent[(k - 1) * n + p] + right > *top)
            *top = e + c->a_exponent[(k - 1) * n + p] + right;
        if (t->part != TEPUI_GAUSS_NEWTON && block_chain(net, b, k, l, p, &e) &&
            e + c->delta_exponent[k * n + p] + right > *top)
            *top = e + c->delta_exponent[k * n + p] + right;
    }
}

/* left = of_C C[i] + of_M M[j]; either may be missing. */
static void combine(double *left, const double *C, double of_C, const double *M, double of_M, size_t n)
{
    if (C && M)
        for (size_t m = 0; m < n; m++) left[m] = of_C * C[m] + of_M * M[m];
    else if (C || M)
        for (size_t m = 0; m < n; m++) left[m] = C ? of_C * C[m] : of_M * M[m];
    else
        memset(left, 0, n * sizeof *left);
}

/* row[m][j'] += left[m] right[j'] */
static void add_row(double *row, const double *left, size_t rows, const double *right, size_t cols)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++) row[i * cols + j] += left[i] * right[j];
}

/* Block (k, l) of one point: C in scale of_C, M (turned) in scale of_M. */
static void add_point(const tepui_network *net, double *left, size_t k, size_t l, size_t p, const target *t,
                      const double *C, double of_C, const double *M, double of_M)
{
    const assembly_state *s = net->assembly;
    const layer_frame *f = &s->frame[k], *g = &s->frame[l];
    const size_t rows = dense_width(net, k), in = width_in(net, k), cols = dense_width(net, l),
                 size = s->at[net->layers + 1];
    const double *a = f->a + p * f->alpha, *delta = net->dense->delta[k] + p * rows, *right = g->a + p * g->alpha;
    double *row = t->h + s->at[k] * size + s->at[l];
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < f->alpha; j++, row += size) {
            combine(left, C ? C + i * cols : NULL, of_C * a[j], M ? M + j * cols : NULL, of_M * delta[i], cols);
            add_row(row, left, cols, right, g->alpha);
        }
    for (size_t b = 0; M && f->Q && b < f->alpha; b++)
        for (size_t j = f->alpha; j < in; j++, row += size) {
            combine(left, NULL, 0, M + j * cols, of_M * f->delta[p * f->alpha + b], cols);
            add_row(row, left, cols, right, g->alpha);
        }
}

static void add_block(const tepui_network *net, block_column *b, size_t k, size_t l, void *arg)
{
    const dense_state *c = net->dense;
    const target *t = arg;
    const size_t n = net->points, in = width_in(net, k), cols = dense_width(net, l);
    const double *Q = net->assembly->frame[k].Q;
    for (size_t p = 0; p < n; p++) {
        int64_t eC = 0, eM = 0;
        const double *C = block_middle(net, b, k, l, p, t->part, &eC);
        const double *M = t->part == TEPUI_GAUSS_NEWTON ? NULL : block_chain(net, b, k, l, p, &eM);
        const int64_t er = c->a_exponent[(l - 1) * n + p] - t->exponent;
        const double of_C = scaled_shift(1.0, eC + c->a_exponent[(k - 1) * n + p] + er);
        const double of_M = scaled_shift(1.0, eM + c->delta_exponent[k * n + p] + er);
        if (of_C == 0) C = NULL;
        if (of_M == 0) M = NULL;
        if (M && Q) {
            rows_matrix(net->kernel, 1, 1.0, Q, in, in, M, cols, b->turned);
            M = b->turned;
        }
        if (C || M) add_point(net, b->left, k, l, p, t, C, of_C, M, of_M);
    }
}

tepui_status assembly_make(tepui_network *net, tepui_part part, double *h, int64_t *exponent)
{
    tepui_status st;
    if (!net->by_units) return composed_assembly(net, part, h, exponent);
    assembly_state *s = net->assembly;
    const size_t K = net->layers, size = s->at[K + 1];
    target t = {h, ROWS_ZERO, part};
    for (size_t i = 0; i < size; i++) memset(h + i * size, 0, (i + 1) * sizeof *h);
    if (!net->dense->flat) blocks_gauss_newton(net, net->composed->root);
    for (size_t l = 1; l <= K; l++) s->top[l] = ROWS_ZERO;
    TEPUI_TRY(blocks_visit(net, find_exponent, &t));
    for (size_t l = 1; l <= K; l++) t.exponent = s->top[l] > t.exponent ? s->top[l] : t.exponent;
    if (t.exponent <= ROWS_ZERO / 2) t.exponent = 0;
    TEPUI_TRY(blocks_visit(net, add_block, &t));
    *exponent = t.exponent;
done:
    return st;
}

/* It has no coordinates (b, c). */
void assembly_gradient(tepui_network *net, double *g)
{
    if (!net->by_units) {
        composed_assembly_gradient(net, g);
        return;
    }
    const assembly_state *s = net->assembly;
    int64_t *e = net->dense->block_exponent;
    memset(g, 0, s->at[net->layers + 1] * sizeof *g);
    for (size_t k = 1; k <= net->layers; k++)
        e[k] = dense_gradient(net, k, s->frame[k].a, s->frame[k].alpha, g + s->at[k]);
    curvature_align(s->at, net->layers, e, g);
}

tepui_status tepui_network_hessian(tepui_network *net, tepui_part part, double *h, int64_t *exponent)
{
    const tepui_status st = moved_bend(net);
    return st == TEPUI_OK ? assembly_make(net, part, h, exponent) : st;
}

static tepui_status run(tepui_network *net)
{
    take_frames(net);
    return TEPUI_OK;
}

static const char *obstacle(const tepui_network *net)
{
    return assembly_is_made(net) ? engine_is_by_units(net) : "is not asked for";
}

static const network_engine *const before[] = {&engine_dense, &engine_blocks, &engine_backward, NULL};

const network_engine engine_assembly = {
    .name = "matrix of the Hessian",
    .gives = TEPUI_NEEDS_CURVATURE,
    .before = before,
    .obstacle = obstacle,
    .lay_out = lay_out,
    .run = run,
    .of_parameters = 1,
};
