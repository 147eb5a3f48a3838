/* angle.c -- of the first two rows of a block: data points 0 and 1 at one layer. */
#include "network.h"
#include <gsl/gsl_math.h>

double network_cosine(const tepui_kernels *kernel, const double *a, size_t d)
{
    const double cosine = kernel->dot(a, a + d, d) / (sqrt(kernel->sumsq(a, d)) * sqrt(kernel->sumsq(a + d, d)));
    return cosine > 1 ? 1 : cosine < -1 ? -1 : cosine; /* rounding; NaN stays */
}

/* Half the square of the difference of the directions: exact for small angles. */
double network_gap(const tepui_kernels *kernel, const double *a, size_t d)
{
    const double *b = a + d;
    const double n0 = sqrt(kernel->sumsq(a, d)), n1 = sqrt(kernel->sumsq(b, d));
    double sum = 0;
    for (size_t i = 0; i < d; i++) sum += (a[i] / n0 - b[i] / n1) * (a[i] / n0 - b[i] / n1);
    return sum / 2;
}
