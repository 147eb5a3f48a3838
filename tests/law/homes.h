/* homes.h -- random experiments around the homes of the laws, for test_law_search.c. A home is a cell, or a sweep of
   depths, that some law is about. An experiment starts there and takes no, one or two steps away: other layers, gains
   of single units, laws of the weights (discrete, heavy tails), biases, outputs, points of a file that are dependent,
   equal or positive. */
#ifndef TEPUI_TEST_HOMES_H
#define TEPUI_TEST_HOMES_H
#include <stddef.h>
#include <stdint.h>

#define HOMES_TEXT 2048
#define WORDS 256

enum {
    DEPTH,
    WIDTH,
    ACTIVATION,
    INIT,
    LAW,
    GAIN,
    SIGMA_B,
    BIAS,
    ARCHITECTURE,
    TILT,
    SOURCE,
    POINTS,
    DIMENSION,
    OUTPUTS,
    TARGETS,
    NORMALISE,
    RESAMPLE,
    READOUT,
    SAMPLER,
    LOSS,
    DYNAMICS,
    OBSERVABLES,
    SAMPLES,
    FIELDS
};

typedef struct {
    char of[FIELDS][WORDS];
} choice;

size_t homes_count(void);
size_t homes_with(int field, const char *alternative); /* the first one that may have it */
void homes_begin(uint64_t state);                      /* the draws that follow depend on it alone */
void homes_draw(size_t home, choice *c);               /* no experiment, where choices do not go together */
void homes_thin(choice *c);                            /* keeps one of the observables */
/* The experiment, with `times` as many samples. */
void homes_write(const choice *c, uint64_t seed, double times, char out[HOMES_TEXT]);
void homes_write_files(void), homes_remove_files(void);
#endif
