/* cmd_threshold.c -- `tepui threshold FILE`: the paper's headline as numbers. Along d = c L^a the median vanishes like
   exp(-k L^e); the exponent e per width expression, then per depth the width that keeps half of the median, and the
   exponent with which that width grows. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In a He-initialised net of constant width its law is the same at every layer (law N6). */
#define GRADIENT "output_gradient_norm"

typedef struct {
    cli_view view;
    const char *file;
} options;

typedef struct {
    const options *o;
    const tepui_result *r;
    const tepui_result_observable *observable;
    size_t component;
    cli_statistic median;
    char *keep;
    tepui_fitted level; /* ln of the median of wide nets; 0 points: taken as 0 */
} report;

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    return cli_file_argument(key, arg, state, &o->view, &o->file);
}

static const struct argp_child children[] = {{&cli_view_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    NULL,
    parse,
    "FILE",
    "How the median of a norm vanishes with depth, and the width that keeps half of it.\v"
    "Along d = c L^a theory has the median vanish like exp(-k L^e), e = 1 - a (law N5): e is fitted to the cells of "
    "each width expression. The width that keeps half of the median is interpolated at each depth, and its growth with "
    "depth fitted; theory: 1. Where a median is above 1, all are divided by the one of wide nets, fitted to the cells "
    "with L <= d and shown in a row. Intervals are 95 %. Choose cells with --where when the file has several "
    "activations or "
    "scale rules. Default: output_gradient_norm of the first layer, which keeps its size where nothing vanishes; a "
    "norm "
    "that changes with the width in itself (gradient_norm, the output of J u) mixes the two. Medians whose interval "
    "reaches infinity or 0 are left out.",
    children,
    NULL,
    NULL};

/* A median with its interval, over the level, whose own error is in the interval then. */
static tepui_median_point point_of(const report *rep, size_t cell)
{
    tepui_median_point p = cli_median_point(rep->r, rep->observable, rep->median, cell, rep->component);
    if (!rep->level.points) return p;
    const double half = 0.5 * (rep->level.high - rep->level.low), low = p.median - p.low, high = p.high - p.median;
    p.median -= rep->level.value;
    p.low = p.median - hypot(low, half);
    p.high = p.median + hypot(high, half);
    return p;
}

/* Cells that are kept and agree with `cell` in a column, as points; each cell's turn comes once. */
static size_t gather(const report *rep, const char *column, size_t cell, char *seen, tepui_median_point *out)
{
    const tepui_column *c = tepui_result_column(rep->r, column);
    size_t n = 0;
    for (size_t i = cell; i < rep->r->cells; i++)
        if (rep->keep[i] && strcmp(c->text[i], c->text[cell]) == 0) {
            seen[i] = 1;
            out[n++] = point_of(rep, i);
        }
    return n;
}

static void add_fit(const cli_view *v, cli_table *t, const char *name, const char *what, tepui_fitted f)
{
    cli_table_cell(t, name);
    cli_table_cell(t, what);
    cli_estimate_cells(v, t, (cli_value){f.value, f.low, f.high, 0});
    cli_table_cell(t, cli_count(f.points).text);
}

static void add_exponents(const report *rep, cli_table *t)
{
    char *seen = cli_alloc(rep->r->cells, 1);
    tepui_median_point *point = cli_alloc(rep->r->cells, sizeof *point);
    for (size_t c = 0; c < rep->r->cells; c++) {
        if (!rep->keep[c] || seen[c]) continue;
        const size_t n = gather(rep, "width_expression", c, seen, point);
        char *name = cli_print("d = %s", tepui_result_column(rep->r, "width_expression")->text[c]);
        add_fit(&rep->o->view, t, name, "exponent of vanishing", tepui_vanishing_exponent(point, n));
        free(name);
    }
    free(point);
    free(seen);
}

static void add_half_widths(const report *rep, cli_table *t)
{
    char *seen = cli_alloc(rep->r->cells, 1);
    tepui_median_point *point = cli_alloc(rep->r->cells, sizeof *point);
    double *depth = cli_alloc(rep->r->cells, sizeof *depth);
    tepui_fitted *half = cli_alloc(rep->r->cells, sizeof *half);
    size_t depths = 0;
    for (size_t c = 0; c < rep->r->cells; c++) {
        if (!rep->keep[c] || seen[c]) continue;
        const size_t n = gather(rep, "depth", c, seen, point);
        char *name = cli_print("L = %s", tepui_result_column(rep->r, "depth")->text[c]);
        depth[depths] = point[0].depth;
        half[depths] = tepui_half_width(point, n);
        add_fit(&rep->o->view, t, name, "width of half the median", half[depths++]);
        free(name);
    }
    add_fit(&rep->o->view, t, "all depths", "growth of that width: L^e", tepui_power_law(depth, half, depths));
    free(half);
    free(depth);
    free(point);
    free(seen);
}

/* The level is printed as a magnitude, or as the logarithm that it is. */
static void add_level(const report *rep, cli_table *t)
{
    cli_table_cell(t, "L/d to 0");
    cli_table_cell(t, "median of wide nets");
    cli_estimate_cells(&rep->o->view, t, (cli_value){rep->level.value, rep->level.low, rep->level.high, 1});
    cli_table_cell(t, cli_count(rep->level.points).text);
}

static void print_fits(const report *rep)
{
    const cli_format format = rep->o->view.format;
    cli_table *t = cli_table_new();
    cli_table_column(t, CLI_LEFT, "cells");
    cli_table_column(t, CLI_LEFT, "quantity");
    cli_estimate_columns(&rep->o->view, t, "fitted", "low", "high");
    cli_table_column(t, CLI_NUMERIC, "points");
    if (rep->level.points) add_level(rep, t);
    add_exponents(rep, t);
    add_half_widths(rep, t);
    char *title = cli_print("median of %s: vanishing with depth", rep->observable->name);
    cli_heading(title, 1, format, stdout);
    free(title);
    cli_view_print(&rep->o->view, t);
    cli_table_free(t);
}

/* One activation, scale rule, ... only: what differs besides depth and width would be mixed up. */
static tepui_status one_kind(const report *rep, tepui_error *err)
{
    static const char *const same[] = {"activation", "init", "law", "gain", "bias", "sigma_b", "architecture"};
    size_t first = 0;
    while (first < rep->r->cells && !rep->keep[first]) first++;
    for (size_t k = 0; k < sizeof same / sizeof *same; k++) {
        const tepui_column *c = tepui_result_column(rep->r, same[k]);
        for (size_t i = first; c && i < rep->r->cells; i++)
            if (rep->keep[i] && strcmp(c->text[i], c->text[first]) != 0)
                return tepui_fail(err, TEPUI_USAGE, "the cells differ in %s (%s, %s); choose with --where %s=...",
                                  same[k], c->text[first], c->text[i], same[k]);
    }
    return TEPUI_OK;
}

/* Nothing to be done where no median is above 1: norms of unit inputs need no level. */
static void find_level(report *rep)
{
    tepui_median_point *point = cli_alloc(rep->r->cells + 1, sizeof *point);
    size_t n = 0;
    int above = 0;
    for (size_t i = 0; i < rep->r->cells; i++) {
        if (!rep->keep[i]) continue;
        point[n] = point_of(rep, i);
        above |= point[n].low > 0 && isfinite(point[n].low);
        n++;
    }
    if (above) rep->level = tepui_wide_level(point, n);
    free(point);
    if (above && !rep->level.points)
        cli_say("tepui threshold",
                "medians of %s are above 1, and the median of wide nets is not known: it takes three cells at least 16 "
                "wide and as wide as deep",
                rep->observable->name);
}

static tepui_status prepare(report *rep, tepui_error *err)
{
    tepui_status st;
    const options *o = rep->o;
    const char *name = o->view.observable, *component = o->view.component;
    if (!name && tepui_result_observable_find(rep->r, GRADIENT)) name = GRADIENT;
    if (!component && name && strcmp(name, GRADIENT) == 0) component = "1";
    TEPUI_TRY(cli_find_observable(rep->r, name, &rep->observable, err));
    TEPUI_TRY(cli_find_component(rep->observable, component, &rep->component, err));
    TEPUI_TRY(cli_find_statistic(rep->r, "median", &rep->median, err));
    if (strcmp(rep->observable->transform, "ln") != 0)
        return tepui_fail(err, TEPUI_USAGE, "%s is not the logarithm of a norm", rep->observable->name);
    rep->keep = cli_alloc(rep->r->cells + 1, 1);
    TEPUI_TRY(cli_where(rep->r, o->view.where, rep->keep, err));
    TEPUI_TRY(one_kind(rep, err));
    find_level(rep);
done:
    return st;
}

int cmd_threshold(int argc, char **argv)
{
    tepui_error err = {""};
    tepui_status st;
    tepui_result *r = NULL;
    options o = {.view = cli_view_default};
    report rep = {.o = &o};
    cli_parse(&argp, argc, argv, &o);
    TEPUI_TRY(cli_open(o.file, TEPUI_READ_STATISTICS, &r, &err));
    rep.r = r;
    TEPUI_TRY(prepare(&rep, &err));
    print_fits(&rep);
done:
    if (st != TEPUI_OK) st = (tepui_status)cli_fail("tepui threshold", st, "%s", err.text);
    free(rep.keep);
    free(o.view.where);
    tepui_result_free(r);
    return st;
}
