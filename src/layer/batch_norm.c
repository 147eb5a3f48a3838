/* batch_norm.c -- each channel over all points and positions: z = (x - mean) / sqrt(variance + epsilon), the
   variance over N, as in training. Points mix: derivatives of one output go to all inputs. */
#include "normalise.h"

static normaliser settings_of(const layer_node *n)
{
    return (normaliser){1, 1, n->t->value[0]};
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

const tepui_layer_type tepui_layer_batch_norm = {
    .kind = {.name = "batch_norm",
             .doc = "every channel to mean 0 and variance 1 over the data points (and positions), as in training",
             .source = "Ioffe and Szegedy 2015",
             .params = {{"epsilon", "added to the variance", 1e-5, 0, 1e6, 0, 0}}},
    .couples = 1,
    .least_points = 2,
    .reason = "the variance of one point is 0",
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
    .bend = bend,
};
