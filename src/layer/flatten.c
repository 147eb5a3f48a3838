/* flatten.c -- an image or a sequence as a vector, channels fastest. */
#include "layer.h"

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    (void)width;
    (void)points;
    (void)err;
    t->out = (tepui_shape){0, 1, 1, tepui_shape_size(&t->in)};
    return TEPUI_OK;
}

static void forward(layer_node *n)
{
    layer_copy(n, n->x, n->y, layer_out(n));
}

static void tangent(layer_node *n, const double *v)
{
    (void)v;
    layer_copy(n, n->dx, n->dy, layer_out(n));
}

static void backward(layer_node *n, tepui_rows gy, tepui_rows gx)
{
    layer_copy(n, gy, gx, layer_out(n));
}

const tepui_layer_type tepui_layer_flatten = {
    .kind = {.name = "flatten", .doc = "an image or a sequence as a vector, channels fastest", .source = "definition"},
    .straight = 1,
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
};
