/* tiled_backward.c -- delta_l = d loss / d z_l by reverse mode, and the Frobenius norms of d loss / d W_l.

   For one point the gradient is the outer product delta_l a_{l-1}^T, so its norm is a product of two norms (theory
   N6). For several it is the sum over points, formed entry by entry in registers after the rows have been brought to
   one exponent. */
#include "tiled.h"
#include <base/flag.h>
#include <string.h>

/* Gradient norm of W_l from delta (at z_l) and a_{l-1}. */
static void record(tepui_network *net, size_t l)
{
    tiled_state *s = net->tiled;
    const size_t n = net->points, rows = net->site[l].rows, cols = net->site[l].cols;
    double *delta = s->delta;
    int64_t *e = s->delta_exponent;
    for (int k = 0; k < 2; k++) {
        if (!net->gradient[k]) continue;
        if (n == 1) {
            net->gradient[k][l] = scaled_times(rows_square(net->kernel, delta, rows, e), net->forward[l - 1]);
        } else {
            const rows_pair term = {delta, s->vector[l - 1], e, s->exponent + (l - 1) * s->rows};
            for (size_t p = 0; p < n; p++) rows_square(net->kernel, delta + p * rows, rows, &e[p]);
            net->gradient[k][l] = rows_outer_square(net->kernel, &term, n, rows, cols, s->aligned);
        }
        delta += n * rows;
        e += n;
    }
}

#define LIVE_ROWS 16u

static int is_live(const tiled_state *s, size_t rows, size_t i)
{
    for (size_t p = 0; p < s->back_rows; p++)
        if (s->delta[p * rows + i] != 0.0) return 1;
    return 0;
}

/* A matrix that is drawn again, one point: rows of dead units, half of them behind a ReLU, are not drawn. Without them
   no bit of the sums changes but the sign of a zero. */
static void add_live_rows(tepui_network *net, size_t l)
{
    const tiled_state *s = net->tiled;
    const size_t rows = net->site[l].rows, cols = net->site[l].cols, fit = WEIGHTS_TILE / cols + 1;
    const size_t most = fit < LIVE_ROWS ? fit : LIVE_ROWS;
    double delta[2 * LIVE_ROWS];
    for (size_t i = 0; i < rows;) {
        size_t held = 0;
        for (; i < rows && held < most; i++) {
            if (!is_live(s, rows, i)) continue;
            for (size_t p = 0; p < s->back_rows; p++) delta[p * LIVE_ROWS + held] = s->delta[p * rows + i];
            weights_row(net, l, i, net->weights + held++ * cols);
        }
        net->kernel->gemv_t(net->weights, held, cols, delta, LIVE_ROWS, s->back_rows, s->back, cols);
    }
}

static tepui_status add_rows(tepui_network *net, size_t l)
{
    const tiled_state *s = net->tiled;
    const size_t rows = net->site[l].rows, cols = net->site[l].cols;
    weight_rows r;
    tepui_status st = weights_first(net, l, &r);
    while (st == TEPUI_OK && r.rows) {
        net->kernel->gemv_t(r.tile, r.rows, cols, s->delta + r.row, rows, s->back_rows, s->back, cols);
        st = weights_next(net, l, &r);
    }
    return st;
}

/* back = sigma W_l^T delta for all rows, then delta takes its place. */
static tepui_status pull(tepui_network *net, size_t l)
{
    tiled_state *s = net->tiled;
    const size_t size = s->back_rows * net->site[l].cols;
    tepui_status st = TEPUI_OK;
    memset(s->back, 0, size * sizeof *s->back);
    if (net->points == 1 && weights_by_row(net, l))
        add_live_rows(net, l);
    else
        st = add_rows(net, l);
    net->kernel->scale(s->back, net->site[l].sigma, size);
    double *swap = s->delta;
    s->delta = s->back;
    s->back = swap;
    return st;
}

/* delta (at a_l) becomes delta at z_l. */
static void through_slopes(tepui_network *net, size_t l)
{
    const tiled_state *s = net->tiled;
    const size_t size = net->points * net->site[l].rows;
    const double *slope = tiled_slopes(net, l);
    for (double *delta = s->delta; delta < s->delta + s->back_rows * net->site[l].rows; delta += size)
        for (size_t i = 0; i < size; i++) delta[i] *= slope[i];
}

/* Rows of delta at the output: the loss first. */
static void begin(tepui_network *net)
{
    tiled_state *s = net->tiled;
    const size_t first = net->gradient[0] ? net->points : 0;
    if (net->gradient[0]) network_loss_rows(net, s->delta, s->delta_exponent);
    if (net->gradient[1])
        network_functional_rows(net, s->delta + first * net->cell->outputs, s->delta_exponent + first);
}

tepui_status tiled_backward(tepui_network *net)
{
    size_t l = net->layers;
    tepui_status st = TEPUI_OK;
    begin(net);
    if (l > net->depth) {
        record(net, l);
        TEPUI_TRY(pull(net, l));
        l--;
    }
    for (; l >= 1; l--) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        if (net->tiled->chain && l >= 2) {
            TEPUI_TRY(chain_backward(net, l, 2));
            l = 2;
            continue;
        }
        through_slopes(net, l);
        record(net, l);
        if (l > 1) TEPUI_TRY(pull(net, l));
    }
    for (int k = 0; k < 2; k++)
        if (net->gradient[k]) network_gradient_total(net, net->gradient[k]);
done:
    return st;
}
