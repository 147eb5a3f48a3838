/* laws.c -- /laws/ID: what verify --save found, per cell; written and read. */
#include "envelope.h"
#include "layout.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_numbers(h5 *f, const char *group, const char *name, const double *x, size_t n, const char *doc)
{
    char path[256];
    snprintf(path, sizeof path, "%.200s/%s", group, name);
    h5_write(f, path,
             &(h5_array){.type = H5_DOUBLE,
                         .rank = 1,
                         .dims = {n},
                         .data = x,
                         .scales = {"cell"},
                         .doc = doc,
                         .units = "1",
                         .ranged = 1,
                         .padded = 1,
                         .low = (double)-INFINITY,
                         .high = (double)INFINITY});
}

static tepui_status write_texts(h5 *f, const char *group, const char *name, const char *const *text, size_t n,
                                const char *doc)
{
    char path[256];
    size_t size = 1;
    for (size_t i = 0; i < n; i++)
        if (strlen(text[i]) > size) size = strlen(text[i]);
    char *data = calloc(n, size);
    if (!data) return TEPUI_NO_MEMORY;
    for (size_t i = 0; i < n; i++) memcpy(data + i * size, text[i], strlen(text[i]));
    snprintf(path, sizeof path, "%.200s/%s", group, name);
    h5_write(
        f, path,
        &(h5_array){
            .type = H5_TEXT, .text_size = size, .rank = 1, .dims = {n}, .data = data, .scales = {"cell"}, .doc = doc});
    free(data);
    return TEPUI_OK;
}

static tepui_status write_law(h5 *f, const tepui_saved_law *law, size_t n)
{
    char group[160];
    tepui_status st;
    snprintf(group, sizeof group, "/laws/%.100s", law->id);
    h5_group(f, group);
    h5_note(f, group, "doc", law->doc);
    h5_note(f, group, "source", law->source);
    h5_note(f, group, "observable", law->observable);
    TEPUI_TRY(layout_cell_scale(f, group, n));
    write_numbers(f, group, "predicted", law->predicted, n, "what the law says");
    write_numbers(f, group, "observed", law->observed, n, "the same of the samples");
    write_numbers(f, group, "low", law->low, n, "lower end of the interval of the observed");
    write_numbers(f, group, "high", law->high, n, "upper end of the interval of the observed");
    write_numbers(f, group, "p", law->p, n, "p-value of the test");
    write_numbers(f, group, "allowance", law->allowance, n, "what a limit or bound may differ by");
    TEPUI_TRY(write_texts(f, group, "verdict", law->verdict, n, "holds, fails, or why nothing is said"));
    TEPUI_TRY(write_texts(f, group, "test", law->test, n, "what was tested"));
    TEPUI_TRY(write_texts(f, group, "component", law->component, n, "component of the observable"));
done:
    return st;
}

tepui_status layout_laws(h5 *f, const tepui_state *s)
{
    tepui_status st = TEPUI_OK;
    if (s->laws) h5_group(f, "/laws");
    for (size_t i = 0; st == TEPUI_OK && i < s->laws; i++) st = write_law(f, &s->law[i], s->experiment->cell_count);
    return st;
}

/* --- reading, so that other laws saved later leave them as they are */

void tepui_store_laws_free(tepui_saved_law *law, size_t count)
{
    for (size_t i = 0; law && i < count; i++) {
        const tepui_saved_law *l = &law[i];
        const void *const part[] = {l->id, l->doc,     l->source, l->predicted, l->observed,   l->low,      l->high,
                                    l->p,  l->verdict, l->test,   l->component, l->observable, l->allowance};
        for (size_t k = 0; k < sizeof part / sizeof *part; k++) free((void *)part[k]);
    }
    free(law);
}

static double *read_numbers(h5 *f, const char *group, const char *name, size_t n)
{
    char path[256];
    snprintf(path, sizeof path, "%.200s/%s", group, name);
    return h5_read(f, path, H5_DOUBLE, 1, (const size_t[3]){n});
}

static char **read_texts(h5 *f, const char *group, const char *name, size_t n)
{
    char path[256];
    snprintf(path, sizeof path, "%.200s/%s", group, name);
    return h5_read_texts(f, path, n);
}

static void read_law(h5 *f, const char *group, const char *id, size_t n, tepui_saved_law *law)
{
    law->id = h5_kept(f, strdup(id));
    law->doc = h5_read_note(f, group, "doc");
    law->source = h5_read_note(f, group, "source");
    law->observable = h5_read_note(f, group, "observable");
    law->predicted = read_numbers(f, group, "predicted", n);
    law->observed = read_numbers(f, group, "observed", n);
    law->low = read_numbers(f, group, "low", n);
    law->high = read_numbers(f, group, "high", n);
    law->p = read_numbers(f, group, "p", n);
    law->allowance = read_numbers(f, group, "allowance", n);
    law->verdict = (const char *const *)read_texts(f, group, "verdict", n);
    law->test = (const char *const *)read_texts(f, group, "test", n);
    law->component = (const char *const *)read_texts(f, group, "component", n);
}

/* Laws without an allowance are of versions that did not tell it: passed over. */
static void read_laws(h5 *f, size_t cells, tepui_saved_law **law, size_t *count)
{
    char **name, group[160], last[200];
    const size_t n = h5_names(f, "/laws", &name);
    *law = h5_kept(f, calloc(n + 1, sizeof **law));
    for (size_t i = 0; !f->failed && i < n; i++) {
        snprintf(group, sizeof group, "/laws/%.100s", name[i]);
        snprintf(last, sizeof last, "%s/allowance", group);
        if (h5_has(f, last)) read_law(f, group, name[i], cells, &(*law)[(*count)++]);
    }
    free(name);
}

tepui_status tepui_store_laws(const char *path, size_t cells, tepui_saved_law **law, size_t *count, tepui_error *err)
{
    char *bytes;
    size_t size;
    h5 f;
    *law = NULL;
    *count = 0;
    tepui_status st = envelope_read(path, &bytes, &size, err);
    if (st != TEPUI_OK) return st;
    h5_open(&f, bytes, size);
    if (h5_has(&f, "/laws")) read_laws(&f, cells, law, count);
    h5_close(&f);
    st = h5_status(&f, path, err);
    free(bytes);
    if (st == TEPUI_OK) return st;
    tepui_store_laws_free(*law, *count);
    *law = NULL;
    *count = 0;
    return st;
}
