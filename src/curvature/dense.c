/* dense.c -- see dense.h. */
#include "dense.h"
#include "composed.h"
#include <ensemble/composition.h>
#include <string.h>

size_t dense_width(const tepui_network *net, size_t k)
{
    if (k == 0) return net->curved_inputs;
    return k <= net->depth ? tepui_unit_size(net->cell, k) : net->cell->outputs;
}

/* The dense layer of W_k, and what it feeds. */
static layer_node *matrix_node(const tepui_network *net, size_t k)
{
    return &net->composed->node[2 * k - 1];
}

static layer_node *activation_node(const tepui_network *net, size_t k)
{
    return &net->composed->node[2 * k];
}

const double *dense_weights(const tepui_network *net, size_t k)
{
    return matrix_node(net, k)->w;
}

double dense_sigma(const tepui_network *net, size_t k)
{
    return matrix_node(net, k)->sigma;
}

/* --- space */

static double **table(const tepui_network *net, network_arena *a)
{
    return network_take(a, net->layers + 1, sizeof(double *));
}

static int64_t *exponents(const tepui_network *net, network_arena *a)
{
    return network_take(a, (net->layers + 1) * net->points, sizeof(int64_t));
}

static void lay_out_bends(const tepui_network *net, dense_state *d, network_arena *a)
{
    d->bend = table(net, a);
    d->bend_exponent = exponents(net, a);
    for (size_t k = 1; k <= net->depth; k++) {
        double *bend = network_take(a, net->points * dense_width(net, k), sizeof *bend);
        if (d->bend) d->bend[k] = bend;
    }
}

static void lay_out(tepui_network *net, network_arena *a)
{
    const tepui_loss_type *loss = net->cell->loss.type;
    const size_t K = net->layers, n = net->points;
    dense_state d = {0};
    d.smooth = composition_is_smooth(net->cell);
    d.flat = !loss->root;
    d.a = table(net, a);
    d.slope = table(net, a);
    d.delta = table(net, a);
    d.a_exponent = exponents(net, a);
    d.delta_exponent = exponents(net, a);
    if (d.smooth) lay_out_bends(net, &d, a);
    d.left = network_take(a, rows_outer_work(n, 1, net->widest, net->widest), sizeof(double));
    d.block_exponent = network_take(a, K + 1, sizeof(int64_t));
    net->dense = network_keep(a, &d, sizeof d);
    for (size_t k = 1; net->dense && k <= K; k++) {
        d.a[k - 1] = (double *)matrix_node(net, k)->seen;
        d.delta[k] = matrix_node(net, k)->gy.m;
        d.slope[k] = k <= net->depth ? activation_node(net, k)->room : NULL;
    }
}

/* --- of a sample */

/* phi'' stands behind phi' in an activation's room. */
static void take_bends(tepui_network *net, size_t k)
{
    dense_state *d = net->dense;
    const layer_node *node = activation_node(net, k);
    const tepui_activation_type *phi = node->t->activation.type;
    const size_t n = net->points, width = layer_out(node);
    for (size_t p = 0; p < n; p++) {
        double *bend = d->bend[k] + p * width;
        int64_t *e = &d->bend_exponent[k * n + p];
        *e = node->gy.e[p];
        if (phi->piecewise_linear)
            memset(bend, 0, width * sizeof *bend);
        else
            rows_multiply(bend, node->gy.m + p * width, node->room + (n + p) * width, width);
        rows_settle(net->kernel, bend, width, e);
    }
}

static void take(tepui_network *net)
{
    dense_state *d = net->dense;
    const size_t n = net->points;
    for (size_t k = 1; k <= net->layers; k++) {
        const layer_node *node = matrix_node(net, k);
        memcpy(d->a_exponent + (k - 1) * n, node->x.e, n * sizeof *node->x.e);
        memcpy(d->delta_exponent + k * n, node->gy.e, n * sizeof *node->gy.e);
        if (d->smooth && k <= net->depth) take_bends(net, k);
    }
}

int64_t dense_gradient(tepui_network *net, size_t k, const double *a, size_t cols, double *g)
{
    const dense_state *d = net->dense;
    const size_t n = net->points;
    const rows_pair term = {d->delta[k], a, d->delta_exponent + k * n, d->a_exponent + (k - 1) * n};
    return rows_outer_sum(net->kernel, &term, 1, n, 1, net->site[k].rows, cols, d->left, g);
}

static tepui_status run(tepui_network *net)
{
    take(net);
    return TEPUI_OK;
}

static const network_engine *const before[] = {&engine_curvature, NULL};

const network_engine engine_dense = {
    .name = "dense layers",
    .before = before,
    .obstacle = engine_is_by_units,
    .lay_out = lay_out,
    .run = run,
    .of_parameters = 1,
};
