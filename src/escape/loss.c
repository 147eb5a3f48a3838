/* loss.c -- the loss has fallen below a fraction of what it is on the plateau, where the output is 0
 * (docs/theory/escape.md#e1). */
#include <tepui/escape.h>

static int reached(const tepui_escape_view *v, const double *param)
{
    return v->loss <= param[0] * v->plateau;
}

const tepui_escape_type tepui_escape_loss = {
    .kind = {.name = "loss",
             .doc = "the loss is at most a fraction of that of a net whose output is 0",
             .source = "docs/theory/escape.md#e1; Orvieto et al. 2021",
             .params = {{"fraction", "of the plateau's loss", 0.5, 0, 1, 1, 1, 0}}},
    .needs_plateau = 1,
    .is_loss = 1,
    .reached = reached,
};
