/* sparse.c -- entries that are 0 with probability 1 - p and N(0, 1/p) otherwise (variance 1), 0 < p <= 1.

   Two words per entry: a uniform from batch 2b of words decides, a normal from batch 2b + 1 is the value.
   E z^(2k) = p 1 3 ... (2k - 1)/p^k; E log|z| = -infinity for p < 1, because of the atom at 0.
   Source: J. Martens, Deep learning via Hessian-free optimization, ICML 2010, sect. 5 (sparse initialisation; there
   with a fixed number of non-zero entries). */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <tepui/distribution.h>

static void fill(tepui_stream *s, double *out, size_t n, const double *param, double *scratch)
{
    const double p = param[0], unit = 1 / sqrt(p);
    for (size_t at = 0; at < n; at += TEPUI_BATCH) {
        double *u = scratch, *z = scratch + TEPUI_BATCH;
        tepui_draw_uniform(s, u, TEPUI_BATCH);
        tepui_draw_normal(s, z, TEPUI_BATCH);
        for (size_t i = 0; i < TEPUI_BATCH && at + i < n; i++) out[at + i] = u[i] < p ? unit * z[i] : 0.0;
    }
}

static double moment(const double *param, int order)
{
    double product = 1;
    for (int k = 3; k < order; k += 2) product *= k / param[0];
    return product;
}

static double mean_log_abs(const double *param)
{
    return param[0] < 1 ? -INFINITY : -(M_EULER + M_LN2) / 2;
}

static double cdf(double z, const double *param)
{
    const double p = param[0];
    return p * gsl_cdf_ugaussian_P(z * sqrt(p)) + (z >= 0 ? 1 - p : 0.0);
}

const tepui_distribution_type tepui_distribution_sparse = {
    .kind = {.name = "sparse",
             .doc = "entries 0 with probability 1 - p, Gaussian of variance 1/p otherwise",
             .source = "Martens, ICML 2010, sect. 5",
             .params = {{.name = "p",
                         .doc = "probability that an entry is not 0",
                         .fallback = 0.5,
                         .low = 0,
                         .low_open = 1,
                         .high = 1}}},
    .fill = fill,
    .words = 2,
    .moment = moment,
    .mean_log_abs = mean_log_abs,
    .cdf = cdf,
};
