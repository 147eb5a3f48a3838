/* moments.h (internal) -- Gaussian moments of an activation: what a layer of a wide random net does on average.
   u, u1, u2 are N(0, q) numbers, u1 and u2 with correlation c. Everything is NaN where the quadrature did not reach
   a relative error of MOMENTS_TOLERANCE (where signs cancel: relative to the moments of squares). They stand beside the
   activations because both a scale rule (critical.c) and the theory of the mean field need them. */
#ifndef TEPUI_ACTIVATION_MOMENTS_H
#define TEPUI_ACTIVATION_MOMENTS_H
#include <tepui/activation.h>

#define MOMENTS_TOLERANCE 1e-10

typedef struct moments moments; /* an activation and workspaces; one per thread */
tepui_status moments_new(const tepui_choice *phi, moments **out, tepui_error *err);
void moments_free(moments *m);

double moments_square(moments *m, double q);       /* E phi(u)^2 */
double moments_slope_square(moments *m, double q); /* E phi'(u)^2 */
double moments_slope_fourth(moments *m, double q); /* E phi'(u)^4 */
double moments_fourth(moments *m, double q);       /* E phi(u)^4 */
/* d/dq E phi(u)^2 = E phi'(u)^2 + E phi''(u) phi(u), jumps of phi' included */
double moments_growth(moments *m, double q);

double moments_product(moments *m, double q, double c);       /* E phi(u1) phi(u2), -1 <= c <= 1 */
double moments_slope_product(moments *m, double q, double c); /* E phi'(u1) phi'(u2) */
/* E (phi(u1) - phi(u2))^2 / (2 q (1 - c)) at c = 1 - gap, without cancellation; its limit at gap = 0 is E phi'^2 */
double moments_gap(moments *m, double q, double gap);

/* The squares at both ends: (phi'(0-)^2 + phi'(0+)^2)/2 is E phi'^2 for q -> 0, that of the slopes at -inf, +inf the
   limit for q -> inf (of activations with such slopes). */
double moments_slope_square_at_zero(const tepui_choice *phi);
double moments_slope_square_far(const tepui_choice *phi);
#endif
