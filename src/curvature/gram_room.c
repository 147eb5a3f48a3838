/* gram_room.c -- see gram_room.h. */
#include "gram_room.h"
#include <ensemble/composition.h>

static family lay_out_family(const tepui_network *net, size_t size, network_arena *a)
{
    const size_t n = net->points;
    return (family){network_take(a, n * size, sizeof(double)), network_take(a, n, sizeof(int64_t)),
                    network_take(a, n * n, sizeof(double))};
}

/* Of a_0, ..., a_{K-1}. */
static size_t widest_factor(const tepui_network *net)
{
    size_t most = 0;
    for (size_t k = 0; k < net->layers; k++) most = dense_width(net, k) > most ? dense_width(net, k) : most;
    return most;
}

gram_room *gram_room_lay_out(const tepui_network *net, size_t widest, network_arena *a)
{
    const size_t n = net->points;
    gram_room g = {0};
    g.gauss_newton = lay_out_family(net, widest * widest, a);
    g.residual = lay_out_family(net, composition_is_smooth(net->cell) ? widest * widest : 0, a);
    g.chain = lay_out_family(net, widest * widest, a);
    g.x = network_take(a, n * n * widest, sizeof(double));
    g.y = network_take(a, n * n * widest, sizeof(double));
    g.shift = network_take(a, n, sizeof(double));
    g.other_shift = network_take(a, n, sizeof(double));
    g.chain_shift = network_take(a, n, sizeof(double));
    g.columns = network_take(a, n * widest_factor(net), sizeof(double));
    g.factors = network_take(a, n, sizeof(double));
    return network_keep(a, &g, sizeof g);
}
