/* escape.c -- escape times of optimizers, each at the learning rate that suits it best.

   Cells that differ in depth and learning rate only are one group. At every depth of a group the rate taken is that
   with the least median escape time among those at which no sample diverged; of equal medians the smaller rate. Medians
   are Kaplan-Meier's: runs that did not escape within the limit are there, at infinity. How well a cell's escape times
   follow 1/|lambda_min| at the start (law E1) is Spearman's rank correlation of the raw samples of both. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/verdict.h>

typedef struct {
    const tepui_result *r;
    const tepui_result_observable *time, *curvature;
    size_t escape, divergence, half; /* components; index of the median */
} comparison;

static size_t find_component(const tepui_result_observable *o, const char *name)
{
    size_t k = 0;
    while (o && k < o->components && strcmp(o->component[k], name) != 0) k++;
    return k;
}

static tepui_status open_comparison(comparison *c, const tepui_result *r, tepui_error *err)
{
    *c = (comparison){.r = r, .time = tepui_result_observable_find(r, "escape_time")};
    c->curvature = tepui_result_observable_find(r, "escape_rate");
    if (!c->time) return tepui_fail(err, TEPUI_BAD_INPUT, "the file has no escape_time");
    c->escape = find_component(c->time, "escape");
    c->divergence = find_component(c->time, "divergence");
    while (c->half < r->probabilities && r->probability[c->half] != 0.5) c->half++;
    if (c->escape == c->time->components || c->divergence == c->time->components)
        return tepui_fail(err, TEPUI_BAD_INPUT, "the file's escape_time has no escape or no divergence");
    if (c->half == r->probabilities)
        return tepui_fail(err, TEPUI_BAD_INPUT, "the file has no medians (output.probabilities)");
    return TEPUI_OK;
}

static int same_group(const tepui_result *r, size_t a, size_t b)
{
    for (size_t k = 0; k < r->columns; k++) {
        const tepui_column *c = &r->column[k];
        if (!tepui_column_tells_sweeps_apart(c) || strcmp(c->name, "rate") == 0) continue;
        if (strcmp(c->text[a], c->text[b]) != 0) return 0;
    }
    return 1;
}

static double number(const tepui_result *r, const char *column, size_t cell)
{
    const tepui_column *c = tepui_result_column(r, column);
    return c && c->number ? c->number[cell] : NAN;
}

/* Samples that escaped, or diverged; all of them in *count. */
static uint64_t ended(const comparison *c, size_t cell, size_t component, uint64_t *count)
{
    const size_t at = cell * c->time->components + component;
    *count = c->time->count[at];
    return *count - c->time->nan[at] - (c->time->infinite ? c->time->infinite[at] : 0);
}

static double median(const comparison *c, size_t cell, const double *quantile)
{
    return quantile[(cell * c->time->components + c->escape) * c->r->probabilities + c->half];
}

/* Whether the cell is to be preferred to the one taken so far. */
static int is_better(const comparison *c, size_t cell, size_t best)
{
    if (best == SIZE_MAX) return 1;
    const double here = median(c, cell, c->time->quantile), there = median(c, best, c->time->quantile);
    if (isnan(here) || isnan(there)) return isnan(there) && !isnan(here);
    if (here != there) return here < there;
    return number(c->r, "rate", cell) < number(c->r, "rate", best);
}

static const double *raw_of(const tepui_result_observable *o, size_t cell, size_t component)
{
    return o && o->raw && component < o->components ? o->raw + (cell * o->components + component) * o->samples : NULL;
}

/* Escape time against 1/|lambda_min|, from the samples that the file has of both. */
static tepui_status correlate(const comparison *c, size_t cell, tepui_fitted *out)
{
    const double *t = raw_of(c->time, cell, c->escape), *rate = raw_of(c->curvature, cell, 0);
    *out = (tepui_fitted){NAN, NAN, NAN, 0};
    if (!t || !rate) return TEPUI_OK;
    size_t n = c->time->samples < c->curvature->samples ? c->time->samples : c->curvature->samples;
    if (n > c->time->count[cell * c->time->components + c->escape])
        n = (size_t)c->time->count[cell * c->time->components + c->escape];
    double *inverse = malloc((7 * n + 1) * sizeof *inverse);
    if (!inverse) return TEPUI_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        inverse[i] = -rate[i];
        out->points += !isnan(t[i]) && !isnan(rate[i]); /* the others are no pairs */
    }
    out->value = tepui_rank_correlation(t, inverse, n, inverse + n);
    const double error = tepui_rank_correlation_error(t, inverse, n, inverse + n);
    tepui_rank_correlation_jackknife(out->value, error, out->points, &out->low, &out->high);
    free(inverse);
    return TEPUI_OK;
}

static tepui_status describe(const comparison *c, tepui_escape_row *row)
{
    uint64_t count;
    const size_t cell = row->cell;
    row->rate = row->median = row->low = row->high = row->escaped = NAN;
    row->rank = (tepui_fitted){NAN, NAN, NAN, 0};
    if (cell == SIZE_MAX) return TEPUI_OK;
    row->rate = number(c->r, "rate", cell);
    row->median = median(c, cell, c->time->quantile);
    row->low = median(c, cell, c->time->quantile_low);
    row->high = median(c, cell, c->time->quantile_high);
    row->escaped = (double)ended(c, cell, c->escape, &count) / (double)count;
    return correlate(c, cell, &row->rank);
}

/* The row of a cell's group and depth, and how many rates it has. */
static void choose(const comparison *c, const char *keep, size_t first, tepui_escape_row *row)
{
    uint64_t count;
    for (size_t i = first; i < c->r->cells; i++) {
        if ((keep && !keep[i]) || number(c->r, "depth", i) != row->depth || !same_group(c->r, row->group, i)) continue;
        row->rates++;
        if (ended(c, i, c->divergence, &count) > 0 || count == 0) continue;
        row->stable++;
        if (is_better(c, i, row->cell)) row->cell = i;
    }
}

static int is_new(const comparison *c, const tepui_escape_row *row, size_t rows, size_t cell)
{
    for (size_t i = 0; i < rows; i++)
        if (row[i].depth == number(c->r, "depth", cell) && same_group(c->r, row[i].group, cell)) return 0;
    return 1;
}

static int by_group(const void *a, const void *b)
{
    const tepui_escape_row *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    return (x->depth > y->depth) - (x->depth < y->depth);
}

tepui_status tepui_escape_rows(const tepui_result *r, const char *keep, tepui_escape_row *row, size_t *rows,
                               tepui_error *err)
{
    comparison c;
    tepui_status st = open_comparison(&c, r, err);
    *rows = 0;
    for (size_t i = 0; st == TEPUI_OK && i < r->cells; i++) {
        if ((keep && !keep[i]) || !is_new(&c, row, *rows, i)) continue;
        tepui_escape_row *here = &row[(*rows)++];
        *here = (tepui_escape_row){.group = i, .first = i, .cell = SIZE_MAX, .depth = number(r, "depth", i)};
        for (size_t k = *rows; k-- > 0;) /* the group goes by its first cell */
            if (same_group(r, row[k].group, i)) here->group = row[k].group;
        choose(&c, keep, i, here);
        st = describe(&c, here);
        if (st != TEPUI_OK) tepui_fail(err, st, "no memory for rank correlations");
    }
    qsort(row, *rows, sizeof *row, by_group);
    return st;
}
