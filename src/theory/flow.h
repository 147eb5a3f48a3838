/* flow.h (internal) -- what the laws of trajectories of chains have in common: f = w_L ... w_1 x, |x| = 1, y = 1. */
#ifndef TEPUI_THEORY_FLOW_H
#define TEPUI_THEORY_FLOW_H
#include "chain.h"

/* Escapes of the squared loss from the plateau at a constant learning rate. */
int flow_followed(const tepui_cell *c, long component, const char **why);
/* The loss at the escape is well below that of the plateau. */
int flow_leaves(const tepui_cell *c, const char **why);
/* The learning rate, over 1 - mu where there is momentum. */
double flow_rate(const tepui_cell *c);
/* Gradient descent, plain, with momentum or clipped, as long as it follows the gradient flow up to a change of time. */
int flow_descends(const tepui_cell *c, const char **why);
/* Adaptive rules move a weight by at most rate B in each of so many steps from the start: ln B; NaN for other rules.
   Their epsilon. */
double flow_ln_boost(const tepui_cell *c, double steps), flow_epsilon(const tepui_cell *c);
int flow_adapts(const tepui_cell *c, const char **why); /* such a rule, epsilon = 0 */
/* A linear chain with target 1 whose escape from the plateau is that of its loss, at a constant learning rate. */
int flow_chain(const tepui_cell *c, long component, const char **why);
/* The mean of ln|f| is that many standard deviations below 0. */
int flow_starts_on_plateau(const tepui_cell *c, double deviations, const char **why);
double flow_output(const tepui_cell *c); /* f where the loss has fallen to the fraction that counts as escape */
/* It has escaped up to where f is as much above 1: ln of the ratio of the two, beyond which no step may reach. */
double flow_ln_valley(const tepui_cell *c);
int flow_uses(const tepui_cell *c, const char *const *optimizers); /* NULL ends the list */
/* Time of the gradient flow dw/dt = w^(L-1) (1 - w^L) of L equal weights from w0 to w1, L > 2
 * (docs/theory/chains.md#c8). */
double flow_equal_weights(size_t L, double w0, double w1);
#endif
