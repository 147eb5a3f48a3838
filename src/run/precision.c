/* precision.c -- stopping when a quantile is known well enough.

   The rule is looked at after fixed numbers of folded blocks only, so the number of samples taken is a pure function
   of the samples. Looking repeatedly makes the interval slightly optimistic at the moment of stopping; the intervals
   in the file are those of the samples taken. */
#include "run.h"
#include <math.h>
#include <string.h>

#define ENOUGH_TO_TELL 64u /* samples: half widths of fewer are off by a quarter and more, samples by twice that */
#define FIRST_CHECK 256u   /* samples */
#define CONFIDENCE 0.95

uint64_t run_next_check(uint64_t blocks, size_t block_samples)
{
    const uint64_t first = (FIRST_CHECK + block_samples - 1) / block_samples;
    if (blocks < first) return first;
    const uint64_t step = blocks / 4;
    return blocks + (step ? step : 1);
}

static size_t observable_index(const tepui_experiment *e)
{
    for (size_t o = 0; o < e->observable_count; o++)
        if (e->observables[o] == e->precision_observable) return o;
    return 0;
}

static double half_width(const tepui_experiment *e, const tepui_accumulator *a)
{
    const tepui_quantile q = tepui_accumulator_quantile(a, e->precision_probability, CONFIDENCE, NULL);
    return q.low == q.high ? 0.0 : 0.5 * (q.high - q.low);
}

double tepui_expected_samples(const tepui_experiment *e, const tepui_accumulator *a, uint64_t n, size_t block)
{
    const double now = half_width(e, a), factor = now / e->precision_half_width;
    uint64_t blocks = 0;
    if (!isfinite(now) || n < ENOUGH_TO_TELL) return NAN;
    while ((double)(blocks * block) < (double)n * factor * factor && blocks * block < e->samples)
        blocks = run_next_check(blocks, block);
    if (blocks == 0) blocks = run_next_check(0, block);
    return fmin((double)(blocks * block), (double)e->samples);
}

static const tepui_accumulator *observed(const tepui_experiment *e, const tepui_cell_state *s)
{
    const size_t o = observable_index(e);
    return &s->accumulator[o][s->component_count[o] - 1];
}

int run_precise(const tepui_experiment *e, const tepui_cell_state *s)
{
    return half_width(e, observed(e, s)) <= e->precision_half_width;
}

double run_expected(const tepui_experiment *e, const tepui_cell_state *s, size_t block)
{
    const double n = tepui_expected_samples(e, observed(e, s), s->samples, block);
    return n < (double)s->samples ? (double)s->samples : n; /* NaN stays */
}

static int same(const char *x, const char *y)
{
    return x == y || (x && y && strcmp(x, y) == 0);
}

int tepui_cells_akin(const tepui_cell *a, const tepui_cell *b)
{
    return same(a->architecture, b->architecture) && a->sampler == b->sampler &&
           a->activation.type == b->activation.type && a->distribution.type == b->distribution.type &&
           a->dynamics.optimizer.type == b->dynamics.optimizer.type;
}

static double ln_depths(const tepui_cell *a, const tepui_cell *b)
{
    return log((double)a->depth / (double)b->depth);
}

static double ln_widths(const tepui_cell *a, const tepui_cell *b)
{
    return log((double)a->width[(a->depth + 1) / 2] / (double)b->width[(b->depth + 1) / 2]);
}

double tepui_shape_distance(const tepui_cell *a, const tepui_cell *b)
{
    return fabs(ln_depths(a, b) - ln_widths(a, b));
}

double tepui_spread_distance(const tepui_cell *a, const tepui_cell *b)
{
    const double size = fabs(ln_depths(a, b)) + fabs(ln_widths(a, b));
    return tepui_shape_distance(a, b) + 0.25 * size + !tepui_cells_akin(a, b) +
           (a->scale.type != b->scale.type || a->gain != b->gain);
}
