/* cmd_trend.c -- `tepui trend FILE`: what becomes of medians with depth, a word for each sweep of depths.

   A group is all cells that differ in depth only; it is named by the columns that differ between groups. For readers
   each observable is a block with a row per group; CSV and JSON are one table, the observable in columns.
   Fit, intervals and words are the library's: include/tepui/verdict.h, src/verdict/trend.c.

   The default factor is 2. A net that loses a factor of 3 from 8 to 64 layers must not be said to stay, so 10 is too
   kind; and 2 is what "half of the median" means in `tepui threshold`. What vanishes with depth exponentially passes
   any factor at some depth, and what theory lets stay (a width like the depth) tends to a constant, so that the words
   depend little on the factor and much on the depths, which the table shows. Shares and signed ratios have no use for
   a factor: they stay when they move by less than a tenth of the largest.

   Exit status 0 whatever the words are: a trend is a description, nothing was claimed that could fail. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FEWEST 3u /* depths */

typedef struct {
    cli_view view;
    const char *file;
    double factor, share, from;
} options;

/* A block: one component of one observable. */
typedef struct {
    const tepui_result_observable *observable;
    size_t component;
    int ln;
} block;

typedef struct {
    const options *o;
    const tepui_result *r;
    cli_statistic median;
    block *block;
    size_t blocks, keys, groups;
    const tepui_column **key; /* what tells groups apart */
    size_t *first, *group;    /* [cell]: the first one of its group; [groups]: those first ones */
    tepui_median_point *point;
    int digits;
} report;

/* --- options */

enum { KEY_WITHIN = 0x500, KEY_SHARE, KEY_FROM };

static double read_above(double least, const char *arg, const char *what, struct argp_state *state)
{
    char *end;
    const double x = strtod(arg, &end);
    if (end == arg || *end || !(x > least && isfinite(x)))
        argp_error(state, "%s greater than %g, got '%s'", what, least, arg);
    return x;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_WITHIN:
        o->factor = read_above(1, arg, "--within takes a factor", state);
        return 0;
    case KEY_SHARE:
        o->share = read_above(0, arg, "--share takes a number", state);
        return 0;
    case KEY_FROM:
        o->from = read_above(0, arg, "--from takes a depth", state);
        return 0;
    default:
        return cli_file_argument(key, arg, state, &o->view, &o->file);
    }
}

static const struct argp_option argp_options[] = {
    {"from", KEY_FROM, "DEPTH", 0,
     "Depths from this one on: where the width follows the depth, shallow nets are narrow, too", 0},
    {"within", KEY_WITHIN, "FACTOR", 0,
     "A magnitude stays if its median changes by less than this factor over the range of depths (default: 2)", 0},
    {"share", KEY_SHARE, "SHARE", 0,
     "A plain number stays if its median moves by less than this share of the largest one (default: 0.1)", 0},
    {0}};
static const struct argp_child children[] = {{&cli_view_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "FILE",
    "What becomes of medians with depth: they vanish, stay or explode.\v"
    "Cells that differ in depth only are a group, a row of the table. Of magnitudes, kappa is the rate per layer in "
    "median = exp(c + kappa L) and power the exponent p in median = c L^p, weighted by the intervals of the medians; "
    "`fits' names which of the two the medians do not refute at 5 % (exp, power, either, neither). change: the factor "
    "from the first to the last depth of the range: of the fitted exp, or, where that does not fit, of the two "
    "medians. "
    "A median vanishes when the whole 95 % interval of its change lies below 1/FACTOR, explodes above FACTOR, stays "
    "within; else it is undecided. A median of 0 at the largest depth has vanished; depths up to the "
    "last median of 0 are left out: the range begins at the next one. It falls or rises where it slows down, the power "
    "of L in the deeper half of the range less than half "
    "of that in the other: it may tend to a constant. The word is about that range only: what explodes by a "
    "power law may still be harmless. Where a median or an end of its interval is infinite, beyond the limit of steps, "
    "it is not fitted, and the word is undecided. depths: the range, and how many of its depths have a known median "
    "that is not "
    "0.\n"
    "Of plain numbers (negative_fraction), slope and change are differences, and the words are falls, rises and stays: "
    "by more or less than SHARE of the largest median.\n"
    "--observable takes several names with commas, each with its own component if wanted (gradient_norm:1); default: "
    "gradient_norm and hessian_extreme, those of the file. "
    "Without --component: total, or all named ones (lambda_min, lambda_max), or the last layer. Three depths are "
    "needed. "
    "Exit status 0 whatever the words are.",
    children,
    NULL,
    NULL};

/* --- what to look at */

static void add_block(report *rep, const tepui_result_observable *o, size_t component)
{
    rep->block = cli_grow(rep->block, rep->blocks + 1, sizeof *rep->block);
    rep->block[rep->blocks++] = (block){o, component, strcmp(o->transform, "ln") == 0};
}

/* "lambda_min", "H": components that are no layers. */
static int has_name(const char *component)
{
    const long number = tepui_component_number(component);
    return number <= TEPUI_COMPONENT_H;
}

/* The component that was named; else all with names, else the default. */
static tepui_status add_components(report *rep, const tepui_result_observable *o, const char *named, tepui_error *err)
{
    size_t component;
    const size_t before = rep->blocks;
    const tepui_status st = cli_find_component(o, named, &component, err);
    if (st != TEPUI_OK) return st;
    for (size_t k = 0; !named && component == CLI_DEFAULT_COMPONENT && k < o->components; k++)
        if (has_name(o->component[k])) add_block(rep, o, k);
    if (rep->blocks == before) add_block(rep, o, component);
    return TEPUI_OK;
}

/* Several numbers a sample, as the eigenvalues of a spectrum, are not independent: their medians have no interval. */
static tepui_status add_observable(report *rep, const char *name, const char *component, tepui_error *err)
{
    const tepui_result_observable *o;
    const tepui_status st = cli_find_observable(rep->r, name, &o, err);
    if (st != TEPUI_OK) return st;
    const tepui_observable_type *type = tepui_kind_find(&tepui_family_observable, o->name);
    if (type && type->values)
        return tepui_fail(err, TEPUI_USAGE,
                          "%s has several numbers per sample, which are not independent: its medians have no interval "
                          "to weigh them by",
                          o->name);
    return add_components(rep, o, component, err);
}

/* "NAME" or "NAME:COMPONENT" */
static tepui_status add_word(report *rep, char *word, tepui_error *err)
{
    char *colon = strchr(word, ':');
    if (colon) *colon = '\0';
    return add_observable(rep, word, colon ? colon + 1 : rep->o->view.component, err);
}

static tepui_status add_named(report *rep, const char *names, tepui_error *err)
{
    char *copy = cli_copy(names), *rest = NULL;
    tepui_status st = TEPUI_OK;
    for (char *word = strtok_r(copy, ", ", &rest); word && st == TEPUI_OK; word = strtok_r(NULL, ", ", &rest))
        st = add_word(rep, word, err);
    free(copy);
    if (st == TEPUI_OK && rep->blocks == 0) st = tepui_fail(err, TEPUI_USAGE, "--observable needs a name");
    return st;
}

static tepui_status add_default(report *rep, tepui_error *err)
{
    static const char *const usual[] = {"gradient_norm", "hessian_extreme"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (!tepui_result_observable_find(rep->r, usual[i])) continue;
        const tepui_status st = add_observable(rep, usual[i], rep->o->view.component, err);
        if (st != TEPUI_OK) return st;
    }
    return rep->blocks ? TEPUI_OK : add_observable(rep, NULL, rep->o->view.component, err);
}

/* --- groups */

static void leave_out(const report *rep, char *keep)
{
    const tepui_column *depth = tepui_result_column(rep->r, "depth");
    for (size_t i = 0; i < rep->r->cells; i++) keep[i] = keep[i] && depth->number[i] >= rep->o->from;
}

static void find_groups(report *rep, const char *keep)
{
    rep->first = cli_alloc(rep->r->cells + 1, sizeof *rep->first);
    rep->group = cli_alloc(rep->r->cells + 1, sizeof *rep->group);
    tepui_depth_sweeps(rep->r, keep, rep->first);
    for (size_t i = 0; i < rep->r->cells; i++)
        if (rep->first[i] == i) rep->group[rep->groups++] = i;
}

static void find_keys(report *rep)
{
    rep->key = cli_alloc(rep->r->columns + 1, sizeof *rep->key);
    for (size_t k = 0; k < rep->r->columns; k++) {
        const tepui_column *c = &rep->r->column[k];
        size_t g = 1;
        while (g < rep->groups && strcmp(c->text[rep->group[g]], c->text[rep->group[0]]) == 0) g++;
        if (g < rep->groups && tepui_column_tells_sweeps_apart(c)) rep->key[rep->keys++] = c;
    }
}

static const char *key_name(const tepui_column *c)
{
    return strcmp(c->name, "width_expression") == 0 ? "width" : c->name;
}

/* Distinct depths of a group; at most FEWEST are looked for. */
static size_t depths_of(const report *rep, size_t group)
{
    const tepui_column *depth = tepui_result_column(rep->r, "depth");
    double seen[FEWEST];
    size_t n = 0;
    for (size_t i = group; i < rep->r->cells && n < FEWEST; i++) {
        size_t k = 0;
        if (rep->first[i] != group) continue;
        while (k < n && seen[k] != depth->number[i]) k++;
        if (k == n) seen[n++] = depth->number[i];
    }
    return n;
}

static tepui_status enough_depths(const report *rep, tepui_error *err)
{
    size_t most = 0;
    for (size_t g = 0; g < rep->groups; g++) {
        const size_t n = depths_of(rep, rep->group[g]);
        if (n > most) most = n;
    }
    if (most >= FEWEST) return TEPUI_OK;
    return tepui_fail(err, TEPUI_BAD_INPUT,
                      "%s: a trend needs at least three depths (grid.depth) of cells that agree in all else; here are "
                      "%zu",
                      rep->o->file, most);
}

static tepui_status trend_of(const report *rep, const block *b, size_t group, tepui_trend *t, tepui_error *err)
{
    size_t n = 0;
    for (size_t i = group; i < rep->r->cells; i++)
        if (rep->first[i] == group)
            rep->point[n++] = cli_median_point(rep->r, b->observable, rep->median, i, b->component);
    return tepui_trend_fit(rep->point, n, b->ln, b->ln ? rep->o->factor : rep->o->share, t, err);
}

/* --- numbers as text */

static cli_text value(const report *rep, const block *b, double x)
{
    return cli_value_text((cli_value){x, NAN, NAN, b->ln}, rep->o->view.log, rep->digits);
}

static void add_number(const report *rep, cli_table *t, double x)
{
    cli_table_cell(t, cli_number(x, rep->digits).text);
}

/* "-0.0122 [-0.0133, -0.0111]" */
static void add_fitted(const report *rep, cli_table *t, const tepui_fitted *f, int ln)
{
    char *text = cli_interval_text((cli_value){f->value, f->low, f->high, ln}, rep->o->view.log,
                                   cli_interval_digits(&rep->o->view));
    cli_table_cell(t, text);
    free(text);
}

static const char *fits(const block *b, const tepui_trend *t)
{
    static const char *const word[] = {"neither", "exp", "power", "either"};
    if (isnan(t->rate.value)) return "-";
    return b->ln ? word[t->is_line + 2 * t->is_power] : t->is_line ? "line" : "bent";
}

/* --- for readers */

static char *depths_text(const tepui_trend *t)
{
    if (isnan(t->first_depth)) return cli_print("(0 of %zu)", t->depths);
    char *count = t->points < t->depths ? cli_print(" (%zu of %zu)", t->points, t->depths) : cli_copy("");
    char *text = cli_print("%.0f ... %.0f%s", t->first_depth, t->last_depth, count);
    free(count);
    return text;
}

static void block_columns(const report *rep, const block *b, cli_table *t)
{
    for (size_t k = 0; k < rep->keys; k++) cli_table_column(t, CLI_RIGHT, key_name(rep->key[k]));
    cli_table_column(t, CLI_RIGHT, "depths");
    if (!b->ln) {
        cli_table_column(t, CLI_NUMERIC, "first");
        cli_table_column(t, CLI_NUMERIC, "last");
    }
    cli_table_column(t, CLI_NUMERIC, b->ln ? "kappa" : "slope");
    cli_table_column(t, CLI_NUMERIC, "change");
    if (b->ln) cli_table_column(t, CLI_NUMERIC, "power");
    cli_table_column(t, CLI_LEFT, "fits");
    cli_table_column(t, CLI_LEFT, "trend");
}

static void block_row(const report *rep, const block *b, size_t group, const tepui_trend *t, cli_table *out)
{
    char *depths = depths_text(t);
    for (size_t k = 0; k < rep->keys; k++) cli_table_cell(out, rep->key[k]->text[group]);
    cli_table_cell(out, depths);
    if (!b->ln) {
        add_number(rep, out, t->first);
        add_number(rep, out, t->last);
    }
    add_fitted(rep, out, &t->rate, 0);
    add_fitted(rep, out, &t->change, b->ln);
    if (b->ln) add_number(rep, out, t->power.value);
    cli_table_cell(out, fits(b, t));
    cli_table_cell(out, tepui_trend_word(t->verdict, b->ln));
    free(depths);
}

static const char *component_name(const block *b)
{
    return b->component == CLI_DEFAULT_COMPONENT ? "last" : cli_component_shown(b->observable, b->component);
}

static void print_heading(const report *rep)
{
    char *title = cli_print("trend of medians with depth, with 95 %% interval%s",
                            strcmp(rep->r->status, "complete") ? " (run not complete)" : "");
    cli_heading(title, 0, rep->o->view.format, stdout);
    free(title);
}

/* "gradient_norm, component total; stays: within a factor of 2" */
static char *block_heading(const report *rep, const block *b)
{
    const cli_text limit = cli_number(b->ln ? rep->o->factor : rep->o->share, 0);
    return cli_print(b->ln ? "%s, component %s; stays: within a factor of %s"
                           : "%s, component %s; stays: moves by less than %s of the largest median",
                     b->observable->name, component_name(b), limit.text);
}

static void print_block(const report *rep, const block *b, const char *heading, const cli_table *t)
{
    if (rep->o->view.format == CLI_TEXT || b > rep->block) putchar('\n');
    if (rep->o->view.format != CLI_LATEX) cli_heading(heading, 1, rep->o->view.format, stdout);
    cli_table_print(t, rep->o->view.format, stdout);
}

static tepui_status print_blocks(const report *rep, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    cli_open_tables(&rep->o->view, stdout);
    print_heading(rep);
    for (size_t k = 0; st == TEPUI_OK && k < rep->blocks; k++) {
        const block *b = &rep->block[k];
        cli_table *table = cli_table_new();
        char *heading = block_heading(rep, b);
        block_columns(rep, b, table);
        cli_table_section(table, heading);
        for (size_t g = 0; st == TEPUI_OK && g < rep->groups; g++) {
            tepui_trend t;
            st = trend_of(rep, b, rep->group[g], &t, err);
            if (st == TEPUI_OK) block_row(rep, b, rep->group[g], &t, table);
        }
        if (st == TEPUI_OK) print_block(rep, b, heading, table);
        cli_table_free(table);
        free(heading);
    }
    cli_close_tables(&rep->o->view, stdout);
    return st;
}

/* --- for programs */

static void record_columns(const report *rep, cli_table *t)
{
    static const char *const text[] = {"observable", "component", "transform"};
    static const char *const number[] = {
        "depths",    "points", "first_depth", "last_depth",  "first", "last",      "rate",       "rate_low",
        "rate_high", "change", "change_low",  "change_high", "power", "power_low", "power_high", "birge"};
    for (size_t k = 0; k < rep->keys; k++)
        cli_table_column(t, rep->key[k]->is_text ? CLI_LEFT : CLI_NUMERIC, key_name(rep->key[k]));
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) cli_table_column(t, CLI_LEFT, text[k]);
    for (size_t k = 0; k < sizeof number / sizeof *number; k++) cli_table_column(t, CLI_NUMERIC, number[k]);
    cli_table_column(t, CLI_LEFT, "fits");
    cli_table_column(t, CLI_LEFT, "trend");
}

static void record(const report *rep, const block *b, size_t group, const tepui_trend *t, cli_table *out)
{
    const double depth[] = {(double)t->depths, (double)t->points, t->first_depth, t->last_depth};
    const double size[] = {t->first, t->last}, change[] = {t->change.value, t->change.low, t->change.high};
    const double rest[] = {t->power.value, t->power.low, t->power.high, t->birge};
    const double rate[] = {t->rate.value, t->rate.low, t->rate.high};
    for (size_t k = 0; k < rep->keys; k++) cli_table_cell(out, rep->key[k]->text[group]);
    cli_table_cell(out, b->observable->name);
    cli_table_cell(out, b->component == CLI_DEFAULT_COMPONENT ? "last" : b->observable->component[b->component]);
    cli_table_cell(out, b->observable->transform);
    for (size_t k = 0; k < 4; k++) cli_table_cell(out, cli_number(depth[k], 0).text);
    for (size_t k = 0; k < 2; k++) cli_table_cell(out, value(rep, b, size[k]).text);
    for (size_t k = 0; k < 3; k++) add_number(rep, out, rate[k]);
    for (size_t k = 0; k < 3; k++) cli_table_cell(out, value(rep, b, change[k]).text);
    for (size_t k = 0; k < 4; k++) add_number(rep, out, rest[k]);
    cli_table_cell(out, fits(b, t));
    cli_table_cell(out, tepui_trend_word(t->verdict, b->ln));
}

static void print_json(const report *rep, const cli_table *t)
{
    fputs("{\"title\": ", stdout);
    cli_json_text(rep->r->title, stdout);
    fputs(", \"status\": ", stdout);
    cli_json_text(rep->r->status, stdout);
    printf(", \"within\": %s, \"share\": %s,\n \"records\": ", cli_number(rep->o->factor, 0).text,
           cli_number(rep->o->share, 0).text);
    cli_table_print(t, CLI_JSON, stdout);
    fputs("}\n", stdout);
}

static tepui_status print_records(const report *rep, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    cli_table *table = cli_table_new();
    record_columns(rep, table);
    for (size_t k = 0; st == TEPUI_OK && k < rep->blocks * rep->groups; k++) {
        const block *b = &rep->block[k / rep->groups];
        const size_t group = rep->group[k % rep->groups];
        tepui_trend t;
        st = trend_of(rep, b, group, &t, err);
        if (st == TEPUI_OK) record(rep, b, group, &t, table);
    }
    if (st == TEPUI_OK && rep->o->view.format == CLI_JSON)
        print_json(rep, table);
    else if (st == TEPUI_OK)
        cli_table_print(table, CLI_CSV, stdout);
    cli_table_free(table);
    return st;
}

/* --- the command */

static tepui_status prepare(report *rep, tepui_error *err)
{
    tepui_status st;
    char *keep = cli_alloc(rep->r->cells + 1, 1);
    TEPUI_TRY(cli_find_statistic(rep->r, "median", &rep->median, err));
    TEPUI_TRY(rep->o->view.observable ? add_named(rep, rep->o->view.observable, err) : add_default(rep, err));
    TEPUI_TRY(cli_where(rep->r, rep->o->view.where, keep, err));
    leave_out(rep, keep);
    find_groups(rep, keep);
    find_keys(rep);
    TEPUI_TRY(enough_depths(rep, err));
    rep->point = cli_alloc(rep->r->cells + 1, sizeof *rep->point);
done:
    free(keep);
    return st;
}

int cmd_trend(int argc, char **argv)
{
    tepui_error err = {""};
    tepui_status st;
    tepui_result *r = NULL;
    options o = {.view = cli_view_default, .factor = TEPUI_TREND_FACTOR, .share = TEPUI_TREND_SHARE};
    report rep = {.o = &o};
    cli_parse(&argp, argc, argv, &o);
    TEPUI_TRY(cli_open(o.file, TEPUI_READ_STATISTICS, &r, &err));
    rep.r = r;
    rep.digits = cli_view_digits(&o.view);
    TEPUI_TRY(prepare(&rep, &err));
    TEPUI_TRY(o.view.format == CLI_CSV || o.view.format == CLI_JSON ? print_records(&rep, &err)
                                                                    : print_blocks(&rep, &err));
done:
    if (st != TEPUI_OK) st = (tepui_status)cli_fail("tepui trend", st, "%s", err.text);
    free(rep.block);
    free(rep.key);
    free(rep.first);
    free(rep.group);
    free(rep.point);
    free(o.view.where);
    tepui_result_free(r);
    return st;
}
