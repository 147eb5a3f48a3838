/* product.c -- Hessian-vector products by forward over reverse (Pearlmutter 1994), all points at once.

   R is the derivative along v at the parameters. Tangents R y run forward through the layers; at the output the loss
   gives R (d loss / d f) = S S^T R f, the Gauss-Newton part; gradients of gradients run backward: every layer hands
   back J^T R g and D(J^T g) along (R x, v), and its parameters collect the same of (d y / d parameters)^T g. G v keeps
   S S^T R f and drops everything that bends; R v the other way round. */
#include "composed.h"
#include "moved.h"
#include <string.h>

static void clear(const layer_node *n, tepui_rows r, size_t points)
{
    memset(r.m, 0, points * layer_out(n) * sizeof *r.m);
    for (size_t p = 0; p < points; p++) r.e[p] = ROWS_ZERO;
}

/* The data does not move. */
static void begin(tepui_network *net)
{
    composed_state *s = net->composed;
    s->work.points = net->points;
    s->work.slopes_known = 1;
    clear(&s->node[0], s->node[0].dy, net->points);
}

/* dgy of the last layer: S S^T R f of every point. */
static void through_loss(tepui_network *net, tepui_part part)
{
    const tepui_loss_type *loss = net->cell->loss.type;
    composed_state *s = net->composed;
    layer_node *last = &s->node[s->m->count];
    const size_t n = net->points, q = net->cell->outputs;
    double *half = net->residual;
    clear(last, last->dgy, n);
    if (!loss->root || part == TEPUI_RESIDUAL) return;
    for (size_t p = 0; p < n; p++) {
        const double *root = s->root + p * q * q;
        rows_times_t(net->kernel, 1.0, root, q, q, last->dy.m + p * q, 1, half);
        rows_times(net->kernel, s->sign[p], root, q, q, half, 1, last->dgy.m + p * q);
        last->dgy.e[p] = last->dy.e[p];
    }
    layer_settle(last, last->dgy, q);
}

int64_t curvature_align(const size_t *at, size_t count, const int64_t *e, double *out)
{
    int64_t top = e[1];
    for (size_t k = 2; k <= count; k++)
        if (e[k] > top) top = e[k];
    for (size_t k = 1; k <= count; k++) {
        if (e[k] == top || at[k] == at[k + 1]) continue;
        const double shift = scaled_shift(1.0, e[k] - top);
        for (size_t i = at[k]; i < at[k + 1]; i++) out[i] *= shift;
    }
    return top <= ROWS_ZERO / 2 ? 0 : top;
}

/* Blocks of a product, as their layers come by. */
typedef struct {
    const double *v; /* of all parameters, or of layer `only` */
    size_t only;     /* 0: all */
    int whole;
    double *out;
} product;

static const double *direction_at(const product *p, const composed_state *s, size_t k)
{
    return !p->only ? p->v + s->at[k] : p->only == k ? p->v : NULL;
}

static void take_block(tepui_network *net, size_t k, void *arg)
{
    const product *p = arg;
    composed_state *s = net->composed;
    layer_node *n = &s->node[k];
    s->exponent[k] = 2 * ROWS_ZERO;
    if (s->at[k] == s->at[k + 1] || (p->only && k > p->only)) return;
    s->exponent[k] = n->t->type->gradient_tangent(n, direction_at(p, s, k), p->whole, p->out + s->at[k]);
}

static tepui_status backward(tepui_network *net, tepui_part part, product *p, int64_t *exponent)
{
    composed_state *s = net->composed;
    through_loss(net, part);
    const tepui_status st = composed_reverse_tangent(net, p->v, p->only, p->whole, take_block, p);
    *exponent = curvature_align(s->at, p->only ? p->only : s->m->count, s->exponent, p->out);
    return st;
}

tepui_status tepui_network_hessian_product(tepui_network *net, tepui_part part, const double *v, double *out,
                                           int64_t *exponent)
{
    composed_state *s = net->composed;
    product p = {v, 0, part != TEPUI_GAUSS_NEWTON, out};
    const tepui_status st = moved_bend(net);
    if (st != TEPUI_OK) return st;
    begin(net);
    composed_tangent(net, 1, s->m->count, v);
    return backward(net, part, &p, exponent);
}

tepui_status composed_product_at(tepui_network *net, tepui_part part, size_t k, const double *v, double *out,
                                 int64_t *exponent)
{
    composed_state *s = net->composed;
    product p = {v, k, part != TEPUI_GAUSS_NEWTON, out};
    begin(net);
    for (size_t j = 1; j < k; j++) clear(&s->node[j], s->node[j].dy, net->points);
    s->node[k].t->type->tangent(&s->node[k], v);
    composed_tangent(net, k + 1, s->m->count, NULL);
    return backward(net, part, &p, exponent);
}

void composed_take_gradient(tepui_network *net, size_t k, void *arg)
{
    composed_state *s = net->composed;
    layer_node *n = &s->node[k];
    double *g = arg;
    s->exponent[k] = 2 * ROWS_ZERO;
    if (s->at[k] < s->at[k + 1]) s->exponent[k] = n->t->type->gradient(n, g + s->at[k]);
}

tepui_status tepui_network_loss_gradient(tepui_network *net, double *g, int64_t *exponent)
{
    composed_state *s = net->composed;
    const tepui_status st = moved_bend(net);
    if (st != TEPUI_OK) return st;
    s->work.points = net->points;
    for (size_t k = 1; k <= s->m->count; k++) composed_take_gradient(net, k, g);
    *exponent = curvature_align(s->at, s->m->count, s->exponent, g);
    return TEPUI_OK;
}

tepui_status composed_jacobian_rows(tepui_network *net, double *J, int64_t *exponent)
{
    composed_state *s = net->composed;
    layer_node *last = &s->node[s->m->count];
    const size_t n = net->points, q = net->cell->outputs, P = s->at[s->m->count + 1];
    s->work.points = n;
    for (size_t i = 0; i < n * q; i++, J += P, exponent++) {
        clear(last, last->gy, n);
        last->gy.m[i] = 1;
        last->gy.e[i / q] = 0;
        const tepui_status st = composed_reverse(net, composed_take_gradient, J);
        if (st != TEPUI_OK) return st;
        *exponent = curvature_align(s->at, s->m->count, s->exponent, J);
    }
    return TEPUI_OK;
}
