/* component.h -- the layer ranges that observables share. */
#ifndef TEPUI_OBSERVABLE_COMPONENT_H
#define TEPUI_OBSERVABLE_COMPONENT_H
#include <tepui/curvature.h>
#include <tepui/observable.h>

long component_zero(const tepui_cell *c);  /* 0 */
long component_one(const tepui_cell *c);   /* 1 */
long component_depth(const tepui_cell *c); /* L */
/* component -> index of network.h: a layer, L + 1 for the output, 0 for the total */
size_t component_index(const tepui_network *net, long component);
/* The numbers in its name: what tepui_network_read() takes for a part of the Hessian, an end of a spectrum, a pair. */
size_t component_part(long component);
size_t component_end(long component);
size_t component_two(long component);
/* ln of w (norm(a_l) / norm(a_0))^power, w the likelihood ratio of layers 1..l */
double component_weighted(const tepui_network *net, long component, double power);
/* What a trajectory recorded at the component's step. */
double component_path(const tepui_network *net, long component, tepui_path_value which);
/* Numbers apart by sign, for spectra: components "negative" and "positive" ... */
extern const long component_signs[];
/* ... of n values in units of exp(ln_unit): ln of those of the component's sign (times it), -INFINITY for the others,
   NaN where a solver failed. */
void component_signed(long component, const double *value, size_t n, double ln_unit, double *out);
/* The same of all eigenvalues of a part of the Hessian. */
void component_spectrum(const tepui_network *net, tepui_part part, long component, double *out);
#endif
