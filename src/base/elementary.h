/* elementary.h (internal) -- exp, log and their like, within one ulp (0.88 at most where measured, erfc; log 0.5001)
   with the same bits on every machine: what enters a sample or a fold calls these and nothing of the C library that
   rounds as it likes. Special values are those of C99 (lgamma and psi: positive arguments; lgamma is within 2^-57
   absolutely near its zeros 1 and 2). elementary_plain_*: the copies for machines without fma, the same bits; for
   tests. */
#ifndef TEPUI_BASE_ELEMENTARY_H
#define TEPUI_BASE_ELEMENTARY_H
#include <math.h>

double elementary_exp(double x);
double elementary_expm1(double x);
double elementary_log(double x);
double elementary_log1p(double x);
double elementary_tanh(double x);
/* tanh x, and exp(-2 |x|) with it */
double elementary_tanh_and(double x, double *square);
double elementary_sin(double x);
double elementary_cos(double x);
double elementary_erf(double x);
double elementary_erfc(double x);
double elementary_lgamma(double x);
double elementary_psi(double x);
double elementary_pow(double x, double y);
/* z with P(Z <= z) = p, Z standard normal, to 2^-50 of it; the same bits with and without fma */
double elementary_normal_quantile(double p);
double elementary_plain_exp(double x);
double elementary_plain_expm1(double x);
double elementary_plain_log(double x);
double elementary_plain_log1p(double x);
double elementary_plain_tanh(double x);
double elementary_plain_tanh_and(double x, double *square);
double elementary_plain_sin(double x);
double elementary_plain_cos(double x);
double elementary_plain_erf(double x);
double elementary_plain_erfc(double x);
double elementary_plain_lgamma(double x);
double elementary_plain_psi(double x);
double elementary_plain_pow(double x, double y);
#endif
