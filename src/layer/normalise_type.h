/* normalise_type.h (internal) -- the members of a layer type that normalises; the file that includes it says over which
   groups: ACROSS points or not, and whether the mean is taken off, CENTRE. */
#ifndef TEPUI_LAYER_NORMALISE_TYPE_H
#define TEPUI_LAYER_NORMALISE_TYPE_H
#include "normalise.h"

static normaliser settings_of(const layer_node *n)
{
    return (normaliser){ACROSS, CENTRE, n->t->value[0]};
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
#endif
