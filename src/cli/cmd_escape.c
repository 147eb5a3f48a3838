/* cmd_escape.c -- `tepui escape FILE`: how long optimizers stay on the plateau, each at the learning rate that suits
   it.

   First a row for every group and depth: the rate taken, the median escape time, how many samples escaped. Then a row
   for every group: how the median grows with depth. CSV and JSON have the first table; JSON both. What is chosen and
   fitted is the library's: src/verdict/escape.c, src/verdict/trend.c. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    cli_view view;
    const char *file;
    double factor;
} options;

typedef struct {
    const options *o;
    const tepui_result *r;
    tepui_escape_row *row;
    size_t rows, keys;
    const tepui_column **key; /* what tells groups apart */
    tepui_median_point *point;
    int digits;
} report;

/* --- options */

enum { KEY_WITHIN = 0x600 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    char *end;
    switch (key) {
    case KEY_WITHIN:
        o->factor = strtod(arg, &end);
        if (end == arg || *end || !(o->factor > 1 && isfinite(o->factor)))
            argp_error(state, "--within takes a factor greater than 1, got '%s'", arg);
        return 0;
    default:
        return cli_file_argument(key, arg, state, &o->view, &o->file);
    }
}

static const struct argp_option argp_options[] = {
    {"within", KEY_WITHIN, "FACTOR", 0,
     "A median stays if it changes by less than this factor over the range of depths (default: 2)", 0},
    {0}};
static const struct argp_child children[] = {{&cli_cells_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "FILE",
    "Escape times of optimizers, each at the learning rate that suits it best.\v"
    "At every depth the rate with the least median escape time is taken, of those at which no sample diverged; "
    "`stable' is the number of such rates, of those tried. The median is the Kaplan-Meier estimate, with its "
    "95 "
    "% interval: samples that did not escape within the limit of steps count, `inf' is beyond that limit. rank: "
    "Spearman's correlation of escape times with 1/|lambda_min| of the Hessian at the start, where the file has raw "
    "samples (output.raw) of escape_time and escape_rate.\n"
    "The second table: kappa is the rate per layer in median = exp(c + kappa L), change the factor from the first to "
    "the last of the depths whose medians are known with their intervals; `beyond' counts those that are beyond the "
    "limit. A "
    "median grows when the whole 95 % interval of its change lies above FACTOR, or when it passes the limit, itself by "
    "FACTOR above the first; falls below 1/FACTOR, stays within; else it is undecided.",
    children,
    NULL,
    NULL};

/* --- groups */

static int is_first(const report *rep, size_t i)
{
    return rep->row[i].first == rep->row[i].group;
}

static void find_keys(report *rep)
{
    rep->key = cli_alloc(rep->r->columns + 1, sizeof *rep->key);
    for (size_t k = 0; k < rep->r->columns; k++) {
        const tepui_column *c = &rep->r->column[k];
        size_t i = 0;
        while (i < rep->rows && strcmp(c->text[rep->row[i].group], c->text[rep->row[0].group]) == 0) i++;
        const int apart = tepui_column_tells_sweeps_apart(c) && strcmp(c->name, "rate") != 0;
        if (i < rep->rows && apart) rep->key[rep->keys++] = c;
    }
}

static void add_keys(const report *rep, cli_table *t)
{
    for (size_t k = 0; k < rep->keys; k++) {
        const tepui_column *c = rep->key[k];
        cli_table_column(t, c->is_text ? CLI_RIGHT : CLI_NUMERIC,
                         strcmp(c->name, "width_expression") == 0 ? "width" : c->name);
    }
}

static void put_keys(const report *rep, cli_table *t, size_t cell)
{
    for (size_t k = 0; k < rep->keys; k++) cli_table_cell(t, rep->key[k]->text[cell]);
}

/* --- numbers */

static void put_number(const report *rep, cli_table *t, double x)
{
    cli_table_cell(t, cli_number(x, rep->digits).text);
}

static void put_estimate(const report *rep, cli_table *t, double x, double low, double high, int ln)
{
    cli_estimate_cells(&rep->o->view, t, (cli_value){x, low, high, ln});
}

/* --- the first table */

static cli_table *times(const report *rep)
{
    static const char *const column[] = {"depth", "rate", "stable", "rates"};
    cli_table *t = cli_table_new();
    add_keys(rep, t);
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) cli_table_column(t, CLI_NUMERIC, column[k]);
    cli_estimate_columns(&rep->o->view, t, "median", "low", "high");
    cli_table_column(t, CLI_NUMERIC, "escaped");
    cli_estimate_columns(&rep->o->view, t, "rank", "rank_low", "rank_high");
    for (size_t i = 0; i < rep->rows; i++) {
        const tepui_escape_row *row = &rep->row[i];
        put_keys(rep, t, row->group);
        cli_table_cell(t, tepui_result_column(rep->r, "depth")->text[row->first]);
        cli_table_cell(t, row->cell == SIZE_MAX ? "-" : tepui_result_column(rep->r, "rate")->text[row->cell]);
        cli_table_cell(t, cli_count(row->stable).text);
        cli_table_cell(t, cli_count(row->rates).text);
        put_estimate(rep, t, row->median, row->low, row->high, 1);
        put_number(rep, t, row->escaped);
        put_estimate(rep, t, row->rank.value, row->rank.low, row->rank.high, 0);
    }
    return t;
}

/* --- the second one */

/* Medians within the limit are fitted; the others are known to be larger than all of them. */
typedef struct {
    tepui_trend fit;
    size_t beyond; /* depths whose median, or its interval, is not within the limit */
    int grows;     /* up to the limit by more than the factor, whatever lies behind it */
} growth;

static int is_known(const tepui_escape_row *row)
{
    return isfinite(row->median) && isfinite(row->low) && isfinite(row->high);
}

/* An interval without ends is that of fewer than 6 samples, not of the limit. */
static int is_beyond(const tepui_escape_row *row)
{
    return row->median == INFINITY || (row->high == INFINITY && row->low > -INFINITY);
}

static int has_passed(const report *rep, const tepui_escape_row *first, const tepui_escape_row *row)
{
    const tepui_column *limit = tepui_result_column(rep->r, "steps");
    if (!first || !limit || !limit->number || row->low < INFINITY) return 0;
    return log(limit->number[row->first]) - first->high > log(rep->o->factor);
}

/* Whether it slows down or not. */
static int is_growth(tepui_trend_verdict v)
{
    return v == TEPUI_TREND_UP || v == TEPUI_TREND_RISES;
}

static tepui_status trend_of(const report *rep, size_t group, growth *g, tepui_error *err)
{
    const tepui_escape_row *first = NULL;
    size_t n = 0;
    *g = (growth){.beyond = 0};
    for (size_t i = 0; i < rep->rows; i++) {
        const tepui_escape_row *row = &rep->row[i];
        if (row->group != group || row->cell == SIZE_MAX) continue;
        if (is_beyond(row)) {
            g->beyond++;
            g->grows |= has_passed(rep, first, row);
            continue;
        }
        rep->point[n++] = (tepui_median_point){row->depth, NAN, row->median, row->low, row->high};
        if (!first && is_known(row)) first = row;
    }
    const tepui_status st = tepui_trend_fit(rep->point, n, 1, rep->o->factor, &g->fit, err);
    if (g->beyond && !is_growth(g->fit.verdict)) g->fit.verdict = g->grows ? TEPUI_TREND_UP : TEPUI_TREND_UNDECIDED;
    return st;
}

/* Times grow, where magnitudes explode. */
static const char *word(tepui_trend_verdict v)
{
    return is_growth(v) ? "grows" : v == TEPUI_TREND_DOWN || v == TEPUI_TREND_FALLS ? "falls" : tepui_trend_word(v, 1);
}

static void put_trend(const report *rep, cli_table *out, size_t group, const growth *g)
{
    const tepui_trend *t = &g->fit;
    put_keys(rep, out, group);
    cli_table_cell(out, cli_number(t->first_depth, 0).text);
    cli_table_cell(out, cli_number(t->last_depth, 0).text);
    cli_table_cell(out, cli_count(t->points).text);
    cli_table_cell(out, cli_count(g->beyond).text);
    put_estimate(rep, out, t->rate.value, t->rate.low, t->rate.high, 0);
    put_estimate(rep, out, t->change.value, t->change.low, t->change.high, 1);
    cli_table_cell(out, word(t->verdict));
}

static tepui_status trends(const report *rep, cli_table **out, tepui_error *err)
{
    static const char *const column[] = {"from", "to", "points", "beyond"};
    tepui_status st = TEPUI_OK;
    *out = cli_table_new();
    add_keys(rep, *out);
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) cli_table_column(*out, CLI_NUMERIC, column[k]);
    cli_estimate_columns(&rep->o->view, *out, "kappa", "kappa_low", "kappa_high");
    cli_estimate_columns(&rep->o->view, *out, "change", "change_low", "change_high");
    cli_table_column(*out, CLI_LEFT, "trend");
    for (size_t i = 0; st == TEPUI_OK && i < rep->rows; i++) {
        growth g;
        if (!is_first(rep, i)) continue;
        st = trend_of(rep, rep->row[i].group, &g, err);
        if (st == TEPUI_OK) put_trend(rep, *out, rep->row[i].group, &g);
    }
    return st;
}

/* --- printing */

static void print_text(const report *rep, const cli_table *first, const cli_table *second)
{
    const cli_format format = rep->o->view.format;
    char *title = cli_print("escape times: median steps at the best learning rate%s",
                            strcmp(rep->r->status, "complete") ? " (run not complete)" : "");
    cli_open_tables(&rep->o->view, stdout);
    cli_heading(title, 0, format, stdout);
    cli_table_print(first, format, stdout);
    putchar('\n'); /* in LaTeX the next table begins a paragraph */
    cli_heading("medians against depth", format == CLI_TEXT ? 0 : 1, format, stdout);
    cli_table_print(second, format, stdout);
    cli_close_tables(&rep->o->view, stdout);
    free(title);
}

static void print_json(const report *rep, const cli_table *first, const cli_table *second)
{
    fputs("{\"title\": ", stdout);
    cli_json_text(rep->r->title, stdout);
    fputs(", \"status\": ", stdout);
    cli_json_text(rep->r->status, stdout);
    fputs(",\n \"records\": ", stdout);
    cli_table_print(first, CLI_JSON, stdout);
    fputs(",\n \"trends\": ", stdout);
    cli_table_print(second, CLI_JSON, stdout);
    fputs("}\n", stdout);
}

static tepui_status show(const report *rep, tepui_error *err)
{
    cli_table *first = times(rep), *second = NULL;
    const tepui_status st = trends(rep, &second, err);
    if (st == TEPUI_OK && rep->o->view.format == CLI_CSV)
        cli_table_print(first, CLI_CSV, stdout);
    else if (st == TEPUI_OK && rep->o->view.format == CLI_JSON)
        print_json(rep, first, second);
    else if (st == TEPUI_OK)
        print_text(rep, first, second);
    cli_table_free(first);
    cli_table_free(second);
    return st;
}

/* --- the command */

int cmd_escape(int argc, char **argv)
{
    tepui_error err = {""};
    tepui_status st;
    tepui_result *r = NULL;
    char *keep = NULL;
    options o = {.view = cli_view_default, .factor = TEPUI_TREND_FACTOR};
    report rep = {.o = &o};
    cli_parse(&argp, argc, argv, &o);
    TEPUI_TRY(cli_open(o.file, TEPUI_READ_SAMPLES, &r, &err));
    rep.r = r;
    rep.digits = cli_view_digits(&o.view);
    keep = cli_alloc(r->cells + 1, 1);
    rep.row = cli_alloc(r->cells + 1, sizeof *rep.row);
    rep.point = cli_alloc(r->cells + 1, sizeof *rep.point);
    TEPUI_TRY(cli_where(r, o.view.where, keep, &err));
    TEPUI_TRY(tepui_escape_rows(r, keep, rep.row, &rep.rows, &err));
    find_keys(&rep);
    TEPUI_TRY(show(&rep, &err));
done:
    if (st != TEPUI_OK) st = (tepui_status)cli_fail("tepui escape", st, "%s", err.text);
    free(keep);
    free(rep.row);
    free(rep.point);
    free(rep.key);
    free(o.view.where);
    tepui_result_free(r);
    return st;
}
