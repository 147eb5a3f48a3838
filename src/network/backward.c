/* backward.c -- delta_l = d loss / d z_l by reverse mode, and the Frobenius norms of d loss / d W_l.

   For one point the gradient is the outer product delta_l a_{l-1}^T, so its norm is a product of two norms (theory
   N6). For several it is the sum over points, formed entry by entry in registers after the rows have been brought to
   one exponent. Rows of delta: the loss first, then the output functional mean_p v . f_p, where asked for. */
#include "engine.h"
#include <base/flag.h>
#include <string.h>

/* Residual of the squared loss, f - y, in scaled arithmetic: exact where f is far outside double range. */
static void squared_loss_gradient(const tepui_network *net, size_t p, double *g, int64_t *e)
{
    const size_t q = net->cell->outputs;
    const double *f = net->f + p * q, *y = net->y + p * q;
    *e = net->f_exponent[p];
    if (net->kernel->maxabs(y, q) == 0.0) {
        memcpy(g, f, q * sizeof *g);
        return;
    }
    if (*e > 0) {
        for (size_t k = 0; k < q; k++) g[k] = f[k] - scaled_shift(y[k], -*e);
    } else {
        for (size_t k = 0; k < q; k++) g[k] = scaled_shift(f[k], *e) - y[k];
        *e = 0;
    }
}

/* Rows of d loss / d f, each over the number of points. */
void backward_loss_rows(tepui_network *net, double *g, int64_t *e)
{
    const tepui_cell *c = net->cell;
    const tepui_loss_type *loss = c->loss.type;
    const size_t q = c->outputs, n = net->points;
    net->loss = 0;
    for (size_t p = 0; p < n; p++, g += q, e++) {
        for (size_t k = 0; k < q; k++) net->residual[k] = tepui_network_output(net, p, k);
        net->loss += loss->value(net->residual, net->y + p * q, net->out_dir, q, g) / (double)n;
        *e = 0;
        if (loss->residual) squared_loss_gradient(net, p, g, e);
        net->kernel->scale(g, 1.0 / (double)n, q);
    }
}

void backward_functional_rows(const tepui_network *net, double *g, int64_t *e)
{
    const size_t q = net->cell->outputs;
    for (size_t p = 0; p < net->points; p++, g += q, e++) {
        memcpy(g, net->out_dir, q * sizeof *g);
        net->kernel->scale(g, 1.0 / (double)net->points, q);
        *e = 0;
    }
}

void backward_record(tepui_network *net, size_t l, size_t width)
{
    const size_t n = net->points, cols = net->site[l].cols;
    double *delta = net->delta;
    int64_t *e = net->delta_exponent;
    for (int k = 0; k < 2; k++) {
        if (!net->gradient[k]) continue;
        if (n == 1)
            net->gradient[k][l] = scaled_times(rows_square(net->kernel, delta, width, e), net->forward[l - 1]);
        else {
            const rows_pair term = {delta, net->vector[l - 1], e, net->exponent + (l - 1) * net->rows};
            for (size_t p = 0; p < n; p++) rows_square(net->kernel, delta + p * width, width, &e[p]);
            net->gradient[k][l] = rows_outer_square(net->kernel, &term, n, width, cols, net->aligned);
        }
        delta += n * width;
        e += n;
    }
}

#define LIVE_ROWS 16u

static int is_live(const tepui_network *net, size_t rows, size_t i)
{
    for (size_t p = 0; p < net->back_rows; p++)
        if (net->delta[p * rows + i] != 0.0) return 1;
    return 0;
}

/* A matrix that is drawn again, one point: rows of dead units, half of them behind a ReLU, are not drawn. Without them
   no bit of the sums changes but the sign of a zero. */
static void add_live_rows(tepui_network *net, size_t l)
{
    const weight_site *s = &net->site[l];
    const size_t fit = WEIGHTS_TILE / s->cols + 1, most = fit < LIVE_ROWS ? fit : LIVE_ROWS;
    double delta[2 * LIVE_ROWS];
    for (size_t i = 0; i < s->rows;) {
        size_t held = 0;
        for (; i < s->rows && held < most; i++) {
            if (!is_live(net, s->rows, i)) continue;
            for (size_t p = 0; p < net->back_rows; p++) delta[p * LIVE_ROWS + held] = net->delta[p * s->rows + i];
            weights_row(net, l, i, net->weights + held++ * s->cols);
        }
        net->kernel->gemv_t(net->weights, held, s->cols, delta, LIVE_ROWS, net->back_rows, net->back, s->cols);
    }
}

static tepui_status add_rows(tepui_network *net, size_t l)
{
    const weight_site *s = &net->site[l];
    weight_rows r;
    tepui_status st = weights_first(net, l, &r);
    while (st == TEPUI_OK && r.rows) {
        net->kernel->gemv_t(r.tile, r.rows, s->cols, net->delta + r.row, s->rows, net->back_rows, net->back, s->cols);
        st = weights_next(net, l, &r);
    }
    return st;
}

/* back = sigma W_l^T delta for all rows, then delta takes its place. */
static tepui_status pull(tepui_network *net, size_t l)
{
    const weight_site *s = &net->site[l];
    tepui_status st = TEPUI_OK;
    memset(net->back, 0, net->back_rows * s->cols * sizeof *net->back);
    if (net->points == 1 && weights_by_row(net, l))
        add_live_rows(net, l);
    else
        st = add_rows(net, l);
    net->kernel->scale(net->back, s->sigma, net->back_rows * s->cols);
    double *swap = net->delta;
    net->delta = net->back;
    net->back = swap;
    return st;
}

/* delta (at a_l) becomes delta at z_l. */
static void through_slopes(tepui_network *net, size_t l)
{
    const size_t size = net->points * net->cell->width[l];
    const double *slope = net->slope + net->slope_at[l];
    for (size_t block = 0; block < net->back_rows / net->points; block++)
        for (size_t i = 0; i < size; i++) net->delta[block * size + i] *= slope[i];
}

void backward_total(tepui_network *net, scaled_square *gradient)
{
    scaled_square total = {0.0, 0};
    for (size_t l = 1; l <= net->layers; l++) total = scaled_plus(total, gradient[l]);
    gradient[0] = total;
}

tepui_status network_backward(tepui_network *net)
{
    const size_t q = net->cell->outputs;
    size_t l = net->layers;
    tepui_status st = TEPUI_OK;
    if (net->gradient[0]) backward_loss_rows(net, net->delta, net->delta_exponent);
    if (net->gradient[1]) {
        const size_t first = net->gradient[0] ? net->points : 0;
        backward_functional_rows(net, net->delta + first * q, net->delta_exponent + first);
    }
    if (l > net->depth) {
        backward_record(net, l, q);
        TEPUI_TRY(pull(net, l));
        l--;
    }
    for (; l >= 1; l--) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        if (net->chain && l >= 2) {
            TEPUI_TRY(chain_backward(net, l, 2));
            l = 2;
            continue;
        }
        through_slopes(net, l);
        backward_record(net, l, net->cell->width[l]);
        if (l > 1) TEPUI_TRY(pull(net, l));
    }
    for (int k = 0; k < 2; k++)
        if (net->gradient[k]) backward_total(net, net->gradient[k]);
done:
    return st;
}

static unsigned kept(const tepui_network *net)
{
    return KEEP_SLOPES | KEEP_FEW_WEIGHTS | (net->points > 1 ? KEEP_VECTORS : 0);
}

const network_engine engine_backward = {
    .name = "backward",
    .gives = TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_OUTPUT_GRADIENT,
    .obstacle = engine_keeps_no_layers,
    .keeps = kept,
    .run = network_backward,
};
