/* quantile.c -- quantiles and their distribution-free intervals.

   For order statistics X_(1) <= ... <= X_(n): P(X_(r) <= q_p <= X_(s)) >= P(r <= B <= s - 1), B ~ Binomial(n, p)
   (David and Nagaraja, Order Statistics, section 7.1), so r is the largest rank with P(B < r) <= (1 - c)/2 and s the
   smallest with P(B >= s) <= (1 - c)/2. Ties and atoms only make the interval wider than needed, never too short. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/stat.h>

/* P(B <= k), through the incomplete beta function: P(B <= k) = I_{1-p}(n - k, k + 1), good for any n. */
static double binomial_below(double k, double p, double n)
{
    if (k < 0) return 0.0;
    return k >= n ? 1.0 : gsl_cdf_beta_P(1.0 - p, n - k, k + 1.0);
}

void tepui_quantile_ranks(uint64_t n, double p, double confidence, uint64_t *r, uint64_t *s)
{
    const double tail = 0.5 * (1.0 - confidence), total = (double)n;
    uint64_t low = 0, high = n + 1; /* largest rank with P(B <= rank - 1) <= tail lies in [low, high) */
    while (high - low > 1) {
        const uint64_t mid = low + (high - low) / 2;
        if (binomial_below((double)mid - 1.0, p, total) <= tail)
            low = mid;
        else
            high = mid;
    }
    *r = low;
    low = 0;
    high = n + 1; /* smallest rank with P(B <= rank - 1) >= 1 - tail, n + 1 if none */
    while (high - low > 1) {
        const uint64_t mid = low + (high - low) / 2;
        if (gsl_cdf_beta_Q(1.0 - p, total - ((double)mid - 1.0), (double)mid) <= tail)
            high = mid;
        else
            low = mid;
    }
    *s = high;
}

/* A sample seen as ordered values: zeros at -INFINITY first, then what lies under, the bins, and over. */
typedef struct {
    const tepui_accumulator *a;
    const double *sorted; /* all values in order, or NULL: from the histogram */
} ordered;

/* Where the 1-based rank lies: a value between the edges of its bin, linear inside (low, value, high). */
static void at_rank(const ordered *o, double rank, double out[3])
{
    const tepui_histogram *h = &o->a->histogram;
    const double w = tepui_histogram_width(h);
    double before = (double)o->a->zero;
    out[0] = out[1] = out[2] = -INFINITY;
    if (rank <= before + (double)h->under) {
        if (rank > before) out[2] = h->low;
        return;
    }
    before += (double)h->under;
    for (size_t i = 0; i < h->bins; i++) {
        const double c = (double)h->count[i], edge = ((double)h->first + (double)i) * w;
        if (c > 0 && rank <= before + c) {
            out[0] = fmax(edge, h->minimum);
            out[2] = fmin(edge + w, h->maximum);
            out[1] = fmin(fmax(edge + w * (rank - before - 0.5) / c, out[0]), out[2]);
            return;
        }
        before += c;
    }
    out[0] = h->high;
    out[1] = out[2] = INFINITY;
}

/* Quantile at real rank position: linear between neighbouring order statistics (Hyndman and Fan, type 7). */
static double sorted_quantile(const double *x, size_t n, double p)
{
    const double at = p * (double)(n - 1);
    const size_t i = (size_t)at;
    if (i + 1 >= n) return x[n - 1];
    if (x[i] == -INFINITY || at == (double)i) return x[i];
    return x[i] + (at - (double)i) * (x[i + 1] - x[i]);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Raw values without NaN, in order; NULL when not all samples are held or there is no room. */
static double *sort_raw(const tepui_accumulator *a, double *scratch, size_t *n)
{
    *n = 0;
    if (a->raw_count != a->count || !scratch) return NULL;
    for (size_t i = 0; i < a->raw_count; i++)
        if (!isnan(a->raw[i]) && a->raw[i] != INFINITY) scratch[(*n)++] = a->raw[i];
    qsort(scratch, *n, sizeof *scratch, ascending);
    return scratch;
}

tepui_quantile tepui_accumulator_quantile(const tepui_accumulator *a, double p, double confidence, double *scratch)
{
    uint64_t r = 0, s = 0;
    if (a->count > a->nan) tepui_quantile_ranks(a->count - a->nan, p, confidence, &r, &s);
    return tepui_accumulator_quantile_ranked(a, p, r, s, scratch);
}

tepui_quantile tepui_accumulator_quantile_ranked(const tepui_accumulator *a, double p, uint64_t r, uint64_t s,
                                                 double *scratch)
{
    const uint64_t n = a->count - a->nan;
    tepui_quantile q = {NAN, NAN, NAN};
    size_t held;
    if (n == 0) return q;
    q.low = -INFINITY;
    q.high = INFINITY;
    const ordered o = {a, sort_raw(a, scratch, &held)};
    if (o.sorted) {
        q.value = sorted_quantile(o.sorted, held, p);
        if (r >= 1) q.low = o.sorted[r - 1];
        if (s <= n) q.high = o.sorted[s - 1];
        return q;
    }
    double place[3];
    at_rank(&o, 1.0 + p * (double)(n - 1), place);
    q.value = place[1];
    if (r >= 1) at_rank(&o, (double)r, place), q.low = place[0];
    if (s <= n) at_rank(&o, (double)s, place), q.high = place[2];
    return q;
}
