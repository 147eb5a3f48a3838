/* test_table.c -- a hand-built result arranged and looked up: 2 depths x 2 widths x 2 initialisations.
   Every number is made from its indices, so that what should stand where can be said without the code under test. */
#include "test.h"
#include <cli/cli.h>
#include <stdlib.h>

enum { CELLS = 8, COMPONENTS = 3, PROBABILITIES = 2, BINS = 4 };

static const char *const depth_text[2] = {"1", "16"}, *const width_text[2] = {"4*depth", "64"},
                         *const init_text[2] = {"he", "xavier"};

/* cells: depth slowest, init fastest, as the planner unfolds the grid */
static size_t depth_of(size_t cell)
{
    return cell / 4;
}
static size_t width_of(size_t cell)
{
    return cell / 2 % 2;
}
static size_t init_of(size_t cell)
{
    return cell % 2;
}

/* Texts as the reader holds them: pointers and characters in one block. */
static char **text_block(size_t n)
{
    enum { LENGTH = 32 };
    char **text = cli_alloc(n, sizeof *text + LENGTH), *at = (char *)(text + n);
    for (size_t i = 0; i < n; i++) text[i] = at + i * LENGTH;
    return text;
}

static void add_column(tepui_result *r, const char *name, int is_text)
{
    tepui_column *c = &r->column[r->columns++];
    *c = (tepui_column){.name = cli_copy(name), .is_text = is_text};
    c->number = cli_alloc(CELLS, sizeof *c->number);
    c->text = text_block(CELLS);
}

static void set(tepui_result *r, size_t column, size_t cell, const char *text, double number)
{
    strcpy(r->column[column].text[cell], text);
    r->column[column].number[cell] = number;
}

static void fill_columns(tepui_result *r)
{
    r->column = cli_alloc(8, sizeof *r->column);
    add_column(r, "depth", 0);
    add_column(r, "width", 0);
    add_column(r, "width_expression", 1);
    add_column(r, "law", 1); /* the same everywhere: never a key */
    add_column(r, "init", 1);
    add_column(r, "samples", 0);
    for (size_t i = 0; i < CELLS; i++) {
        const double width = width_of(i) ? 64 : depth_of(i) ? 64 : 4;
        set(r, 0, i, depth_text[depth_of(i)], depth_of(i) ? 16 : 1);
        set(r, 1, i, width == 64 ? "64" : "4", width);
        set(r, 2, i, width_text[width_of(i)], NAN);
        set(r, 3, i, "gaussian", NAN);
        set(r, 4, i, init_text[init_of(i)], NAN);
        set(r, 5, i, cli_count(100 + i).text, 100.0 + (double)i);
    }
}

/* ln value of median: -(10 cell + component) */
static double median_ln(size_t cell, size_t component)
{
    return -(10.0 * (double)cell + (double)component);
}

static void fill_observable(tepui_result_observable *o, const char *name, const char *transform,
                            const char *const *component)
{
    const size_t n = CELLS * COMPONENTS;
    *o = (tepui_result_observable){.components = COMPONENTS, .bins = BINS};
    o->name = cli_copy(name), o->transform = cli_copy(transform);
    o->doc = cli_copy(""), o->unit = cli_copy("1"), o->source = cli_copy("");
    o->component = text_block(COMPONENTS);
    for (size_t k = 0; k < COMPONENTS; k++) strcpy(o->component[k], component[k]);
    uint64_t **const counts[] = {&o->count, &o->zero, &o->nan, &o->under, &o->over};
    double **const values[] = {&o->mean, &o->variance, &o->skewness, &o->kurtosis, &o->minimum, &o->maximum};
    for (size_t i = 0; i < 5; i++) *counts[i] = cli_alloc(n, sizeof **counts[i]);
    for (size_t i = 0; i < 6; i++) *values[i] = cli_alloc(n, sizeof **values[i]);
    o->quantile = cli_alloc(n * PROBABILITIES, sizeof *o->quantile);
    o->quantile_low = cli_alloc(n * PROBABILITIES, sizeof *o->quantile);
    o->quantile_high = cli_alloc(n * PROBABILITIES, sizeof *o->quantile);
    for (size_t i = 0; i < n; i++) {
        o->count[i] = 100;
        o->variance[i] = 4.0;
        o->minimum[i] = -1000.0;
        for (size_t q = 0; q < PROBABILITIES; q++) {
            const double m = median_ln(i / COMPONENTS, i % COMPONENTS) + (double)q - 1.0; /* index 1 is p = 0.5 */
            o->quantile[i * PROBABILITIES + q] = m;
            o->quantile_low[i * PROBABILITIES + q] = m - 0.5;
            o->quantile_high[i * PROBABILITIES + q] = m + 0.5;
        }
    }
}

static tepui_result *example(void)
{
    tepui_result *r = cli_alloc(1, sizeof *r);
    static const char *const layers[] = {"1", "16", "total"}, *const hidden[] = {"0", "1", "16"};
    r->title = cli_copy("example"), r->version = cli_copy("0"), r->status = cli_copy("complete");
    r->experiment = cli_copy("");
    r->cells = CELLS;
    fill_columns(r);
    r->observables = 2;
    r->observable = cli_alloc(2, sizeof *r->observable);
    fill_observable(&r->observable[0], "gradient_norm", "ln", layers);
    fill_observable(&r->observable[1], "angle", "none", hidden);
    r->probabilities = PROBABILITIES;
    r->probability = cli_alloc(PROBABILITIES, sizeof *r->probability);
    r->probability[0] = 0.25, r->probability[1] = 0.5;
    return r;
}

/* --- cases */

static void blocks_are_what_tells_cells_apart(void)
{
    tepui_result *r = example();
    cli_pivot *p;
    tepui_error err = {""};
    size_t row[CELLS], column[CELLS];
    CHECK(cli_pivot_make(r, &r->observable[0], "depth", "width", 2, NULL, &p, &err) == TEPUI_OK);
    CHECK(p->keys == 1 && strcmp(p->key[0]->name, "init") == 0);
    CHECK(p->blocks == 2 && p->items == CELLS);
    for (size_t b = 0; b < p->blocks; b++) {
        CHECK(cli_pivot_rows(p, b, row) == 2 && cli_pivot_columns(p, b, column) == 2);
        size_t *grid = cli_pivot_grid(p, b, row, 2, column, 2);
        for (size_t i = 0; i < 4; i++) {
            CHECK(grid[i] != SIZE_MAX && p->item[grid[i]].component == 2);
            CHECK(grid[i] != SIZE_MAX && p->item[grid[i]].cell == 4 * (i / 2) + 2 * (i % 2) + b);
        }
        free(grid);
    }
    CHECK(strcmp(cli_axis_label(p, p->column, column[0]), "4*depth") == 0);
    cli_pivot_free(p);
    tepui_result_free(r);
}

static void no_keys_without_need(void)
{
    tepui_result *r = example();
    cli_pivot *p;
    char keep[CELLS];
    tepui_error err = {""};
    const char *where[] = {"init=xavier", NULL};
    CHECK(cli_where(r, where, keep, &err) == TEPUI_OK);
    CHECK(cli_pivot_make(r, &r->observable[0], "depth", "width", 2, keep, &p, &err) == TEPUI_OK);
    CHECK(p->keys == 0 && p->blocks == 1 && p->items == 4);
    for (size_t i = 0; i < p->items; i++) CHECK(init_of(p->item[i].cell) == 1);
    cli_pivot_free(p);
    tepui_result_free(r);
}

static void components_can_be_rows(void)
{
    tepui_result *r = example();
    cli_pivot *p;
    tepui_error err = {""};
    size_t row[CELLS * COMPONENTS];
    r->observable[0].count[0] = 0; /* component "1" of cell 0 has nothing */
    CHECK(cli_pivot_make(r, &r->observable[0], "component", "depth", 2, NULL, &p, &err) == TEPUI_OK);
    CHECK(p->items == CELLS * COMPONENTS - 1 && p->keys == 2 && p->blocks == 4);
    CHECK(cli_pivot_rows(p, SIZE_MAX, row) == 3);
    CHECK(strcmp(cli_axis_label(p, p->row, row[0]), "1") == 0); /* order of the file, not of appearance */
    CHECK(strcmp(cli_axis_label(p, p->row, row[2]), "total") == 0);
    cli_pivot_free(p);
    CHECK(cli_pivot_make(r, &r->observable[0], "depth", "depth", 2, NULL, &p, &err) == TEPUI_USAGE);
    tepui_result_free(r);
}

static void filters(void)
{
    tepui_result *r = example();
    char keep[CELLS];
    tepui_error err = {""};
    const char *by_number[] = {"width=64.0", NULL}, *by_text[] = {"width=4*depth", "depth=16", NULL};
    const char *none[] = {"depth=16", "width=4", NULL}, *bad_key[] = {"dept=1", NULL},
               *bad_value[] = {"init=hee", NULL};
    CHECK(cli_where(r, by_number, keep, &err) == TEPUI_OK); /* width 64 as a number: also 4*depth at depth 16 */
    for (size_t i = 0; i < CELLS; i++) CHECK(keep[i] == (width_of(i) == 1 || depth_of(i) == 1));
    CHECK(cli_where(r, by_text, keep, &err) == TEPUI_OK);
    for (size_t i = 0; i < CELLS; i++) CHECK(keep[i] == (width_of(i) == 0 && depth_of(i) == 1));
    CHECK(cli_where(r, none, keep, &err) == TEPUI_USAGE && strstr(err.text, "together"));
    err.text[0] = '\0';
    CHECK(cli_where(r, bad_key, keep, &err) == TEPUI_USAGE && strstr(err.text, "did you mean 'depth'"));
    err.text[0] = '\0';
    CHECK(cli_where(r, bad_value, keep, &err) == TEPUI_USAGE && strstr(err.text, "known: he, xavier"));
    tepui_result_free(r);
}

static void components_by_name(void)
{
    tepui_result *r = example();
    tepui_result_observable *gradient = &r->observable[0], *angle = &r->observable[1];
    size_t k;
    tepui_error err = {""};
    CHECK(cli_find_component(gradient, NULL, &k, &err) == TEPUI_OK && k == 2); /* total */
    CHECK(cli_find_component(gradient, "16", &k, &err) == TEPUI_OK && k == 1);
    CHECK(cli_find_component(angle, NULL, &k, &err) == TEPUI_OK && k == CLI_DEFAULT_COMPONENT);
    angle->count[2] = 0; /* cell 0 has depth 1 */
    CHECK(cli_component_in(angle, 0, k) == 1 && cli_component_in(angle, 5, k) == 2);
    CHECK(cli_find_component(angle, "total", &k, &err) == TEPUI_USAGE && strstr(err.text, "known: 0, 1, 16, last"));
    tepui_result_free(r);
}

static cli_value value(const tepui_result *r, size_t observable, const char *statistic, size_t cell, size_t component)
{
    cli_statistic s;
    tepui_error err = {""};
    CHECK(cli_find_statistic(r, statistic, &s, &err) == TEPUI_OK);
    return cli_statistic_value(r, &r->observable[observable], s, cell, component);
}

static void statistics(void)
{
    tepui_result *r = example();
    cli_value v = value(r, 0, "median", 3, 2);
    CHECK(v.value == median_ln(3, 2) && v.low == v.value - 0.5 && v.high == v.value + 0.5 && v.ln);
    CHECK(value(r, 0, "quantile=0.25", 3, 2).value == median_ln(3, 2) - 1.0);
    CHECK(!value(r, 1, "median", 3, 2).ln);
    CHECK(value(r, 0, "sd", 0, 0).value == 2.0 && !value(r, 0, "sd", 0, 0).ln);
    CHECK(value(r, 0, "minimum", 0, 0).value == -1000.0);
    r->observable[0].zero[0] = 5; /* a dead sample makes the smallest magnitude 0 */
    CHECK(value(r, 0, "minimum", 0, 0).value == -INFINITY && value(r, 0, "zero", 0, 0).value == 5.0);
    r->observable[0].count[0] = 0;
    CHECK(isnan(value(r, 0, "median", 0, 0).value) && isnan(value(r, 0, "count", 0, 0).value));
    tepui_result_free(r);
}

/* Beyond the limit: the largest is infinite, the smallest only where all are; the mean stays that of the others. */
static void statistics_of_censored_samples(void)
{
    tepui_result *r = example();
    tepui_result_observable *o = &r->observable[0];
    CHECK(value(r, 0, "infinite", 0, 0).value == 0); /* does not censor */
    o->maximum[0] = 2;
    CHECK(value(r, 0, "maximum", 0, 0).value == 2);
    o->infinite = cli_alloc(CELLS * COMPONENTS, sizeof *o->infinite);
    o->infinite[0] = 30;
    CHECK(value(r, 0, "infinite", 0, 0).value == 30 && !value(r, 0, "infinite", 0, 0).ln);
    CHECK(value(r, 0, "infinite", 0, 1).value == 0);
    CHECK(value(r, 0, "maximum", 0, 0).value == INFINITY && value(r, 0, "minimum", 0, 0).value == -1000);
    CHECK(value(r, 0, "sd", 0, 0).value == 2.0);
    o->infinite[0] = 98, o->nan[0] = 2;
    CHECK(value(r, 0, "minimum", 0, 0).value == INFINITY);
    o->zero[0] = 1, o->infinite[0] = 97;
    CHECK(value(r, 0, "minimum", 0, 0).value == -INFINITY && value(r, 0, "maximum", 0, 0).value == INFINITY);
    tepui_result_free(r);
}

static void unknown_statistics(void)
{
    tepui_result *r = example();
    cli_statistic s;
    tepui_error err = {""};
    CHECK(cli_find_statistic(r, "quantile=0.9", &s, &err) == TEPUI_USAGE && strstr(err.text, "0.25, 0.5"));
    err.text[0] = '\0';
    CHECK(cli_find_statistic(r, "mdian", &s, &err) == TEPUI_USAGE && strstr(err.text, "'median'"));
    CHECK(cli_find_statistic(r, "quantile=1.5", &s, &err) == TEPUI_USAGE);
    CHECK(cli_find_statistic(r, "quantile=x", &s, &err) == TEPUI_USAGE);
    tepui_result_free(r);
}

static void titles_say_what_is_a_logarithm(void)
{
    static const struct {
        const char *statistic;
        size_t observable;
        int keep_log;
        const char *want;
    } k[] = {
        {"median", 0, 0, "median of gradient_norm"},     {"median", 0, 1, "median of ln gradient_norm"},
        {"mean", 0, 0, "mean of ln gradient_norm"},      {"mean", 1, 0, "mean of angle"},
        {"minimum", 0, 0, "minimum of gradient_norm"},   {"kurtosis", 0, 0, "kurtosis of ln gradient_norm"},
        {"zero", 0, 1, "zero samples of gradient_norm"}, {"infinite", 0, 1, "infinite samples of gradient_norm"},
        {"count", 0, 0, "count of gradient_norm"},       {"quantile=0.25", 0, 0, "quantile 0.25 of gradient_norm"}};
    tepui_result *r = example();
    for (size_t i = 0; i < sizeof k / sizeof *k; i++) {
        cli_statistic s;
        CHECK(cli_find_statistic(r, k[i].statistic, &s, NULL) == TEPUI_OK);
        char *title = cli_statistic_title(&r->observable[k[i].observable], s, k[i].keep_log);
        CHECK(strcmp(title, k[i].want) == 0);
        free(title);
    }
    tepui_result_free(r);
}

static const test_case cases[] = {
    {"blocks_are_what_tells_cells_apart", blocks_are_what_tells_cells_apart},
    {"no_keys_without_need", no_keys_without_need},
    {"components_can_be_rows", components_can_be_rows},
    {"filters", filters},
    {"components_by_name", components_by_name},
    {"statistics", statistics},
    {"statistics_of_censored_samples", statistics_of_censored_samples},
    {"unknown_statistics", unknown_statistics},
    {"titles_say_what_is_a_logarithm", titles_say_what_is_a_logarithm},
};
TEST_MAIN(cases)
