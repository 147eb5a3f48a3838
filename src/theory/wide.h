/* wide.h (internal) -- what the laws N9 and N10 allow for the tails of the weights, see n9.c. m = spread =
   E phi'^4/(E phi'^2)^2 at the mean square q, e = excess = kurtosis - 3, d the smallest width. */
#ifndef TEPUI_THEORY_WIDE_H
#define TEPUI_THEORY_WIDE_H
#include "activation/moments.h"
#include "norms.h"

#define WIDE_TAILS "widths of at least 2 m (k - 3) only, k the kurtosis of the weights"

double wide_excess(const tepui_cell *c);
double wide_spread(moments *m, double q);
int wide_tails_are_light(const tepui_cell *c, double spread); /* m e <= d/2 */
double wide_tails(const tepui_cell *c, double spread);        /* of the slope of ln |J u| */
#endif
