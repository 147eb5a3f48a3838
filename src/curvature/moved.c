/* moved.c -- see moved.h.

   theta takes the place of the drawn weights with factor 1: of w and own of every layer. Biases, masks and data are
   those of the sample, and stay where it has left them.

   The inner loop of gradient descent is network_again(). phi'' and the roots of the loss are for Hessian products
   only, which are rare: moved_bend() makes them when the first is asked for. */
#include "moved.h"
#include "curvature.h"
#include <base/flag.h>
#include <kernel/wide.h>
#include <network/composed.h>
#include <string.h>

static void lay_out(tepui_network *net, network_arena *a)
{
    net->theta = network_take(a, lanes_padded(net->curved_parameters), sizeof *net->theta);
}

/* --- the start */

static void open_layer(layer_node *n, double *theta)
{
    const size_t entries = n->t->rows * n->t->cols;
    for (size_t i = 0; i < entries; i++) theta[i] = n->sigma * n->w[i];
    if (n->t->own) memcpy(theta + entries, n->own, n->t->own * sizeof *theta);
    n->w = theta;
    n->sigma = 1;
    n->own = theta + entries;
}

double *network_open(tepui_network *net, size_t *count)
{
    composed_state *s = net->composed;
    *count = net->curved_parameters;
    if (net->moved) return net->theta;
    for (size_t k = 1; k <= s->m->count; k++) open_layer(&s->node[k], net->theta + s->at[k]);
    memset(net->theta + *count, 0, (lanes_padded(*count) - *count) * sizeof *net->theta);
    net->moved = 1;
    return net->theta;
}

/* --- passes */

tepui_status network_outputs_again(tepui_network *net)
{
    composed_state *s = net->composed;
    s->work.points = net->points;
    s->work.curved = 0;
    net->unbent = 1;
    for (size_t k = 1; k <= s->m->count; k++) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        s->node[k].t->type->forward(&s->node[k]);
    }
    return TEPUI_OK;
}

/* d loss / d f of all points, each as often as it counts: once where share is NULL. */
static void loss_rows(tepui_network *net, layer_node *last, const double *share)
{
    const size_t q = net->cell->outputs;
    network_loss_rows(net, last->gy.m, last->gy.e);
    for (size_t p = 0; share && p < net->points; p++) net->kernel->scale(last->gy.m + p * q, share[p], q);
    layer_settle(last, last->gy, q);
}

tepui_status network_again(tepui_network *net, double *g, int64_t *e)
{
    composed_state *s = net->composed;
    tepui_status st = network_outputs_again(net);
    if (st != TEPUI_OK) return st;
    loss_rows(net, &s->node[s->m->count], net->share);
    st = composed_reverse(net, curvature_take_gradient, g);
    if (st == TEPUI_OK) *e = curvature_align(s->at, s->m->count, s->exponent, g);
    return st;
}

/* As the sample's own pass does it, so that points that come back have the same bits. */
void network_take_points(tepui_network *net)
{
    composed_take_data(net);
}

/* phi'' of all units, and gradients of the whole loss. */
static tepui_status bend(tepui_network *net)
{
    composed_state *s = net->composed;
    layer_node *last = &s->node[s->m->count];
    s->work.points = net->points;
    s->work.curved = 1;
    for (size_t k = 1; k <= s->m->count; k++)
        if (s->node[k].t->type->applies) s->node[k].t->type->forward(&s->node[k]);
    loss_rows(net, last, NULL);
    return composed_reverse(net, NULL, NULL);
}

tepui_status moved_bend(tepui_network *net)
{
    if (!net->unbent) return TEPUI_OK;
    const tepui_status st = bend(net);
    if (st != TEPUI_OK) return st;
    net->unbent = 0;
    return engines_run_again(net);
}

static const network_engine *const before[] = {&engine_curvature, &engine_backward, NULL};

const network_engine engine_moved = {
    .name = "other parameters",
    .gives = NETWORK_NEEDS_MOVED,
    .before = before,
    .lay_out = lay_out,
};
