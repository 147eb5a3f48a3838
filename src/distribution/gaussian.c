/* gaussian.c -- standard normal entries, one word each.

   E z^(2k) = 1 3 5 ... (2k - 1); E log|z| = -(gamma + log 2)/2 (gamma: Euler's constant), from E log chi2_1 = psi(1/2)
   + log 2. Source: N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous univariate distributions 1, 2nd ed. 1994,
   ch. 13. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <tepui/distribution.h>

static void fill(tepui_stream *s, double *out, size_t n, const double *param, double *scratch)
{
    (void)param, (void)scratch;
    tepui_draw_normal(s, out, n);
}

static double moment(const double *param, int order)
{
    double product = 1;
    (void)param;
    for (int k = 3; k < order; k += 2) product *= k;
    return product;
}

static double mean_log_abs(const double *param)
{
    (void)param;
    return -(M_EULER + M_LN2) / 2;
}

static double cdf(double z, const double *param)
{
    (void)param;
    return gsl_cdf_ugaussian_P(z);
}

const tepui_distribution_type tepui_distribution_gaussian = {
    .kind = {.name = "gaussian",
             .doc = "standard normal entries",
             .source = "Johnson, Kotz, Balakrishnan 1994, ch. 13"},
    .gaussian = 1,
    .fill = fill,
    .words = 1,
    .moment = moment,
    .mean_log_abs = mean_log_abs,
    .cdf = cdf,
};
