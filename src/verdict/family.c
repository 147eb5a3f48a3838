/* family.c -- the families that a law of the user's own may name, as predictions about what the file stores.

   Moments of ln of a magnitude: of Gamma(k, s) psi(k) + ln s, psi1(k), psi2(k); of Beta(a, b) the differences of the
   same at a and a + b (Johnson, Kotz and Balakrishnan, Continuous univariate distributions, 1994-95); of Uniform(l, h)
   by Gauss-Legendre in ln. */
#include "own.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

enum { NORMAL, LOGNORMAL, GAMMA, CHI2, BETA, UNIFORM, EXPONENTIAL };
const own_family_type own_family[] = {[NORMAL] = {"normal", {"mean", "variance"}, {0, 1}, 0},
                                      [LOGNORMAL] = {"lognormal", {"mean", "variance"}, {0, 1}, 1},
                                      [GAMMA] = {"gamma", {"shape", "scale"}, {1, 1}, 1},
                                      [CHI2] = {"chi2", {"degrees", NULL}, {1, 0}, 1},
                                      [BETA] = {"beta", {"a", "b"}, {1, 1}, 1},
                                      [UNIFORM] = {"uniform", {"low", "high"}, {0, 0}, 1},
                                      [EXPONENTIAL] = {"exponential", {"mean", NULL}, {1, 0}, 1},
                                      {NULL, {NULL, NULL}, {0, 0}, 0}};

#define NODES 64
#define FAR 60.0 /* exp(-60): the share of a uniform law that is left out */

/* --- distribution functions: number[0], number[1]: parameters, [2]: shape of the formula, [3]: the
   power of the magnitude that it is about where the file stores ln, else 0 */

static double magnitude(const tepui_prediction *p, double x)
{
    return p->number[3] != 0 ? exp(p->number[3] * x) : x;
}

static double tail_of(const tepui_prediction *p, double x, int upper)
{
    const double a = p->number[0], b = p->number[1], t = magnitude(p, x);
    switch ((int)p->number[2]) {
    case NORMAL:
        return upper ? gsl_cdf_ugaussian_Q((x - a) / sqrt(b)) : gsl_cdf_ugaussian_P((x - a) / sqrt(b));
    case LOGNORMAL:
        if (!(t > 0)) return upper;
        return upper ? gsl_cdf_ugaussian_Q((log(t) - a) / sqrt(b)) : gsl_cdf_ugaussian_P((log(t) - a) / sqrt(b));
    case GAMMA:
        if (!(t > 0)) return upper;
        if (isinf(t)) return !upper;
        return upper ? gsl_cdf_gamma_Q(t, a, b) : gsl_cdf_gamma_P(t, a, b);
    case BETA:
        if (!(t > 0) || t >= 1) return (t >= 1) != upper;
        return upper ? gsl_cdf_beta_Q(t, a, b) : gsl_cdf_beta_P(t, a, b);
    default:
        return fmin(1, fmax(0, upper ? (b - t) / (b - a) : (t - a) / (b - a)));
    }
}

static double cdf(const tepui_prediction *p, double x)
{
    return tail_of(p, x, 0);
}

static double survival(const tepui_prediction *p, double x)
{
    return tail_of(p, x, 1);
}

static double density(const tepui_prediction *p, double x)
{
    const double a = p->number[0], b = p->number[1], t = magnitude(p, x), by = p->number[3] != 0 ? p->number[3] * t : 1;
    switch ((int)p->number[2]) {
    case NORMAL:
        return gsl_ran_gaussian_pdf(x - a, sqrt(b));
    case LOGNORMAL:
        return gsl_ran_lognormal_pdf(t, a, sqrt(b)) * by;
    case GAMMA:
        return gsl_ran_gamma_pdf(t, a, b) * by;
    case BETA:
        return gsl_ran_beta_pdf(t, a, b) * by;
    default:
        return t >= a && t <= b ? by / (b - a) : 0;
    }
}

/* --- moments */

static void set_moments(tepui_prediction *p, double mean, double variance, double third)
{
    p->mean = mean;
    p->variance = variance;
    p->skewness = third / (variance * sqrt(variance));
}

static void moments_of_ln(tepui_prediction *p)
{
    const double a = p->number[0], b = p->number[1];
    if ((int)p->number[2] == GAMMA)
        set_moments(p, gsl_sf_psi(a) + log(b), gsl_sf_psi_1(a), gsl_sf_psi_n(2, a));
    else
        set_moments(p, gsl_sf_psi(a) - gsl_sf_psi(a + b), gsl_sf_psi_1(a) - gsl_sf_psi_1(a + b),
                    gsl_sf_psi_n(2, a) - gsl_sf_psi_n(2, a + b));
}

/* E (ln U - center)^power; the density of ln U is exp(x)/(high - low) from ln low to ln high. */
static double uniform_moment(const gsl_integration_glfixed_table *t, double low, double high, double center, int power)
{
    const double top = log(high), least = low > 0 ? log(low) : -INFINITY, from = fmax(least, top - FAR);
    double sum = 0;
    for (size_t i = 0; i < NODES; i++) {
        double x, w;
        gsl_integration_glfixed_point(from, top, i, &x, &w, t);
        sum += w * exp(x - top) * pow(x - center, power);
    }
    return sum / (1 - low / high);
}

static void moments_of_ln_uniform(tepui_prediction *p)
{
    gsl_integration_glfixed_table *t = gsl_integration_glfixed_table_alloc(NODES);
    if (!t) tepui_miss_memory();
    if (!t) return;
    const double a = p->number[0], b = p->number[1], mean = uniform_moment(t, a, b, 0, 1);
    set_moments(p, mean, uniform_moment(t, a, b, mean, 2), uniform_moment(t, a, b, mean, 3));
    gsl_integration_glfixed_table_free(t);
}

static void moments_of_magnitude(tepui_prediction *p)
{
    const double a = p->number[0], b = p->number[1], w = exp(b), n = a + b;
    switch ((int)p->number[2]) {
    case LOGNORMAL:
        set_moments(p, exp(a + b / 2), (w - 1) * exp(2 * a + b), 0);
        p->skewness = (w + 2) * sqrt(w - 1);
        return;
    case GAMMA:
        set_moments(p, a * b, a * b * b, 2 * a * b * b * b);
        return;
    case BETA:
        set_moments(p, a / n, a * b / (n * n * (n + 1)), 0);
        p->skewness = 2 * (b - a) * sqrt(n + 1) / ((n + 2) * sqrt(a * b));
        return;
    default:
        set_moments(p, 0.5 * (a + b), (b - a) * (b - a) / 12, 0);
    }
}

const char *own_family_trouble(size_t family, const double *value, int ln)
{
    if (family != UNIFORM) return NULL;
    if (!(value[0] < value[1])) return "low must be below high";
    return ln && value[0] < 0 ? "low must not be negative: it is about a magnitude" : NULL;
}

void own_family_predict(size_t family, const double *value, double power, tepui_prediction *out)
{
    const int ln = power > 0;
    const double a = value[0], b = value[1];
    *out = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION,
                              .cdf = cdf,
                              .survival = survival,
                              .density = density,
                              .number = {a, b, (double)family, power},
                              .atom = ln ? 0 : NAN};
    if (family == CHI2 || family == EXPONENTIAL) {
        out->number[0] = family == CHI2 ? a / 2 : 1;
        out->number[1] = family == CHI2 ? 2 : a;
        out->number[2] = GAMMA;
    }
    if (family == NORMAL || (family == LOGNORMAL && ln)) {
        const double by = family == NORMAL ? 1 : power;
        out->number[0] = a / by;
        out->number[1] = b / (by * by);
        out->number[2] = NORMAL;
        set_moments(out, a / by, b / (by * by), 0);
        return;
    }
    if (!ln) {
        moments_of_magnitude(out);
        return;
    }
    if (family == UNIFORM)
        moments_of_ln_uniform(out);
    else
        moments_of_ln(out);
    out->mean /= power;
    out->variance /= power * power;
}
