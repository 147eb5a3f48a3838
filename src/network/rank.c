/* rank.c -- how many directions the rows of a block spread over.

       r = (tr M)^2 / tr(M^2) = (sum s_i^2)^2 / sum s_i^4,   M_ij = h_i . h_j,

   h the rows (points x width), s the singular values of the block: 1 for parallel rows, n for n orthogonal ones of one
   length, never above the rank. It bounds the soft rank from below: of the s_i^2, at least (1 - t)^2 r are above t
   times their mean (Cauchy and Schwarz). The scale drops out, so the longest row counts as 1 whatever its exponent;
   rows that are shorter by more than the range of a double count nothing, dead ones are part of no direction. Source:
   H. Daneshmand, J. Kohler, F. Bach, T. Hofmann, A. Lucchi, Batch normalization provably avoids rank collapse for
   randomly initialised deep networks, NeurIPS 2020, section 3. */
#include "network.h"

/* Binary exponent of the largest entry of a row; INT64_MIN for a dead one. */
static int64_t size_of(const tepui_kernels *k, const double *m, int64_t e, size_t width)
{
    const double top = k->maxabs(m, width);
    return top == 0.0 ? INT64_MIN : e + ilogb(top);
}

double network_rank(const tepui_kernels *k, const double *m, const int64_t *e, size_t points, size_t width)
{
    int64_t top = INT64_MIN;
    double trace = 0, square = 0;
    for (size_t i = 0; i < points; i++) {
        const int64_t size = size_of(k, m + i * width, e[i], width);
        top = size > top ? size : top;
    }
    if (top == INT64_MIN) return NAN;
    for (size_t i = 0; i < points; i++)
        for (size_t j = 0; j <= i; j++) {
            const double g = scaled_shift(k->dot(m + i * width, m + j * width, width), e[i] + e[j] - 2 * top);
            trace += i == j ? g : 0;
            square += (i == j ? 1 : 2) * g * g;
        }
    const double most = (double)(points < width ? points : width), r = trace * trace / square;
    return r < 1 ? 1 : r > most ? most : r; /* both are theorems, but for rounding; NaN stays */
}
