/* export_npz.c -- a result as arrays of NumPy: .npy files (format 1.0) stored in a zip archive (APPNOTE 6.3), without
   times, so that equal results are equal bytes. Texts are UCS-4 of fixed length, which needs no pickle. */
#include "export.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define MOST 0xfffffff0u /* bytes: no zip64 */

typedef struct {
    FILE *out;
    text_buffer index; /* the central directory */
    size_t at, entries;
    int too_large;
} archive;

static void put(text_buffer *t, uint64_t x, int bytes)
{
    for (int i = 0; i < bytes; i++) text_bytes(t, &(char){(char)(x >> (8 * i) & 0xff)}, 1);
}

/* The fields that local header and directory share. */
static void put_fields(text_buffer *t, uint32_t crc, size_t size, size_t name)
{
    put(t, 20, 2);     /* version */
    put(t, 0x0800, 2); /* names are UTF-8 */
    put(t, 0, 2);      /* stored */
    put(t, 0, 2);      /* time */
    put(t, 0x0021, 2); /* 1980-01-01 */
    put(t, crc, 4);
    put(t, size, 4);
    put(t, size, 4);
    put(t, name, 2);
    put(t, 0, 2);
}

static void write_text(text_buffer *t, FILE *out)
{
    const size_t n = t->length;
    char *bytes = cli_text_take(t);
    fwrite(bytes, 1, n, out);
    free(bytes);
}

static void add_entry(archive *z, const char *name, const char *head, size_t length, const void *data, size_t bytes)
{
    const size_t size = length + bytes, n = strlen(name);
    text_buffer local = {0};
    if (bytes > MOST || z->at + size + n + 30 > MOST) z->too_large = 1;
    if (z->too_large) return;
    const uint32_t crc = (uint32_t)crc32_z(crc32_z(0, (const Bytef *)head, length), data, bytes);
    put(&local, 0x04034b50, 4);
    put_fields(&local, crc, size, n);
    text_put(&local, name);
    text_bytes(&local, head, length);
    write_text(&local, z->out);
    fwrite(data, 1, bytes, z->out);
    put(&z->index, 0x02014b50, 4);
    put(&z->index, 20, 2);
    put_fields(&z->index, crc, size, n);
    put(&z->index, 0, 2); /* comment, */
    put(&z->index, 0, 2); /* disk, */
    put(&z->index, 0, 2); /* and attributes */
    put(&z->index, 0, 4);
    put(&z->index, z->at, 4);
    text_put(&z->index, name);
    z->at += 30 + n + size;
    z->entries++;
}

/* The head of an .npy file: magic, version, length, a dictionary padded to 64 bytes. */
static void add_array(archive *z, const char *name, const char *type, int rank, const size_t *dims, const void *data,
                      size_t item)
{
    char shape[96] = "", head[320], *file = cli_print("%s.npy", name);
    size_t bytes = item, n = 0;
    for (int k = 0; k < rank; k++) {
        n += (size_t)snprintf(shape + n, sizeof shape - n, "%zu,", dims[k]);
        bytes *= dims[k];
    }
    char *words = cli_print("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    const size_t length = (10 + strlen(words) + 1 + 63) / 64 * 64;
    snprintf(head + 10, sizeof head - 10, "%-*s\n", (int)(length - 11), words);
    memcpy(head, "\x93NUMPY\x01", 8); /* and a zero: version 1.0 */
    head[8] = (char)((length - 10) & 0xff);
    head[9] = (char)((length - 10) >> 8);
    add_entry(z, file, head, length, data, bytes);
    free(words);
    free(file);
}

/* One character; what is no UTF-8 is shown as U+FFFD. */
static uint32_t next_character(const unsigned char **p)
{
    const unsigned char *c = *p;
    const int more = c[0] < 0x80                   ? 0
                     : c[0] >= 0xc2 && c[0] < 0xe0 ? 1
                     : c[0] >= 0xe0 && c[0] < 0xf0 ? 2
                     : c[0] >= 0xf0 && c[0] < 0xf5 ? 3
                                                   : -1;
    uint32_t x = more <= 0 ? c[0] : c[0] & (0x3fu >> more);
    int k = 1;
    for (; k <= more && (c[k] & 0xc0) == 0x80; k++) x = x << 6 | (c[k] & 0x3f);
    *p += k;
    return more < 0 || k <= more || x > 0x10ffff ? 0xfffd : x;
}

static size_t characters(const char *text)
{
    size_t n = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p; n++) next_character(&p);
    return n;
}

static void add_texts(archive *z, const char *name, char *const *text, int rank, size_t n)
{
    size_t longest = 1;
    char type[32];
    for (size_t i = 0; i < n; i++)
        if (characters(text[i]) > longest) longest = characters(text[i]);
    uint32_t *data = cli_alloc(n * longest, sizeof *data);
    for (size_t i = 0; i < n; i++) {
        const unsigned char *p = (const unsigned char *)text[i];
        for (size_t k = 0; *p; k++) data[i * longest + k] = next_character(&p);
    }
    snprintf(type, sizeof type, "<U%zu", longest);
    add_array(z, name, type, rank, &n, data, 4 * longest);
    free(data);
}

static void add_reals(archive *z, const char *group, const char *name, int rank, const size_t *dims, const double *x)
{
    char *path = cli_print("%s/%s", group, name);
    if (x) add_array(z, path, "<f8", rank, dims, x, sizeof *x);
    free(path);
}

static void add_counts(archive *z, const char *group, const char *name, int rank, const size_t *dims, const uint64_t *x)
{
    char *path = cli_print("%s/%s", group, name);
    if (x) add_array(z, path, "<i8", rank, dims, x, sizeof *x);
    free(path);
}

static void add_whole(archive *z, const char *path, const double *x, size_t n)
{
    int64_t *whole = cli_alloc(n, sizeof *whole);
    for (size_t i = 0; i < n; i++) whole[i] = (int64_t)x[i];
    add_array(z, path, "<i8", 1, &n, whole, sizeof *whole);
    free(whole);
}

static void add_columns(archive *z, const tepui_result *r)
{
    for (size_t k = 0; k < r->columns; k++) {
        const tepui_column *c = &r->column[k];
        char *path = cli_print("cells/%s", c->name);
        if (c->is_text)
            add_texts(z, path, c->text, 1, r->cells);
        else if (c->is_whole)
            add_whole(z, path, c->number, r->cells);
        else
            add_array(z, path, "<f8", 1, &r->cells, c->number, sizeof *c->number);
        free(path);
    }
}

static void add_observable(archive *z, const tepui_result *r, const tepui_result_observable *o, int samples)
{
    const size_t dims[3] = {r->cells, o->components, r->probabilities}, bins[3] = {r->cells, o->components, o->bins};
    const size_t raw[3] = {r->cells, o->components, o->samples}, edges = o->bins + 1;
    char *g = cli_print("observables/%s", o->name), *path = cli_print("%s/component", g),
         *transform = cli_print("%s/transform", g);
    add_texts(z, path, o->component, 1, o->components);
    add_texts(z, transform, &o->transform, 0, 1);
    add_counts(z, g, "count", 2, dims, o->count);
    add_counts(z, g, "zero", 2, dims, o->zero);
    add_counts(z, g, "nan", 2, dims, o->nan);
    add_counts(z, g, "under", 2, dims, o->under);
    add_counts(z, g, "over", 2, dims, o->over);
    add_counts(z, g, "infinite", 2, dims, o->infinite);
    add_counts(z, g, "origin", 2, dims, o->origin);
    add_reals(z, g, "mean", 2, dims, o->mean);
    add_reals(z, g, "variance", 2, dims, o->variance);
    add_reals(z, g, "skewness", 2, dims, o->skewness);
    add_reals(z, g, "kurtosis", 2, dims, o->kurtosis);
    add_reals(z, g, "minimum", 2, dims, o->minimum);
    add_reals(z, g, "maximum", 2, dims, o->maximum);
    add_reals(z, g, "probability", 1, dims + 2, r->probability);
    add_reals(z, g, "quantile", 3, dims, o->quantile);
    add_reals(z, g, "quantile_low", 3, dims, o->quantile_low);
    add_reals(z, g, "quantile_high", 3, dims, o->quantile_high);
    add_counts(z, g, "histogram", 3, bins, o->histogram);
    add_reals(z, g, "bin_edges", 1, &edges, o->bin_edges);
    if (samples) add_reals(z, g, "samples", 3, raw, o->raw);
    free(g);
    free(path);
    free(transform);
}

static void end_archive(archive *z)
{
    const size_t size = z->index.length;
    text_buffer end = {0};
    put(&end, 0x06054b50, 4);
    put(&end, 0, 4);
    put(&end, z->entries, 2);
    put(&end, z->entries, 2);
    put(&end, size, 4);
    put(&end, z->at, 4);
    put(&end, 0, 2);
    write_text(&z->index, z->out);
    write_text(&end, z->out);
}

tepui_status export_npz(const tepui_result *r, int samples, FILE *out, tepui_error *err)
{
    archive z = {.out = out};
    add_texts(&z, "experiment", &r->experiment, 0, 1);
    add_columns(&z, r);
    for (size_t o = 0; o < r->observables; o++) add_observable(&z, r, &r->observable[o], samples);
    if (z.too_large || z.entries > 0xffff) {
        text_free(&z.index);
        return tepui_fail(err, TEPUI_BAD_INPUT, "the result is too large for npz (4 GB): use --format csv");
    }
    end_archive(&z);
    return TEPUI_OK;
}
