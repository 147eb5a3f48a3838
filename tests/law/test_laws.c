/* test_laws.c -- samples against the exact laws C1, C2, C3, N1, N2, N6 of the theory: whole distributions.

   Kolmogorov-Smirnov with fixed seeds, accepted at p > 1e-6: a right program fails one seed in a million, and the seed
   is fixed. Each law is also confronted with wrong neighbours (one layer more, one unit more, variance 1 % off), which
   the same samples must reject at the same level: a test that cannot fail is none. */
#include "exact.h"
#include "reads.h"
#include "test.h"
#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <tepui/tepui.h>

#define LEVEL 1e-6
#define SAMPLES 200000

typedef struct {
    double *value; /* ln norms of the living */
    size_t alive, all;
} sample_set;

/* measure(net) is sampled; -INFINITY means dead. */
static sample_set draw(const char *text, size_t n, double (*measure)(const tepui_network *, long), long layer)
{
    sample_set s = {malloc(n * sizeof(double)), 0, n};
    tepui_experiment *e = NULL;
    tepui_network *net = NULL;
    tepui_error err = {""};
    tepui_status st = tepui_experiment_parse(text, "law", NULL, &e, &err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
    if (st == TEPUI_OK)
        st = tepui_network_alloc(&e->cells[0], TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_TANGENT | TEPUI_NEEDS_OUTPUT_GRADIENT,
                                 &net, &err);
    if (st != TEPUI_OK) fprintf(stderr, "%s\n", err.text);
    CHECK(st == TEPUI_OK);
    for (uint64_t i = 0; st == TEPUI_OK && i < n; i++) {
        CHECK(tepui_network_sample(net, i, NULL) == TEPUI_OK);
        const double v = measure(net, layer);
        if (v != -INFINITY) s.value[s.alive++] = v;
    }
    tepui_network_free(net);
    tepui_experiment_free(e);
    return s;
}

static double forward(const tepui_network *net, long l)
{
    return 2 * (tepui_network_ln_forward(net, 0, (size_t)l) - tepui_network_ln_forward(net, 0, 0));
}
static double forward_plain(const tepui_network *net, long l)
{
    return tepui_network_ln_forward(net, 0, (size_t)l);
}
static double tangent(const tepui_network *net, long l)
{
    return 2 * tepui_network_ln_tangent(net, (size_t)l);
}
static double gradient(const tepui_network *net, long l)
{
    return 2 * tepui_network_ln_output_gradient(net, (size_t)l);
}

static double p_value(sample_set *s, const exact_law *law)
{
    return tepui_ks_pvalue(tepui_ks_statistic(s->value, s->alive, exact_cdf, law), s->alive);
}

static void accept(sample_set *s, unsigned d, unsigned layers, double c, int relu)
{
    static exact_law law;
    exact_product(&law, d, layers, c, relu);
    const double p = p_value(s, &law);
    if (!(p > LEVEL)) fprintf(stderr, "d = %u, %u layers: p = %g\n", d, layers, p);
    CHECK(p > LEVEL);
}

static void reject(sample_set *s, unsigned d, unsigned layers, double c, int relu)
{
    static exact_law law;
    exact_product(&law, d, layers, c, relu);
    const double p = p_value(s, &law);
    if (!(p < LEVEL)) fprintf(stderr, "wrong law d = %u, %u layers, c = %g passes: p = %g\n", d, layers, c, p);
    CHECK(p < LEVEL);
}

/* Deaths: Binomial(n, 1 - (1 - 2^-d)^L), 5 standard errors. */
static void check_deaths(const sample_set *s, unsigned d, unsigned layers)
{
    const double p = 1 - pow(1 - pow(0.5, d), layers), n = (double)s->all;
    CHECK_Z((double)(s->all - s->alive), n * p, sqrt(n * p * (1 - p)) + 1e-9, 5);
}

#define GRID(depth, width, phi, init)                                                                                  \
    "seed: 2021\ngrid: {depth: " depth ", width: " width ", activation: " phi ", init: " init "}\n"                    \
    "data: {source: sphere}\nreadout: dense\nloss: output\nobservables: [forward_norm]\n"

/* N1: norm2 of a linear net is a product of L factors chi2_d / d. */
static void linear_forward_norm_has_law_N1(void)
{
    sample_set s = draw(GRID("8", "16", "linear", "lecun"), SAMPLES, forward, 8);
    accept(&s, 16, 8, 1.0 / 16, 0);
    reject(&s, 16, 9, 1.0 / 16, 0);
    reject(&s, 17, 8, 1.0 / 17, 0);
    reject(&s, 16, 8, 1.01 / 16, 0);
    free(s.value);
}

/* N2: ReLU, He: factors (2/d) chi2_K, K ~ Binomial(d, 1/2), and the atom of dead samples. */
static void relu_forward_norm_has_law_N2(void)
{
    sample_set s = draw(GRID("5", "4", "relu", "he"), SAMPLES, forward, 5);
    accept(&s, 4, 5, 2.0 / 4, 1);
    check_deaths(&s, 4, 5);
    reject(&s, 4, 6, 2.0 / 4, 1);
    reject(&s, 5, 5, 2.0 / 5, 1);
    reject(&s, 4, 5, 2.0 / 4, 0);
    free(s.value);
    s = draw(GRID("8", "64", "relu", "he"), 100000, forward, 8);
    accept(&s, 64, 8, 2.0 / 64, 1);
    reject(&s, 64, 9, 2.0 / 64, 1);
    reject(&s, 64, 8, 2.02 / 64, 1);
    free(s.value);
}

/* N4 in its exact form: the Jacobian times a vector has the law of N2, the masks acting as fresh coins. */
static void relu_jacobian_vector_has_law_N2(void)
{
    sample_set s = draw(GRID("6", "8", "relu", "he"), SAMPLES, tangent, 6);
    accept(&s, 8, 6, 2.0 / 8, 1);
    check_deaths(&s, 8, 6);
    reject(&s, 8, 5, 2.0 / 8, 1);
    free(s.value);
}

/* N6: d f / d W_l of a scalar output with a He read-out and unit input: L factors (2/d) chi2_K at every layer l. */
static void relu_gradient_has_law_N6_at_every_layer(void)
{
    for (long l = 1; l <= 6; l++) {
        sample_set s = draw(GRID("6", "8", "relu", "he"), SAMPLES, gradient, l);
        accept(&s, 8, 6, 2.0 / 8, 1);
        check_deaths(&s, 8, 6);
        reject(&s, 8, 5, 2.0 / 8, 1);
        reject(&s, 8, 7, 2.0 / 8, 1);
        free(s.value);
    }
}

/* C1: Gaussian linear chain, log f^2 = sum of L log chi2_1. C3: the ReLU chain given life, alive with 2^-L. */
static void chains_have_laws_C1_and_C3(void)
{
    sample_set s = draw(GRID("20", "1", "linear", "lecun"), SAMPLES, forward, 20);
    accept(&s, 1, 20, 1.0, 0);
    reject(&s, 1, 21, 1.0, 0);
    free(s.value);
    s = draw(GRID("4", "1", "relu", "lecun"), SAMPLES, forward, 4);
    accept(&s, 1, 4, 1.0, 0);
    check_deaths(&s, 1, 4);
    free(s.value);
}

static double gamma_cdf(double x, const void *arg)
{
    const double *p = arg; /* L, log t */
    return gsl_cdf_gamma_Q(p[0] * p[1] - x, p[0], 1.0);
}

/* C2: uniform chain, L log t - log abs(f) ~ Gamma(L, 1) exactly; at t = e (init median) the median does not vanish. */
static void uniform_chain_has_law_C2(void)
{
    const double unit[2] = {12, 0.5 * log(3.0)}, at_e[2] = {12, 1.0}, wrong[2] = {13, 0.5 * log(3.0)};
    sample_set s = draw("grid: {depth: 12, width: 1, activation: linear, law: uniform, init: lecun}\n"
                        "data: {source: sphere}\nreadout: none\nloss: output\nobservables: [forward_norm]\n",
                        SAMPLES, forward_plain, 12);
    CHECK(tepui_ks_pvalue(tepui_ks_statistic(s.value, s.alive, gamma_cdf, unit), s.alive) > LEVEL);
    CHECK(tepui_ks_pvalue(tepui_ks_statistic(s.value, s.alive, gamma_cdf, wrong), s.alive) < LEVEL);
    free(s.value);
    s = draw("grid: {depth: 12, width: 1, activation: linear, law: uniform, init: median}\n"
             "data: {source: sphere}\nreadout: none\nloss: output\nobservables: [forward_norm]\n",
             SAMPLES, forward_plain, 12);
    CHECK(tepui_ks_pvalue(tepui_ks_statistic(s.value, s.alive, gamma_cdf, at_e), s.alive) > LEVEL);
    free(s.value);
}

/* The tables behind the tests: mean and variance per layer at d = 64 given by law N2 (its own script), and F from
   the table reproduces chi2 exactly for one linear layer (gsl_cdf_chisq_P is independent of the inversion). */
static void the_inversion_reproduces_chi_squared(void)
{
    static exact_law law;
    exact_product(&law, 5, 1, 1.0, 0);
    for (double y = -3; y < 4; y += 0.37) CHECK_NEAR(exact_cdf(y, &law), gsl_cdf_chisq_P(exp(y), 5), 5e-6);
}

static const test_case cases[] = {
    {"the_inversion_reproduces_chi_squared", the_inversion_reproduces_chi_squared},
    {"linear_forward_norm_has_law_N1", linear_forward_norm_has_law_N1},
    {"relu_forward_norm_has_law_N2", relu_forward_norm_has_law_N2},
    {"relu_jacobian_vector_has_law_N2", relu_jacobian_vector_has_law_N2},
    {"relu_gradient_has_law_N6_at_every_layer", relu_gradient_has_law_N6_at_every_layer},
    {"chains_have_laws_C1_and_C3", chains_have_laws_C1_and_C3},
    {"uniform_chain_has_law_C2", uniform_chain_has_law_C2},
};
TEST_MAIN(cases)
