/* coordinates.c -- which parameters of a cell's layers second derivatives are taken in, before anything is laid out. */
#include "composed.h"
#include <ensemble/composition.h>

/* The one reader of the data is dense: its other directions are certain zeros. */
int composed_reads_coordinates(const tepui_network *net, size_t layer)
{
    const tepui_composition *m = net->cell->composition;
    if (!net->curved) return 0; /* none are made */
    if (!m) return layer == 1;
    const tepui_layer *t = &m->layer[layer];
    if (t->from != 0 || !t->rows || t->own || t->in.space) return 0;
    for (size_t k = 1; k <= m->count; k++)
        if (m->layer[k].type->branches && m->layer[k].skip == 0) return 0;
    return 1;
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
    size_t n = 0;
    for (size_t k = 1; k <= composition_count(net->cell); k++) n += composed_parameters(net, k);
    return n;
}

size_t composed_tangent_points(const tepui_cell *c)
{
    return c->composition && c->composition->coupled ? c->points : 1;
}
