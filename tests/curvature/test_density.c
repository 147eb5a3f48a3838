/* test_density.c -- hessian_density beside hessian_spectrum: the same measure over the same coordinates, at sizes where
   the one is a quadrature with random start vectors and the other has all eigenvalues. Every interval is derived from
   the eigenvalues: of n coordinates and a unit vector v uniform on the sphere, sum f(lambda_i) v_i^2 has the mean m of
   f over the eigenvalues and the variance 2 (mean of f^2 - m^2) / (n + 2). Coordinates that are known to be zeros and
   left out make it smaller. */
#include "bench.h"
#include "reads.h"
#include "test.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/curvature.h>
#include <tepui/tepui.h>

enum {
    VALUES = TEPUI_DENSITY_VALUES,
    DEGREE = 90 /* of the polynomials of the promise: some of the 100 rows may have to go */
};

/* --- the same from all eigenvalues */

/* Eigenvalues and drawn values in units of the largest magnitude. */
typedef struct {
    size_t n;
    double *lambda, drawn[VALUES];
} measures;

static void take(measures *m, tepui_network *net, uint64_t sample)
{
    const double *value, *drawn;
    double unit, drawn_unit;
    CHECK(tepui_network_sample(net, sample, NULL) == TEPUI_OK);
    m->n = tepui_network_eigenvalues(net, TEPUI_HESSIAN, &value, &unit);
    CHECK(tepui_network_density(net, &drawn, &drawn_unit) == VALUES);
    m->lambda = realloc(m->lambda, m->n * sizeof(double));
    if (!m->lambda) exit(1);
    const double top = fmax(value[m->n - 1], -value[0]), one = top > 0 ? top : 1;
    for (size_t i = 0; i < m->n; i++) m->lambda[i] = value[i] / one;
    for (size_t i = 0; i < VALUES; i++) m->drawn[i] = drawn[i] == 0 ? 0 : drawn[i] / one * exp(drawn_unit - unit);
}

static double zeros(const double *x, size_t n)
{
    double count = 0;
    for (size_t i = 0; i < n; i++) count += x[i] == 0;
    return count / (double)n;
}

/* The polynomial p of this degree with p(0) = 1 and the least mean square over the eigenvalues: p(lambda_i) = sum_j
   q_j(0) q_j(lambda_i) / sum_j q_j(0)^2 with orthonormal q_j, by Stieltjes' procedure with everything orthogonalised.
 */
static void least_polynomial(const double *lambda, size_t n, double *p)
{
    double *q = malloc((DEGREE + 1) * n * sizeof *q), at0[DEGREE + 1] = {1}, beta = 0, sum = 1;
    if (!q) exit(1);
    for (size_t i = 0; i < n; i++) q[i] = p[i] = 1;
    for (size_t j = 0; j < DEGREE; j++) {
        double *now = q + j * n, *next = now + n, alpha = 0, square = 0;
        for (size_t i = 0; i < n; i++) alpha += lambda[i] * now[i] * now[i] / (double)n;
        for (size_t i = 0; i < n; i++) next[i] = lambda[i] * now[i];
        for (size_t k = 0; k < 2 * (j + 1); k++) {
            const double *old = q + k % (j + 1) * n;
            double along = 0;
            for (size_t i = 0; i < n; i++) along += old[i] * next[i] / (double)n;
            for (size_t i = 0; i < n; i++) next[i] -= along * old[i];
        }
        for (size_t i = 0; i < n; i++) square += next[i] * next[i] / (double)n;
        at0[j + 1] = -alpha * at0[j] - (j ? beta * at0[j - 1] : 0);
        beta = sqrt(square);
        at0[j + 1] /= beta;
        for (size_t i = 0; i < n; i++) next[i] /= beta;
        sum += at0[j + 1] * at0[j + 1];
        for (size_t i = 0; i < n; i++) p[i] += at0[j + 1] * next[i];
    }
    for (size_t i = 0; i < n; i++) p[i] /= sum;
    free(q);
}

static void mean_and_deviation(const double *f, size_t n, double *mean, double *deviation)
{
    double sum = 0, square = 0;
    for (size_t i = 0; i < n; i++) {
        sum += f[i] / (double)n;
        square += f[i] * f[i] / (double)n;
    }
    *mean = sum;
    *deviation = sqrt(2 * fmax(square - sum * sum, 0) / (double)(n + 2));
}

/* --- nets of 368 to 868 coordinates */

static const char *const nets[][3] = {
    {"depth: 4, width: 14, activation: relu, init: he", "points: 4, dimension: 14, outputs: 3, targets: gaussian",
     "mse"},
    {"depth: 4, width: 16, activation: relu, init: he", "points: 10, dimension: 16, outputs: 3, targets: one_hot",
     "cross_entropy"},
    {"depth: 6, width: 40, activation: relu, init: he", "points: 1, dimension: 40, targets: gaussian", "mse"},
    {"depth: 4, width: 16, activation: linear, init: he", "points: 8, dimension: 16, outputs: 2, targets: gaussian",
     "mse"},
    {"depth: 4, width: 14, activation: tanh, init: he", "points: 4, dimension: 30, outputs: 2, targets: gaussian",
     "mse"},
    {"depth: 4, width: 12, activation: relu, init: he, architecture: \"residual(power=0.5)\"",
     "points: 5, dimension: 12, outputs: 2, targets: gaussian", "mse"},
    {"depth: 4, width: 12, activation: relu, init: he, architecture: \"[dense, layer_norm, activation]\"",
     "points: 6, dimension: 20, outputs: 2, targets: gaussian", "mse"},
    {"depth: 3, width: 12, activation: relu, init: he", "points: 14, dimension: 12, outputs: 2, targets: gaussian",
     "mse"},
    {"depth: 5, width: 12, activation: hard_tanh, init: \"gain(g=2)\"",
     "points: 3, dimension: 12, outputs: 2, targets: gaussian", "mse"},
};
enum { NETS = sizeof nets / sizeof *nets, ONE_POINT = 2, SAMPLES = 6 };

static int open_net(bench *b, size_t i, unsigned needs)
{
    char text[800];
    const char *path = "dynamics: {rate: 0.01, steps: 1, record: 1, escape: output(2)}\n";
    snprintf(text, sizeof text, "seed: 3\ngrid: {%s}\ndata: {%s}\nloss: %s\nobservables: [%s]\n%s", nets[i][0],
             nets[i][1], nets[i][2], needs & TEPUI_NEEDS_PATH ? "path_loss" : "hessian_density",
             needs & TEPUI_NEEDS_PATH ? path : "");
    return open_bench(b, text, needs);
}

typedef struct {
    double below, above, below2, above2, off[4], square[4]; /* sums over samples of deviations and variances */
} sums;

/* The weight at 0 is the least integral of p^2 over polynomials of its degree with p(0) = 1: not less than the zeros,
   not more than what the best polynomial for all eigenvalues gives. 5 standard errors; systematic sampling adds at most
   one part of 2,048. */
static void zeros_are_an_atom(const measures *m, sums *sum)
{
    double most, of_most, *p = malloc(m->n * sizeof *p);
    if (!p) exit(1);
    least_polynomial(m->lambda, m->n, p);
    for (size_t k = 0; k < m->n; k++) p[k] *= p[k];
    mean_and_deviation(p, m->n, &most, &of_most);
    const double least = zeros(m->lambda, m->n), got = zeros(m->drawn, VALUES);
    const double of_least = sqrt(2 * least * (1 - least) / (double)(m->n + 2));
    CHECK(got >= least - 5 * of_least - 1.0 / VALUES);
    CHECK(got <= most + 5 * of_most + 1.0 / VALUES);
    sum->below += got - least;
    sum->above += got - most;
    sum->below2 += of_least * of_least;
    sum->above2 += of_most * of_most;
    free(p);
}

/* Eigenvalues of a twentieth of the norm and more are not counted there: T_49(z)^-2 of them at most, z = (1 + 1/400) /
   (1 - 1/400), which is 2.2e-4. And no node lies beyond the ends. */
static void what_is_not_small_is_no_zero(const measures *m)
{
    double small = 0;
    for (size_t k = 0; k < m->n; k++) small += (fabs(m->lambda[k]) < 0.05) / (double)m->n;
    const double deviation = sqrt(2 * small * (1 - small) / (double)(m->n + 2));
    CHECK(zeros(m->drawn, VALUES) <= small + 2.2e-4 + 5 * deviation + 1.0 / VALUES);
    for (size_t k = 0; k < VALUES; k++)
        CHECK(m->drawn[k] >= fmin(m->lambda[0], 0) - 1e-12 && m->drawn[k] <= fmax(m->lambda[m->n - 1], 0) + 1e-12);
}

/* Means of lambda^k, in units of the largest magnitude. */
static void add_moments(const measures *m, sums *sum)
{
    double *f = malloc(m->n * sizeof *f);
    if (!f) exit(1);
    for (int k = 0; k < 4; k++) {
        double mean, deviation, got = 0;
        for (size_t j = 0; j < m->n; j++) f[j] = pow(m->lambda[j], k + 1);
        mean_and_deviation(f, m->n, &mean, &deviation);
        for (size_t j = 0; j < VALUES; j++) got += pow(m->drawn[j], k + 1) / VALUES;
        sum->off[k] += got - mean;
        sum->square[k] += deviation * deviation;
    }
    free(f);
}

/* Sums over samples, too, within 5 standard errors; systematic sampling adds at most one part of 2,048 for each unit
   that a function varies by, 2 for powers. */
static void densities_are_those_of_spectra(void)
{
    measures m = {0, NULL, {0}};
    for (size_t i = 0; i < NETS; i++) {
        bench b;
        sums sum = {0};
        if (!open_net(&b, i, TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_SPECTRUM)) return;
        for (uint64_t s = 0; s < SAMPLES; s++) {
            take(&m, b.net, s);
            CHECK(m.n > 300);
            zeros_are_an_atom(&m, &sum);
            what_is_not_small_is_no_zero(&m);
            add_moments(&m, &sum);
        }
        CHECK(sum.below >= -5 * sqrt(sum.below2) - SAMPLES / (double)VALUES);
        CHECK(sum.above <= 5 * sqrt(sum.above2) + SAMPLES / (double)VALUES);
        for (int k = 0; k < 4; k++) CHECK_NEAR(sum.off[k], 0, 5 * sqrt(sum.square[k]) + SAMPLES * 2.0 / VALUES);
        close_bench(&b);
    }
    free(m.lambda);
}

/* Value i of the density is a quantile between i/2,048 and (i + 1)/2,048 of all eigenvalues, one rank for rounding. */
static void are_quantiles(const measures *m, double tolerance)
{
    for (size_t i = 0; i < VALUES; i++) {
        const size_t first = i * m->n / VALUES, last = (i + 1) * m->n / VALUES;
        CHECK(m->drawn[i] >= m->lambda[first > 0 ? first - 1 : 0] - tolerance);
        CHECK(m->drawn[i] <= m->lambda[last + 1 < m->n ? last + 1 : m->n - 1] + tolerance);
    }
}

/* The least distance of two eigenvalues that are not 0. */
static double least_gap(const measures *m)
{
    double gap = 1;
    for (size_t k = 0; k + 1 < m->n; k++)
        if (m->lambda[k] != 0 && m->lambda[k + 1] != 0) gap = fmin(gap, m->lambda[k + 1] - m->lambda[k]);
    return gap;
}

/* One point, half of the units dead: the zeros are known, and the other coordinates are fewer than the 288 products of
   vectors of 480 numbers, so that no weight is left to chance where all eigenvalues are simple. */
static void all_eigenvalues_where_products_are_enough(void)
{
    measures m = {0, NULL, {0}};
    size_t simple = 0;
    bench b;
    if (!open_net(&b, ONE_POINT, TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_SPECTRUM)) return;
    for (uint64_t s = 0; s < 16; s++) {
        take(&m, b.net, s);
        if ((1 - zeros(m.lambda, m.n)) * (double)m.n > 288) continue;
        CHECK_NEAR(zeros(m.drawn, VALUES), zeros(m.lambda, m.n), 2.0 / VALUES);
        if (least_gap(&m) < 1e-9) continue;
        are_quantiles(&m, 1e-12);
        simple++;
    }
    CHECK(simple >= 3);
    close_bench(&b);
    free(m.lambda);
}

static const char chain[] = "seed: 3\ngrid: {depth: 700, width: 1, activation: linear, init: he}\n"
                            "data: {points: 1, dimension: 3, targets: gaussian}\nloss: mse\n"
                            "observables: [hessian_density]\n";
/* relu, narrow and deep: nets with dead layers */
static const char dead[] = "seed: 3\ngrid: {depth: 60, width: 4, activation: relu, init: he}\n"
                           "data: {points: 1, dimension: 4, targets: zero}\nloss: mse\n"
                           "observables: [hessian_density]\n";

/* Chains have their secular equation, nets without any gradient H = 0. */
static void chains_and_dead_nets_have_all_eigenvalues(void)
{
    measures m = {0, NULL, {0}};
    bench b;
    size_t flat = 0;
    if (!open_bench(&b, chain, TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_SPECTRUM)) return;
    for (uint64_t s = 0; s < 3; s++) {
        take(&m, b.net, s);
        CHECK(m.n == 701);
        are_quantiles(&m, 0);
    }
    close_bench(&b);
    if (!open_bench(&b, dead, TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_SPECTRUM)) return;
    for (uint64_t s = 0; s < SAMPLES; s++) {
        take(&m, b.net, s);
        CHECK(m.n > 300);
        are_quantiles(&m, 1e-12);
        flat += zeros(m.lambda, m.n) == 1;
    }
    CHECK(flat > 2);
    close_bench(&b);
    free(m.lambda);
}

/* --- alone and in company */

static double moment(const double *x, int power, double unit)
{
    double sum = 0;
    for (size_t k = 0; k < VALUES; k++) sum += pow(x[k] * unit, power) / VALUES;
    return sum;
}

/* The same bits beside the whole spectrum. Beside trajectories the parameters are others and the coordinates the same:
   equal atoms and moments but for rounding (nodes inside a dense spectrum may differ), which systematic sampling turns
   into one value of 2,048 at the most. */
static void densities_do_not_depend_on_company(void)
{
    for (size_t i = 0; i < NETS; i++) {
        bench alone, both, path;
        if (!open_net(&alone, i, TEPUI_NEEDS_DENSITY)) return;
        if (!open_net(&both, i, TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_SPECTRUM | TEPUI_NEEDS_EXTREMES)) return;
        if (!open_net(&path, i, TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD)) return;
        for (uint64_t s = 0; s < 2; s++) {
            const double *one, *two, *three;
            double unit, unit2, unit3, top = 0;
            CHECK(tepui_network_sample(alone.net, s, NULL) == TEPUI_OK);
            CHECK(tepui_network_sample(both.net, s, NULL) == TEPUI_OK);
            CHECK(tepui_network_sample(path.net, s, NULL) == TEPUI_OK);
            tepui_network_density(alone.net, &one, &unit);
            tepui_network_density(both.net, &two, &unit2);
            tepui_network_density(path.net, &three, &unit3);
            CHECK(memcmp(one, two, VALUES * sizeof *one) == 0 && unit == unit2);
            CHECK_NEAR(zeros(three, VALUES), zeros(one, VALUES), 1.0 / VALUES);
            for (size_t k = 0; k < VALUES; k++) top = fmax(top, fabs(one[k]));
            for (int k = 1; k <= 4; k++)
                CHECK_NEAR(moment(three, k, exp(unit3 - unit) / top), moment(one, k, 1 / top), 2.0 / VALUES);
        }
        close_bench(&alone), close_bench(&both), close_bench(&path);
    }
}

/* One ReLU layer, W x = z, loss the mean of |phi(z) - y|^2 / 2: no weight meets another one, so the Hessian is that of
   each unit's own, the mean of x x^T over the points where it is alive. 20 inputs and 22 points, about half of them
   alive: the smallest eigenvalue is 0, and Lanczos, alone from 300 coordinates on, must not make a number of it. */
static void semidefinite_hessians_have_no_negative_end(void)
{
    enum { DRAWS = 10 };
    bench b;
    if (!open_bench(&b,
                    "seed: 8\ngrid: {depth: 1, width: 20, activation: relu}\ndata: {points: 22, dimension: 20, "
                    "targets: gaussian}\nreadout: none\nloss: mse\nobservables: [hessian_extreme]\n",
                    TEPUI_NEEDS_EXTREMES))
        return;
    CHECK(tepui_eigenvalue_count(tepui_network_cell(b.net)) > 300);
    for (uint64_t i = 0; i < DRAWS; i++) {
        CHECK(tepui_network_sample(b.net, i, NULL) == TEPUI_OK);
        CHECK(tepui_network_ln_eigenvalue(b.net, -1) == -INFINITY);
        CHECK(isfinite(tepui_network_ln_eigenvalue(b.net, 1)));
    }
    close_bench(&b);
}

/* Ends, counts, sums and shares, on both sides of the 300 coordinates from which Lanczos finds the ends, alone and
   beside the whole spectrum and trajectories: to 1e-9, ten times what Lanczos promises of the norm. */
static void others_do_not_depend_on_company(void)
{
    static const char *const grid[] = {
        "grid: {depth: 3, width: 8, activation: relu, init: he}\ndata: {points: 3, dimension: 20, outputs: 2, ",
        "grid: {depth: 4, width: 14, activation: relu, init: he}\ndata: {points: 4, dimension: 20, outputs: 2, "};
    static const unsigned needs[] = {TEPUI_NEEDS_EXTREMES,     TEPUI_NEEDS_SPECTRUM, TEPUI_NEEDS_ALIGNMENT,
                                     TEPUI_NEEDS_HESSIAN_SIZE, TEPUI_NEEDS_NTK,      TEPUI_NEEDS_FISHER};
    enum { KINDS = sizeof needs / sizeof *needs, OTHERS = 3 };
    const unsigned all = TEPUI_NEEDS_EXTREMES | TEPUI_NEEDS_SPECTRUM | TEPUI_NEEDS_ALIGNMENT |
                         TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_NTK | TEPUI_NEEDS_FISHER | TEPUI_NEEDS_DENSITY;
    const unsigned company[OTHERS] = {0, all, all | TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD};
    for (int g = 0; g < 2; g++)
        for (int kind = 0; kind < KINDS; kind++) {
            double x[OTHERS][4];
            for (int o = 0; o < OTHERS; o++) {
                char text[600];
                bench b;
                snprintf(text, sizeof text,
                         "seed: 3\n%stargets: gaussian}\nloss: mse\nobservables: [path_loss]\n"
                         "dynamics: {rate: 0.01, steps: 1, record: 1, escape: output(2)}\n",
                         grid[g]);
                if (!open_bench(&b, text, needs[kind] | company[o])) return;
                CHECK((tepui_eigenvalue_count(tepui_network_cell(b.net)) > 300) == (g == 1));
                CHECK(tepui_network_sample(b.net, 1, NULL) == TEPUI_OK);
                const tepui_network *net = b.net;
                const double *value;
                double unit;
                switch (needs[kind]) {
                case TEPUI_NEEDS_EXTREMES:
                    x[o][0] = tepui_network_ln_eigenvalue(net, -1), x[o][1] = tepui_network_ln_eigenvalue(net, 1);
                    x[o][2] = tepui_network_asymmetry(net), x[o][3] = 0;
                    break;
                case TEPUI_NEEDS_SPECTRUM:
                    x[o][0] = tepui_network_negative_fraction(net), x[o][1] = tepui_network_rank(net, TEPUI_HESSIAN);
                    x[o][2] = (double)tepui_network_eigenvalues(net, TEPUI_HESSIAN, &value, &unit);
                    x[o][3] = log(fabs(value[0])) + unit;
                    break;
                case TEPUI_NEEDS_ALIGNMENT:
                    for (size_t k = 0; k < 4; k++) x[o][k] = tepui_network_alignment(net, k + 1);
                    break;
                case TEPUI_NEEDS_HESSIAN_SIZE:
                    x[o][0] = tepui_network_hessian_size(net, TEPUI_HESSIAN).ln_norm;
                    x[o][1] = tepui_network_hessian_size(net, TEPUI_HESSIAN).ln_trace;
                    x[o][2] = tepui_network_hessian_size(net, TEPUI_RESIDUAL).ln_norm;
                    x[o][3] = tepui_network_hessian_size(net, TEPUI_GAUSS_NEWTON).ln_diagonal;
                    break;
                case TEPUI_NEEDS_NTK:
                    for (int k = -1; k < 2; k++) x[o][k + 1] = tepui_network_ln_ntk(net, k);
                    x[o][3] = 0;
                    break;
                default:
                    for (int k = -1; k < 2; k++) x[o][k + 1] = tepui_network_ln_fisher(net, k);
                    x[o][3] = 0;
                }
                for (int k = 0; k < 4; k++) CHECK_NEAR(x[o][k], x[0][k], 1e-9);
                close_bench(&b);
            }
        }
}

static const test_case cases[] = {
    {"densities_are_those_of_spectra", densities_are_those_of_spectra},
    {"all_eigenvalues_where_products_are_enough", all_eigenvalues_where_products_are_enough},
    {"chains_and_dead_nets_have_all_eigenvalues", chains_and_dead_nets_have_all_eigenvalues},
    {"densities_do_not_depend_on_company", densities_do_not_depend_on_company},
    {"semidefinite_hessians_have_no_negative_end", semidefinite_hessians_have_no_negative_end},
    {"others_do_not_depend_on_company", others_do_not_depend_on_company},
};
TEST_MAIN(cases)
