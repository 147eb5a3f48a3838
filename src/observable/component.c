/* component.c -- which components an observable has in a cell, and what they are called. */
#include "component.h"
#include <stdio.h>

long component_zero(const tepui_cell *c)
{
    (void)c;
    return 0;
}

long component_one(const tepui_cell *c)
{
    (void)c;
    return 1;
}

long component_depth(const tepui_cell *c)
{
    return (long)c->depth;
}

size_t component_index(const tepui_network *net, long component)
{
    if (component == TEPUI_COMPONENT_OUTPUT) return tepui_network_cell(net)->depth + 1;
    return component == TEPUI_COMPONENT_TOTAL ? 0 : (size_t)component;
}

/* k-th of `count` layers spread evenly over first..last, both ends included. */
static long spread(long first, long last, size_t count, size_t k)
{
    if (count == 1) return last;
    return first + (long)((double)(last - first) * (double)k / (double)(count - 1) + 0.5);
}

size_t tepui_observable_components(const tepui_observable_type *t, const tepui_cell *c, size_t limit, long *out)
{
    const long first = t->first(c), last = t->last(c);
    const size_t layers = last < first ? 0 : (size_t)(last - first) + 1;
    const size_t count = layers > limit ? limit : layers;
    size_t n = 0;
    for (size_t k = 0; k < count; k++, n++)
        if (out) out[n] = spread(first, last, count, k);
    if (t->has_output && c->readout == TEPUI_READOUT_DENSE) {
        if (out) out[n] = TEPUI_COMPONENT_OUTPUT;
        n++;
    }
    if (t->has_total) {
        if (out) out[n] = TEPUI_COMPONENT_TOTAL;
        n++;
    }
    return n;
}

void tepui_component_name(long component, char out[24])
{
    if (component == TEPUI_COMPONENT_OUTPUT)
        snprintf(out, 24, "output");
    else if (component == TEPUI_COMPONENT_TOTAL)
        snprintf(out, 24, "total");
    else
        snprintf(out, 24, "%ld", component);
}
