/* median.c -- the variance v at which the logarithm of the norm neither drifts down nor up:
       E log( norm2(phi(W a)) / norm2(a) ) = 0 for one layer, given that the layer is not dead.
   The log norm of a deep net is then a centred random walk over layers, so that its median neither vanishes nor
   explodes exponentially with depth (its mean does explode: half the variance of the walk).

   With slopes s_ of phi below and s+ above 0 (phi positively homogeneous), n = fan_out, z_i ~ N(0, 1):
   gaussian law, any widths: norm2 ratio = v X, X = sum_i s_i^2 z_i^2, each s_i = s_ or s+ with probability 1/2
     s_^2 = s+^2 = s^2   E log X = log(2 s^2) + psi(n/2)                                    (theory.md N1)
     s_ = 0 or s+ = 0    E log X = log(2 s^2) + E[psi(K/2) | K >= 1], K ~ Binomial(n, 1/2)   (theory.md N2)
     otherwise           E log X = int_0^inf (e^-t - E e^-tX)/t dt,
                         E e^-tX = [ (1 + 2 s_^2 t)^-1/2 / 2 + (1 + 2 s+^2 t)^-1/2 / 2 ]^n
   any element-wise law, fan_in = fan_out = 1: E log ratio = log v + 2 E log|w| + E log s_i^2 (live side only, if s_i
     may be 0). Uniform law, linear or relu: the half-width is e, v = e^2/3                 (theory.md C2)
   orthogonal law, phi with s_^2 = s+^2, m = max, n = fan_out: 1/m for fan_out >= fan_in, an isometry; otherwise the
     ratio is v m Beta(n/2, (m - n)/2), so v = exp(psi(m/2) - psi(n/2))/m.
   Everything else fails, with the reason.
   The same value serves the first layer, whatever the input; a read-out counts as a linear layer.

   The integral is taken over u = log t by the trapezoidal rule: the integrand is analytic for |Im u| < pi/2 and decays
   at both ends, so with step h the error is of order exp(-pi^2/h), 4e-22 for h = 0.2 (L. N. Trefethen, J. A. C.
   Weideman, The exponentially convergent trapezoidal rule, SIAM Review 56 (2014), theorem 5.1).
   Source: B. Hanin, M. Nica, Products of many large random matrices, Commun. Math. Phys. 376 (2020); the uniform
   chain: K. P. Choi, Proc. AMS 121 (1994). */
#include <base/elementary.h>
#include <gsl/gsl_math.h>
#include <tepui/scale.h>

/* Squares of the slopes of phi on its two sides. */
typedef struct {
    double below, above;
} sides;

static double psi_half(double n)
{
    return elementary_psi(n / 2);
}

/* E[psi(K/2) | K >= 1], K ~ Binomial(n, 1/2); 40 standard deviations on either side are taken. */
static double mean_psi_live(size_t n)
{
    const double reach = 20 * sqrt((double)n) + 1, middle = (double)n / 2;
    const size_t first = middle - reach > 1 ? (size_t)(middle - reach) : 1;
    const size_t last = middle + reach < (double)n ? (size_t)(middle + reach) : n;
    double sum = 0, weight = 0;
    for (size_t k = first; k <= last; k++) {
        const double p = elementary_exp(elementary_lgamma((double)n + 1) - elementary_lgamma((double)k + 1) -
                                        elementary_lgamma((double)(n - k) + 1) - (double)n * M_LN2);
        sum += p * psi_half((double)k);
        weight += p;
    }
    return sum / weight;
}

/* E e^-tX, by the deviation from 1 so that small t and large n keep their digits. */
static double laplace_transform(double t, size_t n, sides s2)
{
    const double below = elementary_expm1(-0.5 * elementary_log1p(2 * s2.below * t)),
                 above = elementary_expm1(-0.5 * elementary_log1p(2 * s2.above * t));
    return elementary_exp((double)n * elementary_log1p((below + above) / 2));
}

static double mean_log_mixture(size_t n, sides s2)
{
    const double h = 0.2, negligible = 1e-18;
    const double start = elementary_log(negligible / (1 + (double)n * (s2.below + s2.above)));
    double sum = 0, transform = 1;
    for (double u = start; transform > negligible || u < 5; u += h) {
        const double t = elementary_exp(u);
        transform = laplace_transform(t, n, s2);
        sum += elementary_exp(-t) - transform;
    }
    return h * sum;
}

/* E log X for the Gaussian law, given life. */
static double mean_log_gaussian(size_t n, sides s2)
{
    const double largest = fmax(s2.below, s2.above);
    if (s2.below == s2.above) return elementary_log(2 * largest) + psi_half((double)n);
    if (s2.below == 0 || s2.above == 0) return elementary_log(2 * largest) + mean_psi_live(n);
    return elementary_log(largest) + mean_log_mixture(n, (sides){s2.below / largest, s2.above / largest});
}

/* E log s_i^2 over the live sides of phi, for width 1. */
static double mean_log_side(sides s2)
{
    if (s2.below == 0) return elementary_log(s2.above);
    if (s2.above == 0) return elementary_log(s2.below);
    return (elementary_log(s2.below) + elementary_log(s2.above)) / 2;
}

static double mean_log_orthogonal(const tepui_scale_site *site, sides s2)
{
    const double n = (double)site->fan_out, m = fmax(n, (double)site->fan_in);
    return elementary_log(m * s2.below) + (n < m ? psi_half(n) - psi_half(m) : 0.0);
}

static tepui_status fail(const tepui_scale_site *site, const char *reason, tepui_error *err)
{
    const tepui_kind *law = site->distribution->type, *phi = site->activation->type;
    return tepui_fail(
        err, TEPUI_BAD_INPUT,
        "init median has no exact value for law '%s' and activation '%s' from width %zu to %zu: %s; it has for"
        " law gaussian at any widths, for the other element-wise laws between widths 1, and for law"
        " orthogonal with activation linear; activations: linear, relu, leaky_relu",
        law->name, phi->name, site->fan_in, site->fan_out, reason);
}

static tepui_status variance(const tepui_scale_site *site, const double *param, double *out, tepui_error *err)
{
    const tepui_distribution_type *law = site->distribution->type;
    const tepui_activation_type *phi = site->activation->type;
    double slopes[4], mean_log;
    (void)param;
    if (!phi->homogeneous)
        return fail(site, "the activation is not homogeneous, so the factor depends on the norm", err);
    phi->slopes(site->activation->value, slopes);
    const sides s2 = {slopes[0] * slopes[0], slopes[1] * slopes[1]};
    if (law->gaussian) {
        mean_log = mean_log_gaussian(site->fan_out, s2);
    } else if (law->fill_matrix) {
        if (s2.below != s2.above) return fail(site, "only |phi(z)| = c |z| keeps the norm of a rotated vector", err);
        mean_log = mean_log_orthogonal(site, s2);
    } else if (site->fan_in == 1 && site->fan_out == 1) {
        mean_log = 2 * law->mean_log_abs(site->distribution->value) + mean_log_side(s2);
    } else {
        return fail(site, "the factor depends on the direction of the vector", err);
    }
    if (!isfinite(mean_log)) return fail(site, "weights that are exactly 0 have no mean logarithm", err);
    *out = elementary_exp(-mean_log);
    return TEPUI_OK;
}

const tepui_scale_type tepui_scale_median = {
    .kind = {.name = "median",
             .doc = "the variance at which the mean log norm factor of a layer is 0",
             .source = "Hanin and Nica 2020; Choi 1994 (uniform chain: half-width e)"},
    .variance = variance,
};
