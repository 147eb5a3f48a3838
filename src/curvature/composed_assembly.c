/* composed_assembly.c -- the Hessian of a composed net as a matrix, column by column from products with unit vectors.

   A dense layer enters the loss through W x_p only, so its part of the Hessian lives in R^out (x) A + D (x) R^in, A the
   span of its inputs x_p and D that of the gradients g_p at its output (assembly.c), whatever stands around it. With
   fewer points n than units the unit vectors are e_i (x) q_j, j < n, and d_b (x) q_c, c >= n, with orthogonal q whose
   first n span A and d whose first n span D: out n + n (in - n) of them in place of out in. Other layers have their
   parameters themselves. Columns of layer k need nothing of the layers behind it; the matrix is symmetric. */
#include "composed.h"
#include "sums.h"
#include <base/larger.h>
#include <matrix/matrix.h>
#include <string.h>

typedef struct {
    double *Q, *D; /* in x in, out x out, basis vectors as columns; NULL: the entries themselves */
} frame;

struct composed_assembly {
    frame *frame; /* [count + 1] */
    size_t *at;   /* [count + 2]: where a layer's coordinates begin */
    double *direction, *product, *turned;
    double *column[2];
    double *columns, *tau, *unused; /* of the decomposition */
    int64_t *exponent;              /* [size]: of a column */
};

static void lay_out(tepui_network *net, network_arena *a)
{
    const tepui_composition *m = net->cell->composition;
    const size_t n = net->points, size = assembly_size(net);
    size_t block = 0, side = 1;
    struct composed_assembly s = {0};
    s.frame = network_take(a, m->count + 1, sizeof *s.frame);
    s.at = network_take(a, m->count + 2, sizeof *s.at);
    for (size_t k = 1; k <= m->count; k++) {
        const layer_coordinates c = coordinates_of_layer(net, k);
        frame f = {NULL, NULL};
        block = larger(block, composed_parameters(net, k));
        if (c.kind != IN_ENTRIES) {
            const size_t left = c.kind == IN_SPAN ? 0 : c.out * c.out;
            double *Q = network_take(a, c.in * c.in, sizeof(double)), *D = network_take(a, left, sizeof(double));
            f = (frame){Q, left ? D : NULL};
            side = larger(side, larger(c.in, c.out));
        }
        if (!s.frame) continue;
        s.frame[k] = f;
        s.at[k + 1] = s.at[k] + c.count;
    }
    s.direction = network_take(a, block, sizeof(double));
    s.turned = network_take(a, block, sizeof(double));
    s.product = network_take(a, composed_all_parameters(net), sizeof(double));
    for (int i = 0; i < 2; i++) s.column[i] = network_take(a, size, sizeof(double));
    s.columns = network_take(a, n * side, sizeof(double));
    s.tau = network_take(a, n, sizeof(double));
    s.unused = network_take(a, n * n, sizeof(double));
    s.exponent = network_take(a, size, sizeof(int64_t));
    struct composed_assembly *kept = network_keep(a, &s, sizeof s);
    if (kept) net->composed->assembly = kept;
}

static void take_frames(tepui_network *net)
{
    struct composed_assembly *s = net->composed->assembly;
    for (size_t k = 1; k <= net->composed->m->count; k++) {
        const layer_node *n = &net->composed->node[k];
        const frame *f = &s->frame[k];
        if (!f->Q) continue;
        matrix_frame(net->kernel, n->seen, net->points, n->seen_size, s->columns, s->tau, f->Q, s->unused);
        if (f->D) matrix_frame(net->kernel, n->gy.m, net->points, n->t->rows, s->columns, s->tau, f->D, s->unused);
    }
}

/* composed_parameters(), of a net that is laid out. */
static size_t parameters_at(const tepui_network *net, size_t k)
{
    return net->composed->at[k + 1] - net->composed->at[k];
}

/* The unit vector of coordinate i of layer k. */
static void set_direction(const tepui_network *net, size_t k, size_t i, double *v)
{
    const frame *f = &net->composed->assembly->frame[k];
    const size_t n = net->points, in = net->composed->node[k].seen_size, out = net->composed->node[k].t->rows;
    memset(v, 0, parameters_at(net, k) * sizeof *v);
    if (!f->Q) {
        v[i] = 1;
    } else if (i < out * n) {
        for (size_t j = 0; j < in; j++) v[i / n * in + j] = f->Q[j * in + i % n];
    } else {
        const size_t b = (i - out * n) / (in - n), c = n + (i - out * n) % (in - n);
        for (size_t r = 0; r < out; r++)
            for (size_t j = 0; j < in; j++) v[r * in + j] = f->D[r * out + b] * f->Q[j * in + c];
    }
}

/* Coordinates of a block g of layer k. */
static void project(const tepui_network *net, size_t k, const double *g, double *to)
{
    struct composed_assembly *s = net->composed->assembly;
    const frame *f = &s->frame[k];
    const size_t n = net->points, in = net->composed->node[k].seen_size, out = net->composed->node[k].t->rows;
    if (!f->Q) {
        memcpy(to, g, parameters_at(net, k) * sizeof *to);
        return;
    }
    rows_matrix(net->kernel, 0, 1.0, g, out, in, f->Q, in, s->turned);
    for (size_t i = 0; i < out; i++) memcpy(to + i * n, s->turned + i * in, n * sizeof *to);
    if (!f->D) return;
    to += out * n;
    memset(to, 0, n * (in - n) * sizeof *to);
    for (size_t i = 0; i < out; i++)
        for (size_t b = 0; b < n; b++) {
            const double d = f->D[i * out + b];
            for (size_t c = n; c < in; c++) to[b * (in - n) + c - n] += d * s->turned[i * in + c];
        }
}

/* Entries 0..c of column c, in layer k; the exponent of zeros is ROWS_ZERO, so that they hide no other part. */
static tepui_status column(tepui_network *net, tepui_part part, size_t k, size_t c, double *to, int64_t *e)
{
    struct composed_assembly *s = net->composed->assembly;
    set_direction(net, k, c - s->at[k], s->direction);
    const tepui_status st = composed_product_at(net, part, k, s->direction, s->product, e);
    for (size_t j = 1; st == TEPUI_OK && j <= k; j++)
        if (s->at[j] < s->at[j + 1]) project(net, j, s->product + net->composed->at[j], to + s->at[j]);
    if (st == TEPUI_OK && net->kernel->maxabs(to, c + 1) == 0) *e = ROWS_ZERO;
    return st;
}

tepui_status composed_assembly(tepui_network *net, tepui_part part, double *h, int64_t *exponent)
{
    struct composed_assembly *s = net->composed->assembly;
    const size_t size = s->at[net->composed->m->count + 1];
    int64_t top = ROWS_ZERO;
    for (size_t k = 1; k <= net->composed->m->count; k++)
        for (size_t c = s->at[k]; c < s->at[k + 1]; c++) {
            /* a whole layer of entries is written: what lies above the diagonal goes to the side */
            const tepui_status st = column(net, part, k, c, s->column[0], &s->exponent[c]);
            if (st != TEPUI_OK) return st;
            memcpy(h + c * size, s->column[0], (c + 1) * sizeof *h);
            top = s->exponent[c] > top ? s->exponent[c] : top;
        }
    *exponent = top <= ROWS_ZERO / 2 ? 0 : top;
    for (size_t c = 0; c < size; c++)
        if (s->exponent[c] != *exponent)
            net->kernel->scale(h + c * size, scaled_shift(1.0, s->exponent[c] - *exponent), c + 1);
    return TEPUI_OK;
}

void composed_assembly_gradient(tepui_network *net, double *g)
{
    struct composed_assembly *s = net->composed->assembly;
    int64_t e;
    tepui_network_loss_gradient(net, s->product, &e);
    for (size_t k = 1; k <= net->composed->m->count; k++)
        if (s->at[k] < s->at[k + 1]) project(net, k, s->product + net->composed->at[k], g + s->at[k]);
}

/* --- norms and traces */

void composed_sizes_begin(tepui_network *net, size_sums sum[3])
{
    const size_t cells = (net->layers + 1) * (net->layers + 1);
    memset(sum, 0, 3 * sizeof *sum);
    for (int part = 0; net->needs & TEPUI_NEEDS_BLOCKS && part < 3; part++)
        memset(net->blocks->ln_block[part], 0, cells * sizeof(scaled));
}

scaled *composed_sizes_block(tepui_network *net, tepui_part part, size_t k, size_t l)
{
    return (scaled *)(void *)net->blocks->ln_block[part] + k * (net->layers + 1) + l;
}

/* Sums become logarithms, in place: a scaled number is two doubles wide. */
void composed_sizes_end(tepui_network *net, const size_sums sum[3])
{
    const size_t cells = (net->layers + 1) * (net->layers + 1);
    for (int part = 0; part < 3; part++) {
        const size_sums *s = &sum[part];
        net->blocks->size[part] = sums_size(s->square, s->diagonal, s->trace);
        double *ln = net->blocks->ln_block[part];
        const scaled *block = (const scaled *)(const void *)ln;
        for (size_t i = 0; net->needs & TEPUI_NEEDS_BLOCKS && i < cells; i++) ln[i] = 0.5 * sums_ln_abs(block[i]);
    }
}

/* Entries of column c (layer k) with the units of the layers before it. */
static void add_column(tepui_network *net, tepui_part part, size_t k, size_t c, const double *x, int64_t e,
                       size_sums *sum)
{
    const struct composed_assembly *s = net->composed->assembly;
    const tepui_composition *m = net->composed->m;
    for (size_t j = 1; j <= k; j++) {
        const size_t first = s->at[j], end = j == k ? c : s->at[j + 1];
        const double off = end > first ? net->kernel->sumsq(x + first, end - first) : 0;
        const double own = j == k ? x[c] * x[c] : 0;
        const int same = m->layer[j].unit == m->layer[k].unit;
        sums_add(&sum->square, (scaled){2 * off + own, 2 * e});
        if (same) sums_add(&sum->diagonal, (scaled){2 * off + own, 2 * e});
        if (!(net->needs & TEPUI_NEEDS_BLOCKS)) continue;
        sums_add(composed_sizes_block(net, part, m->layer[k].unit, m->layer[j].unit),
                 (scaled){same ? 2 * off + own : off, 2 * e});
    }
    sums_add(&sum->trace, (scaled){x[c], e});
}

static tepui_status sizes(tepui_network *net)
{
    struct composed_assembly *s = net->composed->assembly;
    size_sums sum[3];
    composed_sizes_begin(net, sum);
    for (size_t k = 1; k <= net->composed->m->count; k++)
        for (size_t c = s->at[k]; c < s->at[k + 1]; c++) {
            int64_t e[2] = {0, 0};
            for (int part = TEPUI_GAUSS_NEWTON; part <= TEPUI_RESIDUAL; part++) {
                double *x = s->column[part - 1];
                const tepui_status st = column(net, part, k, c, x, &e[part - 1]);
                if (st != TEPUI_OK) return st;
                add_column(net, part, k, c, x, e[part - 1], &sum[part]);
            }
            rows_add(s->column[0], &e[0], s->column[1], e[1], c + 1);
            add_column(net, TEPUI_HESSIAN, k, c, s->column[0], e[0], &sum[TEPUI_HESSIAN]);
        }
    composed_sizes_end(net, sum);
    return TEPUI_OK;
}

/* --- engines */

static tepui_status run(tepui_network *net)
{
    take_frames(net);
    return TEPUI_OK;
}

static const network_engine *const derivatives[] = {&engine_curvature, &engine_backward, NULL};

const network_engine engine_composed_frames = {
    .name = "frames, composed",
    .before = derivatives,
    .obstacle = engine_is_by_layers,
    .lay_out = lay_out,
    .run = run,
    .of_parameters = 1,
};

static const char *obstacle(const tepui_network *net)
{
    return assembly_is_made(net) ? engine_is_by_layers(net) : "is not asked for";
}

static const network_engine *const frames[] = {&engine_composed_frames, NULL};

const network_engine engine_composed_assembly = {
    .name = "matrix of the Hessian, composed",
    .gives = TEPUI_NEEDS_CURVATURE,
    .before = frames,
    .obstacle = obstacle,
};

/* A product with every coordinate, for G and for R. */
static double cost(const tepui_network *net, double products)
{
    (void)products;
    return 2 * (double)assembly_size(net) * spectrum_column_cost(net);
}

const network_engine engine_columns = {
    .name = "columns of the Hessian",
    .gives = TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS,
    .before = frames,
    .obstacle = engine_is_by_layers,
    .lay_out = blocks_lay_out_sizes,
    .run = sizes,
    .read = blocks_read,
    .cost = cost,
};
