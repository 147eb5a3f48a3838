/* normalise.c -- what batch_norm, layer_norm and rms_norm share.

   Over a group of N entries z = P x / s, s^2 = |P x|^2 / N + epsilon, P the projection that takes the mean off (or the
   identity). Then
       J d = (P d - z (z, d) / N) / s,    J = J^T,
       D(J g)[d] = -((z, d) / N s) J g - (J d (z, g) + z (J d, g)) / (N s).
   Scales: the x of a group are first brought to one exponent E. s is formed in units of 2^E, so that vectors of any
   size are normalised; where epsilon would not fit those units (E < 0), in units of 1, and z keeps the exponent E.
   Room: z, then for each group 1/s, its exponent, and that of z. */
#include "normalise.h"
#include <string.h>

typedef struct {
    size_t first, stride, count; /* entries first, first + stride, ... of the rows */
    size_t point;                /* of a group of one point */
} group;

typedef struct {
    double inverse; /* of s, times 2^inverse_e */
    double inverse_e, z_e;
} group_scale;

static size_t groups(const layer_node *n, const normaliser *h)
{
    return h->across ? n->t->in.channels : n->work->points;
}

static group group_of(const layer_node *n, const normaliser *h, size_t i)
{
    const size_t d = layer_out(n), c = n->t->in.channels;
    if (h->across) return (group){i, c, n->work->points * d / c, 0};
    return (group){i * d, 1, d, i};
}

static double *z_of(const layer_node *n)
{
    return n->room;
}

static group_scale *scale_of(const layer_node *n, size_t i)
{
    return (group_scale *)(void *)(n->room + n->t->room) - 1 - i;
}

void normalise_room(tepui_layer *t, size_t points)
{
    const size_t size = points * tepui_shape_size(&t->in), most = points > t->in.channels ? points : t->in.channels;
    t->out = t->in;
    t->room = size + most * (sizeof(group_scale) / sizeof(double));
    t->scratch = 3 * size + 2 * points;
}

/* The rows in m, each group in one exponent, which goes to e of its first point. */
static void align(const layer_node *n, const normaliser *h, tepui_rows x, double *m, int64_t *e)
{
    const size_t d = layer_out(n), points = n->work->points;
    const int64_t top = layer_top(n, x);
    memcpy(m, x.m, points * d * sizeof *m);
    for (size_t p = 0; p < points; p++) {
        e[p] = h->across ? top : x.e[p];
        if (x.e[p] != e[p]) n->work->kernel->scale(m + p * d, scaled_shift(1.0, x.e[p] - e[p]), d);
    }
}

static double mean(const double *x, const group *g)
{
    double sum = 0;
    for (size_t i = 0; i < g->count; i++) sum += x[g->first + i * g->stride];
    return sum / (double)g->count;
}

static double mean_product(const double *x, const double *y, const group *g)
{
    double sum = 0;
    for (size_t i = 0; i < g->count; i++) sum += x[g->first + i * g->stride] * y[g->first + i * g->stride];
    return sum / (double)g->count;
}

static void centre(double *x, const group *g)
{
    const double shift = mean(x, g);
    for (size_t i = 0; i < g->count; i++) x[g->first + i * g->stride] -= shift;
}

/* z in place of x 2^E. */
static group_scale normalise(double *x, const group *g, const normaliser *h, int64_t E)
{
    if (h->centre) centre(x, g);
    const double variance = mean_product(x, x, g);
    const int apart = E < 0 && h->epsilon > 0;
    const double square =
        apart ? scaled_shift(variance, 2 * E) + h->epsilon : variance + scaled_shift(h->epsilon, -2 * E);
    const double root = square > 0 ? sqrt(square) : INFINITY;
    for (size_t i = 0; i < g->count; i++) x[g->first + i * g->stride] /= root; /* one alone is 1 or -1, exactly */
    return (group_scale){1 / root, apart ? 0 : -(double)E, apart ? (double)E : 0};
}

void normalise_forward(layer_node *n, const normaliser *h)
{
    const size_t d = layer_out(n), points = n->work->points;
    double *z = z_of(n);
    align(n, h, n->x, z, n->y.e);
    for (size_t i = 0; i < groups(n, h); i++) {
        const group g = group_of(n, h, i);
        *scale_of(n, i) = normalise(z, &g, h, n->y.e[g.point]);
    }
    /* groups across points have one exponent; so do those of a point */
    for (size_t p = 0; p < points; p++) n->y.e[p] = (int64_t)scale_of(n, h->across ? 0 : p)->z_e;
    memcpy(n->y.m, z, points * d * sizeof *z);
    layer_settle(n, n->y, d);
}

/* d = J d but for the exponent of 1/s */
static void jacobian(const layer_node *n, const normaliser *h, const group *g, const group_scale *s, double *d)
{
    const double *z = z_of(n);
    const double along = scaled_shift(mean_product(z, d, g), 2 * (int64_t)s->z_e);
    if (h->centre) centre(d, g);
    for (size_t i = 0; i < g->count; i++) {
        const size_t k = g->first + i * g->stride;
        d[k] = s->inverse * (d[k] - z[k] * along);
    }
}

void normalise_through(layer_node *n, const normaliser *h, tepui_rows in, tepui_rows out)
{
    const size_t points = n->work->points;
    align(n, h, in, out.m, out.e);
    for (size_t i = 0; i < groups(n, h); i++) {
        const group g = group_of(n, h, i);
        jacobian(n, h, &g, scale_of(n, i), out.m);
    }
    for (size_t p = 0; p < points; p++) out.e[p] += (int64_t)scale_of(n, h->across ? 0 : p)->inverse_e;
    layer_settle(n, out, layer_out(n));
}

/* term = D(J g)[d] but for the exponents, from d and g; both are spent. */
static void bend_group(const layer_node *n, const normaliser *h, const group *c, const group_scale *s, double *d,
                       double *g, double *term)
{
    const double *z = z_of(n);
    const double zd = mean_product(z, d, c), zg = mean_product(z, g, c);
    jacobian(n, h, c, s, d);
    const double dg = mean_product(d, g, c);
    jacobian(n, h, c, s, g);
    for (size_t i = 0; i < c->count; i++) {
        const size_t k = c->first + i * c->stride;
        term[k] = -s->inverse * (zd * g[k] + d[k] * zg + z[k] * dg);
    }
}

void normalise_bend(layer_node *n, const normaliser *h, tepui_rows gx)
{
    const size_t d = layer_out(n), points = n->work->points, size = points * d;
    double *dx = n->work->scratch, *g = dx + size, *term = g + size;
    int64_t *dx_e = (int64_t *)(void *)(term + size), *g_e = dx_e + points;
    align(n, h, n->dx, dx, dx_e);
    align(n, h, n->gy, g, g_e);
    for (size_t i = 0; i < groups(n, h); i++) {
        const group c = group_of(n, h, i);
        bend_group(n, h, &c, scale_of(n, i), dx, g, term);
    }
    for (size_t p = 0; p < points; p++) {
        const group_scale *s = scale_of(n, h->across ? 0 : p);
        const int64_t e = dx_e[p] + g_e[p] + 2 * (int64_t)s->inverse_e + (int64_t)s->z_e;
        rows_add(gx.m + p * d, &gx.e[p], term + p * d, e, d);
    }
    layer_settle(n, gx, d);
}
