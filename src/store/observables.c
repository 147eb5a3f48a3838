/* observables.c -- /observables/NAME: statistics [cell, component], quantiles [.., probability], histogram [.., bin].

   Components are the union over the cells: layers in ascending order, then "output", then "total". A cell without a
   component has the fill value: H5_NO_COUNT in counts, NaN elsewhere. Observables that censor have one array more,
   `infinite`, and those that are no logarithms `origin`. All histograms of an observable share one grid: bin_width
   times the smallest power of two that is no finer than any accumulator's own grid and keeps the array below a limit.
 */
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

static void write_array(const page *p, const char *name, const h5_array *a)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", p->folder, name);
    h5_write(p->f, path, a);
}

static tepui_status write_scales(const page *p)
{
    const tepui_experiment *e = p->s->experiment;
    char(*name)[24] = calloc(p->components, sizeof *name);
    if (!name) return TEPUI_NO_MEMORY;
    for (size_t k = 0; k < p->components; k++) tepui_component_name(p->component[k], name[k]);
    write_array(p, "component",
                &(h5_array){.type = H5_TEXT,
                            .text_size = sizeof *name,
                            .rank = 1,
                            .dims = {p->components},
                            .data = name,
                            .is_scale = "component",
                            .doc = "layer number, output or total"});
    free(name);
    write_array(p, "probability",
                &(h5_array){.type = H5_DOUBLE,
                            .rank = 1,
                            .dims = {e->probability_count},
                            .data = e->probability,
                            .is_scale = "probability",
                            .doc = "share of the samples below the quantile",
                            .units = "1",
                            .ranged = 1,
                            .high = 1.0});
    return layout_cell_scale(p->f, p->folder, p->cells);
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
    int moment; /* power of the unit of the observable; 0: a plain number */
} statistic;

static const statistic statistics[] = {
    {"count", "samples", get_count, NULL, 0},
    {"zero", "samples at -infinity: logarithms of an exact zero", get_zero, NULL, 0},
    {"nan", "samples that are not finite", get_nan, NULL, 0},
    {"under", "finite samples below output.range", get_under, NULL, 0},
    {"over", "finite samples above output.range", get_over, NULL, 0},
    {"mean", "mean of the finite samples (ln: without zeros)", NULL, get_mean, 1},
    {"variance", "variance (n - 1) of the finite samples (ln: without zeros)", NULL, get_variance, 2},
    {"skewness", "m3 / m2^(3/2)", NULL, get_skewness, 0},
    {"kurtosis", "m4 / m2^2, 3 for a normal law", NULL, get_kurtosis, 0},
    {"minimum", "smallest finite sample (ln: that is not zero)", NULL, get_minimum, 1},
    {"maximum", "largest finite sample", NULL, get_maximum, 1},
};

/* Of observables whose values are no logarithms. */
static const statistic origin = {"origin", "samples equal to 0; the bin from 0 on has them, too", get_origin, NULL, 0};

/* Of observables that censor. */
static const statistic infinite = {"infinite",
                                   "samples at +infinity: times beyond the limit of steps, numbers after a divergence",
                                   get_infinite, NULL, 0};

typedef union {
    int64_t i;
    double d;
} number;

/* Of the numbers in the file: logarithms of what the observable measures. */
static void unit_of(const page *p, int moment, char out[80])
{
    const tepui_observable_type *t = p->s->experiment->observables[p->o];
    const int plain = moment == 0 || strcmp(t->unit, "1") == 0;
    if (t->transform == TEPUI_TRANSFORM_LN && moment == 1)
        snprintf(out, 80, "ln(re %.60s)", t->unit);
    else if (plain || t->transform == TEPUI_TRANSFORM_LN)
        snprintf(out, 80, "1");
    else
        snprintf(out, 80, moment == 1 ? "%.60s" : "(%.60s)2", t->unit);
}

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
    char unit[80];
    for (size_t i = 0; i < p->cells * p->components; i++) {
        const tepui_accumulator *a = at(p, i / p->components, i % p->components);
        if (s->whole)
            v[i].i = a ? (int64_t)s->whole(a) : H5_NO_COUNT;
        else
            v[i].d = a ? s->real(a) : NAN;
    }
    unit_of(p, s->moment, unit);
    write_array(p, s->name,
                &(h5_array){.type = s->whole ? H5_I64 : H5_DOUBLE,
                            .rank = 2,
                            .dims = {p->cells, p->components},
                            .data = v,
                            .pack = 1,
                            .scales = {"cell", "component"},
                            .doc = doc_of(p, s),
                            .units = unit,
                            .ranged = 1,
                            .padded = 1,
                            .low = s->whole || s->moment == 2 ? 0.0 : (double)-INFINITY,
                            .high = s->whole ? LAYOUT_MOST_SAMPLES : (double)INFINITY});
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

static const char *quantile_doc(const page *p, int end)
{
    if (end) return "end of its distribution-free 95 % interval; NaN where a sample gives many numbers";
    return censors(p) ? "quantile over all samples, zeros and infinite ones included (Kaplan-Meier)"
                      : "quantile over all samples, zeros included";
}

static tepui_status write_quantiles(const page *p)
{
    const tepui_experiment *e = p->s->experiment;
    static const char *const name[] = {"quantile", "quantile_low", "quantile_high"};
    char unit[80];
    const size_t np = e->probability_count, rows = p->cells * p->components, n = rows * np;
    const size_t raw = tepui_experiment_raw(e, p->o, NULL);
    double *v = calloc(3 * n + 1, sizeof *v), *scratch = malloc((raw + 1) * sizeof *scratch);
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
    unit_of(p, 1, unit);
    for (int k = 0; v && scratch && known && k < 3; k++)
        write_array(p, name[k],
                    &(h5_array){.type = H5_DOUBLE,
                                .rank = 3,
                                .dims = {p->cells, p->components, np},
                                .data = v + (size_t)k * n,
                                .pack = 1,
                                .scales = {"cell", "component", "probability"},
                                .doc = quantile_doc(p, k),
                                .units = unit,
                                .ranged = 1,
                                .padded = 1,
                                .low = (double)-INFINITY,
                                .high = (double)INFINITY});
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

static void fill_row(const tepui_histogram *h, int coarse, int64_t first, int64_t *row)
{
    for (size_t b = 0; b < h->bins; b++)
        if (h->count[b]) row[shared_index(h->first + (int64_t)b, h->level, coarse) - first] += (int64_t)h->count[b];
}

static void write_bins(const page *p, const char *name, const double *edge, size_t n, const char *unit, const char *doc)
{
    write_array(p, name,
                &(h5_array){.type = H5_DOUBLE,
                            .rank = 1,
                            .dims = {n},
                            .data = edge,
                            .is_scale = name,
                            .doc = doc,
                            .units = unit,
                            .ranged = 1,
                            .low = (double)-INFINITY,
                            .high = (double)INFINITY});
}

static tepui_status write_histogram(const page *p)
{
    int coarse;
    int64_t first, last;
    find_grid(p, &coarse, &first, &last);
    const size_t bins = (size_t)(last - first) + 1, rows = p->cells * p->components;
    const double w = ldexp(p->s->experiment->bin_width, coarse);
    double *edge = malloc((bins + 1) * sizeof *edge);
    int64_t *count = calloc(rows * bins, sizeof *count);
    char unit[80];
    unit_of(p, 1, unit);
    if (edge && count) {
        for (size_t b = 0; b <= bins; b++) edge[b] = ((double)first + (double)b) * w;
        for (size_t i = 0; i < rows; i++) {
            const tepui_accumulator *a = at(p, i / p->components, i % p->components);
            for (size_t b = 0; !a && b < bins; b++) count[i * bins + b] = H5_NO_COUNT;
            if (a) fill_row(&a->histogram, coarse, first, count + i * bins);
        }
        write_bins(p, "bin", edge, bins, unit, "lower edges of the bins");
        write_bins(p, "bin_edges", edge, bins + 1, unit, "bin b covers [bin_edges[b], bin_edges[b+1])");
        write_array(p, "histogram",
                    &(h5_array){.type = H5_I64,
                                .rank = 3,
                                .dims = {p->cells, p->components, bins},
                                .data = count,
                                .sparse = 1,
                                .pack = 1,
                                .scales = {"cell", "component", "bin"},
                                .doc = "samples per bin",
                                .units = "1",
                                .ranged = 1,
                                .padded = 1,
                                .high = LAYOUT_MOST_SAMPLES});
    }
    const tepui_status st = edge && count ? TEPUI_OK : TEPUI_NO_MEMORY;
    free(edge);
    free(count);
    return st;
}

static tepui_status write_raw(const page *p)
{
    const tepui_experiment *e = p->s->experiment;
    const size_t n = tepui_experiment_raw(e, p->o, NULL), rows = p->cells * p->components;
    if (n == 0) return TEPUI_OK;
    int64_t *index = malloc(n * sizeof *index);
    double *v = malloc(rows * n * sizeof *v);
    char unit[80];
    unit_of(p, 1, unit);
    if (index && v) {
        for (size_t i = 0; i < n; i++) index[i] = (int64_t)i;
        for (size_t i = 0; i < rows * n; i++) {
            const size_t row = i / n;
            const tepui_accumulator *a = at(p, row / p->components, row % p->components);
            v[i] = a && i % n < a->raw_count ? a->raw[i % n] : NAN;
        }
        write_array(p, "sample",
                    &(h5_array){.type = H5_I64,
                                .rank = 1,
                                .dims = {n},
                                .data = index,
                                .pack = 1,
                                .is_scale = "sample",
                                .doc = "number of the raw value, as drawn",
                                .units = "1",
                                .ranged = 1,
                                .high = (double)(n - 1)});
        write_array(p, "samples",
                    &(h5_array){.type = H5_DOUBLE,
                                .rank = 3,
                                .dims = {p->cells, p->components, n},
                                .data = v,
                                .sparse = 1,
                                .pack = 1,
                                .scales = {"cell", "component", "sample"},
                                .doc = "the first samples as they were drawn",
                                .units = unit,
                                .ranged = 1,
                                .padded = 1,
                                .low = (double)-INFINITY,
                                .high = (double)INFINITY});
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
