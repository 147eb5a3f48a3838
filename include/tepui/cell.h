/* cell.h -- one point of an experiment: everything that determines the law of a sample, and nothing else. */
#ifndef TEPUI_CELL_H
#define TEPUI_CELL_H
#include <stdint.h>
#include <tepui/activation.h>
#include <tepui/distribution.h>
#include <tepui/escape.h>
#include <tepui/layer.h>
#include <tepui/loss.h>
#include <tepui/optimizer.h>
#include <tepui/rng.h>
#include <tepui/sampler.h>
#include <tepui/scale.h>
#include <tepui/schedule.h>
#include <tepui/source.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { TEPUI_READOUT_NONE, TEPUI_READOUT_DENSE } tepui_readout;

/* Trajectories from the sampled nets. Not part of what the nets are: the same samples are the start of all of them. */
typedef struct {
    int follows; /* somebody observes them; else nothing below counts */
    tepui_choice optimizer, schedule, escape;
    double rate;            /* learning rate */
    uint64_t steps, record; /* the most; the last one that is recorded */
    size_t batch;           /* points of a minibatch; 0: all */
    int from_data;          /* minibatches are rows of the data set, not points of the sample */
    double divergence;      /* loss over the larger of that at the start and on the plateau */
} tepui_dynamics;

typedef struct tepui_cell {
    /* as written */
    size_t depth;
    const char *width_text;   /* the width entry as in the experiment: "sqrt(depth)", "[64, 32]" */
    const char *architecture; /* "plain", another named one, or "[dense, batch_norm, activation]" */
    tepui_choice activation, distribution, scale, loss;
    double gain;       /* multiplies every standard deviation */
    tepui_choice bias; /* law of the biases */
    double sigma_b;    /* their standard deviation; 0: no biases */
    tepui_readout readout;
    const tepui_sampler_type *sampler;
    double tilt; /* power of norm2 by which a tilted sampler weighs its draws; 0 for the others */
    tepui_targets targets;
    const tepui_dataset *data;
    tepui_dynamics dynamics;
    int gsl_eigensolver;   /* in place of LAPACK; not part of the physics */
    const char *generator; /* "threefry4x64" or a GSL name */
    /* derived by tepui_cell_resolve() */
    size_t points, inputs, outputs; /* n, d_0, q (outputs = width of the last layer when there is no read-out) */
    size_t *width;                  /* width[0] = inputs, width[l], l <= depth */
    double *sigma; /* sigma[l] = standard deviation of W_l's entries, l = 1..depth; sigma[depth+1]: read-out; of a unit
                    with several matrices, that of the last */
    tepui_composition *composition; /* NULL: plain */
    char *canonical;                /* text hashed into the key: every physical parameter, nothing else */
    char *identity; /* that, and what trajectories do with the samples: cells that differ in it differ */
    tepui_key key;
    size_t alias_of; /* index of the first cell with the same identity (itself if first) */
} tepui_cell;

/* The composition of the cell's architecture, its hidden layers; width, points and inputs must be set. NULL for plain
   nets. TEPUI_BAD_INPUT: a message that names the layer and the shapes; TEPUI_NO_MEMORY. */
tepui_status tepui_cell_compose(tepui_cell *c, tepui_error *err);
/* Whether a text is an architecture at all, and its canonical form (in canonical[size]); names are checked, shapes
   cannot be yet. TEPUI_BAD_INPUT: it is none, or its canonical form is longer. */
tepui_status tepui_architecture_check(const char *text, char *canonical, size_t size, tepui_error *err);
/* Returns the features of the output of unit l = 0..L. */
size_t tepui_unit_size(const tepui_cell *c, size_t l);
/* Fills sigma (he, ... through the scale rule, times gain), canonical, identity and key; width, points, inputs, outputs
   must be set. TEPUI_BAD_INPUT: the scale rule is not defined here, with the reason; TEPUI_NO_MEMORY. */
tepui_status tepui_cell_resolve(tepui_cell *c, uint64_t seed, tepui_error *err);
/* The matrices of a cell's nets, number 1 .. count, the read-out the last; how many biases matrix m has. sigma is the
   standard deviation of the entries. */
typedef struct {
    size_t rows, cols, biases;
    double sigma;
} tepui_matrix_shape;
size_t tepui_matrix_count(const tepui_cell *c);
tepui_matrix_shape tepui_matrix_shape_of(const tepui_cell *c, size_t m);
/* Returns P, the entries of all matrices and what else is trained. */
size_t tepui_parameters(const tepui_cell *c);
/* Returns the multiplications of a forward pass of one point: P, but that convolutions use theirs at every position. */
size_t tepui_multiplications(const tepui_cell *c);
void tepui_cell_clear(tepui_cell *c); /* frees width, sigma, canonical and the strings */

#ifdef __cplusplus
}
#endif
#endif
