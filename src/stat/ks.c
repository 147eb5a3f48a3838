/* ks.c -- Kolmogorov-Smirnov tests of fully specified continuous laws (with ties the p-values are too large).

   One sample, z = d sqrt(n):
     far tail, z >= 2     2 P(D+ >= d) by Smirnov's sum (Birnbaum and Tingey 1951), relative error < 1e-9
     n <= 500             Marsaglia, Tsang and Wang, J. Stat. Softw. 8(18), 2003: exact
     n > 500              four terms of Pelz and Good, J. R. Statist. Soc. B 38, 152 (1976): error some 0.1 / n^2
   Beyond n = 1e6 the sum becomes exp(-2 (z + 1/(6 sqrt(n)))^2), relative error some z^4 / (2 n).
   Two samples: exact by counting lattice paths up to n m = 1e7, then the limit law with Stephens' correction. */
#include <base/elementary.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/stat.h>

#define TAIL 2.0
#define MATRIX_UP_TO 500
#define SUM_UP_TO 1000000
#define PATHS_UP_TO 1e7

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

/* --- one sample */

/* P(D+ >= d) = d sum_{j <= n(1-d)} C(n,j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j); all terms are positive. */
static double smirnov_tail(double d, size_t count)
{
    const double n = (double)count, z = d * sqrt(n);
    if (d >= 1.0) return 0.0;
    if (count > SUM_UP_TO) return elementary_exp(-2 * elementary_pow(z + 1 / (6 * sqrt(n)), 2));
    double sum = elementary_exp(n * elementary_log1p(-d)), lnchoose = 0.0;
    for (size_t i = 1; (double)i < n * (1.0 - d); i++) {
        const double j = (double)i, t = d + j / n;
        lnchoose += elementary_log((n - j + 1) / j);
        sum += d * elementary_exp(lnchoose + (j - 1) * elementary_log(t) + (n - j) * elementary_log1p(-t));
    }
    return sum;
}

/* H of Marsaglia, Tsang and Wang: P(D_n < d) = n!/n^n (H^n)_kk, d = (k - h)/n. */
static void fill_transition(double *H, size_t m, double h)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++) H[i * m + j] = i + 1 >= j ? 1.0 : 0.0;
    for (size_t i = 0; i < m; i++) {
        H[i * m] -= elementary_pow(h, (double)i + 1);
        H[(m - 1) * m + i] -= elementary_pow(h, (double)(m - i));
    }
    H[(m - 1) * m] += 2 * h - 1 > 0 ? elementary_pow(2 * h - 1, (double)m) : 0;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j <= i + 1 && j < m; j++) H[i * m + j] /= gsl_sf_gamma((double)(i + 2 - j));
}

/* v <- v H s */
static void step(double *v, double *work, const double *H, size_t m, double s)
{
    memset(work, 0, m * sizeof *work);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j <= i + 1 && j < m; j++) work[j] += v[i] * H[i * m + j];
    for (size_t j = 0; j < m; j++) v[j] = work[j] * s;
}

/* P(D_n < d), z < TAIL: n products of H with a vector, the factors of n!/n^n taken in on the way. */
static double matrix_below(double d, size_t n)
{
    const size_t k = (size_t)((double)n * d) + 1, m = 2 * k - 1;
    double *H = malloc(m * m * sizeof *H), *v = calloc(2 * m, sizeof *v), result = NAN;
    if (H && v) {
        fill_transition(H, m, (double)k - (double)n * d);
        v[k - 1] = 1.0;
        for (size_t i = 1; i <= n; i++) step(v, v + m, H, m, (double)i / (double)n);
        result = v[k - 1];
    } else {
        tepui_miss_memory();
    }
    free(H);
    free(v);
    return result;
}

/* Terms of Pelz and Good for u = pi^2 (k + 1/2)^2 and w = pi^2 k^2, without sqrt(pi/2) and the powers of z. */
static double pelz_good_term(double u, double w, double z, double root)
{
    const double z2 = z * z, z4 = z2 * z2, z6 = z4 * z2, eu = elementary_exp(-u / (2 * z2)),
                 ew = elementary_exp(-w / (2 * z2));
    const double k0 = eu / z;
    const double k1 = (u - z2) * eu / (6 * z4);
    const double k2 = ((6 * z6 + 2 * z4) + u * (2 * z4 - 5 * z2) + u * u * (1 - 2 * z2)) * eu / (72 * z6 * z) -
                      w * ew / (36 * z2 * z);
    const double k3 = (u * u * u * (5 - 30 * z2) + u * u * (-60 * z2 + 212 * z4) + u * (135 * z4 - 96 * z6) -
                       (30 * z6 + 90 * z6 * z2)) *
                          eu / (6480 * z6 * z4) +
                      (-w * w + 3 * w * z2) * ew / (216 * z6);
    return k0 + (k1 + (k2 + k3 / root) / root) / root;
}

/* P(D_n < z / sqrt(n)) for large n, z < TAIL */
static double pelz_good_below(double z, double n)
{
    double sum = 0.0;
    if (z < 0.05) return 0.0;
    for (int k = -12; k <= 12; k++) {
        const double u = M_PI * (k + 0.5), w = M_PI * k;
        sum += pelz_good_term(u * u, w * w, z, sqrt(n));
    }
    return sqrt(M_PI / 2) * sum;
}

static double probability(double p)
{
    return p < 0.0 ? 0.0 : p > 1.0 ? 1.0 : p; /* NaN stays */
}

double tepui_ks_pvalue(double d, size_t n)
{
    const double z = d * sqrt((double)n);
    if (n == 0 || isnan(d)) return NAN;
    if (d <= 0.0) return 1.0;
    if (z >= TAIL || d >= 1.0) return probability(2 * smirnov_tail(d, n));
    return probability(1.0 - (n <= MATRIX_UP_TO ? matrix_below(d, n) : pelz_good_below(z, (double)n)));
}

/* --- two samples */

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

/* Under the null law all orders of the n x's and m y's are equally likely: lattice paths from (0,0) to (n,m). hit[j] is
   the probability that a random path to (i,j) has met |i/n - j/m| >= d; its last step came from (i-1,j) with
   probability i/(i+j). */
static double paths(double d, size_t n, size_t m)
{
    const double bound = floor(d * (double)n * (double)m + 0.5) - 0.5; /* d is a multiple of 1/(n m) */
    double *hit = malloc((m + 1) * sizeof *hit);
    if (!hit) tepui_miss_memory();
    if (!hit) return NAN;
    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++) {
            const double from = i + j ? (double)i / (double)(i + j) : 0.0;
            const double before = (i ? from * hit[j] : 0.0) + (j ? (1.0 - from) * hit[j - 1] : 0.0);
            hit[j] = fabs((double)i * (double)m - (double)j * (double)n) > bound ? 1.0 : before;
        }
    const double p = hit[m];
    free(hit);
    return p;
}

/* Q(z) = 2 sum (-1)^(k-1) exp(-2 k^2 z^2); for small z the dual (theta) series. */
static double limit_tail(double z)
{
    double sum = 0.0;
    if (z < 0.2) return 1.0;
    if (z < 1.18) {
        const double y = elementary_exp(-M_PI * M_PI / (8 * z * z));
        return 1.0 - sqrt(2 * M_PI) / z * (y + elementary_pow(y, 9) + elementary_pow(y, 25) + elementary_pow(y, 49));
    }
    for (int k = 1; k <= 20; k++) sum += (k % 2 ? 2.0 : -2.0) * elementary_exp(-2.0 * k * k * z * z);
    return sum;
}

double tepui_ks_two_sample_pvalue(double d, size_t n, size_t m)
{
    if (n == 0 || m == 0 || isnan(d)) return NAN;
    if (d <= 0.0) return 1.0;
    if ((double)n * (double)m <= PATHS_UP_TO) return probability(paths(d, n, m));
    const double root = sqrt((double)n / (double)(n + m) * (double)m);
    return limit_tail(d * (root + 0.12 + 0.11 / root));
}
