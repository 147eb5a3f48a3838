/* observables.c -- /observables/NAME: statistics [cell, component], quantiles [.., probability], histogram [.., bin].

   Components are the union over the cells: layers in ascending order, then "output", then "total". A cell without a
   component has 0 in counts and NaN elsewhere. Observables that censor have one array more, `infinite`,
   and those that are no logarithms `origin`. All histograms
   of an observable share one grid: bin_width times the smallest power of two that is no finer than any accumulator's
   own grid and keeps the array below a limit. */
#include "layout.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BINS ((size_t)1 << 26) /* entries of one histogram array: 512 MiB before packing */
#define CONFIDENCE 0.95

typedef struct {
    h5 *f;
    const tepui_state *s;
    size_t o, cells, components;
    long *component;
    char folder[96];
} page;

/* The accumulator of (cell, component), NULL where the cell has none. */
static const tepui_accumulator *at(const page *p, size_t cell, size_t k)
{
    const tepui_cell_state *c = row_state(p->s, cell);
    for (size_t i = 0; i < c->component_count[p->o]; i++)
        if (c->component[p->o][i] == p->component[k]) return &c->accumulator[p->o][i];
    return NULL;
}

static void write_array(const page *p, const char *name, h5_array a, const char *doc)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", p->folder, name);
    h5_write(p->f, path, &a);
    if (doc) h5_note(p->f, path, "long_name", doc);
}

static tepui_status write_scales(const page *p)
{
    const tepui_experiment *e = p->s->experiment;
    double *index = calloc(p->cells, sizeof *index);
    char(*name)[24] = calloc(p->components, sizeof *name);
    if (index && name) {
        for (size_t i = 0; i < p->cells; i++) index[i] = (double)i;
        for (size_t k = 0; k < p->components; k++) tepui_component_name(p->component[k], name[k]);
        write_array(p, "cell",
                    (h5_array){.type = H5_DOUBLE, .rank = 1, .dims = {p->cells}, .data = index, .is_scale = "cell"},
                    NULL);
        write_array(p, "component",
                    (h5_array){.type = H5_TEXT,
                               .text_size = sizeof *name,
                               .rank = 1,
                               .dims = {p->components},
                               .data = name,
                               .is_scale = "component"},
                    "layer number, output or total");
        write_array(p, "probability",
                    (h5_array){.type = H5_DOUBLE,
                               .rank = 1,
                               .dims = {e->probability_count},
                               .data = e->probability,
                               .is_scale = "probability"},
                    NULL);
    }
    const tepui_status st = index && name ? TEPUI_OK : TEPUI_NO_MEMORY;
    free(index);
    free(name);
    return st;
}

/* --- statistics [cell, component] */

static uint64_t get_count(const tepui_accumulator *a)
{
    return a->count;
}
static uint64_t get_zero(const tepui_accumulator *a)
{
    return a->zero;
}
static uint64_t get_origin(const tepui_accumulator *a)
{
    return a->origin;
}
static uint64_t get_nan(const tepui_accumulator *a)
{
    return a->nan;
}
static uint64_t get_infinite(const tepui_accumulator *a)
{
    return a->infinite;
}
static uint64_t get_under(const tepui_accumulator *a)
{
    return a->histogram.under;
}
static uint64_t get_over(const tepui_accumulator *a)
{
    return a->histogram.over;
}
static double get_mean(const tepui_accumulator *a)
{
    return tepui_moments_mean(&a->moments);
}
static double get_variance(const tepui_accumulator *a)
{
    return tepui_moments_variance(&a->moments);
}
static double get_skewness(const tepui_accumulator *a)
{
    return tepui_moments_skewness(&a->moments);
}
static double get_kurtosis(const tepui_accumulator *a)
{
    return tepui_moments_kurtosis(&a->moments);
}
static double get_minimum(const tepui_accumulator *a)
{
    return a->moments.minimum;
}
static double get_maximum(const tepui_accumulator *a)
{
    return a->moments.maximum;
}

typedef struct {
    const char *name, *doc;
    uint64_t (*whole)(const tepui_accumulator *);
    double (*real)(const tepui_accumulator *);
} statistic;

static const statistic statistics[] = {
    {"count", "samples", get_count, NULL},
    {"zero", "samples at -infinity: logarithms of an exact zero", get_zero, NULL},
    {"nan", "samples that are not finite", get_nan, NULL},
    {"under", "finite samples below output.range", get_under, NULL},
    {"over", "finite samples above output.range", get_over, NULL},
    {"mean", "mean of the finite samples (ln: without zeros)", NULL, get_mean},
    {"variance", "variance (n - 1) of the finite samples (ln: without zeros)", NULL, get_variance},
    {"skewness", "m3 / m2^(3/2)", NULL, get_skewness},
    {"kurtosis", "m4 / m2^2, 3 for a normal law", NULL, get_kurtosis},
    {"minimum", "smallest finite sample (ln: that is not zero)", NULL, get_minimum},
    {"maximum", "largest finite sample", NULL, get_maximum},
};

/* Of observables whose values are no logarithms. */
static const statistic origin = {"origin", "samples equal to 0; the bin from 0 on has them, too", get_origin, NULL};

/* Of observables that censor. */
static const statistic infinite = {"infinite",
                                   "samples at +infinity: times beyond the limit of steps, numbers behind a divergence",
                                   get_infinite, NULL};

typedef union {
    uint64_t u;
    double d;
} number;

static int censors(const page *p)
{
    return p->s->experiment->observables[p->o]->censors;
}

static int is_ln(const page *p)
{
    return p->s->experiment->observables[p->o]->transform == TEPUI_TRANSFORM_LN;
}

static const char *doc_of(const page *p, const statistic *s)
{
    return s->whole == get_nan && censors(p) ? "samples that are not numbers" : s->doc;
}

/* v: [cell, component], scratch */
static void write_statistic(const page *p, const statistic *s, number *v)
{
    for (size_t i = 0; i < p->cells * p->components; i++) {
        const tepui_accumulator *a = at(p, i / p->components, i % p->components);
        if (s->whole)
            v[i].u = a ? s->whole(a) : 0;
        else
            v[i].d = a ? s->real(a) : NAN;
    }
    write_array(p, s->name,
                (h5_array){.type = s->whole ? H5_U64 : H5_DOUBLE,
                           .rank = 2,
                           .dims = {p->cells, p->components},
                           .data = v,
                           .pack = 1,
                           .scales = {"cell", "component"}},
                doc_of(p, s));
}

static tepui_status write_statistics(const page *p)
{
    number *v = calloc(p->cells * p->components, sizeof *v);
    if (!v) return TEPUI_NO_MEMORY;
    for (size_t k = 0; k < sizeof statistics / sizeof *statistics; k++) write_statistic(p, &statistics[k], v);
    if (!is_ln(p)) write_statistic(p, &origin, v);
    if (censors(p)) write_statistic(p, &infinite, v);
    free(v);
    return TEPUI_OK;
}

/* --- quantiles [cell, component, probability] */

/* Ranks depend on the sample size and p only, and cost more than the quantile: the last ones are kept per p. */
typedef struct {
    uint64_t n, r, s;
} known_ranks;

static tepui_quantile quantile_of(const tepui_accumulator *a, double p, known_ranks *known, double *scratch)
{
    const uint64_t n = a->count - a->nan;
    if (n && n != known->n) {
        tepui_quantile_ranks(n, p, CONFIDENCE, &known->r, &known->s);
        known->n = n;
    }
    return tepui_accumulator_quantile_ranked(a, p, known->r, known->s, a->raw ? scratch : NULL);
}

static tepui_status write_quantiles(const page *p)
{
    const tepui_experiment *e = p->s->experiment;
    static const char *const name[] = {"quantile", "quantile_low", "quantile_high"};
    const size_t np = e->probability_count, rows = p->cells * p->components, n = rows * np;
    double *v = calloc(3 * n + 1, sizeof *v), *scratch = malloc(((size_t)e->raw + 1) * sizeof *scratch);
    known_ranks *known = calloc(np, sizeof *known);
    for (size_t i = 0; v && scratch && known && i < n; i++) {
        const size_t row = i / np;
        const tepui_accumulator *a = at(p, row / p->components, row % p->components);
        tepui_quantile q = {NAN, NAN, NAN};
        if (a) q = quantile_of(a, e->probability[i % np], &known[i % np], scratch);
        /* numbers of one sample are not independent: the interval of as many samples would be far too short */
        if (tepui_observable_values(e->observables[p->o], &e->cells[row / p->components]) > 1) q.low = q.high = NAN;
        v[i] = q.value;
        v[n + i] = q.low;
        v[2 * n + i] = q.high;
    }
    for (int k = 0; v && scratch && known && k < 3; k++)
        write_array(p, name[k],
                    (h5_array){.type = H5_DOUBLE,
                               .rank = 3,
                               .dims = {p->cells, p->components, np},
                               .data = v + (size_t)k * n,
                               .pack = 1,
                               .scales = {"cell", "component", "probability"}},
                    k > 0        ? "end of its distribution-free 95 % interval; NaN where a sample gives many numbers"
                    : censors(p) ? "quantile over all samples, zeros and infinite ones included (Kaplan-Meier)"
                                 : "quantile over all samples, zeros included");
    const tepui_status st = v && scratch && known ? TEPUI_OK : TEPUI_NO_MEMORY;
    free(v);
    free(scratch);
    free(known);
    return st;
}

/* --- histogram [cell, component, bin] */

/* Index on the grid base * 2^coarse of an accumulator's bin. */
static int64_t shared_index(int64_t index, int level, int coarse)
{
    for (; level > -coarse; level--) index = index >= 0 ? index / 2 : -((1 - index) / 2);
    return index;
}

static void find_grid(const page *p, int *coarse, int64_t *first, int64_t *last)
{
    *coarse = 0;
    for (size_t i = 0; i < p->cells * p->components; i++) {
        const tepui_accumulator *a = at(p, i / p->components, i % p->components);
        if (a && a->histogram.bins && -a->histogram.level > *coarse) *coarse = -a->histogram.level;
    }
    for (;; ++*coarse) {
        *first = INT64_MAX;
        *last = INT64_MIN;
        for (size_t i = 0; i < p->cells * p->components; i++) {
            const tepui_accumulator *a = at(p, i / p->components, i % p->components);
            if (!a || !a->histogram.bins) continue;
            const tepui_histogram *h = &a->histogram;
            const int64_t lo = shared_index(h->first, h->level, *coarse);
            const int64_t hi = shared_index(h->first + (int64_t)h->bins - 1, h->level, *coarse);
            if (lo < *first) *first = lo;
            if (hi > *last) *last = hi;
        }
        if (*first > *last) *first = *last = 0; /* nothing counted yet: one empty bin */
        if ((double)(*last - *first + 1) * (double)p->cells * (double)p->components <= (double)MOST_BINS) return;
    }
}

static void fill_row(const tepui_histogram *h, int coarse, int64_t first, uint64_t *row)
{
    for (size_t b = 0; b < h->bins; b++)
        if (h->count[b]) row[shared_index(h->first + (int64_t)b, h->level, coarse) - first] += h->count[b];
}

static tepui_status write_histogram(const page *p)
{
    int coarse;
    int64_t first, last;
    find_grid(p, &coarse, &first, &last);
    const size_t bins = (size_t)(last - first) + 1, rows = p->cells * p->components;
    const double w = ldexp(p->s->experiment->bin_width, coarse);
    double *edge = malloc((bins + 1) * sizeof *edge);
    uint64_t *count = calloc(rows * bins, sizeof *count);
    if (edge && count) {
        for (size_t b = 0; b <= bins; b++) edge[b] = ((double)first + (double)b) * w;
        for (size_t i = 0; i < rows; i++) {
            const tepui_accumulator *a = at(p, i / p->components, i % p->components);
            if (a) fill_row(&a->histogram, coarse, first, count + i * bins);
        }
        write_array(p, "bin", (h5_array){.type = H5_DOUBLE, .rank = 1, .dims = {bins}, .data = edge, .is_scale = "bin"},
                    "lower edges of the bins");
        write_array(p, "bin_edges",
                    (h5_array){.type = H5_DOUBLE, .rank = 1, .dims = {bins + 1}, .data = edge, .is_scale = "bin_edges"},
                    "bin b covers [bin_edges[b], bin_edges[b+1])");
        write_array(p, "histogram",
                    (h5_array){.type = H5_U64,
                               .rank = 3,
                               .dims = {p->cells, p->components, bins},
                               .data = count,
                               .sparse = 1,
                               .pack = 1,
                               .scales = {"cell", "component", "bin"}},
                    "samples per bin");
    }
    const tepui_status st = edge && count ? TEPUI_OK : TEPUI_NO_MEMORY;
    free(edge);
    free(count);
    return st;
}

static tepui_status write_raw(const page *p)
{
    const tepui_experiment *e = p->s->experiment;
    const size_t n = (size_t)(e->raw < e->samples ? e->raw : e->samples), rows = p->cells * p->components;
    if (n == 0) return TEPUI_OK;
    double *index = malloc(n * sizeof *index), *v = malloc(rows * n * sizeof *v);
    if (index && v) {
        for (size_t i = 0; i < n; i++) index[i] = (double)i;
        for (size_t i = 0; i < rows * n; i++) {
            const size_t row = i / n;
            const tepui_accumulator *a = at(p, row / p->components, row % p->components);
            v[i] = a && i % n < a->raw_count ? a->raw[i % n] : NAN;
        }
        write_array(
            p, "sample",
            (h5_array){.type = H5_DOUBLE, .rank = 1, .dims = {n}, .data = index, .pack = 1, .is_scale = "sample"},
            NULL);
        write_array(p, "samples",
                    (h5_array){.type = H5_DOUBLE,
                               .rank = 3,
                               .dims = {p->cells, p->components, n},
                               .data = v,
                               .sparse = 1,
                               .scales = {"cell", "component", "sample"}},
                    "the first samples as they were drawn");
    }
    const tepui_status st = index && v ? TEPUI_OK : TEPUI_NO_MEMORY;
    free(index);
    free(v);
    return st;
}

tepui_status layout_observable(h5 *f, const tepui_state *s, size_t o)
{
    const tepui_observable_type *t = s->experiment->observables[o];
    page p = {.f = f, .s = s, .o = o, .cells = s->experiment->cell_count};
    tepui_status st;
    snprintf(p.folder, sizeof p.folder, "/observables/%s", t->kind.name);
    h5_group(f, p.folder);
    h5_note(f, p.folder, "doc", t->kind.doc);
    h5_note(f, p.folder, "unit", t->unit);
    h5_note(f, p.folder, "transform", t->transform == TEPUI_TRANSFORM_LN ? "ln" : "none");
    h5_note(f, p.folder, "source", t->kind.source);
    TEPUI_TRY(tepui_experiment_components(s->experiment, o, &p.component, &p.components));
    TEPUI_TRY(write_scales(&p));
    TEPUI_TRY(write_statistics(&p));
    TEPUI_TRY(write_quantiles(&p));
    TEPUI_TRY(write_histogram(&p));
    TEPUI_TRY(write_raw(&p));
done:
    free(p.component);
    return st;
}
