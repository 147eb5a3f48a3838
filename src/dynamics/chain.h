/* chain.h (internal) -- eight trajectories of chains of scalar weights side by side, as follow_chain.c moves them and
   chain_record.c records them. Number k of lane j stands at 8 k + j. */
#ifndef TEPUI_DYNAMICS_CHAIN_H
#define TEPUI_DYNAMICS_CHAIN_H
#include "follower.h"

#define CHAIN_LANES TEPUI_LANES

typedef struct {
    _Alignas(64) tepui_chains c; /* c.w: the parameters; beyond the last one they are 1 */
    double *g, *state[TEPUI_MOST_STATES], *noise;
    double scalar[TEPUI_MOST_SCALARS][CHAIN_LANES];
    double rate[CHAIN_LANES], unit[CHAIN_LANES], norm[CHAIN_LANES], count[CHAIN_LANES];
    double exponent[CHAIN_LANES]; /* unit = 2^exponent, as far as a double goes */
    double plateau[CHAIN_LANES], ln_gradient[CHAIN_LANES];
    path_run run[CHAIN_LANES];
    int busy[CHAIN_LANES], waits[CHAIN_LANES]; /* for its escape */
    int ended[CHAIN_LANES];                    /* with the step that is being made */
    double *record[CHAIN_LANES];               /* of this step, NULL: none */
    int fused;                                 /* quiet steps may leave forward pass and looks to chain_step */
    uint64_t pending, quiet;                   /* steps that run[].t lacks; that bring nothing but perhaps an end */
} chain_group;

typedef struct {
    size_t K, rows; /* weights; filled up to whole chunks */
    size_t groups, used;
    size_t next; /* sample of the run that starts next */
    int fused;   /* gradient descent, of one piece with the gradient */
    int sinking; /* escape: loss, which the kernel sees itself */
    int flat;    /* the learning rate never changes */
    int loose;   /* a lane has fallen idle */
    double cost, work;
    double below, above; /* slopes of the activation */
    chain_group *group;
    double *row;              /* [K + batches], of one lane */
    double *before, *divisor; /* of a group whose step is recorded */
    double *u, *secular;      /* [K], [2 K] */
    const double *metric;     /* divisor, where the optimizer has one */
} chain_state;

double chain_ln_spread(const tepui_follower *f, const chain_group *q, size_t lane);
/* ln of the norm of n numbers of a lane, less those of another if there is one. */
double chain_ln_norm(const double *v, const double *less, size_t n);
/* After the step: everything that is recorded of it. */
void chain_record(const tepui_follower *f, const chain_group *q, size_t lane);
#endif
