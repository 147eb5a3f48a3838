/* rows.c -- see rows.h. */
#include "rows.h"
#include "wide.h"
#include <string.h>

/* Rows from which it pays to pack a matrix first; the bits are the same. */
#define PACKED 5u
/* Columns from which it pays to pass over rows of zeros, one by one; the bits are the same. */
#define SKIPPED 128u

scaled_square rows_square(const tepui_kernels *kernel, double *m, size_t n, int64_t *e)
{
    double s = kernel->sumsq(m, n);
    if (s >= SCALED_LOW && s <= SCALED_HIGH) return (scaled_square){s, *e};
    const double top = kernel->maxabs(m, n);
    if (top == 0.0 || !isfinite(top)) return (scaled_square){top == 0.0 ? 0.0 : NAN, *e};
    const int k = ilogb(top);
    for (size_t i = 0; i < n; i++) m[i] = ldexp(m[i], -k);
    *e += k;
    s = kernel->sumsq(m, n);
    return (scaled_square){s, *e};
}

void rows_settle(const tepui_kernels *kernel, double *m, size_t n, int64_t *e)
{
    if (rows_square(kernel, m, n, e).s == 0.0) *e = ROWS_ZERO;
}

void rows_add(double *restrict y, int64_t *ey, const double *restrict x, int64_t ex, size_t n)
{
    const double old = *ey < ex ? scaled_shift(1.0, *ey - ex) : 1, more = *ey < ex ? 1 : scaled_shift(1.0, ex - *ey);
    if (*ey < ex) *ey = ex;
#ifdef _OPENMP
#pragma omp simd
#endif
    for (size_t i = 0; i < n; i++) y[i] = y[i] * old + x[i] * more;
}

void rows_add_bias(const double *bias, double *z, int64_t *e, size_t n, size_t period)
{
    if (*e < 0) {
        for (size_t i = 0; i < n; i++) z[i] = scaled_shift(z[i], *e);
        *e = 0;
    }
    if (*e == 0) {
        for (size_t i = 0; i < n; i += period)
            for (size_t j = 0; j < period; j++) z[i + j] += bias[j];
        return;
    }
    for (size_t i = 0; i < n; i++) z[i] += scaled_shift(bias[i % period], -*e);
}

WIDE void rows_multiply(double *restrict y, const double *restrict x, const double *restrict by, size_t n)
{
#ifdef _OPENMP
#pragma omp simd
#endif
    for (size_t i = 0; i < n; i++) y[i] = x[i] * by[i];
}

void rows_times(const tepui_kernels *kernel, double factor, const double *w, size_t rows, size_t cols, const double *x,
                size_t points, double *y)
{
    kernel->gemv(w, rows, cols, x, cols, points, y, rows);
    if (factor != 1) kernel->scale(y, factor, points * rows);
}

/* The end of the run of zeros, or of others, that begins at i. */
static size_t run_end(const double *x, size_t i, size_t n)
{
    const int zero = x[i] == 0;
    while (i < n && (x[i] == 0) == zero) i++;
    return i;
}

void rows_times_live(const tepui_kernels *kernel, double factor, const double *w, size_t rows, size_t cols,
                     const double *x, const double *slope, double *y)
{
    for (size_t i = 0, end; i < rows; i = end) {
        end = run_end(slope, i, rows);
        if (slope[i] != 0)
            kernel->gemv(w + i * cols, end - i, cols, x, cols, 1, y + i, rows);
        else
            memset(y + i, 0, (end - i) * sizeof *y);
    }
    kernel->scale(y, factor, rows);
}

void rows_times_t(const tepui_kernels *kernel, double factor, const double *w, size_t rows, size_t cols,
                  const double *x, size_t points, double *y)
{
    memset(y, 0, points * cols * sizeof *y);
    if (points == 1 && cols >= SKIPPED) {
        for (size_t i = 0, end; i < rows; i = end) {
            end = run_end(x, i, rows);
            if (x[i] != 0) kernel->gemv_t(w + i * cols, end - i, cols, x + i, rows, 1, y, cols);
        }
    } else if (points < PACKED) {
        kernel->gemv_t(w, rows, cols, x, rows, points, y, cols);
    } else {
        kernel->gemm(1, x, rows, 1, w, cols, 1, points, rows, cols, y, cols);
    }
    kernel->scale(y, factor, points * cols);
}

void rows_matrix(const tepui_kernels *kernel, int transposed, double factor, const double *A, size_t rows, size_t inner,
                 const double *B, size_t cols, double *out)
{
    memset(out, 0, rows * cols * sizeof *out);
    kernel->gemm(factor, A, transposed ? 1 : inner, transposed ? rows : 1, B, cols, 1, rows, inner, cols, out, cols);
}

void rows_outer(const tepui_kernels *kernel, const double *x, size_t rows, const double *y, size_t cols, size_t points,
                int more, double *out)
{
    if (!more) memset(out, 0, rows * cols * sizeof *out);
    kernel->gemm(1, x, 1, rows, y, cols, 1, rows, points, cols, out, cols);
}

/* By the kernel: the rows of out are its points, y and w the rows of its matrix. Rows of zeros are left out. */
static void one_point(const tepui_kernels *kernel, const rows_pair *term, int terms, const double *shift, size_t rows,
                      size_t cols, double *scratch, double *out)
{
    double *matrix = scratch, *d = scratch + 2 * cols;
    for (int k = 0; k < terms; k++) {
        memcpy(matrix + (size_t)k * cols, term[k].y, cols * sizeof *matrix);
        for (size_t i = 0; i < rows; i++) d[i * (size_t)terms + (size_t)k] = term[k].x[i] * shift[k];
    }
    memset(out, 0, rows * cols * sizeof *out);
    for (size_t i = 0; i < rows; i++, d += terms, out += cols)
        if (d[0] != 0 || d[terms - 1] != 0) kernel->gemv_t(matrix, (size_t)terms, cols, d, 0, 1, out, cols);
}

/* The rows x brought to the exponent top; where all have it, themselves. */
static const double *at_exponent(const rows_pair *term, size_t n, size_t per, size_t rows, int64_t top, double *scratch)
{
    int same = 1;
    for (size_t p = 0; p < n; p++) {
        const int64_t e = term->xe[p] + term->ye[p];
        same &= e == top || e < ROWS_ZERO / 2; /* a factor is 0 */
    }
    if (same) return term->x;
    memcpy(scratch, term->x, n * per * rows * sizeof *scratch);
    for (size_t p = 0; p < n; p++) {
        const double shift = scaled_shift(1.0, term->xe[p] + term->ye[p] - top);
        for (size_t i = 0; i < per * rows; i++) scratch[p * per * rows + i] *= shift;
    }
    return scratch;
}

size_t rows_outer_work(size_t points, size_t per, size_t rows, size_t cols)
{
    return points * per == 1 ? 2 * (rows + cols) : points * per * rows;
}

int64_t rows_outer_sum(const tepui_kernels *kernel, const rows_pair *term, int terms, size_t points, size_t per,
                       size_t rows, size_t cols, double *scratch, double *out)
{
    int64_t top = 2 * ROWS_ZERO;
    for (int k = 0; k < terms; k++)
        for (size_t p = 0; p < points; p++)
            if (term[k].xe[p] + term[k].ye[p] > top) top = term[k].xe[p] + term[k].ye[p];
    if (points * per == 1) {
        double shift[2];
        for (int k = 0; k < terms; k++) {
            const int64_t e = term[k].xe[0] + term[k].ye[0];
            shift[k] = e == top ? 1 : scaled_shift(1.0, e - top);
        }
        one_point(kernel, term, terms, shift, rows, cols, scratch, out);
        return top;
    }
    for (int k = 0; k < terms; k++)
        rows_outer(kernel, at_exponent(&term[k], points, per, rows, top, scratch), rows, term[k].y, cols, points * per,
                   k > 0, out);
    return top;
}

/* The largest exponent of the products; INT64_MIN: all are 0. */
static int64_t top_of(const tepui_kernels *kernel, const rows_pair *term, size_t points, size_t rows, size_t cols)
{
    int64_t top = INT64_MIN;
    for (size_t p = 0; p < points; p++) {
        const int live = kernel->maxabs(term->x + p * rows, rows) > 0 && kernel->maxabs(term->y + p * cols, cols) > 0;
        const int64_t e = term->xe[p] + term->ye[p];
        if (live && e > top) top = e;
    }
    return top;
}

scaled_square rows_outer_square(const tepui_kernels *kernel, const rows_pair *term, size_t points, size_t rows,
                                size_t cols, double *scratch)
{
    if (points == 1)
        return scaled_times((scaled_square){kernel->sumsq(term->x, rows), term->xe[0]},
                            (scaled_square){kernel->sumsq(term->y, cols), term->ye[0]});
    const int64_t top = top_of(kernel, term, points, rows, cols);
    if (top == INT64_MIN) return (scaled_square){0.0, 0};
    for (size_t p = 0; p < points; p++)
        for (size_t i = 0; i < rows; i++)
            scratch[p * rows + i] = scaled_shift(term->x[p * rows + i], term->xe[p] + term->ye[p] - top);
    return (scaled_square){kernel->outer_sumsq(scratch, rows, rows, term->y, cols, cols, points), top};
}
