/* selection.c -- see selection.h. */
#include "selection.h"
#include <ensemble/composition.h>
#include <matrix/matrix.h>

/* --- coordinates */

/* What trajectories need of all parameters is products; the matrix is the same with them and without. */
static int leaves_zeros_out(const tepui_network *net)
{
    return !(net->needs & TEPUI_NEEDS_CURVATURE);
}

/* in, out: of the matrix; reads: its inputs are the data alone; dense: it meets them as W x_p. */
static layer_coordinates choose(const tepui_network *net, size_t in, size_t out, size_t entries, int reads, int dense)
{
    const size_t n = net->points;
    layer_coordinates c = {IN_ENTRIES, in, out, entries};
    if (!leaves_zeros_out(net) || n >= in) return c;
    if (reads) return (layer_coordinates){IN_SPAN, in, out, out * n};
    return dense && n < out ? (layer_coordinates){IN_FRAME, in, out, out * n + n * (in - n)} : c;
}

/* The first has no frame: only layers before it would need the rest of Q. */
layer_coordinates coordinates_of_matrix(const tepui_network *net, size_t k)
{
    const size_t in = dense_width(net, k - 1), out = dense_width(net, k);
    return choose(net, in, out, out * in, k == 1, k > 1);
}

layer_coordinates coordinates_of_layer(const tepui_network *net, size_t k)
{
    const tepui_layer *t = &net->cell->composition->layer[k];
    return choose(net, composed_seen(net, k), t->rows, composed_parameters(net, k), composed_reads_coordinates(net, k),
                  composition_is_matrix(t));
}

size_t assembly_size(const tepui_network *net)
{
    size_t n = 0;
    for (size_t k = 1; net->by_units && k <= net->layers; k++) n += coordinates_of_matrix(net, k).count;
    for (size_t k = 1; !net->by_units && k <= net->cell->composition->count; k++)
        n += coordinates_of_layer(net, k).count;
    return n;
}

size_t spectrum_coordinates(const tepui_network *net)
{
    tepui_network all = {0};
    network_decide(&all, net->cell, TEPUI_NEEDS_SPECTRUM, net->engines);
    return spectrum_is_secular(&all) ? all.layers : assembly_size(&all);
}

/* Parameters that are no coordinates: as many zeros more. */
size_t spectrum_unseen(const tepui_network *net)
{
    return tepui_parameters(net->cell) - assembly_size(net);
}

/* --- ways */

int spectrum_is_secular(const tepui_network *net)
{
    return net->closed;
}

static int can_factor(const tepui_network *net)
{
    return matrix_has_inertia() && !net->cell->gsl_eigensolver;
}

/* What takes all eigenvalues. */
static unsigned whole_needs(const tepui_network *net)
{
    return TEPUI_NEEDS_SPECTRUM | TEPUI_NEEDS_PARTS | (can_factor(net) ? 0 : TEPUI_NEEDS_SIGNS);
}

int spectrum_is_factored(const tepui_network *net)
{
    return net->needs & TEPUI_NEEDS_SIGNS && !spectrum_is_secular(net) && !spectrum_is_dense(net);
}

int spectrum_is_dense(const tepui_network *net)
{
    const unsigned all = whole_needs(net);
    const unsigned ends = TEPUI_NEEDS_EXTREMES | TEPUI_NEEDS_ALIGNMENT | TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_SIGNS;
    const unsigned needs = spectrum_is_secular(net) ? net->needs & TEPUI_NEEDS_ALIGNMENT : net->needs;
    return needs & all || (needs & ends && assembly_size(net) <= SPECTRUM_SMALL);
}

int spectrum_has_all(const tepui_network *net)
{
    return net->needs & TEPUI_NEEDS_DENSITY && (spectrum_is_secular(net) || assembly_size(net) <= SPECTRUM_SMALL);
}

int spectrum_has_quadrature(const tepui_network *net)
{
    return net->needs & TEPUI_NEEDS_DENSITY && !spectrum_has_all(net);
}

int assembly_is_made(const tepui_network *net)
{
    return spectrum_is_dense(net) || spectrum_is_factored(net) || net->needs & TEPUI_NEEDS_CURVATURE;
}

/* --- costs */

/* Of a composed net: products are six passes; a column of the matrix is a product, and its coordinates. */
double spectrum_product_cost(const tepui_network *net)
{
    return 6.0 * (double)tepui_multiplications(net->cell) * (double)net->points;
}

double spectrum_column_cost(const tepui_network *net)
{
    const double P = (double)net->curved_parameters;
    return spectrum_product_cost(net) + 2 * P * sqrt(P / (double)assembly_size(net) + 1);
}
