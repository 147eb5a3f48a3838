/* composition.h (internal) -- compositions of layers from the text of an architecture; see composition.c. */
#ifndef TEPUI_ENSEMBLE_COMPOSITION_H
#define TEPUI_ENSEMBLE_COMPOSITION_H
#include <tepui/cell.h>

/* Appends the read-out (unit L + 1), a dense layer without activation or bias, of c->outputs outputs. */
tepui_status composition_add_readout(tepui_cell *c, tepui_error *err);
/* What a matrix feeds: the activation that follows in its unit, or the one just before; NULL: none. */
const tepui_choice *composition_activation(const tepui_composition *m, size_t layer);
void composition_free(tepui_composition *m);
#endif
