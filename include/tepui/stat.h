/* stat.h -- statistics of one scalar over samples: merge-exact, memory independent of the number of samples.
   Values come in blocks of samples; blocks are folded in index order, which makes every result a pure function of
   the values. -INFINITY (a logarithm of 0) is the zero atom; +INFINITY (a time beyond the limit) is an atom where the
   accumulator censors; NaN, and +INFINITY elsewhere, count as nan. */
#ifndef TEPUI_STAT_H
#define TEPUI_STAT_H
#include <stddef.h>
#include <stdint.h>
#include <tepui/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* double-double: value = hi + lo */
typedef struct {
    double hi, lo;
} tepui_dd;

/* Moments of the finite, non-zero values. Central power sums in double-double: INFINITY (m3: NaN) where they overflow;
   skewness and kurtosis are NaN where they would rest on overflowed or denormal sums. */
typedef struct {
    uint64_t n;
    tepui_dd mean, m2, m3, m4; /* m_k = sum (x - mean)^k */
    double minimum, maximum;   /* NaN when n == 0 */
} tepui_moments;
void tepui_moments_clear(tepui_moments *m);                                        /* n = 0 */
void tepui_moments_of(tepui_moments *m, const double *x, size_t n, size_t stride); /* one block, two passes */
void tepui_moments_merge(tepui_moments *into, const tepui_moments *from);
double tepui_moments_mean(const tepui_moments *m), tepui_moments_variance(const tepui_moments *m); /* n - 1 */
double tepui_moments_skewness(const tepui_moments *m),
    tepui_moments_kurtosis(const tepui_moments *m); /* m3/m2^1.5, m4/m2^2 (not excess) */

/* Integer histogram on the grid k * width, width = base * 2^-level, a window that grows with the data. The level is
   the finest with at most TEPUI_FINE_BINS bins over [min,max]; never coarser than base unless that needs more than
   TEPUI_MOST_BINS, or |value|/width reaches 2^50. It depends on min and max only, so the state does not depend on the
   order of values or merges. Edges are k * width rounded to double; a value equal to an edge is in the bin on its
   right. init: TEPUI_BAD_INPUT unless 2^-900 <= base <= 2^900 and low < high. */
#define TEPUI_FINE_BINS 1024
#define TEPUI_MOST_BINS 65536
#define TEPUI_FINEST_LEVEL 48
typedef struct {
    double base;
    int level;
    int64_t first; /* index of count[0]: bin i covers [ (first+i) w, (first+i+1) w ) */
    size_t bins, room;
    uint64_t *count;
    uint64_t under, over;
    double low, high;        /* values outside [low, high) count as under / over; -INFINITY, INFINITY: no limit */
    double minimum, maximum; /* of the values in bins */
} tepui_histogram;
/* TEPUI_NO_MEMORY of init, add and merge; merge: both have the same base, low and high. */
tepui_status tepui_histogram_init(tepui_histogram *h, double base, double low, double high);
void tepui_histogram_free(tepui_histogram *h);
double tepui_histogram_width(const tepui_histogram *h);       /* of a bin, in the unit of the values */
uint64_t tepui_histogram_from_zero(const tepui_histogram *h); /* values in the bin whose lower edge is 0 */
/* Whether level, window, minimum and maximum fit each other: of one that was read. */
int tepui_histogram_is_sound(const tepui_histogram *h);
tepui_status tepui_histogram_add(tepui_histogram *h, const double *x, size_t n, size_t stride); /* finite x only */
tepui_status tepui_histogram_merge(tepui_histogram *into, const tepui_histogram *from);

/* Everything about one (cell, component). */
typedef struct {
    uint64_t count, zero, nan; /* count = all samples, zero, nan and infinite among them */
    uint64_t infinite;         /* +INFINITY; 0 unless censors */
    uint64_t origin;           /* finite values equal to 0: they are in the moments, and in a bin where it covers 0 */
    int censors;               /* +INFINITY is a value; init clears it, to be set before the first fold */
    tepui_moments moments;
    tepui_moments before; /* those without the last fold, where the caller may have to fold it again, else empty */
    tepui_histogram histogram;
    double *raw; /* first raw_limit values in sample order, NULL when raw_limit == 0 */
    size_t raw_limit, raw_count;
} tepui_accumulator;
/* bin_width, low, high: of the histogram; raw_limit: values that are kept. TEPUI_BAD_INPUT, TEPUI_NO_MEMORY. */
tepui_status tepui_accumulator_init(tepui_accumulator *a, double bin_width, double low, double high, size_t raw_limit);
void tepui_accumulator_free(tepui_accumulator *a);
/* Whether the counts add up and the histogram is where its smallest and largest value say: of one that was read. */
int tepui_accumulator_is_sound(const tepui_accumulator *a);
/* values[i*stride], i < n, in sample order. TEPUI_NO_MEMORY; of folds, too. */
tepui_status tepui_accumulator_fold(tepui_accumulator *a, const double *values, size_t n, size_t stride);
/* The last fold again, longer: values[i*stride], i < known, were in it, the others are new. The same bits as if all n
   had been folded at once. */
tepui_status tepui_accumulator_refold(tepui_accumulator *a, const double *values, size_t known, size_t n,
                                      size_t stride);

/* Quantile at probability p over count - nan samples, the zero atom at -INFINITY, the infinite ones at +INFINITY, with
   a distribution-free interval of the given confidence from order statistics (exact binomial ranks). From the raw
   values when all are held, else from the histogram: 0 where its ranks are those of values equal to 0, elsewhere linear
   inside a bin, interval ends widened outward to bin edges;
   [minimum, low) and [high, maximum] count as one bin each. NaN when there is no sample; low = -INFINITY (high =
   INFINITY) when no order statistic reaches that far. Between a zero and anything else: -INFINITY; between a finite
   value and +INFINITY: +INFINITY. scratch: raw_count doubles or NULL.
   Where +INFINITY stands for times beyond one limit that all samples share, these are the quantiles of Kaplan and Meier
   (survival.c), and the intervals stay exact. */
typedef struct {
    double value, low, high;
} tepui_quantile;
tepui_quantile tepui_accumulator_quantile(const tepui_accumulator *a, double p, double confidence, double *scratch);
/* The same with the ranks of the interval given, for many accumulators of equal size. */
tepui_quantile tepui_accumulator_quantile_ranked(const tepui_accumulator *a, double p, uint64_t r, uint64_t s,
                                                 double *scratch);
/* Ranks (1-based) r <= s with P(X_(r) <= q_p <= X_(s)) >= confidence; r = 0 / s = n+1 when there is none. */
void tepui_quantile_ranks(uint64_t n, double p, double confidence, uint64_t *r, uint64_t *s);

/* Exact interval of a probability from hits among count independent trials (Clopper and Pearson); [0, 1] of none. */
void tepui_share_interval(uint64_t hits, uint64_t count, double confidence, double *low, double *high);

/* goodness of fit, for tests and laws */
double tepui_ks_statistic(double *x, size_t n, double (*cdf)(double, const void *), const void *arg); /* sorts x */
double tepui_ks_pvalue(double d, size_t n);
double tepui_ks_two_sample(double *x, size_t n, double *y, size_t m); /* statistic; sorts both */
double tepui_ks_two_sample_pvalue(double d, size_t n, size_t m);

/* Spearman's rank correlation of x[n] and y[n], ties sharing the mean of their ranks; +-INFINITY are values like any
   other, pairs with NaN are left out. NaN where x or y has fewer than two different values. scratch: 4 n doubles.
   Its 95 % interval (Bonett and Wright 2000), n being the pairs without NaN; fewer than 4 say nothing: [-1, 1]. */
double tepui_rank_correlation(const double *x, const double *y, size_t n, double *scratch);
/* Its standard error, by the infinitesimal jackknife: no law of the pairs is assumed; and the 95 % interval that
   follows. NaN with the correlation. scratch: 6 n doubles. */
double tepui_rank_correlation_error(const double *x, const double *y, size_t n, double *scratch);
void tepui_rank_correlation_jackknife(double rho, double error, size_t n, double *low, double *high);
void tepui_rank_correlation_interval(double rho, size_t n, double *low, double *high);

/* Survival from lifetimes of which some are only known to be longer than a time (censored there), whatever the times:
   the product-limit estimate of Kaplan and Meier. One common limit needs none of this, see tepui_accumulator_quantile.
 */
typedef struct {
    double time;
    int event; /* 0: censored at this time */
} tepui_lifetime;
typedef struct {
    double time;            /* of events; S is constant from here to the next step */
    size_t events, at_risk; /* at this time; just before it, those censored at it among them */
    double survival;        /* S(time) = P(T > time) */
    double variance;        /* of it, Greenwood; 0 where S = 0 */
} tepui_survival_step;
/* Sorts x; NaN times are left out. Returns the number of steps, at most n, in the order of time. */
size_t tepui_survival(tepui_lifetime *x, size_t n, tepui_survival_step *out);
/* The smallest time with S <= 1 - p, INFINITY where S never falls that far, and its interval (Brookmeyer and Crowley
   1982, by the log-log interval of S). */
tepui_quantile tepui_survival_quantile(const tepui_survival_step *s, size_t steps, double p, double confidence);

#ifdef __cplusplus
}
#endif
#endif
