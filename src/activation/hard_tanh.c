/* hard_tanh.c -- piecewise linear stand-in for tanh, phi(z) = min(max(z, -1), 1).

   phi' = 1 for -1 < z <= 1 and 0 elsewhere (left limits at the kinks); phi'' = 0 almost everywhere.
   Source: R. Collobert, Large scale machine learning, PhD thesis, Paris 6, 2004. */
#include "activation/apply.h"
#include <string.h>

static inline double value(double z, const double *param, double *slope)
{
    (void)param;
    *slope = z <= -1 || z > 1 ? 0.0 : 1.0;
    return z < -1 ? -1.0 : z > 1 ? 1.0 : z;
}

TEPUI_ACTIVATION_FROM(value)

static double d2f(double z, const double *param)
{
    (void)z, (void)param;
    return 0.0;
}

static void slopes(const double *param, double out[4])
{
    static const double s[4] = {1, 1, 0, 0};
    (void)param;
    memcpy(out, s, sizeof s);
}

#define ORIGIN "tests/kinds/known_answers.py (mpmath, 120 digits)"
static const tepui_activation_kat kat[] = {
    {.z = -7.0, .f = -1, .df = 0, .d2f = 0, .origin = ORIGIN},
    {.z = -1.25, .f = -1, .df = 0, .d2f = 0, .origin = ORIGIN},
    {.z = -0.5, .f = -0.5, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.z = 1e-09, .f = 1.0000000000000001e-9, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.z = 0.75, .f = 0.75, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.z = 1.5, .f = 1, .df = 0, .d2f = 0, .origin = ORIGIN},
    {.z = 1000000000.0, .f = 1, .df = 0, .d2f = 0, .origin = ORIGIN},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_hard_tanh = {
    .kind = {.name = "hard_tanh", .doc = "z cut off at -1 and 1", .source = "Collobert, PhD thesis 2004"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .piecewise_linear = 1,
    .slopes = slopes,
    .kink = 1,
    .kat = kat,
};
