/* test_sample.c -- tepui_sample: the bits of a network, whatever is asked for and in which order; own observables. */
#include "test.h"
#include <stdlib.h>
#include <tepui/tepui.h>

static tepui_experiment *plan(const char *text)
{
    tepui_experiment *e = NULL;
    tepui_error err = {""};
    if (tepui_experiment_parse(text, "test", NULL, &e, &err) == TEPUI_OK) tepui_experiment_plan(e, &err);
    if (err.text[0]) fprintf(stderr, "%s\n", err.text), test_failures++;
    return e;
}

static tepui_sample *drawn(const tepui_experiment *e, unsigned needs, uint64_t number)
{
    tepui_sample *s = NULL;
    CHECK(tepui_sample_new(&e->cells[0], needs, &s, NULL) == TEPUI_OK);
    if (s) CHECK(tepui_sample_draw(s, number, NULL) == TEPUI_OK);
    return s;
}

#define NET "grid: {depth: 3, width: 4, activation: tanh}\ndata: {source: gaussian, points: 2, targets: gaussian}\n"
#define COMPOSED                                                                                                       \
    "grid: {depth: 2, width: 3, activation: gelu, architecture: pre_norm}\ndata: {points: 2, targets: zero}\n"

static void asked_at_once_or_later_gives_the_same(void)
{
    static const char *const texts[] = {NET "observables: [gradient_norm, forward_norm, jacobian_vector_norm, angle]\n",
                                        COMPOSED "observables: [gradient_norm, forward_norm, angle]\n"};
    for (int t = 0; t < 2; t++) {
        tepui_experiment *e = plan(texts[t]);
        tepui_network *net = NULL;
        tepui_sample *now = drawn(e, tepui_experiment_needs(e), 7), *later = drawn(e, 0, 3);
        CHECK(tepui_sample_draw(later, 7, NULL) == TEPUI_OK);
        CHECK(tepui_network_alloc(&e->cells[0], tepui_experiment_needs(e), &net, NULL) == TEPUI_OK);
        CHECK(tepui_network_sample(net, 7, NULL) == TEPUI_OK);
        for (size_t o = 0; o < e->observable_count; o++) {
            const char *name = e->observables[o]->kind.name;
            long component[16];
            const size_t n = tepui_observable_components(e->observables[o], &e->cells[0], 16, component);
            for (size_t k = 0; k < n; k++) {
                double a, b, c;
                tepui_observable_measure(e->observables[o], net, component[k], &a);
                CHECK(tepui_sample_measure(now, name, component[k], &b, NULL) == TEPUI_OK);
                CHECK(tepui_sample_measure(later, name, component[k], &c, NULL) == TEPUI_OK);
                CHECK(memcmp(&a, &b, sizeof a) == 0 && memcmp(&a, &c, sizeof a) == 0);
            }
        }
        tepui_network_free(net);
        tepui_sample_free(now);
        tepui_sample_free(later);
        tepui_experiment_free(e);
    }
}

/* The gradient's norm is gradient_norm; products with all unit vectors have the norm and the trace of the Hessian. */
static void gradient_and_products_agree_with_observables(void)
{
    static const char *const texts[] = {NET "observables: [forward_norm]\n", COMPOSED "observables: [forward_norm]\n"};
    for (int t = 0; t < 2; t++) {
        tepui_experiment *e = plan(texts[t]);
        tepui_sample *s = drawn(e, 0, 1);
        const size_t P = tepui_parameters(&e->cells[0]);
        double *g = calloc(3 * P, sizeof *g), *v = g + P, *h = v + P, x, square = 0, norm = 0, trace = 0;
        int64_t exponent;
        /* the kernel first: it spends gradients in compositions */
        long first;
        tepui_observable_components(tepui_kind_find(&tepui_family_observable, "ntk_trace"), &e->cells[0], 1, &first);
        CHECK(tepui_sample_measure(s, "ntk_trace", first, &x, NULL) == TEPUI_OK);
        CHECK(tepui_sample_gradient(s, g, &exponent, NULL) == TEPUI_OK);
        for (size_t i = 0; i < P; i++) square += g[i] * g[i];
        CHECK(tepui_sample_measure(s, "gradient_norm", TEPUI_COMPONENT_TOTAL, &x, NULL) == TEPUI_OK);
        CHECK_NEAR(0.5 * log(square) + (double)exponent * log(2.0), x, 1e-13 * (double)P);
        for (size_t i = 0; i < P; i++) {
            memset(v, 0, P * sizeof *v);
            v[i] = 1;
            CHECK(tepui_sample_hessian_product(s, TEPUI_HESSIAN, v, h, &exponent, NULL) == TEPUI_OK);
            trace += ldexp(h[i], (int)exponent);
            for (size_t k = 0; k < P; k++) norm += ldexp(h[k], (int)exponent) * ldexp(h[k], (int)exponent);
        }
        CHECK(tepui_sample_measure(s, "hessian_norm", TEPUI_COMPONENT_H, &x, NULL) == TEPUI_OK);
        CHECK_NEAR(0.5 * log(norm), x, 1e-13 * (double)P);
        CHECK(tepui_sample_measure(s, "hessian_trace", TEPUI_COMPONENT_H, &x, NULL) == TEPUI_OK);
        CHECK_NEAR(log(fabs(trace)), x, 1e-11 * (double)P);
        free(g);
        tepui_sample_free(s);
        tepui_experiment_free(e);
    }
}

/* ln of the norm of the gradient and of the loss, from what a sample shows: equal to the library's own observable */
static double own_gradient(tepui_sample *s, long component)
{
    const size_t P = tepui_parameters(tepui_sample_cell(s));
    double *g = malloc(P * sizeof *g), square = 0;
    int64_t e;
    (void)component;
    if (!g || tepui_sample_gradient(s, g, &e, NULL) != TEPUI_OK) square = NAN;
    for (size_t i = 0; g && square == square && i < P; i++) square += g[i] * g[i];
    free(g);
    return 0.5 * log(square) + (double)e * log(2.0);
}
static double silent(tepui_sample *s, long component)
{
    int64_t e;
    double g[64];
    (void)component;
    return tepui_sample_gradient(s, g, &e, NULL) == TEPUI_OK ? 1 : NAN; /* its needs do not name the gradient */
}
static const long total[] = {TEPUI_COMPONENT_TOTAL, 0};
static const tepui_observable_type own = {
    .kind = {.name = "own_gradient", .doc = "norm of the gradient", .source = "this test"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_LN,
    .needs = TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_CURVATURE,
    .least_points = 1,
    .named = total,
    .measure_sample = own_gradient,
};
static const tepui_observable_type mute = {
    .kind = {.name = "mute", .doc = "asks for what it did not name", .source = "this test"},
    .unit = "1",
    .needs = TEPUI_NEEDS_FORWARD,
    .least_points = 1,
    .named = total,
    .measure_sample = silent,
};

static void own_observables_see_a_sample(void)
{
    tepui_error err = {""};
    CHECK(tepui_kind_register(&tepui_family_observable, &own, &err) == TEPUI_OK);
    CHECK(tepui_kind_register(&tepui_family_observable, &mute, &err) == TEPUI_OK);
    /* with the tangent kernel, which overwrites the gradients of a composition, and everything else */
    static const char *const texts[] = {
        NET "observables: [own_gradient, gradient_norm, ntk_trace, hessian_spectrum, mute]\n",
        COMPOSED "observables: [own_gradient, gradient_norm, ntk_trace, hessian_spectrum, mute]\n"};
    for (int t = 0; t < 2; t++) {
        tepui_experiment *e = plan(texts[t]);
        tepui_sample *s = drawn(e, tepui_experiment_needs(e), 2);
        double a, b;
        CHECK(tepui_sample_measure(s, "own_gradient", TEPUI_COMPONENT_TOTAL, &a, &err) == TEPUI_OK);
        CHECK(tepui_sample_measure(s, "gradient_norm", TEPUI_COMPONENT_TOTAL, &b, &err) == TEPUI_OK);
        CHECK_NEAR(a, b, 1e-12);
        tepui_sample_free(s);
        s = drawn(e, 0, 2);
        CHECK(tepui_sample_measure(s, "mute", TEPUI_COMPONENT_TOTAL, &a, &err) == TEPUI_OK);
        CHECK(isnan(a));
        tepui_sample_free(s);
        tepui_experiment_free(e);
    }
}

static void check_refused(tepui_status st, const tepui_error *err, const char *message)
{
    CHECK(st != TEPUI_OK);
    if (!strstr(err->text, message)) fprintf(stderr, "\"%s\", not \"%s\"\n", err->text, message), test_failures++;
}

static void what_is_not_there_is_refused(void)
{
    tepui_experiment *e = plan("grid: {depth: 2, width: 3}\nobservables: [forward_norm]\n");
    tepui_sample *s = NULL;
    double x, w[64];
#define REFUSED(call, message)                                                                                         \
    do {                                                                                                               \
        tepui_error err = {""};                                                                                        \
        const tepui_status st = (call);                                                                                \
        check_refused(st, &err, message);                                                                              \
    } while (0)
    CHECK(tepui_sample_new(&e->cells[0], 0, &s, NULL) == TEPUI_OK);
    REFUSED(tepui_sample_measure(s, "forward_norm", 0, &x, &err), "no sample was drawn");
    REFUSED(tepui_sample_weights(s, 1, w, &err), "no sample was drawn");
    CHECK(tepui_sample_inputs(s) == NULL);
    CHECK(tepui_sample_draw(s, 0, NULL) == TEPUI_OK);
    REFUSED(tepui_sample_measure(s, "forward_nrom", 0, &x, &err), "did you mean 'forward_norm'");
    REFUSED(tepui_sample_measure(s, "forward_norm", 3, &x, &err),
            "forward_norm has no component 3 here; it has 3: 0 .. 2");
    REFUSED(tepui_sample_measure(s, "angle", 0, &x, &err), "angle needs at least 2 points");
    REFUSED(tepui_sample_measure(s, "escape_time", TEPUI_COMPONENT_TOTAL, &x, &err), "the experiment follows none");
    REFUSED(tepui_sample_measure(s, "hessian_spectrum", TEPUI_COMPONENT_NEGATIVE, &x, &err), "measure_all()");
    REFUSED(tepui_sample_weights(s, 3, w, &err), "there is no matrix 3; they are 1 .. 2");
    REFUSED(tepui_sample_weights(s, 0, w, &err), "there is no matrix 0");
    REFUSED(tepui_sample_new(&e->cells[0], TEPUI_NEEDS_PATH, &s, &err), "follows no trajectories");
    tepui_sample_free(s);
    tepui_experiment_free(e);
}

/* A sequential generator: the second workspace has to find the same net. */
static void a_sequential_generator_gives_one_net(void)
{
    tepui_experiment *e = plan("grid: {depth: 2, width: 3}\ngenerator: mt19937\nobservables: [jacobian_vector_norm]\n");
    tepui_sample *now = drawn(e, tepui_experiment_needs(e), 4), *later = drawn(e, 0, 4);
    double a, b;
    CHECK(tepui_sample_measure(now, "jacobian_vector_norm", 2, &a, NULL) == TEPUI_OK);
    CHECK(tepui_sample_measure(later, "jacobian_vector_norm", 2, &b, NULL) == TEPUI_OK);
    CHECK(memcmp(&a, &b, sizeof a) == 0);
    tepui_sample_free(now);
    tepui_sample_free(later);
    tepui_experiment_free(e);
}

static const test_case cases[] = {
    {"asked_at_once_or_later_gives_the_same", asked_at_once_or_later_gives_the_same},
    {"gradient_and_products_agree_with_observables", gradient_and_products_agree_with_observables},
    {"own_observables_see_a_sample", own_observables_see_a_sample},
    {"what_is_not_there_is_refused", what_is_not_there_is_refused},
    {"a_sequential_generator_gives_one_net", a_sequential_generator_gives_one_net},
};
TEST_MAIN(cases)
