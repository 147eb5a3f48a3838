/* holm.c -- the smallest of n p-values is rejected below alpha/n, the next below alpha/(n - 1), until one is not. */
#include "holm.h"
#include <math.h>
#include <stdlib.h>

static double evidence_against(const holm_entry *e)
{
    return isnan(e->p) ? 0 : e->p;
}

static int by_p(const void *a, const void *b)
{
    const double x = evidence_against(a), y = evidence_against(b);
    return (x > y) - (x < y);
}

size_t holm(holm_entry *entry, size_t n, double false_alarm)
{
    size_t rejected = 0;
    qsort(entry, n, sizeof *entry, by_p);
    while (rejected < n && evidence_against(&entry[rejected]) * (double)(n - rejected) <= false_alarm) rejected++;
    return rejected;
}
