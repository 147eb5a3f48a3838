/* forward.c -- z_l = W_l a_{l-1} + b_l, a_l = phi(z_l); tangent u_l = phi'(z_l) W_l u_{l-1}; output f.

   Points and tangent are rows of one block, so that a tile of weights is multiplied with all of them while it is in
   the cache. */
#include "network.h"
#include <activation/scaled.h>
#include <base/flag.h>
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

void network_draw_biases(tepui_network *net, size_t m, double *b, size_t n)
{
    const tepui_cell *c = net->cell;
    const tepui_distribution_type *law = c->bias.type;
    tepui_stream_at(&net->stream, TEPUI_FOR_BIASES, (uint32_t)m);
    law->fill(&net->stream, b, n, c->bias.value, net->scratch);
    net->kernel->scale(b, c->sigma_b, n);
}

static double count_live(const double *slope, size_t n)
{
    size_t live = 0;
    for (size_t i = 0; i < n; i++) live += slope[i] != 0.0;
    return (double)live;
}

double network_cosine(const tepui_kernels *kernel, const double *a, size_t d)
{
    const double cosine = kernel->dot(a, a + d, d) / (sqrt(kernel->sumsq(a, d)) * sqrt(kernel->sumsq(a + d, d)));
    return cosine > 1 ? 1 : cosine < -1 ? -1 : cosine; /* rounding; NaN stays */
}

/* Half the square of the difference of the directions: exact for small angles. */
double network_gap(const tepui_kernels *kernel, const double *a, size_t d)
{
    const double *b = a + d;
    const double n0 = sqrt(kernel->sumsq(a, d)), n1 = sqrt(kernel->sumsq(b, d));
    double sum = 0;
    for (size_t i = 0; i < d; i++) sum += (a[i] / n0 - b[i] / n1) * (a[i] / n0 - b[i] / n1);
    return sum / 2;
}

/* Squares, angle and rank of the rows of layer l, after each row has been brought into range. */
static void settle_layer(tepui_network *net, size_t l)
{
    const size_t d = net->cell->width[l];
    int64_t *e = net->exponent + l * net->rows;
    for (size_t p = 0; p < net->points; p++)
        net->forward[p * (net->depth + 2) + l] = rows_square(net->kernel, net->vector[l] + p * d, d, &e[p]);
    if (net->tangent) net->tangents[l] = rows_square(net->kernel, net->vector[l] + net->points * d, d, &e[net->points]);
    if (net->points > 1) net->cosine[l] = network_cosine(net->kernel, net->vector[l], d);
    if (net->points > 1) net->gap[l] = network_gap(net->kernel, net->vector[l], d);
    if (net->rank) net->rank[l] = network_rank(net->kernel, net->vector[l], e, net->points, d);
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
    if (net->cell->sigma_b > 0) network_draw_biases(net, l, net->bias, d);
    for (size_t p = 0; p < n; p++) {
        if (net->cell->sigma_b > 0) rows_add_bias(net->bias, net->z + p * d, &e[p], d, d);
        activation_scaled(net->kernel, &net->cell->activation, net->z + p * d, &e[p], a + p * d, slope + p * d, d);
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
        net->forward[p * (L + 2) + L + 1] = rows_square(net->kernel, net->f + p * q, q, &net->f_exponent[p]);
    if (net->tangent)
        net->tangents[L + 1] = rows_square(net->kernel, net->f + net->points * q, q, &net->f_exponent[net->points]);
    return TEPUI_OK;
}

/* A unit vector, uniform on the sphere; +1 in one dimension. */
void network_draw_direction(tepui_network *net, tepui_purpose purpose, double *v, size_t n)
{
    tepui_stream_at(&net->stream, purpose, 0);
    tepui_draw_normal(&net->stream, v, n);
    if (n == 1) v[0] = 1.0;
    tepui_divide(v, sqrt(net->kernel->sumsq(v, n)), n);
}

tepui_status network_draw_data(tepui_network *net)
{
    const tepui_cell *c = net->cell;
    const tepui_status st =
        tepui_dataset_points(c->data, &net->stream, c->inputs, c->outputs, net->x, net->y, net->work);
    if (st != TEPUI_OK) return st;
    /* always drawn, so that a sequential generator gives the same weights whatever is observed */
    network_draw_direction(net, TEPUI_FOR_DIRECTION_IN, net->in, c->inputs);
    network_draw_direction(net, TEPUI_FOR_DIRECTION_OUT, net->out_dir, c->outputs);
    return TEPUI_OK;
}

static tepui_status draw_points(tepui_network *net)
{
    const tepui_cell *c = net->cell;
    double *a = net->vector[0];
    const tepui_status st = network_draw_data(net);
    if (st != TEPUI_OK) return st;
    memcpy(a, net->x, c->points * c->inputs * sizeof *a);
    memset(net->exponent, 0, net->rows * sizeof *net->exponent);
    if (net->tangent) memcpy(a + c->points * c->inputs, net->in, c->inputs * sizeof *a);
    settle_layer(net, 0);
    return TEPUI_OK;
}

tepui_status network_forward(tepui_network *net)
{
    tepui_status st;
    TEPUI_TRY(draw_points(net));
    for (size_t l = 1; l <= net->depth; l++) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
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
