/* sound.c -- whether what a file says agrees with itself: classes of columns, counts against counts, the experiment in
   the file against its arrays, a checkpoint against its experiment. A digest that fits does not tell who wrote a file.
 */
#include "layout.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SAMPLES ((uint64_t)1 << 53)

static int is_plain(const char *name)
{
    for (const unsigned char *p = (const unsigned char *)name; *p; p++)
        if (*p < 0x20 || *p == 0x7f) return 0;
    return *name != '\0';
}

/* --- the columns of /cells */

static int is_count(double x, double least, double most)
{
    return x >= least && x <= most && floor(x) == x;
}

static int fits_column(const tepui_column *c, size_t cells)
{
    const double most = (double)MOST_SAMPLES;
    double least = -1;
    if (strcmp(c->name, "samples") == 0) least = 0;
    if (strcmp(c->name, "depth") == 0 || strcmp(c->name, "width") == 0) least = 1;
    for (size_t i = 0; least >= 0 && i < cells; i++)
        if (!is_count(c->number[i], least, most)) return 0;
    for (size_t i = 0; strcmp(c->name, "same_as") == 0 && i < cells; i++)
        if (!is_count(c->number[i], 0, (double)cells - 1)) return 0;
    return 1;
}

static void sound_column(h5 *f, const tepui_column *c, size_t cells)
{
    char what[160];
    const layout_class class = layout_column(c->name);
    if (!is_plain(c->name)) h5_complain(f, "/cells", "has names with control characters");
    snprintf(what, sizeof what, "/cells/%.120s", c->name);
    if (class != LAYOUT_UNKNOWN && (class == LAYOUT_TEXT) != c->is_text)
        h5_complain(f, what, "has items of another type");
    if (!f->failed && !c->is_text && !fits_column(c, cells)) h5_complain(f, what, "has impossible numbers");
}

static void sound_columns(h5 *f, const tepui_result *r)
{
    static const char *const needed[] = {"depth", "width", "width_expression", "samples"};
    const int follows = tepui_result_column(r, "optimizer") != NULL;
    if (r->cells == 0) h5_complain(f, "/cells", "is empty");
    for (size_t k = 0; k < r->columns; k++) sound_column(f, &r->column[k], r->cells);
    for (size_t k = 0; k < sizeof needed / sizeof *needed; k++)
        if (!tepui_result_column(r, needed[k])) h5_complain(f, needed[k], "is missing in /cells");
    if (follows && (!tepui_result_column(r, "rate") || !tepui_result_column(r, "steps")))
        h5_complain(f, "rate or steps", "is missing in /cells");
}

/* --- observables: count = zero + nan + infinite + finite, finite = under + over + bins, without wrapping */

static int take(uint64_t *left, uint64_t n)
{
    if (n > *left) return 0;
    *left -= n;
    return 1;
}

static int counts_add_up(const tepui_result_observable *o, size_t at)
{
    uint64_t left = o->count[at];
    if (left > MOST_SAMPLES || !take(&left, o->zero[at]) || !take(&left, o->nan[at])) return 0;
    if (o->origin && o->origin[at] > left) return 0;
    if ((o->infinite && !take(&left, o->infinite[at])) || !take(&left, o->under[at]) || !take(&left, o->over[at]))
        return 0;
    for (size_t b = 0; o->histogram && b < o->bins; b++)
        if (!take(&left, o->histogram[at * o->bins + b])) return 0;
    return left == 0 || !o->histogram;
}

static int ascends(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]) || (i && !(x[i] > x[i - 1]))) return 0;
    return 1;
}

static void sound_observable(h5 *f, const tepui_result *r, const tepui_result_observable *o)
{
    char what[160];
    snprintf(what, sizeof what, "/observables/%.120s", o->name);
    if (!is_plain(o->name)) h5_complain(f, "/observables", "has names with control characters");
    for (size_t k = 0; k < o->components; k++)
        if (!is_plain(o->component[k])) h5_complain(f, what, "has components without a name");
    if (!ascends(o->bin_edges, o->bins + 1)) h5_complain(f, what, "has bins that do not ascend");
    for (size_t i = 0; !f->failed && i < r->cells * o->components; i++)
        if (!counts_add_up(o, i)) h5_complain(f, what, "has counts that do not add up");
}

void sound_result(h5 *f, const tepui_result *r)
{
    sound_columns(f, r);
    for (size_t k = 0; !f->failed && k < r->probabilities; k++)
        if (!(r->probability[k] >= 0 && r->probability[k] <= 1))
            h5_complain(f, "probability", "is not between 0 and 1");
    for (size_t k = 0; !f->failed && k < r->observables; k++) sound_observable(f, r, &r->observable[k]);
}

/* --- a result and the experiment in it */

static const tepui_observable_type *type_of(const tepui_experiment *e, const char *name)
{
    for (size_t o = 0; o < e->observable_count; o++)
        if (strcmp(e->observables[o]->kind.name, name) == 0) return e->observables[o];
    return NULL;
}

static int is_among(long x, const long *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == x) return 1;
    return 0;
}

/* Whether each component of the cell that has samples is one of those that the observable has there. */
static tepui_status fits_cell(const tepui_experiment *e, const tepui_observable_type *t,
                              const tepui_result_observable *o, size_t cell)
{
    char name[24];
    tepui_status st = TEPUI_OK;
    const tepui_cell *c = &e->cells[e->cells[cell].alias_of];
    const size_t n = tepui_observable_components(t, c, e->layer_limit, NULL);
    long *list = malloc((n + 1) * sizeof *list);
    if (!list) return TEPUI_NO_MEMORY;
    tepui_observable_components(t, c, e->layer_limit, list);
    for (size_t k = 0; st == TEPUI_OK && k < o->components; k++) {
        const long number = tepui_component_number(o->component[k]);
        tepui_component_name(number, name);
        if (o->count[cell * o->components + k] == 0) continue;
        if (!is_among(number, list, n) || strcmp(name, o->component[k]) != 0) st = TEPUI_BAD_INPUT;
    }
    free(list);
    return st;
}

tepui_status tepui_result_fits(const tepui_result *r, const tepui_experiment *e, tepui_error *err)
{
    if (r->cells != e->cell_count)
        return tepui_fail(err, TEPUI_BAD_INPUT, "the result file is damaged: it has %zu cells, its experiment %zu",
                          r->cells, e->cell_count);
    for (size_t k = 0; k < r->observables; k++) {
        const tepui_result_observable *o = &r->observable[k];
        const tepui_observable_type *t = type_of(e, o->name);
        tepui_status st = t ? TEPUI_OK : TEPUI_BAD_INPUT;
        for (size_t i = 0; st == TEPUI_OK && i < r->cells; i++) st = fits_cell(e, t, o, i);
        if (st == TEPUI_NO_MEMORY) return tepui_fail(err, st, "no memory to check the result file");
        if (st != TEPUI_OK)
            return tepui_fail(err, st, "the result file is damaged: observable '%.100s' is not that of its experiment",
                              o->name);
    }
    return TEPUI_OK;
}

/* --- a checkpoint and its experiment */

static int is_sound_cell(const tepui_experiment *e, size_t i, const tepui_cell_state *s)
{
    if (s->samples > MOST_SAMPLES || s->blocks > s->samples || (s->samples && !s->blocks)) return 0;
    for (size_t o = 0; o < e->observable_count; o++) {
        const uint64_t values = tepui_observable_values(e->observables[o], &e->cells[i]);
        for (size_t k = 0; k < s->component_count[o]; k++) {
            const tepui_accumulator *a = &s->accumulator[o][k];
            if (a->count % values || a->count / values != s->samples || !tepui_accumulator_is_sound(a)) return 0;
        }
    }
    return 1;
}

/* What a run of all samples would have kept so far. */
static tepui_status check_raw(const tepui_experiment *e, size_t i, const tepui_cell_state *s, tepui_error *err)
{
    for (size_t o = 0; o < e->observable_count; o++)
        for (size_t k = 0; k < s->component_count[o]; k++) {
            const tepui_accumulator *a = &s->accumulator[o][k];
            const uint64_t raw = a->count < e->raw ? a->count : e->raw;
            if (a->raw_count != raw)
                return tepui_fail(
                    err, TEPUI_BAD_INPUT,
                    "the file keeps %zu raw numbers of %s in cell %zu, and %llu are needed to go on: it is "
                    "damaged or of an older version; begin anew",
                    a->raw_count, e->observables[o]->kind.name, i, (unsigned long long)raw);
        }
    return TEPUI_OK;
}

tepui_status sound_checkpoint(const tepui_state *s, tepui_error *err)
{
    const tepui_experiment *e = s->experiment;
    for (size_t i = 0; i < e->cell_count; i++) {
        if (e->cells[i].alias_of != i) continue;
        if (!is_sound_cell(e, i, &s->cell[i]))
            return tepui_fail(err, TEPUI_BAD_INPUT,
                              "the checkpoint in the file is damaged: impossible counts in cell %zu", i);
        if (s->cell[i].samples > e->samples && !s->cell[i].done)
            return tepui_fail(err, TEPUI_BAD_INPUT,
                              "the file holds %llu samples of cell %zu, more than the %llu asked for",
                              (unsigned long long)s->cell[i].samples, i, (unsigned long long)e->samples);
        const tepui_status st = check_raw(e, i, &s->cell[i], err);
        if (st != TEPUI_OK) return st;
    }
    return TEPUI_OK;
}
