/* product.c -- Hessian-vector products by forward over reverse (Pearlmutter 1994), all points at once.

   R is the derivative along v at the weights; V_k are the entries of v at W_k. Forward:
       R z_k = W_k R a_{k-1} + V_k a_{k-1},   R a_k = s_k o R z_k,
   at the output the loss gives R b_K = S S^T R f (the Gauss-Newton part), and backward, with b_k = d loss / d a_k,
       R delta_k = s_k o R b_k + bend_k o R z_k,   R b_{k-1} = W_k^T R delta_k + V_k^T delta_k,
       (H v)_k = sum over points of R delta_k a_{k-1}^T + delta_k R a_{k-1}^T.
   G v keeps S S^T R f and drops every term with delta or bend; R v the other way round. */
#include "composed.h"
#include "moved.h"
#include <base/flag.h>
#include <string.h>

/* y = factor W x at layer k. R z_k matters where the slope is not 0, or through phi''. */
static void times(tepui_network *net, size_t k, double factor, const double *w, size_t cols, const double *x, double *y)
{
    const curvature_state *c = net->curvature;
    const size_t rows = net->site[k].rows;
    if (net->points == 1 && c->slope[k] && !c->smooth)
        rows_times_live(net->kernel, factor, w, rows, cols, x, c->slope[k], y);
    else
        rows_times(net->kernel, factor, w, rows, cols, x, net->points, y);
}

static void forward_layer(tepui_network *net, size_t k, const double *v)
{
    curvature_state *c = net->curvature;
    const weight_site *s = &net->site[k];
    const size_t n = net->points;
    int64_t *te = c->t_exponent + k * n, *re = c->r_exponent + k * n;
    times(net, k, 1.0, v, curvature_width(net, k - 1), c->a[k - 1], c->t[k]);
    if (k > 1) times(net, k, curvature_sigma(net, k), curvature_weights(net, k), s->cols, c->r[k - 1], c->other);
    for (size_t p = 0; p < n; p++) {
        double *t = c->t[k] + p * s->rows, *r = c->r[k] + p * s->rows;
        te[p] = c->a_exponent[(k - 1) * n + p];
        if (k > 1) rows_add(t, &te[p], c->other + p * s->rows, c->r_exponent[(k - 1) * n + p], s->rows);
        rows_settle(net->kernel, t, s->rows, &te[p]);
        if (c->slope[k])
            rows_multiply(r, t, c->slope[k] + p * s->rows, s->rows);
        else
            memcpy(r, t, s->rows * sizeof *r);
        re[p] = te[p];
        rows_settle(net->kernel, r, s->rows, &re[p]);
    }
}

/* row = S S^T R f, the derivative of the gradient in f. */
static void through_loss(tepui_network *net, tepui_part part)
{
    curvature_state *c = net->curvature;
    const size_t n = net->points, K = net->layers, q = net->cell->outputs;
    for (size_t p = 0; p < n; p++) {
        double *row = c->row + p * q, *half = c->other;
        const double *root = c->root + p * q * q;
        c->row_exponent[p] = ROWS_ZERO;
        memset(row, 0, q * sizeof *row);
        if (c->flat || part == TEPUI_RESIDUAL) continue;
        rows_times_t(net->kernel, 1.0, root, q, q, c->r[K] + p * q, 1, half);
        rows_times(net->kernel, c->sign[p], root, q, q, half, 1, row);
        c->row_exponent[p] = c->r_exponent[K * n + p];
        rows_settle(net->kernel, row, q, &c->row_exponent[p]);
    }
}

/* rows at a_k (R b_k) become R delta_k. */
static void through_slopes(tepui_network *net, size_t k, tepui_part part)
{
    curvature_state *c = net->curvature;
    const size_t n = net->points, d = curvature_width(net, k);
    for (size_t p = 0; p < n; p++) {
        double *row = c->row + p * d;
        if (c->slope[k]) rows_multiply_by(row, c->slope[k] + p * d, d);
        if (c->smooth && k <= net->depth && part != TEPUI_GAUSS_NEWTON) {
            rows_multiply(c->other, c->bend[k] + p * d, c->t[k] + p * d, d);
            rows_add(row, &c->row_exponent[p], c->other, c->bend_exponent[k * n + p] + c->t_exponent[k * n + p], d);
        }
        rows_settle(net->kernel, row, d, &c->row_exponent[p]);
    }
}

static int64_t product_block(tepui_network *net, size_t k, tepui_part part, double *out)
{
    curvature_state *c = net->curvature;
    const size_t n = net->points;
    const rows_pair term[2] = {
        {c->row, c->a[k - 1], c->row_exponent, c->a_exponent + (k - 1) * n},
        {c->delta[k], k > 1 ? c->r[k - 1] : NULL, c->delta_exponent + k * n, c->r_exponent + (k - 1) * n}};
    return rows_outer_sum(net->kernel, term, k > 1 && part != TEPUI_GAUSS_NEWTON ? 2 : 1, n, 1, net->site[k].rows,
                          curvature_width(net, k - 1), c->left, out);
}

/* row = W^T row + V^T delta. */
static void backward_layer(tepui_network *net, size_t k, tepui_part part, const double *v)
{
    curvature_state *c = net->curvature;
    const weight_site *s = &net->site[k];
    const size_t n = net->points;
    double *row = c->other;
    rows_times_t(net->kernel, curvature_sigma(net, k), curvature_weights(net, k), s->rows, s->cols, c->row, n, row);
    c->other = c->row;
    c->row = row;
    if (part == TEPUI_GAUSS_NEWTON) return;
    rows_times_t(net->kernel, 1.0, v, s->rows, s->cols, c->delta[k], n, c->other);
    for (size_t p = 0; p < n; p++)
        rows_add(row + p * s->cols, &c->row_exponent[p], c->other + p * s->cols, c->delta_exponent[k * n + p], s->cols);
}

int64_t curvature_align(const size_t *at, size_t K, const int64_t *e, double *out)
{
    int64_t top = e[1];
    for (size_t k = 2; k <= K; k++)
        if (e[k] > top) top = e[k];
    for (size_t k = 1; k <= K; k++) {
        if (e[k] == top) continue;
        const double shift = scaled_shift(1.0, e[k] - top);
        for (size_t i = at[k]; i < at[k + 1]; i++) out[i] *= shift;
    }
    return top <= ROWS_ZERO / 2 ? 0 : top;
}

tepui_status tepui_network_hessian_product(tepui_network *net, tepui_part part, const double *v, double *out,
                                           int64_t *exponent)
{
    const tepui_status st = moved_bend(net);
    if (st != TEPUI_OK) return st;
    if (net->composed) return composed_product(net, part, v, out, exponent);
    curvature_state *c = net->curvature;
    const size_t K = net->layers;
    for (size_t k = 1; k <= K; k++) forward_layer(net, k, v + c->at[k]);
    through_loss(net, part);
    for (size_t k = K; k >= 1; k--) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        through_slopes(net, k, part);
        c->block_exponent[k] = product_block(net, k, part, out + c->at[k]);
        if (k > 1) backward_layer(net, k, part, v + c->at[k]);
    }
    *exponent = curvature_align(c->at, K, c->block_exponent, out);
    return TEPUI_OK;
}

int64_t curvature_gradient(tepui_network *net, size_t k, const double *a, size_t cols, double *g)
{
    const curvature_state *c = net->curvature;
    const size_t n = net->points;
    const rows_pair term = {c->delta[k], a, c->delta_exponent + k * n, c->a_exponent + (k - 1) * n};
    return rows_outer_sum(net->kernel, &term, 1, n, 1, net->site[k].rows, cols, c->left, g);
}

tepui_status tepui_network_loss_gradient(tepui_network *net, double *g, int64_t *exponent)
{
    const tepui_status st = moved_bend(net);
    if (st != TEPUI_OK) return st;
    if (net->composed) return composed_gradient(net, g, exponent);
    curvature_state *c = net->curvature;
    for (size_t k = 1; k <= net->layers; k++)
        c->block_exponent[k] = curvature_gradient(net, k, c->a[k - 1], curvature_width(net, k - 1), g + c->at[k]);
    *exponent = curvature_align(c->at, net->layers, c->block_exponent, g);
    return TEPUI_OK;
}
