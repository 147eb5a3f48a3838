/* binomial.h -- the lower tail of the binomial law, inside the statistics only. */
#ifndef TEPUI_STAT_BINOMIAL_H
#define TEPUI_STAT_BINOMIAL_H

/* P(B <= k), B ~ Binomial(n, p), q = 1 - p, for k < n p; n up to 2^53. About ten digits at n = 1e12, thirteen at 1e6.
 */
double binomial_lower(double n, double p, double q, double k);
double binomial_up_to(double n, double p, double k);     /* the same for every whole k >= 0 */
double binomial_two_sided(double n, double p, double k); /* twice the tail on the side where k lies; any p */
#endif
