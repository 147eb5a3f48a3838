/* test_activation.c -- every activation of the registry: known answers, derivatives, loops, flags. */
#include "common.h"
#include <float.h>
#include <tepui/activation.h>

static const double points[] = {-9, -4.2, -1.9, -1.1, -0.7, -0.3, -0.0123, 0.0123, 0.3, 0.7, 1.1, 1.9, 4.2, 9};
enum { POINTS = sizeof points / sizeof points[0] };

typedef void check_one(const tepui_activation_type *t, const double *param);

/* Runs the check on every activation with its defaults, and with every parameter moved halfway up its range. */
static void on_all(check_one *check)
{
    for (const void *const *k = tepui_family_activation.kinds; *k; k++) {
        const tepui_activation_type *t = *k;
        const int before = test_failures;
        tepui_choice c = choose(&tepui_family_activation, t->kind.name);
        check(t, c.value);
        for (size_t i = 0; i < tepui_kind_param_count(&t->kind); i++) {
            const tepui_param *p = &t->kind.params[i];
            c.value[i] = isfinite(p->high) ? (p->fallback + p->high) / 2 : 2 * p->fallback;
            check(t, c.value);
        }
        if (test_failures > before) fprintf(stderr, "  (in %s)\n", t->kind.name);
    }
}

/* The formulas take a handful of roundings; where exp(-z^2) or a tail of it enters, the rounding of the argument
   is magnified by z^2. */
static double rounding(double want, double z)
{
    return DBL_EPSILON * (4 + fmin(z * z, 1000)) * fabs(want);
}

static void known_answers(void)
{
    for (const void *const *k = tepui_family_activation.kinds; *k; k++) {
        const tepui_activation_type *t = *k;
        const int before = test_failures;
        int n = 0;
        for (const tepui_activation_kat *a = t->kat; a->origin; a++, n++) {
            CHECK_NEAR(t->f(a->z, a->param), a->f, rounding(a->f, a->z));
            CHECK_NEAR(t->df(a->z, a->param), a->df, rounding(a->df, a->z));
            CHECK_NEAR(t->d2f(a->z, a->param), a->d2f, rounding(a->d2f, a->z));
        }
        CHECK(n >= 3);
        if (test_failures > before) fprintf(stderr, "  (in %s)\n", t->kind.name);
    }
}

/* Central difference with step h: truncation h^2/6 times the third derivative, rounding eps times the values over h.
   All third and fourth derivatives here are below 6 times the largest parameter (2); no kink within h of a point. */
static void derivatives_match_differences_of(const tepui_activation_type *t, const double *param)
{
    const double h = 0x1p-17, truncation = 2 * h * h;
    for (int i = 0; i < POINTS; i++) {
        const double z = points[i], slope = (t->f(z + h, param) - t->f(z - h, param)) / (2 * h);
        const double bend = (t->df(z + h, param) - t->df(z - h, param)) / (2 * h);
        CHECK_NEAR(t->df(z, param), slope, truncation + 4 * DBL_EPSILON * (1 + fabs(t->f(z, param))) / h);
        CHECK_NEAR(t->d2f(z, param), bend, truncation + 4 * DBL_EPSILON * (1 + fabs(t->df(z, param))) / h);
    }
}

static void derivatives_match_differences(void)
{
    on_all(derivatives_match_differences_of);
}

static int same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void apply_equals_f_and_df_of(const tepui_activation_type *t, const double *param)
{
    enum { N = 67 }; /* no multiple of a vector length */
    double z[N + 1], out[N + 1], slope[N + 1];
    for (int i = 0; i < N; i++) z[i] = ldexp(i % 2 ? 1.1 : -1.3, (i - 33) / 4);
    z[5] = 0, z[6] = -0.0, z[7] = NAN, z[8] = 0x1p1000, z[9] = -0x1p1000, z[10] = 5e-324;
    out[N] = slope[N] = 42;
    t->apply(z, out, slope, N, param);
    for (int i = 0; i < N; i++) CHECK(same_bits(out[i], t->f(z[i], param)) && same_bits(slope[i], t->df(z[i], param)));
    CHECK(out[N] == 42 && slope[N] == 42);
    double in_place[N];
    memcpy(in_place, z, sizeof in_place);
    t->apply(in_place, in_place, slope, N, param);
    CHECK(memcmp(in_place, out, sizeof in_place) == 0);
}

static void apply_equals_f_and_df(void)
{
    on_all(apply_equals_f_and_df_of);
}

/* Near 0 the second derivative (below 4) times t is the error; far out the bounded part (below 4) over z. */
static void slopes_hold_near_0_and_far_out_of(const tepui_activation_type *t, const double *param)
{
    double s[4];
    const double tiny = 0x1p-40, z = 0x1p40;
    t->slopes(param, s);
    CHECK_NEAR(t->df(-tiny, param), s[0], 4 * tiny + 4 * DBL_EPSILON);
    CHECK_NEAR(t->df(tiny, param), s[1], 4 * tiny + 4 * DBL_EPSILON);
    CHECK_NEAR(t->f(-z, param) / -z, s[2], 4 / z);
    CHECK_NEAR(t->f(z, param) / z, s[3], 4 / z);
    for (int sign = -1; sign <= 1; sign += 2) {
        const double end = sign * 0x1p1000; /* the largest z that the network hands over */
        CHECK(isfinite(t->f(end, param)) && isfinite(t->df(end, param)) && isfinite(t->d2f(end, param)));
    }
    CHECK(isnan(t->f(NAN, param)));
}

static void slopes_hold_near_0_and_far_out(void)
{
    on_all(slopes_hold_near_0_and_far_out_of);
}

/* Powers of two commute with rounding, so homogeneity can be asked for bit by bit; whoever lacks the flag must fail. */
static void flags_tell_the_truth_of(const tepui_activation_type *t, const double *param)
{
    int homogeneous = 1, straight = 1;
    for (int i = 0; i < POINTS; i++) {
        for (int e = -900; e <= 900; e += 300)
            homogeneous &= t->f(ldexp(points[i], e), param) == ldexp(t->f(points[i], param), e);
        straight &= t->d2f(points[i], param) == 0;
    }
    CHECK(homogeneous == !!t->homogeneous);
    CHECK(straight == !!t->piecewise_linear);
}

static void flags_tell_the_truth(void)
{
    on_all(flags_tell_the_truth_of);
}

static const test_case cases[] = {
    {"known_answers", known_answers},
    {"derivatives_match_differences", derivatives_match_differences},
    {"apply_equals_f_and_df", apply_equals_f_and_df},
    {"slopes_hold_near_0_and_far_out", slopes_hold_near_0_and_far_out},
    {"flags_tell_the_truth", flags_tell_the_truth},
};
TEST_MAIN(cases)
