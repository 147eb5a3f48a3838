/* output.c -- the output has moved: the root mean square of f - f(start) over the points has reached a distance.

   For losses that have no plateau where the output is 0, and nets whose output is not small at the start. */
#include <math.h>
#include <tepui/escape.h>

static int reached(const tepui_escape_view *v, const double *param)
{
    return v->distance >= param[0];
}

const tepui_escape_type tepui_escape_output = {
    .kind = {.name = "output",
             .doc = "the output has moved by a distance (root mean square over the points)",
             .source = "definition",
             .params = {{"distance", "from the output at the start", 0.5, 0, INFINITY, 1, 1, 0}}},
    .reached = reached,
};
