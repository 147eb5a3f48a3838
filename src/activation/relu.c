/* relu.c -- rectified linear unit, phi(z) = max(z, 0).

   phi'(z) = 1 for z > 0, 0 for z <= 0 (left limit at the kink); phi'' = 0 almost everywhere. Positively homogeneous.
   NaN stays NaN.
   Source: V. Nair, G. E. Hinton, Rectified linear units improve restricted Boltzmann machines, ICML 2010. */
#include "activation/apply.h"

static inline double value(double z, const double *param, double *slope)
{
    (void)param;
    *slope = z <= 0 ? 0.0 : 1.0;
    return z <= 0 ? 0.0 : z;
}

TEPUI_ACTIVATION_FROM(value)

static double d2f(double z, const double *param)
{
    (void)z, (void)param;
    return 0.0;
}

static void slopes(const double *param, double out[4])
{
    (void)param;
    out[0] = out[2] = 0.0;
    out[1] = out[3] = 1.0;
}

static const tepui_activation_kat kat[] = {
    {.z = -2.5, .f = 0, .df = 0, .d2f = 0, .origin = "definition"},
    {.z = 0, .f = 0, .df = 0, .d2f = 0, .origin = "definition, left limit of the slope"},
    {.z = 0.75, .f = 0.75, .df = 1, .d2f = 0, .origin = "definition"},
    {.z = 1e-310, .f = 1e-310, .df = 1, .d2f = 0, .origin = "definition, subnormal z"},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_relu = {
    .kind = {.name = "relu", .doc = "rectified linear unit, max(z, 0)", .source = "Nair and Hinton, ICML 2010"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .homogeneous = 1,
    .piecewise_linear = 1,
    .slopes = slopes,
    .kat = kat,
};
