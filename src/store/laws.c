/* laws.c -- /laws/ID: what verify --save found, per cell. */
#include "layout.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_numbers(h5 *f, const char *group, const char *name, const double *x, size_t n)
{
    char path[256];
    snprintf(path, sizeof path, "%.200s/%s", group, name);
    h5_write(f, path, &(h5_array){.type = H5_DOUBLE, .rank = 1, .dims = {n}, .data = x});
}

static tepui_status write_texts(h5 *f, const char *group, const char *name, const char *const *text, size_t n)
{
    char path[256];
    size_t size = 1;
    for (size_t i = 0; i < n; i++)
        if (strlen(text[i]) > size) size = strlen(text[i]);
    char *data = calloc(n, size);
    if (!data) return TEPUI_NO_MEMORY;
    for (size_t i = 0; i < n; i++) memcpy(data + i * size, text[i], strlen(text[i]));
    snprintf(path, sizeof path, "%.200s/%s", group, name);
    h5_write(f, path, &(h5_array){.type = H5_TEXT, .text_size = size, .rank = 1, .dims = {n}, .data = data});
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
    write_numbers(f, group, "predicted", law->predicted, n);
    write_numbers(f, group, "observed", law->observed, n);
    write_numbers(f, group, "low", law->low, n);
    write_numbers(f, group, "high", law->high, n);
    write_numbers(f, group, "p", law->p, n);
    write_numbers(f, group, "allowance", law->allowance, n);
    TEPUI_TRY(write_texts(f, group, "verdict", law->verdict, n));
    TEPUI_TRY(write_texts(f, group, "test", law->test, n));
    TEPUI_TRY(write_texts(f, group, "component", law->component, n));
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
