/* test_jacobian.c -- singular values and Lyapunov exponents against explicit products, determinants and limit laws.
   Nets of 24 units and more take LAPACK's QR (where it is built), smaller ones Gram-Schmidt. */
#include "reads.h"
#include "test.h"
#include "unread.h"
#include <curvature/curvature.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_sf_psi.h>
#include <network/composed.h>
#include <network/tiled.h>
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
    CHECK(plan_read_settings(text, &b->e, &err) == TEPUI_OK);
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
                next[i * in + j] = sum * (k <= b->c->depth ? tiled_slopes(b->net, k)[i] : 1);
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

/* Columns of J in one go from the input to the output (their own test is in tests/layer); rows of all points where
   those mix. */
static size_t whole_tangents(const bench *b, double *J)
{
    composed_state *s = b->net->composed;
    const layer_node *last = &s->node[s->m->count];
    const size_t in = b->c->inputs, points = composed_tangent_points(b->c), q = b->c->outputs;
    s->work.points = points;
    for (size_t j = 0; j < in; j++) {
        memset(s->node[0].dy.m, 0, points * in * sizeof(double));
        memset(s->node[0].dy.e, 0, points * sizeof(int64_t));
        s->node[0].dy.m[j] = 1;
        composed_tangent(b->net, 1, s->m->count, NULL);
        for (size_t i = 0; i < points * q; i++) J[i * in + j] = scaled_shift(last->dy.m[i], last->dy.e[i / q]);
    }
    return points * q;
}

/* Unit by unit with QR steps against the whole; and the sum of the exponents of square nets, which is ln |det J|. */
static void composed_nets(void)
{
    static const char *const architecture[] = {"\"residual(branch=2, power=0.5)\"",
                                               "pre_norm",
                                               "skip_init",
                                               "\"[dense, batch_norm, activation]\"",
                                               "\"[weight_norm, rms_norm, activation]\"",
                                               "\"[reshape(1, 3, 2), conv1d(2, 2), activation, flatten]\""};
    for (size_t a = 0; a < sizeof architecture / sizeof *architecture; a++)
        for (size_t points = 1; points <= 4; points += 3) {
            bench b;
            char grid[300], data[100];
            double J[24 * 6], s[24], ln_det = 0, sum = 0;
            if (points == 1 && strstr(architecture[a], "batch")) continue;
            snprintf(grid, sizeof grid, "depth: 4, width: 6, activation: tanh, init: he, architecture: %s",
                     architecture[a]);
            snprintf(data, sizeof data, "source: gaussian, points: %zu", points);
            if (strstr(grid, "conv"))
                snprintf(grid, sizeof grid, "depth: 4, width: 2, architecture: %s", architecture[a]);
            if (strstr(grid, "conv")) strcat(data, ", dimension: 6");
            open_bench(&b, grid, data, "none");
            for (uint64_t sample = 0; sample < 3; sample++) {
                CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
                const size_t rows = whole_tangents(&b, J), most = tepui_jacobian_rank(b.c);
                CHECK(most == 6);
                reference_values(J, rows, 6, s);
                ln_det = sum = 0;
                for (size_t j = 0; j < most; j++) {
                    /* four or five well-scaled units: some ten eps of the largest */
                    CHECK_NEAR(exp(tepui_network_ln_singular(b.net, j + 1)), s[j], 1e-13 * s[0]);
                    ln_det += log(s[j]);
                    sum += 4 * tepui_network_lyapunov(b.net, j + 1);
                }
                /* of tall ones too: sqrt det J^T J; small values have lost the digits by which they are smaller */
                if (isfinite(sum)) CHECK_NEAR(sum, ln_det, 1e-12 * s[0] / s[most - 1]);
            }
            close_bench(&b);
        }
}

/* The list that says what plain says, with the key of the plain net, draws the same matrices. */
static void a_list_is_the_plain_net(void)
{
    bench plain, list;
    open_bench(&plain, "depth: 5, width: 7, activation: elu", "source: gaussian, dimension: 9, outputs: 4", "dense");
    open_bench(&list, "depth: 5, width: 7, activation: elu, architecture: \"[dense, activation]\"",
               "source: gaussian, dimension: 9, outputs: 4", "dense");
    list.e->cells[0].key = plain.e->cells[0].key;
    CHECK(tepui_network_sample(plain.net, 3, NULL) == TEPUI_OK && tepui_network_sample(list.net, 3, NULL) == TEPUI_OK);
    for (size_t i = 1; i <= 4; i++) {
        CHECK_NEAR(tepui_network_ln_singular(list.net, i), tepui_network_ln_singular(plain.net, i), 1e-13);
        CHECK_NEAR(tepui_network_lyapunov(list.net, i), tepui_network_lyapunov(plain.net, i), 1e-13);
        CHECK_NEAR(tepui_network_lyapunov_covariance(list.net, i, 1),
                   tepui_network_lyapunov_covariance(plain.net, i, 1), 1e-13);
    }
    close_bench(&plain);
    close_bench(&list);
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

/* Where no unit of some layer is alive J = 0 and has no condition: infinite, as an atom, and 1 is for isometries. With
   symmetric weights a layer of two relu units dies with probability 1/4, given that one input is not negative only:
   four layers leave (3/4)^4 = 0.32 at most. */
static void a_jacobian_of_zero_has_no_condition(void)
{
    bench b;
    size_t dead = 0;
    open_bench(&b, "depth: 4, width: 2, activation: relu, init: he", "source: gaussian", "none");
    for (uint64_t sample = 0; sample < 400; sample++) {
        int alive = 1;
        CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
        for (size_t l = 1; l <= 4; l++) {
            const double *slope = tiled_slopes(b.net, l);
            alive &= slope[0] != 0 || slope[1] != 0;
        }
        const double ln_condition = tepui_network_ln_condition(b.net);
        CHECK(alive ? ln_condition >= 0 && isfinite(ln_condition) : ln_condition == INFINITY);
        dead += !alive;
    }
    CHECK_Z((double)dead / 400, 1 - 0.31640625, sqrt(0.316 * 0.684 / 400), 4);
    close_bench(&b);
}

/* Dynamical isometry: products of orthogonal matrices have no other singular value than 1. */
static void orthogonal_linear_nets_are_isometries(void)
{
    for (size_t d = 12; d <= 48; d *= 4) {
        char grid[100];
        bench b;
        snprintf(grid, sizeof grid, "depth: 50, width: %zu, activation: linear, init: lecun, law: orthogonal", d);
        open_bench(&b, grid, "source: gaussian", "none");
        CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
        for (size_t i = 1; i <= d; i++) {
            CHECK_NEAR(tepui_network_ln_singular(b.net, i), 0, 1e-12);
            CHECK_NEAR(tepui_network_lyapunov(b.net, i), 0, 1e-13);
        }
        CHECK_NEAR(tepui_network_effective_rank(b.net), (double)d, 1e-10);
        close_bench(&b);
    }
}

/* ln R_ii of every matrix by modified Gram-Schmidt, twice, in long double; x[k * 64 + i], -INFINITY once lost. Slopes:
   as in explicit_product. */
static void reference_exponents(const bench *b, double *x)
{
    static long double Q[64 * 64], M[64 * 64];
    static double w[64 * 64];
    size_t n = b->c->inputs, from = n;
    for (size_t i = 0; i < n * n; i++) Q[i] = i % (n + 1) == 0;
    for (size_t k = 1; k <= b->net->layers; k++) {
        const size_t rows = k <= b->c->depth ? b->c->width[k] : b->c->outputs;
        size_t rank = 0;
        CHECK(tepui_network_weights(b->net, k, w) == TEPUI_OK);
        for (size_t j = 0; j < n; j++)
            for (size_t i = 0; i < rows; i++) {
                long double sum = 0;
                for (size_t m = 0; m < from; m++) sum += w[i * from + m] * Q[j * from + m];
                M[j * rows + i] = sum * (k <= b->c->depth ? tiled_slopes(b->net, k)[i] : 1);
            }
        for (size_t j = 0; j < n && rank < rows; j++) {
            long double *v = Q + rank * rows, whole = 0, rest = 0;
            memcpy(v, M + j * rows, rows * sizeof *v);
            for (size_t i = 0; i < rows; i++) whole += v[i] * v[i];
            for (size_t m = 0; m < 2 * rank; m++) {
                long double c = 0;
                for (size_t i = 0; i < rows; i++) c += Q[m % rank * rows + i] * v[i];
                for (size_t i = 0; i < rows; i++) v[i] -= c * Q[m % rank * rows + i];
            }
            for (size_t i = 0; i < rows; i++) rest += v[i] * v[i];
            if (!(rest > 0x1p-80L * whole)) continue;
            for (size_t i = 0; i < rows; i++) v[i] /= sqrtl(rest);
            x[k * 64 + rank++] = (double)(0.5L * logl(rest));
        }
        for (size_t i = rank; i < 64; i++) x[k * 64 + i] = -INFINITY;
        n = rank;
        from = rows;
    }
}

/* Exponents and their covariance over the matrices, the textbook formula on the reference's numbers. */
static void exponents_and_covariances_by_definition(void)
{
    static const struct {
        const char *grid, *data, *readout;
    } row[] = {{"depth: 6, width: 5, activation: linear", "source: gaussian", "none"},
               {"depth: 9, width: 12, activation: relu, init: he", "source: gaussian, dimension: 20", "none"},
               {"depth: 3, width: \"[9, 40, 4]\", activation: linear", "source: gaussian, dimension: 10", "none"},
               {"depth: 4, width: 40, activation: tanh", "source: gaussian, outputs: 30", "dense"},
               {"depth: 3, width: 60, activation: relu, init: he", "source: gaussian, dimension: 50", "none"}};
    for (size_t r = 0; r < sizeof row / sizeof *row; r++) {
        bench b;
        static double x[16 * 64];
        open_bench(&b, row[r].grid, row[r].data, row[r].readout);
        const double K = (double)b.net->layers;
        CHECK(tepui_network_sample(b.net, 3, NULL) == TEPUI_OK);
        reference_exponents(&b, x);
        for (size_t i = 0; i < tepui_jacobian_rank(b.c); i++)
            for (size_t j = 0; j <= i; j++) {
                double sum[3] = {0};
                for (size_t k = 1; k <= b.net->layers; k++) {
                    sum[0] += x[k * 64 + i] / K;
                    sum[1] += x[k * 64 + j] / K;
                }
                for (size_t k = 1; k <= b.net->layers; k++)
                    sum[2] += (x[k * 64 + i] - sum[0]) * (x[k * 64 + j] - sum[1]) / (K - 1);
                const double got = tepui_network_lyapunov_covariance(b.net, i + 1, j + 1);
                if (sum[0] == -INFINITY) {
                    CHECK(tepui_network_lyapunov(b.net, i + 1) == -INFINITY && got == -INFINITY);
                    continue;
                }
                CHECK_NEAR(tepui_network_lyapunov(b.net, i + 1), sum[0], 1e-11);
                CHECK_NEAR(got, sum[2], 1e-10); /* eps times the condition of one matrix, at most some 1e4 */
                CHECK(got == tepui_network_lyapunov_covariance(b.net, j + 1, i + 1));
            }
        close_bench(&b);
    }
}

static double ln_abs_determinant(double *w, size_t d)
{
    int sign;
    gsl_matrix_view m = gsl_matrix_view_array(w, d, d);
    gsl_permutation *p = gsl_permutation_alloc(d);
    gsl_linalg_LU_decomp(&m.matrix, p, &sign);
    gsl_permutation_free(p);
    return gsl_linalg_LU_lndet(&m.matrix);
}

/* The exponents add up to the determinants, and so do the singular values. */
static void check_determinants(const bench *b)
{
    static double w[100 * 100];
    const size_t d = b->c->inputs;
    const double L = (double)b->c->depth;
    double sum = 0, singular = 0, ln_det = 0;
    for (size_t i = 1; i <= d; i++) {
        sum += tepui_network_lyapunov(b->net, i);
        singular += tepui_network_ln_singular(b->net, i) / L;
    }
    for (size_t k = 1; k <= b->c->depth; k++) {
        CHECK(tepui_network_weights(b->net, k, w) == TEPUI_OK);
        ln_det += ln_abs_determinant(w, d) / L;
    }
    CHECK_NEAR(sum, ln_det, 1e-12);
    CHECK_NEAR(singular, ln_det, 1e-12);
}

/* 72 MB of weights, which are not kept but drawn again. Each exponent is within 4 standard errors of Newman's, (ln(2/d)
   + psi((d - i + 1)/2))/2 with variance psi'/(4 L); so are the singular values over L, but for O(1/L). None underflows:
   the smallest is about exp(-25,000). */
static void depth_ten_thousand(void)
{
    enum { L = 10000, D = 30 };
    bench b;
    open_bench(&b, "depth: 10000, width: 30, activation: linear, init: lecun", "source: gaussian", "none");
    CHECK(!b.net->keep_weights);
    CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
    for (size_t i = 1; i <= D; i++) {
        const double half = 0.5 * (D - (double)i + 1), newman = 0.5 * (log(2.0 / D) + gsl_sf_psi(half));
        CHECK_Z(tepui_network_lyapunov(b.net, i), newman, sqrt(gsl_sf_psi_n(1, half) / 4 / L), 4);
        CHECK_Z(tepui_network_ln_singular(b.net, i) / L, newman, sqrt(gsl_sf_psi_n(1, half) / 4 / L), 5);
    }
    check_determinants(&b);
    CHECK(tepui_network_ln_condition(b.net) > 10000);
    CHECK_NEAR(tepui_network_effective_rank(b.net), 1, 1e-10);
    close_bench(&b);
}

/* The same for matrices of which no tile holds all rows. */
static void matrices_in_tiles(void)
{
    bench b;
    open_bench(&b, "depth: 850, width: 100, activation: linear, init: lecun", "source: gaussian", "none");
    CHECK(!b.net->keep_weights);
    CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
    check_determinants(&b);
    close_bench(&b);
}

/* Slopes near exp(-600), whose squares are none: a chain, by its factors. */
static void tiny_slopes_are_not_zero(void)
{
    bench b;
    int tiny = 0;
    open_bench(&b, "depth: 2, width: 1, activation: softplus, init: fixed(250000)", "source: gaussian", "none");
    for (uint64_t sample = 0; sample < 100; sample++) {
        double ln = 0, w;
        CHECK(tepui_network_sample(b.net, sample, NULL) == TEPUI_OK);
        for (size_t k = 1; k <= 2; k++) {
            CHECK(tepui_network_weights(b.net, k, &w) == TEPUI_OK);
            ln += log(fabs(w)) + log(tiled_slopes(b.net, k)[0]);
        }
        if (ln == -INFINITY)
            CHECK(tepui_network_ln_singular(b.net, 1) == ln);
        else
            CHECK_NEAR(tepui_network_ln_singular(b.net, 1), ln, ln > -700 ? 1e-12 : 1); /* denormal: few digits */
        tiny += ln > -INFINITY && ln < -400;
    }
    CHECK(tiny > 5);
    close_bench(&b);
}

/* f = A x with A the identity's tanh' at point 0 alone: the other points do not enter. From a forward pass of our own.
 */
static void point_zero_of_several(void)
{
    bench b;
    double a[6], J[36], next[36], w[36], s[6];
    open_bench(&b, "depth: 3, width: 6, activation: tanh, init: gain(3)", "source: gaussian, points: 4", "none");
    CHECK(tepui_network_sample(b.net, 1, NULL) == TEPUI_OK);
    memcpy(a, tepui_network_inputs(b.net), sizeof a);
    for (size_t i = 0; i < 36; i++) J[i] = i % 7 == 0;
    for (size_t k = 1; k <= 3; k++) {
        double z[6] = {0};
        CHECK(tepui_network_weights(b.net, k, w) == TEPUI_OK);
        for (size_t i = 0; i < 6; i++)
            for (size_t j = 0; j < 6; j++) z[i] += w[i * 6 + j] * a[j];
        for (size_t i = 0; i < 6; i++)
            for (size_t j = 0; j < 6; j++) {
                double sum = 0;
                for (size_t m = 0; m < 6; m++) sum += w[i * 6 + m] * J[m * 6 + j];
                next[i * 6 + j] = sum * (1 - tanh(z[i]) * tanh(z[i]));
            }
        for (size_t i = 0; i < 6; i++) a[i] = tanh(z[i]);
        memcpy(J, next, sizeof J);
    }
    reference_values(J, 6, 6, s);
    for (size_t i = 0; i < 6; i++) CHECK_NEAR(exp(tepui_network_ln_singular(b.net, i + 1)), s[i], 1e-12 * s[0]);
    close_bench(&b);
}

/* 784 inputs: the product is kept at the width of the net. Against GSL on the explicit product. */
static void wide_inputs(void)
{
    static double J[32 * 784], next[32 * 784], w[32 * 784];
    static const char *const width[] = {"32", "7", "\"[32, 5, 32]\""};
    for (size_t r = 0; r < 3; r++) {
        bench b;
        char grid[100];
        double s[32];
        size_t rows = 784;
        snprintf(grid, sizeof grid, "depth: 3, width: %s, activation: relu, init: he", width[r]);
        open_bench(&b, grid, "source: gaussian, dimension: 784", "none");
        CHECK(tepui_network_sample(b.net, 5, NULL) == TEPUI_OK);
        for (size_t k = 1; k <= 3; k++) {
            const size_t n = b.c->width[k];
            CHECK(tepui_network_weights(b.net, k, w) == TEPUI_OK);
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < 784; j++) {
                    double sum = 0;
                    for (size_t m = 0; k > 1 && m < rows; m++) sum += w[i * rows + m] * J[m * 784 + j];
                    next[i * 784 + j] = (k > 1 ? sum : w[i * 784 + j]) * tiled_slopes(b.net, k)[i];
                }
            memcpy(J, next, n * 784 * sizeof *J);
            rows = n;
        }
        reference_values(J, rows, 784, s);
        for (size_t i = 0; i < tepui_jacobian_rank(b.c); i++)
            CHECK_NEAR(exp(tepui_network_ln_singular(b.net, i + 1)), s[i], 1e-12 * s[0]);
        close_bench(&b);
    }
}

/* P(s^2 <= x) of the Fuss-Catalan law of index L: x = sin^(L+1)((L+1) t) / (sin t sin^L(L t)), 0 < t < pi/(L+1), has
   the density sin^2 t sin^(L-1)(L t) / (pi sin^L((L+1) t)) (Penson and Zyczkowski 2011). Tabulated from x = 0 (t at its
   end) by the midpoint rule in t. */
enum { NODES = 20000 };
typedef struct {
    double x[NODES], F[NODES];
} fuss_catalan;

static double fuss_at(int L, double t)
{
    return pow(sin((L + 1) * t), L + 1) / (sin(t) * pow(sin(L * t), L));
}

static void fuss_tabulate(fuss_catalan *f, int L)
{
    const double h = M_PI / (L + 1) / NODES;
    double sum = 0;
    for (int k = 0; k < NODES; k++) { /* from the end */
        const double t = M_PI / (L + 1) - (k + 0.5) * h;
        const double low = fuss_at(L, t + 0.5 * h), high = fuss_at(L, t - 0.5 * h);
        const double density = sin(t) * sin(t) * pow(sin(L * t), L - 1) / (M_PI * pow(sin((L + 1) * t), L));
        sum += density * (k == NODES - 1 ? fuss_at(L, t) - low : high - low);
        f->x[k] = k == NODES - 1 ? pow(L + 1, L + 1) / pow(L, L) : high;
        f->F[k] = sum;
    }
}

/* Kolmogorov's distance of the squared singular values, ascending, to the law. */
static double fuss_distance(const tepui_network *net, size_t d, const fuss_catalan *f)
{
    double D = 0;
    size_t k = 0;
    for (size_t i = 0; i < d; i++) {
        const double x = exp(2 * tepui_network_ln_singular(net, d - i));
        while (k < NODES - 1 && f->x[k] < x) k++;
        D = fmax(D, fmax(fabs(f->F[k] - (double)i / (double)d), fabs(f->F[k] - (double)(i + 1) / (double)d)));
    }
    return D;
}

/* Eigenvalues are rigid: how many lie below x fluctuates like sqrt(ln d)/(pi sqrt 2) and is off by O(1), so that 300 of
   them come within (3 + 1)/300 of the law, several times nearer than its neighbours are. */
static void one_wide_net_has_the_fuss_catalan_law(void)
{
    static fuss_catalan law[6];
    for (int L = 1; L <= 5; L++) {
        fuss_tabulate(&law[L], L);
        CHECK_NEAR(law[L].F[NODES - 1], 1, 2e-3); /* the first cell is off by 2^L / NODES */
    }
    for (int L = 2; L <= 4; L++) {
        bench b;
        char grid[100];
        snprintf(grid, sizeof grid, "depth: %d, width: 300, activation: linear, init: lecun", L);
        open_bench(&b, grid, "source: gaussian", "none");
        CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
        CHECK_NEAR(fuss_distance(b.net, 300, &law[L]), 0, 4.0 / 300);
        CHECK(fuss_distance(b.net, 300, &law[L - 1]) > 10.0 / 300);
        CHECK(fuss_distance(b.net, 300, &law[L + 1]) > 10.0 / 300);
        close_bench(&b);
    }
}

static const test_case cases[] = {
    {"against_explicit_products", against_explicit_products},
    {"composed_nets", composed_nets},
    {"a_list_is_the_plain_net", a_list_is_the_plain_net},
    {"tiny_values_keep_their_digits", tiny_values_keep_their_digits},
    {"a_jacobian_of_zero_has_no_condition", a_jacobian_of_zero_has_no_condition},
    {"orthogonal_linear_nets_are_isometries", orthogonal_linear_nets_are_isometries},
    {"exponents_and_covariances_by_definition", exponents_and_covariances_by_definition},
    {"depth_ten_thousand", depth_ten_thousand},
    {"matrices_in_tiles", matrices_in_tiles},
    {"tiny_slopes_are_not_zero", tiny_slopes_are_not_zero},
    {"point_zero_of_several", point_zero_of_several},
    {"wide_inputs", wide_inputs},
    {"one_wide_net_has_the_fuss_catalan_law", one_wide_net_has_the_fuss_catalan_law},
};
TEST_MAIN(cases)
