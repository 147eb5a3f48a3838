/* moment.c -- the mean of y = exp(power X) over all raw samples, the dead counting 0, against its law.

   Where the law knows the standard deviation and the skewness of y, the interval is not estimated from samples that may
   have missed all that matters; a mean that the samples cannot show is refused. p comes from the Gamma law with the
   mean, variance and skewness of the average (Pearson's type III), the normal law with its first correction.

   Where the law knows the mean alone, samples have to tell, and those that have missed the tail look good and have a
   small mean. So the first half tells whether such a mean can be shown, and the second, which had no part in that, is
   tested. Spread and skewness are those of the samples or of a law with the first three cumulants of ln y (product of
   equal Gamma factors, or log-normal), whose tails samples need not have met; of either half, whichever are larger. A
   mean too small is judged by the heavy tail, too: samples without the tail have a small mean and a small spread. */
#include "moment.h"
#include "share.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

#define MOST_ERROR 0.1    /* standard deviation of the average, relative: worse says nothing */
#define MOST_SKEWNESS 0.3 /* of the average: its law is near enough to Pearson's */
#define FEWEST 20         /* samples of a half whose spread is believed: six came near to each other now and then */
#define ROUNDING 0x1p-48  /* of X, relative to its largest partial sums, which grow with depth */
#define TOO_FEW "too few samples to show this mean"

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

/* What some of the raw samples say of y / E y. */
typedef struct {
    size_t n;                      /* of them */
    double mean, spread, skewness; /* spread: the standard deviation over the mean */
    double effective;              /* number of samples, (sum y)^2 / sum y^2 */
    double largest;                /* abs(power X) */
} summary;

/* Standard deviation and skewness of y / E y from E y^2 / (E y)^2 and E y^3 / (E y)^3. */
static void set_spread(summary *s, double square, double cube)
{
    s->spread = sqrt(fmax(0, square - 1));
    s->skewness = s->spread > 0 ? (cube - 3 * square + 2) / (s->spread * s->spread * s->spread) : 0;
}

static summary look(const tepui_prediction *law, const tepui_evidence *e, size_t first, size_t last)
{
    const double power = law->power > 0 ? law->power : 1;
    double sum[4] = {0};
    summary s = {.largest = fabs(law->ln_moment)};
    for (size_t i = first; i < last; i++) {
        if (isnan(e->raw[i])) continue;
        const double y = exp(power * e->raw[i] - law->ln_moment);
        for (int k = 0; k <= 3; k++) sum[k] += k == 0 ? 1 : k == 1 ? y : k == 2 ? y * y : y * y * y;
        if (isfinite(e->raw[i])) s.largest = fmax(s.largest, power * fabs(e->raw[i]));
    }
    s.n = (size_t)sum[0];
    s.mean = sum[1] / sum[0];
    s.effective = sum[2] > 0 ? sum[1] * sum[1] / sum[2] : 0;
    set_spread(&s, sum[0] * sum[2] / (sum[1] * sum[1]), sum[0] * sum[0] * sum[3] / (sum[1] * sum[1] * sum[1]));
    return s;
}

/* psi''(a) / psi'(a) rises from -inf to 0. */
static double shape_of(double ratio)
{
    double low = 1e-6, high = 1e9;
    for (int step = 0; step < 100 && high > low * (1 + 1e-12); step++) {
        const double a = sqrt(low * high);
        if (gsl_sf_psi_n(2, a) / gsl_sf_psi_1(a) < ratio)
            low = a;
        else
            high = a;
    }
    return sqrt(low * high);
}

/* The same as look() of a law with the mean, variance and third cumulant that ln y has in these samples: D factors of
   Gamma laws of shape a, cumulants D psi'(a) and D psi''(a), E y^2 / (E y)^2 = ((a + 1) / a)^D; or, skewed to the
   right, log-normal. */
static summary model(const tepui_prediction *law, const tepui_evidence *e, size_t first, size_t last)
{
    const double power = law->power > 0 ? law->power : 1;
    double live = 0, all = 0, mean = 0, cumulant[4] = {0};
    summary s = {0};
    for (size_t i = first; i < last; i++) {
        all += !isnan(e->raw[i]);
        if (isfinite(e->raw[i])) mean += (power * e->raw[i] - mean) / ++live;
    }
    for (size_t i = first; i < last; i++) {
        const double x = power * e->raw[i] - mean;
        for (int k = 2; k <= 3 && isfinite(e->raw[i]); k++) cumulant[k] += (k == 2 ? x * x : x * x * x) / live;
    }
    double two = cumulant[2], three = 3 * cumulant[2];
    if (cumulant[3] < -1e-6 * cumulant[2]) {
        const double a = shape_of(cumulant[3] / cumulant[2]), D = cumulant[2] / gsl_sf_psi_1(a);
        two = D * log1p(1 / a);
        three = D * (log1p(1 / a) + log1p(2 / a));
    }
    set_spread(&s, exp(two) * all / live, exp(three) * (all / live) * (all / live));
    return s;
}

/* Of n samples: the standard deviation of their average, over the mean of the law, and its skewness. */
typedef struct {
    double error, skewness;
} average;

static average average_known(const tepui_prediction *law, size_t n, double rounding)
{
    if (exp(2 * law->ln_spread) <= 4 * rounding)
        return (average){0, 0}; /* a variance that is rounding of the prediction */
    return (average){exp(law->ln_spread) / sqrt((double)n), law->skewness / sqrt((double)n)};
}

/* s: what these samples look like. */
static average average_seen(const tepui_prediction *law, const tepui_evidence *e, size_t first, size_t last,
                            const summary *s, size_t n)
{
    if (s->spread == 0) return (average){0, 0};
    const summary m = model(law, e, first, last);
    return (average){fmax(s->spread, m.spread) / sqrt((double)n), fmax(s->skewness, m.skewness) / sqrt((double)n)};
}

static int shows(average a)
{
    return a.error <= MOST_ERROR && fabs(a.skewness) <= MOST_SKEWNESS;
}

/* known: by the law, both tails of Pearson's law are its own. */
static tepui_test_result compare(const tepui_prediction *law, const summary *s, average a, double rounding, int known)
{
    const double off = fmax(0, fabs(s->mean - 1) - rounding);
    const double z = a.error > 0 ? copysign(off, s->mean - 1) / a.error : off > 0 ? INFINITY : 0;
    return (tepui_test_result){"moment",
                               moment_two_sided(known ? z : fabs(z), a.skewness),
                               law->ln_moment,
                               law->ln_moment + log(s->mean),
                               law->ln_moment + log(fmax(0, s->mean - TWO_SIDED_95 * a.error)),
                               law->ln_moment + log(s->mean + TWO_SIDED_95 * a.error),
                               s->effective,
                               law->slack};
}

/* Where in the list the first n that are numbers end. */
static size_t end_of(const tepui_evidence *e, size_t n)
{
    size_t i = 0;
    for (size_t seen = 0; i < e->raws && seen < n; i++) seen += !isnan(e->raw[i]);
    return i;
}

static size_t test_known(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out, const char **why)
{
    const summary s = look(law, e, 0, e->raws);
    const double rounding = fmax(ROUNDING * (1 + s.largest), law->rounding);
    const average a = average_known(law, s.n, rounding);
    *why = shows(a) ? NULL : law->too_few ? law->too_few : TOO_FEW;
    if (*why) return 0;
    *out = compare(law, &s, a, rounding, 1);
    return 1;
}

static size_t test_seen(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out, const char **why)
{
    const size_t half = end_of(e, e->count / 2);
    const summary all = look(law, e, 0, e->raws), f = look(law, e, 0, half), s = look(law, e, half, e->raws);
    const double rounding = fmax(ROUNDING * (1 + all.largest), law->rounding);
    *why = e->zero == e->count                                ? "all samples are dead"
           : all.spread == 0 && fabs(all.mean - 1) > rounding ? "all samples are equal: they do not show a spread"
                                                              : NULL;
    if (*why) return 0;
    const average first = average_seen(law, e, 0, half, &f, s.n);
    if (half < FEWEST || !shows(first) || !(s.mean > 0)) {
        *why = TOO_FEW;
        return 0;
    }
    const average second = average_seen(law, e, half, e->raws, &s, s.n);
    *out = compare(law, &s, (average){fmax(first.error, second.error), fmax(first.skewness, second.skewness)}, rounding,
                   0);
    return 1;
}

size_t moment_test(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out, const char **why)
{
    *why = "needs all raw samples (output.raw)";
    if (!e->raw || e->raws < e->count) return 0;
    return isnan(law->ln_spread) ? test_seen(law, e, out, why) : test_known(law, e, out, why);
}
