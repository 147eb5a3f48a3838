/* residual.c -- y = x_0 + alpha f(x_0), f the branch: the layers in brackets, x their output.

   alpha = a B^-power, B the number of residual blocks of the net: power 0.5 is 1/sqrt(B). `learned` makes alpha a
   parameter (SkipInit: a = 0, learned). The network itself takes gy to x_0. */
#include "layer.h"
#include <string.h>

enum { ALPHA, POWER, LEARNED };

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    (void)width;
    (void)points;
    (void)err;
    t->out = t->in;
    t->own = t->value[LEARNED] > 0;
    t->scratch = tepui_shape_size(&t->in);
    return TEPUI_OK;
}

static void start(const tepui_layer *t, double *own)
{
    *own = t->factor;
}

static double alpha(const layer_node *n)
{
    return n->t->own ? *n->own : n->t->factor;
}

/* out = factor in */
static void times(const layer_node *n, double factor, tepui_rows in, tepui_rows out)
{
    const size_t d = layer_out(n);
    layer_copy(n, in, out, d);
    n->work->kernel->scale(out.m, factor, n->work->points * d);
    layer_settle(n, out, d);
}

/* out += factor in */
static void add_times(const layer_node *n, double factor, tepui_rows in, tepui_rows out)
{
    const size_t d = layer_out(n);
    double *term = n->work->scratch;
    for (size_t p = 0; p < n->work->points; p++) {
        memcpy(term, in.m + p * d, d * sizeof *term);
        n->work->kernel->scale(term, factor, d);
        rows_add(out.m + p * d, &out.e[p], term, in.e[p], d);
    }
    layer_settle(n, out, d);
}

static void forward(layer_node *n)
{
    times(n, alpha(n), n->x, n->y);
    add_times(n, 1.0, n->skip, n->y);
}

static void tangent(layer_node *n, const double *v)
{
    times(n, alpha(n), n->dx, n->dy);
    add_times(n, 1.0, n->dskip, n->dy);
    if (v && n->t->own) add_times(n, v[0], n->x, n->dy);
}

static void backward(layer_node *n, tepui_rows gy, tepui_rows gx)
{
    times(n, alpha(n), gy, gx);
}

static void bend(layer_node *n, const double *v, tepui_rows gx)
{
    if (v && n->t->own) add_times(n, v[0], n->gy, gx);
}

/* *s 2^*e += sum over points of (g, x) */
static void inner(const layer_node *n, tepui_rows g, tepui_rows x, double *s, int64_t *e)
{
    const size_t d = layer_out(n);
    for (size_t p = 0; p < n->work->points; p++) {
        const double term = n->work->kernel->dot(g.m + p * d, x.m + p * d, d);
        rows_add(s, e, &term, g.e[p] + x.e[p], 1);
    }
}

static int64_t gradient(layer_node *n, double *g)
{
    int64_t e = 2 * ROWS_ZERO;
    *g = 0;
    inner(n, n->gy, n->x, g, &e);
    return e;
}

static int64_t gradient_tangent(layer_node *n, const double *v, int whole, double *g)
{
    int64_t e = 2 * ROWS_ZERO;
    (void)v;
    *g = 0;
    inner(n, n->dgy, n->x, g, &e);
    if (whole) inner(n, n->gy, n->dx, g, &e);
    return e;
}

const tepui_layer_type tepui_layer_residual = {
    .kind = {.name = "residual",
             .doc =
                 "x + alpha f(x), f the layers in brackets; alpha divided by the number of residual blocks to a power",
             .source = "He et al. 2016; alpha = 0 learned: De and Smith 2020 (SkipInit)",
             .params = {{"alpha", "factor of the branch", 1, -1e6, 1e6, 0, 0},
                        {"power", "alpha is divided by the number of residual blocks to this power", 0, 0, 4, 0, 0},
                        {"learned", "1: alpha is a parameter", 0, 0, 1, 0, 0, 1}}},
    .branches = 1,
    .straight = 1,
    .shape = shape,
    .start = start,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
    .bend = bend,
    .gradient = gradient,
    .gradient_tangent = gradient_tangent,
};
