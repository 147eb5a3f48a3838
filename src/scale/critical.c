/* critical.c -- the edge of chaos: variance sigma_w^2/fan_in at which gradients neither vanish nor explode,
       chi_1 = sigma_w^2 E phi'(u)^2 = 1,  u ~ N(0, q),  at the stable fixed point q = sigma_w^2 E phi(u)^2 + sigma_b^2,
   phi the activation after the matrix, sigma_b the deviation of the biases there (linear and 0 at a read-out).

   Both equations together ask for the q at which B(q) = q - E phi^2/E phi'^2 is sigma_b^2; then sigma_w^2 = 1/E phi'^2.
   The smallest such q is taken, as B grows with q where there is a critical line. It is stable if
   sigma_w^2 d/dq E phi^2 <= 1, in other words if E phi'' phi <= 0.
     phi(c z) = c phi(z), sigma_b = 0   any q; sigma_w^2 = 1/E phi'^2: linear 1, relu 2, leaky_relu 2/(1 + a^2)
     the same, sigma_b > 0              none: at chi_1 = 1 the mean square grows by sigma_b^2 per layer for ever
     phi(0) = 0, sigma_b = 0            q = 0; sigma_w^2 = 2/(phi'(0-)^2 + phi'(0+)^2): tanh, sin, hard_tanh, elu(1) 1,
                                        selu 0.4767, erf pi/4; none where q = 0 is not stable: gelu, silu
     softplus                           none: E phi'' phi > 0
     gelu, silu                         from sigma_b of about 0.42 and 0.75 on; below, q is not stable
     sin                                in closed form: q - tanh q = sigma_b^2, sigma_w^2 = 2/(1 + exp(-2 q))
   Source: S. S. Schoenholz, J. Gilmer, S. Ganguli, J. Sohl-Dickstein, ICLR 2017, section 3; S. Hayou, A. Doucet,
   J. Rousseau, On the impact of the activation function on deep neural networks training, ICML 2019. */
#include "activation/moments.h"
#include "base/root.h"
#include <math.h>
#include <tepui/scale.h>

#define LOWEST 1e-6
#define WIDEST 1e12       /* q beyond which no crossing is looked for, relative to 1 + sigma_b^2 */
#define NOISE 1e-9        /* of B relative to q: above what quadrature leaves of a B that is 0 */
#define BARELY (1 + 1e-9) /* marginally stable counts as stable */

typedef struct {
    moments *m;
    double bias; /* sigma_b^2 */
} line;

static double excess(double q, void *arg)
{
    const line *k = arg;
    return q - moments_square(k->m, q) / moments_slope_square(k->m, q) - k->bias;
}

/* The smallest q at which B reaches sigma_b^2 from below; NaN: none. B(q) <= q, so it is at least sigma_b^2. */
static double crossing(line *k)
{
    double low = fmax(k->bias, LOWEST), high = low;
    for (double B; high < WIDEST * (1 + k->bias); high *= 2) {
        B = excess(high, k) + k->bias;
        if (B > k->bias && B > NOISE * high) return high > low ? root_between(excess, k, low, high) : high;
        if (B <= k->bias) low = high;
    }
    return NAN;
}

static tepui_status fail(const tepui_scale_site *site, const char *reason, tepui_error *err)
{
    char phi[128];
    tepui_choice_print(site->activation, phi, sizeof phi);
    return tepui_fail(err, TEPUI_BAD_INPUT, "init critical has no value for activation '%s' with sigma_b = %g: %s", phi,
                      site->sigma_b, reason);
}

/* phi(0) = 0 and no biases: the mean square dies out, slowly. */
static tepui_status at_zero(const tepui_scale_site *site, moments *m, double *sigma2, tepui_error *err)
{
    const double slope_square = moments_slope_square_at_zero(site->activation), q = 1e-4;
    *sigma2 = 1 / slope_square;
    if (!(slope_square > 0)) return fail(site, "its slope at 0 is 0", err);
    if (!(*sigma2 * moments_square(m, q) <= BARELY * q))
        return fail(site, "the mean square 0 is not stable there; larger biases (grid.sigma_b) may have one", err);
    return TEPUI_OK;
}

static tepui_status on_line(const tepui_scale_site *site, moments *m, double *sigma2, tepui_error *err)
{
    line k = {m, site->sigma_b * site->sigma_b};
    const double q = crossing(&k);
    if (isnan(q)) return fail(site, "there is no critical fixed point", err);
    *sigma2 = 1 / moments_slope_square(m, q);
    if (!(*sigma2 * moments_growth(m, q) <= BARELY))
        return fail(site, "the critical fixed point is not stable; try another sigma_b", err);
    return TEPUI_OK;
}

static tepui_status variance(const tepui_scale_site *site, const double *param, double *out, tepui_error *err)
{
    const tepui_activation_type *phi = site->activation->type;
    moments *m;
    double sigma2 = 1 / moments_slope_square_at_zero(site->activation);
    (void)param;
    if (phi->homogeneous && site->sigma_b > 0)
        return fail(site, "the mean square grows for ever; without biases there is one", err);
    if (!phi->homogeneous) {
        tepui_status st = moments_new(site->activation, &m, err);
        if (st != TEPUI_OK) return st;
        st = site->sigma_b > 0 || phi->f(0, site->activation->value) != 0 ? on_line(site, m, &sigma2, err)
                                                                          : at_zero(site, m, &sigma2, err);
        moments_free(m);
        if (st != TEPUI_OK) return st;
    }
    *out = sigma2 / (double)site->fan_in;
    return TEPUI_OK;
}

const tepui_scale_type tepui_scale_critical = {
    .kind = {.name = "critical",
             .doc = "variance sigma_w^2/fan_in at the edge of chaos, chi_1 = 1, for the activation and sigma_b",
             .source = "Schoenholz et al., ICLR 2017, section 3; Hayou, Doucet, Rousseau, ICML 2019"},
    .variance = variance,
};
