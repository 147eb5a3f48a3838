/* student_t.c -- Student's t with nu > 2 degrees of freedom, scaled to variance 1: heavy tails of index nu.

   Bailey's polar method, exact for every real nu, two uniforms per entry (u from batch 2b of words, w from 2b + 1):
       z = sqrt((nu - 2) (u^(-2/nu) - 1)) cos(2 pi w)
   The bracket is formed by expm1, exact for large nu, where the law tends to the Gaussian.
   E z^(2k) = prod_{j=2}^k (2j - 1)(nu - 2)/(nu - 2j) for nu > 2k, otherwise infinite;
   E log|z| = (psi(1/2) - psi(nu/2) + log(nu - 2))/2, from t = Z/sqrt(chi2_nu/nu).
   Source: R. W. Bailey, Polar generation of random variates with the t-distribution, Math. Comp. 62 (1994). */
#include <base/elementary.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <tepui/distribution.h>

static double draw(double u, double w, double nu)
{
    return sqrt((nu - 2) * elementary_expm1(-2 / nu * elementary_log(u))) * elementary_cos(2 * M_PI * w);
}

static void fill(tepui_stream *s, double *out, size_t n, const double *param, double *scratch)
{
    for (size_t at = 0; at < n; at += TEPUI_BATCH) {
        const double *u = scratch, *w = scratch + TEPUI_BATCH;
        tepui_draw_uniform(s, scratch, 2 * TEPUI_BATCH);
        for (size_t i = 0; i < TEPUI_BATCH && at + i < n; i++) out[at + i] = draw(u[i], w[i], param[0]);
    }
}

static double moment(const double *param, int order)
{
    const double nu = param[0];
    double product = 1;
    for (int k = 4; k <= order; k += 2) product *= nu > k ? (k - 1) * (nu - 2) / (nu - k) : INFINITY;
    return product;
}

static double mean_log_abs(const double *param)
{
    return (elementary_psi(0.5) - elementary_psi(param[0] / 2) + elementary_log(param[0] - 2)) / 2;
}

static double cdf(double z, const double *param)
{
    return gsl_cdf_tdist_P(z * sqrt(param[0] / (param[0] - 2)), param[0]);
}

const tepui_distribution_type tepui_distribution_student_t = {
    .kind =
        {.name = "student_t",
         .doc = "Student's t entries, heavy-tailed, scaled to variance 1",
         .source = "Bailey, Math. Comp. 62 (1994)",
         .params = {{.name = "nu", .doc = "degrees of freedom", .fallback = 5, .low = 2, .low_open = 1, .high = 1e6}}},
    .fill = fill,
    .words = 2,
    .moment = moment,
    .mean_log_abs = mean_log_abs,
    .cdf = cdf,
};
