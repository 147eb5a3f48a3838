/* transported.c -- norms and traces of the Hessian, of G and of R, and of their blocks, of any layers that do not mix
   points.

   A dense layer k enters the loss through u_p = V x_p alone, so the rows of layers l >= k in its columns are linear in
   the u_p of the points:
       (H V)_l = sum over p of C_p u_p (x) x_lp + g_lp (x) M_p u_p,   M_p = d x_lp / d y_kp,  C_p = d g_lp / d y_kp,
   g the gradients at the outputs; C has a part of G and one of R, the M term is of R. One forward and two reverse
   passes for every unit i of layer k carry u_p = e_i of all points at once; from them, with e_i (x) q_j for columns and
   x_kp . x_kq for the sum over j, the squares of the block are sums over pairs of points of products of three inner
   products (gram.c has the same of whole blocks). Where these cancel, and where layer l has other parameters than a
   matrix, the entries are formed one j after the other. Columns of other parameters are one pass each.

   Layers before k are left to their own columns: H is symmetric. */
#include "composed.h"
#include <base/larger.h>
#include <ensemble/composition.h>
#include <matrix/matrix.h>
#include <string.h>

/* What pairs of points are worth at a dense layer: unit rows but for a factor, their exponents, inner products. */
typedef struct {
    int dense;
    double *x, *g; /* points x (inputs seen, outputs) */
    int64_t *x_exponent, *g_exponent;
    double *xx, *gg;    /* points x points */
    double *coordinate; /* of the inputs in a basis of their span: points x rank */
    size_t rank;
} pair_layer;

/* Three families of rows, one row a point: dg of G, dg of R, dx; normalised. */
enum { OF_G, OF_R, OF_M, FAMILIES };
typedef struct {
    pair_layer *layer;      /* [count + 1] */
    tepui_rows *gauss;      /* [count + 1]: dgy of G, kept while R is on its way */
    double *row[FAMILIES];  /* points x widest */
    int64_t *e[FAMILIES];   /* of the terms: with those of x_k, and of x_l or g_l */
    double *factor;         /* [2 points]: of a pair */
    double *inner, *other;  /* points x points */
    tepui_rows dg, dx;      /* of one coordinate */
    double *part[2], *unit; /* of a layer's parameters */
    double *reflection, *tau;
} transport;

static transport *state_of(const tepui_network *net)
{
    return engine_state(net, &engine_transported);
}

static pair_layer take_layer(const tepui_network *net, size_t k, network_arena *a)
{
    const tepui_layer *t = &net->cell->composition->layer[k];
    const size_t n = net->points, in = composed_seen(net, k), out = t->rows;
    pair_layer l = {.dense = composition_is_matrix(t), .rank = n < in ? n : in};
    if (!l.dense) return l;
    l.x = network_take(a, n * in, sizeof(double));
    l.g = network_take(a, n * out, sizeof(double));
    l.x_exponent = network_take(a, n, sizeof(int64_t));
    l.g_exponent = network_take(a, n, sizeof(int64_t));
    l.xx = network_take(a, n * n, sizeof(double));
    l.gg = network_take(a, n * n, sizeof(double));
    l.coordinate = network_take(a, n < in ? n * n : 0, sizeof(double));
    return l;
}

static void lay_out(tepui_network *net, network_arena *a)
{
    const tepui_composition *m = net->cell->composition;
    const size_t n = net->points, widest = m->widest;
    size_t block = 0;
    transport *s = network_take(a, 1, sizeof *s), unused;
    if (!s) s = &unused;
    blocks_lay_out_sizes(net, a);
    s->layer = network_take(a, m->count + 1, sizeof *s->layer);
    s->gauss = network_take(a, m->count + 1, sizeof *s->gauss);
    for (size_t k = 1; k <= m->count; k++) {
        const pair_layer l = take_layer(net, k, a);
        const tepui_rows rows = composed_take_rows(a, n, tepui_shape_size(&m->layer[k].out));
        block = larger(block, composed_parameters(net, k));
        if (s == &unused) continue;
        s->layer[k] = l;
        s->gauss[k] = rows;
    }
    for (int f = 0; f < FAMILIES; f++) s->row[f] = network_take(a, n * widest, sizeof(double));
    for (int f = 0; f < FAMILIES; f++) s->e[f] = network_take(a, n, sizeof(int64_t));
    s->factor = network_take(a, 2 * n, sizeof(double));
    s->inner = network_take(a, n * n, sizeof(double));
    s->other = network_take(a, n * n, sizeof(double));
    s->dg = composed_take_rows(a, n, widest);
    s->dx = composed_take_rows(a, n, widest);
    for (int i = 0; i < 2; i++) s->part[i] = network_take(a, block, sizeof(double));
    s->unit = network_take(a, block, sizeof(double));
    s->reflection = network_take(a, n * widest, sizeof(double));
    s->tau = network_take(a, n, sizeof(double));
    if (s != &unused) engine_set_state(net, &engine_transported, s);
}

/* --- what is the same for all columns of a sample */

static void prepare(tepui_network *net, size_t k)
{
    transport *s = state_of(net);
    pair_layer *l = &s->layer[k];
    const layer_node *n = &net->composed->node[k];
    const size_t points = net->points, in = n->seen_size, out = n->t->rows;
    if (!l->dense) return;
    for (size_t p = 0; p < points; p++) {
        l->x_exponent[p] = sums_normalise(net->kernel, n->seen + p * in, in, n->x.e[p], l->x + p * in);
        l->g_exponent[p] = sums_normalise(net->kernel, n->gy.m + p * out, out, n->gy.e[p], l->g + p * out);
    }
    sums_inner_products(net->kernel, l->x, l->x, points, in, l->xx);
    sums_inner_products(net->kernel, l->g, l->g, points, out, l->gg);
    if (points < in)
        matrix_frame(net->kernel, l->x, points, in, s->reflection, s->tau, NULL, l->coordinate);
    else
        l->coordinate = l->x;
}

/* --- sums */

/* A column as its rows come by, of parameter c of layer k (dense: of unit c, whose coordinates are all in it). */
typedef struct {
    size_t k, c;
    const double *v; /* NULL: dense */
    size_sums sum[3];
} column;

/* The square of what column q of layer k has in layer l, of one part. */
static void add_square(tepui_network *net, column *q, size_t l, tepui_part part, scaled x)
{
    const tepui_composition *m = net->composed->m;
    const size_t unit = m->layer[l].unit, own = m->layer[q->k].unit;
    scaled whole = x;
    if (l != q->k) whole.s *= 2; /* and the block on the other side of the diagonal */
    sums_add(&q->sum[part].square, whole);
    if (unit == own) sums_add(&q->sum[part].diagonal, whole);
    if (net->needs & TEPUI_NEEDS_BLOCKS) sums_add(composed_sizes_block(net, part, unit, own), unit == own ? whole : x);
}

static void add_trace(column *q, tepui_part part, double x, int64_t e)
{
    sums_add(&q->sum[part].trace, (scaled){x, e});
    sums_add(&q->sum[TEPUI_HESSIAN].trace, (scaled){x, e});
}

/* --- entries */

static scaled square_of(const tepui_kernels *kernel, const double *x, size_t n, int64_t e)
{
    return (scaled){kernel->sumsq(x, n), 2 * e};
}

/* Rows of G and R in the layer of n for the tangents and gradients of node n and those of G; squares to sum[3]. */
static void add_entries(tepui_network *net, column *q, layer_node *n, tepui_rows gauss, scaled sum[3])
{
    transport *s = state_of(net);
    const size_t size = n->t->rows * n->seen_size + n->t->own;
    const double *v = n->t == net->composed->node[q->k].t ? q->v : NULL;
    const tepui_rows residual = n->dgy;
    int64_t e[2];
    n->dgy = gauss;
    e[0] = n->t->type->gradient_tangent(n, v, 0, s->part[0]);
    n->dgy = residual;
    e[1] = n->t->type->gradient_tangent(n, v, 1, s->part[1]);
    if (v) add_trace(q, TEPUI_GAUSS_NEWTON, s->part[0][q->c], e[0]);
    if (v) add_trace(q, TEPUI_RESIDUAL, s->part[1][q->c], e[1]);
    sums_add(&sum[TEPUI_GAUSS_NEWTON], square_of(net->kernel, s->part[0], size, e[0]));
    sums_add(&sum[TEPUI_RESIDUAL], square_of(net->kernel, s->part[1], size, e[1]));
    rows_add(s->part[0], &e[0], s->part[1], e[1], size);
    sums_add(&sum[TEPUI_HESSIAN], square_of(net->kernel, s->part[0], size, e[0]));
}

/* to = rows of x, each times its coordinate j at layer k */
static void weigh(const tepui_network *net, size_t k, size_t j, tepui_rows x, size_t size, tepui_rows to)
{
    const pair_layer *l = &state_of(net)->layer[k];
    for (size_t p = 0; p < net->points; p++) {
        const double factor = l->coordinate[p * l->rank + j];
        for (size_t i = 0; i < size; i++) to.m[p * size + i] = factor * x.m[p * size + i];
        to.e[p] = x.e[p] + l->x_exponent[p];
        rows_settle(net->kernel, to.m + p * size, size, &to.e[p]);
    }
}

/* One coordinate of the inputs of layer k after the other. */
static void entries(tepui_network *net, column *q, size_t l, scaled sum[3])
{
    transport *s = state_of(net);
    layer_node n = net->composed->node[l];
    const tepui_rows dgy = n.dgy, dx = n.dx;
    const size_t in = layer_in(&n), out = layer_out(&n);
    n.dgy = s->dg;
    n.dx = s->dx;
    for (size_t j = 0; j < s->layer[q->k].rank; j++) {
        tepui_rows gauss = {s->row[OF_G], s->e[OF_G]};
        weigh(net, q->k, j, s->gauss[l], out, gauss);
        weigh(net, q->k, j, dgy, out, s->dg);
        weigh(net, q->k, j, dx, in, s->dx);
        add_entries(net, q, &n, gauss, sum);
    }
}

/* --- pairs of points */

/* Rows of a family, normalised; their exponents with those of the inputs of layer k and the other factor of the term.
 */
static void take_family(tepui_network *net, size_t k, int family, tepui_rows rows, size_t size, const int64_t *with)
{
    transport *s = state_of(net);
    const int64_t *own = s->layer[k].x_exponent;
    for (size_t p = 0; p < net->points; p++)
        s->e[family][p] = sums_normalise(net->kernel, rows.m + p * size, size, rows.e[p], s->row[family] + p * size) +
                          own[p] + with[p];
}

static int64_t top_of(const int64_t *e, size_t n)
{
    int64_t top = e[0];
    for (size_t p = 1; p < n; p++) top = e[p] > top ? e[p] : top;
    return top;
}

/* Sum over pairs p, q of the three products, times 2^(e_p + f_q); the sum of the sizes of its terms joins *size. */
static scaled sum_pairs(const tepui_network *net, const int64_t *e, const int64_t *f, const double *a, const double *b,
                        const double *c, scaled *size)
{
    const transport *s = state_of(net);
    const size_t n = net->points;
    const int64_t top[2] = {top_of(e, n), top_of(f, n)};
    double sum = 0, sizes = 0;
    if (top[0] < ROWS_ZERO / 2 || top[1] < ROWS_ZERO / 2) return (scaled){0, 0};
    for (size_t p = 0; p < n; p++) {
        s->factor[p] = scaled_shift(1.0, e[p] - top[0]);
        s->factor[n + p] = scaled_shift(1.0, f[p] - top[1]);
    }
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++) {
            const double term = s->factor[p] * s->factor[n + q] * a[p * n + q] * b[p * n + q] * c[p * n + q];
            sum += term;
            sizes += fabs(term);
        }
    sums_add(size, (scaled){sizes, top[0] + top[1]});
    return (scaled){sum, top[0] + top[1]};
}

/* (C, C') of two families of gradients. */
static scaled gradients(tepui_network *net, size_t k, size_t l, int f, int h, scaled *size)
{
    transport *s = state_of(net);
    const size_t out = net->composed->node[l].t->rows;
    sums_inner_products(net->kernel, s->row[f], s->row[h], net->points, out, s->inner);
    return sum_pairs(net, s->e[f], s->e[h], s->layer[k].xx, s->layer[l].xx, s->inner, size);
}

/* (C, M): products of dg_p with g_q and of x_p with dx_q. */
static scaled gradients_with_tangents(tepui_network *net, size_t k, size_t l, int f, scaled *size)
{
    transport *s = state_of(net);
    const layer_node *n = &net->composed->node[l];
    sums_inner_products(net->kernel, s->row[f], s->layer[l].g, net->points, n->t->rows, s->inner);
    sums_inner_products(net->kernel, s->layer[l].x, s->row[OF_M], net->points, n->seen_size, s->other);
    return sum_pairs(net, s->e[f], s->e[OF_M], s->layer[k].xx, s->inner, s->other, size);
}

static scaled tangents(tepui_network *net, size_t k, size_t l, scaled *size)
{
    transport *s = state_of(net);
    const size_t in = net->composed->node[l].seen_size;
    sums_inner_products(net->kernel, s->row[OF_M], s->row[OF_M], net->points, in, s->inner);
    return sum_pairs(net, s->e[OF_M], s->e[OF_M], s->layer[k].xx, s->layer[l].gg, s->inner, size);
}

/* The squares of G, R and H in layer l from pairs; 0: some of them cancel. */
static int pairs(tepui_network *net, size_t k, size_t l, scaled sum[3])
{
    transport *s = state_of(net);
    const layer_node *n = &net->composed->node[l];
    const pair_layer *with = &s->layer[l];
    const int chain = l > k && n->t->from > 0;
    scaled size[3] = {{0, 0}, {0, 0}, {0, 0}}, of[3], both;
    take_family(net, k, OF_G, s->gauss[l], n->t->rows, with->x_exponent);
    take_family(net, k, OF_R, n->dgy, n->t->rows, with->x_exponent);
    if (chain) take_family(net, k, OF_M, n->dx, n->seen_size, with->g_exponent);
    of[TEPUI_GAUSS_NEWTON] = gradients(net, k, l, OF_G, OF_G, &size[TEPUI_GAUSS_NEWTON]);
    of[TEPUI_RESIDUAL] = gradients(net, k, l, OF_R, OF_R, &size[TEPUI_RESIDUAL]);
    both = gradients(net, k, l, OF_G, OF_R, &size[TEPUI_HESSIAN]);
    if (chain) {
        scaled cross = gradients_with_tangents(net, k, l, OF_R, &size[TEPUI_RESIDUAL]);
        cross.s *= 2;
        sums_add(&of[TEPUI_RESIDUAL], cross);
        sums_add(&of[TEPUI_RESIDUAL], tangents(net, k, l, &size[TEPUI_RESIDUAL]));
        sums_add(&both, gradients_with_tangents(net, k, l, OF_G, &size[TEPUI_HESSIAN]));
    }
    both.s *= 2;
    sums_add(&both, of[TEPUI_GAUSS_NEWTON]);
    sums_add(&both, of[TEPUI_RESIDUAL]);
    of[TEPUI_HESSIAN] = both;
    sums_add(&size[TEPUI_HESSIAN], size[TEPUI_GAUSS_NEWTON]);
    sums_add(&size[TEPUI_HESSIAN], size[TEPUI_RESIDUAL]);
    for (int part = 0; part < 3; part++)
        if (sums_have_cancelled(of[part], size[part])) return 0;
    for (int part = 0; part < 3; part++) sum[part] = of[part];
    return 1;
}

/* --- columns */

static void keep_gauss_newton(tepui_network *net, size_t l, void *arg)
{
    const layer_node *n = &net->composed->node[l];
    (void)arg;
    layer_copy(n, n->dgy, state_of(net)->gauss[l], layer_out(n));
}

/* The diagonal entry of a parameter; of a unit, those of all its coordinates. */
static void take_diagonal(tepui_network *net, column *q, tepui_part part, tepui_rows dg)
{
    const pair_layer *l = &state_of(net)->layer[q->k];
    const size_t n = net->points, out = layer_out(&net->composed->node[q->k]);
    for (size_t p = 0; p < n; p++)
        add_trace(q, part, l->xx[p * (n + 1)] * dg.m[p * out + q->c], dg.e[p] + 2 * l->x_exponent[p]);
}

static void add_layer(tepui_network *net, size_t l, void *arg)
{
    column *q = arg;
    transport *s = state_of(net);
    layer_node *n = &net->composed->node[l];
    scaled sum[3] = {{0, 0}, {0, 0}, {0, 0}};
    if (n->t->rows * n->seen_size + n->t->own == 0) return;
    if (q->v)
        add_entries(net, q, n, s->gauss[l], sum);
    else if (!s->layer[l].dense || !pairs(net, q->k, l, sum))
        entries(net, q, l, sum);
    for (int part = 0; part < 3; part++) add_square(net, q, l, part, sum[part]);
}

/* Tangents behind layer k, whose own output is there; then G and R on their way back. */
static tepui_status follow(tepui_network *net, column *q)
{
    composed_state *s = net->composed;
    const composed_direction no_direction = {NULL, 0}; /* it is in the tangents */
    tepui_status st;
    composed_tangent(net, q->k + 1, s->m->count, NULL);
    curvature_through_loss(net, TEPUI_GAUSS_NEWTON);
    TEPUI_TRY(composed_reverse_tangent(net, no_direction, q->k, 0, keep_gauss_newton, NULL));
    curvature_through_loss(net, TEPUI_RESIDUAL);
    TEPUI_TRY(composed_reverse_tangent(net, no_direction, q->k, 1, add_layer, q));
done:
    return st;
}

static int is_dead(const layer_node *n, size_t points, size_t i)
{
    for (size_t p = 0; p < points; p++)
        if (!n->live || n->live[p * layer_out(n) + i] != 0) return 0;
    return 1;
}

/* All columns of unit i of a dense layer. */
static tepui_status unit_columns(tepui_network *net, column *q, size_t i)
{
    const layer_node *n = &net->composed->node[q->k];
    const size_t out = layer_out(n);
    if (is_dead(n, net->points, i)) return TEPUI_OK;
    q->c = i;
    memset(n->dy.m, 0, net->points * out * sizeof *n->dy.m);
    memset(n->dy.e, 0, net->points * sizeof *n->dy.e);
    for (size_t p = 0; p < net->points; p++) n->dy.m[p * out + i] = 1;
    const tepui_status st = follow(net, q);
    if (st != TEPUI_OK) return st;
    take_diagonal(net, q, TEPUI_GAUSS_NEWTON, state_of(net)->gauss[q->k]);
    take_diagonal(net, q, TEPUI_RESIDUAL, n->dgy);
    return TEPUI_OK;
}

static tepui_status parameter_column(tepui_network *net, column *q, size_t c)
{
    layer_node *n = &net->composed->node[q->k];
    double *v = state_of(net)->unit;
    memset(v, 0, (n->t->rows * n->seen_size + n->t->own) * sizeof *v);
    v[c] = 1;
    q->c = c;
    q->v = v;
    n->t->type->tangent(n, v);
    return follow(net, q);
}

static tepui_status layer_columns(tepui_network *net, column *q)
{
    const layer_node *n = &net->composed->node[q->k];
    const int dense = state_of(net)->layer[q->k].dense;
    const size_t count = dense ? n->t->rows : n->t->rows * n->seen_size + n->t->own;
    tepui_status st = TEPUI_OK;
    q->v = NULL;
    for (size_t i = 0; st == TEPUI_OK && i < count; i++)
        st = dense ? unit_columns(net, q, i) : parameter_column(net, q, i);
    return st;
}

/* From the last layer, so that tangents of those before the column's are still zero. */
static tepui_status run(tepui_network *net)
{
    composed_state *s = net->composed;
    column q = {0};
    tepui_status st = TEPUI_OK;
    s->work.points = net->points;
    s->work.slopes_known = 1;
    composed_sizes_begin(net, q.sum);
    for (size_t k = 0; k <= s->m->count; k++) layer_clear(s->node[k].dy, net->points, layer_out(&s->node[k]));
    for (size_t k = 1; k <= s->m->count; k++) prepare(net, k);
    for (q.k = s->m->count; st == TEPUI_OK && q.k >= 1; q.k--) st = layer_columns(net, &q);
    composed_sizes_end(net, q.sum);
    return st;
}

/* --- the engine */

static const char *obstacle(const tepui_network *net)
{
    return composition_couples(net->cell) ? "needs layers that do not mix points" : engine_is_by_layers(net);
}

/* Three half passes a column, and pairs of points in half of the layers. */
static double cost(const tepui_network *net, double products)
{
    const tepui_composition *m = net->cell->composition;
    const double n = (double)net->points;
    double columns = 0, pairs = 0;
    (void)products;
    for (size_t k = 1; k <= m->count; k++) {
        const tepui_layer *t = &m->layer[k];
        columns += composition_is_matrix(t) ? (double)t->rows : (double)composed_parameters(net, k);
        pairs += 3.5 * n * n * (double)(t->rows + t->cols);
    }
    return columns * (0.75 * spectrum_product_cost(net) + pairs);
}

static const network_engine *const before[] = {&engine_curvature, &engine_backward, NULL};

const network_engine engine_transported = {
    .name = "transported norms",
    .gives = TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS,
    .before = before,
    .obstacle = obstacle,
    .lay_out = lay_out,
    .run = run,
    .read = blocks_read,
    .cost = cost,
};
