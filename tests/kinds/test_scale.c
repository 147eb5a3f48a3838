/* test_scale.c -- the variances of the scale rules, and the median rule against samples. */
#include "reads.h"
#include "test.h"
#include <stdlib.h>
#include <tepui/tepui.h>

static double variance_with(const char *rule, const char *law, const char *phi, double sigma_b, size_t fan_in,
                            size_t fan_out)
{
    tepui_choice s, d, a;
    double v = NAN;
    CHECK(tepui_choice_parse(&tepui_family_scale, rule, &s, NULL) == TEPUI_OK);
    CHECK(tepui_choice_parse(&tepui_family_distribution, law, &d, NULL) == TEPUI_OK);
    CHECK(tepui_choice_parse(&tepui_family_activation, phi, &a, NULL) == TEPUI_OK);
    const tepui_scale_site site = {fan_in, fan_out, &d, &a, sigma_b};
    const tepui_scale_type *t = s.type;
    return t->variance(&site, s.value, &v, NULL) == TEPUI_OK ? v : NAN;
}

static double variance(const char *rule, const char *law, const char *phi, size_t fan_in, size_t fan_out)
{
    return variance_with(rule, law, phi, 0, fan_in, fan_out);
}

/* He et al. 2015; Glorot and Bengio 2010; LeCun et al. 1998. */
static void published_rules_have_their_variances(void)
{
    CHECK(variance("he", "gaussian", "relu", 50, 20) == 2.0 / 50);
    CHECK(variance("xavier", "gaussian", "relu", 50, 20) == 2.0 / 70);
    CHECK(variance("lecun", "gaussian", "relu", 50, 20) == 1.0 / 50);
    CHECK(variance("fixed(0.3)", "gaussian", "relu", 50, 20) == 0.3);
    CHECK_NEAR(variance("gain(1.5)", "gaussian", "relu", 50, 20), 2.25 / 50, 1e-17);
}

/* Theory C2: t = e for the uniform chain, variance e^2/3. Gaussian chain: E log abs(w) = log s - 0.63518142. */
static void median_rule_in_closed_form(void)
{
    CHECK_NEAR(variance("median", "uniform", "linear", 1, 1), exp(2) / 3, 1e-13);
    CHECK_NEAR(variance("median", "gaussian", "linear", 1, 1), exp(2 * 0.63518142273073909), 1e-12);
    CHECK_NEAR(variance("median", "rademacher", "linear", 1, 1), 1.0, 1e-14);
    /* linear: log v + psi(n/2) + log 2 = 0 with n = fan_out; psi(2) = 0.42278433509846714 */
    CHECK_NEAR(variance("median", "gaussian", "linear", 4, 4), exp(-0.42278433509846714) / 2, 1e-13);
    CHECK(isnan(variance("median", "gaussian", "tanh", 4, 4)));
    CHECK(isnan(variance("median", "uniform", "relu", 4, 4)));
}

/* Without biases: 1/phi'(0)^2, or 2 over the sum of the squared slopes on both sides (critical.c). */
static void critical_rule_without_biases(void)
{
    CHECK(variance("critical", "gaussian", "linear", 50, 20) == 1.0 / 50);
    CHECK(variance("critical", "gaussian", "relu", 50, 20) == 2.0 / 50);
    CHECK_NEAR(variance("critical", "uniform", "leaky_relu(0.3)", 1, 1), 2 / 1.09, 1e-15);
    CHECK(variance("critical", "gaussian", "tanh", 50, 20) == 1.0 / 50);
    CHECK(variance("critical", "gaussian", "hard_tanh", 1, 1) == 1);
    CHECK(variance("critical", "gaussian", "sin", 1, 1) == 1);
    CHECK_NEAR(variance("critical", "gaussian", "erf", 1, 1), M_PI / 4, 1e-15);
    CHECK_NEAR(variance("critical", "gaussian", "elu(0.5)", 1, 1), 2 / 1.25, 1e-15);
    CHECK(variance("critical", "gaussian", "elu(0)", 1, 1) == 2); /* relu by another name */
}

/* Origin: tests/kinds/mean_field.py (mpmath, 30 digits); sin: q - tanh q = sigma_b^2, v = 2/(1 + exp(-2 q)). The error
   1e-10 of the moments enters once or twice; slopes of B in q are of order 1. */
static void critical_rule_with_biases(void)
{
    static const struct {
        const char *phi;
        double sigma_b, variance;
    } row[] = {{"tanh", 0.1, 1.4242052904885958},      {"tanh", 0.5, 2.4014892351083707},
               {"sigmoid", 0, 103.00755385551932},     {"sigmoid", 0.5, 103.6091817599931},
               {"elu", 0.2, 1.5110583261925856},       {"selu", 0.2, 0.87886046704371319},
               {"gelu", 0.5, 1.9596310233032118},      {"silu", 1, 1.9670410825843216},
               {"hard_tanh", 0.5, 1.4717276991547097}, {"sin", 0.5, 1.769774791228688}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        CHECK_NEAR(variance_with("critical", "gaussian", row[i].phi, row[i].sigma_b, 1, 7), row[i].variance,
                   1e-9 * row[i].variance);
    CHECK_NEAR(variance_with("critical", "gaussian", "tanh", 0.1, 64, 7) * 64, 1.4242052904885958, 1e-9);
}

static void check_no_critical_point(const char *phi, double sigma_b, const char *reason)
{
    tepui_choice a, s;
    tepui_error err = {""};
    double v;
    CHECK(tepui_choice_parse(&tepui_family_scale, "critical", &s, NULL) == TEPUI_OK);
    CHECK(tepui_choice_parse(&tepui_family_activation, phi, &a, NULL) == TEPUI_OK);
    const tepui_scale_site site = {8, 8, NULL, &a, sigma_b};
    CHECK(((const tepui_scale_type *)s.type)->variance(&site, s.value, &v, &err) == TEPUI_BAD_INPUT);
    CHECK(strstr(err.text, reason) && strstr(err.text, phi));
}

static void critical_rule_says_why_not(void)
{
    check_no_critical_point("relu", 0.1, "grows for ever");
    check_no_critical_point("linear", 0.1, "grows for ever");
    check_no_critical_point("softplus", 0, "no critical fixed point");
    check_no_critical_point("softplus", 0.5, "no critical fixed point");
    check_no_critical_point("gelu", 0, "not stable");
    check_no_critical_point("gelu", 0.2, "not stable");
    check_no_critical_point("silu", 0, "not stable");
    check_no_critical_point("silu", 0.5, "not stable");
}

/* A cell hands its sigma_b to the rule; a read-out is linear and has no biases: 1/fan_in. */
static void critical_rule_in_a_cell(void)
{
    tepui_experiment *e = NULL;
    tepui_error err = {""};
    CHECK(tepui_experiment_parse("grid: {depth: 3, width: 25, activation: tanh, init: critical, sigma_b: 0.1}\n"
                                 "data: {source: sphere, dimension: 4}\nreadout: dense\nloss: output\n"
                                 "observables: [forward_norm]\n",
                                 "x", NULL, &e, &err) == TEPUI_OK);
    CHECK(tepui_experiment_plan(e, &err) == TEPUI_OK);
    const double *sigma = e->cells[0].sigma, v = 1.4242052904885958;
    CHECK_NEAR(sigma[1] * sigma[1], v / 4, 1e-9);
    for (size_t l = 2; l <= 3; l++) CHECK_NEAR(sigma[l] * sigma[l], v / 25, 1e-10);
    CHECK_NEAR(sigma[4] * sigma[4], 1.0 / 25, 1e-16);
    tepui_experiment_free(e);
}

/* Mean log factor of a long net under the median rule: 0 within 5 standard errors, per layer. */
static void check_flat(const char *phi, size_t width)
{
    char text[256];
    tepui_experiment *e = NULL;
    tepui_network *net = NULL;
    tepui_error err = {""};
    snprintf(text, sizeof text,
             "grid: {depth: 4, width: %zu, activation: %s, init: median}\ndata: {source: sphere}\n"
             "observables: [forward_norm]\n",
             width, phi);
    CHECK(tepui_experiment_parse(text, "x", NULL, &e, &err) == TEPUI_OK && tepui_experiment_plan(e, &err) == TEPUI_OK);
    CHECK(tepui_network_alloc(&e->cells[0], TEPUI_NEEDS_FORWARD, &net, &err) == TEPUI_OK);
    double sum = 0, square = 0, n = 0;
    for (uint64_t i = 0; i < 40000; i++) {
        tepui_network_sample(net, i, NULL);
        const double x = tepui_network_ln_forward(net, 0, 4);
        if (x == -INFINITY) continue;
        sum += x;
        square += x * x;
        n++;
    }
    CHECK_Z(sum / n, 0, sqrt((square / n - sum / n * (sum / n)) / n), 5);
    tepui_network_free(net);
    tepui_experiment_free(e);
}

static void median_rule_keeps_the_typical_norm(void)
{
    const char *phi[] = {"linear", "relu", "leaky_relu(0.3)"};
    const size_t width[] = {1, 2, 9};
    for (size_t a = 0; a < 3; a++)
        for (size_t w = 0; w < 3; w++) {
            const int before = test_failures;
            check_flat(phi[a], width[w]);
            if (test_failures > before) fprintf(stderr, "in %s, width %zu\n", phi[a], width[w]);
        }
}

static const test_case cases[] = {
    {"published_rules_have_their_variances", published_rules_have_their_variances},
    {"median_rule_in_closed_form", median_rule_in_closed_form},
    {"critical_rule_without_biases", critical_rule_without_biases},
    {"critical_rule_with_biases", critical_rule_with_biases},
    {"critical_rule_says_why_not", critical_rule_says_why_not},
    {"critical_rule_in_a_cell", critical_rule_in_a_cell},
    {"median_rule_keeps_the_typical_norm", median_rule_keeps_the_typical_norm},
};
TEST_MAIN(cases)
