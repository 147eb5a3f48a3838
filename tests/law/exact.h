/* exact.h -- distribution functions of sums of L independent log-factors, by inverting the characteristic function.

   Linear layer:  Y = log(c chi2_d),            E e^{itY} = (2c)^{it} Gamma(d/2 + it) / Gamma(d/2)       (law N1)
   ReLU layer:    Y = log(c chi2_K) given K > 0, K ~ Binomial(d, 1/2): the mixture of the above          (law N2)
   F(x) = 1/2 - sum_k Im(phi(t_k)^L e^{-i x t_k}) / (pi (k + 1/2)), t_k = (k + 1/2) h  (Gil-Pelaez with the midpoint
   rule; its only error is the mass farther than pi/h away), tabulated and interpolated linearly. */
#ifndef TEPUI_TEST_EXACT_H
#define TEPUI_TEST_EXACT_H
#include <stddef.h>

#define EXACT_POINTS 4001

typedef struct {
    double low, step;
    double F[EXACT_POINTS];
} exact_law;

/* sum of `layers` factors c * chi2_d (relu = 0) or c * chi2_K (relu = 1) */
void exact_product(exact_law *law, unsigned d, unsigned layers, double c, int relu);
double exact_cdf(double x, const void *law);
#endif
