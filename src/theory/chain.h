/* chain.h (internal) -- what the laws of linear chains have in common: f = w_n ... w_1 x with one output, one point. */
#ifndef TEPUI_THEORY_CHAIN_H
#define TEPUI_THEORY_CHAIN_H
#include "norms.h"

int chain_linear(const tepui_cell *c, const char **why);
size_t chain_factors(const tepui_cell *c); /* n, the read-out included */
/* The law of ln|f|: Gaussian weights (C1), or uniform ones (C2), which take inputs of norm 1 only. */
int chain_has_output_law(const tepui_cell *c, const char **why);
tepui_status chain_output(const tepui_cell *c, tepui_prediction *p, tepui_error *err);
/* E ln|f/x| and Var ln|f/x| for any element-wise law of the weights that has them. */
int chain_has_logarithms(const tepui_cell *c, const char **why);
double chain_ln_mean(const tepui_cell *c), chain_ln_variance(const tepui_cell *c);
#endif
