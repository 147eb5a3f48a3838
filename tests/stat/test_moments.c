/* Moments against exact rational results of the stored doubles (reference.py), for every way to cut a set in blocks. */
#include "shared.h"
#include "stat/dd.h"
#include "test.h"
#include <float.h>

/* --- the sets that are made by formula */

static double weyl(size_t i)
{
    return (double)(uint32_t)((i + 1) * 2654435761u) * 0x1p-32 - 0.5;
}

static double weyl_wild(double v)
{
    return v * ldexp(1.0, (int)((long)(fabs(v) * 65536.0) % 41) - 20);
}

/* Digits of pi by the spigot of Rabinowitz and Wagon (1995). */
static void pi_digits(double *digit, size_t n)
{
    const size_t len = 10 * (n + 10) / 3 + 1;
    int *a = malloc(len * sizeof *a), held = 0, nines = 0;
    size_t out = 0;
    for (size_t i = 0; i < len; i++) a[i] = 2;
    for (int first = 1; out < n;) {
        long carry = 0;
        for (size_t i = len; i-- > 0;) {
            const long x = 10L * a[i] + carry * (long)(i + 1), by = i ? 2 * (long)i + 1 : 10;
            a[i] = (int)(x % by);
            carry = x / by;
        }
        const int q = (int)carry;
        if (q == 9) {
            nines++;
            continue;
        }
        if (!first && out < n) digit[out++] = held + (q == 10);
        for (; nines > 0; nines--)
            if (out < n) digit[out++] = q == 10 ? 0 : 9;
        held = q == 10 ? 0 : q;
        first = 0;
    }
    free(a);
    digit[956] = 3; /* NIST's file has 3 where pi has 8; its certified values are those of the file */
}

static double formula(const char *name, size_t i)
{
    if (!strcmp(name, "NumAcc1")) return i == 0 ? 10000001 : i == 1 ? 10000003 : 10000002;
    if (!strcmp(name, "NumAcc2")) return i == 0 ? 1.2 : i % 2 ? 1.1 : 1.3;
    if (!strcmp(name, "NumAcc3")) return i == 0 ? 1000000.2 : i % 2 ? 1000000.1 : 1000000.3;
    if (!strcmp(name, "NumAcc4")) return i == 0 ? 10000000.2 : i % 2 ? 10000000.1 : 10000000.3;
    if (!strcmp(name, "weyl_cubed")) return weyl(i) * weyl(i) * weyl(i);
    if (!strcmp(name, "weyl_far")) return 1e9 + weyl(i);
    if (!strcmp(name, "weyl_wild")) return weyl_wild(weyl(i));
    return weyl(i);
}

static double *values_of(const reference_set *s)
{
    double *x = malloc(s->n * sizeof *x);
    if (!strcmp(s->name, "PiDigits")) {
        pi_digits(x, s->n);
        return x;
    }
    for (size_t i = 0; i < s->n; i++) x[i] = s->values ? s->values[i] : formula(s->name, i);
    return x;
}

/* --- */

static tepui_moments folded(const double *x, size_t n, size_t block)
{
    tepui_moments all, part;
    tepui_moments_clear(&all);
    for (size_t i = 0; i < n; i += block) {
        tepui_moments_of(&part, x + i, n - i < block ? n - i : block, 1);
        tepui_moments_merge(&all, &part);
    }
    return all;
}

static double ulp(double x)
{
    return nextafter(fabs(x), INFINITY) - fabs(x);
}

/* Mean and standard deviation within 1 ulp; skewness and kurtosis within 4 of their scale, as both divide a rounded
   double-double twice. |skewness| of the nearly symmetric sets is the last digit of the data: 1e-24 is 2^-104 times
   the 1e7 that |x|/sd reaches. */
static void check_set(const reference_set *s, const double *x, size_t block)
{
    const tepui_moments m = folded(x, s->n, block);
    CHECK(m.n == s->n);
    CHECK_NEAR(tepui_moments_mean(&m), s->mean, ulp(s->mean));
    CHECK_NEAR(sqrt(tepui_moments_variance(&m)), s->sd, ulp(s->sd));
    CHECK_NEAR(tepui_moments_skewness(&m), s->skewness, 4 * ulp(s->skewness) + 1e-22);
    CHECK_NEAR(tepui_moments_kurtosis(&m), s->kurtosis, 4 * ulp(s->kurtosis));
    if (test_failures) fprintf(stderr, "  in %s, blocks of %zu\n", s->name, block);
}

static void exact_rationals(void)
{
    const size_t blocks[] = {1, 2, 7, 64, 255, 256, 100000};
    for (size_t k = 0; k < sizeof reference_sets / sizeof *reference_sets; k++) {
        const reference_set *s = &reference_sets[k];
        double *x = values_of(s);
        for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) check_set(s, x, blocks[b]);
        free(x);
    }
}

/* NIST's certified values have 15 digits; storing the data as doubles moves the standard deviation by up to half an ulp
   of a value (which is why NumAcc4 can have 8.25 digits at most). */
static void certified(void)
{
    for (size_t k = 0; k < sizeof reference_sets / sizeof *reference_sets; k++) {
        const reference_set *s = &reference_sets[k];
        if (isnan(s->certified_sd)) continue;
        double *x = values_of(s);
        const tepui_moments m = folded(x, s->n, 64);
        CHECK_NEAR(tepui_moments_mean(&m), s->certified_mean, 5e-15 * fabs(s->certified_mean));
        CHECK_NEAR(sqrt(tepui_moments_variance(&m)), s->certified_sd, 5e-15 * s->certified_sd + ulp(m.maximum) / 2);
        free(x);
    }
}

static tepui_moments whole(const double *x, size_t n)
{
    tepui_moments m;
    tepui_moments_of(&m, x, n, 1);
    return m;
}

/* Closed forms, rounded once: the results must be those very doubles. */
static void small_sets(void)
{
    const double four[] = {1, 2, 3, 4}, coin[] = {-1, 1}, die[] = {1, 2, 3, 4, 5, 6}, rare[] = {0, 0, 0, 1};
    tepui_moments m = whole(four, 4);
    CHECK(tepui_moments_mean(&m) == 2.5);
    CHECK(tepui_moments_variance(&m) == 5.0 / 3.0);
    CHECK(tepui_moments_skewness(&m) == 0.0);
    CHECK(tepui_moments_kurtosis(&m) == 1.64); /* 41/16 / (5/4)^2 */
    m = whole(coin, 2);
    CHECK(tepui_moments_kurtosis(&m) == 1.0);
    CHECK(tepui_moments_skewness(&m) == 0.0);
    m = whole(die, 6);
    CHECK(tepui_moments_kurtosis(&m) == 303.0 / 175.0);      /* 707/48 / (35/12)^2 */
    m = whole(rare, 4);                                      /* Bernoulli(1/4): (1 - 2p)/sqrt(pq), 3 + (1 - 6pq)/(pq) */
    CHECK(tepui_moments_skewness(&m) == 1.1547005383792515); /* 2/sqrt(3) rounded once */
    CHECK(tepui_moments_kurtosis(&m) == 7.0 / 3.0);
    CHECK(m.minimum == 0.0 && m.maximum == 1.0);
}

static void empty_and_constant(void)
{
    const double same[] = {0.1, 0.1, 0.1};
    tepui_moments m, other;
    tepui_moments_clear(&m);
    CHECK(isnan(tepui_moments_mean(&m)) && isnan(tepui_moments_variance(&m)) && isnan(m.minimum));
    tepui_moments_of(&other, same, 0, 1);
    CHECK(other.n == 0);
    tepui_moments_merge(&m, &other);
    CHECK(m.n == 0);
    tepui_moments_of(&m, same, 1, 1);
    CHECK(tepui_moments_mean(&m) == 0.1 && isnan(tepui_moments_variance(&m)));
    m = whole(same, 3);
    CHECK(tepui_moments_mean(&m) == 0.1);
    CHECK(tepui_moments_variance(&m) < 1e-60); /* the mean errs by 2^-104 of 0.1 at most */
    CHECK(isnan(tepui_moments_kurtosis(&m)) || tepui_moments_variance(&m) > 0);
}

/* Any cuts, folded in order, give the same to 1e-15 of the scale of each sum; here the bound is 1e-25. */
static void any_split(void)
{
    enum { N = 1500 };
    gsl_rng *r = seeded(11);
    double x[N];
    for (int t = 0; t < 300; t++) {
        const double scale = pow(10, 20 * gsl_rng_uniform(r) - 10),
                     shift = t % 3 ? 100 * scale * gsl_rng_uniform(r) : 0;
        for (size_t i = 0; i < N; i++) x[i] = shift + scale * gsl_ran_tdist(r, 3);
        const tepui_moments a = whole(x, N);
        tepui_moments b, part;
        tepui_moments_clear(&b);
        for (size_t i = 0, n; i < N; i += n) {
            n = 1 + below(r, t % 2 ? 5 : 300);
            n = n < N - i ? n : N - i;
            tepui_moments_of(&part, x + i, n, 1);
            tepui_moments_merge(&b, &part);
        }
        CHECK(a.n == b.n && a.minimum == b.minimum && a.maximum == b.maximum);
        CHECK_NEAR(dd_value(dd_sub(a.mean, b.mean)), 0, 1e-25 * (fabs(shift) + scale));
        CHECK_NEAR(dd_value(dd_sub(a.m2, b.m2)), 0, 1e-25 * a.m2.hi);
        CHECK_NEAR(dd_value(dd_sub(a.m3, b.m3)), 0, 1e-25 * pow(a.m2.hi, 1.5));
        CHECK_NEAR(dd_value(dd_sub(a.m4, b.m4)), 0, 1e-25 * a.m4.hi);
    }
    gsl_rng_free(r);
}

static void strides(void)
{
    double x[3 * 101], y[101];
    for (size_t i = 0; i < 3 * 101; i++) x[i] = weyl(i);
    for (size_t i = 0; i < 101; i++) y[i] = x[3 * i];
    tepui_moments a, b;
    tepui_moments_of(&a, x, 101, 3);
    tepui_moments_of(&b, y, 101, 1);
    CHECK(memcmp(&a, &b, sizeof a) == 0);
}

/* The mean is right for every finite value; what does not fit a double says so. */
static void extremes(void)
{
    const double big[] = {DBL_MAX, DBL_MAX, DBL_MAX, DBL_MAX}, both[] = {-DBL_MAX, DBL_MAX, 3.0};
    const double wide[] = {1e300, 2e300, 6e300}, tiny[] = {1e-300, 2e-300, 6e-300}, least[] = {5e-324, 5e-324};
    const double mild[] = {1e80, 2e80, 6e80}, small[] = {1e-60, 2e-60, 6e-60}, smaller[] = {1e-78, 2e-78, 6e-78};
    for (size_t block = 1; block < 5; block++) {
        tepui_moments m = folded(big, 4, block);
        CHECK(tepui_moments_mean(&m) == DBL_MAX);
        m = folded(both, 3, block);
        CHECK_NEAR(tepui_moments_mean(&m), 1.0, DBL_MAX * 0x1p-104);
        CHECK(tepui_moments_variance(&m) == INFINITY);
        m = folded(wide, 3, block);
        CHECK_NEAR(tepui_moments_mean(&m) / 3e300, 1.0, DBL_EPSILON);
        CHECK(tepui_moments_variance(&m) == INFINITY);
        CHECK(isnan(tepui_moments_skewness(&m)) && isnan(tepui_moments_kurtosis(&m)));
        m = folded(tiny, 3, block);
        CHECK_NEAR(tepui_moments_mean(&m) / 3e-300, 1.0, DBL_EPSILON);
        CHECK(isnan(tepui_moments_skewness(&m)) && isnan(tepui_moments_kurtosis(&m)));
        m = folded(least, 2, block);
        CHECK(tepui_moments_mean(&m) == 5e-324);
        m = folded(mild, 3, block); /* {1, 2, 6} has variance 7 */
        CHECK_NEAR(tepui_moments_variance(&m) / 7e160, 1.0, 3 * DBL_EPSILON);
        CHECK(m.m4.hi == INFINITY && isnan(tepui_moments_kurtosis(&m))); /* 1e320 */
        m = folded(small, 3, block);
        CHECK_NEAR(tepui_moments_kurtosis(&m), 1.5, 3 * DBL_EPSILON); /* any three values have 3/2 */
        m = folded(smaller, 3, block);                                /* fourth powers are denormals with few digits */
        CHECK(isnan(tepui_moments_kurtosis(&m)) && m.m4.hi > 0);
    }
}

/* Double-double: identities that hold to 2^-100. */
static void double_double(void)
{
    gsl_rng *r = seeded(12);
    for (int t = 0; t < 10000; t++) {
        const tepui_dd a = dd_quick(gsl_ran_gaussian(r, 1), 0x1p-55 * gsl_rng_uniform(r) * 0x1p-3);
        const tepui_dd b = dd_quick(1 + gsl_rng_uniform(r), 0x1p-56 * gsl_rng_uniform(r));
        const tepui_dd back = dd_sub(dd_mul(dd_div(a, b), b), a), root = dd_sqrt(b);
        CHECK_NEAR(dd_value(back), 0, 0x1p-100 * fabs(a.hi));
        CHECK_NEAR(dd_value(dd_sub(dd_mul(root, root), b)), 0, 0x1p-100 * b.hi);
        const tepui_dd p = dd_two_prod(a.hi, b.hi);
        CHECK(p.lo == fma(a.hi, b.hi, -p.hi));
    }
    gsl_rng_free(r);
}

static const test_case cases[] = {
    {"exact_rationals", exact_rationals},
    {"certified", certified},
    {"small_sets", small_sets},
    {"empty_and_constant", empty_and_constant},
    {"any_split", any_split},
    {"strides", strides},
    {"extremes", extremes},
    {"double_double", double_double},
};
TEST_MAIN(cases)
