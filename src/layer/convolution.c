/* convolution.c -- y[i] = W x[patch of i] (+ b) at each output position i: W is channels x (kernel positions x input
   channels), rows of the matrix are filters. Everything is a dense layer on patches, laid out one after another, so the
   formulas are those of dense.c with points x positions rows. */
#include "convolution.h"
#include <string.h>

static size_t padding_before(const tepui_layer *t)
{
    return t->value[CONVOLUTION_PADDING] == CONVOLUTION_NONE ? 0 : ((size_t)t->value[CONVOLUTION_KERNEL] - 1) / 2;
}

static size_t positions(const tepui_shape *s)
{
    return s->height * s->width;
}

/* Along one dimension; 0: the kernel does not fit. */
static size_t length_out(const tepui_layer *t, size_t length)
{
    const size_t kernel = (size_t)t->value[CONVOLUTION_KERNEL], stride = (size_t)t->value[CONVOLUTION_STRIDE];
    if (t->value[CONVOLUTION_PADDING] == CONVOLUTION_NONE) return kernel > length ? 0 : (length - kernel) / stride + 1;
    return (length - 1) / stride + 1;
}

tepui_status convolution_shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    const size_t kernel = (size_t)t->value[CONVOLUTION_KERNEL];
    const size_t channels = t->value[CONVOLUTION_CHANNELS] > 0 ? (size_t)t->value[CONVOLUTION_CHANNELS] : width;
    const size_t height = t->in.space == 2 ? length_out(t, t->in.height) : 1, across = length_out(t, t->in.width);
    if (height == 0 || across == 0) return layer_misfit(t, "an input at least as long as its kernel", err);
    t->out = (tepui_shape){t->in.space, height, across, channels};
    t->rows = t->biases = channels;
    t->cols = t->in.channels * kernel * (t->in.space == 2 ? kernel : 1);
    const size_t lines = points * height * across, in = points * tepui_shape_size(&t->in);
    const size_t outer = rows_outer_work(points, height * across, t->rows, t->cols), most = lines * t->rows;
    size_t rest = outer > most ? outer : most;
    rest = in > rest ? in : rest;
    t->scratch = 2 * lines * t->cols + rest;
    return TEPUI_OK;
}

/* Where kernel position (r, s) of output (i, j) looks, as an offset into a point's features; SIZE_MAX: at padding. */
static size_t look(const tepui_layer *t, size_t i, size_t j, size_t r, size_t s)
{
    const size_t stride = (size_t)t->value[CONVOLUTION_STRIDE], before = padding_before(t);
    const size_t image = t->in.space == 2;
    size_t a = i * stride + r, b = j * stride + s;
    if (t->value[CONVOLUTION_PADDING] == CONVOLUTION_CIRCULAR) {
        a = image ? (a + t->in.height * before - before) % t->in.height : 0;
        b = (b + t->in.width * before - before) % t->in.width;
    } else {
        if ((image && a < before) || b < before) return SIZE_MAX;
        a -= image ? before : a;
        b -= before;
        if (a >= t->in.height || b >= t->in.width) return SIZE_MAX;
    }
    return (a * t->in.width + b) * t->in.channels;
}

/* Visits every patch piece (in_channels long): gather copies it to the patches, scatter adds it back. */
static void each_piece(const layer_node *n, double *rows, double *patches, int scatter)
{
    const tepui_layer *t = n->t;
    const size_t kernel = (size_t)t->value[CONVOLUTION_KERNEL], high = t->in.space == 2 ? kernel : 1;
    const size_t in = layer_in(n), c = t->in.channels;
    for (size_t p = 0; p < n->work->points; p++, rows += in)
        for (size_t i = 0; i < t->out.height; i++)
            for (size_t j = 0; j < t->out.width; j++)
                for (size_t r = 0; r < high; r++)
                    for (size_t s = 0; s < kernel; s++, patches += c) {
                        const size_t at = look(t, i, j, r, s);
                        if (scatter && at != SIZE_MAX)
                            for (size_t k = 0; k < c; k++) rows[at + k] += patches[k];
                        else if (!scatter && at != SIZE_MAX)
                            memcpy(patches, rows + at, c * sizeof *patches);
                        else if (!scatter)
                            memset(patches, 0, c * sizeof *patches);
                    }
}

static size_t lines(const layer_node *n)
{
    return n->work->points * positions(&n->t->out);
}

static const double *gather(const layer_node *n, const double *rows, double *patches)
{
    each_piece(n, (double *)(uintptr_t)rows, patches, 0); /* read only */
    return patches;
}

/* rows (points x in) = the sum of their patches */
static void scatter(const layer_node *n, double *patches, double *rows)
{
    memset(rows, 0, n->work->points * layer_in(n) * sizeof *rows);
    each_piece(n, rows, patches, 1);
}

void convolution_forward(layer_node *n)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    const size_t out = layer_out(n);
    rows_times(k->kernel, n->sigma, n->w, t->rows, t->cols, gather(n, n->x.m, k->scratch), lines(n), n->y.m);
    for (size_t p = 0; p < k->points; p++) {
        n->y.e[p] = n->x.e[p];
        if (n->bias) rows_add_bias(n->bias, n->y.m + p * out, &n->y.e[p], out, t->rows);
    }
    layer_settle(n, n->y, out);
}

void convolution_tangent(layer_node *n, const double *v)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    const size_t out = layer_out(n);
    double *patches = k->scratch, *term = k->scratch + 2 * lines(n) * t->cols;
    rows_times(k->kernel, n->sigma, n->w, t->rows, t->cols, gather(n, n->dx.m, patches), lines(n), n->dy.m);
    if (v) rows_times(k->kernel, 1.0, v, t->rows, t->cols, gather(n, n->x.m, patches), lines(n), term);
    for (size_t p = 0; p < k->points; p++) {
        n->dy.e[p] = n->dx.e[p];
        if (v) rows_add(n->dy.m + p * out, &n->dy.e[p], term + p * out, n->x.e[p], out);
    }
    layer_settle(n, n->dy, out);
}

void convolution_backward(layer_node *n, tepui_rows gy, tepui_rows gx)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    rows_times_t(k->kernel, n->sigma, n->w, t->rows, t->cols, gy.m, lines(n), k->scratch);
    scatter(n, k->scratch, gx.m);
    memcpy(gx.e, gy.e, k->points * sizeof *gx.e);
    layer_settle(n, gx, layer_in(n));
}

void convolution_bend(layer_node *n, const double *v, tepui_rows gx)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    const size_t in = layer_in(n);
    double *term = k->scratch + 2 * lines(n) * t->cols;
    if (!v) return;
    rows_times_t(k->kernel, 1.0, v, t->rows, t->cols, n->gy.m, lines(n), k->scratch);
    scatter(n, k->scratch, term);
    for (size_t p = 0; p < k->points; p++) rows_add(gx.m + p * in, &gx.e[p], term + p * in, n->gy.e[p], in);
    layer_settle(n, gx, in);
}

int64_t convolution_gradient(layer_node *n, double *g)
{
    const layer_work *k = n->work;
    const size_t cols = n->t->cols;
    const rows_pair term = {n->gy.m, gather(n, n->x.m, k->scratch), n->gy.e, n->x.e};
    return rows_outer_sum(k->kernel, &term, 1, k->points, positions(&n->t->out), n->t->rows, cols,
                          k->scratch + 2 * lines(n) * cols, g);
}

int64_t convolution_gradient_tangent(layer_node *n, const double *v, int whole, double *g)
{
    const layer_work *k = n->work;
    const size_t cols = n->t->cols, size = lines(n) * cols;
    const rows_pair term[2] = {{n->dgy.m, gather(n, n->x.m, k->scratch), n->dgy.e, n->x.e},
                               {n->gy.m, whole ? gather(n, n->dx.m, k->scratch + size) : NULL, n->gy.e, n->dx.e}};
    (void)v;
    return rows_outer_sum(k->kernel, term, whole ? 2 : 1, k->points, positions(&n->t->out), n->t->rows, cols,
                          k->scratch + 2 * size, g);
}
