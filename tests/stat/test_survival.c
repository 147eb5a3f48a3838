/* The product-limit estimate: a table of the textbooks, and quantiles of samples with one common limit, which the
   accumulators say to be the same. */
#include "shared.h"
#include "test.h"

enum { MOST = 200 };

/* Remission of leukaemia in weeks, 6-MP and placebo (Freireich et al., Blood 21, 699 (1963)). */
static const double drug[] = {6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35};
enum { DRUG_EVENTS = 9, ARM = 21 };
static const double placebo[] = {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23};

static size_t estimate(const double *time, size_t n, size_t events, tepui_survival_step *s)
{
    tepui_lifetime x[MOST];
    for (size_t i = 0; i < n; i++) x[n - 1 - i] = (tepui_lifetime){time[i], i < events};
    return tepui_survival(x, n, s);
}

/* S as products of fractions, 18/21 16/17 14/15 11/12 10/11 6/7 5/6, to rounding, and as the textbooks print them
   (Collett, Modelling Survival Data, section 2.1; Kleinbaum and Klein, Survival Analysis, chapter 2). */
static void remission_under_the_drug(void)
{
    static const struct {
        double time, printed;
        size_t events, at_risk;
    } want[] = {{6, 0.857, 3, 21},  {7, 0.807, 1, 17}, {10, 0.753, 1, 15}, {13, 0.690, 1, 12},
                {16, 0.627, 1, 11}, {22, 0.538, 1, 7}, {23, 0.448, 1, 6}};
    tepui_survival_step s[ARM];
    double product = 1;
    CHECK(estimate(drug, ARM, DRUG_EVENTS, s) == 7);
    for (int i = 0; i < 7; i++) {
        product *= 1 - (double)want[i].events / (double)want[i].at_risk;
        CHECK(s[i].time == want[i].time && s[i].events == want[i].events && s[i].at_risk == want[i].at_risk);
        CHECK_NEAR(s[i].survival, product, 1e-15);
        CHECK_NEAR(s[i].survival, want[i].printed, 0.0005);
    }
    /* Greenwood at 10: S^2 (3/(21 18) + 1/(17 16) + 1/(15 14)) */
    CHECK_NEAR(sqrt(s[2].variance), 0.0963, 0.00005);
    CHECK_NEAR(s[2].variance, s[2].survival * s[2].survival * (3 / 378.0 + 1 / 272.0 + 1 / 210.0), 1e-17);
}

/* Ends of the intervals by hand, S^exp(-+ 1.96 e / (S |ln S|)) <= 1/2. Drug: the lower bound is 0.503 at 10 and 0.432
   at 13, the upper one never below 0.5. Placebo: lower 0.519 at 3, 0.425 at 4, upper 0.578 at 8, 0.482 at 11. */
static void medians_and_their_intervals(void)
{
    tepui_survival_step s[ARM];
    size_t n = estimate(drug, ARM, DRUG_EVENTS, s);
    tepui_quantile q = tepui_survival_quantile(s, n, 0.5, 0.95);
    CHECK(q.value == 23 && q.low == 13 && q.high == INFINITY);
    CHECK(tepui_survival_quantile(s, n, 0.25, 0.95).value == 13);
    CHECK(tepui_survival_quantile(s, n, 0.6, 0.95).value == INFINITY);
    n = estimate(placebo, ARM, ARM, s);
    q = tepui_survival_quantile(s, n, 0.5, 0.95);
    CHECK(q.value == 8 && q.low == 4 && q.high == 11);
    CHECK(s[n - 1].survival == 0 && s[n - 1].variance == 0 && tepui_survival_quantile(s, n, 1, 0.95).value == 23);
    CHECK(tepui_survival_quantile(s, n, 0.9, 0.95).high == INFINITY); /* no upper bound where all have ended */
    /* nobody censored: binomial */
    CHECK_NEAR(s[4].survival, 12 / 21.0, 1e-15);
    CHECK_NEAR(s[4].variance, 12 / 21.0 * 9 / 21.0 / 21, 1e-16);
}

static void odd_samples(void)
{
    tepui_survival_step s[4];
    tepui_lifetime none[] = {{3, 0}, {1, 0}}, mixed[] = {{NAN, 1}, {2, 1}, {NAN, 0}, {2, 0}};
    CHECK(tepui_survival(none, 0, s) == 0 && tepui_survival(none, 2, s) == 0);
    CHECK(tepui_survival_quantile(s, 0, 0.5, 0.95).value == INFINITY);
    CHECK(tepui_survival(mixed, 4, s) == 1 && s[0].at_risk == 2 && s[0].survival == 0.5 && s[0].time == 2);
    CHECK(tepui_survival_quantile(s, 1, 0.5, 0.95).value == 2);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* n lifetimes with a common limit, as the accumulators see them (beyond it: INFINITY) and as they are censored. */
static double common_limit(gsl_rng *r, size_t n, int ties, double *seen, tepui_lifetime *x)
{
    const double limit = ties ? 1.0 + (double)below(r, 9) : 2 * gsl_rng_uniform_pos(r);
    for (size_t i = 0; i < n; i++) {
        const double t = ties ? 1.0 + (double)below(r, 9) : gsl_ran_exponential(r, 1);
        seen[i] = t <= limit ? t : INFINITY;
        x[i] = (tepui_lifetime){fmin(t, limit), t <= limit};
    }
    return limit;
}

static void check_quantiles(const tepui_accumulator *a, const double *sorted, size_t n, const tepui_survival_step *s,
                            size_t steps)
{
    double scratch[MOST];
    for (int k = 1; k < 40; k++) {
        const double p = k / 40.0;
        const size_t at = (size_t)(1 + p * (double)(n - 1));
        const double below_it = sorted[at - 1], above_it = sorted[at < n ? at : n - 1];
        const double km = tepui_survival_quantile(s, steps, p, 0.95).value;
        const tepui_quantile raw = tepui_accumulator_quantile(a, p, 0.95, scratch);
        const tepui_quantile binned = tepui_accumulator_quantile(a, p, 0.95, NULL);
        CHECK(km == below_it || km == above_it);
        CHECK(below_it <= raw.value && raw.value <= above_it);
        CHECK(raw.low <= km && km <= raw.high);
        CHECK(binned.low <= raw.low && raw.high <= binned.high);
        CHECK(isinf(raw.value) == isinf(binned.value) && !isnan(binned.value));
    }
}

/* With one limit the estimate is 1 - F_n up to it; the product is of at most n factors, each to rounding. */
static void one_limit_is_an_atom_at_infinity(void)
{
    gsl_rng *r = seeded(61);
    size_t all_seen = 0, none_seen = 0;
    for (int t = 0; t < 3000; t++) {
        double seen[MOST];
        tepui_lifetime x[MOST];
        tepui_survival_step s[MOST];
        tepui_accumulator a;
        const size_t n = 1 + below(r, t % 3 ? 30 : MOST);
        common_limit(r, n, t % 2, seen, x);
        CHECK(tepui_accumulator_init(&a, 0.05, -INFINITY, INFINITY, n) == TEPUI_OK);
        a.censors = 1;
        CHECK(tepui_accumulator_fold(&a, seen, n, 1) == TEPUI_OK);
        const size_t steps = tepui_survival(x, n, s);
        qsort(seen, n, sizeof *seen, ascending);
        for (size_t i = 0, k = 0; i < steps; i++) {
            while (k < n && seen[k] <= s[i].time) k++;
            CHECK_NEAR(s[i].survival, 1 - (double)k / (double)n, (double)n * 0x1p-52);
        }
        check_quantiles(&a, seen, n, s, steps);
        all_seen += a.infinite == 0;
        none_seen += a.infinite == n;
        tepui_accumulator_free(&a);
        if (test_failures) break;
    }
    CHECK(all_seen > 10 && none_seen > 10);
    gsl_rng_free(r);
}

/* Exponential lifetimes, each censored at a time of its own: the median is ln 2. The interval rests on a normal limit;
   2000 sets of 80 have a standard deviation of 0.5 %, 4.5 of them and 1 % for the limit are granted. */
static void coverage_under_random_censoring(void)
{
    enum { SETS = 2000, N = 80 };
    gsl_rng *r = seeded(62);
    int hits = 0;
    double bias = 0;
    for (int t = 0; t < SETS; t++) {
        tepui_lifetime x[N];
        tepui_survival_step s[N];
        for (int i = 0; i < N; i++) {
            const double life = gsl_ran_exponential(r, 1), end = 3 * gsl_rng_uniform(r);
            x[i] = (tepui_lifetime){fmin(life, end), life <= end};
        }
        const tepui_quantile q = tepui_survival_quantile(s, tepui_survival(x, N, s), 0.5, 0.95);
        hits += q.low <= M_LN2 && M_LN2 <= q.high;
        bias += (q.value <= M_LN2 ? 0.5 : -0.5) / SETS;
    }
    CHECK_NEAR(hits / (double)SETS, 0.95, 0.01 + 4.5 * 0.005);
    CHECK_NEAR(bias, 0, 0.05 + 4.5 * 0.5 / sqrt(SETS)); /* half lie below, up to half a rank in 80 */
    gsl_rng_free(r);
}

static const test_case cases[] = {
    {"remission_under_the_drug", remission_under_the_drug},
    {"medians_and_their_intervals", medians_and_their_intervals},
    {"odd_samples", odd_samples},
    {"one_limit_is_an_atom_at_infinity", one_limit_is_an_atom_at_infinity},
    {"coverage_under_random_censoring", coverage_under_random_censoring},
};
TEST_MAIN(cases)
