/* dense.c -- y = W x (+ b): W is out x in, entries sigma w with w of variance 1.

   tangent  dy = W dx + V x           backward  gx = W^T gy          gradient  sum over points of gy x^T
   bend     gx += V^T gy              and of the gradient  dgy x^T + gy dx^T. */
#include "layer.h"

enum { WIDTH, GAIN };

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    if (t->in.space != 0) return layer_misfit(t, "a vector (flatten comes before dense)", err);
    const size_t out = t->value[WIDTH] > 0 ? (size_t)t->value[WIDTH] : width;
    t->out = (tepui_shape){0, 1, 1, out};
    t->rows = t->biases = out;
    t->cols = tepui_shape_size(&t->in);
    t->factor = t->value[GAIN];
    const size_t outer = rows_outer_work(points, 1, t->rows, t->cols);
    t->scratch = outer > points * (t->rows + t->cols) ? outer : points * (t->rows + t->cols);
    return TEPUI_OK;
}

static void forward(layer_node *n)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    rows_times(k->kernel, n->sigma, n->w, t->rows, t->cols, n->x.m, k->points, n->y.m);
    for (size_t p = 0; p < k->points; p++) {
        n->y.e[p] = n->x.e[p];
        if (n->bias) rows_add_bias(n->bias, n->y.m + p * t->rows, &n->y.e[p], t->rows, t->rows);
    }
    layer_settle(n, n->y, t->rows);
}

static void tangent(layer_node *n, const double *v)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    rows_times(k->kernel, n->sigma, n->w, t->rows, t->cols, n->dx.m, k->points, n->dy.m);
    if (v) rows_times(k->kernel, 1.0, v, t->rows, n->seen_size, n->seen, k->points, k->scratch);
    for (size_t p = 0; p < k->points; p++) {
        n->dy.e[p] = n->dx.e[p];
        if (v) rows_add(n->dy.m + p * t->rows, &n->dy.e[p], k->scratch + p * t->rows, n->x.e[p], t->rows);
    }
    layer_settle(n, n->dy, t->rows);
}

static void backward(layer_node *n, tepui_rows gy, tepui_rows gx)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    rows_times_t(k->kernel, n->sigma, n->w, t->rows, t->cols, gy.m, k->points, gx.m);
    for (size_t p = 0; p < k->points; p++) gx.e[p] = gy.e[p];
    layer_settle(n, gx, t->cols);
}

static void bend(layer_node *n, const double *v, tepui_rows gx)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    if (!v) return;
    rows_times_t(k->kernel, 1.0, v, t->rows, t->cols, n->gy.m, k->points, k->scratch);
    for (size_t p = 0; p < k->points; p++)
        rows_add(gx.m + p * t->cols, &gx.e[p], k->scratch + p * t->cols, n->gy.e[p], t->cols);
    layer_settle(n, gx, t->cols);
}

static int64_t gradient(layer_node *n, double *g)
{
    const rows_pair term = {n->gy.m, n->seen, n->gy.e, n->x.e};
    return rows_outer_sum(n->work->kernel, &term, 1, n->work->points, 1, n->t->rows, n->seen_size, n->work->scratch, g);
}

/* The gradient of one point is an outer product: its norm is the product of two. */
static double gradient_square(const layer_node *n, int64_t *e)
{
    const tepui_kernels *kernel = n->work->kernel;
    *e = n->gy.e[0] + n->x.e[0];
    return kernel->sumsq(n->gy.m, n->t->rows) * kernel->sumsq(n->x.m, n->t->cols);
}

static int64_t gradient_tangent(layer_node *n, const double *v, int whole, double *g)
{
    const rows_pair term[2] = {{n->dgy.m, n->seen, n->dgy.e, n->x.e}, {n->gy.m, n->dx.m, n->gy.e, n->dx.e}};
    (void)v;
    return rows_outer_sum(n->work->kernel, term, whole && n->t->from > 0 ? 2 : 1, n->work->points, 1, n->t->rows,
                          n->seen_size, n->work->scratch, g);
}

const tepui_layer_type tepui_layer_dense = {
    .kind = {.name = "dense",
             .doc = "fully connected, W x + b; its width is that of the grid unless it has its own",
             .source = "definition",
             .params = {{"width", "outputs; 0: the width of the grid", 0, 0, 1e7, 0, 0, 1},
                        {"gain", "factor on the standard deviation of the scale rule; 0: starts at zero", 1, 0, 1e6, 0,
                         0}}},
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
    .bend = bend,
    .gradient = gradient,
    .gradient_square = gradient_square,
    .gradient_tangent = gradient_tangent,
};
