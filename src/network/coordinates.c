/* coordinates.c -- which parameters of a cell's layers second derivatives are taken in, before anything is laid out. */
#include "composed.h"
#include <ensemble/composition.h>

/* The one reader of the data is dense: its other directions are certain zeros. */
int composed_reads_coordinates(const tepui_network *net, size_t layer)
{
    if (!net->curved || layer > 1) return 0; /* none are made; fed by others */
    const tepui_layer t = composition_layer(net->cell, layer);
    return t.rows && !t.own && !t.in.space && !composition_adds_data(net->cell);
}

size_t composed_seen(const tepui_network *net, size_t layer)
{
    return composed_reads_coordinates(net, layer) ? net->curved_inputs : composition_layer(net->cell, layer).cols;
}

size_t composed_parameters(const tepui_network *net, size_t layer)
{
    const tepui_layer t = composition_layer(net->cell, layer);
    return t.rows * composed_seen(net, layer) + t.own;
}

size_t composed_all_parameters(const tepui_network *net)
{
    const tepui_layer first = composition_layer(net->cell, 1);
    return tepui_parameters(net->cell) - first.rows * (first.cols - composed_seen(net, 1));
}

size_t composed_tangent_points(const tepui_cell *c)
{
    return composition_couples(c) ? c->points : 1;
}
