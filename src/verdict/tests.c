/* tests.c -- one prediction against one component: which tests suit it, and their p-values.

   mean: of ln, given life. Its law is that of a sum of n copies, which the exact laws know in full (no normal limit);
   of laws of a mean alone it is normal, corrected by the skewness of the samples, of other closed forms by their own.

   ks: Kolmogorov-Smirnov at the edges of the histogram. The empirical F is exact there, and a maximum over fewer points
   can only be smaller, so the p-value errs on the law's side. Of a law that is right within slack it is the only test,
   on D - slack.

   chi2: Pearson over bins joined until about n/40 are expected in each.

   ad: Anderson-Darling on the raw samples, where all are kept.

   dead: the count of exact zeros, Binomial. P(x), never: the count of samples equal to x (infinite), Binomial, for laws
   of few values; others: samples that have none of them.

   copies: equal values among the raw samples; continuous laws repeat none but by rounding. Not of samples whose
   rounding is not known.

   rank: rank correlation with the raw samples of another observable.

   Censored samples (infinite) are refused but by laws of few values and by ranks: moments and distribution functions of
   what is left of them are those of another law. */
#include "moment.h"
#include "share.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/stat.h>
#include <tepui/verdict.h>

#define FEWEST 20u      /* living samples below which no law of theirs is tested */
#define MOST_TIES 4u    /* share of censored samples, which are ties, beyond which ranks say nothing */
#define MOST_SKEWED 0.2 /* of a mean without an exact law: beyond, its skewness alone does not tell the tail */

/* Finite samples. */
static uint64_t living(const tepui_evidence *e)
{
    return e->count - e->zero - e->infinite;
}

static tepui_test_result of_median(const char *name, double p, const tepui_prediction *law, const tepui_evidence *e)
{
    tepui_test_result t = {"", p, law->median, e->median, e->median_low, e->median_high, (double)living(e), law->slack};
    snprintf(t.name, sizeof t.name, "%s", name);
    return t;
}

/* What rounding does to the mean of ln: of the samples, as counted, and of the two numbers compared. */
static double rounding_of_mean(const tepui_prediction *law, const tepui_evidence *e)
{
    return law->rounding + 4 * 0x1p-53 * (fabs(law->mean) + fabs(e->mean));
}

/* Nothing but the mean, within slack, and the variance of X is known, or that of the samples serves; the skewness of
   the average is that of the samples. */
static size_t test_bare_mean(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out,
                             const char **why)
{
    const double n = (double)living(e), variance = isnan(law->variance) ? e->variance : law->variance;
    const double error = sqrt(variance / n), half = TWO_SIDED_95 * error;
    if (living(e) < FEWEST) return 0;
    const double off = e->mean - law->mean, allowed = law->slack + rounding_of_mean(law, e);
    const double beyond = copysign(fmax(0, fabs(off) - allowed), off);
    if (!(error > 0) && isnan(law->variance) && beyond != 0) {
        *why = "all samples are equal: they do not show a spread";
        return 0;
    }
    const double p = beyond == 0 ? 1 : moment_two_sided(beyond / error, isnan(e->skewness) ? 0 : e->skewness / sqrt(n));
    *out = (tepui_test_result){"mean", p, law->mean, e->mean, e->mean - half, e->mean + half, n, law->slack};
    return 1;
}

static tepui_test_result test_mean(const tepui_prediction *law, const tepui_evidence *e)
{
    const double n = (double)living(e), half = TWO_SIDED_95 * sqrt(law->variance / n);
    const double z = (e->mean - law->mean) / sqrt(law->variance / n);
    const double tail = law->exact ? tepui_exact_mean_tail(law->exact, living(e), e->mean, z > 0)
                                   : moment_two_sided(z, isfinite(law->skewness) ? law->skewness / sqrt(n) : 0) / 2;
    tepui_test_result t = {"mean", fmin(1, 2 * tail), law->mean, e->mean, e->mean - half, e->mean + half, n, 0};
    return t;
}

/* Where the prediction could not be computed no p-value is made up: the line fails and shows no p. */
static double or_nan(double p, double canary)
{
    return isnan(canary) ? NAN : p;
}

/* F of the living at all edges, by the prediction */
static double *cdf_at_edges(const tepui_prediction *law, const tepui_evidence *e)
{
    double *F = malloc((e->bins + 1) * sizeof *F);
    if (!F) tepui_miss_memory();
    for (size_t b = 0; F && b <= e->bins; b++) F[b] = tepui_prediction_cdf(law, e->edge[b]);
    return F;
}

static tepui_test_result test_ks(const tepui_prediction *law, const tepui_evidence *e, const double *F)
{
    const double n = (double)living(e);
    uint64_t below = e->under;
    double D = 0, canary = 0;
    for (size_t b = 0; b <= e->bins; b++) {
        canary += F[b];
        D = fmax(D, fabs((double)below / n - F[b]));
        if (b < e->bins) below += e->histogram[b];
    }
    return of_median("ks", or_nan(tepui_ks_pvalue(fmax(0, D - law->slack), living(e)), canary), law, e);
}

static tepui_test_result test_chi2(const tepui_prediction *law, const tepui_evidence *e, const double *F)
{
    const double n = (double)living(e), least = fmax(25, n / 40);
    double statistic = 0, seen = (double)e->under, from = 0;
    int groups = 0;
    for (size_t b = 0; b <= e->bins; b++) {
        const int last = b == e->bins;
        const double to = last ? 1 : F[b], wanted = n * (to - from);
        if (last) seen += (double)e->over;
        if (last || (wanted >= least && n * (1 - to) >= least)) {
            statistic += (seen - wanted) * (seen - wanted) / wanted;
            groups++;
            from = to;
            seen = 0;
        }
        if (!last) seen += (double)e->histogram[b];
    }
    return of_median("chi2", groups > 1 ? gsl_cdf_chisq_Q(statistic, groups - 1) : 1, law, e);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The living raw samples, sorted. */
static double *sorted_raw(const tepui_evidence *e, size_t *n)
{
    double *x = malloc((e->raws + 1) * sizeof *x);
    if (!x) tepui_miss_memory();
    *n = 0;
    for (size_t i = 0; x && i < e->raws; i++)
        if (isfinite(e->raw[i])) x[(*n)++] = e->raw[i];
    if (x) qsort(x, *n, sizeof *x, ascending);
    return x;
}

static tepui_test_result test_ad(const tepui_prediction *law, const tepui_evidence *e, const double *x, size_t n)
{
    double sum = 0, canary = 0;
    for (size_t i = 0; i < n; i++) {
        const double low = tepui_prediction_cdf(law, x[i]), high = tepui_prediction_cdf(law, x[n - 1 - i]);
        canary += low;
        sum += (double)(2 * i + 1) * (log(fmax(low, 1e-300)) + log(fmax(1 - high, 1e-16)));
    }
    return of_median("ad", or_nan(tepui_anderson_darling_tail(-(double)n - sum / (double)n), canary), law, e);
}

/* Pairs of equal neighbours against Poisson: a pair is equal by rounding with probability of about one unit in the
   last place times the largest density, taken as 1/(2 sd). */
static tepui_test_result test_copies(const tepui_prediction *law, const double *x, size_t n)
{
    unsigned copies = 0;
    for (size_t i = 1; i < n; i++) copies += x[i] == x[i - 1];
    const double size = fmax(fabs(x[0]), fabs(x[n - 1])), unit = 0x1p-51 * size / (2 * sqrt(law->variance));
    const double expected = 0.5 * (double)n * (double)n * unit;
    const double p = copies ? gsl_cdf_poisson_Q(copies - 1, expected) : 1;
    tepui_test_result t = {"copies", p, expected, copies, copies, copies, (double)n, 0};
    return t;
}

static tepui_test_result of_share(const char *name, double probability, uint64_t seen, uint64_t all)
{
    const double n = (double)all, p = binomial_two_sided(n, probability, (double)seen);
    return share_result(name, p, probability, (double)seen / n, n);
}

/* The bins that may hold a value within slack of x: first..end - 1. */
static size_t bins_near(const tepui_evidence *e, double x, double slack, size_t *end)
{
    size_t first = 0;
    while (first < e->bins && e->edge[first + 1] <= x - slack) first++;
    for (*end = first; *end < e->bins && e->edge[*end] <= x + slack;) (*end)++;
    return first;
}

/* Samples equal to x, within the law's slack; without all raw samples, those in its bins. */
static uint64_t count_at(const tepui_prediction *law, const tepui_evidence *e, double x)
{
    uint64_t n = 0;
    size_t end;
    if (isinf(x)) return x < 0 ? e->zero : e->infinite;
    for (size_t i = 0; tepui_evidence_all_raw(e) && i < e->raws; i++) n += fabs(e->raw[i] - x) <= law->slack;
    for (size_t b = bins_near(e, x, law->slack, &end); !tepui_evidence_all_raw(e) && b < end; b++) n += e->histogram[b];
    return n;
}

/* Whether the evidence tells the values apart. */
static int told_apart(const tepui_prediction *law, const tepui_evidence *e)
{
    for (size_t i = 0; !tepui_evidence_all_raw(e) && i < law->atoms; i++)
        for (size_t k = 0; k < i; k++) {
            size_t end, other_end;
            const size_t b = bins_near(e, law->value[i], law->slack, &end);
            const size_t other = bins_near(e, law->value[k], law->slack, &other_end);
            if (b < other_end && other < end) return 0;
        }
    return 1;
}

static size_t atom_tests(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out, const char **why)
{
    uint64_t others = e->count;
    if (!told_apart(law, e)) {
        *why = "needs all raw samples (output.raw) or finer bins (output.bin_width)";
        return 0;
    }
    for (size_t i = 0; i < law->atoms; i++) {
        char name[sizeof out->name];
        const uint64_t seen = count_at(law, e, law->value[i]);
        const char *form = law->value[i] == -INFINITY ? "dead" : law->value[i] == INFINITY ? "never" : "P(%.4g)";
        snprintf(name, sizeof name, form, law->value[i]);
        out[i] = of_share(name, law->probability[i], seen, e->count);
        out[i].allowance = isinf(law->value[i]) ? 0 : law->slack;
        others -= seen;
    }
    out[law->atoms] = of_share("others", 0, others, e->count);
    out[law->atoms].allowance = law->slack;
    return law->atoms + 1;
}

static size_t distribution_tests(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out)
{
    size_t made = 0, n = 0;
    if (living(e) < FEWEST) return 0;
    double *F = cdf_at_edges(law, e);
    if (F) out[made++] = test_ks(law, e, F);
    if (F && law->slack == 0) {
        if (law->exact || !(fabs(law->skewness) > MOST_SKEWED * sqrt((double)living(e))))
            out[made++] = test_mean(law, e);
        out[made++] = test_chi2(law, e, F);
    }
    free(F);
    if (law->slack > 0 || !tepui_evidence_all_raw(e)) return made;
    double *x = sorted_raw(e, &n);
    if (x) out[made++] = test_ad(law, e, x, n);
    if (x && !e->coarse) out[made++] = test_copies(law, x, n);
    free(x);
    return made;
}

static size_t pairs(const tepui_evidence *e, size_t n)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) m += !isnan(e->raw[i]) && !isnan(e->other[i]);
    return m;
}

/* The correlation is not above the law's: its deviation in standard errors of Fisher's z (Bonett and Wright 2000). */
static size_t rank_test(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out, const char **why)
{
    const size_t n = e->raws < e->count ? e->raws : (size_t)e->count, m = e->raw && e->other ? pairs(e, n) : 0;
    const int censored = e->infinite > e->count / MOST_TIES;
    *why = censored             ? "more than a quarter of the samples is censored"
           : e->raw && e->other ? "too few samples"
                                : "needs raw samples (output.raw) of both observables";
    if (censored || m < FEWEST) return 0;
    double *scratch = malloc((6 * n + 1) * sizeof *scratch);
    if (!scratch) tepui_miss_memory();
    if (!scratch) return 0;
    const double rho = tepui_rank_correlation(e->raw, e->other, n, scratch);
    const double jackknife = tepui_rank_correlation_error(e->raw, e->other, n, scratch) / (1 - rho * rho);
    if (isnan(rho)) *why = "all samples are equal: they have no ranks";
    if (isnan(rho)) free(scratch);
    if (isnan(rho)) return 0;
    const double error = fmax(jackknife, fabs(rho) < 1 ? 0 : sqrt(1.5 / ((double)m - 3)));
    const double z = (atanh(rho) - atanh(law->rank)) / error;
    *out = (tepui_test_result){"rank", gsl_cdf_ugaussian_Q(z), law->rank, rho, NAN, NAN, (double)m, 0};
    tepui_rank_correlation_jackknife(rho, jackknife * (1 - rho * rho), m, &out->low, &out->high);
    free(scratch);
    return 1;
}

size_t tepui_verify_tests(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out,
                          const char **why)
{
    size_t made = 0;
    *why = "too few samples";
    if (e->count == 0) return 0;
    if (law->form == TEPUI_PREDICTS_RANK) return rank_test(law, e, out, why);
    if (e->infinite > 0 && law->form != TEPUI_PREDICTS_ATOMS) {
        *why = "some samples are censored";
        return 0;
    }
    if (law->form == TEPUI_PREDICTS_MOMENT) return moment_test(law, e, out, why);
    if (law->form == TEPUI_PREDICTS_ATOMS) return atom_tests(law, e, out, why);
    if (!isnan(law->atom)) out[made++] = of_share("dead", law->atom, e->zero, e->count);
    if (e->zero == e->count && made == 0) {
        *why = "all samples are dead";
        return 0;
    }
    if (law->form == TEPUI_PREDICTS_MEAN) return made + test_bare_mean(law, e, out + made, why);
    return made + distribution_tests(law, e, out + made);
}
