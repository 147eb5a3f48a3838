/* elu.c -- exponential linear unit, phi(z) = z for z > 0, a (exp(z) - 1) for z <= 0, with a >= 0.

   phi'(0) = a (left limit), phi''(z) = a exp(z) for z < 0, 0 for z >= 0.
   Source: D.-A. Clevert, T. Unterthiner, S. Hochreiter, Fast and accurate deep network learning by exponential linear
   units, ICLR 2016, eq. 15. */
#include "activation/apply.h"
#include <math.h>

ACTIVATION_FROM_CURVE(TEPUI_CURVE_ELU, param[0], 1)

static void slopes(const double *param, double out[4])
{
    out[0] = param[0];
    out[1] = out[3] = 1.0;
    out[2] = 0.0;
}

#define ORIGIN "tests/kinds/known_answers.py (mpmath, 120 digits)"
static const tepui_activation_kat kat[] = {
    {.param = {1.0},
     .z = -40.0,
     .f = -1.0,
     .df = 4.248354255291589e-18,
     .d2f = 4.248354255291589e-18,
     .origin = ORIGIN},
    {.param = {1.0},
     .z = -1.5,
     .f = -0.77686983985157017,
     .df = 0.22313016014842983,
     .d2f = 0.22313016014842983,
     .origin = ORIGIN},
    {.param = {1.0},
     .z = -1e-09,
     .f = -9.9999999950000006e-10,
     .df = 0.999999999,
     .d2f = 0.999999999,
     .origin = ORIGIN},
    {.param = {1.0}, .z = 1e-09, .f = 1.0000000000000001e-9, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.param = {1.0}, .z = 0.5, .f = 0.5, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.param = {1.0}, .z = 25.0, .f = 25.0, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.param = {0.3},
     .z = -3.0,
     .f = -0.28506387948964081,
     .df = 0.014936120510359182,
     .d2f = 0.014936120510359182,
     .origin = ORIGIN},
    {.param = {0.3}, .z = 3.0, .f = 3.0, .df = 1.0, .d2f = 0, .origin = ORIGIN},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_elu = {
    .kind = {.name = "elu",
             .doc = "exponential linear unit: z for z > 0, a (exp(z) - 1) below",
             .source = "Clevert, Unterthiner, Hochreiter, ICLR 2016, eq. 15",
             .params = {{.name = "a",
                         .doc = "minus the limit at -infinity",
                         .fallback = 1,
                         .low = 0,
                         .high = INFINITY,
                         .high_open = 1}}},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .bend = bend,
    .slopes = slopes,
    .kat = kat,
};
