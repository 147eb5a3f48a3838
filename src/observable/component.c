/* component.c -- which components an observable has in a cell, and what they are called. */
#include "component.h"
#include <base/elementary.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/curvature.h>

long component_zero(const tepui_cell *c)
{
    (void)c;
    return 0;
}

long component_one(const tepui_cell *c)
{
    (void)c;
    return 1;
}

long component_depth(const tepui_cell *c)
{
    return (long)c->depth;
}

size_t component_index(const tepui_network *net, long component)
{
    if (component == TEPUI_COMPONENT_OUTPUT) return tepui_network_cell(net)->depth + 1;
    return component == TEPUI_COMPONENT_TOTAL ? 0 : (size_t)component;
}

size_t component_part(long component)
{
    return (size_t)(TEPUI_COMPONENT_H - component);
}

size_t component_end(long component)
{
    return component == TEPUI_COMPONENT_MIN ? TEPUI_SMALLEST : TEPUI_LARGEST;
}

size_t component_two(long component)
{
    return TEPUI_TWO(component >> 20 & 0xfffff, component & 0xfffff);
}

static double ln_size(const tepui_network *net, size_t layer)
{
    return tepui_network_read(net, TEPUI_QUANTITY_FORWARD, TEPUI_ALL_POINTS, layer);
}

double component_weighted(const tepui_network *net, long component, double power)
{
    const size_t l = component_index(net, component);
    return power * (ln_size(net, l) - ln_size(net, 0)) +
           tepui_network_read(net, TEPUI_QUANTITY_FORWARD, TEPUI_LN_RATIO, l);
}

double component_path(const tepui_network *net, long component, tepui_path_value which)
{
    uint64_t step[TEPUI_MOST_RECORDS];
    const size_t count = tepui_record_steps(tepui_network_cell(net), step);
    size_t i = 0;
    while (i + 1 < count && TEPUI_COMPONENT_STEP(step[i]) != component) i++;
    return tepui_network_path(net).value[i * TEPUI_PATH_VALUES + which];
}

const long component_signs[] = {TEPUI_COMPONENT_NEGATIVE, TEPUI_COMPONENT_POSITIVE, 0};

void component_signed(long component, const double *value, size_t n, double ln_unit, double *out)
{
    const int sign = component == TEPUI_COMPONENT_NEGATIVE ? -1 : 1;
    for (size_t k = 0; k < n; k++) {
        const double x = sign * value[k];
        out[k] = isnan(x) ? NAN : x > 0 ? elementary_log(x) + ln_unit : -INFINITY;
    }
}

void component_spectrum(const tepui_network *net, tepui_part part, long component, double *out)
{
    const double *value;
    double ln_unit;
    const size_t n = tepui_network_eigenvalues(net, part, &value, &ln_unit);
    component_signed(component, value, n, ln_unit, out);
}

/* k-th of `count` layers spread evenly over first..last, both ends included. */
static long spread(long first, long last, size_t count, size_t k)
{
    if (count == 1) return last;
    return first + (long)((double)(last - first) * (double)k / (double)(count - 1) + 0.5);
}

static size_t add(long *out, size_t n, long component)
{
    if (out) out[n] = component;
    return n + 1;
}

/* Pairs k >= l of evenly spread numbers 1..last, as many as give at most `limit` pairs. */
static size_t add_pairs(int part, size_t last, size_t limit, long *out, size_t n)
{
    size_t count = last > 0;
    while (count < last && (count + 1) * (count + 2) / 2 <= limit) count++;
    for (size_t k = 0; k < count; k++)
        for (size_t l = 0; l <= k; l++)
            n = add(out, n,
                    TEPUI_COMPONENT_BLOCK(part, spread(1, (long)last, count, k), spread(1, (long)last, count, l)));
    return n;
}

static size_t add_blocks(const tepui_cell *c, size_t limit, long *out, size_t n)
{
    const size_t K = c->depth + (c->readout == TEPUI_READOUT_DENSE);
    for (int part = TEPUI_GAUSS_NEWTON; part <= TEPUI_RESIDUAL; part++) n = add_pairs(part, K, limit / 2, out, n);
    return n;
}

static size_t add_records(const tepui_cell *c, long *out, size_t n)
{
    uint64_t step[TEPUI_MOST_RECORDS];
    const size_t count = tepui_record_steps(c, step);
    for (size_t i = 0; i < count; i++) n = add(out, n, TEPUI_COMPONENT_STEP(step[i]));
    return n;
}

size_t tepui_observable_components(const tepui_observable_type *t, const tepui_cell *c, size_t limit, long *out)
{
    const long first = t->first ? t->first(c) : 1, last = t->last ? t->last(c) : 0;
    const size_t layers = last < first ? 0 : (size_t)(last - first) + 1;
    const size_t count = layers > limit ? limit : layers;
    size_t n = 0;
    if (t->pairs) return add_pairs(3, layers, limit, out, 0);
    if (t->records) return add_records(c, out, 0);
    for (size_t k = 0; k < count; k++) n = add(out, n, spread(first, last, count, k));
    if (t->has_output && c->readout == TEPUI_READOUT_DENSE) n = add(out, n, TEPUI_COMPONENT_OUTPUT);
    if (t->has_total) n = add(out, n, TEPUI_COMPONENT_TOTAL);
    for (const long *k = t->named; k && *k; k++) n = add(out, n, *k);
    return t->blocks ? add_blocks(c, limit, out, n) : n;
}

size_t tepui_observable_values(const tepui_observable_type *t, const tepui_cell *c)
{
    return t->values ? t->values(c) : 1;
}

static const char *const special[] = {"",           "output",     "total",    "H",        "G",          "R",
                                      "lambda_min", "lambda_max", "negative", "positive", "divergence", "escape"};
enum { SPECIAL = sizeof special / sizeof *special };

static const char *const ray_word[TEPUI_RAYS] = {"random", "gradient", "eigenvector"};

static void ray_name(long number, char out[24])
{
    snprintf(out, 24, "%s %g", ray_word[number / TEPUI_PLATEAU_POINTS % TEPUI_RAYS],
             tepui_plateau_at[number % TEPUI_PLATEAU_POINTS]);
}

/* -1: it is none. */
static long ray_number(const char *name)
{
    char known[24];
    for (long k = 0; k < TEPUI_RAYS * TEPUI_PLATEAU_POINTS; k++) {
        ray_name(k, known);
        if (strcmp(name, known) == 0) return TEPUI_COMPONENT_RAY(0, 0) + k;
    }
    return -1;
}

void tepui_component_name(long component, char out[24])
{
    if (component >= TEPUI_COMPONENT_RAY(0, 0))
        ray_name(component - TEPUI_COMPONENT_RAY(0, 0), out);
    else if (component >= TEPUI_COMPONENT_STEP(0))
        snprintf(out, 24, "t=%ld", component - TEPUI_COMPONENT_STEP(0));
    else if (component >= TEPUI_COMPONENT_PAIR(0, 0))
        snprintf(out, 24, "%ld,%ld", component >> 20 & 0xfffff, component & 0xfffff);
    else if (component >= TEPUI_COMPONENT_BLOCK(0, 0, 0))
        snprintf(out, 24, "%s %ld,%ld", tepui_part_word[component >> 40 & 3], component >> 20 & 0xfffff,
                 component & 0xfffff);
    else if (component < 0 && component > -SPECIAL)
        snprintf(out, 24, "%s", special[-component]);
    else
        snprintf(out, 24, "%ld", component);
}

long tepui_component_number(const char *name)
{
    char part;
    long k, l;
    for (int i = 1; i < SPECIAL; i++)
        if (strcmp(name, special[i]) == 0) return -i;
    const long ray = ray_number(name);
    if (ray >= 0) return ray;
    if (sscanf(name, "t=%ld", &k) == 1) return TEPUI_COMPONENT_STEP(k);
    if (sscanf(name, "%ld,%ld", &k, &l) == 2) return TEPUI_COMPONENT_PAIR(k, l);
    if (sscanf(name, "%c %ld,%ld", &part, &k, &l) == 3)
        return TEPUI_COMPONENT_BLOCK(part == 'H' ? 0 : part == 'G' ? 1 : 2, k, l);
    return strtol(name, NULL, 10);
}
