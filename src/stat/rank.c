/* rank.c -- Spearman's rank correlation with ties, and its interval.

   rho is Pearson's correlation of the ranks, equal values sharing the mean of theirs (midranks; Kendall, Rank
   Correlation Methods, chapter 3). Ranks know no distances: infinities are values like any other, and times beyond a
   common limit, all +INFINITY, are one tie. Twice the ranks less their mean are whole numbers, so that all sums are
   exact up to n = 2^17, and rho is 1 or -1 only where the ranks agree.

   Interval: tanh(atanh(rho) -+ z sqrt((1 + rho^2/2) / (n - 3))), z = 1.96 (Bonett and Wright, Psychometrika 65, 23
   (2000)). A perfect order would be certain by that formula, after four pairs too; beyond 1 - 12 / (n^3 - n), one swap
   of neighbours away from it, the inner end stays where it is there and the outer one is 1 in size. */
#include <math.h>
#include <stdlib.h>
#include <tepui/stat.h>

#define SIGMAS 1.959963984540054
#define FEWEST 4u

typedef struct {
    double value, place;
} placed;

static int by_value(const void *a, const void *b)
{
    const double x = ((const placed *)a)->value, y = ((const placed *)b)->value;
    return (x > y) - (x < y);
}

/* rank[i] = twice the midrank of p[i], less its mean: ranks from..to - 1 (from 0) of m share from + to - m. */
static void rank_all(placed *p, size_t m, double *rank)
{
    qsort(p, m, sizeof *p, by_value);
    for (size_t from = 0, to; from < m; from = to) {
        for (to = from + 1; to < m && p[to].value == p[from].value;) to++;
        for (size_t i = from; i < to; i++) rank[(size_t)p[i].place] = (double)(from + to) - (double)m;
    }
}

/* The values of one variable in pairs without NaN, and where they stood; returns how many. */
static size_t gather(const double *of, const double *other, size_t n, placed *out)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(of[i]) && !isnan(other[i])) {
            out[m] = (placed){of[i], (double)m};
            m++;
        }
    return m;
}

double tepui_rank_correlation(const double *x, const double *y, size_t n, double *scratch)
{
    double *a = scratch, *b = scratch + n, ab = 0, aa = 0, bb = 0;
    placed *p = (placed *)(scratch + 2 * n);
    rank_all(p, gather(x, y, n, p), a);
    const size_t m = gather(y, x, n, p);
    rank_all(p, m, b);
    for (size_t i = 0; i < m; i++) {
        ab += a[i] * b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : NAN;
}

void tepui_rank_correlation_interval(double rho, size_t n, double *low, double *high)
{
    const double size = fabs(rho), m = (double)n, next = 1 - 12 / (m * (m * m - 1));
    *low = isnan(rho) ? NAN : -1;
    *high = isnan(rho) ? NAN : 1;
    if (isnan(rho) || n < FEWEST) return;
    const double r = fmin(size, next), half = SIGMAS * sqrt((1 + r * r / 2) / (m - 3));
    const double inner = tanh(atanh(r) - half), outer = size > next ? 1 : tanh(atanh(r) + half);
    *low = rho < 0 ? -outer : inner;
    *high = rho < 0 ? -inner : outer;
}
