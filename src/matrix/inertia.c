/* inertia.c -- how many eigenvalues of a symmetric matrix lie below and above a number, by Sylvester's law of inertia:
   A - shift = P L D L^T P^T with blocks of one and two rows in D (Bunch and Kaufman 1977; LAPACK's dsytrf), whose signs
   are those of A - shift. n^3 / 3 operations; all eigenvalues take four times as many, and slower ones. */
#include "config.h"

#include "matrix.h"
#ifdef HAVE_LAPACKE
#include <lapacke.h>
#endif

#define BLOCK 64 /* columns of LAPACK's blocked factorisation */

int matrix_has_inertia(void)
{
#ifdef HAVE_LAPACKE
    return 1;
#else
    return 0;
#endif
}

size_t matrix_inertia_work(size_t n)
{
    return (BLOCK + 1) * n;
}

#ifdef HAVE_LAPACKE
static void count(double d, size_t *below, size_t *above)
{
    *below += d < 0;
    *above += d > 0;
}

/* The blocks of D: one row where the pivot is positive; two where it is not, of one sign each or, by rounding, of one.
 */
static void count_blocks(const double *a, size_t n, const lapack_int *pivot, size_t *below, size_t *above)
{
    for (size_t k = 0; k < n; k++) {
        const double d = a[k * n + k];
        if (pivot[k] > 0 || k + 1 == n) {
            count(d, below, above);
            continue;
        }
        const double next = a[(k + 1) * n + k + 1], off = a[(k + 1) * n + k];
        const int opposite = d * next < off * off;
        count(opposite ? 1 : d, below, above);
        count(opposite ? -1 : d, below, above);
        k++;
    }
}
#endif

tepui_status matrix_inertia(double *a, size_t n, double shift, size_t *below, size_t *above, double *work)
{
    *below = *above = 0;
#ifdef HAVE_LAPACKE
    const lapack_int N = (lapack_int)n;
    lapack_int *pivot = (lapack_int *)(work + BLOCK * n);
    for (size_t i = 0; i < n; i++) a[i * n + i] -= shift;
    /* the row-major lower triangle is the upper one of LAPACK's columns; a D of rank < n is good here */
    if (LAPACKE_dsytrf_work(LAPACK_COL_MAJOR, 'U', N, a, N, pivot, work, (lapack_int)(BLOCK * n)) < 0)
        return TEPUI_FAILED;
    count_blocks(a, n, pivot, below, above);
    return TEPUI_OK;
#else
    (void)a, (void)n, (void)shift, (void)work;
    return TEPUI_FAILED;
#endif
}
