/* test_tilted.c -- weighted samples have the plain law: means of w h(X) against exact E h(X), errors from the samples'
   own variance (h bounded or of known moments), five standard errors, fixed seeds. */
#include "reads.h"
#include "test.h"
#include <stdlib.h>
#include <tepui/tepui.h>

#define SAMPLES 40000

typedef struct {
    tepui_experiment *e;
    tepui_network *net;
} bench;

static tepui_status open_bench(bench *b, const char *grid, const char *rest, tepui_error *err)
{
    char text[512];
    *b = (bench){0};
    snprintf(text, sizeof text, "seed: 5\ngrid: {%s}\ndata: {source: sphere}\nreadout: none\nsampler: tilted\n%s\n",
             grid, rest);
    tepui_status st = tepui_experiment_parse(text, "bench", NULL, &b->e, err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(b->e, err);
    if (st == TEPUI_OK) st = tepui_network_alloc(&b->e->cells[0], TEPUI_NEEDS_FORWARD, &b->net, err);
    return st;
}

static void close_bench(bench *b)
{
    tepui_network_free(b->net);
    tepui_experiment_free(b->e);
}

/* The exact law of ln norm(a_l) / norm(a_0). */
static tepui_exact *exact_law(const tepui_cell *c)
{
    tepui_exact *law;
    const int relu = strcmp(((const tepui_kind *)c->activation.type)->name, "relu") == 0;
    CHECK(tepui_exact_new(0, 0.5, &law, NULL) == TEPUI_OK);
    for (size_t l = 1; l <= c->depth; l++) {
        const tepui_term t = {
            relu ? TEPUI_TERM_BINOMIAL : TEPUI_TERM_CHI2, c->width[l], 1, c->sigma[l] * c->sigma[l], 0, 0};
        CHECK(tepui_exact_add(law, &t, NULL) == TEPUI_OK);
    }
    return law;
}

typedef struct {
    double sum, squares;
} mean;

static void check_mean(const mean *m, double n, double want)
{
    const double got = m->sum / n;
    CHECK_Z(got, want, sqrt((m->squares / n - got * got) / n), 5);
}

static void add(mean *m, double y)
{
    m->sum += y;
    m->squares += y * y;
}

/* Moments of powers 1 and 2 of norm2 and the distribution function at three points, the dead included. */
static void weighted_samples_have_the_plain_law(void)
{
    static const char *const grid[] = {
        "depth: 3, width: [[5, 2, 7]], activation: relu, init: he, tilt: 0.5",
        "depth: 3, width: [[5, 2, 7]], activation: relu, init: xavier, tilt: 1.2",
        "depth: 4, width: 3, activation: linear, init: lecun, tilt: 0.75",
        "depth: 300, width: 300, activation: relu, init: he, tilt: 0.95", /* more layers than are drawn at once */
        "depth: 2, width: 1, activation: relu, init: he, tilt: 0.8",
    };
    for (size_t k = 0; k < sizeof grid / sizeof *grid; k++) {
        bench b;
        tepui_error err = {""};
        CHECK(open_bench(&b, grid[k], "observables: [weighted_norm2]", &err) == TEPUI_OK);
        if (!b.net) {
            fprintf(stderr, "%s\n", err.text);
            continue;
        }
        const tepui_cell *c = &b.e->cells[0];
        tepui_exact *law = exact_law(c);
        const double alive = 1 - tepui_exact_atom(law);
        mean power[3] = {{0}}, below[3] = {{0}};
        double x[3];
        for (int i = 0; i < 3; i++) x[i] = tepui_exact_quantile(law, 0.25 + 0.25 * i);
        for (size_t i = 0; i < SAMPLES; i++) {
            CHECK(tepui_network_sample(b.net, i, NULL) == TEPUI_OK);
            const double ln_norm = tepui_network_ln_forward(b.net, 0, c->depth);
            const double w = exp(tepui_network_ln_weighted(b.net, c->depth, 0));
            for (int s = 1; s < 3; s++) add(&power[s], exp(tepui_network_ln_weighted(b.net, c->depth, 2.0 * s)));
            for (int q = 0; q < 3; q++) add(&below[q], ln_norm > x[q] ? w : 0); /* above: weights are bounded there */
        }
        for (int s = 1; s < 3; s++) check_mean(&power[s], SAMPLES, exp(tepui_exact_ln_moment(law, 2.0 * s)));
        for (int q = 0; q < 3; q++) check_mean(&below[q], SAMPLES, alive * (0.75 - 0.25 * q));
        tepui_exact_free(law);
        close_bench(&b);
    }
}

/* A tilt equal to the power leaves a constant: every weighted sample is the mean itself, up to rounding. */
static void equal_tilt_gives_a_constant(void)
{
    bench b;
    CHECK(open_bench(&b, "depth: 1000, width: 16, activation: relu, init: he, tilt: 2", "observables: [weighted_norm4]",
                     NULL) == TEPUI_OK);
    for (uint64_t i = 0; i < 10; i++) {
        CHECK(tepui_network_sample(b.net, i, NULL) == TEPUI_OK);
        CHECK_NEAR(tepui_network_ln_weighted(b.net, 1000, 4), 1000 * log1p(5.0 / 16), 1e-9);
    }
    close_bench(&b);
}

static void refuse(const char *grid, const char *rest, const char *word)
{
    bench b;
    tepui_error err = {""};
    CHECK(open_bench(&b, grid, rest, &err) == TEPUI_BAD_INPUT);
    CHECK(strstr(err.text, word) != NULL);
    if (!strstr(err.text, word)) fprintf(stderr, "%s\n", err.text);
    close_bench(&b);
}

static void what_takes_no_weights_is_refused(void)
{
    refuse("depth: 3", "observables: [forward_norm]", "weighted_norm2");
    refuse("depth: 3, activation: tanh", "observables: [weighted_norm2]", "linear or relu");
    refuse("depth: 3, tilt: 0.4", "observables: [weighted_norm2]", "grid.tilt");
}

static const test_case cases[] = {
    {"weighted_samples_have_the_plain_law", weighted_samples_have_the_plain_law},
    {"equal_tilt_gives_a_constant", equal_tilt_gives_a_constant},
    {"what_takes_no_weights_is_refused", what_takes_no_weights_is_refused},
};
TEST_MAIN(cases)
