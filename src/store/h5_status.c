/* h5_status.c -- what failed first while a file is written or read, and how that is told. */
#include "h5.h"

void h5_complain(h5 *f, const char *object, const char *what)
{
    if (f->failed) return;
    f->failed = H5_DAMAGED;
    snprintf(f->reason, sizeof f->reason, "%.150s %.80s", object, what);
}

void *h5_kept(h5 *f, void *p)
{
    if (!p && !f->failed) f->failed = H5_NO_MEMORY;
    return p;
}

tepui_status h5_status(const h5 *f, const char *path, tepui_error *err)
{
    if (!f->failed) return TEPUI_OK;
    if (f->failed == H5_NO_MEMORY) return tepui_fail(err, TEPUI_NO_MEMORY, "%s: no memory to read it", path);
    if (!f->reason[0]) return tepui_fail(err, TEPUI_BAD_INPUT, "%s: not a tepui result file", path);
    return tepui_fail(err, TEPUI_BAD_INPUT, "%s: not a tepui result file, or damaged: %s", path, f->reason);
}
