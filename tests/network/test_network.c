/* test_network.c -- the fast network against the slow one, against differences, and against itself. */
#include "reads.h"
#include "reference.h"
#include "test.h"
#include "unread.h"
#include <network/tiled.h>
#include <stdlib.h>

#define ALL_NEEDS                                                                                                      \
    (TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_TANGENT | TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_OUTPUT_GRADIENT |             \
     TEPUI_NEEDS_SLOPES | TEPUI_NEEDS_RANK)

static tepui_experiment *plan(const char *text)
{
    tepui_error err = {""};
    tepui_experiment *e = NULL;
    const tepui_status st = plan_read_settings(text, &e, &err);
    if (st != TEPUI_OK) {
        fprintf(stderr, "%s\n%s\n", err.text, text);
        test_failures++;
        tepui_experiment_free(e);
        return NULL;
    }
    return e;
}

static tepui_network *network(const tepui_cell *c, unsigned needs)
{
    tepui_network *net = NULL;
    tepui_error err = {""};
    CHECK(tepui_network_alloc(c, needs, &net, &err) == TEPUI_OK);
    return net;
}

static long double norm_of(const long double *v, size_t n)
{
    long double s = 0;
    for (size_t i = 0; i < n; i++) s += v[i] * v[i];
    return sqrtl(s);
}

/* |got - want| <= tol * want in the norms whose logs are compared; both zero agree. */
static void check_ln(const char *what, size_t l, double got_ln, long double want, double tol)
{
    const double want_ln = want == 0 ? -INFINITY : (double)logl(want);
    if (got_ln == want_ln || fabs(got_ln - want_ln) <= tol) return;
    fprintf(stderr, "%s, layer %zu: ln norm %.17g, want %.17g\n", what, l, got_ln, want_ln);
    test_failures++;
}

/* Rounding of a depth-3 net of width <= 4 with activations correct to some ulp: 1e-12 leaves a factor 1000; an exact
   zero of one of them may be rounding noise in the other only where values cancel, which norms do not. */
static void compare_forward(tepui_network *net, const reference *r)
{
    const tepui_cell *c = r->c;
    long double v[64];
    for (size_t p = 0; p < c->points; p++)
        for (size_t l = 0; l <= r->layers; l++) {
            reference_forward(r, p, l, v);
            const size_t n = l <= c->depth ? c->width[l] : c->outputs;
            check_ln("forward", l, tepui_network_ln_forward(net, p, l), norm_of(v, n), 1e-12);
        }
    for (size_t l = 1; l <= r->layers; l++) {
        reference_tangent(r, l, v);
        const size_t n = l <= c->depth ? c->width[l] : c->outputs;
        check_ln("tangent", l, tepui_network_ln_tangent(net, l), norm_of(v, n), 1e-11);
    }
}

/* A layer whose gradient cancels (Rademacher weights do that) is known to rounding of the whole gradient only. */
static void check_gradient(const char *what, size_t l, double got_ln, long double want, long double total)
{
    if (want < 1e-13L * total && exp(got_ln) < 1e-13 * (double)total) return;
    check_ln(what, l, got_ln, want, 1e-10);
}

/* Laws with atoms can put a pre-activation exactly on a kink of phi, where a central difference
   sees the mean of both slopes; the entry-by-entry reference still decides there. */
static int may_hit_a_kink(const tepui_cell *c)
{
    const char *law = ((const tepui_kind *)c->distribution.type)->name;
    const tepui_activation_type *phi = c->activation.type;
    double slopes[4];
    phi->slopes(c->activation.value, slopes);
    return (phi->piecewise_linear || slopes[0] != slopes[1]) &&
           (strcmp(law, "rademacher") == 0 || strcmp(law, "sparse") == 0);
}

/* Share of units with phi'(z) != 0 over all points, and the cosine of the first two points' hidden vectors. A unit on
   the edge of underflow of phi' could differ; none does for |z| of order 1. */
static void compare_units(tepui_network *net, const reference *r)
{
    const tepui_cell *c = r->c;
    const tepui_activation_type *phi = c->activation.type;
    for (size_t l = 1; l <= c->depth; l++) {
        long double a[64], b[64], dot = 0, na = 0, nb = 0;
        double live = 0;
        for (size_t p = 0; p < c->points; p++) {
            reference_forward(r, p, l - 1, a);
            for (size_t i = 0; i < c->width[l]; i++) {
                long double z = r->b[l][i];
                for (size_t j = 0; j < c->width[l - 1]; j++) z += (long double)r->w[l][i * c->width[l - 1] + j] * a[j];
                live += phi->df((double)z, c->activation.value) != 0;
            }
        }
        if (!may_hit_a_kink(c))
            CHECK_NEAR(tepui_network_live_fraction(net, l), live / (double)(c->points * c->width[l]), 1e-15);
        if (c->points < 2) continue;
        reference_forward(r, 0, l, a);
        reference_forward(r, 1, l, b);
        for (size_t i = 0; i < c->width[l]; i++) dot += a[i] * b[i], na += a[i] * a[i], nb += b[i] * b[i];
        const double want = (double)(dot / (sqrtl(na) * sqrtl(nb)));
        if (isnan(want))
            CHECK(isnan(tepui_network_cosine(net, l)));
        else
            CHECK_NEAR(tepui_network_cosine(net, l), want, 1e-11);
        long double gap = 0;
        for (size_t i = 0; i < c->width[l]; i++) gap += powl(a[i] / sqrtl(na) - b[i] / sqrtl(nb), 2) / 2;
        if (isnan(want))
            CHECK(isnan(tepui_network_gap(net, l)));
        else
            CHECK_NEAR(tepui_network_gap(net, l), (double)gap, 1e-11);
    }
}

/* Rank of the rows v, points x width, directly. */
static long double rank_of(const long double *v, size_t points, size_t width)
{
    long double trace = 0, square = 0;
    for (size_t p = 0; p < points; p++)
        for (size_t q = 0; q < points; q++) {
            long double g = 0;
            for (size_t i = 0; i < width; i++) g += v[p * width + i] * v[q * width + i];
            trace += p == q ? g : 0;
            square += g * g;
        }
    return trace * trace / square;
}

/* Dots of rows of order 1 are right to 1e-12, as norms are; r is a ratio of sums of them without cancellation. */
static void compare_ranks(tepui_network *net, const reference *r)
{
    const tepui_cell *c = r->c;
    for (size_t l = 0; l <= c->depth && c->points > 1; l++) {
        long double v[64];
        for (size_t p = 0; p < c->points; p++) reference_forward(r, p, l, v + p * c->width[l]);
        const double want = (double)rank_of(v, c->points, c->width[l]), got = tepui_network_representation_rank(net, l);
        if (isnan(want))
            CHECK(isnan(got));
        else
            CHECK_NEAR(got, want, 1e-11 * want);
    }
}

/* Ordered nets draw points together, below what 1 - cosine can tell (1e-16): sigmoid, sigma_w = 1 has chi_1 = 0.056
   (tests/kinds/mean_field.py's moments at q = 0.27), so ln of the gap falls by about 2.9 a layer, to about -55 after
   20; ten such nets agree to a spread of sqrt(20 (3 m - 1)/d) = 1.1, m = 1.1. */
static void small_angles_keep_their_digits(void)
{
    tepui_experiment *e = NULL;
    tepui_network *net = NULL;
    CHECK(tepui_experiment_parse("grid: {depth: 20, width: 40, activation: sigmoid, init: lecun}\nreadout: none\n"
                                 "data: {source: gaussian, points: 2}\nloss: output\nobservables: [angle_gap]\n",
                                 "x", NULL, &e, NULL) == TEPUI_OK);
    CHECK(tepui_experiment_plan(e, NULL) == TEPUI_OK);
    CHECK(tepui_network_alloc(&e->cells[0], TEPUI_NEEDS_FORWARD, &net, NULL) == TEPUI_OK);
    for (uint64_t i = 0; i < 10; i++) {
        CHECK(tepui_network_sample(net, i, NULL) == TEPUI_OK);
        CHECK(fabs(1 - tepui_network_cosine(net, 20)) < 1e-15);
        CHECK_Z(log(tepui_network_gap(net, 20) / tepui_network_gap(net, 10)), 10 * log(0.0557), sqrt(10 * 2.3 / 40), 6);
    }
    tepui_network_free(net);
    tepui_experiment_free(e);
}

/* Equal and opposite vectors: 1 and -1 within two roundings, never beyond (without care one in five is). */
static void cosines_stay_within_one(void)
{
    const tepui_kernels *kernel = tepui_kernel();
    double a[2 * 7];
    uint64_t state = 7;
    for (int i = 0; i < 2000; i++) {
        for (int k = 0; k < 7; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            a[k] = (double)(state >> 11) * 0x1p-53 - 0.5;
            a[7 + k] = i % 2 ? -a[k] : a[k];
        }
        const double c = network_cosine(kernel, a, 7);
        CHECK(fabs(c) <= 1 && fabs(c) > 1 - 1e-15 && (c < 0) == i % 2);
    }
}

static void compare_gradients(tepui_network *net, const reference *r)
{
    for (int k = 0; k < 2; k++) {
        long double g[8], total = 0;
        for (size_t l = 1; l <= r->layers; l++) {
            g[l] = reference_gradient(r, l, k);
            total += g[l] * g[l];
        }
        total = sqrtl(total);
        double (*ln)(const tepui_network *, size_t) = k ? tepui_network_ln_output_gradient : tepui_network_ln_gradient;
        for (size_t l = 1; l <= r->layers; l++) check_gradient(k ? "output" : "loss", l, ln(net, l), g[l], total);
        check_ln("total", (size_t)k, ln(net, 0), total, 1e-10);
    }
}

/* Central differences with h = 1e-6: truncation h^2 f'''/6 ~ 1e-12, rounding of double activations 1e-16/h = 1e-10,
   both relative to gradients of order 1e-3 and more; a kink within h of a unit has probability ~ 1e-5 per net. */
static void compare_differences(tepui_network *net, reference *r)
{
    for (size_t l = 1; l <= r->layers; l++) {
        const double g = exp(tepui_network_ln_gradient(net, l)), h = exp(tepui_network_ln_output_gradient(net, l));
        CHECK_NEAR(g, (double)reference_difference(r, l, 0, 1e-6), 1e-6 * (1 + g));
        CHECK_NEAR(h, (double)reference_difference(r, l, 1, 1e-6), 1e-6 * (1 + h));
    }
}

static void one_net(const char *text)
{
    tepui_experiment *e = plan(text);
    if (!e) return;
    tepui_network *net = network(&e->cells[0], ALL_NEEDS);
    for (uint64_t sample = 0; sample < 3; sample++) {
        reference r;
        CHECK(tepui_network_sample(net, sample, NULL) == TEPUI_OK);
        reference_take(&r, net);
        CHECK_NEAR(tepui_network_loss(net), (double)reference_loss(&r), 1e-12 * (1 + fabs(tepui_network_loss(net))));
        compare_forward(net, &r);
        compare_units(net, &r);
        compare_ranks(net, &r);
        compare_gradients(net, &r);
        if (!may_hit_a_kink(&e->cells[0])) compare_differences(net, &r);
        reference_free(&r);
    }
    tepui_network_free(net);
    tepui_experiment_free(e);
}

/* Every activation x law x loss, one and three points, with and without biases and read-out, rectangular layers. */
static void every_kind_agrees_with_the_reference(void)
{
    const char *shape[] = {
        "width: [[3, 2, 4]], sigma_b: 0}\ndata: {source: gaussian, points: 1, dimension: 3, outputs: 2, "
        "targets: %s}\nreadout: dense\nloss: %s\nobservables: [forward_norm]\n",
        "width: [[4, 3, 2]], sigma_b: 0.3}\ndata: {source: sphere, points: 3, dimension: 2, "
        "outputs: 2, targets: %s}\nreadout: none\nloss: %s\nobservables: [forward_norm]\n"};
    for (const void *const *a = tepui_family_activation.kinds; *a; a++)
        for (const void *const *d = tepui_family_distribution.kinds; *d; d++)
            for (const void *const *s = tepui_family_loss.kinds; *s; s++)
                for (int k = 0; k < 2; k++) {
                    char rest[512], text[1024];
                    const char *loss = ((const tepui_kind *)*s)->name;
                    snprintf(rest, sizeof rest, shape[k], strcmp(loss, "cross_entropy") ? "gaussian" : "one_hot", loss);
                    snprintf(text, sizeof text, "seed: 5\ngrid: {depth: 3, activation: %s, law: %s, init: he, %s",
                             ((const tepui_kind *)*a)->name, ((const tepui_kind *)*d)->name, rest);
                    const int before = test_failures;
                    one_net(text);
                    if (test_failures > before) fprintf(stderr, "in:\n%s\n", text);
                }
}

#define WIDE(depth, width)                                                                                             \
    "grid: {depth: " depth ", width: " width ", init: he}\ndata: {source: gaussian, points: 2, outputs: 3, "           \
    "targets: gaussian}\nreadout: dense\nobservables: [forward_norm]\n"

static void same_results(const tepui_network *a, const tepui_network *b)
{
    for (size_t l = 0; l <= a->layers; l++) {
        CHECK(a->forward[l].s == b->forward[l].s && a->forward[l].e == b->forward[l].e);
        CHECK(tepui_network_ln_tangent(a, l) == tepui_network_ln_tangent(b, l));
        for (int k = 0; k < 2; k++)
            CHECK(a->gradient[k][l].s == b->gradient[k][l].s && a->gradient[k][l].e == b->gradient[k][l].e);
    }
}

/* Weights kept, or drawn again by the backward pass: the same bits. */
static void drawing_again_gives_the_same_bits(void)
{
    static const char one_point[] =
        "\ndata: {source: gaussian, points: 1, outputs: 3, targets: gaussian}\nreadout: dense\n"
        "observables: [forward_norm]\n";
    static const char *const grid[] = {"grid: {depth: 3, width: 128, init: he}",
                                       "grid: {depth: 4, width: [[128, 96, 4500, 32]], init: he, law: student_t(5)}"};
    char one[2][256]; /* rows of dead units are not drawn again */
    for (size_t t = 0; t < 2; t++) snprintf(one[t], sizeof one[t], "%s%s", grid[t], one_point);
    const char *text[] = {WIDE("3", "100"), WIDE("5", "[[7, 300, 11, 90, 40]]"), WIDE("40", "17"), one[0], one[1]};
    for (size_t t = 0; t < sizeof text / sizeof *text; t++) {
        tepui_experiment *e = plan(text[t]);
        if (!e) return;
        tepui_network *kept = network(&e->cells[0], ALL_NEEDS), *drawn = network(&e->cells[0], ALL_NEEDS);
        CHECK(kept->keep_weights);
        drawn->keep_weights = 0; /* its room is larger than a tile, so this is safe */
        for (uint64_t sample = 0; sample < 4; sample++) {
            CHECK(tepui_network_sample(kept, sample, NULL) == TEPUI_OK);
            CHECK(tepui_network_sample(drawn, sample, NULL) == TEPUI_OK);
            same_results(kept, drawn);
        }
        tepui_network_free(kept);
        tepui_network_free(drawn);
        tepui_experiment_free(e);
    }
}

/* chain.c against the general code. */
static void chain_code_gives_the_same_bits(void)
{
    const char *phi[] = {"linear", "relu", "leaky_relu(0.2)"};
    for (size_t t = 0; t < 3; t++) {
        char text[512];
        snprintf(text, sizeof text,
                 "grid: {depth: 9000, width: 1, activation: %s, init: lecun, gain: 1.1}\nreadout: dense\n"
                 "data: {source: gaussian, dimension: 5, outputs: 2, targets: gaussian}\nobservables: [forward_norm]\n",
                 phi[t]);
        tepui_experiment *e = plan(text);
        if (!e) return;
        tepui_network *fast = network(&e->cells[0], ALL_NEEDS), *slow = network(&e->cells[0], ALL_NEEDS);
        CHECK(fast->tiled->chain);
        slow->tiled->chain = 0;
        for (uint64_t sample = 0; sample < 3; sample++) {
            CHECK(tepui_network_sample(fast, sample, NULL) == TEPUI_OK);
            CHECK(tepui_network_sample(slow, sample, NULL) == TEPUI_OK);
            same_results(fast, slow);
            for (size_t l = 1; l <= fast->depth; l++) CHECK(fast->live[l] == slow->live[l]);
        }
        tepui_network_free(fast);
        tepui_network_free(slow);
        tepui_experiment_free(e);
    }
}

/* Every bit of every result must be the same whatever is asked for besides. */
static void results_do_not_depend_on_needs(void)
{
    tepui_experiment *e = plan(WIDE("6", "33"));
    if (!e) return;
    tepui_network *all = network(&e->cells[0], ALL_NEEDS), *some = network(&e->cells[0], TEPUI_NEEDS_FORWARD);
    CHECK(tepui_network_sample(all, 3, NULL) == TEPUI_OK && tepui_network_sample(some, 3, NULL) == TEPUI_OK);
    for (size_t l = 0; l <= all->layers; l++)
        CHECK(tepui_network_ln_forward(all, 1, l) == tepui_network_ln_forward(some, 1, l));
    tepui_network_free(all);
    tepui_network_free(some);
    tepui_experiment_free(e);
}

static double deep_forward(const char *grid, double *gradient)
{
    char text[512];
    snprintf(text, sizeof text, "grid: {%s}\ndata: {source: sphere}\nloss: output\nobservables: [forward_norm]\n",
             grid);
    tepui_experiment *e = plan(text);
    if (!e) return NAN;
    tepui_network *net = network(&e->cells[0], ALL_NEEDS);
    CHECK(tepui_network_sample(net, 0, NULL) == TEPUI_OK);
    const double ln = tepui_network_ln_forward(net, 0, e->cells[0].depth);
    *gradient = tepui_network_ln_gradient(net, 1);
    tepui_network_free(net);
    tepui_experiment_free(e);
    return ln;
}

/* Depths at which doubles are long out of range. Linear chain, Gaussian, unit variance: mean -0.63518142 per layer,
   variance pi^2/8 (law C1): 6 standard errors. Nets: mean -1/d - ..., E log chi2 exact (law N1). */
static void a_million_layers_stay_in_range(void)
{
    double g;
    const double L = 1e6;
    CHECK_Z(deep_forward("depth: 1000000, width: 1, activation: linear, init: lecun", &g), -0.63518142273073909 * L,
            sqrt(L * 1.2337005501361697), 6);
    CHECK_Z(g, -0.63518142273073909 * L, sqrt(L * 1.2337005501361697), 6);
    /* per layer (psi(d/2) + log(2/d))/2 = -0.127450... at d = 4: psi(2) = 0.42278433509846714 */
    const double mean = 0.5 * (0.42278433509846714 + log(0.5)), sd = sqrt(0.25 * 0.64493406684822644);
    CHECK_Z(deep_forward("depth: 10000, width: 4, activation: linear, init: lecun", &g), 1e4 * mean, sd * 100, 6);
    CHECK_Z(deep_forward("depth: 10000, width: 4, activation: linear, init: fixed(1000)", &g),
            1e4 * (mean + 0.5 * log(4e3)), sd * 100, 6);
    CHECK_Z(deep_forward("depth: 10000, width: 4, activation: linear, init: fixed(0.001)", &g),
            1e4 * (mean + 0.5 * log(4e-3)), sd * 100, 6);
}

/* Every activation, far below and far above: finite, never NaN; where phi'(0) = 1 and phi(0) = 0 the ordered phase is
   the linear net's exact law in the end (an offset of order 1 from the first layers, bounded by 50). */
static void every_activation_survives_depth(void)
{
    for (const void *const *a = tepui_family_activation.kinds; *a; a++) {
        const tepui_activation_type *t = *a;
        char grid[256];
        double g;
        snprintf(grid, sizeof grid, "depth: 3000, width: 4, activation: %s, init: fixed(0.01)", t->kind.name);
        const double low = deep_forward(grid, &g);
        CHECK(!isnan(low) && !isnan(g) && low < 1e3);
        double slopes[4], param[TEPUI_MAX_PARAMS];
        for (int i = 0; i < TEPUI_MAX_PARAMS; i++) param[i] = t->kind.params[i].fallback;
        t->slopes(param, slopes);
        if (t->f(0, param) == 0 && slopes[0] == 1 && slopes[1] == 1) {
            const double mean = 0.5 * (0.42278433509846714 + log(0.5) + log(0.04));
            CHECK_NEAR(low, 3000 * mean, 50 + 6 * sqrt(3000 * 0.25 * 0.645));
        }
        snprintf(grid, sizeof grid, "depth: 3000, width: 4, activation: %s, init: fixed(100)", t->kind.name);
        const double high = deep_forward(grid, &g);
        CHECK(!isnan(high) && !isnan(g) && high < 3000 * 5.0);
    }
}

/* tanh, ordered phase: the same weights in long double, whose range (1e-4932) holds the truth 1e-700. */
static void tiny_tanh_agrees_with_long_double(void)
{
    if (!extended_precision()) return;
    tepui_experiment *e = plan("grid: {depth: 600, width: 3, activation: tanh, init: fixed(0.001), sigma_b: 0}\n"
                               "data: {source: sphere}\nloss: output\nobservables: [forward_norm]\n");
    if (!e) return;
    tepui_network *net = network(&e->cells[0], ALL_NEEDS);
    CHECK(tepui_network_sample(net, 0, NULL) == TEPUI_OK);
    long double a[3], z[3];
    for (int i = 0; i < 3; i++) a[i] = tepui_network_inputs(net)[i];
    for (size_t l = 1; l <= 600; l++) {
        double w[9];
        tepui_network_weights(net, l, w);
        for (int i = 0; i < 3; i++) z[i] = w[3 * i] * a[0] + w[3 * i + 1] * a[1] + w[3 * i + 2] * a[2];
        for (int i = 0; i < 3; i++) a[i] = tanhl(z[i]);
        check_ln("tanh", l, tepui_network_ln_forward(net, 0, l), norm_of(a, 3), 1e-12);
    }
    CHECK(norm_of(a, 3) < 1e-700L && norm_of(a, 3) > 0);
    tepui_network_free(net);
    tepui_experiment_free(e);
}

static void a_dead_net_is_exactly_zero(void)
{
    double g;
    CHECK(deep_forward("depth: 200, width: 1, activation: relu, init: he", &g) == -INFINITY); /* alive: 2^-200 */
    CHECK(g == -INFINITY);
}

static void a_stop_flag_voids_the_sample(void)
{
    volatile sig_atomic_t stop = 15;
    tepui_experiment *e = plan(WIDE("6", "33"));
    if (!e) return;
    tepui_network *net = network(&e->cells[0], ALL_NEEDS);
    CHECK(tepui_network_sample(net, 0, &stop) == TEPUI_INTERRUPTED);
    tepui_network_free(net);
    tepui_experiment_free(e);
}

/* Copies of a row: 1. Orthonormal rows: their number. Lengths 1 and 2, orthogonal: (1 + 4)^2/(1 + 16). */
static void ranks_of_simple_blocks(void)
{
    enum { N = 4, D = 6 };
    double m[N * D] = {0};
    int64_t e[N] = {0, 0, 0, 0};
    const tepui_kernels *k = tepui_kernel();
    for (size_t i = 0; i < N * D; i++) m[i] = 0.1 * (double)(i % D) - 0.3;
    for (size_t n = 1; n <= N; n++) CHECK_NEAR(network_rank(k, m, e, n, D), 1, 2e-15); /* of 16 terms */
    memset(m, 0, sizeof m);
    for (size_t i = 0; i < N; i++) m[i * D + i] = 1;
    for (size_t n = 1; n <= N; n++) CHECK(network_rank(k, m, e, n, D) == (double)n);
    m[D + 1] = -2;
    CHECK(network_rank(k, m, e, 2, D) == 25.0 / 17);
}

/* Mantissas 2^100 times off with the exponents that make up for it, all of them far from 0: the same bits. A row that
   is 2^-900 of another is no direction; dead rows are none; a block of dead rows has no rank. */
static void ranks_do_not_depend_on_the_scale(void)
{
    enum { N = 5, D = 7 };
    double m[N * D], scaled[N * D];
    int64_t e[N];
    const tepui_kernels *k = tepui_kernel();
    for (size_t i = 0; i < N * D; i++) m[i] = sin(1.0 + (double)(i * i));
    for (size_t i = 0; i < N; i++) e[i] = 0;
    const double want = network_rank(k, m, e, N, D), four = network_rank(k, m, e, N - 1, D);
    long double v[N * D];
    for (size_t i = 0; i < N * D; i++) v[i] = m[i];
    CHECK_NEAR(want, (double)rank_of(v, N, D), 1e-14 * want); /* sums of 7 and 25 terms of order 1 */
    for (size_t i = 0; i < N; i++) {
        const int shift = i % 2 ? 100 : -100;
        for (size_t j = 0; j < D; j++) scaled[i * D + j] = ldexp(m[i * D + j], shift);
        e[i] = -1000000 - shift;
    }
    CHECK(network_rank(k, scaled, e, N, D) == want);
    e[N - 1] -= 900;
    CHECK(network_rank(k, scaled, e, N, D) == four);
    memset(scaled + (N - 1) * D, 0, D * sizeof *scaled);
    e[N - 1] = 1000; /* of a zero: means nothing */
    CHECK(network_rank(k, scaled, e, N, D) == four);
    memset(scaled, 0, sizeof scaled);
    CHECK(isnan(network_rank(k, scaled, e, N, D)));
    scaled[0] = NAN;
    CHECK(isnan(network_rank(k, scaled, e, N, D)));
}

/* Points that are orthonormal in a linear net: orthogonal weights keep the rank to rounding (64 layers of 24 wide Q,
   each right to 24^2.5 8 2^-53 or so, see law A3), Gaussian ones lose it. */
static void orthogonal_weights_keep_the_rank(void)
{
    static const char *const law[] = {"orthogonal", "gaussian"};
    for (int k = 0; k < 2; k++) {
        char text[256];
        snprintf(text, sizeof text,
                 "seed: 3\ngrid: {depth: 64, width: 24, activation: linear, init: lecun, law: %s}\n"
                 "data: {source: orthonormal, points: 24}\nobservables: [representation_rank]\n",
                 law[k]);
        tepui_experiment *e = plan(text);
        if (!e) return;
        tepui_network *net = network(&e->cells[0], TEPUI_NEEDS_RANK);
        CHECK(tepui_network_sample(net, 0, NULL) == TEPUI_OK);
        CHECK_NEAR(tepui_network_representation_rank(net, 0), 24, 1e-12);
        const double r = tepui_network_representation_rank(net, 64);
        CHECK(k == 0 ? fabs(r - 24) < 64 * 24 * 3e-12 : r < 4);
        tepui_network_free(net);
        tepui_experiment_free(e);
    }
}

static const test_case cases[] = {
    {"ranks_of_simple_blocks", ranks_of_simple_blocks},
    {"ranks_do_not_depend_on_the_scale", ranks_do_not_depend_on_the_scale},
    {"orthogonal_weights_keep_the_rank", orthogonal_weights_keep_the_rank},
    {"small_angles_keep_their_digits", small_angles_keep_their_digits},
    {"cosines_stay_within_one", cosines_stay_within_one},
    {"every_kind_agrees_with_the_reference", every_kind_agrees_with_the_reference},
    {"drawing_again_gives_the_same_bits", drawing_again_gives_the_same_bits},
    {"chain_code_gives_the_same_bits", chain_code_gives_the_same_bits},
    {"results_do_not_depend_on_needs", results_do_not_depend_on_needs},
    {"a_million_layers_stay_in_range", a_million_layers_stay_in_range},
    {"every_activation_survives_depth", every_activation_survives_depth},
    {"tiny_tanh_agrees_with_long_double", tiny_tanh_agrees_with_long_double},
    {"a_dead_net_is_exactly_zero", a_dead_net_is_exactly_zero},
    {"a_stop_flag_voids_the_sample", a_stop_flag_voids_the_sample},
};
TEST_MAIN(cases)
