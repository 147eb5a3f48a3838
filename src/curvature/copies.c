/* copies.c -- the layers of a net with all points several times over, so that several units are carried at once and
   each layer's passes are products of matrices. Row p units + i is point p of copy i. */
#include "transport.h"
#include <base/larger.h>
#include <ensemble/composition.h>
#include <string.h>

/* Rows from which products of matrices gain no more; doubles that all copies together may take. */
#define ROWS 64
#define MOST ((size_t)1 << 23)

static size_t most_units(const tepui_network *net)
{
    const tepui_composition *m = net->cell->composition;
    size_t most = 1;
    for (size_t k = 1; k <= m->count; k++) most = larger(most, tepui_shape_size(&m->layer[k].out));
    return most;
}

size_t copies_units(const tepui_network *net)
{
    const size_t most = most_units(net), n = net->points;
    size_t size = 0, units = n < ROWS ? ROWS / n : 1;
    for (size_t k = 0; k <= net->cell->composition->count; k++)
        size += 6 * n * tepui_shape_size(&net->cell->composition->layer[k].out);
    while (units > 1 && units * size > MOST) units /= 2;
    const size_t turns = (most + units - 1) / units;
    return (most + turns - 1) / turns;
}

/* The layer with room for more points; what else its shape says depends on the list and stays. */
static tepui_layer with_room(const tepui_layer *t, size_t points)
{
    tepui_layer wide = *t, copy = *t;
    tepui_error unused;
    wide.type->shape(&wide, t->out.channels, points, &unused);
    copy.room = wide.room;
    copy.bent_room = wide.bent_room;
    copy.scratch = wide.scratch;
    return copy;
}

static layer_node take_copy(const tepui_network *net, network_arena *a, const tepui_layer *t, size_t k, size_t rows)
{
    const size_t in = tepui_shape_size(&t->in), size = tepui_shape_size(&t->out);
    layer_node n = {.in = in, .out = size};
    n.y = composed_take_rows(a, rows, size);
    n.dy = composed_take_rows(a, rows, size);
    if (k == 0) return n;
    n.gy = composed_take_rows(a, rows, size);
    n.dgy = composed_take_rows(a, rows, size);
    n.room = network_take(a, t->room + t->bent_room, sizeof(double));
    n.seen_size = composed_seen(net, k);
    return n;
}

static void connect(composed_state *b, const tepui_layer *list)
{
    for (size_t k = 0; k <= b->m->count; k++) {
        layer_node *n = &b->node[k];
        n->t = &list[k];
        n->work = &b->work;
        if (k > 0) composed_wire(b->node, k);
    }
}

void copies_lay_out(const tepui_network *net, network_arena *a, transport *s)
{
    const tepui_composition *m = net->cell->composition;
    const size_t units = copies_units(net), rows = units * net->points;
    size_t scratch = 0;
    if (units == 1) return; /* the net's own will do */
    composed_state b = {.m = m};
    s->list = network_take(a, m->count + 1, sizeof *s->list);
    b.node = network_take(a, m->count + 1, sizeof *b.node);
    for (size_t k = 0; k <= m->count; k++) {
        const tepui_layer t = k == 0 ? m->layer[0] : with_room(&m->layer[k], rows);
        const layer_node n = take_copy(net, a, &t, k, rows);
        scratch = larger(scratch, t.scratch);
        if (!b.node) continue;
        s->list[k] = t;
        b.node[k] = n;
    }
    b.work.scratch = network_take(a, scratch, sizeof(double));
    b.term = composed_take_rows(a, rows, m->widest);
    s->batch = network_keep(a, &b, sizeof b);
    if (s->batch) connect(s->batch, s->list);
}

/* Every point `units` times. */
static void repeat(tepui_rows from, size_t points, size_t units, size_t size, tepui_rows to)
{
    for (size_t r = 0; r < points * units; r++) {
        memcpy(to.m + r * size, from.m + r / units * size, size * sizeof *to.m);
        to.e[r] = from.e[r / units];
    }
}

/* What was drawn for a layer is the same for all points, or one piece for each. */
static void repeat_drawn(const layer_node *from, size_t points, size_t units, layer_node *to)
{
    const size_t all = from->t->room, each = all / points;
    if (to->t->room == all) {
        memcpy(to->room, from->room, all * sizeof *to->room);
        return;
    }
    for (size_t r = 0; r < points * units; r++)
        memcpy(to->room + r * each, from->room + r / units * each, each * sizeof *to->room);
}

void copies_take(const tepui_network *net, transport *s)
{
    composed_state *b = s->batch;
    const composed_state *own = s->net;
    const size_t n = net->points;
    if (b == own) return;
    b->at = own->at;
    b->fresh = own->fresh;
    b->root = own->root;
    b->sign = own->sign;
    b->work.kernel = own->work.kernel;
    b->work.points = n * s->units;
    b->work.curved = own->work.curved;
    b->work.slopes_known = 1;
    repeat(own->node[0].y, n, s->units, layer_out(&b->node[0]), b->node[0].y);
    for (size_t k = 1; k <= b->m->count; k++) {
        const layer_node *from = &own->node[k];
        layer_node *to = &b->node[k];
        to->w = from->w;
        to->sigma = from->sigma;
        to->own = from->own;
        to->bias = from->bias;
        to->seen = to->x.m;
        if (from->t->type->draw) repeat_drawn(from, n, s->units, to);
        to->t->type->forward(to);
        repeat(from->gy, n, s->units, layer_out(to), to->gy);
    }
}
