/* shared.h -- data sets and draws of the statistics tests. */
#ifndef TEPUI_TEST_STAT_SHARED_H
#define TEPUI_TEST_STAT_SHARED_H
#include "reference.h"
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <tepui/stat.h>

static inline gsl_rng *seeded(unsigned long seed)
{
    gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(r, seed);
    return r;
}

static inline size_t below(gsl_rng *r, size_t n)
{
    return (size_t)gsl_rng_uniform_int(r, n);
}
#endif
