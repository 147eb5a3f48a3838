/* tiled.h (internal) -- passes of nets whose units are a dense layer and an activation, of which norms are asked.

   Weights are multiplied a tile at a time, while they are in the cache, and no vector stays that a norm does not take.
   Two rows of features of a layer are alive in place of a node of composed.h for each, so a net of 200,000 layers of
   width 2 takes 30 MB in place of 320. The operations on every number, and their order, are those of composed.c: the
   results have the same bits (tests/layer/test_layers.c). */
#ifndef TEPUI_NETWORK_TILED_H
#define TEPUI_NETWORK_TILED_H
#include "engine.h"

/* Vectors of one unit are rows of a block: row p < points is data point p, and row `points`, when asked for, is the
   tangent u_l. Every row has its own exponent. Backward rows: first the loss, then the output functional. */
typedef struct tiled_state {
    size_t rows, back_rows;
    int chain;               /* layers 2..depth are 1 x 1, homogeneous, without bias: chain.c */
    double *bias;            /* of one unit */
    double **vector;         /* [depth + 1] blocks rows x width; alternating when not kept */
    int64_t *exponent;       /* [(depth + 1) * rows] */
    double *slope;           /* points x width, from slope_at[l] */
    size_t *slope_at;        /* [depth + 1] */
    double *z;               /* rows x widest */
    double *delta, *back;    /* back_rows x widest */
    int64_t *delta_exponent; /* [back_rows] */
    double *aligned;         /* points x widest */
} tiled_state;

/* NULL, or why these passes cannot serve. */
const char *tiled_obstacle(const tepui_network *net);
/* phi'(z_l) of all points, l = 1..depth; kept with KEEP_SLOPES. */
static inline const double *tiled_slopes(const tepui_network *net, size_t l)
{
    return net->tiled->slope + net->tiled->slope_at[l];
}
tepui_status tiled_forward(tepui_network *net);
tepui_status tiled_backward(tepui_network *net);
/* chain.c: the same results for stretches of 1 x 1 layers, first..last inclusive */
tepui_status chain_forward(tepui_network *net, size_t first, size_t last);
tepui_status chain_backward(tepui_network *net, size_t last, size_t first);
#endif
