/* pairs.c -- squares of what units have in a layer, as sums over pairs of points; see transported.c.

   The rows of all units of a point stand one behind the other, so that a pair's inner product is one of long vectors.
   H = G + R, so its square is that of both and twice (G, R). What a sum is known to is told by the squares of the
   points' own terms (gram.c). */
#include "transport.h"
#include <string.h>

static int64_t top_of(const int64_t *e, size_t n)
{
    int64_t top = e[0];
    for (size_t p = 1; p < n; p++) top = e[p] > top ? e[p] : top;
    return top;
}

/* The rows of one point in one exponent, normalised, in to; returns what they stand for. */
static int64_t take_point(const tepui_network *net, const transport *s, const transport_share *share, tepui_rows rows,
                          size_t p, size_t size, double *to)
{
    const size_t first = p * s->units, count = s->units;
    const double *from = rows.m + first * size;
    const int64_t *e = rows.e + first, top = top_of(e, count);
    int same = !share->factor;
    for (size_t i = 0; i < count; i++) same &= e[i] == top || e[i] < ROWS_ZERO / 2;
    if (same) return sums_normalise(net->kernel, from, count * size, top, to);
    for (size_t i = 0; i < count; i++) {
        const double shift = scaled_shift(share->factor ? share->factor[first + i] : 1, e[i] - top);
        for (size_t c = 0; c < size; c++) to[i * size + c] = shift * from[i * size + c];
    }
    return sums_normalise(net->kernel, to, count * size, top, to);
}

static void take_family(const tepui_network *net, const transport *s, const transport_share *share, tepui_rows rows,
                        size_t size, const int64_t *with, family *f)
{
    f->none = 1;
    for (size_t p = 0; p < net->points; p++) {
        const int64_t e = take_point(net, s, share, rows, p, size, f->m + p * s->units * size);
        f->e[p] = e + share->exponent[p] + with[p];
        f->none &= e < ROWS_ZERO / 2;
    }
}

/* weight[p] = 2^(e_p - top); returns top. */
static int64_t weights_of(const int64_t *e, size_t n, double *weight)
{
    const int64_t top = top_of(e, n);
    for (size_t p = 0; p < n; p++) weight[p] = scaled_shift(1.0, e[p] - top);
    return top;
}

/* Sum over pairs p, q of inner a b, times 2^(e_p + f_q); own: of those p = q alone, may be NULL. */
static scaled sum_pairs(const tepui_network *net, const transport *s, const family *f, const family *h, const double *a,
                        const double *b, scaled *own)
{
    const size_t n = net->points;
    double sum = 0, alone = 0;
    const int64_t e = weights_of(f->e, n, s->weight) + weights_of(h->e, n, s->weight + n);
    for (size_t p = 0; p < n; p++) {
        double row = 0;
        for (size_t q = 0; q < n; q++) row += s->weight[n + q] * (a[p * n + q] * b[p * n + q]) * s->inner[p * n + q];
        sum += s->weight[p] * row;
        alone += s->weight[p] * s->weight[n + p] * a[p * (n + 1)] * b[p * (n + 1)] * s->inner[p * (n + 1)];
    }
    if (own) sums_add(own, (scaled){alone, e});
    return (scaled){sum, e};
}

/* (f, h), each with the factor b of their pairs. */
static scaled product(const tepui_network *net, const transport *s, const transport_share *share, const family *f,
                      const family *h, size_t size, const double *b, scaled *own)
{
    if (f->none || h->none) return (scaled){0, 0};
    sums_inner_products(net->kernel, f->m, h->m, net->points, s->units * size, s->inner);
    return sum_pairs(net, s, f, h, share->xx, b, own);
}

/* to[row][q] = products of the rows of a family with vectors of the points */
static void take_products(const tepui_network *net, const transport *s, const family *f, const double *with,
                          size_t size, double *to)
{
    rows_times(net->kernel, 1.0, with, net->points, size, f->m, net->points * s->units, to);
}

/* (C, M): sums over units of (dg_p, g_q) (x_p, dx_q); the latter are there. */
static scaled mixed(const tepui_network *net, const transport *s, const transport_share *share, const family *f,
                    size_t l)
{
    const family *tangents = &s->f[OF_M];
    const size_t n = net->points, units = s->units;
    if (f->none || tangents->none) return (scaled){0, 0};
    take_products(net, s, f, s->layer[l].g, s->net->node[l].t->rows, s->along[0]);
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++) {
            const double *a = s->along[0] + p * units * n + q, *b = s->along[1] + q * units * n + p;
            double sum = 0;
            for (size_t i = 0; i < units; i++) sum += a[i * n] * b[i * n];
            s->inner[p * n + q] = sum;
        }
    return sum_pairs(net, s, f, tangents, share->xx, s->ones, NULL);
}

static void add_twice(scaled *sum, scaled x)
{
    x.s *= 2;
    sums_add(sum, x);
}

/* What the M term adds to the squares of R and to (G, R). */
static void add_tangents(const tepui_network *net, transport *s, const transport_share *share, size_t l, scaled of[3],
                         scaled own[3], scaled *both)
{
    const layer_node *n = &s->batch->node[l];
    family *f = s->f;
    take_family(net, s, share, n->dx, n->seen_size, s->layer[l].g_exponent, &f[OF_M]);
    if (f[OF_M].none) return;
    sums_add(&of[TEPUI_RESIDUAL],
             product(net, s, share, &f[OF_M], &f[OF_M], n->seen_size, s->layer[l].gg, &own[TEPUI_RESIDUAL]));
    if (f[OF_G].none && f[OF_R].none) return;
    take_products(net, s, &f[OF_M], s->layer[l].x, n->seen_size, s->along[1]);
    add_twice(&of[TEPUI_RESIDUAL], mixed(net, s, share, &f[OF_R], l));
    sums_add(both, mixed(net, s, share, &f[OF_G], l));
}

/* Gradients of the layer's own parameters, of each row alone. */
static void take_own(transport *s, size_t l)
{
    layer_work *work = &s->batch->work;
    const layer_node *all = &s->batch->node[l];
    const size_t rows = work->points, own = all->t->own, in = layer_in(all), out = layer_out(all);
    work->points = 1;
    for (size_t r = 0; r < rows; r++) {
        layer_node n = *all;
        n.x = (tepui_rows){all->x.m + r * in, all->x.e + r};
        n.dx = (tepui_rows){all->dx.m + r * in, all->dx.e + r};
        n.gy = (tepui_rows){all->gy.m + r * out, all->gy.e + r};
        n.dgy = (tepui_rows){s->gauss[l].m + r * out, s->gauss[l].e + r};
        s->own[0].e[r] = n.t->type->gradient_tangent(&n, NULL, 0, s->own[0].m + r * own);
        n.dgy = (tepui_rows){all->dgy.m + r * out, all->dgy.e + r};
        s->own[1].e[r] = n.t->type->gradient_tangent(&n, NULL, 1, s->own[1].m + r * own);
    }
    work->points = rows;
}

/* The families of G and R, factors of their pairs at layer l and the size of a row; NULL: there are no such rows. */
static const double *take_gradients(tepui_network *net, transport *s, const transport_share *share, size_t l,
                                    size_t *size)
{
    const layer_node *n = &s->batch->node[l];
    const int dense = s->layer[l].dense;
    if (!dense && (n->t->rows > 0 || n->t->room > 0)) return NULL; /* of a row alone its room tells nothing */
    if (!dense) take_own(s, l);
    const int64_t *with = dense ? s->layer[l].x_exponent : s->zeros;
    *size = dense ? n->t->rows : n->t->own;
    take_family(net, s, share, dense ? s->gauss[l] : s->own[0], *size, with, &s->f[OF_G]);
    take_family(net, s, share, dense ? n->dgy : s->own[1], *size, with, &s->f[OF_R]);
    return dense ? s->layer[l].xx : s->ones;
}

int pairs_of_units(tepui_network *net, transport *s, size_t k, const transport_share *share, size_t l, scaled sum[3])
{
    family *f = s->f;
    scaled own[3] = {{0, 0}, {0, 0}, {0, 0}}, of[3], both;
    size_t size;
    const double *xx = take_gradients(net, s, share, l, &size);
    if (!xx) return 0;
    of[TEPUI_GAUSS_NEWTON] = product(net, s, share, &f[OF_G], &f[OF_G], size, xx, &own[TEPUI_GAUSS_NEWTON]);
    of[TEPUI_RESIDUAL] = product(net, s, share, &f[OF_R], &f[OF_R], size, xx, &own[TEPUI_RESIDUAL]);
    both = product(net, s, share, &f[OF_G], &f[OF_R], size, xx, NULL);
    if (s->layer[l].dense && l > k && s->net->node[l].t->from > 0) add_tangents(net, s, share, l, of, own, &both);
    of[TEPUI_HESSIAN] = of[TEPUI_GAUSS_NEWTON];
    sums_add(&of[TEPUI_HESSIAN], of[TEPUI_RESIDUAL]);
    add_twice(&of[TEPUI_HESSIAN], both);
    own[TEPUI_HESSIAN] = own[TEPUI_GAUSS_NEWTON];
    sums_add(&own[TEPUI_HESSIAN], own[TEPUI_RESIDUAL]);
    for (int part = 0; part < 3; part++)
        if (sums_have_cancelled(of[part], own[part])) return 0;
    for (int part = 0; part < 3; part++) sum[part] = of[part];
    return 1;
}
