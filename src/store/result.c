/* result.c -- a published file read back for tables, histograms and status. */
#include "envelope.h"
#include "layout.h"
#include <base/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/store.h>

static char *join(char out[256], const char *group, const char *name)
{
    snprintf(out, 256, "%s/%s", group, name);
    return out;
}

/* Of an altered file, what its notes, under a checksum, say of its texts. */
typedef struct {
    h5 *f;
    int parts;   /* TEPUI_READ_... */
    char *notes; /* NULL: the digest of the file vouches for all */
    int listed;  /* arrays of texts are in them; in tepui-1 those have checksums of their own */
} source;

/* Whether the notes have this line. */
static void look_up(const source *s, const char *object, const char *name, const char *words)
{
    text_buffer t = {0};
    text_print(&t, "%s\t%s\t%s\n", object, name, words);
    char *line = text_take(&t);
    if (h5_kept(s->f, line) && !strstr(s->notes, line)) h5_complain(s->f, object, "has another text than was written");
    free(line);
}

static char *read_note(const source *s, const char *object, const char *name)
{
    char *text = h5_read_note(s->f, object, name);
    if (text && s->notes) look_up(s, object, name, text);
    return text;
}

static char **read_texts(const source *s, const char *path, size_t count)
{
    char digest[H5_DIGEST], **text = h5_read_texts(s->f, path, count);
    if (!text || !s->notes || !s->listed) return text;
    h5_digest((const char *const *)text, count, digest);
    look_up(s, path, "", digest);
    return text;
}

static char *read_text(const source *s, const char *path)
{
    char **text = read_texts(s, path, 1);
    char *copy = text && !s->f->failed ? h5_kept(s->f, strdup(text[0])) : NULL;
    free(text);
    return copy;
}

static char *read_bytes(h5 *f, const char *path)
{
    int rank;
    size_t dims[3];
    h5_type type;
    h5_shape(f, path, &rank, dims, &type);
    char *bytes = h5_read(f, path, H5_BYTES, 1, dims);
    char *text = bytes ? h5_kept(f, strndup(bytes, dims[0])) : NULL;
    free(bytes);
    return text;
}

/* The schema decides where the notes are, and must itself be in them. */
static void read_schema(source *s, int altered)
{
    char *schema = h5_read_note(s->f, "/", "schema");
    s->listed = schema && strcmp(schema, LAYOUT_SCHEMA) == 0;
    if (schema && !s->listed && strcmp(schema, LAYOUT_BEFORE) != 0)
        h5_complain(s->f, "/", "has another schema than " LAYOUT_BEFORE " or " LAYOUT_SCHEMA);
    if (schema && altered) s->notes = s->listed ? read_bytes(s->f, LAYOUT_NOTES) : read_text(s, LAYOUT_NOTES_BEFORE);
    if (s->notes) look_up(s, "/", "schema", schema);
    free(schema);
}

/* Whole numbers, of tepui-1 real ones. */
static double *read_numbers(h5 *f, const char *path, h5_type type, size_t n)
{
    if (type != H5_I64) return h5_read(f, path, H5_DOUBLE, 1, &n);
    int64_t *whole = h5_read(f, path, H5_I64, 1, &n);
    double *x = whole ? h5_kept(f, malloc(n * sizeof *x)) : NULL;
    for (size_t i = 0; x && i < n; i++) x[i] = (double)whole[i];
    free(whole);
    return x;
}

/* Counts, 0 where there are none to be: the fill value, 0 in tepui-1. */
static uint64_t *read_counts(h5 *f, const char *path, int rank, const size_t *dims)
{
    int found;
    size_t shape[3], n = 1;
    h5_type type;
    h5_shape(f, path, &found, shape, &type);
    if (type != H5_I64) return h5_read(f, path, H5_U64, rank, dims);
    int64_t *x = h5_read(f, path, H5_I64, rank, dims);
    for (int k = 0; k < rank; k++) n *= dims[k];
    uint64_t *count = x ? h5_kept(f, malloc(n * sizeof *count)) : NULL;
    for (size_t i = 0; count && i < n; i++) {
        if (x[i] < 0 && x[i] != H5_NO_COUNT) h5_complain(f, path, "has negative counts");
        count[i] = x[i] < 0 ? 0 : (uint64_t)x[i];
    }
    free(x);
    return count;
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

static void read_column(const source *s, const char *name, size_t cells, tepui_column *c)
{
    h5 *f = s->f;
    char path[256];
    int rank;
    size_t dims[3];
    h5_type type;
    join(path, "/cells", name);
    h5_shape(f, path, &rank, dims, &type);
    if (rank != 1 || dims[0] != cells) h5_complain(f, path, "has another size than /cells/cell");
    c->name = h5_kept(f, strdup(name));
    c->is_text = type == H5_TEXT;
    c->is_whole = type == H5_I64;
    if (c->is_text)
        c->text = f->failed ? NULL : read_texts(s, path, cells);
    else if ((c->number = read_numbers(f, path, type, cells)))
        c->text = h5_kept(f, print_numbers(c->number, cells));
}

static void read_columns(const source *s, tepui_result *r)
{
    h5 *f = s->f;
    char **name;
    int rank;
    size_t dims[3] = {0};
    h5_type type;
    h5_shape(f, "/cells/cell", &rank, dims, &type);
    r->cells = dims[0];
    const size_t n = h5_names(f, "/cells", &name);
    r->column = h5_kept(f, calloc(n + 1, sizeof *r->column));
    for (size_t k = 0; !f->failed && k < n; k++)
        if (strcmp(name[k], "cell") != 0) read_column(s, name[k], r->cells, &r->column[r->columns++]);
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
            *all[k].u = read_counts(f, path, 2, dims);
        else
            *all[k].d = h5_read(f, path, H5_DOUBLE, 2, dims);
    }
    if (h5_has(f, join(path, group, "infinite"))) o->infinite = read_counts(f, path, 2, dims);
    if (h5_has(f, join(path, group, "origin"))) o->origin = read_counts(f, path, 2, dims);
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

/* An array that is left out is at least of the right shape. */
static void check_shape(h5 *f, const char *path, const size_t want[3])
{
    int rank;
    size_t dims[3];
    h5_type type;
    h5_shape(f, path, &rank, dims, &type);
    if (!f->failed && (rank != 3 || memcmp(dims, want, sizeof dims) != 0 || type == H5_TEXT))
        h5_complain(f, path, "has another type or shape");
}

static void read_arrays(const source *s, const char *group, size_t cells, size_t probabilities,
                        tepui_result_observable *o)
{
    h5 *f = s->f;
    char path[256];
    const size_t q[3] = {cells, o->components, probabilities};
    o->bins = length(f, group, "bin");
    const size_t h[3] = {cells, o->components, o->bins}, edges = o->bins + 1;
    o->quantile = h5_read(f, join(path, group, "quantile"), H5_DOUBLE, 3, q);
    o->quantile_low = h5_read(f, join(path, group, "quantile_low"), H5_DOUBLE, 3, q);
    o->quantile_high = h5_read(f, join(path, group, "quantile_high"), H5_DOUBLE, 3, q);
    if (s->parts & TEPUI_READ_HISTOGRAMS)
        o->histogram = read_counts(f, join(path, group, "histogram"), 3, h);
    else
        check_shape(f, join(path, group, "histogram"), h);
    o->bin_edges = h5_read(f, join(path, group, "bin_edges"), H5_DOUBLE, 1, &edges);
    if (!h5_has(f, join(path, group, "samples"))) return;
    const size_t raw[3] = {cells, o->components, length(f, group, "sample")};
    if (!(s->parts & TEPUI_READ_SAMPLES)) {
        check_shape(f, join(path, group, "samples"), raw);
        return;
    }
    o->samples = raw[2];
    o->raw = h5_read(f, join(path, group, "samples"), H5_DOUBLE, 3, raw);
}

static void read_observable(const source *s, const char *name, tepui_result *r, tepui_result_observable *o)
{
    h5 *f = s->f;
    char group[160], path[256];
    snprintf(group, sizeof group, "/observables/%.100s", name);
    o->name = h5_kept(f, strdup(name));
    o->doc = read_note(s, group, "doc");
    o->unit = read_note(s, group, "unit");
    o->transform = read_note(s, group, "transform");
    o->source = read_note(s, group, "source");
    o->components = length(f, group, "component");
    if (f->failed) return;
    o->component = read_texts(s, join(path, group, "component"), o->components);
    if (!r->probability) {
        r->probabilities = length(f, group, "probability");
        r->probability = h5_read(f, join(path, group, "probability"), H5_DOUBLE, 1, &r->probabilities);
    }
    read_statistics(f, group, r->cells, o);
    read_arrays(s, group, r->cells, r->probabilities, o);
}

static void read_observables(const source *s, tepui_result *r)
{
    h5 *f = s->f;
    char **name;
    const size_t n = h5_names(f, "/observables", &name);
    r->observable = h5_kept(f, calloc(n + 1, sizeof *r->observable));
    for (size_t k = 0; !f->failed && k < n; k++) read_observable(s, name[k], r, &r->observable[r->observables++]);
    free(name);
}

static void read_all(h5 *f, int parts, tepui_result *r)
{
    source s = {.f = f, .parts = parts};
    read_schema(&s, r->altered);
    r->title = read_note(&s, "/", "title");
    r->version = read_note(&s, "/", "version");
    r->status = read_note(&s, "/", "status");
    r->seed = h5_read_note_u64(f, "/", "seed");
    if (h5_has(f, "/data")) r->data = read_text(&s, "/data");
    if (!f->failed) r->experiment = read_text(&s, "/experiment");
    if (!f->failed) read_columns(&s, r);
    if (!f->failed) read_observables(&s, r);
    free(s.notes);
}

/* Ends f. */
static tepui_status read_result(h5 *f, const char *path, int parts, int altered, tepui_result **out, tepui_error *err)
{
    tepui_result *r = calloc(1, sizeof *r);
    if (r) r->altered = altered;
    if (h5_kept(f, r) && !f->failed) read_all(f, parts, r);
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
    return tepui_result_read(path, TEPUI_READ_ALL, out, err);
}

tepui_status tepui_result_read(const char *path, int parts, tepui_result **out, tepui_error *err)
{
    char *bytes;
    size_t size;
    h5 f;
    *out = NULL;
    int altered = 0;
    tepui_status st = envelope_read_altered(path, &bytes, &size, &altered, err);
    if (st != TEPUI_OK) return st;
    h5_open(&f, bytes, size);
    st = read_result(&f, path, parts, altered, out, err);
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
    return read_result(&f, "the state", TEPUI_READ_ALL, 0, out, err);
}
