/* composition.h (internal) -- compositions of layers from the text of an architecture; see composition.c. */
#ifndef TEPUI_ENSEMBLE_COMPOSITION_H
#define TEPUI_ENSEMBLE_COMPOSITION_H
#include <tepui/cell.h>

/* Appends the read-out (unit L + 1), a dense layer without activation or bias, of c->outputs outputs, where layers are
   written down. */
tepui_status composition_add_readout(tepui_cell *c, tepui_error *err);
/* What a matrix feeds: the activation that follows in its unit, or the one just before; NULL: none. */
const tepui_choice *composition_activation(const tepui_composition *m, size_t layer);
void composition_free(tepui_composition *m);
/* layers.c: the layers of any cell, k = 1 .. count, layer 0 the data: those of its composition; of a plain net, which
   does not write them down, dense, activation, ... and the read-out. */
int composition_is_plain(const tepui_cell *c); /* for selection alone: what can, or may, and what cannot */
size_t composition_count(const tepui_cell *c);
tepui_layer composition_layer(const tepui_cell *c, size_t k);
const tepui_choice *composition_phi(const tepui_cell *c, size_t k); /* of layer k, which applies an activation */
/* Whether a layer is a matrix that vectors are multiplied with, and has no other parameters. */
int composition_is_matrix(const tepui_layer *t);
/* Whether every unit is a dense layer and an activation; layers 2 l - 1 and 2 l are those of unit l then. */
int composition_is_dense(const tepui_cell *c);
int composition_is_smooth(const tepui_cell *c);   /* some activation has a second derivative */
size_t composition_slots(const tepui_cell *c);    /* of gradients at outputs */
size_t composition_widest(const tepui_cell *c);   /* most features of an output or an input */
int composition_couples(const tepui_cell *c);     /* some layer mixes points */
int composition_adds_data(const tepui_cell *c);   /* some residual layer adds its branch to the data */
int composition_takes_width(const tepui_cell *c); /* some hidden layer has the width of the cell */
int composition_takes_activation(const tepui_cell *c);
const tepui_shape *composition_image(const tepui_cell *c);   /* of a data set, where it is read as another; or NULL */
size_t composition_of_matrix(const tepui_cell *c, size_t m); /* the layer that has matrix m */
size_t composition_entries(const tepui_cell *c);             /* of all matrices; SIZE_MAX: or more */
size_t composition_place(const tepui_cell *c, size_t k);     /* where the parameters of layer k begin */
/* What matrix m feeds, NULL: nothing, and what the scale rule is told of it; its standard deviation is that times
   factor. */
typedef struct {
    size_t fan_in, fan_out;
    const tepui_choice *phi;
    size_t unit;
    double factor;
} composition_site;
composition_site composition_site_of(const tepui_cell *c, size_t m);
void composition_set_sigma(tepui_cell *c, size_t m, double sigma);
/* The standard deviations in a cell's text, i = 1 ..: of all matrices; a plain net has a 0 where it has no read-out. */
size_t composition_sigmas(const tepui_cell *c);
double composition_sigma(const tepui_cell *c, size_t i);
#endif
