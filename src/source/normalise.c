/* normalise.c -- a data set to mean 0 and variance 1, or each row to norm 1; and its rows. Sets of bytes (images) stay
   bytes: what a byte stands for is a table, and a row becomes numbers when it is asked for. The numbers are the same
   bits as if all had been converted at once. */
#include "load.h"
#include <math.h>
#include <string.h>
#include <tepui/kernel.h>

/* By a power of two to a size whose squares neither over- nor underflow; what has such a size stays. */
static void to_middle(double *x, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) most = fabs(x[i]) > most ? fabs(x[i]) : most;
    if (!(most > 0) || (most > 0x1p-400 && most < 0x1p400)) return;
    const int shift = -ilogb(most);
    for (size_t i = 0; i < n; i++) x[i] = scalbn(x[i], shift);
}

static tepui_status constant(double value, tepui_error *err)
{
    return tepui_fail(err, TEPUI_BAD_INPUT, "data.normalise: the inputs are constant, all are %g", value);
}

/* The first number is taken off first: differences of equal ones are exactly 0, and the mean of what is left has no
   more rounding than the spread has. */
static tepui_status standardise_numbers(tepui_dataset *d, tepui_error *err)
{
    const size_t n = d->rows * d->inputs;
    double mean = 0, square = 0;
    const double given = d->x[0];
    to_middle(d->x, n);
    const double first = d->x[0];
    for (size_t i = 0; i < n; i++) d->x[i] -= first;
    to_middle(d->x, n);
    for (size_t i = 0; i < n; i++) mean += d->x[i];
    mean /= (double)n;
    for (size_t i = 0; i < n; i++) {
        d->x[i] -= mean;
        square += d->x[i] * d->x[i];
    }
    if (!(square > 0)) return constant(given, err);
    tepui_divide(d->x, sqrt(square / (double)n), n);
    return TEPUI_OK;
}

/* The same steps on the table, the same sums in the same order. */
static tepui_status standardise_bytes(tepui_dataset *d, tepui_error *err)
{
    const size_t n = d->rows * d->inputs;
    double mean = 0, square = 0, squares[TEPUI_BYTES];
    const double first = d->value[d->byte[0]];
    for (size_t b = 0; b < TEPUI_BYTES; b++) d->value[b] -= first;
    for (size_t i = 0; i < n; i++) mean += d->value[d->byte[i]];
    mean /= (double)n;
    for (size_t b = 0; b < TEPUI_BYTES; b++) {
        d->value[b] -= mean;
        squares[b] = d->value[b] * d->value[b];
    }
    for (size_t i = 0; i < n; i++) square += squares[d->byte[i]];
    if (!(square > 0)) return constant(first, err);
    tepui_divide(d->value, sqrt(square / (double)n), TEPUI_BYTES);
    return TEPUI_OK;
}

/* A row to norm 1. 0: it has none. */
static int to_unit(double *x, size_t n)
{
    to_middle(x, n);
    const double square = tepui_kernel()->sumsq(x, n);
    if (!(square > 0) || !isfinite(square)) return 0;
    tepui_divide(x, sqrt(square), n);
    return 1;
}

static tepui_status to_unit_norm(tepui_dataset *d, tepui_error *err)
{
    for (size_t r = 0; d->x && r < d->rows; r++)
        if (!to_unit(d->x + r * d->inputs, d->inputs))
            return tepui_fail(err, TEPUI_BAD_INPUT, "data.normalise: input %zu is zero or not finite", r);
    return TEPUI_OK;
}

static int is_zero(const tepui_dataset *d, size_t row)
{
    const size_t at = row * d->inputs;
    size_t i = 0;
    while (i < d->inputs && (d->byte ? d->value[d->byte[at + i]] : d->x[at + i]) == 0) i++;
    return i == d->inputs;
}

size_t load_zero_rows(const tepui_dataset *d, size_t *first)
{
    size_t zero = 0;
    for (size_t r = 0; r < d->rows; r++)
        if (is_zero(d, r) && zero++ == 0) *first = r;
    return zero;
}

static int is_unit(const tepui_dataset *d)
{
    return strcmp(d->spec.normalise, "unit") == 0;
}

tepui_status load_normalise(tepui_dataset *d, tepui_error *err)
{
    size_t zero;
    if (strcmp(d->spec.normalise, "standard") == 0)
        return d->byte ? standardise_bytes(d, err) : standardise_numbers(d, err);
    if (is_unit(d) && d->byte && load_zero_rows(d, &zero))
        return tepui_fail(err, TEPUI_BAD_INPUT, "data.normalise: input %zu is zero or not finite", zero);
    return is_unit(d) ? to_unit_norm(d, err) : TEPUI_OK;
}

void tepui_dataset_row(const tepui_dataset *d, size_t row, double *x)
{
    const size_t n = d->inputs, at = row * n;
    if (!d->byte) {
        memcpy(x, d->x + at, n * sizeof *x);
        return;
    }
    for (size_t i = 0; i < n; i++) x[i] = d->value[d->byte[at + i]];
    if (is_unit(d)) to_unit(x, n);
}
