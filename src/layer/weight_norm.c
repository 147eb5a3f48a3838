/* weight_norm.c -- dense, y = W x (+ b), with rows W_i = g_i v_i / |v_i|. Parameters: v, as drawn, then g. At the start
   g is the norm that a row has by the scale rule in mean square, sigma sqrt(fan_in): every row has it exactly.

   With u_i = v_i / |v_i|, q_i = g_i / |v_i| and G the gradient of W:
       dW_i = dg_i u_i + q_i (dv_i - u_i (u_i, dv_i)),
       gradients of g_i: (G_i, u_i), of v_i: q_i P G_i, P a = a - u_i (u_i, a),
   and their derivatives along (dv, dg), with dG that of G:
       g: (dG_i, u_i) + (G_i, du_i),   du_i = P dv_i / |v_i|,
       v: q_i P dG_i + dq_i P G_i - q_i ((G_i, du_i) u_i + (G_i, u_i) du_i),   dq_i = (dg_i - q_i (u_i, dv_i)) / |v_i|.
   Room: W, then 1/|v_i|. */
#include "layer.h"
#include <string.h>

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    if (t->in.space != 0) return layer_misfit(t, "a vector (flatten comes before weight_norm)", err);
    const size_t out = t->value[0] > 0 ? (size_t)t->value[0] : width, in = tepui_shape_size(&t->in);
    t->out = (tepui_shape){0, 1, 1, out};
    t->rows = t->biases = t->own = out;
    t->cols = in;
    t->room = out * in + out;
    t->scratch = 3 * out * in + points * (out + in) + rows_outer_work(points, 1, out, in);
    return TEPUI_OK;
}

static void start(const tepui_layer *t, double *own)
{
    for (size_t i = 0; i < t->rows; i++) own[i] = t->sigma * sqrt((double)t->cols);
}

static void set_matrix(layer_node *n)
{
    const tepui_layer *t = n->t;
    const size_t cols = t->cols;
    double *W = n->room, *inverse = n->room + t->rows * cols;
    memcpy(W, n->w, t->rows * cols * sizeof *W);
    for (size_t i = 0; i < t->rows; i++, W += cols) {
        const double square = n->work->kernel->sumsq(W, cols); /* 0: a row of a sparse law, which stays 0 */
        inverse[i] = square > 0 ? 1 / (n->sigma * sqrt(square)) : 0;
        n->work->kernel->scale(W, n->own[i] * n->sigma * inverse[i], cols);
    }
}

/* Row i as norm u_i: that of W, or where its gain has come to 0 the one drawn; 1/|v_i| and g_i. */
typedef struct {
    const double *row;
    double norm, inverse, g;
} direction;

static direction direction_of(const layer_node *n, size_t i)
{
    const size_t cols = n->t->cols;
    const double g = n->own[i], inverse = n->room[n->t->rows * cols + i];
    if (g != 0 || inverse == 0) return (direction){n->room + i * cols, g != 0 ? g : 1, inverse, g};
    return (direction){n->w + i * cols, 1 / (n->sigma * inverse), inverse, 0};
}

static void forward(layer_node *n)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    set_matrix(n);
    rows_times(k->kernel, 1.0, n->room, t->rows, t->cols, n->x.m, k->points, n->y.m);
    for (size_t p = 0; p < k->points; p++) {
        n->y.e[p] = n->x.e[p];
        if (n->bias) rows_add_bias(n->bias, n->y.m + p * t->rows, &n->y.e[p], t->rows, t->rows);
    }
    layer_settle(n, n->y, t->rows);
}

/* dW of a direction. */
static void weights_along(const layer_node *n, const double *v, double *dW)
{
    const tepui_layer *t = n->t;
    const size_t cols = t->cols;
    const double *dg = v + t->rows * cols;
    for (size_t i = 0; i < t->rows; i++, v += cols, dW += cols) {
        const direction d = direction_of(n, i);
        const double along = n->work->kernel->dot(d.row, v, cols) / d.norm, q = d.g * d.inverse;
        for (size_t j = 0; j < cols; j++) dW[j] = q * v[j] + (dg[i] - q * along) * d.row[j] / d.norm;
    }
}

static double *after_matrices(const layer_node *n)
{
    return n->work->scratch + 3 * n->t->rows * n->t->cols;
}

static void tangent(layer_node *n, const double *v)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    double *dW = k->scratch, *term = after_matrices(n);
    rows_times(k->kernel, 1.0, n->room, t->rows, t->cols, n->dx.m, k->points, n->dy.m);
    if (v) {
        weights_along(n, v, dW);
        rows_times(k->kernel, 1.0, dW, t->rows, t->cols, n->x.m, k->points, term);
    }
    for (size_t p = 0; p < k->points; p++) {
        n->dy.e[p] = n->dx.e[p];
        if (v) rows_add(n->dy.m + p * t->rows, &n->dy.e[p], term + p * t->rows, n->x.e[p], t->rows);
    }
    layer_settle(n, n->dy, t->rows);
}

static void backward(layer_node *n, tepui_rows gy, tepui_rows gx)
{
    const tepui_layer *t = n->t;
    rows_times_t(n->work->kernel, 1.0, n->room, t->rows, t->cols, gy.m, n->work->points, gx.m);
    memcpy(gx.e, gy.e, n->work->points * sizeof *gx.e);
    layer_settle(n, gx, t->cols);
}

static void bend(layer_node *n, const double *v, tepui_rows gx)
{
    const tepui_layer *t = n->t;
    const layer_work *k = n->work;
    double *dW = k->scratch, *term = after_matrices(n);
    if (!v) return;
    weights_along(n, v, dW);
    rows_times_t(k->kernel, 1.0, dW, t->rows, t->cols, n->gy.m, k->points, term);
    for (size_t p = 0; p < k->points; p++)
        rows_add(gx.m + p * t->cols, &gx.e[p], term + p * t->cols, n->gy.e[p], t->cols);
    layer_settle(n, gx, t->cols);
}

/* From the gradient of W to that of (v, g), in the same scale. */
static void to_parameters(const layer_node *n, const double *G, double *out)
{
    const tepui_layer *t = n->t;
    const size_t cols = t->cols;
    double *of_gain = out + t->rows * cols;
    for (size_t i = 0; i < t->rows; i++, G += cols, out += cols) {
        const direction d = direction_of(n, i);
        of_gain[i] = n->work->kernel->dot(G, d.row, cols) / d.norm;
        for (size_t j = 0; j < cols; j++) out[j] = d.g * d.inverse * (G[j] - of_gain[i] * d.row[j] / d.norm);
    }
}

static int64_t gradient(layer_node *n, double *g)
{
    const rows_pair term = {n->gy.m, n->x.m, n->gy.e, n->x.e};
    double *G = n->work->scratch;
    const int64_t e =
        rows_outer_sum(n->work->kernel, &term, 1, n->work->points, 1, n->t->rows, n->t->cols, after_matrices(n), G);
    to_parameters(n, G, g);
    return e;
}

/* How the parametrisation bends: the terms with G above. */
static void bend_parameters(const layer_node *n, const double *G, const double *v, double *out)
{
    const tepui_layer *t = n->t;
    const size_t cols = t->cols;
    const double *dg = v + t->rows * cols;
    double *of_gain = out + t->rows * cols;
    for (size_t i = 0; i < t->rows; i++, G += cols, v += cols, out += cols) {
        const direction d = direction_of(n, i);
        const double uv = n->work->kernel->dot(d.row, v, cols) / d.norm;
        const double Gu = n->work->kernel->dot(G, d.row, cols) / d.norm;
        const double q = d.g * d.inverse, dq = d.g != 0 ? q * (dg[i] / d.g - uv * d.inverse) : d.inverse * dg[i];
        const double Gdu = d.inverse * (n->work->kernel->dot(G, v, cols) - Gu * uv);
        of_gain[i] = Gdu;
        for (size_t j = 0; j < cols; j++) {
            const double u = d.row[j] / d.norm, du = d.inverse * (v[j] - u * uv);
            out[j] = dq * (G[j] - Gu * u) - q * (Gdu * u + Gu * du);
        }
    }
}

static int64_t gradient_tangent(layer_node *n, const double *v, int whole, double *g)
{
    const tepui_layer *t = n->t;
    const tepui_kernels *kernel = n->work->kernel;
    const rows_pair kept = {n->gy.m, n->x.m, n->gy.e, n->x.e};
    const rows_pair term[2] = {{n->dgy.m, n->x.m, n->dgy.e, n->x.e}, {n->gy.m, n->dx.m, n->gy.e, n->dx.e}};
    const size_t size = t->rows * t->cols;
    double *G = n->work->scratch, *bent = G + size, *work = after_matrices(n);
    int64_t e = rows_outer_sum(kernel, term, whole ? 2 : 1, n->work->points, 1, t->rows, t->cols, work, G);
    to_parameters(n, G, g);
    if (!whole || !v) return e;
    const int64_t top = rows_outer_sum(kernel, &kept, 1, n->work->points, 1, t->rows, t->cols, work, G);
    bend_parameters(n, G, v, bent);
    rows_add(g, &e, bent, top, size + t->rows);
    return e;
}

const tepui_layer_type tepui_layer_weight_norm = {
    .kind = {.name = "weight_norm",
             .doc = "dense with every row of the matrix brought to one norm, direction and norm being the parameters",
             .source = "Salimans and Kingma 2016",
             .params = {{"width", "outputs; 0: the width of the grid", 0, 0, 1e7, 0, 0, 1}}},
    .shape = shape,
    .start = start,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
    .bend = bend,
    .gradient = gradient,
    .gradient_tangent = gradient_tangent,
};
