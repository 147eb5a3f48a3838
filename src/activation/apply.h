/* apply.h -- an activation file writes one function
       static inline double value(double z, const double *param, double *slope);
   that returns phi(z) and stores phi'(z), because the two share their costly part. TEPUI_ACTIVATION_FROM(value)
   makes from it the members f, df and apply. The loop has no call per unit where value() is inlined, and the
   compiler may assume that its steps are independent (out may be z itself), so cheap ones become SIMD code. */
#ifndef TEPUI_SRC_ACTIVATION_APPLY_H
#define TEPUI_SRC_ACTIVATION_APPLY_H
#include <tepui/activation.h>

#ifdef _OPENMP
#define TEPUI_SIMD_LOOP _Pragma("omp simd")
#else
#define TEPUI_SIMD_LOOP
#endif

#define TEPUI_ACTIVATION_FROM(value)                                                                                   \
    static double f(double z, const double *param)                                                                     \
    {                                                                                                                  \
        double slope;                                                                                                  \
        return value(z, param, &slope);                                                                                \
    }                                                                                                                  \
    static double df(double z, const double *param)                                                                    \
    {                                                                                                                  \
        double slope;                                                                                                  \
        (void)value(z, param, &slope);                                                                                 \
        return slope;                                                                                                  \
    }                                                                                                                  \
    static void apply(const double *z, double *out, double *slope, size_t n, const double *restrict param)             \
    {                                                                                                                  \
        TEPUI_SIMD_LOOP                                                                                                \
        for (size_t i = 0; i < n; i++) {                                                                               \
            double s;                                                                                                  \
            out[i] = value(z[i], param, &s);                                                                           \
            slope[i] = s;                                                                                              \
        }                                                                                                              \
    }
#endif
