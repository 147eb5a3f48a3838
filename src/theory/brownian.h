/* brownian.h (internal) -- pre-activation residual ReLU nets as a Brownian motion, see brownian.c. */
#ifndef TEPUI_THEORY_BROWNIAN_H
#define TEPUI_THEORY_BROWNIAN_H
#include "norms.h"

int brownian_applies(const tepui_cell *c, long component, const char **why);

typedef struct {
    double mean, variance; /* of ln norm(a_l)/norm(a_0), without what is smaller than 1/d and than 1/d of it */
    double correction;     /* the part of the mean that is of order 1/d */
    double feedback;       /* V/d: how much smaller the next order is */
} brownian_norm;
brownian_norm brownian_predict(const tepui_cell *c, size_t l);
#endif
