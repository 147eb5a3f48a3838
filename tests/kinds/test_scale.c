/* test_scale.c -- the variances of the scale rules, and the median rule against samples. */
#include "test.h"
#include <stdlib.h>
#include <tepui/tepui.h>

static double variance(const char *rule, const char *law, const char *phi, size_t fan_in, size_t fan_out)
{
    tepui_choice s, d, a;
    double v = NAN;
    CHECK(tepui_choice_parse(&tepui_family_scale, rule, &s, NULL) == TEPUI_OK);
    CHECK(tepui_choice_parse(&tepui_family_distribution, law, &d, NULL) == TEPUI_OK);
    CHECK(tepui_choice_parse(&tepui_family_activation, phi, &a, NULL) == TEPUI_OK);
    const tepui_scale_site site = {fan_in, fan_out, &d, &a};
    const tepui_scale_type *t = s.type;
    return t->variance(&site, s.value, &v, NULL) == TEPUI_OK ? v : NAN;
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
    {"median_rule_keeps_the_typical_norm", median_rule_keeps_the_typical_norm},
};
TEST_MAIN(cases)
