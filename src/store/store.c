/* store.c -- publishing a state, and taking one up again. */
#include "envelope.h"
#include "layout.h"
#include "publish.h"
#include "writer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static tepui_status build(h5 *f, const tepui_state *s, tepui_error *err)
{
    tepui_status st;
    h5_create(f);
    TEPUI_TRY(layout_result(f, s));
    TEPUI_TRY(layout_laws(f, s));
    checkpoint_write(f, s, &st);
    h5_write_notes(f, LAYOUT_NOTES);
done:
    if (st != TEPUI_OK) {
        f->failed = 1;
        tepui_fail(err, st, "no memory for the result file");
    }
    const tepui_status closed = h5_finish(f, err);
    return st == TEPUI_OK ? closed : st;
}

/* Whether the file is whole, whatever is in it. */
static int is_whole(const char *path)
{
    char *bytes;
    size_t size;
    const tepui_status st = envelope_read(path, &bytes, &size, NULL);
    free(bytes);
    return st == TEPUI_OK;
}

static tepui_status build_and_write(const tepui_state *s, int fd, tepui_error *err)
{
    h5 f;
    tepui_status st = build(&f, s, err);
    if (st == TEPUI_OK) {
        envelope_seal(f.image, f.size, s->generation);
        st = publish_write(&publish_system, fd, "the result", f.image, f.size, err);
    }
    free(f.image);
    return st;
}

static tepui_status have_written(void *arg, const publish_calls *sys, int fd, const char *tmp, tepui_error *err)
{
    tepui_error why = {""};
    (void)sys;
    const tepui_status st = writer_write(arg, build_and_write, fd, &why);
    return st == TEPUI_OK ? st : tepui_fail(err, st, "%s: %s", tmp, why.text);
}

void tepui_store_start(const tepui_state *s)
{
    writer_start(s, build_and_write);
}

tepui_status tepui_store_publish(const tepui_state *s, const char *path, tepui_error *err)
{
    publish_calls sys = publish_system;
    sys.is_whole = is_whole;
    return publish(&sys, path, have_written, (void *)(uintptr_t)s, err);
}

/* The experiment in the file against ours. */
static tepui_status same_experiment(h5 *f, const tepui_state *s, const char *path, tepui_error *err)
{
    char what[1024];
    int rank;
    size_t dims[3];
    h5_type type;
    h5_shape(f, "/experiment", &rank, dims, &type);
    char **text = rank == 1 && type == H5_TEXT ? h5_read_texts(f, "/experiment", dims[0]) : NULL;
    tepui_status st = TEPUI_OK;
    if (!text) h5_complain(f, "/experiment", "is no text");
    st = h5_status(f, path, err);
    const int differs =
        st == TEPUI_OK ? tepui_experiment_difference(text[0], s->experiment->canonical, what, sizeof what) : 0;
    if (differs < 0) st = tepui_fail(err, TEPUI_NO_MEMORY, "no memory to compare %s with its experiment", path);
    if (differs > 0) st = tepui_fail(err, TEPUI_BAD_INPUT, "%s was made by another experiment: %s", path, what);
    free(text);
    return st;
}

/* One of the three places where a whole state may be. */
typedef struct {
    char *bytes;
    size_t size;
    tepui_status status;
    tepui_error err;
} generation;

/* Reads it and compares what it was made from; bytes stay only where both are well. */
static void look_at(generation *g, const tepui_state *s, const char *path)
{
    h5 f;
    g->status = envelope_read(path, &g->bytes, &g->size, &g->err);
    if (g->status != TEPUI_OK) return;
    h5_open(&f, g->bytes, g->size);
    g->status = same_experiment(&f, s, path, &g->err);
    if (g->status == TEPUI_OK) g->status = origin_check(&f, s->experiment, path, &g->err);
    h5_close(&f);
}

static tepui_status take_up(tepui_state *s, const generation *g, tepui_error *err)
{
    h5 f;
    h5_open(&f, g->bytes, g->size);
    char **text = h5_read_texts(&f, "/experiment", 1), *schema = h5_read_note(&f, "/", "schema");
    const int same =
        text && strcmp(text[0], s->experiment->canonical) == 0 && schema && strcmp(schema, LAYOUT_SCHEMA) == 0;
    free(text);
    free(schema);
    const tepui_status st = checkpoint_read(&f, s, err);
    h5_close(&f);
    s->as_stored = same;
    return st;
}

enum { CURRENT, PREVIOUS, TEMPORARY, GENERATIONS };

/* The newest that can be used; CURRENT where none can, or where it is whole but of something else. */
static int best_of(const generation *g)
{
    int best = CURRENT;
    if (g[CURRENT].bytes && g[CURRENT].status != TEPUI_OK) return CURRENT;
    for (int i = PREVIOUS; i < GENERATIONS; i++) {
        if (g[i].status != TEPUI_OK) continue;
        if (g[best].status != TEPUI_OK || envelope_generation(g[i].bytes) > envelope_generation(g[best].bytes))
            best = i;
    }
    return best;
}

/* One that was not read for want of memory may be the newest: none is then used. */
static const generation *unread(const generation *g)
{
    for (int i = 0; i < GENERATIONS; i++)
        if (g[i].status == TEPUI_NO_MEMORY) return &g[i];
    return NULL;
}

static tepui_status use(tepui_state *s, const generation *g, int best, const char *const *name, tepui_error *err)
{
    tepui_status st;
    tepui_error why = {""};
    const generation *missed = unread(g);
    if (missed) return tepui_fail(err, TEPUI_NO_MEMORY, "%s", missed->err.text);
    if (g[best].status != TEPUI_OK) return tepui_fail(err, g[best].status, "%s", g[best].err.text);
    TEPUI_TRY(take_up(s, &g[best], err));
    if (best == CURRENT) goto done;
    s->as_stored = 0;
    publish_calls sys = publish_system;
    sys.is_whole = is_whole;
    if (best == TEMPORARY) TEPUI_TRY(publish_finish(&sys, name[CURRENT], err));
    snprintf(why.text, sizeof why.text, "%s", g[CURRENT].status == TEPUI_OK ? "older" : "damaged or missing");
    tepui_fail(err, TEPUI_OK, "%s is %s; %s, %s, was used", name[CURRENT], why.text,
               best == PREVIOUS ? "the generation before it"
                                : "the generation after it, whose publishing was cut short",
               name[best]);
done:
    return st;
}

tepui_status tepui_store_resume(tepui_state *s, const char *path, int *used_previous, tepui_error *err)
{
    char previous[PUBLISH_PATH_SIZE + 8], temporary[PUBLISH_PATH_SIZE];
    const char *const name[GENERATIONS] = {path, previous, temporary};
    generation g[GENERATIONS] = {{0}};
    *used_previous = CURRENT;
    if (strlen(path) > PUBLISH_PATH_SIZE - 32)
        return tepui_fail(err, TEPUI_IO, "%.200s...: the path is too long", path);
    snprintf(previous, sizeof previous, "%s.prev", path);
    publish_temporary_name(path, temporary);
    for (int i = 0; i < GENERATIONS; i++) look_at(&g[i], s, name[i]);
    const int best = best_of(g);
    const tepui_status st = use(s, g, best, name, err);
    if (st == TEPUI_OK) *used_previous = best;
    for (int i = 0; i < GENERATIONS; i++) free(g[i].bytes);
    return st;
}

/* --- links */

tepui_status tepui_store_target(const char *path, char **out, tepui_error *err)
{
    char at[PUBLISH_PATH_SIZE], to[PUBLISH_PATH_SIZE], next[2 * PUBLISH_PATH_SIZE];
    *out = NULL;
    if (strlen(path) >= sizeof at) return tepui_fail(err, TEPUI_IO, "%.200s...: the path is too long", path);
    strcpy(at, path);
    for (int links = 0;; links++) {
        const ssize_t n = readlink(at, to, sizeof to - 1);
        if (n < 0) break; /* no link, or nothing there */
        if (links == 40) return tepui_fail(err, TEPUI_IO, "%s: too many symbolic links", path);
        to[n] = '\0';
        const char *slash = strrchr(at, '/');
        snprintf(next, sizeof next, "%.*s%s", to[0] == '/' || !slash ? 0 : (int)(slash - at) + 1, at, to);
        if (strlen(next) >= sizeof at) return tepui_fail(err, TEPUI_IO, "%.200s...: the path is too long", path);
        strcpy(at, next);
    }
    *out = strdup(at);
    return *out ? TEPUI_OK : tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a path");
}
