/* zonal.h (internal) -- means of power sums of the squared singular values of the Jacobian, exact at any widths. */
#ifndef TEPUI_THEORY_ZONAL_H
#define TEPUI_THEORY_ZONAL_H
#include <tepui/law.h>

#define ZONAL_MOST 4u /* largest power */

/* Plain linear or ReLU nets without biases and read-out, Gaussian or orthogonal weights. m = zonal_ln_mean is ln E tr X
   / inputs, X = J^T J. */
double zonal_ln_mean(const tepui_cell *c);
double zonal_ln_trace_of_power(const tepui_cell *c, unsigned n); /* ln E tr X^n / inputs - n m */
double zonal_ln_power_of_trace(const tepui_cell *c, unsigned n); /* ln E (tr X / inputs)^n - n m */
/* The law of jacobian_moment, component 1 to 4. */
int zonal_component(long component, const char **why);
tepui_status zonal_moment(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err);
#endif
