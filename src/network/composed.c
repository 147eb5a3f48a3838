/* composed.c -- the passes of nets layer by layer: of compositions, and of plain nets where their layers are needed.

   Forward, layer after layer. Backward from the last to the first: the gradient at the output of a layer is what the
   layer behind it hands back, and, where a block begins, what the end of the block hands past its branch. Parameters
   meet their gradients as soon as gy of their layer is complete. All outputs stay, so memory grows with depth times
   points; the layers themselves are in src/layer.

   A dense layer that reads the data sees the points in an orthonormal basis of their span where there are fewer points
   than inputs: gradients and Hessians are zero in all other directions of its matrix. */
#include "composed.h"
#include "engine.h"
#include <base/flag.h>
#include <base/larger.h>
#include <ensemble/composition.h>
#include <string.h>

/* In the directions of all inputs. */
static size_t all_parameters_of(const tepui_layer *t)
{
    return t->rows * t->cols + t->own;
}

/* --- layout */

tepui_rows composed_take_rows(network_arena *a, size_t points, size_t size)
{
    return (tepui_rows){network_take(a, points * size, sizeof(double)), network_take(a, points, sizeof(int64_t))};
}

/* The gradient at the output of a layer: kept for second derivatives, else one of a few. */
static tepui_rows take_gradient(const tepui_network *net, network_arena *a, const composed_state *s,
                                const tepui_layer *t, size_t size)
{
    if (net->curved) return composed_take_rows(a, net->points, size);
    if (!s->slots.m) return (tepui_rows){NULL, NULL};
    const size_t row = (t->slot - 1) * net->points;
    return (tepui_rows){s->slots.m + row * net->widest, s->slots.e + row};
}

static layer_node take_node(const tepui_network *net, network_arena *a, const composed_state *s, const tepui_layer *t,
                            size_t k)
{
    const size_t n = net->points, size = tepui_shape_size(&t->out);
    const int tangent = net->tangent || net->curved || net->needs & TEPUI_NEEDS_JACOBIAN;
    layer_node node = {.in = tepui_shape_size(&t->in), .out = size};
    node.y = composed_take_rows(a, n, size);
    if (tangent) node.dy = composed_take_rows(a, n, size);
    if (k == 0) return node;
    node.gy = take_gradient(net, a, s, t, size);
    if (net->curved) node.dgy = composed_take_rows(a, n, size);
    node.room = network_take(a, t->room + (net->curved ? t->bent_room : 0), sizeof(double));
    node.seen_size = composed_seen(net, k);
    return node;
}

/* The list of a plain net, which its cell does not write down. */
static const tepui_composition *take_list(const tepui_network *net, network_arena *a)
{
    const tepui_cell *c = net->cell;
    const size_t count = composition_count(c);
    if (!composition_is_plain(c)) return c->composition;
    tepui_composition own = {.count = count,
                             .matrices = net->matrices,
                             .widest = net->widest,
                             .slots = composition_slots(c),
                             .layer = network_take(a, count + 1, sizeof *own.layer),
                             .matrix = network_take(a, net->matrices + 1, sizeof *own.matrix),
                             .last = network_take(a, net->depth + 2, sizeof *own.last)};
    for (size_t k = 0; own.layer && k <= count; k++) {
        own.layer[k] = composition_layer(c, k);
        if (k % 2) own.matrix[(k + 1) / 2] = k;
        own.last[(k + 1) / 2] = k;
    }
    if (own.last) own.last[net->depth + 1] = count;
    return network_keep(a, &own, sizeof own);
}

/* What a dense layer puts out where the unit is dead meets nobody: an activation behind it, in the same unit, is all
   that reads it, and its slopes are all that matters of it. */
static const double *live_of(const composed_state *s, size_t k)
{
    const tepui_layer *t = &s->m->layer[k], *next = t + 1;
    if (k == s->m->count || !next->type->applies || next->unit != t->unit) return NULL;
    if (!((const tepui_activation_type *)next->activation.type)->piecewise_linear) return NULL;
    for (size_t j = k + 1; j <= s->m->count && s->m->layer[j].unit == t->unit; j++)
        if (s->m->layer[j].type->branches && s->m->layer[j].skip == k) return NULL;
    return s->node[k + 1].room;
}

void composed_wire(layer_node *node, size_t k)
{
    layer_node *n = &node[k];
    n->x = node[n->t->from].y;
    n->dx = node[n->t->from].dy;
    if (!n->t->type->branches) return;
    n->skip = node[n->t->skip].y;
    n->dskip = node[n->t->skip].dy;
}

static void connect(tepui_network *net, composed_state *s)
{
    for (size_t k = 0; k <= s->m->count; k++) {
        layer_node *n = &s->node[k];
        n->work = &s->work;
        if (k == 0) continue;
        composed_wire(s->node, k);
        n->seen = composed_reads_coordinates(net, k) && s->coordinate ? s->coordinate : n->x.m;
        n->live = live_of(s, k);
        s->at[k + 1] = s->at[k] + composed_parameters(net, k);
    }
    net->f = s->node[s->m->count].y.m;
    net->f_exponent = s->node[s->m->count].y.e;
}

static void lay_out(tepui_network *net, network_arena *a)
{
    network_lay_out_sample(net, a);
    const size_t n = net->points, q = net->cell->outputs, count = composition_count(net->cell);
    size_t scratch = 0, block = 0, biases = 0, own = 0, largest = 0;
    composed_state s = {.m = take_list(net, a)};
    s.node = network_take(a, count + 1, sizeof *s.node);
    s.at = network_take(a, count + 2, sizeof *s.at);
    s.fresh = network_take(a, count + 1, sizeof *s.fresh);
    s.exponent = network_take(a, count + 1, sizeof *s.exponent);
    if (net->backward && !net->curved) s.slots = composed_take_rows(a, n * composition_slots(net->cell), net->widest);
    for (size_t k = 0; k <= count; k++) {
        const tepui_layer t = composition_layer(net->cell, k);
        const layer_node node = take_node(net, a, &s, &t, k);
        if (s.node) s.node[k] = node;
        if (s.node) s.node[k].t = &s.m->layer[k];
        if (k == 0) continue;
        scratch = larger(scratch, t.scratch);
        block = larger(block, t.type->gradient_square ? 0 : all_parameters_of(&t));
        largest = larger(largest, t.rows * t.cols);
        biases += net->cell->sigma_b > 0 ? t.biases : 0;
        own += t.own;
    }
    s.matrix = network_take(a, net->keep_weights ? 0 : largest, sizeof(double));
    s.biases = network_take(a, biases, sizeof(double));
    s.own = network_take(a, own, sizeof(double));
    s.block = network_take(a, net->backward || net->curved ? block : 0, sizeof(double));
    s.work.scratch = network_take(a, scratch, sizeof(double));
    s.term = net->backward || net->curved ? composed_take_rows(a, n, net->widest) : (tepui_rows){NULL, NULL};
    if (net->curved && net->curved_inputs < net->cell->inputs) {
        s.basis = network_take(a, n * net->cell->inputs, sizeof(double));
        s.coordinate = network_take(a, n * n, sizeof(double));
    }
    s.root = network_take(a, net->curved ? n * q * q : 0, sizeof(double));
    s.sign = network_take(a, net->curved ? n : 0, sizeof(double));
    net->composed = network_keep(a, &s, sizeof s);
    if (net->composed) connect(net, net->composed);
}

/* --- forward */

/* The matrix of a layer that has one. */
static tepui_status take_matrix(tepui_network *net, layer_node *n)
{
    if (!n->t->matrix) return TEPUI_OK;
    n->sigma = n->t->sigma;
    return weights_whole(net, n->t->matrix, net->composed->matrix, &n->w);
}

/* Where a layer works whose weights are not there. */
static tepui_status bring_matrix(tepui_network *net, size_t k)
{
    return net->keep_weights ? TEPUI_OK : take_matrix(net, &net->composed->node[k]);
}

/* Kept weights at once: a sequential generator draws the biases of a matrix behind it. */
static tepui_status draw_weights(tepui_network *net)
{
    composed_state *s = net->composed;
    double *bias = s->biases;
    for (size_t m = 1; m <= s->m->matrices; m++) {
        layer_node *n = &s->node[s->m->matrix[m]];
        const tepui_status st = net->keep_weights ? take_matrix(net, n) : TEPUI_OK;
        if (st != TEPUI_OK) return st;
        if (!(net->cell->sigma_b > 0) || !n->t->biases) continue;
        n->bias = bias;
        network_draw_biases(net, m, bias, n->t->biases);
        bias += n->t->biases;
    }
    return TEPUI_OK;
}

static void draw_layers(tepui_network *net)
{
    composed_state *s = net->composed;
    double *own = s->own;
    s->work.points = net->points;
    s->work.curved = net->curved;
    for (size_t k = 1; k <= s->m->count; k++) {
        layer_node *n = &s->node[k];
        n->own = own;
        if (n->t->own) n->t->type->start(n->t, own);
        own += n->t->own;
        if (!n->t->type->draw) continue;
        tepui_stream_at(&net->stream, TEPUI_FOR_LAYER, (uint32_t)k);
        n->t->type->draw(n, &net->stream);
    }
}

/* Share of units with phi'(z) != 0 over all activations of the unit; 1 where it has none. */
static double live_share(const composed_state *s, size_t l)
{
    size_t live = 0, all = 0;
    for (size_t k = s->m->last[l - 1] + 1; k <= s->m->last[l]; k++) {
        const layer_node *n = &s->node[k];
        if (!n->t->type->applies) continue;
        const size_t size = s->work.points * layer_out(n);
        for (size_t i = 0; i < size; i++) live += n->room[i] != 0; /* the slopes come first */
        all += size;
    }
    return all ? (double)live / (double)all : 1;
}

/* Squares of the rows behind unit l (L + 1: the output). */
static void record(tepui_network *net, size_t l)
{
    composed_state *s = net->composed;
    const layer_node *n = &s->node[s->m->last[l]];
    const size_t d = layer_out(n);
    for (size_t p = 0; p < net->points; p++)
        net->forward[p * (net->depth + 2) + l] = rows_square(net->kernel, n->y.m + p * d, d, &n->y.e[p]);
    if (l > net->depth) return;
    if (net->points > 1) net->cosine[l] = network_cosine(net->kernel, n->y.m, d);
    if (net->points > 1) net->gap[l] = network_gap(net->kernel, n->y.m, d);
    if (net->rank) net->rank[l] = network_rank(net->kernel, n->y.m, n->y.e, net->points, d);
    if (l > 0 && net->needs & TEPUI_NEEDS_SLOPES) net->live[l] = live_share(s, l);
}

static void record_tangent(tepui_network *net, size_t l)
{
    const composed_state *s = net->composed;
    const layer_node *n = &s->node[s->m->last[l]];
    const size_t d = layer_out(n);
    scaled_square sum = {0.0, 0};
    for (size_t p = 0; p < s->work.points; p++)
        sum = scaled_plus(sum, rows_square(net->kernel, n->dy.m + p * d, d, &n->dy.e[p]));
    net->tangents[l] = sum;
}

void composed_tangent(tepui_network *net, size_t first, size_t last, const double *v)
{
    composed_state *s = net->composed;
    for (size_t k = first; k <= last; k++) s->node[k].t->type->tangent(&s->node[k], v ? v + s->at[k] : NULL);
}

/* J u: the direction enters at point 0. */
static void take_direction(tepui_network *net)
{
    composed_state *s = net->composed;
    const size_t d = net->cell->inputs;
    layer_clear(s->node[0].dy, composed_tangent_points(net->cell), d);
    memcpy(s->node[0].dy.m, net->in, d * sizeof *net->in);
    s->node[0].dy.e[0] = 0;
}

void composed_take_data(tepui_network *net)
{
    layer_node *data = &net->composed->node[0];
    memcpy(data->y.m, net->x, net->points * net->cell->inputs * sizeof *net->x);
    memset(data->y.e, 0, net->points * sizeof *data->y.e);
    for (size_t p = 0; p < net->points; p++)
        rows_settle(net->kernel, data->y.m + p * net->cell->inputs, net->cell->inputs, &data->y.e[p]);
    if (net->composed->coordinate) network_coordinates(net, data->y.m, net->composed->basis, net->composed->coordinate);
}

static void layer_forward(tepui_network *net, size_t k)
{
    composed_state *s = net->composed;
    s->work.points = net->points;
    s->work.slopes_known = 0;
    s->node[k].t->type->forward(&s->node[k]);
    if (!net->tangent) return;
    s->work.points = composed_tangent_points(net->cell);
    composed_tangent(net, k, k, NULL);
}

static void record_all(tepui_network *net)
{
    composed_state *s = net->composed;
    s->work.points = net->points;
    for (size_t l = 0; l <= net->depth + 1; l++) record(net, l);
    if (!net->tangent) return;
    s->work.points = composed_tangent_points(net->cell);
    for (size_t l = 0; l <= net->depth + 1; l++) record_tangent(net, l);
    s->work.points = net->points;
}

tepui_status composed_forward(tepui_network *net)
{
    composed_state *s = net->composed;
    tepui_status st;
    s->work.kernel = net->kernel;
    TEPUI_TRY(network_draw_data(net));
    TEPUI_TRY(draw_weights(net));
    draw_layers(net);
    composed_take_data(net);
    if (net->tangent) take_direction(net);
    for (size_t k = 1; k <= s->m->count; k++) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        TEPUI_TRY(bring_matrix(net, k));
        layer_forward(net, k);
    }
    record_all(net);
done:
    return st;
}

/* --- backward */

/* What layer k hands back to the output of `to`, x being the gradients kept there: term is added, or has been written
   there at once. */
static void hand_back(composed_state *s, size_t to, tepui_rows x, tepui_rows term, size_t size)
{
    if (s->fresh[to]) {
        s->fresh[to] = 0;
        return;
    }
    for (size_t p = 0; p < s->work.points; p++) rows_add(x.m + p * size, &x.e[p], term.m + p * size, term.e[p], size);
    layer_settle(&s->node[to], x, size);
}

static void begin_reverse(composed_state *s)
{
    for (size_t k = 0; k <= s->m->count; k++) s->fresh[k] = 1;
}

/* The gradients of one layer go to those before it. g picks gy or dgy of a node. */
static void reverse_layer(composed_state *s, size_t k, const double *v, int bends, tepui_rows (*g)(const layer_node *n))
{
    layer_node *n = &s->node[k];
    const tepui_layer_type *type = n->t->type;
    if (n->t->from > 0) {
        const tepui_rows there = g(&s->node[n->t->from]), to = s->fresh[n->t->from] ? there : s->term;
        type->backward(n, g(n), to);
        if (bends && type->bend) type->bend(n, v, to);
        hand_back(s, n->t->from, there, to, layer_in(n));
    }
    if (type->branches && n->t->skip > 0) {
        const tepui_rows there = g(&s->node[n->t->skip]);
        if (s->fresh[n->t->skip]) layer_copy(n, g(n), there, layer_out(n));
        hand_back(s, n->t->skip, there, g(n), layer_out(n));
    }
}

static tepui_rows gradient_rows(const layer_node *n)
{
    return n->gy;
}

static tepui_rows gradient_tangent_rows(const layer_node *n)
{
    return n->dgy;
}

tepui_status composed_reverse(tepui_network *net, composed_visit visit, void *arg)
{
    composed_state *s = net->composed;
    begin_reverse(s);
    for (size_t k = s->m->count; k >= 1; k--) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        const tepui_status st = bring_matrix(net, k);
        if (st != TEPUI_OK) return st;
        if (visit) visit(net, k, arg);
        reverse_layer(s, k, NULL, 0, gradient_rows);
    }
    return TEPUI_OK;
}

tepui_status composed_reverse_tangent(tepui_network *net, composed_direction v, size_t to, int whole,
                                      composed_visit visit, void *arg)
{
    composed_state *s = net->composed;
    begin_reverse(s);
    for (size_t k = s->m->count; k >= to; k--) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        if (visit) visit(net, k, arg);
        if (k > to) reverse_layer(s, k, composed_direction_at(s, v, k), whole, gradient_tangent_rows);
    }
    return TEPUI_OK;
}

static scaled_square square_of(tepui_network *net, layer_node *n, size_t size)
{
    const tepui_layer_type *type = n->t->type;
    scaled_square square;
    if (type->gradient_square) {
        type->gradient_square(n, &square.s, &square.e);
        return square;
    }
    square.e = type->gradient(n, net->composed->block);
    return rows_square(net->kernel, net->composed->block, size, &square.e);
}

/* The square of a layer's gradient joins that of its unit: over the inputs themselves, so that no bit of it depends on
   whether curvature is asked for, too. */
static void add_square(tepui_network *net, size_t k, void *arg)
{
    scaled_square *gradient = arg;
    composed_state *s = net->composed;
    layer_node n = s->node[k];
    const size_t size = all_parameters_of(n.t);
    if (!size) return;
    n.seen = n.x.m;
    n.seen_size = n.t->cols;
    gradient[n.t->unit] = scaled_plus(gradient[n.t->unit], square_of(net, &n, size));
}

static tepui_status pass(tepui_network *net, scaled_square *gradient)
{
    for (size_t l = 0; gradient && l <= net->layers; l++) gradient[l] = (scaled_square){0.0, 0};
    const tepui_status st = composed_reverse(net, gradient ? add_square : NULL, gradient);
    if (st == TEPUI_OK && gradient) network_gradient_total(net, gradient);
    return st;
}

/* The loss last: its gradients stay for the curvature. */
tepui_status composed_backward(tepui_network *net)
{
    layer_node *last = &net->composed->node[net->composed->m->count];
    tepui_status st = TEPUI_OK;
    net->composed->work.points = net->points;
    if (net->gradient[1]) {
        network_functional_rows(net, last->gy.m, last->gy.e);
        layer_settle(last, last->gy, layer_out(last));
        st = pass(net, net->gradient[1]);
    }
    if (st != TEPUI_OK || !(net->gradient[0] || net->curved)) return st;
    network_loss_rows(net, last->gy.m, last->gy.e);
    layer_settle(last, last->gy, layer_out(last));
    return pass(net, net->gradient[0]);
}

static tepui_status draw_sample(tepui_network *net)
{
    network_begin_sample(net);
    return composed_forward(net);
}

const network_engine engine_forward = {
    .name = "forward, by layers",
    .gives = NETWORK_FORWARD,
    .lay_out = lay_out,
    .run = draw_sample,
};

static unsigned kept(const tepui_network *net)
{
    (void)net;
    return KEEP_FEW_WEIGHTS;
}

const network_engine engine_backward = {
    .name = "backward, by layers",
    .gives = NETWORK_BACKWARD,
    .keeps = kept,
    .run = composed_backward,
};
