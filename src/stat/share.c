/* share.c -- the exact interval of a probability from k hits among n (Clopper and Pearson 1934): its ends are the
   probabilities at which so few, or so many, hits have the chance (1 - confidence)/2. It covers at least so often. */
#include "binomial.h"
#include <math.h>
#include <tepui/stat.h>

#define HALVINGS 200

/* The p at which P(B <= k) = tail, B ~ Binomial(n, p): bisection above k/n, where P falls with p. */
static double upper_end(double k, double n, double tail)
{
    double low = k / n, high = 1;
    for (int i = 0; i < HALVINGS && high - low > 1e-15 * low; i++) {
        const double p = 0.5 * (low + high);
        if (binomial_lower(n, p, 1 - p, k) > tail)
            low = p;
        else
            high = p;
    }
    return high;
}

void tepui_share_interval(uint64_t hits, uint64_t count, double confidence, double *low, double *high)
{
    const double k = (double)hits, n = (double)count, tail = 0.5 * (1 - confidence);
    *low = count == 0 || hits == 0 ? 0 : 1 - upper_end(n - k, n, tail);
    *high = count == 0 || hits == count ? 1 : upper_end(k, n, tail);
}
