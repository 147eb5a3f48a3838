/* n11.c -- all squared singular values of J = W_L ... W_1 together, in the limit of wide square layers at fixed depth
   L: the law of Fuss and Catalan, of Marchenko and Pastur for L = 1, times the product of the mean squares d sigma_l^2.
   Its moments are binom((L + 1) n, n)/(L n + 1), and with p = L and 0 < phi < pi/(p + 1)

     x = sin^{p+1}((p+1) phi)/(sin phi sin^p(p phi)),   density = sin^2 phi sin^{p-1}(p phi)/(pi sin^p((p+1) phi))

   (Haagerup and Moeller 2013; Forrester and Liu 2015). x falls from (p+1)^{p+1}/p^p to 0 as phi grows. The cdf is an
   integral over phi of sin phi sin((p+1) phi)/(pi sin(p phi)) |d ln x/d phi|, from whichever end the smaller tail lies.
   Real moments E x^s = Gamma((p+1) s + 1)/(Gamma(s + 1) Gamma(p s + 2)) give ln x the mean -p and the variance
   p^2 + p pi^2/3.

   It is the law of one value drawn from all of a net, not of the i-th value: verify has no samples of that. Of d values
   each end is blurred by 1/d, and the depth adds to that: (1 + L)/d is allowed. */
#include "norms.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <math.h>

/* An angle by its distances from both ends, each to relative precision: u = (p + 1) phi = pi - w. */
typedef struct {
    double p, u, w;
} angle;

static double phi_of(angle a)
{
    return a.u / (a.p + 1);
}

static double sine_of_u(angle a)
{
    return a.u < a.w ? sin(a.u) : sin(a.w);
}

static double ln_x(angle a)
{
    const double phi = phi_of(a);
    return (a.p + 1) * log(sine_of_u(a)) - log(sin(phi)) - a.p * log(sin(a.p * phi));
}

/* The density of ln x. */
static double density_of_ln(angle a)
{
    const double phi = phi_of(a);
    return sin(phi) * sine_of_u(a) / (M_PI * sin(a.p * phi));
}

/* cot y - 1/y, without the cancellation at 0. */
static double bare_cotangent(double y)
{
    const double z = y * y;
    if (y > 0.2) return 1 / tan(y) - 1 / y;
    return -y * (1. / 3 + z * (1. / 45 + z * (2. / 945 + z * (1. / 4725 + z * (2. / 93555 + z * 1382. / 638512875)))));
}

/* -d ln x/d phi; the terms 1/phi of the cotangents add to 0. */
static double fall(angle a)
{
    const double phi = phi_of(a), n = a.p + 1;
    const double last = a.u < a.w ? bare_cotangent(a.u) : -1 / tan(a.w) - 1 / a.u;
    return -(n * n * last - bare_cotangent(phi) - a.p * a.p * bare_cotangent(a.p * phi));
}

static angle from_top(double p, double u)
{
    return (angle){p, u, M_PI - u};
}

static angle from_bottom(double p, double w)
{
    return (angle){p, M_PI - w, w};
}

/* --- mass between an end and an angle */

static double mass_from_top(double u, void *p)
{
    const angle a = from_top(*(double *)p, u);
    return density_of_ln(a) * fall(a) / (a.p + 1);
}

static double mass_from_bottom(double w, void *p)
{
    const angle a = from_bottom(*(double *)p, w);
    return density_of_ln(a) * fall(a) / (a.p + 1);
}

enum { PIECES = 500 };

/* Relative precision: the integrands are analytic and of one sign. */
static double mass(double p, double to, double (*f)(double, void *))
{
    double value = NAN, error;
    gsl_function g = {f, &p};
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(PIECES);
    if (w && to > 0) gsl_integration_qag(&g, 0, to, 0, 1e-12, PIECES, GSL_INTEG_GAUSS41, w, &value, &error);
    gsl_integration_workspace_free(w);
    return to > 0 ? value : 0;
}

/* The angle of x, by bisection in ln(u/w). */
static angle angle_at(double p, double ln)
{
    double low = -700, high = 700; /* x falls as u/w grows */
    angle a = {p, M_PI, M_PI};
    for (int i = 0; i < 120; i++) {
        const double t = 0.5 * (low + high);
        a.u = M_PI / (1 + exp(-t));
        a.w = M_PI / (1 + exp(t));
        if (ln_x(a) > ln)
            low = t;
        else
            high = t;
    }
    return a;
}

static double top(double p)
{
    return (p + 1) * log(p + 1) - p * log(p);
}

/* --- the prediction: number[0] = p, number[1] = ln of the scale; X = ln s */

static double ln_of(const tepui_prediction *p, double x)
{
    return 2 * x - p->number[1];
}

static double below(const tepui_prediction *p, double x)
{
    const double n = p->number[0];
    if (ln_of(p, x) >= top(n)) return 1;
    const angle a = angle_at(n, ln_of(p, x));
    return a.w < a.u ? mass(n, a.w, mass_from_bottom) : 1 - mass(n, a.u, mass_from_top);
}

static double above(const tepui_prediction *p, double x)
{
    const double n = p->number[0];
    if (ln_of(p, x) >= top(n)) return 0;
    const angle a = angle_at(n, ln_of(p, x));
    return a.u < a.w ? mass(n, a.u, mass_from_top) : 1 - mass(n, a.w, mass_from_bottom);
}

static double density(const tepui_prediction *p, double x)
{
    const double n = p->number[0];
    return ln_of(p, x) >= top(n) ? 0 : 2 * density_of_ln(angle_at(n, ln_of(p, x)));
}

static int square(const tepui_cell *c)
{
    for (size_t l = 1; l <= c->depth; l++)
        if (c->width[l] != c->inputs) return 0;
    return 1;
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    (void)component;
    return norms_gaussian_net(c, NORMS_LINEAR, why) &&
           norms_need(c->readout == TEPUI_READOUT_NONE, "without a read-out only", why) &&
           norms_need(square(c), "square layers only: every width is the input dimension", why) &&
           norms_need(c->depth <= c->inputs, "wide nets only: at least as many units as layers", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    (void)component;
    (void)err;
    const double L = (double)c->depth, d = (double)c->inputs;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION, .cdf = below, .survival = above, .density = density};
    p->number[0] = L;
    for (size_t l = 1; l <= c->depth; l++) p->number[1] += log(d * c->sigma[l] * c->sigma[l]);
    p->mean = (p->number[1] - L) / 2;
    p->variance = (L * L + L * M_PI * M_PI / 3) / 4;
    p->median = tepui_prediction_quantile(p, 0.5);
    p->slack = (1 + L) / d;
    return TEPUI_OK;
}

const tepui_law_type tepui_law_n11 = {
    .kind = {.name = "N11",
             .doc = "Jacobian spectrum of linear Gaussian nets with wide square layers: all squared singular values "
                    "together follow the law of Fuss and Catalan, that of Marchenko and Pastur for one layer",
             .source = "docs/theory/wide-nets.md#n11; Pennington, Schoenholz, Ganguli 2018; Haagerup, Moeller 2013"},
    .observable = "jacobian_singular_value",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .pooled = 1,
    .applies = applies,
    .predict = predict,
};
