/* test_moved.c -- nets at other parameters than those they were drawn with: against static samples at the start,
   against slow nets in long double and differences of themselves elsewhere, and at depths where doubles end. */
#include "layer/common.h"
#include "layer/compositions.h"
#include "layer/slow.h"
#include "network/reference.h"
#include "reads.h"
#include <curvature/composed.h>
#include <curvature/moved.h>

#define COMPOSITIONS (sizeof compositions / sizeof *compositions)

/* Plain nets: profiles, activations, losses, biases, read-outs, points fewer and more than inputs, laws, generators. */
static const char *const plain[] = {
    "grid: {depth: 3, width: 4, activation: tanh, init: lecun, gain: 1.3, sigma_b: 0.3}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 5, outputs: 2}\n"
    "readout: dense\nloss: mse\nobservables: [forward_norm]\n",
    "grid: {depth: 3, width: 4, activation: gelu, init: he, sigma_b: 0.3}\n"
    "data: {source: gaussian, targets: gaussian, points: 6, dimension: 3, outputs: 3}\n"
    "readout: dense\nloss: cross_entropy\nobservables: [forward_norm]\n",
    "grid: {depth: 2, width: 5, activation: relu, init: he}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 4, outputs: 2}\n"
    "readout: dense\nloss: mse\nobservables: [forward_norm]\n",
    "grid: {depth: 4, width: [[5, 3, 2, 4]], activation: relu, init: he, sigma_b: 0.2}\n"
    "data: {source: gaussian, targets: gaussian, points: 5, dimension: 7, outputs: 4}\n"
    "readout: none\nloss: mse\nobservables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 5, 3]], activation: sin, init: lecun, gain: 1.5}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 3, outputs: 3}\n"
    "readout: none\nloss: cross_entropy\nobservables: [forward_norm]\n",
    "grid: {depth: 3, width: 3, activation: softplus, init: lecun, gain: 0.8, sigma_b: 0.1}\n"
    "data: {source: sphere, points: 4, dimension: 2, outputs: 2}\n"
    "readout: dense\nloss: output\nobservables: [forward_norm]\n",
    "grid: {depth: 1, width: 6, activation: erf, init: xavier}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 1, outputs: 1}\n"
    "readout: dense\nloss: mse\nobservables: [forward_norm]\n",
    "grid: {depth: 3, width: 1, activation: leaky_relu, init: he}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 3, outputs: 1}\n"
    "readout: none\nloss: mse\nobservables: [forward_norm]\n",
    "grid: {depth: 3, width: 4, activation: silu, law: orthogonal, init: lecun, sigma_b: 0.2}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 4, outputs: 2}\n"
    "readout: dense\nloss: mse\ngenerator: mt19937\nobservables: [forward_norm]\n",
};
#define PLAIN (sizeof plain / sizeof *plain)

static const char *text_of(size_t k)
{
    return k < PLAIN ? plain[k] : compositions[k - PLAIN];
}
#define ALL (PLAIN + COMPOSITIONS)

typedef struct {
    bench b;
    double *theta, *g;
} mover;

static int open_mover(mover *m, const char *text, unsigned needs, uint64_t key)
{
    size_t count;
    *m = (mover){0};
    if (!open_bench(&m->b, text, TEPUI_NEEDS_PATH | needs, key)) return 0;
    CHECK(network_draw_sample(m->b.net) == TEPUI_OK);
    m->theta = network_open(m->b.net, &count);
    CHECK(count == m->b.P);
    for (size_t i = count; i % TEPUI_LANES; i++) CHECK(m->theta[i] == 0);
    m->g = numbers(count);
    return 1;
}

static void close_mover(mover *m)
{
    free(m->g);
    close_bench(&m->b);
}

static void again(mover *m)
{
    int64_t e;
    CHECK(network_again(m->b.net, m->g, &e) == TEPUI_OK);
    unscale(m->g, m->b.P, e);
}

/* theta + 0.3 |theta| r / |r| */
static void move(mover *m, uint64_t seed)
{
    double *r = numbers(m->b.P);
    random_vector(r, m->b.P, seed);
    const double h = 0.3 * norm(m->theta, m->b.P) / norm(r, m->b.P);
    for (size_t i = 0; i < m->b.P; i++) m->theta[i] += h * r[i];
    free(r);
}

static void vectors_close(const char *text, const char *what, const double *got, const double *want, size_t n,
                          double tolerance)
{
    const double d = distance(got, want, n);
    if (d <= tolerance) return;
    fprintf(stderr, "%s: off by %.3g (allowed %.2g) of %.3g: %s", what, d, tolerance, norm(want, n), text);
    test_failures++;
}

/* --- at the start */

/* The same products, with sigma in another place: 1e-12 leaves a factor of 1000. */
static void the_start_is_the_sample(void)
{
    for (size_t k = 0; k < ALL; k++) {
        const char *text = text_of(k);
        mover m;
        bench s;
        if (!open_mover(&m, text, 0, k + 1) || !open_bench(&s, text, TEPUI_NEEDS_CURVATURE, k + 1)) continue;
        CHECK(tepui_network_sample(s.net, 0, NULL) == TEPUI_OK);
        const size_t P = s.P, outputs = s.c->points * s.c->outputs;
        double *want = numbers(P), *got = numbers(P), *v = numbers(P);
        again(&m);
        CHECK_NEAR(tepui_network_loss(m.b.net), tepui_network_loss(s.net),
                   1e-12 * (1 + fabs(tepui_network_loss(s.net))));
        for (size_t i = 0; i < outputs; i++) {
            const double f = tepui_network_output(s.net, i / s.c->outputs, i % s.c->outputs);
            CHECK_NEAR(tepui_network_output(m.b.net, i / s.c->outputs, i % s.c->outputs), f, 1e-12 * (1 + fabs(f)));
        }
        loss_gradient(&s, want);
        const double scale = 1e-3 + norm(want, P);
        vectors_close(text, "gradient", m.g, want, P, 1e-12 * scale);
        loss_gradient(&m.b, got);
        vectors_close(text, "gradient asked for", got, m.g, P, 1e-14 * scale);
        random_vector(v, P, k);
        for (int part = 0; part < 3; part++) {
            product(&s, part, v, want);
            product(&m.b, part, v, got);
            vectors_close(text, tepui_part_word[part], got, want, P, 1e-12 * (scale + norm(want, P)));
        }
        free(want), free(got), free(v);
        close_mover(&m), close_bench(&s);
    }
}

/* --- elsewhere, against themselves */

static const int place[4] = {-2, -1, 1, 2}, weight[4] = {1, -8, 8, -1};

/* The derivative of the loss and of the gradient along v at theta, fourth order: h^4 / 30 times fifth derivatives, and
   rounding 1e-15 / h. */
static double differences(mover *m, const double *v, double h, double *out)
{
    const size_t P = m->b.P;
    double *keep = numbers(P), slope = 0;
    memcpy(keep, m->theta, P * sizeof *keep);
    memset(out, 0, P * sizeof *out);
    for (int k = 0; k < 4; k++) {
        for (size_t i = 0; i < P; i++) m->theta[i] = keep[i] + place[k] * h * v[i];
        again(m);
        slope += weight[k] * tepui_network_loss(m->b.net) / (12 * h);
        for (size_t i = 0; i < P; i++) out[i] += weight[k] * m->g[i] / (12 * h);
    }
    memcpy(m->theta, keep, P * sizeof *keep);
    free(keep);
    return slope;
}

/* Returns whether a kink lies between the points. */
static int derivatives_match(mover *m, const char *text, uint64_t seed)
{
    const size_t P = m->b.P;
    double *v = numbers(P), *fine = numbers(P), *coarse = numbers(P), *H = numbers(P), *G = numbers(P), *R = numbers(P);
    random_vector(v, P, seed);
    const double length = norm(v, P);
    for (size_t i = 0; i < P; i++) v[i] /= length;
    const double slope = differences(m, v, 0x1p-10, fine), rough = differences(m, v, 0x1p-9, coarse);
    again(m);
    product(&m->b, TEPUI_HESSIAN, v, H);
    product(&m->b, TEPUI_GAUSS_NEWTON, v, G);
    product(&m->b, TEPUI_RESIDUAL, v, R);
    const double loss = fabs(tepui_network_loss(m->b.net)),
                 scale = 1e-3 + loss + norm(m->g, P) + norm(H, P) + norm(G, P);
    const int kink = distance(fine, coarse, P) > 1e-6 * scale || fabs(slope - rough) > 1e-6 * scale;
    if (!kink) {
        if (!(fabs(inner(m->g, v, P) - slope) <= 1e-7 * scale)) vectors_close(text, "g.v", &slope, &rough, 1, -1);
        vectors_close(text, "H v", H, fine, P, 1e-7 * scale);
    }
    for (size_t i = 0; i < P; i++) G[i] += R[i];
    vectors_close(text, "G v + R v", G, H, P, 1e-13 * scale);
    free(v), free(fine), free(coarse), free(H), free(G), free(R);
    return kink;
}

static void derivatives_are_those_of_the_moved_net(void)
{
    size_t kinks = 0;
    for (size_t k = 0; k < ALL; k++) {
        mover m;
        if (!open_mover(&m, text_of(k), 0, k + 1)) continue;
        for (uint64_t turn = 0; turn < 3; turn++) {
            move(&m, 3 * k + turn);
            kinks += (size_t)derivatives_match(&m, text_of(k), turn);
        }
        close_mover(&m);
    }
    CHECK(kinks < ALL / 4 * 3); /* of three turns each */
}

/* --- elsewhere, against slow nets */

static void plain_losses_match(void)
{
    for (size_t k = 0; k < PLAIN - 1; k++) { /* the last one's biases cannot be drawn again */
        mover m;
        reference r;
        if (!open_mover(&m, plain[k], 0, k + 1)) continue;
        reference_take(&r, m.b.net);
        move(&m, k);
        const double *w = m.theta;
        for (size_t l = 1; l <= r.layers; l++) {
            const size_t size = reference_rows(&r, l) * reference_cols(&r, l);
            memcpy(r.w[l], w, size * sizeof *w);
            w += size;
        }
        again(&m);
        const double loss = (double)reference_loss(&r);
        CHECK_NEAR(tepui_network_loss(m.b.net), loss, 1e-12 * (1 + fabs(loss)));
        for (size_t l = 1; l <= r.layers; l++) {
            const size_t size = reference_rows(&r, l) * reference_cols(&r, l), at = m.b.net->composed->at[2 * l - 1];
            const double want = (double)reference_gradient(&r, l, 0);
            CHECK_NEAR(norm(m.g + at, size), want, 1e-11 * (1 + want));
        }
        reference_free(&r);
        close_mover(&m);
    }
}

/* As test_layers does with static samples; a gain of weight_norm has come to 0. */
static void compare_slow(mover *m, const char *text)
{
    const tepui_composition *list = m->b.c->composition;
    const size_t P = m->b.P;
    slow_net s;
    slow_take(&s, m->b.net);
    for (size_t k = 1; k <= list->count; k++)
        if (strcmp(list->layer[k].type->kind.name, "weight_norm") == 0)
            m->theta[s.at[k] + list->layer[k].rows * list->layer[k].cols] = 0;
    for (size_t i = 0; i < P; i++) s.p[i] = m->theta[i];
    long double *J = calloc(s.n * s.q * P, sizeof *J), slope[64];
    double *want = numbers(P), *coarse = numbers(P), *H = numbers(P), *v = numbers(P);
    again(m);
    const double loss = (double)slow_loss(&s);
    CHECK_NEAR(tepui_network_loss(m->b.net), loss, 1e-12 * (1 + fabs(loss)));
    slow_jacobian(&s, 0x1p-12L, J);
    slow_loss_slope(&s, 0, slope);
    for (size_t i = 0; i < s.n * s.q * P; i++) want[i % P] += (double)(slope[i / P] * J[i]);
    random_vector(v, P, 7);
    product(&m->b, TEPUI_HESSIAN, v, H);
    const double scale = 1e-3 + fabs(loss) + norm(want, P) + norm(H, P);
    double *once = numbers(P);
    memcpy(once, want, P * sizeof *once);
    slow_product(&s, v, 0x1p-11L, want);
    slow_product(&s, v, 0x1p-10L, coarse);
    if (distance(want, coarse, P) <= 1e-7 * scale) {
        vectors_close(text, "gradient", m->g, once, P, 1e-9 * scale);
        vectors_close(text, "H v", H, want, P, 1e-7 * scale);
    }
    free(J), free(want), free(coarse), free(H), free(v), free(once);
    slow_free(&s);
}

static void compositions_match_slow_nets(void)
{
    if (!extended_precision()) return;
    for (size_t k = 0; k < COMPOSITIONS; k++) {
        mover m;
        if (!open_mover(&m, compositions[k], 0, k + 1)) continue;
        move(&m, k);
        compare_slow(&m, compositions[k]);
        close_mover(&m);
    }
}

/* --- bits */

static int same(const double *a, const double *b, size_t n)
{
    return memcmp(a, b, n * sizeof *a) == 0;
}

static void back_to_the_same_place(void)
{
    for (size_t k = 0; k < ALL; k++) {
        mover m;
        if (!open_mover(&m, text_of(k), 0, k + 1)) continue;
        const size_t P = m.b.P;
        double *theta = numbers(P), *g = numbers(P), *h[2] = {numbers(P), numbers(P)};
        memcpy(theta, m.theta, P * sizeof *theta);
        again(&m);
        memcpy(g, m.g, P * sizeof *g);
        const double loss = tepui_network_loss(m.b.net);
        product(&m.b, TEPUI_HESSIAN, g, h[0]);
        move(&m, k);
        again(&m);
        CHECK(!same(g, m.g, P));
        memcpy(m.theta, theta, P * sizeof *theta);
        again(&m);
        product(&m.b, TEPUI_HESSIAN, g, h[1]);
        CHECK(same(g, m.g, P) && same(h[0], h[1], P) && loss == tepui_network_loss(m.b.net));
        free(theta), free(g), free(h[0]), free(h[1]);
        close_mover(&m);
    }
}

static void record(bench *b, double *to)
{
    CHECK(tepui_network_sample(b->net, 1, NULL) == TEPUI_OK);
    loss_gradient(b, to);
    product(b, TEPUI_HESSIAN, to, to + b->P);
    to[2 * b->P] = tepui_network_loss(b->net);
    to[2 * b->P + 1] = tepui_network_ln_gradient(b->net, 0);
    to[2 * b->P + 2] = tepui_network_ln_tangent(b->net, 1);
}

static void the_next_sample_has_its_bits(void)
{
    const unsigned needs = TEPUI_NEEDS_CURVATURE | TEPUI_NEEDS_TANGENT | TEPUI_NEEDS_LOSS_GRADIENT;
    for (size_t k = 0; k < ALL; k++) {
        mover m;
        bench fresh;
        if (!open_mover(&m, text_of(k), needs, k + 1) || !open_bench(&fresh, text_of(k), needs, k + 1)) continue;
        double *want = numbers(2 * fresh.P + 3), *got = numbers(2 * fresh.P + 3);
        const double share[8] = {0.5};
        m.b.net->share = share; /* which static samples do not know */
        move(&m, k);
        again(&m);
        record(&m.b, got);
        record(&fresh, want);
        CHECK(same(got, want, 2 * fresh.P + 3));
        if (!same(got, want, 2 * fresh.P + 3)) fprintf(stderr, "%s", text_of(k));
        size_t count;
        CHECK(network_draw_sample(m.b.net) == TEPUI_OK && network_open(m.b.net, &count) == m.theta);
        free(want), free(got);
        close_mover(&m), close_bench(&fresh);
    }
}

/* --- shares */

static void shares_are_linear(void)
{
    for (size_t k = 0; k < ALL; k++) {
        mover m;
        if (!open_mover(&m, text_of(k), 0, k + 1)) continue;
        const size_t P = m.b.P, n = m.b.c->points;
        double *share = numbers(n), *sum = numbers(P), *all = numbers(P), *Hv = numbers(P), *v = numbers(P);
        move(&m, k);
        again(&m);
        const double loss = tepui_network_loss(m.b.net), scale = 1e-3 + norm(m.g, P);
        memcpy(all, m.g, P * sizeof *all);
        random_vector(v, P, k);
        product(&m.b, TEPUI_HESSIAN, v, Hv);
        m.b.net->share = share;
        for (size_t p = 0; p < n; p++) {
            memset(share, 0, n * sizeof *share);
            share[p] = (double)n;
            again(&m);
            CHECK(tepui_network_loss(m.b.net) == loss);
            for (size_t i = 0; i < P; i++) sum[i] += m.g[i] / (double)n;
        }
        vectors_close(text_of(k), "mean over points", sum, all, P, 1e-12 * scale * (double)n);
        product(&m.b, TEPUI_HESSIAN, v, sum);
        CHECK(same(sum, Hv, P)); /* of the whole loss */
        free(share), free(sum), free(all), free(Hv), free(v);
        close_mover(&m);
    }
}

/* With next to nothing of the others: d (loss of point p), by differences of 1/2 |f_p - y_p|^2. */
static void a_share_is_that_of_its_point(void)
{
    mover m;
    if (!open_mover(&m, plain[0], 0, 1)) return;
    const size_t P = m.b.P, n = m.b.c->points, q = m.b.c->outputs;
    double share[8] = {0}, *v = numbers(P), *keep = numbers(P), *g = numbers(P);
    move(&m, 1);
    memcpy(keep, m.theta, P * sizeof *keep);
    random_vector(v, P, 5);
    m.b.net->share = share;
    for (size_t p = 0; p < n; p++) {
        double slope = 0;
        for (size_t i = 0; i < n; i++) share[i] = i == p ? (double)n : 1e-200; /* which has an exponent of its own */
        again(&m);
        memcpy(g, m.g, P * sizeof *g);
        for (int k = 0; k < 4; k++) {
            for (size_t i = 0; i < P; i++) m.theta[i] = keep[i] + place[k] * 0x1p-10 * v[i];
            again(&m);
            for (size_t o = 0; o < q; o++) {
                const double r = tepui_network_output(m.b.net, p, o) - tepui_network_targets(m.b.net)[p * q + o];
                slope += weight[k] * r * r / 2 / (12 * 0x1p-10);
            }
        }
        memcpy(m.theta, keep, P * sizeof *keep);
        CHECK_NEAR(inner(g, v, P), slope, 1e-9 * (1 + norm(g, P)));
    }
    free(v), free(keep), free(g);
    close_mover(&m);
}

/* --- depth */

enum { DEEP = 2000 };

/* Long double holds what doubles do not: 1e-4932. The gradient of W_l is delta_l a_{l-1}^T. */
static void compare_deep(mover *m, int relu, const char *text)
{
    static long double a[DEEP + 1][2], z[DEEP + 1][2], delta[2], next[2];
    const double *w = m->theta, *y = tepui_network_targets(m->b.net);
    int64_t e;
    CHECK(network_again(m->b.net, m->g, &e) == TEPUI_OK);
    for (size_t i = 0; i < 2; i++) a[0][i] = tepui_network_inputs(m->b.net)[i];
    for (size_t l = 1; l <= DEEP; l++)
        for (size_t i = 0; i < 2; i++) {
            z[l][i] = w[4 * l - 4 + 2 * i] * a[l - 1][0] + w[4 * l - 4 + 2 * i + 1] * a[l - 1][1];
            a[l][i] = relu ? fmaxl(z[l][i], 0) : tanhl(z[l][i]);
        }
    for (size_t i = 0; i < 2; i++) delta[i] = a[DEEP][i] - y[i];
    long double largest = 0;
    for (size_t l = DEEP; l >= 1; l--) {
        for (size_t i = 0; i < 2; i++) delta[i] *= relu ? z[l][i] > 0 : 1 - a[l][i] * a[l][i];
        const long double scale =
            fmaxl(fabsl(delta[0]), fabsl(delta[1])) * fmaxl(fabsl(a[l - 1][0]), fabsl(a[l - 1][1]));
        largest = fmaxl(largest, scale);
        for (size_t i = 0; i < 4; i++) {
            const long double want = delta[i / 2] * a[l - 1][i % 2], got = ldexpl(m->g[4 * l - 4 + i], (int)e);
            if (fabsl(got - want) <= 1e-11L * scale) continue;
            fprintf(stderr, "layer %zu: %Lg, want %Lg: %s", l, got, want, text);
            test_failures++;
        }
        for (size_t j = 0; j < 2; j++) next[j] = w[4 * l - 4 + j] * delta[0] + w[4 * l - 2 + j] * delta[1];
        memcpy(delta, next, sizeof delta);
    }
    CHECK(largest > 0 && largest < 1e-400L && largest > 1e-4800L);
}

static void gradients_of_any_size(void)
{
    if (!extended_precision()) return;
    for (int relu = 0; relu < 2; relu++) {
        char text[512];
        mover m;
        snprintf(text, sizeof text,
                 "grid: {depth: %d, width: 2, activation: %s, init: lecun, gain: 0.5}\n"
                 "data: {source: sphere, targets: gaussian, points: 1, dimension: 2, outputs: 2}\n"
                 "readout: none\nloss: mse\nobservables: [forward_norm]\n",
                 DEEP, relu ? "relu" : "tanh");
        if (!open_mover(&m, text, 0, 9)) return;
        /* positive matrices let no unit die */
        for (size_t i = 0; relu && i < m.b.P; i++)
            m.theta[i] = fabs(m.theta[i]) * (i < 4 && tepui_network_inputs(m.b.net)[i % 2] < 0 ? -0.7 : 0.7);
        compare_deep(&m, relu, text);
        for (size_t i = 0; i < m.b.P; i++) m.theta[i] *= i % 3 ? 1.1 : 0.9;
        compare_deep(&m, relu, text);
        close_mover(&m);
    }
}

/* A dead net has gradient 0, and comes back to life. */
static void dead_nets_come_back(void)
{
    mover m;
    if (!open_mover(&m, plain[2], 0, 3)) return;
    double *theta = numbers(m.b.P), *g = numbers(m.b.P);
    again(&m);
    memcpy(theta, m.theta, m.b.P * sizeof *theta);
    memcpy(g, m.g, m.b.P * sizeof *g);
    memset(m.theta, 0, m.b.P * sizeof *theta);
    again(&m);
    CHECK(norm(m.g, m.b.P) == 0 && tepui_network_output(m.b.net, 0, 0) == 0);
    memcpy(m.theta, theta, m.b.P * sizeof *theta);
    again(&m);
    CHECK(same(g, m.g, m.b.P) && norm(g, m.b.P) > 0);
    free(theta), free(g);
    close_mover(&m);
}

static const test_case cases[] = {
    {"the_start_is_the_sample", the_start_is_the_sample},
    {"derivatives_are_those_of_the_moved_net", derivatives_are_those_of_the_moved_net},
    {"plain_losses_match", plain_losses_match},
    {"compositions_match_slow_nets", compositions_match_slow_nets},
    {"back_to_the_same_place", back_to_the_same_place},
    {"the_next_sample_has_its_bits", the_next_sample_has_its_bits},
    {"shares_are_linear", shares_are_linear},
    {"a_share_is_that_of_its_point", a_share_is_that_of_its_point},
    {"gradients_of_any_size", gradients_of_any_size},
    {"dead_nets_come_back", dead_nets_come_back},
};
TEST_MAIN(cases)
