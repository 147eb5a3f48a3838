/* chain_bench.h -- chains to follow, optimizers that are not in the tree, and a plain reference: numbers m 2^e in long
   double, one weight at a time. */
#ifndef TEPUI_TESTS_CHAIN_BENCH_H
#define TEPUI_TESTS_CHAIN_BENCH_H
#include "test.h"
#include <dynamics/chain.h>
#include <limits.h>
#include <stdlib.h>
#include <tepui/tepui.h>

extern const tepui_optimizer_type tepui_optimizer_gd;
extern const tepui_schedule_type tepui_schedule_constant;
extern const tepui_escape_type tepui_escape_loss;

/* --- optimizers of the tests */

/* v = 0.9 v + g, theta -= rate v (Polyak 1964) */
static void momentum_update(const tepui_step *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const size_t j = i % TEPUI_LANES;
        s->state[0][i] = 0.9 * s->state[0][i] + s->g[i];
        s->theta[i] -= s->rate[j] * s->unit[j] * s->state[0][i];
    }
}
static const tepui_optimizer_type momentum = {
    .kind = {.name = "momentum"}, .states = 1, .degree = {1}, .update = momentum_update};

/* Adam (Kingma and Ba 2015), epsilon = param[0], 0 but where units are to show; scalar[0], [1] = 1 - powers of the
 * betas */
static double floor_of(const tepui_step *s, size_t j)
{
    return s->param[0] > 0 ? s->param[0] / s->unit[j] : 0; /* a unit may be 0 */
}
static void adam_update(const tepui_step *s)
{
    for (size_t j = 0; j < TEPUI_LANES; j++) {
        s->scalar[0][j] = 1 - 0.9 * (1 - s->scalar[0][j]);
        s->scalar[1][j] = 1 - 0.99 * (1 - s->scalar[1][j]);
    }
    for (size_t i = 0; i < s->n; i++) {
        const size_t j = i % TEPUI_LANES;
        const double g = s->g[i], m = s->state[0][i] = 0.9 * s->state[0][i] + 0.1 * g;
        const double v = s->state[1][i] = 0.99 * s->state[1][i] + 0.01 * g * g;
        if (v > 0) s->theta[i] -= s->rate[j] * (m / s->scalar[0][j]) / (sqrt(v / s->scalar[1][j]) + floor_of(s, j));
    }
}
static void adam_metric(const tepui_step *s, double *d)
{
    for (size_t i = 0; i < s->n; i++) {
        const size_t j = i % TEPUI_LANES;
        d[i] = sqrt(s->state[1][i] / s->scalar[1][j]) + floor_of(s, j);
    }
}
static const tepui_optimizer_type adam = {.kind = {.name = "adam"},
                                          .states = 2,
                                          .scalars = 2,
                                          .degree = {1, 2},
                                          .update = adam_update,
                                          .metric = adam_metric,
                                          .metric_degree = 1};

/* theta -= rate g / norm(g) */
static void normalised_update(const tepui_step *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const size_t j = i % TEPUI_LANES;
        if (s->norm[j] > 0) s->theta[i] -= s->rate[j] * s->g[i] / s->norm[j];
    }
}
static const tepui_optimizer_type normalised = {
    .kind = {.name = "normalised"}, .needs_norm = 1, .update = normalised_update};

/* theta -= rate (g + noise) */
static void noisy_update(const tepui_step *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const size_t j = i % TEPUI_LANES;
        s->theta[i] -= s->rate[j] * (s->unit[j] * s->g[i] + s->noise[i]);
    }
}
static const tepui_optimizer_type noisy = {.kind = {.name = "noisy"}, .needs_noise = 1, .update = noisy_update};

/* gd that the engine does not know */
static void plain_update(const tepui_step *s)
{
    for (size_t i = 0; i < s->n; i++) s->theta[i] -= s->rate[i % TEPUI_LANES] * (s->unit[i % TEPUI_LANES] * s->g[i]);
}
static const tepui_optimizer_type plain = {.kind = {.name = "plain"}, .update = plain_update};

/* 1 + t / steps, so that the step shows */
static double ramp_factor(double t, double steps, const double *param)
{
    (void)param;
    return 1 + t / steps;
}
static const tepui_schedule_type ramp = {.kind = {.name = "ramp"}, .factor = ramp_factor};

static int never_reached(const tepui_escape_view *v, const double *param)
{
    (void)v, (void)param;
    return 0;
}
static const tepui_escape_type never = {.kind = {.name = "never"}, .reached = never_reached};
static int far_reached(const tepui_escape_view *v, const double *param)
{
    return v->distance >= param[0];
}
static const tepui_escape_type far = {.kind = {.name = "far"}, .reached = far_reached};
static int grown_reached(const tepui_escape_view *v, const double *param)
{
    return v->growth >= param[0];
}
static const tepui_escape_type grown = {.kind = {.name = "grown"}, .needs_curvature = 1, .reached = grown_reached};

/* --- chains */

typedef struct {
    tepui_experiment *e;
    tepui_cell *c;
    tepui_network *net;
    tepui_follower *f;
    size_t K;
} bench;

typedef struct {
    size_t depth;
    const char *more; /* of the grid */
    const char *readout;
    const tepui_optimizer_type *optimizer;
    double rate;
    uint64_t steps;
    const tepui_escape_type *escape;
    double at; /* its parameter */
    uint64_t record;
    unsigned needs;
    int other_engine; /* not that of chains: its factors are too small */
} setup;

static int open_bench(bench *b, const setup *s, size_t samples)
{
    char text[600];
    tepui_error err = {""};
    *b = (bench){0};
    snprintf(text, sizeof text,
             "seed: 5\ngrid: {depth: %zu, width: 1, %s}\ndata: {source: sphere, targets: gaussian}\nreadout: %s\n"
             "loss: mse\nobservables: [forward_norm]\n",
             s->depth, s->more, s->readout ? s->readout : "none");
    tepui_status st = tepui_experiment_parse(text, "test", NULL, &b->e, &err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(b->e, &err);
    if (st == TEPUI_OK) {
        b->c = &b->e->cells[0];
        b->c->dynamics = (tepui_dynamics){.follows = 1,
                                          .optimizer = {.type = s->optimizer},
                                          .schedule = {.type = &tepui_schedule_constant},
                                          .escape = {.type = s->escape ? s->escape : &never, .value = {s->at}},
                                          .rate = s->rate,
                                          .steps = s->steps,
                                          .record = s->record,
                                          .divergence = 1e6};
        b->c->key = tepui_key_make(5, "tests/dynamics"); /* outlives changes of the canonical text */
        st = tepui_network_alloc(b->c, TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_PATH | s->needs, &b->net, &err);
    }
    if (st == TEPUI_OK) st = tepui_follower_alloc(b->net, TEPUI_NEEDS_PATH | s->needs, samples, &b->f, &err);
    if (st != TEPUI_OK) {
        fprintf(stderr, "%s\n%s\n", err.text, text);
        test_failures++;
        return 0;
    }
    CHECK(b->f->engine == (s->other_engine ? &follow_net : &follow_chain));
    b->K = s->depth + (s->readout != NULL);
    return 1;
}

static void close_bench(bench *b)
{
    tepui_follower_free(b->f);
    tepui_network_free(b->net);
    tepui_experiment_free(b->e);
}

/* Stands still after every step. */
static int always(void *arg)
{
    (void)arg;
    return 1;
}
static void one_by_one(bench *b)
{
    ((chain_state *)b->f->state)->cost = INFINITY;
}

/* Group and lane of sample number i of the run; NULL: not under way. */
static chain_group *group_of(const bench *b, size_t i, size_t *lane)
{
    chain_state *s = b->f->state;
    for (size_t k = 0; k < s->used * CHAIN_LANES; k++) {
        chain_group *q = &s->group[k / CHAIN_LANES];
        *lane = k % CHAIN_LANES;
        if (q->busy[*lane] && q->run[*lane].index == i) return q;
    }
    return NULL;
}

/* --- the reference */

typedef struct {
    long double m;
    long e;
} big;

static inline big big_of(long double m, long e)
{
    int k = 0;
    m = frexpl(m, &k);
    return (big){m, m == 0 ? 0 : e + k};
}
static inline big big_times(big a, big b)
{
    return big_of(a.m * b.m, a.e + b.e);
}
/* in units of 2^e */
static inline long double big_in(big a, long e)
{
    const long k = a.e - e;
    return ldexpl(a.m, k > 40000 ? 40000 : k < -40000 ? -40000 : (int)k);
}
static inline big big_less(big a, big b)
{
    const long e = a.m == 0 ? b.e : b.m == 0 ? a.e : a.e > b.e ? a.e : b.e;
    return big_of(big_in(a, e) - big_in(b, e), e);
}
static inline long double big_ln(big a)
{
    return a.m == 0 ? -INFINITY : logl(fabsl(a.m)) + (long double)a.e * logl(2);
}

typedef struct {
    size_t K, active;
    long double x, y, below, above;
    long unit; /* of the gradients of the optimizers; fixed for a trajectory */
    long double *w, *s, *m, *v, *step;
    big *g, *prefix, f, r;
    long double power[2];
    uint64_t t;
} reference;

static inline void *some(size_t n, size_t size)
{
    void *p = calloc(n, size);
    if (!p) abort();
    return p;
}

static inline void reference_open(reference *r, bench *b, uint64_t sample)
{
    const tepui_activation_type *phi = b->c->activation.type;
    double slopes[4], w;
    *r = (reference){.K = b->K, .active = b->c->depth, .power = {1, 1}};
    phi->slopes(b->c->activation.value, slopes);
    r->below = slopes[0];
    r->above = slopes[1];
    r->w = some(r->K, sizeof *r->w), r->s = some(r->K, sizeof *r->s), r->m = some(r->K, sizeof *r->m);
    r->v = some(r->K, sizeof *r->v), r->step = some(r->K, sizeof *r->step);
    r->g = some(r->K, sizeof *r->g), r->prefix = some(r->K + 1, sizeof *r->prefix);
    CHECK(tepui_network_sample(b->net, sample, NULL) == TEPUI_OK);
    for (size_t k = 0; k < r->K; k++) {
        CHECK(tepui_network_weights(b->net, k + 1, &w) == TEPUI_OK);
        r->w[k] = w;
    }
    r->x = tepui_network_inputs(b->net)[0];
    r->y = tepui_network_targets(b->net)[0];
}

static inline void reference_close(reference *r)
{
    free(r->w), free(r->s), free(r->m), free(r->v), free(r->step), free(r->g), free(r->prefix);
}

/* f, f - y and the gradient at w, from products of what lies before and behind. */
static inline void reference_gradient(reference *r)
{
    big a = big_of(r->x, 0), q;
    for (size_t k = 0; k < r->K; k++) {
        r->prefix[k] = a;
        const long double z = r->w[k] * a.m;
        r->s[k] = k >= r->active ? 1 : z > 0 ? r->above : r->below;
        a = big_of(z * r->s[k], a.e);
    }
    r->f = a;
    r->r = q = big_less(a, big_of(r->y, 0));
    for (size_t k = r->K; k-- > 0;) {
        q = big_times(q, big_of(r->s[k], 0));
        r->g[k] = big_times(q, r->prefix[k]);
        q = big_times(q, big_of(r->w[k], 0));
    }
}

static inline big reference_norm(const reference *r)
{
    long top = LONG_MIN;
    long double sum = 0;
    for (size_t k = 0; k < r->K; k++)
        if (r->g[k].m != 0 && r->g[k].e > top) top = r->g[k].e;
    if (top == LONG_MIN) return (big){0, 0};
    for (size_t k = 0; k < r->K; k++) sum += powl(big_in(r->g[k], top), 2);
    return big_of(sqrtl(sum), top);
}

/* The step of an optimizer of above from the gradient that reference_gradient has left. */
static inline void reference_step(reference *r, const tepui_optimizer_type *o, long double rate)
{
    const big norm = reference_norm(r);
    if (r->t == 0) r->unit = norm.e;
    const long double unit = ldexpl(1, (int)r->unit);
    r->power[0] *= 0.9;
    r->power[1] *= 0.99;
    for (size_t k = 0; k < r->K; k++) {
        const long double g = big_in(r->g[k], r->unit);
        r->m[k] = o == &momentum ? 0.9 * r->m[k] + g : 0.9 * r->m[k] + 0.1 * g;
        r->v[k] = 0.99 * r->v[k] + 0.01 * g * g;
        r->step[k] = big_in(r->g[k], 0);
        if (o == &momentum) r->step[k] = unit * r->m[k];
        if (o == &normalised) r->step[k] = norm.m == 0 ? 0 : big_in(r->g[k], norm.e) / norm.m;
        if (o == &adam && r->v[k] > 0) r->step[k] = r->m[k] / (1 - r->power[0]) / sqrtl(r->v[k] / (1 - r->power[1]));
        if (o == &adam && r->v[k] == 0) r->step[k] = 0;
        r->step[k] *= rate;
        r->w[k] -= r->step[k];
    }
    r->t++;
}
#endif
