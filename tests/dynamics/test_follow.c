/* test_follow.c -- trajectories of nets of any layers: against explicit descent in long double (descent.h), through
   interruptions, and beside the static observables of the same samples.

   Tolerances. Rounding is amplified by the dynamics themselves, so the reference runs twice: as it is, and with every
   entry of every gradient off by up to BEND, relatively, which is some thousand times what rounding does to it. Numbers
   (logarithms) have to agree within four times what that changes up to their step, and 8 BEND. */
#include "descent.h"
#include "inside.h"
#include "layer/common.h"
#include <tepui/curvature.h>

typedef struct {
    bench b;
    unsigned needs;
    tepui_follower *f;
} trail;

static void open_hands(trail *t, size_t samples)
{
    tepui_error err = {""};
    CHECK(tepui_network_alloc(t->b.c, t->needs, &t->b.net, &err) == TEPUI_OK);
    t->f = NULL;
    if (t->needs & TEPUI_NEEDS_PATH) CHECK(tepui_follower_alloc(t->b.net, t->needs, samples, &t->f, &err) == TEPUI_OK);
}

static void close_hands(trail *t)
{
    tepui_follower_free(t->f);
    tepui_network_free(t->b.net);
    t->b.net = NULL;
}

static int open_trail(trail *t, const char *text, size_t samples, uint64_t key)
{
    *t = (trail){.f = NULL};
    if (!plan_bench(&t->b, text)) return 0;
    if (key) t->b.c->key = tepui_key_make(key, "tests/dynamics");
    for (size_t o = 0; o < t->b.e->observable_count; o++) t->needs |= t->b.e->observables[o]->needs;
    open_hands(t, samples);
    return 1;
}

static void close_trail(trail *t)
{
    close_hands(t);
    tepui_experiment_free(t->b.e);
}

static void follow(trail *t, uint64_t first, size_t count)
{
    tepui_follower_begin(t->f, first, count);
    CHECK(tepui_follower_go(t->f, NULL, NULL) == TEPUI_OK);
    tepui_follower_show(t->f, 0);
}

static double recorded(const trail *t, size_t i, tepui_path_value which)
{
    return tepui_network_path(t->b.net).value[i * TEPUI_PATH_VALUES + which];
}

/* --- against explicit descent */

static long double minute(size_t t)
{
    (void)t;
    return 1e-17;
}
static long double slowly(size_t t)
{
    (void)t;
    return 0.004;
}
static long double hundredth(size_t t)
{
    (void)t;
    return 0.01;
}
static long double tenth(size_t t)
{
    (void)t;
    return 0.1;
}
static long double third(size_t t)
{
    (void)t;
    return 0.3;
}
static long double one(size_t t)
{
    (void)t;
    return 1;
}
static long double warm(size_t t)
{
    return t + 1 < 8 ? 0.1 * (long double)(t + 1) / 8 : 0.1;
}

#define PLAIN 0x1p-42    /* BEND where gradients come from a backward pass, */
#define COMPOSED 0x1p-36 /* and from differences, 1e-13 of each other */

static const struct {
    const char *grid, *dynamics;
    descent_rule rule;
    long double (*rate)(size_t);
    double bend;
} many[] = {
    {"grid: {depth: 3, width: \"[5, 4, 6]\", activation: tanh}\ndata: {points: 7, dimension: 5, outputs: 2, targets: "
     "gaussian}\n",
     "optimizer: gd, rate: 0.1", DESCENT_GD, tenth, PLAIN},
    {"grid: {depth: 3, width: 6, activation: relu, sigma_b: 0.3}\ndata: {points: 5, dimension: 4, outputs: 3, targets: "
     "gaussian}\n",
     "optimizer: momentum, rate: 0.01", DESCENT_MOMENTUM, hundredth, PLAIN},
    {"grid: {depth: 2, width: 6, activation: tanh, sigma_b: 0.3}\ndata: {points: 6, dimension: 3, outputs: 4, targets: "
     "one_hot}\nloss: cross_entropy\n",
     "optimizer: adam, rate: 0.01", DESCENT_ADAM, hundredth, PLAIN},
    {"grid: {depth: 4, width: 3, activation: linear}\ndata: {points: 2, dimension: 3, targets: gaussian}\n",
     "optimizer: gd, rate: 0.1, schedule: warmup(8)", DESCENT_GD, warm, PLAIN},
    {"grid: {depth: 4, width: 5, activation: tanh}\ndata: {points: 6, dimension: 5}\nloss: mse\nreadout: none\n",
     "optimizer: adam, rate: 0.01", DESCENT_ADAM, hundredth, PLAIN},
    {"grid: {depth: 3, width: 4, activation: tanh, gain: 0.3}\ndata: {points: 3, dimension: 2}\nloss: output\n",
     "optimizer: gd, rate: 0.1, escape: output(0.2)", DESCENT_GD, tenth, PLAIN},
    {"grid: {depth: 2, width: 4, activation: tanh, architecture: \"[dense, layer_norm, activation]\"}\ndata: {points: "
     "3, dimension: 4, outputs: 2, targets: gaussian}\n",
     "optimizer: gd, rate: 0.1", DESCENT_GD, tenth, COMPOSED},
    {"grid: {depth: 2, width: 4, activation: tanh, sigma_b: 0.2, architecture: \"[dense, batch_norm, affine, "
     "activation]\"}\ndata: {points: 4, dimension: 3, outputs: 2, targets: gaussian}\n",
     "optimizer: adam, rate: 0.01", DESCENT_ADAM, hundredth, COMPOSED},
    {"grid: {depth: 3, width: 4, activation: tanh, architecture: residual}\ndata: {points: 3, dimension: 4, outputs: "
     "2, targets: one_hot}\nloss: cross_entropy\n",
     "optimizer: momentum, rate: 0.01", DESCENT_MOMENTUM, hundredth, COMPOSED},
    /* gradients of e^-552, e^-56, ... e^-22 at steps 0, 1, ... 20: units and states on the way to 1 (chaotic later) */
    {"grid: {depth: 11, width: 3, activation: linear, gain: 1e-22}\ndata: {points: 2, dimension: 3, targets: one}\n",
     "optimizer: adam(epsilon=0), rate: 0.004, record: 20", DESCENT_SCALE_FREE, slowly, PLAIN},
    /* from 2^-262 to 2^-243 in small steps: the unit changes at 2^-256, and the states are worth keeping */
    {"grid: {depth: 5, width: 3, activation: linear, gain: 1.2e-16}\ndata: {points: 2, dimension: 3, targets: one}\n",
     "optimizer: adam(epsilon=0), rate: 1e-17", DESCENT_SCALE_FREE, minute, PLAIN},
};
enum { STEPS = 60 };

static void print_text(char *out, size_t size, const char *grid, const char *dynamics, const char *observables)
{
    snprintf(out, size, "seed: 5\n%sdynamics: {steps: %d, %s}\nobservables: [%s]\nsamples: 1\n", grid, STEPS, dynamics,
             observables);
}

static long double ln_of(const descent_view *v, tepui_path_value which)
{
    return which == TEPUI_PATH_LOSS       ? (v->loss > 0 ? logl(v->loss) : -INFINITY)
           : which == TEPUI_PATH_GRADIENT ? logl(v->norm)
                                          : logl(v->step) - logl(v->norm);
}

static void check_path(const trail *t, const descent_view *exact, const descent_view *bent, double bend)
{
    uint64_t step[TEPUI_MOST_RECORDS];
    const size_t count = tepui_record_steps(t->b.c, step);
    for (int k = TEPUI_PATH_LOSS; k <= TEPUI_PATH_STEP; k++) {
        long double most = 0;
        for (size_t i = 0, s = 0; i < count; i++) {
            const long double want = ln_of(&exact[step[i]], (tepui_path_value)k);
            for (; s <= step[i]; s++)
                if (isfinite(want))
                    most = fmaxl(most,
                                 fabsl(ln_of(&exact[s], (tepui_path_value)k) - ln_of(&bent[s], (tepui_path_value)k)));
            CHECK(most < 1e-6); /* else nothing is tested */
            if (isinf(want))
                CHECK(recorded(t, i, (tepui_path_value)k) == (double)want);
            else
                CHECK_NEAR(recorded(t, i, (tepui_path_value)k), (double)want, (double)(4 * most) + 8 * bend);
        }
    }
}

/* First step at which the loss has halved or, with a distance, the output has moved by it. */
static double escape_of(const model *m, const descent_view *v, double distance)
{
    const long double half = model_plateau(m) / 2;
    for (size_t t = 0; t <= STEPS; t++)
        if (distance > 0 ? v[t].distance >= distance : v[t].loss <= half) return (double)t;
    return INFINITY;
}

static void trajectories_are_those_of_explicit_descent(void)
{
    int escapes = 0;
    for (size_t i = 0; i < sizeof many / sizeof *many && extended_precision(); i++) {
        char text[1024];
        trail t;
        model m;
        const int before = test_failures;
        descent d = {many[i].rule, many[i].rate, STEPS, NULL, 0};
        print_text(text, sizeof text, many[i].grid, many[i].dynamics,
                   "escape_time, path_loss, path_gradient_norm, path_step_size");
        if (!open_trail(&t, text, 1, i + 1)) continue;
        CHECK(tepui_network_sample(t.b.net, 0, NULL) == TEPUI_OK);
        model_take(&m, t.b.net);
        descent_view *exact = descend(&m, &d);
        d.bend = many[i].bend;
        descent_view *bent = descend(&m, &d);
        follow(&t, 0, 1);
        check_path(&t, exact, bent, d.bend);
        const double want = escape_of(&m, exact, strstr(text, "output(0.2)") ? 0.2 : 0);
        CHECK(tepui_network_path(t.b.net).escape == want);
        CHECK(tepui_network_path(t.b.net).divergence == INFINITY);
        escapes += want > 0 && want < STEPS;
        descent_free(exact, &d);
        descent_free(bent, &d);
        model_free(&m);
        close_trail(&t);
        if (test_failures > before) fprintf(stderr, "%s", text);
    }
    CHECK(escapes >= 3 || !extended_precision()); /* in the middle */
}

/* --- minibatches */

static int every_time(void *arg)
{
    (void)arg;
    return 1;
}

/* The shares that a trajectory drew, looked up one step at a time. */
static double *shares_of(trail *t, size_t n)
{
    double *share = numbers((STEPS + 1) * n);
    tepui_follower_begin(t->f, 0, 1);
    for (size_t s = 0; s <= STEPS; s++) {
        const tepui_status st = tepui_follower_go(t->f, every_time, NULL);
        memcpy(share + s * n, inside_share(t->f), n * sizeof *share);
        CHECK(st == (s < STEPS ? TEPUI_TRY_AGAIN : TEPUI_OK)); /* one step a call */
    }
    tepui_follower_show(t->f, 0);
    return share;
}

static void minibatch_gradients_are_those_of_the_points_drawn(void)
{
    static const struct {
        const char *optimizer;
        descent_rule rule;
    } of[] = {{"sgd", DESCENT_GD}, {"adam", DESCENT_ADAM}};
    for (size_t i = 0; i < 2 && extended_precision(); i++) {
        char text[1024], dynamics[128];
        trail t;
        model m;
        snprintf(dynamics, sizeof dynamics, "optimizer: %s, rate: 0.01, batch: 3", of[i].optimizer);
        print_text(text, sizeof text,
                   "grid: {depth: 2, width: 4, activation: tanh}\ndata: {points: 8, dimension: 4, outputs: 2, targets: "
                   "gaussian}\n",
                   dynamics, "path_loss, path_gradient_norm, path_step_size");
        if (!open_trail(&t, text, 1, 20 + i)) continue;
        CHECK(tepui_network_sample(t.b.net, 0, NULL) == TEPUI_OK);
        model_take(&m, t.b.net);
        double *share = shares_of(&t, m.n);
        descent d = {of[i].rule, hundredth, STEPS, share, 0};
        descent_view *exact = descend(&m, &d);
        d.bend = PLAIN;
        descent_view *bent = descend(&m, &d);
        check_path(&t, exact, bent, PLAIN);
        descent_free(exact, &d);
        descent_free(bent, &d);
        free(share);
        model_free(&m);
        close_trail(&t);
    }
}

/* Points p, q are drawn together with probability m (m - 1)/(n (n - 1)), p alone with m/n. The counts c_p over N steps
   have the covariance N m/n (1 - m/n) (delta_pq n/(n - 1) - 1/(n - 1)): the sum of (c_p - N m/n)^2 over
   N m/n (1 - m/n) n/(n - 1) is chi squared with n - 1 degrees of freedom, below 36.1 at n = 12 but for 1.6e-4. */
static void minibatches_are_uniform_and_distinct(void)
{
    enum { N = 4000, POINTS = 12, BATCH = 5 };
    trail t;
    double count[POINTS] = {0}, before[POINTS] = {0}, chi2 = 0;
    size_t same = 0;
    if (!open_trail(&t,
                    "grid: {depth: 1, width: 2}\ndata: {points: 12, targets: gaussian}\ndynamics: {optimizer: sgd, "
                    "batch: 5}\nobservables: [escape_time]\n",
                    4, 31))
        return;
    tepui_follower_begin(t.f, 10, 4);
    for (size_t s = 0; s < N; s++) {
        const double *share = inside_draw_minibatch(t.f, s % 4, s / 4);
        size_t chosen = 0;
        for (size_t p = 0; p < POINTS; p++) {
            CHECK(share[p] == 0 || share[p] == (double)POINTS / BATCH); /* the mean over steps is the whole loss */
            chosen += share[p] > 0;
            count[p] += share[p] > 0;
        }
        CHECK(chosen == BATCH);
        same += memcmp(share, before, sizeof before) == 0;
        memcpy(before, share, sizeof before);
        CHECK(memcmp(inside_draw_minibatch(t.f, s % 4, s / 4), before, sizeof before) == 0);
    }
    /* the same subset by chance: 1/792 each, 5.05 expected, Poisson: above 17 with 1e-5 */
    CHECK(same <= 17);
    const double mean = N * (double)BATCH / POINTS,
                 variance = mean * (1 - (double)BATCH / POINTS) * POINTS / (POINTS - 1);
    for (size_t p = 0; p < POINTS; p++) chi2 += (count[p] - mean) * (count[p] - mean) / variance;
    CHECK(chi2 < 36.1);
    CHECK(chi2 > 0.8); /* as improbable from below */
    /* the same sample in another run of samples draws the same */
    memcpy(before, inside_draw_minibatch(t.f, 3, 7), sizeof before);
    tepui_follower_begin(t.f, 12, 2);
    CHECK(memcmp(inside_draw_minibatch(t.f, 1, 7), before, sizeof before) == 0);
    close_trail(&t);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov: sqrt(N) D above 2.23 with probability 2 exp(-2 2.23^2) = 1e-4. */
static double kolmogorov(double *u, size_t n)
{
    double most = 0;
    qsort(u, n, sizeof *u, ascending);
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fmax((double)(i + 1) / (double)n - u[i], u[i] - (double)i / (double)n));
    return most * sqrt((double)n);
}

/* |xi| <= r with probability r^P; entries have mean 0 and variance 1/(P + 2). */
static void noise_fills_the_unit_ball(void)
{
    enum { N = 3000, P = 6 }; /* 2 x 2 + read-out 2 */
    static double u[N];
    trail t;
    double sum[P] = {0}, square = 0;
    if (!open_trail(&t,
                    "grid: {depth: 1, width: 2}\ndata: {targets: gaussian}\ndynamics: {optimizer: "
                    "perturbed_gd}\nobservables: [escape_time]\n",
                    2, 32))
        return;
    CHECK(t.b.P == P);
    tepui_follower_begin(t.f, 0, 2);
    for (size_t s = 0; s < N; s++) {
        const double *xi = inside_draw_noise(t.f, s % 2, s / 2);
        const double r = norm(xi, P);
        CHECK(r <= 1 + 1e-15);
        for (size_t i = P; i < P + P % TEPUI_LANES && i < TEPUI_LANES; i++) CHECK(xi[i] == 0);
        u[s] = pow(r, P);
        for (size_t i = 0; i < P; i++) sum[i] += xi[i];
        square += r * r;
    }
    CHECK(kolmogorov(u, N) < 2.23);
    for (size_t i = 0; i < P; i++) CHECK_Z(sum[i] / N, 0.0, sqrt(1.0 / (P + 2) / N), 4.5);
    /* E r^2 = P/(P + 2), E r^4 = P/(P + 4) */
    CHECK_Z(square / N, P / (P + 2.0), sqrt((P / (P + 4.0) - pow(P / (P + 2.0), 2)) / N), 4.5);
    close_trail(&t);
}

/* theta moves by radius xi and the gradient step when the gradient is below the threshold, once in `interval` steps. */
static void pushes_reach_the_parameters(void)
{
    trail t;
    const double *theta;
    if (!open_trail(&t,
                    "grid: {depth: 1, width: 2, gain: 1e-9}\ndata: {targets: gaussian}\ndynamics: {steps: 20, rate: "
                    "1e-9, optimizer: \"perturbed_gd(threshold=1e-3, radius=1e-3, interval=5)\"}\nobservables: "
                    "[escape_time]\n",
                    1, 33))
        return;
    double before[6];
    tepui_follower_begin(t.f, 0, 1);
    for (size_t s = 0; s < 20; s++) {
        if (s) memcpy(before, theta, sizeof before);
        CHECK(tepui_follower_go(t.f, every_time, NULL) == TEPUI_TRY_AGAIN);
        theta = inside_theta(t.f);
        for (size_t i = 0; s && i < 6; i++) /* gradient steps are below 1e-9 (1e-3 x 1e-9 and what pushes add) */
            CHECK_NEAR(theta[i] - before[i], s % 5 == 0 ? 1e-3 * inside_noise(t.f)[i] : 0.0, 1e-9);
    }
    close_trail(&t);
}

/* --- curvature */

static void check_end(double got, long double want, long double larger)
{
    if (want > 1e-9L * larger)
        CHECK_NEAR(got, (double)logl(want), (double)(1e-7L * larger / want)); /* Lanczos: 1e-8 of the larger */
    else
        CHECK(got <= (double)logl(1e-7L * larger)); /* 0 but for rounding */
}

static void check_ends(const trail *t, size_t i, tepui_path_value first, const long double end[2])
{
    const long double larger = fmaxl(fabsl(end[0]), fabsl(end[1]));
    check_end(recorded(t, i, first), -end[0], larger);
    check_end(recorded(t, i, first + 1), end[1], larger);
}

static const char curved_observables[] =
    "escape_time, path_loss, path_gradient_norm, path_step_size, path_lambda_min, path_lambda_max, path_metric_min, "
    "path_metric_max";

static void recorded_curvature_is_that_of_the_dense_hessian(void)
{
    static const char net[] =
        "grid: {depth: 2, width: 3, activation: tanh}\ndata: {points: 4, dimension: 3, outputs: 2, "
        "targets: gaussian}\n",
                      /* bilinear: differences are exact however small it is; gradients of 2^-240 */
        tiny[] = "grid: {depth: 1, width: 3, activation: linear, gain: 5.6e-73}\ndata: {points: 2}\nreadout: "
                 "dense\nloss: output\n";
    static const struct {
        const char *grid, *dynamics;
        descent_rule rule;
        size_t batch;
    } of[] = {
        {net, "optimizer: gd, rate: 0.1", DESCENT_GD, 0},
        {net, "optimizer: adam, rate: 0.1", DESCENT_ADAM, 0},
        {net, "optimizer: adam, rate: 0.1, batch: 2", DESCENT_ADAM, 2},
        {tiny, "optimizer: adam(epsilon=0), rate: 0.1, divergence: 1e300, escape: output(1e6)", DESCENT_SCALE_FREE, 0}};
    for (size_t i = 0; i < sizeof of / sizeof *of && extended_precision(); i++) {
        char text[1024];
        trail t;
        model m;
        uint64_t step[TEPUI_MOST_RECORDS];
        print_text(text, sizeof text, of[i].grid, of[i].dynamics, curved_observables);
        if (!open_trail(&t, text, 1, 40 + i)) continue;
        CHECK(tepui_network_sample(t.b.net, 0, NULL) == TEPUI_OK);
        model_take(&m, t.b.net);
        double *share = of[i].batch ? shares_of(&t, m.n) : NULL;
        const descent d = {of[i].rule, tenth, STEPS, share, 0};
        descent_view *v = descend(&m, &d);
        follow(&t, 0, 1);
        const size_t count = tepui_record_steps(t.b.c, step);
        for (size_t k = 0; k < count; k++) {
            long double end[2];
            model_ends(&m, v[step[k]].theta, NULL, end);
            check_ends(&t, k, TEPUI_PATH_MIN, end);
            model_ends(&m, v[step[k]].theta, v[step[k]].root, end);
            check_ends(&t, k, TEPUI_PATH_METRIC_MIN, end);
        }
        descent_free(v, &d);
        free(share);
        model_free(&m);
        close_trail(&t);
    }
}

/* f = b^T W x with three hidden units, one point, loss r^2 / 2: d^2 f has the eigenvalues +-|x|, each three times, and
   the Gauss-Newton part has rank 1 and no negative one, so that the smallest of the Hessian is -|r| |x|. On the way to
   r = 0 it falls below rounding, 100 + P roundings of the larger end, and is 0 from there: a number there would be
   that of the processor's BLAS kernel. In the metric of Adam it keeps its sign (Sylvester). */
static void ends_below_rounding_are_zero(void)
{
    enum { SAMPLES = 8 };
    static const char *const optimizer[] = {"gd", "\"adam(epsilon=0)\""};
    const double rounding = (100 + 15) * 0x1p-52;
    size_t zeros = 0, numbers = 0;
    for (size_t i = 0; i < 2; i++) {
        char text[512];
        trail t;
        uint64_t step[TEPUI_MOST_RECORDS];
        snprintf(text, sizeof text,
                 "grid: {depth: 1, width: 3, activation: linear}\ndata: {dimension: 4, targets: one}\nreadout: dense\n"
                 "dynamics: {optimizer: %s, rate: 0.02, steps: 5000, record: 5000, escape: output(1e6)}\n"
                 "observables: [%s]\n",
                 optimizer[i], curved_observables);
        if (!open_trail(&t, text, SAMPLES, 45)) continue;
        CHECK(t.b.P == 15);
        double length[SAMPLES];
        for (size_t k = 0; k < SAMPLES; k++) {
            CHECK(tepui_network_sample(t.b.net, k, NULL) == TEPUI_OK);
            length[k] = norm(tepui_network_inputs(t.b.net), 4);
        }
        const size_t count = tepui_record_steps(t.b.c, step);
        follow(&t, 0, SAMPLES);
        for (size_t k = 0; k < SAMPLES * count; k++) {
            tepui_follower_show(t.f, k / count);
            const double *row = tepui_network_path(t.b.net).value + k % count * TEPUI_PATH_VALUES;
            const double want = length[k / count] * sqrt(2 * exp(row[TEPUI_PATH_LOSS])), got = exp(row[TEPUI_PATH_MIN]);
            const double floor = rounding * fmax(exp(row[TEPUI_PATH_MAX]), got);
            CHECK_NEAR(got, got > 0 || want > 2 * floor ? want : 0, floor);
            CHECK(got == 0 || got >= 0.999 * floor); /* of the logarithms' rounding */
            const double bent = exp(row[TEPUI_PATH_METRIC_MIN]), top = exp(row[TEPUI_PATH_METRIC_MAX]);
            CHECK(bent == 0 || bent >= 0.999 * rounding * fmax(bent, top));
            CHECK(bent > 0 || want < 1e-6);
            zeros += got == 0 && bent == 0;
            numbers += got > 0 && bent > 0;
        }
        close_trail(&t);
    }
    CHECK(zeros > 20);
    CHECK(numbers > 100);
}

/* Escape by curvature looks when another twentieth of the steps has been made, at every step up to the twentieth; the
 * Hessian is that of all points, minibatch or not. */
/* Of the last one it is 1.10 at step 30, 1.30 at step 32: 31 is not looked at. */
static void curvature_that_grows_is_an_escape(void)
{
    static const char *const of[] = {"optimizer: gd, rate: 1, escape: curvature(1.1)",
                                     "optimizer: sgd, batch: 2, rate: 1, escape: curvature(1.1)",
                                     "optimizer: gd, rate: 0.1, escape: curvature(1.13)"};
    for (size_t i = 0; i < 3 && extended_precision(); i++) {
        char text[1024];
        trail t;
        model m;
        double want = INFINITY;
        long double first = 0;
        print_text(text, sizeof text,
                   "grid: {depth: 2, width: 3, activation: tanh, gain: 0.2}\ndata: {points: 4, dimension: 3, targets: "
                   "one}\n",
                   of[i], "path_loss, escape_time");
        if (!open_trail(&t, text, 1, 50)) continue;
        CHECK(tepui_network_sample(t.b.net, 0, NULL) == TEPUI_OK);
        model_take(&m, t.b.net);
        double *share = i == 1 ? shares_of(&t, m.n) : NULL;
        const descent d = {DESCENT_GD, i < 2 ? one : tenth, STEPS, share, 0};
        descent_view *v = descend(&m, &d);
        for (size_t s = 0; s < STEPS && want == INFINITY; s += 1 + s / 20) {
            long double end[2];
            model_ends(&m, v[s].theta, NULL, end);
            const long double most = fmaxl(-end[0], end[1]);
            if (s == 0) first = most;
            if (most >= (i < 2 ? 1.1L : 1.13L) * first) want = (double)s;
        }
        follow(&t, 0, 1);
        CHECK(i < 2 ? want > 0 && want < 20 : want == 32);
        CHECK(tepui_network_path(t.b.net).escape == want);
        descent_free(v, &d);
        free(share);
        model_free(&m);
        close_trail(&t);
    }
}

/* --- a chain of scalars through the general engine */

/* f = x w_1 ... w_K, loss (f - 1)^2/2: dw_k = -rate (f - 1) x prod_{j != k} w_j. Rounding: 40 steps of some 20
   operations of numbers of order 1, amplified by at most exp(40 rate lambda_max), lambda_max < 20: 1e-13 exp(8) < 1e-9.
 */
static void a_chain_through_a_composition_is_the_product(void)
{
    enum { K = 5 };
    trail t;
    if (!open_trail(&t,
                    "grid: {depth: 4, width: 1, activation: linear, architecture: \"[dense, activation]\"}\ndata: "
                    "{dimension: 1, targets: one}\ndynamics: {steps: 40}\nobservables: [path_loss]\n",
                    1, 61))
        return;
    CHECK(t.b.P == K);
    CHECK(tepui_network_sample(t.b.net, 0, NULL) == TEPUI_OK);
    long double w[K];
    const double x = tepui_network_inputs(t.b.net)[0];
    for (size_t k = 0; k < K; k++) {
        double one;
        CHECK(tepui_network_weights(t.b.net, k + 1, &one) == TEPUI_OK);
        w[k] = one;
    }
    tepui_follower_begin(t.f, 0, 1);
    for (int s = 0; s < 40; s++) {
        long double slope[K], f = x;
        for (size_t k = 0; k < K; k++) f *= w[k];
        for (size_t k = 0; k < K; k++) {
            slope[k] = (f - 1) * x;
            for (size_t j = 0; j < K; j++)
                if (j != k) slope[k] *= w[j];
        }
        for (size_t k = 0; k < K; k++) w[k] -= 0.01L * slope[k];
        CHECK(tepui_follower_go(t.f, every_time, NULL) == TEPUI_TRY_AGAIN);
        for (size_t k = 0; k < K; k++) CHECK_NEAR(inside_theta(t.f)[k], (double)w[k], 1e-9);
    }
    CHECK(fabsl(w[0]) > 0);
    close_trail(&t);
}

/* What decays needs no gradient: weights of 1 and -1 with f = y have loss 0 and gradient 0 at step 0, and each is 0.99
   of itself at step 1, for rate 0.1 and weight_decay 0.1: f = 0.99^3, ln loss ln((1 - 0.99^3)^2 / 2) = -7.7263. Both
   engines follow chains: the one of layers, and the one of scalars in lanes. */
static void weights_decay_without_a_gradient(void)
{
    static const char *const more[] = {"", ", architecture: \"[dense, activation]\""};
    for (int i = 0; i < 2; i++) {
        char text[400];
        size_t still = 0;
        trail t;
        snprintf(
            text, sizeof text,
            "grid: {depth: 3, width: 1, activation: linear, init: lecun, law: rademacher%s}\ndata: {source: sphere, "
            "dimension: 1, targets: one}\nreadout: none\ndynamics: {optimizer: adamw(weight_decay=0.1), rate: 0.1, "
            "steps: 2, record: 2}\nobservables: [path_loss]\n",
            more[i]);
        if (!open_trail(&t, text, 16, 5)) return;
        follow(&t, 0, 16);
        for (uint64_t sample = 0; sample < 16; sample++) {
            tepui_follower_show(t.f, sample);
            if (recorded(&t, 0, TEPUI_PATH_LOSS) > -INFINITY) continue;
            CHECK_NEAR(recorded(&t, 1, TEPUI_PATH_LOSS), 2 * log(1 - 0.99 * 0.99 * 0.99) - log(2), 1e-12);
            still++;
        }
        CHECK(still > 2 && still < 14); /* a half, of 16 */
        close_trail(&t);
    }
}

/* --- ends of trajectories */

#define SMALL "grid: {depth: 2, width: 4, activation: tanh}\ndata: {points: 3, dimension: 4, targets: gaussian}\n"

static tepui_path path_of(trail *t, const char *text, uint64_t key)
{
    if (!open_trail(t, text, 1, key)) return (tepui_path){NAN, NAN, NULL};
    follow(t, 0, 1);
    return tepui_network_path(t->b.net);
}

/* An escape ends a trajectory but for its records; a divergence that only these see is no answer of escape_time. */
static void records_do_not_change_escape_times(void)
{
    static const char text[] =
        "grid: {depth: 2, width: 4, activation: linear}\ndata: {points: 3, dimension: 4, targets: "
        "gaussian}\ndynamics: {steps: 20, rate: 0.7, divergence: 10, escape: "
        "output(1e-3)}\nobservables: [escape_time";
    size_t later = 0;
    for (uint64_t key = 70; key < 82; key++) {
        trail t;
        char whole[600];
        snprintf(whole, sizeof whole, "%s]\n", text);
        const tepui_path alone = path_of(&t, whole, key);
        close_trail(&t);
        snprintf(whole, sizeof whole, "%s, path_loss]\n", text);
        const tepui_path both = path_of(&t, whole, key);
        CHECK(alone.escape == both.escape && alone.divergence == both.divergence);
        later += both.escape == 1 && recorded(&t, 5, TEPUI_PATH_LOSS) == INFINITY; /* 0 1 2 5 10 20 */
        close_trail(&t);
    }
    CHECK(later > 0); /* else nothing is tested */
}

static void trajectories_end_where_they_should(void)
{
    trail t;
    /* the output moves by less than any distance at once: step 1; the loss is below its own plateau at once: 0 */
    CHECK(path_of(&t, SMALL "dynamics: {escape: output(1e-12)}\nobservables: [escape_time]\n", 70).escape == 1);
    CHECK(tepui_follower_steps(t.f) == 2); /* steps 0 and 1 are looked at */
    close_trail(&t);
    CHECK(path_of(&t,
                  "grid: {depth: 1, width: 2}\ndata: {targets: one}\ndynamics: {steps: 9, escape: "
                  "loss(0.999999)}\nobservables: [escape_time]\n",
                  72)
              .escape <= 9);
    close_trail(&t);
    /* nothing moves at this rate: censored, after the limit has been looked at */
    CHECK(path_of(&t, SMALL "dynamics: {steps: 30, rate: 1e-12, escape: output(0.5)}\nobservables: [escape_time]\n", 70)
              .escape == INFINITY);
    CHECK(tepui_follower_steps(t.f) == 31);
    close_trail(&t);
    /* it has escaped at 1, the record goes on to 20, and nothing follows */
    const tepui_path p = path_of(&t,
                                 SMALL "dynamics: {steps: 1000, record: 20, escape: output(1e-12)}\nobservables: "
                                       "[escape_time, path_loss]\n",
                                 70);
    CHECK(p.escape == 1);
    CHECK(tepui_follower_steps(t.f) == 21);
    for (size_t i = 0; i < 6; i++) CHECK(isfinite(recorded(&t, i, TEPUI_PATH_LOSS))); /* 0 1 2 5 10 20 */
    close_trail(&t);
    /* and the other way round: record 2, escape later ends it */
    const double later =
        path_of(&t,
                SMALL "dynamics: {steps: 1000, record: 2, rate: 0.001, escape: output(0.05)}\nobservables: "
                      "[escape_time, path_loss]\n",
                70)
            .escape;
    CHECK(later > 2 && later < 1000);
    CHECK(tepui_follower_steps(t.f) == (uint64_t)later + 1);
    close_trail(&t);
}

/* A sample that starts below half of its plateau's loss: of fifty nets some do, and the loss alone says which. */
static void escapes_at_the_start_are_at_step_0(void)
{
    trail t;
    int there = 0;
    if (!open_trail(&t,
                    "grid: {depth: 1, width: 3}\ndata: {targets: one}\ndynamics: {steps: 3, rate: "
                    "1e-9}\nobservables: [escape_time, path_loss]\n",
                    50, 71))
        return;
    tepui_follower_begin(t.f, 0, 50);
    CHECK(tepui_follower_go(t.f, NULL, NULL) == TEPUI_OK);
    for (size_t i = 0; i < 50; i++) {
        tepui_follower_show(t.f, i);
        const int below = recorded(&t, 0, TEPUI_PATH_LOSS) <= log(0.25); /* plateau 1/2 */
        CHECK(tepui_network_path(t.b.net).escape == (below ? 0 : INFINITY));
        there += below;
    }
    CHECK(there > 0 && there < 50);
    close_trail(&t);
}

/* Gradient descent at a rate far beyond 2/lambda: the loss explodes after a step or two. */
static void values_behind_a_divergence_are_infinite(void)
{
    trail t;
    const char text[] = "grid: {depth: 3, width: 4, activation: linear}\ndata: {points: 3, targets: "
                        "gaussian}\ndynamics: {steps: 50, rate: 100, divergence: 1000}\nobservables: [escape_time, "
                        "path_loss, path_gradient_norm, path_step_size, path_lambda_max, path_metric_max]\n";
    const tepui_path p = path_of(&t, text, 80);
    CHECK(p.divergence == 1 || p.divergence == 2);
    CHECK(p.escape == INFINITY);
    for (size_t i = 0; i < 7; i++) {        /* 0 1 2 5 10 20 50 */
        const int lost = i >= p.divergence; /* steps 0, 1, 2 are their own numbers */
        CHECK(lost ? recorded(&t, i, TEPUI_PATH_LOSS) == INFINITY : isfinite(recorded(&t, i, TEPUI_PATH_LOSS)));
        CHECK(!lost || recorded(&t, i, TEPUI_PATH_STEP) == INFINITY);
        CHECK(!lost || recorded(&t, i, TEPUI_PATH_METRIC_MAX) == INFINITY);
    }
    CHECK(tepui_follower_steps(t.f) == (uint64_t)p.divergence + 1);
    close_trail(&t);
}

/* The first step at which the loss is above twice the larger of those at the start and on the plateau, 1/2. */
static void divergence_is_in_units_of_the_larger_loss(void)
{
    int there = 0;
    for (uint64_t key = 1; key <= 12; key++) {
        trail t;
        model m;
        double want = INFINITY;
        if (!open_trail(
                &t,
                "grid: {depth: 2, width: 4, activation: linear}\ndata: {points: 3, targets: one}\ndynamics: "
                "{steps: 60, rate: 0.3, divergence: 2, escape: output(1e9)}\nobservables: [escape_time, path_loss]\n",
                1, 100 + key))
            return;
        CHECK(tepui_network_sample(t.b.net, 0, NULL) == TEPUI_OK);
        model_take(&m, t.b.net);
        const descent d = {DESCENT_GD, third, STEPS, NULL, 0};
        descent_view *v = descend(&m, &d);
        for (size_t s = 0; s < STEPS && want == INFINITY; s++)
            if (!(v[s].loss <= 2 * fmaxl(v[0].loss, 0.5L))) want = (double)s;
        follow(&t, 0, 1);
        CHECK(tepui_network_path(t.b.net).divergence == want);
        there |= want == 1 ? 1 : want < INFINITY ? 2 : 0;
        descent_free(v, &d);
        model_free(&m);
        close_trail(&t);
    }
    CHECK(there == 3); /* at once, and later */
}

/* Beyond the range of doubles from the start: at step 0. */
static void a_loss_that_overflows_is_a_divergence(void)
{
    trail t;
    const tepui_path p =
        path_of(&t,
                "grid: {depth: 60, width: 3, activation: linear, gain: 1e6}\ndata: {targets: one}\ndynamics: "
                "{steps: 5}\nobservables: [escape_time, path_loss]\n",
                82);
    CHECK(p.divergence == 0);
    CHECK(recorded(&t, 0, TEPUI_PATH_LOSS) == INFINITY);
    close_trail(&t);
}

/* A gradient of about e^774 moves theta to infinity, where tanh would still give a loss: that is a divergence, too. */
static void infinite_parameters_are_a_divergence(void)
{
    static const char *const architecture[] = {"plain", "\"[dense, activation]\""};
    for (size_t i = 0; i < 2; i++) {
        trail t;
        char text[512];
        snprintf(text, sizeof text,
                 "grid: {depth: 3500, width: 16, activation: tanh, gain: 3, architecture: %s}\ndata: {points: 2, "
                 "targets: gaussian}\ndynamics: {steps: 5}\nobservables: [escape_time, path_loss, "
                 "path_gradient_norm]\n",
                 architecture[i]);
        const tepui_path p = path_of(&t, text, 81);
        CHECK(recorded(&t, 0, TEPUI_PATH_GRADIENT) > 710); /* beyond the range of doubles */
        CHECK(p.divergence == 1);
        CHECK(p.escape == INFINITY);
        close_trail(&t);
    }
}

/* --- interruptions */

typedef struct {
    uint64_t every, calls, bits; /* 0: at random, one in eight */
} interruption;

static int interrupt(void *arg)
{
    interruption *i = arg;
    i->calls++;
    if (i->every) return i->calls % i->every == 0;
    i->bits = i->bits * 6364136223846793005u + 1442695040888963407u;
    return i->bits >> 61 == 0;
}

enum { SAMPLES = 3, FIRST = 5 };

/* Saved into bytes of exactly the size said, everything freed, and taken up by others. */
static void change_hands(trail *t)
{
    const size_t size = tepui_follower_save(t->f, NULL);
    void *bytes = malloc(size);
    if (!bytes) abort();
    CHECK(size % 8 == 0);
    CHECK(tepui_follower_save(t->f, bytes) == size);
    close_hands(t);
    open_hands(t, SAMPLES + 1);
    CHECK(tepui_follower_resume(t->f, FIRST, SAMPLES, bytes, size) == TEPUI_OK);
    free(bytes);
}

static int follow_in_pieces(trail *t, interruption how)
{
    int hits = 0;
    tepui_follower_begin(t->f, FIRST, SAMPLES);
    while (tepui_follower_go(t->f, interrupt, &how) == TEPUI_TRY_AGAIN) {
        change_hands(t);
        hits++;
    }
    return hits;
}

/* What has been found, as bytes; malloc'd. */
static double *findings(trail *t, size_t *size)
{
    const size_t row = tepui_record_steps(t->b.c, NULL) * TEPUI_PATH_VALUES;
    double *all = numbers(*size = SAMPLES * (row + 2));
    for (size_t i = 0; i < SAMPLES; i++) {
        double *to = all + i * (row + 2);
        tepui_follower_show(t->f, i);
        const tepui_path p = tepui_network_path(t->b.net);
        to[0] = p.escape, to[1] = p.divergence;
        memcpy(to + 2, p.value, row * sizeof *to);
    }
    return all;
}

/* The last one in a net whose gradients are 2^-262 at first. */
static const char *const kept[] = {
    "gd",    "momentum", "adam",    "nadam",          "perturbed_gd(threshold=1, interval=3)", "sgd", "amsgrad",
    "radam", "adam",     "rmsprop", "adam(epsilon=0)"};
enum { TINY = sizeof kept / sizeof *kept - 1 };

static void interruptions_do_not_change_a_bit(void)
{
    static const char *const architecture[] = {"plain", "\"[dense, batch_norm, affine, activation]\""};
    static const char *const escape[] = {"curvature(1.05)", "loss(0.9)", "output(0.2)"};
    static const interruption how[] = {{1, 0, 0}, {2, 0, 0}, {7, 0, 0}, {0, 0, 2026}, {0, 0, 7}};
    int escapes = 0;
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
        char grid[512], dynamics[128], text[1024];
        trail t;
        size_t size;
        snprintf(grid, sizeof grid,
                 "grid: {depth: %d, width: 3, activation: tanh, gain: %s, sigma_b: %s, architecture: %s}\ndata: "
                 "{points: 4, targets: gaussian}\n",
                 k == TINY ? 5 : 2, k == TINY ? "1.2e-16" : "1", k == TINY ? "0" : "0.1", architecture[k % 2]);
        snprintf(dynamics, sizeof dynamics, "optimizer: \"%s\", batch: %d, escape: %s, rate: %s", kept[k],
                 k == 5 || k == 8 ? 3 : 0, escape[k % 3], k == TINY ? "1e-17" : "0.05");
        print_text(text, sizeof text, grid, dynamics, curved_observables);
        if (!open_trail(&t, text, SAMPLES, 90)) continue;
        tepui_follower_begin(t.f, FIRST, SAMPLES);
        CHECK(tepui_follower_go(t.f, NULL, NULL) == TEPUI_OK);
        double *want = findings(&t, &size);
        for (size_t i = 0; i < SAMPLES; i++)
            escapes += want[i * (size / SAMPLES)] > 0 && want[i * (size / SAMPLES)] < STEPS;
        for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
            const int hits = follow_in_pieces(&t, how[i]);
            double *got = findings(&t, &size);
            CHECK(hits > 8);
            CHECK(memcmp(got, want, size * sizeof *got) == 0);
            free(got);
        }
        free(want);
        close_trail(&t);
        if (test_failures) fprintf(stderr, "%s", text);
    }
    CHECK(escapes >= 10); /* of 30, on the way */
}

static tepui_status take_up(trail *t, uint64_t first, size_t count, const char *bytes, size_t size)
{
    char *exact = malloc(size ? size : 1); /* so that a read beyond is seen */
    if (!exact) abort();
    memcpy(exact, bytes, size);
    const tepui_status st = tepui_follower_resume(t->f, first, count, exact, size);
    free(exact);
    return st;
}

static void bytes_that_do_not_fit_are_refused(void)
{
    trail t;
    interruption how = {0, 0, 1};
    char text[1024];
    print_text(text, sizeof text, SMALL, "optimizer: adam, record: 20", "escape_time, path_loss, path_lambda_min");
    if (!open_trail(&t, text, SAMPLES + 1, 91)) return;
    tepui_follower_begin(t.f, FIRST, SAMPLES);
    for (int i = 0; i < 12; i++) CHECK(tepui_follower_go(t.f, interrupt, &how) == TEPUI_TRY_AGAIN);
    const size_t size = tepui_follower_save(t.f, NULL);
    char *bytes = calloc(size + 64, 1);
    tepui_follower_save(t.f, bytes);
    for (size_t n = 0; n < size; n += n % 8 == 4 ? 4 : n % 64 == 0 ? 4 : 8)
        CHECK(take_up(&t, FIRST, SAMPLES, bytes, n) == TEPUI_BAD_INPUT);
    for (size_t n = 8; n <= 64; n += 8) CHECK(take_up(&t, FIRST, SAMPLES, bytes, size + n) == TEPUI_BAD_INPUT);
    CHECK(take_up(&t, FIRST + 1, SAMPLES, bytes, size) == TEPUI_BAD_INPUT);
    CHECK(take_up(&t, FIRST, SAMPLES - 1, bytes, size) == TEPUI_BAD_INPUT);
    CHECK(take_up(&t, FIRST, SAMPLES + 1, bytes, size) == TEPUI_BAD_INPUT);
    CHECK(take_up(&t, FIRST, SAMPLES + 2, bytes, size) == TEPUI_BAD_INPUT); /* more than there is room for */
    int refused = 0;
    for (size_t n = 0; n + 8 <= size; n += 8) { /* whatever is accepted stays within the tables, and ends */
        char keep[8];
        memcpy(keep, bytes + n, 8);
        memset(bytes + n, 0x7f, 8);
        if (take_up(&t, FIRST, SAMPLES, bytes, size) == TEPUI_OK)
            CHECK(tepui_follower_go(t.f, NULL, NULL) == TEPUI_OK);
        else
            refused++;
        memcpy(bytes + n, keep, 8);
    }
    CHECK(refused >= 7); /* first, count; index, t, record, next, active of what is under way */
    CHECK(take_up(&t, FIRST, SAMPLES, bytes, size) == TEPUI_OK);
    CHECK(tepui_follower_go(t.f, NULL, NULL) == TEPUI_OK);
    const size_t ended = tepui_follower_save(t.f, NULL); /* nothing is under way any more */
    CHECK(ended < size);
    tepui_follower_save(t.f, bytes);
    CHECK(take_up(&t, FIRST, SAMPLES, bytes, ended) == TEPUI_OK);
    CHECK(take_up(&t, FIRST, SAMPLES, bytes, ended + 8) == TEPUI_BAD_INPUT);
    free(bytes);
    close_trail(&t);
}

/* --- beside static observables */

static size_t measured(const trail *t, double *out)
{
    size_t n = 0;
    for (size_t o = 0; o < t->b.e->observable_count; o++) {
        const tepui_observable_type *type = t->b.e->observables[o];
        long component[64];
        if (type->needs & TEPUI_NEEDS_PATH) continue;
        const size_t count = tepui_observable_components(type, t->b.c, 16, component);
        for (size_t k = 0; k < count; k++) out[n++] = type->measure(t->b.net, component[k]);
    }
    return n;
}

/* To the bit. Curvature only among experiments with trajectories: those take all coordinates of the inputs, others the
   span of the points, and Lanczos in place of whole matrices, which is 1e-8 of the largest eigenvalue. */
static void static_observables_are_those_without_trajectories(void)
{
    static const char *const grid[] = {
        "grid: {depth: 4, width: 6, activation: relu, sigma_b: 0.1}\ndata: {points: 3, outputs: 2, targets: "
        "gaussian}\n",
        "grid: {depth: 3, width: 5, activation: tanh}\ndata: {points: 2, outputs: 2, targets: one_hot}\nloss: "
        "cross_entropy\n",
        "grid: {depth: 3, width: 4, activation: tanh, sigma_b: 0.1, architecture: \"[dense, batch_norm, affine, "
        "activation, dropout]\"}\ndata: {points: 3, targets: gaussian}\n",
        "generator: mt19937\ngrid: {depth: 3, width: 4, activation: tanh}\ndata: {points: 3, targets: gaussian}\n"};
    static const char *const what[] = {
        "observables: [gradient_norm, forward_norm, output]\n",
        "dynamics: {steps: 30}\nobservables: [gradient_norm, forward_norm, output, escape_time]\n",
        "dynamics: {steps: 30, optimizer: adam, rate: 0.1}\nobservables: [gradient_norm, forward_norm, output, "
        "path_loss]\n",
        "observables: [gradient_norm, forward_norm, output, hessian_norm, hessian_extreme, ntk_trace]\n",
        "dynamics: {steps: 30, optimizer: perturbed_gd}\nobservables: [gradient_norm, forward_norm, output, "
        "hessian_norm, hessian_extreme, ntk_trace, path_metric_max]\n",
        "dynamics: {steps: 30, optimizer: nadam}\nobservables: [gradient_norm, forward_norm, output, "
        "hessian_norm, hessian_extreme, ntk_trace, path_metric_max]\n"};
    for (size_t g = 0; g < sizeof grid / sizeof *grid; g++) {
        double want[3][3][64] = {{{0}}}, got[64];
        tepui_key key = {{0}};
        for (size_t w = 0; w < sizeof what / sizeof *what; w++) {
            char text[1024];
            trail t;
            snprintf(text, sizeof text, "seed: 6\n%s%s", grid[g], what[w]);
            if (!open_trail(&t, text, 3, 0)) continue;
            if (t.f) {
                tepui_follower_begin(t.f, 0, 3);
                CHECK(tepui_follower_go(t.f, NULL, NULL) == TEPUI_OK);
            }
            for (uint64_t s = 0; s < 3; s++) {
                const int kind = w < 3 ? 0 : w < 4 ? 1 : 2, first = w == 0 || w == 3 || w == 4;
                CHECK(tepui_network_sample(t.b.net, s, NULL) == TEPUI_OK);
                const size_t n = measured(&t, first ? want[kind][s] : got);
                CHECK(n >= 9 && n < 64);
                if (!first) CHECK(memcmp(got, want[kind][s], n * sizeof *got) == 0);
                for (size_t i = 0; w == 4 && i < n; i++)
                    if (want[2][s][i] != want[1][s][i])
                        CHECK_NEAR(want[2][s][i], want[1][s][i], 1e-7 * (1 + fabs(want[1][s][i])));
            }
            if (w) CHECK(memcmp(&key, &t.b.c->key, sizeof key) == 0);
            key = t.b.c->key;
            close_trail(&t);
        }
    }
}

static const test_case cases[] = {
    {"trajectories_are_those_of_explicit_descent", trajectories_are_those_of_explicit_descent},
    {"minibatch_gradients_are_those_of_the_points_drawn", minibatch_gradients_are_those_of_the_points_drawn},
    {"minibatches_are_uniform_and_distinct", minibatches_are_uniform_and_distinct},
    {"noise_fills_the_unit_ball", noise_fills_the_unit_ball},
    {"pushes_reach_the_parameters", pushes_reach_the_parameters},
    {"recorded_curvature_is_that_of_the_dense_hessian", recorded_curvature_is_that_of_the_dense_hessian},
    {"ends_below_rounding_are_zero", ends_below_rounding_are_zero},
    {"curvature_that_grows_is_an_escape", curvature_that_grows_is_an_escape},
    {"a_chain_through_a_composition_is_the_product", a_chain_through_a_composition_is_the_product},
    {"weights_decay_without_a_gradient", weights_decay_without_a_gradient},
    {"records_do_not_change_escape_times", records_do_not_change_escape_times},
    {"trajectories_end_where_they_should", trajectories_end_where_they_should},
    {"escapes_at_the_start_are_at_step_0", escapes_at_the_start_are_at_step_0},
    {"values_behind_a_divergence_are_infinite", values_behind_a_divergence_are_infinite},
    {"divergence_is_in_units_of_the_larger_loss", divergence_is_in_units_of_the_larger_loss},
    {"a_loss_that_overflows_is_a_divergence", a_loss_that_overflows_is_a_divergence},
    {"infinite_parameters_are_a_divergence", infinite_parameters_are_a_divergence},
    {"interruptions_do_not_change_a_bit", interruptions_do_not_change_a_bit},
    {"bytes_that_do_not_fit_are_refused", bytes_that_do_not_fit_are_refused},
    {"static_observables_are_those_without_trajectories", static_observables_are_those_without_trajectories},
};
TEST_MAIN(cases)
