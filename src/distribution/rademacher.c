/* rademacher.c -- entries +1 or -1 with probability 1/2 each, one word each.

   E z^(2k) = 1, the least possible at variance 1; log|z| = 0. Products of such entries differ from other laws only
   through the network around them. Source: M. Ledoux, M. Talagrand, Probability in Banach spaces, Springer 1991, ch. 4.
 */
#include <tepui/distribution.h>

static void fill(tepui_stream *s, double *out, size_t n, const double *param, double *scratch)
{
    (void)param, (void)scratch;
    tepui_draw_sign(s, out, n);
}

static double moment(const double *param, int order)
{
    (void)param, (void)order;
    return 1.0;
}

static double mean_log_abs(const double *param)
{
    (void)param;
    return 0.0;
}

static double cdf(double z, const double *param)
{
    (void)param;
    return z < -1 ? 0.0 : z < 1 ? 0.5 : 1.0;
}

const tepui_distribution_type tepui_distribution_rademacher = {
    .kind = {.name = "rademacher",
             .doc = "entries +1 or -1 with equal probability",
             .source = "Ledoux, Talagrand 1991, ch. 4"},
    .fill = fill,
    .words = 1,
    .moment = moment,
    .mean_log_abs = mean_log_abs,
    .cdf = cdf,
};
