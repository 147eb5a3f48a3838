/* test_chain.c -- trajectories of chains of scalar weights: against a plain loop, against the flow, against dense
   matrices, and against themselves, whatever lane and neighbours they have. */
#include "chain_bench.h"
#include <matrix/matrix.h>

#define RECORDED (TEPUI_NEEDS_RECORD | TEPUI_NEEDS_PATH_CURVATURE | TEPUI_NEEDS_PATH_METRIC)

static const setup chains[] = {
    {.depth = 3, .more = "activation: linear, init: lecun"},
    {.depth = 8, .more = "activation: linear, init: lecun", .readout = "dense"},
    {.depth = 13, .more = "activation: leaky_relu(0.5), init: lecun"},
    {.depth = 5, .more = "activation: leaky_relu(-0.7), init: lecun", .readout = "dense"},
    {.depth = 3, .more = "activation: relu, init: lecun", .readout = "dense"},
    {.depth = 33, .more = "activation: linear, init: lecun"},
    {.depth = 9, .more = "activation: linear, init: lecun, law: sparse(0.9)"},
    {.depth = 9, .more = "activation: leaky_relu(0.5), init: lecun, law: sparse(0.8)", .readout = "dense"},
    {.depth = 400, .more = "activation: linear, init: lecun"}, /* gradients of e^-250, in units that move */
};
enum { MOST = 300 }; /* weights that a dense matrix is made of */
enum { CHAINS = sizeof chains / sizeof *chains };

static const tepui_optimizer_type *const optimizers[] = {&tepui_optimizer_gd, &plain, &momentum, &adam, &normalised};
enum { OPTIMIZERS = sizeof optimizers / sizeof *optimizers };

/* --- against the reference, step by step */

#define NUDGE 0x1p-30
#define FOLLOWED 60

/* Rounding of every step shifts the weights by some 2^-53 each; how such a shift grows is seen from a second reference
   that began with weights a factor 1 +- 2^-30 away. 200 ulp a step leave room for other directions than that. */
static void compare_weights(const bench *b, size_t i, const reference *r, const reference *near)
{
    size_t lane;
    const chain_group *q = group_of(b, i, &lane);
    long double spread = 0, error = 0;
    CHECK(q != NULL);
    for (size_t k = 0; q && k < r->K; k++) {
        spread = fmaxl(spread, fabsl(near->w[k] - r->w[k]) / NUDGE);
        spread = fmaxl(spread, fabsl(r->w[k]));
        error = fmaxl(error, fabsl(q->c.w[k * CHAIN_LANES + lane] - r->w[k]));
    }
    CHECK_NEAR((double)error, 0, (double)(200 * (long double)r->t * 0x1p-53L * spread));
}

static void follow_one(bench *b, uint64_t sample)
{
    const tepui_optimizer_type *o = b->c->dynamics.optimizer.type;
    reference r, near;
    reference_open(&r, b, sample);
    reference_open(&near, b, sample);
    for (size_t k = 0; k < r.K; k++) near.w[k] *= 1 + (k % 3 ? NUDGE : -NUDGE);
    tepui_follower_begin(b->f, sample, 1);
    for (uint64_t t = 0; t < FOLLOWED; t++) {
        const long double rate = b->c->dynamics.rate * ramp_factor((double)t, (double)b->c->dynamics.steps, NULL);
        CHECK(tepui_follower_go(b->f, always, NULL) == TEPUI_TRY_AGAIN);
        reference_gradient(&r);
        reference_gradient(&near);
        reference_step(&r, o, rate);
        reference_step(&near, o, rate);
        compare_weights(b, 0, &r, &near);
    }
    reference_close(&r);
    reference_close(&near);
}

static void every_optimizer_follows_the_reference(void)
{
    for (size_t i = 0; i < CHAINS * OPTIMIZERS; i++) {
        bench b;
        setup s = chains[i / OPTIMIZERS];
        const int before = test_failures;
        s.optimizer = optimizers[i % OPTIMIZERS];
        s.rate = 0.02;
        s.steps = 1000;
        if (!open_bench(&b, &s, 1)) return;
        b.c->dynamics.schedule.type = &ramp;
        b.c->dynamics.divergence = 1e30;
        ((chain_state *)b.f->state)->flat = 0;
        one_by_one(&b);
        for (uint64_t sample = 0; sample < 4; sample++) follow_one(&b, sample);
        if (test_failures > before)
            fprintf(stderr, "chain %zu (%s), %s\n", i / OPTIMIZERS, s.more, s.optimizer->kind.name);
        close_bench(&b);
    }
}

/* Noise: in the unit ball, not twice the same, with E norm^2 = K / (K + 2) and mean 0 (uniform law). */
static void noise_is_uniform_in_the_ball(void)
{
    enum { STEPS = 4000, K = 3 };
    bench b;
    double last[K], sum[K] = {0}, squares = 0;
    const setup s = {.depth = K, .more = "activation: linear", .optimizer = &noisy, .rate = 1e-9, .steps = 1000000};
    if (!open_bench(&b, &s, 1)) return;
    one_by_one(&b);
    tepui_follower_begin(b.f, 0, 1);
    for (int t = 0; t < STEPS; t++) {
        size_t lane, same = 0;
        double square = 0;
        CHECK(tepui_follower_go(b.f, always, NULL) == TEPUI_TRY_AGAIN);
        const chain_group *q = group_of(&b, 0, &lane);
        for (size_t k = 0; k < K; k++) {
            const double x = q->noise[k * CHAIN_LANES + lane];
            same += t > 0 && x == last[k];
            last[k] = x;
            sum[k] += x;
            square += x * x;
        }
        CHECK(same == 0 && square <= 1);
        squares += square;
    }
    /* E r^4 = K / (K + 4): variances 3/7 - 9/25 of r^2, 1/5 of a coordinate */
    CHECK_Z(squares / STEPS, 0.6, sqrt((3.0 / 7 - 0.36) / STEPS), 4);
    for (size_t k = 0; k < K; k++) CHECK_Z(sum[k] / STEPS, 0, sqrt(0.2 / STEPS), 4);
    close_bench(&b);
}

/* --- depth */

/* Adam's first steps are of size rate wherever the gradient is not 0: its bits must not drown at e^-12,000. Five steps
   of rounding leave 1e-13 of weights of order 1. */
static void deep_chains_keep_their_digits(void)
{
    const size_t depth[] = {20000, 100000, 20000};
    const tepui_optimizer_type *const both[] = {&tepui_optimizer_gd, &adam, &momentum};
    for (int i = 0; i < 3 && extended_precision(); i++) {
        bench b;
        reference r;
        size_t lane = 0;
        const setup s = {.depth = depth[i],
                         .more = "activation: linear, init: lecun",
                         .optimizer = both[i],
                         .rate = 0.01,
                         .steps = 1000,
                         .record = 5,
                         .needs = TEPUI_NEEDS_RECORD};
        if (!open_bench(&b, &s, 1)) return;
        one_by_one(&b);
        reference_open(&r, &b, 3);
        tepui_follower_begin(b.f, 3, 1);
        for (uint64_t t = 0; t < 6; t++) {
            reference_gradient(&r);
            CHECK(tepui_follower_go(b.f, always, NULL) == TEPUI_TRY_AGAIN);
            if (t < 3 || t == 5) {
                const double *row = b.f->table.value + (t < 3 ? t : 3) * TEPUI_PATH_VALUES;
                const double ln_g = (double)big_ln(reference_norm(&r));
                CHECK(t > 0 || ln_g < -12000);
                CHECK_NEAR(row[TEPUI_PATH_GRADIENT], ln_g, 1e-13 * (double)depth[i]);
                CHECK_NEAR(row[TEPUI_PATH_LOSS], (double)(2 * big_ln(r.r) - logl(2)), 1e-13);
            }
            reference_step(&r, both[i], 0.01L);
        }
        const chain_group *q = group_of(&b, 0, &lane);
        long double error = 0;
        CHECK(q != NULL);
        for (size_t k = 0; q && k < r.K; k++) error = fmaxl(error, fabsl(q->c.w[k * CHAIN_LANES + lane] - r.w[k]));
        CHECK_NEAR((double)error, 0, 1e-13);
        reference_close(&r);
        close_bench(&b);
    }
}

static void adam_leaves_the_deep_plateau_and_gd_does_not(void)
{
    for (int i = 0; i < 2; i++) {
        bench b;
        const setup s = {.depth = 20000,
                         .more = "activation: linear, init: lecun",
                         .optimizer = i ? &adam : &tepui_optimizer_gd,
                         .rate = 0.01,
                         .steps = 400,
                         .escape = &tepui_escape_loss,
                         .at = 0.5};
        if (!open_bench(&b, &s, 1)) return;
        tepui_follower_begin(b.f, 0, 1);
        CHECK(tepui_follower_go(b.f, NULL, NULL) == TEPUI_OK);
        tepui_follower_show(b.f, 0);
        CHECK((tepui_network_path(b.net).escape < INFINITY || tepui_network_path(b.net).divergence < INFINITY) == i);
        close_bench(&b);
    }
}

/* --- gradient flow */

/* F = abs(f) at w_k^2 = w_k(0)^2 + s */
static double size_at(const reference *r, double s)
{
    double p = 1;
    for (size_t k = 0; k < r->K; k++) p *= sqrt((double)(r->w[k] * r->w[k]) + s);
    return p * (double)fabsl(r->x);
}

/* Time of the flow ds/dt = 2 (abs(y) - F) F until F = end: Simpson's rule in z, s = top z^2. */
static double flow_time(const reference *r, double end)
{
    enum { PARTS = 20000 };
    const double y = (double)fabsl(r->y);
    double low = 0, high = 1, sum = 0;
    while (size_at(r, high) < end) high *= 2;
    for (int i = 0; i < 200; i++) *(size_at(r, 0.5 * (low + high)) < end ? &low : &high) = 0.5 * (low + high);
    for (int i = 0; i <= PARTS; i++) {
        const double z = (double)i / PARTS, F = size_at(r, high * z * z);
        sum += (i == 0 || i == PARTS ? 1 : i % 2 ? 4 : 2) * 2 * high * z / (2 * (y - F) * F);
    }
    return sum / (3 * PARTS);
}

/* Steps until the loss has halved, times the rate; the largest change of w_k^2 - w_0^2 after `time`. */
static double time_by_steps(uint64_t sample, double rate, double time, double *drift)
{
    bench b;
    size_t lane;
    reference r;
    const setup s = {.depth = 5,
                     .more = "activation: linear, init: lecun",
                     .optimizer = &tepui_optimizer_gd,
                     .rate = rate,
                     .steps = 4000000,
                     .escape = &tepui_escape_loss,
                     .at = 0.5};
    if (!open_bench(&b, &s, 1)) return NAN;
    tepui_follower_begin(b.f, sample, 1);
    CHECK(tepui_follower_go(b.f, NULL, NULL) == TEPUI_OK);
    const double escape = b.f->table.escape[0] * rate;
    reference_open(&r, &b, sample);
    tepui_follower_begin(b.f, sample, 1);
    one_by_one(&b);
    for (double t = 0; t < time; t += rate) CHECK(tepui_follower_go(b.f, always, NULL) == TEPUI_TRY_AGAIN);
    const chain_group *q = group_of(&b, 0, &lane);
    *drift = 0;
    for (size_t k = 1; q && k < r.K; k++) {
        const double now = pow(q->c.w[k * CHAIN_LANES + lane], 2) - pow(q->c.w[lane], 2);
        *drift = fmax(*drift, fabs(now - (double)(r.w[k] * r.w[k] - r.w[0] * r.w[0])));
    }
    reference_close(&r);
    close_bench(&b);
    return escape;
}

/* Euler's error is linear in the rate: half the rate, half the error, and twice the one less the other is the flow but
   for the squares of both and the rounding to whole steps. */
static void small_rates_follow_the_flow(void)
{
    int seen = 0;
    for (uint64_t sample = 0; sample < 400 && seen < 4; sample++) {
        bench b;
        reference r;
        double drift[2];
        const double rate = 1e-3;
        const setup s = {.depth = 5, .more = "activation: linear, init: lecun", .optimizer = &tepui_optimizer_gd};
        if (!open_bench(&b, &s, 1)) return;
        reference_open(&r, &b, sample);
        reference_gradient(&r);
        const double end = (double)fabsl(r.y) * (1 - sqrt(0.5)), start = size_at(&r, 0);
        const int right = big_in(r.f, 0) * r.y > 0 && start < 0.5 * end && start > 0.02 && fabsl(r.y) < 2;
        if (right) {
            const double exact = flow_time(&r, end);
            const double half = exact / 2, one = time_by_steps(sample, rate, half, &drift[0]);
            const double two = time_by_steps(sample, rate / 2, half, &drift[1]);
            CHECK_NEAR(2 * two - one, exact, 2 * rate + 0.05 * fabs(one - exact));
            CHECK_NEAR(two, exact, 0.55 * fabs(one - exact) + rate);
            CHECK(drift[0] < 0.01 && drift[0] > 0);
            CHECK_NEAR(drift[1] / drift[0], 0.5, 0.02);
            seen++;
        }
        reference_close(&r);
        close_bench(&b);
    }
    CHECK(seen == 4);
}

/* Theory C8, equal weights of size v: v' = v - rate (v^K - abs(y)) v^(K-1); the step of the escape is the recursion's,
   and behind the flow's by at most rate (1 + ln(last speed / first speed)) while it accelerates. */
static void equal_weights_are_one_recursion(void)
{
    enum { K = 6, SAMPLES = 24 };
    const double rate = 0.01;
    size_t seen = 0;
    bench b;
    const setup s = {.depth = K,
                     .more = "activation: linear, init: lecun, law: rademacher, gain: 0.7",
                     .optimizer = &tepui_optimizer_gd,
                     .rate = rate,
                     .steps = 100000,
                     .escape = &tepui_escape_loss,
                     .at = 0.5};
    if (!open_bench(&b, &s, SAMPLES)) return;
    tepui_follower_begin(b.f, 0, SAMPLES);
    CHECK(tepui_follower_go(b.f, NULL, NULL) == TEPUI_OK);
    for (uint64_t sample = 0; sample < SAMPLES; sample++) {
        reference r;
        reference_open(&r, &b, sample);
        reference_gradient(&r);
        long double v = fabsl(r.w[0]), y = fabsl(r.y);
        const long double start = powl(v, K - 1) * (y - powl(v, K));
        const double end = (double)y * (1 - sqrt(0.5));
        if (big_in(r.f, 0) * r.y > 0 && size_at(&r, 0) < end) {
            double t = 0;
            for (; powl(y - powl(v, K), 2) > 0.5L * y * y && t < 1e5; t++)
                v -= rate * (powl(v, K) - y) * powl(v, K - 1);
            CHECK(b.f->table.escape[sample] == t);
            const double lag = t * rate - flow_time(&r, end);
            const double most = rate * (double)(1 + logl(powl(v, K - 1) * (y - powl(v, K)) / start));
            CHECK(lag > -1e-9 && lag <= most);
            seen++;
        }
        reference_close(&r);
    }
    CHECK(seen > 3);
    close_bench(&b);
}

/* --- records */

/* x prod of all v_j but k and l, times s_k s_l */
static long double without(const reference *r, size_t k, size_t l)
{
    long double p = r->x * r->s[k] * r->s[l];
    for (size_t j = 0; j < r->K; j++)
        if (j != k && j != l) p *= r->w[j] * r->s[j];
    return p;
}

/* Ends of the spectrum of H, divided by d_k^(1/2) d_l^(1/2), in units of exp(*ln_unit), the largest entry. What d = 0
   would divide drops out. */
static void dense_ends(const reference *r, const long double *d, double *low, double *high, double *ln_unit)
{
    const size_t n = r->K;
    const long double res = big_in(r->r, 0);
    double *a = some(n * n, sizeof *a), *value = some(n, sizeof *value),
           *work = some(matrix_eigen_work(n), sizeof *work);
    long double *h = some(n * n, sizeof *h), top = 0;
    for (size_t k = 0; k < n; k++)
        for (size_t l = 0; l < n; l++) {
            const long double jk = big_in(r->g[k], 0) / res, jl = big_in(r->g[l], 0) / res;
            const long double of_r = k == l ? 0 : res * without(r, k, l);
            h[k * n + l] = d[k] == 0 || d[l] == 0 ? 0 : (jk * jl + of_r) / (sqrtl(d[k]) * sqrtl(d[l]));
            top = fmaxl(top, fabsl(h[k * n + l]));
        }
    for (size_t i = 0; i < n * n; i++) a[i] = top > 0 ? (double)(h[i] / top) : 0;
    *ln_unit = top > 0 ? (double)logl(top) : 0;
    CHECK(matrix_eigen(MATRIX_GSL, a, n, value, work) == TEPUI_OK);
    *low = value[0];
    *high = value[n - 1];
    free(a), free(value), free(work), free(h);
}

/* Eigenvalues of a dense matrix are right to n eps of the largest; the weights of the trajectory to 1e-12; the
   logarithms to 4 eps. */
static void check_ends(const double *row, int at, const reference *r, const long double *d)
{
    double low, high, unit;
    dense_ends(r, d, &low, &high, &unit);
    const double size = fmax(-low, high), e = 1e-11 + 4 * 0x1p-52 * fabs(unit);
    if (row[at] > -INFINITY || low < -e * size) CHECK_NEAR(row[at] - unit, log(-low), e * size / fabs(low));
    if (row[at + 1] > -INFINITY || high > e * size) CHECK_NEAR(row[at + 1] - unit, log(high), e * size / high);
}

static void check_record(const double *row, reference *r, const tepui_optimizer_type *o, double rate)
{
    long double d[MOST], step = 0;
    const double ln_g = (double)big_ln(reference_norm(r));
    int drops = 0;     /* what is left may be 1e-900 of the matrix that all nets have, and 0 in it */
    reference at = *r; /* shares its arrays: w is put back */
    long double w[MOST];
    memcpy(w, r->w, r->K * sizeof *w);
    CHECK_NEAR(row[TEPUI_PATH_LOSS], (double)(2 * big_ln(r->r) - logl(2)), 1e-11);
    reference_step(&at, o, rate);
    for (size_t k = 0; k < r->K; k++) step += at.step[k] * at.step[k];
    if (ln_g > -INFINITY) {
        CHECK_NEAR(row[TEPUI_PATH_GRADIENT], ln_g, 1e-11);
        CHECK_NEAR(row[TEPUI_PATH_STEP], (double)logl(sqrtl(step)) - ln_g, 1e-11 + 0x1p-50 / (double)sqrtl(step));
    } else
        CHECK(row[TEPUI_PATH_GRADIENT] == -INFINITY && row[TEPUI_PATH_STEP] == -INFINITY);
    for (size_t k = 0; k < r->K; k++) d[k] = 1;
    memcpy(at.step, w, r->K * sizeof *w);
    reference was = at;
    was.w = w;
    check_ends(row, TEPUI_PATH_MIN, &was, d);
    for (size_t k = 0; k < r->K && o == &adam; k++) d[k] = ldexpl(sqrtl(at.v[k] / (1 - at.power[1])), (int)at.unit);
    for (size_t k = 0; k < r->K; k++) drops |= d[k] == 0;
    if (!(drops && ln_g < -700)) check_ends(row, TEPUI_PATH_METRIC_MIN, &was, d);
    *r = at;
}

/* The last three, of the engine of all nets: squares of inverse weights, and products of weights, are beyond the range
   of doubles. Their first steps only, since later weights of 0 differ from those of the reference, 1e-800 say. */
static void records_are_those_of_dense_matrices(void)
{
    static const setup all[] = {
        {.depth = 3, .more = "activation: linear, init: lecun"},
        {.depth = 8, .more = "activation: linear, init: lecun", .readout = "dense"},
        {.depth = 5, .more = "activation: leaky_relu(-0.7), init: lecun", .readout = "dense"},
        {.depth = 4, .more = "activation: linear, init: lecun, gain: 1e-160", .other_engine = 1},
        {.depth = 3, .more = "activation: linear, init: lecun, gain: 1e-290", .other_engine = 1},
        {.depth = 6,
         .more = "activation: leaky_relu(0.5), init: lecun, law: sparse(0.8), gain: 1e-155",
         .other_engine = 1},
    };
    const uint64_t steps[] = {0, 1, 2, 5, 10, 20, 50};
    const tepui_optimizer_type *const both[] = {&tepui_optimizer_gd, &adam, &plain};
    for (size_t i = 0; i < 3 * sizeof all / sizeof *all; i++) {
        bench b;
        setup s = all[i / 3];
        s.optimizer = both[i % 3];
        s.rate = 0.003;
        s.steps = s.record = 50;
        s.needs = RECORDED;
        if (!open_bench(&b, &s, 9)) return;
        CHECK(b.f->table.records == 7);
        tepui_follower_begin(b.f, 0, 9);
        CHECK(tepui_follower_go(b.f, NULL, NULL) == TEPUI_OK);
        for (size_t sample = 0; sample < 9; sample++) {
            reference r;
            tepui_follower_show(b.f, sample);
            const double *row = tepui_network_path(b.net).value;
            reference_open(&r, &b, sample);
            for (uint64_t t = 0, next = 0; t <= (s.other_engine ? 0 : 50); t++) {
                reference_gradient(&r);
                if (t == steps[next])
                    check_record(row + TEPUI_PATH_VALUES * next++, &r, both[i % 3], s.rate);
                else
                    reference_step(&r, both[i % 3], s.rate);
            }
            reference_close(&r);
        }
        close_bench(&b);
    }
}

/* Where gradients and curvature are e^-170 and less, and the optimizer's metric in a unit of its own. */
static void deep_records_are_those_of_dense_matrices(void)
{
    enum { SAMPLES = 2 };
    bench b;
    const setup s = {.depth = 280,
                     .more = "activation: linear, init: lecun",
                     .optimizer = &adam,
                     .rate = 0.003,
                     .steps = 1,
                     .record = 1,
                     .needs = RECORDED};
    if (!open_bench(&b, &s, SAMPLES)) return;
    tepui_follower_begin(b.f, 0, SAMPLES);
    CHECK(tepui_follower_go(b.f, NULL, NULL) == TEPUI_OK);
    for (size_t sample = 0; sample < SAMPLES; sample++) {
        reference r;
        tepui_follower_show(b.f, sample);
        const double *row = tepui_network_path(b.net).value;
        reference_open(&r, &b, sample);
        for (size_t t = 0; t < 2; t++) {
            reference_gradient(&r);
            CHECK(row[TEPUI_PATH_MAX] < -150);
            check_record(row + TEPUI_PATH_VALUES * t, &r, &adam, s.rate);
        }
        reference_close(&r);
    }
    close_bench(&b);
}

/* A dead relu chain: loss y^2 / 2, and nothing else; what nobody needs stays untouched. */
static void dead_chains_stand_still(void)
{
    bench b;
    size_t dead = 0;
    const setup s = {.depth = 3,
                     .more = "activation: relu, init: he",
                     .optimizer = &momentum,
                     .rate = 0.1,
                     .steps = 30,
                     .record = 5,
                     .escape = &tepui_escape_loss,
                     .at = 0.5,
                     .needs = RECORDED & ~(unsigned)TEPUI_NEEDS_PATH_METRIC};
    if (!open_bench(&b, &s, 20)) return;
    tepui_follower_begin(b.f, 0, 20);
    CHECK(tepui_follower_go(b.f, NULL, NULL) == TEPUI_OK);
    for (size_t i = 0; i < 20; i++) {
        reference r;
        reference_open(&r, &b, i);
        reference_gradient(&r);
        tepui_follower_show(b.f, i);
        const tepui_path p = tepui_network_path(b.net);
        CHECK(p.value[TEPUI_PATH_METRIC_MIN] == INFINITY && p.value[TEPUI_PATH_METRIC_MAX] == INFINITY);
        if (r.f.m == 0) {
            dead++;
            CHECK(p.escape == INFINITY && p.divergence == INFINITY);
            for (size_t k = 0; k < b.f->table.records; k++) {
                const double *row = p.value + k * TEPUI_PATH_VALUES;
                CHECK_NEAR(row[TEPUI_PATH_LOSS], (double)logl(r.y * r.y / 2), 1e-14);
                for (int v = TEPUI_PATH_GRADIENT; v <= TEPUI_PATH_MAX; v++) CHECK(row[v] == -INFINITY);
            }
        }
        reference_close(&r);
    }
    CHECK(dead > 10 && dead < 20);
    close_bench(&b);
}

/* --- escapes and divergence */

/* The spectrum's size at the reference's weights. */
static double spread(const reference *r)
{
    long double one[MOST];
    double low, high, unit;
    for (size_t k = 0; k < r->K; k++) one[k] = 1;
    dense_ends(r, one, &low, &high, &unit);
    return fmax(fabs(low), fabs(high)) * exp(unit);
}

/* Steps until the escape and the divergence, by definition. */
static void by_definition(reference *r, const setup *s, double *escape, double *divergence)
{
    const double plateau = (double)(r->y * r->y / 2);
    double f0 = 0, spread0 = 0, top = 0;
    uint64_t look = 0;
    *escape = *divergence = INFINITY;
    for (uint64_t t = 0; t <= s->steps; t++) {
        reference_gradient(r);
        const double f = (double)big_in(r->f, 0), loss = (double)powl(big_in(r->r, 0), 2) / 2;
        if (t == 0) f0 = f, top = fmax(loss, plateau);
        if (!(loss <= 1e6 * top)) {
            *divergence = (double)t;
            return;
        }
        double growth = NAN;
        if (s->escape == &grown && t >= look) {
            if (t == 0) spread0 = spread(r);
            growth = spread(r) / spread0;
            look = t + 1 + t / 20;
        }
        const tepui_escape_view v = {loss, plateau, fabs(f - f0), growth};
        if (s->escape->reached(&v, &s->at)) {
            *escape = (double)t;
            return;
        }
        reference_step(r, s->optimizer, s->rate);
    }
}

static void escapes_come_when_they_should(void)
{
    const setup ways[] = {
        {.escape = &tepui_escape_loss, .at = 0.5, .rate = 0.01},
        {.escape = &far, .at = 0.3, .rate = 0.01},
        {.escape = &grown, .at = 1.5, .rate = 0.01},
        {.escape = &tepui_escape_loss, .at = 1e-3, .rate = 3}, /* diverges, mostly */
    };
    for (size_t i = 0; i < 4; i++) {
        enum { SAMPLES = 30 };
        bench b;
        setup s = ways[i];
        size_t escaped = 0, diverged = 0;
        double steps = 0; /* the last one is looked at, too */
        s.depth = 4;
        s.more = "activation: leaky_relu(0.5), init: he";
        s.optimizer = &tepui_optimizer_gd;
        s.steps = 1500;
        if (!open_bench(&b, &s, SAMPLES)) return;
        tepui_follower_begin(b.f, 7, SAMPLES);
        CHECK(tepui_follower_go(b.f, NULL, NULL) == TEPUI_OK);
        for (size_t k = 0; k < SAMPLES; k++) {
            reference r;
            double escape, divergence;
            reference_open(&r, &b, 7 + k);
            by_definition(&r, &s, &escape, &divergence);
            CHECK(b.f->table.escape[k] == escape && b.f->table.divergence[k] == divergence);
            escaped += escape < INFINITY;
            diverged += divergence < INFINITY;
            steps += fmin(fmin(escape, divergence), (double)s.steps) + 1;
            reference_close(&r);
        }
        CHECK((double)tepui_follower_steps(b.f) == steps);
        CHECK(i == 3 ? diverged > 10 : escaped > 5 && escaped < SAMPLES);
        close_bench(&b);
    }
}

/* --- the same bits */

static const tepui_optimizer_type *const kept[] = {&tepui_optimizer_gd, &momentum, &adam, &noisy, &normalised};

static int open_mixed(bench *b, size_t i, size_t samples)
{
    setup s = chains[i / 5 == 4 ? 8 : i / 5 + 1];
    s.optimizer = kept[i % 5];
    s.rate = i % 5 == 0 ? 0.05 : 0.01;
    s.steps = 150;
    s.record = 20;
    s.escape = i % 2 ? &tepui_escape_loss : &grown;
    s.at = i % 2 ? 0.7 : 1.1;
    s.needs = RECORDED;
    if (!open_bench(b, &s, samples)) return 0;
    b->c->dynamics.optimizer.value[0] = 1e-115;
    return 1;
}

/* Sample i of one and j of the other. */
static int same(const bench *a, size_t i, const bench *b, size_t j)
{
    const path_table *s = &a->f->table, *t = &b->f->table;
    const size_t row = s->records * TEPUI_PATH_VALUES;
    return s->escape[i] == t->escape[j] && s->divergence[i] == t->divergence[j] &&
           memcmp(s->value + i * row, t->value + j * row, row * sizeof(double)) == 0;
}

static void run(bench *b, uint64_t first, size_t count)
{
    tepui_follower_begin(b->f, first, count);
    CHECK(tepui_follower_go(b->f, NULL, NULL) == TEPUI_OK);
}

static void neighbours_change_no_bit(void)
{
    enum { MANY = 101 };
    for (size_t i = 0; i < 25; i++) {
        bench all, one, few;
        if (!open_mixed(&all, i, MANY) || !open_mixed(&one, i, 1) || !open_mixed(&few, i, MANY)) return;
        ((chain_state *)few.f->state)->groups = 1;
        CHECK(((chain_state *)all.f->state)->groups > 1);
        run(&all, 11, MANY);
        run(&few, 11, MANY);
        for (size_t k = 0; k < MANY; k++) {
            CHECK(same(&all, k, &few, k));
            run(&one, 11 + k, 1);
            CHECK(same(&all, k, &one, 0));
        }
        close_bench(&all), close_bench(&one), close_bench(&few);
    }
}

/* At any instant: what is saved is resumed elsewhere, unchanged bit for bit. */
static void saved_trajectories_go_on(void)
{
    enum { MANY = 40 };
    for (size_t i = 0; i < 25; i++) {
        bench whole, b[2];
        uint64_t bits = 88172645463325252u + i, steps = 0;
        int now = 0;
        if (!open_mixed(&whole, i, MANY) || !open_mixed(&b[0], i, MANY) || !open_mixed(&b[1], i, MANY)) return;
        run(&whole, 5, MANY);
        one_by_one(&b[0]), one_by_one(&b[1]);
        tepui_follower_begin(b[0].f, 5, MANY);
        for (size_t saves = 0; tepui_follower_go(b[now].f, always, NULL) == TEPUI_TRY_AGAIN;) {
            bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
            if (bits % 16 && saves) continue;
            const size_t size = tepui_follower_save(b[now].f, NULL);
            char *bytes = some(size + 1, 1);
            bytes[size] = 77;
            CHECK(tepui_follower_save(b[now].f, bytes) == size && bytes[size] == 77);
            steps += tepui_follower_steps(b[now].f);
            now = !now;
            CHECK(tepui_follower_resume(b[now].f, 5, MANY, bytes, size - 1) == TEPUI_BAD_INPUT);
            CHECK(tepui_follower_resume(b[now].f, 5, MANY, bytes, size) == TEPUI_OK);
            free(bytes);
            saves++;
        }
        for (size_t k = 0; k < MANY; k++) CHECK(same(&whole, k, &b[now], k));
        CHECK(steps + tepui_follower_steps(b[now].f) == tepui_follower_steps(whole.f));
        close_bench(&whole), close_bench(&b[0]), close_bench(&b[1]);
    }
}

static void instruction_sets_change_no_bit(void)
{
    const char *const names[] = {"base", "avx2", "avx512"};
    for (size_t i = 0; i < 25; i++)
        for (size_t t = 0; t < 3; t++) {
            bench a, b;
            const tepui_kernels *k = tepui_kernel_named(names[t]);
            if (!k) continue;
            if (!open_mixed(&a, i, 20) || !open_mixed(&b, i, 20)) return;
            b.net->kernel = k;
            run(&a, 0, 20);
            run(&b, 0, 20);
            for (size_t n = 0; n < 20; n++) CHECK(same(&a, n, &b, n));
            close_bench(&a), close_bench(&b);
        }
}

static size_t steps, refusals;
static int counted_step(tepui_chains *c, const double *rate)
{
    const int made = tepui_kernel()->chain_step(c, rate);
    steps += made != 0;
    refusals += made == 0;
    return made;
}
static int no_step(tepui_chains *c, const double *rate)
{
    (void)c, (void)rate;
    return 0;
}

static const struct {
    setup s;
    int ramped, steps; /* 1: mostly, 0: never, -1: as it happens; chains die there */
} fused_case[] = {
    {{.depth = 8, .more = "activation: linear, init: lecun, law: uniform", .rate = 0.03}, 0, 1},
    {{.depth = 13, .more = "activation: leaky_relu(0.3), init: he", .readout = "dense", .rate = 0.03, .record = 50},
     0,
     1},
    {{.depth = 6, .more = "activation: relu, init: he, law: uniform", .rate = 0.03}, 0, -1},
    {{.depth = 5, .more = "activation: linear, init: lecun, gain: 1.5", .rate = 0.3, .record = 50},
     0,
     1}, /* diverges */
    {{.depth = 40, .more = "activation: linear, init: lecun, gain: 1e-9", .rate = 0.1}, 0, 0},
    {{.depth = 4, .more = "activation: linear, init: lecun", .rate = 1e-40}, 0, 0},
    {{.depth = 600, .more = "activation: linear, init: lecun", .rate = 0.01}, 0, 0},
    {{.depth = 8, .more = "activation: linear, init: lecun, law: uniform", .rate = 0.03}, 1, 0},
};

static void set_ramp(bench *b)
{
    b->c->dynamics.schedule.type = &ramp;
    ((chain_state *)b->f->state)->flat = 0;
}

/* Through escapes, divergences and records; and where numbers are too small, chains too long, or
   rates change. */
static void fused_steps_change_no_bit(void)
{
    enum { SAMPLES = 61 };
    for (size_t i = 0; i < sizeof fused_case / sizeof *fused_case; i++) {
        bench a, b;
        setup s = fused_case[i].s;
        s.optimizer = &tepui_optimizer_gd;
        s.steps = 700;
        s.escape = &tepui_escape_loss;
        s.at = 0.2;
        s.needs = s.record ? RECORDED : 0;
        if (!open_bench(&a, &s, SAMPLES) || !open_bench(&b, &s, SAMPLES)) return;
        tepui_kernels with = *a.net->kernel, without = *b.net->kernel;
        with.chain_step = counted_step;
        without.chain_step = no_step;
        a.net->kernel = &with;
        b.net->kernel = &without;
        if (fused_case[i].ramped) set_ramp(&a), set_ramp(&b);
        steps = refusals = 0;
        run(&a, 3, SAMPLES), run(&b, 3, SAMPLES);
        for (size_t k = 0; k < SAMPLES; k++) CHECK(same(&a, k, &b, k));
        CHECK(tepui_follower_steps(a.f) == tepui_follower_steps(b.f));
        CHECK(fused_case[i].steps < 1 || steps > 20 * refusals);
        CHECK(fused_case[i].steps != 0 || steps == 0);
        close_bench(&a), close_bench(&b);
    }
}

static const test_case cases[] = {
    {"every_optimizer_follows_the_reference", every_optimizer_follows_the_reference},
    {"noise_is_uniform_in_the_ball", noise_is_uniform_in_the_ball},
    {"deep_chains_keep_their_digits", deep_chains_keep_their_digits},
    {"adam_leaves_the_deep_plateau_and_gd_does_not", adam_leaves_the_deep_plateau_and_gd_does_not},
    {"small_rates_follow_the_flow", small_rates_follow_the_flow},
    {"equal_weights_are_one_recursion", equal_weights_are_one_recursion},
    {"records_are_those_of_dense_matrices", records_are_those_of_dense_matrices},
    {"deep_records_are_those_of_dense_matrices", deep_records_are_those_of_dense_matrices},
    {"dead_chains_stand_still", dead_chains_stand_still},
    {"escapes_come_when_they_should", escapes_come_when_they_should},
    {"neighbours_change_no_bit", neighbours_change_no_bit},
    {"saved_trajectories_go_on", saved_trajectories_go_on},
    {"instruction_sets_change_no_bit", instruction_sets_change_no_bit},
    {"fused_steps_change_no_bit", fused_steps_change_no_bit},
};
TEST_MAIN(cases)
