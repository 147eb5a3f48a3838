/* moved.c -- see moved.h.

   theta takes the place of the drawn weights with factor 1: of W_k by curvature_weights() in plain nets, of w and own
   of every layer in composed ones. Biases, masks and data are those of the sample, and stay where it has left them.

   The inner loop of gradient descent is network_again(): blocks of points through BLAS, every delta_k multiplied with
   a_{k-1} while it is in the cache. phi'' and the roots of the loss are for Hessian products only, which are rare:
   moved_bend() makes them when the first is asked for. */
#include "moved.h"
#include "composed.h"
#include "curvature.h"
#include <activation/scaled.h>
#include <base/flag.h>
#include <kernel/wide.h>
#include <string.h>
#include <tepui/rng.h>

static void lay_out(tepui_network *net, network_arena *a)
{
    net->theta = network_take(a, lanes_padded(net->curved_parameters), sizeof *net->theta);
}

/* --- the start */

static double *copy_times(double *to, const double *w, double sigma, size_t n)
{
    for (size_t i = 0; i < n; i++) to[i] = sigma * w[i];
    return to + n;
}

static void open_layer(layer_node *n, double *theta)
{
    const size_t entries = n->t->rows * n->t->cols;
    if (entries) copy_times(theta, n->w, n->sigma, entries);
    if (n->t->own) memcpy(theta + entries, n->own, n->t->own * sizeof *theta);
    n->w = theta;
    n->sigma = 1;
    n->own = theta + entries;
}

double *network_open(tepui_network *net, size_t *count)
{
    composed_state *s = net->composed;
    double *end = net->theta;
    *count = net->curved_parameters;
    if (net->moved) return net->theta;
    for (size_t k = 1; !s && k <= net->layers; k++)
        end =
            copy_times(end, curvature_weights(net, k), curvature_sigma(net, k), net->site[k].rows * net->site[k].cols);
    for (size_t k = 1; s && k <= s->m->count; k++) open_layer(&s->node[k], net->theta + s->at[k]);
    memset(net->theta + *count, 0, (lanes_padded(*count) - *count) * sizeof *net->theta);
    net->moved = 1;
    return net->theta;
}

/* --- plain nets */

static int all_zero(const int64_t *e, size_t n)
{
    int64_t any = 0;
    for (size_t p = 0; p < n; p++) any |= e[p];
    return any == 0;
}

/* z_l, without the exponents' part */
static void preactivation(tepui_network *net, size_t k, double *z)
{
    const weight_site *s = &net->site[k];
    rows_times(net->kernel, 1.0, curvature_weights(net, k), s->rows, s->cols, net->curvature->a[k - 1], net->points, z);
}

static void add_biases(tepui_network *net, size_t l, double *z, int64_t *e)
{
    const size_t d = net->cell->width[l];
    for (size_t p = 0; net->cell->sigma_b > 0 && p < net->points; p++)
        rows_add_bias(network_bias(net, l), z + p * d, &e[p], d, d);
}

/* All points at once where phi takes them as they are: activation_scaled() would do the same with each. */
static void activate(tepui_network *net, size_t l, double *z, int64_t *e)
{
    const tepui_choice *choice = &net->cell->activation;
    const tepui_activation_type *phi = choice->type;
    const size_t d = net->cell->width[l], n = net->points;
    double *a = net->vector[l], *slope = net->curvature->slope[l];
    if (phi->homogeneous || (all_zero(e, n) && net->kernel->maxabs(z, n * d) < 0x1p500)) {
        phi->apply(z, a, slope, n * d, choice->value);
        return;
    }
    for (size_t p = 0; p < n; p++)
        activation_scaled(net->kernel, choice, z + p * d, &e[p], a + p * d, slope + p * d, d);
}

static void settle(tepui_network *net, double *x, size_t d, int64_t *e)
{
    for (size_t p = 0; p < net->points; p++) rows_settle(net->kernel, x + p * d, d, &e[p]);
}

static void layer_again(tepui_network *net, size_t l)
{
    curvature_state *c = net->curvature;
    const size_t n = net->points;
    int64_t *e = c->a_exponent + l * n;
    preactivation(net, l, net->z);
    memcpy(e, e - n, n * sizeof *e);
    add_biases(net, l, net->z, e);
    activate(net, l, net->z, e);
    settle(net, net->vector[l], net->cell->width[l], e);
}

static void output_again(tepui_network *net)
{
    const size_t L = net->depth, q = net->cell->outputs, n = net->points;
    const int64_t *e = net->curvature->a_exponent + L * n;
    if (net->layers > L)
        preactivation(net, L + 1, net->f);
    else
        memcpy(net->f, net->vector[L], n * q * sizeof *net->f);
    memcpy(net->f_exponent, e, n * sizeof *e);
    settle(net, net->f, q, net->f_exponent);
    if (net->layers > L) memcpy(net->curvature->a_exponent + (L + 1) * n, net->f_exponent, n * sizeof *e);
}

/* Exponents of the inputs, which the static pass takes with all others. */
static void take_inputs(tepui_network *net)
{
    int64_t *e = net->curvature->a_exponent;
    const size_t d = net->cell->inputs;
    for (size_t p = 0; p < net->points; p++)
        e[p] = net->kernel->maxabs(net->vector[0] + p * d, d) == 0 ? ROWS_ZERO : net->exponent[p];
}

static tepui_status forward_again(tepui_network *net)
{
    take_inputs(net);
    for (size_t l = 1; l <= net->depth; l++) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        layer_again(net, l);
    }
    output_again(net);
    return TEPUI_OK;
}

/* d loss / d f of all points, each as often as it counts. */
static void loss_rows(tepui_network *net, double *g, int64_t *e)
{
    const size_t q = net->cell->outputs;
    backward_loss_rows(net, g, e);
    for (size_t p = 0; net->share && p < net->points; p++) net->kernel->scale(g + p * q, net->share[p], q);
    settle(net, g, q, e);
}

/* delta_k from what has come down to a_k, in place. */
static void through_slopes(tepui_network *net, size_t k)
{
    curvature_state *c = net->curvature;
    const size_t d = curvature_width(net, k), size = net->points * d;
    if (c->slope[k]) rows_multiply_by(c->delta[k], c->slope[k], size);
    settle(net, c->delta[k], d, c->delta_exponent + k * net->points);
}

static tepui_status backward_again(tepui_network *net, double *g)
{
    curvature_state *c = net->curvature;
    const size_t n = net->points;
    loss_rows(net, c->delta[net->layers], c->delta_exponent + net->layers * n);
    for (size_t k = net->layers;; k--) {
        const weight_site *s = &net->site[k];
        int64_t *e = c->delta_exponent + k * n;
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        through_slopes(net, k);
        c->block_exponent[k] = curvature_gradient(net, k, c->a[k - 1], s->cols, g + c->at[k]);
        if (k == 1) return TEPUI_OK;
        rows_times_t(net->kernel, 1.0, curvature_weights(net, k), s->rows, s->cols, c->delta[k], n, c->delta[k - 1]);
        memcpy(e - n, e, n * sizeof *e);
    }
}

static tepui_status plain_again(tepui_network *net, double *g, int64_t *e)
{
    const curvature_state *c = net->curvature;
    tepui_status st = forward_again(net);
    if (st == TEPUI_OK) st = backward_again(net, g);
    if (st == TEPUI_OK) *e = curvature_align(c->at, net->layers, c->block_exponent, g);
    return st;
}

/* phi'' of all units; z is made again. */
static tepui_status plain_bend(tepui_network *net)
{
    const curvature_state *c = net->curvature;
    const size_t n = net->points;
    for (size_t l = 1; net->bend && l <= net->depth; l++) {
        int64_t *e = net->curvature->row_exponent;
        preactivation(net, l, net->z);
        memcpy(e, c->a_exponent + (l - 1) * n, n * sizeof *e);
        add_biases(net, l, net->z, e);
        for (size_t p = 0; p < n; p++) net->bend(net, l, p, net->z + p * net->cell->width[l], e[p]);
    }
    const tepui_status st = curvature_from_output(net);
    if (st == TEPUI_OK && net->assembly) assembly_frames(net);
    return st;
}

/* --- composed nets */

static tepui_status composed_forward_again(tepui_network *net)
{
    composed_state *s = net->composed;
    s->work.points = net->points;
    s->work.curved = 0;
    for (size_t k = 1; k <= s->m->count; k++) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        s->node[k].t->type->forward(&s->node[k]);
    }
    return TEPUI_OK;
}

static tepui_status composed_again(tepui_network *net, double *g, int64_t *e)
{
    composed_state *s = net->composed;
    layer_node *last = &s->node[s->m->count];
    tepui_status st = composed_forward_again(net);
    if (st != TEPUI_OK) return st;
    loss_rows(net, last->gy.m, last->gy.e);
    st = composed_reverse(net, composed_take_gradient, g);
    if (st == TEPUI_OK) *e = curvature_align(s->at, s->m->count, s->exponent, g);
    return st;
}

static tepui_status composed_bend(tepui_network *net)
{
    composed_state *s = net->composed;
    layer_node *last = &s->node[s->m->count];
    s->work.points = net->points;
    s->work.curved = 1;
    for (size_t k = 1; k <= s->m->count; k++)
        if (s->node[k].t->type->applies) s->node[k].t->type->forward(&s->node[k]);
    backward_loss_rows(net, last->gy.m, last->gy.e);
    layer_settle(last, last->gy, layer_out(last));
    tepui_status st = composed_reverse(net, NULL, NULL);
    if (st == TEPUI_OK) st = composed_curvature(net);
    if (st == TEPUI_OK && s->assembly) composed_frames(net);
    return st;
}

/* --- both */

tepui_status network_again(tepui_network *net, double *g, int64_t *e)
{
    net->unbent = 1;
    return net->composed ? composed_again(net, g, e) : plain_again(net, g, e);
}

/* As the sample's own pass does it, so that points that come back have the same bits. */
void network_take_points(tepui_network *net)
{
    const size_t d = net->cell->inputs;
    if (net->composed) {
        composed_take_data(net);
        return;
    }
    memcpy(net->vector[0], net->x, net->points * d * sizeof *net->x);
    memset(net->exponent, 0, net->points * sizeof *net->exponent);
    for (size_t p = 0; p < net->points; p++) rows_square(net->kernel, net->vector[0] + p * d, d, &net->exponent[p]);
}

tepui_status network_outputs_again(tepui_network *net)
{
    net->unbent = 1;
    return net->composed ? composed_forward_again(net) : forward_again(net);
}

tepui_status moved_bend(tepui_network *net)
{
    if (!net->unbent) return TEPUI_OK;
    const tepui_status st = net->composed ? composed_bend(net) : plain_bend(net);
    if (st == TEPUI_OK) net->unbent = 0;
    return st;
}

static const network_engine *const before[] = {&engine_curvature, &engine_composed_curvature, NULL};

const network_engine engine_moved = {
    .name = "other parameters",
    .gives = NETWORK_NEEDS_MOVED,
    .before = before,
    .lay_out = lay_out,
};
