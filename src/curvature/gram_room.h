/* gram_room.h (internal) -- space of whoever works on a block column in gram.c. */
#ifndef TEPUI_CURVATURE_GRAM_ROOM_H
#define TEPUI_CURVATURE_GRAM_ROOM_H
#include "dense.h"

/* Matrices of all points, one after another: m[points * size], and the exponents of their terms. */
typedef struct {
    double *m;
    int64_t *e;
    double *gram; /* points x points, with another family or itself */
} family;

/* Of whoever works on a column. */
typedef struct gram_room {
    family gauss_newton, residual, chain;
    double *x, *y, *shift, *other_shift; /* products of all points with all; 2^ exponents */
    double *columns, *factors, *chain_shift;
} gram_room;

/* widest: layer but the input */
gram_room *gram_room_lay_out(const tepui_network *net, size_t widest, network_arena *a);
#endif
