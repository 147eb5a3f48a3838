/* test_activation_moments.c -- Gaussian moments of activations against closed forms.

   erf: arcsine kernel (Williams 1997); relu, leaky_relu: arc-cosine kernel (Cho and Saul 2009); sin: E exp(i u) of
   normal u; hard_tanh: moments of the truncated normal law. Tolerance: what moments.h promises, MOMENTS_TOLERANCE,
   relative; of products relative to E phi^2. */
#include "test.h"
#include <activation/moments.h>
#include <gsl/gsl_math.h>
#include <tepui/tepui.h>

#define CHECK_RELATIVE(got, want) CHECK_NEAR(got, want, MOMENTS_TOLERANCE *fabs(want))

typedef struct {
    tepui_choice phi;
    moments *m;
} bench;

static bench open_bench(const char *text)
{
    bench b;
    CHECK(tepui_choice_parse(&tepui_family_activation, text, &b.phi, NULL) == TEPUI_OK);
    CHECK(moments_new(&b.phi, &b.m, NULL) == TEPUI_OK);
    return b;
}

static const double q_of[] = {1e-6, 1e-2, 0.3, 1, 4, 50, 1e4}, c_of[] = {-0.9, 0, 0.3, 0.8, 0.999, 1 - 1e-9};
enum { QS = sizeof q_of / sizeof *q_of, CS = sizeof c_of / sizeof *c_of };

static void erf_has_the_arcsine_kernel(void)
{
    bench b = open_bench("erf");
    for (int i = 0; i < QS; i++) {
        const double q = q_of[i], v = 2 / M_PI * asin(2 * q / (1 + 2 * q));
        CHECK_RELATIVE(moments_square(b.m, q), v);
        CHECK_RELATIVE(moments_slope_square(b.m, q), 4 / M_PI / sqrt(1 + 4 * q));
        CHECK_RELATIVE(moments_slope_fourth(b.m, q), 16 / (M_PI * M_PI) / sqrt(1 + 8 * q));
        CHECK_RELATIVE(moments_growth(b.m, q), 4 / M_PI / ((1 + 2 * q) * sqrt(1 + 4 * q)));
        for (int k = 0; k < CS; k++) {
            const double c = c_of[k], p = 2 / M_PI * asin(2 * q * c / (1 + 2 * q));
            CHECK_NEAR(moments_product(b.m, q, c), p, 2e-10 * v);
            CHECK_RELATIVE(moments_slope_product(b.m, q, c),
                           4 / M_PI / sqrt((1 + 2 * q - 2 * q * c) * (1 + 2 * q + 2 * q * c)));
            if (c < 0.99) CHECK_NEAR(moments_gap(b.m, q, 1 - c), (v - p) / (q * (1 - c)), 1e-9 * v / q);
        }
    }
    moments_free(b.m);
}

/* Below 0 the slope is a: E phi phi = q [(1 - a)^2 J(c) + a c], J = (sin t + (pi - t) cos t)/(2 pi), cos t = c. */
static void homogeneous_kernels(void)
{
    static const char *const name[] = {"relu", "leaky_relu(0.3)", "leaky_relu(-1)", "linear"};
    static const double slope[] = {0, 0.3, -1, 1};
    for (int n = 0; n < 4; n++) {
        bench b = open_bench(name[n]);
        const double a = slope[n], half = (1 + a * a) / 2;
        for (int i = 0; i < QS; i++) {
            const double q = q_of[i];
            CHECK_RELATIVE(moments_square(b.m, q), q * half);
            CHECK_RELATIVE(moments_slope_square(b.m, q), half);
            CHECK_RELATIVE(moments_growth(b.m, q), half);
            CHECK_RELATIVE(moments_fourth(b.m, q), 3 * q * q * (1 + pow(a, 4)) / 2);
            for (int k = 0; k < CS; k++) {
                const double c = c_of[k], t = acos(c), J = (sin(t) + (M_PI - t) * c) / (2 * M_PI);
                CHECK_NEAR(moments_product(b.m, q, c), q * ((1 - a) * (1 - a) * J + a * c), 2e-10 * q * half);
                CHECK_NEAR(moments_slope_product(b.m, q, c), (1 - a) * (1 - a) * (M_PI - t) / (2 * M_PI) + a,
                           2e-10 * half);
            }
        }
        moments_free(b.m);
    }
}

/* relu: 1/2 - (sin t - t cos t)/(2 pi gap), cos t = 1 - gap; sin t - t cos t = t^3/3 - t^5/30 + O(t^7). The formula by
   differences and that by slopes meet at 1e-4. */
static void small_gaps(void)
{
    bench relu = open_bench("relu"), tanh_ = open_bench("tanh"), hard = open_bench("hard_tanh");
    for (double gap = 1e-3; gap > 1e-24; gap /= 7) {
        const double t = 2 * asin(sqrt(gap / 2)), t3 = t * t * t;
        CHECK_NEAR(moments_gap(relu.m, 0.7, gap), 0.5 - (t3 / 3 - t3 * t * t / 30) / (2 * M_PI * gap),
                   1e-10 + pow(t, 7) / (800 * gap));
    }
    CHECK_NEAR(moments_gap(tanh_.m, 1, 1.000001e-4), moments_gap(tanh_.m, 1, 0.999999e-4), 4e-10);
    CHECK_NEAR(moments_gap(hard.m, 1, 1.000001e-4), moments_gap(hard.m, 1, 0.999999e-4), 1e-8); /* like sqrt(gap) */
    moments_free(relu.m);
    moments_free(tanh_.m);
    moments_free(hard.m);
}

static void sine_kernel(void)
{
    bench b = open_bench("sin");
    for (int i = 0; i < QS; i++) {
        const double q = q_of[i], v = -expm1(-2 * q) / 2;
        CHECK_RELATIVE(moments_square(b.m, q), v);
        CHECK_RELATIVE(moments_slope_square(b.m, q), (1 + exp(-2 * q)) / 2);
        CHECK_NEAR(moments_growth(b.m, q), exp(-2 * q), 1e-10 * (1 + v / q));
        for (int k = 0; k < CS && q < 100; k++) {
            const double c = c_of[k];
            CHECK_NEAR(moments_product(b.m, q, c), exp(-q) * sinh(q * c), 2e-10 * v);
            CHECK_NEAR(moments_slope_product(b.m, q, c), exp(-q) * cosh(q * c), 2e-10);
        }
    }
    moments_free(b.m);
}

static void truncated_normal(void)
{
    bench b = open_bench("hard_tanh");
    for (int i = 0; i < QS; i++) {
        const double q = q_of[i], inside = erf(1 / sqrt(2 * q)), edge = 2 * exp(-1 / (2 * q)) / sqrt(2 * M_PI * q);
        CHECK_RELATIVE(moments_square(b.m, q), q * (inside - edge) + erfc(1 / sqrt(2 * q)));
        CHECK_RELATIVE(moments_slope_square(b.m, q), inside);
        CHECK_NEAR(moments_growth(b.m, q), inside - edge, MOMENTS_TOLERANCE * inside); /* a difference */
    }
    moments_free(b.m);
}

/* The growth against central differences of E phi^2, for every activation: step h = 1e-3 q, whose error is h^2/6 times
   a third derivative of the order of E phi^2 / q^3. The limits of moments at tiny q: those of the slopes. */
static void growth_is_the_derivative(void)
{
    for (const void *const *k = tepui_family_activation.kinds; *k; k++) {
        bench b = open_bench(((const tepui_kind *)*k)->name);
        for (int i = 2; i < QS - 1; i++) {
            const double q = q_of[i], h = 1e-3 * q, v = moments_square(b.m, q);
            const double difference = (moments_square(b.m, q + h) - moments_square(b.m, q - h)) / (2 * h);
            CHECK_NEAR(moments_growth(b.m, q), difference, 2e-6 * v / q);
        }
        CHECK_NEAR(moments_slope_square(b.m, 1e-12), moments_slope_square_at_zero(&b.phi), 1e-5);
        CHECK(moments_slope_square(b.m, 0) == moments_slope_square_at_zero(&b.phi));
        moments_free(b.m);
    }
}

/* Slopes jump at 0 and +-kink and nowhere else; a kink that an activation does not tell would cost digits. */
static void kinks_are_declared(void)
{
    for (const void *const *k = tepui_family_activation.kinds; *k; k++) {
        const tepui_activation_type *t = *k;
        tepui_choice phi;
        CHECK(tepui_choice_parse(&tepui_family_activation, t->kind.name, &phi, NULL) == TEPUI_OK);
        const double step = 0x1p-10;
        for (double z = -16; z < 16; z += step) { /* smooth slopes move by less than 2 step in a step */
            const int declared = z == -step || z == 0 || (t->kink > 0 && fabs(fabs(z + step / 2) - t->kink) < step);
            const double jump = fabs(t->df(z + step, phi.value) - t->df(z, phi.value));
            CHECK(declared || jump < 2 * step);
        }
    }
}

static const test_case cases[] = {
    {"erf_has_the_arcsine_kernel", erf_has_the_arcsine_kernel},
    {"homogeneous_kernels", homogeneous_kernels},
    {"small_gaps", small_gaps},
    {"sine_kernel", sine_kernel},
    {"truncated_normal", truncated_normal},
    {"growth_is_the_derivative", growth_is_the_derivative},
    {"kinks_are_declared", kinks_are_declared},
};
TEST_MAIN(cases)
