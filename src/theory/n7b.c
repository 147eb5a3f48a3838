/* n7b.c -- covariance of the Lyapunov exponents of Gaussian products. By n7.c x_il = ln R_ii of layer l are independent
   over i and l, with mean m_il = (ln(2 sigma_l^2) + psi(h))/2 and cumulants kappa_n = psi^(n-1)(h) / 2^n, where h is
   half of w_l - i + 1. The observable is x_i^T M x_j, M = (1 - 1 1^T / L)/(L - 1). With g = M m, v = kappa_2:

       E S_ij   = m_i^T M m_j + [i = j] sum_l v_l / L
       Var S_ij = sum_l (v_il g_jl^2 + v_jl g_il^2) + sum_lk M_lk^2 v_il v_jk, i > j
       Var S_ii = sum_l (4 v_l g_l^2 + 4 kappa_3l M_ll g_l + kappa_4l M_ll^2) + 2 sum_lk M_lk^2 v_l v_k

   In nets of one width, inputs included, g = 0: mean psi'((d - i + 1)/2)/4 and variance kappa_4/L + 2 v^2/(L - 1) on
   the diagonal, 0 and v_i v_j/(L - 1) off it. The mean then depends on the width only,
   and different exponents are uncorrelated in the mean. */
#include "norms.h"
#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdlib.h>

static void split(long component, long *i, long *j)
{
    *i = component >> 20 & 0xfffff;
    *j = component & 0xfffff;
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    long i, j;
    split(component, &i, &j);
    return norms_gaussian_net(c, NORMS_LINEAR, why) &&
           norms_need(c->readout == TEPUI_READOUT_NONE, "without a read-out only", why) &&
           norms_need(c->depth >= 2, "two layers at least", why) &&
           norms_need(component >= TEPUI_COMPONENT_PAIR(1, 1) && j >= 1 && i >= j && i <= (long)tepui_jacobian_rank(c),
                      "pairs i,j of exponents only, i >= j", why);
}

/* x_il: mean, less that of the first layer; g; cumulants 2 to 4. */
typedef struct {
    double mean, g, kappa[5];
} term;

static void fill(const tepui_cell *c, long i, term *x)
{
    const size_t L = c->depth;
    double first = 0, sum = 0;
    for (size_t l = 0; l < L; l++) {
        const double half = 0.5 * (double)(c->width[l + 1] - (size_t)i + 1);
        const double mean = log(c->sigma[l + 1]) + 0.5 * gsl_sf_psi(half);
        if (l == 0) first = mean;
        x[l].mean = mean - first;
        sum += x[l].mean;
        for (int n = 2; n <= 4; n++) x[l].kappa[n] = ldexp(gsl_sf_psi_n(n - 1, half), -n);
    }
    for (size_t l = 0; l < L; l++) x[l].g = (x[l].mean - sum / (double)L) / ((double)L - 1);
}

/* sum_lk M_lk^2 v_l w_k; M_ll = 1/L, M_lk = -1/(L (L - 1)) */
static double square_sum(const term *x, const term *y, size_t n)
{
    const double L = (double)n, off = 1 / (L * (L - 1)) / (L * (L - 1));
    double v = 0, w = 0, both = 0;
    for (size_t l = 0; l < n; l++) {
        v += x[l].kappa[2];
        w += y[l].kappa[2];
        both += x[l].kappa[2] * y[l].kappa[2];
    }
    return off * v * w + (1 / (L * L) - off) * both;
}

static void pair_moments(const term *x, const term *y, size_t L, tepui_prediction *p)
{
    p->variance = square_sum(x, y, L);
    for (size_t l = 0; l < L; l++) {
        p->mean += x[l].mean * y[l].g;
        p->variance += x[l].kappa[2] * y[l].g * y[l].g + y[l].kappa[2] * x[l].g * x[l].g;
    }
}

static void own_moments(const term *x, size_t n, tepui_prediction *p)
{
    const double L = (double)n;
    p->variance = 2 * square_sum(x, x, n);
    for (size_t l = 0; l < n; l++) {
        const double g = x[l].g;
        p->mean += x[l].mean * g + x[l].kappa[2] / L;
        p->variance += 4 * x[l].kappa[2] * g * g + 4 * x[l].kappa[3] * g / L + x[l].kappa[4] / (L * L);
    }
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    long i, j;
    split(component, &i, &j);
    term *x = malloc(2 * c->depth * sizeof *x);
    if (!x) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a net of depth %zu", c->depth);
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_MEAN, .median = NAN};
    fill(c, i, x);
    fill(c, j, x + c->depth);
    if (i == j)
        own_moments(x, c->depth, p);
    else
        pair_moments(x, x + c->depth, c->depth, p);
    free(x);
    return TEPUI_OK;
}

const tepui_law_type tepui_law_n7b = {
    .kind = {.name = "N7b",
             .doc =
                 "Lyapunov exponents of linear Gaussian nets, their covariance times L: psi'((d-i+1)/2)/4 of the i-th "
                 "with itself, 0 between two; exact at any depth and widths, with its sampling variance",
             .source = "docs/theory/wide-nets.md#n7b; Newman 1986; Benettin et al. 1980"},
    .observable = "lyapunov_covariance",
    .form = TEPUI_PREDICTS_MEAN,
    .applies = applies,
    .predict = predict,
};
