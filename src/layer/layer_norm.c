/* layer_norm.c -- all features of a point: z = (x - mean) / sqrt(variance + epsilon). */
#include "normalise.h"

static normaliser settings_of(const layer_node *n)
{
    return (normaliser){0, 1, n->t->value[0]};
}

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    (void)width;
    (void)err;
    normalise_room(t, points);
    return TEPUI_OK;
}

static void forward(layer_node *n)
{
    const normaliser h = settings_of(n);
    normalise_forward(n, &h);
}

static void tangent(layer_node *n, const double *v)
{
    const normaliser h = settings_of(n);
    (void)v;
    normalise_through(n, &h, n->dx, n->dy);
}

static void backward(layer_node *n, tepui_rows gy, tepui_rows gx)
{
    const normaliser h = settings_of(n);
    normalise_through(n, &h, gy, gx);
}

static void bend(layer_node *n, const double *v, tepui_rows gx)
{
    const normaliser h = settings_of(n);
    (void)v;
    normalise_bend(n, &h, gx);
}

const tepui_layer_type tepui_layer_layer_norm = {
    .kind = {.name = "layer_norm",
             .doc = "every point to mean 0 and variance 1 over its features",
             .source = "Ba, Kiros and Hinton 2016",
             .params = {{"epsilon", "added to the variance", 1e-5, 0, 1e6, 0, 0}}},
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
    .bend = bend,
};
