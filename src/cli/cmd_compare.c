/* cmd_compare.c -- `tepui compare A B`: two results, or samples of a text file, one line per cell, observable and
   component. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    cli_view view;
    const char *file[2], *observable, *component;
    const char **ignore;
    size_t ignores;
    double false_alarm;
    int strict, are_ln;
} options;

enum { KEY_ALARM = 0x300, KEY_DIGITS, KEY_IGNORE, KEY_STRICT, KEY_LN };
#define NAMED 8u /* cells without a partner that are named */

static int is_csv(const char *file)
{
    const size_t n = strlen(file);
    return n > 4 && strcmp(file + n - 4, ".csv") == 0;
}

static void read_file(options *o, char *arg, struct argp_state *state)
{
    if (state->arg_num >= 2) argp_error(state, "one file too many: '%s'", arg);
    o->file[state->arg_num] = arg;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_ALARM:
        o->false_alarm = cli_read_false_alarm(arg, state);
        return 0;
    case KEY_DIGITS:
        cli_read_digits(&o->view, arg, state);
        return 0;
    case KEY_IGNORE:
        o->ignore = cli_grow(o->ignore, o->ignores + 2, sizeof *o->ignore);
        o->ignore[o->ignores++] = arg;
        o->ignore[o->ignores] = NULL;
        return 0;
    case KEY_STRICT:
        o->strict = 1;
        return 0;
    case KEY_LN:
        o->are_ln = 1;
        return 0;
    case 'O':
        o->observable = arg;
        return 0;
    case 'c':
        o->component = arg;
        return 0;
    case ARGP_KEY_ARG:
        read_file(o, arg, state);
        return 0;
    case ARGP_KEY_END:
        if (state->arg_num < 2) argp_error(state, "two result files are needed, or a result and samples in FILE.csv");
        if (o->are_ln && !is_csv(o->file[0]) && !is_csv(o->file[1]))
            argp_error(state, "--ln is for samples in FILE.csv");
        return 0;
    default:
        return cli_format_argument(key, state, &o->view, NULL);
    }
}

static const struct argp_option argp_options[] = {
    {"observable", 'O', "NAME", 0, "Only this observable (default: all that both have)", 0},
    {"component", 'c', "NAME", 0,
     "Only this component; `last' is the last one of each cell (default: all that both have)", 0},
    {"ignore", KEY_IGNORE, "COLUMN", 0, "Cells may differ in this parameter, such as init; may be given several times",
     0},
    {"false-alarm", KEY_ALARM, "P", 0,
     "Chance that any line differs although none does, over all lines (Holm's rule; default 1e-4)", 0},
    {"strict", KEY_STRICT, 0, 0, "Exit status 1, too, where a line is refused or a cell has no partner", 0},
    {"ln", KEY_LN, 0, 0, "Samples of FILE.csv are natural logarithms, whatever their column is called", 0},
    {"digits", KEY_DIGITS, "N", 0, "Significant digits; 0: all (default: 4, and 0 for csv and json)", 0},
    {0}};
static const struct argp_child children[] = {{&cli_format_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "A B",
    "Compare two results, cell by cell: do the distributions differ? A or B may be samples of your own, FILE.csv as of "
    "`tepui verify --samples'.\v"
    "Cells that agree in all parameters that both files have belong together; those without a partner are named on "
    "standard error. test: ks (Kolmogorov-Smirnov of all finite raw samples; the medians are shown), ks-bins (at the "
    "edges that both histograms have, where raw samples are missing: p is too large rather than too small), welch "
    "(means, where there are no common edges either), zero, infinite (shares, by Fisher's exact test). p is the "
    "smallest p-value of all tests of the line, times their number.\n"
    "verdict: same (no difference was found), differs, or refused: why. Cells with the same seed hold the same "
    "samples, which are no second ones: identical where all numbers agree to the bit, which needs no test, else "
    "refused.\n"
    "Samples of a CSV file are samples of the observable -O and have one component, which is compared with component "
    "-c, by default with total or the last. NaN is left out with a message, and the exit status is 1.\n"
    "Exit status: 0 no difference was found, 1 some differ, or nothing was compared.",
    children,
    NULL,
    NULL};

/* Samples of a file have none. */
static const char *component_of(const tepui_compare_line *line)
{
    const int s = strcmp(line->observable[0]->component[line->component[0]], "value") == 0;
    return cli_component_shown(line->observable[s], line->component[s]);
}

static void add_line(cli_table *t, const tepui_compare_line *line, const tepui_result *a, int digits)
{
    static const char *const words[] = {"same", "differs"};
    const tepui_column *depth = tepui_result_column(a, "depth"), *width = tepui_result_column(a, "width_expression");
    cli_table_cell(t, cli_count(line->cell[0]).text);
    cli_table_cell(t, cli_count(line->cell[1]).text);
    cli_table_cell(t, depth ? depth->text[line->cell[0]] : "-");
    cli_table_cell(t, width ? width->text[line->cell[0]] : "-");
    cli_table_cell(t, line->observable[0]->name);
    cli_table_cell(t, component_of(line));
    cli_table_cell(t, line->test[0] ? line->test : "-");
    cli_table_cell(t, cli_number(line->statistic, digits).text);
    for (int s = 0; s < 2; s++) cli_table_cell(t, cli_number(line->value[s], digits).text);
    for (int s = 0; s < 2; s++) cli_table_cell(t, cli_number((double)line->samples[s], 0).text);
    cli_table_cell(t, cli_number(line->p, digits ? 2 : 0).text);
    char *verdict = line->verdict == TEPUI_REFUSED ? cli_print("refused: %s", line->why)
                    : line->why[0] ? cli_print("%s (%s)", words[line->verdict == TEPUI_FAILS], line->why)
                                   : cli_copy(words[line->verdict == TEPUI_FAILS]);
    cli_table_cell(t, verdict);
    free(verdict);
}

static void print_lines(const options *o, const tepui_result *a, const tepui_comparison *c)
{
    static const struct {
        const char *name;
        cli_align align;
    } column[] = {{"cell_a", CLI_RIGHT}, {"cell_b", CLI_RIGHT},      {"depth", CLI_RIGHT},
                  {"width", CLI_RIGHT},  {"observable", CLI_LEFT},   {"component", CLI_RIGHT},
                  {"test", CLI_LEFT},    {"statistic", CLI_NUMERIC}, {"a", CLI_NUMERIC},
                  {"b", CLI_NUMERIC},    {"samples_a", CLI_NUMERIC}, {"samples_b", CLI_NUMERIC},
                  {"p", CLI_NUMERIC},    {"verdict", CLI_LEFT}};
    const int exact = o->view.format == CLI_CSV || o->view.format == CLI_JSON;
    const int digits = cli_view_digits_or(&o->view, 4);
    cli_table *t = cli_table_new();
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) cli_table_column(t, column[k].align, column[k].name);
    for (size_t i = 0; i < c->lines; i++) add_line(t, &c->line[i], a, digits);
    cli_view_print(&o->view, t);
    char *identical = c->identical ? cli_print(", %zu identical", c->identical) : cli_copy("");
    if (!exact && o->view.format != CLI_LATEX)
        printf("\n%zu lines, %zu differ, %zu refused%s; chance that any differs although none does: %s\n", c->lines,
               c->failures, c->refusals, identical, cli_number(c->false_alarm, 2).text);
    free(identical);
    cli_table_free(t);
}

static void print_alone(const options *o, const tepui_comparison *c)
{
    for (int s = 0; s < 2; s++) {
        char *list = cli_copy("");
        for (size_t i = 0; i < c->alones[s] && i < NAMED; i++) list = cli_append(list, " %zu", c->alone[s][i]);
        if (c->alones[s])
            cli_say("tepui compare", "%zu cells are in %s only:%s%s", c->alones[s], o->file[s], list,
                    c->alones[s] > NAMED ? " ..." : "");
        free(list);
    }
}

static tepui_status check_names(const options *o, tepui_result *const r[2], tepui_error *err)
{
    const tepui_result_observable *found;
    const tepui_column *column;
    tepui_status st = TEPUI_OK;
    for (int s = 0; s < 2 && st == TEPUI_OK && o->observable; s++)
        if (r[s]) st = cli_find_observable(r[s], o->observable, &found, err);
    for (size_t i = 0; i < o->ignores && st == TEPUI_OK && r[0]; i++)
        st = cli_find_column(r[0], o->ignore[i], &column, err);
    return st;
}

/* Samples of a text file are of the observable of the result, stored as it is there. */
static tepui_status read_samples(const options *o, const char *file, const tepui_result *other, tepui_result **out,
                                 tepui_error *err)
{
    const tepui_result_observable *about = NULL;
    const tepui_observable_type *kind = o->observable ? tepui_kind_find(&tepui_family_observable, o->observable) : NULL;
    const tepui_status st = other ? cli_find_observable(other, o->observable, &about, err) : TEPUI_OK;
    tepui_samples_quantity q = {.name = o->observable ? o->observable : "value", .as_column = !kind};
    if (st != TEPUI_OK) return st;
    if (kind) q.transform = kind->transform;
    if (about) {
        q = (tepui_samples_quantity){.name = about->name};
        q.transform = strcmp(about->transform, "ln") == 0 ? TEPUI_TRANSFORM_LN : TEPUI_TRANSFORM_NONE;
    }
    return tepui_samples_read(file, &q, 1, o->are_ln, out, err);
}

static tepui_status read_both(const options *o, tepui_result *r[2], tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    for (int s = 0; s < 2 && st == TEPUI_OK; s++)
        if (!is_csv(o->file[s])) st = cli_open(o->file[s], TEPUI_READ_ALL, &r[s], err);
    if (st == TEPUI_OK) st = check_names(o, r, err);
    for (int s = 0; s < 2 && st == TEPUI_OK; s++)
        if (is_csv(o->file[s])) st = read_samples(o, o->file[s], is_csv(o->file[1 - s]) ? NULL : r[1 - s], &r[s], err);
    return st;
}

static tepui_status verdict_of(const options *o, tepui_result *const r[2], const tepui_comparison *c)
{
    int failed = c->failures || c->tested + c->identical == 0;
    if (o->strict) failed |= c->refusals || c->alones[0] || c->alones[1];
    for (int s = 0; s < 2; s++)
        if (is_csv(o->file[s]) && cli_samples_count_nan("tepui compare", o->file[s], r[s])) failed = 1;
    return failed ? TEPUI_FAILED : TEPUI_OK;
}

int cmd_compare(int argc, char **argv)
{
    tepui_error err = {""};
    tepui_status st;
    tepui_result *r[2] = {NULL, NULL};
    tepui_comparison *c = NULL;
    options o = {.view = cli_view_default};
    cli_parse(&argp, argc, argv, &o);
    TEPUI_TRY(read_both(&o, r, &err));
    const tepui_compare_options how = {o.observable, o.component, o.ignore, o.false_alarm};
    TEPUI_TRY(tepui_compare(r[0], r[1], &how, &c, &err));
    print_lines(&o, r[0], c);
    print_alone(&o, c);
    if (c->tested + c->identical == 0) cli_say("tepui compare", "nothing was tested: see the reasons in the lines");
    st = verdict_of(&o, r, c);
done:
    if (st != TEPUI_OK && st != TEPUI_FAILED) st = (tepui_status)cli_fail("tepui compare", st, "%s", err.text);
    tepui_comparison_free(c);
    for (int s = 0; s < 2; s++) tepui_result_free(r[s]);
    free(o.ignore);
    return st;
}
