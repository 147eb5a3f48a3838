/* laplace.c -- entries with density exp(-|z|/b)/(2b), b = 1/sqrt 2 (variance 2 b^2 = 1), one word each.

   Inverse distribution function, with the nearer of the two tails so that nothing cancels:
   z = b log(2u) for u < 1/2, -b log(2(1 - u)) above.
   E z^(2k) = (2k)!/2^k; |z|/b is exponential, so E log|z| = log b - gamma.
   Source: Johnson, Kotz, Balakrishnan, Continuous univariate distributions 2, 2nd ed. 1995, ch. 24. */
#include <base/elementary.h>
#include <gsl/gsl_math.h>
#include <tepui/distribution.h>

static const double b = M_SQRT1_2;

static void fill(tepui_stream *s, double *out, size_t n, const double *param, double *scratch)
{
    (void)param, (void)scratch;
    tepui_draw_uniform(s, out, n);
    for (size_t i = 0; i < n; i++) {
        const double u = out[i];
        out[i] = u < 0.5 ? b * elementary_log(2 * u) : -b * elementary_log(2 * (1 - u));
    }
}

static double moment(const double *param, int order)
{
    double product = 1;
    (void)param;
    for (int k = 2; k <= order; k += 2) product *= 0.5 * k * (k - 1);
    return product;
}

static double mean_log_abs(const double *param)
{
    (void)param;
    return elementary_log(b) - M_EULER;
}

static double cdf(double z, const double *param)
{
    (void)param;
    const double tail = elementary_exp(-fabs(z) / b) / 2;
    return z < 0 ? tail : 1 - tail;
}

const tepui_distribution_type tepui_distribution_laplace = {
    .kind = {.name = "laplace",
             .doc = "two-sided exponential entries",
             .source = "Johnson, Kotz, Balakrishnan 1995, ch. 24"},
    .fill = fill,
    .words = 1,
    .moment = moment,
    .mean_log_abs = mean_log_abs,
    .cdf = cdf,
};
