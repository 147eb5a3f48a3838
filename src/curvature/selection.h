/* selection.h (internal) -- which way serves a network for its second derivatives, and in which coordinates: known from
   cell and needs alone, before anything is laid out. */
#ifndef TEPUI_CURVATURE_SELECTION_H
#define TEPUI_CURVATURE_SELECTION_H
#include "dense.h"
#include <network/composed.h>

/* Coordinates of a layer's parameters: their entries; the inputs in those of the points' span (the first layer); a
   frame of the points' inputs and gradients (assembly.c). */
typedef enum { IN_ENTRIES, IN_SPAN, IN_FRAME } coordinate_kind;
typedef struct {
    coordinate_kind kind;
    size_t in, out, count;
} layer_coordinates;
layer_coordinates coordinates_of_matrix(const tepui_network *net, size_t k); /* W_k of units */
layer_coordinates coordinates_of_layer(const tepui_network *net, size_t k);  /* of a composition */
size_t assembly_size(const tepui_network *net);                              /* all of them */
int assembly_is_made(const tepui_network *net);                              /* whether there is a matrix at all */

/* The coordinates of the cell's spectrum, which a network that can be moved may have more of. */
size_t spectrum_coordinates(const tepui_network *net);
size_t spectrum_unseen(const tepui_network *net);   /* parameters that are no coordinates: as many zeros more */
#define SPECTRUM_SMALL 300u                         /* coordinates up to which the dense solver beats Lanczos */
int spectrum_is_dense(const tepui_network *net);    /* by the matrix; else by products */
int spectrum_is_secular(const tepui_network *net);  /* of a chain, in closed form (spectrum_chain.c) */
int spectrum_is_factored(const tepui_network *net); /* signs alone, from factorisations (spectrum_signs.c) */
int spectrum_has_all(const tepui_network *net);     /* the density is that of all eigenvalues */
int spectrum_has_quadrature(const tepui_network *net);
double spectrum_product_cost(const tepui_network *net); /* of a composed net, in operations */
double spectrum_column_cost(const tepui_network *net);  /* the same: of a column of its matrix */
#endif
