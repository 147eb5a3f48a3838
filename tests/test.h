/* test.h -- forty lines of test harness. A test file is a table of named cases; the closing line counts them.
   `./test_x NAME` runs one case. CHECK_NEAR's tolerance is absolute: derive it, do not tune it. */
#ifndef TEPUI_TEST_H
#define TEPUI_TEST_H
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const char *name;
    void (*run)(void);
} test_case;

static int test_failures;

#define CHECK(cond)                                                                                                    \
    do {                                                                                                               \
        if (!(cond)) {                                                                                                 \
            fprintf(stderr, "%s:%d: CHECK(%s)\n", __FILE__, __LINE__, #cond);                                          \
            test_failures++;                                                                                           \
        }                                                                                                              \
    } while (0)
#define CHECK_NEAR(got, want, tol)                                                                                     \
    do {                                                                                                               \
        double got_ = (got), want_ = (want), tol_ = (tol);                                                             \
        if (!(fabs(got_ - want_) <= tol_)) {                                                                           \
            fprintf(stderr, "%s:%d: %s = %.17g, want %.17g +- %.3g\n", __FILE__, __LINE__, #got, got_, want_, tol_);   \
            test_failures++;                                                                                           \
        }                                                                                                              \
    } while (0)
/* |estimate - truth| within z standard errors; say in a comment where the standard error comes from */
#define CHECK_Z(got, want, standard_error, z) CHECK_NEAR(got, want, (z) * (standard_error))

/* Valgrind computes long double in 64 bits: references that need its range or digits say so and are left out. */
static inline int extended_precision(void)
{
    volatile long double tiny = 1e-4000L, one = 1.0L;
    const int there = tiny > 0 && one + 0x1p-60L > one;
    if (!there) printf("no extended precision here: a case is left out\n");
    return there;
}

static int test_main(const test_case *cases, size_t n, int argc, char **argv)
{
    int passed = 0, failed = 0;
    for (size_t i = 0; i < n; i++) {
        if (argc > 1 && strcmp(argv[1], cases[i].name) != 0) continue;
        test_failures = 0;
        cases[i].run();
        if (test_failures)
            fprintf(stderr, "FAIL %s\n", cases[i].name), failed++;
        else
            passed++;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed || !passed;
}
#define TEST_MAIN(cases)                                                                                               \
    int main(int argc, char **argv)                                                                                    \
    {                                                                                                                  \
        return test_main(cases, sizeof(cases) / sizeof(cases)[0], argc, argv);                                         \
    }
#endif
