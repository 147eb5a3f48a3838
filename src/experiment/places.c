/* places.c -- where the data files of an experiment from a result are now. The experiment says where they were when it
   ran, relative to the folder of that run perhaps. That they are the same data is not asked here: their digest is. */
#include "settings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* folder/path, if it can be read; to be freed. */
static char *in_folder(const char *folder, const char *path)
{
    char *joined = NULL;
    if (asprintf(&joined, "%s/%s", folder, path) < 0) return NULL;
    if (access(joined, R_OK) == 0) return joined;
    free(joined);
    return NULL;
}

static char *find(const char *path, const char *const *folders)
{
    const char *slash = strrchr(path, '/');
    char *found = NULL;
    for (const char *const *f = folders; !found && *f && path[0] != '/'; f++) found = in_folder(*f, path);
    for (const char *const *f = folders; !found && *f && slash; f++) found = in_folder(*f, slash + 1);
    return found;
}

static tepui_status missing(const settings *s, const char *key, const char *path, const char *const *folders)
{
    char looked[600] = "";
    for (size_t n = 0; *folders && n < sizeof looked; folders++)
        n += (size_t)snprintf(looked + n, sizeof looked - n, ", nor in %.200s", *folders);
    return tepui_fail(s->err, TEPUI_BAD_INPUT,
                      "%s: %s: the data file of this result is not there%s; put it into one of these folders", key,
                      path, looked);
}

tepui_status tepui_experiment_find_data(tepui_experiment *e, const char *const *folders, tepui_error *err)
{
    static const char *const paths[] = {"data.file", "data.labels"};
    settings *s = e->settings;
    tepui_status st = TEPUI_OK;
    s->err = err;
    for (size_t i = 0; st == TEPUI_OK && i < 2; i++) {
        const char *path = setting_text(s, paths[i]);
        if (!path[0] || access(path, R_OK) == 0) continue;
        char *found = find(path, folders);
        if (!found) return missing(s, paths[i], path, folders);
        settings_reset(&s->of[field_index(paths[i])]);
        st = settings_add(s, field_index(paths[i]), found, -1);
        free(found);
    }
    e->data.file = setting_text(s, paths[0]);
    e->data.labels_file = setting_text(s, paths[1]);
    s->err = NULL;
    return st;
}
