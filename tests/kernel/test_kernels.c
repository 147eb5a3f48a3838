/* test_kernels.c -- every instruction set gives the same bits, and the bits are right. */
#include "test.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <tepui/kernel.h>
#include <tepui/rng.h>

static const uint64_t key[4] = {1, 2, 3, 4};
static const size_t sizes[] = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 1000};
#define SIZES (sizeof sizes / sizeof *sizes)

static double a[70000], b[70000], c[70000], d[70000];

static void fill(void)
{
    const tepui_kernels *base = tepui_kernel_named("base");
    base->normals(key, 1, 2, 0, 2000, a);
    base->normals(key, 1, 3, 0, 2000, b);
}

static int same(const void *x, const void *y, size_t bytes)
{
    return memcmp(x, y, bytes) == 0;
}

static void compare_draws(const tepui_kernels *base, const tepui_kernels *k)
{
    static uint64_t u[32 * 33], v[32 * 33];
    for (size_t nb = 0; nb <= 33; nb += 11) {
        base->words(key, 7, 8, 1000 + nb, nb, u);
        k->words(key, 7, 8, 1000 + nb, nb, v);
        CHECK(same(u, v, nb * 256));
        base->normals(key, 7, 8, 1000 + nb, nb, c);
        k->normals(key, 7, 8, 1000 + nb, nb, d);
        CHECK(same(c, d, nb * 256));
        k->words_to_normals(v, nb, c);
        CHECK(same(c, d, nb * 256));
    }
    for (size_t i = 0; i < SIZES; i++) {
        base->words_to_uniform(u, sizes[i], c);
        k->words_to_uniform(u, sizes[i], d);
        CHECK(same(c, d, sizes[i] * 8));
        base->log_inplace(c, sizes[i]);
        k->log_inplace(d, sizes[i]);
        CHECK(same(c, d, sizes[i] * 8));
    }
}

static void compare_vectors(const tepui_kernels *base, const tepui_kernels *k)
{
    for (size_t i = 0; i < SIZES; i++)
        for (size_t shift = 0; shift < 3; shift++) {
            const size_t n = sizes[i];
            CHECK(base->dot(a + shift, b, n) == k->dot(a + shift, b, n));
            CHECK(base->sumsq(a + shift, n) == k->sumsq(a + shift, n));
            CHECK(base->maxabs(a + shift, n) == k->maxabs(a + shift, n));
            memcpy(c, a, sizeof a);
            memcpy(d, a, sizeof a);
            base->scale(c + shift, 1.7, n);
            k->scale(d + shift, 1.7, n);
            CHECK(same(c, d, sizeof a)); /* nothing beyond n is touched */
        }
}

/* Every entry is a chain of fma() over the inner index in order, from what is there, whatever the strides. */
static void matrix_products_are_chains(void)
{
    static const size_t size[] = {1, 2, 5, 6, 7, 8, 9, 12, 13, 16, 17, 24, 95, 96, 97, 129};
    static const char *const name[] = {"base", "avx2", "avx512"};
    const size_t n = sizeof size / sizeof *size;
    for (int s = 0; s < 3; s++) {
        const tepui_kernels *k = tepui_kernel_named(name[s]);
        for (size_t at = 0; k && at < n * n * n; at++) {
            const size_t rows = size[at % n], inner = size[at / n % n], cols = size[at / n / n], ldc = cols + 3;
            const int turned = (int)(at % 4);
            const size_t ai = turned & 1 ? 1 : inner + 1, ak = turned & 1 ? rows + 2 : 1;
            const size_t bk = turned & 2 ? 1 : cols + 5, bj = turned & 2 ? inner + 1 : 1;
            const double alpha = at % 3 ? 1 : -0.7;
            if (s == 0 && at % 7) continue; /* fma() in software */
            memcpy(c, b, sizeof c);
            k->gemm(alpha, a, ai, ak, b + 7, bk, bj, rows, inner, cols, c, ldc);
            int wrong = 0;
            for (size_t i = 0; i < rows; i++)
                for (size_t j = 0; j < ldc && i * ldc + j < 70000; j++) {
                    double sum = b[i * ldc + j];
                    for (size_t m = 0; j < cols && m < inner; m++)
                        sum = fma(alpha * a[i * ai + m * ak], b[7 + m * bk + j * bj], sum);
                    wrong += memcmp(&sum, &c[i * ldc + j], sizeof sum) != 0;
                }
            CHECK(wrong == 0);
            if (wrong) fprintf(stderr, "%s %zu x %zu x %zu: %d wrong\n", name[s], rows, inner, cols, wrong);
        }
    }
}

static void compare_matrices(const tepui_kernels *base, const tepui_kernels *k)
{
    for (size_t i = 1; i < SIZES; i++)
        for (size_t j = 1; j < SIZES; j++)
            for (size_t points = 1; points <= 3; points += 2) {
                const size_t rows = sizes[i], cols = sizes[j];
                if (rows * cols > 60000) continue;
                memset(c, 0, sizeof c);
                memset(d, 0, sizeof d);
                base->gemv(a, rows, cols, b, cols, points, c, rows + 1);
                k->gemv(a, rows, cols, b, cols, points, d, rows + 1);
                CHECK(same(c, d, sizeof c));
                CHECK(c[rows - 1] == base->dot(a + (rows - 1) * cols, b, cols));
                base->gemv_t(a, rows, cols, b, rows, points, c, cols + 1);
                k->gemv_t(a, rows, cols, b, rows, points, d, cols + 1);
                CHECK(same(c, d, sizeof c));
                CHECK(base->outer_sumsq(a, rows, rows, b, cols, cols, points) ==
                      k->outer_sumsq(a, rows, rows, b, cols, cols, points));
            }
}

static void every_instruction_set_gives_the_same_bits(void)
{
    const char *name[] = {"avx2", "avx512"};
    const tepui_kernels *base = tepui_kernel_named("base");
    fill();
    for (size_t i = 0; i < 2; i++) {
        const tepui_kernels *k = tepui_kernel_named(name[i]);
        if (!k) {
            printf("%s: not on this machine\n", name[i]);
            continue;
        }
        compare_draws(base, k);
        compare_vectors(base, k);
        compare_matrices(base, k);
    }
}

/* Rows that carry nothing are left out, whatever stands in them; the others give the same bits. */
static void rows_of_zeros_are_left_out(void)
{
    const char *name[] = {"base", "avx2", "avx512"};
    const size_t rows = 37, cols = 53, points = 2;
    for (size_t n = 0; n < 3; n++) {
        const tepui_kernels *k = tepui_kernel_named(name[n]);
        if (!k) continue;
        fill();
        for (size_t i = 0; i < rows; i += 3) b[i] = b[rows + i] = 0.0;
        memset(c, 0, sizeof c);
        memset(d, 0, sizeof d);
        k->gemv_t(a, rows, cols, b, rows, points, c, cols);
        for (size_t i = 0; i < rows; i += 3)
            for (size_t j = 0; j < cols; j++) a[i * cols + j] = NAN;
        k->gemv_t(a, rows, cols, b, rows, points, d, cols);
        CHECK(c[0] != 0.0 && same(c, d, points * cols * sizeof *c));
    }
}

/* Against sums in long double: n terms of size 1 err by less than n 2^-53 in all. */
static void products_are_right(void)
{
    const tepui_kernels *k = tepui_kernel();
    const size_t rows = 37, cols = 53, points = 3;
    fill();
    memset(c, 0, sizeof c);
    memset(d, 0, sizeof d);
    k->gemv(a, rows, cols, b, cols, points, c, rows);
    k->gemv_t(a, rows, cols, b, rows, points, d, cols);
    long double square = 0;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++) {
            long double g = 0;
            for (size_t p = 0; p < points; p++) g += (long double)a[p * rows + i] * b[p * cols + j];
            square += g * g;
        }
    CHECK_NEAR(k->outer_sumsq(a, rows, rows, b, cols, cols, points), (double)square, 1e-11 * (double)square);
    for (size_t p = 0; p < points; p++) {
        for (size_t i = 0; i < rows; i++) {
            long double s = 0;
            for (size_t j = 0; j < cols; j++) s += (long double)a[i * cols + j] * b[p * cols + j];
            CHECK_NEAR(c[p * rows + i], (double)s, 1e-13);
        }
        for (size_t j = 0; j < cols; j++) {
            long double s = 0;
            for (size_t i = 0; i < rows; i++) s += (long double)a[i * cols + j] * b[p * rows + i];
            CHECK_NEAR(d[p * cols + j], (double)s, 1e-13);
        }
    }
}

static double ulp(double x)
{
    return nextafter(fabs(x), INFINITY) - fabs(x);
}

static void the_logarithm_is_good_to_two_ulp(void)
{
    if (!extended_precision()) return;
    const tepui_kernels *k = tepui_kernel();
    static double x[32 * 256], y[32 * 256];
    static uint64_t w[32 * 256];
    k->words(key, 3, 4, 0, 256, w);
    for (size_t i = 0; i < 32 * 256; i++) {
        x[i] = i % 3 == 0   ? ldexp((double)(w[i] >> 11), -53 - (int)(w[i] % 64))
               : i % 3 == 1 ? 1.0 - ldexp((double)(w[i] >> 32), -32 - (int)(w[i] % 22))
                            : 0.6 + 0.4 * (double)(w[i] >> 11) * 0x1p-53;
        if (!(x[i] > 0)) x[i] = 0.5;
        y[i] = x[i];
    }
    k->log_inplace(y, 32 * 256);
    for (size_t i = 0; i < 32 * 256; i++) CHECK_NEAR(y[i], (double)logl(x[i]), 2 * ulp((double)logl(x[i])));
}

/* The same words through long double Box-Muller: r cos and r sin. */
static void normals_are_box_muller_of_the_words(void)
{
    if (!extended_precision()) return;
    const tepui_kernels *k = tepui_kernel();
    enum { BATCHES = 300 };
    static uint64_t w[32 * BATCHES];
    k->words(key, 5, 6, 0, BATCHES, w);
    w[0] = 0;     /* the largest radius: 9.4 */
    w[1] = ~0ull; /* the smallest: 0 */
    w[2] = 1;
    k->words_to_normals(w, BATCHES, c);
    for (size_t i = 0; i < 32 * BATCHES; i++) {
        if (i % 16 >= 8) continue;
        const long double u = ((long double)w[i] + 0.5L) * 0x1p-64L;
        const long double r = w[i] == ~0ull ? 0 : sqrtl(-2 * logl(u));
        const uint64_t x = w[i + 8];
        const long double angle = ((long double)(x >> 12) * 0x1p-52L - 0.5L) * 1.57079632679489661923132169L;
        long double co = cosl(angle) * (x & 2 ? -1 : 1), si = sinl(angle);
        if (x & 1) {
            const long double swap = co;
            co = si;
            si = swap;
        }
        /* u is rounded to a double, which moves r^2 = -2 log u by up to 2^-53: relatively a lot where r is small */
        const double round = (double)(r > 0 ? 0x1p-53L / (r * r) : 0);
        const double one = (double)(r * co), two = (double)(r * si);
        CHECK_NEAR(c[i], one, 8 * ulp(one) + round * fabs(one) + (round > 1e-3 ? 3e-8 : 0));
        CHECK_NEAR(c[i + 8], two, 8 * ulp(two) + round * fabs(two) + (round > 1e-3 ? 3e-8 : 0));
    }
    CHECK(hypot(c[0], c[8]) > 9.4 && hypot(c[1], c[9]) == 0.0);
}

static void uniforms_are_open_at_both_ends(void)
{
    const uint64_t w[4] = {0, 1ull << 11, ~0ull, 1ull << 63};
    double u[4];
    tepui_kernel()->words_to_uniform(w, 4, u);
    CHECK(u[0] == 0x1p-54 && u[1] == 0x1.8p-53 && u[3] == 0.5 + 0x1p-54 + 0.0);
    CHECK(u[2] < 1.0 || u[2] == 1.0 - 0x1p-54);
    for (int i = 0; i < 4; i++) CHECK(u[i] > 0.0 && u[i] <= 1.0);
}

/* --- activations: right values from the C library's long double functions, 11 bits more */
typedef struct {
    long double f, df, d2f, df_term, d2f_term; /* values, and the largest term where terms cancel */
} expected;

static expected right_logistic(int curve, long double z)
{
    const long double e = expl(-fabsl(z)), s = z < 0 ? e / (1 + e) : 1 / (1 + e),
                      rest = z < 0 ? 1 / (1 + e) : e / (1 + e);
    const long double bell = e / ((1 + e) * (1 + e)), th = tanhl(z / 2);
    if (curve == TEPUI_CURVE_SIGMOID) return (expected){s, bell, -bell * th, 0, 0};
    if (curve == TEPUI_CURVE_SOFTPLUS) return (expected){fmaxl(z, 0) + log1pl(e), s, bell, 0, 0};
    return (expected){z * s, s * (1 + z * rest), bell * (2 - z * th), s, 2 * bell};
}

static expected right_curve(int curve, long double z, const double *slope)
{
    const long double pi = acosl(-1), e = expl(z), sech = 1 / coshl(z);
    if (curve == TEPUI_CURVE_TANH) return (expected){tanhl(z), sech * sech, -2 * tanhl(z) * sech * sech, 0, 0};
    if (curve == TEPUI_CURVE_SIN) return (expected){sinl(z), cosl(z), -sinl(z), 0, 0};
    if (curve == TEPUI_CURVE_ELU && z > 0) return (expected){slope[1] * z, slope[1], 0, 0, 0};
    if (curve == TEPUI_CURVE_ELU) return (expected){slope[0] * expm1l(z), slope[0] * e, z < 0 ? slope[0] * e : 0, 0, 0};
    if (curve == TEPUI_CURVE_ERF) {
        const long double df = 2 / sqrtl(pi) * expl(-z * z);
        return (expected){erfl(z), df, -2 * z * df, 0, 0};
    }
    if (curve == TEPUI_CURVE_GELU) {
        const long double below = erfcl(-z * sqrtl(0.5L)) / 2, p = expl(-z * z / 2) / sqrtl(2 * pi);
        return (expected){z * below, below + z * p, p * (2 - z * z), fmaxl(below, fabsl(z) * p), fmaxl(2, z * z) * p};
    }
    return right_logistic(curve, z);
}

/* In ulp of the value, or of a term larger than it. */
static double ulps(double got, long double want, long double term)
{
    const long double size = fmaxl(fabsl(want), term);
    int e = -1021;
    if (size >= DBL_MIN) frexpl(size, &e);
    return (double)ldexpl(fabsl(got - want), 53 - e);
}

/* All exponents, those near 1 more often. The long double reference loses bits where it takes a square or a quotient of
   a large argument, 2^-64 z^2, which counts up to |z| = 40. */
static double pick(size_t i)
{
    const double m = 1 + (double)(rand() % 1000003) / 1000003;
    const double x = i % 2 ? ldexp(m, (int)(i / 2 % 2098) - 1074) : ldexp(m, rand() % 14 - 4);
    return rand() % 2 ? x : -x;
}

static void curves_are_right(void)
{
    static const char *const name[] = {"avx512", "avx2", "base"};
    static const double slope[2] = {1.5, 1};
    const tepui_kernels *k = NULL;
    for (int s = 0; !k; s++) k = tepui_kernel_named(name[s]);
    for (int curve = 0; curve < TEPUI_CURVE_COUNT; curve++)
        for (size_t i = 0; i < 20000; i++) {
            const double z = pick(i);
            double f, df, d2f;
            k->curve_slopes[curve](&z, &f, &df, 1, slope);
            k->curve_bends[curve](&z, &d2f, 1, slope);
            const expected want = right_curve(curve, z, slope);
            const double most = 3 + (fabs(z) > 5 && fabs(z) < 800 ? 0x1p-10 * z * z : 0) * (curve >= TEPUI_CURVE_ERF);
            CHECK(ulps(f, want.f, 0) <= most);
            CHECK(ulps(df, want.df, want.df_term) <= most);
            CHECK(ulps(d2f, want.d2f, want.d2f_term) <= most);
        }
}

/* Limits at 0, far out and at infinity; NaN stays. */
static void curves_have_limits(void)
{
    static const double z[] = {0, -0.0, 0x1p-1074, -0x1p-1074, DBL_MAX, -DBL_MAX, INFINITY, -INFINITY, NAN};
    static const double half[] = {0, 0, 0, 0, 1, 0, 1, 0}, slope[2] = {1, 1};
    const tepui_kernels *k = tepui_kernel();
    double f[9], df[9];
    for (int curve = 0; curve < TEPUI_CURVE_COUNT; curve++) {
        k->curve_slopes[curve](z, f, df, 9, slope);
        CHECK(isnan(f[8]));
        if (curve == TEPUI_CURVE_SIN) continue;
        for (int i = 4; i < 8; i++) {
            const double bounded = z[i] > 0 ? 1 : curve == TEPUI_CURVE_SIGMOID ? 0 : -1;
            const int flat = curve == TEPUI_CURVE_TANH || curve == TEPUI_CURVE_SIGMOID || curve == TEPUI_CURVE_ERF;
            const double unit = z[i] > 0 ? z[i] : curve == TEPUI_CURVE_ELU ? -1 : 0;
            CHECK(f[i] == (flat ? bounded : unit));
            CHECK(df[i] == (flat ? 0 : half[i]));
        }
    }
    k->curve_slopes[TEPUI_CURVE_TANH](z, f, df, 4, slope);
    CHECK(same(f, z, 4 * sizeof *z)); /* zeros keep their sign, the smallest numbers their value */
}

/* The same bits from every instruction set, alone or among others, in place. */
static void compare_curves(const tepui_kernels *base, const tepui_kernels *k)
{
    static const double slope[2] = {0.3, 1.1};
    srand(5);
    for (size_t i = 0; i < 1000; i++) a[i] = pick(i);
    for (int curve = 0; curve < TEPUI_CURVE_COUNT; curve++)
        for (size_t i = 0; i < SIZES; i++) {
            const size_t n = sizes[i];
            double one, alone;
            memcpy(b, a, 1001 * sizeof *a);
            base->curve_slopes[curve](a, c, c + 2000, n, slope);
            base->curve_bends[curve](a, c + 4000, n, slope);
            k->curve_bends[curve](b, d + 4000, n, slope);
            k->curve_slopes[curve](b, b, d + 2000, n, slope);
            CHECK(same(c, b, n * 8) && same(c + 2000, d + 2000, n * 8) && same(c + 4000, d + 4000, n * 8));
            CHECK(b[n] == a[n]);
            if (n == 0) continue;
            k->curve_slopes[curve](a + n - 1, &one, &alone, 1, slope);
            CHECK(one == c[n - 1] && alone == c[2000 + n - 1]);
        }
}

static void curves_have_the_same_bits(void)
{
    static const char *const name[] = {"avx2", "avx512"};
    for (int s = 0; s < 2; s++)
        if (tepui_kernel_named(name[s])) compare_curves(tepui_kernel_named("base"), tepui_kernel_named(name[s]));
}

static const test_case cases[] = {
    {"curves_are_right", curves_are_right},
    {"curves_have_limits", curves_have_limits},
    {"curves_have_the_same_bits", curves_have_the_same_bits},
    {"every_instruction_set_gives_the_same_bits", every_instruction_set_gives_the_same_bits},
    {"rows_of_zeros_are_left_out", rows_of_zeros_are_left_out},
    {"products_are_right", products_are_right},
    {"matrix_products_are_chains", matrix_products_are_chains},
    {"the_logarithm_is_good_to_two_ulp", the_logarithm_is_good_to_two_ulp},
    {"normals_are_box_muller_of_the_words", normals_are_box_muller_of_the_words},
    {"uniforms_are_open_at_both_ends", uniforms_are_open_at_both_ends},
};
TEST_MAIN(cases)
