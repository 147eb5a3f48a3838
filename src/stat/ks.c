/* ks.c -- Kolmogorov-Smirnov tests of fully specified continuous laws.

   One sample: exact distribution by Marsaglia, Tsang and Wang (2003) up to n = 500; beyond, the limit with Stephens'
   correction sqrt(n) + 0.12 + 0.11/sqrt(n), whose p-values are good to about 1e-3 relative there. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/stat.h>

#define EXACT_UP_TO 500

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double tepui_ks_statistic(double *x, size_t n, double (*cdf)(double, const void *), const void *arg)
{
    double d = 0.0;
    qsort(x, n, sizeof *x, ascending);
    for (size_t i = 0; i < n; i++) {
        const double f = cdf(x[i], arg);
        d = fmax(d, fmax((double)(i + 1) / (double)n - f, f - (double)i / (double)n));
    }
    return d;
}

/* Q(z) = 2 sum (-1)^(k-1) exp(-2 k^2 z^2); for small z the dual (theta) series. */
static double limit_tail(double z)
{
    double sum = 0.0;
    if (z < 0.2) return 1.0;
    if (z < 1.18) {
        const double y = exp(-M_PI * M_PI / (8 * z * z));
        return 1.0 - sqrt(2 * M_PI) / z * (y + pow(y, 9) + pow(y, 25) + pow(y, 49));
    }
    for (int k = 1; k <= 20; k++) sum += (k % 2 ? 2.0 : -2.0) * exp(-2.0 * k * k * z * z);
    return sum;
}

/* H of Marsaglia, Tsang and Wang: P(D_n < d) = n!/n^n (H^n)_kk, d = (k - h)/n. */
static void fill_transition(double *H, size_t m, double h)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++) H[i * m + j] = i + 1 >= j ? 1.0 : 0.0;
    for (size_t i = 0; i < m; i++) {
        H[i * m] -= pow(h, (double)i + 1);
        H[(m - 1) * m + i] -= pow(h, (double)(m - i));
    }
    H[(m - 1) * m] += 2 * h - 1 > 0 ? pow(2 * h - 1, (double)m) : 0;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j <= i + 1 && j < m; j++)
            for (size_t g = 1; g <= i + 1 - j; g++) H[i * m + j] /= (double)g;
}

/* P(D_n < d), by n multiplications with a vector: (H^n)_{k-1,k-1} n!/n^n, rescaled as it goes. */
static double exact_below(double d, size_t n)
{
    const size_t k = (size_t)((double)n * d) + 1, m = 2 * k - 1;
    double *H = malloc(m * m * sizeof *H), *v = calloc(2 * m, sizeof *v), result = NAN;
    if (H && v) {
        fill_transition(H, m, (double)k - (double)n * d);
        v[k - 1] = 1.0;
        for (size_t step = 1; step <= n; step++) {
            double *to = v + m;
            for (size_t j = 0; j < m; j++) {
                double s = 0;
                for (size_t i = 0; i < m; i++) s += v[i] * H[i * m + j];
                to[j] = s * (double)step / (double)n;
            }
            memcpy(v, to, m * sizeof *v);
        }
        result = v[k - 1];
    }
    free(H);
    free(v);
    return result;
}

double tepui_ks_pvalue(double d, size_t n)
{
    const double root = sqrt((double)n);
    if (n == 0) return NAN;
    if (n <= EXACT_UP_TO && root * d < 3.0) return fmin(1.0, fmax(0.0, 1.0 - exact_below(d, n)));
    return limit_tail(d * (root + 0.12 + 0.11 / root));
}

double tepui_ks_two_sample(double *x, size_t n, double *y, size_t m)
{
    double d = 0.0;
    size_t i = 0, j = 0;
    qsort(x, n, sizeof *x, ascending);
    qsort(y, m, sizeof *y, ascending);
    while (i < n && j < m) {
        const double at = x[i] < y[j] ? x[i] : y[j];
        while (i < n && x[i] <= at) i++;
        while (j < m && y[j] <= at) j++;
        d = fmax(d, fabs((double)i / (double)n - (double)j / (double)m));
    }
    return d;
}

double tepui_ks_two_sample_pvalue(double d, size_t n, size_t m)
{
    const double root = sqrt((double)n * (double)m / (double)(n + m));
    return limit_tail(d * (root + 0.12 + 0.11 / root));
}
