/* difference.c -- may a run go on with this experiment? The first field that differs, unless it may change. */
#include "settings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All values of a field, malloc'd, of any length. */
static char *join(const setting *v)
{
    size_t size = 1;
    for (size_t i = 0; i < v->count; i++) size += strlen(v->value[i]) + 2;
    char *out = calloc(1, size);
    for (size_t i = 0; out && i < v->count; i++) {
        if (i) strcat(out, ", ");
        strcat(out, v->value[i]);
    }
    return out;
}

/* Long values from shortly before the place where they part. */
static const char *from_difference(const char *text, const char *other)
{
    enum { SHOWN = 100, BEFORE = 20 };
    size_t at = 0;
    if (strlen(text) <= SHOWN && strlen(other) <= SHOWN) return text;
    while (text[at] && text[at] == other[at]) at++;
    return text + (at > BEFORE ? at - BEFORE : 0);
}

/* samples may only grow; title, time and allow_nan are free, and the names of data files: data are compared by what is
   in them. */
static int allowed(const field *f, const char *old, const char *now)
{
    if (f->flags & FIELD_PLACE || f->type == FIELD_PLUGIN) return 1; /* plugins_differ() said that they agree */
    if (!(f->flags & FIELD_FREE)) return 0;
    return strcmp(f->path, "samples") != 0 || strtoull(now, NULL, 10) >= strtoull(old, NULL, 10);
}

static int field_differs(const field *f, const setting *a, const setting *b, char *out, size_t size)
{
    char *old = join(a), *now = join(b);
    const int differs = !old || !now ? -1 : strcmp(old, now) != 0 && !allowed(f, old, now);
    if (!old || !now) {
        snprintf(out, size, "no memory to compare %s", f->path);
    } else if (differs) {
        const char *x = from_difference(old, now), *y = from_difference(now, old);
        const char *cut = x == old ? "" : "...";
        snprintf(out, size, "%s: %s%.200s in the file, %s%.200s now", f->path, cut, x, cut, y);
    }
    free(old);
    free(now);
    return differs;
}

int tepui_experiment_difference(const char *canonical_old, const char *canonical_new, char *out, size_t size)
{
    tepui_experiment *a = NULL, *b = NULL;
    tepui_error err = {""};
    int differs = 0;
    out[0] = '\0';
    if (plugins_differ(canonical_old, canonical_new, out, size)) return 1;
    tepui_status st = tepui_experiment_parse(canonical_old, "file", NULL, &a, &err);
    if (st == TEPUI_OK) st = tepui_experiment_parse(canonical_new, "experiment", NULL, &b, &err);
    if (st != TEPUI_OK) {
        snprintf(out, size, "%s", err.text);
        differs = st == TEPUI_NO_MEMORY ? -1 : 1;
    }
    for (size_t f = 0; !differs && f < field_count; f++)
        differs = field_differs(&fields[f], &((const settings *)a->settings)->of[f],
                                &((const settings *)b->settings)->of[f], out, size);
    tepui_experiment_free(a);
    tepui_experiment_free(b);
    return differs;
}
