/* sigmoid.c -- logistic function, phi(z) = 1/(1 + exp(-z)).

   With e = exp(-|z|), which never overflows: phi = 1/(1 + e) or e/(1 + e), phi' = e/(1 + e)^2,
   phi'' = phi' (1 - 2 phi) = -phi' tanh(z/2).
   Source: D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating errors,
   Nature 323 (1986), eq. 2. */
#include "activation/apply.h"
#include <string.h>

ACTIVATION_FROM_CURVE(TEPUI_CURVE_SIGMOID, 0, 0)

static void slopes(const double *param, double out[4])
{
    static const double s[4] = {0.25, 0.25, 0, 0};
    (void)param;
    memcpy(out, s, sizeof s);
}

#define ORIGIN "tests/kinds/known_answers.py (mpmath, 120 digits)"
static const tepui_activation_kat kat[] = {
    {.z = -40.0,
     .f = 4.248354255291589e-18,
     .df = 4.248354255291589e-18,
     .d2f = 4.2483542552915889e-18,
     .origin = ORIGIN},
    {.z = -8.0, .f = 3.353501304664781e-4, .df = 3.3523767075647422e-4, .d2f = 3.350128267632233e-4, .origin = ORIGIN},
    {.z = -1.5, .f = 0.18242552380635634, .df = 0.14914645207033286, .d2f = 0.094730212784752674, .origin = ORIGIN},
    {.z = -1e-09, .f = 0.49999999975, .df = 0.25, .d2f = 1.2500000000000001e-10, .origin = ORIGIN},
    {.z = 0.0, .f = 0.5, .df = 0.25, .d2f = 0, .origin = ORIGIN},
    {.z = 1e-09, .f = 0.50000000025, .df = 0.25, .d2f = -1.2500000000000001e-10, .origin = ORIGIN},
    {.z = 0.5, .f = 0.62245933120185456, .df = 0.23500371220159449, .d2f = -0.057556794852320741, .origin = ORIGIN},
    {.z = 2.0, .f = 0.88079707797788244, .df = 0.10499358540350652, .d2f = -0.079962501056153063, .origin = ORIGIN},
    {.z = 25.0,
     .f = 0.99999999998611206,
     .df = 1.3887943864578271e-11,
     .d2f = -1.3887943864192521e-11,
     .origin = ORIGIN},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_sigmoid = {
    .kind = {.name = "sigmoid",
             .doc = "logistic function, 1/(1 + exp(-z))",
             .source = "Rumelhart, Hinton, Williams, Nature 1986, eq. 2"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .bend = bend,
    .slopes = slopes,
    .kat = kat,
};
