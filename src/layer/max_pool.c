/* max_pool.c -- the largest entry of each window and channel; windows do not reach over the edge. Room: where it was
   found, an offset into the features of its point; the first of equal ones. */
#include "layer.h"
#include <string.h>

static size_t step(const tepui_layer *t)
{
    return (size_t)(t->value[1] > 0 ? t->value[1] : t->value[0]);
}

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    const size_t size = (size_t)t->value[0], image = t->in.space == 2;
    (void)width;
    if (t->in.space == 0) return layer_misfit(t, "a sequence or an image", err);
    if (t->in.width < size || (image && t->in.height < size))
        return layer_misfit(t, "an input at least as long as its window", err);
    t->out = t->in;
    t->out.width = (t->in.width - size) / step(t) + 1;
    if (image) t->out.height = (t->in.height - size) / step(t) + 1;
    t->room = points * tepui_shape_size(&t->out);
    return TEPUI_OK;
}

/* The offset of the largest entry of the window at (i, j), channel c. */
static size_t largest(const tepui_layer *t, const double *x, size_t i, size_t j, size_t c)
{
    const size_t size = (size_t)t->value[0], high = t->in.space == 2 ? size : 1;
    size_t best = (i * step(t) * t->in.width + j * step(t)) * t->in.channels + c;
    for (size_t r = 0; r < high; r++)
        for (size_t s = 0; s < size; s++) {
            const size_t at = ((i * step(t) + r) * t->in.width + j * step(t) + s) * t->in.channels + c;
            if (x[at] > x[best]) best = at;
        }
    return best;
}

/* y = the entries of x that were found */
static void pick(const layer_node *n, tepui_rows x, tepui_rows y)
{
    const size_t in = layer_in(n), out = layer_out(n);
    for (size_t p = 0; p < n->work->points; p++) {
        for (size_t k = 0; k < out; k++) y.m[p * out + k] = x.m[p * in + (size_t)n->room[p * out + k]];
        y.e[p] = x.e[p];
    }
    layer_settle(n, y, out);
}

static void forward(layer_node *n)
{
    const tepui_shape *o = &n->t->out;
    const size_t in = layer_in(n);
    double *room = n->room;
    for (size_t p = 0; p < n->work->points; p++)
        for (size_t i = 0; i < o->height; i++)
            for (size_t j = 0; j < o->width; j++)
                for (size_t c = 0; c < o->channels; c++) *room++ = (double)largest(n->t, n->x.m + p * in, i, j, c);
    pick(n, n->x, n->y);
}

static void tangent(layer_node *n, const double *v)
{
    (void)v;
    pick(n, n->dx, n->dy);
}

static void backward(layer_node *n, tepui_rows gy, tepui_rows gx)
{
    const size_t in = layer_in(n), out = layer_out(n);
    memset(gx.m, 0, n->work->points * in * sizeof *gx.m);
    for (size_t p = 0; p < n->work->points; p++) {
        for (size_t k = 0; k < out; k++) gx.m[p * in + (size_t)n->room[p * out + k]] += gy.m[p * out + k];
        gx.e[p] = gy.e[p];
    }
    layer_settle(n, gx, in);
}

const tepui_layer_type tepui_layer_max_pool = {
    .kind = {.name = "max_pool",
             .doc = "the largest entry of each window and channel",
             .source = "definition",
             .params = {{"size", "length of a window along each dimension", 2, 1, 1e4, 0, 0, 1},
                        {"stride", "from one window to the next; 0: the size", 0, 0, 1e4, 0, 0, 1}}},
    .straight = 1,
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
};
