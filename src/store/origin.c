/* origin.c -- what a result was made from beside the experiment's text: the keys of all cells, which hold the physics
   and the data, and the digest of the data. */
#include "layout.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/source.h>
#include <tepui/version.h>

void origin_key(const tepui_cell *c, char out[ORIGIN_KEY])
{
    const uint64_t *w = c->key.word;
    snprintf(out, ORIGIN_KEY, "%016llx%016llx", (unsigned long long)w[1], (unsigned long long)w[2]);
}

void origin_data(const tepui_experiment *e, char out[ORIGIN_DATA])
{
    snprintf(out, ORIGIN_DATA, "%s", tepui_dataset_identity(e->dataset));
    out[strcspn(out, "\n")] = '\0';
}

/* Same settings, another key: of a data set that is the data, else the program. */
static tepui_status refuse(const tepui_experiment *e, const char *path, const char *was, const char *data,
                           const char *key, tepui_error *err)
{
    char now[ORIGIN_DATA];
    origin_data(e, now);
    const tepui_kind *source = e->data.source.type;
    if (data && strcmp(data, now) != 0)
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "%s was made from other data: data.source: %s%s%s: '%s' in the file, "
                          "'%s' now",
                          path, source->name, e->data.file[0] ? ", data.file: " : "", e->data.file, data, now);
    return tepui_fail(err, TEPUI_BAD_INPUT,
                      "%s was made from other data or by another version: data.source: %s: "
                      "random key %s in the file, %s now",
                      path, source->name, was, key);
}

tepui_status origin_compare(const tepui_experiment *e, char *const *was, size_t cells, const char *data,
                            const char *path, tepui_error *err)
{
    if (cells != e->cell_count)
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s: %zu cells in the file, %zu in its experiment", path, cells,
                          e->cell_count);
    for (size_t i = 0; i < cells; i++) {
        char key[ORIGIN_KEY];
        origin_key(&e->cells[i], key);
        if (strcmp(was[i], key) != 0) return refuse(e, path, was[i], data, key, err);
    }
    return TEPUI_OK;
}

/* Results of other bits are not added to; a file that does not tell is of before the second. */
static tepui_status check_bits(h5 *f, const char *path, tepui_error *err)
{
    char *bits = h5_read_note(f, "/provenance", "bits");
    tepui_status st = TEPUI_OK;
    if (f->failed == H5_NO_MEMORY)
        st = h5_status(f, path, err);
    else if (!bits || strcmp(bits, TEPUI_BIT_VERSION) != 0)
        st = tepui_fail(err, TEPUI_BAD_INPUT, "%s: version of the bits: %s in the file, %s now", path,
                        bits ? bits : "1", TEPUI_BIT_VERSION);
    free(bits);
    return st;
}

tepui_status origin_check(h5 *f, const tepui_experiment *e, const char *path, tepui_error *err)
{
    char *schema = h5_read_note(f, "/", "schema");
    char **data = h5_has(f, "/data") ? h5_read_texts(f, "/data", 1) : NULL;
    char **key = h5_read_texts(f, "/cells/key", e->cell_count);
    tepui_status st = TEPUI_OK;
    if (schema && strcmp(schema, LAYOUT_SCHEMA) != 0 && strcmp(schema, LAYOUT_BEFORE) != 0)
        st = tepui_fail(err, TEPUI_BAD_INPUT, "%s: schema: %s in the file, %s now", path, schema, LAYOUT_SCHEMA);
    else if ((st = h5_status(f, path, err)) == TEPUI_OK)
        st = origin_compare(e, key, e->cell_count, data ? *data : NULL, path, err);
    if (st == TEPUI_OK) st = check_bits(f, path, err);
    free(schema);
    free(data);
    free(key);
    return st;
}

tepui_status tepui_result_origin(const tepui_result *r, const tepui_experiment *e, const char *path, tepui_error *err)
{
    const tepui_column *key = tepui_result_column(r, "key");
    if (!key || !key->is_text) return tepui_fail(err, TEPUI_BAD_INPUT, "%s: not a tepui result file", path);
    return origin_compare(e, key->text, r->cells, r->data, path, err);
}
