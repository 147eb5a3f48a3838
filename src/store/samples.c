/* samples.c -- samples of somebody else's, from comma separated columns, as a result without an experiment.

   Every line gives a sample of every quantity. An exact 0 of a magnitude is stored as -INFINITY, its logarithm; NaN is
   counted. +INFINITY is a value of quantities that may censor, and of those that the program does not know. The bins
   are for tests that take a distribution function at edges: at most BINS of a power of two over all cells. */
#include <base/csv.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/store.h>

#define MOST_CELLS 4096u /* more: some column numbers the samples */
#define BINS 4096
#define MOST_QUANTITIES 8u

typedef struct {
    double *x;
    size_t n, room;
} values;

/* Lines with the same parameters. */
typedef struct {
    char **parameter; /* [parameters] */
    values of[MOST_QUANTITIES];
} group;

typedef struct {
    csv_reader csv;
    const tepui_samples_quantity *q;
    size_t quantities, columns;
    int are_ln, column_is_ln[MOST_QUANTITIES];
    size_t column[MOST_QUANTITIES]; /* of each quantity */
    size_t *parameter, parameters;  /* columns */
    char **name;                    /* [parameters] */
    group *cell;
    size_t cells, room, last;
} reader;

static tepui_status no_memory(const reader *f, tepui_error *err)
{
    return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for the samples of %s", f->csv.path);
}

/* --- the first line */

/* Behind `ln_'; the name itself without. */
static const char *bare(const char *name)
{
    return strncmp(name, "ln_", 3) == 0 ? name + 3 : name;
}

static int is_quantity(const char *column)
{
    return strcmp(bare(column), "value") == 0 || tepui_kind_find(&tepui_family_observable, bare(column)) != NULL;
}

static int is_of(const reader *f, size_t i, const char *column)
{
    const char *name = bare(column);
    return strcmp(name, f->q[i].name) == 0 || (f->quantities == 1 && strcmp(name, "value") == 0);
}

/* Columns NAME and ln_NAME of one quantity, or its name and `value', would be two answers. */
static tepui_status find_quantity(reader *f, size_t i, tepui_error *err)
{
    size_t found = SIZE_MAX;
    for (size_t c = 0; c < f->csv.fields; c++) {
        if (!is_of(f, i, f->csv.field[c])) continue;
        if (found != SIZE_MAX)
            return csv_wrong(&f->csv, err, "columns '%.60s' and '%.60s' both give %.60s", f->csv.field[found],
                             f->csv.field[c], f->q[i].name);
        found = c;
    }
    if (found == SIZE_MAX && (f->quantities > 1 || strcmp(f->q[i].name, "value") == 0))
        return csv_wrong(&f->csv, err, "no column '%.60s' or 'ln_%.60s'", f->q[i].name, f->q[i].name);
    if (found == SIZE_MAX)
        return csv_wrong(&f->csv, err, "no column 'value', 'ln_value', '%.60s' or 'ln_%.60s'", f->q[i].name,
                         f->q[i].name);
    f->column[i] = found;
    f->column_is_ln[i] = f->are_ln || bare(f->csv.field[found]) != f->csv.field[found];
    return TEPUI_OK;
}

static tepui_status check_name(const reader *f, size_t column, tepui_error *err)
{
    const char *name = f->csv.field[column];
    if (!*name) return csv_wrong(&f->csv, err, "column %zu has no name", column + 1);
    for (size_t c = 0; c < column; c++)
        if (strcmp(f->csv.field[c], name) == 0) return csv_wrong(&f->csv, err, "two columns are called '%.60s'", name);
    return TEPUI_OK;
}

static int gives_quantity(const reader *f, size_t column)
{
    for (size_t i = 0; i < f->quantities; i++)
        if (f->column[i] == column) return 1;
    return is_quantity(f->csv.field[column]);
}

static tepui_status find_parameters(reader *f, tepui_error *err)
{
    f->parameter = calloc(f->csv.fields + 1, sizeof *f->parameter);
    f->name = calloc(f->csv.fields + 1, sizeof *f->name);
    if (!f->parameter || !f->name) return no_memory(f, err);
    for (size_t c = 0; c < f->csv.fields; c++) {
        if (gives_quantity(f, c)) continue;
        f->parameter[f->parameters] = c;
        if (!(f->name[f->parameters++] = strdup(f->csv.field[c]))) return no_memory(f, err);
    }
    return TEPUI_OK;
}

static tepui_status check_ln(const reader *f, size_t i, tepui_error *err)
{
    if (!f->column_is_ln[i] || f->q[i].as_column || f->q[i].transform == TEPUI_TRANSFORM_LN) return TEPUI_OK;
    return csv_wrong(&f->csv, err, "%.60s is stored as it is, not as a logarithm", f->q[i].name);
}

static tepui_status read_names(reader *f, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    f->columns = f->csv.fields;
    for (size_t c = 0; st == TEPUI_OK && c < f->columns; c++) st = check_name(f, c, err);
    for (size_t i = 0; st == TEPUI_OK && i < f->quantities; i++) st = find_quantity(f, i, err);
    for (size_t i = 0; st == TEPUI_OK && i < f->quantities; i++) st = check_ln(f, i, err);
    return st == TEPUI_OK ? find_parameters(f, err) : st;
}

static int is_all_numbers(const csv_reader *c)
{
    double x;
    for (size_t i = 0; i < c->fields; i++)
        if (csv_number(c->field[i], &x) == 0) return 0;
    return 1;
}

/* --- lines */

static int is_stored_as_ln(const reader *f, size_t i)
{
    return f->q[i].as_column ? f->column_is_ln[i] : f->q[i].transform == TEPUI_TRANSFORM_LN;
}

/* As results store it. */
static tepui_status read_value(const reader *f, size_t i, double *x, tepui_error *err)
{
    const char *text = f->csv.field[f->column[i]];
    const int how = csv_number(text, x);
    if (how == 0) return csv_wrong(&f->csv, err, "'%.60s' is no number", text);
    if (how < 0)
        return csv_wrong(&f->csv, err, "%.60s is out of the range of numbers: give logarithms (ln_value)", text);
    if (f->column_is_ln[i] || !is_stored_as_ln(f, i)) return TEPUI_OK;
    if (*x < 0) return csv_wrong(&f->csv, err, "%.60s: a magnitude is not negative (logarithms: ln_value)", text);
    *x = log(*x);
    return TEPUI_OK;
}

/* "8" and "8.0" are one number. */
static int is_same(const char *a, const char *b, int by_value)
{
    double x, y;
    if (!by_value) return strcmp(a, b) == 0;
    return strcmp(a, b) == 0 || (csv_number(a, &x) == 1 && csv_number(b, &y) == 1 && x == y);
}

static int agrees(const reader *f, const group *g, int by_value)
{
    for (size_t k = 0; k < f->parameters; k++)
        if (!is_same(g->parameter[k], f->csv.field[f->parameter[k]], by_value)) return 0;
    return 1;
}

/* That of the line before, most often; numbers are compared where no text agrees. */
static size_t find_cell(const reader *f)
{
    if (f->last < f->cells && agrees(f, &f->cell[f->last], 0)) return f->last;
    for (int by_value = 0; by_value < 2; by_value++)
        for (size_t i = 0; i < f->cells; i++)
            if (agrees(f, &f->cell[i], by_value)) return i;
    return f->cells;
}

static tepui_status add_cell(reader *f, tepui_error *err)
{
    if (f->cells == MOST_CELLS)
        return csv_wrong(&f->csv, err, "more than %u cells: every column but those of quantities tells cells apart",
                         MOST_CELLS);
    if (f->cells == f->room) {
        const size_t room = 2 * f->room + 8;
        group *more = realloc(f->cell, room * sizeof *more);
        if (!more) return no_memory(f, err);
        f->cell = more;
        f->room = room;
    }
    group *g = &f->cell[f->cells];
    *g = (group){.parameter = calloc(f->parameters + 1, sizeof *g->parameter)};
    if (!g->parameter) return no_memory(f, err);
    f->cells++;
    for (size_t k = 0; k < f->parameters; k++) {
        const char *text = f->csv.field[f->parameter[k]];
        if (!*text) return csv_wrong(&f->csv, err, "%.60s is missing", f->name[k]);
        if (!(g->parameter[k] = strdup(text))) return no_memory(f, err);
    }
    return TEPUI_OK;
}

static tepui_status add_value(reader *f, values *v, double x, tepui_error *err)
{
    if (v->n == v->room) {
        const size_t room = 2 * v->room + 1024;
        double *more = realloc(v->x, room * sizeof *more);
        if (!more) return no_memory(f, err);
        v->x = more;
        v->room = room;
    }
    v->x[v->n++] = x;
    return TEPUI_OK;
}

static tepui_status read_sample(reader *f, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    if (f->csv.fields != f->columns) return csv_wrong(&f->csv, err, "%zu fields, not %zu", f->csv.fields, f->columns);
    f->last = find_cell(f);
    if (f->last == f->cells) st = add_cell(f, err);
    for (size_t i = 0; st == TEPUI_OK && i < f->quantities; i++) {
        double x;
        st = read_value(f, i, &x, err);
        if (st == TEPUI_OK) st = add_value(f, &f->cell[f->last].of[i], x, err);
    }
    return st;
}

/* Of a file of numbers alone. */
static tepui_status read_first_number(reader *f, tepui_error *err)
{
    if (f->csv.fields > 1) return csv_wrong(&f->csv, err, "the first line must name the columns");
    if (f->quantities > 1)
        return csv_wrong(&f->csv, err, "a column for each of %zu quantities is needed, named in the first line",
                         f->quantities);
    f->columns = 1;
    f->column_is_ln[0] = f->are_ln;
    const tepui_status st = check_ln(f, 0, err);
    return st == TEPUI_OK ? read_sample(f, err) : st;
}

static tepui_status read_all(reader *f, tepui_error *err)
{
    tepui_status st = csv_next(&f->csv, err);
    if (st == TEPUI_OK && f->csv.fields) st = is_all_numbers(&f->csv) ? read_first_number(f, err) : read_names(f, err);
    while (st == TEPUI_OK && f->csv.fields) {
        st = csv_next(&f->csv, err);
        if (st == TEPUI_OK && f->csv.fields) st = read_sample(f, err);
    }
    if (st == TEPUI_OK && f->cells == 0) return csv_wrong(&f->csv, err, "no samples");
    return st;
}

static void close_reader(reader *f)
{
    for (size_t i = 0; i < f->cells; i++) {
        for (size_t k = 0; k < f->parameters; k++) free(f->cell[i].parameter[k]);
        for (size_t k = 0; k < f->quantities; k++) free(f->cell[i].of[k].x);
        free(f->cell[i].parameter);
    }
    for (size_t k = 0; k < f->parameters; k++) free(f->name[k]);
    free(f->cell);
    free(f->name);
    free(f->parameter);
    csv_close(&f->csv);
}

/* --- the result */

/* One block of memory: pointers, then the texts. */
static char **texts_of(const char *const *text, size_t n)
{
    size_t bytes = n * sizeof *text;
    for (size_t i = 0; i < n; i++) bytes += strlen(text[i]) + 1;
    char **out = malloc(bytes + 1);
    char *at = (char *)(out + n);
    for (size_t i = 0; out && i < n; i++, at += strlen(at) + 1) out[i] = strcpy(at, text[i]);
    return out;
}

/* Numbers where all cells have one, then in the form that results give them. */
static int make_column(const reader *f, size_t k, tepui_column *c)
{
    char(*number)[32] = malloc(f->cells * sizeof *number);
    const char **text = malloc(f->cells * sizeof *text);
    c->name = strdup(f->name[k]);
    c->number = malloc(f->cells * sizeof *c->number);
    c->is_whole = 1;
    const int good = number && text && c->number;
    for (size_t i = 0; good && i < f->cells; i++) {
        text[i] = f->cell[i].parameter[k];
        c->is_text |= csv_number(text[i], &c->number[i]) != 1 || !isfinite(c->number[i]);
        c->is_whole &= !c->is_text && c->number[i] == floor(c->number[i]);
    }
    for (size_t i = 0; good && !c->is_text && i < f->cells; i++) {
        tepui_print_double(c->number[i], number[i], sizeof *number);
        text[i] = number[i];
    }
    if (good) c->text = texts_of(text, f->cells);
    free(number);
    free(text);
    return c->name && c->number && c->text;
}

/* Results tell widths apart by their expression. */
static int copy_width(tepui_result *r)
{
    const tepui_column *width = tepui_result_column(r, "width");
    if (!width || tepui_result_column(r, "width_expression")) return 1;
    tepui_column *c = &r->column[r->columns++];
    c->is_text = 1;
    c->name = strdup("width_expression");
    c->text = texts_of((const char *const *)width->text, r->cells);
    return c->name && c->text;
}

static int allocate(tepui_result_observable *o, size_t cells, size_t samples)
{
    uint64_t **count[] = {&o->count, &o->zero, &o->nan, &o->under, &o->over, &o->infinite};
    double **number[] = {&o->mean,    &o->variance, &o->skewness,     &o->kurtosis,     &o->minimum,
                         &o->maximum, &o->quantile, &o->quantile_low, &o->quantile_high};
    int good = 1;
    for (size_t i = 0; i < sizeof count / sizeof *count; i++)
        good &= (*count[i] = calloc(cells, sizeof **count[i])) != NULL;
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        good &= (*number[i] = calloc(cells, sizeof **number[i])) != NULL;
    o->samples = samples;
    if (samples <= SIZE_MAX / sizeof *o->raw / cells) o->raw = malloc(cells * samples * sizeof *o->raw);
    return good && o->raw;
}

static int censors(const char *name)
{
    const tepui_observable_type *t = tepui_kind_find(&tepui_family_observable, name);
    return !t || t->censors;
}

/* The statistics of a cell, by the accumulator of runs. */
static tepui_status fill_cell(tepui_result_observable *o, size_t cell, const values *v)
{
    tepui_accumulator a;
    double *scratch = malloc((v->n + 1) * sizeof *scratch);
    tepui_status st = scratch ? tepui_accumulator_init(&a, 0.05, -INFINITY, INFINITY, v->n) : TEPUI_NO_MEMORY;
    if (st != TEPUI_OK) {
        free(scratch);
        return st;
    }
    a.censors = censors(o->name);
    st = tepui_accumulator_fold(&a, v->x, v->n, 1);
    if (st == TEPUI_OK) {
        const tepui_quantile q = tepui_accumulator_quantile(&a, 0.5, 0.95, scratch);
        o->count[cell] = a.count;
        o->zero[cell] = a.zero;
        o->nan[cell] = a.nan;
        o->infinite[cell] = a.infinite;
        if (o->origin) o->origin[cell] = a.origin;
        o->mean[cell] = tepui_moments_mean(&a.moments);
        o->variance[cell] = tepui_moments_variance(&a.moments);
        o->skewness[cell] = tepui_moments_skewness(&a.moments);
        o->kurtosis[cell] = tepui_moments_kurtosis(&a.moments);
        o->minimum[cell] = a.moments.minimum;
        o->maximum[cell] = a.moments.maximum;
        o->quantile[cell] = q.value;
        o->quantile_low[cell] = q.low;
        o->quantile_high[cell] = q.high;
        for (size_t i = 0; i < o->samples; i++) o->raw[cell * o->samples + i] = i < v->n ? v->x[i] : NAN;
    }
    tepui_accumulator_free(&a);
    free(scratch);
    return st;
}

/* A power of two that puts the range into BINS at most, and is no finer than doubles at its ends. */
static double bin_width(double low, double high)
{
    int e;
    frexp(fmax((high / 2 - low / 2) / (BINS / 4), 0x1p-44 * fmax(fabs(low), fabs(high))), &e);
    return ldexp(1, e < -1000 ? -1000 : e);
}

static int fill_bins(tepui_result_observable *o, size_t cells)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t c = 0; c < cells; c++) {
        low = fmin(low, isnan(o->minimum[c]) ? INFINITY : o->minimum[c]);
        high = fmax(high, isnan(o->maximum[c]) ? -INFINITY : o->maximum[c]);
    }
    if (low > high) low = high = 0;
    const double width = bin_width(low, high), first = floor(low / width);
    o->bins = (size_t)(floor(high / width) - first) + 1;
    o->bin_edges = malloc((o->bins + 1) * sizeof *o->bin_edges);
    o->histogram = calloc(cells * o->bins, sizeof *o->histogram);
    if (!o->bin_edges || !o->histogram) return 0;
    for (size_t b = 0; b <= o->bins; b++) o->bin_edges[b] = (first + (double)b) * width;
    for (size_t i = 0; i < cells * o->samples; i++)
        if (isfinite(o->raw[i])) o->histogram[i / o->samples * o->bins + (size_t)(floor(o->raw[i] / width) - first)]++;
    return 1;
}

static tepui_status make_observable(const reader *f, size_t i, tepui_result_observable *o)
{
    const int ln = is_stored_as_ln(f, i);
    const char *component = f->q[i].component ? f->q[i].component : "value";
    size_t samples = 0;
    for (size_t c = 0; c < f->cells; c++) samples = f->cell[c].of[i].n > samples ? f->cell[c].of[i].n : samples;
    o->name = strdup(f->q[i].name);
    o->doc = strdup("samples of a file");
    o->unit = strdup("1");
    o->transform = strdup(ln ? "ln" : "none");
    o->source = strdup(f->csv.path);
    o->components = 1;
    o->component = texts_of(&component, 1);
    if (!ln) o->origin = calloc(f->cells, sizeof *o->origin);
    if (!o->name || !o->doc || !o->unit || !o->transform || !o->source || !o->component || (!ln && !o->origin) ||
        !allocate(o, f->cells, samples))
        return TEPUI_NO_MEMORY;
    tepui_status st = TEPUI_OK;
    for (size_t c = 0; st == TEPUI_OK && c < f->cells; c++) st = fill_cell(o, c, &f->cell[c].of[i]);
    return st == TEPUI_OK && !fill_bins(o, f->cells) ? TEPUI_NO_MEMORY : st;
}

static tepui_status make_result(const reader *f, tepui_result *r)
{
    tepui_status st = TEPUI_OK;
    r->title = strdup(f->csv.path);
    r->version = strdup("");
    r->status = strdup("complete");
    r->experiment = strdup("");
    r->cells = f->cells;
    r->column = calloc(f->parameters + 2, sizeof *r->column);
    r->observable = calloc(f->quantities, sizeof *r->observable);
    r->probability = malloc(sizeof *r->probability);
    if (!r->title || !r->version || !r->status || !r->experiment || !r->column || !r->observable || !r->probability)
        return TEPUI_NO_MEMORY;
    r->probabilities = 1;
    r->probability[0] = 0.5;
    for (; r->columns < f->parameters; r->columns++)
        if (!make_column(f, r->columns, &r->column[r->columns])) return r->columns++, TEPUI_NO_MEMORY;
    if (!copy_width(r)) return TEPUI_NO_MEMORY;
    for (size_t i = 0; st == TEPUI_OK && i < f->quantities; i++)
        st = make_observable(f, i, &r->observable[r->observables++]);
    return st;
}

tepui_status tepui_samples_read(const char *path, const tepui_samples_quantity *q, size_t quantities, int are_ln,
                                tepui_result **out, tepui_error *err)
{
    reader f = {.q = q, .quantities = quantities, .are_ln = are_ln};
    tepui_status st;
    *out = NULL;
    if (quantities == 0 || quantities > MOST_QUANTITIES)
        return tepui_fail(err, TEPUI_USAGE, "1 to %u quantities of samples at a time", MOST_QUANTITIES);
    TEPUI_TRY(csv_open(&f.csv, path, err));
    TEPUI_TRY(read_all(&f, err));
    tepui_result *r = calloc(1, sizeof *r);
    st = r ? make_result(&f, r) : TEPUI_NO_MEMORY;
    if (st == TEPUI_NO_MEMORY) st = no_memory(&f, err);
    if (st == TEPUI_OK)
        *out = r;
    else
        tepui_result_free(r);
done:
    close_reader(&f);
    return st;
}
