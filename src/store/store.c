/* store.c -- publishing a state, and taking one up again. */
#include "envelope.h"
#include "layout.h"
#include "publish.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static tepui_status build(h5 *f, const tepui_state *s, tepui_error *err)
{
    tepui_status st;
    h5_create(f);
    TEPUI_TRY(layout_root(f, s));
    TEPUI_TRY(layout_cells(f, s));
    h5_group(f, "/observables");
    for (size_t o = 0; o < s->experiment->observable_count; o++) TEPUI_TRY(layout_observable(f, s, o));
    TEPUI_TRY(layout_laws(f, s));
    checkpoint_write(f, s, &st);
done:
    if (st != TEPUI_OK) {
        f->failed = 1;
        tepui_fail(err, st, "no memory for the result file");
    }
    const tepui_status closed = h5_finish(f, err);
    return st == TEPUI_OK ? closed : st;
}

tepui_status tepui_store_publish(const tepui_state *s, const char *path, tepui_error *err)
{
    h5 f;
    tepui_status st = build(&f, s, err);
    if (st == TEPUI_OK) {
        envelope_seal(f.image, f.size, s->generation);
        st = publish_bytes(&publish_system, path, f.image, f.size, err);
    }
    free(f.image);
    return st;
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
    if (st == TEPUI_OK && tepui_experiment_difference(text[0], s->experiment->canonical, what, sizeof what))
        st = tepui_fail(err, TEPUI_BAD_INPUT, "%s was made by another experiment: %s", path, what);
    free(text);
    return st;
}

static tepui_status take_up(tepui_state *s, const char *path, tepui_error *err)
{
    char *bytes;
    size_t size;
    h5 f;
    tepui_status st = envelope_read(path, &bytes, &size, err);
    if (st != TEPUI_OK) return st;
    h5_open(&f, bytes, size);
    st = same_experiment(&f, s, path, err);
    if (st == TEPUI_OK) st = checkpoint_read(&f, s, err);
    h5_close(&f);
    free(bytes);
    return st;
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

tepui_status tepui_store_resume(tepui_state *s, const char *path, int *used_previous, tepui_error *err)
{
    char previous[4096];
    snprintf(previous, sizeof previous, "%s.prev", path);
    *used_previous = 0;
    if (is_whole(path)) return take_up(s, path, err);
    if (!is_whole(previous)) {
        char *bytes;
        size_t size;
        const tepui_status st = envelope_read(path, &bytes, &size, err);
        free(bytes);
        return st == TEPUI_OK ? TEPUI_IO : st;
    }
    *used_previous = 1;
    const tepui_status st = take_up(s, previous, err);
    if (st == TEPUI_OK)
        tepui_fail(err, st, "%s is damaged or missing; the generation before it, %s, was used", path, previous);
    return st;
}
