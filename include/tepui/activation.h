/* activation.h -- scalar activation functions phi(z) with first and second derivative. */
#ifndef TEPUI_ACTIVATION_H
#define TEPUI_ACTIVATION_H
#include <tepui/kind.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Known answer: at z with the given parameters; origin says where the numbers come from. */
typedef struct {
    double param[TEPUI_MAX_PARAMS];
    double z, f, df, d2f;
    const char *origin;
} tepui_activation_kat;

typedef struct {
    tepui_kind kind;
    /* d2f is the almost-everywhere second derivative (0 where undefined); df at a kink is the left limit */
    double (*f)(double z, const double *param);
    double (*df)(double z, const double *param);
    double (*d2f)(double z, const double *param);
    /* whole vectors: out[i] = phi(z[i]); slope[i] = phi'(z[i]). The loops the network runs; no virtual call per unit.
     */
    void (*apply)(const double *z, double *out, double *slope, size_t n, const double *param);
    /* NULL, or out[i] = phi''(z[i]) */
    void (*bend)(const double *z, double *out, size_t n, const double *param);
    int homogeneous;      /* phi(c z) = c phi(z) for c > 0 (linear, relu, leaky_relu): exact at any scale */
    int piecewise_linear; /* phi'' = 0 almost everywhere */
    /* slopes at 0-, 0+, and asymptotic slopes at -inf, +inf (0 where bounded): used beyond the range of doubles.
       Filled as slopes[0..3] = {0-, 0+, -inf, +inf}. */
    void (*slopes)(const double *param, double slopes[4]);
    double kink;                     /* phi' jumps nowhere but at 0 and +-kink: quadratures end their pieces there */
    const tepui_activation_kat *kat; /* ends with origin == NULL */
} tepui_activation_type;

/* Returns 1 where phi(z) = below z for z < 0 and above z for z > 0 (slopes 1, 1 of linear, 0, 1 of relu), else 0. */
int tepui_activation_has_slopes(const tepui_choice *activation, double below, double above);

/* A file of an activation writes one function
       static inline double value(double z, const double *param, double *slope);
   that returns phi(z) and stores phi'(z), because the two share their costly part. TEPUI_ACTIVATION_FROM(value) makes
   from it the members f, df and apply. The loop has no call per unit where value() is inlined, and the compiler may
   assume that its steps are independent (out may be z itself), so cheap ones become SIMD code. */
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
    static void apply(const double *z, double *out, double *slope, size_t n, const double *__restrict param)           \
    {                                                                                                                  \
        TEPUI_SIMD_LOOP                                                                                                \
        for (size_t i = 0; i < n; i++) {                                                                               \
            double s;                                                                                                  \
            out[i] = value(z[i], param, &s);                                                                           \
            slope[i] = s;                                                                                              \
        }                                                                                                              \
    }

#ifdef __cplusplus
}
#endif
#endif
