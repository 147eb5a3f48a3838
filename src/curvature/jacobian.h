/* jacobian.h (internal) -- the Jacobian at point 0, one matrix after another; see jacobian.c. */
#ifndef TEPUI_CURVATURE_JACOBIAN_H
#define TEPUI_CURVATURE_JACOBIAN_H
#include "curvature.h"

typedef struct jacobian_state {
    size_t most, rank; /* rank at best; of the last sample */
    size_t span;       /* length of the rows of T: inputs, or the rank after the first matrix */
    double *M, *Q, *R; /* columns of M = A_k Q and of Q; R by rows */
    double *T, *spare; /* rows */
    int64_t *T_exponent, *spare_exponent;
    size_t *pivot;                    /* column of M that gave a direction */
    double *square;                   /* of the rows of T */
    double *work, *sum, *ln_singular; /* sum: of ln R_ii; singular values descending */
    double *mean,
        *product; /* ln R_ii and products of their deviations over the matrices: lower triangle, most x most */
} jacobian_state;
extern const network_engine engine_jacobian;
#endif
