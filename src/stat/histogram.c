/* histogram.c -- integer counts on the grid k * base * 2^-level (see stat.h for the level rule).

   The level needed for values between lo and hi falls as the range grows, and coarsening is exact (two bins become
   one, aligned at 0), so the final state depends on the smallest and largest value only, in whatever order and in
   however many parts the values came. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/stat.h>

#define COARSEST_LEVEL (-1000)
#define LARGEST_INDEX 0x1p51

static double width_at(const tepui_histogram *h, int level)
{
    return ldexp(h->base, -level);
}

double tepui_histogram_width(const tepui_histogram *h)
{
    return width_at(h, h->level);
}

/* Bins that [lo, hi] takes at a level; INFINITY where indices would lose digits. */
static double bins_needed(const tepui_histogram *h, int level, double lo, double hi)
{
    const double w = width_at(h, level), a = floor(lo / w), b = floor(hi / w);
    if (!(fabs(a) < LARGEST_INDEX) || !(fabs(b) < LARGEST_INDEX)) return INFINITY;
    return b - a + 1;
}

/* Finest allowed level, starting from one known to be fine enough. */
static int level_for(const tepui_histogram *h, int level, double lo, double hi)
{
    while (level > 0 && bins_needed(h, level, lo, hi) > TEPUI_FINE_BINS) level--;
    while (level <= 0 && level > COARSEST_LEVEL && bins_needed(h, level, lo, hi) > TEPUI_MOST_BINS) level--;
    return level;
}

tepui_status tepui_histogram_init(tepui_histogram *h, double base, double low, double high)
{
    *h = (tepui_histogram){
        .base = base, .level = TEPUI_FINEST_LEVEL, .low = low, .high = high, .minimum = NAN, .maximum = NAN};
    return base > 0 ? TEPUI_OK : TEPUI_INTERNAL;
}

void tepui_histogram_free(tepui_histogram *h)
{
    free(h->count);
    h->count = NULL;
    h->bins = h->room = 0;
}

static int64_t half(int64_t i)
{
    return i >= 0 ? i / 2 : -((1 - i) / 2);
}

static void coarsen_once(tepui_histogram *h)
{
    const int64_t first = half(h->first);
    size_t used = 0;
    for (size_t i = 0; i < h->bins; i++) {
        const size_t to = (size_t)(half(h->first + (int64_t)i) - first);
        const uint64_t c = h->count[i];
        h->count[i] = 0;
        h->count[to] += c;
        used = to + 1;
    }
    h->first = first;
    h->bins = used;
    h->level--;
}

/* Makes bins first..last (at the present level) part of the window. */
static tepui_status widen(tepui_histogram *h, int64_t first, int64_t last)
{
    if (h->bins && h->first < first) first = h->first;
    if (h->bins && h->first + (int64_t)h->bins - 1 > last) last = h->first + (int64_t)h->bins - 1;
    const size_t bins = (size_t)(last - first) + 1;
    if (bins > h->room) {
        const size_t room = bins + bins / 2;
        uint64_t *count = realloc(h->count, room * sizeof *count);
        if (!count) return TEPUI_NO_MEMORY;
        h->count = count;
        h->room = room;
    }
    const size_t shift = h->bins ? (size_t)(h->first - first) : 0;
    if (shift) memmove(h->count + shift, h->count, h->bins * sizeof *h->count);
    memset(h->count, 0, shift * sizeof *h->count);
    memset(h->count + shift + h->bins, 0, (bins - shift - h->bins) * sizeof *h->count);
    h->first = first;
    h->bins = bins;
    return TEPUI_OK;
}

/* Level and window for values between lo and hi besides those already there. */
static tepui_status cover(tepui_histogram *h, double lo, double hi)
{
    if (h->bins) {
        if (lo >= h->minimum && hi <= h->maximum) return TEPUI_OK;
        lo = fmin(lo, h->minimum);
        hi = fmax(hi, h->maximum);
    }
    const int level = level_for(h, h->level, lo, hi);
    if (!h->bins) h->level = level;
    while (h->level > level) coarsen_once(h);
    h->minimum = lo;
    h->maximum = hi;
    const double w = tepui_histogram_width(h);
    return widen(h, (int64_t)floor(lo / w), (int64_t)floor(hi / w));
}

static int inside(const tepui_histogram *h, double x)
{
    return x >= h->low && x < h->high;
}

tepui_status tepui_histogram_add(tepui_histogram *h, const double *x, size_t n, size_t stride)
{
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        const double v = x[i * stride];
        if (!inside(h, v)) continue;
        lo = v < lo ? v : lo;
        hi = v > hi ? v : hi;
    }
    if (lo <= hi) {
        const tepui_status st = cover(h, lo, hi);
        if (st != TEPUI_OK) return st;
    }
    const double w = tepui_histogram_width(h);
    for (size_t i = 0; i < n; i++) {
        const double v = x[i * stride];
        if (v < h->low)
            h->under++;
        else if (v >= h->high)
            h->over++;
        else
            h->count[(int64_t)floor(v / w) - h->first]++;
    }
    return TEPUI_OK;
}

tepui_status tepui_histogram_merge(tepui_histogram *into, const tepui_histogram *from)
{
    into->under += from->under;
    into->over += from->over;
    if (from->bins == 0) return TEPUI_OK;
    const tepui_status st = cover(into, from->minimum, from->maximum);
    if (st != TEPUI_OK) return st;
    for (size_t i = 0; i < from->bins; i++) {
        int64_t at = from->first + (int64_t)i;
        for (int level = from->level; level > into->level; level--) at = half(at);
        into->count[at - into->first] += from->count[i];
    }
    return TEPUI_OK;
}
