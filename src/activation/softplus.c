/* softplus.c -- softplus, phi(z) = log(1 + exp(z)) = max(z, 0) + log1p(exp(-|z|)).

   phi' is the logistic function, phi'' its derivative e/(1 + e)^2, e = exp(-|z|).
   Source: C. Dugas, Y. Bengio, F. Belisle, C. Nadeau, R. Garcia, Incorporating second-order functional knowledge,
   NIPS 2000. */
#include "activation/apply.h"
#include <string.h>

ACTIVATION_FROM_CURVE(TEPUI_CURVE_SOFTPLUS, 0, 0)

static void slopes(const double *param, double out[4])
{
    static const double s[4] = {0.5, 0.5, 0, 1};
    (void)param;
    memcpy(out, s, sizeof s);
}

#define ORIGIN "tests/kinds/known_answers.py (mpmath, 120 digits)"
static const tepui_activation_kat kat[] = {
    {.z = -40.0,
     .f = 4.248354255291589e-18,
     .df = 4.248354255291589e-18,
     .d2f = 4.248354255291589e-18,
     .origin = ORIGIN},
    {.z = -8.0, .f = 3.3540637289576883e-4, .df = 3.353501304664781e-4, .d2f = 3.3523767075647422e-4, .origin = ORIGIN},
    {.z = -1.5, .f = 0.20141327798275241, .df = 0.18242552380635634, .d2f = 0.14914645207033286, .origin = ORIGIN},
    {.z = -1e-09, .f = 0.69314718005994531, .df = 0.49999999975, .d2f = 0.25, .origin = ORIGIN},
    {.z = 0.0, .f = 0.69314718055994531, .df = 0.5, .d2f = 0.25, .origin = ORIGIN},
    {.z = 1e-09, .f = 0.69314718105994531, .df = 0.50000000025, .d2f = 0.25, .origin = ORIGIN},
    {.z = 0.5, .f = 0.97407698418010668, .df = 0.62245933120185456, .d2f = 0.23500371220159449, .origin = ORIGIN},
    {.z = 2.0, .f = 2.1269280110429725, .df = 0.88079707797788244, .d2f = 0.10499358540350652, .origin = ORIGIN},
    {.z = 25.0, .f = 25.000000000013888, .df = 0.99999999998611206, .d2f = 1.3887943864578271e-11, .origin = ORIGIN},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_softplus = {
    .kind = {.name = "softplus", .doc = "softplus, log(1 + exp(z))", .source = "Dugas et al., NIPS 2000"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .bend = bend,
    .slopes = slopes,
    .kat = kat,
};
