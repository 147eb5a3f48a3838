/* global_average_pool.c -- the mean of each channel over all positions: an image or a sequence becomes a vector. */
#include "layer.h"
#include <string.h>

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    (void)width;
    (void)points;
    if (t->in.space == 0) return layer_misfit(t, "a sequence or an image", err);
    t->out = (tepui_shape){0, 1, 1, t->in.channels};
    return TEPUI_OK;
}

static void average(const layer_node *n, tepui_rows x, tepui_rows y)
{
    const size_t in = layer_in(n), c = layer_out(n);
    memset(y.m, 0, n->work->points * c * sizeof *y.m);
    for (size_t p = 0; p < n->work->points; p++) {
        for (size_t i = 0; i < in; i++) y.m[p * c + i % c] += x.m[p * in + i];
        y.e[p] = x.e[p];
    }
    n->work->kernel->scale(y.m, (double)c / (double)in, n->work->points * c);
    layer_settle(n, y, c);
}

static void forward(layer_node *n)
{
    average(n, n->x, n->y);
}

static void tangent(layer_node *n, const double *v)
{
    (void)v;
    average(n, n->dx, n->dy);
}

static void backward(layer_node *n, tepui_rows gy, tepui_rows gx)
{
    const size_t in = layer_in(n), c = layer_out(n);
    for (size_t p = 0; p < n->work->points; p++) {
        for (size_t i = 0; i < in; i++) gx.m[p * in + i] = gy.m[p * c + i % c];
        gx.e[p] = gy.e[p];
    }
    n->work->kernel->scale(gx.m, (double)c / (double)in, n->work->points * in);
    layer_settle(n, gx, in);
}

const tepui_layer_type tepui_layer_global_average_pool = {
    .kind = {.name = "global_average_pool",
             .doc = "the mean of each channel over all positions",
             .source = "Lin, Chen and Yan 2014"},
    .straight = 1,
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
};
