/* erf.c -- error function, phi(z) = erf(z) = 2/sqrt(pi) int_0^z exp(-t^2) dt.

   phi' = 2/sqrt(pi) exp(-z^2), phi'' = -2 z phi'. Its Gaussian expectations are elementary, hence its use in theory.
   Source: C. K. I. Williams, Computing with infinite networks, NIPS 1996, eq. 10. */
#include "activation/apply.h"
#include <gsl/gsl_math.h>
#include <string.h>

ACTIVATION_FROM_CURVE(TEPUI_CURVE_ERF, 0, 0)

static void slopes(const double *param, double out[4])
{
    static const double s[4] = {M_2_SQRTPI, M_2_SQRTPI, 0, 0};
    (void)param;
    memcpy(out, s, sizeof s);
}

#define ORIGIN "tests/kinds/known_answers.py (mpmath, 120 digits)"
static const tepui_activation_kat kat[] = {
    {.z = -8.0, .f = -1.0, .df = 1.8097067968559843e-28, .d2f = 2.8955308749695748e-27, .origin = ORIGIN},
    {.z = -1.5, .f = -0.96610514647531073, .df = 0.11893028922362937, .d2f = 0.35679086767088811, .origin = ORIGIN},
    {.z = -1e-09,
     .f = -1.1283791670955126e-9,
     .df = 1.1283791670955126,
     .d2f = 2.2567583341910253e-9,
     .origin = ORIGIN},
    {.z = 0.0, .f = 0, .df = 1.1283791670955126, .d2f = 0, .origin = ORIGIN},
    {.z = 1e-09, .f = 1.1283791670955126e-9, .df = 1.1283791670955126, .d2f = -2.2567583341910253e-9, .origin = ORIGIN},
    {.z = 0.5, .f = 0.52049987781304654, .df = 0.87878257893544479, .d2f = -0.87878257893544479, .origin = ORIGIN},
    {.z = 2.0, .f = 0.99532226501895273, .df = 0.020666985354092054, .d2f = -0.082667941416368215, .origin = ORIGIN},
    {.z = 5.0,
     .f = 0.99999999999846254,
     .df = 1.5670866531017335e-11,
     .d2f = -1.5670866531017335e-10,
     .origin = ORIGIN},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_erf = {
    .kind = {.name = "erf", .doc = "error function", .source = "Williams, NIPS 1996, eq. 10"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .bend = bend,
    .slopes = slopes,
    .kat = kat,
};
