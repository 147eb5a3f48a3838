/* histogram.c -- integer counts on the grid k * width, width = base * 2^-level (see stat.h for the level rule).

   Bin k holds the doubles v with edge(k) <= v < edge(k+1), edge(k) = k * width rounded to double: exactly what a reader
   of the file finds when it compares v with bin_edges. Widths differ by powers of two, so edge_coarse(k) =
   edge_fine(2k) to the last bit and coarsening merges whole bins, two by two, aligned at 0. The level needed falls as
   the range grows; so the final state depends on the smallest and largest value only, in whatever order and in however
   many parts the values came. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/stat.h>

#define LARGEST_INDEX 0x1p+50 /* below it v/width errs by at most 1/4, see bin_of */
#define NEAREST 0x1.8p+52     /* adding and subtracting it rounds |t| < 2^51 to the nearest integer */
#define LARGEST_BASE 0x1p+900 /* of base: keeps every width and its reciprocal a normal number */

typedef struct {
    double width, per; /* per = 1 / width */
} grid;

static grid grid_at(const tepui_histogram *h, int level)
{
    const double w = ldexp(h->base, -level);
    return (grid){w, 1.0 / w};
}

double tepui_histogram_width(const tepui_histogram *h)
{
    return ldexp(h->base, -h->level);
}

uint64_t tepui_histogram_from_zero(const tepui_histogram *h)
{
    const int64_t at = -h->first;
    return at >= 0 && at < (int64_t)h->bins ? h->count[at] : 0;
}

/* Index of the bin of v, |v/width| < 2^50: the product errs by at most 1/4, so its nearest integer is the index or one
   above it. */
static inline int64_t bin_of(grid g, double v)
{
    const double near = (v * g.per + NEAREST) - NEAREST;
    return (int64_t)near - (v < near * g.width);
}

/* Bins that [lo, hi] takes; INFINITY where indices would lose digits. */
static double bins_needed(grid g, double lo, double hi)
{
    if (!(fabs(lo * g.per) < LARGEST_INDEX) || !(fabs(hi * g.per) < LARGEST_INDEX)) return INFINITY;
    return (double)(bin_of(g, hi) - bin_of(g, lo) + 1);
}

/* Finest allowed level, starting from one known to be fine enough. */
static int level_for(const tepui_histogram *h, int level, double lo, double hi)
{
    while (level > 0 && bins_needed(grid_at(h, level), lo, hi) > TEPUI_FINE_BINS) level--;
    while (level <= 0 && bins_needed(grid_at(h, level), lo, hi) > TEPUI_MOST_BINS) level--;
    return level;
}

tepui_status tepui_histogram_init(tepui_histogram *h, double base, double low, double high)
{
    *h = (tepui_histogram){
        .base = base, .level = TEPUI_FINEST_LEVEL, .low = low, .high = high, .minimum = NAN, .maximum = NAN};
    return base >= 1 / LARGEST_BASE && base <= LARGEST_BASE && low < high ? TEPUI_OK : TEPUI_BAD_INPUT;
}

void tepui_histogram_free(tepui_histogram *h)
{
    if (!h) return;
    free(h->count);
    h->count = NULL;
    h->bins = h->room = 0;
}

/* floor(i / 2) */
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

static tepui_status make_room(tepui_histogram *h, size_t bins)
{
    if (bins <= h->room) return TEPUI_OK;
    const size_t room = bins + bins / 2;
    uint64_t *count = realloc(h->count, room * sizeof *count);
    if (!count) return TEPUI_NO_MEMORY;
    h->count = count;
    h->room = room;
    return TEPUI_OK;
}

/* Makes first..last the window; it contains the present one. */
static tepui_status widen(tepui_histogram *h, int64_t first, int64_t last)
{
    const size_t bins = (size_t)(last - first) + 1, shift = h->bins ? (size_t)(h->first - first) : 0;
    const tepui_status st = make_room(h, bins);
    if (st != TEPUI_OK) return st;
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
        lo = lo < h->minimum ? lo : h->minimum;
        hi = hi > h->maximum ? hi : h->maximum;
    }
    const int level = level_for(h, h->level, lo, hi);
    while (h->bins && h->level > level) coarsen_once(h);
    h->level = level;
    const grid g = grid_at(h, level);
    const tepui_status st = widen(h, bin_of(g, lo), bin_of(g, hi));
    if (st != TEPUI_OK) return st;
    h->minimum = lo;
    h->maximum = hi;
    return TEPUI_OK;
}

/* Smallest and largest value inside the limits; 0 when there is none. */
static int range_inside(const tepui_histogram *h, const double *x, size_t n, size_t stride, double *lo, double *hi)
{
    *lo = INFINITY;
    *hi = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        const double v = x[i * stride];
        if (v < h->low || v >= h->high) continue;
        *lo = v < *lo ? v : *lo;
        *hi = v > *hi ? v : *hi;
    }
    return *lo <= *hi;
}

tepui_status tepui_histogram_add(tepui_histogram *h, const double *x, size_t n, size_t stride)
{
    double lo, hi;
    if (range_inside(h, x, n, stride, &lo, &hi)) {
        const tepui_status st = cover(h, lo, hi);
        if (st != TEPUI_OK) return st;
    }
    const grid g = grid_at(h, h->level);
    for (size_t i = 0; i < n; i++) {
        const double v = x[i * stride];
        if (v < h->low)
            h->under++;
        else if (v >= h->high)
            h->over++;
        else
            h->count[bin_of(g, v) - h->first]++;
    }
    return TEPUI_OK;
}

int tepui_histogram_is_sound(const tepui_histogram *h)
{
    const grid g = grid_at(h, h->level);
    if (h->level > TEPUI_FINEST_LEVEL || !isnormal(g.width) || !isnormal(g.per)) return 0;
    if (h->bins == 0) return h->level == TEPUI_FINEST_LEVEL;
    if (h->bins > TEPUI_MOST_BINS || !(h->low <= h->minimum && h->minimum <= h->maximum && h->maximum < h->high))
        return 0;
    return isfinite(bins_needed(g, h->minimum, h->maximum)) && bin_of(g, h->minimum) == h->first &&
           (uint64_t)(bin_of(g, h->maximum) - h->first) == h->bins - 1;
}

tepui_status tepui_histogram_merge(tepui_histogram *into, const tepui_histogram *from)
{
    if (into->base != from->base || into->low != from->low || into->high != from->high) return TEPUI_INTERNAL;
    if (from->bins) {
        const tepui_status st = cover(into, from->minimum, from->maximum);
        if (st != TEPUI_OK) return st;
    }
    for (size_t i = 0; i < from->bins; i++) {
        int64_t at = from->first + (int64_t)i;
        for (int level = from->level; level > into->level; level--) at = half(at);
        into->count[at - into->first] += from->count[i];
    }
    into->under += from->under;
    into->over += from->over;
    return TEPUI_OK;
}
