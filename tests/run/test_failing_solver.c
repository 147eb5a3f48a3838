/* test_failing_solver.c -- an eigensolver that fails now and then: its samples are NaN, counted and told, and all
   others are what they would have been. LAPACK's solver is replaced, by a definition of its name in this program. */
#include "config.h"

#include "test.h"
#include <stdlib.h>
#include <tepui/tepui.h>
#include <unistd.h>

#ifdef HAVE_LAPACKE
#include <lapacke.h>

enum { EVERY = 7, SAMPLES = 100, FAILING = (SAMPLES + EVERY - 1) / EVERY };
static int calls, failing;

/* Its own work, by another routine, or no convergence. */
lapack_int LAPACKE_dsyevd_work(int order, char jobz, char uplo, lapack_int n, double *a, lapack_int lda, double *w,
                               double *work, lapack_int lwork, lapack_int *iwork, lapack_int liwork)
{
    (void)iwork, (void)liwork;
    if (failing && calls++ % EVERY == 0) return 1;
    return LAPACKE_dsyev_work(order, jobz, uplo, n, a, lda, w, work, lwork);
}

static const char text[] = "seed: 1\ngrid: {depth: 2, width: 4}\ndata: {source: gaussian, targets: gaussian}\n"
                           "observables: [hessian_spectrum, hessian_extreme]\nsamples: 100\n"
                           "output: {raw: 100, allow_nan: %s}\n";

static tepui_result *run(const char *path, const char *allow, tepui_status want, const char *message)
{
    char yaml[400];
    tepui_error err = {""};
    tepui_experiment *e = NULL;
    tepui_result *r = NULL;
    const tepui_run_options o = {.path = path, .threads = 1, .time_limit = INFINITY};
    snprintf(yaml, sizeof yaml, text, allow);
    CHECK(tepui_experiment_parse(yaml, "test", NULL, &e, &err) == TEPUI_OK);
    CHECK(tepui_experiment_plan(e, &err) == TEPUI_OK);
    calls = 0;
    CHECK(tepui_run(e, &o, &err) == want);
    CHECK(strstr(err.text, message) != NULL);
    tepui_experiment_free(e);
    CHECK(tepui_result_open(path, &r, NULL) == TEPUI_OK);
    return r;
}

static void discard(const char *path)
{
    char name[64];
    const char *tail[] = {"", ".log", ".prev"};
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, tail[i]);
        unlink(name);
    }
}

static void a_failure_marks_its_sample_and_no_other(void)
{
    failing = 0;
    tepui_result *good = run("solver-good.h5", "false", TEPUI_OK, "");
    failing = 1;
    tepui_result *bad =
        run("solver-bad.h5", "false", TEPUI_FAILED,
            "15 of 100 samples of hessian_spectrum, component negative, cell 0 are not finite: NaN where the "
            "solver failed");
    tepui_result *allowed = run("solver-allowed.h5", "true", TEPUI_OK, "");
    const tepui_result_observable *x = tepui_result_observable_find(good, "hessian_extreme"),
                                  *y = tepui_result_observable_find(bad, "hessian_extreme"),
                                  *z = tepui_result_observable_find(allowed, "hessian_extreme");
    for (size_t k = 0; k < 2; k++) {
        size_t marked = 0;
        CHECK(x->nan[k] == 0 && y->nan[k] == FAILING && z->nan[k] == FAILING && y->count[k] == SAMPLES);
        for (size_t i = 0; i < SAMPLES; i++) {
            const double was = x->raw[k * SAMPLES + i], is = y->raw[k * SAMPLES + i];
            marked += isnan(is) != 0;
            CHECK(isnan(is) ? i % EVERY == 0 : is == was);
        }
        CHECK(marked == FAILING);
    }
    tepui_result_free(good), tepui_result_free(bad), tepui_result_free(allowed);
    discard("solver-good.h5"), discard("solver-bad.h5"), discard("solver-allowed.h5");
}
#else
static void a_failure_marks_its_sample_and_no_other(void)
{
    printf("LAPACK is not built in: nothing to replace\n");
}
#endif

static const test_case cases[] = {
    {"a_failure_marks_its_sample_and_no_other", a_failure_marks_its_sample_and_no_other},
};
TEST_MAIN(cases)
