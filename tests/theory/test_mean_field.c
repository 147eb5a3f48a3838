/* test_mean_field.c -- fixed points, depth scales and phases of infinitely wide nets. */
#include "test.h"
#include <gsl/gsl_math.h>
#include <tepui/tepui.h>

#define ACCURACY 1e-10 /* promised; q and c: over the distance of their factor from 1 */

static tepui_choice choice(const char *text)
{
    tepui_choice phi;
    CHECK(tepui_choice_parse(&tepui_family_activation, text, &phi, NULL) == TEPUI_OK);
    return phi;
}

static tepui_mean_field solve(const char *name, double sigma_w, double sigma_b, double start)
{
    const tepui_choice phi = choice(name);
    tepui_mean_field f = {0};
    tepui_error err = {""};
    CHECK(tepui_mean_field_solve(&phi, sigma_w, sigma_b, start, &f, &err) == TEPUI_OK);
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    return f;
}

/* Origin: tests/kinds/mean_field.py (mpmath, 30 digits; c* and its factor by the trapezoidal rule in the plane, 46
   bisections). */
static void known_answers(void)
{
    static const struct {
        const char *phi;
        double sigma_w, sigma_b, q, chi_1, slope, c, chi_c;
        tepui_phase phase;
    } row[] = {
        {"tanh", 1.5, 0.1, 0.81332232687287102, 1.1290526986640531, 0.49380274973790136, 0.1800842116006957,
         0.9348563440315643, TEPUI_CHAOTIC},
        {"tanh", 0.9, 0.3, 0.216524634250657, 0.60037125469198005, 0.43416303257725408, 1, 0.60037125469198005,
         TEPUI_ORDERED},
        {"sigmoid", 2, 0.3, 1.298101049393842, 0.16797774281719593, 0.10798375314850878, 1, 0.16797774281719593,
         TEPUI_ORDERED},
        {"gelu", 1.3, 0.3, 0.19636288445347482, 0.57379913604686584, 0.6310619179015951, 1, 0.57379913604686584,
         TEPUI_ORDERED},
        {"silu", 1, 0.5, 0.35827140078497404, 0.31663614798966687, 0.34311356619259346, 1, 0.31663614798966687,
         TEPUI_ORDERED},
        {"sin", 1.3, 0.1, 0.60099878144525041, 1.0990012185547497, 0.5080024371094993, 0.2366618048264451,
         0.9359539548952992, TEPUI_CHAOTIC},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const tepui_mean_field f = solve(row[i].phi, row[i].sigma_w, row[i].sigma_b, 1);
        const double chi_c = row[i].chi_c, c_error = row[i].c < 1 ? 2 * ACCURACY / (1 - chi_c) : 0;
        CHECK_NEAR(f.q, row[i].q, ACCURACY * row[i].q / (1 - row[i].slope));
        CHECK_NEAR(f.chi_1, row[i].chi_1, 4 * ACCURACY);
        CHECK_NEAR(f.slope, row[i].slope, 4 * ACCURACY);
        CHECK_NEAR(f.c, row[i].c, c_error);
        CHECK_NEAR(f.chi_c, chi_c, 4 * ACCURACY + c_error);
        CHECK_NEAR(f.xi_q, -1 / log(row[i].slope), 1e-8);
        CHECK_NEAR(f.xi_gradient, -1 / log(row[i].chi_1), 1e-7);
        CHECK_NEAR(f.xi_c, -1 / log(chi_c), 1e-6);
        CHECK(f.phase == row[i].phase);
    }
    /* kinks: the same script; c* of such nets by closed forms elsewhere */
    tepui_mean_field f = solve("hard_tanh", 1.5, 0.1, 1);
    CHECK_NEAR(f.q, 1.2775298467893571, 2e-10);
    CHECK_NEAR(f.chi_1, 1.4033290843683435, 4e-10);
    CHECK_NEAR(f.slope, 0.32943177978611492, 4e-10);
    /* selu is made so that q = 1 stands still at sigma_w = 1 */
    f = solve("selu", 1, 0, 0.3);
    CHECK_NEAR(f.q, 1, 5e-10);
    CHECK_NEAR(f.chi_1, 1.0715749924557993, 4e-10);
    CHECK_NEAR(f.slope, 0.78264788319681285, 4e-10);
}

/* erf: Q(q) = sigma_w^2 (2/pi) asin(2 q/(1 + 2 q)) + sigma_b^2, R(c) the same with 2 q c; the fixed points must solve
   the equations and the factors be their derivatives. */
static void erf_in_closed_form(void)
{
    for (double w = 0.5; w < 4; w += 0.5)
        for (double b = 0.05; b < 1; b += 0.3) {
            const tepui_mean_field f = solve("erf", w, b, 1);
            const double q = f.q, c = f.c, w2 = w * w;
            CHECK_NEAR(w2 * 2 / M_PI * asin(2 * q / (1 + 2 * q)) + b * b, q, 2 * ACCURACY * w2);
            CHECK_NEAR(f.chi_1, w2 * 4 / M_PI / sqrt(1 + 4 * q), 2 * ACCURACY * w2);
            CHECK_NEAR(f.slope, w2 * 4 / M_PI / ((1 + 2 * q) * sqrt(1 + 4 * q)), 2 * ACCURACY * w2);
            CHECK_NEAR((w2 * 2 / M_PI * asin(2 * q * c / (1 + 2 * q)) + b * b) / q, c, 4 * ACCURACY * w2);
            CHECK_NEAR(f.chi_c, w2 * 4 / M_PI / sqrt(pow(1 + 2 * q, 2) - pow(2 * q * c, 2)), 8 * ACCURACY * w2);
            CHECK(f.phase == (f.chi_1 < 1 ? TEPUI_ORDERED : TEPUI_CHAOTIC) && (c == 1) == (f.chi_1 < 1));
            CHECK(f.chi_c < 1 && f.slope < 1);
        }
}

/* relu: Q(q) = sigma_w^2 q/2 + sigma_b^2, chi_1 = sigma_w^2/2 at every q. */
static void homogeneous_nets(void)
{
    tepui_mean_field f = solve("relu", 1.2, 0.3, 1);
    CHECK_NEAR(f.q, 0.09 / (1 - 0.72), 1e-12);
    CHECK(f.c == 1 && f.phase == TEPUI_ORDERED);
    CHECK_NEAR(f.chi_1, 0.72, ACCURACY);
    CHECK_NEAR(f.chi_c, 0.72, ACCURACY);
    CHECK_NEAR(f.xi_q, -1 / log(0.72), 1e-8);
    f = solve("relu", 1.2, 0, 1);
    CHECK(f.q == 0 && f.c == 1 && f.chi_c == 1 && isinf(f.xi_c)); /* angles close like a power of depth */
    CHECK_NEAR(f.chi_1, 0.72, 1e-15);
    f = solve("relu", sqrt(2), 0, 7);
    CHECK(f.q == 7 && f.phase == TEPUI_CRITICAL && isinf(f.xi_gradient) && isinf(f.xi_q));
    f = solve("relu", sqrt(2), 0.1, 7);
    CHECK(isinf(f.q) && f.phase == TEPUI_CRITICAL && f.c == 1);
    f = solve("relu", 1.5, 0.1, 1);
    CHECK(isinf(f.q) && f.phase == TEPUI_CHAOTIC && f.c == 1);
    f = solve("linear", 0.5, 0, 1);
    CHECK(f.q == 0 && isnan(f.c) && f.chi_c == 1);
    f = solve("linear", 0.5, 1, 1);
    CHECK_NEAR(f.q, 4.0 / 3, 1e-12);
    CHECK(f.c == 1);
    f = solve("leaky_relu(0.5)", 1, 0, 1);
    CHECK_NEAR(f.chi_1, 0.625, 1e-15);
}

/* Where q* is no number inside: decay, growth, and which fixed point the start leads to. */
static void ends(void)
{
    tepui_mean_field f = solve("tanh", 0.9, 0, 1);
    CHECK(f.q == 0 && isnan(f.c) && f.phase == TEPUI_ORDERED);
    CHECK_NEAR(f.chi_1, 0.81, 1e-15);
    CHECK(solve("tanh", 1, 0, 1).phase == TEPUI_CRITICAL);
    f = solve("tanh", 1.001, 0, 1); /* q = (sigma_w^2 - 1)/2 + O^2, from E tanh^2 = q - 2 q^2 + .. */
    CHECK_NEAR(f.q, 0.0010005, 5e-6);
    CHECK(f.c == 0);
    f = solve("softplus", 1.5, 0.1, 1); /* (slope 1)^2/2 times 2.25 > 1 */
    CHECK(isinf(f.q) && f.c == 1);
    CHECK_NEAR(f.chi_1, 1.125, 1e-15);
    /* gelu bends up, then straightens: a small stable q, an unstable one, and no end beyond */
    CHECK(solve("gelu", 1.5, 0.1, 0.01).q < 0.1);
    CHECK(isinf(solve("gelu", 1.5, 0.1, 10).q));
    CHECK_NEAR(solve("tanh", 0.5, 1e-8, 1).q, 1e-16 / 0.75, 1e-24); /* far below the size that counts as dead */
}

/* At the critical sigma_w of the scale rule the fixed point that the map leads to has chi_1 = 1. */
static void critical_points_are_critical(void)
{
    static const char *const name[] = {"tanh", "erf", "sigmoid", "elu", "selu", "hard_tanh", "sin"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        for (double b = 0.1; b < 2; b += 0.6) {
            const tepui_choice phi = choice(name[i]);
            double w;
            CHECK(tepui_mean_field_critical(&phi, b, &w, NULL) == TEPUI_OK);
            const tepui_mean_field f = solve(name[i], w, b, 1);
            CHECK_NEAR(f.chi_1, 1, 1e-8);
            CHECK(solve(name[i], 1.01 * w, b, 1).phase == TEPUI_CHAOTIC);
            CHECK(solve(name[i], 0.99 * w, b, 1).phase == TEPUI_ORDERED);
        }
}

static void what_is_refused(void)
{
    const tepui_choice phi = choice("tanh");
    tepui_mean_field f;
    tepui_error err = {""};
    CHECK(tepui_mean_field_solve(&phi, 0, 0, 1, &f, &err) == TEPUI_BAD_INPUT && strstr(err.text, "sigma_w > 0"));
    CHECK(tepui_mean_field_solve(&phi, 1, -1, 1, &f, NULL) == TEPUI_BAD_INPUT);
    CHECK(tepui_mean_field_solve(&phi, 1, 0, 0, &f, NULL) == TEPUI_BAD_INPUT);
    CHECK(tepui_mean_field_solve(&phi, NAN, 0, 1, &f, NULL) == TEPUI_BAD_INPUT);
}

static const test_case cases[] = {
    {"known_answers", known_answers},
    {"erf_in_closed_form", erf_in_closed_form},
    {"homogeneous_nets", homogeneous_nets},
    {"ends", ends},
    {"critical_points_are_critical", critical_points_are_critical},
    {"what_is_refused", what_is_refused},
};
TEST_MAIN(cases)
