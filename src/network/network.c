/* network.c -- the workspace of the forward, tangent and backward passes: what has to be kept, and where. */
#include "composed.h"
#include "engine.h"
#include <ensemble/composition.h>
#include <string.h>
#include <tepui/source.h>

/* Layers 2..L are 1 x 1 and chain.c may do them. */
int network_is_chain(const tepui_cell *c)
{
    const tepui_activation_type *phi = c->activation.type;
    const tepui_distribution_type *law = c->distribution.type;
    if (!composition_is_plain(c) || c->depth < 2 || c->points != 1 || c->sigma_b > 0 || !phi->homogeneous ||
        law->fill_matrix)
        return 0;
    for (size_t l = 1; l <= c->depth; l++)
        if (c->width[l] != 1) return 0;
    return 1;
}

/* Products of eight of them are normal numbers. */
static int has_mild_factors(const tepui_cell *c)
{
    for (size_t l = 1; l <= c->depth + (c->readout == TEPUI_READOUT_DENSE); l++)
        if (!(c->sigma[l] >= 0x1p-100 && c->sigma[l] <= 0x1p100)) return 0;
    return 1;
}

int network_is_scalars(const tepui_cell *c)
{
    return network_is_chain(c) && c->inputs == 1 && c->outputs == 1 &&
           ((const tepui_loss_type *)c->loss.type)->residual && has_mild_factors(c);
}

static void take_sizes(tepui_network *net, const tepui_cell *c)
{
    net->depth = c->depth;
    net->layers = c->depth + (c->readout == TEPUI_READOUT_DENSE);
    net->matrices = tepui_matrix_count(c);
    net->points = c->points;
    net->widest = composition_widest(c);
}

static int keeps_weights(const tepui_network *net)
{
    const int few = tepui_parameters(net->cell) * sizeof(double) <= WEIGHTS_KEEP;
    return net->keeps & KEEP_WEIGHTS || (net->keeps & KEEP_FEW_WEIGHTS && few) ||
           !tepui_generator_is_addressed(net->cell->generator);
}

void network_decide(tepui_network *net, const tepui_cell *c, unsigned needs, const network_engine *const *engines)
{
    if (needs & TEPUI_NEEDS_PATH && !network_is_scalars(c)) needs |= NETWORK_NEEDS_MOVED;
    net->cell = c;
    net->needs = needs;
    net->engines = engines;
    net->tangent = (needs & TEPUI_NEEDS_TANGENT) != 0;
    net->backward = (needs & (TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_OUTPUT_GRADIENT)) != 0;
    take_sizes(net, c);
    const int all = (needs & (TEPUI_NEEDS_CURVATURE | NETWORK_NEEDS_MOVED)) != 0; /* coordinates */
    net->curved_inputs = all || c->points > c->inputs ? c->inputs : c->points;
    net->by_units = composition_is_dense(c);
    network_choose_engines(net);
    net->keep_weights = keeps_weights(net);
    net->curved_parameters = composed_all_parameters(net);
}

void network_begin_sample(tepui_network *net)
{
    net->moved = net->unbent = 0;
    weights_new_sample(net);
    tepui_stream_sample(&net->stream, &net->cell->key, net->sample, net->gsl);
}

/* Doubles that the distribution wants for the largest matrix, and the entries of that. */
static size_t matrix_room(const tepui_network *net, size_t *largest)
{
    const tepui_distribution_type *law = net->cell->distribution.type;
    size_t scratch = 2 * (WEIGHTS_TILE > net->widest ? WEIGHTS_TILE : net->widest) + 2 * TEPUI_BATCH;
    *largest = 0;
    for (size_t k = 1; k <= net->matrices; k++) {
        const tepui_matrix_shape s = tepui_matrix_shape_of(net->cell, k);
        const size_t need = law->fill_matrix ? tepui_distribution_work(law, s.rows, s.cols) : 0;
        if (need > scratch) scratch = need;
        if (s.rows * s.cols > *largest) *largest = s.rows * s.cols;
    }
    return scratch;
}

static void lay_out_weights(tepui_network *net, network_arena *a)
{
    const tepui_cell *c = net->cell;
    size_t largest;
    const size_t scratch = matrix_room(net, &largest);
    net->groups = weights_groups(c, NULL, NULL);
    net->site = network_take(a, net->matrices + 1, sizeof *net->site);
    net->group = network_take(a, net->groups, sizeof *net->group);
    /* before the arena exists, an upper bound that needs no group table */
    const size_t tile =
        ((const tepui_distribution_type *)c->distribution.type)->fill_matrix ? largest : net->widest + WEIGHTS_TILE;
    net->weights = network_take(a, net->keep_weights ? composition_entries(c) : tile, sizeof(double));
    net->scratch = network_take(a, scratch, sizeof(double));
}

void network_lay_out_results(tepui_network *net, network_arena *a)
{
    const tepui_cell *c = net->cell;
    const size_t L = net->depth;
    net->forward = network_take(a, net->points * (L + 2), sizeof *net->forward);
    net->tangents = network_take(a, net->tangent ? L + 2 : 0, sizeof *net->tangents);
    net->live = network_take(a, L + 1, sizeof(double));
    net->cosine = network_take(a, L + 1, sizeof(double));
    double *rank = network_take(a, net->needs & TEPUI_NEEDS_RANK ? L + 1 : 0, sizeof *rank);
    net->rank = net->needs & TEPUI_NEEDS_RANK ? rank : NULL;
    net->gap = network_take(a, L + 1, sizeof(double));
    for (int k = 0; k < 2; k++) {
        const unsigned need = k == 0 ? TEPUI_NEEDS_LOSS_GRADIENT : TEPUI_NEEDS_OUTPUT_GRADIENT;
        scaled_square *g = network_take(a, net->needs & need ? net->layers + 1 : 0, sizeof *g);
        net->gradient[k] = net->needs & need ? g : NULL;
    }
    net->x = network_take(a, c->points * c->inputs, sizeof(double));
    net->y = network_take(a, c->points * c->outputs, sizeof(double));
    net->work = network_take(a, c->points * c->inputs + TEPUI_BATCH, sizeof(double));
    net->in = network_take(a, c->inputs, sizeof(double));
    net->out_dir = network_take(a, c->outputs, sizeof(double));
    net->residual = network_take(a, c->outputs, sizeof(double));
}

void network_lay_out_sample(tepui_network *net, network_arena *a)
{
    lay_out_weights(net, a);
    network_lay_out_results(net, a);
}

void network_span(const tepui_kernels *kernel, const double *x, size_t n, size_t d, double dependent, double *basis,
                  double *coordinate)
{
    if (coordinate) memset(coordinate, 0, n * n * sizeof *coordinate);
    for (size_t p = 0; p < n; p++) {
        double *v = basis + p * d;
        memcpy(v, x + p * d, d * sizeof *v);
        const double whole = sqrt(kernel->sumsq(v, d));
        for (size_t k = 0; k < 2 * p; k++) {
            const double *b = basis + k % p * d, along = kernel->dot(v, b, d);
            if (coordinate) coordinate[p * n + k % p] += along;
            for (size_t i = 0; i < d; i++) v[i] -= along * b[i];
        }
        const double rest = sqrt(kernel->sumsq(v, d));
        const int depends = !(rest > dependent * whole);
        if (coordinate) coordinate[p * n + p] = depends ? 0 : rest;
        kernel->scale(v, depends ? 0 : 1 / rest, d);
    }
}

void network_coordinates(const tepui_network *net, const double *x, double *basis, double *coordinate)
{
    network_span(net->kernel, x, net->points, net->cell->inputs, 0x1p-48, basis, coordinate);
}
