/* One component: nothing is lost, nothing that is not a number reaches a bin, a moment, a quantile. */
#include "shared.h"
#include "test.h"

static void init(tepui_accumulator *a, double low, double high, size_t raw)
{
    CHECK(tepui_accumulator_init(a, 0.05, low, high, raw) == TEPUI_OK);
}

static uint64_t binned(const tepui_histogram *h)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < h->bins; i++) sum += h->count[i];
    return sum;
}

static void check_account(const tepui_accumulator *a, uint64_t count, uint64_t zero, uint64_t nan)
{
    const tepui_histogram *h = &a->histogram;
    CHECK(a->count == count && a->zero == zero && a->nan == nan);
    CHECK(a->moments.n + zero + nan == count);
    CHECK(binned(h) + h->under + h->over + zero + nan == count);
}

static void check_same_finite(const tepui_accumulator *a, const tepui_accumulator *b)
{
    const tepui_histogram *g = &a->histogram, *h = &b->histogram;
    CHECK(g->level == h->level && g->first == h->first && g->bins == h->bins);
    CHECK(g->under == h->under && g->over == h->over && g->minimum == h->minimum && g->maximum == h->maximum);
    if (g->bins == h->bins) CHECK(memcmp(g->count, h->count, g->bins * sizeof *g->count) == 0);
    CHECK(a->moments.minimum == b->moments.minimum && a->moments.maximum == b->moments.maximum);
    CHECK_NEAR(tepui_moments_mean(&a->moments) / tepui_moments_mean(&b->moments), 1, 1e-15);
    CHECK_NEAR(tepui_moments_variance(&a->moments) / tepui_moments_variance(&b->moments), 1, 1e-15);
    CHECK_NEAR(tepui_moments_skewness(&a->moments), tepui_moments_skewness(&b->moments), 1e-15);
    CHECK_NEAR(tepui_moments_kurtosis(&a->moments) / tepui_moments_kurtosis(&b->moments), 1, 1e-15);
}

static void fold_blocks(tepui_accumulator *a, const double *x, size_t n, size_t block)
{
    for (size_t i = 0; i < n; i += block)
        CHECK(tepui_accumulator_fold(a, x + i, n - i < block ? n - i : block, 1) == TEPUI_OK);
}

/* NaN, +infinity or -infinity put in the place of each of 1000 samples: all else is as if that sample were not there.
 */
static void one_bad_value(void)
{
    enum { N = 1000 };
    const double bad[] = {NAN, INFINITY, -INFINITY, -NAN};
    gsl_rng *r = seeded(31);
    double x[N], without[N - 1];
    for (size_t i = 0; i < N; i++) x[i] = gsl_ran_gaussian(r, 2) - 5;
    for (size_t at = 0; at < N; at++) {
        const double kept = x[at], b = bad[at % 4];
        tepui_accumulator a, clean;
        init(&a, -9, -1, 0);
        init(&clean, -9, -1, 0);
        memcpy(without, x, at * sizeof *x);
        memcpy(without + at, x + at + 1, (N - 1 - at) * sizeof *x);
        x[at] = b;
        fold_blocks(&a, x, N, 64);
        fold_blocks(&clean, without, N - 1, 64);
        check_account(&a, N, b == -INFINITY, b != -INFINITY);
        check_same_finite(&a, &clean);
        CHECK(isfinite(tepui_accumulator_quantile(&a, 0.5, 0.95, NULL).value));
        x[at] = kept;
        tepui_accumulator_free(&a);
        tepui_accumulator_free(&clean);
        if (test_failures) {
            fprintf(stderr, "  %g at %zu\n", b, at);
            break;
        }
    }
    gsl_rng_free(r);
}

/* Many at once, blocks with nothing finite among them. */
static void many_bad_values(void)
{
    enum { N = 3000 };
    gsl_rng *r = seeded(32);
    double x[N], finite[N];
    for (int t = 0; t < 100; t++) {
        uint64_t zero = 0, nan = 0;
        size_t good = 0;
        tepui_accumulator a, clean;
        for (size_t i = 0; i < N; i++) {
            const size_t kind = below(r, t % 2 ? 10 : 4);
            x[i] = kind == 0 ? NAN : kind == 1 ? INFINITY : kind == 2 ? -INFINITY : gsl_ran_gaussian(r, 1);
            if (i >= 1000 && i < 1300) x[i] = t % 3 ? -INFINITY : NAN;
            zero += x[i] == -INFINITY;
            nan += isnan(x[i]) || x[i] == INFINITY;
            if (isfinite(x[i])) finite[good++] = x[i];
        }
        init(&a, -1, 2, 0);
        init(&clean, -1, 2, 0);
        fold_blocks(&a, x, N, 1 + below(r, 300));
        fold_blocks(&clean, finite, good, 64);
        check_account(&a, N, zero, nan);
        check_same_finite(&a, &clean);
        tepui_accumulator_free(&a);
        tepui_accumulator_free(&clean);
    }
    gsl_rng_free(r);
}

/* With the flag +INFINITY is an atom of its own; without it, as before, not a number. Moments and bins know nothing of
   either, and a merge of blocks cut anywhere is the same. */
static void infinite_where_it_censors(void)
{
    enum { N = 2000 };
    gsl_rng *r = seeded(34);
    double x[N], finite[N], scratch[N];
    for (int t = 0; t < 60; t++) {
        uint64_t zero = 0, nan = 0, infinite = 0;
        size_t good = 0;
        tepui_accumulator a, plain, clean;
        for (size_t i = 0; i < N; i++) {
            const size_t kind = below(r, t % 2 ? 10 : 4);
            x[i] = kind == 0 ? NAN : kind == 1 ? INFINITY : kind == 2 ? -INFINITY : gsl_ran_gaussian(r, 1);
            if (i >= 500 && i < 800) x[i] = t % 3 ? INFINITY : NAN; /* blocks of nothing else */
            zero += x[i] == -INFINITY;
            nan += isnan(x[i]);
            infinite += x[i] == INFINITY;
            if (isfinite(x[i])) finite[good++] = x[i];
        }
        init(&a, -1, 2, t % 2 ? N : 0);
        init(&plain, -1, 2, 0);
        init(&clean, -1, 2, 0);
        CHECK(a.censors == 0 && a.infinite == 0);
        a.censors = 1;
        fold_blocks(&a, x, N, 1 + below(r, 300));
        fold_blocks(&plain, x, N, 64);
        fold_blocks(&clean, finite, good, 64);
        check_account(&plain, N, zero, nan + infinite);
        CHECK(plain.infinite == 0);
        CHECK(a.count == N && a.zero == zero && a.nan == nan && a.infinite == infinite && a.moments.n == good);
        CHECK(zero + nan + infinite + good == N);
        check_same_finite(&a, &clean);
        CHECK(tepui_accumulator_quantile(&a, 1, 0.95, scratch).value == INFINITY);
        CHECK(tepui_accumulator_quantile(&plain, 1, 0.95, NULL).value <= plain.moments.maximum);
        tepui_accumulator_free(&a);
        tepui_accumulator_free(&plain);
        tepui_accumulator_free(&clean);
    }
    gsl_rng_free(r);
}

/* Values equal to 0 are an atom inside a bin: a quantile among them is 0 with or without the raw values, and one beside
   them is not drawn towards them by more than a bin. */
static void zeros_among_numbers(void)
{
    enum { N = 400 };
    static const double limit[][2] = {{-INFINITY, INFINITY}, {-0.01, 1}, {0, 1}, {0.02, 1}, {-1, 0}};
    gsl_rng *r = seeded(35);
    double x[N], scratch[N];
    int inside = 0;
    for (int t = 0; t < 200; t++) {
        const double *l = limit[t % 5], share = gsl_rng_uniform(r);
        tepui_accumulator raw, binned_only;
        uint64_t zeros = 0;
        for (size_t i = 0; i < N; i++) {
            x[i] = gsl_rng_uniform(r) < share ? (i % 2 ? 0.0 : -0.0) : gsl_ran_gaussian(r, 0.03);
            zeros += x[i] == 0;
        }
        init(&raw, l[0], l[1], N);
        init(&binned_only, l[0], l[1], 0);
        fold_blocks(&raw, x, N, 1 + below(r, 300));
        fold_blocks(&binned_only, x, N, 64);
        CHECK(raw.origin == zeros && binned_only.origin == zeros && tepui_accumulator_is_sound(&raw));
        check_account(&raw, N, 0, 0);
        const int within = l[0] <= 0 && l[1] > 0;
        for (double p = 0.01; within && p < 1; p += 0.01) {
            const tepui_quantile a = tepui_accumulator_quantile(&raw, p, 0.95, scratch);
            const tepui_quantile b = tepui_accumulator_quantile(&binned_only, p, 0.95, NULL);
            if (a.value == 0) CHECK(b.value == 0);
            if (a.low == 0) CHECK(b.low == 0);
            if (a.high == 0) CHECK(b.high == 0);
            inside += a.value == 0;
        }
        raw.origin = binned(&raw.histogram) + raw.histogram.under + raw.histogram.over + 1;
        CHECK(!tepui_accumulator_is_sound(&raw));
        tepui_accumulator_free(&raw);
        tepui_accumulator_free(&binned_only);
    }
    CHECK(inside > 1000);
    gsl_rng_free(r);
}

static void nothing_but_bad(void)
{
    const double x[] = {NAN, NAN, INFINITY}, zeros[] = {-INFINITY, -INFINITY};
    tepui_accumulator a;
    init(&a, -INFINITY, INFINITY, 10);
    CHECK(isnan(tepui_accumulator_quantile(&a, 0.5, 0.95, NULL).value));
    fold_blocks(&a, x, 3, 2);
    check_account(&a, 3, 0, 3);
    double scratch[10];
    CHECK(isnan(tepui_accumulator_quantile(&a, 0.5, 0.95, scratch).value));
    fold_blocks(&a, zeros, 2, 2);
    check_account(&a, 5, 2, 3);
    CHECK(tepui_accumulator_quantile(&a, 0.5, 0.95, scratch).value == -INFINITY);
    CHECK(tepui_accumulator_quantile(&a, 1.0, 0.95, NULL).value == -INFINITY);
    tepui_accumulator_free(&a);
    tepui_accumulator_free(NULL);
}

/* Raw values are the first ones in sample order, bad ones included, however the blocks are cut. */
static void raw_values(void)
{
    enum { N = 500, LIMIT = 321 };
    double x[N];
    for (size_t i = 0; i < N; i++) x[i] = i % 7 == 3 ? NAN : (double)i;
    for (size_t block = 1; block <= N; block += 33) {
        tepui_accumulator a;
        init(&a, -INFINITY, INFINITY, LIMIT);
        fold_blocks(&a, x, N, block);
        CHECK(a.raw_count == LIMIT && memcmp(a.raw, x, LIMIT * sizeof *x) == 0);
        check_account(&a, N, 0, 71); /* 3, 10, ..., 493 */
        tepui_accumulator_free(&a);
    }
}

/* Quantiles of raw values pass over NaN and +infinity wherever they stand, and count zeros. */
static void raw_quantiles(void)
{
    enum { N = 101 };
    double x[N], scratch[N];
    for (size_t at = 0; at < N - 2; at++) {
        tepui_accumulator a;
        for (size_t i = 0; i < N; i++) x[i] = (double)((i * 37) % N);
        x[at] = NAN; /* takes one value out, so does the next; the third becomes the smallest */
        x[at + 1] = INFINITY;
        x[at + 2] = -INFINITY;
        init(&a, -INFINITY, INFINITY, N);
        fold_blocks(&a, x, N, 10);
        const tepui_quantile raw = tepui_accumulator_quantile(&a, 0.5, 0.95, scratch);
        const tepui_quantile binned_one = tepui_accumulator_quantile(&a, 0.5, 0.95, NULL);
        CHECK(tepui_accumulator_quantile(&a, 0, 0.95, scratch).value == -INFINITY);
        CHECK(tepui_accumulator_quantile(&a, 1, 0.95, scratch).value == a.moments.maximum);
        CHECK_NEAR(raw.value, binned_one.value, tepui_histogram_width(&a.histogram));
        CHECK(binned_one.low <= raw.low && raw.low < raw.high && raw.high <= binned_one.high);
        tepui_accumulator_free(&a);
    }
}

/* Reading with a stride, blocks longer than any buffer. */
static void strides(void)
{
    enum { N = 1111, STRIDE = 13 };
    double *wide = malloc(N * STRIDE * sizeof *wide), x[N];
    gsl_rng *r = seeded(33);
    for (size_t i = 0; i < N * STRIDE; i++) wide[i] = gsl_ran_gaussian(r, 1);
    for (size_t i = 0; i < N; i++) x[i] = wide[i * STRIDE + 5];
    tepui_accumulator a, b;
    init(&a, -INFINITY, INFINITY, N);
    init(&b, -INFINITY, INFINITY, N);
    CHECK(tepui_accumulator_fold(&a, wide + 5, N, STRIDE) == TEPUI_OK);
    CHECK(tepui_accumulator_fold(&b, x, N, 1) == TEPUI_OK);
    CHECK(memcmp(&a.moments, &b.moments, sizeof a.moments) == 0);
    CHECK(memcmp(a.raw, b.raw, sizeof x) == 0);
    check_same_finite(&a, &b);
    tepui_accumulator_free(&a);
    tepui_accumulator_free(&b);
    gsl_rng_free(r);
    free(wide);
}

static void refusals(void)
{
    tepui_accumulator a;
    CHECK(tepui_accumulator_init(&a, 0, 0, 1, 10) == TEPUI_BAD_INPUT);
    tepui_accumulator_free(&a);
    CHECK(tepui_accumulator_init(&a, 1, 0, 1, SIZE_MAX / 2) == TEPUI_NO_MEMORY);
    tepui_accumulator_free(&a);
}

static const test_case cases[] = {
    {"one_bad_value", one_bad_value},
    {"many_bad_values", many_bad_values},
    {"infinite_where_it_censors", infinite_where_it_censors},
    {"zeros_among_numbers", zeros_among_numbers},
    {"nothing_but_bad", nothing_but_bad},
    {"raw_values", raw_values},
    {"raw_quantiles", raw_quantiles},
    {"strides", strides},
    {"refusals", refusals},
};
TEST_MAIN(cases)
