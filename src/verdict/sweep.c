/* sweep.c -- weighted least squares of a line, for the rate at which medians vanish. */
#include "sweep.h"
#include <math.h>

static double weight(const sweep_point *p)
{
    return 1 / (p->error * p->error);
}

sweep_slope sweep_fit(const sweep_point *point, size_t n, int predicted)
{
    double sum = 0, centre = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        sum += weight(&point[i]);
        centre += point[i].x * weight(&point[i]);
    }
    centre /= sum;
    for (size_t i = 0; i < n; i++) {
        const double dx = point[i].x - centre;
        xx += weight(&point[i]) * dx * dx;
        xy += weight(&point[i]) * dx * (predicted ? point[i].predicted : point[i].y);
    }
    return (sweep_slope){xy / xx, sqrt(1 / xx)};
}
