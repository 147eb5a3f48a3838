/* compare.c -- two results confronted with each other, cell by cell.

   ks: the finite values, all of them raw in both files. ks-bins: at the edges that both histograms have; the empirical
   F is exact there, and a maximum over fewer points can only be smaller, so the p-value is too large, never too small.
   welch: means, where there are no such edges. zero, infinite: shares, by Fisher's exact test, two-sided by doubling.

   Cells with equal random keys hold the same samples, which are not independent. Where all numbers agree to the bit
   the line says so, without a test; else it is refused. */
#include "holm.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/verdict.h>

/* the test of lines that have none, compared by its address */
static const char IDENTICAL[] = "identical";

#define FEWEST 20u /* finite samples of each that Welch's test needs */
#define EDGES 8u   /* common edges that ks-bins needs */

typedef struct {
    const tepui_result *r[2];
    const tepui_compare_options *o;
    tepui_comparison *out;
    size_t *taken; /* by which cell of the first file, for cells of the second; SIZE_MAX: by none */
    tepui_error *err;
} job;

/* --- which cells belong together */

static int tells_nothing(const char *name, const char *const *ignore)
{
    static const char *const words[] = {"samples", "dead", "key", "same_as", "width_expression", NULL};
    for (const char *const *w = words; *w; w++)
        if (strcmp(*w, name) == 0) return 1;
    for (; ignore && *ignore; ignore++)
        if (strcmp(*ignore, name) == 0) return 1;
    return 0;
}

static int is_distinct(const tepui_result *r, size_t cell)
{
    const tepui_column *c = tepui_result_column(r, "same_as");
    return !c || c->number[cell] == (double)cell;
}

static int belong_together(const job *d, const tepui_result *a, size_t i, const tepui_result *b, size_t k)
{
    for (size_t n = 0; n < a->columns; n++) {
        const tepui_column *x = &a->column[n], *y = tepui_result_column(b, x->name);
        if (y && !tells_nothing(x->name, d->o->ignore) && strcmp(x->text[i], y->text[k]) != 0) return 0;
    }
    return 1;
}

/* The cell of the second file; SIZE_MAX: none. *twice: another one that fits as well, or SIZE_MAX. */
static size_t partner(const job *d, size_t cell, size_t *twice)
{
    const tepui_result *b = d->r[1];
    size_t found = SIZE_MAX;
    *twice = SIZE_MAX;
    for (size_t k = 0; k < b->cells; k++) {
        if (!is_distinct(b, k) || !belong_together(d, d->r[0], cell, b, k)) continue;
        if (found != SIZE_MAX) *twice = k;
        if (found == SIZE_MAX) found = k;
    }
    return found;
}

static int same_samples(const job *d, size_t i, size_t k)
{
    const tepui_column *x = tepui_result_column(d->r[0], "key"), *y = tepui_result_column(d->r[1], "key");
    return x && y && strcmp(x->text[i], y->text[k]) == 0;
}

/* --- the tests */

static uint64_t living(const tepui_evidence *e)
{
    return e->count - e->zero - e->infinite;
}

/* The smallest p-value of all tests made is kept. */
static void offer(tepui_compare_line *line, const char *test, double p, double statistic, double a, double b)
{
    if (isnan(p) || (line->test[0] && !(p < line->p))) return;
    line->test = test;
    line->p = p;
    line->statistic = statistic;
    line->value[0] = a;
    line->value[1] = b;
}

static void test_share(tepui_compare_line *line, const char *test, uint64_t a, uint64_t n, uint64_t b, uint64_t m,
                       size_t *tests)
{
    if (n == 0 || m == 0 || a + b == 0 || a + b == n + m || n + m > UINT32_MAX) return;
    const unsigned k = (unsigned)a, hits = (unsigned)(a + b), rest = (unsigned)(n + m - a - b), t = (unsigned)n;
    const double low = gsl_cdf_hypergeometric_P(k, hits, rest, t);
    const double high = k ? gsl_cdf_hypergeometric_Q(k - 1, hits, rest, t) : 1;
    const double x = (double)a / (double)n, y = (double)b / (double)m;
    offer(line, test, fmin(1, 2 * fmin(low, high)), y - x, x, y);
    ++*tests;
}

/* The finite raw values, if they are all there; else NULL. */
static double *finite_values(const tepui_evidence *e)
{
    size_t n = 0;
    double *x = e->raw ? malloc((e->raws + 1) * sizeof *x) : NULL;
    for (size_t i = 0; x && i < e->raws; i++)
        if (isfinite(e->raw[i])) x[n++] = e->raw[i];
    if (x && n == living(e)) return x;
    free(x);
    return NULL;
}

static int test_raw(tepui_compare_line *line, const tepui_evidence *a, const tepui_evidence *b)
{
    double *x = finite_values(a), *y = finite_values(b);
    const int all = x && y;
    if (all) {
        const double distance = tepui_ks_two_sample(x, living(a), y, living(b));
        offer(line, "ks", tepui_ks_two_sample_pvalue(distance, living(a), living(b)), distance, a->median, b->median);
    }
    free(x);
    free(y);
    return all;
}

static int test_bins(tepui_compare_line *line, const tepui_evidence *a, const tepui_evidence *b)
{
    uint64_t below[2] = {a->under, b->under};
    double distance = 0;
    size_t i = 0, k = 0, common = 0;
    if (!a->histogram || !b->histogram || !a->bins || !b->bins) return 0;
    while (i <= a->bins && k <= b->bins) {
        const double x = a->edge[i], y = b->edge[k];
        if (x == y) {
            distance =
                fmax(distance, fabs((double)below[0] / (double)living(a) - (double)below[1] / (double)living(b)));
            common++;
        }
        if (x <= y && i++ < a->bins) below[0] += a->histogram[i - 1];
        if (y <= x && k++ < b->bins) below[1] += b->histogram[k - 1];
    }
    if (common < EDGES) return 0;
    offer(line, "ks-bins", tepui_ks_two_sample_pvalue(distance, living(a), living(b)), distance, a->median, b->median);
    return 1;
}

static int test_means(tepui_compare_line *line, const tepui_evidence *a, const tepui_evidence *b)
{
    const double n = (double)living(a), m = (double)living(b), u = a->variance / n, v = b->variance / m;
    if (living(a) < FEWEST || living(b) < FEWEST || !(u > 0 && v > 0)) return 0;
    const double t = (b->mean - a->mean) / sqrt(u + v);
    const double degrees = (u + v) * (u + v) / (u * u / (n - 1) + v * v / (m - 1));
    offer(line, "welch", 2 * gsl_cdf_tdist_Q(fabs(t), degrees), t, a->mean, b->mean);
    return 1;
}

static void refuse(tepui_compare_line *line, const char *why)
{
    line->verdict = TEPUI_REFUSED;
    line->why = why;
    line->test = "";
    line->p = NAN;
}

static int same_number(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0;
}

static int identical(const tepui_evidence *a, const tepui_evidence *b)
{
    if (a->count != b->count || a->zero != b->zero || a->infinite != b->infinite) return 0;
    if (!same_number(a->mean, b->mean) || !same_number(a->variance, b->variance)) return 0;
    if (!same_number(a->minimum, b->minimum) || !same_number(a->maximum, b->maximum)) return 0;
    for (size_t i = 0; a->raw && b->raw && i < a->raws && i < b->raws; i++)
        if (!same_number(a->raw[i], b->raw[i])) return 0;
    return 1;
}

static const char *untested(const tepui_evidence *a, const tepui_evidence *b)
{
    if (a->zero == a->count && b->zero == b->count) return "all samples are 0 in both";
    return "too few samples, or no spread, and neither all raw samples nor common edges of histograms";
}

static void test_line(tepui_compare_line *line, const tepui_evidence *a, const tepui_evidence *b)
{
    size_t tests = 0;
    if (living(a) && living(b))
        tests += (size_t)(test_raw(line, a, b) || test_bins(line, a, b) || test_means(line, a, b));
    const int finite = tests > 0;
    test_share(line, "zero", a->zero, a->count, b->zero, b->count, &tests);
    test_share(line, "infinite", a->infinite, a->count, b->infinite, b->count, &tests);
    if (tests == 0 || !line->test[0]) {
        refuse(line, untested(a, b));
        return;
    }
    line->p = fmin(1, line->p * (double)tests);
    if (!finite && living(a) && living(b)) line->why = "shares alone: too few finite values, or without spread";
}

static tepui_status add_line(job *d, const size_t cell[2], const tepui_result_observable *const o[2], const size_t k[2])
{
    tepui_comparison *c = d->out;
    const tepui_evidence a = tepui_evidence_of(d->r[0], o[0], cell[0], k[0]);
    const tepui_evidence b = tepui_evidence_of(d->r[1], o[1], cell[1], k[1]);
    if (a.count == 0 && b.count == 0) return TEPUI_OK; /* the cell has no such component */
    if ((c->lines & (c->lines - 1)) == 0) {
        tepui_compare_line *more = realloc(c->line, 2 * (c->lines + 1) * sizeof *more);
        if (!more) return tepui_fail(d->err, TEPUI_NO_MEMORY, "no memory for the comparison");
        c->line = more;
    }
    tepui_compare_line *line = &c->line[c->lines++];
    *line = (tepui_compare_line){.cell = {cell[0], cell[1]},
                                 .component = {k[0], k[1]},
                                 .observable = {o[0], o[1]},
                                 .test = "",
                                 .why = "",
                                 .p = NAN,
                                 .statistic = NAN,
                                 .value = {NAN, NAN},
                                 .samples = {a.count, b.count}};
    if (same_samples(d, cell[0], cell[1]) && identical(&a, &b))
        line->test = IDENTICAL, c->identical++;
    else if (same_samples(d, cell[0], cell[1]))
        refuse(line, "not independent: the same samples (same seed, same cell)");
    else if (a.count == 0 || b.count == 0)
        refuse(line, "one of the two has no samples");
    else
        test_line(line, &a, &b);
    return TEPUI_OK;
}

/* --- all of them */

/* Samples of a file: they have one component, and no experiment. */
static int is_bare(const tepui_result *r)
{
    return !r->experiment[0];
}

static size_t find_component(const tepui_result_observable *o, const char *name)
{
    size_t k = 0;
    while (k < o->components && strcmp(o->component[k], name) != 0) k++;
    return k < o->components ? k : SIZE_MAX;
}

static size_t last_component(const tepui_result_observable *o, size_t cell)
{
    size_t k = o->components;
    while (k > 0 && o->count[cell * o->components + k - 1] == 0) k--;
    return k > 0 ? k - 1 : SIZE_MAX;
}

/* The only one that is asked for; SIZE_MAX: the cell has none. */
static size_t chosen(const job *d, int side, const tepui_result_observable *o, size_t cell)
{
    const char *name = d->o->component;
    if (is_bare(d->r[side])) return 0;
    if (name && strcmp(name, "last") != 0) return find_component(o, name);
    const size_t total = name ? SIZE_MAX : find_component(o, "total");
    return total != SIZE_MAX ? total : last_component(o, cell);
}

static tepui_status compare_components(job *d, const size_t cell[2], const tepui_result_observable *const o[2])
{
    tepui_status st = TEPUI_OK;
    if (d->o->component || is_bare(d->r[0]) || is_bare(d->r[1])) {
        const size_t k[2] = {chosen(d, 0, o[0], cell[0]), chosen(d, 1, o[1], cell[1])};
        return k[0] == SIZE_MAX || k[1] == SIZE_MAX ? TEPUI_OK : add_line(d, cell, o, k);
    }
    for (size_t i = 0; st == TEPUI_OK && i < o[0]->components; i++) {
        const size_t k = find_component(o[1], o[0]->component[i]);
        if (k != SIZE_MAX) st = add_line(d, cell, o, (const size_t[]){i, k});
    }
    return st;
}

static tepui_status compare_observable(job *d, const size_t cell[2], const tepui_result_observable *a)
{
    const tepui_result_observable *b = tepui_result_observable_find(d->r[1], a->name);
    if (!b || (d->o->observable && strcmp(d->o->observable, a->name) != 0)) return TEPUI_OK;
    if (strcmp(a->transform, b->transform) != 0)
        return tepui_fail(d->err, TEPUI_BAD_INPUT, "%s is stored with transform %s in one file, %s in the other",
                          a->name, a->transform, b->transform);
    return compare_components(d, cell, (const tepui_result_observable *const[]){a, b});
}

static tepui_status compare_cell(job *d, size_t cell)
{
    size_t twice;
    tepui_status st = TEPUI_OK;
    const size_t other = partner(d, cell, &twice);
    if (other == SIZE_MAX) {
        d->out->alone[0][d->out->alones[0]++] = cell;
        return TEPUI_OK;
    }
    if (twice != SIZE_MAX)
        return tepui_fail(d->err, TEPUI_USAGE, "cells %zu and %zu of the second file both match cell %zu of the first",
                          other, twice, cell);
    if (d->taken[other] != SIZE_MAX)
        return tepui_fail(d->err, TEPUI_USAGE, "cells %zu and %zu of the first file both match cell %zu of the second",
                          d->taken[other], cell, other);
    d->taken[other] = cell;
    for (size_t i = 0; st == TEPUI_OK && i < d->r[0]->observables; i++)
        st = compare_observable(d, (const size_t[]){cell, other}, &d->r[0]->observable[i]);
    return st;
}

static tepui_status decide(tepui_comparison *c, tepui_error *err)
{
    holm_entry *entry = malloc((c->lines + 1) * sizeof *entry);
    if (!entry) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for the comparison");
    for (size_t i = 0; i < c->lines; i++)
        if (c->line[i].verdict != TEPUI_REFUSED && c->line[i].test != IDENTICAL)
            entry[c->tested++] = (holm_entry){c->line[i].p, i};
    c->refusals = c->lines - c->tested - c->identical;
    c->failures = holm(entry, c->tested, c->false_alarm);
    for (size_t i = 0; i < c->tested; i++) c->line[entry[i].line].verdict = i < c->failures ? TEPUI_FAILS : TEPUI_HOLDS;
    free(entry);
    return TEPUI_OK;
}

static tepui_status nothing(const job *d)
{
    if (d->out->alones[0] && d->out->alones[0] == d->r[0]->cells)
        return tepui_fail(d->err, TEPUI_BAD_INPUT, "the files have no cell in common");
    if (d->o->component)
        return tepui_fail(d->err, TEPUI_USAGE, "the files have no component '%s' in common", d->o->component);
    return tepui_fail(d->err, TEPUI_BAD_INPUT, "the files have no cell with samples of the same observable in common");
}

static int share_observable(const job *d)
{
    for (size_t i = 0; i < d->r[0]->observables; i++)
        if (tepui_result_observable_find(d->r[1], d->r[0]->observable[i].name)) return 1;
    return 0;
}

static tepui_status compare_all(job *d)
{
    tepui_comparison *c = d->out;
    tepui_status st = TEPUI_OK;
    for (int s = 0; s < 2; s++)
        if (!(c->alone[s] = calloc(d->r[s]->cells + 1, sizeof *c->alone[s])))
            return tepui_fail(d->err, TEPUI_NO_MEMORY, "no memory for the comparison");
    if (!(d->taken = malloc((d->r[1]->cells + 1) * sizeof *d->taken)))
        return tepui_fail(d->err, TEPUI_NO_MEMORY, "no memory for the comparison");
    for (size_t i = 0; i < d->r[1]->cells; i++) d->taken[i] = SIZE_MAX;
    if (!share_observable(d)) return tepui_fail(d->err, TEPUI_BAD_INPUT, "the files have no observable in common");
    for (size_t i = 0; st == TEPUI_OK && i < d->r[0]->cells; i++)
        if (is_distinct(d->r[0], i)) st = compare_cell(d, i);
    for (size_t i = 0; st == TEPUI_OK && i < d->r[1]->cells; i++)
        if (is_distinct(d->r[1], i) && d->taken[i] == SIZE_MAX) c->alone[1][c->alones[1]++] = i;
    if (st == TEPUI_OK && c->lines == 0) return nothing(d);
    c->false_alarm = d->o->false_alarm > 0 ? d->o->false_alarm : HOLM_FALSE_ALARM;
    return st == TEPUI_OK ? decide(c, d->err) : st;
}

tepui_status tepui_compare(const tepui_result *a, const tepui_result *b, const tepui_compare_options *o,
                           tepui_comparison **out, tepui_error *err)
{
    job d = {{a, b}, o, calloc(1, sizeof(tepui_comparison)), NULL, err};
    *out = NULL;
    if (!d.out) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for the comparison");
    const tepui_status st = compare_all(&d);
    free(d.taken);
    if (st == TEPUI_OK)
        *out = d.out;
    else
        tepui_comparison_free(d.out);
    return st;
}

void tepui_comparison_free(tepui_comparison *c)
{
    if (!c) return;
    free(c->line);
    free(c->alone[0]);
    free(c->alone[1]);
    free(c);
}
