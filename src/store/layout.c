/* layout.c -- all groups that readers show, one after another. */
#include "layout.h"

tepui_status layout_result(h5 *f, const tepui_state *s)
{
    tepui_status st;
    TEPUI_TRY(layout_root(f, s));
    TEPUI_TRY(layout_cells(f, s));
    h5_group(f, "/observables");
    for (size_t o = 0; o < s->experiment->observable_count; o++) TEPUI_TRY(layout_observable(f, s, o));
done:
    return st;
}
