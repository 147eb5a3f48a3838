/* Spearman's rank correlation: hand-counted ranks, a slow reference, and how often the interval holds the truth. */
#include "shared.h"
#include "test.h"

static double rho(const double *x, const double *y, size_t n)
{
    double *scratch = malloc((4 * n + 1) * sizeof *scratch);
    const double r = tepui_rank_correlation(x, y, n, scratch);
    free(scratch);
    return r;
}

/* Rounding: three operations on exact sums. */
#define EXACT 1e-15

static void counted_by_hand(void)
{
    /* squares of differences of ranks: 1 + 1 + 1 + 1; 1 - 6 * 4 / 120 */
    CHECK_NEAR(rho((double[]){1, 2, 3, 4, 5}, (double[]){20, 10, 40, 30, 50}, 5), 0.8, EXACT);
    /* ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4 less 2.5: products 2.25 + 0 + 0 + 2.25, squares 4.5 and 5 */
    CHECK_NEAR(rho((double[]){1, 2, 2, 3}, (double[]){1, 3, 2, 4}, 4), 4.5 / sqrt(22.5), EXACT);
    /* 10 pairs without ties, squares of differences 194: 1 - 6 * 194 / 990 */
    CHECK_NEAR(rho((double[]){106, 100, 86, 101, 99, 103, 97, 113, 112, 110},
                   (double[]){7, 27, 2, 50, 28, 29, 20, 12, 6, 17}, 10),
               -29.0 / 165, EXACT);
    CHECK(rho((double[]){3, 1, 2}, (double[]){-3, -1, -2}, 3) == -1);
}

/* Times beyond the limit are a tie at the top, zeros one at the bottom; NaN takes its pair out. */
static void infinities_and_nan(void)
{
    const double x[] = {-INFINITY, 4, INFINITY, NAN, INFINITY, 7, -INFINITY};
    const double y[] = {1, 5, 9, 2, 9, NAN, 1};
    CHECK(rho(x, y, 7) == 1);
    /* ranks 1.5, 3, 4.5, 4.5, 1.5 less 3 and 1.5, 3, 5, 4, 1.5 less 3: 2.25 + 0 + 3 + 1.5 + 2.25; 9 and 9.5 */
    CHECK_NEAR(rho(x, (double[]){1, 5, 9, 2, 8, NAN, 1}, 7), 9 / sqrt(9 * 9.5), EXACT);
}

static void nothing_to_rank(void)
{
    const double x[] = {1, 2, 3}, same[] = {5, 5, 5}, never[] = {INFINITY, INFINITY, INFINITY}, none[] = {NAN, NAN, 1};
    CHECK(isnan(rho(x, same, 3)) && isnan(rho(never, x, 3)) && isnan(rho(x, none, 3)));
    CHECK(isnan(rho(x, x, 0)) && isnan(rho(x, x, 1)));
}

/* Midranks counted one by one, Pearson's formula in long double. */
static double slow(const double *x, const double *y, size_t n)
{
    long double ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < n; i++) {
        long double a = 0, b = 0;
        for (size_t k = 0; k < n; k++) {
            a += x[k] < x[i] ? -1 : x[k] > x[i];
            b += y[k] < y[i] ? -1 : y[k] > y[i];
        }
        ab += a * b, aa += a * a, bb += b * b;
    }
    return (double)(ab / sqrtl(aa * bb));
}

static void against_counting(void)
{
    enum { N = 60 };
    gsl_rng *r = seeded(51);
    for (int t = 0; t < 500; t++) {
        double x[N], y[N];
        const size_t n = 5 + below(r, N - 5);
        for (size_t i = 0; i < n; i++) {
            x[i] = t % 2 ? gsl_ran_gaussian(r, 1) : (double)below(r, 6);
            y[i] = t % 3 ? x[i] + gsl_ran_gaussian(r, 2) : -(double)below(r, 4);
            if (t % 5 == 0 && x[i] > 0.5) x[i] = INFINITY;
        }
        const double want = slow(x, y, n);
        CHECK(isnan(want) ? isnan(rho(x, y, n)) : fabs(rho(x, y, n) - want) <= EXACT);
    }
    gsl_rng_free(r);
}

/* atanh(1/2) = ln(3)/2, n = 28: half width 1.96 sqrt(1.125 / 25) */
static void interval_in_closed_form(void)
{
    double low, high, other_low, other_high;
    tepui_rank_correlation_interval(0.5, 28, &low, &high);
    const double half = 1.959963984540054 * sqrt(1.125) / 5;
    CHECK_NEAR(0.5 * log((1 + low) / (1 - low)), 0.5 * log(3) - half, 1e-14);
    CHECK_NEAR(0.5 * log((1 + high) / (1 - high)), 0.5 * log(3) + half, 1e-14);
    tepui_rank_correlation_interval(-0.5, 28, &other_low, &other_high);
    CHECK(other_low == -high && other_high == -low);
    tepui_rank_correlation_interval(0, 10, &low, &high);
    CHECK(low == -high && high > 0.5 && high < 0.7);
}

/* A perfect order of few is no certainty: the inner end is that of one swap away, 1 - 12 / (10^3 - 10). */
static void ends_of_the_scale(void)
{
    double low, high, near_low, near_high;
    tepui_rank_correlation_interval(1, 10, &low, &high);
    tepui_rank_correlation_interval(1 - 12.0 / 990, 10, &near_low, &near_high);
    CHECK_NEAR(low, near_low, 1e-12); /* the border itself is rounded */
    CHECK(high == 1 && near_high < 1 && low > 0.9);
    tepui_rank_correlation_interval(-1, 10, &near_low, &near_high);
    CHECK(near_low == -1 && near_high == -low);
    for (size_t n = 0; n < 4; n++) {
        tepui_rank_correlation_interval(n == 2 ? 1 : 0.3, n, &low, &high);
        CHECK(low == -1 && high == 1);
    }
    tepui_rank_correlation_interval(NAN, 10, &low, &high);
    CHECK(isnan(low) && isnan(high));
}

/* Normal pairs of correlation c have rho = 6/pi asin(c/2). Bonett and Wright's table: between 94 and 96 %; 4000 sets
   have a standard deviation of 0.35 %, and 4.5 of them are granted. */
static void coverage(void)
{
    enum { SETS = 4000, N = 40 };
    static const double c[] = {0, -0.5, 0.9};
    gsl_rng *r = seeded(52);
    for (int k = 0; k < 3; k++) {
        int hits = 0;
        const double truth = 6 / M_PI * asin(c[k] / 2);
        for (int t = 0; t < SETS; t++) {
            double x[N], y[N], low, high;
            for (int i = 0; i < N; i++) {
                x[i] = gsl_ran_gaussian(r, 1);
                y[i] = c[k] * x[i] + sqrt(1 - c[k] * c[k]) * gsl_ran_gaussian(r, 1);
            }
            tepui_rank_correlation_interval(rho(x, y, N), N, &low, &high);
            hits += low <= truth && truth <= high;
        }
        CHECK_NEAR(hits / (double)SETS, 0.95, 0.01 + 4.5 * 0.0035);
    }
    gsl_rng_free(r);
}

/* Coverage of the jackknife interval. Normal pairs as above; and pairs s a, s b of independent a, b with one scale s,
   1 or 1/100, for both: rho is 0 by symmetry, but large values meet large ones, so that rho spreads by
   sqrt((49 + 1) / 32) = 1.25 as much (f^2 is 7/48 and 1/48 on average among the large and the small), and the interval
   of normal pairs covers P(|Z| < 1.96/1.25) = 88 %. 2000 sets have a standard deviation of 0.49 %; 4.5 of them, and
   one per cent for n = 100, are granted. */
static double covered(gsl_rng *r, double c, int mixed, int jackknife)
{
    enum { SETS = 2000, N = 100 };
    const double truth = mixed ? 0 : 6 / M_PI * asin(c / 2);
    int hits = 0;
    for (int t = 0; t < SETS; t++) {
        double x[N], y[N], scratch[6 * N], low, high;
        for (int i = 0; i < N; i++) {
            const double scale = mixed && gsl_rng_uniform(r) < 0.5 ? 0.01 : 1;
            x[i] = scale * gsl_ran_gaussian(r, 1);
            y[i] = mixed ? scale * gsl_ran_gaussian(r, 1) : c * x[i] + sqrt(1 - c * c) * gsl_ran_gaussian(r, 1);
        }
        const double error = jackknife ? tepui_rank_correlation_error(x, y, N, scratch) : NAN;
        tepui_rank_correlation_jackknife(rho(x, y, N), error, N, &low, &high);
        hits += low <= truth && truth <= high;
    }
    return hits / (double)SETS;
}

static void intervals_cover_whatever_the_law_of_the_pairs(void)
{
    static const double c[] = {0, -0.5, 0.9};
    gsl_rng *r = seeded(53);
    for (int k = 0; k < 3; k++) CHECK_NEAR(covered(r, c[k], 0, 1), 0.95, 0.01 + 4.5 * 0.0049);
    CHECK_NEAR(covered(r, 0, 1, 1), 0.95, 0.01 + 4.5 * 0.0049);
    CHECK_NEAR(covered(r, 0, 1, 0), 0.88, 0.01 + 4.5 * 0.0073); /* what the jackknife is for */
    gsl_rng_free(r);
}

/* The error against the plain delete-one jackknife, sqrt((n - 1)/n sum (rho_i - mean)^2); the two differ by O(1/n), at
   n = 400 by less than 10/n. Ties: values in tenths. */
static void error_against_leaving_pairs_out(void)
{
    enum { N = 400 };
    static double x[N], y[N], u[N], v[N], value[N], scratch[6 * N];
    gsl_rng *r = seeded(54);
    for (int tied = 0; tied < 2; tied++) {
        double mean = 0, sum = 0;
        for (int i = 0; i < N; i++) {
            x[i] = gsl_ran_gaussian(r, 1);
            y[i] = x[i] * gsl_rng_uniform(r) + 0.3 * gsl_ran_gaussian(r, 1);
            if (tied) x[i] = round(2 * x[i]) / 2, y[i] = round(2 * y[i]) / 2;
        }
        for (int out = 0; out < N; out++) {
            for (int i = 0, k = 0; i < N; i++)
                if (i != out) u[k] = x[i], v[k++] = y[i];
            value[out] = rho(u, v, N - 1);
            mean += value[out] / N;
        }
        for (int i = 0; i < N; i++) sum += (value[i] - mean) * (value[i] - mean);
        CHECK_NEAR(tepui_rank_correlation_error(x, y, N, scratch) / sqrt((N - 1.0) / N * sum), 1, 10.0 / N);
    }
    gsl_rng_free(r);
}

static const test_case cases[] = {
    {"intervals_cover_whatever_the_law_of_the_pairs", intervals_cover_whatever_the_law_of_the_pairs},
    {"error_against_leaving_pairs_out", error_against_leaving_pairs_out},
    {"counted_by_hand", counted_by_hand},
    {"infinities_and_nan", infinities_and_nan},
    {"nothing_to_rank", nothing_to_rank},
    {"against_counting", against_counting},
    {"interval_in_closed_form", interval_in_closed_form},
    {"ends_of_the_scale", ends_of_the_scale},
    {"coverage", coverage},
};
TEST_MAIN(cases)
