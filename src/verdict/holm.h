/* holm.h (internal) -- Holm's step-down over many tests: S. Holm, Scand. J. Statist. 6 (1979). */
#ifndef TEPUI_VERDICT_HOLM_H
#define TEPUI_VERDICT_HOLM_H
#include <stddef.h>

#define HOLM_FALSE_ALARM 1e-4 /* usual chance that any true line is rejected */

typedef struct {
    double p;
    size_t line;
} holm_entry;

/* Sorts the entries by p, NaN first: it counts as 0. Returns how many of the first are rejected. */
size_t holm(holm_entry *entry, size_t n, double false_alarm);
#endif
