/* dataset.c -- from a `data:` section to the points of a sample.

   Streams: inputs (or row numbers) from purpose input, targets from purpose target. Without resampling the address is
   that of sample 0 under a key made from the seed alone, so that all samples of all cells see the same points. */
#include "load.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const tepui_source_type *type_of(const tepui_dataset *d)
{
    return d->spec.source.type;
}

static tepui_status all_finite(const tepui_dataset *d, tepui_error *err)
{
    for (size_t i = 0; d->x && i < d->rows * d->inputs; i++)
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
    if (d->spec.held_out) /* none says nothing: older keys stay */
        snprintf(d->identity + strlen(d->identity), sizeof d->identity - strlen(d->identity), "held out %zu\n",
                 d->spec.held_out);
}

/* Rows that may be drawn: the first ones. */
static size_t drawable(const tepui_dataset *d)
{
    return d->rows - d->spec.held_out;
}

static tepui_status load(tepui_dataset *d, tepui_error *err)
{
    size_t first;
    tepui_status st = type_of(d)->load(d, err);
    if (st == TEPUI_OK) st = all_finite(d, err);
    if (st == TEPUI_OK) st = load_normalise(d, err);
    if (st == TEPUI_OK && d->spec.held_out >= d->rows)
        st = tepui_fail(err, TEPUI_BAD_INPUT, "data.held_out: %zu rows, the set has %zu", d->spec.held_out, d->rows);
    if (st == TEPUI_OK && d->spec.points > drawable(d))
        st = tepui_fail(err, TEPUI_BAD_INPUT, "data.points: %zu points, the set has %zu", d->spec.points, drawable(d));
    if (st == TEPUI_OK) d->zero_rows = load_zero_rows(d, &first);
    return st;
}

/* data.shape says how the numbers of a row are read; there must be as many. */
static tepui_status check_shape(tepui_dataset *d, tepui_error *err)
{
    const size_t *s = d->spec.shape;
    const double size = (double)s[0] * (double)s[1] * (double)s[2];
    if (!s[0]) return TEPUI_OK;
    if (size != (double)d->inputs)
        return tepui_fail(err, TEPUI_BAD_INPUT, "data.shape: %zu x %zu x %zu is %.0f numbers, an input has %zu", s[0],
                          s[1], s[2], size, d->inputs);
    return TEPUI_OK;
}

static tepui_status open_with(const tepui_data_spec *spec, tepui_status (*read)(tepui_dataset *, tepui_error *),
                              tepui_dataset **out, tepui_error *err)
{
    tepui_dataset *d = calloc(1, sizeof *d);
    tepui_status st = TEPUI_OK;
    *out = NULL;
    if (!d) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for the data");
    d->spec = *spec;
    if (!type_of(d)->synthetic) st = read(d, err);
    if (st == TEPUI_OK && d->rows) st = check_shape(d, err);
    if (st == TEPUI_OK && type_of(d)->orthogonal && spec->dimension && spec->points > spec->dimension)
        st = tepui_fail(err, TEPUI_BAD_INPUT, "data.points: %zu orthonormal points in %zu dimensions", spec->points,
                        spec->dimension);
    identify(d);
    if (st == TEPUI_OK)
        *out = d;
    else
        tepui_dataset_free(d);
    return st;
}

tepui_status tepui_dataset_open(const tepui_data_spec *spec, tepui_dataset **out, tepui_error *err)
{
    return open_with(spec, load, out, err);
}

static tepui_status survey(tepui_dataset *d, tepui_error *err)
{
    return type_of(d)->survey(d, err);
}

tepui_status tepui_dataset_survey(const tepui_data_spec *spec, tepui_dataset **out, tepui_error *err)
{
    return open_with(spec, survey, out, err);
}

int tepui_dataset_is_read(const tepui_dataset *d)
{
    return d->x || d->byte;
}

tepui_shape tepui_dataset_image(const tepui_dataset *d)
{
    const size_t *a = d->axis;
    const tepui_shape none = {0, 1, 1, 1};
    const size_t *shape = d->spec.shape;
    if (shape[0]) return (tepui_shape){2, shape[0], shape[1], shape[2]};
    if (!d->rows || !a[1] || a[3]) return none;
    if (!a[2]) return (tepui_shape){2, a[0], a[1], 1};
    return a[0] < a[1] && a[1] == a[2] ? none : (tepui_shape){2, a[0], a[1], a[2]};
}

const char *tepui_dataset_identity(const tepui_dataset *d)
{
    return d->identity;
}

void tepui_dataset_free(tepui_dataset *d)
{
    if (!d) return;
    free(d->byte);
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

/* A row number below n from the stream, words fetched in batches. */
typedef struct {
    tepui_stream *s;
    uint64_t words[TEPUI_BATCH];
    size_t used;
} row_source;

static size_t next_row(row_source *r, size_t n)
{
    if (r->used == TEPUI_BATCH) {
        tepui_draw_words(r->s, r->words, TEPUI_BATCH);
        r->used = 0;
    }
    return below(r->words[r->used++], n);
}

/* Few rows of many: distinct ones by rejection. */
static void reject_rows(row_source *r, size_t *rows, size_t n, size_t all)
{
    for (size_t k = 0; k < n;) {
        const size_t row = next_row(r, all);
        if (is_new(rows, k, row)) rows[k++] = row;
    }
}

/* Any fraction: the first n steps of a shuffle (Fisher and Yates; Knuth 1997, algorithm 3.4.2P). */
static tepui_status shuffle_rows(row_source *r, size_t *rows, size_t n, size_t all)
{
    size_t *order = malloc(all * sizeof *order);
    if (!order) return TEPUI_NO_MEMORY;
    for (size_t i = 0; i < all; i++) order[i] = i;
    for (size_t k = 0; k < n; k++) {
        const size_t other = k + next_row(r, all - k);
        rows[k] = order[other];
        order[other] = order[k];
    }
    free(order);
    return TEPUI_OK;
}

/* Distinct rows in random order, every ordered choice equally likely. */
static tepui_status choose_rows(const tepui_dataset *d, tepui_stream *s, size_t *rows)
{
    const size_t n = d->spec.points, all = drawable(d);
    row_source r = {.s = s, .used = TEPUI_BATCH};
    if (n > all / n) return shuffle_rows(&r, rows, n, all);
    reject_rows(&r, rows, n, all);
    return TEPUI_OK;
}

static tepui_status copy_rows(const tepui_dataset *d, tepui_stream *s, double *x, double *y, double *work)
{
    size_t *rows = (size_t *)work; /* points * inputs doubles are room enough */
    const tepui_status st = choose_rows(d, s, rows);
    if (st != TEPUI_OK) return st;
    for (size_t p = 0; p < d->spec.points; p++) {
        tepui_dataset_row(d, rows[p], x + p * d->inputs);
        if (y && d->y && d->spec.targets == TEPUI_TARGETS_DATA)
            memcpy(y + p * d->outputs, d->y + rows[p] * d->outputs, d->outputs * sizeof *y);
    }
    return TEPUI_OK;
}

/* One-hot rows of uniform classes. */
static void draw_classes(tepui_stream *s, double *y, size_t points, size_t classes)
{
    row_source r = {.s = s, .used = TEPUI_BATCH};
    memset(y, 0, points * classes * sizeof *y);
    for (size_t p = 0; p < points; p++) y[p * classes + next_row(&r, classes)] = 1;
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
        st = copy_rows(d, s, x, y, work);
    else
        st = type_of(d)->fill(s, x, d->spec.points, inputs, work);
    if (!y || d->spec.targets == TEPUI_TARGETS_DATA) return st;
    tepui_stream_at(s, TEPUI_FOR_TARGET, 0);
    if (d->spec.targets == TEPUI_TARGETS_ONE_HOT) {
        draw_classes(s, y, d->spec.points, outputs);
        return st;
    }
    if (d->spec.targets == TEPUI_TARGETS_GAUSSIAN)
        tepui_draw_normal(s, y, d->spec.points * outputs);
    else
        for (size_t i = 0; i < d->spec.points * outputs; i++) y[i] = d->spec.targets == TEPUI_TARGETS_ONE;
    return st;
}
