/* binomial.c -- P(B <= k) below the mean, for numbers of samples where log-factorials have no digits left.

   P(B <= k) = I_q(n - k, k + 1) = p f(k) / (1 + d_1/(1 + d_2/(1 + ...))), f the probability mass and
     d_{2m+1} = -(a + m)(n + 1 + m) q / ((a + 2m)(a + 2m + 1)),  d_{2m} = m (k + 1 - m) q / ((a + 2m - 1)(a + 2m)),
   a = n - k (DLMF 8.17.22). With n! = sqrt(2 pi n) (n/e)^n G(n), G = gammastar (Loader 2000):
     f(k) = G(n) / (G(k) G(n-k)) sqrt(n / (2 pi k (n-k))) exp(k L((np-k)/k) + (n-k) L((k-np)/(n-k))), L(t) = log(1+t) -
   t. */
#include "binomial.h"
#include <base/elementary.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_log.h>
#include <math.h>

#define CLOSE 1e-15
#define MOST_TERMS 1000000 /* some 40/z^2 are needed z standard deviations below the mean */

/* log(1 + t) - t; GSL's takes the C library's logarithm from 1/2 on */
static double log_less(double t)
{
    return fabs(t) < 0.5 ? gsl_sf_log_1plusx_mx(t) : elementary_log1p(t) - t;
}

static double mass(double n, double p, double q, double k)
{
    if (k == 0) return p < 0.5 ? elementary_exp(n * elementary_log1p(-p)) : elementary_pow(q, n);
    const double rest = n - k, off = n * p - k;
    const double e = k * log_less(off / k) + rest * log_less(-off / rest);
    if (e < -745.0) return 0.0;
    return gsl_sf_gammastar(n) / (gsl_sf_gammastar(k) * gsl_sf_gammastar(rest)) * sqrt(n / (2.0 * M_PI * k * rest)) *
           elementary_exp(e);
}

/* d_j; n - k = a */
static double partial(double n, double q, double k, int j)
{
    const double a = n - k, m = j / 2;
    if (j % 2) return -(a + m) / (a + 2 * m) * ((n + 1 + m) / (a + 2 * m + 1)) * q;
    return m / (a + 2 * m - 1) * ((k + 1 - m) / (a + 2 * m)) * q;
}

/* 1 + d_1/(1 + d_2/(1 + ...)) by Lentz's method */
static double fraction(double n, double q, double k)
{
    double f = 1.0, c = 1.0, d = 0.0;
    for (int j = 1; j < MOST_TERMS; j++) {
        const double dj = partial(n, q, k, j);
        d = 1.0 / (1.0 + dj * d);
        c = 1.0 + dj / c;
        f *= c * d;
        if (fabs(c * d - 1.0) < CLOSE) break;
    }
    return f;
}

double binomial_lower(double n, double p, double q, double k)
{
    if (k < 0) return 0.0;
    const double f = mass(n, p, q, k);
    return f > 0.0 ? p * f / fraction(n, q, k) : 0.0;
}

double binomial_up_to(double n, double p, double k)
{
    if (k >= n) return 1;
    if (k < n * p) return binomial_lower(n, p, 1 - p, k);
    return 1 - binomial_lower(n, 1 - p, p, n - k - 1);
}

double binomial_two_sided(double n, double p, double k)
{
    if (!(p > 0)) return k == 0;
    if (!(p < 1)) return k == n;
    const double tail = k < n * p ? binomial_lower(n, p, 1 - p, k) : k > n * p ? binomial_lower(n, 1 - p, p, n - k) : 1;
    return fmin(1, 2 * tail);
}
