/* curvature.c -- what second derivatives begin with; see curvature.h. */
#include "curvature.h"
#include <network/composed.h>

const char *const tepui_part_word[] = {"H", "G", "R"};

/* The root of the loss's second derivative at every output, and its sign: composed_state. */
void curvature_take_roots(tepui_network *net)
{
    const tepui_loss_type *loss = net->cell->loss.type;
    const size_t q = net->cell->outputs, n = net->points;
    composed_state *s = net->composed;
    for (size_t p = 0; loss->root && p < n; p++) {
        double *root = s->root + p * q * q;
        for (size_t k = 0; k < q; k++) net->residual[k] = network_output(net, p, k);
        s->sign[p] = loss->root(net->residual, net->y + p * q, q, root);
        net->kernel->scale(root, 1.0 / sqrt((double)n), q * q);
    }
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

void curvature_take_gradient(tepui_network *net, size_t k, void *arg)
{
    composed_state *s = net->composed;
    layer_node *n = &s->node[k];
    double *g = arg;
    s->exponent[k] = 2 * ROWS_ZERO;
    if (s->at[k] < s->at[k + 1]) s->exponent[k] = n->t->type->gradient(n, g + s->at[k]);
}

/* dgy of the last layer: S S^T R f of every point, of all rows it has. */
void curvature_through_loss(tepui_network *net, tepui_part part)
{
    const tepui_loss_type *loss = net->cell->loss.type;
    composed_state *s = net->composed;
    layer_node *last = &s->node[s->m->count];
    const size_t n = s->work.points, each = n / net->points, q = net->cell->outputs;
    double *half = net->residual;
    layer_clear(last->dgy, n, q);
    if (!loss->root || part == TEPUI_RESIDUAL) return;
    for (size_t p = 0; p < n; p++) {
        const double *root = s->root + p / each * q * q;
        rows_times_t(net->kernel, 1.0, root, q, q, last->dy.m + p * q, 1, half);
        rows_times(net->kernel, s->sign[p / each], root, q, q, half, 1, last->dgy.m + p * q);
        last->dgy.e[p] = last->dy.e[p];
    }
    layer_settle(last, last->dgy, q);
}

static tepui_status run(tepui_network *net)
{
    curvature_take_roots(net);
    return TEPUI_OK;
}

static unsigned kept(const tepui_network *net)
{
    (void)net;
    return KEEP_WEIGHTS | KEEP_DERIVATIVES;
}

const network_engine engine_curvature = {
    .name = "second derivatives",
    .keeps = kept,
    .run = run,
    .of_parameters = 1,
};
