/* cmd_histogram.c -- `tepui histogram FILE`: the distribution of one component of one cell.

   density = count / (number of samples that are not NaN * width of the bin), so that bins, zero, under, over and
   infinite (a line that only observables have that censor) together integrate to 1. Zeros are no part of the bins, as
   they are in the file where values are no logarithms; such values at -infinity have a line of their own. Observables
   with transform "ln" have bins in the natural logarithm; csv and json keep those edges (ln_low, ln_high), the others
   show them as magnitudes unless --log. Text joins neighbouring bins to fit the terminal; the other formats print every
   bin between the first and the last that is not empty. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR 50.0
#define ROWS_LEAST 5u
#define ROWS_FALLBACK 24u
#define ROWS_TAKEN 9u /* heading, atoms, prompt */

typedef struct {
    cli_view view;
    const char *file;
    size_t cell, bins; /* cell SIZE_MAX: by --where */
} options;

/* One cell's bins, joined `join` at a time. */
typedef struct {
    const tepui_result_observable *o;
    size_t at, cell, component; /* at: index of [cell, component] */
    size_t first, last, join;   /* bins first..last-1 are shown */
    int ln;
    double range_low, range_high; /* output.range */
} figure;

/* --- options */

enum { KEY_CELL = 0x200, KEY_BINS };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_CELL:
        o->cell = cli_count_option("cell", arg, 0, UINT64_MAX, state);
        return 0;
    case KEY_BINS:
        o->bins = cli_count_option("bins", arg, 0, UINT64_MAX, state);
        return 0;
    default:
        return cli_file_argument(key, arg, state, &o->view, &o->file);
    }
}

static const struct argp_option argp_options[] = {
    {"cell", KEY_CELL, "N", 0, "Number of the cell, from 0 (or choose it by --where)", 0},
    {"bins", KEY_BINS, "N", 0, "Join neighbouring bins so that at most N are left (default: height of the terminal)",
     0},
    {0}};
static const struct argp_child children[] = {{&cli_view_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "FILE",
    "The distribution of an observable in one cell.\v"
    "Zeros, NaN and values beyond output.range are always shown with the bins, and infinite ones where an "
    "observable may have them.",
    children,
    NULL,
    NULL};

/* --- choosing */

static tepui_status the_only_cell(const tepui_result *r, const char *keep, size_t *cell, tepui_error *err)
{
    size_t n = 0;
    for (size_t i = r->cells; i-- > 0;)
        if (keep[i]) {
            *cell = i;
            n++;
        }
    if (n == 1) return TEPUI_OK;
    return tepui_fail(err, TEPUI_USAGE, "%zu cells fit; choose one by --where key=value or by --cell 0 .. %zu", n,
                      r->cells - 1);
}

static tepui_status choose_cell(const options *o, const tepui_result *r, size_t *cell, tepui_error *err)
{
    tepui_status st;
    char *keep = cli_alloc(r->cells, 1);
    *cell = o->cell;
    TEPUI_TRY(cli_where(r, o->view.where, keep, err));
    if (o->cell == SIZE_MAX)
        TEPUI_TRY(the_only_cell(r, keep, cell, err));
    else if (o->cell >= r->cells)
        st = tepui_fail(err, TEPUI_USAGE, "there is no cell %zu; cells are 0 .. %zu", o->cell, r->cells - 1);
done:
    free(keep);
    return st;
}

static uint64_t origin(const figure *f)
{
    return f->o->origin ? f->o->origin[f->at] : 0;
}

/* Zeros that are no logarithms stand in the bin from 0 on of the file, or beyond output.range; here they are a part of
   their own. here: whether they stand in what is counted. */
static uint64_t without_zeros(const figure *f, uint64_t count, int here)
{
    const uint64_t zeros = origin(f);
    return !here ? count : count > zeros ? count - zeros : 0; /* a file made by hand may say more zeros */
}

static int are_under(const figure *f)
{
    return f->range_low > 0;
}

static int are_over(const figure *f)
{
    return f->range_high <= 0;
}

static uint64_t bin_count(const figure *f, size_t bin)
{
    const double *edge = f->o->bin_edges + bin;
    return without_zeros(f, f->o->histogram[f->at * f->o->bins + bin],
                         edge[0] <= 0 && edge[1] > 0 && !are_under(f) && !are_over(f));
}

/* Without empty bins at the ends. */
static void trim(figure *f)
{
    f->first = 0;
    f->last = f->o->bins;
    while (f->first < f->last && bin_count(f, f->first) == 0) f->first++;
    while (f->last > f->first && bin_count(f, f->last - 1) == 0) f->last--;
}

static size_t terminal_rows(void)
{
    struct winsize w;
    size_t rows = ROWS_FALLBACK;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row > 0) rows = w.ws_row;
    return rows > ROWS_TAKEN + ROWS_LEAST ? rows - ROWS_TAKEN : ROWS_LEAST;
}

static void choose_join(const options *o, figure *f)
{
    size_t most = o->bins;
    if (most == 0) most = o->view.format == CLI_TEXT ? terminal_rows() - (f->o->infinite != NULL) : SIZE_MAX;
    const size_t n = f->last - f->first;
    f->join = n <= most ? 1 : (n + most - 1) / most;
}

/* output.range of the canonical text: read as a text, so that no plug-in is needed. */
static tepui_status read_range(const tepui_result *r, figure *f, tepui_error *err)
{
    static const char key[] = "\n  range: [";
    const char *at = strstr(r->experiment, key), *after = at;
    double end[2] = {NAN, NAN};
    if (at) at += sizeof key - 1;
    for (int i = 0; at && i < 2; i++) {
        at += strspn(at, "\", ");
        end[i] = tepui_read_double(at, &after);
        at = after;
    }
    if (!(end[0] < end[1])) return tepui_fail(err, TEPUI_BAD_INPUT, "the experiment in the file has no output.range");
    f->range_low = end[0];
    f->range_high = end[1];
    return TEPUI_OK;
}

static tepui_status choose(const options *o, const tepui_result *r, figure *f, tepui_error *err)
{
    tepui_status st;
    TEPUI_TRY(cli_find_observable(r, o->view.observable, &f->o, err));
    TEPUI_TRY(cli_find_component(f->o, o->view.component, &f->component, err));
    TEPUI_TRY(choose_cell(o, r, &f->cell, err));
    f->component = cli_component_in(f->o, f->cell, f->component);
    f->at = f->cell * f->o->components + f->component;
    f->ln = strcmp(f->o->transform, "ln") == 0;
    if (origin(f)) TEPUI_TRY(read_range(r, f, err));
    trim(f);
    choose_join(o, f);
done:
    return st;
}

/* --- figures of one shown bin */

typedef struct {
    double low, high;
    uint64_t count;
} shown_bin;

static shown_bin joined(const figure *f, size_t from)
{
    const size_t to = from + f->join < f->last ? from + f->join : f->last;
    shown_bin b = {f->o->bin_edges[from], f->o->bin_edges[to], 0};
    for (size_t i = from; i < to; i++) b.count += bin_count(f, i);
    return b;
}

static double density(const figure *f, const shown_bin *b)
{
    return (double)b->count / ((double)(f->o->count[f->at] - f->o->nan[f->at]) * (b->high - b->low));
}

static cli_text edge_text(const options *o, const figure *f, double edge)
{
    const int programs = o->view.format == CLI_CSV || o->view.format == CLI_JSON;
    const cli_value v = {edge, NAN, NAN, f->ln && !programs};
    return cli_value_text(v, o->view.log, cli_view_digits(&o->view));
}

static double tallest(const figure *f)
{
    double most = 0.0;
    for (size_t i = f->first; i < f->last; i += f->join) {
        const shown_bin b = joined(f, i);
        most = fmax(most, density(f, &b));
    }
    return most;
}

/* --- the table */

static void bar_cell(cli_table *t, double value, double most)
{
    char bar[(int)BAR + 1];
    const size_t n = most > 0 ? (size_t)(BAR * value / most + 0.5) : 0;
    memset(bar, '#', n);
    bar[n] = '\0';
    cli_table_cell(t, bar);
}

static void add_bins(const options *o, const figure *f, cli_table *t)
{
    const double most = tallest(f);
    for (size_t i = f->first; i < f->last; i += f->join) {
        const shown_bin b = joined(f, i);
        const double d = density(f, &b);
        cli_table_cell(t, "bin");
        cli_table_cell(t, edge_text(o, f, b.low).text);
        cli_table_cell(t, edge_text(o, f, b.high).text);
        cli_table_cell(t, cli_count(b.count).text);
        cli_table_cell(t, cli_number(d, cli_view_digits(&o->view)).text);
        if (o->view.format == CLI_TEXT) bar_cell(t, d, most);
    }
}

static void add_atom(const options *o, cli_table *t, const char *name, uint64_t count)
{
    cli_table_cell(t, name);
    cli_table_cell(t, "-");
    cli_table_cell(t, "-");
    cli_table_cell(t, cli_count(count).text);
    cli_table_cell(t, "-");
    if (o->view.format == CLI_TEXT) cli_table_cell(t, "");
}

static cli_table *histogram_table(const options *o, const figure *f)
{
    cli_table *t = cli_table_new();
    const int logs = f->ln && (o->view.log || o->view.format == CLI_CSV || o->view.format == CLI_JSON);
    cli_table_column(t, CLI_LEFT, "part");
    cli_table_column(t, CLI_NUMERIC, logs ? "ln_low" : "low");
    cli_table_column(t, CLI_NUMERIC, logs ? "ln_high" : "high");
    cli_table_column(t, CLI_NUMERIC, "count");
    cli_table_column(t, CLI_NUMERIC, "density");
    if (o->view.format == CLI_TEXT) cli_table_column(t, CLI_LEFT, "");
    if (!f->ln && f->o->zero[f->at]) add_atom(o, t, "-inf", f->o->zero[f->at]);
    add_atom(o, t, "zero", f->ln ? f->o->zero[f->at] : origin(f));
    add_atom(o, t, "under", without_zeros(f, f->o->under[f->at], are_under(f)));
    add_bins(o, f, t);
    add_atom(o, t, "over", without_zeros(f, f->o->over[f->at], are_over(f)));
    if (f->o->infinite) add_atom(o, t, "infinite", f->o->infinite[f->at]);
    add_atom(o, t, "nan", f->o->nan[f->at]);
    return t;
}

static void print_heading(const options *o, const tepui_result *r, const figure *f)
{
    static const char *const columns[] = {"depth", "width", "activation", "init", "law"};
    char *title = cli_print("%s, component %s, cell %zu:", f->o->name, f->o->component[f->component], f->cell);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const tepui_column *c;
        if (cli_find_column(r, columns[i], &c, NULL) != TEPUI_OK) continue;
        title = cli_append(title, " %s = %s,", columns[i], c->text[f->cell]);
    }
    title = cli_append(title, " %llu samples%s", (unsigned long long)f->o->count[f->at],
                       f->ln ? "; density per unit of the natural logarithm" : "");
    cli_heading(title, 0, o->view.format, stdout);
    if (o->view.format == CLI_TEXT) putchar('\n');
    free(title);
}

int cmd_histogram(int argc, char **argv)
{
    tepui_status st;
    options o = {.view = cli_view_default, .cell = SIZE_MAX};
    tepui_result *r = NULL;
    figure f = {0};
    tepui_error err = {""};
    cli_parse(&argp, argc, argv, &o);
    TEPUI_TRY(cli_open(o.file, TEPUI_READ_HISTOGRAMS, &r, &err));
    TEPUI_TRY(choose(&o, r, &f, &err));
    print_heading(&o, r, &f);
    cli_table *t = histogram_table(&o, &f);
    cli_view_print(&o.view, t);
    cli_table_free(t);
done:
    tepui_result_free(r);
    free(o.view.where);
    return st == TEPUI_OK ? TEPUI_OK : cli_fail("tepui histogram", st, "%s", err.text);
}
