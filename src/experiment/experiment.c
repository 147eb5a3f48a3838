/* experiment.c -- reading an experiment: file -> settings -> the struct that the rest of the library uses. */
#include "settings.h"
#include <base/registry.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/source.h>

#define LARGEST_FILE (1u << 20)

/* "default" becomes what it stands for, so that the canonical text says it. */
static tepui_status replace(settings *s, const char *path, const char *text)
{
    const size_t f = field_index(path);
    settings_reset(&s->of[f]);
    return settings_add(s, f, text, -1);
}

static int is_default(const settings *s, const char *path)
{
    const char *t = setting_text(s, path);
    return !t || strcmp(t, "default") == 0;
}

static tepui_choice choice_of(const tepui_family *family, const char *text)
{
    tepui_choice c = {0};
    tepui_choice_parse(family, text, &c, NULL);
    return c;
}

/* Some sources bring labels always, a file does when they are named. */
static int has_targets(const settings *s, const tepui_source_type *t)
{
    return !t->synthetic &&
           (t->labelled || setting_text(s, "data.labels")[0] || setting_text(s, "data.labels_dataset")[0]);
}

/* Data sets bring targets; a loss that needs targets takes random ones where there are none. */
static tepui_status resolve_defaults(settings *s)
{
    tepui_status st = TEPUI_OK;
    const tepui_choice source = choice_of(&tepui_family_source, setting_text(s, "data.source"));
    const int synthetic = ((const tepui_source_type *)source.type)->synthetic;
    if (is_default(s, "data.targets"))
        TEPUI_TRY(replace(s, "data.targets", has_targets(s, source.type) ? "data" : "none"));
    if (synthetic && strcmp(setting_text(s, "data.targets"), "data") == 0)
        return settings_fail(s, "data.targets", setting_line(s, "data.targets"),
                             "a synthetic source has no targets of its own; gaussian, zero, one, one_hot or none");
    const int bare = strcmp(setting_text(s, "data.targets"), "none") == 0;
    if (is_default(s, "data.resample")) TEPUI_TRY(replace(s, "data.resample", synthetic ? "true" : "false"));
    if (is_default(s, "readout")) TEPUI_TRY(replace(s, "readout", bare ? "none" : "dense"));
    if (is_default(s, "loss")) TEPUI_TRY(replace(s, "loss", bare ? "output" : "mse"));
    const tepui_loss_type *loss = choice_of(&tepui_family_loss, setting_text(s, "loss")).type;
    if (bare && loss->needs_target) TEPUI_TRY(replace(s, "data.targets", loss->probabilities ? "one_hot" : "gaussian"));
    const char *targets = setting_text(s, "data.targets");
    if (loss->probabilities && strcmp(targets, "one_hot") != 0 && strcmp(targets, "data") != 0)
        return settings_fail(s, "data.targets", setting_line(s, "data.targets"),
                             "%s takes labels: one_hot, or those of a data set; not %s", loss->kind.name, targets);
    if (is_default(s, "precision.observable"))
        TEPUI_TRY(replace(s, "precision.observable", setting_text(s, "observables")));
    TEPUI_TRY(settings_check_unused(s));
    TEPUI_TRY(plugins_check_used(s));
done:
    return st;
}

static tepui_targets targets_of(const char *text)
{
    return strcmp(text, "data") == 0       ? TEPUI_TARGETS_DATA
           : strcmp(text, "gaussian") == 0 ? TEPUI_TARGETS_GAUSSIAN
           : strcmp(text, "zero") == 0     ? TEPUI_TARGETS_ZERO
           : strcmp(text, "one") == 0      ? TEPUI_TARGETS_ONE
           : strcmp(text, "one_hot") == 0  ? TEPUI_TARGETS_ONE_HOT
                                           : TEPUI_TARGETS_NONE;
}

/* data.shape, and the dimension of synthetic inputs from it. */
static tepui_status fill_shape(tepui_experiment *e, const settings *s)
{
    const setting *v = setting_of(s, "data.shape");
    tepui_data_spec *d = &e->data;
    if (!v->count) return TEPUI_OK;
    if (v->count < 2 || v->count > 3)
        return settings_fail(s, "data.shape", v->line[0], "[height, width, channels] or [height, width] is needed");
    for (size_t k = 0; k < 3; k++) d->shape[k] = k < v->count ? (size_t)strtod(v->value[k], NULL) : 1;
    const double size = (double)d->shape[0] * (double)d->shape[1] * (double)d->shape[2];
    const int synthetic = ((const tepui_source_type *)d->source.type)->synthetic;
    if (synthetic && size <= fields[field_index("data.dimension")].high && d->dimension == 0)
        d->dimension = (size_t)size;
    if (synthetic && (double)d->dimension != size)
        return settings_fail(s, "data.shape", v->line[0], "%zu x %zu x %zu is %.0f numbers, an input has %zu",
                             d->shape[0], d->shape[1], d->shape[2], size, d->dimension);
    return TEPUI_OK;
}

static void fill_data(tepui_experiment *e, const settings *s)
{
    tepui_data_spec *d = &e->data;
    d->source = choice_of(&tepui_family_source, setting_text(s, "data.source"));
    d->points = (size_t)setting_number(s, "data.points");
    d->dimension = (size_t)setting_number(s, "data.dimension");
    d->outputs = (size_t)setting_number(s, "data.outputs");
    d->targets = targets_of(setting_text(s, "data.targets"));
    d->file = setting_text(s, "data.file");
    d->labels_file = setting_text(s, "data.labels");
    d->dataset = setting_text(s, "data.dataset");
    d->labels_dataset = setting_text(s, "data.labels_dataset");
    d->normalise = setting_text(s, "data.normalise");
    d->resample = strcmp(setting_text(s, "data.resample"), "true") == 0;
    d->held_out = (size_t)setting_number(s, "data.held_out");
}

static tepui_status fill_output(tepui_experiment *e, const settings *s)
{
    const setting *p = setting_of(s, "output.probabilities"), *range = setting_of(s, "output.range");
    e->probability = calloc(p->count, sizeof *e->probability);
    if (!e->probability) return tepui_fail(s->err, TEPUI_NO_MEMORY, "no memory for an experiment");
    e->probability_count = p->count;
    for (size_t i = 0; i < p->count; i++) {
        e->probability[i] = strtod(p->value[i], NULL);
        if (i && !(e->probability[i] > e->probability[i - 1]))
            return settings_fail(s, "output.probabilities", p->line[i], "probabilities must increase");
    }
    if (range->count != 2 || !(strtod(range->value[0], NULL) < strtod(range->value[1], NULL)))
        return settings_fail(s, "output.range", range->line[0], "two numbers are needed, the smaller one first");
    e->range_low = strtod(range->value[0], NULL);
    e->range_high = strtod(range->value[1], NULL);
    e->bin_width = setting_number(s, "output.bin_width");
    e->raw = (uint64_t)setting_number(s, "output.raw");
    e->layer_limit = (size_t)setting_number(s, "output.layers");
    e->allow_nan = strcmp(setting_text(s, "output.allow_nan"), "true") == 0;
    return TEPUI_OK;
}

static tepui_status fill_observables(tepui_experiment *e, const settings *s)
{
    const setting *v = setting_of(s, "observables");
    e->observables = calloc(v->count, sizeof *e->observables);
    if (!e->observables) return tepui_fail(s->err, TEPUI_NO_MEMORY, "no memory for an experiment");
    e->observable_count = v->count;
    for (size_t i = 0; i < v->count; i++) {
        const tepui_observable_type *t = tepui_kind_find(&tepui_family_observable, v->value[i]);
        e->observables[i] = t;
        if (!t->needs) /* then no sample would be drawn */
            return settings_fail(s, "observables", v->line[i],
                                 "%s needs nothing of a sample: its `needs' has to name TEPUI_NEEDS_FORWARD at least",
                                 t->kind.name);
        if (strcmp(v->value[i], setting_text(s, "precision.observable")) == 0) e->precision_observable = t;
        if (e->data.points < t->least_points)
            return settings_fail(s, "observables", v->line[i], "%s needs data.points of at least %zu, there is %zu",
                                 t->kind.name, t->least_points, e->data.points);
    }
    if (!e->precision_observable)
        return settings_fail(s, "precision.observable", setting_line(s, "precision.observable"),
                             "%s is not among the observables", setting_text(s, "precision.observable"));
    return TEPUI_OK;
}

static tepui_status fill(tepui_experiment *e, settings *s)
{
    tepui_status st;
    e->title = strdup(setting_text(s, "title"));
    e->seed = strtoull(setting_text(s, "seed"), NULL, 10);
    e->generator = strdup(setting_text(s, "generator"));
    e->readout = strdup(setting_text(s, "readout"));
    e->loss = strdup(setting_text(s, "loss"));
    e->samples = strtoull(setting_text(s, "samples"), NULL, 10);
    e->precision_probability = setting_number(s, "precision.probability");
    e->precision_half_width = setting_number(s, "precision.half_width");
    e->has_precision = e->precision_half_width > 0;
    duration_parse(setting_text(s, "time"), &e->time_budget);
    e->canonical = settings_canonical(s);
    if (!e->title || !e->generator || !e->readout || !e->loss || !e->canonical)
        return tepui_fail(s->err, TEPUI_NO_MEMORY, "no memory for an experiment");
    if (!tepui_gsl_rng_find(e->generator))
        return settings_fail(s, "generator", setting_line(s, "generator"),
                             "no generator '%.60s'; threefry4x64 or a GSL name such as mt19937, ranlxd2", e->generator);
    if (tepui_gsl_rng_unfit(e->generator))
        return settings_fail(s, "generator", setting_line(s, "generator"), "%s cannot be seeded for every sample: %s",
                             e->generator, tepui_gsl_rng_unfit(e->generator));
    e->plugins = setting_of(s, "plugins")->value;
    e->plugin_count = setting_of(s, "plugins")->count;
    fill_data(e, s);
    TEPUI_TRY(fill_shape(e, s));
    TEPUI_TRY(fill_output(e, s));
    /* interval ends lie on edges of bins: coarse ones would never let it be as short as asked for */
    if (e->has_precision && e->precision_half_width < e->bin_width)
        while (4 * e->bin_width > e->precision_half_width && e->bin_width > 0x1p-40) e->bin_width /= 2;
    TEPUI_TRY(fill_observables(e, s));
done:
    return st;
}

static int sets_plugins(const char *assignment)
{
    return strncmp(assignment, "plugins=", 8) == 0;
}

/* Of --set; those of plug-ins come before the text, whose fields may name their kinds. */
static tepui_status override(settings *s, const char *const *overrides, int plugins)
{
    tepui_status st = TEPUI_OK;
    for (; st == TEPUI_OK && overrides && *overrides; overrides++)
        if (sets_plugins(*overrides) == plugins) st = settings_override(s, *overrides);
    return st;
}

/* own: a file that the user names, not a text from anywhere. */
static tepui_status parse(const char *text, const char *name, int own, int beside, const char *const *overrides,
                          tepui_experiment **out, tepui_error *err)
{
    tepui_status st = TEPUI_NO_MEMORY;
    tepui_experiment *e = calloc(1, sizeof *e);
    settings *s = calloc(1, sizeof *s);
    *out = NULL;
    if (!e || !s || !(e->file = strdup(name))) goto done;
    e->settings = s;
    TEPUI_TRY(settings_init(s, e->file, err));
    s->beside = beside;
    s->loads = own;
    TEPUI_TRY(override(s, overrides, 1));
    TEPUI_TRY(settings_read_yaml(s, text));
    TEPUI_TRY(override(s, overrides, 0));
    TEPUI_TRY(settings_default(s));
    TEPUI_TRY(resolve_defaults(s));
    TEPUI_TRY(fill(e, s));
    *out = e;
    e = NULL;
    s->err = NULL;
done:
    if (e && !e->settings) free(s);
    tepui_experiment_free(e);
    return st;
}

tepui_status tepui_experiment_parse(const char *text, const char *name, const char *const *overrides,
                                    tepui_experiment **out, tepui_error *err)
{
    return parse(text, name, 0, 0, overrides, out, err);
}

static tepui_status slurp(FILE *f, const char *file, char **out, tepui_error *err)
{
    char *text = *out = malloc(LARGEST_FILE + 1);
    if (!text) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory to read %s", file);
    const size_t n = fread(text, 1, LARGEST_FILE, f);
    text[n] = '\0';
    if (!ferror(f) && strlen(text) == n && n < LARGEST_FILE) return TEPUI_OK;
    return tepui_fail(err, TEPUI_BAD_INPUT, "%s: not a readable text of at most 1 MB", file);
}

tepui_status tepui_experiment_read(const char *file, const char *const *overrides, tepui_experiment **out,
                                   tepui_error *err)
{
    const int standard = strcmp(file, "-") == 0;
    FILE *f = standard ? stdin : fopen(file, "rb");
    *out = NULL;
    if (!f)
        return tepui_fail(err, errno == ENOMEM ? TEPUI_NO_MEMORY : TEPUI_BAD_INPUT, "%s: %s", file, strerror(errno));
    char *text;
    tepui_status st = slurp(f, file, &text, err);
    if (!standard) fclose(f);
    if (st == TEPUI_OK) st = parse(text, standard ? "standard input" : file, 1, !standard, overrides, out, err);
    free(text);
    return st;
}

void tepui_experiment_free(tepui_experiment *e)
{
    if (!e) return;
    for (size_t i = 0; i < e->cell_count; i++) tepui_cell_clear(&e->cells[i]);
    if (e->cells) registry_release();
    free(e->cells);
    tepui_dataset_free(e->dataset);
    if (e->settings) settings_clear(e->settings);
    free(e->settings);
    free(e->file);
    free(e->title);
    free(e->generator);
    free(e->readout);
    free(e->loss);
    free(e->observables);
    free(e->probability);
    free(e->canonical);
    free(e);
}

unsigned tepui_experiment_needs(const tepui_experiment *e)
{
    unsigned needs = 0;
    for (size_t o = 0; o < e->observable_count; o++) needs |= e->observables[o]->needs;
    return needs;
}
