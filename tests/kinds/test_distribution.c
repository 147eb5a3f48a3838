/* test_distribution.c -- every law in the registry: its moments, its distribution function, its addressing.

   Fixed seeds. Standard errors: mean 1/sqrt(n); variance sqrt((kurtosis - 1)/n) where the kurtosis is finite; limits
   are 5 of them, Kolmogorov-Smirnov p > 1e-6. */
#include "test.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <stdlib.h>
#include <tepui/tepui.h>

#define N 200000u

static tepui_stream stream(const char *name, uint64_t sample)
{
    tepui_stream s;
    const tepui_key key = tepui_key_make(2021, name);
    tepui_stream_sample(&s, &key, sample, NULL);
    tepui_stream_at(&s, TEPUI_FOR_TEST, 0);
    return s;
}

static void defaults(const tepui_kind *k, double p[TEPUI_MAX_PARAMS])
{
    for (int i = 0; i < TEPUI_MAX_PARAMS; i++) p[i] = k->params[i].name ? k->params[i].fallback : 0;
}

static double *draw(const tepui_distribution_type *t, const double *p, size_t n)
{
    double *x = malloc(n * sizeof *x), *scratch = malloc((2 * n + 2 * TEPUI_BATCH) * sizeof *scratch);
    tepui_stream s = stream(t->kind.name, 3);
    t->fill(&s, x, n, p, scratch);
    free(scratch);
    return x;
}

static void check_moments(const tepui_distribution_type *t, const double *p, const double *x)
{
    double m1 = 0, m2 = 0, m4 = 0, log_sum = 0, log_square = 0;
    const double k = t->moment(p, 4), mean_log = t->mean_log_abs(p);
    for (size_t i = 0; i < N; i++) {
        m1 += x[i];
        m2 += x[i] * x[i];
        m4 += x[i] * x[i] * x[i] * x[i];
        log_sum += x[i] != 0 ? log(fabs(x[i])) : 0;
        log_square += x[i] != 0 ? log(fabs(x[i])) * log(fabs(x[i])) : 0;
    }
    CHECK_Z(m1 / N, 0, 1 / sqrt(N), 5);
    /* student_t(5): kurtosis 9; its square has no finite variance, so 5 standard errors plus a half */
    if (isfinite(k)) CHECK_NEAR(m2 / N, 1, 5.5 * sqrt((k - 1) / N) + 1e-12);
    if (isfinite(k) && k < 8) CHECK_NEAR(m4 / N, k, 0.05 * k);
    if (isfinite(mean_log)) {
        const double variance = log_square / N - (log_sum / N) * (log_sum / N);
        CHECK_Z(log_sum / N, mean_log, sqrt(variance / N) + 1e-12, 5);
    }
}

typedef struct {
    const tepui_distribution_type *t;
    const double *p;
} law;

static double cdf_of(double x, const void *arg)
{
    const law *l = arg;
    return l->t->cdf(x, l->p);
}

/* Laws with atoms: the distribution function is compared where it is continuous from both sides. */
static void check_distribution(const tepui_distribution_type *t, const double *p, double *x)
{
    const law l = {t, p};
    const int atoms = strcmp(t->kind.name, "rademacher") == 0 || strcmp(t->kind.name, "sparse") == 0;
    if (!atoms) {
        CHECK(tepui_ks_pvalue(tepui_ks_statistic(x, N, cdf_of, &l), N) > 1e-6);
        for (size_t i = 0; i < N; i++) x[i] *= 1.05; /* and 5 % more spread is seen */
        CHECK(tepui_ks_pvalue(tepui_ks_statistic(x, N, cdf_of, &l), N) < 1e-6);
        return;
    }
    for (double at = -2.25; at < 2.5; at += 0.5) {
        double below = 0;
        const double want = t->cdf(at, p);
        for (size_t i = 0; i < N; i++) below += x[i] <= at;
        CHECK_Z(below / N, want, sqrt(want * (1 - want) / N) + 1e-12, 5);
    }
}

static void every_law_has_its_moments_and_distribution(void)
{
    for (const void *const *k = tepui_family_distribution.kinds; *k; k++) {
        const tepui_distribution_type *t = *k;
        double p[TEPUI_MAX_PARAMS];
        if (t->fill_matrix) continue;
        defaults(&t->kind, p);
        double *x = draw(t, p, N);
        const int before = test_failures;
        check_moments(t, p, x);
        check_distribution(t, p, x);
        if (test_failures > before) fprintf(stderr, "in %s\n", t->kind.name);
        free(x);
    }
}

/* E z^k = 2 int_0^inf k z^(k-1) P(Z <= -z) dz of a symmetric law. */
typedef struct {
    law of;
    int order;
} tail_moment;

static double tail_of_moment(double z, void *arg)
{
    const tail_moment *m = arg;
    return 2 * m->order * gsl_pow_int(z, m->order - 1) * m->of.t->cdf(-z, m->of.p);
}

static void moments_are_integrals(const tepui_distribution_type *t, const double *p)
{
    gsl_integration_workspace *room = gsl_integration_workspace_alloc(2000);
    for (int order = 2; order <= 12; order += 2) {
        tail_moment m = {{t, p}, order};
        gsl_function g = {tail_of_moment, &m};
        double want, error;
        if (!isfinite(t->moment(p, order))) continue;
        CHECK(gsl_integration_qagiu(&g, 0, 0, 1e-8, 2000, room, &want, &error) == 0);
        CHECK_NEAR(t->moment(p, order) / want, 1, 1e-7);
    }
    CHECK(t->moment(p, 2) == 1 || fabs(t->moment(p, 2) - 1) < 1e-14);
    gsl_integration_workspace_free(room);
}

static void moments_of_all_orders(void)
{
    const tepui_distribution_type *cut = tepui_kind_find(&tepui_family_distribution, "truncated_normal");
    const tepui_distribution_type *heavy = tepui_kind_find(&tepui_family_distribution, "student_t");
    for (const void *const *k = tepui_family_distribution.kinds; *k; k++) {
        const tepui_distribution_type *t = *k;
        double p[TEPUI_MAX_PARAMS];
        defaults(&t->kind, p);
        if (strcmp(t->kind.name, "rademacher") == 0) /* atoms: 1 at every order */
            for (int order = 2; order <= 12; order += 2) CHECK(t->moment(p, order) == 1);
        else if (!t->fill_matrix)
            moments_are_integrals(t, p);
    }
    for (double c = 0.1; c <= 30; c *= 1.7) moments_are_integrals(cut, &c);
    for (double nu = 2.5; nu < 1e6; nu *= 2) moments_are_integrals(heavy, &nu);
    CHECK(heavy->moment((double[]){12}, 12) == INFINITY && heavy->moment((double[]){4}, 4) == INFINITY);
}

/* Entry i depends on its own batch only: the first m entries of fill(n) are fill(m); filling goes on where it stopped.
 */
static void fills_are_addressed(void)
{
    for (const void *const *k = tepui_family_distribution.kinds; *k; k++) {
        const tepui_distribution_type *t = *k;
        double p[TEPUI_MAX_PARAMS], all[1024], part[1024], scratch[3000];
        if (t->fill_matrix) continue;
        defaults(&t->kind, p);
        tepui_stream a = stream("x", 1), b = stream("x", 1);
        t->fill(&a, all, 1024, p, scratch);
        t->fill(&b, part, 320, p, scratch);
        t->fill(&b, part + 320, 704, p, scratch);
        CHECK(memcmp(all, part, sizeof all) == 0);
        b = stream("x", 1);
        t->fill(&b, part, 37, p, scratch);
        CHECK(memcmp(all, part, 37 * sizeof *all) == 0);
    }
}

static double *orthogonal(size_t rows, size_t cols, uint64_t sample)
{
    const tepui_distribution_type *t = tepui_kind_find(&tepui_family_distribution, "orthogonal");
    double *w = malloc(rows * cols * sizeof *w),
           *work = malloc((tepui_distribution_work(t, rows, cols) + 1) * sizeof *work);
    tepui_stream s = stream("orthogonal", sample);
    CHECK(t->fill_matrix(&s, w, rows, cols, work) == TEPUI_OK);
    free(work);
    return w;
}

/* Scaled by sqrt(max(rows, cols)): rows or columns, whichever are fewer, are orthonormal times that. */
static void orthogonal_matrices_are_orthogonal(void)
{
    const size_t shape[][2] = {{1, 1}, {2, 2}, {7, 7}, {5, 9}, {9, 5}, {1, 6}, {6, 1}, {64, 64}};
    for (size_t k = 0; k < sizeof shape / sizeof *shape; k++) {
        const size_t n = shape[k][0], m = shape[k][1], least = n < m ? n : m, most = n < m ? m : n;
        double *w = orthogonal(n, m, k);
        for (size_t i = 0; i < least; i++)
            for (size_t j = 0; j < least; j++) {
                double s = 0;
                for (size_t q = 0; q < most; q++)
                    s += n < m ? w[i * m + q] * w[j * m + q] : w[q * m + i] * w[q * m + j];
                CHECK_NEAR(s / (double)most, i == j, 1e-13);
            }
        free(w);
    }
}

/* Haar: the square of an entry of Q is Beta(1/2, (n-1)/2), its sign is fair, for the first and the last entry (without
   the sign correction of QR the diagonal would show). n = 5, 20,000 matrices. */
static double entry_cdf(double x, const void *arg)
{
    (void)arg;
    return 0.5 + (x < 0 ? -0.5 : 0.5) * gsl_cdf_beta_P(x * x, 0.5, 2.0);
}

static void orthogonal_matrices_are_uniform(void)
{
    enum { M = 20000 };
    static double first[M], last[M], trace[M];
    for (uint64_t i = 0; i < M; i++) {
        double *w = orthogonal(5, 5, i);
        first[i] = w[0] / sqrt(5.0);
        last[i] = w[24] / sqrt(5.0);
        trace[i] = 0;
        for (int k = 0; k < 5; k++) trace[i] += w[6 * k] / sqrt(5.0);
        free(w);
    }
    CHECK(tepui_ks_pvalue(tepui_ks_statistic(first, M, entry_cdf, NULL), M) > 1e-6);
    CHECK(tepui_ks_pvalue(tepui_ks_statistic(last, M, entry_cdf, NULL), M) > 1e-6);
    double mean = 0, square = 0; /* Haar on O(n): E tr = 0, E tr^2 = 1 (Diaconis and Shahshahani 1994), E tr^4 = 3 */
    for (int i = 0; i < M; i++) {
        mean += trace[i];
        square += trace[i] * trace[i];
    }
    CHECK_Z(mean / M, 0, 1 / sqrt(M), 5);
    CHECK_Z(square / M, 1, sqrt(2.0 / M), 5);
}

static const test_case cases[] = {
    {"every_law_has_its_moments_and_distribution", every_law_has_its_moments_and_distribution},
    {"moments_of_all_orders", moments_of_all_orders},
    {"fills_are_addressed", fills_are_addressed},
    {"orthogonal_matrices_are_orthogonal", orthogonal_matrices_are_orthogonal},
    {"orthogonal_matrices_are_uniform", orthogonal_matrices_are_uniform},
};
TEST_MAIN(cases)
