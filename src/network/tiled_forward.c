/* tiled_forward.c -- z_l = W_l a_{l-1} + b_l, a_l = phi(z_l); tangent u_l = phi'(z_l) W_l u_{l-1}; output f.

   Points and tangent are rows of one block, so that a tile of weights is multiplied with all of them while it is in
   the cache. */
#include "tiled.h"
#include <activation/scaled.h>
#include <base/flag.h>
#include <ensemble/composition.h>
#include <string.h>

/* z = sigma W a for all rows; returns in z, leading dimension site->rows. */
static tepui_status multiply(tepui_network *net, size_t l, const double *a, double *z)
{
    const weight_site *s = &net->site[l];
    const size_t n = net->tiled->rows;
    weight_rows r;
    tepui_status st = weights_first(net, l, &r);
    while (st == TEPUI_OK && r.rows) {
        net->kernel->gemv(r.tile, r.rows, s->cols, a, s->cols, n, z + r.row, s->rows);
        st = weights_next(net, l, &r);
    }
    if (st == TEPUI_OK) net->kernel->scale(z, s->sigma, n * s->rows);
    return st;
}

static double count_live(const double *slope, size_t n)
{
    size_t live = 0;
    for (size_t i = 0; i < n; i++) live += slope[i] != 0.0;
    return (double)live;
}

/* Squares, angle and rank of the rows of unit l, after each row has been brought into range. */
static void settle_unit(tepui_network *net, size_t l)
{
    const tiled_state *s = net->tiled;
    const size_t d = tepui_unit_size(net->cell, l), n = net->points;
    double *a = s->vector[l];
    int64_t *e = s->exponent + l * s->rows;
    for (size_t p = 0; p < n; p++)
        net->forward[p * (net->depth + 2) + l] = rows_square(net->kernel, a + p * d, d, &e[p]);
    if (net->tangent) net->tangents[l] = rows_square(net->kernel, a + n * d, d, &e[n]);
    if (n > 1) net->cosine[l] = network_cosine(net->kernel, a, d);
    if (n > 1) net->gap[l] = network_gap(net->kernel, a, d);
    if (net->rank) net->rank[l] = network_rank(net->kernel, a, e, n, d);
}

static tepui_status unit_forward(tepui_network *net, size_t l)
{
    tiled_state *s = net->tiled;
    const size_t d = net->site[l].rows, n = net->points;
    const tepui_choice *phi = composition_phi(net->cell, 2 * l);
    int64_t *e = s->exponent + l * s->rows;
    double *a = s->vector[l], *slope = s->slope + s->slope_at[l];
    double live = 0;
    const tepui_status st = multiply(net, l, s->vector[l - 1], s->z);
    if (st != TEPUI_OK) return st;
    memcpy(e, e - s->rows, s->rows * sizeof *e);
    if (net->cell->sigma_b > 0) network_draw_biases(net, l, s->bias, d);
    for (size_t p = 0; p < n; p++) {
        if (net->cell->sigma_b > 0) rows_add_bias(s->bias, s->z + p * d, &e[p], d, d);
        activation_scaled(net->kernel, phi, s->z + p * d, &e[p], a + p * d, slope + p * d, d);
        if (net->needs & TEPUI_NEEDS_SLOPES) live += count_live(slope + p * d, d);
    }
    if (net->tangent) rows_multiply(a + n * d, s->z + n * d, slope, d);
    net->live[l] = live / (double)(n * d);
    settle_unit(net, l);
    return TEPUI_OK;
}

static tepui_status output_forward(tepui_network *net)
{
    const tiled_state *s = net->tiled;
    const tepui_cell *c = net->cell;
    const size_t L = net->depth, q = c->outputs, n = net->points;
    memcpy(net->f_exponent, s->exponent + L * s->rows, s->rows * sizeof *net->f_exponent);
    if (c->readout == TEPUI_READOUT_DENSE) {
        const tepui_status st = multiply(net, L + 1, s->vector[L], net->f);
        if (st != TEPUI_OK) return st;
    } else {
        memcpy(net->f, s->vector[L], s->rows * q * sizeof *net->f);
    }
    for (size_t p = 0; p < n; p++)
        net->forward[p * (L + 2) + L + 1] = rows_square(net->kernel, net->f + p * q, q, &net->f_exponent[p]);
    if (net->tangent) net->tangents[L + 1] = rows_square(net->kernel, net->f + n * q, q, &net->f_exponent[n]);
    return TEPUI_OK;
}

static tepui_status take_points(tepui_network *net)
{
    const tiled_state *s = net->tiled;
    const size_t size = net->points * net->cell->inputs;
    const tepui_status st = network_draw_data(net);
    if (st != TEPUI_OK) return st;
    memcpy(s->vector[0], net->x, size * sizeof *net->x);
    memset(s->exponent, 0, s->rows * sizeof *s->exponent);
    if (net->tangent) memcpy(s->vector[0] + size, net->in, net->cell->inputs * sizeof *net->in);
    settle_unit(net, 0);
    return TEPUI_OK;
}

tepui_status tiled_forward(tepui_network *net)
{
    tepui_status st;
    network_begin_sample(net);
    TEPUI_TRY(take_points(net));
    for (size_t l = 1; l <= net->depth; l++) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        if (net->tiled->chain && l == 2) {
            TEPUI_TRY(chain_forward(net, l, net->depth));
            break;
        }
        TEPUI_TRY(unit_forward(net, l));
    }
    TEPUI_TRY(output_forward(net));
done:
    return st;
}
