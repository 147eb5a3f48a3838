/* test_loss.c -- every loss of the registry: gradient against central differences; values of the known ones. */
#include "common.h"
#include <float.h>
#include <tepui/loss.h>

enum { N = 5 };
static const double f[N] = {0.3, -1.2, 2.1, 0.05, -0.4}, y[N] = {0, 0.25, 0.5, 0, 0.25},
                    v[N] = {0.5, -0.5, 0.1, 0.7, 0};

/* Step h: the third derivatives are below 1, the values below 10. */
static void gradient_matches_differences(void)
{
    const double h = 0x1p-17, tolerance = h * h + 10 * 4 * DBL_EPSILON / h;
    for (const void *const *k = tepui_family_loss.kinds; *k; k++) {
        const tepui_loss_type *t = *k;
        double g[N], unused[N], moved[N];
        t->value(f, y, v, N, g);
        for (int i = 0; i < N; i++) {
            memcpy(moved, f, sizeof f);
            moved[i] = f[i] + h;
            const double up = t->value(moved, y, v, N, unused);
            moved[i] = f[i] - h;
            CHECK_NEAR(g[i], (up - t->value(moved, y, v, N, unused)) / (2 * h), tolerance);
        }
        if (!t->needs_target) CHECK_NEAR(t->value(f, NULL, v, N, g), t->value(f, y, v, N, g), 0);
    }
}

/* S S^T against central differences of the gradient; third derivatives of the gradient are below 1. */
static void root_matches_differences(void)
{
    const double h = 0x1p-17, tolerance = h * h + 10 * 4 * DBL_EPSILON / h;
    for (const void *const *k = tepui_family_loss.kinds; *k; k++) {
        const tepui_loss_type *t = *k;
        double up[N], down[N], moved[N], S[N * N] = {0};
        const double sign = t->root ? t->root(f, y, N, S) : 1;
        for (int j = 0; j < N; j++) {
            memcpy(moved, f, sizeof f);
            moved[j] = f[j] + h;
            t->value(moved, y, v, N, up);
            moved[j] = f[j] - h;
            t->value(moved, y, v, N, down);
            for (int i = 0; i < N; i++) {
                double square = 0;
                for (int o = 0; o < N; o++) square += S[i * N + o] * S[j * N + o];
                CHECK_NEAR(sign * square, (up[i] - down[i]) / (2 * h), tolerance);
            }
        }
    }
}

static const tepui_loss_type *loss(const char *name)
{
    return tepui_kind_find(&tepui_family_loss, name);
}

/* origin: definition, by hand; a few roundings of sums below 10 */
static void known_values(void)
{
    double g[N];
    CHECK_NEAR(loss("mse")->value(f, y, v, N, g), (0.09 + 1.45 * 1.45 + 1.6 * 1.6 + 0.0025 + 0.65 * 0.65) / 2, 1e-14);
    CHECK_NEAR(loss("output")->value(f, y, v, N, g), 0.15 + 0.6 + 0.21 + 0.035, 1e-14);
    const double two[2] = {1, 0}, hot[2] = {0, 1};
    CHECK_NEAR(loss("cross_entropy")->value(two, hot, v, 2, g), log1p(exp(1)), 1e-15); /* -log(1/(1 + e)) */
}

/* origin: expansion for a confident output, loss = r, gradient = -r at the target and r elsewhere, r = exp(-gap) */
static void cross_entropy_at_the_ends(void)
{
    const tepui_loss_type *t = loss("cross_entropy");
    double g[2];
    const double right[2] = {60, 0}, huge[2] = {-1e300, 1e300}, first[2] = {1, 0};
    CHECK_NEAR(t->value(right, first, v, 2, g), exp(-60), 4 * DBL_EPSILON * exp(-60));
    CHECK_NEAR(g[0], -exp(-60), 4 * DBL_EPSILON * exp(-60));
    CHECK_NEAR(g[1], exp(-60), 4 * DBL_EPSILON * exp(-60));
    CHECK_NEAR(t->value(huge, first, v, 2, g), 2e300, 0);
    CHECK(g[0] == -1 && g[1] == 1);
}

static const test_case cases[] = {
    {"gradient_matches_differences", gradient_matches_differences},
    {"root_matches_differences", root_matches_differences},
    {"known_values", known_values},
    {"cross_entropy_at_the_ends", cross_entropy_at_the_ends},
};
TEST_MAIN(cases)
