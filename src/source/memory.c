/* memory.c -- whether a data set fits into memory, before it is read: a header of a few bytes may ask for gigabytes. */
#include "load.h"
#include <tepui/machine.h>

tepui_status load_fits(const char *path, size_t rows, size_t columns, size_t size, tepui_error *err)
{
    const double needed = (double)rows * (double)columns * (double)size, there = tepui_machine_memory();
    if (needed <= there) return TEPUI_OK;
    return tepui_fail(err, TEPUI_NO_MEMORY, "%s: %zu x %zu numbers take %.3g GB of memory, %.3g GB are free", path,
                      rows, columns, needed / 1e9, there / 1e9);
}

void load_axis(size_t axis[7], size_t size)
{
    size_t k = 0;
    while (k < 7 && axis[k]) k++;
    if (k < 7 && (k > 0 || size != 1)) axis[k] = size;
}

void load_axis_end(size_t axis[7])
{
    for (size_t k = 7; k-- > 0 && axis[k] <= 1;) axis[k] = 0;
}
