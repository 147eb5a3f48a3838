/* mellin.c -- Mellin transforms of the squared-norm factors of one layer.

   chi2_k:            E (c chi2_k)^s = (2 c)^s Gamma(k/2 + s) / Gamma(k/2),  Re s > -k/2
   Binomial mixture:  sum over k > lambda of C(d,k) 2^-d times the above with k - lambda; k <= lambda is the atom
   noncentral:        Poisson(lambda/2) mixture over j of chi2_{d + 2j}
   ratio:             Gamma((k - 1)/2 + s) Gamma(k/2 - s) / (Gamma((k - 1)/2) Gamma(k/2)),  -(k - 1)/2 < Re s < k/2
   Beta, sphere:      chi2_k over the chi2_m it is part of: the first line or the second, over the first with k = m
   count:             sum over k >= 1 of C(d,k) 2^-d k^s, for all s */
#include "mellin.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#define NEGLIGIBLE 1e-40 /* weight against the largest, below which a mixture component is left out */

#define FAR_RIGHT 12.0 /* from where seven terms of Stirling's series are exact: the eighth is 2e-18 there */
#define FAR_OUT 60.0   /* the same within 145 degrees of the positive axis */
#define HIDES_POLES 800.0
#define ASYMPTOTIC 64.0 /* lambda/2 from where the series in its powers may be used */

static double complex ln_one_plus(double complex w)
{
    if (cabs(w) > 0.5) return clog(1 + w);
    return 0.5 * log1p(2 * creal(w) + creal(w) * creal(w) + cimag(w) * cimag(w)) + I * atan2(cimag(w), 1 + creal(w));
}

/* ln Gamma(z) - (z - 1/2) ln z + z - ln(2 pi)/2, B_2n / (2n (2n - 1) z^(2n - 1)) summed */
static double complex stirling(double complex z)
{
    static const double term[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                  1.0 / 1188, -691.0 / 360360, 1.0 / 156};
    const double complex u = 1 / (z * z);
    double complex sum = 0;
    for (int n = 6; n >= 0; n--) sum = sum * u + term[n];
    return sum / z;
}

static int is_far(double complex z)
{
    return creal(z) >= FAR_RIGHT || cabs(z) >= FAR_OUT;
}

/* ln Gamma(z + s) - ln Gamma(z) - s ln z, without the cancellation of two large logarithms: by recurrence to where
   Stirling's series holds, whose leading terms are subtracted by hand. */
static double complex ln_gamma_step(double complex z, double complex s)
{
    double complex steps = 1, back = 0;
    const double complex from = z;
    if (s == 0) return 0;
    while (!is_far(z) || !is_far(z + s)) {
        steps *= z / (z + s);
        z += 1;
    }
    if (z != from) back = clog(steps) + s * ln_one_plus((z - from) / from);
    return back + (z + s - 0.5) * ln_one_plus(s / z) - s + stirling(z + s) - stirling(z);
}

/* ln Gamma(a + s) - ln Gamma(a) */
static double complex ln_gamma_ratio(double a, double complex s)
{
    return s * log(a) + ln_gamma_step(a, s);
}

/* ln E B^s, B ~ Beta(k/2, (m - k)/2): the ratio of chi2_k and chi2_m. Far out the two Gamma functions at s nearly
   cancel, near 0 those of one argument do. */
static double complex ln_beta(double k, double m, double complex s)
{
    const double a = 0.5 * m, less = -0.5 * (m - k);
    if (k == m) return 0;
    if (cabs(s) < a) return s * log(k / m) + ln_gamma_step(0.5 * k, s) - ln_gamma_step(a, s);
    return less * clog(1 + s / a) + ln_gamma_step(a + s, less) - ln_gamma_step(a, less);
}

/* ln sum_{k = first, first + 2, ...; k <= last} weight(k) Gamma(k/2 + s)/Gamma(k/2). Terms follow from each other: the
   Gamma ratio by the factor (k/2 + s)/(k/2), the weight by next(k) = weight(k + 2)/weight(k). ln_first is the logarithm
   of the first ratio, whatever all of them are divided by. The weights are added to *total. */
static double complex ln_comb(size_t first, size_t last, double complex s, double complex ln_first, double weight,
                              double (*next)(double k, const tepui_term *), const tepui_term *t, double *total)
{
    double complex sum = 0, term = weight;
    double ln_size = 0;
    for (size_t k = first; k <= last; k += 2) {
        const double factor = next((double)k, t);
        sum += term;
        *total += weight;
        weight *= factor;
        term *= factor * (1 + s / (0.5 * (double)k));
        const double size = cabs(sum);
        if (size > 1e200) {
            term /= size;
            sum /= size;
            ln_size += log(size);
        }
    }
    return ln_first + ln_size + clog(sum);
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

/* chi2_k, or its share of chi2_lambda */
static double complex ln_first(size_t k, const tepui_term *t, double complex s)
{
    return t->kind == TEPUI_TERM_SPHERE ? ln_beta((double)k, t->lambda, s) : ln_gamma_ratio(0.5 * (double)k, s);
}

/* Binomial(d, 1/2): beyond 7 sqrt(d) from the middle the weight is below exp(-98). From where the lost units are beyond
   the middle, all there are. */
static double complex ln_binomial(const tepui_term *t, double lost, double complex s)
{
    const tepui_term u = {t->kind, t->dof, 1, 1, lost, 1}; /* what the weights ask for */
    const double d = (double)t->dof, reach = 7 * sqrt(d) + 1, middle = d / 2 - lost;
    const size_t most = t->dof - (size_t)lost;
    const size_t low = middle - reach < 1 ? 1 : (size_t)(middle - reach);
    const size_t high = middle < 1 || middle + reach > (double)most ? most : (size_t)(middle + reach);
    double total = 0; /* known better than the first weight is: P(alive) */
    double complex ln = ln_comb(low, high, s, ln_first(low, t, s), binomial_weight(low, &u), binomial_next, &u, &total);
    if (low + 1 <= high)
        ln = ln_add(ln, ln_comb(low + 1, high, s, ln_first(low + 1, t, s), binomial_weight(low + 1, &u), binomial_next,
                                &u, &total));
    return ln - log(total / mellin_alive(t));
}

/* k = dof of a ratio */
static double complex ln_ratio(double k, double complex s)
{
    return s * log((k - 1) / k) + ln_gamma_step(0.5 * (k - 1), s) + ln_gamma_step(0.5 * k, -s);
}

/* Sum over k = first, first + 2, ... of weight(k) E (chi2_(k-1)/chi2_k)^s: factors (1 + 2 s/(k - 1)) (1 - 2 s/k). */
static double complex ratio_comb(const tepui_term *u, size_t first, size_t last, double complex s, double *total)
{
    double weight = binomial_weight(first, u);
    double complex sum = 0, ratio = cexp(ln_ratio((double)first, s));
    for (size_t k = first; k <= last; k += 2) {
        sum += weight * ratio;
        *total += weight;
        weight *= binomial_next((double)k, u);
        ratio *= (1 + 2 * s / ((double)k - 1)) * (1 - 2 * s / (double)k);
    }
    return sum;
}

/* As ln_binomial, from two live units on. */
static double complex ln_live_ratio(const tepui_term *t, double complex s)
{
    const tepui_term u = {t->kind, t->dof, 1, 1, 0, 1};
    const double d = (double)t->dof, reach = 7 * sqrt(d) + 1;
    const size_t low = 0.5 * d - reach < 2 ? 2 : (size_t)(0.5 * d - reach);
    const size_t high = 0.5 * d + reach > d ? t->dof : (size_t)(0.5 * d + reach);
    double total = 0;
    double complex sum = ratio_comb(&u, low, high, s, &total);
    if (low + 1 <= high) sum += ratio_comb(&u, low + 1, high, s, &total);
    return clog(sum) - log(total / mellin_alive(t));
}

/* ln E (chi'2_d(lambda)/lambda)^s = ln sum_n s(s-1)..(s-n+1) (b+s-1)..(b+s-n) / (n! x^n), b = d/2, x = lambda/2:
   Kummer's function at large x (what it leaves out is of the order of exp(-x)). 0 where its terms do not fall fast. */
static int ln_noncentral_far(const tepui_term *t, double complex s, double complex *out)
{
    const double b = 0.5 * (double)t->dof, x = 0.5 * t->lambda;
    double complex term = 1, sum = 0;
    if (x < ASYMPTOTIC || x < b) return 0;
    for (int n = 0; n < 60; n++) {
        const double before = cabs(term);
        term *= (s - n) * (b + s - 1 - n) / ((n + 1) * x);
        if (cabs(term) > 0.5 * before) return 0;
        sum += term;
        if (cabs(term) < 1e-19 * fmin(1, cabs(sum))) break;
    }
    *out = ln_one_plus(sum);
    return 1;
}

/* The Poisson mixture from its mode outwards: relative to the mode's ratio all are 1 + u, and u is what is summed, so
   that rounding counts against ln E S^s and not against the size of S. step = +-1. */
static double complex poisson_side(const tepui_term *t, double complex s, double mode, int step, double *weights)
{
    const double mean = 0.5 * t->lambda, b = 0.5 * (double)t->dof;
    double complex u = 0, sum = 0;
    double w = 1, j = mode;
    for (;;) {
        const double a = b + j;
        if (step < 0 && j == 0) break;
        w *= step > 0 ? mean / (j + 1) : j / mean;
        u += step > 0 ? (1 + u) * (s / a) : -(1 + u) * (s / (a - 1 + s));
        j += step;
        sum += w * u;
        *weights += w;
        if (w < NEGLIGIBLE && w * cabs(1 + u) < NEGLIGIBLE * (1 + cabs(sum))) break;
    }
    return sum;
}

static double complex ln_noncentral_comb(const tepui_term *t, double complex s)
{
    const double mean = 0.5 * t->lambda;
    size_t low = (size_t)mean, high = low;
    const double top = gsl_ran_poisson_pdf((unsigned)low, mean);
    while (low > 0 && gsl_ran_poisson_pdf((unsigned)(low - 1), mean) > NEGLIGIBLE * top) low--;
    while (gsl_ran_poisson_pdf((unsigned)(high + 1), mean) > NEGLIGIBLE * top) high++;
    const size_t first = t->dof + 2 * low, last = t->dof + 2 * high;
    double total = 0;
    const double complex ln = ln_comb(first, last, s, ln_gamma_ratio(0.5 * (double)first, s),
                                      gsl_ran_poisson_pdf((unsigned)low, mean), poisson_next, t, &total);
    return ln - log(total);
}

/* ln E (scale chi'2_d(lambda))^s. Products of scale with the size of chi'2 are near 1 in what is asked for, and formed
   before the logarithm is taken. */
static double complex ln_noncentral(const tepui_term *t, double complex s)
{
    const double mode = floor(0.5 * t->lambda), a = 0.5 * (double)t->dof + mode;
    double complex ln;
    double weights = 1;
    if (ln_noncentral_far(t, s, &ln)) return s * log(t->scale * t->lambda) + ln;
    double complex sum = poisson_side(t, s, mode, 1, &weights);
    sum += poisson_side(t, s, mode, -1, &weights);
    if (!isfinite(cabs(sum))) return s * log(2 * t->scale) + ln_noncentral_comb(t, s);
    return s * log(2 * t->scale * a) + ln_gamma_step(a, s) + ln_one_plus(sum / weights);
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

/* S over its largest value, for the kinds that have one */
double complex mellin_ln_share(const tepui_term *t, double complex s)
{
    s *= power_of(t);
    return t->kind == TEPUI_TERM_SPHERE ? ln_binomial(t, 0, s) : ln_beta((double)t->dof, t->lambda, s);
}

double complex mellin_ln(const tepui_term *t, double complex s)
{
    if (mellin_top(t) < INFINITY) return s * mellin_top(t) + mellin_ln_share(t, s);
    s *= power_of(t);
    switch (t->kind) {
    case TEPUI_TERM_CHI2:
        return s * log(t->scale * (double)t->dof) + ln_gamma_step(0.5 * (double)t->dof, s);
    case TEPUI_TERM_BINOMIAL:
        return s * log(2 * t->scale) + ln_binomial(t, t->lambda, s);
    case TEPUI_TERM_COUNT:
        return s * log(t->scale) + ln_count(t, s);
    case TEPUI_TERM_RATIO:
        return s * log(t->scale) + ln_ratio((double)t->dof, s);
    case TEPUI_TERM_LIVE_RATIO:
        return s * log(t->scale) + ln_live_ratio(t, s);
    default:
        return ln_noncentral(t, s);
    }
}

double mellin_alive(const tepui_term *t)
{
    if (t->kind == TEPUI_TERM_BINOMIAL && t->lambda > 0)
        return gsl_cdf_binomial_Q((unsigned)t->lambda, 0.5, (unsigned)t->dof);
    if (t->kind == TEPUI_TERM_LIVE_RATIO) return -expm1(log1p((double)t->dof) - (double)t->dof * M_LN2);
    const int masked = t->kind == TEPUI_TERM_BINOMIAL || t->kind == TEPUI_TERM_COUNT || t->kind == TEPUI_TERM_SPHERE;
    return masked ? -expm1(-(double)t->dof * M_LN2) : 1;
}

static int is_constant(const tepui_term *t)
{
    return t->kind == TEPUI_TERM_BETA && t->lambda == (double)t->dof;
}

/* Poles of the noncentral transform are at -(dof/2 + j), with the weights of a Poisson law of mean x = lambda/2: up to
   j = x/20 they add less than exp(-x/2) to anything within reach of the bulk. */
static double first_pole(const tepui_term *t)
{
    if (t->kind == TEPUI_TERM_BINOMIAL || t->kind == TEPUI_TERM_SPHERE || t->kind == TEPUI_TERM_LIVE_RATIO) return -0.5;
    if (t->kind == TEPUI_TERM_RATIO) return -0.5 * ((double)t->dof - 1);
    const int hidden = t->kind == TEPUI_TERM_NONCENTRAL && t->lambda > HIDES_POLES;
    return -0.5 * (double)t->dof - (hidden ? t->lambda / 40 : 0);
}

double mellin_low(const tepui_term *t)
{
    if (t->kind == TEPUI_TERM_COUNT || is_constant(t)) return -INFINITY;
    return first_pole(t) / power_of(t);
}

double mellin_high(const tepui_term *t)
{
    if (t->kind == TEPUI_TERM_RATIO) return 0.5 * (double)t->dof / power_of(t);
    return t->kind == TEPUI_TERM_LIVE_RATIO ? 1 / power_of(t) : INFINITY;
}

double mellin_top(const tepui_term *t)
{
    if (t->kind != TEPUI_TERM_SPHERE && t->kind != TEPUI_TERM_BETA) return INFINITY;
    return power_of(t) * log(t->scale);
}

double mellin_ln_at_top(const tepui_term *t)
{
    if (is_constant(t)) return 0;
    return t->kind == TEPUI_TERM_SPHERE && t->lambda == (double)t->dof ? -(double)t->dof * M_LN2 : -INFINITY;
}
