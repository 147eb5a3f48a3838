/* accumulator.c -- one component of one observable in one cell: counts, moments, histogram, raw values.

   count = nan + zero + infinite + moments.n, moments.n = under + over + sum of the bins, and values equal to 0 (origin)
   are at most those of the bin from 0 on where 0 is within the limits, always. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/stat.h>

#define FOLD_CHUNK 256u

tepui_status tepui_accumulator_init(tepui_accumulator *a, double bin_width, double low, double high, size_t raw_limit)
{
    *a = (tepui_accumulator){.raw_limit = raw_limit};
    tepui_moments_clear(&a->moments);
    tepui_moments_clear(&a->before);
    const tepui_status st = tepui_histogram_init(&a->histogram, bin_width, low, high);
    if (st != TEPUI_OK || raw_limit == 0) return st;
    if (raw_limit > SIZE_MAX / sizeof *a->raw || !(a->raw = malloc(raw_limit * sizeof *a->raw))) return TEPUI_NO_MEMORY;
    return TEPUI_OK;
}

void tepui_accumulator_free(tepui_accumulator *a)
{
    if (!a) return;
    tepui_histogram_free(&a->histogram);
    free(a->raw);
    a->raw = NULL;
    a->raw_count = 0;
}

static void keep_raw(tepui_accumulator *a, const double *values, size_t n)
{
    const size_t left = a->raw_limit - a->raw_count, m = n < left ? n : left;
    if (m == 0) return;
    memcpy(a->raw + a->raw_count, values, m * sizeof *values);
    a->raw_count += m;
}

/* Copies side by side; says how many are finite (v - v is 0 for those only), and how many are 0. */
static size_t gather(double *to, const double *values, size_t n, size_t stride, uint64_t *zeros)
{
    size_t finite = 0;
    for (size_t i = 0; i < n; i++) {
        const double v = values[i * stride];
        to[i] = v;
        finite += v - v == 0.0;
        *zeros += v == 0.0;
    }
    return finite;
}

/* Takes out what is not finite. */
static void sift(tepui_accumulator *a, double *values, size_t n)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        const double v = values[i];
        if (isfinite(v))
            values[m++] = v;
        else if (v == -INFINITY)
            a->zero++;
        else if (v == INFINITY && a->censors)
            a->infinite++;
        else
            a->nan++;
    }
}

tepui_status tepui_accumulator_fold(tepui_accumulator *a, const double *values, size_t n, size_t stride)
{
    double chunk[FOLD_CHUNK];
    for (size_t done = 0; done < n; done += FOLD_CHUNK) {
        const size_t m = n - done < FOLD_CHUNK ? n - done : FOLD_CHUNK;
        const size_t finite = gather(chunk, values + done * stride, m, stride, &a->origin);
        tepui_moments block;
        keep_raw(a, chunk, m);
        if (finite < m) sift(a, chunk, m);
        tepui_moments_of(&block, chunk, finite, 1);
        tepui_moments_merge(&a->moments, &block);
        a->count += m;
        const tepui_status st = tepui_histogram_add(&a->histogram, chunk, finite, 1);
        if (st != TEPUI_OK) return st;
    }
    return TEPUI_OK;
}

/* Of the finite ones. */
static void add_moments(tepui_accumulator *a, const double *values, size_t n, size_t stride)
{
    double chunk[FOLD_CHUNK];
    for (size_t done = 0; done < n; done += FOLD_CHUNK) {
        const size_t most = n - done < FOLD_CHUNK ? n - done : FOLD_CHUNK;
        size_t m = 0;
        tepui_moments block;
        for (size_t i = 0; i < most; i++) {
            const double v = values[(done + i) * stride];
            if (isfinite(v)) chunk[m++] = v;
        }
        tepui_moments_of(&block, chunk, m, 1);
        tepui_moments_merge(&a->moments, &block);
    }
}

tepui_status tepui_accumulator_refold(tepui_accumulator *a, const double *values, size_t known, size_t n, size_t stride)
{
    const tepui_status st = tepui_accumulator_fold(a, values + known * stride, n - known, stride);
    a->moments = a->before; /* two folds are not one: powers are about the mean of a fold */
    add_moments(a, values, n, stride);
    return st;
}

static int take(uint64_t *left, uint64_t n)
{
    if (n > *left) return 0;
    *left -= n;
    return 1;
}

int tepui_accumulator_is_sound(const tepui_accumulator *a)
{
    const tepui_histogram *h = &a->histogram;
    uint64_t left = a->count;
    if (!take(&left, a->zero) || !take(&left, a->nan) || !take(&left, a->infinite) || left != a->moments.n) return 0;
    if (a->infinite && !a->censors) return 0;
    if (a->before.n > a->moments.n) return 0;
    if (a->origin > (h->low > 0 ? h->under : h->high <= 0 ? h->over : tepui_histogram_from_zero(h))) return 0;
    if (!take(&left, h->under) || !take(&left, h->over)) return 0;
    for (size_t i = 0; i < h->bins; i++)
        if (!take(&left, h->count[i])) return 0;
    return left == 0 && a->raw_count <= a->count && tepui_histogram_is_sound(h);
}
