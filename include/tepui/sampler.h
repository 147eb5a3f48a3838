/* sampler.h -- how the samples of a cell are drawn: as matrices, or as numbers of the same law. */
#ifndef TEPUI_SAMPLER_H
#define TEPUI_SAMPLER_H
#include <tepui/kind.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tepui_cell;

/* The engine is the library's own: programs cannot add samplers. */
typedef struct tepui_sampler_type {
    tepui_kind kind;
    unsigned shows;    /* what it can be asked for, TEPUI_NEEDS_... */
    unsigned apart[2]; /* of these two it has each law, not the joint one: no observable may need both */
    /* Why it cannot do this cell, as the end of "sampler: NAME ..."; NULL: it can. c->sigma and what is derived from it
       need not be set. The member may be NULL: it can do all cells. */
    const char *(*obstacle)(const struct tepui_cell *c, unsigned needs);
    int matrices; /* weights are drawn, and may be asked for */
    int weighted; /* samples carry likelihood ratios; observables that do not take them are refused */
    int tilts;    /* reads grid.tilt */
    int chooses;  /* stands for the cheapest of the others whose samples carry no weights */
    int keyed;    /* its name is part of a cell's random key; full cells have the keys that they had without samplers */
    uint64_t (*work)(const struct tepui_cell *c); /* of a sample, in weights drawn in that time */
    const struct tepui_sampler_engine *engine;    /* NULL: chooses */
} tepui_sampler_type;

#ifdef __cplusplus
}
#endif
#endif
