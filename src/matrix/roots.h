/* roots.h (internal) -- the roots of the secular equation between its poles. */
#ifndef TEPUI_MATRIX_ROOTS_H
#define TEPUI_MATRIX_ROOTS_H
#include <stddef.h>

/* root[k] in [d_k, d_{k+1}], k = 0..n-2, of 1 + (q - 1) sum_k d_k / (d_k - x); d >= 0 ascending, q not 1. */
void roots_between(const double *d, size_t n, double q, double *root);
/* One of them by direct sums, O(n). */
double roots_one(const double *d, size_t n, double q, size_t k);
/* 1 + (q - 1) count, rounded once. */
double roots_ones(double q, double count);
/* The middle of a bracket of distances from a pole, on a logarithmic scale. */
double roots_inside(double low, double high);
#endif
