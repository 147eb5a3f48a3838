/* sums.h (internal) -- sums of products far outside the range of double: s 2^e. */
#ifndef TEPUI_CURVATURE_SUMS_H
#define TEPUI_CURVATURE_SUMS_H
#include <kernel/rows.h>
#include <tepui/curvature.h>

typedef struct {
    double s;
    int64_t e;
} scaled;

void sums_add(scaled *sum, scaled x);
double sums_ln_abs(scaled x); /* -INFINITY for 0 */
/* Norm, norm of the diagonal blocks and trace from the squares of the two, and that. */
tepui_hessian_size sums_size(scaled square, scaled diagonal, scaled trace);
/* Whether a sum of products that stands for a square has lost four digits; terms: the sum of their sizes. */
int sums_have_cancelled(scaled square, scaled terms);
/* out = x 2^-k with its largest entry in [1, 2); the exponent of what it stands for, ROWS_ZERO for zeros. */
int64_t sums_normalise(const tepui_kernels *kernel, const double *x, size_t n, int64_t e, double *out);
/* out (n x n) = X Y^T for n rows of `size` numbers each. */
void sums_inner_products(const tepui_kernels *kernel, const double *x, const double *y, size_t n, size_t size,
                         double *out);
#endif
