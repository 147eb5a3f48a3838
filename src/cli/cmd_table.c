/* cmd_table.c -- `tepui table FILE`: one statistic of one observable over the grid.

   Text, Markdown and LaTeX show one block per combination of the remaining parameters (init = he, init = xavier, ...);
   CSV puts those into leading columns; JSON gives one object per cell, with the natural logarithm beside a magnitude
   because the magnitude may lie outside the range of doubles. Infinite numbers, which JSON does not have, are the
   strings "inf" and "-inf" there, in all commands. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    cli_view view;
    const char *file, *statistic, *rows, *columns;
    int interval, dead;
} options;

/* Everything the printers need. */
typedef struct {
    const options *o;
    const cli_pivot *p;
    cli_statistic statistic;
    int digits;
} report;

/* --- options */

enum { KEY_WITH = 0x700 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case 's':
        o->statistic = arg;
        return 0;
    case 'r':
        o->rows = arg;
        return 0;
    case 'k':
        o->columns = arg;
        return 0;
    case 'i':
        o->interval = 1;
        return 0;
    case KEY_WITH:
        if (strcmp(arg, "dead") != 0) argp_error(state, "--with takes dead, got '%s'", arg);
        o->dead = 1;
        return 0;
    default:
        return cli_file_argument(key, arg, state, &o->view, &o->file);
    }
}

static const struct argp_option argp_options[] = {
    {"statistic", 's', "NAME", 0,
     "median (default), quantile=P, below=X or above=X (the probability of values up to X, or beyond it), mean, sd, "
     "variance, skewness, kurtosis, minimum, maximum, count, zero, nan, "
     "infinite, under or over",
     0},
    {"rows", 'r', "COLUMN", 0, "Parameter that runs down (default: depth); `component' gives a row per layer", 0},
    {"columns", 'k', "COLUMN", 0, "Parameter that runs across (default: width); `component' gives a column per layer",
     0},
    {"interval", 'i', 0, 0, "Add the distribution-free 95 % interval of a median, quantile or probability", 0},
    {"with", KEY_WITH, "dead", 0, "Beside every column the share of samples that are exactly 0, dead nets as a rule",
     0},
    {0}};
static const struct argp_child children[] = {{&cli_view_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "FILE",
    "A statistic of an observable as a table.\v"
    "Quantiles and extremes of magnitudes are printed as magnitudes, however small; mean, sd, variance, skewness and "
    "kurtosis are those of the natural logarithm, over the samples that are neither zero nor infinite. `-' means no "
    "samples. below=X and above=X count all samples, zeros (dead ones) and infinite ones included; of a magnitude X is "
    "one, with --log its logarithm. Their interval is Clopper and Pearson's. Without all raw samples, an X inside a "
    "bin "
    "shares the bin's samples out evenly, and the interval covers all ways to share. `inf': not escaped within "
    "the limit of steps, or diverged; in JSON, `inf' and `-inf' are strings and null means no samples.",
    children,
    NULL,
    NULL};

/* --- one cell of the table */

static cli_value value_at(const report *s, size_t item)
{
    const cli_item *i = &s->p->item[item];
    return cli_statistic_value(s->p->result, s->p->observable, s->statistic, i->cell, i->component);
}

/* The share of samples that are exactly 0; NaN without samples. */
static double dead_share(const report *s, size_t item)
{
    const tepui_result_observable *o = s->p->observable;
    if (item == SIZE_MAX) return NAN;
    const cli_item *i = &s->p->item[item];
    const uint64_t count = o->count[i->cell * o->components + i->component];
    const cli_value zero =
        cli_statistic_value(s->p->result, o, (cli_statistic){.kind = CLI_ZERO}, i->cell, i->component);
    return count ? zero.value / (double)count : NAN;
}

static void add_dead(const report *s, cli_table *t, size_t item)
{
    const int digits = s->digits ? 2 : 0;
    if (s->o->dead) cli_table_cell(t, cli_number(dead_share(s, item), digits).text);
}

static cli_text part(const report *s, cli_value v, double x)
{
    v.value = x;
    return cli_value_text(v, s->o->view.log, s->digits);
}

static void add_value(const report *s, cli_table *t, size_t item)
{
    const cli_value v = item == SIZE_MAX ? (cli_value){NAN, NAN, NAN, 0} : value_at(s, item);
    const int digits = cli_interval_digits(&s->o->view);
    if (!s->o->interval) {
        cli_table_cell(t, cli_rounded_text(v, s->o->view.log, digits).text);
        return;
    }
    char *text = cli_interval_text(v, s->o->view.log, digits);
    cli_table_cell(t, text);
    free(text);
}

/* --- blocks for readers */

static cli_align label_align(cli_axis axis)
{
    return axis.column && !axis.column->is_text ? CLI_NUMERIC : CLI_RIGHT;
}

/* "init = he, law = gaussian" */
static char *block_title(const cli_pivot *p, size_t block)
{
    const size_t cell = p->item[cli_pivot_block_item(p, block)].cell;
    char *title = cli_copy("");
    for (size_t k = 0; k < p->keys; k++)
        title = cli_append(title, "%s%s = %s", k ? ", " : "", p->key[k]->name, p->key[k]->text[cell]);
    return title;
}

static void add_rows(const report *s, cli_table *t, size_t block, const size_t *column, size_t columns)
{
    const cli_pivot *p = s->p;
    size_t *row = cli_alloc(p->items, sizeof *row);
    const size_t rows = cli_pivot_rows(p, block, row);
    size_t *grid = cli_pivot_grid(p, block, row, rows, column, columns);
    for (size_t i = 0; i < rows; i++) {
        cli_table_cell(t, cli_axis_label(p, p->row, row[i]));
        for (size_t k = 0; k < columns; k++) {
            add_value(s, t, grid[i * columns + k]);
            add_dead(s, t, grid[i * columns + k]);
        }
    }
    free(grid);
    free(row);
}

/* Blocks first ... last, which share their columns. */
static cli_table *blocks_table(const report *s, size_t first, size_t last)
{
    const cli_pivot *p = s->p;
    size_t *column = cli_alloc(p->items, sizeof *column);
    const size_t columns = cli_pivot_columns(p, first == last ? first : SIZE_MAX, column);
    cli_table *t = cli_table_new();
    char *corner = cli_print("%s \\ %s", s->o->rows, s->o->columns);
    cli_table_column(t, label_align(p->row), corner);
    for (size_t k = 0; k < columns; k++) {
        cli_table_column(t, CLI_NUMERIC, cli_axis_label(p, p->column, column[k]));
        if (s->o->dead) cli_table_column(t, CLI_NUMERIC, "dead");
    }
    for (size_t b = first; b <= last && b < p->blocks; b++) {
        char *title = block_title(p, b);
        if (p->keys) cli_table_section(t, title);
        add_rows(s, t, b, column, columns);
        free(title);
    }
    free(corner);
    free(column);
    return t;
}

static const char *component_name(const report *s)
{
    const cli_pivot *p = s->p;
    if (!p->row.column || !p->column.column) return "each";
    const size_t first = p->items ? p->item[0].component : 0;
    for (size_t i = 0; i < p->items; i++)
        if (p->item[i].component != first) return "last";
    return cli_component_shown(p->observable, first);
}

static char *report_title(const report *s)
{
    char *what = cli_statistic_title(s->p->observable, s->statistic, s->o->view.log);
    char *title =
        cli_print("%s, component %s%s%s%s", what, component_name(s), s->o->interval ? ", with 95 % interval" : "",
                  s->o->dead ? "; dead: share of samples that are 0" : "",
                  strcmp(s->p->result->status, "complete") ? " (run not complete)" : "");
    free(what);
    return title;
}

static void print_blocks(const report *s)
{
    char *title = report_title(s);
    cli_heading(title, 0, s->o->view.format, stdout);
    for (size_t b = 0; b < s->p->blocks; b++) {
        char *heading = block_title(s->p, b);
        cli_table *t = blocks_table(s, b, b);
        if (s->o->view.format == CLI_TEXT || b > 0) putchar('\n');
        if (s->p->keys) cli_heading(heading, 1, s->o->view.format, stdout);
        cli_table_print(t, s->o->view.format, stdout);
        cli_table_free(t);
        free(heading);
    }
    free(title);
}

/* --- one table for programs */

/* Columns of the CSV form: keys, row label, then one (or three) per column label. */
static void csv_header(const report *s, cli_table *t, const size_t *column, size_t columns)
{
    const cli_pivot *p = s->p;
    for (size_t k = 0; k < p->keys; k++) cli_table_column(t, CLI_LEFT, p->key[k]->name);
    cli_table_column(t, CLI_LEFT, s->o->rows);
    for (size_t k = 0; k < columns; k++) {
        const char *label = cli_axis_label(p, p->column, column[k]);
        static const char *const ending[] = {"", " low", " high"};
        for (int e = 0; e < (s->o->interval ? 3 : 1); e++) {
            char *name = cli_print("%s=%s%s", s->o->columns, label, ending[e]);
            cli_table_column(t, CLI_NUMERIC, name);
            free(name);
        }
        if (s->o->dead) {
            char *name = cli_print("%s=%s dead", s->o->columns, label);
            cli_table_column(t, CLI_NUMERIC, name);
            free(name);
        }
    }
}

static void csv_value(const report *s, cli_table *t, size_t item)
{
    const cli_value v = item == SIZE_MAX ? (cli_value){NAN, NAN, NAN, 0} : value_at(s, item);
    cli_table_cell(t, part(s, v, v.value).text);
    if (s->o->interval) {
        cli_table_cell(t, part(s, v, v.low).text);
        cli_table_cell(t, part(s, v, v.high).text);
    }
    add_dead(s, t, item);
}

static void csv_block(const report *s, cli_table *t, size_t block, const size_t *row, size_t rows, const size_t *column,
                      size_t columns)
{
    const cli_pivot *p = s->p;
    const size_t cell = p->item[cli_pivot_block_item(p, block)].cell;
    size_t *grid = cli_pivot_grid(p, block, row, rows, column, columns);
    for (size_t i = 0; i < rows; i++) {
        for (size_t k = 0; k < p->keys; k++) cli_table_cell(t, p->key[k]->text[cell]);
        cli_table_cell(t, cli_axis_label(p, p->row, row[i]));
        for (size_t k = 0; k < columns; k++) csv_value(s, t, grid[i * columns + k]);
    }
    free(grid);
}

static void print_csv(const report *s)
{
    const cli_pivot *p = s->p;
    size_t *row = cli_alloc(p->items, sizeof *row), *column = cli_alloc(p->items, sizeof *column);
    const size_t rows = cli_pivot_rows(p, SIZE_MAX, row), columns = cli_pivot_columns(p, SIZE_MAX, column);
    cli_table *t = cli_table_new();
    csv_header(s, t, column, columns);
    for (size_t b = 0; b < p->blocks; b++) csv_block(s, t, b, row, rows, column, columns);
    cli_table_print(t, CLI_CSV, stdout);
    cli_table_free(t);
    free(row);
    free(column);
}

static void json_header(const report *s, cli_table *t)
{
    const cli_pivot *p = s->p;
    for (size_t k = 0; k < p->keys; k++)
        cli_table_column(t, p->key[k]->is_text ? CLI_LEFT : CLI_NUMERIC, p->key[k]->name);
    if (p->row.column) cli_table_column(t, p->row.column->is_text ? CLI_LEFT : CLI_NUMERIC, s->o->rows);
    if (p->column.column) cli_table_column(t, p->column.column->is_text ? CLI_LEFT : CLI_NUMERIC, s->o->columns);
    cli_table_column(t, CLI_LEFT, "component");
    cli_table_column(t, CLI_NUMERIC, "value");
    cli_table_column(t, CLI_NUMERIC, "low");
    cli_table_column(t, CLI_NUMERIC, "high");
    cli_table_column(t, CLI_NUMERIC, "ln");
    if (s->o->dead) cli_table_column(t, CLI_NUMERIC, "dead");
}

static void json_record(const report *s, cli_table *t, size_t item)
{
    const cli_pivot *p = s->p;
    const cli_item *i = &p->item[item];
    const cli_value v = value_at(s, item);
    for (size_t k = 0; k < p->keys; k++) cli_table_cell(t, p->key[k]->text[i->cell]);
    if (p->row.column) cli_table_cell(t, p->row.column->text[i->cell]);
    if (p->column.column) cli_table_cell(t, p->column.column->text[i->cell]);
    cli_table_cell(t, p->observable->component[i->component]);
    cli_table_cell(t, part(s, v, v.value).text);
    cli_table_cell(t, part(s, v, v.low).text);
    cli_table_cell(t, part(s, v, v.high).text);
    cli_table_cell(t, cli_number(v.ln ? v.value : NAN, 0).text);
    add_dead(s, t, item);
}

static void print_json(const report *s)
{
    const tepui_result_observable *o = s->p->observable;
    cli_table *t = cli_table_new();
    json_header(s, t);
    for (size_t i = 0; i < s->p->items; i++) json_record(s, t, i);
    fputs("{\"title\": ", stdout);
    cli_json_text(s->p->result->title, stdout);
    fputs(", \"status\": ", stdout);
    cli_json_text(s->p->result->status, stdout);
    fputs(",\n \"observable\": ", stdout);
    cli_json_text(o->name, stdout);
    fputs(", \"unit\": ", stdout);
    cli_json_text(o->unit, stdout);
    fputs(", \"transform\": ", stdout);
    cli_json_text(o->transform, stdout);
    fputs(", \"statistic\": ", stdout);
    char *title = cli_statistic_title(o, s->statistic, s->o->view.log);
    cli_json_text(title, stdout);
    fputs(",\n \"records\": ", stdout);
    cli_table_print(t, CLI_JSON, stdout);
    fputs("}\n", stdout);
    free(title);
    cli_table_free(t);
}

/* --- the command */

static tepui_status make_sheet(const options *o, const tepui_result *r, cli_pivot **p, cli_statistic *statistic,
                               tepui_error *err)
{
    tepui_status st;
    const tepui_result_observable *observable;
    size_t component;
    char *keep = cli_alloc(r->cells, 1);
    TEPUI_TRY(cli_find_observable(r, o->view.observable, &observable, err));
    TEPUI_TRY(cli_find_statistic(r, o->statistic, statistic, err));
    TEPUI_TRY(cli_find_component(observable, o->view.component, &component, err));
    TEPUI_TRY(cli_where(r, o->view.where, keep, err));
    TEPUI_TRY(cli_statistic_meets(statistic, observable, o->view.log, err));
    if (o->interval && !cli_statistic_has_interval(*statistic)) {
        st = tepui_fail(err, TEPUI_USAGE, "--interval is for median, quantile=P, below=X and above=X, not for %s",
                        o->statistic);
        goto done;
    }
    TEPUI_TRY(cli_pivot_make(r, observable, o->rows, o->columns, component, keep, p, err));
done:
    free(keep);
    return st;
}

/* One tabular: a paper has no use for several side by side. */
static void print_latex(const report *s)
{
    char *title = report_title(s);
    cli_table *t = blocks_table(s, 0, s->p->blocks ? s->p->blocks - 1 : 0);
    cli_open_tables(&s->o->view, stdout);
    cli_heading(title, 0, CLI_LATEX, stdout);
    cli_table_print(t, CLI_LATEX, stdout);
    cli_close_tables(&s->o->view, stdout);
    cli_table_free(t);
    free(title);
}

static void print_report(const report *s)
{
    if (s->o->view.format == CLI_LATEX)
        print_latex(s);
    else if (s->o->view.format == CLI_JSON)
        print_json(s);
    else if (s->o->view.format == CLI_CSV)
        print_csv(s);
    else
        print_blocks(s);
}

int cmd_table(int argc, char **argv)
{
    tepui_status st;
    options o = {.view = cli_view_default, .statistic = "median", .rows = "depth", .columns = "width"};
    tepui_result *r = NULL;
    cli_pivot *p = NULL;
    tepui_error err = {""};
    cli_statistic statistic;
    cli_parse(&argp, argc, argv, &o);
    TEPUI_TRY(cli_open(o.file, cli_statistic_parts(o.statistic), &r, &err));
    TEPUI_TRY(make_sheet(&o, r, &p, &statistic, &err));
    print_report(&(report){&o, p, statistic, cli_view_digits(&o.view)});
done:
    cli_pivot_free(p);
    tepui_result_free(r);
    free(o.view.where);
    return st == TEPUI_OK ? TEPUI_OK : cli_fail("tepui table", st, "%s", err.text);
}
