/* product.c -- Hessian-vector products by forward over reverse (Pearlmutter 1994), all points at once.

   R is the derivative along v at the parameters. Tangents R y run forward through the layers; at the output the loss
   gives R (d loss / d f) = S S^T R f, the Gauss-Newton part; gradients of gradients run backward: every layer hands
   back J^T R g and D(J^T g) along (R x, v), and its parameters collect the same of (d y / d parameters)^T g. G v keeps
   S S^T R f and drops everything that bends; R v the other way round. */
#include "composed.h"
#include "moved.h"
#include <string.h>

/* The data does not move. */
static void begin(tepui_network *net)
{
    composed_state *s = net->composed;
    s->work.points = net->points;
    s->work.slopes_known = 1;
    layer_clear(s->node[0].dy, net->points, layer_out(&s->node[0]));
}

/* Blocks of a product, as their layers come by. */
typedef struct {
    composed_direction v;
    int whole;
    double *out;
} product;

static void take_block(tepui_network *net, size_t k, void *arg)
{
    const product *p = arg;
    composed_state *s = net->composed;
    layer_node *n = &s->node[k];
    s->exponent[k] = 2 * ROWS_ZERO;
    if (s->at[k] == s->at[k + 1] || (p->v.only && k > p->v.only)) return;
    s->exponent[k] = n->t->type->gradient_tangent(n, composed_direction_at(s, p->v, k), p->whole, p->out + s->at[k]);
}

static tepui_status backward(tepui_network *net, tepui_part part, product *p, int64_t *exponent)
{
    composed_state *s = net->composed;
    curvature_through_loss(net, part);
    const tepui_status st = composed_reverse_tangent(net, p->v, 1, p->whole, take_block, p);
    *exponent = curvature_align(s->at, p->v.only ? p->v.only : s->m->count, s->exponent, p->out);
    return st;
}

tepui_status tepui_network_hessian_product(tepui_network *net, tepui_part part, const double *v, double *out,
                                           int64_t *exponent)
{
    composed_state *s = net->composed;
    product p = {{v, 0}, part != TEPUI_GAUSS_NEWTON, out};
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
    product p = {{v, k}, part != TEPUI_GAUSS_NEWTON, out};
    begin(net);
    for (size_t j = 1; j < k; j++) layer_clear(s->node[j].dy, net->points, layer_out(&s->node[j]));
    s->node[k].t->type->tangent(&s->node[k], v);
    composed_tangent(net, k + 1, s->m->count, NULL);
    return backward(net, part, &p, exponent);
}

tepui_status tepui_network_loss_gradient(tepui_network *net, double *g, int64_t *exponent)
{
    composed_state *s = net->composed;
    const tepui_status st = moved_bend(net);
    if (st != TEPUI_OK) return st;
    s->work.points = net->points;
    for (size_t k = 1; k <= s->m->count; k++) curvature_take_gradient(net, k, g);
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
        layer_clear(last->gy, n, q);
        last->gy.m[i] = 1;
        last->gy.e[i / q] = 0;
        const tepui_status st = composed_reverse(net, curvature_take_gradient, J);
        if (st != TEPUI_OK) return st;
        *exponent = curvature_align(s->at, s->m->count, s->exponent, J);
    }
    return TEPUI_OK;
}
