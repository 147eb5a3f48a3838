/* dense.c -- y = W x (+ b): W is out x in, entries sigma w with w of variance 1.

   tangent  dy = W dx + V x           backward  gx = W^T gy          gradient  sum over points of gy x^T
   bend     gx += V^T gy              and of the gradient  dgy x^T + gy dx^T. */
#include "layer.h"
#include <string.h>

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

/* y = factor W x, which behind a ReLU matters where a unit is alive. */
static void times(const layer_node *n, double factor, const double *w, size_t cols, const double *x, double *y)
{
    const layer_work *k = n->work;
    if (k->points == 1 && k->slopes_known && n->live)
        rows_times_live(k->kernel, factor, w, n->t->rows, cols, x, n->live, y);
    else
        rows_times(k->kernel, factor, w, n->t->rows, cols, x, k->points, y);
}

static void tangent(layer_node *n, const double *v)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    if (layer_top(n, n->dx) == ROWS_ZERO) /* nothing before it moves */
        memset(n->dy.m, 0, k->points * t->rows * sizeof *n->dy.m);
    else
        times(n, n->sigma, n->w, t->cols, n->dx.m, n->dy.m);
    if (v) times(n, 1.0, v, n->seen_size, n->seen, k->scratch);
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

static void gradient_square(const layer_node *n, double *s, int64_t *e)
{
    const layer_work *k = n->work;
    const rows_pair term = {n->gy.m, n->x.m, n->gy.e, n->x.e};
    const scaled_square square = rows_outer_square(k->kernel, &term, k->points, n->t->rows, n->t->cols, k->scratch);
    *s = square.s;
    *e = square.e;
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
    .straight = 1,
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
    .bend = bend,
    .gradient = gradient,
    .gradient_square = gradient_square,
    .gradient_tangent = gradient_tangent,
};
