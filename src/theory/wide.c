/* wide.c -- tails of the weights in wide nets (see wide.h). */
#include "wide.h"
#include <math.h>

double wide_excess(const tepui_cell *c)
{
    return ((const tepui_distribution_type *)c->distribution.type)->moment(c->distribution.value, 4) - 3;
}

double wide_spread(moments *m, double q)
{
    const double slope = moments_slope_square(m, q);
    return moments_slope_fourth(m, q) / (slope * slope);
}

int wide_tails_are_light(const tepui_cell *c, double spread)
{
    return 2 * spread * wide_excess(c) <= (double)norms_narrowest(c);
}

double wide_tails(const tepui_cell *c, double spread)
{
    const double d = (double)norms_narrowest(c), e = wide_excess(c);
    return 3 * spread * spread * fabs(e) / (2 * d * (d - spread * e));
}
