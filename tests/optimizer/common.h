/* common.h -- what the tests of optimizers share: a rule with its states, a few trajectories' worth of numbers. */
#ifndef TEPUI_TESTS_OPTIMIZER_COMMON_H
#define TEPUI_TESTS_OPTIMIZER_COMMON_H
#include "test.h"
#include <stdint.h>
#include <stdlib.h>
#include <tepui/kind.h>
#include <tepui/optimizer.h>
#include <tepui/rng.h>

enum { LANES = TEPUI_LANES, PARAMETERS = 2, N = PARAMETERS * LANES };

typedef struct {
    const tepui_optimizer_type *t;
    tepui_choice choice;
    tepui_step s;
    double rate[LANES], unit[LANES], norm[LANES], count[LANES], scalar[TEPUI_MOST_SCALARS][LANES];
    double theta[N], g[N], state[TEPUI_MOST_STATES][N], noise[N], d[N];
} bench;

static inline tepui_choice choose(const tepui_family *family, const char *text)
{
    tepui_choice c = {0};
    tepui_error err = {{0}};
    if (tepui_choice_parse(family, text, &c, &err) == TEPUI_OK) return c;
    fprintf(stderr, "%s\n", err.text);
    abort();
}

/* All zeros, unit 1. What the rule does not ask for it is not given. */
static inline void open_bench(bench *b, const char *text)
{
    *b = (bench){.choice = choose(&tepui_family_optimizer, text)};
    b->t = b->choice.type;
    b->s = (tepui_step){b->choice.value, N, b->rate, b->unit, b->norm, b->count, .theta = b->theta, .g = b->g};
    if (!b->t->needs_norm) b->s.norm = NULL;
    if (b->t->needs_noise) b->s.noise = b->noise;
    for (size_t k = 0; k < b->t->scalars; k++) b->s.scalar[k] = b->scalar[k];
    for (size_t k = 0; k < b->t->states; k++) b->s.state[k] = b->state[k];
    for (int j = 0; j < LANES; j++) b->rate[j] = 0.1, b->unit[j] = 1;
}

/* The next step, with the gradient g in units, and the metric after it. */
static inline void take(bench *b, const double *g)
{
    memcpy(b->g, g, sizeof b->g);
    for (int j = 0; j < LANES; j++) {
        double square = 0;
        for (int i = j; i < N; i += LANES) square += g[i] * g[i];
        b->norm[j] = sqrt(square);
        b->count[j]++;
    }
    b->t->update(&b->s);
    for (int i = 0; i < N; i++) b->d[i] = 1;
    if (b->t->metric) b->t->metric(&b->s, b->d);
}

/* Sets a parameter if the rule has it. */
static inline void set(bench *b, const char *param, double value)
{
    const tepui_kind *k = &b->t->kind;
    for (size_t i = 0; i < tepui_kind_param_count(k); i++)
        if (strcmp(k->params[i].name, param) == 0) b->choice.value[i] = value;
}

/* splitmix64 (Steele, Lea, Flood 2014), to a number in [-1, 1): the same on every machine. */
static inline double uniform(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1;
}

/* Gradient of step t: coordinates of sizes 1e-6 to 1e3 with drifts, larger now and then; a third of them nearly always
   0 after the first step. */
static inline void gradient(int t, double g[N])
{
    uint64_t seed = 20210603u + (uint64_t)t * 1000;
    for (int i = 0; i < N; i++) {
        const double u = uniform(&seed) + 0.25 * (i % 4), keep = uniform(&seed);
        g[i] = ldexp(u, i * 7 % N * 2 - 20 + t / 25 % 3);
        if (i % 3 == 1 && t > 1 && keep < 0.5) g[i] = 0;
    }
}

static inline void random_numbers(double *x, int n, uint64_t seed)
{
    for (int i = 0; i < n; i++) x[i] = uniform(&seed);
}

static inline int same_bits(const void *a, const void *b, size_t size)
{
    return memcmp(a, b, size) == 0;
}
#endif
