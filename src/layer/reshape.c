/* reshape.c -- the same features as an image, height x width x channels; of height 1, a sequence. */
#include "layer.h"
#include <stdio.h>

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    const size_t size = tepui_shape_size(&t->in);
    char needed[96];
    (void)width;
    (void)points;
    const double wanted = t->value[0] * t->value[1] * t->value[2]; /* at most 1e21: no product wraps here */
    t->out = (tepui_shape){t->value[0] > 1 ? 2 : 1, (size_t)t->value[0], (size_t)t->value[1], (size_t)t->value[2]};
    if (wanted < 0x1p53 && tepui_shape_size(&t->out) == size) return TEPUI_OK;
    snprintf(needed, sizeof needed, "%.*g features for %zu x %zu x %zu", wanted < 0x1p53 ? 16 : 3, wanted,
             t->out.height, t->out.width, t->out.channels);
    return layer_misfit(t, needed, err);
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

const tepui_layer_type tepui_layer_reshape = {
    .kind = {.name = "reshape",
             .doc = "the features as an image, height x width x channels; of height 1, a sequence",
             .source = "definition",
             .params = {{"height", "of the image; 1: a sequence", 1, 1, 1e7, 0, 0, 1},
                        {"width", "of the image, or length of the sequence", 1, 1, 1e7, 0, 0, 1},
                        {"channels", "features at each position", 1, 1, 1e7, 0, 0, 1}}},
    .straight = 1,
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
};
