/* forward.c -- z_l = W_l a_{l-1} + b_l, a_l = phi(z_l); tangent u_l = phi'(z_l) W_l u_{l-1}; output f.

   Points and tangent are rows of one block, so that a tile of weights is multiplied with all of them while it is in
   the cache. */
#include "network.h"
#include <gsl/gsl_math.h>
#include <string.h>

/* z = sigma W a for all rows; returns in z, leading dimension site->rows. */
static tepui_status multiply(tepui_network *net, size_t l, const double *a, double *z)
{
    const weight_site *s = &net->site[l];
    weight_rows r;
    tepui_status st = weights_first(net, l, &r);
    while (st == TEPUI_OK && r.rows) {
        net->kernel->gemv(r.tile, r.rows, s->cols, a, s->cols, net->rows, z + r.row, s->rows);
        st = weights_next(net, l, &r);
    }
    if (st == TEPUI_OK) net->kernel->scale(z, s->sigma, net->rows * s->rows);
    return st;
}

static void draw_biases(tepui_network *net, size_t l)
{
    const tepui_cell *c = net->cell;
    const tepui_distribution_type *law = c->bias.type;
    tepui_stream_at(&net->stream, TEPUI_FOR_BIASES, (uint32_t)l);
    law->fill(&net->stream, net->bias, c->width[l], c->bias.value, net->scratch);
    net->kernel->scale(net->bias, c->sigma_b, c->width[l]);
}

/* z 2^e + b. A small vector (e < 0) is formed first, for a bias it is added to is not small. */
static void add_biases(const tepui_network *net, double *z, int64_t *e, size_t n)
{
    if (*e < 0) {
        for (size_t i = 0; i < n; i++) z[i] = scaled_shift(z[i], *e);
        *e = 0;
    }
    for (size_t i = 0; i < n; i++) z[i] += scaled_shift(net->bias[i], -*e);
}

static double count_live(const double *slope, size_t n)
{
    size_t live = 0;
    for (size_t i = 0; i < n; i++) live += slope[i] != 0.0;
    return (double)live;
}

/* cos of rows 0 and 1 of layer l; NaN when one of them is dead. */
static double cosine_of(const tepui_network *net, size_t l)
{
    const size_t d = net->cell->width[l];
    const double *a = net->vector[l];
    const double n0 = net->kernel->sumsq(a, d), n1 = net->kernel->sumsq(a + d, d);
    return net->kernel->dot(a, a + d, d) / (sqrt(n0) * sqrt(n1));
}

/* 1 - cos of rows 0 and 1 of layer l, half the square of the difference of their directions: exact for small angles. */
static double gap_of(const tepui_network *net, size_t l)
{
    const size_t d = net->cell->width[l];
    const double *a = net->vector[l], *b = a + d;
    const double n0 = sqrt(net->kernel->sumsq(a, d)), n1 = sqrt(net->kernel->sumsq(b, d));
    double sum = 0;
    for (size_t i = 0; i < d; i++) sum += (a[i] / n0 - b[i] / n1) * (a[i] / n0 - b[i] / n1);
    return sum / 2;
}

/* Squares, cosine of the rows of layer l, after each row has been brought into range. */
static void settle_layer(tepui_network *net, size_t l)
{
    const size_t d = net->cell->width[l];
    int64_t *e = net->exponent + l * net->rows;
    for (size_t p = 0; p < net->points; p++)
        net->forward[p * (net->depth + 2) + l] = scaled_settle(net, net->vector[l] + p * d, d, &e[p]);
    if (net->tangent) net->tangents[l] = scaled_settle(net, net->vector[l] + net->points * d, d, &e[net->points]);
    if (net->points > 1) net->cosine[l] = cosine_of(net, l);
    if (net->points > 1) net->gap[l] = gap_of(net, l);
}

static tepui_status layer_forward(tepui_network *net, size_t l)
{
    const size_t d = net->cell->width[l], n = net->points;
    int64_t *e = net->exponent + l * net->rows;
    double *a = net->vector[l], *slope = net->slope + net->slope_at[l];
    double live = 0;
    tepui_status st = multiply(net, l, net->vector[l - 1], net->z);
    if (st != TEPUI_OK) return st;
    memcpy(e, e - net->rows, net->rows * sizeof *e);
    if (net->cell->sigma_b > 0) draw_biases(net, l);
    for (size_t p = 0; p < n; p++) {
        if (net->cell->sigma_b > 0) add_biases(net, net->z + p * d, &e[p], d);
        if (net->bend) net->bend(net, l, p, net->z + p * d, e[p]);
        activate(net, net->z + p * d, &e[p], a + p * d, slope + p * d, d);
        if (net->needs & TEPUI_NEEDS_SLOPES) live += count_live(slope + p * d, d);
    }
    if (net->tangent)
        for (size_t i = 0; i < d; i++) a[n * d + i] = net->z[n * d + i] * slope[i];
    net->live[l] = live / (double)(n * d);
    settle_layer(net, l);
    return TEPUI_OK;
}

static tepui_status output_forward(tepui_network *net)
{
    const tepui_cell *c = net->cell;
    const size_t L = net->depth, q = c->outputs;
    memcpy(net->f_exponent, net->exponent + L * net->rows, net->rows * sizeof *net->f_exponent);
    if (c->readout == TEPUI_READOUT_DENSE) {
        const tepui_status st = multiply(net, L + 1, net->vector[L], net->f);
        if (st != TEPUI_OK) return st;
    } else {
        memcpy(net->f, net->vector[L], net->rows * q * sizeof *net->f);
    }
    for (size_t p = 0; p < net->points; p++)
        net->forward[p * (L + 2) + L + 1] = scaled_settle(net, net->f + p * q, q, &net->f_exponent[p]);
    if (net->tangent)
        net->tangents[L + 1] = scaled_settle(net, net->f + net->points * q, q, &net->f_exponent[net->points]);
    return TEPUI_OK;
}

/* A unit vector, uniform on the sphere; +1 in one dimension. */
void network_draw_direction(tepui_network *net, tepui_purpose purpose, double *v, size_t n)
{
    tepui_stream_at(&net->stream, purpose, 0);
    tepui_draw_normal(&net->stream, v, n);
    if (n == 1) v[0] = 1.0;
    net->kernel->scale(v, 1.0 / sqrt(net->kernel->sumsq(v, n)), n);
}

static tepui_status draw_points(tepui_network *net)
{
    const tepui_cell *c = net->cell;
    double *a = net->vector[0];
    const tepui_status st =
        tepui_dataset_points(c->data, &net->stream, c->inputs, c->outputs, net->x, net->y, net->work);
    if (st != TEPUI_OK) return st;
    memcpy(a, net->x, c->points * c->inputs * sizeof *a);
    memset(net->exponent, 0, net->rows * sizeof *net->exponent);
    /* always drawn, so that a sequential generator gives the same weights whatever is observed */
    network_draw_direction(net, TEPUI_FOR_DIRECTION_IN, net->in, c->inputs);
    network_draw_direction(net, TEPUI_FOR_DIRECTION_OUT, net->out_dir, c->outputs);
    if (net->tangent) memcpy(a + c->points * c->inputs, net->in, c->inputs * sizeof *a);
    settle_layer(net, 0);
    return TEPUI_OK;
}

tepui_status network_forward(tepui_network *net)
{
    tepui_status st;
    TEPUI_TRY(draw_points(net));
    for (size_t l = 1; l <= net->depth; l++) {
        if (net->stop && *net->stop) return TEPUI_INTERRUPTED;
        if (net->chain && l == 2) {
            TEPUI_TRY(chain_forward(net, l, net->depth));
            break;
        }
        TEPUI_TRY(layer_forward(net, l));
    }
    TEPUI_TRY(output_forward(net));
done:
    return st;
}
