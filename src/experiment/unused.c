/* unused.c -- fields without effect: what another source or no precision would read is refused, not passed over.

   The canonical text spells every key out, so a value counts as given when it is not the default. */
#include "settings.h"
#include <stdio.h>
#include <string.h>

typedef struct {
    const char *path;
    const char *sources; /* blank before and after every name; of a class: SYNTHETIC, SETS */
    const char *who;
} reader_of;

static const char SYNTHETIC[] = "synthetic", SETS[] = "sets";

static const reader_of readers[] = {
    {"data.file", " idx hdf5 cifar10 ", "data.source: idx, hdf5 or cifar10 reads"},
    {"data.labels", " idx ", "data.source: idx reads"},
    {"data.dataset", " hdf5 ", "data.source: hdf5 reads"},
    {"data.labels_dataset", " hdf5 ", "data.source: hdf5 reads"},
    {"data.dimension", SYNTHETIC, "a synthetic data.source has"},
    {"data.held_out", SETS, "a data set has"},
    {"data.normalise", SETS, "a data set has"},
};

int setting_is_default(const settings *s, const char *path)
{
    const field *f = &fields[field_index(path)];
    const setting *v = setting_of(s, path);
    char text[256];
    if (v->count != 1) return 0;
    snprintf(text, sizeof text, "%s", f->fallback);
    if (f->type == FIELD_KIND) {
        tepui_choice c;
        tepui_choice_parse(f->extra, f->fallback, &c, NULL);
        tepui_choice_print(&c, text, sizeof text);
    }
    return strcmp(v->value[0], text) == 0;
}

static int is_given(const settings *s, const char *path)
{
    return !setting_is_default(s, path);
}

tepui_status settings_refuse_unread(const settings *s, const char *path, int line, const char *who)
{
    return settings_fail(s, path, line, "has no effect here: only %s it; leave it out", who);
}

static tepui_status refuse(const settings *s, const char *path, const char *who)
{
    return settings_refuse_unread(s, path, setting_line(s, path), who);
}

static int reads(const reader_of *r, const char *source)
{
    char word[64];
    tepui_choice c;
    if (tepui_choice_parse(&tepui_family_source, source, &c, NULL) != TEPUI_OK) return 0;
    const tepui_source_type *type = c.type;
    if (r->sources == SYNTHETIC) return type->synthetic;
    if (r->sources == SETS) return !type->synthetic;
    snprintf(word, sizeof word, " %s ", type->kind.name);
    return strstr(r->sources, word) != NULL;
}

static tepui_status check_sources(const settings *s)
{
    const char *source = setting_text(s, "data.source");
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (is_given(s, readers[i].path) && !reads(&readers[i], source))
            return refuse(s, readers[i].path, readers[i].who);
    return TEPUI_OK;
}

static tepui_status check_precision(const settings *s)
{
    if (setting_number(s, "precision.half_width") > 0) return TEPUI_OK;
    if (is_given(s, "precision.probability")) return refuse(s, "precision.probability", "precision.half_width reads");
    if (strcmp(setting_text(s, "precision.observable"), setting_text(s, "observables")) != 0)
        return refuse(s, "precision.observable", "precision.half_width reads");
    return TEPUI_OK;
}

static int is(const settings *s, const char *path, const char *word)
{
    return strcmp(setting_text(s, path), word) == 0;
}

static tepui_status check_outputs(const settings *s)
{
    if (!is_given(s, "data.outputs")) return TEPUI_OK;
    if (is(s, "data.targets", "data")) return refuse(s, "data.outputs", "targets that are not the data set's have");
    return is(s, "readout", "dense") ? TEPUI_OK : refuse(s, "data.outputs", "readout: dense (to be written here) has");
}

/* Of a data set whose targets are others than its own. */
static tepui_status check_labels(const settings *s)
{
    static const char *const labels[] = {"data.labels", "data.labels_dataset"};
    for (size_t i = 0; i < 2; i++)
        if (is_given(s, labels[i]) && !is(s, "data.targets", "data"))
            return refuse(s, labels[i], "data.targets: data reads");
    return TEPUI_OK;
}

tepui_status settings_check_unused(const settings *s)
{
    tepui_status st;
    TEPUI_TRY(check_sources(s));
    TEPUI_TRY(check_outputs(s));
    TEPUI_TRY(check_labels(s));
    TEPUI_TRY(check_precision(s));
done:
    return st;
}
