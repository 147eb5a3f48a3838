/* cmd_list.c -- `tepui list [FAMILY]`: everything an experiment file may name, from the registries. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    cli_view view;
    const char *family;
} options;

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->view;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) argp_error(state, "one family only, got '%s' too", arg);
        o->family = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&cli_format_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {NULL,
                                 parse,
                                 "[FAMILY]",
                                 "Known kinds with their parameters, sentence and source.\v"
                                 "Without FAMILY: the families. `tepui list field' explains the experiment file.",
                                 children,
                                 NULL,
                                 NULL};

static void add_row(cli_table *t, const char *const *text, size_t n)
{
    for (size_t i = 0; i < n; i++) cli_table_cell(t, text[i] ? text[i] : "");
}

static cli_table *new_table(const char *const *name, size_t n)
{
    cli_table *t = cli_table_new();
    for (size_t i = 0; i < n; i++) cli_table_column(t, CLI_LEFT, name[i]);
    return t;
}

static cli_table *families_table(void)
{
    cli_table *t = new_table((const char *const[]){"family", "what it is", "known"}, 3);
    for (const tepui_family *const *f = tepui_families; *f; f++) {
        size_t n = 0;
        while ((*f)->kinds[n]) n++;
        add_row(t, (const char *const[]){(*f)->name, (*f)->doc, cli_count(n).text}, 3);
    }
    const size_t fields = tepui_experiment_fields(NULL);
    add_row(t, (const char *const[]){"field", "fields of the experiment file", cli_count(fields).text}, 3);
    return t;
}

/* "a = 0.01 in [0, 1)" */
static char *param_text(const tepui_param *p)
{
    return cli_print("%s = %s in %c%s, %s%c", p->name, cli_number(p->fallback, 0).text, p->low_open ? '(' : '[',
                     cli_number(p->low, 0).text, cli_number(p->high, 0).text, p->high_open ? ')' : ']');
}

static char *params_text(const tepui_kind *k)
{
    char *all = cli_copy("");
    for (size_t i = 0; i < tepui_kind_param_count(k); i++) {
        char *one = param_text(&k->params[i]);
        all = cli_append(all, "%s%s", i ? "; " : "", one);
        free(one);
    }
    return all;
}

/* What the law is about: "escape_time, hessian_extreme" of a rank correlation. */
static char *observables_of(const tepui_law_type *law)
{
    return cli_print("%s%s%s", law->observable, law->other ? ", " : "", law->other ? law->other : "");
}

static cli_table *family_table(const tepui_family *f)
{
    const int laws = f == &tepui_family_law;
    cli_table *t = new_table((const char *const[]){"name", "parameters", "meaning", "source", "observable"}, 4 + laws);
    for (size_t i = 0; f->kinds[i]; i++) {
        const tepui_kind *k = f->kinds[i];
        char *params = params_text(k);
        char *about = laws ? observables_of(f->kinds[i]) : NULL;
        add_row(t, (const char *const[]){k->name, params, k->doc, k->source, about}, 4 + laws);
        free(params);
        free(about);
    }
    return t;
}

/* "0.05|0.5" is the list [0.05, 0.5] */
static char *default_text(const char *fallback)
{
    if (!strchr(fallback, '|')) return cli_copy(fallback);
    char *list = cli_copy("");
    for (const char *at = fallback, *end; *at; at = *end ? end + 1 : end) {
        end = at + strcspn(at, "|");
        list = cli_append(list, "%s%.*s%s", at == fallback ? "[" : ", ", (int)(end - at), at, *end ? "" : "]");
    }
    return list;
}

static cli_table *fields_table(void)
{
    const size_t n = tepui_experiment_fields(NULL);
    tepui_field_info *f = cli_alloc(n, sizeof *f);
    cli_table *t = new_table((const char *const[]){"field", "default", "grid axis", "meaning"}, 4);
    tepui_experiment_fields(f);
    for (size_t i = 0; i < n; i++) {
        char *fallback = default_text(f[i].fallback);
        add_row(t, (const char *const[]){f[i].path, fallback, f[i].axis ? "yes" : "", f[i].doc}, 4);
        free(fallback);
    }
    free(f);
    return t;
}

static int unknown_family(const char *name)
{
    const char *words[64];
    tepui_error err = {""};
    size_t n = 0;
    for (; tepui_families[n] && n < 62; n++) words[n] = tepui_families[n]->name;
    words[n++] = "field";
    words[n] = NULL;
    return cli_fail("tepui list", cli_unknown(&err, "family", name, words), "%s", err.text);
}

/* Kinds read better as a list of paragraphs than as a wide table. */
static void print_paragraphs(const cli_table *t)
{
    for (size_t i = 0; i * t->columns < t->cells; i++) {
        char *const *cell = t->cell + i * t->columns;
        if (i) putchar('\n');
        puts(cell[0]);
        for (size_t k = 1; k < t->columns; k++)
            if (cell[k][0]) printf("    %-11s %s\n", t->header[k], cell[k]);
    }
}

int cmd_list(int argc, char **argv)
{
    options o = {.view = cli_view_default};
    cli_table *t;
    cli_parse(&argp, argc, argv, &o);
    const tepui_family *f = o.family ? tepui_family_find(o.family) : NULL;
    if (!o.family)
        t = families_table();
    else if (strcmp(o.family, "field") == 0)
        t = fields_table();
    else if (f)
        t = family_table(f);
    else
        return unknown_family(o.family);
    if (o.family && o.view.format == CLI_TEXT)
        print_paragraphs(t);
    else
        cli_view_print(&o.view, t);
    cli_table_free(t);
    return TEPUI_OK;
}
