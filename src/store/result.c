/* result.c -- a published file read back for tables, histograms and status. */
#include "envelope.h"
#include "layout.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/store.h>

static char *join(char out[256], const char *group, const char *name)
{
    snprintf(out, 256, "%s/%s", group, name);
    return out;
}

static char *read_text(h5 *f, const char *path)
{
    int rank;
    size_t dims[3];
    h5_type type;
    h5_shape(f, path, &rank, dims, &type);
    char **text = rank == 1 && type == H5_TEXT ? h5_read_texts(f, path, dims[0]) : NULL;
    if (!text) h5_complain(f, path, "is no text");
    char *copy = f->failed ? NULL : h5_kept(f, strdup(text[0]));
    free(text);
    return copy;
}

/* A text attribute. Of an altered file it must be what /notes, under a checksum, says it was. */
static char *read_note(h5 *f, const char *notes, const char *object, const char *name)
{
    char *text = h5_read_note(f, object, name), *line = NULL;
    size_t size;
    if (!text || !notes) return text;
    FILE *out = open_memstream(&line, &size);
    if (out) fprintf(out, "%s\t%s\t%s\n", object, name, text);
    if (!out || fclose(out) != 0 || !line || !strstr(notes, line))
        h5_complain(f, object, "has another text than was written");
    free(line);
    return text;
}

/* Number columns get a text form too. */
static char **print_numbers(const double *x, size_t n)
{
    enum { SIZE = 32 };
    char **out = malloc(n * (sizeof *out + SIZE));
    for (size_t i = 0; out && i < n; i++) {
        out[i] = (char *)(out + n) + i * SIZE;
        tepui_print_double(x[i], out[i], SIZE);
    }
    return out;
}

static void read_column(h5 *f, const char *name, size_t cells, tepui_column *c)
{
    char path[256];
    int rank;
    size_t dims[3];
    h5_type type;
    join(path, "/cells", name);
    h5_shape(f, path, &rank, dims, &type);
    if (rank != 1 || dims[0] != cells) h5_complain(f, path, "has another size than /cells/cell");
    c->name = h5_kept(f, strdup(name));
    c->is_text = type == H5_TEXT;
    if (c->is_text)
        c->text = f->failed ? NULL : h5_read_texts(f, path, cells);
    else if ((c->number = h5_read(f, path, H5_DOUBLE, 1, &cells)))
        c->text = h5_kept(f, print_numbers(c->number, cells));
}

static void read_columns(h5 *f, tepui_result *r)
{
    char **name;
    int rank;
    size_t dims[3] = {0};
    h5_type type;
    h5_shape(f, "/cells/cell", &rank, dims, &type);
    r->cells = dims[0];
    const size_t n = h5_names(f, "/cells", &name);
    r->column = h5_kept(f, calloc(n + 1, sizeof *r->column));
    for (size_t k = 0; !f->failed && k < n; k++)
        if (strcmp(name[k], "cell") != 0) read_column(f, name[k], r->cells, &r->column[r->columns++]);
    free(name);
}

static void read_statistics(h5 *f, const char *group, size_t cells, tepui_result_observable *o)
{
    const struct {
        const char *name;
        uint64_t **u;
        double **d;
    } all[] = {{"count", &o->count, NULL},       {"zero", &o->zero, NULL},         {"nan", &o->nan, NULL},
               {"under", &o->under, NULL},       {"over", &o->over, NULL},         {"mean", NULL, &o->mean},
               {"variance", NULL, &o->variance}, {"skewness", NULL, &o->skewness}, {"kurtosis", NULL, &o->kurtosis},
               {"minimum", NULL, &o->minimum},   {"maximum", NULL, &o->maximum}};
    const size_t dims[2] = {cells, o->components};
    char path[256];
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        join(path, group, all[k].name);
        if (all[k].u)
            *all[k].u = h5_read(f, path, H5_U64, 2, dims);
        else
            *all[k].d = h5_read(f, path, H5_DOUBLE, 2, dims);
    }
    if (h5_has(f, join(path, group, "infinite"))) o->infinite = h5_read(f, path, H5_U64, 2, dims);
    if (h5_has(f, join(path, group, "origin"))) o->origin = h5_read(f, path, H5_U64, 2, dims);
}

static size_t length(h5 *f, const char *group, const char *name)
{
    char path[256];
    int rank;
    size_t dims[3] = {0};
    h5_type type;
    h5_shape(f, join(path, group, name), &rank, dims, &type);
    return dims[0];
}

static void read_arrays(h5 *f, const char *group, size_t cells, size_t probabilities, tepui_result_observable *o)
{
    char path[256];
    const size_t q[3] = {cells, o->components, probabilities};
    o->bins = length(f, group, "bin");
    const size_t h[3] = {cells, o->components, o->bins}, edges = o->bins + 1;
    o->quantile = h5_read(f, join(path, group, "quantile"), H5_DOUBLE, 3, q);
    o->quantile_low = h5_read(f, join(path, group, "quantile_low"), H5_DOUBLE, 3, q);
    o->quantile_high = h5_read(f, join(path, group, "quantile_high"), H5_DOUBLE, 3, q);
    o->histogram = h5_read(f, join(path, group, "histogram"), H5_U64, 3, h);
    o->bin_edges = h5_read(f, join(path, group, "bin_edges"), H5_DOUBLE, 1, &edges);
    if (!h5_has(f, join(path, group, "samples"))) return;
    o->samples = length(f, group, "sample");
    const size_t raw[3] = {cells, o->components, o->samples};
    o->raw = h5_read(f, join(path, group, "samples"), H5_DOUBLE, 3, raw);
}

static void read_observable(h5 *f, const char *notes, const char *name, tepui_result *r, tepui_result_observable *o)
{
    char group[160], path[256];
    snprintf(group, sizeof group, "/observables/%.100s", name);
    o->name = h5_kept(f, strdup(name));
    o->doc = read_note(f, notes, group, "doc");
    o->unit = read_note(f, notes, group, "unit");
    o->transform = read_note(f, notes, group, "transform");
    o->source = read_note(f, notes, group, "source");
    o->components = length(f, group, "component");
    if (f->failed) return;
    o->component = h5_read_texts(f, join(path, group, "component"), o->components);
    if (!r->probability) {
        r->probabilities = length(f, group, "probability");
        r->probability = h5_read(f, join(path, group, "probability"), H5_DOUBLE, 1, &r->probabilities);
    }
    read_statistics(f, group, r->cells, o);
    read_arrays(f, group, r->cells, r->probabilities, o);
}

static void read_observables(h5 *f, const char *notes, tepui_result *r)
{
    char **name;
    const size_t n = h5_names(f, "/observables", &name);
    r->observable = h5_kept(f, calloc(n + 1, sizeof *r->observable));
    for (size_t k = 0; !f->failed && k < n; k++)
        read_observable(f, notes, name[k], r, &r->observable[r->observables++]);
    free(name);
}

static void read_all(h5 *f, tepui_result *r)
{
    char *notes = r->altered ? read_text(f, "/notes") : NULL;
    char *schema = read_note(f, notes, "/", "schema");
    if (schema && strcmp(schema, "tepui-1") != 0) h5_complain(f, "/", "has another schema than tepui-1");
    free(schema);
    r->title = read_note(f, notes, "/", "title");
    r->version = read_note(f, notes, "/", "version");
    r->status = read_note(f, notes, "/", "status");
    r->seed = h5_read_note_u64(f, "/", "seed");
    if (h5_has(f, "/data")) r->data = read_text(f, "/data");
    if (!f->failed) r->experiment = read_text(f, "/experiment");
    if (!f->failed) read_columns(f, r);
    if (!f->failed) read_observables(f, notes, r);
    free(notes);
}

/* Ends f. */
static tepui_status read_result(h5 *f, const char *path, int altered, tepui_result **out, tepui_error *err)
{
    tepui_result *r = calloc(1, sizeof *r);
    if (r) r->altered = altered;
    if (h5_kept(f, r) && !f->failed) read_all(f, r);
    if (!f->failed) sound_result(f, r);
    h5_close(f);
    const tepui_status st = h5_status(f, path, err);
    if (st == TEPUI_OK)
        *out = r;
    else
        tepui_result_free(r);
    return st;
}

tepui_status tepui_result_open(const char *path, tepui_result **out, tepui_error *err)
{
    char *bytes;
    size_t size;
    h5 f;
    *out = NULL;
    int altered = 0;
    tepui_status st = envelope_read_altered(path, &bytes, &size, &altered, err);
    if (st != TEPUI_OK) return st;
    h5_open(&f, bytes, size);
    st = read_result(&f, path, altered, out, err);
    if (st == TEPUI_BAD_INPUT && altered) st = tepui_fail(err, st, "%s: damaged (its digest does not match)", path);
    free(bytes);
    return st;
}

tepui_status tepui_result_of(const tepui_state *s, tepui_result **out, tepui_error *err)
{
    h5 f;
    *out = NULL;
    h5_keep(&f);
    if (layout_result(&f, s) != TEPUI_OK) f.failed = H5_NO_MEMORY;
    return read_result(&f, "the state", 0, out, err);
}

static void free_observable(tepui_result_observable *o)
{
    void *all[] = {o->name,      o->doc,     o->unit,     o->transform, o->source,       o->component,     o->count,
                   o->zero,      o->nan,     o->under,    o->over,      o->mean,         o->variance,      o->skewness,
                   o->kurtosis,  o->minimum, o->maximum,  o->quantile,  o->quantile_low, o->quantile_high, o->histogram,
                   o->bin_edges, o->raw,     o->infinite, o->origin};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
}

void tepui_result_free(tepui_result *r)
{
    if (!r) return;
    for (size_t k = 0; k < r->columns; k++) {
        free(r->column[k].name);
        free(r->column[k].number);
        free(r->column[k].text);
    }
    for (size_t k = 0; k < r->observables; k++) free_observable(&r->observable[k]);
    free(r->column);
    free(r->observable);
    free(r->title);
    free(r->version);
    free(r->status);
    free(r->experiment);
    free(r->data);
    free(r->probability);
    free(r);
}

const tepui_column *tepui_result_column(const tepui_result *r, const char *name)
{
    for (size_t k = 0; k < r->columns; k++)
        if (strcmp(r->column[k].name, name) == 0) return &r->column[k];
    return NULL;
}

const tepui_result_observable *tepui_result_observable_find(const tepui_result *r, const char *name)
{
    for (size_t k = 0; k < r->observables; k++)
        if (strcmp(r->observable[k].name, name) == 0) return &r->observable[k];
    return NULL;
}
