/* given.h (internal) -- what a law may take as given about a cell: questions to its layers, weights and points. Laws
   ask here, not for names in the grid: a composition applies what its layers apply. Every answer is "no" where nobody
   knows. */
#ifndef TEPUI_THEORY_GIVEN_H
#define TEPUI_THEORY_GIVEN_H
#include <tepui/law.h>
#include <tepui/source.h>

/* --- layers; plain nets are [dense, activation] */
int given_plain(const tepui_cell *c); /* written as such: other laws are about layers in brackets */
int given_slopes(const tepui_cell *c, double below,
                 double above); /* of the activation in the grid: 1, 1 linear; 0, 1 relu */
int given_gaussian_weights(const tepui_cell *c);
int given_linear(const tepui_cell *c); /* no hidden layer applies anything but the identity */
int given_relu(const tepui_cell *c);   /* every hidden unit applies an activation, and all of them are relu */
/* f is linear in every single parameter where no unit is at its kink; in all parameters of a unit together. */
int given_linear_in_parameters(const tepui_cell *c), given_linear_in_units(const tepui_cell *c);
int given_bare_readout(const tepui_cell *c);  /* none, or one dense layer */
int given_weights_alone(const tepui_cell *c); /* no layer trains anything but its matrix */
int given_one_sigma(const tepui_cell *c);     /* the matrices of all hidden units have the same standard deviation */

/* --- biases and points */
const tepui_source_type *given_source(const tepui_cell *c);
int given_gaussian_biases(const tepui_cell *c); /* or none */
int given_nonzero_points(const tepui_cell *c);  /* no point is 0 */
int given_drawn_points(const tepui_cell *c);    /* from a rotation invariant law: sphere, gaussian, orthonormal */
/* Points so many or of so many dimensions that hardly ever all of them are equal, or the same but for size. */
int given_different_points(const tepui_cell *c);
#endif
