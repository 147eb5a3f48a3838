/* descent.h -- the slow, obvious optimizer: explicit gradients and update rules in long double, one number at a time.

   Takes from the library the sampled numbers and the shapes. Plain nets have a backward pass of their own here,
   composed ones the differences of tests/layer/slow.c. Parameters are in the order of curvature.h. */
#ifndef TEPUI_TESTS_DYNAMICS_DESCENT_H
#define TEPUI_TESTS_DYNAMICS_DESCENT_H
#include "layer/slow.h"

/* A net as a function of its parameters. */
typedef struct {
    const tepui_cell *c;
    size_t P, n, q, layers;
    long double *theta, *f; /* [P] as drawn; [n * q] outputs of the last pass */
    double **b, *x, *y, *v;
    slow_net slow; /* composed nets only */
} model;

void model_take(model *m, tepui_network *net); /* after a sample */
void model_free(model *m);
/* Loss over all points, and the gradient in which point p counts share[p] times (NULL: once). */
long double model_gradient(model *m, const long double *theta, const double *share, long double *g);
long double model_plateau(const model *m); /* loss where the output is 0 */
/* Smallest and largest eigenvalue of root H root: H from differences of the gradient (fourth order, truncation h^4/30
   times fifth derivatives at h = 2^-10), all eigenvalues by GSL. root: diagonal, NULL: ones. */
void model_ends(model *m, const long double *theta, const long double *root, long double end[2]);

/* DESCENT_SCALE_FREE: Adam with epsilon = 0 */
typedef enum { DESCENT_GD, DESCENT_MOMENTUM, DESCENT_ADAM, DESCENT_SCALE_FREE } descent_rule;
typedef struct {
    descent_rule rule;
    long double (*rate)(size_t t);
    size_t steps;
    const double *share; /* [steps + 1][n], NULL: all points count */
    double bend;         /* every entry of every gradient is off by up to this, relatively, and every parameter by
                            2^-52 after a step */
} descent;

/* What a step t looks like. */
typedef struct {
    long double loss, norm, step, distance; /* norm: of the whole gradient; step: |theta_{t+1} - theta_t| */
    long double *theta, *root;              /* [P]; D^(-1/2) of the step */
} descent_view;

descent_view *descend(model *m, const descent *d); /* [steps + 1] */
void descent_free(descent_view *v, const descent *d);
#endif
