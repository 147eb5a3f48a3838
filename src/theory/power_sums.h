/* power_sums.h (internal) -- E prod_i p_(lambda_i) over the units a of a layer, p_k = sum_i a_i^(2k), for every
   partition lambda of a degree: exact means of powers of norm2 = p_1 in plain nets of any symmetric law of the weights.
 */
#ifndef TEPUI_THEORY_POWER_SUMS_H
#define TEPUI_THEORY_POWER_SUMS_H
#include <stddef.h>

#define POWER_SUMS_DEGREE 6 /* at most */
#define POWER_SUMS_MOST 11  /* partitions of 6 */

typedef struct {
    int degree;
    double mean[POWER_SUMS_MOST];                                     /* over that of p_1^degree, */
    double ln_unit;                                                   /* whose logarithm this is */
    double step[POWER_SUMS_DEGREE][POWER_SUMS_MOST][POWER_SUMS_MOST]; /* of a layer, by the number of distinct units */
} power_sums;

/* a: a uniform direction of n dimensions. The law of an entry: E z^2k at moment[k], k = 0 .. degree, finite. */
void power_sums_begin(power_sums *s, int degree, size_t n, const double *moment);
/* n units, live with probability 1/2 (ReLU) or 1 (linear), of weights of standard deviation sigma. */
void power_sums_layer(power_sums *s, size_t n, double live, double sigma);
/* ln E p_1^degree */
double power_sums_ln_mean(const power_sums *s);
#endif
