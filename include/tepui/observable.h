/* observable.h -- a number (or one number per component) measured on every sample. */
#ifndef TEPUI_OBSERVABLE_H
#define TEPUI_OBSERVABLE_H
#include <tepui/network.h>

typedef enum { TEPUI_TRANSFORM_NONE, TEPUI_TRANSFORM_LN } tepui_transform;

/* Components of an observable in a cell, as layer numbers; special ones are negative. */
#define TEPUI_COMPONENT_OUTPUT (-1)
#define TEPUI_COMPONENT_TOTAL (-2)

typedef struct {
    tepui_kind kind;           /* doc and source included */
    const char *unit;          /* "1" for pure numbers */
    tepui_transform transform; /* ln: values are natural logarithms of a magnitude */
    unsigned needs;
    size_t least_points; /* 2 for angle */
    /* layers first..last (inclusive) are components; then the special ones */
    long (*first)(const tepui_cell *c), (*last)(const tepui_cell *c);
    int has_output, has_total; /* "output" (with read-out only), "total" */
    double (*measure)(const tepui_network *net, long component);
} tepui_observable_type;

/* Component list of a cell under a layer limit: all layers when there are at most `limit`, else about `limit`
   evenly spaced ones, first and last included. Returns the count; out may be NULL. */
size_t tepui_observable_components(const tepui_observable_type *t, const tepui_cell *c, size_t limit, long *out);
void tepui_component_name(long component, char out[24]); /* "0", "17", "output", "total" */
#endif
