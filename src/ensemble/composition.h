/* composition.h (internal) -- compositions of layers from the text of an architecture; see composition.c. */
#ifndef TEPUI_ENSEMBLE_COMPOSITION_H
#define TEPUI_ENSEMBLE_COMPOSITION_H
#include <tepui/cell.h>

/* Appends the read-out (unit L + 1), a dense layer without activation or bias, of c->outputs outputs. */
tepui_status composition_add_readout(tepui_cell *c, tepui_error *err);
/* What a matrix feeds: the activation that follows in its unit, or the one just before; NULL: none. */
const tepui_choice *composition_activation(const tepui_composition *m, size_t layer);
void composition_free(tepui_composition *m);
/* The layers of any cell, k = 1 .. count, layer 0 the data: those of its composition; of a plain net, which does not
   write them down, dense, activation, ... and the read-out. */
size_t composition_count(const tepui_cell *c);
tepui_layer composition_layer(const tepui_cell *c, size_t k);
const tepui_choice *composition_phi(const tepui_cell *c, size_t k); /* of layer k, which applies an activation */
/* Whether a layer is a matrix that vectors are multiplied with, and has no other parameters. */
int composition_is_matrix(const tepui_layer *t);
/* Whether every unit is a dense layer and an activation; layers 2 l - 1 and 2 l are those of unit l then. */
int composition_is_dense(const tepui_cell *c);
int composition_is_smooth(const tepui_cell *c); /* some activation has a second derivative */
#endif
