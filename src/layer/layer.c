/* layer.c -- what layers share: shapes, and rows with exponents. */
#include "layer.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

size_t tepui_shape_size(const tepui_shape *s)
{
    return s->height * s->width * s->channels;
}

void tepui_shape_print(const tepui_shape *s, char out[64])
{
    if (s->space == 0)
        snprintf(out, 64, "%zu", tepui_shape_size(s));
    else if (s->space == 1)
        snprintf(out, 64, "%zu x %zu", s->width, s->channels);
    else
        snprintf(out, 64, "%zu x %zu x %zu", s->height, s->width, s->channels);
}

tepui_status layer_misfit(const tepui_layer *t, const char *needed, tepui_error *err)
{
    char got[64];
    tepui_shape_print(&t->in, got);
    return tepui_fail(err, TEPUI_BAD_INPUT, "needs %s, its input is %s", needed, got);
}

void layer_settle(const layer_node *n, tepui_rows y, size_t size)
{
    for (size_t p = 0; p < n->work->points; p++) rows_settle(n->work->kernel, y.m + p * size, size, &y.e[p]);
}

void layer_copy(const layer_node *n, tepui_rows x, tepui_rows y, size_t size)
{
    memcpy(y.m, x.m, n->work->points * size * sizeof *y.m);
    memcpy(y.e, x.e, n->work->points * sizeof *y.e);
}

void layer_clear(tepui_rows y, size_t points, size_t size)
{
    memset(y.m, 0, points * size * sizeof *y.m);
    for (size_t p = 0; p < points; p++) y.e[p] = ROWS_ZERO;
}

int64_t layer_top(const layer_node *n, tepui_rows x)
{
    int64_t top = ROWS_ZERO;
    for (size_t p = 0; p < n->work->points; p++) top = x.e[p] > top ? x.e[p] : top;
    return top;
}
