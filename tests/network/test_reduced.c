/* test_reduced.c -- the reduced sampler has the laws of the full one: both drawn, distributions compared.

   Two-sample Kolmogorov-Smirnov with fixed seeds, accepted at p > 1e-6; wrong neighbours (a layer more, a unit more,
   a variance off) must be rejected at the same level, so that the tests can fail. Atoms at zero are -INFINITY, ties in
   either sample, for which the test is conservative; deaths are counted besides. */
#include "reads.h"
#include "test.h"
#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <tepui/tepui.h>

#define LEVEL 1e-6
#define SAMPLES 40000
#define MOST 64 /* components of all observables */

static tepui_experiment *plan(const char *text, const char *sampler, const char *change)
{
    char setting[64];
    const char *overrides[] = {setting, change, NULL};
    tepui_error err = {""};
    tepui_experiment *e = NULL;
    snprintf(setting, sizeof setting, "sampler=%s", sampler);
    tepui_status st = tepui_experiment_parse(text, "test", overrides, &e, &err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
    CHECK(st == TEPUI_OK);
    if (st == TEPUI_OK) return e;
    fprintf(stderr, "%s\n%s\n", err.text, text);
    tepui_experiment_free(e);
    return NULL;
}

/* All components of all observables, each with its samples. */
typedef struct {
    size_t count, n;
    char name[MOST][80];
    double *value[MOST];
} table;

static void name_components(table *t, const tepui_experiment *e, long *component, const tepui_observable_type **of)
{
    t->count = 0;
    for (size_t o = 0; o < e->observable_count; o++) {
        const size_t n = tepui_observable_components(e->observables[o], &e->cells[0], 64, component + t->count);
        for (size_t i = 0; i < n; i++, t->count++) {
            char label[24];
            tepui_component_name(component[t->count], label);
            of[t->count] = e->observables[o];
            snprintf(t->name[t->count], sizeof *t->name, "%s %s", e->observables[o]->kind.name, label);
        }
    }
}

static unsigned needs_of(const tepui_experiment *e)
{
    unsigned needs = 0;
    for (size_t o = 0; o < e->observable_count; o++) needs |= e->observables[o]->needs;
    return needs;
}

static table draw(const char *text, const char *sampler, const char *change, size_t n)
{
    table t = {.n = n};
    long component[MOST];
    const tepui_observable_type *of[MOST];
    tepui_network *net = NULL;
    tepui_error err = {""};
    tepui_experiment *e = plan(text, sampler, change);
    if (!e) return t;
    CHECK((strcmp(e->cells[0].sampler->kind.name, "reduced") == 0) == (strcmp(sampler, "full") != 0));
    name_components(&t, e, component, of);
    for (size_t k = 0; k < t.count; k++) t.value[k] = malloc(n * sizeof(double));
    CHECK(tepui_network_alloc(&e->cells[0], needs_of(e), &net, &err) == TEPUI_OK);
    for (size_t i = 0; i < n; i++) {
        CHECK(tepui_network_sample(net, i, NULL) == TEPUI_OK);
        for (size_t k = 0; k < t.count; k++) t.value[k][i] = of[k]->measure(net, component[k]);
    }
    tepui_network_free(net);
    tepui_experiment_free(e);
    return t;
}

static void table_free(table *t)
{
    for (size_t k = 0; k < t->count; k++) free(t->value[k]);
}

static double *component_of(const table *t, const char *name)
{
    for (size_t k = 0; k < t->count; k++)
        if (strcmp(t->name[k], name) == 0) return t->value[k];
    fprintf(stderr, "no component %s\n", name);
    test_failures++;
    return t->value[0];
}

/* Two norms of the same samples: ordinary correlation over the living, and their number. */
static double correlation(const table *t, const char *first, const char *second, size_t *alive)
{
    const double *x = component_of(t, first), *y = component_of(t, second);
    double n = 0, sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (isinf(x[i]) || isinf(y[i])) continue;
        n++, sx += x[i], sy += y[i], xx += x[i] * x[i], yy += y[i] * y[i], xy += x[i] * y[i];
    }
    *alive = (size_t)n;
    return (xy - sx * sy / n) / sqrt((xx - sx * sx / n) * (yy - sy * sy / n));
}

/* Fisher: atanh(r) has standard deviation near 1/sqrt(n); heavier tails than the normal's at most double it. */
static void compare_correlation(const table *a, const table *b, const char *first, const char *second)
{
    size_t n, m;
    const double r = correlation(a, first, second, &n), s = correlation(b, first, second, &m);
    CHECK_Z(atanh(r), atanh(s), 2 * sqrt(1 / (double)n + 1 / (double)m), 5);
    CHECK(r > 0.05); /* there is something to agree about */
}

static size_t deaths(const double *x, size_t n)
{
    size_t dead = 0;
    for (size_t i = 0; i < n; i++) dead += x[i] == -INFINITY;
    return dead;
}

/* Difference of two binomial counts over n: 5 standard errors of the pooled share. */
static void compare_deaths(const char *name, const double *x, const double *y, size_t n)
{
    const double a = (double)deaths(x, n), b = (double)deaths(y, n), p = (a + b) / (2 * (double)n);
    const int before = test_failures;
    CHECK_Z(a, b, sqrt(2 * (double)n * p * (1 - p)), 5);
    if (test_failures > before) fprintf(stderr, "deaths of %s\n", name);
}

/* Sorts both; the dead are left out, for -INFINITY - -INFINITY is no number. */
static double p_value(double *x, double *y, size_t n)
{
    size_t a = 0, b = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isinf(x[i])) x[a++] = x[i];
        if (!isinf(y[i])) y[b++] = y[i];
    }
    if (a == 0 || b == 0) return a == b;
    return tepui_ks_two_sample_pvalue(tepui_ks_two_sample(x, a, y, b), a, b);
}

static void compare_correlations(const table *a, const table *b, size_t depth)
{
    char forward[40], tangent[40];
    snprintf(forward, sizeof forward, "forward_norm %zu", depth);
    snprintf(tangent, sizeof tangent, "jacobian_vector_norm %zu", depth);
    compare_correlation(a, b, forward, tangent);
    compare_correlation(a, b, "forward_norm 1", "gradient_norm 1");
    compare_correlation(a, b, forward, "output_gradient_norm 1");
    compare_correlation(a, b, "output_gradient_norm 1", "output_gradient_norm 2");
}

/* depth 0: marginal laws only */
static void same_laws(const char *text, size_t depth)
{
    table full = draw(text, "full", NULL, SAMPLES), reduced = draw(text, "reduced", NULL, SAMPLES);
    CHECK(full.count == reduced.count && full.count > 0);
    if (depth) compare_correlations(&full, &reduced, depth);
    for (size_t k = 0; k < full.count && k < reduced.count; k++) {
        CHECK(strcmp(full.name[k], reduced.name[k]) == 0);
        compare_deaths(full.name[k], full.value[k], reduced.value[k], SAMPLES);
        const double p = p_value(full.value[k], reduced.value[k], SAMPLES);
        if (!(p > LEVEL)) fprintf(stderr, "%s: p = %g in\n%s", full.name[k], p, text);
        CHECK(p > LEVEL);
    }
    table_free(&full);
    table_free(&reduced);
}

#define ALL                                                                                                            \
    "observables: [forward_norm, jacobian_vector_norm, gradient_norm, output_gradient_norm, output, "                  \
    "activation_fraction]\n"
#define NET(grid)                                                                                                      \
    "seed: 11\ngrid: {" grid "}\ndata: {source: gaussian, dimension: 3, targets: gaussian}\nreadout: dense\n"          \
    "loss: mse\n" ALL

static void relu_nets_agree(void)
{
    same_laws(NET("depth: 5, width: 4, activation: relu, init: he"), 5);
    same_laws(NET("depth: 3, width: [[5, 3, 7]], activation: relu, init: he, gain: 1.3"), 3);
}

static void linear_nets_agree(void)
{
    same_laws(NET("depth: 6, width: 3, activation: linear, init: lecun"), 6);
    same_laws(NET("depth: 3, width: [[5, 3, 7]], activation: linear, init: fixed(0.7)"), 3);
}

static void chains_of_width_1_agree(void)
{
    same_laws(NET("depth: 4, width: 1, activation: relu, init: he"), 0);
    same_laws(NET("depth: 4, width: 1, activation: linear, init: lecun"), 0);
}

/* Other inputs, losses and read-outs: one-dimensional input, no targets, several outputs, none. */
static void other_ends_agree(void)
{
    same_laws("grid: {depth: 3, width: 4}\ndata: {source: sphere, dimension: 1}\nreadout: dense\nloss: output\n" ALL,
              0);
    same_laws("grid: {depth: 3, width: 4}\ndata: {source: gaussian, dimension: 2, resample: false, targets: zero}\n"
              "readout: dense\nloss: mse\n" ALL,
              0);
    same_laws("grid: {depth: 2, width: 4}\ndata: {source: gaussian, outputs: 3}\nreadout: dense\n"
              "observables: [forward_norm, jacobian_vector_norm]\n",
              0);
    same_laws("grid: {depth: 2, width: 70}\nreadout: none\nobservables: [forward_norm, activation_fraction]\n", 0);
}

static void reject(const char *text, const char *change, const char *component)
{
    table full = draw(text, "full", NULL, SAMPLES), wrong = draw(text, "reduced", change, SAMPLES);
    const double p = p_value(component_of(&full, component), component_of(&wrong, component), SAMPLES);
    if (!(p < LEVEL)) fprintf(stderr, "%s passes with %s: p = %g\n", component, change, p);
    CHECK(p < LEVEL);
    table_free(&full);
    table_free(&wrong);
}

static void wrong_laws_are_rejected(void)
{
    const char *relu = NET("depth: 5, width: 4, activation: relu, init: he");
    reject(relu, "grid.depth=6", "forward_norm output");
    reject(relu, "grid.width=5", "forward_norm 5");
    reject(relu, "grid.gain=1.05", "jacobian_vector_norm 5");
    reject(relu, "grid.depth=6", "output_gradient_norm 1");
    reject(relu, "grid.gain=1.05", "gradient_norm total");
    reject(relu, "grid.gain=1.1", "output 0");
    reject(relu, "grid.width=5", "activation_fraction 3");
    const char *linear = NET("depth: 6, width: 3, activation: linear, init: lecun");
    reject(linear, "grid.width=4", "jacobian_vector_norm 6");
    reject(linear, "grid.depth=7", "gradient_norm 2");
    reject(linear, "grid.activation=relu", "forward_norm 1");
}

/* Wide layers: by counted coins up to 4096, by rejection beyond; share of living units and its variance. */
static void wide_layers_have_binomial_counts(void)
{
    const size_t widths[] = {4, 63, 64, 65, 1000, 4096, 5000, 1000000};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        char text[256];
        const double d = (double)widths[w], n = 4000, layers = 5;
        double sum = 0, squares = 0;
        snprintf(text, sizeof text,
                 "grid: {depth: 6, width: %zu}\ndata: {dimension: 2}\nobservables: [activation_fraction]\n", widths[w]);
        table t = draw(text, "reduced", NULL, (size_t)n);
        for (size_t k = 0; k < 5 && t.count == 6; k++)
            for (size_t i = 0; i < t.n; i++) {
                /* a dead net has no law: with 4 units condition on the layer, else it does not happen */
                const double z = (t.value[k][i] - 0.5) * 2 * sqrt(d);
                if (widths[w] > 4 || k == 0) sum += z, squares += z * z;
            }
        const double count = widths[w] > 4 ? n * layers : n;
        CHECK_Z(sum / count, 0, 1 / sqrt(count), 5);
        CHECK_Z(squares / count, 1, sqrt(2 / count), 5);
        table_free(&t);
    }
}

/* The next bin of k: up to the last one here, n counts expected in all; bins near both ends are small, where candidates
   come from other parts of the hat. */
static unsigned end_of_bin(unsigned k, unsigned last, double before, double n, unsigned units)
{
    double below = before;
    while (k < last) {
        below = gsl_cdf_binomial_P(k, 0.5, units);
        const double least = fmin(below, 1 - below) < 1e-3 ? 100 : n / 48;
        if (n * (below - before) >= least && n * (1 - below) >= 100) break;
        k++;
    }
    return k;
}

/* Pearson over these bins: the p-value of counts of living units in all layers of all samples. */
static double p_of_counts(unsigned units)
{
    char text[160];
    snprintf(text, sizeof text,
             "grid: {depth: 60, width: %u}\ndata: {dimension: 2}\nobservables: [activation_fraction]\n", units);
    table t = draw(text, "reduced", NULL, SAMPLES / 2);
    const double n = (double)t.n * (double)t.count;
    size_t *seen = calloc(units + 1, sizeof *seen), bins = 0;
    double chi2 = 0, before = 0;
    for (size_t l = 0; l < t.count; l++)
        for (size_t i = 0; i < t.n; i++) seen[lround(t.value[l][i] * units)]++;
    for (unsigned from = 0; from <= units; bins++) {
        const unsigned to = end_of_bin(from, units, before, n, units);
        const double below = to == units ? 1 : gsl_cdf_binomial_P(to, 0.5, units);
        double count = 0;
        while (from <= to) count += (double)seen[from++];
        chi2 += (count - n * (below - before)) * (count - n * (below - before)) / (n * (below - before));
        before = below;
    }
    CHECK(t.count == 60 && bins > 40);
    free(seen);
    table_free(&t);
    return gsl_cdf_chisq_Q(chi2, (double)bins - 1);
}

/* Rejection has the law of the coins: 1.2 million counts, from the narrowest layer that it serves on. */
static void rejected_counts_are_binomial(void)
{
    static const unsigned units[] = {4097, 5000, 100000};
    for (size_t w = 0; w < sizeof units / sizeof *units; w++) {
        const double p = p_of_counts(units[w]);
        if (!(p > LEVEL)) fprintf(stderr, "%u units: p = %g\n", units[w], p);
        CHECK(p > LEVEL);
    }
}

static tepui_network *network(const tepui_experiment *e, unsigned needs)
{
    tepui_network *net = NULL;
    tepui_error err = {""};
    CHECK(tepui_network_alloc(&e->cells[0], needs, &net, &err) == TEPUI_OK);
    return net;
}

/* A sample is a function of its number, whatever was drawn before and is observed besides. */
static void samples_are_functions_of_their_number(void)
{
    tepui_experiment *e = plan(NET("depth: 700, width: 6, activation: relu, init: he"), "reduced", NULL);
    if (!e) return;
    tepui_network *all = network(e, needs_of(e)), *some = network(e, TEPUI_NEEDS_FORWARD);
    for (uint64_t i = 0; i < 20; i++) CHECK(tepui_network_sample(all, i, NULL) == TEPUI_OK);
    for (uint64_t i = 20; i-- > 0;) {
        CHECK(tepui_network_sample(all, i, NULL) == TEPUI_OK && tepui_network_sample(some, i, NULL) == TEPUI_OK);
        for (size_t l = 0; l <= 701; l++)
            CHECK(tepui_network_ln_forward(all, 0, l) == tepui_network_ln_forward(some, 0, l));
        CHECK(tepui_network_output(all, 0, 0) == tepui_network_output(some, 0, 0));
    }
    double w[36];
    CHECK(tepui_network_weights(all, 2, w) == TEPUI_FAILED); /* there are none */
    tepui_network_free(all);
    tepui_network_free(some);
    tepui_experiment_free(e);
}

/* A million layers of a million units: no room for a matrix is taken, everything is finite. Mean of ln |a_l|^2 per
   layer: E ln chi2_K (2/d) ~ -(1/d)(1 + 3/2), standard deviation sqrt(5/d): 6 of them over L = d layers. */
static void a_million_by_a_million_is_possible(void)
{
    tepui_experiment *e = plan("grid: {depth: 1000000, width: 1000000, activation: relu, init: he}\n"
                               "data: {source: sphere, dimension: 2}\nreadout: dense\nloss: output\n"
                               "observables: [forward_norm, gradient_norm, jacobian_vector_norm]\n",
                               "auto", NULL);
    if (!e) return;
    CHECK(tepui_network_memory(&e->cells[0], needs_of(e)) < (size_t)200 << 20);
    tepui_network *net = network(e, needs_of(e));
    CHECK(tepui_network_sample(net, 0, NULL) == TEPUI_OK);
    const double gain = 2 * (tepui_network_ln_forward(net, 0, 1000000) - tepui_network_ln_forward(net, 0, 1));
    CHECK_Z(gain, -2.5, sqrt(5.0), 6);
    CHECK(isfinite(tepui_network_ln_gradient(net, 1)) && isfinite(tepui_network_ln_tangent(net, 1000000)));
    tepui_network_free(net);
    tepui_experiment_free(e);
}

/* Far outside the range of double, and dead exactly. */
static void depth_and_scale_stay_in_range(void)
{
    tepui_experiment *e = plan(NET("depth: 20000, width: 4, activation: linear, init: fixed(0.001)"), "reduced", NULL);
    if (!e) return;
    tepui_network *net = network(e, needs_of(e));
    CHECK(tepui_network_sample(net, 1, NULL) == TEPUI_OK);
    /* per layer (psi(2) + ln 2 + ln 0.001)/2; psi(2) = 0.42278433509846714, trigamma(2) = 0.64493406684822644 */
    const double mean = 0.5 * (0.42278433509846714 + log(2e-3)), sd = sqrt(0.25 * 0.64493406684822644);
    CHECK_Z(tepui_network_ln_forward(net, 0, 20000), 2e4 * mean, sd * sqrt(2e4) + 1, 6);
    CHECK_Z(tepui_network_ln_tangent(net, 20000), 2e4 * mean, sd * sqrt(2e4) + 1, 6);
    CHECK_Z(tepui_network_ln_output_gradient(net, 1), 2e4 * mean, sd * sqrt(2e4) + 2, 6);
    tepui_network_free(net);
    tepui_experiment_free(e);
    e = plan(NET("depth: 300, width: 1, activation: relu, init: he"), "reduced", NULL); /* alive: 2^-300 */
    if (!e) return;
    net = network(e, needs_of(e));
    CHECK(tepui_network_sample(net, 1, NULL) == TEPUI_OK);
    for (size_t l = 300; l <= 301; l++) {
        CHECK(tepui_network_ln_forward(net, 0, l) == -INFINITY && tepui_network_ln_tangent(net, l) == -INFINITY);
        CHECK(tepui_network_ln_gradient(net, l) == -INFINITY && tepui_network_ln_output_gradient(net, l) == -INFINITY);
    }
    CHECK(tepui_network_ln_gradient(net, 0) == -INFINITY && tepui_network_output(net, 0, 0) == 0);
    CHECK(tepui_network_live_fraction(net, 300) == 0);
    tepui_network_free(net);
    tepui_experiment_free(e);
}

static void refusals_name_the_reason(void)
{
    static const struct {
        const char *text, *part;
    } bad[] = {
        {"grid: {law: uniform}\n", "gaussian law"},
        {"grid: {activation: tanh}\n", "linear or relu"},
        {"grid: {activation: leaky_relu(0.1)}\n", "linear or relu"},
        {"grid: {sigma_b: 0.1}\n", "biases"},
        {"data: {points: 2}\n", "single data point"},
        {"data: {points: 2}\nobservables: [angle]\n", "no law for angle"},
        {"generator: mt19937\n", "threefry4x64"},
        {"readout: none\nobservables: [gradient_norm]\n", "single output"},
        {"readout: dense\ndata: {outputs: 2}\nobservables: [output_gradient_norm]\n", "single output"},
        {"readout: none\nobservables: [output]\n", "single output"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[512];
        const char *standard = strstr(bad[i].text, "observables") ? "" : "observables: [forward_norm]\n";
        const char *sampler[] = {"reduced", "auto"};
        for (int k = 0; k < 2; k++) {
            tepui_experiment *e = NULL;
            tepui_error err = {""};
            snprintf(text, sizeof text, "sampler: %s\n%s%s", sampler[k], standard, bad[i].text);
            tepui_status st = tepui_experiment_parse(text, "x.yaml", NULL, &e, &err);
            if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
            if (k == 0)
                CHECK(st == TEPUI_BAD_INPUT && strstr(err.text, "x.yaml:1: sampler: reduced ") == err.text &&
                      strstr(err.text, bad[i].part));
            else
                CHECK(st == TEPUI_OK && strcmp(e->cells[0].sampler->kind.name, "full") == 0);
            if (test_failures) fprintf(stderr, "%sgives: %s\n", text, err.text);
            tepui_experiment_free(e);
        }
    }
}

/* auto chooses cell by cell; full cells keep the text, and so the key, that they had before there was a choice. */
static void cells_choose_for_themselves(void)
{
    const char *text = "grid: {depth: 2, width: 4, activation: [relu, tanh]}\nobservables: [forward_norm]\n";
    tepui_experiment *a = plan(text, "auto", NULL), *f = plan(text, "full", NULL);
    if (a && f) {
        CHECK(strcmp(a->cells[0].sampler->kind.name, "reduced") == 0 &&
              strcmp(a->cells[1].sampler->kind.name, "full") == 0);
        CHECK(strstr(a->cells[0].canonical, "\nsampler reduced\n") && !strstr(f->cells[0].canonical, "sampler"));
        CHECK(strcmp(a->cells[1].canonical, f->cells[1].canonical) == 0);
        CHECK(memcmp(&a->cells[0].key, &f->cells[0].key, sizeof a->cells[0].key) != 0);
    }
    tepui_experiment_free(a);
    tepui_experiment_free(f);
}

/* What a sampler shows is read off the needs of an observable, so those of programs are covered, too. */
static double nothing(const tepui_network *net, long component)
{
    (void)net, (void)component;
    return 0;
}

static double nothing_of_sample(tepui_sample *s, long component)
{
    (void)s, (void)component;
    return 0;
}

static long last(const tepui_cell *c)
{
    return (long)c->depth;
}

static void own_observables_are_asked_for_their_needs(void)
{
    static const struct {
        tepui_observable_type type;
        const char *reduced, *tilted; /* of the refusal; NULL: none */
    } own[] = {
        {{.kind = {"own_norm", "-", "-", {{0}}}, .needs = TEPUI_NEEDS_FORWARD, .measure = nothing}, NULL, "weighted"},
        {{.kind = {"own_weight", "-", "-", {{0}}}, .needs = TEPUI_NEEDS_FORWARD, .weighs = 1, .measure = nothing},
         NULL,
         NULL},
        {{.kind = {"own_pair", "-", "-", {{0}}},
          .needs = TEPUI_NEEDS_TANGENT | TEPUI_NEEDS_OUTPUT_GRADIENT,
          .measure = nothing},
         "no joint law for what own_pair puts together",
         "no joint law"},
        {{.kind = {"own_rank", "-", "-", {{0}}}, .needs = TEPUI_NEEDS_RANK, .measure = nothing},
         "no law for own_rank",
         "no law"},
        {{.kind = {"own_view", "-", "-", {{0}}}, .needs = TEPUI_NEEDS_FORWARD, .measure_sample = nothing_of_sample},
         "no law for own_view",
         "no law"},
    };
    static tepui_observable_type made[sizeof own / sizeof *own];
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        tepui_error err = {""};
        made[i] = own[i].type;
        made[i].unit = "1";
        made[i].first = made[i].last = last;
        CHECK(tepui_kind_register(&tepui_family_observable, &made[i], &err) == TEPUI_OK);
        for (int k = 0; k < 2; k++) {
            const char *part = k ? own[i].tilted : own[i].reduced;
            char text[256];
            tepui_experiment *e = NULL;
            snprintf(text, sizeof text, "grid: {depth: 2, width: 3}\nreadout: %s\nsampler: %s\nobservables: [%s]\n",
                     k ? "none" : "dense", k ? "tilted" : "reduced", made[i].kind.name);
            tepui_status st = tepui_experiment_parse(text, "x.yaml", NULL, &e, &err);
            if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
            CHECK(part ? st == TEPUI_BAD_INPUT && strstr(err.text, part) != NULL : st == TEPUI_OK);
            tepui_experiment_free(e);
        }
    }
}

/* Kinds are known by what they do: leaky_relu(0) is relu, leaky_relu(1) linear. */
static void slopes_decide_not_names(void)
{
    static const char *const texts[][2] = {{"leaky_relu(0)", "relu"}, {"leaky_relu(1)", "linear"}};
    for (int i = 0; i < 2; i++) {
        tepui_network *net[2];
        tepui_experiment *e[2];
        for (int k = 0; k < 2; k++) {
            char text[200];
            tepui_error err = {""};
            snprintf(text, sizeof text,
                     "grid: {depth: 6, width: 3, activation: %s, init: fixed(0.5)}\nobservables: [forward_norm]\n",
                     texts[i][k]);
            e[k] = plan(text, "reduced", NULL);
            if (!e[k]) return;
            e[k]->cells[0].key = e[0]->cells[0].key;
            CHECK(tepui_network_alloc(&e[k]->cells[0], needs_of(e[k]), &net[k], &err) == TEPUI_OK);
        }
        for (uint64_t n = 0; n < 50; n++) {
            for (int k = 0; k < 2; k++) CHECK(tepui_network_sample(net[k], n, NULL) == TEPUI_OK);
            CHECK(tepui_network_ln_forward(net[0], 0, 6) == tepui_network_ln_forward(net[1], 0, 6));
        }
        for (int k = 0; k < 2; k++) {
            tepui_network_free(net[k]);
            tepui_experiment_free(e[k]);
        }
    }
}

static const test_case cases[] = {
    {"relu_nets_agree", relu_nets_agree},
    {"linear_nets_agree", linear_nets_agree},
    {"chains_of_width_1_agree", chains_of_width_1_agree},
    {"other_ends_agree", other_ends_agree},
    {"wrong_laws_are_rejected", wrong_laws_are_rejected},
    {"wide_layers_have_binomial_counts", wide_layers_have_binomial_counts},
    {"rejected_counts_are_binomial", rejected_counts_are_binomial},
    {"samples_are_functions_of_their_number", samples_are_functions_of_their_number},
    {"a_million_by_a_million_is_possible", a_million_by_a_million_is_possible},
    {"depth_and_scale_stay_in_range", depth_and_scale_stay_in_range},
    {"refusals_name_the_reason", refusals_name_the_reason},
    {"cells_choose_for_themselves", cells_choose_for_themselves},
    {"slopes_decide_not_names", slopes_decide_not_names},
    {"own_observables_are_asked_for_their_needs", own_observables_are_asked_for_their_needs},
};
TEST_MAIN(cases)
