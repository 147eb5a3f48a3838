/* test_verdict.c -- what verify says: seldom wrong where the laws hold, never silent where they do not.

   Null files and faults are sampled by the program's own samplers (whose laws other tests pin down) through the real
   accumulators, so that the whole path from samples to verdict is tried. */
#include "test.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <tepui/tepui.h>
#include <verdict/sweep.h>

#define RAW 10000u

typedef struct {
    tepui_experiment *e;
    tepui_network *net;
    const tepui_law_type *law;
    long component;
} bench;

/* What a law needs besides the grid. */
static const struct {
    const char *law, *targets, *readout, *loss;
    int points; /* 6: orthonormal ones */
} setting[] = {{"C5", "zero", "dense", "mse", 1},     {"C6", "gaussian", "dense", "mse", 1},
               {"C7", "gaussian", "dense", "mse", 1}, {"H2c", "gaussian", "dense", "mse", 1},
               {"H3", "gaussian", "dense", "mse", 1}, {"H3b", "gaussian", "dense", "mse", 1},
               {"H4", "gaussian", "dense", "mse", 5}, {"H5", "one_hot", "none", "cross_entropy", 1},
               {"N7", "none", "none", "output", 1},   {"N8", "none", "none", "output", 1},
               {"N7b", "none", "none", "output", 1},  {"N7r", "none", "none", "output", 1},
               {"N8r", "none", "none", "output", 1},  {"N8o", "none", "none", "output", 1},
               {"N11", "none", "none", "output", 1},  {"N10", "none", "none", "output", 2},
               {"A2", "none", "none", "output", 6},   {"A2f", "none", "none", "output", 4},
               {"A2b", "none", "none", "output", 6},  {"C8", "one", "none", "mse", 1},
               {"E1", "one", "none", "mse", 1},       {"E1r", "one", "none", "mse", 1},
               {"E2", "one", "none", "mse", 1},       {"E3", "one", "dense", "mse", 1},
               {"", "none", "dense", "output", 1}};

static size_t setting_of(const char *law)
{
    size_t k = 0;
    while (setting[k].law[0] && strcmp(setting[k].law, law) != 0) k++;
    return k;
}

static void open_bench(bench *b, const char *law, const char *grid, long component)
{
    char text[512];
    tepui_error err = {""};
    const size_t k = setting_of(law);
    const int tilted = strstr(grid, "tilt") != NULL;
    b->law = tepui_kind_find(&tepui_family_law, law);
    b->component = component;
    snprintf(text, sizeof text,
             "seed: 7\ngrid: {%s}\ndata: {source: %s, targets: %s, points: %d}\nreadout: %s\nsampler: %s\nloss: %s\n"
             "observables: [%s]\n%s",
             grid, setting[k].points == 6 ? "orthonormal" : "sphere", setting[k].targets, setting[k].points,
             tilted ? "none" : setting[k].readout, tilted ? "tilted" : "full", setting[k].loss, b->law->observable,
             strcmp(b->law->observable, "escape_time") ? ""
             : strcmp(law, "E2")                       ? "dynamics: {rate: 0.01}\n"
                                                       : "dynamics: {optimizer: signsgd, rate: 0.001}\n");
    CHECK(tepui_experiment_parse(text, "bench", NULL, &b->e, &err) == TEPUI_OK);
    CHECK(tepui_experiment_plan(b->e, &err) == TEPUI_OK);
    CHECK(tepui_network_alloc(&b->e->cells[0], b->e->observables[0]->needs, &b->net, &err) == TEPUI_OK);
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
}

static void close_bench(bench *b)
{
    tepui_network_free(b->net);
    tepui_experiment_free(b->e);
}

static void predict(const bench *b, tepui_prediction *p)
{
    const char *why = "";
    CHECK(b->law->applies(&b->e->cells[0], b->component, &why));
    CHECK(b->law->predict(&b->e->cells[0], b->component, p, NULL) == TEPUI_OK);
}

/* Samples first..first+n-1 of the component; the first `copies` of them stand twice, in place of the last ones. */
static void draw(const bench *b, uint64_t first, size_t n, size_t copies, tepui_accumulator *a)
{
    static double x[RAW];
    for (size_t i = 0; i < n; i++) {
        CHECK(tepui_network_sample(b->net, first + i, NULL) == TEPUI_OK);
        x[i] = b->e->observables[0]->measure(b->net, b->component);
    }
    memcpy(x + n - copies, x, copies * sizeof *x);
    CHECK(tepui_accumulator_init(a, 0.05, -INFINITY, INFINITY, RAW) == TEPUI_OK);
    CHECK(tepui_accumulator_fold(a, x, n, 1) == TEPUI_OK);
}

/* The accumulator as the file would show it. */
static size_t test_all(const tepui_prediction *p, const tepui_accumulator *a, tepui_test_result *out)
{
    const tepui_histogram *h = &a->histogram;
    const tepui_quantile q = tepui_accumulator_quantile(a, 0.5, 0.95, NULL);
    double *edge = malloc((h->bins + 1) * sizeof *edge);
    for (size_t b = 0; b <= h->bins; b++) edge[b] = (double)(h->first + (int64_t)b) * tepui_histogram_width(h);
    const tepui_evidence e = {.count = a->count,
                              .zero = a->zero,
                              .infinite = a->infinite,
                              .mean = tepui_moments_mean(&a->moments),
                              .variance = tepui_moments_variance(&a->moments),
                              .skewness = tepui_moments_skewness(&a->moments),
                              .median = q.value,
                              .median_low = q.low,
                              .median_high = q.high,
                              .bins = h->bins,
                              .edge = edge,
                              .histogram = h->count,
                              .raw = a->raw,
                              .raws = a->raw_count};
    const char *why;
    const size_t n = tepui_verify_tests(p, &e, out, &why);
    free(edge);
    return n;
}

static double least_p(const tepui_prediction *p, const tepui_accumulator *a)
{
    tepui_test_result t[TEPUI_MOST_TESTS];
    const size_t n = test_all(p, a, t);
    double least = 1;
    for (size_t i = 0; i < n; i++) {
        CHECK(t[i].p >= 0 && t[i].p <= 1);
        least = fmin(least, t[i].p);
    }
    return fmin(1, least * (double)n);
}

static double identity(double x, const void *arg)
{
    (void)arg;
    return x;
}

/* 1,000 files of two cells, 300 samples each. At the rate 0.05 at most 50 fail on average (standard deviation below 7);
   at 1e-4 one in ten such batches has one that fails. The p-values of the test of the mean, which is exact, are
   uniform. */
static void null_files_seldom_fail(void)
{
    enum { FILES = 1000, SAMPLES = 300 };
    static double mean_p[FILES];
    size_t failed = 0, failed_strictly = 0;
    bench b[2];
    tepui_prediction p[2];
    open_bench(&b[0], "N1", "depth: 3, width: 5, activation: linear, init: lecun", 3);
    open_bench(&b[1], "N2", "depth: 4, width: 3, activation: relu, init: he", 4);
    for (int k = 0; k < 2; k++) predict(&b[k], &p[k]);
    for (size_t f = 0; f < FILES; f++) {
        tepui_verdict_line line[2] = {{.why = ""}, {.why = ""}};
        tepui_verification v = {.lines = 2, .line = line};
        for (int k = 0; k < 2; k++) {
            tepui_test_result t[TEPUI_MOST_TESTS];
            tepui_accumulator a;
            draw(&b[k], f * SAMPLES, SAMPLES, 0, &a);
            const size_t n = test_all(&p[k], &a, t);
            line[k].p = 1;
            for (size_t i = 0; i < n; i++) {
                line[k].p = fmin(line[k].p, t[i].p * (double)n);
                if (k == 0 && strcmp(t[i].name, "mean") == 0) mean_p[f] = t[i].p;
            }
            tepui_accumulator_free(&a);
        }
        v.false_alarm = 0.05;
        tepui_verify_holm(&v);
        failed += v.failures > 0;
        v.false_alarm = 1e-4;
        tepui_verify_holm(&v);
        failed_strictly += v.failures > 0;
    }
    CHECK(failed <= 50 + 5 * 7);
    CHECK(failed >= 5); /* tests that never reject are none */
    CHECK(failed_strictly <= 3);
    CHECK(tepui_ks_pvalue(tepui_ks_statistic(mean_p, FILES, identity, NULL), FILES) > 1e-6);
    for (int k = 0; k < 2; k++) {
        tepui_prediction_clear(&p[k]);
        close_bench(&b[k]);
    }
}

/* Samples of one net against the law of another, at the default number of samples. */
static double confront(const char *law, const char *sampled, long component, size_t copies, const char *predicted,
                       long predicted_component)
{
    bench s, b;
    tepui_prediction p;
    tepui_accumulator a;
    open_bench(&s, law, sampled, component);
    open_bench(&b, law, predicted, predicted_component);
    predict(&b, &p);
    draw(&s, 0, RAW, copies, &a);
    const double least = least_p(&p, &a);
    tepui_accumulator_free(&a);
    tepui_prediction_clear(&p);
    close_bench(&s);
    close_bench(&b);
    return least;
}

/* A fault of the program is in every cell of a file; one cell that sees it is enough. With n samples of a He-ReLU net
   the mean of ln moves by 0.0022 sqrt(L d n/5) standard errors for a variance 1 % off, by 2.5 sqrt(n/(5 L d))/2 for one
   layer more or less: a large net shows the one (32), a small one the other (28). Rejected below 1e-6: a file with 100
   lines at 1e-4. */
#define SMALL "depth: 4, width: 4, activation: relu, init: he"
#define LARGE "depth: 32, width: 32, activation: relu, init: he"
static void planted_faults_are_caught(void)
{
    const double caught = 1e-6;
    CHECK(confront("N2", SMALL, 4, 0, SMALL, 4) > 1e-4);
    CHECK(confront("N2", LARGE, 32, 0, LARGE, 32) > 1e-4);
    CHECK(confront("N4", LARGE, 32, 0, LARGE, 32) > 1e-4);
    CHECK(confront("N6", SMALL, 2, 0, SMALL, 2) > 1e-4);
    CHECK(confront("N2", LARGE ", gain: 1.004987562112089", 32, 0, LARGE, 32) < caught); /* variance x 1.01 */
    CHECK(confront("N2", "depth: 4, width: 5, activation: relu, init: he", 4, 0, SMALL, 4) < caught); /* d + 1 */
    CHECK(confront("N2", "depth: 4, width: 3, activation: relu, init: he", 4, 0, SMALL, 4) < caught); /* d - 1 */
    CHECK(confront("N2", SMALL, 4, 0, SMALL, 3) < caught);                                            /* L + 1 */
    CHECK(confront("N2", SMALL, 3, 0, SMALL, 4) < caught);                                            /* L - 1 */
    CHECK(confront("N2", SMALL, TEPUI_COMPONENT_OUTPUT, 0, SMALL, 4) < caught); /* a factor too many */
    CHECK(confront("N2", SMALL, 4, 0, SMALL, TEPUI_COMPONENT_OUTPUT) < caught); /* a factor missing */
    CHECK(confront("N2", LARGE, 32, RAW / 100, LARGE, 32) < caught);            /* 1 % of the samples twice */
    /* a derivative that is 0.1 where it ought to be 0; a scale rule mistaken for another */
    CHECK(confront("N4", "depth: 32, width: 32, activation: leaky_relu(0.1), init: fixed(0.0625)", 32, 0, LARGE, 32) <
          caught);
    CHECK(confront("N6", SMALL, 2, 0, "depth: 4, width: 4, activation: relu, init: xavier", 2) < caught);
}

/* The same for curvature. Means of ln move by 0.45 sqrt(n) standard errors for a chain of n weights with a variance 1 %
   off (10,000 samples; deviation of ln|w|: 1.11), by L 0.005/sqrt(L/(2 d n)) = 8 in the linear net. Shares of inertia
   hardly feel the variance: a standard deviation 10 % off moves P(T > 1) by 0.04, 8 standard errors. */
#define BLOCK(part, k, l) TEPUI_COMPONENT_BLOCK(part, k, l)
#define G(k, l) BLOCK(TEPUI_GAUSS_NEWTON, k, l)
#define R(k, l) BLOCK(TEPUI_RESIDUAL, k, l)
#define CHAIN(depth) "depth: " depth ", width: 1, activation: linear, init: lecun"
#define LINEAR(depth, width) "depth: " depth ", width: " width ", activation: linear, init: lecun"
static void planted_faults_of_curvature_are_caught(void)
{
    const double caught = 1e-6;
    const long H = TEPUI_COMPONENT_H;
    CHECK(confront("C5", CHAIN("7"), G(8, 8), 0, CHAIN("7"), G(3, 3)) > 1e-4);
    CHECK(confront("C5", CHAIN("7"), R(8, 3), 0, CHAIN("7"), G(2, 1)) > 1e-4);
    CHECK(confront("C5", CHAIN("7"), R(8, 3), 0, CHAIN("8"), R(8, 3)) < caught); /* L + 1 */
    CHECK(confront("C5", CHAIN("7"), R(8, 3), 0, CHAIN("6"), R(7, 3)) < caught); /* L - 1 */
    CHECK(confront("C5", CHAIN("2"), R(3, 1), 0, CHAIN("2"), G(2, 2)) < caught); /* w_k^2 for w_k w_l: same mean */
    CHECK(confront("C5", CHAIN("512") ", gain: 1.004987562112089", G(9, 1), 0, CHAIN("512"), G(9, 1)) < caught);
    CHECK(confront("C7", CHAIN("3"), H, 0, CHAIN("3"), H) > 1e-4);
    CHECK(confront("C7", CHAIN("3"), H, 0, CHAIN("4"), H) < caught);
    CHECK(confront("C7", CHAIN("3"), H, 0, CHAIN("3") ", gain: 1.1", H) < caught);
    CHECK(confront("C7", CHAIN("3") ", law: laplace", H, 0, CHAIN("3"), H) < caught);
    CHECK(confront("H2", LINEAR("8", "16"), R(5, 4), 0, LINEAR("8", "16"), R(2, 1)) > 1e-4);
    CHECK(confront("H2", LINEAR("8", "16") ", gain: 1.004987562112089", R(5, 4), 0, LINEAR("8", "16"), R(5, 4)) <
          caught);
    CHECK(confront("H2", LINEAR("8", "16"), R(5, 3), 0, LINEAR("8", "16"), R(5, 4)) < caught);
    CHECK(confront("H2", SMALL, R(3, 2), 0, SMALL, R(5, 4)) > 1e-4);
    CHECK(confront("H2", SMALL, R(3, 2), 0, "depth: 4, width: 5, activation: relu, init: he", R(3, 2)) < caught);
    CHECK(confront("H2", SMALL, R(3, 2), 0, "depth: 5, width: 4, activation: relu, init: he", R(3, 2)) < caught);
    CHECK(confront("H2", SMALL, R(3, 1), 0, SMALL, R(3, 2)) < caught);
    CHECK(confront("H2b", LINEAR("8", "16"), R(5, 3), 0, LINEAR("8", "16"), R(2, 1)) > 1e-4); /* the same */
    CHECK(confront("H2b", LINEAR("8", "16"), R(5, 3), 0, LINEAR("8", "20"), R(5, 3)) < caught);
    CHECK(confront("H2b", "depth: 2, width: 4, activation: relu", R(3, 1), 0, "depth: 2, width: 4, activation: relu",
                   R(3, 1)) > 1e-4);
    CHECK(confront("H2b", "depth: 2, width: 4, activation: relu, gain: 1.05", R(3, 1), 0,
                   "depth: 2, width: 4, activation: relu", R(3, 1)) < caught);
    CHECK(confront("H2c", SMALL, G(3, 3), 0, SMALL, G(1, 1)) > 1e-4);
    CHECK(confront("H2c", SMALL, G(3, 3), 0, "depth: 4, width: 5, activation: relu, init: he", G(3, 3)) < caught);
    CHECK(confront("H2c", SMALL, G(3, 3), 0, "depth: 5, width: 4, activation: relu, init: he", G(3, 3)) < caught);
    CHECK(confront("H2c", LINEAR("8", "16") ", gain: 1.004987562112089", G(5, 5), 0, LINEAR("8", "16"), G(5, 5)) <
          caught);
    CHECK(confront("H3b", LINEAR("8", "16"), H, 0, LINEAR("8", "16"), H) > 1e-4);
    CHECK(confront("H3b", LINEAR("8", "16"), H, 0, LINEAR("7", "16"), H) < caught);
    /* half of the samples are tested: a variance 2 % off */
    CHECK(confront("H3b", LINEAR("8", "16") ", gain: 1.00995", H, 0, LINEAR("8", "16"), H) < caught);
    CHECK(confront("H4", LINEAR("2", "3"), TEPUI_COMPONENT_R, 0, LINEAR("2", "3"), TEPUI_COMPONENT_R) > 1e-4);
    CHECK(confront("H4", LINEAR("2", "4"), TEPUI_COMPONENT_R, 0, LINEAR("2", "3"), TEPUI_COMPONENT_R) < caught);
    CHECK(confront("H4", LINEAR("2", "[[4, 3]]"), TEPUI_COMPONENT_G, 0, LINEAR("2", "[[4, 3]]"), TEPUI_COMPONENT_R) <
          caught);
    CHECK(confront("H1", SMALL, R(3, 3), 0, SMALL, R(2, 2)) == 1);
    CHECK(confront("H1", "depth: 4, width: 4, activation: tanh", R(3, 3), 0, SMALL, R(3, 3)) == 0);
    CHECK(confront("H1b", SMALL, TEPUI_COMPONENT_R, 0, SMALL, TEPUI_COMPONENT_R) == 1);
    CHECK(confront("H1b", "depth: 4, width: 4, activation: tanh", TEPUI_COMPONENT_R, 0, SMALL, TEPUI_COMPONENT_R) == 0);
}

/* The same for moments of the Jacobian's singular values, inputs as wide as the first layer. A unit more at the same
   variance moves the first moment by a quarter, a layer more the second over the first squared by a quarter, 1 % in a
   variance the first by L %. Its average has a relative error of sqrt(L (L + 1)/d^2/n), sqrt(L/d/n) and more for ReLU,
   whose live units vary: 1 % takes a larger net. */
static void faults_in_jacobian_spectra_are_caught(void)
{
    static const struct {
        const char *law, *phi, *maskless;
        double variance; /* times the width, for mean 1 */
    } row[] = {{"N8", "activation: linear", NULL, 1},
               {"N8r", "activation: relu", "activation: linear", 2},
               {"N8o", "activation: relu, law: orthogonal", "activation: linear, law: orthogonal", 2}};
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        const char *law = row[k].law, *phi = row[k].phi;
        char right[120], wide[120], deep[120], large[120], loud[120], uneven[120], bare[120];
        const double v = row[k].variance / 12;
        snprintf(right, sizeof right, "depth: 3, width: 12, init: fixed(%.17g), %s", v, phi);
        snprintf(wide, sizeof wide, "depth: 3, width: 13, init: fixed(%.17g), %s", v, phi);
        snprintf(deep, sizeof deep, "depth: 4, width: 12, init: fixed(%.17g), %s", v, phi);
        const int d = row[k].maskless ? 32 : 12;
        snprintf(large, sizeof large, "depth: 4, width: %d, init: fixed(%.17g), %s", d, v * 12 / d, phi);
        snprintf(loud, sizeof loud, "depth: 4, width: %d, init: fixed(%.17g), %s", d, v * 12.12 / d, phi);
        snprintf(uneven, sizeof uneven, "depth: 2, width: \"[18, 12]\", init: fixed(%.17g), %s", v, phi);
        CHECK(confront(law, right, 2, 0, right, 2) > 1e-4);
        CHECK(confront(law, uneven, 4, 0, uneven, 4) > 1e-4);
        CHECK(confront(law, wide, 1, 0, right, 1) < 1e-6);
        CHECK(confront(law, deep, 2, 0, right, 2) < 1e-6);
        CHECK(confront(law, loud, 1, 0, large, 1) < 1e-6);
        CHECK(confront(law, right, 2, 0, right, 3) < 1e-6);
        snprintf(bare, sizeof bare, "depth: 3, width: 12, init: fixed(0.08333333333333333), %s", row[k].maskless);
        if (row[k].maskless)
            CHECK(confront(law, bare, 2, 0, right, 2) < 1e-6); /* the mean is right, the masks missing */
    }
}

/* Covariances: psi'(3/2)/4 = 0.234 at width 3 becomes psi'(2)/4 = 0.161 at width 4; between uneven layers the spread of
   the means counts, whose order does not matter, but how many there are does. */
static void faults_in_exponents_are_caught(void)
{
    static const char even[] = "depth: 6, width: 3, activation: linear",
                      wide[] = "depth: 6, width: 4, activation: linear",
                      uneven[] = "depth: 3, width: \"[3, 9, 5]\", activation: linear",
                      deep[] = "depth: 4, width: \"[3, 9, 5, 5]\", activation: linear",
                      loud[] = "depth: 3, width: \"[3, 9, 5]\", activation: linear, init: xavier";
    const long own = TEPUI_COMPONENT_PAIR(1, 1), pair = TEPUI_COMPONENT_PAIR(2, 1), last = TEPUI_COMPONENT_PAIR(3, 3);
    const long each[] = {own, pair, last, TEPUI_COMPONENT_PAIR(3, 1)};
    for (size_t k = 0; k < 4; k++) CHECK(confront("N7b", even, each[k], 0, even, each[k]) > 1e-4);
    for (size_t k = 0; k < 4; k++) CHECK(confront("N7b", uneven, each[k], 0, uneven, each[k]) > 1e-4);
    CHECK(confront("N7b", even, own, 0, wide, own) < 1e-6);
    CHECK(confront("N7b", even, own, 0, even, pair) < 1e-6);
    CHECK(confront("N7b", even, pair, 0, even, own) < 1e-6);
    CHECK(confront("N7b", deep, own, 0, uneven, own) < 1e-6);
    CHECK(confront("N7b", deep, pair, 0, uneven, pair) < 1e-6);
    CHECK(confront("N7b", loud, last, 0, uneven, last) < 1e-6); /* variances of another rule */
    CHECK(confront("N7", "depth: 7, width: 3, activation: linear", 2, 0, even, 2) < 1e-6);
    for (long i = 1; i <= 3; i++)
        CHECK(confront("N7r", "depth: 3, width: 7, activation: relu", i, 0, "depth: 3, width: 7, activation: relu", i) >
              1e-4);
    CHECK(confront("N7r", "depth: 3, width: 8, activation: relu", 2, 0, "depth: 3, width: 7, activation: relu", 2) <
          1e-6);
    CHECK(confront("N7r", "depth: 4, width: 7, activation: relu", 2, 0, "depth: 3, width: 7, activation: relu", 2) <
          1e-6);
    CHECK(confront("N7r", "depth: 3, width: 7, activation: relu", 3, 0, "depth: 3, width: 7, activation: relu", 2) <
          1e-6);
    CHECK(confront("N7", "depth: 6, width: 4, activation: linear", 2, 0, even, 2) < 1e-6);
}

/* Orthogonal weights. A variance 1 % off moves the mean of ln by L 0.005/sqrt(3 L/(4 d n)) = 6.5 standard errors (L =
   8, d = 16, 10,000 samples); Gaussian weights in place of orthogonal ones by 40, for 1/(2 d) a layer. He keeps the
   mean of norm2, so a unit more shows in the drift of narrow nets, 3/(4 d) a layer (8 errors at L = 6, d = 8), and a
   layer more likewise (12); in uneven ones where the width is the last one met. Constant norms show any fault outside
   rounding. */
#define HAAR(depth, width, phi) "depth: " depth ", width: " width ", activation: " phi ", init: he, law: orthogonal"
static void faults_in_orthogonal_nets_are_caught(void)
{
    static const char even[] = HAAR("8", "16", "relu"), small[] = HAAR("6", "8", "relu");
    static const char uneven[] = HAAR("3", "[[20, 30, 16]]", "relu"), wider[] = HAAR("3", "[[20, 33, 16]]", "relu");
    static const char still[] = HAAR("6", "12", "linear"), narrow[] = HAAR("3", "[[20, 8, 5]]", "linear");
    static const char *const law[] = {"A3r", "A3j", "A3g"}, *const plain[] = {"A3", "A3j", "A3g"};
    const double caught = 1e-6;
    for (int k = 0; k < 3; k++) {
        const long seen = k == 2 ? 3 : 2; /* the gradient of layer l meets the layers below it forward */
        CHECK(confront(law[k], even, 8, 0, even, 8) > 1e-4);
        for (long l = 2; l <= 3; l++) CHECK(confront(law[k], uneven, l, 0, uneven, l) > 1e-4);
        CHECK(confront(law[k], uneven, TEPUI_COMPONENT_OUTPUT, 0, uneven, TEPUI_COMPONENT_OUTPUT) > 1e-4);
        CHECK(confront(law[k], HAAR("8", "16", "relu") ", gain: 1.004987562112089", 8, 0, even, 8) < caught);
        CHECK(confront(law[k], "depth: 8, width: 16, activation: relu, init: he", 8, 0, even, 8) < caught);
        CHECK(confront(law[k], wider, seen, 0, uneven, seen) < caught);
        CHECK(confront(law[k], HAAR("6", "9", "relu"), 6, 0, small, 6) < caught);
        CHECK(confront(law[k], HAAR("8", "16", "linear"), 8, 0, even, 8) < caught);
    }
    CHECK(confront("A3r", small, 5, 0, small, 6) < caught);
    CHECK(confront("A3r", small, 6, 0, small, 5) < caught);
    CHECK(confront("A3g", small, 3, 0, HAAR("5", "8", "relu"), 3) < caught);
    CHECK(confront("A3r", HAAR("4", "1", "relu"), 3, 0, HAAR("4", "1", "relu"), 3) > 1e-4);
    CHECK(confront("A3r", HAAR("4", "1", "relu"), 2, 0, HAAR("4", "1", "relu"), 3) < caught);
    for (int k = 0; k < 3; k++) {
        CHECK(confront(plain[k], still, 6, 0, still, 6) == 1);
        CHECK(confront(plain[k], narrow, 3, 0, narrow, 3) > 1e-4);
        CHECK(confront(plain[k], HAAR("6", "12", "linear") ", gain: 1.000001", 6, 0, still, 6) == 0);
        CHECK(confront(plain[k], "depth: 6, width: 12, activation: linear, init: he", 6, 0, still, 6) == 0);
        CHECK(confront(plain[k], HAAR("3", "[[20, 9, 6]]", "linear"), 3, 0, narrow, 3) < caught);
    }
    CHECK(confront("A3", still, 5, 0, still, 6) == 0);
}

/* Residual nets, a linear branch, d = 8, L = 16, alpha = 1/4: the mean of ln norm grows by about v^2 d/2 = 1/32 a layer
   and spreads by v^2 = 1/128 a layer, so 10,000 samples see it to 0.0035. A layer more is 9 of these errors, 5 % of
   alpha 14, a unit more shows in spread and mean. */
#define BLOCKS(depth, width, list)                                                                                     \
    "depth: " depth ", width: " width ", activation: linear, init: lecun, architecture: " list
static void faults_in_residual_nets_are_caught(void)
{
    static const char deep[] = BLOCKS("16", "8", "\"residual(power=0.5)\"");
    static const char *const law[] = {"A1", "A1j", "A1g"};
    const double caught = 1e-6;
    for (int k = 0; k < 3; k++) {
        CHECK(confront(law[k], deep, 16, 0, deep, 16) > 1e-4);
        CHECK(confront(law[k], deep, TEPUI_COMPONENT_OUTPUT, 0, deep, TEPUI_COMPONENT_OUTPUT) > 1e-4);
        CHECK(confront(law[k], BLOCKS("16", "8", "\"[residual(-0.25)[dense]]\""), 9, 0, deep, 9) > 1e-4);
        CHECK(confront(law[k], BLOCKS("16", "8", "\"residual(alpha=1.05, power=0.5)\""), 16, 0, deep, 16) < caught);
        CHECK(confront(law[k], BLOCKS("16", "9", "\"residual(power=0.5)\""), 16, 0, deep, 16) < caught);
        CHECK(confront(law[k], BLOCKS("16", "8", "plain"), 16, 0, deep, 16) < caught);
        CHECK(confront(law[k], deep, 16, 500, deep, 16) < caught);
    }
    for (int k = 0; k < 2; k++) CHECK(confront(law[k], deep, 15, 0, deep, 16) < caught);
    CHECK(confront("A1g", BLOCKS("17", "8", "\"residual(alpha=0.25)\""), 3, 0, deep, 3) < caught);
}

/* Neither hardly any sample nor all of them at the largest value: such nets are left out. */
static void nets_with_atoms_at_the_top_are_refused(void)
{
    static const struct {
        const char *grid;
        int spoken;
    } row[] = {{HAAR("3", "6", "relu"), 0},  {HAAR("4", "1", "relu"), 1},  {HAAR("6", "6", "relu"), 1},
               {HAAR("1", "29", "relu"), 0}, {HAAR("1", "30", "relu"), 1}, {HAAR("2", "[[6, 4]]", "relu"), 1}};
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        bench b;
        const char *why = NULL;
        open_bench(&b, "A3r", row[k].grid, 1);
        const tepui_cell *c = &b.e->cells[0];
        CHECK(b.law->applies(c, (long)c->depth, &why) == row[k].spoken);
        CHECK(row[k].spoken || strstr(why, "alive"));
        CHECK(!b.law->applies(c, 0, &why));
        close_bench(&b);
    }
}

/* Medians of the last layer over depths, as verify sees them, against the law for another grid: p of the slope. */
static double confront_slopes(const char *law, const char *sampled, const char *predicted)
{
    enum { DEPTHS = 3, SAMPLES = 400 };
    static const int depth[DEPTHS] = {4, 8, 12};
    sweep_point point[DEPTHS];
    double slack = 0;
    for (int i = 0; i < DEPTHS; i++) {
        char text[2][160];
        bench s, b;
        tepui_prediction p;
        tepui_accumulator a;
        snprintf(text[0], sizeof text[0], "depth: %d, %s", depth[i], sampled);
        snprintf(text[1], sizeof text[1], "depth: %d, %s", depth[i], predicted);
        open_bench(&s, law, text[0], depth[i]);
        open_bench(&b, law, text[1], depth[i]);
        predict(&b, &p);
        draw(&s, 0, SAMPLES, 0, &a);
        const tepui_quantile q = tepui_accumulator_quantile(&a, 0.5, 0.95, NULL);
        point[i] = (sweep_point){depth[i], q.value, p.median, (q.high - q.low) / 3.92, p.slack, p.left};
        slack = fmax(slack, p.slack);
        tepui_accumulator_free(&a);
        tepui_prediction_clear(&p);
        close_bench(&s);
        close_bench(&b);
    }
    const sweep_slope seen = sweep_fit(point, DEPTHS, 0), wanted = sweep_fit(point, DEPTHS, 1);
    return 2 * gsl_cdf_ugaussian_Q(fmax(0, fabs(seen.slope - wanted.slope) - slack) / seen.error);
}

/* 10 % of sigma_w move the slope of ln(1 - cos) by about 0.2 in ordered nets, that of ln |J u| by about 0.1; allowed
   are (3 m - 1)/d = 0.04 and half of it at width 64. Chaotic nets differ in how fast they come near to c*, and q grows
   with sigma_w, which takes most of an excess back: they show larger faults only. */
static void faults_in_mean_fields_are_caught(void)
{
#define WIDE(phi, gain, bias) "width: 64, activation: " phi ", init: lecun, gain: " gain ", sigma_b: " bias
    static const char *const ordered = WIDE("tanh", "0.7", "0.3"), *const chaotic = WIDE("tanh", "1.5", "0.3"),
                             *const critical = "width: 64, activation: tanh, init: critical, sigma_b: 0.3";
    CHECK(confront_slopes("N10", ordered, ordered) > 1e-4);
    CHECK(confront_slopes("N10", critical, critical) > 1e-4);
    CHECK(confront_slopes("N10", chaotic, chaotic) > 1e-4);
    CHECK(confront_slopes("N10", WIDE("tanh", "0.77", "0.3"), ordered) < 1e-6);
    CHECK(confront_slopes("N10", WIDE("tanh", "0.7", "0.5"), ordered) < 1e-6);
    CHECK(confront_slopes("N10", WIDE("erf", "0.7", "0.3"), ordered) < 1e-6);
    CHECK(confront_slopes("N10", ordered, chaotic) < 1e-6);
    CHECK(confront_slopes("N10", "width: 64, activation: tanh, init: critical, gain: 0.9, sigma_b: 0.3", critical) <
          1e-6);
    CHECK(confront_slopes("N9", ordered, ordered) > 1e-4);
    CHECK(confront_slopes("N9", critical, critical) > 1e-4);
    CHECK(confront_slopes("N9", chaotic, chaotic) > 1e-4);
    CHECK(confront_slopes("N9", WIDE("tanh", "0.77", "0.3"), ordered) < 1e-6);
    CHECK(confront_slopes("N9", WIDE("erf", "0.7", "0.3"), ordered) < 1e-6);
    CHECK(confront_slopes("N9", WIDE("tanh", "2", "0.3"), chaotic) < 1e-6);
    CHECK(confront_slopes("N9", "width: 64, activation: tanh, init: critical, gain: 1.25, sigma_b: 0.3", critical) <
          1e-6);
}

/* Nets that normalise. Ratios of chi-squared: at width 6 a layer more moves the mean of ln by 0.11 and a unit more by
   0.2, 9 and 17 standard errors of 10,000 samples; with ReLU ratios have half the degrees of freedom. Nothing depends
   on the variance of the weights, but for that of one layer in its gradient. Batch norm: a rank of 4.5 is off by 0.1
   for a width of 48 in place of 64, 0.05 are allowed. */
#define NORM(depth, width, phi, unit)                                                                                  \
    "depth: " depth ", width: " width ", activation: " phi ", architecture: \"[" unit "]\""
#define RMS(depth, width, phi) NORM(depth, width, phi, "dense, activation, rms_norm(epsilon=0)")
#define BATCH(depth, width, phi) NORM(depth, width, phi, "dense, batch_norm(epsilon=0), activation")
#define BATCH_SLOPE(phi, epsilon)                                                                                      \
    "width: 128, activation: " phi ", architecture: \"[dense, batch_norm(epsilon=" epsilon "), activation]\""
static void faults_in_normalised_nets_are_caught(void)
{
    static const char small[] = RMS("6", "6", "linear"), even[] = RMS("6", "40", "relu");
    static const char centred[] = NORM("6", "6", "linear", "dense, layer_norm(epsilon=0), activation");
    static const char batch[] = BATCH("6", "64", "linear"),
                      uneven[] = RMS("3", "[[9, 4, 6]]", "linear") ", init: xavier";
    static const char *const law[] = {"A2r", "A2g"};
    for (int k = 0; k < 2; k++) {
        CHECK(confront(law[k], small, 3, 0, small, 3) > 1e-4);
        CHECK(confront(law[k], centred, 3, 0, centred, 3) > 1e-4);
        CHECK(confront(law[k], even, 3, 0, even, 3) > 1e-4);
        for (long l = 1; l <= 3; l++) CHECK(confront(law[k], uneven, l, 0, uneven, l) > 1e-4);
        CHECK(confront(law[k], RMS("6", "6", "linear") ", gain: 1.3", 3, 0, small, 3) > 1e-4);
        CHECK(confront(law[k], small, 4, 0, small, 3) < 1e-6);
        CHECK(confront(law[k], small, 3, 0, small, 4) < 1e-6);
        CHECK(confront(law[k], RMS("6", "7", "linear"), 3, 0, small, 3) < 1e-6);
        CHECK(confront(law[k], centred, 3, 0, small, 3) < 1e-6);
        CHECK(confront(law[k], RMS("6", "40", "linear"), k ? 1 : 6, 0, even, k ? 1 : 6) < 1e-6);
        CHECK(confront(law[k], NORM("6", "6", "linear", "dense, activation, rms_norm(epsilon=0.2)"), 3, 0, small, 3) <
              1e-6);
    }
    CHECK(confront("A2g", NORM("6", "6", "linear", "dense(gain=1.1), activation, rms_norm(epsilon=0)"), 3, 0, small,
                   3) < 1e-6);
    CHECK(confront("A2r", small, TEPUI_COMPONENT_OUTPUT, 0, small, TEPUI_COMPONENT_OUTPUT) > 1e-4);
    CHECK(confront("A2r", small, 6, 0, small, TEPUI_COMPONENT_OUTPUT) < 1e-6);
    CHECK(confront("A2f", small, 6, 0, small, 6) == 1);
    CHECK(confront("A2f", batch, 6, 0, batch, 6) == 1);
    CHECK(confront("A2f", NORM("6", "6", "linear", "dense, activation, rms_norm(epsilon=1e-9)"), 6, 0, small, 6) == 0);
    CHECK(confront("A2f", NORM("6", "64", "relu", "dense, batch_norm(epsilon=0), activation"), 6, 0, batch, 6) == 0);
    CHECK(confront("A2b", batch, 6, 0, batch, 6) > 1e-4);
    CHECK(confront("A2b", batch, 1, 0, batch, 1) > 1e-4);
    CHECK(confront("A2b", BATCH("6", "48", "linear"), 6, 0, batch, 6) < 1e-6);
    CHECK(confront("A2b", batch, 1, 0, batch, 6) < 1e-6);
    CHECK(confront("A2b", NORM("6", "64", "linear", "dense, activation"), 6, 0, batch, 6) < 1e-6);
    CHECK(confront_slopes("A2", BATCH_SLOPE("linear", "0"), BATCH_SLOPE("linear", "0")) > 1e-4);
    CHECK(confront_slopes("A2", BATCH_SLOPE("relu", "0"), BATCH_SLOPE("relu", "0")) > 1e-4);
    CHECK(confront_slopes("A2", BATCH_SLOPE("linear", "0"), BATCH_SLOPE("relu", "0")) < 1e-6);
    CHECK(confront_slopes("A2", BATCH_SLOPE("relu", "0"), BATCH_SLOPE("linear", "0")) < 1e-6);
    CHECK(confront_slopes("A2", BATCH_SLOPE("relu", "1"), BATCH_SLOPE("relu", "0")) < 1e-6);
    CHECK(confront_slopes("A2", "width: 128, activation: linear, init: lecun", BATCH_SLOPE("linear", "0")) < 1e-6);
}

static double median_at(const char *law, const char *rest, int depth)
{
    char grid[200];
    bench b;
    tepui_prediction p;
    snprintf(grid, sizeof grid, "depth: %d, %s", depth, rest);
    open_bench(&b, law, grid, depth);
    predict(&b, &p);
    const double median = p.median;
    tepui_prediction_clear(&p);
    close_bench(&b);
    return median;
}

/* chi of law A2 at B = 6 without its closed forms: a and t from points z on the sphere, |z|^2 = B, sum 0. */
static void growth_of_batch_norm_on_the_sphere(void)
{
    enum { B = 6, DRAWS = 400000 };
    double square = 0, product = 0, trace = 0;
    gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t i = 0; i < DRAWS; i++) {
        double z[B], mean = 0, norm = 0, live = 0, sum = 0, sum2 = 0;
        for (int p = 0; p < B; p++) mean += (z[p] = gsl_ran_gaussian(g, 1)) / B;
        for (int p = 0; p < B; p++) norm += (z[p] - mean) * (z[p] - mean) / B;
        for (int p = 0; p < B; p++) {
            const double x = fmax(0, (z[p] - mean) / sqrt(norm));
            live += x > 0;
            sum += x;
            sum2 += x * x;
        }
        square += sum2 / B / DRAWS;
        product += (sum * sum - sum2) / B / (B - 1) / DRAWS;
        /* tr P D Q D, Q = 1 - 1 1^T/B - z z^T/B: tr D Q less 1^T D Q D 1/B */
        trace += (live - live / B - sum2 / B - (live - live * live / B - sum * sum / B) / B) / DRAWS;
    }
    gsl_rng_free(g);
    const double chi = B * trace / ((square - product) * (B - 1) * (B - 3));
    const double grown = median_at("A2", BATCH_SLOPE("relu", "0"), 9) - median_at("A2", BATCH_SLOPE("relu", "0"), 8);
    CHECK_NEAR(2 * grown, log(chi), 0.005); /* of live numbers of relative spread 1/2: 1/800, four times that */
    CHECK_NEAR(median_at("A2", BATCH_SLOPE("linear", "0"), 9) - median_at("A2", BATCH_SLOPE("linear", "0"), 8),
               0.5 * log(4.0 / 3), 1e-12);
}

/* Variance of the samples over that of the law. */
static double spread_over_law(const char *law, const char *grid, long component)
{
    bench b;
    tepui_prediction p;
    tepui_accumulator a;
    open_bench(&b, law, grid, component);
    predict(&b, &p);
    draw(&b, 0, RAW, 0, &a);
    const double ratio = tepui_moments_variance(&a.moments) / p.variance;
    tepui_accumulator_free(&a);
    tepui_prediction_clear(&p);
    close_bench(&b);
    return ratio;
}

/* Residual ReLU nets: 2 % of sigma move the mean by 0.02 where 0.008 are allowed and the error is 0.0015; the variance
   is in proportion to 1/d. The variance is known to the
   same order: within 4/d, and 5 standard errors. */
static void faults_in_residual_relu_nets_are_caught(void)
{
#define RELU_BLOCKS(depth, width, preset) "depth: " depth ", width: " width ", activation: relu, architecture: " preset
    static const char pre[] = RELU_BLOCKS("6", "32", "residual(alpha=0.4)"),
                      post[] = RELU_BLOCKS("6", "32", "\"residual(alpha=0.4, pre=0)\"");
    static const char scaled[] = RELU_BLOCKS("8", "48", "residual(power=0.5)");
    static const char *const law[] = {"A4", "A4n", "A4p"};
    for (int k = 0; k < 3; k++) {
        const char *own = k == 2 ? post : pre, *other = k == 2 ? pre : post;
        CHECK(confront(law[k], own, 6, 0, own, 6) > 1e-4);
        CHECK(confront(law[k], own, 1, 0, own, 1) > 1e-4);
        CHECK(confront(law[k], own, 5, 0, own, 6) < 1e-6);
        CHECK(confront(law[k], own, 6, 0, own, 5) < 1e-6);
        CHECK(confront(law[k], other, 6, 0, own, 6) < 1e-6);
    }
    CHECK(confront("A4", scaled, 8, 0, scaled, 8) > 1e-4);
    CHECK(confront("A4", RELU_BLOCKS("8", "48", "residual(power=0.5)") ", gain: 1.03", 8, 0, scaled, 8) < 1e-6);
    CHECK(confront("A4n", RELU_BLOCKS("8", "200", "residual(power=0.5)"), 8, 0, scaled, 8) < 1e-6);
    static const char *const wide[] = {RELU_BLOCKS("8", "128", "residual(power=0.5)"),
                                       RELU_BLOCKS("8", "128", "\"residual(power=0.5, pre=0)\"")};
    for (int k = 0; k < 2; k++) CHECK_NEAR(spread_over_law(law[2 * k], wide[k], 8), 1, 5 * sqrt(2.0 / RAW) + 4.0 / 128);
    CHECK(confront("A4p", RELU_BLOCKS("6", "32", "\"residual(alpha=0.4, pre=0)\"") ", gain: 1.02", 6, 0, post, 6) <
          1e-6);
    CHECK(confront("A4", RELU_BLOCKS("8", "48", "\"[residual(power=0.5)[tanh, dense]]\""), 8, 0, scaled, 8) < 1e-6);
}

static double median_of(const char *law, const char *phi, double gain, double bias, int depth)
{
    char grid[160];
    bench b;
    tepui_prediction p;
    snprintf(grid, sizeof grid, "depth: %d, width: 100, activation: %s, init: lecun, gain: %.17g, sigma_b: %g", depth,
             phi, gain, bias);
    open_bench(&b, law, grid, depth);
    predict(&b, &p);
    const double median = p.median;
    tepui_prediction_clear(&p);
    close_bench(&b);
    return median;
}

/* Far down the predictions of N9 and N10 fall by half ln chi_1 and ln chi_1 per layer. relu: chi_1 = g^2/2; erf:
   chi_1 = g^2 (4/pi)/sqrt(1 + 4 q), q = g^2 (2/pi) asin(2 q/(1 + 2 q)) + sigma_b^2. */
static void slopes_of_mean_fields_in_closed_form(void)
{
    for (double g = 0.6; g < 2; g += 0.35) {
        double q = 1;
        for (int i = 0; i < 2000; i++) q = g * g * M_2_PI * asin(2 * q / (1 + 2 * q)) + 0.25;
        const double relu = log(g * g / 2), erf = log(g * g * 2 * M_2_PI / sqrt(1 + 4 * q));
        CHECK_NEAR(median_of("N9", "relu", g, 0, 41) - median_of("N9", "relu", g, 0, 40), relu / 2, 1e-9);
        CHECK_NEAR(median_of("N9", "erf", g, 0.5, 41) - median_of("N9", "erf", g, 0.5, 40), erf / 2, 1e-8);
        if (erf < -0.7) /* the gap is below 1e-8 at depth 30, its square root what is left of higher terms */
            CHECK_NEAR(median_of("N10", "erf", g, 0.5, 31) - median_of("N10", "erf", g, 0.5, 30), erf, 1e-4);
    }
}

/* Widths that differ and a rule that looks at both sides (xavier): which variance belongs to which layer matters. */
static void laws_hold_for_uneven_nets(void)
{
    static const char *const law[] = {"N1", "N2", "N4", "N6"}, *const phi[] = {"linear", "relu", "relu", "relu"};
    for (size_t k = 0; k < 4; k++)
        for (long l = 1; l <= 4; l++) {
            char grid[96];
            const long component = l == 4 ? TEPUI_COMPONENT_OUTPUT : l;
            snprintf(grid, sizeof grid, "depth: 3, width: [[5, 3, 9]], activation: %s, init: xavier", phi[k]);
            CHECK(confront(law[k], grid, component, 0, grid, component) > 1e-4);
        }
}

/* Every block that law H2 speaks about, from and to layers of width 1 among them. */
static void blocks_hold_for_uneven_nets(void)
{
    static const char *const grid[] = {"depth: 4, width: [[5, 1, 3, 6]], activation: linear, init: xavier",
                                       "depth: 4, width: [[5, 1, 3, 6]], activation: relu, init: xavier",
                                       "depth: 3, width: [[1, 4, 1]], activation: relu, init: he"};
    size_t blocks = 0;
    for (size_t i = 0; i < sizeof grid / sizeof *grid; i++)
        for (long k = 2; k <= 5; k++)
            for (long l = 1; l < k; l++) {
                bench b;
                const char *why;
                open_bench(&b, "H2", grid[i], R(k, l));
                const int there = (size_t)k <= b.e->cells[0].depth + 1 && b.law->applies(b.e->cells, R(k, l), &why);
                close_bench(&b);
                blocks += (size_t)there;
                if (there) CHECK(confront("H2", grid[i], R(k, l), 0, grid[i], R(k, l)) > 1e-5);
            }
    CHECK(blocks == 8 + 6 + 5);
}

/* 1,000 means of 300 weighted samples each: p-values below 0.01 and 0.001 are as rare as they say, within 5 standard
   deviations and a tenth for the skewness that Pearson's law leaves out. A tenth of a percent per layer is seen. */
static void null_means_seldom_fail(void)
{
    enum { FILES = 1000, SAMPLES = 300 };
    size_t below[2] = {0, 0};
    bench b;
    tepui_prediction p;
    open_bench(&b, "N3", "depth: 100, width: 20, activation: relu, init: he, tilt: 0.9", 100);
    predict(&b, &p);
    for (size_t f = 0; f < FILES; f++) {
        tepui_accumulator a;
        draw(&b, f * SAMPLES, SAMPLES, 0, &a);
        const double least = least_p(&p, &a);
        below[0] += least < 0.01;
        below[1] += least < 0.001;
        tepui_accumulator_free(&a);
    }
    CHECK(below[0] <= 11 + 5 * sqrt(10) && below[0] > 0);
    CHECK(below[1] <= 1.1 + 5);
    tepui_prediction_clear(&p);
    close_bench(&b);
    CHECK(confront("N3", "depth: 100, width: 20, activation: relu, init: he, tilt: 0.95, gain: 1.0005", 100, 0,
                   "depth: 100, width: 20, activation: relu, init: he, tilt: 0.95", 100) < 1e-6);
    CHECK(confront("N3b", "depth: 100, width: 21, activation: relu, init: he, tilt: 1.95", 100, 0,
                   "depth: 100, width: 20, activation: relu, init: he, tilt: 1.95", 100) < 1e-6);
}

/* A plain sample whose mean rests on what it has not met is refused, by its known variance; a shallow one is tested. */
static void plain_means_are_refused_where_they_mean_nothing(void)
{
    static const struct {
        const char *grid;
        long depth;
        size_t tests;
    } row[] = {{"depth: 100, width: 4, activation: relu, init: he", 100, 0},
               {"depth: 4, width: 40, activation: relu, init: he", 4, 1},
               {"depth: 4, width: 40, activation: linear, init: lecun", 4, 1}};
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        bench b;
        tepui_prediction p;
        tepui_accumulator a;
        tepui_test_result t[TEPUI_MOST_TESTS];
        open_bench(&b, "N3", row[k].grid, row[k].depth);
        predict(&b, &p);
        draw(&b, 0, RAW, 0, &a);
        CHECK(test_all(&p, &a, t) == row[k].tests);
        if (row[k].tests) CHECK(t[0].p > 1e-4 && t[0].samples < RAW && t[0].samples > 0.5 * RAW);
        if (row[k].tests) CHECK_NEAR(t[0].predicted, 0, 1e-12);
        tepui_accumulator_free(&a);
        tepui_prediction_clear(&p);
        close_bench(&b);
    }
}

/* Holm: p = (0.001, 0.02, 0.03) at 0.05 rejects the first (0.001 * 3) and the second (0.02 * 2), then 0.03 * 1. */
static void holm_steps_down(void)
{
    tepui_verdict_line line[4] = {{.p = 0.03, .why = ""}, {.p = 0.001, .why = ""}, {.p = 0.02, .why = ""}};
    tepui_verification v = {.lines = 4, .line = line, .false_alarm = 0.05};
    line[3].p = NAN;
    line[3].verdict = TEPUI_REFUSED;
    tepui_verify_holm(&v);
    CHECK(v.failures == 3 && v.refusals == 1);
    line[2].p = 0.026;
    tepui_verify_holm(&v);
    CHECK(v.failures == 1 && line[1].verdict == TEPUI_FAILS && line[0].verdict == TEPUI_HOLDS);
    line[0].p = NAN; /* could not be computed: never a silent pass */
    tepui_verify_holm(&v);
    CHECK(line[0].verdict == TEPUI_FAILS);
}

static void prediction_is_complete(const tepui_prediction *p)
{
    double sum = 0;
    switch (p->form) {
    case TEPUI_PREDICTS_MOMENT:
        CHECK(isfinite(p->ln_moment));
        CHECK(isnan(p->ln_spread) || p->ln_spread == -INFINITY || (p->ln_spread > -100 && p->skewness > 0));
        return;
    case TEPUI_PREDICTS_ATOMS:
        for (size_t i = 0; i < p->atoms; i++) sum += p->probability[i];
        CHECK_NEAR(sum, 1, 1e-12);
        CHECK(tepui_prediction_cdf(p, tepui_prediction_quantile(p, 0.5)) >= 0.5);
        return;
    case TEPUI_PREDICTS_RANK:
        CHECK(p->rank > -1 && p->rank < 1);
        return;
    case TEPUI_PREDICTS_SLOPE:
        CHECK(isfinite(p->median) && p->left >= 0 && isfinite(p->left) && p->slack >= 0);
        return;
    case TEPUI_PREDICTS_MEAN:
        CHECK((isnan(p->variance) || p->variance > 0) && isfinite(p->mean));
        return;
    default:
        CHECK(p->variance > 0 && isfinite(p->mean));
        if (p->atom > 0.99) /* nearly all are dead */
            CHECK(tepui_prediction_quantile(p, 0.99) == -INFINITY);
        else
            CHECK_NEAR(tepui_prediction_cdf(p, tepui_prediction_quantile(p, 0.99)),
                       p->atom > 0 ? (0.99 - p->atom) / (1 - p->atom) : 0.99, 1e-9);
    }
}

/* Of how many components of the cell the law speaks; why it does not of the others, it must say. */
static size_t places_in(const char *law, const char *grid)
{
    enum { MOST = 64 };
    long component[2 * MOST];
    size_t places = 0;
    bench b;
    open_bench(&b, law, grid, 0);
    const tepui_cell *c = &b.e->cells[0];
    const size_t n = tepui_observable_components(b.e->observables[0], c, MOST, component);
    CHECK(n <= 2 * MOST);
    for (size_t k = 0; k < n; k++) {
        tepui_prediction p;
        const char *why = NULL;
        if (!b.law->applies(c, component[k], &why)) {
            CHECK(why && *why);
            continue;
        }
        CHECK(b.law->predict(c, component[k], &p, NULL) == TEPUI_OK);
        prediction_is_complete(&p);
        tepui_prediction_clear(&p);
        places++;
    }
    close_bench(&b);
    return places;
}

/* Every law: a statement, a source, and a cell somewhere that it speaks about. */
static void laws_are_complete(void)
{
    static const char *const grid[] = {
        "depth: 4, width: 3, activation: relu",
        "depth: 4, width: 3, activation: linear",
        "depth: 3, width: 3, activation: linear",
        "depth: 4, width: 1, activation: relu",
        "depth: 4, width: 1, activation: linear",
        "depth: 4, width: 1, activation: linear, law: uniform",
        "depth: 4, width: 40, activation: tanh, init: lecun",
        "depth: 64, width: 1, activation: linear, init: lecun, law: laplace",
        "depth: 64, width: 4, activation: linear, init: lecun",
        "depth: 4, width: 8, activation: relu, law: orthogonal",
        "depth: 4, width: 8, activation: linear, law: orthogonal",
        "depth: 4, width: 12, activation: relu",
        BATCH("4", "48", "linear"),
        NORM("4", "48", "relu", "dense, activation, rms_norm(epsilon=0)"),
        "depth: 4, width: 8, activation: linear, architecture: residual(power=0.5)",
        "depth: 4, width: 64, activation: relu, architecture: residual(power=0.5)",
        "depth: 4, width: 64, activation: relu, architecture: residual(pre=0)",
        "depth: 16, width: 1, activation: linear, init: lecun",
        "depth: 6, width: 1, activation: linear, init: lecun, law: rademacher, gain: 0.7",
        "depth: 32, width: 2, activation: linear, init: lecun"};
    for (const void *const *k = tepui_family_law.kinds; *k; k++) {
        const tepui_law_type *law = *k;
        size_t places = 0;
        CHECK(law->kind.doc && law->kind.source && tepui_kind_find(&tepui_family_observable, law->observable));
        for (size_t i = 0; i < sizeof grid / sizeof *grid; i++) {
            const size_t s = setting_of(law->kind.name);
            const int batch = strstr(grid[i], "batch_norm") != NULL, one = strstr(grid[i], "width: 1,") != NULL;
            if (one && strcmp(setting[s].loss, "cross_entropy") == 0) continue; /* one class: no experiment */
            if (!batch || setting[s].points > 1) places += places_in(law->kind.name, grid[i]);
        }
        if (places == 0) fprintf(stderr, "%s speaks about nothing\n", law->kind.name);
        CHECK(places > 0);
    }
}

/* A law of the values 1/4 and 3/4: counts of either are tested, one sample in ten thousand that has neither is seen,
   and where no raw samples are kept and one bin holds both nothing is said. */
static void laws_of_few_values(void)
{
    static double x[RAW];
    tepui_prediction p = {.form = TEPUI_PREDICTS_ATOMS};
    tepui_test_result t[TEPUI_MOST_TESTS];
    tepui_accumulator a;
    tepui_prediction_add_atom(&p, 0.25, 0.3);
    tepui_prediction_add_atom(&p, 0.75, 0.5);
    tepui_prediction_add_atom(&p, 0.25, 0.2); /* joined */
    CHECK(p.atoms == 2 && tepui_prediction_cdf(&p, 0.5) == 0.5);
    CHECK(tepui_prediction_quantile(&p, 0.4) == 0.25 && tepui_prediction_quantile(&p, 0.6) == 0.75);
    for (size_t i = 0; i < RAW; i++) x[i] = i % 2 ? 0.25 : 0.75;
    for (int raw = 1; raw >= 0; raw--)
        for (int stray = 0; stray < 2; stray++) {
            x[17] = stray ? 0.5 : 0.25;
            CHECK(tepui_accumulator_init(&a, 1, -INFINITY, INFINITY, raw ? RAW : 0) == TEPUI_OK);
            CHECK(tepui_accumulator_fold(&a, x, RAW, 1) == TEPUI_OK);
            CHECK(test_all(&p, &a, t) == 3);
            CHECK(t[0].p > 0.9 && t[1].p > 0.9 && t[2].p == !stray);
            tepui_accumulator_free(&a);
        }
    /* known to rounding: on either side of an edge, raw or not; beyond the slack it is another value */
    for (int raw = 1; raw >= 0; raw--)
        for (int far = 0; far < 2; far++) {
            const tepui_prediction near = {
                .form = TEPUI_PREDICTS_ATOMS, .slack = 1e-9, .atoms = 1, .value = {2}, .probability = {1}};
            for (size_t i = 0; i < RAW; i++) x[i] = i % 2 ? 2 - 5e-10 : 2 + 9e-10;
            x[17] += far * (raw ? 2e-9 : 1.5);
            CHECK(tepui_accumulator_init(&a, 1, -INFINITY, INFINITY, raw ? RAW : 0) == TEPUI_OK);
            CHECK(tepui_accumulator_fold(&a, x, RAW, 1) == TEPUI_OK);
            CHECK(test_all(&near, &a, t) == 2);
            CHECK(t[0].p == !far && t[1].p == !far);
            tepui_accumulator_free(&a);
        }
    const double edge[] = {0, 1};
    const uint64_t all = RAW;
    const tepui_evidence e = {.count = RAW, .bins = 1, .edge = edge, .histogram = &all};
    const char *why = "";
    CHECK(tepui_verify_tests(&p, &e, t, &why) == 0 && strstr(why, "bin_width"));
}

/* Half of the samples beyond the limit: known from a law that says so, a share like any other. */
static void laws_of_what_never_happens(void)
{
    static double x[RAW];
    tepui_prediction p = {.form = TEPUI_PREDICTS_ATOMS};
    tepui_test_result t[TEPUI_MOST_TESTS];
    tepui_accumulator a;
    tepui_prediction_add_atom(&p, 0.25, 0.25);
    tepui_prediction_add_atom(&p, -INFINITY, 0.25);
    tepui_prediction_add_atom(&p, INFINITY, 0.5);
    CHECK(tepui_prediction_quantile(&p, 0.5) == 0.25 && tepui_prediction_quantile(&p, 0.6) == INFINITY);
    for (size_t i = 0; i < RAW; i++) x[i] = i % 2 ? INFINITY : i % 4 ? 0.25 : -INFINITY;
    for (int raw = 1; raw >= 0; raw--) {
        CHECK(tepui_accumulator_init(&a, 0.1, -INFINITY, INFINITY, raw ? RAW : 0) == TEPUI_OK);
        a.censors = 1;
        CHECK(tepui_accumulator_fold(&a, x, RAW, 1) == TEPUI_OK);
        CHECK(test_all(&p, &a, t) == 4 && strcmp(t[2].name, "never") == 0 && strcmp(t[1].name, "dead") == 0);
        CHECK(t[2].observed == 0.5 && t[2].predicted == 0.5 && t[3].observed == 0);
        for (int k = 0; k < 4; k++) CHECK(t[k].p > 0.9);
        tepui_accumulator_free(&a);
    }
    p.atoms = 2; /* a law that does not know of them: other values */
    CHECK(tepui_accumulator_init(&a, 0.1, -INFINITY, INFINITY, RAW) == TEPUI_OK);
    a.censors = 1;
    CHECK(tepui_accumulator_fold(&a, x, RAW, 1) == TEPUI_OK);
    CHECK(test_all(&p, &a, t) == 3 && t[2].observed == 0.5 && t[2].p == 0);
    tepui_accumulator_free(&a);
    tepui_prediction_clear(&p);
}

/* A mean whose spread nobody knows: a dozen samples that lie near each other by chance refute nothing; of 40 a mean
   that is too small is judged by the tail that may have been missed, the same as one too large by as much. */
static void few_samples_refute_no_mean(void)
{
    double x[40], p_value[2];
    tepui_test_result t[TEPUI_MOST_TESTS];
    const char *why = "";
    const tepui_prediction p = {
        .form = TEPUI_PREDICTS_MOMENT, .power = 1, .ln_spread = NAN, .skewness = NAN, .rounding = 0};
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < 40; i++) x[i] = log((side ? 1.3 : 0.7) + 0.3 * ((i % 5) - 2) / 2);
        const tepui_evidence few = {.count = 12, .raw = x, .raws = 12}, more = {.count = 40, .raw = x, .raws = 40};
        CHECK(tepui_verify_tests(&p, &few, t, &why) == 0 && strstr(why, "too few samples"));
        CHECK(tepui_verify_tests(&p, &more, t, &why) == 1);
        p_value[side] = t[0].p;
    }
    CHECK(p_value[0] > 1e-12 && p_value[0] < 1e-4 && p_value[1] < 1e-4);
}

/* A law of the living alone, whatever its form, says nothing about samples that are cut off. */
static void censored_samples_are_refused(void)
{
    static const tepui_prediction_form form[] = {TEPUI_PREDICTS_DISTRIBUTION, TEPUI_PREDICTS_MOMENT,
                                                 TEPUI_PREDICTS_MEAN};
    tepui_test_result t[TEPUI_MOST_TESTS];
    bench b;
    tepui_prediction p;
    tepui_accumulator a;
    open_bench(&b, "N2", SMALL, 4);
    predict(&b, &p);
    draw(&b, 0, 2000, 0, &a);
    CHECK(test_all(&p, &a, t) > 3);
    const double infinite = INFINITY;
    a.censors = 1;
    CHECK(tepui_accumulator_fold(&a, &infinite, 1, 1) == TEPUI_OK);
    for (int k = 0; k < 3; k++) {
        const tepui_evidence e = {
            .count = a.count, .zero = a.zero, .infinite = a.infinite, .raw = a.raw, .raws = a.raw_count};
        const char *why = "";
        p.form = form[k];
        CHECK(tepui_verify_tests(&p, &e, t, &why) == 0 && strcmp(why, "some samples are censored") == 0);
    }
    tepui_accumulator_free(&a);
    tepui_prediction_clear(&p);
    close_bench(&b);
}

/* A published file of values from a normal law whose mean falls with the depth, the first `infinite[i]` of cell i
   beyond the limit; the law is named. */
static tepui_verification *verified(const char *text, const char *law, const int *infinite)
{
    enum { SAMPLES = 400 };
    tepui_experiment *e = NULL;
    tepui_state *s = NULL;
    tepui_result *r = NULL;
    tepui_verification *v = NULL;
    gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);
    const tepui_law_type *const laws[] = {tepui_kind_find(&tepui_family_law, law), NULL};
    CHECK(tepui_experiment_parse(text, "censored", NULL, &e, NULL) == TEPUI_OK);
    CHECK(tepui_experiment_plan(e, NULL) == TEPUI_OK);
    tepui_observable_type own = *e->observables[0];
    own.censors = 1;
    e->observables[0] = &own;
    CHECK(tepui_state_alloc(e, &s, NULL) == TEPUI_OK);
    for (size_t i = 0; i < e->cell_count; i++)
        for (size_t k = 0; k < s->cell[i].component_count[0]; k++) {
            double x[SAMPLES];
            for (int n = 0; n < SAMPLES; n++)
                x[n] = n < infinite[i] ? INFINITY : gsl_ran_gaussian(g, 0.1) - 0.2 * (double)e->cells[i].depth;
            CHECK(tepui_accumulator_fold(&s->cell[i].accumulator[0][k], x, SAMPLES, 1) == TEPUI_OK);
        }
    CHECK(tepui_store_publish(s, "test-verdict.h5", NULL) == TEPUI_OK);
    CHECK(tepui_result_open("test-verdict.h5", &r, NULL) == TEPUI_OK);
    CHECK(tepui_verify(r, e, &(tepui_verify_options){.laws = laws}, &v, NULL) == TEPUI_OK);
    CHECK(remove("test-verdict.h5") == 0);
    tepui_result_free(r);
    tepui_state_free(s);
    tepui_experiment_free(e);
    gsl_rng_free(g);
    return v;
}

static void infinite_medians_of_a_file(void)
{
    static const char *const sweep = "grid: {depth: [4, 8, 12, 16], width: 64, activation: tanh, init: lecun, gain: "
                                     "0.7, sigma_b: 0.3}\ndata: {points: 2}\nreadout: none\nloss: output\n"
                                     "observables: [angle_gap]\nsamples: 400\n",
                             *const single = "grid: {depth: [2, 3], width: 4}\nobservables: [forward_norm]\n"
                                             "data: {source: sphere}\nsamples: 400\n";
    /* an infinite median is left out, and so is a finite one whose interval reaches infinity; 300 of 400; 190 of 400 */
    static const int none[] = {0, 0, 0, 0}, never[] = {0, 300, 0, 0}, perhaps[] = {0, 0, 190, 0}, second[] = {0, 40};
    const int *const infinite[] = {none, never, perhaps};
    for (int k = 0; k < 3; k++) {
        tepui_verification *v = verified(sweep, "N10", infinite[k]);
        CHECK(v->lines == 1 && v->line[0].cells == (k ? 3 : 4) && isfinite(v->line[0].p));
        CHECK_NEAR(v->line[0].observed, -0.2, 0.005); /* errors of medians 0.0063 over 12 layers and less */
        tepui_verification_free(v);
    }
    tepui_verification *v = verified(single, "N2", second);
    CHECK(v->lines == 2 && v->line[0].verdict == TEPUI_FAILS && v->line[1].verdict == TEPUI_REFUSED);
    CHECK(strcmp(v->line[1].why, "some samples are censored") == 0);
    tepui_verification_free(v);
}

/* Medians made from the law itself, ln median = -(5/4) L^e/c: exponents and widths come back to rounding. */
static void thresholds_of_exact_power_laws(void)
{
    tepui_median_point p[6];
    double depth[4];
    tepui_fitted half[4];
    for (int i = 0; i < 6; i++) {
        const double L = 16 << i, median = -1.25 * pow(L, 0.4);
        p[i] = (tepui_median_point){L, 7, median, median * 1.01, median / 1.01};
    }
    tepui_fitted f = tepui_vanishing_exponent(p, 6);
    CHECK_NEAR(f.value, 0.4, 1e-12);
    CHECK(f.points == 6 && f.low < 0.4 && f.high > 0.4);
    for (int k = 0; k < 4; k++) {
        depth[k] = 10 << k;
        for (int i = 0; i < 6; i++) {
            const double d = depth[k] * (0.5 + 0.7 * i), median = -1.25 * depth[k] / d;
            p[i] = (tepui_median_point){depth[k], d, median, median * 1.01, median / 1.01};
        }
        half[k] = tepui_half_width(p, 6);
        CHECK_NEAR(half[k].value, 1.25 * depth[k] / M_LN2, 1e-9 * depth[k]);
    }
    f = tepui_power_law(depth, half, 4);
    CHECK_NEAR(f.value, 1, 1e-12);
    /* beyond the limit, or perhaps: as if they were not there */
    tepui_median_point more[8];
    memcpy(more, p, sizeof p);
    more[6] = (tepui_median_point){depth[3], 1000, INFINITY, INFINITY, INFINITY};
    more[7] = (tepui_median_point){depth[3], 500, -1, -2, INFINITY};
    CHECK(tepui_half_width(more, 8).value == half[3].value && tepui_half_width(more, 8).points == half[3].points);
    CHECK(tepui_vanishing_exponent(more, 8).points == 6);
    for (int i = 0; i < 6; i++) p[i].median = -2; /* nowhere near one half: never extrapolated */
    CHECK(isnan(tepui_half_width(p, 6).value));
}

/* Medians on a line in L/d, with narrow and dead ones that are not: the end of the line, within its rounding. */
static void level_of_wide_nets(void)
{
    tepui_median_point p[8];
    for (int i = 0; i < 5; i++) {
        const double d = 64, L = 8 << i, median = 3.25 - 1.25 * L / d;
        p[i] = (tepui_median_point){L, d, median, median - 0.01, median + 0.01}; /* the last one: L = 2 d */
    }
    p[4].median = -100;
    p[5] = (tepui_median_point){4, 8, -7, -7.1, -6.9};
    p[6] = (tepui_median_point){8, 64, -INFINITY, -INFINITY, 2};
    p[7] = (tepui_median_point){8, 64, 2, 2, 2};
    const tepui_fitted f = tepui_wide_level(p, 8);
    CHECK_NEAR(f.value, 3.25, 1e-12);
    CHECK(f.points == 4 && f.low < 3.25 && f.high > 3.25 && f.high - f.low < 0.05);
    CHECK(isnan(tepui_wide_level(p, 2).value) && tepui_wide_level(p, 2).points == 0);
    p[0].median += 0.1; /* off the line: a wider interval */
    CHECK(tepui_wide_level(p, 8).high - tepui_wide_level(p, 8).low > 2 * (f.high - f.low));
}

/* |a_3|^4 of the net 1 -> 1 -> 2 -> 2 for input 1, the bits of `sign` being the signs of its weights. */
static double rademacher_norm4(unsigned sign, const double *sigma, int relu)
{
    static const int width[] = {1, 1, 2, 2};
    double a[2] = {1, 0}, z[2];
    for (int l = 1; l <= 3; l++) {
        for (int i = 0; i < width[l]; i++) {
            z[i] = 0;
            for (int j = 0; j < width[l - 1]; j++, sign >>= 1) z[i] += (sign & 1 ? 1 : -1) * sigma[l] * a[j];
        }
        for (int i = 0; i < width[l]; i++) a[i] = relu ? fmax(0, z[i]) : z[i];
    }
    return pow(a[0] * a[0] + a[1] * a[1], 2);
}

static void fourth_moment_of_all_sign_matrices(void)
{
    for (int relu = 0; relu < 2; relu++) {
        char grid[96];
        bench b;
        tepui_prediction p;
        double mean = 0;
        snprintf(grid, sizeof grid, "depth: 3, width: \"[1, 2, 2]\", activation: %s, law: rademacher, init: he",
                 relu ? "relu" : "linear");
        open_bench(&b, "N4b", grid, 3);
        predict(&b, &p);
        for (unsigned sign = 0; sign < 128; sign++) mean += rademacher_norm4(sign, b.e->cells[0].sigma, relu) / 128;
        CHECK_NEAR(p.ln_moment, log(mean), 1e-14);
        tepui_prediction_clear(&p);
        close_bench(&b);
    }
}

/* Choi 1994: the median of Gamma(L, 1) is between L - 1/3 and L - 1 + ln 2. */
static void uniform_chain_median_is_within_choi_bounds(void)
{
    for (int L = 1; L < 200; L = 2 * L + 1) {
        char grid[96];
        bench b;
        tepui_prediction p;
        snprintf(grid, sizeof grid, "depth: %d, width: 1, activation: linear, law: uniform, init: lecun", L);
        open_bench(&b, "C2", grid, L);
        predict(&b, &p);
        const double median = L * log(sqrt(3.0)) - p.median;
        CHECK(median > L - 1.0 / 3 && median < L - 1 + M_LN2 + 1e-9);
        tepui_prediction_clear(&p);
        close_bench(&b);
    }
}

static const test_case cases[] = {
    {"laws_are_complete", laws_are_complete},
    {"laws_of_few_values", laws_of_few_values},
    {"laws_of_what_never_happens", laws_of_what_never_happens},
    {"few_samples_refute_no_mean", few_samples_refute_no_mean},
    {"censored_samples_are_refused", censored_samples_are_refused},
    {"infinite_medians_of_a_file", infinite_medians_of_a_file},
    {"holm_steps_down", holm_steps_down},
    {"thresholds_of_exact_power_laws", thresholds_of_exact_power_laws},
    {"level_of_wide_nets", level_of_wide_nets},
    {"fourth_moment_of_all_sign_matrices", fourth_moment_of_all_sign_matrices},
    {"uniform_chain_median_is_within_choi_bounds", uniform_chain_median_is_within_choi_bounds},
    {"planted_faults_are_caught", planted_faults_are_caught},
    {"planted_faults_of_curvature_are_caught", planted_faults_of_curvature_are_caught},
    {"blocks_hold_for_uneven_nets", blocks_hold_for_uneven_nets},
    {"faults_in_jacobian_spectra_are_caught", faults_in_jacobian_spectra_are_caught},
    {"faults_in_exponents_are_caught", faults_in_exponents_are_caught},
    {"faults_in_orthogonal_nets_are_caught", faults_in_orthogonal_nets_are_caught},
    {"faults_in_residual_nets_are_caught", faults_in_residual_nets_are_caught},
    {"nets_with_atoms_at_the_top_are_refused", nets_with_atoms_at_the_top_are_refused},
    {"faults_in_mean_fields_are_caught", faults_in_mean_fields_are_caught},
    {"slopes_of_mean_fields_in_closed_form", slopes_of_mean_fields_in_closed_form},
    {"faults_in_normalised_nets_are_caught", faults_in_normalised_nets_are_caught},
    {"growth_of_batch_norm_on_the_sphere", growth_of_batch_norm_on_the_sphere},
    {"faults_in_residual_relu_nets_are_caught", faults_in_residual_relu_nets_are_caught},
    {"laws_hold_for_uneven_nets", laws_hold_for_uneven_nets},
    {"null_means_seldom_fail", null_means_seldom_fail},
    {"plain_means_are_refused_where_they_mean_nothing", plain_means_are_refused_where_they_mean_nothing},
    {"null_files_seldom_fail", null_files_seldom_fail},
};
TEST_MAIN(cases)
