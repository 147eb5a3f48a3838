/* affine.c -- y = gamma o x + beta, a gain and a shift for each channel, at their start gamma = 1, beta = 0: what
   follows a normalisation where it is trained. Parameters: gamma, then beta.

   tangent  dy = gamma o dx + v_gamma o x + v_beta        backward  gx = gamma o gy        bend  gx += v_gamma o gy */
#include "layer.h"
#include <string.h>

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    (void)width;
    (void)points;
    (void)err;
    t->out = t->in;
    t->own = 2 * t->in.channels;
    t->scratch = tepui_shape_size(&t->in) + t->in.channels;
    return TEPUI_OK;
}

static void start(const tepui_layer *t, double *own)
{
    const size_t c = t->in.channels;
    for (size_t i = 0; i < 2 * c; i++) own[i] = i < c;
}

/* out = gamma o in */
static void times_gain(const layer_node *n, tepui_rows in, tepui_rows out)
{
    const size_t d = layer_out(n), c = n->t->in.channels;
    for (size_t i = 0; i < n->work->points * d; i += c)
        for (size_t j = 0; j < c; j++) out.m[i + j] = n->own[j] * in.m[i + j];
    memcpy(out.e, in.e, n->work->points * sizeof *out.e);
}

/* out += v_gamma o in */
static void add_gain(const layer_node *n, const double *v, tepui_rows in, tepui_rows out)
{
    const size_t d = layer_out(n), c = n->t->in.channels;
    double *term = n->work->scratch;
    for (size_t p = 0; p < n->work->points; p++) {
        for (size_t i = 0; i < d; i++) term[i] = v[i % c] * in.m[p * d + i];
        rows_add(out.m + p * d, &out.e[p], term, in.e[p], d);
    }
}

/* out += v_beta */
static void add_shift(const layer_node *n, const double *v, tepui_rows out)
{
    const size_t d = layer_out(n), c = n->t->in.channels;
    double *term = n->work->scratch;
    for (size_t i = 0; i < d; i++) term[i] = v[c + i % c];
    for (size_t p = 0; p < n->work->points; p++) rows_add(out.m + p * d, &out.e[p], term, 0, d);
}

static void forward(layer_node *n)
{
    const size_t c = n->t->in.channels;
    times_gain(n, n->x, n->y);
    /* a shift by 0 leaves small rows their exponents */
    if (n->work->kernel->maxabs(n->own + c, c) != 0) add_shift(n, n->own, n->y);
    layer_settle(n, n->y, layer_out(n));
}

static void tangent(layer_node *n, const double *v)
{
    times_gain(n, n->dx, n->dy);
    if (v) add_gain(n, v, n->x, n->dy);
    if (v) add_shift(n, v, n->dy);
    layer_settle(n, n->dy, layer_out(n));
}

static void backward(layer_node *n, tepui_rows gy, tepui_rows gx)
{
    times_gain(n, gy, gx);
    layer_settle(n, gx, layer_out(n));
}

static void bend(layer_node *n, const double *v, tepui_rows gx)
{
    if (!v) return;
    add_gain(n, v, n->gy, gx);
    layer_settle(n, gx, layer_out(n));
}

/* g 2^*e += sums over points and positions of a o b (b NULL: of a), one for each channel */
static void add_sums(const layer_node *n, tepui_rows a, const tepui_rows *b, double *g, int64_t *e)
{
    const size_t d = layer_out(n), c = n->t->in.channels;
    double *term = n->work->scratch;
    for (size_t p = 0; p < n->work->points; p++) {
        memset(term, 0, c * sizeof *term);
        for (size_t i = p * d; i < (p + 1) * d; i += c)
            for (size_t j = 0; j < c; j++) term[j] += a.m[i + j] * (b ? b->m[i + j] : 1);
        rows_add(g, e, term, a.e[p] + (b ? b->e[p] : 0), c);
    }
}

/* The larger of the two exponents, to which both halves are brought. */
static int64_t join(double *g, size_t c, const int64_t e[2])
{
    const int64_t top = e[0] > e[1] ? e[0] : e[1];
    for (int half = 0; half < 2; half++) {
        const double shift = scaled_shift(1.0, e[half] - top);
        for (size_t i = 0; i < c; i++) g[(size_t)half * c + i] *= shift;
    }
    return top;
}

static int64_t gradient(layer_node *n, double *g)
{
    const size_t c = n->t->in.channels;
    int64_t e[2] = {2 * ROWS_ZERO, 2 * ROWS_ZERO};
    memset(g, 0, 2 * c * sizeof *g);
    add_sums(n, n->gy, &n->x, g, &e[0]);
    add_sums(n, n->gy, NULL, g + c, &e[1]);
    return join(g, c, e);
}

static int64_t gradient_tangent(layer_node *n, const double *v, int whole, double *g)
{
    const size_t c = n->t->in.channels;
    int64_t e[2] = {2 * ROWS_ZERO, 2 * ROWS_ZERO};
    (void)v;
    memset(g, 0, 2 * c * sizeof *g);
    add_sums(n, n->dgy, &n->x, g, &e[0]);
    if (whole) add_sums(n, n->gy, &n->dx, g, &e[0]);
    add_sums(n, n->dgy, NULL, g + c, &e[1]);
    return join(g, c, e);
}

const tepui_layer_type tepui_layer_affine = {
    .kind = {.name = "affine",
             .doc = "a trained gain (1 at the start) and shift (0) for each channel, as after a normalisation",
             .source = "Ioffe and Szegedy 2015"},
    .gains = 1,
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
