/* sums.c -- see sums.h. */
#include "sums.h"
#include <base/elementary.h>
#include <string.h>

void sums_add(scaled *sum, scaled x)
{
    if (x.s == 0) return;
    if (sum->s == 0) sum->e = x.e;
    rows_add(&sum->s, &sum->e, &x.s, x.e, 1);
}

double sums_ln_abs(scaled x)
{
    return x.s == 0 ? -INFINITY : elementary_log(fabs(x.s)) + (double)x.e * SCALED_LN2;
}

tepui_hessian_size sums_size(scaled square, scaled diagonal, scaled trace)
{
    return (tepui_hessian_size){0.5 * sums_ln_abs(square), 0.5 * sums_ln_abs(diagonal), sums_ln_abs(trace),
                                trace.s < 0 ? -1 : 1};
}

#define CANCELLED 1e-4

int sums_have_cancelled(scaled square, scaled terms)
{
    return terms.s > 0 && !(scaled_shift(square.s, square.e - terms.e) > CANCELLED * terms.s);
}

int64_t sums_normalise(const tepui_kernels *kernel, const double *x, size_t n, int64_t e, double *out)
{
    const double top = kernel->maxabs(x, n);
    if (!(top > 0)) {
        memset(out, 0, n * sizeof *out);
        return ROWS_ZERO;
    }
    const int k = isfinite(top) ? ilogb(top) : 0;
    const double unit = ldexp(1.0, -k);
    for (size_t i = 0; i < n; i++) out[i] = x[i] * unit;
    return e + k;
}

void sums_inner_products(const tepui_kernels *kernel, const double *x, const double *y, size_t n, size_t size,
                         double *out)
{
    kernel->gemv(y, n, size, x, size, n, out, n); /* few of them, and long */
}
