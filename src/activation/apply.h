/* apply.h -- activations of the library include this; TEPUI_ACTIVATION_FROM is public, for those of other programs. */
#ifndef TEPUI_SRC_ACTIVATION_APPLY_H
#define TEPUI_SRC_ACTIVATION_APPLY_H
#include <tepui/activation.h>
#include <tepui/kernel.h>

/* The members f, df, d2f, apply and bend from a curve of the kernels, whose slopes beside 0 may depend on param[]: one
   number alone has the bits that it has in a vector. */
#define ACTIVATION_FROM_CURVE(curve, below, above)                                                                     \
    static void apply(const double *z, double *out, double *slope, size_t n, const double *param)                      \
    {                                                                                                                  \
        const double beside[2] = {below, above};                                                                       \
        (void)param;                                                                                                   \
        tepui_kernel_once()->curve_slopes[curve](z, out, slope, n, beside);                                            \
    }                                                                                                                  \
    static void bend(const double *z, double *out, size_t n, const double *param)                                      \
    {                                                                                                                  \
        const double beside[2] = {below, above};                                                                       \
        (void)param;                                                                                                   \
        tepui_kernel_once()->curve_bends[curve](z, out, n, beside);                                                    \
    }                                                                                                                  \
    static double f(double z, const double *param)                                                                     \
    {                                                                                                                  \
        double out, slope;                                                                                             \
        apply(&z, &out, &slope, 1, param);                                                                             \
        return out;                                                                                                    \
    }                                                                                                                  \
    static double df(double z, const double *param)                                                                    \
    {                                                                                                                  \
        double out, slope;                                                                                             \
        apply(&z, &out, &slope, 1, param);                                                                             \
        return slope;                                                                                                  \
    }                                                                                                                  \
    static double d2f(double z, const double *param)                                                                   \
    {                                                                                                                  \
        double out;                                                                                                    \
        bend(&z, &out, 1, param);                                                                                      \
        return out;                                                                                                    \
    }
#endif
