/* seen.c -- products with the Hessian in the coordinates of its spectrum.

   A dense layer with fewer points n than units acts through R^out (x) A + D (x) R^in, A the span of its inputs and D
   that of the gradients at its output (assembly.c). Vectors V of that space are kept as C = V A^T (out x n) and E = D
   (V - C A) (n x in, rows across A), A and D with orthonormal rows: V = C A + D^T E, and lengths stay. Inputs that are
   data meet no E. Rows of A and D are 0 where a vector depends on those before it. Every other layer has its
   parameters.

   An entry whose row of the Hessian is 0 for certain (dead units, dependent points) is exactly 0 in every product, and
   in that with a random vector only such entries are: one product finds them. They are left out, and counted. */
#include "composed.h"
#include <ensemble/composition.h>
#include <string.h>

#define DEPENDENT 0x1p-42 /* of a vector's length: what is left of it is rounding */

typedef struct {
    size_t from, entries, out, in; /* its parameters, W_k (out x in) first where it has a frame */
    size_t at, size;               /* its part of a vector */
    double *A, *D, *keep;          /* n x in, n x out; without A the parameters, without D only C; columns of E */
    const double *x, *g;           /* the vectors they span */
} seen_block;

struct seen_state {
    size_t count, size;
    seen_block *block;
    double *mask; /* 1, or 0 where the row is 0 */
    double *direction, *product, *room, *left;
};

/* --- which layer has what */

/* The sizes of layer k; whether it has a frame, and reads data. */
static void describe(const tepui_network *net, size_t k, seen_block *b, int *framed, int *data)
{
    const size_t n = net->points;
    const tepui_layer t = composition_layer(net->cell, k);
    const int dense = t.rows && !t.own && t.in.space == 0 && t.out.space == 0;
    b->in = composed_seen(net, k);
    b->out = t.rows;
    b->entries = t.rows * b->in + t.own;
    *data = composed_reads_coordinates(net, k);
    *framed = dense && n < b->in && (*data || n < b->out);
    b->size = !*framed ? b->entries : n * b->out + (*data ? 0 : n * b->in);
}

static void attach(const tepui_network *net, size_t k, seen_block *b)
{
    b->x = net->composed->node[k].seen;
    b->g = net->composed->node[k].gy.m;
}

size_t seen_size(const tepui_network *net)
{
    size_t size = 0;
    if (net->spectrum && net->spectrum->seen) return net->spectrum->seen->size;
    for (size_t k = 1; k <= composition_count(net->cell); k++) {
        seen_block b;
        int framed, data;
        describe(net, k, &b, &framed, &data);
        size += b.size;
    }
    return size;
}

void seen_lay_out(const tepui_network *net, spectrum_state *spectrum, network_arena *a)
{
    const size_t n = net->points, count = composition_count(net->cell);
    size_t from = 0, at = 0, widest = 0;
    struct seen_state *s = network_take(a, 1, sizeof *s);
    seen_block *block = network_take(a, count + 1, sizeof *block);
    for (size_t k = 1; k <= count; k++) {
        seen_block b = {.from = from, .at = at};
        int framed, data;
        describe(net, k, &b, &framed, &data);
        b.A = framed ? network_take(a, n * b.in, sizeof(double)) : NULL;
        b.D = framed && !data ? network_take(a, n * b.out, sizeof(double)) : NULL;
        b.keep = framed ? network_take(a, b.in, sizeof(double)) : NULL;
        from += b.entries;
        widest = b.out > widest ? b.out : widest;
        at += b.size;
        if (!block) continue; /* the first pass counts only */
        attach(net, k, &b);
        block[k] = b;
    }
    double *mask = network_take(a, at, sizeof(double)), *direction = network_take(a, from, sizeof(double));
    double *product = network_take(a, from, sizeof(double)), *room = network_take(a, n * n, sizeof(double));
    double *left = network_take(a, n * widest, sizeof(double));
    if (s) *s = (struct seen_state){count, at, block, mask, direction, product, room, left};
    spectrum->seen = s;
}

/* --- frames */

static void span(const tepui_network *net, const double *x, size_t d, double *q)
{
    network_span(net->kernel, x, net->points, d, DEPENDENT, q, NULL);
}

/* out (rows x cols) = factor A B, added to what is there if `more`; A and B as they are or turned. */
static void multiply(const tepui_kernels *kernel, int turned, const double *a, int across, const double *b, size_t rows,
                     size_t inner, size_t cols, double factor, int more, double *out)
{
    if (across && !turned && cols == 1 && factor == 1 && !more) { /* one point */
        kernel->gemv(a, rows, inner, b, inner, 1, out, rows);
        return;
    }
    if (!more) memset(out, 0, rows * cols * sizeof *out);
    if (!across && !turned && rows == 1 && factor == 1)
        kernel->gemv_t(b, inner, cols, a, inner, 1, out, cols);
    else
        kernel->gemm(factor, a, turned ? 1 : inner, turned ? rows : 1, b, across ? 1 : cols, across ? inner : 1, rows,
                     inner, cols, out, cols);
}

/* E less its part along A. */
static void across(const tepui_kernels *kernel, const struct seen_state *s, const seen_block *b, size_t n, double *E)
{
    multiply(kernel, 0, E, 1, b->A, n, b->in, n, 1, 0, s->room);
    multiply(kernel, 0, s->room, 0, b->A, n, n, b->in, -1, 1, E);
}

/* Parts of E along A, which only rounding leaves, meet nothing: the operator stays symmetric. */
static void lift(const tepui_kernels *kernel, const struct seen_state *s, const seen_block *b, size_t n,
                 const double *from, double *v)
{
    const double *E = from + n * b->out;
    if (!b->A) {
        memcpy(v, from, b->entries * sizeof *v);
        return;
    }
    memcpy(s->left, from, n * b->out * sizeof *from);
    if (b->D) {
        multiply(kernel, 0, E, 1, b->A, n, b->in, n, 1, 0, s->room);
        multiply(kernel, 1, b->D, 0, s->room, b->out, n, n, -1, 1, s->left);
    }
    multiply(kernel, 0, s->left, 0, b->A, b->out, n, b->in, 1, 0, v);
    if (b->D) multiply(kernel, 1, b->D, 0, E, b->out, n, b->in, 1, 1, v);
}

static void project(const tepui_kernels *kernel, const struct seen_state *s, const seen_block *b, size_t n,
                    const double *v, double *to)
{
    double *E = to + n * b->out;
    if (!b->A) {
        memcpy(to, v, b->entries * sizeof *v);
        return;
    }
    multiply(kernel, 0, v, 1, b->A, b->out, b->in, n, 1, 0, to);
    if (!b->D) return;
    multiply(kernel, 0, b->D, 0, v, n, b->out, b->in, 1, 0, E);
    across(kernel, s, b, n, E);
}

tepui_status seen_product(tepui_network *net, const double *x, double *y, int64_t *exponent)
{
    const struct seen_state *s = net->spectrum->seen;
    for (size_t k = 1; k <= s->count; k++)
        lift(net->kernel, s, &s->block[k], net->points, x + s->block[k].at, s->direction + s->block[k].from);
    const tepui_status st = tepui_network_hessian_product(net, TEPUI_HESSIAN, s->direction, s->product, exponent);
    for (size_t k = 1; st == TEPUI_OK && k <= s->count; k++)
        project(net->kernel, s, &s->block[k], net->points, s->product + s->block[k].from, y + s->block[k].at);
    return st;
}

/* --- rows that are 0 */

static int is_zero(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] != 0) return 0;
    return 1;
}

/* Rows and columns of E are left out as a whole, columns only where A is 0 too, so that E stays across A; how many
   dimensions are left. */
static size_t mask_across(const seen_block *b, size_t n, double *mask)
{
    size_t alpha = 0, beta = 0, columns = 0;
    for (size_t c = 0; c < b->in; c++) {
        int any = 0;
        for (size_t p = 0; p < n && !any; p++) any = mask[p * b->in + c] != 0 || b->A[p * b->in + c] != 0;
        columns += (size_t)any;
        b->keep[c] = any;
    }
    for (size_t p = 0; p < n; p++) {
        double *row = mask + p * b->in;
        const int none = is_zero(row, b->in);
        alpha += !is_zero(b->A + p * b->in, b->in);
        beta += !none;
        for (size_t c = 0; c < b->in; c++) row[c] = none ? 0 : b->keep[c];
    }
    return beta * (columns - alpha);
}

/* C is made from V by rounding: what is that small beside its row of V is 0. */
static void flush(const tepui_kernels *kernel, const seen_block *b, size_t n, const double *v, double *C)
{
    for (size_t i = 0; i < b->out; i++) {
        const double floor = DEPENDENT * sqrt(kernel->sumsq(v + i * b->in, b->in));
        for (size_t j = 0; j < n; j++)
            if (fabs(C[i * n + j]) <= floor) C[i * n + j] = 0;
    }
}

/* The product with a random vector becomes 1 where it is not 0. */
static size_t mask_block(const tepui_network *net, const seen_block *b)
{
    const struct seen_state *s = net->spectrum->seen;
    const size_t n = net->points, own = b->A ? n * b->out : b->size;
    double *mask = s->mask + b->at;
    size_t left = 0;
    if (b->A) flush(net->kernel, b, n, s->product + b->from, mask);
    for (size_t i = 0; i < own; i++) {
        mask[i] = mask[i] != 0;
        left += mask[i] != 0;
    }
    return b->D ? left + mask_across(b, n, mask + own) : left;
}

/* Frames of this sample, and what of them is left. */
static tepui_status find_frames(tepui_network *net, const double *x, size_t *dimension)
{
    const struct seen_state *s = net->spectrum->seen;
    int64_t e;
    for (size_t k = 1; k <= s->count; k++) {
        const seen_block *b = &s->block[k];
        if (b->D)
            span(net, b->x, b->in, b->A), span(net, b->g, b->out, b->D);
        else if (b->A)
            network_coordinates(net, b->x, b->A, s->room);
    }
    const tepui_status st = seen_product(net, x, s->mask, &e);
    *dimension = 0;
    for (size_t k = 1; st == TEPUI_OK && k <= s->count; k++) *dimension += mask_block(net, &s->block[k]);
    return st;
}

void seen_constrain(tepui_network *net, double *x)
{
    const struct seen_state *s = net->spectrum->seen;
    for (size_t i = 0; i < s->size; i++) x[i] *= s->mask[i];
    for (size_t k = 1; k <= s->count; k++)
        if (s->block[k].D)
            across(net->kernel, s, &s->block[k], net->points, x + s->block[k].at + net->points * s->block[k].out);
}

tepui_status seen_start(tepui_network *net, double *x, size_t *dimension)
{
    const tepui_status st = find_frames(net, x, dimension);
    if (st == TEPUI_OK) seen_constrain(net, x);
    return st;
}
