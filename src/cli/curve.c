/* curve.c -- density, distribution function and survival of a prediction at given values, on a grid or at quantiles.

   x is as it stands in a result file, ln of a magnitude; cdf has the dead, which are at -inf: cdf + survival = 1, and
   the density integrates to 1 less their share. Tails have relative precision. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GRID_FROM 1e-4 /* quantile of the living where a grid begins, and 1 - it where it ends */

typedef struct {
    double *value;
    size_t count;
} numbers;

static tepui_status read_numbers(const char *option, const char *text, double low, double high, numbers *out,
                                 tepui_error *err)
{
    for (;; text++) {
        char *end;
        const double x = strtod(text, &end);
        if (end == text || (*end && *end != ',') || !(x >= low && x <= high))
            return tepui_fail(err, TEPUI_USAGE, "--%s takes numbers from %g to %g with commas between them, not '%s'",
                              option, low, high, text);
        out->value = cli_grow(out->value, out->count + 1, sizeof *out->value);
        out->value[out->count++] = x;
        if (!*end) return TEPUI_OK;
        text = end;
    }
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Equal steps; of a few values those. */
static tepui_status make_grid(const tepui_prediction *p, uint64_t n, numbers *out, tepui_error *err)
{
    const double atom = p->atom > 0 ? p->atom : 0;
    const size_t atoms = p->form == TEPUI_PREDICTS_ATOMS ? p->atoms : 0;
    if (atom == 1) return tepui_fail(err, TEPUI_USAGE, "all samples are dead: there is nothing to lay a grid over");
    out->value = cli_alloc((size_t)n + atoms, sizeof *out->value);
    for (size_t i = 0; i < atoms; i++) out->value[out->count++] = p->value[i];
    qsort(out->value, atoms, sizeof *out->value, ascending);
    if (atoms) return TEPUI_OK;
    const double low = tepui_prediction_quantile(p, atom + (1 - atom) * GRID_FROM);
    const double high = tepui_prediction_quantile(p, atom + (1 - atom) * (1 - GRID_FROM));
    for (uint64_t i = 0; i < n; i++)
        out->value[out->count++] = i + 1 == n ? high : low + (high - low) * (double)i / (double)(n - 1);
    return TEPUI_OK;
}

void cli_curve_columns(const cli_curve *c, cli_table *t)
{
    static const char *const name[] = {"x", "density", "cdf", "survival"};
    if (c->probability) cli_table_column(t, CLI_NUMERIC, "probability");
    for (size_t k = 0; k < sizeof name / sizeof *name; k++) cli_table_column(t, CLI_NUMERIC, name[k]);
}

static void add_row(const tepui_prediction *p, double x, const double *probability, int digits, cli_table *t)
{
    const double value[] = {x, tepui_prediction_density(p, x), tepui_prediction_below(p, x),
                            tepui_prediction_above(p, x)};
    if (probability) cli_table_cell(t, cli_number(*probability, digits).text);
    for (size_t k = 0; k < sizeof value / sizeof *value; k++) cli_table_cell(t, cli_number(value[k], digits).text);
}

static int has_distribution(const tepui_law_type *law, const tepui_prediction *p)
{
    return p->form == TEPUI_PREDICTS_ATOMS ||
           (p->form == TEPUI_PREDICTS_DISTRIBUTION && (p->exact || law->form != TEPUI_PREDICTS_SLOPE));
}

tepui_status cli_curve_rows(const cli_curve *c, const tepui_law_type *law, const tepui_prediction *p,
                            const char *const *before, size_t befores, int digits, cli_table *t, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    numbers x = {NULL, 0}, probability = {NULL, 0};
    if (!has_distribution(law, p))
        return tepui_fail(err, TEPUI_USAGE, "%s predicts no distribution: it has no density, cdf or quantiles",
                          law->kind.name);
    if (c->at) TEPUI_TRY(read_numbers("at", c->at, -INFINITY, INFINITY, &x, err));
    if (c->grid) TEPUI_TRY(make_grid(p, c->grid, &x, err));
    if (c->probability)
        TEPUI_TRY(read_numbers("probability", c->probability, 0x1p-1000, 1 - 0x1p-53, &probability, err));
    for (size_t i = 0; i < x.count + probability.count; i++) {
        for (size_t k = 0; k < befores; k++) cli_table_cell(t, before[k]);
        const double *q = c->probability ? &probability.value[i] : NULL;
        add_row(p, q ? tepui_prediction_quantile(p, *q) : x.value[i], q, digits, t);
    }
done:
    free(x.value);
    free(probability.value);
    return st;
}
