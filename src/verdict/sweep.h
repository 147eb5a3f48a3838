/* sweep.h (internal) -- slopes of the median against depth. */
#ifndef TEPUI_VERDICT_SWEEP_H
#define TEPUI_VERDICT_SWEEP_H
#include <stddef.h>

/* Points of a weighted straight line y = a + b x; error: standard error of y. */
typedef struct {
    double x, y, predicted, error, slack; /* slack: by how much the slope may be off */
} sweep_point;
typedef struct {
    double slope, error;
} sweep_slope;
/* Slope of y (or of the predictions, with the same weights) and its standard error from those of the points. */
sweep_slope sweep_fit(const sweep_point *point, size_t n, int predicted);
#endif
