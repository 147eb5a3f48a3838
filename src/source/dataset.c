/* dataset.c -- from a `data:` section to the points of a sample.

   Streams: inputs (or row numbers) from purpose input, targets from purpose target. Without resampling the address is
   that of sample 0 under a key made from the seed alone, so that all samples of all cells see the same points. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/kernel.h>
#include <tepui/source.h>

static const tepui_source_type *type_of(const tepui_dataset *d)
{
    return d->spec.source.type;
}

/* Whole set to mean 0 and variance 1. */
static tepui_status standardise(tepui_dataset *d, tepui_error *err)
{
    const size_t n = d->rows * d->inputs;
    double mean = 0, square = 0;
    for (size_t i = 0; i < n; i++) mean += d->x[i];
    mean /= (double)n;
    for (size_t i = 0; i < n; i++) {
        d->x[i] -= mean;
        square += d->x[i] * d->x[i];
    }
    if (!(square > 0) || !isfinite(square))
        return tepui_fail(err, TEPUI_BAD_INPUT, "data.normalise: the inputs are constant or not finite");
    tepui_kernel()->scale(d->x, 1.0 / sqrt(square / (double)n), n);
    return TEPUI_OK;
}

static tepui_status to_unit_norm(tepui_dataset *d, tepui_error *err)
{
    for (size_t r = 0; r < d->rows; r++) {
        double *x = d->x + r * d->inputs;
        const double square = tepui_kernel()->sumsq(x, d->inputs);
        if (!(square > 0) || !isfinite(square))
            return tepui_fail(err, TEPUI_BAD_INPUT, "data.normalise: input %zu is zero or not finite", r);
        tepui_kernel()->scale(x, 1.0 / sqrt(square), d->inputs);
    }
    return TEPUI_OK;
}

static tepui_status all_finite(const tepui_dataset *d, tepui_error *err)
{
    for (size_t i = 0; i < d->rows * d->inputs; i++)
        if (!isfinite(d->x[i])) return tepui_fail(err, TEPUI_BAD_INPUT, "data: input %zu is not finite", i / d->inputs);
    for (size_t i = 0; d->y && i < d->rows * d->outputs; i++)
        if (!isfinite(d->y[i]))
            return tepui_fail(err, TEPUI_BAD_INPUT, "data: target %zu is not finite", i / d->outputs);
    return TEPUI_OK;
}

static void print_digest(const uint8_t digest[32], char out[17])
{
    for (int i = 0; i < 8; i++) snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

static void identify(tepui_dataset *d)
{
    char x[17], y[17];
    print_digest(d->digest[0], x);
    print_digest(d->digest[1], y);
    snprintf(d->identity, sizeof d->identity, "data %s points %zu resample %d normalise %s inputs %s targets %s\n",
             type_of(d)->kind.name, d->spec.points, d->spec.resample, d->rows ? d->spec.normalise : "none", x, y);
}

static tepui_status load(tepui_dataset *d, tepui_error *err)
{
    tepui_status st = type_of(d)->load(d, err);
    if (st == TEPUI_OK) st = all_finite(d, err);
    if (st == TEPUI_OK && strcmp(d->spec.normalise, "standard") == 0) st = standardise(d, err);
    if (st == TEPUI_OK && strcmp(d->spec.normalise, "unit") == 0) st = to_unit_norm(d, err);
    if (st == TEPUI_OK && d->spec.points > d->rows)
        st = tepui_fail(err, TEPUI_BAD_INPUT, "data.points: %zu points, the set has %zu", d->spec.points, d->rows);
    return st;
}

tepui_status tepui_dataset_open(const tepui_data_spec *spec, tepui_dataset **out, tepui_error *err)
{
    tepui_dataset *d = calloc(1, sizeof *d);
    tepui_status st = TEPUI_OK;
    *out = NULL;
    if (!d) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for the data");
    d->spec = *spec;
    if (!type_of(d)->synthetic) st = load(d, err);
    if (st == TEPUI_OK && strcmp(type_of(d)->kind.name, "orthonormal") == 0 && spec->dimension &&
        spec->points > spec->dimension)
        st = tepui_fail(err, TEPUI_BAD_INPUT, "data.points: %zu orthonormal points in %zu dimensions", spec->points,
                        spec->dimension);
    identify(d);
    if (st == TEPUI_OK)
        *out = d;
    else
        tepui_dataset_free(d);
    return st;
}

const char *tepui_dataset_identity(const tepui_dataset *d)
{
    return d->identity;
}

void tepui_dataset_free(tepui_dataset *d)
{
    if (!d) return;
    free(d->x);
    free(d->y);
    free(d);
}

/* A row number below n from one word: the high half of a 128-bit product, biased by less than n 2^-64. */
static size_t below(uint64_t word, size_t n)
{
    return (size_t)(((unsigned __int128)word * n) >> 64);
}

static int is_new(const size_t *rows, size_t n, size_t row)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i] == row) return 0;
    return 1;
}

/* Distinct rows in random order by rejection; more than half of a set: consecutive rows from a random start. */
static void choose_rows(const tepui_dataset *d, tepui_stream *s, size_t *rows)
{
    const size_t n = d->spec.points;
    uint64_t words[TEPUI_BATCH];
    size_t used = TEPUI_BATCH;
    for (size_t k = 0; k < n;) {
        if (used == TEPUI_BATCH) {
            tepui_draw_words(s, words, TEPUI_BATCH);
            used = 0;
        }
        const size_t row = below(words[used++], d->rows);
        if (2 * n > d->rows) {
            for (; k < n; k++) rows[k] = (row + k) % d->rows;
        } else if (is_new(rows, k, row)) {
            rows[k++] = row;
        }
    }
}

static void copy_rows(const tepui_dataset *d, tepui_stream *s, double *x, double *y, double *work)
{
    size_t *rows = (size_t *)work; /* points * inputs doubles are room enough */
    choose_rows(d, s, rows);
    for (size_t p = 0; p < d->spec.points; p++) {
        memcpy(x + p * d->inputs, d->x + rows[p] * d->inputs, d->inputs * sizeof *x);
        if (y && d->y && d->spec.targets == TEPUI_TARGETS_DATA)
            memcpy(y + p * d->outputs, d->y + rows[p] * d->outputs, d->outputs * sizeof *y);
    }
}

tepui_status tepui_dataset_points(const tepui_dataset *d, tepui_stream *sample, size_t inputs, size_t outputs,
                                  double *x, double *y, double *work)
{
    tepui_stream fixed;
    tepui_stream *s = sample;
    tepui_status st = TEPUI_OK;
    if (!d->spec.resample) {
        const tepui_key key = tepui_key_make(sample->key.word[0], "data");
        tepui_stream_sample(&fixed, &key, 0, NULL);
        s = &fixed;
    }
    tepui_stream_at(s, TEPUI_FOR_INPUT, 0);
    if (d->rows)
        copy_rows(d, s, x, y, work);
    else
        st = type_of(d)->fill(s, x, d->spec.points, inputs, work);
    if (!y || d->spec.targets == TEPUI_TARGETS_DATA) return st;
    tepui_stream_at(s, TEPUI_FOR_TARGET, 0);
    if (d->spec.targets == TEPUI_TARGETS_GAUSSIAN)
        tepui_draw_normal(s, y, d->spec.points * outputs);
    else
        for (size_t i = 0; i < d->spec.points * outputs; i++) y[i] = d->spec.targets == TEPUI_TARGETS_ONE;
    return st;
}
