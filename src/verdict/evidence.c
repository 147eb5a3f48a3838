/* evidence.c -- one component of one cell of a result, as the tests see it. */
#include <math.h>
#include <tepui/verdict.h>

tepui_evidence tepui_evidence_of(const tepui_result *r, const tepui_result_observable *o, size_t cell, size_t k)
{
    const size_t at = cell * o->components + k;
    tepui_evidence e = {.count = o->count[at] - o->nan[at],
                        .zero = o->zero[at],
                        .infinite = o->infinite ? o->infinite[at] : 0,
                        .mean = o->mean[at],
                        .variance = o->variance[at],
                        .skewness = o->skewness[at],
                        .median = NAN,
                        .median_low = NAN,
                        .median_high = NAN,
                        .bins = o->bins,
                        .edge = o->bin_edges,
                        .histogram = o->histogram ? o->histogram + at * o->bins : NULL,
                        .under = o->under[at],
                        .over = o->over[at],
                        .raw = o->raw ? o->raw + at * o->samples : NULL,
                        .raws = o->samples,
                        .origin = o->origin ? o->origin[at] : 0,
                        .minimum = o->minimum[at],
                        .maximum = o->maximum[at]};
    for (size_t q = 0; q < r->probabilities; q++)
        if (r->probability[q] == 0.5) {
            e.median = o->quantile[at * r->probabilities + q];
            e.median_low = o->quantile_low[at * r->probabilities + q];
            e.median_high = o->quantile_high[at * r->probabilities + q];
        }
    return e;
}

int tepui_evidence_all_raw(const tepui_evidence *e)
{
    return e->raw && e->raws >= e->count;
}

/* Between low and low + bin, of which this share is taken. */
static tepui_counted between(uint64_t low, uint64_t bin, double share)
{
    return (tepui_counted){(double)low + share * (double)bin, low, low + bin};
}

static tepui_counted count_raw(const tepui_evidence *e, double x)
{
    uint64_t n = 0;
    for (size_t i = 0; i < e->raws; i++) n += e->raw[i] <= x;
    return between(n, 0, 0);
}

/* x is in the bin, or at its lower edge; below: samples under the bin. Of numbers equal to 0 the count is known. */
static tepui_counted count_in_bin(const tepui_evidence *e, size_t b, uint64_t below, double x)
{
    const uint64_t zeros = e->edge[b] <= 0 && e->edge[b + 1] > 0 ? e->origin : 0, here = e->histogram[b] - zeros;
    const double from = e->edge[b], to = e->edge[b + 1];
    if (zeros && x >= 0) below += zeros;
    if (zeros && x == 0 && from == 0) return between(below, 0, 0);
    return between(below, here, (x - from) / (to - from));
}

tepui_counted tepui_evidence_up_to(const tepui_evidence *e, double x)
{
    const uint64_t finite = e->count - e->zero - e->infinite;
    uint64_t below = e->zero + e->under;
    size_t b = 0;
    if (tepui_evidence_all_raw(e)) return count_raw(e, x);
    if (x == INFINITY) return between(e->count, 0, 0);
    if (finite == 0 || x < e->minimum) return between(e->zero, 0, 0);
    if (x >= e->maximum) return between(e->zero + finite, 0, 0);
    if (e->bins == 0 || x < e->edge[0]) return between(e->zero, e->bins ? e->under : finite, 0.5);
    if (x >= e->edge[e->bins]) return between(e->zero + finite - e->over, e->over, 0.5);
    for (; e->edge[b + 1] <= x; b++) below += e->histogram[b];
    return count_in_bin(e, b, below, x);
}
