/* precision.c -- stopping when a quantile is known well enough.

   The rule is looked at after fixed numbers of folded blocks only, so the number of samples taken is a pure function
   of the samples. Looking repeatedly makes the interval slightly optimistic at the moment of stopping; the intervals
   in the file are those of the samples taken. */
#include "run.h"

#define FIRST_CHECK 256u /* samples */
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

int run_precise(const tepui_experiment *e, const tepui_cell_state *s)
{
    const size_t o = observable_index(e), k = s->component_count[o] - 1;
    const tepui_quantile q =
        tepui_accumulator_quantile(&s->accumulator[o][k], e->precision_probability, CONFIDENCE, NULL);
    return q.low == q.high || 0.5 * (q.high - q.low) <= e->precision_half_width;
}
