/* test_points.c -- places where second derivatives are easily got wrong: chains with several inputs, weights of exactly
   0, a residual of exactly 0, and zeros in ratios. Every expected value comes from the Hessian written down entry by
   entry from the sampled weights, in long double, and its eigenvalues by GSL; and whatever else is observed, the answer
   is the same. */
#include "bench.h"
#include "reads.h"
#include "test.h"
#include <curvature/blocks.h>
#include <gsl/gsl_eigen.h>
#include <stdlib.h>
#include <tepui/tepui.h>

enum { MOST_LAYERS = 12, MOST_PARAMETERS = 24 };

/* --- a chain by hand */

typedef struct {
    size_t K, d, P;                 /* layers, inputs, weights */
    long double w[MOST_PARAMETERS]; /* W_1, then the others */
    long double x[4], slope[MOST_LAYERS + 1];
    long double H[3][MOST_PARAMETERS][MOST_PARAMETERS]; /* in units of exp(ln_unit), the largest entry of the part */
    double ln_unit[3];
} chain;

static size_t layer_of(const chain *c, size_t i)
{
    return i < c->d ? 1 : i - c->d + 2;
}

/* Product of all factors but those of layers a and b (0: none), slopes and x included; i, j: entries of W_1 */
static long double product(const chain *c, size_t i, size_t j)
{
    long double p = 1, first = 0;
    const size_t a = layer_of(c, i), b = j == SIZE_MAX ? 0 : layer_of(c, j);
    for (size_t m = 0; m < c->d; m++) first += c->w[m] * c->x[m];
    if (a == 1)
        first = c->x[i];
    else if (b == 1)
        first = c->x[j];
    for (size_t k = 1; k <= c->K; k++) {
        p *= c->slope[k];
        if (k > 1 && k != a && k != b) p *= c->w[c->d + k - 2];
    }
    return p * first;
}

static void take_unit(chain *c, int part)
{
    long double top = 0;
    for (size_t i = 0; i < c->P; i++)
        for (size_t j = 0; j < c->P; j++) top = fmaxl(top, fabsl(c->H[part][i][j]));
    c->ln_unit[part] = top > 0 ? (double)logl(top) : 0;
    for (size_t i = 0; i < c->P; i++)
        for (size_t j = 0; j < c->P; j++) c->H[part][i][j] /= top > 0 ? top : 1;
}

static void take_chain(chain *c, tepui_network *net, int mse)
{
    const tepui_cell *cell = tepui_network_cell(net);
    const tepui_activation_type *phi = cell->activation.type;
    double slopes[4], w[4];
    long double a = 0;
    phi->slopes(cell->activation.value, slopes);
    c->K = cell->depth + (cell->readout == TEPUI_READOUT_DENSE);
    c->d = cell->inputs;
    c->P = c->d + c->K - 1;
    for (size_t k = 1; k <= c->K; k++) {
        CHECK(tepui_network_weights(net, k, w) == TEPUI_OK);
        for (size_t i = 0; i < (k == 1 ? c->d : 1); i++) c->w[k == 1 ? i : c->d + k - 2] = w[i];
    }
    for (size_t i = 0; i < c->d; i++) a += c->w[i] * (c->x[i] = tepui_network_inputs(net)[i]);
    for (size_t k = 1; k <= c->K; k++) {
        if (k > 1) a *= c->w[c->d + k - 2];
        c->slope[k] = k > cell->depth ? 1 : a > 0 ? slopes[1] : slopes[0];
        a *= c->slope[k];
    }
    const long double r = mse ? a - tepui_network_targets(net)[0] : 1, h = mse; /* loss output: v . f, v = 1 */
    for (size_t i = 0; i < c->P; i++)
        for (size_t j = 0; j < c->P; j++) {
            const long double of_r = layer_of(c, i) == layer_of(c, j) ? 0 : r * product(c, i, j);
            const long double of_g = h * product(c, i, SIZE_MAX) * product(c, j, SIZE_MAX);
            c->H[TEPUI_GAUSS_NEWTON][i][j] = of_g;
            c->H[TEPUI_RESIDUAL][i][j] = of_r;
            c->H[TEPUI_HESSIAN][i][j] = of_g + of_r;
        }
    for (int part = 0; part < 3; part++) take_unit(c, part);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void eigenvalues(const chain *c, int part, double *value)
{
    gsl_matrix *m = gsl_matrix_alloc(c->P, c->P);
    gsl_vector_view v = gsl_vector_view_array(value, c->P);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(c->P);
    for (size_t i = 0; i < c->P; i++)
        for (size_t j = 0; j < c->P; j++) gsl_matrix_set(m, i, j, (double)c->H[part][i][j]);
    gsl_eigen_symm(m, &v.vector, work);
    gsl_eigen_symm_free(work);
    gsl_matrix_free(m);
    qsort(value, c->P, sizeof *value, ascending);
}

static long double block_square(const chain *c, int part, size_t k, size_t l)
{
    long double sum = 0;
    for (size_t i = 0; i < c->P; i++)
        for (size_t j = 0; j < c->P; j++)
            if (layer_of(c, i) == k && layer_of(c, j) == l) sum += c->H[part][i][j] * c->H[part][i][j];
    return sum;
}

/* Sums of squares: rounding 1e-13 of the largest term, logarithms 4 eps; dense eigenvalues: P eps of the norm. */
static double rounding(const chain *c, int part)
{
    return 4 * 0x1p-52 * fabs(c->ln_unit[part]);
}

static void sizes_match(const chain *c, const tepui_network *net, const char *text)
{
    const int before = test_failures;
    for (int part = 0; part < 3; part++) {
        const tepui_hessian_size got = tepui_network_hessian_size(net, part);
        long double whole = 0, diagonal = 0, trace = 0;
        for (size_t k = 1; k <= c->K; k++)
            for (size_t l = 1; l <= c->K; l++) {
                const long double square = block_square(c, part, k, l);
                whole += square;
                diagonal += k == l ? square : 0;
            }
        const double norm = (double)sqrtl(whole), unit = c->ln_unit[part], e = rounding(c, part);
        for (size_t i = 0; i < c->P; i++) trace += c->H[part][i][i];
        for (size_t k = 1; k <= c->K; k++)
            for (size_t l = 1; l <= k; l++)
                CHECK_NEAR(exp(tepui_network_ln_block(net, part, k, l) - unit),
                           (double)sqrtl(block_square(c, part, k, l)), (1e-12 + e) * norm);
        CHECK_NEAR(exp(got.ln_norm - unit), norm, (1e-12 + e) * norm);
        CHECK_NEAR(exp(got.ln_diagonal - unit), (double)sqrtl(diagonal), (1e-7 + e) * norm);
        CHECK_NEAR(got.trace_sign * exp(got.ln_trace - unit), (double)trace, (1e-12 + e) * norm);
        CHECK((got.ln_norm == -INFINITY) == (whole == 0));
    }
    if (test_failures > before) fprintf(stderr, "sizes: %s\n", text);
}

static void spectra_match(const chain *c, const tepui_network *net, const char *text)
{
    const int before = test_failures;
    double want[MOST_PARAMETERS];
    for (int part = 0; part < 3; part++) {
        const double *value, e = 1e-13 + rounding(c, part);
        double unit, norm;
        const size_t n = tepui_network_eigenvalues(net, part, &value, &unit);
        size_t low = 0, at = 0, negative = 0, positive = 0;
        eigenvalues(c, part, want);
        unit -= c->ln_unit[part];
        norm = fmax(fabs(want[0]), fabs(want[c->P - 1]));
        CHECK(n == c->K); /* inputs across the point are left out */
        while (low < n && value[low] < 0) low++;
        for (size_t k = 0; k < c->P; k++) {
            const int missing = k >= low && k < low + c->P - n;
            CHECK_NEAR(missing ? 0 : value[at] * exp(unit), want[k], e * norm);
            negative += want[k] < -1e-13 * norm;
            positive += want[k] > 1e-13 * norm;
            at += !missing;
        }
        if (part != TEPUI_HESSIAN) continue;
        const double low_end = tepui_network_ln_eigenvalue(net, -1), high_end = tepui_network_ln_eigenvalue(net, 1);
        CHECK_NEAR(exp(low_end - c->ln_unit[part]), fmax(0, -want[0]), e * norm);
        CHECK_NEAR(exp(high_end - c->ln_unit[part]), fmax(0, want[c->P - 1]), e * norm);
        CHECK_NEAR(tepui_network_rank(net, part), (double)(negative + positive), 0);
        CHECK_NEAR(tepui_network_negative_fraction(net),
                   negative + positive ? (double)negative / (double)(negative + positive) : 0, 1e-15);
    }
    if (test_failures > before) fprintf(stderr, "spectra: %s\n", text);
}

#define SIZES (TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS)
#define VALUES (TEPUI_NEEDS_SPECTRUM | TEPUI_NEEDS_PARTS | TEPUI_NEEDS_EXTREMES)
static const unsigned company[] = {
    0,
    TEPUI_NEEDS_JACOBIAN,
    TEPUI_NEEDS_ALIGNMENT,
    TEPUI_NEEDS_DENSITY,
    TEPUI_NEEDS_NTK | TEPUI_NEEDS_FISHER,
    TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_OUTPUT_GRADIENT | TEPUI_NEEDS_TANGENT | TEPUI_NEEDS_SLOPES,
    TEPUI_NEEDS_JACOBIAN | TEPUI_NEEDS_ALIGNMENT | TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_NTK | TEPUI_NEEDS_LOSS_GRADIENT,
    TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD | TEPUI_NEEDS_PATH_CURVATURE,
    TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD | TEPUI_NEEDS_ALIGNMENT | TEPUI_NEEDS_DENSITY,
};
enum { COMPANIES = sizeof company / sizeof *company };

enum { EXACT = 44, TINY = 48, CHAINS = 72 };

static int has_mse(unsigned i)
{
    return (i >= EXACT && i < TINY) || i / 5 % 2 == 0;
}

static void write_chain(char *text, size_t size, unsigned i)
{
    static const char *const laws[] = {"gaussian", "sparse(p=0.5)", "rademacher", "sparse(p=0.8)"};
    static const char *const phis[] = {"linear", "leaky_relu(0.5)", "relu", "leaky_relu(-0.7)"};
    static const char *const gains[] = {"1e-59", "1e-62", "1e-160", "1e-170"};
    const int exact = i >= EXACT && i < TINY; /* weights and outputs of 1 and -1: the residual is 0 half of the time */
    snprintf(text, size,
             "seed: %u\ngrid: {depth: %u, width: 1, activation: %s, init: lecun, law: %s, gain: %s}\n"
             "data: {source: sphere, dimension: %u, targets: %s}\nreadout: %s\nloss: %s\n"
             "dynamics: {rate: 0.01, steps: 1, record: 1, escape: output(2)}\nobservables: [path_loss]\n",
             i + 1, 2 + i % 5, phis[exact ? 0 : i / 4 % 4], laws[exact ? 2 : i % 4],
             i < TINY ? "1" : gains[i % 3 + i / 60], exact ? 1 : 1 + i / 16 % 3,
             exact || i / 2 % 2 ? "one" : "gaussian", i / 3 % 2 ? "dense" : "none", has_mse(i) ? "mse" : "output");
}

/* All Hessian quantities of chains of every sort, in any company. */
static void chains_match_explicit_matrices(void)
{
    unsigned zero = 0, flat = 0;
    for (unsigned i = 0; i < CHAINS; i++) {
        char text[600];
        chain c;
        write_chain(text, sizeof text, i);
        for (int k = 0; k < COMPANIES; k++) {
            bench b;
            if (!open_bench(&b, text, SIZES | VALUES | company[k])) return;
            for (uint64_t sample = 0; sample < 4; sample++) {
                CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
                take_chain(&c, b.net, has_mse(i));
                sizes_match(&c, b.net, text);
                spectra_match(&c, b.net, text);
                for (size_t j = 0; k == 0 && j < c.P; j++) zero += c.w[j] == 0;
                flat += k == 0 && block_square(&c, TEPUI_RESIDUAL, 2, 1) == 0 && c.H[TEPUI_HESSIAN][0][0] != 0;
            }
            CHECK(tepui_eigenvalue_count(&b.e->cells[0]) == c.K);
            close_bench(&b);
        }
    }
    CHECK(zero > 50 && flat > 5); /* the cases have been there */
}

/* The published values of three of them, to five digits. */
static void chains_match_known_values(void)
{
    bench b;
    if (!open_bench(&b,
                    "seed: 1\ngrid: {depth: 2, width: 1, activation: linear, init: lecun}\n"
                    "data: {source: sphere, dimension: 3, targets: one}\nreadout: none\nloss: mse\n"
                    "observables: [forward_norm]\n",
                    SIZES | VALUES | TEPUI_NEEDS_OUTPUT_GRADIENT))
        return;
    CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
    CHECK_NEAR(exp(tepui_network_ln_block(b.net, TEPUI_GAUSS_NEWTON, 1, 1)), 1.7024, 5e-5);
    CHECK_NEAR(tepui_network_ln_block(b.net, TEPUI_GAUSS_NEWTON, 1, 1), 2 * tepui_network_ln_output_gradient(b.net, 1),
               1e-14);
    CHECK_NEAR(exp(tepui_network_ln_block(b.net, TEPUI_RESIDUAL, 2, 1)), 2.6136, 5e-5);
    CHECK_NEAR(exp(tepui_network_ln_eigenvalue(b.net, -1)), 2.6121, 5e-5);
    CHECK_NEAR(exp(tepui_network_ln_eigenvalue(b.net, 1)), 5.8439, 5e-5);
    close_bench(&b);
}

/* --- the gradient's part in the largest eigenvalues */

/* Shares of 1, 2, ... of the largest, by hand: eigenvalues, squared parts, unseen zeros, whole list or not. */
static void shares_by_rank(void)
{
    static const struct {
        size_t count, unseen;
        double value[RANKED], square[RANKED];
        int whole;
        double want[TEPUI_ALIGNED];
    } list[] = {
        {3, 0, {3, 2, 1}, {1, 2, 3}, 1, {1, 3, 6, 6, 6, 6, 6, 6, 6, 6}},
        /* zeros come before the negative ones, unseen ones too */
        {3, 4, {3, 0, -1}, {1, 0, 2}, 1, {1, 1, 1, 1, 1, 1, 3, 3, 3, 3}},
        {2, 3, {3, -1}, {1, 2}, 1, {1, 1, 1, 1, 3, 3, 3, 3, 3, 3}},
        /* the gradient's part in zeros counts with the last of them, as in all that are equal but for rounding */
        {4, 1, {3, 1e-14, -1e-14, -1}, {1, 2, 0, 4}, 1, {1, 1, 1, 3, 7, 7, 7, 7, 7, 7}},
        {4, 0, {3, 2, 2 - 1e-14, 1}, {1, 2, 3, 4}, 1, {1, 1, 6, 10, 10, 10, 10, 10, 10, 10}},
        /* a list that ends in the midst of equal ones */
        {RANKED,
         0,
         {9, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1},
         {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
         0,
         {0, 2, 3, 4, 5, 6, 7, 8, 9, 9}},
        {3, 0, {2, 0, 0}, {2, 0, 0}, 0, {2, 2, 2, 2, 2, 2, 2, 2, 2, 2}},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        spectrum_state s = {0};
        ranked_part r = {list[i].count, list[i].unseen, {0}, {0}, 1e-13, 8, list[i].whole};
        memcpy(r.value, list[i].value, sizeof r.value);
        memcpy(r.square, list[i].square, sizeof r.square);
        spectrum_share(&s, &r);
        for (size_t k = 0; k < TEPUI_ALIGNED; k++) CHECK_NEAR(s.share[k], list[i].want[k] / 8, 1e-15);
    }
}

/* f = v W x with W of 3 x 4: of 15 eigenvalues three are positive, three negative, and the zeros, inputs across the
   point among them, come between. 0.912198: from the eigenvectors of the explicit matrix in NumPy. */
static void negative_eigenvalues_come_after_zeros(void)
{
    static const unsigned with[] = {0, TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD, TEPUI_NEEDS_SPECTRUM};
    for (int i = 0; i < 3; i++) {
        bench b;
        if (!open_bench(&b,
                        "seed: 5\ngrid: {depth: 1, width: 3, activation: linear, init: lecun}\n"
                        "data: {points: 1, dimension: 4, outputs: 1, targets: gaussian}\nloss: mse\n"
                        "dynamics: {rate: 0.01, steps: 1, record: 1, escape: output(2)}\nobservables: [path_loss]\n",
                        TEPUI_NEEDS_ALIGNMENT | with[i]))
            return;
        CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
        for (size_t k = 3; k <= TEPUI_ALIGNED; k++) CHECK_NEAR(tepui_network_alignment(b.net, k), 0.912198, 5e-7);
        close_bench(&b);
    }
}

/* The density of a small net has the atom of 0 that its spectrum has, in the same coordinates: more than 100 distinct
   eigenvalues, where 100 Lanczos steps are not enough, and points that do not see everything. Systematic sampling puts
   every share into the nearest of 2,048ths, once more at each end. */
static void densities_have_the_zeros_of_spectra(void)
{
    static const char *const grid[] = {"depth: 3, width: 9, activation: relu, init: he",
                                       "depth: 2, width: 8, activation: tanh, init: he"};
    size_t zeros = 0;
    for (int i = 0; i < 2; i++) {
        char text[400];
        bench both, alone;
        snprintf(text, sizeof text,
                 "seed: 3\ngrid: {%s}\ndata: {points: 5, dimension: 9, outputs: 2, targets: gaussian}\n"
                 "loss: mse\nobservables: [hessian_density]\n",
                 grid[i]);
        if (!open_bench(&both, text, TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_SPECTRUM)) return;
        if (!open_bench(&alone, text, TEPUI_NEEDS_DENSITY)) return;
        for (uint64_t sample = 0; sample < 5; sample++) {
            const double *value, *drawn, *again;
            double unit, want = 0, got = 0;
            CHECK(tepui_network_sample(both.net, sample, NULL) == TEPUI_OK);
            CHECK(tepui_network_sample(alone.net, sample, NULL) == TEPUI_OK);
            const size_t n = tepui_network_eigenvalues(both.net, TEPUI_HESSIAN, &value, &unit);
            const size_t m = tepui_network_density(both.net, &drawn, &unit);
            CHECK(n > 100 && tepui_network_density(alone.net, &again, &unit) == m);
            for (size_t k = 0; k < n; k++) want += (value[k] == 0) / (double)n;
            for (size_t k = 0; k < m; k++) got += (drawn[k] == 0) / (double)m;
            CHECK_NEAR(got, want, 2 / (double)m);
            CHECK(memcmp(drawn, again, m * sizeof *drawn) == 0);
            zeros += want > 0;
        }
        close_bench(&both), close_bench(&alone);
    }
    CHECK(zeros > 3);
}

static const test_case cases[] = {
    {"densities_have_the_zeros_of_spectra", densities_have_the_zeros_of_spectra},
    {"shares_by_rank", shares_by_rank},
    {"negative_eigenvalues_come_after_zeros", negative_eigenvalues_come_after_zeros},
    {"chains_match_explicit_matrices", chains_match_explicit_matrices},
    {"chains_match_known_values", chains_match_known_values},
};
TEST_MAIN(cases)
