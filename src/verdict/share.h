/* share.h (internal) -- the result of a test of a probability by the share of samples. */
#ifndef TEPUI_VERDICT_SHARE_H
#define TEPUI_VERDICT_SHARE_H
#include <math.h>
#include <stat/binomial.h>
#include <stdio.h>
#include <tepui/verdict.h>

#define TWO_SIDED_95 1.959963984540054

/* share: of n samples, with its 95 % interval from the normal approximation, for display alone */
static inline tepui_test_result share_result(const char *name, double p, double probability, double share, double n)
{
    const double half = TWO_SIDED_95 * sqrt(share * (1 - share) / n);
    tepui_test_result t = {"", p, probability, share, fmax(0, share - half), fmin(1, share + half), n, 0};
    snprintf(t.name, sizeof t.name, "%s", name);
    return t;
}
#endif
