/* gelu.c -- Gaussian error linear unit, exact form: phi(z) = z Phi(z), Phi the standard normal distribution function.

   With the normal density p: phi' = Phi + z p, phi'' = p (2 - z^2). Phi(z) = erfc(-z/sqrt 2)/2 keeps the left tail.
   Source: D. Hendrycks, K. Gimpel, Gaussian error linear units, 2016, arXiv 1606.08415. */
#include "activation/apply.h"
#include <string.h>

ACTIVATION_FROM_CURVE(TEPUI_CURVE_GELU, 0, 0)

static void slopes(const double *param, double out[4])
{
    static const double s[4] = {0.5, 0.5, 0, 1};
    (void)param;
    memcpy(out, s, sizeof s);
}

#define ORIGIN "tests/kinds/known_answers.py (mpmath, 120 digits)"
static const tepui_activation_kat kat[] = {
    {.z = -30.0,
     .f = -1.4720141781444561e-196,
     .df = -4.4160316907084944e-195,
     .d2f = -1.3233342291209357e-193,
     .origin = ORIGIN},
    {.z = -8.0,
     .f = -4.9767684594174273e-15,
     .df = -3.979607261086796e-14,
     .d2f = -3.1324080717928732e-13,
     .origin = ORIGIN},
    {.z = -1.5, .f = -0.1002108019032871, .df = -0.12746919222997953, .d2f = -0.032379398916472932, .origin = ORIGIN},
    {.z = -1e-09,
     .f = -4.9999999960105775e-10,
     .df = 0.49999999920211544,
     .d2f = 0.79788456080286536,
     .origin = ORIGIN},
    {.z = 0.0, .f = 0, .df = 0.5, .d2f = 0.79788456080286536, .origin = ORIGIN},
    {.z = 1e-09, .f = 5.0000000039894231e-10, .df = 0.50000000079788456, .d2f = 0.79788456080286536, .origin = ORIGIN},
    {.z = 0.5, .f = 0.34573123063700655, .df = 0.86749512465616284, .d2f = 0.61611432183752409, .origin = ORIGIN},
    {.z = 2.0, .f = 1.9544997361036416, .df = 1.0852318010781969, .d2f = -0.1079819330263761, .origin = ORIGIN},
    {.z = 25.0, .f = 25.0, .df = 1.0, .d2f = -4.7683982257892816e-134, .origin = ORIGIN},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_gelu = {
    .kind = {.name = "gelu",
             .doc = "Gaussian error linear unit, z Phi(z), exact form",
             .source = "Hendrycks and Gimpel, arXiv 1606.08415"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .bend = bend,
    .slopes = slopes,
    .kat = kat,
};
