/* test_jacobian.c -- singular values and Lyapunov exponents against explicit products and determinants. */
#include "test.h"
#include <gsl/gsl_linalg.h>
#include <network/curvature.h>
#include <stdlib.h>
#include <tepui/tepui.h>

typedef struct {
    tepui_experiment *e;
    tepui_network *net;
    const tepui_cell *c;
} bench;

static void open_bench(bench *b, const char *grid, const char *data, const char *readout)
{
    char text[500];
    tepui_error err = {""};
    snprintf(text, sizeof text,
             "seed: 4\ngrid: {%s}\ndata: {%s}\nreadout: %s\nloss: output\nobservables: [forward_norm]\n", grid, data,
             readout);
    CHECK(tepui_experiment_parse(text, "test", NULL, &b->e, &err) == TEPUI_OK);
    CHECK(tepui_experiment_plan(b->e, &err) == TEPUI_OK);
    CHECK(tepui_network_alloc(&b->e->cells[0], TEPUI_NEEDS_JACOBIAN, &b->net, &err) == TEPUI_OK);
    if (err.text[0]) fprintf(stderr, "%s\n%s\n", err.text, text);
    b->c = &b->e->cells[0];
}

static void close_bench(bench *b)
{
    tepui_network_free(b->net);
    tepui_experiment_free(b->e);
}

/* D_K W_K ... D_1 W_1, rows x inputs, from the kept slopes (which other tests compare with phi'). */
static size_t explicit_product(const bench *b, double *J)
{
    static double w[400], next[400];
    const size_t in = b->c->inputs;
    size_t rows = in;
    for (size_t i = 0; i < in * in; i++) J[i] = i % (in + 1) == 0;
    for (size_t k = 1; k <= b->net->layers; k++) {
        const size_t n = k <= b->c->depth ? b->c->width[k] : b->c->outputs;
        CHECK(tepui_network_weights(b->net, k, w) == TEPUI_OK);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < in; j++) {
                double sum = 0;
                for (size_t m = 0; m < rows; m++) sum += w[i * rows + m] * J[m * in + j];
                next[i * in + j] = sum * (k <= b->c->depth ? b->net->slope[b->net->slope_at[k] + i] : 1);
            }
        memcpy(J, next, n * in * sizeof *J);
        rows = n;
    }
    return rows;
}

/* GSL's one-sided Jacobi on the matrix or its transpose, whichever is tall. */
static void reference_values(const double *J, size_t rows, size_t cols, double *s)
{
    const size_t m = rows > cols ? rows : cols, n = rows > cols ? cols : rows;
    gsl_matrix *A = gsl_matrix_alloc(m, n), *V = gsl_matrix_alloc(n, n);
    gsl_vector_view v = gsl_vector_view_array(s, n);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) gsl_matrix_set(A, i, j, rows > cols ? J[i * cols + j] : J[j * cols + i]);
    gsl_linalg_SV_decomp_jacobi(A, V, &v.vector);
    gsl_matrix_free(A);
    gsl_matrix_free(V);
}

/* Products of up to five well-scaled matrices: forming them costs some ten eps of the largest value. */
static void against_explicit_products(void)
{
    static const char *const shape[] = {"depth: 3, width: 5", "depth: 4, width: \"[6, 3, 7, 5]\"", "depth: 1, width: 4",
                                        "depth: 5, width: 2", "depth: 3, width: 1"};
    static const char *const data[] = {"source: gaussian", "source: gaussian, dimension: 9, outputs: 3",
                                       "source: gaussian, dimension: 2, outputs: 5"};
    for (const void *const *k = tepui_family_activation.kinds; *k; k++)
        for (size_t i = 0; i < sizeof shape / sizeof *shape; i++)
            for (size_t d = 0; d < sizeof data / sizeof *data; d++) {
                bench b;
                char grid[200];
                snprintf(grid, sizeof grid, "%s, activation: %s, init: he", shape[i], ((const tepui_kind *)*k)->name);
                open_bench(&b, grid, data[d], d == 0 ? "none" : "dense");
                for (uint64_t sample = 0; sample < 4; sample++) {
                    double J[400], s[20], sum = 0;
                    CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
                    const size_t rows = explicit_product(&b, J), most = tepui_jacobian_rank(b.c);
                    reference_values(J, rows, b.c->inputs, s);
                    for (size_t j = 0; j < most; j++) {
                        const double got = exp(tepui_network_ln_singular(b.net, j + 1));
                        if (!(fabs(got - s[j]) <= 1e-13 * s[0])) {
                            fprintf(stderr, "s_%zu = %.17g, want %.17g: %s; %s\n", j + 1, got, s[j], grid, data[d]);
                            test_failures++;
                        }
                        /* lost rank is an exact zero, not noise */
                        CHECK(got == 0 || got > 1e-13 * s[0]);
                        sum += s[j] * s[j] * s[j] * s[j];
                    }
                    CHECK_NEAR(exp(tepui_network_ln_jacobian_moment(b.net, 2)), sum / (double)b.c->inputs,
                               1e-12 * sum + 1e-300);
                    CHECK(tepui_network_effective_rank(b.net) <= (double)most * (1 + 1e-12));
                }
                close_bench(&b);
            }
}

/* Two by two, depth 2000: the largest value from the explicit product, rescaled; the other from the determinant. Their
   ratio is about exp(1000). */
static void tiny_values_keep_their_digits(void)
{
    bench b;
    open_bench(&b, "depth: 2000, width: 2, activation: linear, init: lecun", "source: gaussian", "none");
    for (uint64_t sample = 0; sample < 3; sample++) {
        long double P[4] = {1, 0, 0, 1}, ln = 0, ln_det = 0;
        CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
        for (size_t k = 1; k <= 2000; k++) {
            double w[4];
            CHECK(tepui_network_weights(b.net, k, w) == TEPUI_OK);
            const long double Q[4] = {w[0] * P[0] + w[1] * P[2], w[0] * P[1] + w[1] * P[3], w[2] * P[0] + w[3] * P[2],
                                      w[2] * P[1] + w[3] * P[3]};
            long double top = 0;
            for (int i = 0; i < 4; i++) top = fmaxl(top, fabsl(Q[i]));
            for (int i = 0; i < 4; i++) P[i] = Q[i] / top;
            ln += logl(top);
            ln_det += logl(fabsl((long double)w[0] * w[3] - (long double)w[1] * w[2]));
        }
        const double first = (double)(0.5L * logl(P[0] * P[0] + P[1] * P[1] + P[2] * P[2] + P[3] * P[3]) + ln);
        CHECK_NEAR(tepui_network_ln_singular(b.net, 1), first, 1e-9);
        CHECK_NEAR(tepui_network_ln_singular(b.net, 2), (double)ln_det - first, 1e-9);
        CHECK_NEAR(tepui_network_ln_condition(b.net), 2 * first - (double)ln_det, 1e-9);
        CHECK(tepui_network_ln_condition(b.net) > 700);
        CHECK_NEAR(2000 * (tepui_network_lyapunov(b.net, 1) + tepui_network_lyapunov(b.net, 2)), (double)ln_det, 1e-9);
    }
    close_bench(&b);
}

/* Dynamical isometry: products of orthogonal matrices have no other singular value than 1. */
static void orthogonal_linear_nets_are_isometries(void)
{
    bench b;
    open_bench(&b, "depth: 50, width: 12, activation: linear, init: lecun, law: orthogonal", "source: gaussian",
               "none");
    CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
    for (size_t i = 1; i <= 12; i++) {
        CHECK_NEAR(tepui_network_ln_singular(b.net, i), 0, 1e-12);
        CHECK_NEAR(tepui_network_lyapunov(b.net, i), 0, 1e-13);
    }
    CHECK_NEAR(tepui_network_effective_rank(b.net), 12, 1e-10);
    close_bench(&b);
}

static const test_case cases[] = {
    {"against_explicit_products", against_explicit_products},
    {"tiny_values_keep_their_digits", tiny_values_keep_their_digits},
    {"orthogonal_linear_nets_are_isometries", orthogonal_linear_nets_are_isometries},
};
TEST_MAIN(cases)
