/* mellin.c -- Mellin transforms of the squared-norm factors of one layer.

   chi2_k:            E (c chi2_k)^s = (2 c)^s Gamma(k/2 + s) / Gamma(k/2),  Re s > -k/2
   Binomial mixture:  sum over k > lambda of C(d,k) 2^-d times the above with k - lambda; k <= lambda is the atom
   noncentral:        Poisson(lambda/2) mixture over j of chi2_{d + 2j}
   count:             sum over k >= 1 of C(d,k) 2^-d k^s, for all s */
#include "mellin.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#define NEGLIGIBLE 1e-40 /* weight against the largest, below which a mixture component is left out */

/* ln Gamma(a + s) - ln Gamma(a) */
static double complex ln_gamma_ratio(double a, double complex s)
{
    gsl_sf_result size, angle;
    gsl_sf_lngamma_complex_e(a + creal(s), cimag(s), &size, &angle);
    return size.val - gsl_sf_lngamma(a) + I * angle.val;
}

/* ln sum_{k = first, first + 2, ...; k <= last} weight(k) Gamma(k/2 + s)/Gamma(k/2). Terms follow from each other: the
   Gamma ratio by the factor (k/2 + s)/(k/2), the weight by next(k) = weight(k + 2)/weight(k). */
static double complex ln_comb(size_t first, size_t last, double complex s, double weight,
                              double (*next)(double k, const tepui_term *), const tepui_term *t)
{
    double complex sum = 0, term = weight;
    double ln_size = 0;
    for (size_t k = first; k <= last; k += 2) {
        sum += term;
        term *= next((double)k, t) * (1 + s / (0.5 * (double)k));
        const double size = cabs(sum);
        if (size > 1e200) {
            term /= size;
            sum /= size;
            ln_size += log(size);
        }
    }
    return ln_gamma_ratio(0.5 * (double)first, s) + ln_size + clog(sum);
}

static double complex ln_add(double complex a, double complex b)
{
    const double top = fmax(creal(a), creal(b));
    if (top == -INFINITY) return a;
    return top + clog(cexp(a - top) + cexp(b - top));
}

/* k + lambda units are alive. */
static double binomial_next(double k, const tepui_term *t)
{
    const double d = (double)t->dof, live = k + t->lambda;
    return (d - live) * (d - live - 1) / ((live + 1) * (live + 2));
}

/* k = dof + 2 j */
static double poisson_next(double k, const tepui_term *t)
{
    return 0.5 * t->lambda / (0.5 * (k - (double)t->dof) + 1);
}

static double binomial_weight(size_t k, const tepui_term *t)
{
    return gsl_ran_binomial_pdf((unsigned)k + (unsigned)t->lambda, 0.5, (unsigned)t->dof);
}

/* Binomial(d, 1/2): beyond 7 sqrt(d) from the middle the weight is below exp(-98). From where lambda is beyond the
   middle, all there are. */
static double complex ln_binomial(const tepui_term *t, double complex s)
{
    const double d = (double)t->dof, reach = 7 * sqrt(d) + 1, middle = d / 2 - t->lambda;
    const size_t most = t->dof - (size_t)t->lambda;
    const size_t low = middle - reach < 1 ? 1 : (size_t)(middle - reach);
    const size_t high = middle < 1 || middle + reach > (double)most ? most : (size_t)(middle + reach);
    const double complex odd = ln_comb(low, high, s, binomial_weight(low, t), binomial_next, t);
    if (low + 1 > high) return odd;
    return ln_add(odd, ln_comb(low + 1, high, s, binomial_weight(low + 1, t), binomial_next, t));
}

static double complex ln_noncentral(const tepui_term *t, double complex s)
{
    const double mean = 0.5 * t->lambda;
    size_t low = (size_t)mean, high = low;
    const double top = gsl_ran_poisson_pdf((unsigned)low, mean);
    while (low > 0 && gsl_ran_poisson_pdf((unsigned)(low - 1), mean) > NEGLIGIBLE * top) low--;
    while (gsl_ran_poisson_pdf((unsigned)(high + 1), mean) > NEGLIGIBLE * top) high++;
    return ln_comb(t->dof + 2 * low, t->dof + 2 * high, s, gsl_ran_poisson_pdf((unsigned)low, mean), poisson_next, t);
}

/* In units of d/2, so that powers stay small. */
static double complex ln_count(const tepui_term *t, double complex s)
{
    const double d = (double)t->dof, reach = 7 * sqrt(d) + 1, unit = 0.5 * d;
    const size_t low = unit - reach < 1 ? 1 : (size_t)(unit - reach);
    double weight = binomial_weight(low, t);
    double complex sum = 0;
    for (double k = (double)low; k <= fmin(d, unit + reach); k++) {
        sum += weight * cexp(s * log(k / unit));
        weight *= (d - k) / (k + 1);
    }
    return s * log(unit) + clog(sum);
}

static double power_of(const tepui_term *t)
{
    return t->power > 0 ? t->power : 1;
}

double complex mellin_ln(const tepui_term *t, double complex s)
{
    s *= power_of(t);
    const double complex scale = s * log(t->scale);
    switch (t->kind) {
    case TEPUI_TERM_CHI2:
        return scale + s * M_LN2 + ln_gamma_ratio(0.5 * (double)t->dof, s);
    case TEPUI_TERM_BINOMIAL:
        return scale + s * M_LN2 + ln_binomial(t, s);
    case TEPUI_TERM_COUNT:
        return scale + ln_count(t, s);
    default:
        return scale + s * M_LN2 + ln_noncentral(t, s);
    }
}

double mellin_alive(const tepui_term *t)
{
    if (t->kind != TEPUI_TERM_BINOMIAL && t->kind != TEPUI_TERM_COUNT) return 1;
    return t->kind == TEPUI_TERM_BINOMIAL && t->lambda > 0
               ? gsl_cdf_binomial_Q((unsigned)t->lambda, 0.5, (unsigned)t->dof)
               : -expm1(-(double)t->dof * M_LN2);
}

double mellin_low(const tepui_term *t)
{
    const double low = t->kind == TEPUI_TERM_COUNT      ? -INFINITY
                       : t->kind == TEPUI_TERM_BINOMIAL ? -0.5
                                                        : -0.5 * (double)t->dof;
    return low / power_of(t);
}
