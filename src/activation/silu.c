/* silu.c -- sigmoid linear unit (swish), phi(z) = z s(z), s the logistic function.

   phi' = s (1 + z (1 - s)), phi'' = s' (2 + z (1 - 2 s)) = s' (2 - z tanh(z/2)), s' = e/(1 + e)^2, e = exp(-|z|);
   1 - s is formed as s(-z), so nothing cancels in the tails.
   Source: S. Elfwing, E. Uchibe, K. Doya, Sigmoid-weighted linear units, Neural Networks 107 (2018). */
#include "activation/apply.h"
#include <string.h>

ACTIVATION_FROM_CURVE(TEPUI_CURVE_SILU, 0, 0)

static void slopes(const double *param, double out[4])
{
    static const double s[4] = {0.5, 0.5, 0, 1};
    (void)param;
    memcpy(out, s, sizeof s);
}

#define ORIGIN "tests/kinds/known_answers.py (mpmath, 120 digits)"
static const tepui_activation_kat kat[] = {
    {.z = -40.0,
     .f = -1.6993417021166356e-16,
     .df = -1.6568581595637197e-16,
     .d2f = -1.6143746170108038e-16,
     .origin = ORIGIN},
    {.z = -8.0,
     .f = -0.0026828010437318248,
     .df = -0.0023465512355853157,
     .d2f = -0.0020096272725928379,
     .origin = ORIGIN},
    {.z = -1.5, .f = -0.27363828570953451, .df = -0.041294154299142944, .d2f = 0.1561975849635367, .origin = ORIGIN},
    {.z = -1e-09, .f = -4.9999999975000003e-10, .df = 0.4999999995, .d2f = 0.5, .origin = ORIGIN},
    {.z = 0.0, .f = 0, .df = 0.5, .d2f = 0.5, .origin = ORIGIN},
    {.z = 1e-09, .f = 5.0000000025000003e-10, .df = 0.5000000005, .d2f = 0.5, .origin = ORIGIN},
    {.z = 0.5, .f = 0.31122966560092728, .df = 0.73996118730265181, .d2f = 0.44122902697702861, .origin = ORIGIN},
    {.z = 2.0, .f = 1.7615941559557649, .df = 1.0907842487848955, .d2f = 0.05006216869470691, .origin = ORIGIN},
    {.z = 25.0, .f = 24.999999999652801, .df = 1.0000000003333107, .d2f = -3.1942270887565648e-10, .origin = ORIGIN},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_silu = {
    .kind = {.name = "silu",
             .doc = "sigmoid linear unit (swish), z/(1 + exp(-z))",
             .source = "Elfwing, Uchibe, Doya, Neural Networks 2018"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .bend = bend,
    .slopes = slopes,
    .kat = kat,
};
