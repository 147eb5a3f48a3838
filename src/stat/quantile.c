/* quantile.c -- quantiles and their distribution-free intervals.

   For order statistics X_(1) <= ... <= X_(n): P(X_(r) <= q_p <= X_(s)) >= P(r <= B <= s - 1), B ~ Binomial(n, p)
   (David and Nagaraja, Order Statistics, section 7.1), so r is the largest rank with P(B < r) <= (1 - c)/2 and s the
   smallest with P(B >= s) <= (1 - c)/2. Ties and atoms only make the interval wider than needed, never too short.
   The value lies at position 1 + p (n - 1), linear between neighbours (Hyndman and Fan 1996, type 7); next to an
   infinite one nothing is linear: it is the zero, or else the infinite one.

   Samples censored at one common limit, +INFINITY, keep their ranks, whatever their times would have been: so do order
   statistics below the limit, their intervals, and the estimate of Kaplan and Meier, 1 - F_n up to the limit, which
   jumps to 1 - p at X_(ceil(np)), one of the two neighbours above. */
#include "binomial.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <tepui/stat.h>

/* Largest rank r in 0..n with P(B <= r - 1) <= tail < 1/2. Then r - 1 < n p, as ceil(n p) is no less than the median
   of B. */
static uint64_t lower_rank(uint64_t n, double p, double q, double tail)
{
    if (p >= 1.0) return n; /* B = n */
    uint64_t low = 0, high = (uint64_t)ceil((double)n * p) + 1;
    while (high - low > 1) {
        const uint64_t mid = low + (high - low) / 2;
        if (binomial_lower((double)n, p, q, (double)mid - 1.0) <= tail)
            low = mid;
        else
            high = mid;
    }
    return low;
}

void tepui_quantile_ranks(uint64_t n, double p, double confidence, uint64_t *r, uint64_t *s)
{
    const double tail = 0.5 * (1.0 - confidence);
    *r = lower_rank(n, p, 1.0 - p, tail);
    *s = n + 1 - lower_rank(n, 1.0 - p, p, tail); /* n - B ~ Binomial(n, 1 - p) */
}

/* An order statistic: its value, and what bounds it when only its bin is known. */
typedef struct {
    double low, value, high;
} order_statistic;

static order_statistic exactly(double x)
{
    return (order_statistic){x, x, x};
}

/* The j-th of c values known to lie in [low, high]: spread evenly. */
static order_statistic within(double low, double high, double j, double c)
{
    return (order_statistic){low, low + (high - low) * ((j - 0.5) / c), high};
}

/* The j-th value of bin i. Those equal to 0 are the least of theirs. */
static order_statistic in_bin(const tepui_accumulator *a, size_t i, uint64_t j)
{
    const tepui_histogram *h = &a->histogram;
    const double w = tepui_histogram_width(h), edge = (double)(h->first + (int64_t)i) * w;
    const uint64_t zeros = edge == 0.0 ? a->origin : 0;
    if (j <= zeros) return exactly(0.0);
    order_statistic at =
        within(edge, (double)(h->first + (int64_t)i + 1) * w, (double)(j - zeros), (double)(h->count[i] - zeros));
    at.low = fmax(at.low, h->minimum);
    at.high = fmin(at.high, h->maximum);
    at.value = fmin(fmax(at.value, at.low), at.high);
    return at;
}

/* Zeros first, then what lies under the limits, the bins, what lies over, and the infinite; rank in 1..n. */
static order_statistic from_histogram(const tepui_accumulator *a, uint64_t rank)
{
    const tepui_histogram *h = &a->histogram;
    if (rank <= a->zero) return exactly(-INFINITY);
    rank -= a->zero;
    if (rank <= h->under) return within(a->moments.minimum, h->low, (double)rank, (double)h->under);
    rank -= h->under;
    for (size_t i = 0; i < h->bins; i++) {
        if (rank <= h->count[i]) return in_bin(a, i, rank);
        rank -= h->count[i];
    }
    if (rank <= h->over) return within(h->high, a->moments.maximum, (double)rank, (double)h->over);
    return exactly(INFINITY);
}

static double median_of_three(double a, double b, double c)
{
    return a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
}

/* Hoare's FIND: puts the value of a 0-based rank in its place, smaller ones before and larger ones after it. */
static double find(double *x, size_t n, size_t rank)
{
    int64_t low = 0, high = (int64_t)n - 1, k = (int64_t)rank;
    while (low < high) {
        const double pivot = median_of_three(x[low], x[low + (high - low) / 2], x[high]);
        int64_t i = low, j = high;
        while (i <= j) {
            while (x[i] < pivot) i++;
            while (x[j] > pivot) j--;
            if (i > j) break;
            const double t = x[i];
            x[i++] = x[j];
            x[j--] = t;
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            break;
    }
    return x[k];
}

/* Values to look ranks up in: the raw ones where all are held, or the histogram. */
typedef struct {
    const tepui_accumulator *a;
    double *raw; /* scratch, or NULL */
    size_t n;
} sample;

static sample sample_of(const tepui_accumulator *a, double *scratch)
{
    sample s = {a, NULL, 0};
    if (a->raw_count != a->count || !scratch) return s;
    for (size_t i = 0; i < a->raw_count; i++)
        if (a->raw[i] < INFINITY || (a->censors && a->raw[i] == INFINITY)) scratch[s.n++] = a->raw[i];
    s.raw = scratch;
    return s;
}

static order_statistic at_rank(const sample *s, uint64_t rank)
{
    return s->raw ? exactly(find(s->raw, s->n, (size_t)rank - 1)) : from_histogram(s->a, rank);
}

static double value_at(const sample *s, uint64_t n, double position)
{
    const uint64_t k = (uint64_t)position;
    const double a = at_rank(s, k).value, part = position - (double)k;
    if (part == 0.0 || k >= n || isinf(a)) return a;
    return a + part * (at_rank(s, k + 1).value - a);
}

tepui_quantile tepui_accumulator_quantile_ranked(const tepui_accumulator *a, double p, uint64_t r, uint64_t s,
                                                 double *scratch)
{
    const uint64_t n = a->count - a->nan;
    if (n == 0) return (tepui_quantile){NAN, NAN, NAN};
    const sample from = sample_of(a, scratch);
    return (tepui_quantile){.value = value_at(&from, n, 1.0 + p * (double)(n - 1)),
                            .low = r >= 1 ? at_rank(&from, r).low : -INFINITY,
                            .high = s <= n ? at_rank(&from, s).high : INFINITY};
}

tepui_quantile tepui_accumulator_quantile(const tepui_accumulator *a, double p, double confidence, double *scratch)
{
    uint64_t r = 0, s = 0;
    if (a->count > a->nan) tepui_quantile_ranks(a->count - a->nan, p, confidence, &r, &s);
    return tepui_accumulator_quantile_ranked(a, p, r, s, scratch);
}
