/* optimizer.h -- update rules of gradient descent and its relatives, eight trajectories side by side.

   Numbers of trajectories are interleaved: number i of theta, g and the states belongs to trajectory i % TEPUI_LANES. A
   net that is followed alone fills all lanes with its own numbers, and everything that is one per lane is then the same
   in all. Operations are element by element, without contraction, so the bits do not depend on the instruction set.

   Gradients come as g * unit, unit a power of two that keeps g near 1 at any depth (it may round to 0 or to infinity,
   then the rule's own constants are what counts). States are in units of unit^degree; the caller brings them along when
   the unit changes. What has the dimension of a gradient in the rule, like epsilon, has to be divided by the unit, and
   an update in proportion to the gradient multiplied by it. */
#ifndef TEPUI_OPTIMIZER_H
#define TEPUI_OPTIMIZER_H
#include <tepui/kind.h>
#include <tepui/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TEPUI_MOST_STATES 3
#define TEPUI_MOST_SCALARS 2

typedef struct {
    const double *param; /* values of the choice */
    size_t n;            /* numbers, a multiple of TEPUI_LANES */
    /* one for each lane: */
    const double *rate;                 /* learning rate of this step, the schedule included */
    const double *unit;                 /* of the gradient */
    const double *norm;                 /* Euclidean norm of the trajectory's g, in units; where needs_norm */
    const double *count;                /* number of this step: 1, 2, ... */
    double *scalar[TEPUI_MOST_SCALARS]; /* kept from step to step, 0 before the first */
    /* n each: */
    double *theta;                    /* the parameters, moved in place */
    const double *g;                  /* the gradient */
    double *state[TEPUI_MOST_STATES]; /* kept from step to step, 0 before the first */
    const double *noise;              /* where needs_noise: uniform in the unit ball (of one trajectory) */
} tepui_step;

typedef struct {
    tepui_kind kind;
    size_t states, scalars;        /* how many the rule keeps */
    int degree[TEPUI_MOST_STATES]; /* of the states in the gradient: 1 for means of g, 2 for means of g^2 */
    int minibatch;                 /* gradients of dynamics.batch points: 0 never, 1 where that is set, 2 always */
    int needs_norm, needs_noise;
    int is_gradient; /* update is theta -= rate g and nothing else, so that it may be done where g arises */
    int decays;      /* parameters move where no gradient has ever been, too */
    void (*update)(const tepui_step *s);
    /* After update: d[n], the diagonal D by which the rule divides, theta moves by about -rate D^-1 g; in units of
       unit^metric_degree. NULL: D = 1. */
    void (*metric)(const tepui_step *s, double *d);
    int metric_degree;
    /* Known answers: theta after the steps g[0], g[1], ... (NaN ends them) at rate 0.1 from theta = 1, parameters at
       their defaults, unit 1, one parameter; origin of the number. origin NULL ends the table. */
    const struct tepui_optimizer_kat {
        double g[4], theta;
        const char *origin;
    } * kat;
} tepui_optimizer_type;

#ifdef __cplusplus
}
#endif
#endif
