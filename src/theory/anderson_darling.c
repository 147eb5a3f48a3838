/* anderson_darling.c -- limit law of the Anderson-Darling statistic, A^2 = sum_j Z_j^2 / (j (j + 1)).

   E exp(s A^2) = prod_j (1 - 2 s/(j (j + 1)))^(-1/2) = (-2 pi s / cos(pi/2 sqrt(1 + 8 s)))^(1/2), Re s < 1 (Anderson
   and Darling 1952). Upper tail by the trapezoidal rule on a vertical line near the saddle point; the branch
   of the root is the one that is continuous along the line and positive on the real axis. */
#include <complex.h>
#include <math.h>
#include <tepui/theory.h>

/* 1 / E exp(s A^2), squared */
static double complex product(double complex s)
{
    return -ccos(0.5 * M_PI * csqrt(1 + 8 * s)) / (2 * M_PI * s);
}

double tepui_anderson_darling_tail(double z)
{
    if (!(z > 0)) return isnan(z) ? NAN : 1;
    const double c = fmax(0.3, 1 - 0.5 / z), h = fmin(c, 1 - c) / 6;
    const double top = -0.5 * log(creal(product(c)));
    double sum = 0, phase = 0;
    for (int k = 0; k < 100000; k++) {
        const double complex s = c + I * k * h, g = product(s);
        phase += remainder(carg(g) - phase, 2 * M_PI);
        const double complex v = cexp(-0.5 * (log(cabs(g)) + I * phase) - top - I * k * h * z) / s;
        sum += k == 0 ? 0.5 * creal(v) : creal(v);
        if (cabs(v) < 1e-17) break;
    }
    const double tail = sum * h / M_PI * exp(top - c * z);
    return tail < 0 ? 0 : tail > 1 ? 1 : tail;
}
