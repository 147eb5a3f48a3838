/* Kolmogorov-Smirnov: published and independently computed values, uniform p-values under the null, power. */
#include "shared.h"
#include "test.h"
#include <gsl/gsl_cdf.h>

static double uniform_cdf(double x, const void *arg)
{
    (void)arg;
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static double normal_cdf(double x, const void *sigma)
{
    return gsl_cdf_gaussian_P(x, *(const double *)sigma);
}

static void statistic(void)
{
    double x[] = {0.9, 0.1, 0.5}, y[] = {0.6, 0.7, 0.8}, a[] = {1, 2, 3, 4}, b[] = {2.5, 3.5}, c[] = {1, 1, 2},
           d[] = {1, 2, 2};
    CHECK_NEAR(tepui_ks_statistic(x, 3, uniform_cdf, NULL), 1 / 3.0 - 0.1,
               1e-15); /* after the 0.1, and before the 0.9 */
    CHECK(x[0] == 0.1 && x[2] == 0.9);
    CHECK_NEAR(tepui_ks_statistic(y, 3, uniform_cdf, NULL), 0.6, 1e-15); /* before the first */
    CHECK(tepui_ks_two_sample(a, 4, b, 2) == 0.5);
    CHECK_NEAR(tepui_ks_two_sample(c, 3, d, 3), 1 / 3.0, 1e-15); /* ties count once */
}

/* n = 1: P(D >= d) = 2 (1 - d) for d >= 1/2. n = 2: 2 (1 - d)^2 for d >= 1/2. n = 10: Marsaglia, Tsang and Wang (2003),
   P(D < 0.274) = 0.628479615456504. Then scipy.stats.kstwo.sf (1.10.1), which is exact for n <= 140. */
static void small_samples(void)
{
    const struct {
        size_t n;
        double d, p;
    } want[] = {
        {1, 0.8, 0.4},
        {2, 0.6, 0.32},
        {10, 0.274, 1 - 0.6284796154565043},
        {3, 0.5, 1 / 3.0},
        {5, 0.3, 0.664},
        {10, 0.5, 0.00777741},
        {20, 0.2, 0.352720173623415},
        {50, 0.15, 0.19026366518248072},
        {100, 0.1, 0.2526927570063874},
        {140, 0.12, 0.03252638258561632},
    };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        CHECK_NEAR(tepui_ks_pvalue(want[i].d, want[i].n), want[i].p, 1e-13);
}

/* The matrix method with 60 digits (mpmath); Pelz and Good's error is some 0.1/n^2. */
static void large_samples(void)
{
    CHECK_NEAR(tepui_ks_pvalue(0.05, 501), 0.15787202533927043, 0.1 / (501.0 * 501));
    CHECK_NEAR(tepui_ks_pvalue(0.03, 501), 0.74623639435020377, 0.1 / (501.0 * 501));
    CHECK_NEAR(tepui_ks_pvalue(0.04, 1000), 0.079339554975401234, 1e-7);
    CHECK_NEAR(tepui_ks_pvalue(0.02, 1000), 0.81089713107021215, 1e-7);
}

/* The methods meet: at n = 500 | 501, at sqrt(n) d = 2 and at n = 1e6. The p-value itself moves by less than
   1e-3 relative over each step. */
static void seams(void)
{
    for (double z = 0.4; z < 1.95; z += 0.1)
        CHECK_NEAR(tepui_ks_pvalue(z / sqrt(501), 501) / tepui_ks_pvalue(z / sqrt(500), 500), 1, 1e-3);
    const size_t n[] = {10, 100, 500, 501, 5000, 100000};
    for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
        const double root = sqrt((double)n[i]);
        CHECK_NEAR(tepui_ks_pvalue(2.00001 / root, n[i]) / tepui_ks_pvalue(1.99999 / root, n[i]), 1, 5e-4);
    }
    const double far = tepui_ks_pvalue(3e-3, 1000000), over = tepui_ks_pvalue(3e-3 / sqrt(1.000001), 1000001);
    CHECK_NEAR(over / far, 1, 81 / 2e6);       /* z^4 / (2 n) */
    CHECK_NEAR(far / (2 * exp(-18)), 1, 5e-3); /* limit law, -2 z / (3 sqrt(n)) off */
}

static void ends(void)
{
    CHECK(tepui_ks_pvalue(0, 10) == 1 && tepui_ks_pvalue(1, 10) == 0);
    CHECK(tepui_ks_pvalue(1e-9, 400) == 1 && tepui_ks_pvalue(1e-9, 1000) == 1);
    CHECK(isnan(tepui_ks_pvalue(0.5, 0)) && isnan(tepui_ks_pvalue(NAN, 10)));
    CHECK(tepui_ks_two_sample_pvalue(0, 5, 5) == 1 && isnan(tepui_ks_two_sample_pvalue(0.5, 0, 5)));
    CHECK(tepui_ks_pvalue(0.9, 50) > 0 && tepui_ks_pvalue(0.9, 50) < 1e-40); /* (1 - d)^n is 1e-50 */
    double last = 1;
    for (double d = 0.001; d < 1; d += 0.001) {
        const double p = tepui_ks_pvalue(d, 60);
        CHECK(p <= last + 1e-12);
        last = p;
    }
}

/* Total separation of n and n: 2 / C(2n, n). The others: scipy's exact ks_2samp (1.10.1). 4000 and 3000 go by the
   limit: exact 0.089795730; the correction leaves an error below 1e-3 of it. */
static void two_samples(void)
{
    CHECK_NEAR(tepui_ks_two_sample_pvalue(1, 4, 4) * 35, 1, 1e-14);
    CHECK_NEAR(tepui_ks_two_sample_pvalue(1, 20, 20) * 68923264410.0, 1, 1e-13);
    CHECK_NEAR(tepui_ks_two_sample_pvalue(3 / 7.0, 7, 7), 0.5751748251748252, 1e-14);
    CHECK_NEAR(tepui_ks_two_sample_pvalue(0.5, 10, 20), 0.062288669185220906, 1e-14);
    CHECK_NEAR(tepui_ks_two_sample_pvalue(0.9, 10, 20), 5.59160978951084e-06, 1e-18);
    CHECK_NEAR(tepui_ks_two_sample_pvalue(7 / 30.0, 30, 40), 0.27124368406521887, 1e-14);
    CHECK_NEAR(tepui_ks_two_sample_pvalue(0.2, 100, 150), 0.014781614342211473, 1e-14);
    CHECK_NEAR(tepui_ks_two_sample_pvalue(0.08, 1000, 1000), 0.003311056963176061, 1e-14);
    CHECK_NEAR(tepui_ks_two_sample_pvalue(0.03, 4000, 3000), 0.08979573034329172, 1e-4);
}

/* 2000 null samples of n: their p-values are uniform. Chance of failure 1e-6 per n, at fixed seeds. */
static void null_is_uniform(void)
{
    enum { SETS = 2000, MOST = 600 };
    const size_t sizes[] = {5, 30, 200, MOST};
    gsl_rng *r = seeded(51);
    double p[SETS], x[MOST];
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        for (size_t t = 0; t < SETS; t++) {
            for (size_t i = 0; i < sizes[k]; i++) x[i] = gsl_rng_uniform(r);
            p[t] = tepui_ks_pvalue(tepui_ks_statistic(x, sizes[k], uniform_cdf, NULL), sizes[k]);
        }
        CHECK(tepui_ks_pvalue(tepui_ks_statistic(p, SETS, uniform_cdf, NULL), SETS) > 1e-6);
    }
    gsl_rng_free(r);
}

/* Two samples have a discrete law: P(p <= a) <= a, and for 400 and 300 nearly equal; 5 standard errors. */
static void two_sample_null(void)
{
    enum { SETS = 1500, N = 400, M = 300 };
    const double levels[] = {0.5, 0.1, 0.01};
    int hits[3] = {0, 0, 0};
    gsl_rng *r = seeded(52);
    double x[N], y[M];
    for (int t = 0; t < SETS; t++) {
        for (size_t i = 0; i < N; i++) x[i] = gsl_ran_cauchy(r, 1);
        for (size_t i = 0; i < M; i++) y[i] = gsl_ran_cauchy(r, 1);
        const double p = tepui_ks_two_sample_pvalue(tepui_ks_two_sample(x, N, y, M), N, M);
        for (int k = 0; k < 3; k++) hits[k] += p <= levels[k];
    }
    for (int k = 0; k < 3; k++) CHECK_Z(hits[k] / (double)SETS, levels[k], sqrt(levels[k] * (1 - levels[k]) / SETS), 5);
    gsl_rng_free(r);
}

/* A standard deviation 3 % too large at n = 20000: D is 0.03 * 0.242 = 0.0073 (the density of a normal at 1, times 1),
   sqrt(n) D = 1.03 + noise; at 10 % it is 3.2 and p < 1e-6 with near certainty. */
static void power(void)
{
    enum { N = 20000 };
    gsl_rng *r = seeded(53);
    double *x = malloc(N * sizeof *x), one = 1, wide = 1.1;
    for (size_t i = 0; i < N; i++) x[i] = gsl_ran_gaussian_ratio_method(r, 1);
    CHECK(tepui_ks_pvalue(tepui_ks_statistic(x, N, normal_cdf, &one), N) > 1e-6);
    CHECK(tepui_ks_pvalue(tepui_ks_statistic(x, N, normal_cdf, &wide), N) < 1e-6);
    free(x);
    gsl_rng_free(r);
}

static const test_case cases[] = {
    {"statistic", statistic},
    {"small_samples", small_samples},
    {"large_samples", large_samples},
    {"seams", seams},
    {"ends", ends},
    {"two_samples", two_samples},
    {"null_is_uniform", null_is_uniform},
    {"two_sample_null", two_sample_null},
    {"power", power},
};
TEST_MAIN(cases)
