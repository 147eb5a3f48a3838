/* sums.h (internal) -- sums of products far outside the range of double: s 2^e. */
#ifndef TEPUI_CURVATURE_SUMS_H
#define TEPUI_CURVATURE_SUMS_H
#include <kernel/rows.h>

typedef struct {
    double s;
    int64_t e;
} scaled;

void sums_add(scaled *sum, scaled x);
double sums_ln_abs(scaled x); /* -INFINITY for 0 */
/* out = x 2^-k with its largest entry in [1, 2); the exponent of what it stands for, ROWS_ZERO for zeros. */
int64_t sums_normalise(const tepui_kernels *kernel, const double *x, size_t n, int64_t e, double *out);
/* out (n x n) = X Y^T for n rows of `size` numbers each. */
void sums_inner_products(const tepui_kernels *kernel, const double *x, const double *y, size_t n, size_t size,
                         double *out);
#endif
