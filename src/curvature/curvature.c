/* curvature.c -- the state behind second derivatives: layout, scaled vectors, and the backward pass that keeps all. */
#include "curvature.h"
#include <activation/scaled.h>
#include <base/flag.h>
#include <string.h>

const char *const tepui_part_word[] = {"H", "G", "R"};

size_t curvature_width(const tepui_network *net, size_t k)
{
    if (k == 0) return net->curved_inputs;
    return k <= net->depth ? net->cell->width[k] : net->cell->outputs;
}

const double *curvature_weights(const tepui_network *net, size_t k)
{
    if (net->moved) return net->theta + net->curvature->at[k];
    return net->weights + net->group[net->site[k].group].start + net->site[k].offset;
}

double curvature_sigma(const tepui_network *net, size_t k)
{
    return net->moved ? 1 : net->site[k].sigma;
}

/* One block of rows per layer first..K, its pointers in a table. */
static double **blocks(const tepui_network *net, network_arena *a, size_t first)
{
    double **table = network_take(a, net->layers + 1, sizeof *table);
    for (size_t k = first; k <= net->layers; k++) {
        double *block = network_take(a, net->points * curvature_width(net, k), sizeof *block);
        if (table) table[k] = block;
    }
    return table;
}

/* phi''(z) of one point */
static void take_bend(tepui_network *net, size_t l, size_t point, const double *z, int64_t e)
{
    const size_t d = net->cell->width[l];
    activation_bend(&net->cell->activation, z, e, net->curvature->bend_slope[l] + point * d, d);
}

void curvature_lay_out(tepui_network *net, network_arena *a)
{
    const tepui_activation_type *phi = net->cell->activation.type;
    const tepui_loss_type *loss = net->cell->loss.type;
    const size_t n = net->points, K = net->layers, q = net->cell->outputs;
    curvature_state *c = network_take(a, 1, sizeof *c), unused = {0};
    if (!c) c = &unused; /* the first pass counts only */
    c->parameters = net->curved_parameters;
    c->smooth = !phi->piecewise_linear;
    c->flat = !loss->root;
    c->at = network_take(a, K + 2, sizeof *c->at);
    c->a = network_take(a, K + 1, sizeof *c->a);
    c->slope = network_take(a, K + 1, sizeof *c->slope);
    c->bend_slope = c->smooth ? blocks(net, a, 1) : NULL;
    c->delta = blocks(net, a, 1);
    c->bend = c->smooth ? blocks(net, a, 1) : NULL;
    c->t = blocks(net, a, 1);
    c->r = blocks(net, a, 1);
    c->a_exponent = network_take(a, (K + 1) * n, sizeof(int64_t));
    c->delta_exponent = network_take(a, (K + 1) * n, sizeof(int64_t));
    c->bend_exponent = network_take(a, (K + 1) * n, sizeof(int64_t));
    c->t_exponent = network_take(a, (K + 1) * n, sizeof(int64_t));
    c->r_exponent = network_take(a, (K + 1) * n, sizeof(int64_t));
    c->row_exponent = network_take(a, n, sizeof(int64_t));
    c->root = network_take(a, c->flat ? 0 : n * q * q, sizeof(double));
    c->sign = network_take(a, n, sizeof(double));
    c->row = network_take(a, n * net->widest, sizeof(double));
    c->other = network_take(a, n * net->widest, sizeof(double));
    c->left = network_take(a, (n > 4 ? n : 4) * net->widest, sizeof(double)); /* rows_outer_work() at most */
    c->block_exponent = network_take(a, K + 1, sizeof(int64_t));
    if (net->curved_inputs < net->cell->inputs) {
        c->basis = network_take(a, n * net->cell->inputs, sizeof(double));
        c->coordinate = network_take(a, n * n, sizeof(double));
    }
    if (c == &unused) return;
    net->curvature = c;
    net->bend = c->smooth ? take_bend : NULL;
    for (size_t k = 0; k <= K; k++) {
        c->at[k + 1] = (k == 0 ? 0 : c->at[k] + curvature_width(net, k) * curvature_width(net, k - 1));
        c->a[k] = k == 0 && c->basis ? c->coordinate : k <= net->depth ? net->vector[k] : net->f;
        c->slope[k] = k == 0 || k > net->depth ? NULL : net->slope + net->slope_at[k];
    }
}

/* a_k for k = 0..K; the exponents of zeros are marked. */
static void take_activations(tepui_network *net)
{
    curvature_state *c = net->curvature;
    const size_t n = net->points;
    if (c->basis) network_coordinates(net, net->vector[0], c->basis, c->coordinate);
    for (size_t k = 0; k <= net->layers; k++)
        for (size_t p = 0; p < n; p++) {
            const size_t d = curvature_width(net, k);
            const int dead = net->kernel->maxabs(c->a[k] + p * d, d) == 0.0;
            const int64_t e = k <= net->depth ? net->exponent[k * net->rows + p] : net->f_exponent[p];
            c->a_exponent[k * n + p] = dead ? ROWS_ZERO : e;
        }
}

static void take_roots(tepui_network *net)
{
    const tepui_loss_type *loss = net->cell->loss.type;
    const size_t q = net->cell->outputs, n = net->points;
    double *root = net->curvature->root;
    if (net->curvature->flat) return;
    for (size_t p = 0; p < n; p++, root += q * q) {
        for (size_t k = 0; k < q; k++) net->residual[k] = tepui_network_output(net, p, k);
        net->curvature->sign[p] = loss->root(net->residual, net->y + p * q, q, root);
        net->kernel->scale(root, 1.0 / sqrt((double)n), q * q);
    }
}

/* rows at a_k become delta_k and bend_k. */
static void keep_layer(tepui_network *net, size_t k)
{
    curvature_state *c = net->curvature;
    const size_t n = net->points, d = curvature_width(net, k);
    int64_t *e = c->row_exponent;
    for (size_t p = 0; p < n; p++) {
        const double *b = c->row + p * d;
        double *delta = c->delta[k] + p * d;
        if (c->slope[k])
            rows_multiply(delta, b, c->slope[k] + p * d, d);
        else
            memcpy(delta, b, d * sizeof *delta);
        c->delta_exponent[k * n + p] = e[p];
        rows_settle(net->kernel, delta, d, &c->delta_exponent[k * n + p]);
        if (!c->smooth || k > net->depth) continue;
        double *bend = c->bend[k] + p * d;
        rows_multiply(bend, b, c->bend_slope[k] + p * d, d);
        c->bend_exponent[k * n + p] = e[p];
        rows_settle(net->kernel, bend, d, &c->bend_exponent[k * n + p]);
    }
}

tepui_status curvature_from_output(tepui_network *net)
{
    curvature_state *c = net->curvature;
    const size_t n = net->points, q = net->cell->outputs;
    take_roots(net);
    backward_loss_rows(net, c->row, c->row_exponent);
    for (size_t p = 0; p < n; p++) rows_settle(net->kernel, c->row + p * q, q, &c->row_exponent[p]);
    for (size_t k = net->layers;; k--) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        keep_layer(net, k);
        if (k == 1) return TEPUI_OK;
        const weight_site *s = &net->site[k];
        rows_times_t(net->kernel, curvature_sigma(net, k), curvature_weights(net, k), s->rows, s->cols, c->delta[k], n,
                     c->row);
        memcpy(c->row_exponent, c->delta_exponent + k * n, n * sizeof *c->row_exponent);
    }
}

tepui_status curvature_backward(tepui_network *net)
{
    take_activations(net);
    return curvature_from_output(net);
}

static unsigned kept(const tepui_network *net)
{
    (void)net;
    return KEEP_SLOPES | KEEP_VECTORS | KEEP_WEIGHTS | KEEP_DERIVATIVES;
}

const network_engine engine_curvature = {
    .name = "second derivatives",
    .obstacle = engine_is_for_plain,
    .keeps = kept,
    .lay_out = curvature_lay_out,
    .run = curvature_backward,
};
