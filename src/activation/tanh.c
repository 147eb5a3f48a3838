/* tanh.c -- hyperbolic tangent.

   phi'(z) = 1/cosh(z)^2 = 4 e/(1 + e)^2 with e = exp(-2|z|), exact in the tails where 1 - tanh(z)^2 cancels;
   phi'' = -2 phi phi'.
   Source: B. Poole, S. Lahiri, M. Raghu, J. Sohl-Dickstein, S. Ganguli, Exponential expressivity in deep neural
   networks through transient chaos, NIPS 2016. */
#include "activation/apply.h"
#include <string.h>

ACTIVATION_FROM_CURVE(TEPUI_CURVE_TANH, 0, 0)

static void slopes(const double *param, double out[4])
{
    static const double s[4] = {1, 1, 0, 0};
    (void)param;
    memcpy(out, s, sizeof s);
}

#define ORIGIN "tests/kinds/known_answers.py (mpmath, 120 digits)"
static const tepui_activation_kat kat[] = {
    {.z = -40.0, .f = -1.0, .df = 7.2194055513816607e-35, .d2f = 1.4438811102763321e-34, .origin = ORIGIN},
    {.z = -8.0, .f = -0.99999977492967589, .df = 4.5014059756372917e-7, .d2f = 9.0028099250087796e-7, .origin = ORIGIN},
    {.z = -1.5, .f = -0.90514825364486644, .df = 0.18070663892364853, .d2f = 0.32713259728754783, .origin = ORIGIN},
    {.z = -1e-09, .f = -1.0000000000000001e-9, .df = 1.0, .d2f = 2.0000000000000001e-9, .origin = ORIGIN},
    {.z = 0.0, .f = 0, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.z = 1e-09, .f = 1.0000000000000001e-9, .df = 1.0, .d2f = -2.0000000000000001e-9, .origin = ORIGIN},
    {.z = 0.5, .f = 0.46211715726000976, .df = 0.78644773296592741, .d2f = -0.72686198138358728, .origin = ORIGIN},
    {.z = 2.0, .f = 0.96402758007581688, .df = 0.070650824853164466, .d2f = -0.13621868742711304, .origin = ORIGIN},
    {.z = 25.0, .f = 1.0, .df = 7.7149993918556711e-22, .d2f = -1.5429998783711342e-21, .origin = ORIGIN},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_tanh = {
    .kind = {.name = "tanh", .doc = "hyperbolic tangent", .source = "Poole et al., NIPS 2016"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .bend = bend,
    .slopes = slopes,
    .kat = kat,
};
