/* entries.c -- columns of the Hessian entry by entry: of parameters, and where pairs of points will not do. */
#include "transport.h"

void entries_add_trace(column *q, tepui_part part, double x, int64_t e)
{
    sums_add(&q->sum[part].trace, (scaled){x, e});
    sums_add(&q->sum[TEPUI_HESSIAN].trace, (scaled){x, e});
}

/* Rows of G and R in the layer of n, a copy, for its tangents and gradients, and those of G: part[], 2^e[]. */
static void form(transport *s, layer_node *n, const double *v, tepui_rows gauss, int64_t e[2])
{
    const tepui_rows residual = n->dgy;
    n->dgy = gauss;
    e[0] = n->t->type->gradient_tangent(n, v, 0, s->part[0]);
    n->dgy = residual;
    e[1] = n->t->type->gradient_tangent(n, v, 1, s->part[1]);
}

/* Their squares, and that of their sum, which takes the place of part[0]. */
static void add_squares(const tepui_kernels *kernel, transport *s, size_t size, int64_t e[2], scaled sum[3])
{
    for (int i = 0; i < 2; i++)
        sums_add(&sum[TEPUI_GAUSS_NEWTON + i], (scaled){kernel->sumsq(s->part[i], size), 2 * e[i]});
    rows_add(s->part[0], &e[0], s->part[1], e[1], size);
    sums_add(&sum[TEPUI_HESSIAN], (scaled){kernel->sumsq(s->part[0], size), 2 * e[0]});
}

static size_t parameters_of(const layer_node *n)
{
    return n->t->rows * n->seen_size + n->t->own;
}

void entries_of_parameter(tepui_network *net, transport *s, column *q, size_t l, scaled sum[3])
{
    layer_node n = s->net->node[l];
    const double *v = l == q->k ? q->v : NULL;
    int64_t e[2];
    form(s, &n, v, s->gauss[l], e);
    if (v) entries_add_trace(q, TEPUI_GAUSS_NEWTON, s->part[0][q->parameter], e[0]);
    if (v) entries_add_trace(q, TEPUI_RESIDUAL, s->part[1][q->parameter], e[1]);
    add_squares(net->kernel, s, parameters_of(&n), e, sum);
}

/* to = row i of each point, times its coordinate j */
static void weigh(const tepui_network *net, const transport *s, const transport_share *share, size_t i, size_t j,
                  tepui_rows x, size_t size, tepui_rows to)
{
    for (size_t p = 0; p < net->points; p++) {
        const size_t r = p * s->units + i;
        const double factor = share->coordinate[p * share->rank + j] * (share->factor ? share->factor[r] : 1);
        for (size_t c = 0; c < size; c++) to.m[p * size + c] = factor * x.m[r * size + c];
        to.e[p] = x.e[r] + share->exponent[p];
        rows_settle(net->kernel, to.m + p * size, size, &to.e[p]);
    }
}

/* One unit, and one coordinate of the inputs, after the other. */
void entries_of_units(tepui_network *net, transport *s, const transport_share *share, size_t l, scaled sum[3])
{
    const layer_node *rows = &s->batch->node[l];
    layer_node n = s->net->node[l];
    int64_t e[2];
    n.dgy = s->dg;
    n.dx = s->dx;
    for (size_t i = 0; i < s->count; i++)
        for (size_t j = 0; j < share->rank; j++) {
            weigh(net, s, share, i, j, s->gauss[l], layer_out(&n), s->part_g);
            weigh(net, s, share, i, j, rows->dgy, layer_out(&n), s->dg);
            weigh(net, s, share, i, j, rows->dx, layer_in(&n), s->dx);
            form(s, &n, NULL, s->part_g, e);
            add_squares(net->kernel, s, parameters_of(&n), e, sum);
        }
}
