/* Quantiles and their intervals: exact ranks, and how often the interval holds the true quantile. */
#include "shared.h"
#include "test.h"

static long double binomial(int n, int k, double p)
{
    long double f = 1;
    for (int i = 1; i <= k; i++) f *= (long double)(n - k + i) / i * p;
    for (int i = 0; i < n - k; i++) f *= 1 - (long double)p;
    return f;
}

/* P(first <= B <= last) by the sum */
static double binomial_between(int n, double p, int first, int last)
{
    long double sum = 0;
    for (int k = first < 0 ? 0 : first; k <= last && k <= n; k++) sum += binomial(n, k, p);
    return (double)sum;
}

/* r is the largest rank with P(B < r) <= tail, s the smallest with P(B >= s) <= tail, by brute force; decisions closer
   than the 1e-14 that the sums may err by are left open. */
static void check_ranks(int n, double p, double confidence)
{
    const double tail = 0.5 * (1 - confidence), slack = 1e-14;
    uint64_t r, s;
    tepui_quantile_ranks((uint64_t)n, p, confidence, &r, &s);
    const int a = (int)r, b = (int)s;
    CHECK(a >= 0 && b <= n + 1 && a < b);
    CHECK(binomial_between(n, p, 0, a - 1) <= tail + slack);
    CHECK(a == n || binomial_between(n, p, 0, a) > tail - slack);
    CHECK(binomial_between(n, p, b, n) <= tail + slack);
    CHECK(b == 1 || binomial_between(n, p, b - 1, n) > tail - slack);
    CHECK(binomial_between(n, p, a, b - 1) >= confidence - slack);
}

static void ranks_small(void)
{
    const double ps[] = {0, 1e-9, 0.001, 0.05, 0.25, 0.5, 0.6, 0.75, 0.9, 0.95, 0.999, 1 - 1e-9, 1};
    const double levels[] = {0.5, 0.8, 0.9, 0.95, 0.99, 0.9999, 1 - 1e-12};
    for (int n = 1; n <= 60; n++)
        for (size_t i = 0; i < sizeof ps / sizeof *ps; i++)
            for (size_t j = 0; j < sizeof levels / sizeof *levels; j++) check_ranks(n, ps[i], levels[j]);
}

/* reference.py, sums with 40 digits */
static void ranks_large(void)
{
    for (size_t i = 0; i < sizeof reference_ranks / sizeof *reference_ranks; i++) {
        uint64_t r, s;
        tepui_quantile_ranks(reference_ranks[i].n, reference_ranks[i].p, reference_ranks[i].confidence, &r, &s);
        CHECK_NEAR((double)r, (double)reference_ranks[i].r, 0);
        CHECK_NEAR((double)s, (double)reference_ranks[i].s, 0);
    }
}

static void init(tepui_accumulator *a, double low, double high, size_t raw)
{
    CHECK(tepui_accumulator_init(a, 0.05, low, high, raw) == TEPUI_OK);
}

/* Hyndman and Fan's type 7 on 1..10: 1 + 9 p; ranks of Binomial(10, 1/2): P(B <= 1) = 11/1024 <= 0.025 < 56/1024. */
static void closed_forms(void)
{
    double x[10], scratch[10];
    tepui_accumulator a;
    for (size_t i = 0; i < 10; i++) x[i] = (double)((7 * i) % 10 + 1);
    init(&a, -INFINITY, INFINITY, 10);
    CHECK(tepui_accumulator_fold(&a, x, 10, 1) == TEPUI_OK);
    CHECK(tepui_accumulator_quantile(&a, 0.25, 0.95, scratch).value == 3.25);
    CHECK(tepui_accumulator_quantile(&a, 0.0, 0.95, scratch).value == 1);
    CHECK(tepui_accumulator_quantile(&a, 1.0, 0.95, scratch).value == 10);
    const tepui_quantile q = tepui_accumulator_quantile(&a, 0.5, 0.95, scratch);
    CHECK(q.value == 5.5 && q.low == 2 && q.high == 9);
    const tepui_quantile low = tepui_accumulator_quantile(&a, 0.05, 0.95, scratch);
    CHECK(low.low == -INFINITY && low.high == 3); /* P(B >= 3) = 0.0115, P(B >= 2) = 0.086: s = 3 */
    tepui_accumulator_free(&a);
}

/* Quantiles of a few values, of them raw and binned: what is next to an infinite one, and what is between two. */
static double of(const double *x, size_t n, double p, int raw)
{
    double scratch[16];
    tepui_accumulator a;
    init(&a, -1, 1.5, n); /* 2 lies over */
    a.censors = 1;
    CHECK(tepui_accumulator_fold(&a, x, n, 1) == TEPUI_OK);
    const double q = tepui_accumulator_quantile(&a, p, 0.95, raw ? scratch : NULL).value;
    tepui_accumulator_free(&a);
    return q;
}

static void infinite_neighbours(void)
{
    for (int raw = 0; raw < 2; raw++) {
        CHECK(of((double[]){INFINITY, 1}, 2, 0.5, raw) == INFINITY);
        CHECK(of((double[]){INFINITY, -INFINITY}, 2, 0.5, raw) == -INFINITY);
        CHECK(of((double[]){INFINITY, INFINITY}, 2, 0.5, raw) == INFINITY);
        CHECK(of((double[]){INFINITY, INFINITY, INFINITY}, 3, 0.3, raw) == INFINITY);
        CHECK(of((double[]){INFINITY, 1, NAN}, 3, 0.5, raw) == INFINITY);
        CHECK(of((double[]){1, INFINITY, 0}, 3, 0.5, raw) == 1);
        CHECK(of((double[]){2, INFINITY, INFINITY, 0, 0.5}, 5, 0.5, raw) == (raw ? 2 : 1.75)); /* amid 1.5 ... 2 */
        CHECK(of((double[]){2, INFINITY, INFINITY, 0, 0.5}, 5, 0.51, raw) == INFINITY);
    }
}

/* 100 samples, 60 of them beyond the limit; ranks of the 95 % interval of the quantile 0.4 are 31 and 51. */
static void intervals_that_reach_infinity(void)
{
    double x[100], scratch[100];
    uint64_t r, s;
    tepui_accumulator a;
    for (int i = 0; i < 100; i++) x[i] = i < 40 ? i : INFINITY;
    init(&a, -INFINITY, INFINITY, 100);
    a.censors = 1;
    CHECK(tepui_accumulator_fold(&a, x, 100, 1) == TEPUI_OK);
    tepui_quantile_ranks(100, 0.4, 0.95, &r, &s);
    CHECK(r < 40 && s > 40);
    for (int raw = 0; raw < 2; raw++) {
        const tepui_quantile q = tepui_accumulator_quantile(&a, 0.4, 0.95, raw ? scratch : NULL);
        CHECK(q.value == INFINITY && q.high == INFINITY && q.low <= (double)r - 1 && q.low > (double)r - 1.5);
        const tepui_quantile far = tepui_accumulator_quantile(&a, 0.75, 0.95, raw ? scratch : NULL);
        CHECK(far.value == INFINITY && far.low == INFINITY && far.high == INFINITY);
        const tepui_quantile near = tepui_accumulator_quantile(&a, 0.2, 0.95, raw ? scratch : NULL);
        CHECK(isfinite(near.low) && isfinite(near.high));
        CHECK_NEAR(near.value, 19.8, tepui_histogram_width(&a.histogram));
    }
    tepui_accumulator_free(&a);
}

/* --- coverage */

typedef struct {
    double zeros; /* share of the zero atom */
    double p;
    size_t n;
    double never; /* share at +infinity */
} plan;

/* Quantile of the law: an atom at -infinity with probability `zeros`, one at +infinity with `never`, else ln of an
   exponential variable. */
static double truth(plan c)
{
    if (c.never > 0 && c.p > 1 - c.never) return INFINITY;
    return c.p <= c.zeros ? -INFINITY : log(-log1p(-(c.p - c.zeros) / (1 - c.zeros - c.never)));
}

static double sample(gsl_rng *r, plan c)
{
    const double u = gsl_rng_uniform(r);
    return u < c.zeros ? -INFINITY : u >= 1 - c.never ? INFINITY : log(gsl_ran_exponential(r, 1));
}

typedef struct {
    int raw, histogram, wider, near;
} tally;

static void one_set(gsl_rng *r, plan c, tally *t)
{
    double scratch[400];
    const double q = truth(c);
    tepui_accumulator a;
    init(&a, -INFINITY, INFINITY, c.n);
    a.censors = c.never > 0;
    for (size_t i = 0; i < c.n; i++) scratch[i] = sample(r, c);
    CHECK(tepui_accumulator_fold(&a, scratch, c.n, 1) == TEPUI_OK);
    const tepui_quantile x = tepui_accumulator_quantile(&a, c.p, 0.95, scratch);
    const tepui_quantile h = tepui_accumulator_quantile(&a, c.p, 0.95, NULL);
    t->raw += x.low <= q && q <= x.high;
    t->histogram += h.low <= q && q <= h.high;
    t->wider += h.low <= x.low && x.high <= h.high && h.low <= h.value && h.value <= h.high;
    t->near += x.value == h.value || fabs(x.value - h.value) <= 2 * tepui_histogram_width(&a.histogram) ||
               (c.zeros > 0 && (x.value == -INFINITY) == (h.value == -INFINITY) && x.value == -INFINITY);
    tepui_accumulator_free(&a);
}

/* 4000 sets. A continuous quantile is covered with the probability P(r <= B <= s - 1) exactly; the number of hits has
   the standard deviation sqrt(c (1 - c) 4000), and we allow 5 of them. At the atom it can only be more. */
static void check_coverage(gsl_rng *r, plan c)
{
    enum { SETS = 4000 };
    tally t = {0, 0, 0, 0};
    uint64_t lo, hi;
    for (int i = 0; i < SETS; i++) one_set(r, c, &t);
    tepui_quantile_ranks(c.n, c.p, 0.95, &lo, &hi);
    const double expected = binomial_between((int)c.n, c.p, (int)lo, (int)hi - 1);
    const double sd = sqrt(expected * (1 - expected) / SETS), got = t.raw / (double)SETS;
    CHECK(expected >= 0.95);
    if (c.p > c.zeros && c.p < 1 - c.never) CHECK_Z(got, expected, sd, 5);
    CHECK(got >= 0.95 - 5 * sqrt(0.95 * 0.05 / SETS));
    CHECK(t.histogram >= t.raw);
    CHECK(t.wider == SETS && t.near == SETS);
    if (test_failures)
        fprintf(stderr, "  zeros %g never %g p %g n %zu: %g, %g\n", c.zeros, c.never, c.p, c.n, got, expected);
}

static void coverage(void)
{
    const plan plans[] = {{0, 0.5, 20, 0},     {0, 0.5, 101, 0},    {0, 0.05, 100, 0},     {0, 0.95, 100, 0},
                          {0, 0.25, 400, 0},   {0.3, 0.5, 100, 0},  {0.3, 0.3, 100, 0},    {0.3, 0.1, 100, 0},
                          {0.3, 0.35, 100, 0}, {0.9, 0.95, 200, 0}, {0, 0.99, 10, 0},      {0, 0.5, 100, 0.3},
                          {0, 0.5, 100, 0.48}, {0, 0.5, 100, 0.55}, {0.2, 0.5, 101, 0.45}, {0.1, 0.9, 200, 0.08}};
    gsl_rng *r = seeded(41);
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) check_coverage(r, plans[i]);
    gsl_rng_free(r);
}

/* --- the two modes on the same values */

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Selection must agree with sorting, ties and zeros included. */
static void selection_is_sorting(void)
{
    enum { N = 700 };
    gsl_rng *r = seeded(42);
    double x[N], scratch[N];
    for (int t = 0; t < 2000; t++) {
        const size_t n = 1 + below(r, t % 2 ? N : 6);
        tepui_accumulator a;
        uint64_t lo, hi;
        for (size_t i = 0; i < n; i++)
            x[i] = t % 4 == 0 ? (double)i : t % 4 == 1 ? (double)below(r, 5) : gsl_ran_gaussian(r, 1);
        if (t % 5 == 0) x[0] = -INFINITY;
        for (size_t i = 0; t % 3 == 0 && i < n; i++)
            if (below(r, 4) == 0) x[i] = INFINITY;
        init(&a, -INFINITY, INFINITY, N);
        a.censors = t % 3 == 0;
        CHECK(tepui_accumulator_fold(&a, x, n, 1) == TEPUI_OK);
        qsort(x, n, sizeof *x, ascending);
        const size_t k = below(r, n); /* p at an order statistic */
        const double p = n > 1 ? (double)k / (double)(n - 1) : 0.5;
        const tepui_quantile q = tepui_accumulator_quantile(&a, p, 0.9, scratch);
        tepui_quantile_ranks(n, p, 0.9, &lo, &hi);
        CHECK(q.value == x[k] || fabs(q.value - x[k]) < 1e-12 * (1 + fabs(x[k])));
        CHECK(q.low == (lo ? x[lo - 1] : -INFINITY) && q.high == (hi <= n ? x[hi - 1] : INFINITY));
        tepui_accumulator_free(&a);
    }
    gsl_rng_free(r);
}

/* 10 values under, 10 in, 10 over the limits, and 10 zeros, as ranks 1..10 zeros, 11..20 under, ... */
static void under_and_over(void)
{
    double x[40];
    tepui_accumulator a;
    for (size_t i = 0; i < 10; i++) {
        x[i] = -INFINITY;
        x[10 + i] = -5 - (double)i;
        x[20 + i] = 0.5 + 0.01 * (double)i;
        x[30 + i] = 10 + (double)i;
    }
    init(&a, 0, 1, 0);
    CHECK(tepui_accumulator_fold(&a, x, 40, 1) == TEPUI_OK);
    CHECK(a.histogram.under == 10 && a.histogram.over == 10);
    CHECK(tepui_accumulator_quantile(&a, 5 / 39.0, 0.5, NULL).value == -INFINITY);
    tepui_quantile q = tepui_accumulator_quantile(&a, 15 / 39.0, 0.1, NULL);
    CHECK(q.low == -14 && q.high == 0 && q.value > -14 && q.value < 0);
    q = tepui_accumulator_quantile(&a, 35 / 39.0, 0.1, NULL);
    CHECK(q.low == 1 && q.high == 19 && q.value > 1 && q.value < 19);
    q = tepui_accumulator_quantile(&a, 24.5 / 39.0, 0.1, NULL);
    CHECK(q.low >= 0.5 && q.high <= 0.59 + 1e-15);
    CHECK_NEAR(q.value, 0.545, tepui_histogram_width(&a.histogram));
    tepui_accumulator_free(&a);
}

static const test_case cases[] = {
    {"ranks_small", ranks_small},
    {"ranks_large", ranks_large},
    {"closed_forms", closed_forms},
    {"infinite_neighbours", infinite_neighbours},
    {"intervals_that_reach_infinity", intervals_that_reach_infinity},
    {"coverage", coverage},
    {"selection_is_sorting", selection_is_sorting},
    {"under_and_over", under_and_over},
};
TEST_MAIN(cases)
