/* truncated_normal.c -- a standard normal Z conditioned on |Z| <= c, divided by its standard deviation; c is the
   parameter cut (default 2).

   So the variance after truncation is 1 and the scale rule means what it says; the entries end at +-c/s. (Frameworks
   that multiply the truncated variable by the wanted deviation end up with s times it, s = 0.8796 at c = 2.)
   With the density p, the distribution function Phi and P = P(|Z| <= c) = erf(c/sqrt 2):
       s^2 = 1 - 2 c p(c)/P,
       z   = +- Phi^-1(Phi(-c) + v P)/s, v = min(u, 1 - u), minus for u < 1/2      (one uniform u per entry)
       E z^(2k) = m_2k/m_2^k, m_2k = (2k - 1) m_(2k-2) - 2 c^(2k-1) p(c)/P, m_0 = 1       (by parts)
       E log|z| = log c - (1/P) int_0^c erf(t/sqrt 2)/t dt - log s                    (by parts; the integrand is
   entire) P is formed by erf and the tail by erfc, so that neither a small nor a large c cancels. Source: Johnson,
   Kotz, Balakrishnan, Continuous univariate distributions 1, 2nd ed. 1994, sect. 13.10.1; Phi^-1: M. J. Wichura,
   algorithm AS 241. */
#include <base/elementary.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <tepui/distribution.h>

static double inside(double c)
{
    return elementary_erf(c * M_SQRT1_2);
}

/* p(c)/P, the density at the cut after truncation */
static double edge(double c)
{
    return M_SQRT1_2 * 0.5 * M_2_SQRTPI * elementary_exp(-0.5 * c * c) / inside(c);
}

static double deviation(double c)
{
    return sqrt(1 - 2 * c * edge(c));
}

static void fill(tepui_stream *s, double *out, size_t n, const double *param, double *scratch)
{
    const double tail = 0.5 * elementary_erfc(param[0] * M_SQRT1_2), P = inside(param[0]),
                 unit = 1 / deviation(param[0]);
    (void)scratch;
    tepui_draw_uniform(s, out, n);
    for (size_t i = 0; i < n; i++) {
        const double u = out[i], v = u < 0.5 ? u : 1 - u;
        const double below = fmax(elementary_normal_quantile(tail + v * P), -param[0]) * unit;
        out[i] = u < 0.5 ? below : -below;
    }
}

/* The recursion turned round, where nothing cancels, for t_k = m_2k/c^(2k): t_(k-1) = (c^2 t_k + 2 c p(c)/P)/(2k - 1),
   from so far up that a start at 0 is forgotten. */
static double moment(const double *param, int order)
{
    const double c = param[0], push = 2 * c * edge(c);
    double t = 0, wanted = 0;
    for (int k = 60 + (int)(c * c); k > 1; k--) {
        t = (c * c * t + push) / (2 * k - 1);
        if (2 * (k - 1) == order) wanted = t;
    }
    return wanted / gsl_pow_int(t, order / 2);
}

static double integrand(double t, void *unused)
{
    (void)unused;
    return t > 0 ? elementary_erf(t * M_SQRT1_2) / t : M_2_SQRTPI * M_SQRT1_2;
}

/* int_0^c integrand: pieces of length at most 1, on which 21 Gauss-Kronrod points are exact to rounding */
static double integral(double c)
{
    const gsl_function g = {integrand, NULL};
    const int pieces = (int)ceil(c);
    double sum = 0;
    for (int i = 0; i < pieces; i++) {
        double part, error;
        size_t evaluations;
        gsl_integration_qng(&g, c * i / pieces, c * (i + 1) / pieces, 0, 1e-13, &part, &error, &evaluations);
        sum += part;
    }
    return sum;
}

static double mean_log_abs(const double *param)
{
    const double c = param[0];
    return elementary_log(c) - integral(c) / inside(c) - elementary_log(deviation(c));
}

static double cdf(double z, const double *param)
{
    const double c = param[0], x = z * deviation(c);
    if (x <= -c) return 0;
    if (x >= c) return 1;
    return (1 + elementary_erf(x * M_SQRT1_2) / inside(c)) / 2;
}

const tepui_distribution_type tepui_distribution_truncated_normal = {
    .kind = {.name = "truncated_normal",
             .doc = "normal entries cut off at +-cut deviations, then scaled to variance 1",
             .source = "Johnson, Kotz, Balakrishnan 1994, sect. 13.10.1",
             .params = {{.name = "cut",
                         .doc = "where the normal law is cut, in its own standard deviations",
                         .fallback = 2,
                         .low = 0.1,
                         .high = 30}}},
    .fill = fill,
    .words = 1,
    .moment = moment,
    .mean_log_abs = mean_log_abs,
    .cdf = cdf,
};
