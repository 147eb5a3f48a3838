/* tiled.c -- see tiled.h: where the passes apply, and their space. */
#include "tiled.h"

const char *tiled_obstacle(const tepui_network *net)
{
    return net->curved ? "keeps what a gradient takes, and no more" : engine_is_by_units(net);
}

/* What the engines of a chain do with its layers one by one. */
#define UNCHAINED                                                                                                      \
    (TEPUI_NEEDS_JACOBIAN | TEPUI_NEEDS_CURVATURE | TEPUI_NEEDS_ALIGNMENT | TEPUI_NEEDS_NTK | TEPUI_NEEDS_FISHER |     \
     NETWORK_NEEDS_MOVED)

static void lay_out_vectors(const tepui_network *net, network_arena *a, tiled_state *s)
{
    const size_t L = net->depth;
    const int all = (net->keeps & KEEP_VECTORS) != 0;
    double *pair[2] = {NULL, NULL};
    s->vector = network_take(a, L + 1, sizeof *s->vector);
    for (int k = 0; k < 2 && !all; k++) pair[k] = network_take(a, s->rows * net->widest, sizeof(double));
    for (size_t l = 0; l <= L; l++) {
        const size_t size = s->rows * tepui_unit_size(net->cell, l);
        double *v = all ? network_take(a, size, sizeof(double)) : pair[l % 2];
        if (s->vector) s->vector[l] = v;
    }
    s->exponent = network_take(a, (L + 1) * s->rows, sizeof *s->exponent);
}

static void lay_out_slopes(const tepui_network *net, network_arena *a, tiled_state *s)
{
    const int all = (net->keeps & KEEP_SLOPES) != 0;
    size_t slopes = 0;
    s->slope_at = network_take(a, net->depth + 1, sizeof *s->slope_at);
    for (size_t l = 1; l <= net->depth; l++) {
        if (s->slope_at) s->slope_at[l] = slopes;
        if (all) slopes += net->points * tepui_unit_size(net->cell, l);
    }
    s->slope = network_take(a, all ? slopes : net->points * net->widest, sizeof(double));
}

static void lay_out(tepui_network *net, network_arena *a)
{
    tiled_state *s = network_take(a, 1, sizeof *s), none = {0};
    if (!s) s = &none;
    network_lay_out_sample(net, a);
    s->rows = net->points + (size_t)net->tangent;
    s->back_rows = net->points *
                   (size_t)(!!(net->needs & TEPUI_NEEDS_LOSS_GRADIENT) + !!(net->needs & TEPUI_NEEDS_OUTPUT_GRADIENT));
    s->chain = network_is_chain(net->cell) && !(net->needs & UNCHAINED);
    lay_out_vectors(net, a, s);
    lay_out_slopes(net, a, s);
    s->bias = network_take(a, net->widest, sizeof(double));
    s->z = network_take(a, s->rows * net->widest, sizeof(double));
    s->delta = network_take(a, s->back_rows * net->widest, sizeof(double));
    s->back = network_take(a, s->back_rows * net->widest, sizeof(double));
    s->delta_exponent = network_take(a, s->back_rows, sizeof *s->delta_exponent);
    s->aligned = network_take(a, net->points * net->widest, sizeof(double));
    net->f = network_take(a, s->rows * net->cell->outputs, sizeof(double));
    net->f_exponent = network_take(a, s->rows, sizeof *net->f_exponent);
    if (s != &none) net->tiled = s;
}

const network_engine engine_tiled_forward = {
    .name = "forward, by tiles",
    .gives = NETWORK_FORWARD,
    .obstacle = tiled_obstacle,
    .lay_out = lay_out,
    .run = tiled_forward,
};

static unsigned kept(const tepui_network *net)
{
    return KEEP_SLOPES | KEEP_FEW_WEIGHTS | (net->points > 1 ? KEEP_VECTORS : 0);
}

const network_engine engine_tiled_backward = {
    .name = "backward, by tiles",
    .gives = NETWORK_BACKWARD,
    .obstacle = tiled_obstacle,
    .keeps = kept,
    .run = tiled_backward,
};
