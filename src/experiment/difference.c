/* difference.c -- may a run go on with this experiment? The first field that differs, unless it may change. */
#include "settings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void join(const setting *v, char *out, size_t size)
{
    out[0] = '\0';
    for (size_t i = 0; i < v->count; i++)
        snprintf(out + strlen(out), size - strlen(out), "%s%s", i ? ", " : "", v->value[i]);
}

/* samples may only grow; title, time and allow_nan are free. */
static int allowed(const field *f, const char *old, const char *now)
{
    if (!(f->flags & FIELD_FREE)) return 0;
    return strcmp(f->path, "samples") != 0 || strtoull(now, NULL, 10) >= strtoull(old, NULL, 10);
}

int tepui_experiment_difference(const char *canonical_old, const char *canonical_new, char *out, size_t size)
{
    tepui_experiment *a = NULL, *b = NULL;
    tepui_error err = {""};
    int differs = 0;
    out[0] = '\0';
    if (tepui_experiment_parse(canonical_old, "file", NULL, &a, &err) != TEPUI_OK ||
        tepui_experiment_parse(canonical_new, "experiment", NULL, &b, &err) != TEPUI_OK) {
        snprintf(out, size, "%s", err.text);
        differs = 1;
    }
    for (size_t f = 0; !differs && f < field_count; f++) {
        char old[512], now[512];
        join(&((const settings *)a->settings)->of[f], old, sizeof old);
        join(&((const settings *)b->settings)->of[f], now, sizeof now);
        if (strcmp(old, now) == 0 || allowed(&fields[f], old, now)) continue;
        snprintf(out, size, "%s: %s in the file, %s now", fields[f].path, old, now);
        differs = 1;
    }
    tepui_experiment_free(a);
    tepui_experiment_free(b);
    return differs;
}
