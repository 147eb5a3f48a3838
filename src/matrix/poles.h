/* poles.h (internal) -- sums over the poles of the secular equation, for eight points at a time, from far fields that
   are inherited down a tree of intervals. */
#ifndef TEPUI_MATRIX_POLES_H
#define TEPUI_MATRIX_POLES_H
#include <stddef.h>

enum { POLES_LANES = 8, POLES_TERMS = 16, POLES_HALF = POLES_TERMS / 2 };

#ifdef _OPENMP
#define POLES_SIMD _Pragma("omp simd")
#else
#define POLES_SIMD
#endif

typedef struct {
    const double *d; /* n poles, ascending, not negative */
    size_t n;
    double node[POLES_TERMS];                      /* Chebyshev nodes on [0, 1] */
    double coefficient[2][POLES_HALF][POLES_HALF]; /* [parity][node]: its share in the coefficient of T_{2j + parity} */
    double power[2][POLES_HALF][POLES_HALF];       /* [parity][j]: the powers 2 k + parity of T_{2j + parity} */
} poles;

/* Between the poles first and last: the sums over the poles 0..below-1 and above..n-1, as polynomials (poles.c). */
typedef struct {
    size_t first, last, below, above;
    double low[POLES_TERMS], high[POLES_TERMS];
} poles_field;

/* Lane l holds a point x between the poles k and k + 1, k = first + index; its sums leave these two out. */
typedef struct {
    double index[POLES_LANES], width[POLES_LANES]; /* width = d_{k+1} - d_k > 0 */
    double origin[POLES_LANES], t[POLES_LANES];    /* x = origin + t, the origin a pole */
    double above[POLES_LANES];                     /* sum of x / (d - x) over the poles above */
    double below[POLES_LANES];                     /* sum of d / (x - d) over the poles below */
    double slope[POLES_LANES], curve[POLES_LANES]; /* of g = above - below: width g', width^2 g'' / 2 */
} poles_lanes;

void poles_begin(poles *s, const double *d, size_t n);
/* No pole is far: every sum is a direct one. */
poles_field poles_near(const poles *s, size_t first, size_t last);
/* The field over a part, d[first] < d[last], of the intervals of `whole`. */
poles_field poles_part(const poles *s, const poles_field *whole, size_t first, size_t last);
void poles_sum(const poles *s, const poles_field *f, poles_lanes *p);
#endif
