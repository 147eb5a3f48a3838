/* accumulator.c -- one component of one observable in one cell: counts, moments, histogram, raw values. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/stat.h>

#define FOLD_CHUNK 256u

tepui_status tepui_accumulator_init(tepui_accumulator *a, double bin_width, double low, double high, size_t raw_limit)
{
    *a = (tepui_accumulator){.raw_limit = raw_limit};
    tepui_moments_clear(&a->moments);
    if (raw_limit && !(a->raw = malloc(raw_limit * sizeof *a->raw))) return TEPUI_NO_MEMORY;
    return tepui_histogram_init(&a->histogram, bin_width, low, high);
}

void tepui_accumulator_free(tepui_accumulator *a)
{
    tepui_histogram_free(&a->histogram);
    free(a->raw);
    a->raw = NULL;
}

static void keep_raw(tepui_accumulator *a, const double *values, size_t n, size_t stride)
{
    for (size_t i = 0; i < n && a->raw_count < a->raw_limit; i++) a->raw[a->raw_count++] = values[i * stride];
}

/* Sorts out zeros and what is not finite; the rest goes on. */
static size_t sift(tepui_accumulator *a, const double *values, size_t n, size_t stride, double *finite)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        const double v = values[i * stride];
        if (isfinite(v))
            finite[m++] = v;
        else if (v == -INFINITY)
            a->zero++;
        else
            a->nan++;
    }
    return m;
}

tepui_status tepui_accumulator_fold(tepui_accumulator *a, const double *values, size_t n, size_t stride)
{
    double finite[FOLD_CHUNK];
    for (size_t done = 0; done < n; done += FOLD_CHUNK) {
        const size_t m = n - done < FOLD_CHUNK ? n - done : FOLD_CHUNK;
        tepui_moments block;
        keep_raw(a, values + done * stride, m, stride);
        const size_t good = sift(a, values + done * stride, m, stride, finite);
        tepui_moments_of(&block, finite, good, 1);
        tepui_moments_merge(&a->moments, &block);
        const tepui_status st = tepui_histogram_add(&a->histogram, finite, good, 1);
        if (st != TEPUI_OK) return st;
        a->count += m;
    }
    return TEPUI_OK;
}
