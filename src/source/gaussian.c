/* gaussian.c -- points with independent N(0, 1) entries. */
#include <tepui/source.h>

static tepui_status fill(tepui_stream *s, double *x, size_t points, size_t dimension, double *work)
{
    (void)work;
    tepui_draw_normal(s, x, points * dimension);
    return TEPUI_OK;
}

const tepui_source_type tepui_source_gaussian = {
    .kind = {.name = "gaussian", .doc = "points with independent N(0, 1) entries", .source = "definition"},
    .synthetic = 1,
    .gaussian = 1,
    .fill = fill,
};
