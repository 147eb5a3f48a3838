/* band.h (internal) -- eigenvalues of large matrices, with help; see band.c. */
#ifndef TEPUI_MATRIX_BAND_H
#define TEPUI_MATRIX_BAND_H
#include <base/team.h>

size_t band_eigen_work(size_t n); /* doubles */
/* value[n], ascending, of the lower triangle, row-major, of a (n x n, destroyed); 0: no convergence. */
int band_eigen(tepui_team *team, double *a, size_t n, double *value, double *work);
#endif
