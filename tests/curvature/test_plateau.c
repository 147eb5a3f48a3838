/* test_plateau.c -- the loss on lines through the initialisation, where it is known in closed form from the sampled
   weights: one linear layer, (w x - y)^2/2, and two scalar weights, (v w x - y)^2/2; and that nothing else a sample
   tells changes when it is asked for. */
#include "bench.h"
#include "reads.h"
#include <string.h>

enum { SAMPLES = 20 };
#define ROUNDING 1e-12 /* relative, of a loss of a few operations that is not small against its terms */

static double loss_at(const bench *b, tepui_ray ray, size_t i)
{
    return exp(tepui_network_ln_plateau(b->net, ray, i));
}

static double half_square(double r)
{
    return r * r / 2;
}

/* H = x x^T has no negative eigenvalue: that line stays. Along minus the gradient f moves by -sign(f - y) norm(x). */
static void one_layer(const bench *b)
{
    const double *x = tepui_network_inputs(b->net), *u = tepui_network_random_ray(b->net);
    const double y = tepui_network_targets(b->net)[0];
    double w[3];
    CHECK(tepui_network_weights(b->net, 1, w) == TEPUI_OK);
    const double f = w[0] * x[0] + w[1] * x[1] + w[2] * x[2], length = sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
    const double norm = sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]), ux = u[0] * x[0] + u[1] * x[1] + u[2] * x[2];
    CHECK_NEAR(u[0] * u[0] + u[1] * u[1] + u[2] * u[2], 1, 4 * ROUNDING);
    for (size_t i = 0; i < TEPUI_PLATEAU_POINTS; i++) {
        const double step = tepui_plateau_at[i] * length, scale = 1 + f * f + y * y + step * step * norm * norm;
        CHECK_NEAR(loss_at(b, TEPUI_RAY_RANDOM, i), half_square(f + step * ux - y), ROUNDING * scale);
        CHECK_NEAR(loss_at(b, TEPUI_RAY_GRADIENT, i), half_square(f - step * copysign(norm, f - y) - y),
                   ROUNDING * scale);
        CHECK_NEAR(loss_at(b, TEPUI_RAY_EIGENVECTOR, i), half_square(f - y), ROUNDING * scale);
    }
}

/* H = ((v x)^2, c; c, (w x)^2), c = (2 v w x - y) x: the vector of its smaller eigenvalue is (c, lambda - (v x)^2).
   Rounding in lambda counts as often as the gap is small, which is that of |c| at least. */
static void two_scalars(const bench *b, size_t *negative)
{
    const double x = tepui_network_inputs(b->net)[0], y = tepui_network_targets(b->net)[0];
    double w, v;
    CHECK(tepui_network_weights(b->net, 1, &w) == TEPUI_OK && tepui_network_weights(b->net, 2, &v) == TEPUI_OK);
    const double r = v * w * x - y, p = v * x * v * x, q = w * x * w * x, c = (2 * v * w * x - y) * x;
    const double low = (p + q) / 2 - hypot((p - q) / 2, c), length = hypot(v, w);
    double d[2] = {c, low - p};
    const double size = hypot(d[0], d[1]), along = r * x * (v * d[0] + w * d[1]);
    const double sign = low < 0 ? (along > 0 ? -1 : 1) / size : 0;
    if (fabs(low) < 1e-6 * (p + q) || fabs(c) < 1e-3 * (p + q)) return;
    *negative += low < 0;
    for (size_t i = 0; i < TEPUI_PLATEAU_POINTS; i++) {
        const double step = tepui_plateau_at[i] * length * sign;
        const double f = (w + step * d[0]) * (v + step * d[1]) * x;
        CHECK_NEAR(loss_at(b, TEPUI_RAY_EIGENVECTOR, i), half_square(f - y), 1e-9 * (1 + f * f + y * y));
    }
}

static void lines_are_closed_forms(void)
{
    static const char *const text[] = {
        "grid: {depth: 1, width: 1, activation: linear, init: lecun}\n"
        "data: {source: gaussian, dimension: 3, targets: gaussian}\nreadout: none\nloss: mse\nobservables: [plateau]\n",
        "grid: {depth: 2, width: 1, activation: linear, init: lecun}\n"
        "data: {source: gaussian, targets: gaussian}\nreadout: none\nloss: mse\nobservables: [plateau]\n"};
    size_t negative = 0;
    for (int k = 0; k < 2; k++) {
        bench b;
        if (!open_bench(&b, text[k], TEPUI_NEEDS_PLATEAU)) continue;
        for (uint64_t i = 0; i < SAMPLES; i++) {
            CHECK(tepui_network_sample(b.net, i, NULL) == TEPUI_OK);
            if (k == 0)
                one_layer(&b);
            else
                two_scalars(&b, &negative);
        }
        close_bench(&b);
    }
    CHECK(negative > SAMPLES / 4); /* half of them, about */
}

/* f = v_1 (w_1 x)_+ + v_2 (w_2 x)_+, both units alive: H = grad f grad f^T + r x S, where S swaps w_j and v_j. S has
   the eigenvalues 1 and -1 twice each, so -|r x| stays the smallest one of H, and its vector is the one of that
   subspace, (a, b, -s a, -s b) with s = sign(r x), to which grad f = x (v, w) is orthogonal: the gradient decides no
   sign, and every size is there twice. The ReLU tells the signs apart, by the kinks that they meet. */
static double loss_of_two(const double w[2], const double v[2], const double d[2], double s, double step, double x,
                          double y)
{
    double f = 0;
    for (int j = 0; j < 2; j++) f += (v[j] - s * step * d[j]) * fmax((w[j] + step * d[j]) * x, 0);
    return half_square(f - y);
}

static void two_units(const bench *b, size_t *seen, size_t *told)
{
    const double x = tepui_network_inputs(b->net)[0], y = tepui_network_targets(b->net)[0];
    double w[2], v[2];
    CHECK(tepui_network_weights(b->net, 1, w) == TEPUI_OK && tepui_network_weights(b->net, 2, v) == TEPUI_OK);
    if (w[0] * x <= 0 || w[1] * x <= 0) return;
    const double s = copysign(1, ((v[0] * w[0] + v[1] * w[1]) * x - y) * x), a = s * w[1] - v[1], c = v[0] - s * w[0];
    const double size = sqrt(2 * (a * a + c * c)), first = fabs(a) >= 0.75 * fabs(c) ? a : c;
    const double length = sqrt(w[0] * w[0] + w[1] * w[1] + v[0] * v[0] + v[1] * v[1]);
    const double d[2] = {copysign(1, first) * a / size, copysign(1, first) * c / size};
    if (size < 1e-3 * length) return; /* another eigenvalue is as small */
    int differ = 0;
    for (size_t i = 0; i < TEPUI_PLATEAU_POINTS; i++) {
        const double step = tepui_plateau_at[i] * length, loss = loss_of_two(w, v, d, s, step, x, y);
        CHECK_NEAR(loss_at(b, TEPUI_RAY_EIGENVECTOR, i), loss, 1e-9 * (1 + loss + y * y));
        differ |= fabs(loss - loss_of_two(w, v, d, s, -step, x, y)) > 1e-3 * (1 + loss + y * y);
    }
    ++*seen;
    *told += (size_t)differ;
}

static void a_gradient_without_a_part_decides_no_sign(void)
{
    bench b;
    size_t seen = 0, told = 0;
    if (!open_bench(&b,
                    "grid: {depth: 1, width: 2, activation: relu, init: he}\n"
                    "data: {source: gaussian, dimension: 1, targets: gaussian}\nloss: mse\nobservables: [plateau]\n",
                    TEPUI_NEEDS_PLATEAU))
        return;
    for (uint64_t i = 0; i < 5 * SAMPLES; i++) {
        CHECK(tepui_network_sample(b.net, i, NULL) == TEPUI_OK);
        two_units(&b, &seen, &told);
    }
    CHECK(seen > SAMPLES && told > SAMPLES / 2); /* a quarter of them, and most of these */
    close_bench(&b);
}

/* A dead ReLU net: no gradient, no curvature; minus infinity stands for a loss of 0. */
static void dead_nets_have_flat_lines(void)
{
    bench b;
    size_t dead = 0;
    if (!open_bench(&b,
                    "grid: {depth: 6, width: 1, activation: relu, init: he}\n"
                    "data: {source: gaussian, targets: one, dimension: 3}\nreadout: none\nloss: mse\n"
                    "observables: [plateau]\n",
                    TEPUI_NEEDS_PLATEAU | TEPUI_NEEDS_FORWARD))
        return;
    for (uint64_t i = 0; i < SAMPLES; i++) {
        CHECK(tepui_network_sample(b.net, i, NULL) == TEPUI_OK);
        if (tepui_network_ln_forward(b.net, 0, 5) > -INFINITY) continue; /* a unit may be dead above another one */
        dead++;
        for (size_t k = 0; k < TEPUI_PLATEAU_POINTS; k++) {
            CHECK(tepui_network_ln_plateau(b.net, TEPUI_RAY_GRADIENT, k) == log(0.5));
            CHECK(tepui_network_ln_plateau(b.net, TEPUI_RAY_EIGENVECTOR, k) == log(0.5));
        }
    }
    CHECK(dead > SAMPLES / 2);
    close_bench(&b);
}

static void names_read_back(void)
{
    char name[24];
    for (long k = 0; k < TEPUI_RAYS * TEPUI_PLATEAU_POINTS; k++) {
        tepui_component_name(TEPUI_COMPONENT_RAY(0, k), name);
        CHECK(tepui_component_number(name) == TEPUI_COMPONENT_RAY(0, k));
    }
    tepui_component_name(TEPUI_COMPONENT_RAY(TEPUI_RAY_EIGENVECTOR, 4), name);
    CHECK(strcmp(name, "eigenvector -0.05") == 0);
}

static const test_case cases[] = {
    {"lines_are_closed_forms", lines_are_closed_forms},
    {"a_gradient_without_a_part_decides_no_sign", a_gradient_without_a_part_decides_no_sign},
    {"dead_nets_have_flat_lines", dead_nets_have_flat_lines},
    {"names_read_back", names_read_back},
};
TEST_MAIN(cases)
