/* test_curvature_laws.c -- predictions of the curvature laws C5, C6, C7, H2, H2b, H2c, H3b against draws that share
   nothing with the program: weights from GSL's Mersenne twister, Hessians from their definition (left-out products,
   frozen masks), signs of eigenvalues from GSL's solver. The program's own samples meet the laws elsewhere
   (test_verdict, make verify-all).

   Kolmogorov-Smirnov at p > 1e-6, shares within 5 standard errors, fixed seeds; wrong neighbours must be rejected. */
#include "test.h"
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <stdlib.h>
#include <tepui/tepui.h>

#define DRAWS 20000
#define LEVEL 1e-6

/* What a law predicts for a cell. */
static tepui_prediction predict(const char *law, const char *grid, const char *rest, long component)
{
    char text[512];
    const char *why = "";
    tepui_experiment *e = NULL;
    tepui_prediction p = {0};
    tepui_error err = {""};
    const tepui_law_type *t = tepui_kind_find(&tepui_family_law, law);
    snprintf(text, sizeof text, "grid: {%s}\n%s\nobservables: [%s]\n", grid, rest, t->observable);
    CHECK(tepui_experiment_parse(text, "test", NULL, &e, &err) == TEPUI_OK &&
          tepui_experiment_plan(e, &err) == TEPUI_OK);
    CHECK(t->applies(&e->cells[0], component, &why));
    CHECK(t->predict(&e->cells[0], component, &p, &err) == TEPUI_OK);
    if (err.text[0] || why[0]) fprintf(stderr, "%s%s\n", err.text, why);
    tepui_experiment_free(e);
    return p;
}

static double cdf(double x, const void *p)
{
    return tepui_prediction_cdf(p, x);
}

static double p_value(double *x, size_t n, const char *law, const char *grid, const char *rest, long component)
{
    tepui_prediction p = predict(law, grid, rest, component);
    const double D = tepui_ks_statistic(x, n, cdf, &p);
    tepui_prediction_clear(&p);
    return tepui_ks_pvalue(D, n);
}

/* --- chains */

#define CHAIN(depth) "depth: " depth ", width: 1, activation: linear, init: lecun"
#define ZERO "data: {source: sphere, targets: zero}\nreadout: none\nloss: mse"
#define GAUSSIAN "data: {source: sphere, targets: gaussian}\nreadout: none\nloss: mse"
#define OUTPUT "data: {source: sphere}\nreadout: none\nloss: output"
#define G(k, l) TEPUI_COMPONENT_BLOCK(TEPUI_GAUSS_NEWTON, k, l)
#define R(k, l) TEPUI_COMPONENT_BLOCK(TEPUI_RESIDUAL, k, l)

static double weight(gsl_rng *rng, int uniform)
{
    return uniform ? gsl_ran_flat(rng, -sqrt(3), sqrt(3)) : gsl_ran_gaussian(rng, 1);
}

/* Product of all weights but k and l. */
static double without(const double *w, size_t n, size_t k, size_t l)
{
    double product = 1;
    for (size_t j = 0; j < n; j++) product *= j == k || j == l ? 1 : w[j];
    return product;
}

/* H = h J J^T + r d2 f, f = product of the weights; gauss and residual: the factors of the parts. */
static double entry(const double *w, size_t n, double gauss, double residual, size_t k, size_t l)
{
    return gauss * without(w, n, k, k) * without(w, n, l, l) + (k == l ? 0 : residual * without(w, n, k, l));
}

static void entries_of_chains(void)
{
    enum { n = 5 };
    static double g22[DRAWS], g41[DRAWS], r41[DRAWS], f41[DRAWS];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 1);
    for (size_t i = 0; i < DRAWS; i++) {
        double w[n];
        for (size_t k = 0; k < n; k++) w[k] = weight(rng, 0);
        const double f = without(w, n, n, n);
        g22[i] = log(fabs(entry(w, n, 1, 0, 1, 1)));
        g41[i] = log(fabs(entry(w, n, 1, 0, 3, 0)));
        r41[i] = log(fabs(entry(w, n, 0, f, 3, 0)));
        f41[i] = log(fabs(entry(w, n, 0, 1, 3, 0)));
    }
    CHECK(p_value(g22, DRAWS, "C5", CHAIN("5"), GAUSSIAN, G(2, 2)) > LEVEL);
    CHECK(p_value(g41, DRAWS, "C5", CHAIN("5"), GAUSSIAN, G(4, 1)) > LEVEL);
    CHECK(p_value(r41, DRAWS, "C5", CHAIN("5"), ZERO, R(4, 1)) > LEVEL);
    CHECK(p_value(f41, DRAWS, "C5", CHAIN("5"), OUTPUT, R(4, 1)) > LEVEL);
    CHECK(p_value(f41, DRAWS, "C5", CHAIN("5"), ZERO, R(4, 1)) < LEVEL);
    CHECK(p_value(r41, DRAWS, "C5", CHAIN("6"), ZERO, R(4, 1)) < LEVEL);
    CHECK(p_value(r41, DRAWS, "C5", CHAIN("4"), ZERO, R(4, 1)) < LEVEL);
    gsl_rng_free(rng);
}

/* Negative eigenvalues of the Hessian of n weights, by GSL's solver. */
static size_t negatives(const double *w, size_t n, double gauss, double residual)
{
    gsl_matrix *H = gsl_matrix_alloc(n, n);
    gsl_vector *value = gsl_vector_alloc(n);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(n);
    size_t negative = 0;
    for (size_t k = 0; k < n; k++)
        for (size_t l = 0; l < n; l++) gsl_matrix_set(H, k, l, entry(w, n, gauss, residual, k, l));
    gsl_eigen_symm(H, value, work);
    for (size_t k = 0; k < n; k++) negative += gsl_vector_get(value, k) < 0;
    gsl_matrix_free(H), gsl_vector_free(value), gsl_eigen_symm_free(work);
    return negative;
}

/* How many standard errors the counts are off the shares that C7 predicts, at worst; counts of no atom: INFINITY. */
static double off(const size_t *count, size_t n, const char *grid, const char *rest)
{
    tepui_prediction p = predict("C7", grid, rest, TEPUI_COMPONENT_H);
    double worst = 0;
    size_t left = DRAWS;
    for (size_t i = 0; i < p.atoms; i++) {
        const double share = p.probability[i], seen = (double)count[(size_t)lround(p.value[i] * (double)n)];
        const double error = sqrt(DRAWS * share * (1 - share));
        worst = fmax(worst, share < 1 ? fabs(seen - DRAWS * share) / error : seen < DRAWS ? INFINITY : 0);
        left -= (size_t)seen;
    }
    tepui_prediction_clear(&p);
    return left ? INFINITY : worst;
}

/* targets: 0 zero, 1 Gaussian; 2: loss output */
static void count_negatives(size_t n, int uniform, int targets, size_t *count)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 2);
    memset(count, 0, (n + 1) * sizeof *count);
    for (size_t i = 0; i < DRAWS; i++) {
        double w[8];
        for (size_t k = 0; k < n; k++) w[k] = weight(rng, uniform);
        const double f = without(w, n, n, n), y = targets == 1 ? gsl_ran_gaussian(rng, 1) : 0;
        count[negatives(w, n, targets < 2, targets < 2 ? f - y : 1)]++;
    }
    gsl_rng_free(rng);
}

static void inertia_of_chains(void)
{
    static const char *const rest[] = {ZERO, GAUSSIAN, OUTPUT};
    for (size_t n = 2; n <= 5; n++)
        for (int uniform = 0; uniform < 2; uniform++)
            for (int targets = 0; targets < 3; targets++) {
                char grid[96];
                size_t count[9];
                snprintf(grid, sizeof grid, "depth: %zu, width: 1, activation: linear, init: lecun, law: %s", n,
                         uniform ? "uniform" : "gaussian");
                count_negatives(n, uniform, targets, count);
                CHECK(off(count, n, grid, rest[targets]) < 5);
            }
    size_t count[9];
    count_negatives(3, 0, 1, count);
    CHECK(off(count, 3, CHAIN("3") ", law: uniform", GAUSSIAN) > 6);
    CHECK(off(count, 3, CHAIN("4"), GAUSSIAN) > 6);
    CHECK(off(count, 3, CHAIN("3") ", gain: 1.1", GAUSSIAN) > 6);
}

/* Var ln|w|: pi^2/8 for Gaussian weights (law C1), 1 for uniform ones (-ln|w| exponential), pi^2/6 for Laplace ones
   (Gumbel). The midpoint rule with step 1e-3 is right to its square. */
static void spreads_of_logarithms(void)
{
    static const struct {
        const char *law;
        double variance;
    } row[] = {{"gaussian", M_PI * M_PI / 8}, {"uniform", 1}, {"laplace", M_PI * M_PI / 6}};
    for (size_t k = 0; k < 3; k++) {
        char grid[96];
        snprintf(grid, sizeof grid, "depth: 64, width: 1, activation: linear, init: lecun, law: %s", row[k].law);
        tepui_prediction p = predict("C6", grid, GAUSSIAN, TEPUI_COMPONENT_H);
        CHECK_NEAR(p.variance / 64, row[k].variance, 1e-6);
        tepui_prediction_clear(&p);
    }
}

/* Median of ln hollowness, from the sums over the weights. */
static double median_hollowness(gsl_rng *rng, size_t n, int uniform, double *x, size_t draws)
{
    for (size_t i = 0; i < draws; i++) {
        double ln_f = 0, two = 0, four = 0;
        const double y = gsl_ran_gaussian(rng, 1);
        for (size_t k = 0; k < n; k++) {
            const double w = weight(rng, uniform), u = 1 / (w * w);
            ln_f += log(fabs(w));
            two += u;
            four += u * u;
        }
        const double f = (gsl_rng_uniform(rng) < 0.5 ? -1 : 1) * exp(ln_f), factor = 2 * f - y;
        x[i] = log(fabs(f)) - 0.5 * log(f * f + factor * factor * (two * two - four) / four);
    }
    gsl_sort(x, 1, draws);
    return x[draws / 2];
}

/* C6 between depths 64 and 192 (f = exp(-122) needs no scaling): the slope of the medians, whose standard error is
   1.2533 deviations of ln|f| over sqrt(draws), is within 1/64 of E ln|w|, and not of E ln|w| for the other law. */
static void hollowness_falls_like_f(void)
{
    enum { MANY = 4000 };
    static double x[MANY];
    static const char *const grid[] = {CHAIN("64"), CHAIN("64") ", law: uniform"};
    double slope[2], error[2], predicted[2], slack = 0;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 3);
    for (int law = 0; law < 2; law++) {
        tepui_prediction p = predict("C6", grid[law], GAUSSIAN, TEPUI_COMPONENT_H);
        const double low = median_hollowness(rng, 64, law, x, MANY), high = median_hollowness(rng, 192, law, x, MANY);
        slope[law] = (high - low) / 128;
        error[law] = 1.2533 * sqrt(p.variance * 4 / MANY) / 128;
        predicted[law] = p.mean / 64;
        slack = p.slack;
        tepui_prediction_clear(&p);
    }
    CHECK_NEAR(slack, 1.0 / 64, 1e-15);
    for (int law = 0; law < 2; law++) {
        CHECK_NEAR(slope[law], predicted[law], slack + 5 * error[law]);
        CHECK(fabs(slope[law] - predicted[1 - law]) > slack + 5 * error[law]);
    }
    gsl_rng_free(rng);
}

/* --- H2: f = w_3 D_2 W_2 D_1 W_1 x with frozen masks is linear in each matrix; an entry of a block is f with both
   matrices replaced by unit matrices. */

enum { IN = 2, ONE = 3, TWO = 2, MOST = ONE * TWO + 1 };

typedef struct {
    double w[4][MOST], x[IN]; /* w[1]: ONE x IN, w[2]: TWO x ONE, w[3]: 1 x TWO */
    double live[3][ONE];
} small_net;

static const size_t rows[] = {IN, ONE, TWO, 1};

static double multilinear(const small_net *net, size_t k, size_t at_k, size_t l, size_t at_l)
{
    double a[ONE] = {0}, z[ONE];
    memcpy(a, net->x, sizeof net->x);
    for (size_t layer = 1; layer <= 3; layer++) {
        for (size_t i = 0; i < rows[layer]; i++) {
            z[i] = 0;
            for (size_t j = 0; j < rows[layer - 1]; j++) {
                const size_t at = i * rows[layer - 1] + j;
                z[i] += a[j] * (layer == k ? at == at_k : layer == l ? at == at_l : net->w[layer][at]);
            }
        }
        for (size_t i = 0; i < rows[layer]; i++) a[i] = z[i] * (layer < 3 ? net->live[layer][i] : 1);
    }
    return a[0];
}

static double ln_block(const small_net *net, size_t k, size_t l)
{
    double square = 0;
    for (size_t i = 0; i < rows[k] * rows[k - 1]; i++)
        for (size_t j = 0; j < rows[l] * rows[l - 1]; j++) {
            const double x = multilinear(net, k, i, l, j);
            square += x * x;
        }
    return 0.5 * log(square);
}

/* norm2 of df/dW_k */
static double square_gradient(const small_net *net, size_t k)
{
    double square = 0;
    for (size_t i = 0; i < rows[k] * rows[k - 1]; i++) {
        const double x = multilinear(net, k, i, k, i);
        square += x * x;
    }
    return square;
}

static void draw_net(gsl_rng *rng, int relu, small_net *net)
{
    double a[ONE] = {0}, z[ONE];
    gsl_ran_dir_2d(rng, &net->x[0], &net->x[1]);
    memcpy(a, net->x, sizeof net->x);
    for (size_t layer = 1; layer <= 3; layer++)
        for (size_t i = 0; i < rows[layer] * rows[layer - 1]; i++) /* he: 2 over the inputs */
            net->w[layer][i] = gsl_ran_gaussian(rng, sqrt(2.0 / (double)rows[layer - 1]));
    for (size_t layer = 1; layer <= 2; layer++) {
        for (size_t i = 0; i < rows[layer]; i++) {
            z[i] = 0;
            for (size_t j = 0; j < rows[layer - 1]; j++) z[i] += a[j] * net->w[layer][i * rows[layer - 1] + j];
        }
        for (size_t i = 0; i < rows[layer]; i++) {
            net->live[layer][i] = !relu || z[i] > 0;
            a[i] = z[i] * net->live[layer][i];
        }
    }
}

static void blocks_of_second_derivatives(void)
{
    static const char *const grid[] = {"depth: 2, width: [[3, 2]], init: he, activation: linear",
                                       "depth: 2, width: [[3, 2]], init: he, activation: relu"};
    static const char rest[] = "data: {source: sphere, dimension: 2}\nreadout: dense\nloss: output";
    static double x[3][DRAWS];
    static const size_t block[3][2] = {{2, 1}, {3, 2}, {3, 1}};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 4);
    for (int relu = 0; relu < 2; relu++) {
        size_t alive[3] = {0};
        for (size_t i = 0; i < DRAWS; i++) {
            small_net net;
            draw_net(rng, relu, &net);
            for (size_t b = 0; b < 3; b++) {
                const double v = ln_block(&net, block[b][0], block[b][1]);
                if (isfinite(v)) x[b][alive[b]++] = v;
            }
        }
        for (size_t b = 0; b < (relu ? 2 : 3); b++)
            CHECK(p_value(x[b], alive[b], "H2", grid[relu], rest, R((long)block[b][0], (long)block[b][1])) > LEVEL);
        CHECK(p_value(x[0], alive[0], "H2", grid[relu], rest, R(3, 2)) < LEVEL);
        tepui_prediction p = predict("H2", grid[relu], rest, R(3, 2));
        CHECK_NEAR(p.atom, relu ? 1 - 7.0 / 8 * 3 / 4 : 0, 1e-14); /* some unit alive in both layers */
        CHECK_NEAR(1 - (double)alive[1] / DRAWS, p.atom, 5 * sqrt(p.atom * (1 - p.atom) / DRAWS));
        tepui_prediction_clear(&p);
    }
    gsl_rng_free(rng);
}

/* Sum of y and y^2 of draws against a predicted mean, 5 standard errors. */
static double mean_off(const double *y, const char *law, const char *grid, const char *rest, long component)
{
    double sum = 0, square = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        sum += y[i] / DRAWS;
        square += y[i] * y[i] / DRAWS;
    }
    tepui_prediction p = predict(law, grid, rest, component);
    const double off = fabs(sum - exp(p.ln_moment)) / sqrt((square - sum * sum) / DRAWS);
    tepui_prediction_clear(&p);
    return off;
}

/* H2b on the block that H2 does not know (ReLU, next but one), H2c and H3b. */
static void means_and_diagonal_blocks(void)
{
    static const char *const grid[] = {"depth: 2, width: [[3, 2]], init: he, activation: linear",
                                       "depth: 2, width: [[3, 2]], init: he, activation: relu"};
    static const char output[] = "data: {source: sphere, dimension: 2}\nreadout: dense\nloss: output";
    static const char squared[] = "data: {source: sphere, dimension: 2, targets: gaussian}\nreadout: dense\nloss: mse";
    static double block[DRAWS], trace[DRAWS], g22[DRAWS];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 5);
    for (int relu = 0; relu < 2; relu++) {
        size_t alive = 0;
        for (size_t i = 0; i < DRAWS; i++) {
            small_net net;
            draw_net(rng, relu, &net);
            const double two = square_gradient(&net, 2);
            block[i] = exp(2 * ln_block(&net, 3, 1));
            trace[i] = square_gradient(&net, 1) + two + square_gradient(&net, 3);
            if (two > 0) g22[alive++] = log(two);
        }
        CHECK(mean_off(block, "H2b", grid[relu], output, R(3, 1)) < 5);
        CHECK(mean_off(block, "H2b", grid[!relu], output, R(3, 1)) > 6);
        CHECK(mean_off(trace, "H3b", grid[relu], squared, TEPUI_COMPONENT_H) < 5);
        CHECK(mean_off(trace, "H3b", grid[!relu], squared, TEPUI_COMPONENT_H) > 6);
        CHECK(p_value(g22, alive, "H2c", grid[relu], squared, G(2, 2)) > LEVEL);
        CHECK(p_value(g22, alive, "H2c", grid[relu], squared, G(3, 3)) < LEVEL);
    }
    gsl_rng_free(rng);
}

/* Mean squares (H2b) of the blocks whose law is known (H2): two ways to one number. */
static void mean_squares_follow_from_the_laws(void)
{
    static const char *const grid[] = {"depth: 4, width: [[5, 1, 3, 6]], init: xavier, activation: linear",
                                       "depth: 4, width: [[5, 1, 3, 6]], init: xavier, activation: relu"};
    static const char rest[] = "data: {source: gaussian, dimension: 4}\nreadout: dense\nloss: output";
    static const long block[][2] = {{2, 1}, {4, 3}, {5, 4}, {3, 2}, {4, 2}, {5, 2}};
    for (int relu = 0; relu < 2; relu++)
        for (size_t b = 0; b < sizeof block / sizeof *block; b++) {
            tepui_prediction law = predict("H2", grid[relu], rest, R(block[b][0], block[b][1]));
            tepui_prediction mean = predict("H2b", grid[relu], rest, R(block[b][0], block[b][1]));
            CHECK_NEAR(mean.ln_moment, tepui_exact_ln_moment(law.exact, 2), 1e-12);
            CHECK(isfinite(mean.ln_spread) && mean.skewness > 0);
            tepui_prediction_clear(&law), tepui_prediction_clear(&mean);
        }
}

static const test_case cases[] = {
    {"entries_of_chains", entries_of_chains},
    {"inertia_of_chains", inertia_of_chains},
    {"spreads_of_logarithms", spreads_of_logarithms},
    {"hollowness_falls_like_f", hollowness_falls_like_f},
    {"blocks_of_second_derivatives", blocks_of_second_derivatives},
    {"means_and_diagonal_blocks", means_and_diagonal_blocks},
    {"mean_squares_follow_from_the_laws", mean_squares_follow_from_the_laws},
};
TEST_MAIN(cases)
