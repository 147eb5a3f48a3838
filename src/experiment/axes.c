/* axes.c -- the grid of an experiment: which values of its axes a cell has. */
#include "settings.h"
#include <string.h>

static const char *const axes[AXES] = {"grid.depth",        "grid.width",    "grid.activation",    "grid.init",
                                       "grid.law",          "grid.gain",     "grid.bias",          "grid.sigma_b",
                                       "grid.architecture", "grid.tilt",     "dynamics.optimizer", "dynamics.rate",
                                       "dynamics.schedule", "dynamics.batch"};

size_t axes_cells(const settings *s)
{
    size_t n = 1;
    for (size_t a = 0; a < AXES; a++) {
        n *= setting_of(s, axes[a])->count;
        if (n > AXES_MOST_CELLS) return n;
    }
    return n;
}

size_t axis_position(const settings *s, size_t index, size_t axis)
{
    size_t below = 1;
    for (size_t k = axis + 1; k < AXES; k++) below *= setting_of(s, axes[k])->count;
    return index / below % setting_of(s, axes[axis])->count;
}

const char *axis_text(const settings *s, size_t index, size_t axis)
{
    return setting_of(s, axes[axis])->value[axis_position(s, index, axis)];
}

/* grid.vary: one -- how many axes other than depth, width and those of dynamics have left their first value. */
int axes_wanted(const settings *s, size_t index)
{
    size_t moved = 0;
    if (strcmp(setting_text(s, "grid.vary"), "one") != 0) return 1;
    for (size_t a = AXIS_ACTIVATION; a < AXIS_OPTIMIZER; a++) moved += axis_position(s, index, a) > 0;
    return moved <= 1;
}
