/* uniform.c -- entries uniform on [-sqrt 3, sqrt 3], one word each: z = sqrt(3) (2u - 1).

   E z^(2k) = 3^k/(2k + 1); E log|z| = log(sqrt 3) - 1.
   Source: K. P. Choi, On the medians of gamma distributions, Proc. AMS 121 (1994), for products of such entries. */
#include <base/elementary.h>
#include <math.h>
#include <tepui/distribution.h>

static const double half_width = 1.7320508075688772; /* sqrt(3) */

static void fill(tepui_stream *s, double *out, size_t n, const double *param, double *scratch)
{
    (void)param, (void)scratch;
    tepui_draw_uniform(s, out, n);
    for (size_t i = 0; i < n; i++) out[i] = half_width * (2 * out[i] - 1);
}

static double moment(const double *param, int order)
{
    double power = 1;
    (void)param;
    for (int k = 0; k < order; k += 2) power *= 3;
    return power / (order + 1);
}

static double mean_log_abs(const double *param)
{
    (void)param;
    return elementary_log(half_width) - 1;
}

static double cdf(double z, const double *param)
{
    (void)param;
    return fmin(fmax((1 + z / half_width) / 2, 0), 1);
}

const tepui_distribution_type tepui_distribution_uniform = {
    .kind = {.name = "uniform", .doc = "entries uniform on [-sqrt 3, sqrt 3]", .source = "Choi, Proc. AMS 1994"},
    .fill = fill,
    .words = 1,
    .moment = moment,
    .mean_log_abs = mean_log_abs,
    .cdf = cdf,
};
