/* test_normals.c -- 1e8 normals: moments, tails, and the whole distribution. Fixed seed; every limit is a number of
   standard errors of the exact law or a p-value, so a right program fails one seed in a million. */
#include "test.h"
#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <tepui/kernel.h>
#include <tepui/rng.h>
#include <tepui/stat.h>

#define N 100000000u
#define BLOCK 32768u
#define CELLS 1000

static double block[BLOCK];
static uint64_t cell[CELLS], beyond[7];
static double power[9];

static double double_factorial(int n)
{
    return n <= 1 ? 1.0 : n * double_factorial(n - 2);
}

static void count(double x)
{
    const double u = gsl_cdf_ugaussian_P(x);
    const size_t k = (size_t)(u * CELLS);
    cell[k < CELLS ? k : CELLS - 1]++;
}

/* The distribution on every 50th value (2e6), the rest of the statistics on all. */
static void sample_all(void)
{
    static int done;
    if (done++) return;
    tepui_stream s;
    const tepui_key key = tepui_key_make(2021, "normals");
    tepui_stream_sample(&s, &key, 0, NULL);
    for (uint64_t n = 0; n < N; n += BLOCK) {
        double sum[9] = {0};
        const size_t m = N - n < BLOCK ? N - n : BLOCK;
        tepui_draw_normal(&s, block, m);
        for (size_t i = 0; i < m; i++) {
            double p = 1;
            for (int k = 1; k <= 8; k++) sum[k] += p *= block[i];
            const double a = fabs(block[i]);
            for (int t = 4; t <= 6; t++) beyond[t] += a > t;
            if (i % 50 == 0) count(block[i]);
        }
        for (int k = 1; k <= 8; k++) power[k] += sum[k];
    }
}

/* E x^k = (k-1)!! for even k, 0 for odd; variance of x^k is (2k-1)!! minus the square. */
static void moments_one_to_eight(void)
{
    sample_all();
    for (int k = 1; k <= 8; k++) {
        const double want = k % 2 ? 0.0 : double_factorial(k - 1);
        const double variance = double_factorial(2 * k - 1) - want * want;
        CHECK_Z(power[k] / N, want, sqrt(variance / N), 5);
    }
}

/* Poisson counts: 6334 beyond 4, 57 beyond 5, 0.2 beyond 6 are expected. */
static void tails_beyond_four_five_and_six(void)
{
    sample_all();
    for (int t = 4; t <= 6; t++) {
        const double want = N * 2 * gsl_cdf_ugaussian_Q(t);
        CHECK_NEAR((double)beyond[t], want, 5 * sqrt(want) + 1);
    }
}

static void chi_square_over_a_thousand_cells(void)
{
    double total = 0, chi = 0;
    sample_all();
    for (size_t k = 0; k < CELLS; k++) total += (double)cell[k];
    const double want = total / CELLS;
    for (size_t k = 0; k < CELLS; k++) chi += ((double)cell[k] - want) * ((double)cell[k] - want) / want;
    const double p = gsl_cdf_chisq_Q(chi, CELLS - 1);
    CHECK(p > 1e-6 && p < 1 - 1e-6);
}

static double phi(double x, const void *arg)
{
    (void)arg;
    return gsl_cdf_ugaussian_P(x);
}

static void kolmogorov_smirnov_on_a_million(void)
{
    enum { M = 1000000 };
    double *x = malloc(M * sizeof *x);
    tepui_stream s;
    const tepui_key key = tepui_key_make(2022, "normals");
    tepui_stream_sample(&s, &key, 1, NULL);
    tepui_draw_normal(&s, x, M);
    CHECK(tepui_ks_pvalue(tepui_ks_statistic(x, M, phi, NULL), M) > 1e-6);
    for (size_t i = 0; i < M; i++) x[i] *= 1.02; /* the negative control: 2 % more must be seen */
    CHECK(tepui_ks_pvalue(tepui_ks_statistic(x, M, phi, NULL), M) < 1e-6);
    free(x);
}

/* Neighbouring values and partners of one Box-Muller pair: products have mean 0, variance 1. */
static void neighbours_are_uncorrelated(void)
{
    enum { M = 1 << 20 };
    static const size_t lags[] = {1, 2, 8, 16, 32, 64};
    double *x = malloc(M * sizeof *x);
    tepui_stream s;
    const tepui_key key = tepui_key_make(2023, "normals");
    tepui_stream_sample(&s, &key, 2, NULL);
    tepui_draw_normal(&s, x, M);
    for (size_t k = 0; k < 6; k++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i + lags[k] < M; i++) {
            sum += x[i] * x[i + lags[k]];
            squares += (x[i] * x[i] - 1) * (x[i + lags[k]] * x[i + lags[k]] - 1) / 2;
        }
        CHECK_Z(sum / M, 0, 1 / sqrt((double)M), 5);
        CHECK_Z(squares / M, 0, 1 / sqrt((double)M), 5);
    }
    free(x);
}

static const test_case cases[] = {
    {"moments_one_to_eight", moments_one_to_eight},
    {"tails_beyond_four_five_and_six", tails_beyond_four_five_and_six},
    {"chi_square_over_a_thousand_cells", chi_square_over_a_thousand_cells},
    {"kolmogorov_smirnov_on_a_million", kolmogorov_smirnov_on_a_million},
    {"neighbours_are_uncorrelated", neighbours_are_uncorrelated},
};
TEST_MAIN(cases)
