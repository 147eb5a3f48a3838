/* spectrum_signs.c -- how many eigenvalues of the Hessian are negative and how many positive: counted where all are
   there, and of a large matrix by two factorisations (matrix/inertia.c), at minus and at plus the number below which
   all is 0. That number needs the ends of the spectrum, from Lanczos. */
#include "blocks.h"
#include <matrix/matrix.h>

/* The matrix is made for each: a factorisation leaves nothing of it. */
tepui_status spectrum_factor(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    const part_spectrum *p = &s->part[TEPUI_HESSIAN];
    const double zero = spectrum_floor(p->low, p->high, s->count);
    size_t below[2], above[2];
    tepui_status st = TEPUI_OK;
    for (int side = 0; st == TEPUI_OK && side < 2; side++) {
        int64_t e;
        st = assembly_make(net, TEPUI_HESSIAN, s->matrix, &e);
        const double shift = scaled_shift(side ? zero : -zero, s->exponent - e);
        if (st == TEPUI_OK) st = matrix_inertia(s->matrix, s->count, shift, &below[side], &above[side], s->work);
    }
    s->negative = st == TEPUI_OK ? below[0] : 0;
    s->positive = st == TEPUI_OK ? above[1] : 0;
    return st;
}
