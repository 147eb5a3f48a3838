/* composed.h (internal) -- nets put together from layers: what of a sample is kept, and the two passes. */
#ifndef TEPUI_NETWORK_COMPOSED_H
#define TEPUI_NETWORK_COMPOSED_H
#include "network.h"
#include <layer/layer.h>

typedef struct composed_state {
    const tepui_composition *m;
    layer_node *node; /* [count + 1]; node[0] is the data: y and dy alone */
    layer_work work;
    size_t *at;                 /* [count + 2]: where a layer's parameters begin; at[count + 1] is their number */
    int *fresh;                 /* [count + 1]: nothing has been written to the gradient at this output */
    tepui_rows term;            /* of sums of gradients */
    tepui_rows slots;           /* gradients that nobody keeps: of outputs that need them at once */
    double *block;              /* parameters of one layer */
    int64_t *exponent;          /* [count + 1]: of blocks */
    double *matrix;             /* one, where they are not kept */
    double *biases, *own;       /* of the layers, one after another; own: at the start */
    double *basis, *coordinate; /* of the inputs where there are fewer points; NULL otherwise */
    /* room curvature/ */
    double *root, *sign; /* points x q x q: S / sqrt(points) of the loss at f_p, and its sign */
    struct composed_assembly *assembly;
} composed_state;

/* A vector for each point, with exponents. */
tepui_rows composed_take_rows(network_arena *a, size_t points, size_t size);
/* What layer k takes, from the outputs of those before it. */
void composed_wire(layer_node *node, size_t k);
/* What the parameters of a dense layer meet: coordinates of the data where it reads them and points are fewer. */
int composed_reads_coordinates(const tepui_network *net, size_t layer);
size_t composed_seen(const tepui_network *net, size_t layer);
size_t composed_parameters(const tepui_network *net, size_t layer);
size_t composed_all_parameters(const tepui_network *net);
/* Points whose tangents have to be followed: one, where points do not mix. */
size_t composed_tangent_points(const tepui_cell *c);
/* The sample under way, with the weights that are there. */
tepui_status composed_forward(tepui_network *net);
tepui_status composed_backward(tepui_network *net);
void composed_take_data(tepui_network *net); /* the points net->x become what the first layer takes */
/* dy of all layers first..last from the dy of the one before, and parameters v (NULL: none) */
void composed_tangent(tepui_network *net, size_t first, size_t last, const double *v);
/* From gy of the last layer that of all; `visit` sees every layer when its gy is there (may be NULL). */
typedef void (*composed_visit)(tepui_network *net, size_t layer, void *arg);
tepui_status composed_reverse(tepui_network *net, composed_visit visit, void *arg);
/* A direction of the parameters: of all, or of layer `only` (0: all); v NULL: none. */
typedef struct {
    const double *v;
    size_t only;
} composed_direction;
static inline const double *composed_direction_at(const composed_state *s, composed_direction d, size_t k)
{
    if (!d.v || (d.only && d.only != k)) return NULL;
    return d.only ? d.v : d.v + s->at[k];
}
/* The same of dgy along (dy, v), with what bends if `whole`; no further than layer `to`, which hands nothing back. */
tepui_status composed_reverse_tangent(tepui_network *net, composed_direction v, size_t to, int whole,
                                      composed_visit visit, void *arg);
#endif
