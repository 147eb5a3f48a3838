/* test_layers.c -- every layer kind and architecture against the slow net and its differences, against the plain net,
   against each other's ways to the same number, and at sizes where doubles end. */
#include "common.h"
#include "reads.h"
#include "slow.h"
#include <curvature/composed.h>
#include <matrix/matrix.h>
#include <tepui/architecture.h>

#define FIRST_ORDER                                                                                                    \
    (TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_TANGENT | TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_OUTPUT_GRADIENT)

/* --- the nets of the tests */

/* Every kind of the registry must be here, by itself where it can be. */
static const struct {
    const char *kind, *architecture;
    int depth, width, inputs;
} nets[] = {
    {"dense", "[dense]", 1, 3, 4},
    {"dense", "[dense(gain=0.5), activation, dense(2)]", 2, 3, 3},
    {"dense", "[dense(gain=0), activation, dense]", 1, 3, 3}, /* starts at zero: only its own gradient is not 0 */
    {"activation", "[activation, dense, activation, silu]", 2, 3, 3},
    {"residual", "[residual[dense]]", 2, 3, 3},
    {"residual", "[residual(alpha=0.5, power=0.5)[dense, activation]]", 3, 3, 3},
    {"residual", "[residual(alpha=0, learned=1)[dense, activation, dense]]", 2, 2, 2},
    {"residual", "[residual(alpha=-0.7, learned=1)[dense, residual(alpha=0.3, learned=1)[activation, dense], sin]]", 2,
     2, 2},
    {"residual", "[activation, residual[residual[residual[dense]]], residual(0.3)[tanh]]", 1, 3, 3},
    {"batch_norm", "[batch_norm, dense]", 1, 3, 3},
    {"batch_norm", "[dense, batch_norm(0.1), activation]", 2, 3, 4},
    {"batch_norm", "[conv1d(2, 2), batch_norm, activation; flatten, dense]", 2, 2, 4},
    {"layer_norm", "[layer_norm(0.3), dense]", 1, 3, 3},
    {"layer_norm", "[dense, layer_norm, activation]", 2, 3, 4},
    {"rms_norm", "[rms_norm, dense]", 1, 3, 3},
    {"rms_norm", "[dense, rms_norm(0.01), activation]", 2, 3, 4},
    {"affine", "[affine, dense]", 1, 3, 3},
    {"affine", "[dense, affine, activation]", 2, 3, 3},
    {"affine", "[dense, batch_norm, affine, activation, conv1d(2, 2), affine, activation]", 1, 4, 3},
    {"weight_norm", "[weight_norm]", 1, 3, 4},
    {"weight_norm", "[weight_norm, activation, weight_norm(2)]", 2, 3, 3},
    {"dropout", "[dropout, dense]", 1, 3, 5},
    {"dropout", "[dense, dropout(0.3), activation]", 2, 4, 3},
    {"conv1d", "[conv1d]", 1, 2, 5},
    {"conv1d", "[conv1d(2, 2, 2, 1), activation, conv1d(2, 3, 1, 0), activation, conv1d(1, 2, 1, 2)]", 1, 2, 6},
    {"conv2d", "[conv2d(2, 2)]", 1, 2, 9},
    {"conv2d", "[conv2d(2, 3, 2, 1), activation, conv2d(2, 2, 1, 0), activation, conv2d(1, 2, 1, 2)]", 1, 2, 9},
    {"max_pool", "[conv1d(2, 3), activation, max_pool; flatten, dense]", 2, 2, 5},
    {"max_pool", "[conv2d(2, 2), activation, max_pool(2, 1), conv2d(1, 2), activation]", 1, 2, 9},
    {"global_average_pool", "[conv1d(3, 2), activation, global_average_pool, dense]", 1, 2, 4},
    {"global_average_pool", "[conv2d(2, 2), activation, global_average_pool, dense]", 1, 2, 9},
    {"flatten", "[conv2d(2, 2, 2), flatten, activation, dense]", 1, 2, 9},
    {"reshape", "[reshape(1, 3, 2), conv1d(2, 2), activation, flatten, reshape(3, 1, 2), conv2d(1, 2)]", 1, 2, 6},
    {"reshape", "[reshape(2, 2, 2), conv2d(2, 2), activation, flatten, dense]", 1, 2, 8},
    {"residual", "[conv2d(2, 2), residual[batch_norm, activation, conv2d(2, 3)], global_average_pool, dense]", 1, 2, 9},
    {"weight_norm", "[weight_norm, batch_norm, affine, activation, residual(0, 0, 1)[layer_norm, weight_norm, tanh]]",
     1, 3, 3},
};
#define NETS (sizeof nets / sizeof *nets)

/* Read-out, biases, loss and points go round with the number of the net and of the turn. */
static void write_text(char *text, size_t size, size_t k, size_t turn)
{
    static const char *const losses[] = {"mse", "cross_entropy", "output"}, *const phi[] = {"tanh", "relu", "gelu"};
    const int mixes = strstr(nets[k].architecture, "batch_norm") != NULL;
    snprintf(text, size,
             "grid: {depth: %d, width: %d, activation: %s, init: lecun, gain: 1.3, sigma_b: %g, architecture: \"%s\"}\n"
             "data: {source: gaussian, targets: gaussian, points: %zu, dimension: %d, outputs: 2}\nreadout: %s\n"
             "loss: %s\nobservables: [forward_norm]\n",
             nets[k].depth, nets[k].width, phi[(k + turn) % 3], (k + turn) % 2 ? 0.3 : 0.0, nets[k].architecture,
             turn % 2 + 1 + (size_t)mixes, nets[k].inputs, (k / 2 + turn) % 2 ? "dense" : "none",
             losses[(k + turn) % 3]);
}

static void every_kind_has_its_net(void)
{
    for (const void *const *t = tepui_family_layer.kinds; *t; t++) {
        size_t found = 0;
        for (size_t k = 0; k < NETS; k++) found += strcmp(nets[k].kind, ((const tepui_kind *)*t)->name) == 0;
        if (found) continue;
        fprintf(stderr, "layer %s has no net in this test\n", ((const tepui_kind *)*t)->name);
        test_failures++;
    }
}

/* --- against the slow net */

/* A check between a and b that names the net. */
static void close_to(const char *text, const char *what, double got, double want, double tolerance)
{
    if (fabs(got - want) <= tolerance || (got == want)) return;
    fprintf(stderr, "%s: %.17g, want %.17g +- %.2g: %s", what, got, want, tolerance, text);
    test_failures++;
}

static void vectors_close(const char *text, const char *what, const double *got, const double *want, size_t n,
                          double tolerance)
{
    const double d = distance(got, want, n);
    if (d <= tolerance) return;
    fprintf(stderr, "%s: off by %.3g (allowed %.2g) of %.3g: %s", what, d, tolerance, norm(want, n), text);
    test_failures++;
}

/* Both sum the same products in another order: 1e-12 leaves a factor of 1000. */
static void forward_matches(const bench *b, slow_net *s, const char *text)
{
    const double loss = (double)slow_loss(s);
    close_to(text, "loss", tepui_network_loss(b->net), loss, 1e-12 * (1 + fabs(loss)));
    for (size_t i = 0; i < s->n * s->q; i++)
        close_to(text, "output", tepui_network_output(b->net, i / s->q, i % s->q), (double)slow_output(s)[i],
                 1e-12 * (1 + (double)fabsl(slow_output(s)[i])));
    for (size_t l = 0; l <= s->c->depth + 1; l++)
        for (size_t p = 0; p < s->n; p++) {
            const size_t at = s->m->last[l], d = tepui_shape_size(&s->m->layer[at].out);
            long double square = 0;
            for (size_t i = 0; i < d; i++) square += s->a[at][p * d + i] * s->a[at][p * d + i];
            close_to(text, "forward norm", exp(tepui_network_ln_forward(b->net, p, l)), (double)sqrtl(square),
                     1e-12 * (double)sqrtl(square));
        }
}

static void tangent_matches(const bench *b, slow_net *s, const char *text)
{
    double fine[16], coarse[16];
    slow_tangents(s, 0x1p-12L, fine);
    slow_tangents(s, 0x1p-11L, coarse);
    for (size_t l = 0; l <= s->c->depth + 1; l++)
        if (fabs(fine[l] - coarse[l]) <= 1e-9 * (1 + fine[l])) /* no kink between the points */
            close_to(text, "tangent", exp(tepui_network_ln_tangent(b->net, l)), fine[l], 1e-9 * (1 + fine[l]));
}

/* The gradient of every unit, from the Jacobian and the slope of the loss. */
static void gradients_match(bench *b, slow_net *s, const long double *J, const char *text)
{
    const size_t rows = s->n * s->q, P = s->P;
    long double slope[64];
    double *want = numbers(P), *got = numbers(P);
    for (int functional = 0; functional < 2; functional++) {
        slow_loss_slope(s, functional, slope);
        memset(want, 0, P * sizeof *want);
        for (size_t r = 0; r < rows; r++)
            for (size_t i = 0; i < P; i++) want[i] += (double)(slope[r] * J[r * P + i]);
        const double scale = 1e-9 * (norm(want, P) + 1e-3);
        for (size_t l = 1; l <= b->net->layers; l++) {
            double square = 0;
            for (size_t k = 1; k <= s->m->count; k++)
                if (s->m->layer[k].unit == l) square += pow(norm(want + s->at[k], s->at[k + 1] - s->at[k]), 2);
            const double ln =
                functional ? tepui_network_ln_output_gradient(b->net, l) : tepui_network_ln_gradient(b->net, l);
            close_to(text, functional ? "output gradient" : "gradient", exp(ln), sqrt(square), scale);
        }
        if (functional) continue;
        loss_gradient(b, got);
        vectors_close(text, "all gradients", got, want, P, scale);
    }
    free(want), free(got);
}

/* G v = J^T (d2 loss / d f2) J v */
static void slow_gauss_newton(slow_net *s, const long double *J, const double *v, double *out)
{
    const size_t rows = s->n * s->q, P = s->P;
    long double Jv[64] = {0}, SJv[64];
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < P; i++) Jv[r] += J[r * P + i] * v[i];
    slow_loss_bend(s, Jv, SJv);
    memset(out, 0, P * sizeof *out);
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < P; i++) out[i] += (double)(J[r * P + i] * SJv[r]);
}

/* Second differences of step 2^-11: 1e-12 from rounding, less than 1e-9 from sixth derivatives up to 1e6. */
static int products_match(bench *b, slow_net *s, const long double *J, const char *text)
{
    const size_t P = s->P;
    double *v = numbers(P), *want = numbers(P), *coarse = numbers(P), *H = numbers(P), *G = numbers(P), *R = numbers(P);
    random_vector(v, P, 7);
    const double length = norm(v, P);
    for (size_t i = 0; i < P; i++) v[i] /= length;
    product(b, TEPUI_HESSIAN, v, H);
    product(b, TEPUI_GAUSS_NEWTON, v, G);
    product(b, TEPUI_RESIDUAL, v, R);
    loss_gradient(b, want);
    const double scale = norm(H, P) + norm(G, P) + norm(want, P) + 1e-3;
    slow_product(s, v, 0x1p-11L, want);
    slow_product(s, v, 0x1p-10L, coarse);
    const int kink = distance(want, coarse, P) > 1e-7 * scale;
    if (!kink) {
        vectors_close(text, "H v", H, want, P, 1e-8 * scale);
        slow_gauss_newton(s, J, v, want);
        vectors_close(text, "G v", G, want, P, 1e-9 * scale);
    }
    for (size_t i = 0; i < P; i++) want[i] = G[i] + R[i];
    vectors_close(text, "G v + R v", want, H, P, 1e-13 * scale);
    free(v), free(want), free(coarse), free(H), free(G), free(R);
    return kink;
}

/* u . A v = v . A u, and the whole matrix has the products in its columns: rounding of sums of P terms. */
static void matrix_matches(bench *b, const char *text)
{
    const size_t P = b->P;
    double *u = numbers(P), *v = numbers(P), *Au = numbers(P), *Av = numbers(P), *h = numbers(P * P), *sum = numbers(P);
    random_vector(u, P, 1);
    random_vector(v, P, 2);
    for (int part = 0; part < 3; part++) {
        double square = 0;
        int64_t e;
        product(b, part, u, Au);
        product(b, part, v, Av);
        close_to(text, "u.A v", inner(u, Av, P), inner(v, Au, P),
                 1e-12 * (norm(Au, P) * norm(v, P) + norm(Av, P) * norm(u, P)));
        CHECK(tepui_network_hessian(b->net, part, h, &e) == TEPUI_OK);
        for (size_t i = 0; i < P; i++) {
            sum[i] = 0;
            for (size_t j = 0; j < P; j++) {
                const double x = j <= i ? h[i * P + j] : h[j * P + i];
                sum[i] += x * v[j];
                square += x * x;
            }
        }
        unscale(sum, P, e);
        vectors_close(text, "matrix times v", sum, Av, P, 1e-12 * scaled_shift(sqrt(square), e) * norm(v, P) + 1e-26);
    }
    free(u), free(v), free(Au), free(Av), free(h), free(sum);
}

/* Returns whether a kink of the net was too near for differences. */
static int one_sample(bench *b, uint64_t sample, const char *text)
{
    slow_net s;
    CHECK(tepui_network_sample(b->net, sample, NULL) == TEPUI_OK);
    slow_take(&s, b->net);
    long double *J = malloc(s.n * s.q * s.P * sizeof *J);
    if (!J) abort();
    slow_jacobian(&s, 0x1p-12L, J);
    forward_matches(b, &s, text);
    tangent_matches(b, &s, text);
    const int kink = products_match(b, &s, J, text);
    if (!kink) gradients_match(b, &s, J, text);
    matrix_matches(b, text);
    free(J);
    slow_free(&s);
    return kink;
}

/* Where a kink is near, another sample: only a matrix that starts at zero before relu is always there. */
static void whole_net(const char *text, uint64_t key)
{
    bench b;
    uint64_t sample = 0;
    const int always = strstr(text, "gain=0)") && strstr(text, "relu");
    if (!open_bench(&b, text, FIRST_ORDER | TEPUI_NEEDS_CURVATURE, key)) return;
    while (sample < 5 && one_sample(&b, sample, text)) sample++;
    if (sample == 5 && !always) {
        fprintf(stderr, "five kinks: %s", text);
        test_failures++;
    }
    close_bench(&b);
}

static void against_differences(void)
{
    char text[1024];
    if (!extended_precision()) return;
    for (size_t k = 0; k < NETS; k++)
        for (size_t turn = 0; turn < 3; turn++) {
            write_text(text, sizeof text, k, turn);
            whole_net(text, 100 * turn + k + 1);
        }
}

/* --- architectures */

/* Every one of the registry builds at depths 1, 2 and 5, on vectors, which are square images for convolutions. */
static void every_architecture(void)
{
    char text[1024];
    if (!extended_precision()) return;
    for (const void *const *t = tepui_family_architecture.kinds; *t; t++)
        for (int depth = 1; depth <= 5; depth += 1 + 2 * (depth == 2)) {
            const tepui_architecture_type *a = *t;
            snprintf(text, sizeof text,
                     "grid: {depth: %d, width: 3, activation: tanh, init: lecun, sigma_b: 0.2, architecture: %s}\n"
                     "data: {source: gaussian, targets: gaussian, points: 2, dimension: %d, outputs: 2}\n"
                     "readout: %s\nloss: mse\nobservables: [forward_norm]\n",
                     depth, a->kind.name, depth == 2 ? 4 : 9, depth == 5 ? "none" : "dense");
            bench b;
            if (!plan_bench(&b, text)) continue;
            CHECK((b.c->composition != NULL) == (a->unit != NULL));
            close_bench(&b);
            if (a->unit) whole_net(text, (uint64_t)depth);
        }
}

/* --- the ways to one number */

/* Points fewer than units, so that frames and coordinates are in use. */
static const struct {
    const char *architecture;
    int depth, width, inputs, points;
} wide[] = {
    {"\"[dense, activation]\"", 3, 5, 9, 2},
    {"\"[dense, batch_norm, activation]\"", 2, 5, 6, 3},
    {"\"[dense(8), layer_norm, activation, dense(7), rms_norm]\"", 1, 5, 9, 3},
    {"\"[residual(0.5)[dense, activation, dense, residual(0.2, 0, 1)[dense, activation]]]\"", 1, 6, 6, 1},
    {"\"[dropout, dense, affine, silu]\"", 2, 5, 8, 2},
    {"\"[weight_norm, activation, dense]\"", 1, 5, 7, 2},
    {"\"[conv1d(3, 3), activation, flatten, dense(7), activation]\"", 1, 5, 6, 2},
    {"\"[activation, conv2d(2, 2), batch_norm, activation, global_average_pool, dense]\"", 1, 6, 9, 4},
    {"\"residual(2, 0.5)\"", 2, 5, 5, 2},
    {"pre_norm", 3, 5, 9, 1},
    {"fixup", 3, 4, 9, 2},
    {"\"[dense, affine, activation]\"", 1, 17, 3, 5}, /* units are carried in two turns, a place stays empty */
};

typedef struct {
    double *value, norm, trace, scale;
    double *block; /* norms, (layers + 1)^2 */
} whole_part;

/* Everything from the entries of the whole matrix. */
static whole_part take_whole(bench *b, int part)
{
    const size_t P = b->P, K = b->net->layers + 1, *at = b->net->composed->at;
    const tepui_composition *m = b->c->composition;
    whole_part w = {.value = numbers(P), .block = numbers(K * K)};
    double *h = numbers(P * P), *work = numbers(matrix_eigen_work(P)), square = 0;
    size_t *unit = calloc(P + 1, sizeof *unit);
    int64_t e;
    CHECK(unit && tepui_network_hessian(b->net, part, h, &e) == TEPUI_OK);
    for (size_t k = 1; unit && k <= m->count; k++)
        for (size_t i = at[k]; i < at[k + 1]; i++) unit[i] = m->layer[k].unit;
    for (size_t i = 0; unit && i < P; i++)
        for (size_t j = 0; j <= i; j++) {
            h[i * P + j] = scaled_shift(h[i * P + j], e);
            const double x = h[i * P + j] * h[i * P + j];
            square += i == j ? x : 2 * x;
            w.trace += i == j ? h[i * P + j] : 0;
            w.block[unit[i] * K + unit[j]] += i != j && unit[i] == unit[j] ? 2 * x : x;
        }
    w.norm = sqrt(square);
    CHECK(matrix_eigen(MATRIX_LAPACK, h, P, w.value, work) == TEPUI_OK);
    free(h), free(work), free(unit);
    return w;
}

static void sizes_match(const bench *b, const whole_part *w, int part, const char *text)
{
    const tepui_hessian_size size = tepui_network_hessian_size(b->net, part);
    const size_t K = b->net->layers + 1;
    double diagonal = 0;
    close_to(text, "norm", exp(size.ln_norm), w->norm, 1e-12 * w->norm);
    close_to(text, "trace", size.trace_sign * exp(size.ln_trace), w->trace, 1e-12 * w->norm);
    for (size_t k = 1; k < K; k++) {
        diagonal += w->block[k * K + k];
        for (size_t l = 1; l <= k; l++) /* squares are right to 1e-15 of the whole: roots to 1e-7 */
            close_to(text, "block", exp(tepui_network_ln_block(b->net, part, k, l)), sqrt(w->block[k * K + l]),
                     1e-7 * w->norm);
    }
    close_to(text, "diagonal", exp(size.ln_diagonal), sqrt(diagonal), 1e-7 * w->norm);
}

/* The solver is right to about P eps of the norm; what is flushed to zero is smaller. */
static void spectra_match(const bench *b, const whole_part *w, int part, size_t P, const char *text)
{
    const double *value;
    double ln_unit;
    const size_t n = tepui_network_eigenvalues(b->net, part, &value, &ln_unit);
    size_t low = 0;
    CHECK(n <= P);
    while (low < n && value[low] < 0) low++;
    for (size_t k = 0, at = 0; k < P; k++) { /* zeros that it has not go between its signs */
        const int missing = k >= low && k < low + (P - n);
        close_to(text, "eigenvalue", missing ? 0 : value[at] * exp(ln_unit), w->value[k], 1e-12 * w->norm);
        at += !missing;
    }
    close_to(text, "rank", tepui_network_rank(b->net, part) <= (double)n, 1, 0);
    if (part != TEPUI_HESSIAN) return;
    for (int end = -1; end <= 1; end += 2)
        close_to(text, "end", exp(tepui_network_ln_eigenvalue(b->net, end)),
                 fmax(end * w->value[end < 0 ? 0 : P - 1], 0), 1e-12 * w->norm);
}

/* K = J J^T from differences; the Fisher information has the eigenvalues of G where the loss is convex in f. */
static void kernels_match(bench *b, const whole_part *G, const char *text)
{
    slow_net s;
    slow_take(&s, b->net);
    const size_t rows = s.n * s.q, P = s.P;
    long double *J = malloc(rows * P * sizeof *J);
    double *K = numbers(rows * rows), *value = numbers(rows), *work = numbers(matrix_eigen_work(rows)), trace = 0;
    if (!J) abort();
    slow_jacobian(&s, 0x1p-12L, J);
    for (size_t r = 0; r < rows; r++)
        for (size_t t = 0; t <= r; t++)
            for (size_t i = 0; i < P; i++) K[r * rows + t] += (double)(J[r * P + i] * J[t * P + i]);
    for (size_t r = 0; r < rows; r++) trace += K[r * rows + r];
    CHECK(matrix_eigen(MATRIX_LAPACK, K, rows, value, work) == TEPUI_OK);
    close_to(text, "kernel's trace", exp(tepui_network_ln_ntk(b->net, 0)), trace, 1e-9 * trace);
    close_to(text, "kernel's end", exp(tepui_network_ln_ntk(b->net, 1)), value[rows - 1], 1e-9 * trace);
    close_to(text, "kernel's end", exp(tepui_network_ln_ntk(b->net, -1)), value[0], 1e-9 * trace);
    if (strstr(text, "loss: mse") && P >= rows) {
        close_to(text, "Fisher trace", exp(tepui_network_ln_fisher(b->net, 0)), G->trace, 1e-12 * G->trace);
        close_to(text, "Fisher end", exp(tepui_network_ln_fisher(b->net, 1)), G->value[P - 1], 1e-12 * G->trace);
        close_to(text, "Fisher end", exp(tepui_network_ln_fisher(b->net, -1)), G->value[P - rows], 1e-12 * G->trace);
    }
    free(J), free(K), free(value), free(work);
    slow_free(&s);
}

/* Lanczos converges to 1e-10 of the largest; asked for alone, ends come that way. */
static void ends_match(const whole_part *H, size_t P, const char *text, uint64_t key)
{
    bench b;
    if (!open_bench(&b, text, TEPUI_NEEDS_EXTREMES, key)) return;
    CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
    for (int end = -1; end <= 1; end += 2)
        close_to(text, "end by itself", exp(tepui_network_ln_eigenvalue(b.net, end)),
                 fmax(end * H->value[end < 0 ? 0 : P - 1], 0), 1e-9 * H->norm);
    close_bench(&b);
}

/* Gradients do not depend on what is asked for besides: in all parameters, in coordinates, without curvature. */
static void gradients_agree(const char *text, uint64_t key)
{
    static const unsigned more[3] = {0, TEPUI_NEEDS_CURVATURE, TEPUI_NEEDS_HESSIAN_SIZE};
    bench b[3];
    for (int i = 0; i < 3; i++) {
        if (!open_bench(&b[i], text, FIRST_ORDER | more[i], key)) return;
        CHECK(tepui_network_sample(b[i].net, 0, NULL) == TEPUI_OK);
    }
    for (size_t l = 1; l <= b[0].net->layers; l++)
        for (int i = 1; i < 3; i++) {
            close_to(text, "gradient", exp(tepui_network_ln_gradient(b[i].net, l)),
                     exp(tepui_network_ln_gradient(b[0].net, l)), 1e-12 * exp(tepui_network_ln_gradient(b[0].net, 0)));
            close_to(text, "output gradient", exp(tepui_network_ln_output_gradient(b[i].net, l)),
                     exp(tepui_network_ln_output_gradient(b[0].net, l)),
                     1e-12 * exp(tepui_network_ln_output_gradient(b[0].net, 0)));
        }
    for (int i = 0; i < 3; i++) close_bench(&b[i]);
}

static void ways_agree(const char *text, uint64_t key)
{
    const unsigned sizes = TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS,
                   spectra = TEPUI_NEEDS_SPECTRUM | TEPUI_NEEDS_PARTS | TEPUI_NEEDS_EXTREMES;
    bench whole, frames, kernels;
    if (!open_bench(&whole, text, TEPUI_NEEDS_CURVATURE | sizes, key)) return;
    if (!open_bench(&frames, text, sizes | spectra, key)) return;
    if (!open_bench(&kernels, text, TEPUI_NEEDS_NTK | TEPUI_NEEDS_FISHER, key)) return;
    frames.c->gsl_eigensolver = (int)(key % 2); /* the other solver, half of the time */
    bench *const all[3] = {&whole, &frames, &kernels};
    for (int i = 0; i < 3; i++) CHECK(tepui_network_sample(all[i]->net, 0, NULL) == TEPUI_OK);
    for (int part = 0; part < 3; part++) {
        whole_part w = take_whole(&whole, part);
        sizes_match(&whole, &w, part, text);
        sizes_match(&frames, &w, part, text);
        spectra_match(&frames, &w, part, whole.P, text);
        if (part == TEPUI_HESSIAN) ends_match(&w, whole.P, text, key);
        if (part == TEPUI_GAUSS_NEWTON && extended_precision()) kernels_match(&kernels, &w, text);
        free(w.value), free(w.block);
    }
    for (int i = 0; i < 3; i++) close_bench(all[i]);
}

static void matrices_spectra_and_kernels(void)
{
    static const char *const losses[] = {"mse", "cross_entropy", "output"}, *const phi[] = {"tanh", "relu", "gelu"};
    char text[1024];
    for (size_t k = 0; k < NETS; k++) {
        write_text(text, sizeof text, k, 3 + k % 3);
        ways_agree(text, 500 + k);
        gradients_agree(text, 500 + k);
    }
    for (size_t k = 0; k < sizeof wide / sizeof *wide; k++)
        for (size_t loss = 0; loss < 3; loss++) {
            /* dead units stay dead in a branch that is zero: relu is at its kink, where differences see both sides */
            const int smooth = strcmp(wide[k].architecture, "fixup") == 0;
            snprintf(text, sizeof text,
                     "grid: {depth: %d, width: %d, activation: %s, init: he, sigma_b: %g, architecture: %s}\n"
                     "data: {source: gaussian, targets: gaussian, points: %d, dimension: %d, outputs: 3}\n"
                     "readout: dense\nloss: %s\nobservables: [forward_norm]\n",
                     wide[k].depth, wide[k].width, smooth ? "gelu" : phi[(k + loss) % 3], k % 2 ? 0.2 : 0,
                     wide[k].architecture, wide[k].points, wide[k].inputs, losses[loss]);
            ways_agree(text, 600 + 3 * k + loss);
            gradients_agree(text, 600 + 3 * k + loss);
        }
}

/* Norm of R of two points that are one and the same, with residuals 1 and `other`. */
static double residual_of_twins(bench *b, double other)
{
    tepui_network *net = b->net;
    composed_state *s = net->composed;
    CHECK(tepui_network_sample(net, 1, NULL) == TEPUI_OK);
    memcpy(net->x + b->c->inputs, net->x, b->c->inputs * sizeof *net->x);
    composed_take_data(net);
    s->work.points = 2;
    for (size_t k = 1; k <= s->m->count; k++) s->node[k].t->type->forward(&s->node[k]);
    net->y[0] = tepui_network_output(net, 0, 0) - 1;
    net->y[1] = tepui_network_output(net, 1, 0) - other;
    CHECK(composed_backward(net) == TEPUI_OK);
    curvature_take_roots(net);
    CHECK(engine_transported.run(net) == TEPUI_OK);
    return exp(tepui_network_hessian_size(net, TEPUI_RESIDUAL).ln_norm);
}

/* Opposite residuals at one point: R is 0. The sum of squares of pairs knows that to the root of the rounding, 1e-8 of
   the terms; entries know it to 1e-15. */
static void points_that_cancel_are_added_up(void)
{
    static const char *const units[] = {"residual", "\"[dense, layer_norm, activation]\"",
                                        "\"[dense, affine, activation]\""};
    for (int turn = 0; turn < 6; turn++) {
        char text[1024];
        bench b;
        snprintf(text, sizeof text,
                 "grid: {depth: 4, width: 5, activation: %s, init: he, architecture: %s}\ndata: {source: gaussian, "
                 "targets: gaussian, points: 2, dimension: 7}\nreadout: dense\nobservables: [forward_norm]\n",
                 turn & 1 ? "tanh" : "relu", units[turn / 2]);
        if (!open_bench(&b, text, FIRST_ORDER | TEPUI_NEEDS_HESSIAN_SIZE, 9)) return;
        const double together = residual_of_twins(&b, 1), against = residual_of_twins(&b, -1);
        CHECK(together > 1e-3);
        CHECK(against < 1e-13 * together);
        close_bench(&b);
    }
}

/* Kernels spend gradients that the functions of curvature.h take afterwards. */
static void kernels_leave_the_curvature(void)
{
    const char *text = "grid: {depth: 2, width: 3, activation: tanh, architecture: residual}\n"
                       "data: {source: gaussian, targets: gaussian, points: 2}\nobservables: [forward_norm]\n";
    bench alone, both;
    if (!open_bench(&alone, text, TEPUI_NEEDS_CURVATURE, 1)) return;
    if (!open_bench(&both, text, TEPUI_NEEDS_CURVATURE | TEPUI_NEEDS_NTK, 1)) return;
    CHECK(tepui_network_sample(alone.net, 0, NULL) == TEPUI_OK && tepui_network_sample(both.net, 0, NULL) == TEPUI_OK);
    double *g = numbers(alone.P), *want = numbers(alone.P);
    loss_gradient(&alone, want);
    loss_gradient(&both, g);
    vectors_close(text, "gradient behind a kernel", g, want, alone.P, 0);
    free(g), free(want);
    close_bench(&alone), close_bench(&both);
}

/* --- the plain net */

static void near_ln(const char *text, const char *what, size_t l, double got, double want)
{
    if (got == want || fabs(got - want) <= 1e-12 * (1 + fabs(want)) || (isnan(got) && isnan(want))) return;
    fprintf(stderr, "%s, layer %zu: %.17g, plain %.17g: %s", what, l, got, want, text);
    test_failures++;
}

/* The plain net's passes are those of its layers: no bit depends on who made them. */
static void same_ln(const char *text, const char *what, size_t l, double got, double want)
{
    if (got == want || (isnan(got) && isnan(want))) return;
    fprintf(stderr, "%s, layer %zu: %.17g, plain %.17g: %s", what, l, got, want, text);
    test_failures++;
}

static void same_first_order(const tepui_network *a, const tepui_network *b, const char *text)
{
    const tepui_cell *c = tepui_network_cell(a);
    for (size_t l = 0; l <= c->depth + 1; l++) {
        for (size_t p = 0; p < c->points; p++)
            same_ln(text, "forward", l, tepui_network_ln_forward(a, p, l), tepui_network_ln_forward(b, p, l));
        same_ln(text, "tangent", l, tepui_network_ln_tangent(a, l), tepui_network_ln_tangent(b, l));
    }
    for (size_t l = 0; l <= a->layers; l++) {
        same_ln(text, "gradient", l, tepui_network_ln_gradient(a, l), tepui_network_ln_gradient(b, l));
        same_ln(text, "output gradient", l, tepui_network_ln_output_gradient(a, l),
                tepui_network_ln_output_gradient(b, l));
    }
    for (size_t l = 1; l <= c->depth; l++) {
        same_ln(text, "live", l, tepui_network_live_fraction(a, l), tepui_network_live_fraction(b, l));
        if (c->points > 1) same_ln(text, "cosine", l, tepui_network_cosine(a, l), tepui_network_cosine(b, l));
    }
    same_ln(text, "loss", 0, tepui_network_loss(a), tepui_network_loss(b));
}

/* Sums of squares of entries of both signs: relative to the norm of the whole, 1e-12; roots of differences, 1e-7. */
static void same_sizes(const tepui_network *a, const tepui_network *b, const char *text)
{
    for (int part = 0; part < 3; part++) {
        const tepui_hessian_size got = tepui_network_hessian_size(a, part), want = tepui_network_hessian_size(b, part);
        const double scale = exp(want.ln_norm);
        near_ln(text, "Hessian's norm", 0, got.ln_norm, want.ln_norm);
        close_to(text, "trace", got.trace_sign * exp(got.ln_trace), want.trace_sign * exp(want.ln_trace),
                 1e-12 * scale);
        for (size_t k = 1; k <= a->layers; k++)
            for (size_t l = 1; l <= k; l++)
                close_to(text, "block", exp(tepui_network_ln_block(a, part, k, l)),
                         exp(tepui_network_ln_block(b, part, k, l)), 1e-7 * scale);
        close_to(text, "rank", tepui_network_rank(a, part), tepui_network_rank(b, part), 0);
    }
    for (int end = -1; end <= 1; end += 2)
        close_to(text, "eigenvalue", exp(tepui_network_ln_eigenvalue(a, end)), exp(tepui_network_ln_eigenvalue(b, end)),
                 1e-12 * exp(tepui_network_hessian_size(b, TEPUI_HESSIAN).ln_norm));
    /* an eigenvector is known to 1e-14 of the norm over the gap to the next eigenvalue, here 1e-6 at the least */
    for (size_t k = 1; k <= TEPUI_ALIGNED; k += 4)
        close_to(text, "alignment", tepui_network_alignment(a, k), tepui_network_alignment(b, k), 1e-8);
    for (int end = -1; end <= 1; end++) {
        close_to(text, "kernel", exp(tepui_network_ln_ntk(a, end)), exp(tepui_network_ln_ntk(b, end)),
                 1e-12 * exp(tepui_network_ln_ntk(b, 0)));
        close_to(text, "Fisher", exp(tepui_network_ln_fisher(a, end)), exp(tepui_network_ln_fisher(b, end)),
                 1e-12 * exp(tepui_network_ln_fisher(b, 0)));
    }
}

static void same_products(bench *a, bench *b, const char *text)
{
    double *v = numbers(a->P), *got = numbers(a->P), *want = numbers(a->P);
    CHECK(a->P == b->P);
    random_vector(v, a->P, 4);
    for (int part = 0; part < 3; part++) {
        product(a, part, v, got);
        product(b, part, v, want);
        vectors_close(text, "product", got, want, a->P, 1e-12 * (norm(want, a->P) + 1e-14));
    }
    free(v), free(got), free(want);
}

static void one_plain(const char *text, const char *list, int by_units)
{
    const unsigned second = TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS | TEPUI_NEEDS_EXTREMES |
                            TEPUI_NEEDS_SPECTRUM | TEPUI_NEEDS_PARTS | TEPUI_NEEDS_NTK | TEPUI_NEEDS_FISHER |
                            TEPUI_NEEDS_ALIGNMENT,
                   needs[3] = {FIRST_ORDER | TEPUI_NEEDS_SLOPES | second, TEPUI_NEEDS_CURVATURE,
                               FIRST_ORDER | TEPUI_NEEDS_SLOPES};
    for (int turn = 0; turn < 3; turn++) {
        bench plain, composed;
        if (!open_bench(&plain, text, needs[turn], 9) || !open_bench(&composed, list, needs[turn], 9)) return;
        CHECK(!plain.c->composition && composed.c->composition);
        CHECK(plain.net->by_units && composed.net->by_units == by_units);
        for (uint64_t sample = 0; sample < 2; sample++) {
            CHECK(tepui_network_sample(plain.net, sample, NULL) == TEPUI_OK);
            CHECK(tepui_network_sample(composed.net, sample, NULL) == TEPUI_OK);
            if (turn == 1) {
                same_products(&composed, &plain, list);
                continue;
            }
            same_first_order(composed.net, plain.net, list);
            if (turn == 0) same_sizes(composed.net, plain.net, list);
        }
        close_bench(&plain), close_bench(&composed);
    }
}

/* Dense and activation are the plain net. A layer that changes nothing keeps the formulas by blocks away: norms,
   spectra and kernels are made from columns and rows then, and are the same to rounding. */
static void dense_and_activation_are_plain(void)
{
    static const char *const phi[] = {"relu", "tanh"}, *const law[] = {"gaussian", "orthogonal"};
    static const char *const units[] = {"plain", "\"[dense, activation]\"", "\"[dense, flatten, activation]\""};
    char text[1024], list[1024], other[1024];
    for (int turn = 0; turn < 32; turn++) {
        char *const to[3] = {text, list, other};
        for (int k = 0; k < 3; k++)
            snprintf(
                to[k], sizeof text,
                "grid: {depth: 4, width: [[5, 4, 6, 5]], activation: %s, law: %s, init: he, sigma_b: %g, "
                "architecture: %s}\ndata: {source: gaussian, targets: gaussian, points: %d, dimension: 7, outputs: 2}\n"
                "readout: %s\nloss: %s\nobservables: [forward_norm]\n",
                phi[turn % 2], law[turn / 2 % 2], turn & 4 ? 0.3 : 0, units[k], turn & 8 ? 3 : 1,
                turn & 16 ? "dense" : "none", turn % 3 ? "mse" : "cross_entropy");
        one_plain(text, list, 1);
        one_plain(text, other, 0);
    }
}

/* --- weights that are not kept */

/* Jacobians want them kept, forward passes and tangents do not. */
static void kept_or_not_is_one_net(void)
{
    const unsigned few = TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_TANGENT;
    char text[1024];
    for (size_t k = 0; k < NETS; k++) {
        bench kept, drawn;
        write_text(text, sizeof text, k, 0);
        if (!open_bench(&kept, text, few | TEPUI_NEEDS_JACOBIAN, 9) || !open_bench(&drawn, text, few, 9)) return;
        CHECK(kept.net->keep_weights && !drawn.net->keep_weights);
        CHECK(tepui_network_sample(kept.net, 3, NULL) == TEPUI_OK);
        CHECK(tepui_network_sample(drawn.net, 3, NULL) == TEPUI_OK);
        for (size_t l = 0; l <= kept.c->depth + 1; l++) {
            CHECK(tepui_network_ln_forward(kept.net, 0, l) == tepui_network_ln_forward(drawn.net, 0, l));
            CHECK(tepui_network_ln_tangent(kept.net, l) == tepui_network_ln_tangent(drawn.net, l));
        }
        close_bench(&kept), close_bench(&drawn);
    }
}

/* Too many weights to keep, in matrices that fill a tile and in such that share one: drawn again on the way back. */
static void large_nets_draw_twice(void)
{
    char text[2][1024];
    for (int points = 1; points <= 2; points++) {
        bench plain, composed;
        for (int k = 0; k < 2; k++)
            snprintf(text[k], sizeof text[k],
                     "grid: {depth: 6, width: [[2100, 2101, 2050, 3, 2, 1900]], activation: tanh, sigma_b: 0.1, "
                     "architecture: %s}\ndata: {source: gaussian, targets: gaussian, points: %d, dimension: 40, "
                     "outputs: 2}\nreadout: dense\nobservables: [forward_norm]\n",
                     k ? "\"[dense, flatten, activation]\"" : "plain", points);
        if (!open_bench(&plain, text[0], FIRST_ORDER, 9) || !open_bench(&composed, text[1], FIRST_ORDER, 9)) return;
        CHECK(composed.P * sizeof(double) > WEIGHTS_KEEP && !composed.net->keep_weights);
        CHECK(tepui_network_sample(plain.net, 1, NULL) == TEPUI_OK);
        CHECK(tepui_network_sample(composed.net, 1, NULL) == TEPUI_OK);
        same_first_order(composed.net, plain.net, text[1]);
        close_bench(&plain), close_bench(&composed);
    }
}

/* Gradients at outputs are kept for curvature, else a few share their space: residuals inside residuals need three. */
static void gradients_kept_or_not_are_one_net(void)
{
    static const char *const list[] = {
        "residual", "pre_norm", "[dense, residual[dense, residual[activation, dense], activation]]",
        "[dense, residual[dense, batch_norm, residual(0.5)[dense, activation, residual[dense]]], dropout, rms_norm]"};
    char text[1024];
    for (size_t k = 0; k < 2 * sizeof list / sizeof *list; k++) {
        bench kept, shared;
        snprintf(text, sizeof text,
                 "grid: {depth: 3, width: 5, activation: %s, sigma_b: 0.1, architecture: \"%s\"}\n"
                 "data: {source: gaussian, targets: gaussian, points: 3, dimension: 4, outputs: 2}\n"
                 "readout: dense\nobservables: [forward_norm]\n",
                 k % 2 ? "relu" : "tanh", list[k / 2]);
        if (!open_bench(&kept, text, FIRST_ORDER | TEPUI_NEEDS_HESSIAN_SIZE, 9)) return;
        if (!open_bench(&shared, text, FIRST_ORDER, 9)) return;
        CHECK(kept.net->curved && !shared.net->curved);
        CHECK(tepui_network_sample(kept.net, 3, NULL) == TEPUI_OK);
        CHECK(tepui_network_sample(shared.net, 3, NULL) == TEPUI_OK);
        same_first_order(shared.net, kept.net, text);
        close_bench(&kept), close_bench(&shared);
    }
}

/* 20,000 layers of 32 units hold 164 MB of weights. Tiles keep norms; layers of a residual net, for a gradient, three
   vectors and one of slopes, 21 MB, and three nodes and descriptions of 600 bytes, 36 MB. */
static void deep_nets_keep_no_weights(void)
{
    static const struct {
        const char *architecture;
        unsigned needs;
        size_t most;
    } deep_nets[] = {{"\"[dense, activation]\"", TEPUI_NEEDS_FORWARD, 3000000}, {"residual", FIRST_ORDER, 65000000}};
    char text[256];
    for (size_t k = 0; k < 2; k++) {
        bench deep;
        snprintf(text, sizeof text,
                 "grid: {depth: 20000, width: 32, architecture: %s}\n"
                 "data: {source: gaussian, dimension: 32, targets: gaussian}\nobservables: [forward_norm]\n",
                 deep_nets[k].architecture);
        if (!open_bench(&deep, text, deep_nets[k].needs, 9)) return;
        CHECK(tepui_network_memory(deep.c, deep_nets[k].needs) < deep_nets[k].most);
        close_bench(&deep);
    }
}

/* --- far outside the range of double */

static void deep_text(char text[1024], int depth, int width, const char *activation, double gain,
                      const char *architecture, const char *data, const char *loss)
{
    snprintf(text, 1024,
             "grid: {depth: %d, width: %d, activation: %s, init: lecun, gain: %.17g, architecture: \"%s\"}\n"
             "data: {%s}\nreadout: none\nloss: %s\nobservables: [forward_norm]\n",
             depth, width, activation, gain, architecture, data, loss);
}

/* The first `count` matrices, which are layers of their own, by a factor. */
static int open_scaled(bench *b, const char *text, unsigned needs, size_t count, double factor)
{
    tepui_error err = {""};
    if (!plan_bench(b, text)) return 0;
    b->c->key = tepui_key_make(3, "tests/layer");
    for (size_t k = 1; k <= count; k++) b->c->composition->layer[k].sigma *= factor;
    CHECK(tepui_network_alloc(b->c, needs, &b->net, &err) == TEPUI_OK);
    CHECK(tepui_network_sample(b->net, 0, NULL) == TEPUI_OK);
    return 1;
}

/* Behind a norm without epsilon nothing is left of a factor on what comes before; the gradient of a matrix that is g
   times as large is g times smaller, blocks of the Hessian by the factors of both. Factors: 1e600 and 1e-600, by four
   matrices. ln to 1e-12 of numbers up to 1e3; blocks, roots of differences of squares, to 1e-7. */
static void norms_take_any_size(void)
{
    static const char *const norms[] = {"batch_norm(0)", "layer_norm(0)", "rms_norm(0)"};
    const unsigned needs = FIRST_ORDER | TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS;
    for (int k = 0; k < 6; k++) {
        const double factor = k < 3 ? 1e150 : 1e-150, ln = log(factor);
        char text[1024], list[256];
        bench b[2];
        snprintf(list, sizeof list, "[dense *; %s, activation; dense, sin]", norms[k % 3]);
        deep_text(text, 6, 4, "tanh", 1, list, "source: gaussian, targets: gaussian, points: 3, dimension: 4", "mse");
        if (!open_scaled(&b[0], text, needs, 4, 1) || !open_scaled(&b[1], text, needs, 4, factor)) return;
        const tepui_network *was = b[0].net, *is = b[1].net;
        for (size_t l = 0; l <= 6; l++) {
            const double more = l <= 4 ? (double)l * ln : 0, less = l <= 4 ? ln : 0;
            for (size_t p = 0; p < 3; p++)
                near_ln(text, "forward", l, tepui_network_ln_forward(is, p, l),
                        tepui_network_ln_forward(was, p, l) + more);
            near_ln(text, "tangent", l, tepui_network_ln_tangent(is, l), tepui_network_ln_tangent(was, l) + more);
            if (l == 0 || l == 5) continue;
            near_ln(text, "gradient", l, tepui_network_ln_gradient(is, l), tepui_network_ln_gradient(was, l) - less);
            for (int part = 0; part < 3; part++)
                for (size_t i = 1; i <= l; i++)
                    close_to(text, "block", tepui_network_ln_block(is, part, l, i),
                             tepui_network_ln_block(was, part, l, i) - less - (i <= 4 ? ln : 0), 1e-7);
        }
        close_bench(&b[0]), close_bench(&b[1]);
    }
}

/* With epsilon: a factor g on what comes before and g^2 on epsilon change nothing behind. Squares of 1e-70 have an
   exponent of their own, epsilon stands in units of 1. */
static void epsilon_has_a_scale(void)
{
    static const char *const norms[] = {"batch_norm", "layer_norm", "rms_norm"};
    const unsigned needs = FIRST_ORDER | TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS;
    const double ln = -70 * log(10);
    for (int k = 0; k < 3; k++) {
        char text[1024], list[256];
        bench b[2];
        for (int far = 0; far < 2; far++) {
            snprintf(list, sizeof list, "[dense; %s(%s), activation; dense, sin]", norms[k], far ? "1e-141" : "0.1");
            deep_text(text, 3, 4, "tanh", 1, list, "source: gaussian, targets: gaussian, points: 3, dimension: 4",
                      "mse");
            if (!open_scaled(&b[far], text, needs, 1, far ? 1e-70 : 1)) return;
        }
        const tepui_network *was = b[0].net, *is = b[1].net;
        for (size_t l = 1; l <= 3; l += 2) {
            const double first = l == 1 ? ln : 0;
            near_ln(text, "forward", l, tepui_network_ln_forward(is, 1, l),
                    tepui_network_ln_forward(was, 1, l) + first);
            near_ln(text, "tangent", l, tepui_network_ln_tangent(is, l), tepui_network_ln_tangent(was, l) + first);
            near_ln(text, "gradient", l, tepui_network_ln_gradient(is, l), tepui_network_ln_gradient(was, l) - first);
            for (int part = 0; part < 3; part++)
                close_to(text, "block", tepui_network_ln_block(is, part, l, 1),
                         tepui_network_ln_block(was, part, l, 1) - first - ln, 1e-7);
        }
        close_bench(&b[0]), close_bench(&b[1]);
    }
}

/* Nets of homogeneous layers: a gain multiplies a_l by its l-th power, whatever that is. */
static void logarithms_are_linear_in_depth(void)
{
    static const char *const phi[] = {"linear", "relu"};
    for (int k = 0; k < 4; k++) {
        const double gain = k < 2 ? 1e3 : 1e-3;
        char text[1024];
        bench b[2];
        for (int far = 0; far < 2; far++) {
            deep_text(text, 500, 8, phi[k % 2], far ? gain : 1, "[dense, activation]", "source: sphere", "output");
            if (!open_bench(&b[far], text, FIRST_ORDER, 5)) return;
            CHECK(tepui_network_sample(b[far].net, 0, NULL) == TEPUI_OK);
        }
        for (size_t l = 0; l <= 500; l++) {
            near_ln(text, "forward", l, tepui_network_ln_forward(b[1].net, 0, l),
                    tepui_network_ln_forward(b[0].net, 0, l) + (double)l * log(gain));
            if (l > 0)
                near_ln(text, "gradient", l, tepui_network_ln_gradient(b[1].net, l),
                        tepui_network_ln_gradient(b[0].net, l) + 499 * log(gain));
        }
        close_bench(&b[0]), close_bench(&b[1]);
    }
}

/* a_l = (1 + W_l) a_{l-1} 2000 times: long double reaches 1e4932, |a_L| is about 1e2000 at gain 10. The gradient of W_l
   is d_l a_{l-1}^T, d_{l-1} = (1 + W_l)^T d_l. */
static void residuals_explode_as_their_products(void)
{
    enum { L = 2000, d = 3 };
    static long double a[L + 1][d];
    static double w[L + 1][d * d];
    char text[1024];
    bench b;
    if (!extended_precision()) return;
    deep_text(text, L, d, "linear", 10, "[residual[dense]]", "source: sphere", "output");
    if (!open_bench(&b, text, FIRST_ORDER, 6)) return;
    CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
    const double *v;
    tepui_network_directions(b.net, &v);
    for (size_t i = 0; i < d; i++) a[0][i] = tepui_network_inputs(b.net)[i];
    for (size_t l = 1; l <= L; l++) {
        long double square = 0;
        CHECK(tepui_network_weights(b.net, l, w[l]) == TEPUI_OK);
        for (size_t i = 0; i < d; i++) {
            a[l][i] = a[l - 1][i];
            for (size_t j = 0; j < d; j++) a[l][i] += w[l][i * d + j] * a[l - 1][j];
            square += a[l][i] / a[l][0] * (a[l][i] / a[l][0]);
        }
        near_ln(text, "forward", l, tepui_network_ln_forward(b.net, 0, l),
                (double)(logl(sqrtl(square)) + logl(fabsl(a[l][0]))));
    }
    CHECK(tepui_network_ln_forward(b.net, 0, L) > 3000);
    long double delta[d] = {v[0], v[1], v[2]}, next[d];
    for (size_t l = L; l >= 1; l--) {
        long double square = 0, top = fmaxl(fabsl(a[l - 1][0]), fabsl(a[l - 1][1])),
                    big = fmaxl(fabsl(delta[0]), fabsl(delta[1]));
        for (size_t i = 0; i < d * d; i++) square += powl(delta[i / d] / big * (a[l - 1][i % d] / top), 2);
        near_ln(text, "gradient", l, tepui_network_ln_gradient(b.net, l),
                (double)(logl(square) / 2 + logl(top) + logl(big)));
        for (size_t j = 0; j < d; j++) {
            next[j] = delta[j];
            for (size_t i = 0; i < d; i++) next[j] += w[l][i * d + j] * delta[i];
        }
        memcpy(delta, next, sizeof delta);
    }
    close_bench(&b);
}

/* With a loss that is linear in f there is no G: H is R, however small that is. */
static void a_part_that_is_zero_hides_nothing(void)
{
    char text[1024];
    bench b;
    deep_text(text, 60, 2, "tanh", 1e-12, "[dense, activation]", "source: sphere", "output");
    if (!open_bench(&b, text, TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS, 7)) return;
    CHECK(tepui_network_sample(b.net, 0, NULL) == TEPUI_OK);
    const tepui_hessian_size H = tepui_network_hessian_size(b.net, TEPUI_HESSIAN),
                             G = tepui_network_hessian_size(b.net, TEPUI_GAUSS_NEWTON),
                             R = tepui_network_hessian_size(b.net, TEPUI_RESIDUAL);
    CHECK(G.ln_norm == -INFINITY && R.ln_norm < -1500 && R.ln_norm > -INFINITY);
    CHECK(H.ln_norm == R.ln_norm && H.ln_trace == R.ln_trace && H.ln_diagonal == R.ln_diagonal);
    close_bench(&b);
}

/* LeCun's and Xavier's variances, 1/4 and 2/10, differ for the first matrix of the unit and agree for its second. */
static void cells_differ_by_every_matrix(void)
{
    bench b;
    if (!plan_bench(&b, "grid: {depth: 1, width: 4, init: [lecun, xavier], architecture: \"[dense(6), dense(6)]\"}\n"
                        "observables: [forward_norm]\n"))
        return;
    CHECK(b.e->cell_count == 2 && b.e->cells[1].alias_of == 1);
    close_bench(&b);
}

/* --- what is refused */

/* Behind "x.yaml:3: grid.architecture: ": which layer, and what was wanted and found. */
static const struct {
    const char *architecture, *part[3];
} refused[] = {
    {"[dense, residual[dense(3)]]", {"layer 3 (residual, in unit 1)", "branch ends with 3", "begins with 4"}},
    {"[dense; reshape(2, 2), residual[conv2d(3)]]",
     {"layer 4 (residual, in unit 2)", "ends with 2 x 2 x 3", "begins with 2 x 2 x 1"}},
    {"[dense(5); conv2d]", {"layer 2 (conv2d, in unit 2)", "a square number", "its input is 5"}},
    {"[reshape(1, 4), conv2d; dense]", {"layer 2 (conv2d, in unit 1)", "an image", "its input is 4 x 1"}},
    {"[conv2d; dense]", {"layer 2 (dense, in unit 2)", "flatten comes before", "its input is 2 x 2 x 4"}},
    {"[conv2d; weight_norm]", {"layer 2 (weight_norm, in unit 2)", "needs a vector", "its input is 2 x 2 x 4"}},
    {"[conv2d; conv1d]", {"layer 2 (conv1d, in unit 2)", "a sequence", "its input is 2 x 2 x 4"}},
    {"[dense; conv1d(2, 5, 1, 2)]", {"layer 2 (conv1d, in unit 2)", "as long as its kernel", "its input is 4 x 1"}},
    {"[conv1d; max_pool(5)]", {"layer 2 (max_pool, in unit 2)", "as long as its window", "its input is 4 x 4"}},
    {"[dense; max_pool]", {"layer 2 (max_pool, in unit 2)", "a sequence or an image", "its input is 4"}},
    {"[dense; global_average_pool]", {"layer 2 (global_average_pool, in unit 2)", "a sequence", "its input is 4"}},
    {"[dense; reshape(2, 2, 2)]", {"layer 2 (reshape, in unit 2)", "8 features for 2 x 2 x 2", "its input is 4"}},
    {"[dense; batch_norm]",
     {"layer 2 (batch_norm, in unit 2)", "at least 2, there is 1", "variance of one point is 0"}},
    {"[dense; dense(0.5)]", {"parameter width of 'dense'", "must be a whole number", "got 0.5"}},
    {"[dense; weight_norm(1.5)]", {"parameter width of 'weight_norm'", "must be a whole number", "got 1.5"}},
    {"[conv1d(padding=1.5)]", {"parameter padding of 'conv1d'", "must be a whole number", "got 1.5"}},
    {"[conv2d(kernel=2.5)]", {"parameter kernel of 'conv2d'", "must be a whole number", "got 2.5"}},
    {"[conv1d, max_pool(1.5)]", {"parameter size of 'max_pool'", "must be a whole number", "got 1.5"}},
    {"[reshape(1, 2.5, 2)]", {"parameter width of 'reshape'", "must be a whole number", "got 2.5"}},
    {"[residual(learned=0.5)[dense]]", {"parameter learned of 'residual'", "must be a whole number", "got 0.5"}},
    {"[dense, batchnorm]", {"unknown layer 'batchnorm'", "did you mean 'batch_norm'", "known: batch_norm, layer_norm"}},
    {"[dense, tahn]", {"unknown layer 'tahn'", "did you mean the activation 'tanh'", ""}},
    {"[dense, qqqqqqqqq]", {"unknown layer 'qqqqqqqqq'; known: dense, ", " in all)", ""}},
    {"[dense, residual[dense]", {"cannot read", "at 'the end'", "a last ']' is expected"}},
    {"[residual[dense; dense]]", {"']' is missing", "; dense", ""}},
    {"[dense, residual]", {"residual needs the layers of its branch", "in brackets", ""}},
    {"[dense[dense]]", {"dense takes no branch", "in brackets", ""}},
    {"[dense *; dense *]", {"one unit may have a star", "there are two", ""}},
    {"[dense; dense; dense]", {"3 units are written", "the depth is 2", ""}},
    {"[dense; dense; dense *; dense]", {"4 units are written", "one of them to be repeated", "the depth is 2"}},
    {"[]", {"a layer is missing", "at ']'", ""}},
    {"[dense; ]", {"a layer is missing", "at ']'", ""}},
    {"[dense] x", {"cannot read", "at '] x'", ""}},
    {"[dense(gain=-1)]", {"gain of 'dense'", "must lie in", "got -1"}},
    {"[dense(1, 2, 3)]", {"'dense' takes 2", "gives more", ""}},
    {"[dense(foo=1)]", {"unknown parameter 'foo' of 'dense'", "known: width, gain", ""}},
    {"residul", {"unknown architecture 'residul'", "did you mean 'residual'", ""}},
    {"residual(branch=0)", {"branch of 'residual'", "must lie in [1, 16]", "got 0"}},
};

static void refusals_name_layer_and_shapes(void)
{
    static const char start[] = "x.yaml:3: grid.architecture: ";
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
        char text[512];
        tepui_error err = {""};
        tepui_experiment *e = NULL;
        snprintf(text, sizeof text, "grid:\n  depth: 2\n  architecture: \"%s\"\n  width: 4\ndata: {dimension: 4}\n",
                 refused[k].architecture);
        tepui_status st = tepui_experiment_parse(text, "x.yaml", NULL, &e, &err);
        if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
        int good = st == TEPUI_BAD_INPUT && strncmp(err.text, start, strlen(start)) == 0;
        for (int i = 0; i < 3; i++) good = good && strstr(err.text, refused[k].part[i]);
        if (!good) fprintf(stderr, "%s gives %d: %s\n", refused[k].architecture, (int)st, err.text);
        CHECK(good);
        tepui_experiment_free(e);
    }
    CHECK(TEPUI_BAD_INPUT == 65); /* what the program exits with */
}

static const test_case cases[] = {
    {"every_kind_has_its_net", every_kind_has_its_net},
    {"against_differences", against_differences},
    {"every_architecture", every_architecture},
    {"matrices_spectra_and_kernels", matrices_spectra_and_kernels},
    {"points_that_cancel_are_added_up", points_that_cancel_are_added_up},
    {"kernels_leave_the_curvature", kernels_leave_the_curvature},
    {"dense_and_activation_are_plain", dense_and_activation_are_plain},
    {"kept_or_not_is_one_net", kept_or_not_is_one_net},
    {"large_nets_draw_twice", large_nets_draw_twice},
    {"gradients_kept_or_not_are_one_net", gradients_kept_or_not_are_one_net},
    {"deep_nets_keep_no_weights", deep_nets_keep_no_weights},
    {"norms_take_any_size", norms_take_any_size},
    {"epsilon_has_a_scale", epsilon_has_a_scale},
    {"logarithms_are_linear_in_depth", logarithms_are_linear_in_depth},
    {"residuals_explode_as_their_products", residuals_explode_as_their_products},
    {"a_part_that_is_zero_hides_nothing", a_part_that_is_zero_hides_nothing},
    {"cells_differ_by_every_matrix", cells_differ_by_every_matrix},
    {"refusals_name_layer_and_shapes", refusals_name_layer_and_shapes},
};
TEST_MAIN(cases)
