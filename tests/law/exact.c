/* exact.c -- see exact.h. */
#include "exact.h"
#include <complex.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

#define TERMS 4096

static double complex one_factor(double t, double k, double c)
{
    gsl_sf_result size, angle;
    gsl_sf_lngamma_complex_e(0.5 * k, t, &size, &angle);
    return cexp(size.val - gsl_sf_lngamma(0.5 * k) + I * (angle.val + t * log(2 * c)));
}

static double complex layer(double t, unsigned d, double c, int relu)
{
    if (!relu) return one_factor(t, d, c);
    double complex sum = 0;
    for (unsigned k = 1; k <= d; k++) sum += gsl_ran_binomial_pdf(k, 0.5, d) * one_factor(t, k, c);
    return sum / (1 - pow(0.5, d));
}

/* Mean and variance of one factor: from psi and trigamma, with the mixture over K. */
static void moments(unsigned d, double c, int relu, double *mean, double *variance)
{
    double m = 0, s = 0, total = 0;
    for (unsigned k = relu ? 1 : d; k <= d; k++) {
        const double p = relu ? gsl_ran_binomial_pdf(k, 0.5, d) : 1;
        const double mk = gsl_sf_psi(0.5 * k) + log(2 * c);
        total += p;
        m += p * mk;
        s += p * (gsl_sf_psi_1(0.5 * k) + mk * mk);
    }
    *mean = m / total;
    *variance = s / total - *mean * *mean;
}

void exact_product(exact_law *law, unsigned d, unsigned layers, double c, int relu)
{
    static double complex phi[TERMS];
    double mean, variance;
    moments(d, c, relu, &mean, &variance);
    const double sd = sqrt(variance * layers), width = 60 * sd + 100, h = 2 * M_PI / width;
    size_t terms = 0;
    for (; terms < TERMS; terms++) {
        const double t = ((double)terms + 0.5) * h;
        phi[terms] = cpow(layer(t, d, c, relu), layers);
        if (cabs(phi[terms]) < 1e-14) break;
    }
    law->low = mean * layers - 15 * sd - 5;
    law->step = (20 * sd + 10) / (EXACT_POINTS - 1);
    for (size_t i = 0; i < EXACT_POINTS; i++) {
        const double x = law->low + (double)i * law->step;
        double sum = 0;
        for (size_t k = 0; k < terms; k++)
            sum += cimag(phi[k] * cexp(-I * x * ((double)k + 0.5) * h)) / ((double)k + 0.5);
        law->F[i] = 0.5 - sum / M_PI;
    }
}

double exact_cdf(double x, const void *arg)
{
    const exact_law *law = arg;
    const double at = (x - law->low) / law->step;
    if (at <= 0) return 0;
    if (at >= EXACT_POINTS - 1) return 1;
    const size_t i = (size_t)at;
    return law->F[i] + (at - (double)i) * (law->F[i + 1] - law->F[i]);
}
