/* sphere.c -- points uniform on the unit sphere: Gaussian vectors over their norm (Muller 1959). */
#include <math.h>
#include <tepui/kernel.h>
#include <tepui/source.h>

static tepui_status fill(tepui_stream *s, double *x, size_t points, size_t dimension, double *work)
{
    const tepui_kernels *k = tepui_kernel();
    (void)work;
    tepui_draw_normal(s, x, points * dimension);
    for (size_t p = 0; p < points; p++, x += dimension) tepui_divide(x, sqrt(k->sumsq(x, dimension)), dimension);
    return TEPUI_OK;
}

const tepui_source_type tepui_source_sphere = {
    .kind = {.name = "sphere",
             .doc = "points uniform on the unit sphere: norm 1, exactly in one dimension",
             .source = "Muller 1959"},
    .synthetic = 1,
    .unit_norm = 1,
    .fill = fill,
};
