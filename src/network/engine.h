/* engine.h (internal) -- how a part of what a sample is asked for is computed.

   A sampler that draws matrices has a list of engines, in the order in which they work. For everything that is asked
   for, the last engine of the list that gives it and has no obstacle is taken, so special engines stand behind general
   ones; those that it builds upon (`before`) come with it where they have no obstacle. */
#ifndef TEPUI_NETWORK_ENGINE_H
#define TEPUI_NETWORK_ENGINE_H
#include "network.h"

/* What an engine wants of the passes: slopes and vectors of all layers; the weights where they are few, or all;
   tangents, second derivatives and the gradients at the outputs of all layers. */
enum { KEEP_SLOPES = 1, KEEP_VECTORS = 2, KEEP_FEW_WEIGHTS = 4, KEEP_WEIGHTS = 8, KEEP_DERIVATIVES = 16 };

struct network_engine {
    const char *name;
    unsigned gives;                                            /* TEPUI_NEEDS_... */
    const network_engine *const *before;                       /* NULL at the end; may be NULL */
    const char *(*obstacle)(const tepui_network *net);         /* why it cannot, NULL: it can; the member may be NULL */
    unsigned (*keeps)(const tepui_network *net);               /* KEEP_...; NULL: nothing */
    void (*lay_out)(tepui_network *net, network_arena *a);     /* NULL: nothing */
    tepui_status (*run)(tepui_network *net);                   /* of a sample; NULL: space for others */
    double (*cost)(const tepui_network *net, double products); /* operations of a sample; NULL: part of the passes */
    network_read read; /* a number of what it gives; NULL: that of passes, or none */
    int closed;        /* its spectrum is that of a closed form: no matrix, no products */
    int of_parameters; /* its work is done again when the parameters have been moved (curvature/moved.c) */
};

int engine_in_use(const tepui_network *net, const network_engine *engine);
/* What an engine has laid out for itself, whatever it is; NULL before. */
void *engine_state(const tepui_network *net, const network_engine *engine);
void engine_set_state(tepui_network *net, const network_engine *engine, void *state);
/* Space and results of all engines in use. */
void engines_lay_out(tepui_network *net, network_arena *a);
tepui_status engines_run(tepui_network *net);
tepui_status engines_run_again(tepui_network *net); /* those of_parameters */
double engines_cost(const tepui_network *net, double products);

/* Obstacles: to engines of units of a dense layer and an activation; of others. */
const char *engine_is_by_units(const tepui_network *net);
const char *engine_is_by_layers(const tepui_network *net);

/* What passes give, forward and backward: by layers, which serve every net, and by tiles (tiled.h). */
#define NETWORK_FORWARD                                                                                                \
    (TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_TANGENT | TEPUI_NEEDS_SLOPES | TEPUI_NEEDS_OUTPUT | TEPUI_NEEDS_ANGLE |         \
     TEPUI_NEEDS_RANK)
#define NETWORK_BACKWARD (TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_OUTPUT_GRADIENT)

/* All engines of matrices that are drawn, network/ and curvature/, in the order in which they work: passes, space and
   frames for second derivatives, what is asked for. engine_NAME is the one called NAME here. */
#define NETWORK_ENGINE_LIST(E)                                                                                         \
    E(plateau)                                                                                                         \
    E(forward)                                                                                                         \
    E(tiled_forward)                                                                                                   \
    E(backward)                                                                                                        \
    E(tiled_backward)                                                                                                  \
    E(curvature)                                                                                                       \
    E(moved)                                                                                                           \
    E(dense)                                                                                                           \
    E(blocks)                                                                                                          \
    E(assembly)                                                                                                        \
    E(composed_frames)                                                                                                 \
    E(composed_assembly)                                                                                               \
    E(gram)                                                                                                            \
    E(columns)                                                                                                         \
    E(transported)                                                                                                     \
    E(values)                                                                                                          \
    E(spectrum)                                                                                                        \
    E(secular)                                                                                                         \
    E(jacobian)                                                                                                        \
    E(kernel)                                                                                                          \
    E(composed_kernel)
#define NETWORK_ENGINE_(name) extern const network_engine engine_##name;
NETWORK_ENGINE_LIST(NETWORK_ENGINE_)
#undef NETWORK_ENGINE_
#endif
