/* rank.c -- Spearman's rank correlation with ties, and its interval.

   rho is Pearson's correlation of the ranks, equal values sharing the mean of theirs (midranks; Kendall, Rank
   Correlation Methods, chapter 3). Ranks know no distances: infinities are values like any other, and times beyond a
   common limit, all +INFINITY, are one tie. Twice the ranks less their mean are whole numbers, so that all sums are
   exact up to n = 2^17, and rho is 1 or -1 only where the ranks agree.

   Standard error: the infinitesimal jackknife (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, sect.
   21.2), sqrt(sum I_i^2 / (n (n - 3))), I_i the influence of pair i. rho is <f g> / sqrt(<f f> <g g>), f and g the
   midranks over n, less 1/2; weight on pair i adds f_i g_i, and raises by one the ranks above it, by a half its own:
   sums over those are sums from the top of the order. Interval of atanh(rho), of error / (1 - rho^2).

   Interval where no pairs are at hand: tanh(atanh(rho) -+ z sqrt((1 + rho^2/2) / (n - 3))), z = 1.96 (Bonett and
   Wright, Psychometrika 65, 23 (2000)). A perfect order would be certain by that formula, after four pairs too; beyond
   1 - 12 / (n^3 - n), one swap of neighbours away from it, the inner end stays where it is there and the outer one is 1
   in size. */
#include <base/elementary.h>
#include <math.h>
#include <stdlib.h>
#include <tepui/stat.h>

#define SIGMAS 1.959963984540054
#define FEWEST 4u

typedef struct {
    double value, index;
} ranked;

static int by_value(const void *a, const void *b)
{
    const double x = ((const ranked *)a)->value, y = ((const ranked *)b)->value;
    return (x > y) - (x < y);
}

/* rank[i] = twice the midrank of p[i], less its mean: ranks from..to - 1 (from 0) of m share from + to - m. */
static void rank_all(ranked *p, size_t m, double *rank)
{
    qsort(p, m, sizeof *p, by_value);
    for (size_t from = 0, to; from < m; from = to) {
        for (to = from + 1; to < m && p[to].value == p[from].value;) to++;
        for (size_t i = from; i < to; i++) rank[(size_t)p[i].index] = (double)(from + to) - (double)m;
    }
}

/* The values of one variable in pairs without NaN, and where they stood; returns how many. */
static size_t gather(const double *of, const double *other, size_t n, ranked *out)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(of[i]) && !isnan(other[i])) {
            out[m] = (ranked){of[i], (double)m};
            m++;
        }
    return m;
}

/* out[i] = mean over k of s(x_i, x_k) w_k, s = 1/2, 0 or -1/2 where x_k is above, equal or below; p: sorted pairs. */
static void lift(const ranked *p, size_t m, const double *w, double *out)
{
    double below = 0, all = 0;
    for (size_t i = 0; i < m; i++) all += w[i];
    for (size_t from = 0, to; from < m; from = to) {
        double here = 0;
        for (to = from; to < m && p[to].value == p[from].value; to++) here += w[(size_t)p[to].index];
        for (size_t i = from; i < to; i++)
            out[(size_t)p[i].index] += (0.5 * (all - below - here) - 0.5 * below) / (double)m;
        below += here;
    }
}

static double mean_product(const double *a, const double *b, size_t m)
{
    double sum = 0;
    for (size_t i = 0; i < m; i++) sum += a[i] * b[i];
    return sum / (double)m;
}

/* Adds to influence[] what `variable` does through its ranks: of <f g>, and of <f f>, in units of rho. */
static void influence_of(ranked *p, size_t m, const double *f, const double *g, double rho, double *influence)
{
    const double ff = mean_product(f, f, m), gg = mean_product(g, g, m), scale = sqrt(ff * gg);
    double *w = (double *)(p + m);
    for (size_t i = 0; i < m; i++) w[i] = g[i] / scale - rho * f[i] / ff;
    lift(p, m, w, influence);
    for (size_t i = 0; i < m; i++) influence[i] += 0.5 * (f[i] * g[i] / scale - rho * f[i] * f[i] / ff);
}

double tepui_rank_correlation_error(const double *x, const double *y, size_t n, double *scratch)
{
    double *a = scratch, *b = scratch + n, *influence = scratch + 2 * n, sum = 0;
    ranked *p = (ranked *)(scratch + 3 * n);
    const size_t m = gather(x, y, n, p);
    rank_all(p, m, a);
    gather(y, x, n, p);
    rank_all(p, m, b);
    for (size_t i = 0; i < m; i++) {
        a[i] /= 2 * (double)m;
        b[i] /= 2 * (double)m;
        influence[i] = 0;
    }
    const double rho = mean_product(a, b, m) / sqrt(mean_product(a, a, m) * mean_product(b, b, m));
    influence_of(p, m, b, a, rho, influence);
    gather(x, y, n, p);
    qsort(p, m, sizeof *p, by_value);
    influence_of(p, m, a, b, rho, influence);
    for (size_t i = 0; i < m; i++) sum += influence[i] * influence[i];
    return m < FEWEST ? NAN : sqrt(sum / ((double)m * ((double)m - 3)));
}

static double inverse_tanh(double x)
{
    return 0.5 * (elementary_log1p(x) - elementary_log1p(-x));
}

void tepui_rank_correlation_jackknife(double rho, double error, size_t n, double *low, double *high)
{
    const double m = (double)n, next = 1 - 12 / (m * (m * m - 1));
    tepui_rank_correlation_interval(rho, n, low, high);
    if (!(error > 0) || n < FEWEST || fabs(rho) > next) return; /* a perfect order shows no spread */
    const double half = SIGMAS * error / (1 - rho * rho);
    *low = elementary_tanh(inverse_tanh(rho) - half);
    *high = elementary_tanh(inverse_tanh(rho) + half);
}

double tepui_rank_correlation(const double *x, const double *y, size_t n, double *scratch)
{
    double *a = scratch, *b = scratch + n, ab = 0, aa = 0, bb = 0;
    ranked *p = (ranked *)(scratch + 2 * n);
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
    const double inner = elementary_tanh(inverse_tanh(r) - half),
                 outer = size > next ? 1 : elementary_tanh(inverse_tanh(r) + half);
    *low = rho < 0 ? -outer : inner;
    *high = rho < 0 ? -inner : outer;
}
