/* transported.c -- norms and traces of the Hessian, of G and of R, and of their blocks, of any layers that do not mix
   points.

   A dense layer k enters the loss through u_p = V x_p alone, so the rows of layers l >= k in its columns are linear in
   the u_p of the points:
       (H V)_l = sum over p of C_p u_p (x) x_lp + g_lp (x) M_p u_p,   M_p = d x_lp / d y_kp,  C_p = d g_lp / d y_kp,
   g the gradients at the outputs; C has a part of G and one of R, the M term is of R. One forward and two reverse
   passes for every unit i of layer k carry u_p = e_i of all points, and several units at once (copies.c); from them,
   with e_i (x) q_j for columns and x_kp . x_kq for the sum over j, the squares of the block are sums over pairs of
   points of products of three inner products (pairs.c; gram.c has the same of whole blocks). Where these cancel, the
   entries are formed one j after the other (entries.c).

   A gain and a shift of every feature (affine) are no other directions: that of shift i is e_i, that of gain i is
   x_kpi e_i, summed up over the points. Columns of other parameters are one pass each.

   Layers before k are left to their own columns: H is symmetric. */
#include "transport.h"
#include <base/larger.h>
#include <ensemble/composition.h>
#include <matrix/matrix.h>
#include <string.h>

static transport *transport_state(const tepui_network *net)
{
    return engine_state(net, &engine_transported);
}

/* --- layout */

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

static void lay_out_layers(tepui_network *net, network_arena *a, transport *s, size_t rows)
{
    const tepui_composition *m = net->cell->composition;
    s->layer = network_take(a, m->count + 1, sizeof *s->layer);
    s->gauss = network_take(a, m->count + 1, sizeof *s->gauss);
    for (size_t k = 1; k <= m->count; k++) {
        const pair_layer l = take_layer(net, k, a);
        const tepui_rows gauss = composed_take_rows(a, rows, tepui_shape_size(&m->layer[k].out));
        if (!s->layer) continue;
        s->layer[k] = l;
        s->gauss[k] = gauss;
    }
}

/* Of one layer: its parameters, its own. */
static void lay_out_rows(tepui_network *net, network_arena *a, transport *s, size_t rows)
{
    const tepui_composition *m = net->cell->composition;
    const size_t n = net->points, widest = m->widest;
    size_t block = 0, own = 0;
    for (size_t k = 1; k <= m->count; k++) {
        block = larger(block, composed_parameters(net, k));
        own = larger(own, m->layer[k].rows == 0 ? m->layer[k].own : 0);
    }
    for (int i = 0; i < FAMILIES; i++)
        s->f[i] = (family){.m = network_take(a, rows * larger(widest, own), sizeof(double)),
                           .e = network_take(a, n, sizeof(int64_t))};
    for (int i = 0; i < 2; i++) s->along[i] = network_take(a, rows * n, sizeof(double));
    for (int i = 0; i < 2; i++) s->own[i] = composed_take_rows(a, own ? rows : 0, own);
    for (int i = 0; i < 2; i++) s->part[i] = network_take(a, block, sizeof(double));
    s->direction = network_take(a, block, sizeof(double));
    s->part_g = composed_take_rows(a, n, widest);
    s->dg = composed_take_rows(a, n, widest);
    s->dx = composed_take_rows(a, n, widest);
    s->reflection = network_take(a, n * widest, sizeof(double));
}

static void lay_out_pairs(tepui_network *net, network_arena *a, transport *s, size_t rows)
{
    const size_t n = net->points;
    s->unit = network_take(a, s->units, sizeof *s->unit);
    s->ones = network_take(a, n * n, sizeof(double));
    s->zeros = network_take(a, n, sizeof(int64_t));
    s->factor = network_take(a, rows, sizeof(double));
    s->weight = network_take(a, 2 * n, sizeof(double));
    s->inner = network_take(a, n * n, sizeof(double));
    s->tau = network_take(a, n, sizeof(double));
    for (size_t i = 0; s->ones && i < n * n; i++) s->ones[i] = 1;
}

static void lay_out(tepui_network *net, network_arena *a)
{
    const size_t units = copies_units(net), rows = units * net->points;
    transport s = {.units = units};
    blocks_lay_out_sizes(net, a);
    lay_out_layers(net, a, &s, rows);
    lay_out_rows(net, a, &s, rows);
    lay_out_pairs(net, a, &s, rows);
    copies_lay_out(net, a, &s);
    engine_set_state(net, &engine_transported, network_keep(a, &s, sizeof s));
}

/* --- what is the same for all columns of a sample */

static void prepare(tepui_network *net, size_t k)
{
    transport *s = transport_state(net);
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

static void clear_tangents(composed_state *s)
{
    for (size_t k = 0; k <= s->m->count; k++) layer_clear(s->node[k].dy, s->work.points, layer_out(&s->node[k]));
}

static void begin(tepui_network *net)
{
    transport *s = transport_state(net);
    s->net = net->composed;
    if (!s->batch) s->batch = s->net;
    s->net->work.points = net->points;
    s->net->work.slopes_known = 1;
    copies_take(net, s);
    clear_tangents(s->net);
    clear_tangents(s->batch);
    for (size_t k = 1; k <= s->net->m->count; k++) prepare(net, k);
}

/* --- columns */

/* The square of what columns of layer k have in layer l, of one part. */
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

static void add_squares(tepui_network *net, column *q, size_t l, const scaled sum[3])
{
    for (int part = 0; part < 3; part++) add_square(net, q, l, part, sum[part]);
}

static void keep_gauss_newton(tepui_network *net, size_t l, void *arg)
{
    const layer_node *n = &net->composed->node[l];
    (void)arg;
    layer_copy(n, n->dgy, transport_state(net)->gauss[l], layer_out(n));
}

static void add_layer(tepui_network *net, size_t l, void *arg)
{
    column *q = arg;
    transport *s = transport_state(net);
    const layer_node *n = &net->composed->node[l];
    if (n->t->rows * n->seen_size + n->t->own == 0) return;
    for (int i = 0; i < q->shares; i++) {
        scaled sum[3] = {{0, 0}, {0, 0}, {0, 0}};
        if (!pairs_of_units(net, s, q->k, &q->share[i], l, sum)) entries_of_units(net, s, &q->share[i], l, sum);
        add_squares(net, q, l, sum);
    }
    if (!q->v) return;
    scaled sum[3] = {{0, 0}, {0, 0}, {0, 0}};
    entries_of_parameter(net, s, q, l, sum);
    add_squares(net, q, l, sum);
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

static tepui_status parameter_column(tepui_network *net, column *q, size_t c)
{
    layer_node *n = &net->composed->node[q->k];
    double *v = transport_state(net)->direction;
    memset(v, 0, (n->t->rows * n->seen_size + n->t->own) * sizeof *v);
    v[c] = 1;
    q->parameter = c;
    q->v = v;
    q->shares = 0;
    n->t->type->tangent(n, v);
    return follow(net, q);
}

/* --- columns of units */

static int is_dead(const layer_node *n, size_t points, size_t i)
{
    for (size_t p = 0; p < points; p++)
        if (!n->live || n->live[p * layer_out(n) + i] != 0) return 0;
    return 1;
}

/* The next units, from i on; returns the one behind them. */
static size_t take_units(const tepui_network *net, transport *s, size_t k, size_t i)
{
    const layer_node *n = &s->net->node[k];
    s->count = 0;
    for (; i < layer_out(n) && s->count < s->units; i++)
        if (!is_dead(n, net->points, i)) s->unit[s->count++] = i;
    return i;
}

static void take_directions(const tepui_network *net, transport *s, size_t k)
{
    const layer_node *n = &s->batch->node[k];
    const size_t out = layer_out(n);
    layer_clear(n->dy, net->points * s->units, out);
    for (size_t p = 0; p < net->points; p++)
        for (size_t i = 0; i < s->count; i++) {
            const size_t r = p * s->units + i;
            n->dy.m[r * out + s->unit[i]] = 1;
            n->dy.e[r] = 0;
        }
}

/* The parameters of a dense layer; those of affine: shifts, gains. */
static void take_shares(const tepui_network *net, transport *s, column *q)
{
    const pair_layer *l = &s->layer[q->k];
    const layer_node *n = &s->net->node[q->k];
    const size_t units = s->units, d = layer_out(n);
    q->v = NULL;
    q->shares = l->dense ? 1 : 2;
    q->share[0] = l->dense ? (transport_share){l->xx, l->coordinate, l->x_exponent, l->rank, NULL}
                           : (transport_share){s->ones, s->ones, s->zeros, 1, NULL};
    q->share[1] = (transport_share){s->ones, s->ones, n->x.e, 1, s->factor};
    if (l->dense) return;
    for (size_t p = 0; p < net->points; p++)
        for (size_t i = 0; i < units; i++) s->factor[p * units + i] = i < s->count ? n->x.m[p * d + s->unit[i]] : 0;
}

/* Diagonal entries, of all coordinates of the units. */
static void add_diagonal(const tepui_network *net, column *q, const transport_share *share, tepui_part part,
                         tepui_rows dg)
{
    const transport *s = transport_state(net);
    const size_t n = net->points, out = layer_out(&s->net->node[q->k]);
    for (size_t i = 0; i < s->count; i++)
        for (size_t p = 0; p < n; p++) {
            const size_t r = p * s->units + i;
            const double factor = share->factor ? share->factor[r] : 1;
            entries_add_trace(q, part, factor * factor * share->xx[p * (n + 1)] * dg.m[r * out + s->unit[i]],
                              dg.e[r] + 2 * share->exponent[p]);
        }
}

static tepui_status unit_columns(tepui_network *net, column *q)
{
    transport *s = transport_state(net);
    take_directions(net, s, q->k);
    take_shares(net, s, q);
    net->composed = s->batch;
    const tepui_status st = follow(net, q);
    net->composed = s->net;
    for (int i = 0; st == TEPUI_OK && i < q->shares; i++) {
        add_diagonal(net, q, &q->share[i], TEPUI_GAUSS_NEWTON, s->gauss[q->k]);
        add_diagonal(net, q, &q->share[i], TEPUI_RESIDUAL, s->batch->node[q->k].dgy);
    }
    return st;
}

/* --- all */

static int goes_by_units(const tepui_layer *t)
{
    return composition_is_matrix(t) || (t->type->gains && t->in.space == 0);
}

static tepui_status layer_columns(tepui_network *net, column *q)
{
    transport *s = transport_state(net);
    const layer_node *n = &s->net->node[q->k];
    const size_t count = n->t->rows * n->seen_size + n->t->own;
    tepui_status st = TEPUI_OK;
    if (goes_by_units(n->t)) {
        for (size_t i = 0; st == TEPUI_OK && i < layer_out(n);) {
            i = take_units(net, s, q->k, i);
            if (s->count > 0) st = unit_columns(net, q);
        }
        return st;
    }
    for (size_t i = 0; st == TEPUI_OK && i < count; i++) st = parameter_column(net, q, i);
    return st;
}

/* From the last layer, so that tangents of those before the column's are still zero. */
static tepui_status run(tepui_network *net)
{
    column q = {0};
    tepui_status st = TEPUI_OK;
    begin(net);
    composed_sizes_begin(net, q.sum);
    for (q.k = net->composed->m->count; st == TEPUI_OK && q.k >= 1; q.k--) st = layer_columns(net, &q);
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
        columns += goes_by_units(t) ? (double)tepui_shape_size(&t->out) : (double)composed_parameters(net, k);
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
