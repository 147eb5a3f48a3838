/* update.h (internal) -- what update rules share: loops over lanes, powers in the number of a step, and constants in
   units of the gradient. */
#ifndef TEPUI_OPTIMIZER_UPDATE_H
#define TEPUI_OPTIMIZER_UPDATE_H
#include <kernel/wide.h>
#include <math.h>
#include <stdint.h>
#include <tepui/optimizer.h>

/* b^t for whole t by repeated squaring: the same bits everywhere, which pow does not promise. */
static inline double power(double b, double t)
{
    double product = 1;
    for (uint64_t n = (uint64_t)t; n; n >>= 1, b *= b)
        if (n & 1) product *= b;
    return product;
}

/* For every lane; most often all are at the same step. */
static inline void powers(double b, const double *t, double *out)
{
    for (size_t j = 0; j < TEPUI_LANES; j++) out[j] = j && t[j] == t[j - 1] ? out[j - 1] : power(b, t[j]);
}

/* A constant that has the dimension of a gradient; 0 stays 0 where the unit has rounded to 0. */
static inline double in_units(double x, double unit)
{
    return x > 0 ? x / unit : 0;
}

/* For 0/0 = 0: without epsilon a coordinate that has not seen a gradient stays where it is. */
static inline double divisor(double d)
{
    return d == 0 ? INFINITY : d;
}
#endif
