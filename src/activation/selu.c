/* selu.c -- scaled exponential linear unit, phi(z) = lambda z for z > 0, lambda alpha (exp(z) - 1) for z <= 0.

   alpha and lambda are fixed by E phi(Z) = 0 and E phi(Z)^2 = 1 for Z ~ N(0, 1); their digits come from
   `tests/kinds/known_answers.py constants`. phi'(0) = lambda alpha (left limit).
   Source: G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, Self-normalizing neural networks, NIPS 2017, eq. 14. */
#include "activation/apply.h"

static const double alpha = 1.6732632423543772848, lambda = 1.0507009873554804934;

ACTIVATION_FROM_CURVE(TEPUI_CURVE_ELU, lambda *alpha, lambda)

static void slopes(const double *param, double out[4])
{
    (void)param;
    out[0] = lambda * alpha;
    out[1] = out[3] = lambda;
    out[2] = 0.0;
}

#define ORIGIN "tests/kinds/known_answers.py (mpmath, 120 digits)"
static const tepui_activation_kat kat[] = {
    {.z = -40.0,
     .f = -1.7580993408473769,
     .df = 7.4690288159142912e-18,
     .d2f = 7.4690288159142912e-18,
     .origin = ORIGIN},
    {.z = -1.5, .f = -1.3658143533672527, .df = 0.39228498748012412, .d2f = 0.39228498748012412, .origin = ORIGIN},
    {.z = -1e-09, .f = -1.7580993399683273e-9, .df = 1.7580993390892775, .d2f = 1.7580993390892775, .origin = ORIGIN},
    {.z = 1e-09, .f = 1.0507009873554806e-9, .df = 1.0507009873554805, .d2f = 0, .origin = ORIGIN},
    {.z = 0.5, .f = 0.52535049367774025, .df = 1.0507009873554805, .d2f = 0, .origin = ORIGIN},
    {.z = 25.0, .f = 26.267524683887012, .df = 1.0507009873554805, .d2f = 0, .origin = ORIGIN},
    {.origin = NULL},
};

const tepui_activation_type tepui_activation_selu = {
    .kind = {.name = "selu",
             .doc = "scaled exponential linear unit, self-normalising",
             .source = "Klambauer et al., NIPS 2017, eq. 14"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .bend = bend,
    .slopes = slopes,
    .kat = kat,
};
