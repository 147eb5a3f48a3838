/* test_answers.c -- a wrong kernel is found before anything is computed. The table that the program asks for is
   replaced by the linker (--wrap). The answers come from tests/kernel/known_answers.py. */
#include "test.h"
#include <kernel/answers.h>
#include <tepui/tepui.h>
#include <unistd.h>

static tepui_kernels planted;
static const tepui_kernels *good;

const tepui_kernels *__wrap_tepui_kernel(void);
const tepui_kernels *__wrap_tepui_kernel(void)
{
    return &planted;
}

/* Faults: the last place is lost, or a power of two. */
static void words(const uint64_t k[4], uint64_t c1, uint64_t c2, uint64_t b, size_t n, uint64_t *out)
{
    good->words(k, c1, c2, b, n, out);
    out[32 * n - 1] ^= 1;
}
static void normals(const uint64_t k[4], uint64_t c1, uint64_t c2, uint64_t b, size_t n, double *out)
{
    good->normals(k, c1, c2, b, n, out);
    out[32 * n - 1] *= 2;
}
static void words_to_normals(const uint64_t *w, size_t n, double *out)
{
    good->words_to_normals(w, n, out);
    out[0] = -out[0];
}
static void words_to_uniform(const uint64_t *w, size_t n, double *out)
{
    good->words_to_uniform(w, n, out);
    out[n - 1] *= 2;
}
static void log_inplace(double *x, size_t n)
{
    good->log_inplace(x, n - 1);
}
static double dot(const double *x, const double *y, size_t n)
{
    return good->dot(x, y, n - 1);
}
static double sumsq(const double *x, size_t n)
{
    return good->sumsq(x, n - 1);
}
static double maxabs(const double *x, size_t n)
{
    (void)n;
    return fabs(x[3]);
}
static void scale(double *x, double s, size_t n)
{
    good->scale(x, s, n - 1);
}
static void gemv(const double *W, size_t rows, size_t cols, const double *x, size_t ldx, size_t points, double *y,
                 size_t ldy)
{
    good->gemv(W, rows - 1, cols, x, ldx, points, y, ldy);
}
static void gemv_t(const double *W, size_t rows, size_t cols, const double *d, size_t ldd, size_t points, double *g,
                   size_t ldg)
{
    good->gemv_t(W, rows - 1, cols, d, ldd, points, g, ldg);
}
static double outer_sumsq(const double *d, size_t ldd, size_t rows, const double *x, size_t ldx, size_t cols,
                          size_t points)
{
    return good->outer_sumsq(d, ldd, rows, x, ldx, cols, points - 1);
}
static void chain_slopes(tepui_chains *c, size_t n, double below, double above)
{
    good->chain_slopes(c, n - 1, below, above);
}
static void chain_forward(tepui_chains *c)
{
    good->chain_forward(c);
    c->size[7]++;
}
static void chain_gradient(const tepui_chains *c, const double *unit, double *g)
{
    good->chain_gradient(c, unit, g);
    g[8 * c->n - 1] *= 2;
}
static void chain_descend(tepui_chains *c, const double *rate)
{
    const double twice[8] = {2 * rate[0], rate[1], rate[2], rate[3], rate[4], rate[5], rate[6], rate[7]};
    good->chain_descend(c, twice);
}
static int chain_step(tepui_chains *c, const double *rate)
{
    (void)c, (void)rate;
    return 1;
}

static const char *const table[] = {"base", "avx2", "avx512"};

static void every_table_gives_the_known_answers(void)
{
    for (size_t i = 0; i < 3; i++) {
        const tepui_kernels *k = tepui_kernel_named(table[i]);
        const char *wrong = k ? kernel_wrong(k) : NULL;
        CHECK(wrong == NULL);
        if (wrong) fprintf(stderr, "%s: %s\n", table[i], wrong);
    }
}

static void each_wrong_kernel_is_named(void)
{
    good = tepui_kernel_named("base");
#define FAULT(kernel)                                                                                                  \
    do {                                                                                                               \
        planted = *good;                                                                                               \
        planted.kernel = kernel;                                                                                       \
        const char *wrong = kernel_wrong(&planted);                                                                    \
        CHECK(wrong &&strcmp(wrong, #kernel) == 0);                                                                    \
    } while (0)
    FAULT(words);
    FAULT(normals);
    FAULT(words_to_normals);
    FAULT(words_to_uniform);
    FAULT(log_inplace);
    FAULT(dot);
    FAULT(sumsq);
    FAULT(maxabs);
    FAULT(scale);
    FAULT(gemv);
    FAULT(gemv_t);
    FAULT(outer_sumsq);
    FAULT(chain_slopes);
    FAULT(chain_forward);
    FAULT(chain_gradient);
    FAULT(chain_descend);
    FAULT(chain_step);
}

static void a_run_with_a_wrong_kernel_ends_in_70(void)
{
    static const char yaml[] = "seed: 1\ngrid: {depth: 2, width: 4}\nobservables: [forward_norm]\nsamples: 10\n";
    const tepui_run_options o = {.path = "answers.h5", .threads = 1, .time_limit = INFINITY};
    tepui_error err = {""};
    tepui_experiment *e = NULL;
    good = tepui_kernel_named("base");
    planted = *good;
    planted.gemv = gemv;
    CHECK(tepui_experiment_parse(yaml, "test", NULL, &e, &err) == TEPUI_OK);
    CHECK(tepui_experiment_plan(e, &err) == TEPUI_OK);
    CHECK(tepui_run(e, &o, &err) == TEPUI_INTERNAL);
    CHECK(strstr(err.text, "kernel gemv (base)") != NULL);
    CHECK(access("answers.h5", F_OK) != 0);
    unlink("answers.h5"), unlink("answers.h5.log");
    tepui_experiment_free(e);
}

static const test_case cases[] = {
    {"every_table_gives_the_known_answers", every_table_gives_the_known_answers},
    {"each_wrong_kernel_is_named", each_wrong_kernel_is_named},
    {"a_run_with_a_wrong_kernel_ends_in_70", a_run_with_a_wrong_kernel_ends_in_70},
};
TEST_MAIN(cases)
