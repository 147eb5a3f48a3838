/* moment.c -- the mean of y = exp(X) over all raw samples, the dead counting 0, against its law.

   The law knows the standard deviation and the skewness of y, so the interval is not estimated from samples that may
   have missed all that matters: a mean whose samples cannot show it is refused. p comes from the Gamma law with the
   mean, variance and skewness of the average (Pearson's type III), the normal law with its first correction. */
#include "moment.h"
#include <gsl/gsl_cdf.h>
#include <math.h>

#define MOST_ERROR 0.1    /* standard deviation of the average, relative: worse says nothing */
#define MOST_SKEWNESS 0.3 /* of the average: its law is near enough to Pearson's */
#define ROUNDING 0x1p-48  /* of X, relative to its largest partial sums, which grow with depth */
#define TWO_SIDED_95 1.959963984540054

/* P(Z >= z) or P(Z <= z), whichever is the tail, Z with mean 0, variance 1 and the given skewness >= 0. */
static double pearson_tail(double z, double skewness)
{
    if (skewness < 1e-6) return gsl_cdf_ugaussian_Q(fabs(z));
    const double shape = 4 / (skewness * skewness), scale = skewness / 2, x = z / scale + shape;
    if (x <= 0) return 0;
    return z > 0 ? gsl_cdf_gamma_Q(x, shape, 1) : gsl_cdf_gamma_P(x, shape, 1);
}

/* mean of y / E y, and the effective number of samples (sum y)^2 / sum y^2 */
static double relative_mean(const tepui_prediction *law, const tepui_evidence *e, double *effective, double *largest)
{
    double sum = 0, squares = 0;
    *largest = fabs(law->ln_moment);
    for (size_t i = 0; i < e->raws; i++) {
        if (isnan(e->raw[i])) continue;
        const double y = exp(e->raw[i] - law->ln_moment);
        sum += y;
        squares += y * y;
        if (isfinite(e->raw[i])) *largest = fmax(*largest, fabs(e->raw[i]));
    }
    *effective = squares > 0 ? sum * sum / squares : 0;
    return sum / (double)e->count;
}

size_t moment_test(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out, const char **why)
{
    const double n = (double)e->count, error = law->spread / sqrt(n), skewness = law->skewness / sqrt(n);
    double effective, largest;
    if (!e->raw || e->raws < e->count)
        *why = "needs all raw samples (output.raw)";
    else if (!(error <= MOST_ERROR) || !(fabs(skewness) <= MOST_SKEWNESS))
        *why = "too few samples to show this mean: take sampler: tilted, the tilt near its power";
    else {
        const double mean = relative_mean(law, e, &effective, &largest);
        const double rounding = ROUNDING * (1 + largest), off = fmax(0, fabs(mean - 1) - rounding);
        const double z = error > 0 ? copysign(off, mean - 1) / error : off > 0 ? INFINITY : 0;
        *out = (tepui_test_result){"moment",
                                   fmin(1, 2 * pearson_tail(skewness < 0 ? -z : z, fabs(skewness))),
                                   law->ln_moment,
                                   law->ln_moment + log(mean),
                                   law->ln_moment + log(fmax(0, mean - TWO_SIDED_95 * error)),
                                   law->ln_moment + log(mean + TWO_SIDED_95 * error),
                                   effective};
        return 1;
    }
    return 0;
}
