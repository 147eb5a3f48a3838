/* dropout.c -- y = m o x / (1 - p): every unit of every point is left out with probability p, the mask is drawn with
   the sample and stays. Room: m / (1 - p). */
#include "layer.h"
#include <string.h>

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    (void)width;
    (void)err;
    t->out = t->in;
    t->room = points * tepui_shape_size(&t->in);
    return TEPUI_OK;
}

static void draw(layer_node *n, tepui_stream *s)
{
    const double p = n->t->value[0];
    const size_t size = n->work->points * layer_out(n);
    tepui_draw_uniform(s, n->room, size);
    for (size_t i = 0; i < size; i++) n->room[i] = n->room[i] < p ? 0 : 1 / (1 - p);
}

static void times_mask(layer_node *n, tepui_rows in, tepui_rows out)
{
    const size_t d = layer_out(n);
    rows_multiply(out.m, in.m, n->room, n->work->points * d);
    memcpy(out.e, in.e, n->work->points * sizeof *out.e);
    layer_settle(n, out, d);
}

static void forward(layer_node *n)
{
    times_mask(n, n->x, n->y);
}

static void tangent(layer_node *n, const double *v)
{
    (void)v;
    times_mask(n, n->dx, n->dy);
}

static void backward(layer_node *n, tepui_rows gy, tepui_rows gx)
{
    times_mask(n, gy, gx);
}

const tepui_layer_type tepui_layer_dropout = {
    .kind = {.name = "dropout",
             .doc = "units left out at random, the others divided by 1 - p; the mask belongs to the sample",
             .source = "Srivastava et al. 2014",
             .params = {{"p", "probability that a unit is left out", 0.5, 0, 1, 0, 1}}},
    .masks = 1,
    .shape = shape,
    .draw = draw,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
};
