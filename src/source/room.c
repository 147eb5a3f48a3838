/* room.c -- whether a data set fits into memory, before it is read: a header of a few bytes may ask for gigabytes. */
#include "load.h"
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>

/* Bytes that the system could still give, and the limit of address space; INFINITY where nobody says. */
static double free_bytes(void)
{
    char line[128];
    double kib = INFINITY;
    struct rlimit limit;
    FILE *f = fopen("/proc/meminfo", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "MemAvailable: %lf", &kib) == 1) break;
    if (f) fclose(f);
    double most = kib * 1024;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) most = fmin(most, (double)limit.rlim_cur);
    return most;
}

tepui_status load_room(const char *path, size_t rows, size_t columns, tepui_error *err)
{
    const double needed = (double)rows * (double)columns * sizeof(double), there = free_bytes();
    if (needed <= there) return TEPUI_OK;
    return tepui_fail(err, TEPUI_NO_MEMORY, "%s: %zu x %zu numbers take %.3g GB of memory, %.3g GB are free", path,
                      rows, columns, needed / 1e9, there / 1e9);
}
