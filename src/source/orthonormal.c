/* orthonormal.c -- orthonormal points, uniform (Haar): Gaussian vectors by modified Gram-Schmidt, done twice, which is
   orthogonal to rounding (Giraud, Langou, Rozloznik 2005). At most as many points as dimensions. */
#include <math.h>
#include <tepui/kernel.h>
#include <tepui/source.h>

static void project_out(double *v, const double *u, size_t n)
{
    const double c = tepui_kernel()->dot(v, u, n);
    for (size_t i = 0; i < n; i++) v[i] -= c * u[i];
}

static tepui_status fill(tepui_stream *s, double *x, size_t points, size_t dimension, double *work)
{
    const tepui_kernels *k = tepui_kernel();
    (void)work;
    if (points > dimension) return TEPUI_BAD_INPUT;
    tepui_draw_normal(s, x, points * dimension);
    for (size_t p = 0; p < points; p++) {
        double *v = x + p * dimension;
        for (int twice = 0; twice < 2; twice++)
            for (size_t q = 0; q < p; q++) project_out(v, x + q * dimension, dimension);
        tepui_divide(v, sqrt(k->sumsq(v, dimension)), dimension);
    }
    return TEPUI_OK;
}

const tepui_source_type tepui_source_orthonormal = {
    .kind = {.name = "orthonormal",
             .doc = "orthonormal points, uniform; at most as many as dimensions",
             .source = "Mezzadri 2007; Giraud, Langou, Rozloznik 2005"},
    .synthetic = 1,
    .unit_norm = 1,
    .orthogonal = 1,
    .fill = fill,
};
