/* cmd_list.c -- `tepui list [FAMILY [NAME]]`: everything an experiment file may name, from the registries. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef struct {
    cli_view view;
    const char *family, *name;
    int all; /* --long */
} options;
enum { KEY_LONG = 0x100 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (state->arg_num > 1) argp_error(state, "one family and one name only, got '%s' too", arg);
        *(state->arg_num ? &o->name : &o->family) = arg;
        return 0;
    case KEY_LONG:
        o->all = 1;
        return 0;
    default:
        return cli_format_argument(key, state, &o->view, NULL);
    }
}

static const struct argp_child children[] = {{&cli_format_argp, 0, NULL, 0}, {&cli_plugin_argp, 0, NULL, 0}, {0}};
static const struct argp_option argp_options[] = {
    {"long", KEY_LONG, 0, 0, "All that is known of each kind; text: a line each otherwise", 0}, {0}};
static const struct argp argp = {argp_options,
                                 parse,
                                 "[FAMILY [NAME]]",
                                 "Known kinds with their parameters, sentence and source.\v"
                                 "Without FAMILY: the families. With NAME: all that is known of one kind, as in `tepui "
                                 "list law N4'. `tepui list field' explains the experiment file. The other formats "
                                 "carry everything in any case.",
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

/* Laws name their observable; observables their formula, special values and cost. */
static cli_table *family_table(const tepui_family *f)
{
    static const char *const titles[] = {"name", "parameters", "meaning", "source"};
    const int laws = f == &tepui_family_law, observables = f == &tepui_family_observable;
    cli_table *t = new_table(titles, 4);
    if (laws) cli_table_column(t, CLI_LEFT, "observable");
    for (size_t i = 0; observables && i < 3; i++)
        cli_table_column(t, CLI_LEFT, ((const char *const[]){"formula", "special", "cost"})[i]);
    for (size_t i = 0; f->kinds[i]; i++) {
        const tepui_kind *k = f->kinds[i];
        const tepui_observable_type *o = f->kinds[i];
        char *params = params_text(k);
        char *about = laws ? observables_of(f->kinds[i]) : NULL;
        add_row(t, (const char *const[]){k->name, params, k->doc, k->source}, 4);
        if (laws) add_row(t, (const char *const[]){about}, 1);
        if (observables) add_row(t, (const char *const[]){o->formula, o->special, tepui_quantities_cost(o->needs)}, 3);
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
    cli_table *t = new_table((const char *const[]){"field", "default", "range", "example", "grid axis", "meaning"}, 6);
    tepui_experiment_fields(f);
    for (size_t i = 0; i < n; i++) {
        char *fallback = default_text(f[i].fallback);
        add_row(t,
                (const char *const[]){f[i].path, fallback, f[i].range, f[i].example, f[i].axis ? "yes" : "", f[i].doc},
                6);
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

static void print_paragraph(const cli_table *t, size_t row)
{
    char *const *cell = t->cell + row * t->columns;
    puts(cell[0]);
    for (size_t k = 1; k < t->columns; k++)
        if (cell[k][0]) printf("    %-11s %s\n", t->header[k], cell[k]);
}

static void print_paragraphs(const cli_table *t)
{
    for (size_t i = 0; i * t->columns < t->cells; i++) {
        if (i) putchar('\n');
        print_paragraph(t, i);
    }
}

/* What the short table leaves out. */
static void print_parameters(const tepui_kind *k)
{
    for (size_t i = 0; i < tepui_kind_param_count(k); i++)
        printf("    %-11s %s\n", k->params[i].name, k->params[i].doc);
}

static size_t terminal_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    uint64_t n;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return columns && cli_read_count(columns, &n) && n > 0 && n < 10000 ? (size_t)n : 80;
}

static size_t column_width(const cli_table *t, size_t column)
{
    size_t width = 0;
    for (size_t i = column; i < t->cells; i += t->columns) {
        const size_t n = strlen(t->cell[i]);
        if (n > width) width = n;
    }
    return width;
}

/* A text, or its beginning with "..." behind it, cut between words; docs are ASCII. */
static void print_fitting(const char *text, size_t letters)
{
    size_t n = strlen(text);
    if (n <= letters) {
        puts(text);
        return;
    }
    if (letters < 12) letters = 12; /* a terminal that is too narrow breaks the line itself */
    for (n = letters - 3; n > letters / 2 && text[n] != ' ';) n--;
    if (text[n] != ' ') n = letters - 3;
    while (n > 0 && strchr(" ,:;(", text[n - 1])) n--;
    printf("%.*s...\n", (int)n, text);
}

/* Name and meaning, a line each that fits the terminal. */
static void print_lines(const cli_table *t, size_t meaning)
{
    const size_t width = column_width(t, 0), line = terminal_width();
    for (size_t i = 0; i < t->cells; i += t->columns) {
        printf("%-*s  ", (int)width, t->cell[i]);
        print_fitting(t->cell[i + meaning], line > width + 2 ? line - width - 2 : 0);
    }
}

/* The row of a name, of a field also by its last part; SIZE_MAX: there is none. */
static size_t find_row(const cli_table *t, const char *name)
{
    for (size_t i = 0; i * t->columns < t->cells; i++)
        if (strcmp(t->cell[i * t->columns], name) == 0) return i;
    for (size_t i = 0; i * t->columns < t->cells; i++)
        if (strcmp(tepui_field_name(t->cell[i * t->columns]), name) == 0) return i;
    return SIZE_MAX;
}

static int unknown_name(const cli_table *t, const char *family, const char *name)
{
    tepui_error err = {""};
    const size_t n = t->cells / t->columns;
    const char **words = cli_alloc(n + 1, sizeof *words);
    for (size_t i = 0; i < n; i++) words[i] = t->cell[i * t->columns];
    const tepui_status st = cli_unknown(&err, family, name, words);
    free(words);
    return cli_fail("tepui list", st, "%s", err.text);
}

/* A table of this row alone. */
static cli_table *one_row(const cli_table *t, size_t row)
{
    cli_table *one = new_table((const char *const *)t->header, t->columns);
    add_row(one, (const char *const *)t->cell + row * t->columns, t->columns);
    return one;
}

static int show_one(const options *o, const tepui_family *f, const cli_table *t)
{
    const size_t row = find_row(t, o->name);
    if (row == SIZE_MAX) return unknown_name(t, o->family, o->name);
    if (o->view.format == CLI_TEXT) {
        print_paragraph(t, row);
        if (f) print_parameters(f->kinds[row]);
        return TEPUI_OK;
    }
    cli_table *one = one_row(t, row);
    cli_view_print(&o->view, one);
    cli_table_free(one);
    return TEPUI_OK;
}

static int show(const options *o, const tepui_family *f, const cli_table *t)
{
    if (o->name) return show_one(o, f, t);
    if (!o->family || o->view.format != CLI_TEXT)
        cli_view_print(&o->view, t);
    else if (o->all)
        print_paragraphs(t);
    else
        print_lines(t, f ? 2 : 5);
    return TEPUI_OK;
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
    const int status = show(&o, f, t);
    cli_table_free(t);
    return status;
}
