/* view.c -- options that several commands share, as argp children: what to look at and how to print it. */
#include "cli.h"
#include <stdlib.h>

const cli_view cli_view_default = {.format = CLI_TEXT, .digits = -1};

int cli_view_digits_or(const cli_view *v, int otherwise)
{
    if (v->digits >= 0) return v->digits;
    return v->format == CLI_CSV || v->format == CLI_JSON ? 0 : otherwise;
}

int cli_view_digits(const cli_view *v)
{
    return cli_view_digits_or(v, 3);
}

static error_t read_format(cli_view *v, const char *arg, struct argp_state *state)
{
    if (!cli_read_format(arg, &v->format))
        argp_error(state, "unknown format '%s'; known: text, csv, markdown, latex, json", arg);
    return 0;
}

enum { KEY_DIGITS = 0x100, KEY_LOG, KEY_CAPTION, KEY_LABEL };

static error_t parse_format(int key, char *arg, struct argp_state *state)
{
    cli_view *v = state->input;
    switch (key) {
    case 'f':
        return read_format(v, arg, state);
    case KEY_CAPTION:
        v->caption = arg;
        return 0;
    case KEY_LABEL:
        v->label = arg;
        return 0;
    case ARGP_KEY_END:
        if ((v->caption || v->label) && v->format != CLI_LATEX)
            argp_error(state, "--%s is for --format latex", v->caption ? "caption" : "label");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option format_options[] = {
    {"format", 'f', "FORMAT", 0, "text (default), csv, markdown, latex or json", 0},
    {"caption", KEY_CAPTION, "TEXT", 0, "latex: in a table environment with this caption, itself LaTeX", 0},
    {"label", KEY_LABEL, "NAME", 0, "latex: in a table environment with this label", 0},
    {0}};
const struct argp cli_format_argp = {.options = format_options, .parser = parse_format};

void cli_read_digits(cli_view *v, const char *arg, struct argp_state *state)
{
    v->digits = (int)cli_count_option("digits", arg, 0, 17, state);
}

double cli_read_false_alarm(const char *arg, struct argp_state *state)
{
    char *end;
    const double x = strtod(arg, &end);
    if (end == arg || *end || !(x > 0 && x < 1))
        argp_error(state, "--false-alarm takes a probability between 0 and 1, got '%s'", arg);
    return x;
}

static void add_filter(cli_view *v, const char *arg)
{
    v->where = cli_grow(v->where, v->wheres + 2, sizeof *v->where);
    v->where[v->wheres++] = arg;
    v->where[v->wheres] = NULL;
}

static error_t parse_cells(int key, char *arg, struct argp_state *state)
{
    cli_view *v = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = v;
        return 0;
    case 'w':
        add_filter(v, arg);
        return 0;
    case KEY_DIGITS:
        cli_read_digits(v, arg, state);
        return 0;
    case KEY_LOG:
        v->log = 1;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option cells_options[] = {
    {"where", 'w', "KEY=VALUE", 0, "Only cells with this value in this column; may be repeated", 0},
    {"digits", KEY_DIGITS, "N", 0,
     "Significant digits; 0: all (default: 3; 0 for csv and json; in latex two of the uncertainty)", 0},
    {"log", KEY_LOG, 0, 0, "Keep natural logarithms as they are in the file", 0},
    {0}};
static const struct argp_child cells_children[] = {{&cli_format_argp, 0, NULL, 0}, {0}};
const struct argp cli_cells_argp = {.options = cells_options, .parser = parse_cells, .children = cells_children};

static error_t parse_view(int key, char *arg, struct argp_state *state)
{
    cli_view *v = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = v;
        return 0;
    case 'O':
        v->observable = arg;
        return 0;
    case 'c':
        v->component = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option view_options[] = {
    {"observable", 'O', "NAME", 0, "Observable (`tepui list observable' explains them)", 0},
    {"component", 'c', "NAME", 0,
     "Layer number, `output', `total' or `last' (default: total if the observable has one, else last)", 0},
    {0}};
static const struct argp_child view_children[] = {{&cli_cells_argp, 0, NULL, 0}, {0}};
const struct argp cli_view_argp = {.options = view_options, .parser = parse_view, .children = view_children};

uint64_t cli_count_option(const char *name, const char *arg, uint64_t least, uint64_t most, struct argp_state *state)
{
    uint64_t n = 0;
    const int is_count = cli_read_count(arg, &n);
    if (!is_count && most == UINT64_MAX) argp_error(state, "--%s takes a whole number, got '%s'", name, arg);
    if (!is_count || n < least || n > most)
        argp_error(state, "--%s takes %llu to %llu, got '%s'", name, (unsigned long long)least,
                   (unsigned long long)most, arg);
    return n;
}

error_t cli_format_argument(int key, struct argp_state *state, cli_view *v, void *net)
{
    if (key != ARGP_KEY_INIT) return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = v;
    if (net) state->child_inputs[1] = net;
    return 0;
}

error_t cli_file_argument(int key, char *arg, struct argp_state *state, cli_view *v, const char **file)
{
    switch (key) {
    case ARGP_KEY_INIT:
        if (v) state->child_inputs[0] = v;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) argp_error(state, "one result file only, got '%s' too", arg);
        *file = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "a result file is needed");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* --- tables, and what is around them */

void cli_open_tables(const cli_view *v, FILE *out)
{
    if (v->format != CLI_LATEX) return;
    fputs("% needs \\usepackage{booktabs}\n", out);
    if (!v->caption && !v->label) return;
    fputs("\\begin{table}\n\\centering\n", out);
    if (v->caption) fprintf(out, "\\caption{%s}\n", v->caption);
    if (v->label) fprintf(out, "\\label{%s}\n", v->label);
}

void cli_close_tables(const cli_view *v, FILE *out)
{
    if (v->format == CLI_LATEX && (v->caption || v->label)) fputs("\\end{table}\n", out);
}

void cli_view_print(const cli_view *v, const cli_table *t)
{
    cli_open_tables(v, stdout);
    cli_table_print(t, v->format, stdout);
    cli_close_tables(v, stdout);
}
