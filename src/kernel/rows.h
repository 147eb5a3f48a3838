/* rows.h (internal) -- vectors m 2^e, and products with blocks of them: one row for each data point.

   The exponent of an exact zero is ROWS_ZERO, far below all others, so that sums of exponents and comparisons need no
   special case. Products go through the kernels, each entry in one order of additions whatever the number of rows. */
#ifndef TEPUI_KERNEL_ROWS_H
#define TEPUI_KERNEL_ROWS_H
#include <base/scaled.h>
#include <tepui/kernel.h>

#define ROWS_ZERO (-((int64_t)1 << 40))

/* Rescales a vector into the comfortable range (scaled.h) where it has left it; returns its square. */
scaled_square rows_square(const tepui_kernels *kernel, double *m, size_t n, int64_t *e);
/* The same; ROWS_ZERO for zeros. */
void rows_settle(const tepui_kernels *kernel, double *m, size_t n, int64_t *e);
/* y 2^*ey += x 2^ex */
void rows_add(double *restrict y, int64_t *ey, const double *restrict x, int64_t ex, size_t n);
/* z 2^*e += b, repeated with that period. A small vector (*e < 0) is formed first: a bias it is added to is not small.
 */
void rows_add_bias(const double *b, double *z, int64_t *e, size_t n, size_t period);
/* y_i = x_i by_i, apart in memory */
void rows_multiply(double *restrict y, const double *restrict x, const double *restrict by, size_t n);
/* y = factor W x and y = factor W^T x for `points` rows of x; W is rows x cols */
void rows_times(const tepui_kernels *kernel, double factor, const double *w, size_t rows, size_t cols, const double *x,
                size_t points, double *y);
void rows_times_t(const tepui_kernels *kernel, double factor, const double *w, size_t rows, size_t cols,
                  const double *x, size_t points, double *y);
/* y = factor W x of one point, left 0 where the slope is: half of a ReLU layer is not read. */
void rows_times_live(const tepui_kernels *kernel, double factor, const double *w, size_t rows, size_t cols,
                     const double *x, const double *slope, double *y);
/* out (rows x cols) = factor A B, A rows x inner or, transposed, inner x rows */
void rows_matrix(const tepui_kernels *kernel, int transposed, double factor, const double *A, size_t rows, size_t inner,
                 const double *B, size_t cols, double *out);
/* out (rows x cols) = sum_p x_p y_p^T, added to what is there if `more` */
void rows_outer(const tepui_kernels *kernel, const double *x, size_t rows, const double *y, size_t cols, size_t points,
                int more, double *out);

/* x_p 2^xe_p and y_p 2^ye_p, p < points; `per` rows, one after another, have the exponent of p */
typedef struct {
    const double *x, *y;
    const int64_t *xe, *ye;
} rows_pair;
/* out (rows x cols) 2^(what it returns) = sum over at most two terms and all rows of x y^T, in the exponent of the
   largest; below ROWS_ZERO for zeros. scratch: rows_outer_work() doubles. */
int64_t rows_outer_sum(const tepui_kernels *kernel, const rows_pair *term, int terms, size_t points, size_t per,
                       size_t rows, size_t cols, double *scratch, double *out);
/* The square of the sum of one term: a product of two for one point, else formed in registers and kept nowhere.
   scratch: points x rows. */
scaled_square rows_outer_square(const tepui_kernels *kernel, const rows_pair *term, size_t points, size_t rows,
                                size_t cols, double *scratch);
size_t rows_outer_work(size_t points, size_t per, size_t rows, size_t cols);
#endif
