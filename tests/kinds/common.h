/* common.h -- what the tests of kinds share: a choice from its text, a test stream, Kolmogorov's test. */
#ifndef TEPUI_TESTS_KINDS_COMMON_H
#define TEPUI_TESTS_KINDS_COMMON_H
#include "test.h"
#include <math.h>
#include <stdlib.h>
#include <tepui/distribution.h>
#include <tepui/kind.h>

static inline tepui_choice choose(const tepui_family *family, const char *text)
{
    tepui_choice c = {0};
    tepui_error err = {{0}};
    if (tepui_choice_parse(family, text, &c, &err) != TEPUI_OK) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    return c;
}

/* Fixed seed: every test sees the same numbers in every run. */
static inline tepui_stream test_stream(uint64_t sample)
{
    tepui_stream s;
    const tepui_key key = tepui_key_make(20210603, "tests/kinds");
    tepui_stream_sample(&s, &key, sample, NULL);
    tepui_stream_at(&s, TEPUI_FOR_TEST, 1);
    return s;
}

static inline int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* p-value of Kolmogorov's test; sorts x. Ties and atoms are compared on both sides of the jump, which for laws with
   atoms makes the test conservative. Tail series and small-sample correction: M. A. Stephens, JRSS B 32 (1970). */
static inline double ks_p(double *x, size_t n, double (*cdf)(double z, const double *param), const double *param)
{
    double d = 0, p = 0;
    qsort(x, n, sizeof *x, ascending);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && x[j] == x[i]; j++) continue;
        d = fmax(d, fabs((double)j / (double)n - cdf(x[i], param)));
        d = fmax(d, fabs((double)i / (double)n - cdf(nextafter(x[i], -INFINITY), param)));
    }
    const double root = sqrt((double)n), lambda = d * (root + 0.12 + 0.11 / root);
    if (lambda < 0.3) return 1;
    for (int k = 1; k < 100; k++) p += (k % 2 ? 2 : -2) * exp(-2.0 * k * k * lambda * lambda);
    return p;
}
#endif
