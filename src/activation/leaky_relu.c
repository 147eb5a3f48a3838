/* leaky_relu.c -- leaky rectified linear unit, phi(z) = z for z > 0, a z for z <= 0, with -1 <= a <= 1.

   phi'(0) = a (left limit); phi'' = 0 almost everywhere. Positively homogeneous. a = 0 is relu, a = 1 linear,
   a = -1 the absolute value.
   Source: A. L. Maas, A. Y. Hannun, A. Y. Ng, Rectifier nonlinearities improve neural network acoustic models,
   ICML 2013. */
#include "activation/apply.h"

static inline double value(double z, const double *param, double *slope)
{
    *slope = z <= 0 ? param[0] : 1.0;
    return z * *slope;
}

TEPUI_ACTIVATION_FROM(value)

static double d2f(double z, const double *param)
{
    (void)z, (void)param;
    return 0.0;
}

static void slopes(const double *param, double out[4])
{
    out[0] = out[2] = param[0];
    out[1] = out[3] = 1.0;
}

#define ORIGIN "tests/kinds/known_answers.py (mpmath, 120 digits)"
static const tepui_activation_kat kat[] = {
    {.param = {0.01}, .z = -40.0, .f = -0.40000000000000001, .df = 0.01, .d2f = 0, .origin = ORIGIN},
    {.param = {0.01}, .z = -1.5, .f = -0.015, .df = 0.01, .d2f = 0, .origin = ORIGIN},
    {.param = {0.01}, .z = -1e-09, .f = -1.0000000000000001e-11, .df = 0.01, .d2f = 0, .origin = ORIGIN},
    {.param = {0.01}, .z = 1e-09, .f = 1.0000000000000001e-9, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.param = {0.01}, .z = 0.5, .f = 0.5, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.param = {0.01}, .z = 25.0, .f = 25.0, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.param = {0.25}, .z = -3.0, .f = -0.75, .df = 0.25, .d2f = 0, .origin = ORIGIN},
    {.param = {0.25}, .z = 3.0, .f = 3.0, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_leaky_relu = {
    .kind = {.name = "leaky_relu",
             .doc = "leaky rectified linear unit: z for z > 0, a z below",
             .source = "Maas, Hannun, Ng, ICML 2013",
             .params = {{.name = "a", .doc = "slope below 0", .fallback = 0.01, .low = -1, .high = 1}}},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .homogeneous = 1,
    .piecewise_linear = 1,
    .slopes = slopes,
    .kat = kat,
};
