/* moment.c -- the mean of y = exp(power X) over all raw samples, the dead counting 0, against its law.

   Where the law knows the standard deviation and the skewness of y, the interval is not estimated from samples that may
   have missed all that matters; a mean that the samples cannot show is refused. p comes from the Gamma law with the
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

double moment_two_sided(double z, double skewness)
{
    return fmin(1, 2 * pearson_tail(skewness < 0 ? -z : z, fabs(skewness)));
}

/* What the raw samples say of y / E y. */
typedef struct {
    double mean, spread, skewness; /* spread: the standard deviation over the mean */
    double effective;              /* number of samples, (sum y)^2 / sum y^2 */
    double largest;                /* abs(power X) */
} summary;

static summary look(const tepui_prediction *law, const tepui_evidence *e)
{
    const double power = law->power > 0 ? law->power : 1;
    double sum[4] = {0};
    summary s = {.largest = fabs(law->ln_moment)};
    for (size_t i = 0; i < e->raws; i++) {
        if (isnan(e->raw[i])) continue;
        const double y = exp(power * e->raw[i] - law->ln_moment);
        for (int k = 1; k <= 3; k++) sum[k] += k == 1 ? y : k == 2 ? y * y : y * y * y;
        if (isfinite(e->raw[i])) s.largest = fmax(s.largest, power * fabs(e->raw[i]));
    }
    s.mean = sum[1] / (double)e->count;
    s.effective = sum[2] > 0 ? sum[1] * sum[1] / sum[2] : 0;
    const double square = (double)e->count * sum[2] / (sum[1] * sum[1]);
    const double cube = (double)e->count * (double)e->count * sum[3] / (sum[1] * sum[1] * sum[1]);
    s.spread = sqrt(fmax(0, square - 1));
    s.skewness = s.spread > 0 ? (cube - 3 * square + 2) / (s.spread * s.spread * s.spread) : 0;
    return s;
}

/* The standard deviation and skewness of (average - 1) / error. An average divided by its own standard deviation has
   -2 times its skewness (Hall, The Bootstrap and Edgeworth Expansion, 1992, sect. 2.6). */
static double error_of(const tepui_prediction *law, const summary *s, double n, double rounding, double *skewness)
{
    const int known = !isnan(law->ln_spread);
    *skewness = 0;
    if (known && exp(2 * law->ln_spread) <= 4 * rounding) return 0; /* a variance that is rounding of the prediction */
    *skewness = (known ? law->skewness : -2 * s->skewness) / sqrt(n);
    return (known ? exp(law->ln_spread) : s->mean * s->spread) / sqrt(n);
}

size_t moment_test(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out, const char **why)
{
    const int all_raw = e->raw && e->raws >= e->count;
    const summary s = all_raw ? look(law, e) : (summary){0};
    const double rounding = fmax(ROUNDING * (1 + s.largest), law->rounding);
    const int known = !isnan(law->ln_spread);
    double skewness;
    *why = !all_raw                                                 ? "needs all raw samples (output.raw)"
           : e->zero == e->count && !known                          ? "all samples are dead"
           : !known && s.spread == 0 && fabs(s.mean - 1) > rounding ? "all samples are equal: they do not show a spread"
                                                                    : NULL;
    if (*why) return 0;
    const double error = error_of(law, &s, (double)e->count, rounding, &skewness);
    if (!(error <= MOST_ERROR) || !(fabs(skewness) <= MOST_SKEWNESS)) {
        *why = !known ? "too few samples to show this mean"
                      : "too few samples to show this mean: take sampler: tilted, the tilt near its "
                        "power";
        return 0;
    }
    const double off = fmax(0, fabs(s.mean - 1) - rounding);
    const double z = error > 0 ? copysign(off, s.mean - 1) / error : off > 0 ? INFINITY : 0;
    *out = (tepui_test_result){"moment",
                               moment_two_sided(z, skewness),
                               law->ln_moment,
                               law->ln_moment + log(s.mean),
                               law->ln_moment + log(fmax(0, s.mean - TWO_SIDED_95 * error)),
                               law->ln_moment + log(s.mean + TWO_SIDED_95 * error),
                               s.effective,
                               law->slack};
    return 1;
}
