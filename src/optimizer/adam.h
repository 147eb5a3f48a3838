/* adam.h (internal) -- what adam and its relatives have in common: running means of g and of its square,

     m = beta1 m + (1 - beta1) g      v = beta2 v + (1 - beta2) g^2

   (state[0] and state[1]), what has to be made up for their start at 0 in step t, and the divisor
   sqrt(v/(1 - beta2^t)) + epsilon. Numbers that are the same for a whole trajectory are worked out once in a step. */
#ifndef TEPUI_OPTIMIZER_ADAM_H
#define TEPUI_OPTIMIZER_ADAM_H
#include "update.h"

#define ADAM_BETA1                                                                                                     \
    {                                                                                                                  \
        "beta1", "memory of the mean", 0.9, 0, 1, 0, 1, 0                                                              \
    }
#define ADAM_BETA2                                                                                                     \
    {                                                                                                                  \
        "beta2", "memory of the mean of squares", 0.999, 0, 1, 0, 1, 0                                                 \
    }
#define ADAM_EPSILON                                                                                                   \
    {                                                                                                                  \
        "epsilon", "added to the root; 0 allowed", 1e-8, 0, INFINITY, 0, 1, 0                                          \
    }
#define ADAM_PARAMS ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON

typedef struct {
    double beta1, rest1, beta2, rest2; /* rest = 1 - beta */
    double step[TEPUI_LANES];          /* rate / (1 - beta1^t) */
    double root[TEPUI_LANES];          /* 1 / sqrt(1 - beta2^t) */
    double epsilon[TEPUI_LANES];       /* in units */
} adam_rule;

WIDE_INLINE adam_rule adam_of(const tepui_step *s)
{
    const double *p = s->param;
    adam_rule r = {.beta1 = p[0], .rest1 = 1 - p[0], .beta2 = p[1], .rest2 = 1 - p[1]};
    double past1[TEPUI_LANES], past2[TEPUI_LANES];
    powers(p[0], s->count, past1);
    powers(p[1], s->count, past2);
    LANES(j)
    {
        r.step[j] = s->rate[j] / (1 - past1[j]);
        r.root[j] = 1 / sqrt(1 - past2[j]);
        r.epsilon[j] = in_units(p[2], s->unit[j]);
    }
    return r;
}

static inline double adam_mean(const adam_rule *r, double m, double g)
{
    return r->beta1 * m + r->rest1 * g;
}

static inline double adam_square(const adam_rule *r, double v, double g)
{
    return r->beta2 * v + r->rest2 * g * g;
}

static inline double adam_divisor(const adam_rule *r, double v, size_t j)
{
    return sqrt(v) * r->root[j] + r->epsilon[j];
}

static inline void adam_metric(const tepui_step *s, const double *v, double *d)
{
    const adam_rule r = adam_of(s);
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) LANES(j) d[i + j] = adam_divisor(&r, v[i + j], j);
}
#endif
