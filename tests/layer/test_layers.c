/* test_layers.c -- every layer kind and architecture against the slow net and its differences, against the plain net,
   against each other's ways to the same number, and at sizes where doubles end. */
#include "common.h"
#include "slow.h"
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

static const test_case cases[] = {
    {"every_kind_has_its_net", every_kind_has_its_net},
    {"against_differences", against_differences},
    {"every_architecture", every_architecture},
};
TEST_MAIN(cases)
