/* samples.c -- `verify --samples FILE.csv': the user's own samples, and for every law and cell the net that options and
   columns describe. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

#define MOST_QUANTITIES 8u

/* --- quantities */

static void add_quantity(tepui_samples_quantity *q, size_t *n, const char *name, const char *component)
{
    const tepui_observable_type *t = tepui_kind_find(&tepui_family_observable, name);
    for (size_t i = 0; i < *n; i++)
        if (strcmp(q[i].name, name) == 0) return;
    if (*n < MOST_QUANTITIES)
        q[(*n)++] = (tepui_samples_quantity){name, component, t ? t->transform : TEPUI_TRANSFORM_NONE, !t};
}

static tepui_status read_quantities(const char *file, const tepui_law_type *const *laws, const char *quantity,
                                    const char *component, int are_ln, tepui_result **out, tepui_error *err)
{
    tepui_samples_quantity q[MOST_QUANTITIES];
    size_t n = 0;
    if (quantity) add_quantity(q, &n, quantity, component);
    for (; laws && *laws; laws++) {
        add_quantity(q, &n, (*laws)->observable, component);
        if ((*laws)->other) add_quantity(q, &n, (*laws)->other, component);
    }
    return tepui_samples_read(file, q, n, are_ln, out, err);
}

uint64_t cli_samples_count_nan(const char *command, const char *file, const tepui_result *r)
{
    uint64_t nan = 0, all = 0;
    for (size_t i = 0; i < r->observables; i++)
        for (size_t c = 0; c < r->cells; c++) nan += r->observable[i].nan[c], all += r->observable[i].count[c];
    if (nan)
        cli_say(command, "%s: %llu of %llu samples are nan or infinite; they are left out", file,
                (unsigned long long)nan, (unsigned long long)all);
    return nan;
}

/* --- nets */

static tepui_status no_parameter(const char *file, const char *column, tepui_error *err)
{
    return tepui_fail(err, TEPUI_BAD_INPUT,
                      "%s: column '%.60s' is no parameter of a cell (depth, width, activation, ...)", file, column);
}

/* The net of a cell: what the options say of all of them, and its columns. */
static tepui_status describe(const char *file, const tepui_result *r, size_t cell, const cli_net *given, cli_net *net,
                             tepui_error *err)
{
    for (size_t i = 0; i < given->choices.count; i++)
        cli_choices_add(&net->choices, given->choices.choice[i].key, given->choices.choice[i].value[0], 0);
    for (size_t k = 0; k < r->columns; k++) {
        const tepui_column *c = &r->column[k];
        if (strcmp(c->name, "width_expression") == 0) continue;
        const char *path = tepui_field_called(c->name);
        if (!path) return no_parameter(file, c->name, err);
        if (!cli_choices_find(&given->choices, path)) cli_choices_add(&net->choices, path, c->text[cell], 0);
    }
    return TEPUI_OK;
}

/* A column that is the same in all cells. */
static void add_column(tepui_result *r, const char *name, const char *text)
{
    const size_t n = strlen(text) + 1;
    char *end;
    r->column = cli_grow(r->column, r->columns + 1, sizeof *r->column);
    tepui_column *c = &r->column[r->columns++];
    *c = (tepui_column){.name = cli_copy(name), .number = cli_alloc(r->cells, sizeof *c->number)};
    c->text = cli_alloc(1, r->cells * sizeof *c->text + n);
    char *copy = memcpy(c->text + r->cells, text, n);
    for (size_t i = 0; i < r->cells; i++) {
        c->text[i] = copy;
        c->number[i] = strtod(text, &end);
    }
    c->is_text = end == text || *end;
}

/* Options are columns, too: for expressions, and for the reader of the verdicts. */
static tepui_status add_options(const char *file, tepui_result *r, const cli_net *net, tepui_error *err)
{
    for (size_t i = 0; i < net->choices.count; i++) {
        const char *key = net->choices.choice[i].key, *name = tepui_field_name(key);
        if (tepui_result_column(r, name))
            return tepui_fail(err, TEPUI_USAGE, "%s has a column %.60s: it cannot be an option, too", file, name);
        add_column(r, name, net->choices.choice[i].value[0]);
        if (strcmp(key, "grid.width") == 0) add_column(r, "width_expression", net->choices.choice[i].value[0]);
    }
    return TEPUI_OK;
}

/* That a law does not apply is a verdict, anything else is an error. */
static tepui_status find_net(const char *file, const tepui_law_type *law, size_t cell, const cli_net *given,
                             const char *component, cli_samples *s, tepui_samples_net *out, tepui_error *err)
{
    cli_net net = {.width = NULL};
    tepui_experiment *e = NULL;
    tepui_error why = {""};
    tepui_status st = describe(file, s->r, cell, given, &net, err);
    cli_net_find_profile(&net, 1);
    char **set = cli_net_settings(&net, 0);
    if (component && strcmp(component, "last") == 0) component = NULL;
    if (st == TEPUI_OK) st = cli_law_cell(law, (const char *const *)set, component, &e, &out->component, &why);
    cli_net_free_settings(set);
    cli_net_free(&net);
    if (e) s->planned[s->plans++] = e;
    if (e) out->cell = &e->cells[0];
    if (st == TEPUI_USAGE && why.text[0]) {
        out->why = cli_copy(why.text);
        return TEPUI_OK;
    }
    return st == TEPUI_OK ? st : tepui_fail(err, st, "%s, cell %zu: %s", file, cell, why.text);
}

tepui_status cli_samples_read(const char *file, const tepui_law_type *const *laws, const char *quantity,
                              const char *component, const cli_net *net, int are_ln, cli_samples *out, tepui_error *err)
{
    tepui_status st = read_quantities(file, laws, quantity, component, are_ln, &out->r, err);
    size_t n = 0;
    while (laws && laws[n]) n++;
    if (st == TEPUI_OK) st = add_options(file, out->r, net, err);
    if (st != TEPUI_OK) return st;
    out->net = cli_alloc(n + 1, sizeof *out->net);
    out->planned = cli_alloc(n * out->r->cells + 1, sizeof *out->planned);
    for (; out->laws < n; out->laws++) out->net[out->laws] = cli_alloc(out->r->cells, sizeof **out->net);
    for (size_t i = 0; st == TEPUI_OK && i < n; i++)
        for (size_t c = 0; st == TEPUI_OK && c < out->r->cells; c++)
            st = find_net(file, laws[i], c, net, component, out, &out->net[i][c], err);
    return st;
}

void cli_samples_free(cli_samples *s)
{
    for (size_t i = 0; i < s->plans; i++) tepui_experiment_free(s->planned[i]);
    for (size_t i = 0; i < s->laws; i++) {
        for (size_t c = 0; c < s->r->cells; c++) free((char *)s->net[i][c].why);
        free(s->net[i]);
    }
    free(s->net);
    free(s->planned);
    tepui_result_free(s->r);
    *s = (cli_samples){0};
}
