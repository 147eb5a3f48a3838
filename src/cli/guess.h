/* guess.h (internal) -- what the cells that a pilot measured tell about the others. */
#ifndef TEPUI_CLI_GUESS_H
#define TEPUI_CLI_GUESS_H
#include "cli.h"

#define CLI_SLOPE_MOST 0.7 /* of the time of a unit of cost over the cost, in ln */

typedef struct {
    const tepui_cell *cell;
    tepui_cell own;       /* what cell points to where it is a smaller one, made for the pilot */
    size_t block, kind;   /* cells of one kind differ in size only */
    double cost, seconds; /* of a sample; seconds: NaN when not measured, processor time */
    double iterations;    /* of a sample measured: steps of a trajectory, products of Lanczos; 0: there are none */
    double least;         /* so much passed without an end of the first sample */
    double samples;       /* expected; NaN with a precision, when not known */
    int measured, tried;
    int bound; /* seconds are the most: trajectories went on when the pilot ended */
} guess;

typedef struct {
    const tepui_experiment *e;
    unsigned needs;
    guess *guess;
    size_t count, kinds;
    const guess **known; /* those measured */
    size_t known_count;
    double start; /* what the process used before: it read the experiment and its data, as the run will */
    double budget, processor_end,
        end; /* of the pilot: processor time; the clock on the wall, where others keep us waiting */
} pilot;

/* What was not measured, from the nearest that was, and how far that is in ln cost. */
guess cli_guess(const pilot *p, const guess *g, double *how_far);
#endif
