/* sin.c -- sine: a bounded activation whose slope does not vanish far out.

   phi' = cos, phi'' = -sin. No asymptotic slope; the slopes at infinity are given as 0 (bounded).
   Source: V. Sitzmann, J. N. P. Martel, A. W. Bergman, D. B. Lindell, G. Wetzstein, Implicit neural representations
   with periodic activation functions, NeurIPS 2020. */
#include "activation/apply.h"
#include <string.h>

ACTIVATION_FROM_CURVE(TEPUI_CURVE_SIN, 0, 0)

static void slopes(const double *param, double out[4])
{
    static const double s[4] = {1, 1, 0, 0};
    (void)param;
    memcpy(out, s, sizeof s);
}

#define ORIGIN "tests/kinds/known_answers.py (mpmath, 120 digits)"
static const tepui_activation_kat kat[] = {
    {.z = -40.0, .f = -0.74511316047934879, .df = -0.66693806165226184, .d2f = 0.74511316047934879, .origin = ORIGIN},
    {.z = -1.5, .f = -0.99749498660405443, .df = 0.07073720166770291, .d2f = 0.99749498660405443, .origin = ORIGIN},
    {.z = -1e-09, .f = -1.0000000000000001e-9, .df = 1.0, .d2f = 1.0000000000000001e-9, .origin = ORIGIN},
    {.z = 0.0, .f = 0, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.z = 0.5, .f = 0.479425538604203, .df = 0.87758256189037272, .d2f = -0.479425538604203, .origin = ORIGIN},
    {.z = 3.0, .f = 0.14112000805986722, .df = -0.98999249660044546, .d2f = -0.14112000805986722, .origin = ORIGIN},
    {.z = 1000.0, .f = 0.82687954053200256, .df = 0.56237907629070299, .d2f = -0.82687954053200256, .origin = ORIGIN},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_sin = {
    .kind = {.name = "sin", .doc = "sine", .source = "Sitzmann et al., NeurIPS 2020"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .bend = bend,
    .slopes = slopes,
    .kat = kat,
};
