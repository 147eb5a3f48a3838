/* select.c -- parts of a result by name: observable, column, component, cells. A wrong name is answered with the
   known ones. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

tepui_status cli_open(const char *file, int parts, tepui_result **out, tepui_error *err)
{
    *out = NULL;
    const tepui_status st = tepui_result_read(file, parts, out, err);
    if (st == TEPUI_OK && (*out)->altered)
        cli_say("tepui",
                "warning: %s was written to by another program: its digest does not match. Its structure is whole, so "
                "it is read, but numbers may have been changed",
                file);
    return st;
}

tepui_status cli_plan_changed(const tepui_result *r, const char *file, const char *const *set, tepui_experiment **e,
                              tepui_error *err)
{
    tepui_status st;
    cli_journal journal;
    const char *slash = strrchr(file, '/'), *folders[3] = {NULL};
    char *beside = slash ? cli_print("%.*s", slash == file ? 1 : (int)(slash - file), file) : cli_copy(".");
    cli_journal_read(file, &journal);
    folders[0] = beside;
    if (journal.folder[0]) folders[1] = journal.folder;
    TEPUI_TRY(tepui_experiment_parse(r->experiment, file, set, e, err));
    TEPUI_TRY(tepui_experiment_find_data(*e, folders, err));
    TEPUI_TRY(tepui_experiment_plan(*e, err));
done:
    free(beside);
    return st;
}

tepui_status cli_plan_result(const tepui_result *r, const char *file, tepui_experiment **e, tepui_error *err)
{
    const tepui_status st = cli_plan_changed(r, file, NULL, e, err);
    return st == TEPUI_OK ? tepui_result_origin(r, *e, file, err) : st;
}

static tepui_status missing_observable(const char *const *words, tepui_error *err)
{
    char *list = cli_copy("");
    for (size_t i = 0; words[i]; i++) list = cli_append(list, "%s%s", i ? ", " : "", words[i]);
    const tepui_status st =
        tepui_fail(err, TEPUI_USAGE, "--observable=NAME is needed; the file has %.600s", *list ? list : "none");
    free(list);
    return st;
}

tepui_status cli_find_observable(const tepui_result *r, const char *name, const tepui_result_observable **out,
                                 tepui_error *err)
{
    if (!name && r->observables == 1) {
        *out = &r->observable[0];
        return TEPUI_OK;
    }
    *out = name ? tepui_result_observable_find(r, name) : NULL;
    if (*out) return TEPUI_OK;
    const char **words = cli_alloc(r->observables + 1, sizeof *words);
    for (size_t i = 0; i < r->observables; i++) words[i] = r->observable[i].name;
    const tepui_status st = name ? cli_unknown(err, "observable", name, words) : missing_observable(words, err);
    free(words);
    return st;
}

static tepui_status unknown_column(const tepui_result *r, const char *name, tepui_error *err)
{
    const char **words = cli_alloc(r->columns + 1, sizeof *words);
    for (size_t i = 0; i < r->columns; i++) words[i] = r->column[i].name;
    const tepui_status st = cli_unknown(err, "column", name, words);
    free(words);
    return st;
}

tepui_status cli_find_column(const tepui_result *r, const char *name, const tepui_column **out, tepui_error *err)
{
    *out = strcmp(name, "width") == 0 ? tepui_result_column(r, "width_expression") : NULL;
    if (!*out) *out = tepui_result_column(r, name);
    return *out ? TEPUI_OK : unknown_column(r, name, err);
}

/* Logarithms hold the size of the smallest eigenvalue where it is negative. */
const char *cli_component_shown(const tepui_result_observable *o, size_t component)
{
    const tepui_observable_type *type = tepui_kind_find(&tepui_family_observable, o->name);
    const char *name = o->component[component];
    return type && type->minus && tepui_component_number(name) == type->minus ? "-lambda_min" : name;
}

static size_t component_index(const tepui_result_observable *o, const char *name)
{
    for (size_t k = 0; k < o->components; k++)
        if (strcmp(o->component[k], name) == 0 || strcmp(cli_component_shown(o, k), name) == 0) return k;
    return SIZE_MAX;
}

tepui_status cli_find_component(const tepui_result_observable *o, const char *name, size_t *out, tepui_error *err)
{
    *out = component_index(o, name ? name : "total");
    if (*out != SIZE_MAX) return TEPUI_OK;
    *out = CLI_DEFAULT_COMPONENT;
    if (!name || strcmp(name, "last") == 0) return TEPUI_OK;
    char *what = cli_print("component of %s", o->name);
    const char **words = cli_alloc(o->components + 2, sizeof *words);
    memcpy(words, o->component, o->components * sizeof *words);
    words[o->components] = "last";
    const tepui_status st = cli_unknown(err, what, name, words);
    free(words);
    free(what);
    return st;
}

size_t cli_component_in(const tepui_result_observable *o, size_t cell, size_t component)
{
    if (component != CLI_DEFAULT_COMPONENT) return component;
    for (size_t k = o->components; k-- > 0;)
        if (o->count[cell * o->components + k] > 0) return k;
    return o->components ? o->components - 1 : 0;
}

/* "0.1" and "0.10" are the same number; "leaky_relu" stands for "leaky_relu(a=0.1)". */
static int holds(const tepui_column *c, size_t cell, const char *value)
{
    const char *text = c->text[cell];
    const size_t n = strlen(value);
    char *end;
    if (strcmp(text, value) == 0 || (strncmp(text, value, n) == 0 && text[n] == '(')) return 1;
    const double x = strtod(value, &end);
    return !c->is_text && end != value && *end == '\0' && x == c->number[cell];
}

static int same_as_before(const tepui_column *c, size_t cell)
{
    for (size_t i = 0; i < cell; i++)
        if (strcmp(c->text[i], c->text[cell]) == 0) return 1;
    return 0;
}

static tepui_status unknown_value(const tepui_result *r, const tepui_column *c, const char *value, tepui_error *err)
{
    size_t n = 0;
    const char **words = cli_alloc(r->cells + 1, sizeof *words);
    for (size_t i = 0; i < r->cells; i++)
        if (!same_as_before(c, i)) words[n++] = c->text[i];
    char *what = cli_print("value of %s", c->name);
    const tepui_status st = cli_unknown(err, what, value, words);
    free(words);
    free(what);
    return st;
}

/* The column as named may be better known under another one: width and width_expression. */
static tepui_status apply_filter(const tepui_result *r, const char *key, const char *value, char *keep,
                                 tepui_error *err)
{
    const tepui_column *shown, *plain = tepui_result_column(r, key);
    size_t found = 0;
    const tepui_status st = cli_find_column(r, key, &shown, err);
    if (st != TEPUI_OK) return st;
    for (size_t i = 0; i < r->cells; i++) {
        const int hit = holds(shown, i, value) || (plain && holds(plain, i, value));
        found += (size_t)hit;
        keep[i] = keep[i] && hit;
    }
    return found ? TEPUI_OK : unknown_value(r, shown, value, err);
}

tepui_status cli_where(const tepui_result *r, const char *const *where, char *keep, tepui_error *err)
{
    memset(keep, 1, r->cells);
    for (; where && *where; where++) {
        const char *equals = strchr(*where, '=');
        if (!equals) return tepui_fail(err, TEPUI_USAGE, "--where takes key=value, got '%s'", *where);
        char *key = cli_copy(*where);
        key[equals - *where] = '\0';
        const tepui_status st = apply_filter(r, key, equals + 1, keep, err);
        free(key);
        if (st != TEPUI_OK) return st;
    }
    if (r->cells && !memchr(keep, 1, r->cells))
        return tepui_fail(err, TEPUI_USAGE, "no cell passes all the --where filters together");
    return TEPUI_OK;
}
