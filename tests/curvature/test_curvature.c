/* test_curvature.c -- second derivatives against differences of the gradient, against each other, and at depths where
   plain doubles vanish. */
#include "reads.h"
#include "test.h"
#include "unread.h"
#include <curvature/blocks.h>
#include <curvature/composed.h>
#include <gsl/gsl_eigen.h>
#include <matrix/matrix.h>
#include <stdlib.h>
#include <tepui/tepui.h>

typedef struct {
    tepui_experiment *e;
    tepui_network *net;
    size_t P;
} bench;

static void open_bench(bench *b, const char *text, unsigned needs)
{
    tepui_error err = {""};
    CHECK(plan_read_settings(text, &b->e, &err) == TEPUI_OK);
    CHECK(tepui_network_alloc(&b->e->cells[0], needs, &b->net, &err) == TEPUI_OK);
    if (err.text[0]) fprintf(stderr, "%s\n%s\n", err.text, text);
    b->P = tepui_parameters(&b->e->cells[0]);
}

static void close_bench(bench *b)
{
    tepui_network_free(b->net);
    tepui_experiment_free(b->e);
}

static double *numbers(size_t n)
{
    double *v = calloc(n, sizeof *v);
    CHECK(v != NULL);
    return v;
}

static void random_vector(double *v, size_t n, unsigned seed)
{
    srand(seed);
    for (size_t i = 0; i < n; i++) v[i] = rand() / (double)RAND_MAX - 0.5;
}

static double norm(const double *v, size_t n)
{
    double s = 0;
    for (size_t i = 0; i < n; i++) s += v[i] * v[i];
    return sqrt(s);
}

/* The kept weights move by h v, and the same sample is computed again. */
static void move(bench *b, const double *v, double h)
{
    size_t at = 0;
    for (size_t k = 1; k <= b->net->layers; k++) {
        const weight_site *s = &b->net->site[k];
        double *w = (double *)dense_weights(b->net, k);
        for (size_t i = 0; i < s->rows * s->cols; i++) w[i] += h * v[at++] / s->sigma;
    }
    CHECK(composed_forward(b->net) == TEPUI_OK && composed_backward(b->net) == TEPUI_OK);
    curvature_take_roots(b->net);
}

static void unscaled(double *v, size_t n, int64_t e)
{
    for (size_t i = 0; i < n; i++) v[i] = ldexp(v[i], (int)e);
}

/* Fourth-order differences of step h: h^4 times fifth derivatives (below 1e5 here, relative to the gradient) and
   rounding / h. A net whose kink lies between the points is passed over: two step sizes disagree there. */
static int difference(bench *b, const double *v, double h, double *out)
{
    double *g = numbers(b->P);
    static const double place[4] = {-2, -1, 1, 2}, weight[4] = {1, -8, 8, -1};
    double at = 0;
    memset(out, 0, b->P * sizeof *out);
    for (int k = 0; k < 4; k++) {
        int64_t e;
        move(b, v, (place[k] - at) * h);
        at = place[k];
        CHECK(tepui_network_loss_gradient(b->net, g, &e) == TEPUI_OK);
        unscaled(g, b->P, e);
        for (size_t i = 0; i < b->P; i++) out[i] += weight[k] * g[i] / (12 * h);
    }
    move(b, v, -at * h);
    free(g);
    return 1;
}

static double distance(const double *a, const double *b, size_t n)
{
    double s = 0;
    for (size_t i = 0; i < n; i++) s += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(s);
}

static void product_matches(bench *b, const char *text)
{
    double *v = numbers(b->P), *hv = numbers(b->P), *want = numbers(b->P), *coarse = numbers(b->P);
    int64_t e;
    random_vector(v, b->P, 3);
    CHECK(tepui_network_hessian_product(b->net, TEPUI_HESSIAN, v, hv, &e) == TEPUI_OK);
    unscaled(hv, b->P, e);
    difference(b, v, 0x1p-10, want);
    difference(b, v, 0x1p-9, coarse);
    const double scale = 1e-3 + norm(hv, b->P);
    const int kink = distance(want, coarse, b->P) > 1e-5 * scale;
    if (!kink && !(distance(hv, want, b->P) <= 1e-7 * scale)) {
        fprintf(stderr, "product off by %g of %g: %s\n", distance(hv, want, b->P), norm(hv, b->P), text);
        test_failures++;
    }
    free(v), free(hv), free(want), free(coarse);
}

/* Lower triangle times v equals the product, for every part; H = G + R. */
static void matrix_matches(bench *b, const char *text)
{
    const size_t P = b->P;
    double *v = numbers(P), *hv = numbers(P), *sum = numbers(P), *h = numbers(P * P), *parts = numbers(P);
    random_vector(v, P, 5);
    for (int part = TEPUI_RESIDUAL; part >= TEPUI_HESSIAN; part--) {
        int64_t e, eh;
        CHECK(tepui_network_hessian_product(b->net, part, v, hv, &e) == TEPUI_OK);
        CHECK(tepui_network_hessian(b->net, part, h, &eh) == TEPUI_OK);
        unscaled(hv, P, e);
        for (size_t i = 0; i < P; i++) {
            sum[i] = 0;
            for (size_t j = 0; j < P; j++) sum[i] += (j <= i ? h[i * P + j] : h[j * P + i]) * v[j];
        }
        unscaled(sum, P, eh);
        const double scale = norm(hv, P) + 1e-300;
        if (!(distance(sum, hv, P) <= 1e-12 * scale + 1e-26)) {
            fprintf(stderr, "%s: matrix and product differ by %g of %g: %s\n", tepui_part_word[part],
                    distance(sum, hv, P), scale, text);
            test_failures++;
        }
        for (size_t i = 0; i < P; i++) parts[i] = part == TEPUI_HESSIAN ? parts[i] - hv[i] : parts[i] + hv[i];
    }
    if (!(norm(parts, P) <= 1e-13 * (norm(hv, P) + 1e-3))) {
        fprintf(stderr, "H v - G v - R v is %g, H v %g: %s\n", norm(parts, P), norm(hv, P), text);
        test_failures++;
    }
    free(v), free(hv), free(sum), free(h), free(parts);
}

/* Norms, traces and blocks from the formulas against sums over the entries. */
static void sizes_match(bench *b, const char *text)
{
    const size_t P = b->P, K = b->net->layers;
    double *h = numbers(P * P);
    for (int part = 0; part < 3; part++) {
        const tepui_hessian_size size = tepui_network_hessian_size(b->net, part);
        double whole = 0, trace = 0, diagonal = 0;
        int64_t e;
        CHECK(tepui_network_hessian(b->net, part, h, &e) == TEPUI_OK);
        for (size_t k = 1; k <= K; k++)
            for (size_t l = 1; l <= k; l++) {
                const size_t *at = b->net->composed->at;
                double square = 0;
                for (size_t i = at[2 * k - 1]; i < at[2 * k]; i++)
                    for (size_t j = at[2 * l - 1]; j < at[2 * l]; j++) {
                        const double x = j <= i ? h[i * P + j] : h[j * P + i];
                        square += x * x;
                    }
                const double got = exp(tepui_network_ln_block(b->net, part, l, k) - (double)e * M_LN2);
                if (!(fabs(got - sqrt(square)) <= 1e-7 * exp(size.ln_norm - (double)e * M_LN2))) {
                    fprintf(stderr, "%s block %zu %zu: %g, want %g: %s", tepui_part_word[part], k, l, got, sqrt(square),
                            text);
                    test_failures++;
                }
                whole += k == l ? square : 2 * square;
                diagonal += k == l ? square : 0;
            }
        for (size_t i = 0; i < P; i++) trace += h[i * P + i];
        const double unit = exp(-(double)e * M_LN2);
        CHECK_NEAR(exp(size.ln_norm) * unit, sqrt(whole), 1e-12 * sqrt(whole));
        CHECK_NEAR(exp(size.ln_diagonal) * unit, sqrt(diagonal), 1e-12 * sqrt(whole) + 1e-7 * sqrt(diagonal));
        CHECK_NEAR(size.trace_sign * exp(size.ln_trace) * unit, trace, 1e-12 * (double)P * sqrt(whole));
    }
    free(h);
}

static void against_differences_and_matrices(void)
{
    static const char *const losses[] = {"mse", "cross_entropy", "output"};
    char text[600];
    for (const void *const *k = tepui_family_activation.kinds; *k; k++)
        for (int loss = 0; loss < 3; loss++)
            for (int points = 1; points <= 3; points += 2)
                for (int dense = 0; dense < 2; dense++) {
                    bench b;
                    snprintf(
                        text, sizeof text,
                        "seed: 11\ngrid: {depth: 3, width: \"[4, 3, 5]\", activation: %s, init: lecun, sigma_b: %g}\n"
                        "data: {source: gaussian, points: %d, dimension: 3, outputs: 2, targets: %s}\n"
                        "readout: %s\nloss: %s\nobservables: [forward_norm]\n",
                        ((const tepui_kind *)*k)->name, dense ? 0.3 : 0.0, points, loss == 1 ? "one_hot" : "gaussian",
                        dense ? "dense" : "none", losses[loss]);
                    open_bench(&b, text, TEPUI_NEEDS_CURVATURE | TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS);
                    for (uint64_t sample = 0; sample < 2; sample++) {
                        CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
                        product_matches(&b, text);
                        matrix_matches(&b, text);
                        sizes_match(&b, text);
                    }
                    close_bench(&b);
                }
}

/* Chains have numbers for blocks and take another way to them. */
static void sizes_of_chains(void)
{
    static const char *const losses[] = {"mse", "output"};
    for (int loss = 0; loss < 2; loss++)
        for (int dense = 0; dense < 2; dense++) {
            bench b;
            char text[400];
            snprintf(text, sizeof text,
                     "seed: 5\ngrid: {depth: 4, width: 1, activation: linear, init: lecun}\n"
                     "data: {source: sphere, targets: gaussian}\nreadout: %s\nloss: %s\nobservables: [forward_norm]\n",
                     dense ? "dense" : "none", losses[loss]);
            open_bench(&b, text, TEPUI_NEEDS_CURVATURE | TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS);
            for (uint64_t sample = 0; sample < 8; sample++) {
                CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
                sizes_match(&b, text);
            }
            close_bench(&b);
        }
}

/* C5 at depth 3000: H_kl = (2 P^2 - y P)/(w_k w_l), H_kk = P^2/w_k^2, in logarithms; |P| is about exp(-1900). */
static void deep_chain(void)
{
    enum { L = 3000 };
    bench b;
    static double w[L], v[L], hv[L];
    double ln_P = 0;
    int64_t e;
    open_bench(&b,
               "grid: {depth: 3000, width: 1, activation: linear, init: lecun}\n"
               "data: {source: sphere, targets: gaussian}\nreadout: none\nloss: mse\nobservables: [forward_norm]\n",
               TEPUI_NEEDS_CURVATURE);
    CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
    int sign = tepui_network_inputs(b.net)[0] > 0 ? 1 : -1;
    for (size_t k = 1; k <= L; k++) {
        tepui_network_weights(b.net, k, &w[k - 1]);
        ln_P += log(fabs(w[k - 1]));
        sign = w[k - 1] < 0 ? -sign : sign;
    }
    const double y = tepui_network_targets(b.net)[0];
    v[1234] = 1;
    CHECK(tepui_network_hessian_product(b.net, TEPUI_HESSIAN, v, hv, &e) == TEPUI_OK);
    for (size_t k = 0; k < L; k += 7) {
        if (k == 1234) continue;
        const double got = log(fabs(hv[k])) + (double)e * M_LN2;
        CHECK_NEAR(got, log(fabs(y)) + ln_P - log(fabs(w[k] * w[1234])), 1e-10);
        CHECK((hv[k] > 0) == (-y * sign * w[k] * w[1234] > 0));
    }
    CHECK(tepui_network_hessian_product(b.net, TEPUI_GAUSS_NEWTON, v, hv, &e) == TEPUI_OK);
    CHECK_NEAR(log(fabs(hv[1234])) + (double)e * M_LN2, 2 * ln_P - 2 * log(fabs(w[1234])), 1e-10);
    close_bench(&b);
}

static void open_cell(bench *b, const char *grid, const char *data, unsigned needs)
{
    char text[600];
    snprintf(text, sizeof text, "seed: 3\ngrid: {%s}\ndata: {%s}\nobservables: [forward_norm]\n", grid, data);
    open_bench(b, text, needs);
}

/* Every eigenvalue of `part`, those of the whole matrix having more zeros. */
static void same_spectrum(const tepui_network *part, const tepui_network *whole, double tolerance)
{
    const double *few, *all;
    double unit_few, unit_all;
    const size_t n = tepui_network_eigenvalues(part, TEPUI_HESSIAN, &few, &unit_few),
                 m = tepui_network_eigenvalues(whole, TEPUI_HESSIAN, &all, &unit_all);
    size_t low = 0, at = 0;
    CHECK(n <= m);
    while (low < n && few[low] < 0) low++;
    for (size_t k = 0; k < m; k++) { /* the zeros that it has not go between its signs */
        const int missing = k >= low && k < low + (m - n);
        CHECK_NEAR(missing ? 0 : few[at] * exp(unit_few), all[k] * exp(unit_all), tolerance);
        at += !missing;
    }
}

/* The ways to an eigenvalue: the whole matrix in all parameters, in the frames of the layers, Lanczos, and for chains
   the secular equation. Dense solvers are right to n eps of the norm, Lanczos to its tolerance 1e-10. */
static void ways_to_a_spectrum_agree(void)
{
    static const struct {
        const char *grid, *data;
    } cell[] = {
        {"depth: 4, width: 5, activation: relu, init: he",
         "source: gaussian, dimension: 9, targets: gaussian, points: 2"},
        {"depth: 3, width: 6, activation: tanh, init: lecun", "source: sphere, dimension: 30, targets: gaussian"},
        {"depth: 5, width: 9, activation: relu, init: he",
         "source: gaussian, targets: gaussian, points: 3, outputs: 4"},
        {"depth: 4, width: \"[4, 9, 2, 7]\", activation: silu, init: he", "source: gaussian, targets: zero, points: 2"},
        {"depth: 3, width: 3, activation: gelu, init: he, sigma_b: 0.1", "source: gaussian, targets: none, points: 5"},
        {"depth: 12, width: 1, activation: linear, init: lecun", "source: sphere, targets: gaussian"},
        {"depth: 9, width: 1, activation: leaky_relu, init: he", "source: sphere, targets: none"},
        {"depth: 1, width: 1, activation: linear, init: lecun", "source: sphere, targets: gaussian"},
    };
    const unsigned size = TEPUI_NEEDS_HESSIAN_SIZE;
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++) {
        bench whole, span, ends;
        open_cell(&whole, cell[i].grid, cell[i].data, size | TEPUI_NEEDS_SPECTRUM | TEPUI_NEEDS_CURVATURE);
        open_cell(&span, cell[i].grid, cell[i].data, size | TEPUI_NEEDS_SPECTRUM);
        span.e->cells[0].gsl_eigensolver = i % 2; /* the other solver, half of the time */
        open_cell(&ends, cell[i].grid, cell[i].data, size | TEPUI_NEEDS_EXTREMES);
        for (uint64_t sample = 0; sample < 5; sample++) {
            bench *b[3] = {&whole, &span, &ends};
            double unit = 0;
            for (int k = 0; k < 3; k++) CHECK(tepui_network_sample(b[k]->net, sample, NULL) == TEPUI_OK);
            for (int end = -1; end <= 1; end += 2) unit = fmax(unit, exp(tepui_network_ln_eigenvalue(whole.net, end)));
            for (int k = 1; k < 3; k++) {
                const double tolerance = k == 1 ? 1e-12 : 1e-9;
                for (int end = -1; end <= 1; end += 2)
                    CHECK_NEAR(exp(tepui_network_ln_eigenvalue(b[k]->net, end)),
                               exp(tepui_network_ln_eigenvalue(whole.net, end)), tolerance * unit);
                for (int part = 0; part < 3; part++) {
                    const tepui_hessian_size got = tepui_network_hessian_size(b[k]->net, part),
                                             want = tepui_network_hessian_size(whole.net, part);
                    const double norm = exp(want.ln_norm);
                    CHECK_NEAR(exp(got.ln_norm), norm, 1e-12 * norm);
                    CHECK_NEAR(exp(got.ln_diagonal), exp(want.ln_diagonal), 1e-7 * norm);
                    CHECK_NEAR(got.trace_sign * exp(got.ln_trace), want.trace_sign * exp(want.ln_trace), 1e-12 * norm);
                }
            }
            same_spectrum(span.net, whole.net, 1e-12 * unit);
            CHECK_NEAR(tepui_network_negative_fraction(span.net), tepui_network_negative_fraction(whole.net), 1e-15);
            CHECK_NEAR(tepui_network_asymmetry(span.net), tepui_network_asymmetry(whole.net), 1e-11);
        }
        close_bench(&whole), close_bench(&span), close_bench(&ends);
    }
}

/* Signs of large Hessians by two factorisations, against those of all eigenvalues: the same numbers, but for
   eigenvalues within rounding (a factor 4) of the number below which all is 0. */
static void signs_need_no_eigenvalues(void)
{
    static const struct {
        const char *grid, *data;
    } cell[] = {
        {"depth: 24, width: 8, activation: relu, init: he", "source: gaussian, targets: gaussian, outputs: 3"},
        {"depth: 6, width: 12, activation: tanh, init: lecun", "source: sphere, targets: gaussian, points: 3"},
        {"depth: 12, width: 10, activation: relu, init: he, law: rademacher",
         "source: sphere, targets: gaussian, points: 2"},
        {"depth: 9, width: 7, activation: leaky_relu, init: xavier", "source: gaussian, targets: zero, points: 4"},
        {"depth: 14, width: 14, activation: gelu, init: he, architecture: residual",
         "source: sphere, targets: gaussian"},
        {"depth: 30, width: 7, activation: relu, init: he", "source: sphere, targets: gaussian"},
    };
    if (!matrix_has_inertia()) return;
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++) {
        bench whole, factored;
        open_cell(&whole, cell[i].grid, cell[i].data, TEPUI_NEEDS_SPECTRUM);
        open_cell(&factored, cell[i].grid, cell[i].data, TEPUI_NEEDS_SIGNS);
        CHECK(tepui_hessian_rows(&factored.e->cells[0], TEPUI_NEEDS_SIGNS) > 300);
        for (uint64_t sample = 0; sample < 10; sample++) {
            const double *value;
            double unit, negative = 0, positive = 0, doubt = 0;
            CHECK(tepui_network_sample(whole.net, sample, NULL) == TEPUI_OK);
            CHECK(tepui_network_sample(factored.net, sample, NULL) == TEPUI_OK);
            const size_t n = tepui_network_eigenvalues(whole.net, TEPUI_HESSIAN, &value, &unit);
            const double floor = (double)(n + 100) * 0x1p-52 * fmax(fabs(value[0]), fabs(value[n - 1]));
            for (size_t k = 0; k < n; k++) {
                negative += value[k] < 0;
                positive += value[k] > 0;
                doubt += fabs(value[k]) > 0 && fabs(value[k]) < 4 * floor;
            }
            const double got = tepui_network_negative_fraction(factored.net);
            const double want = negative + positive > 0 ? negative / (negative + positive) : 0;
            CHECK_NEAR(got, want, doubt > 0 ? doubt / (negative + positive) : 1e-15);
        }
        close_bench(&whole), close_bench(&factored);
    }
}

/* Products, matrices, sizes and kernels against each other far outside the range of double: activations of about
   exp(-600), where phi'' of gelu is not 0, and of exp(400), where three squared norms overflow in one product. */
static void exponents_are_kept(void)
{
    static const struct {
        const char *grid;
        int sign;
    } far[] = {{"depth: 120, width: 2, activation: gelu, gain: 0.01", -1},
               {"depth: 250, width: 2, activation: linear, init: lecun, gain: 8", 1}};
    for (int i = 0; i < 2; i++) {
        bench b;
        open_cell(&b, far[i].grid, "source: sphere, targets: gaussian, points: 2",
                  TEPUI_NEEDS_CURVATURE | TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_FISHER);
        const size_t P = b.P;
        double *v = numbers(P), *hv = numbers(P), *sum = numbers(P), *h = numbers(P * P);
        random_vector(v, P, 9);
        CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
        for (int part = 0; part < 3; part++) {
            int64_t e, eh;
            double square = 0, top = 0;
            CHECK(tepui_network_hessian_product(b.net, part, v, hv, &e) == TEPUI_OK);
            CHECK(tepui_network_hessian(b.net, part, h, &eh) == TEPUI_OK);
            CHECK(far[i].sign * (log(norm(hv, P)) + (double)e * M_LN2) > 400);
            for (size_t k = 0; k < P; k++)
                for (size_t j = 0; j <= k; j++) top = fmax(top, fabs(h[k * P + j]));
            for (size_t k = 0; k < P; k++) {
                sum[k] = 0;
                for (size_t j = 0; j < P; j++) {
                    const double x = j <= k ? h[k * P + j] : h[j * P + k];
                    sum[k] += x * v[j];
                    square += x / top * (x / top);
                }
            }
            unscaled(sum, P, eh - e);
            CHECK_NEAR(distance(sum, hv, P) / norm(hv, P), 0, 1e-12);
            CHECK_NEAR(0.5 * log(square) + log(top) + (double)eh * M_LN2,
                       tepui_network_hessian_size(b.net, part).ln_norm, 1e-11);
        }
        CHECK_NEAR(tepui_network_ln_fisher(b.net, 0), tepui_network_hessian_size(b.net, TEPUI_GAUSS_NEWTON).ln_trace,
                   1e-10);
        CHECK(far[i].sign * tepui_network_ln_fisher(b.net, 0) > 700);
        free(v), free(hv), free(sum), free(h);
        close_bench(&b);
    }
}

/* Trace and norm of the spectrum against the formulas, where everything is about exp(-900). */
static void deep_spectra_do_not_vanish(void)
{
    static const char *const grid[] = {"depth: 300, width: 2, activation: relu, init: xavier",
                                       "depth: 1500, width: 1, activation: linear, init: lecun"};
    for (int i = 0; i < 2; i++) {
        bench b;
        int alive = 0;
        open_cell(&b, grid[i], "source: sphere, targets: gaussian", TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_SPECTRUM);
        for (uint64_t sample = 0; sample < (i ? 2 : 6); sample++) {
            const double *value;
            double ln_unit, sum = 0, square = 0;
            CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
            const size_t n = tepui_network_eigenvalues(b.net, TEPUI_HESSIAN, &value, &ln_unit);
            const tepui_hessian_size size = tepui_network_hessian_size(b.net, TEPUI_HESSIAN);
            CHECK(n == tepui_eigenvalue_count(&b.e->cells[0]));
            if (size.ln_norm == -INFINITY) continue;
            for (size_t k = 0; k < n; k++) {
                sum += value[k];
                square += value[k] * value[k];
            }
            alive += size.ln_norm < -30;
            CHECK_NEAR(0.5 * log(square) + ln_unit, size.ln_norm, 1e-10);
            CHECK_NEAR(sum * exp(ln_unit - size.ln_norm), size.trace_sign * exp(size.ln_trace - size.ln_norm), 1e-9);
        }
        CHECK(i == 0 || alive > 0);
        close_bench(&b);
    }
}

/* C5 at depth 3000, |P| about exp(-1900): H_kk = G_kk = P^2 u_k^2 and R_kl = (P - y) P u_k u_l in logarithms, from the
   weights alone. Sums of 3000 positive terms of any size are right to 3000 eps. */
static void deep_chains_keep_both_parts(void)
{
    bench b;
    const double *value;
    double unit, two = 0, four = 0, ln_P = 0;
    open_cell(&b, "depth: 3000, width: 1, activation: linear, init: lecun", "source: sphere, targets: gaussian",
              TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_PARTS);
    CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
    for (size_t k = 1; k <= b.net->layers; k++) {
        double w;
        tepui_network_weights(b.net, k, &w);
        ln_P += log(fabs(w));
        two += 1 / (w * w);
        four += 1 / (w * w * w * w);
    }
    const tepui_hessian_size H = tepui_network_hessian_size(b.net, TEPUI_HESSIAN),
                             G = tepui_network_hessian_size(b.net, TEPUI_GAUSS_NEWTON),
                             R = tepui_network_hessian_size(b.net, TEPUI_RESIDUAL);
    const double ln_y = log(fabs(tepui_network_targets(b.net)[0]));
    CHECK(ln_P < -1000);
    CHECK_NEAR(G.ln_norm, 2 * ln_P + log(two), 1e-9);
    CHECK_NEAR(G.ln_trace, 2 * ln_P + log(two), 1e-9);
    CHECK_NEAR(H.ln_trace, 2 * ln_P + log(two), 1e-9);
    CHECK_NEAR(H.ln_diagonal, 2 * ln_P + 0.5 * log(four), 1e-9);
    CHECK_NEAR(R.ln_norm, ln_P + ln_y + 0.5 * log(two * two - four), 1e-9);
    CHECK_NEAR(H.ln_norm, R.ln_norm, 1e-9);
    const size_t n = tepui_network_eigenvalues(b.net, TEPUI_GAUSS_NEWTON, &value, &unit);
    CHECK_NEAR(log(value[n - 1]) + unit, G.ln_norm, 1e-9);
    CHECK(tepui_network_rank(b.net, TEPUI_GAUSS_NEWTON) == 1);
    close_bench(&b);
}

/* Spectra of G and R in frames against those of their whole matrices, traces and norms of all by the formulas. */
static void parts_have_their_own_spectra(void)
{
    static const char *const grid[] = {"depth: 4, width: 6, activation: relu", "depth: 3, width: 7, activation: tanh",
                                       "depth: 14, width: 1, activation: linear"};
    for (int i = 0; i < 3; i++) {
        bench b, whole;
        char text[200];
        snprintf(text, sizeof text, "%s, init: he", grid[i]);
        const char *data =
            i == 2 ? "source: sphere, targets: gaussian" : "source: gaussian, targets: gaussian, points: 2";
        open_cell(&b, text, data, TEPUI_NEEDS_PARTS | TEPUI_NEEDS_HESSIAN_SIZE);
        open_cell(&whole, text, data, TEPUI_NEEDS_CURVATURE);
        double *h = numbers(whole.P * whole.P), *all = numbers(whole.P), *work = numbers(matrix_eigen_work(whole.P));
        for (uint64_t sample = 0; sample < 3; sample++) {
            CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
            CHECK(tepui_network_sample(whole.net, sample, NULL) == TEPUI_OK);
            for (int part = 0; part < 3; part++) {
                const double *value;
                double ln_unit, sum = 0, square = 0;
                int64_t e;
                const size_t n = tepui_network_eigenvalues(b.net, part, &value, &ln_unit);
                const tepui_hessian_size size = tepui_network_hessian_size(b.net, part);
                const double unit = exp(ln_unit), norm = exp(size.ln_norm);
                CHECK(n == tepui_eigenvalue_count(&b.e->cells[0]) && n <= whole.P);
                for (size_t k = 0; k < n; k++) {
                    sum += value[k] * unit;
                    square += value[k] * value[k] * unit * unit;
                }
                CHECK_NEAR(sqrt(square), norm, 1e-12 * norm);
                CHECK_NEAR(sum, size.trace_sign * exp(size.ln_trace), 1e-12 * (double)n * norm);
                CHECK(tepui_network_hessian(whole.net, part, h, &e) == TEPUI_OK);
                CHECK(matrix_eigen(MATRIX_LAPACK, h, whole.P, all, work) == TEPUI_OK);
                for (size_t k = 0; k < 3 && k < n; k++) {
                    CHECK_NEAR(ldexp(all[k], (int)e), value[k] * unit, 1e-12 * norm);
                    CHECK_NEAR(ldexp(all[whole.P - 1 - k], (int)e), value[n - 1 - k] * unit, 1e-12 * norm);
                }
                CHECK(tepui_network_rank(b.net, part) <= (double)n);
            }
        }
        free(h), free(all), free(work);
        close_bench(&b), close_bench(&whole);
    }
}

/* Gradient alignment in frames and by Lanczos against eigenvectors of the whole matrix by GSL. A vector is right to the
   solver's error over the gap of its eigenvalue: 1e-10 and 1e-12 over 1e-4 of the largest; closer pairs are passed over
   (their sum with the next is compared instead). */
static void gradients_align_alike(void)
{
    static const char *const data[] = {"source: gaussian, targets: gaussian, points: 2, dimension: 6",
                                       "source: gaussian, targets: gaussian, points: 9, dimension: 12, outputs: 3"};
    for (int i = 0; i < 2; i++) {
        bench whole, some;
        open_cell(&whole, "depth: 3, width: 10, activation: tanh, init: he", data[i], TEPUI_NEEDS_CURVATURE);
        open_cell(&some, "depth: 3, width: 10, activation: tanh, init: he", data[i], TEPUI_NEEDS_ALIGNMENT);
        const size_t P = whole.P;
        double *h = numbers(P * P), *g = numbers(P);
        gsl_vector *value = gsl_vector_alloc(P);
        gsl_matrix *vector = gsl_matrix_alloc(P, P);
        gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(P);
        for (uint64_t sample = 0; sample < 3; sample++) {
            int64_t e;
            double sum = 0;
            CHECK(tepui_network_sample(whole.net, sample, NULL) == TEPUI_OK);
            CHECK(tepui_network_sample(some.net, sample, NULL) == TEPUI_OK);
            CHECK(tepui_network_hessian(whole.net, TEPUI_HESSIAN, h, &e) == TEPUI_OK);
            CHECK(tepui_network_loss_gradient(whole.net, g, &e) == TEPUI_OK);
            gsl_matrix_view m = gsl_matrix_view_array(h, P, P);
            gsl_eigen_symmv(&m.matrix, value, vector, work);
            gsl_eigen_symmv_sort(value, vector, GSL_EIGEN_SORT_VAL_DESC);
            for (size_t k = 0; k < TEPUI_ALIGNED; k++) {
                double inner = 0;
                for (size_t j = 0; j < P; j++) inner += g[j] * gsl_matrix_get(vector, j, k);
                sum += inner * inner / (norm(g, P) * norm(g, P));
                if (gsl_vector_get(value, k) - gsl_vector_get(value, k + 1) < 1e-4 * gsl_vector_get(value, 0)) continue;
                CHECK_NEAR(tepui_network_alignment(some.net, k + 1), sum, 2e-6);
            }
            CHECK(sum > 0.01 && sum <= 1 + 1e-12);
        }
        gsl_eigen_symmv_free(work), gsl_matrix_free(vector), gsl_vector_free(value);
        free(h), free(g);
        close_bench(&whole), close_bench(&some);
    }
}

/* One Lanczos quadrature has the first two moments v^T H^k v with v uniform on the sphere: its mean over start vectors
   is tr H^k / n, its variance 2 / (n + 2) (tr H^2k / n - (tr H^k / n)^2). Systematic resampling to 512 values adds at
   most one part in 512 of the largest. Every sample is a net of its own, so z-scores are summed: 100 of them, 5
   standard errors. */
static void density_has_the_right_moments(void)
{
    enum { NETS = 100 };
    bench b;
    double z[3] = {0}, z2[3] = {0};
    open_cell(&b, "depth: 3, width: 12, activation: tanh, init: he",
              "source: gaussian, targets: gaussian, points: 12, dimension: 12",
              TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_SPECTRUM);
    for (uint64_t sample = 0; sample < NETS; sample++) {
        const double *value, *drawn;
        double unit, drawn_unit;
        CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
        const size_t n = tepui_network_eigenvalues(b.net, TEPUI_HESSIAN, &value, &unit),
                     m = tepui_network_density(b.net, &drawn, &drawn_unit);
        CHECK(n == b.P); /* as many points as units: no certain zeros */
        const double shift = exp(drawn_unit - unit), top = fmax(value[n - 1], -value[0]);
        for (int k = 1; k <= 2; k++) {
            double mean = 0, square = 0, got = 0;
            for (size_t i = 0; i < n; i++) {
                mean += pow(value[i] / top, k) / (double)n;
                square += pow(value[i] / top, 2 * k) / (double)n;
            }
            for (size_t i = 0; i < m; i++) got += pow(drawn[i] * shift / top, k) / (double)m;
            const double deviation = sqrt(2 / (double)(n + 2) * (square - mean * mean)) + 1.0 / 2048;
            z[k] += (got - mean) / deviation;
            z2[k] += (got - mean) * (got - mean) / (deviation * deviation);
        }
    }
    for (int k = 1; k <= 2; k++) {
        CHECK(fabs(z[k]) < 5 * sqrt(NETS));
        CHECK(z2[k] < NETS * (1 + 10 * sqrt(2.0 / NETS)) && z2[k] > NETS * 0.2);
    }
    close_bench(&b);
}

/* H4 (Singh, Bachmann, Hofmann 2021): deep linear nets with more points than inputs have rank(G) = q (d_0 + d_L - q)
   and rank(R) = 2 q M + 2 q s - L q^2, q the least width, M the sum of the hidden ones, s = min(d_0, d_L), at most P.
 */
static void ranks_of_deep_linear_nets(void)
{
    static const struct {
        const char *grid, *data;
        size_t in, out, matrices, hidden, least;
    } net[] = {
        {"depth: 2, width: \"[4, 3]\"", "dimension: 5, outputs: 2", 5, 2, 3, 7, 2},
        {"depth: 1, width: 6", "dimension: 4, outputs: 3", 4, 3, 2, 6, 3},
        {"depth: 3, width: \"[5, 2, 4]\"", "dimension: 4, outputs: 3", 4, 3, 4, 11, 2},
    };
    for (size_t i = 0; i < sizeof net / sizeof *net; i++) {
        bench b;
        char grid[200], data[200];
        snprintf(grid, sizeof grid, "%s, activation: linear, init: lecun", net[i].grid);
        snprintf(data, sizeof data, "source: gaussian, points: 9, targets: gaussian, %s", net[i].data);
        open_cell(&b, grid, data, TEPUI_NEEDS_CURVATURE);
        CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
        const size_t P = b.P, q = net[i].least, s = net[i].in < net[i].out ? net[i].in : net[i].out;
        const size_t of_R = 2 * q * net[i].hidden + 2 * q * s - net[i].matrices * q * q;
        const size_t want[3] = {0, q * (net[i].in + net[i].out - q), of_R < P ? of_R : P};
        double *h = numbers(P * P), *value = numbers(P), *work = numbers(matrix_eigen_work(P));
        for (int part = TEPUI_GAUSS_NEWTON; part <= TEPUI_RESIDUAL; part++) {
            int64_t e;
            size_t rank = 0;
            CHECK(tepui_network_hessian(b.net, part, h, &e) == TEPUI_OK);
            CHECK(matrix_eigen(MATRIX_LAPACK, h, P, value, work) == TEPUI_OK);
            for (size_t k = 0; k < P; k++) rank += fabs(value[k]) > 1e-11 * fmax(-value[0], value[P - 1]);
            CHECK(rank == want[part]);
        }
        free(h), free(value), free(work);
        close_bench(&b);
    }
}

/* C7: at depth 40 a chain with y = x = 1 has 1 or L - 1 negative eigenvalues, either with probability 1/2 by the
   symmetry of the weights: 2000 draws, five standard deviations. C5 with P > y or y P > 2 P^2 may give 0 or L: not at P
   = 1e-11. */
static void inertia_of_chains(void)
{
    enum { DRAWS = 2000 };
    bench b;
    size_t few = 0, many = 0;
    open_cell(&b, "depth: 39, width: 1, activation: linear, init: lecun",
              /* and the read-out */ "source: orthonormal, targets: gaussian", TEPUI_NEEDS_SPECTRUM);
    for (uint64_t sample = 0; sample < DRAWS; sample++) {
        CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
        const double share = tepui_network_negative_fraction(b.net);
        few += share == 1.0 / 40;
        many += share == 39.0 / 40;
    }
    CHECK(few + many >= DRAWS - 10); /* |P| above |y| / 2 is rarer than 1e-3: ln |P| has mean -25.4, deviation 7 */
    CHECK(fabs((double)few - DRAWS / 2.0) < 5 * sqrt(DRAWS) / 2);
    close_bench(&b);
}

/* The Fisher information against the eigenvalues of G as a matrix (softmax has a zero mode at every point), and the
   tangent kernel against it: with the squared loss G has the eigenvalues of K / n. */
static void kernels_match_their_definitions(void)
{
    static const char *const losses[] = {"mse", "cross_entropy"};
    for (int loss = 0; loss < 2; loss++) {
        bench b;
        char text[400];
        snprintf(text, sizeof text,
                 "grid: {depth: 2, width: 4, activation: tanh}\ndata: {source: gaussian, points: 3, targets: %s, "
                 "outputs: 2}\n"
                 "loss: %s\nobservables: [forward_norm]\n",
                 loss ? "one_hot" : "gaussian", losses[loss]);
        open_bench(&b, text, TEPUI_NEEDS_CURVATURE | TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_FISHER | TEPUI_NEEDS_NTK);
        for (uint64_t sample = 0; sample < 4; sample++) {
            CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
            double *h = numbers(b.P * b.P), *value = numbers(b.P), *work = numbers(matrix_eigen_work(b.P));
            int64_t e;
            CHECK(tepui_network_hessian(b.net, TEPUI_GAUSS_NEWTON, h, &e) == TEPUI_OK);
            CHECK(matrix_eigen(MATRIX_LAPACK, h, b.P, value, work) == TEPUI_OK);
            CHECK_NEAR(exp(tepui_network_ln_fisher(b.net, 1)), value[b.P - 1], 1e-12 * value[b.P - 1]);
            CHECK_NEAR(exp(tepui_network_ln_fisher(b.net, -1)), loss ? 0 : value[b.P - 6], 1e-12 * value[b.P - 1]);
            CHECK_NEAR(tepui_network_ln_fisher(b.net, 0),
                       tepui_network_hessian_size(b.net, TEPUI_GAUSS_NEWTON).ln_trace, 1e-12);
            if (loss == 0) /* G = K / n there */
                for (int end = -1; end <= 1; end++)
                    CHECK_NEAR(tepui_network_ln_ntk(b.net, end) - log(3), tepui_network_ln_fisher(b.net, end), 1e-9);
            free(h), free(value), free(work);
        }
        close_bench(&b);
    }
}

/* Softmax with labels: G is the Fisher information, the mean over classes k, drawn with p_k, of the outer product of
   the gradient of ln p_k with itself (Amari 1998). Gradients are taken one label at a time; sums of 4 terms, to
   rounding. */
static void softmax_metric_is_the_fisher_information(void)
{
    enum { CLASSES = 4 };
    bench b;
    open_bench(&b,
               "grid: {depth: 2, width: 4, activation: tanh, init: lecun}\ndata: {source: gaussian, outputs: 4}\n"
               "loss: cross_entropy\nreadout: dense\nobservables: [forward_norm]\n",
               TEPUI_NEEDS_CURVATURE | TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_FISHER);
    double *y = (double *)tepui_network_targets(b.net);
    double *F = numbers(b.P * b.P), *G = numbers(b.P * b.P), *g = numbers(b.P), *value = numbers(b.P);
    double *work = numbers(matrix_eigen_work(b.P));
    for (uint64_t sample = 0; sample < 4; sample++) {
        double p[CLASSES], sum = 0, most = 0, trace = 0;
        int64_t e;
        CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
        for (int k = 0; k < CLASSES; k++) most += y[k];
        CHECK(most == 1); /* a label */
        const double fisher = exp(tepui_network_ln_fisher(b.net, 0)), top = exp(tepui_network_ln_fisher(b.net, 1));
        CHECK(tepui_network_hessian(b.net, TEPUI_GAUSS_NEWTON, G, &e) == TEPUI_OK);
        unscaled(G, b.P * b.P, e);
        for (int k = 0; k < CLASSES; k++) sum += p[k] = exp(tepui_network_output(b.net, 0, (size_t)k));
        memset(F, 0, b.P * b.P * sizeof *F);
        for (int k = 0; k < CLASSES; k++) {
            for (int i = 0; i < CLASSES; i++) y[i] = i == k;
            CHECK(composed_backward(b.net) == TEPUI_OK);
            CHECK(tepui_network_loss_gradient(b.net, g, &e) == TEPUI_OK);
            unscaled(g, b.P, e);
            for (size_t i = 0; i < b.P; i++)
                for (size_t j = 0; j < b.P; j++) F[i * b.P + j] += p[k] / sum * g[i] * g[j];
        }
        for (size_t i = 0; i < b.P; i++) /* the lower triangle is what tepui_network_hessian() fills */
            for (size_t j = i + 1; j < b.P; j++) G[i * b.P + j] = G[j * b.P + i];
        for (size_t i = 0; i < b.P; i++) trace += F[i * b.P + i];
        CHECK(distance(F, G, b.P * b.P) <= 1e-13 * norm(F, b.P * b.P) && trace > 0);
        CHECK_NEAR(fisher, trace, 1e-12 * trace);
        CHECK(matrix_eigen(MATRIX_LAPACK, F, b.P, value, work) == TEPUI_OK);
        CHECK_NEAR(top, value[b.P - 1], 1e-12 * trace);
    }
    free(F), free(G), free(g), free(value), free(work);
    close_bench(&b);
}

/* H1: with piecewise linear activations R has no diagonal blocks. */
static void residual_part_is_hollow(void)
{
    bench b;
    open_cell(&b, "depth: 3, width: 6, activation: relu", "source: gaussian, points: 4, targets: gaussian",
              TEPUI_NEEDS_HESSIAN_SIZE);
    for (uint64_t sample = 0; sample < 5; sample++) {
        CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
        const tepui_hessian_size R = tepui_network_hessian_size(b.net, TEPUI_RESIDUAL);
        CHECK(isfinite(R.ln_norm) && R.ln_diagonal == -INFINITY && R.ln_trace == -INFINITY);
    }
    close_bench(&b);
}

/* A team of one thread: pieces in another order, every second or third ... by a helper, whose rooms are full of NaN and
   end in a guard. */
typedef struct {
    tepui_team team;
    size_t helpers, size, done;
    double *room[5];
} crew;

static void each(tepui_team *team, size_t pieces, size_t room, tepui_piece piece, void *arg)
{
    enum { GUARD = 64, STRIDE = 7919 }; /* a prime beyond the number of pieces */
    crew *c = (crew *)team;
    for (size_t k = 0; k < c->helpers; k++) {
        c->room[k] = aligned_alloc(64, ((room + 63) & ~(size_t)63) + GUARD);
        memset(c->room[k], 0xff, ((room + 63) & ~(size_t)63) + GUARD);
    }
    for (size_t i = 0; i < pieces; i++) {
        const size_t who = i % (c->helpers + 1);
        piece(arg, (i + 1) * STRIDE % pieces, who ? c->room[who - 1] : NULL);
    }
    for (size_t k = 0; k < c->helpers; k++) {
        const unsigned char *byte = (unsigned char *)c->room[k];
        size_t used = 0;
        while (used < room && byte[used] == 0xff) used++;
        CHECK(used < room);
        for (size_t i = 0; i < GUARD; i++) CHECK(byte[room + i] == 0xff);
        free(c->room[k]);
    }
    c->size = room;
    c->done += pieces;
}

/* Lower triangles, sizes and blocks of both, bit by bit. */
static void same_bits(tepui_network *x, tepui_network *y, double *h, double *g)
{
    const size_t n = assembly_size(x);
    for (int part = 0; part < 3; part++) {
        int64_t e, f;
        const tepui_hessian_size s = tepui_network_hessian_size(x, part), t = tepui_network_hessian_size(y, part);
        CHECK(memcmp(&s, &t, sizeof(double[3])) == 0 && s.trace_sign == t.trace_sign);
        CHECK(memcmp(x->blocks->ln_block[part], y->blocks->ln_block[part],
                     (x->layers + 1) * (x->layers + 1) * sizeof(double)) == 0);
        CHECK(assembly_make(x, part, h, &e) == TEPUI_OK && assembly_make(y, part, g, &f) == TEPUI_OK && e == f);
        for (size_t i = 0; i < n; i++) CHECK(memcmp(h + i * n, g + i * n, (i + 1) * sizeof *h) == 0);
    }
}

static void leave_out(tepui_network *net, const network_engine *engine)
{
    for (size_t i = 0; net->engines[i]; i++)
        if (net->engines[i] == engine) net->used &= ~(1u << i);
}

/* Samples large enough to be shared, with the matrix in W_k's entries and in frames. */
static void helpers_change_no_bit(void)
{
    static const char *const grid[] = {"depth: 12, width: 8, activation: %s", "depth: 7, width: 24, activation: %s"},
                             *const data[] =
                                 {"source: gaussian, targets: gaussian, points: 32, dimension: 6, outputs: 2",
                                  "source: gaussian, targets: gaussian, points: 9, dimension: 12"},
                             *const phi[] = {"relu", "tanh"};
    const unsigned needs = TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS | TEPUI_NEEDS_SPECTRUM;
    const size_t helpers[] = {0, 1, 4};
    for (int i = 0; i < 4; i++) {
        bench alone, shared;
        char text[200];
        snprintf(text, sizeof text, grid[i / 2], phi[i % 2]);
        open_cell(&alone, text, data[i / 2], needs);
        open_cell(&shared, text, data[i / 2], needs);
        const size_t n = assembly_size(alone.net);
        double *h = numbers(n * n), *g = numbers(n * n);
        CHECK((alone.net->assembly->frame[2].Q != NULL) == (i / 2 == 1));
        leave_out(alone.net, &engine_spectrum); /* the matrix alone is wanted */
        leave_out(shared.net, &engine_spectrum);
        for (size_t sample = 0; sample < 3; sample++) {
            crew c = {{each}, helpers[sample], 0, 0, {NULL}};
            tepui_network_share(shared.net, &c.team);
            CHECK(tepui_network_sample(alone.net, sample, NULL) == TEPUI_OK);
            CHECK(tepui_network_sample(shared.net, sample, NULL) == TEPUI_OK);
            same_bits(alone.net, shared.net, h, g);
            CHECK(c.done == 7 * alone.net->layers); /* one pass for sizes, two for each matrix */
            CHECK(c.size <= tepui_network_memory(&alone.e->cells[0], needs));
        }
        free(h), free(g);
        close_bench(&alone), close_bench(&shared);
    }
}

/* --- engines */

static size_t place_of(const tepui_network *net, const network_engine *engine)
{
    size_t i = 0;
    while (net->engines[i] && net->engines[i] != engine) i++;
    return i;
}

static void engines_are_in_order(const tepui_network *net)
{
    for (size_t i = 0; net->engines[i]; i++)
        for (const network_engine *const *b = net->engines[i]->before; net->used >> i & 1 && b && *b; b++) {
            CHECK(place_of(net, *b) < i);
            CHECK(net->used >> place_of(net, *b) & 1 || (*b)->obstacle(net));
        }
}

/* Trajectories have followers (dynamics.h); all else has one engine in every net, and it is there without the others.
 */
static void every_quantity_has_its_engine(void)
{
    static const char *const architectures[] = {"plain", "\"[dense, activation]\"", "residual"};
    const unsigned followed = TEPUI_NEEDS_PATH | TEPUI_NEEDS_RECORD | TEPUI_NEEDS_PATH_CURVATURE |
                              TEPUI_NEEDS_PATH_METRIC | TEPUI_NEEDS_PATH_ACCURACY;
    for (int turn = 0; turn < 6; turn++) {
        bench b;
        char text[400];
        snprintf(
            text, sizeof text,
            "grid: {depth: 3, width: %d, activation: relu, architecture: %s}\ndata: {source: gaussian, dimension: 1}\n"
            "observables: [forward_norm]\n",
            turn % 2 ? 1 : 3, architectures[turn / 2]);
        open_bench(&b, text, TEPUI_NEEDS_FORWARD);
        for (size_t q = 0; q < TEPUI_QUANTITY_COUNT; q++) {
            tepui_network net = {0};
            size_t givers = 0;
            network_decide(&net, &b.e->cells[0], 1u << q, b.net->engines);
            for (size_t i = 0; net.engines[i]; i++) givers += net.used >> i & 1 && net.engines[i]->gives >> q & 1;
            CHECK(givers == !(followed >> q & 1));
            engines_are_in_order(&net);
        }
        close_bench(&b);
    }
}

static void quantities_say_what_they_take(void)
{
    CHECK(tepui_quantities_take(TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_HESSIAN_SIZE) == 0);
    CHECK(tepui_quantities_take(TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_SIGNS) & TEPUI_TAKES_WHOLE);
    CHECK(strstr(tepui_quantities_cost(TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_PARTS), "H, G and R") != NULL);
    CHECK(strcmp(tepui_quantities_cost(0), "a forward pass") == 0);
}

static const test_case cases[] = {
    {"every_quantity_has_its_engine", every_quantity_has_its_engine},
    {"quantities_say_what_they_take", quantities_say_what_they_take},
    {"helpers_change_no_bit", helpers_change_no_bit},
    {"against_differences_and_matrices", against_differences_and_matrices},
    {"sizes_of_chains", sizes_of_chains},
    {"deep_chain", deep_chain},
    {"ways_to_a_spectrum_agree", ways_to_a_spectrum_agree},
    {"signs_need_no_eigenvalues", signs_need_no_eigenvalues},
    {"deep_chains_keep_both_parts", deep_chains_keep_both_parts},
    {"parts_have_their_own_spectra", parts_have_their_own_spectra},
    {"gradients_align_alike", gradients_align_alike},
    {"density_has_the_right_moments", density_has_the_right_moments},
    {"ranks_of_deep_linear_nets", ranks_of_deep_linear_nets},
    {"inertia_of_chains", inertia_of_chains},
    {"softmax_metric_is_the_fisher_information", softmax_metric_is_the_fisher_information},
    {"kernels_match_their_definitions", kernels_match_their_definitions},
    {"residual_part_is_hollow", residual_part_is_hollow},
    {"exponents_are_kept", exponents_are_kept},
    {"deep_spectra_do_not_vanish", deep_spectra_do_not_vanish},
};
TEST_MAIN(cases)
