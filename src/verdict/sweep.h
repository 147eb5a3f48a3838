/* sweep.h (internal) -- slopes of the median against depth. */
#ifndef TEPUI_VERDICT_SWEEP_H
#define TEPUI_VERDICT_SWEEP_H
#include <stddef.h>
#include <tepui/store.h>

#define SWEEP_SIGMAS 1.959963984540054 /* a normal 95 % interval is the value -+ so many standard errors */

/* Points of a weighted straight line y = a + b x; error: standard error of y. */
typedef struct {
    double x, y, predicted, error;
    double slack, left; /* by how much the slope may be off; the prediction itself */
} sweep_point;
/* The line y = y0 + slope (x - x0) through the weighted centre (x0, y0), where the errors of y0 and slope are
   independent; chi2: sum of ((y - line) / error)^2, n - 2 degrees of freedom where the points are on a line. */
typedef struct {
    double slope, error, x0, y0, y0_error, chi2;
} sweep_slope;
/* Line through y (or the predictions, with the same weights), errors from those of the points. n >= 2 different x. */
sweep_slope sweep_fit(const sweep_point *point, size_t n, int predicted);

/* By how much the slope changes at most when every y does by its `left`. */
double sweep_leverage(const sweep_point *point, size_t n);

/* Whether two cells differ in nothing but the depth and what follows from it. */
int sweep_same(const tepui_result *r, size_t a, size_t b);
#endif
