/* linear.c -- the identity, phi(z) = z: deep linear networks.

   Source: A. M. Saxe, J. L. McClelland, S. Ganguli, Exact solutions to the nonlinear dynamics of learning in deep
   linear neural networks, ICLR 2014. */
#include "activation/apply.h"

static inline double value(double z, const double *param, double *slope)
{
    (void)param;
    *slope = 1.0;
    return z;
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
    for (int i = 0; i < 4; i++) out[i] = 1.0;
}

static const tepui_activation_kat kat[] = {
    {.z = -1.5, .f = -1.5, .df = 1, .d2f = 0, .origin = "definition"},
    {.z = 0, .f = 0, .df = 1, .d2f = 0, .origin = "definition"},
    {.z = 1e300, .f = 1e300, .df = 1, .d2f = 0, .origin = "definition"},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_linear = {
    .kind = {.name = "linear",
             .doc = "the identity: deep linear networks",
             .source = "Saxe, McClelland, Ganguli, ICLR 2014"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .homogeneous = 1,
    .piecewise_linear = 1,
    .slopes = slopes,
    .kat = kat,
};
