/* activation.c -- y = phi(x), the grid's activation or the one named in the list.

   tangent  dy = phi'(x) o dx         backward  gx = phi'(x) o gy        bend  gx += phi''(x) o dx o gy
   Room: phi'(x), then phi''(x), for every point. */
#include "layer.h"
#include <activation/scaled.h>
#include <string.h>

static int is_smooth(const layer_node *n)
{
    return !((const tepui_activation_type *)n->t->activation.type)->piecewise_linear;
}

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    (void)width;
    (void)err;
    t->out = t->in;
    t->room = t->bent_room = points * tepui_shape_size(&t->in);
    t->scratch = tepui_shape_size(&t->in);
    return TEPUI_OK;
}

/* Whether phi takes the numbers of all points as they are: activation_scaled() would do the same with each. */
static int takes_all(const layer_node *n, size_t size)
{
    const tepui_activation_type *phi = n->t->activation.type;
    int64_t any = 0;
    for (size_t p = 0; p < n->work->points; p++) any |= n->x.e[p];
    return phi->homogeneous || (any == 0 && n->work->kernel->maxabs(n->x.m, size) < 0x1p500);
}

static void apply_all(layer_node *n, size_t d)
{
    const tepui_activation_type *phi = n->t->activation.type;
    const size_t points = n->work->points;
    phi->apply(n->x.m, n->y.m, n->room, points * d, n->t->activation.value);
    memcpy(n->y.e, n->x.e, points * sizeof *n->y.e);
    layer_settle(n, n->y, d);
}

static void forward(layer_node *n)
{
    const size_t d = layer_out(n), points = n->work->points;
    double *z = n->work->scratch;
    if (!(n->work->curved && is_smooth(n)) && takes_all(n, points * d)) {
        apply_all(n, d);
        return;
    }
    for (size_t p = 0; p < points; p++) {
        memcpy(z, n->x.m + p * d, d * sizeof *z);
        n->y.e[p] = n->x.e[p];
        if (n->work->curved && is_smooth(n))
            activation_bend(&n->t->activation, z, n->x.e[p], n->room + (points + p) * d, d);
        activation_scaled(n->work->kernel, &n->t->activation, z, &n->y.e[p], n->y.m + p * d, n->room + p * d, d);
    }
    layer_settle(n, n->y, d);
}

static void times_slope(layer_node *n, tepui_rows in, tepui_rows out)
{
    const size_t d = layer_out(n);
    rows_multiply(out.m, in.m, n->room, n->work->points * d);
    memcpy(out.e, in.e, n->work->points * sizeof *out.e);
    layer_settle(n, out, d);
}

static void tangent(layer_node *n, const double *v)
{
    (void)v;
    times_slope(n, n->dx, n->dy);
}

static void backward(layer_node *n, tepui_rows gy, tepui_rows gx)
{
    times_slope(n, gy, gx);
}

static void bend(layer_node *n, const double *v, tepui_rows gx)
{
    const size_t d = layer_out(n), points = n->work->points;
    double *term = n->work->scratch;
    (void)v;
    if (!is_smooth(n)) return;
    for (size_t p = 0; p < points; p++) {
        rows_multiply(term, n->room + (points + p) * d, n->dx.m + p * d, d);
        for (size_t i = 0; i < d; i++) term[i] *= n->gy.m[p * d + i];
        rows_add(gx.m + p * d, &gx.e[p], term, n->dx.e[p] + n->gy.e[p], d);
    }
    layer_settle(n, gx, d);
}

const tepui_layer_type tepui_layer_activation = {
    .kind = {.name = "activation",
             .doc =
                 "phi(x), element by element: the grid's activation; any activation may also be named itself, as relu",
             .source = "definition"},
    .applies = 1,
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
    .bend = bend,
};
