/* spectrum_chain.c -- everything about the Hessian of a chain of scalar weights, from its secular equation.

   Theory C5 with any loss: h = loss'', r = loss' at f, u_k = 1/w_k,
       H_kl = (h f^2 + r f) u_k u_l, H_kk = h f^2 u_k^2,
   in units of |r f|: G = g u u^T with g = h |f| / |r|, R = sign (u u^T - diag(u^2)), sign that of r f. */
#include "blocks.h"
#include <base/elementary.h>
#include <matrix/matrix.h>

static double ln_abs(double x)
{
    return x == 0 ? -INFINITY : elementary_log(fabs(x));
}

/* of sqrt(square), sqrt(diagonal), trace, in units of exp(ln_unit) */
static tepui_hessian_size size_of(double square, double diagonal, double trace, double ln_unit)
{
    return (tepui_hessian_size){0.5 * ln_abs(fmax(0, square)) + ln_unit, 0.5 * ln_abs(diagonal) + ln_unit,
                                ln_abs(trace) + ln_unit, trace < 0 ? -1 : 1};
}

/* g may underflow beside 1, ln_g does not: the diagonal of H is that of G. */
static void chain_sizes(tepui_network *net, double g, double ln_g, int sign, double ln_unit)
{
    spectrum_state *s = net->spectrum;
    const size_t n = net->layers;
    double two = 0, four = 0;
    for (size_t k = 0; k < n; k++) {
        const double square = s->u[k] * s->u[k];
        two += square;
        four += square * square;
    }
    s->ln_g = ln_g;
    s->sign = sign;
    const double off = n > 1 ? fmax(0, two * two - four) : 0, rho = g + sign;
    s->size[TEPUI_RESIDUAL] = size_of(off, 0, 0, ln_unit);
    s->size[TEPUI_GAUSS_NEWTON] = size_of(two * two, four, two, ln_unit + ln_g);
    s->size[TEPUI_HESSIAN] = s->size[TEPUI_GAUSS_NEWTON];
    if (off > 0) s->size[TEPUI_HESSIAN].ln_norm = 0.5 * elementary_log(rho * rho * off + g * g * four) + ln_unit;
}

static void nothing(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    for (int part = 0; part < 3; part++) {
        part_spectrum *p = &s->part[part];
        s->size[part] = size_of(0, 0, 0, 0);
        p->low = p->high = p->ln_unit = 0;
        for (size_t k = 0; p->value && k < net->layers; k++) p->value[k] = 0;
    }
}

/* Eigenvalues of turn diag(u^2) + rho u u^T, all or the two ends. */
static tepui_status solve(spectrum_state *s, size_t n, int turn, double rho, part_spectrum *p)
{
    tepui_status st;
    if (!p->value) return matrix_secular_extremes(s->u, n, turn, rho, &p->low, &p->high, s->work);
    st = matrix_secular(s->u, n, turn, rho, p->value, s->work);
    p->low = p->value[0];
    p->high = p->value[n - 1];
    return st;
}

/* G has rank one; its unit is its own, since g may be as small as f. */
static void gauss_newton(const spectrum_state *s, size_t n, double ln_g, part_spectrum *p)
{
    double square = 0;
    for (size_t k = 0; k < n && ln_g > -INFINITY; k++) square += s->u[k] * s->u[k];
    for (size_t k = 0; k < n; k++) p->value[k] = k + 1 == n ? square : 0;
    p->low = n > 1 ? 0 : square;
    p->high = square;
    p->ln_unit += ln_g > -INFINITY ? ln_g : 0;
}

static tepui_status solve_all(tepui_network *net, double g, double ln_g, int sign, double ln_unit)
{
    spectrum_state *s = net->spectrum;
    const size_t n = net->layers;
    for (int part = 0; part < 3; part++) s->part[part].ln_unit = ln_unit;
    tepui_status st = solve(s, n, -sign, g + sign, &s->part[TEPUI_HESSIAN]);
    if (st != TEPUI_OK || !(net->needs & TEPUI_NEEDS_PARTS)) return st;
    gauss_newton(s, n, ln_g, &s->part[TEPUI_GAUSS_NEWTON]);
    return solve(s, n, -sign, sign, &s->part[TEPUI_RESIDUAL]);
}

tepui_status spectrum_chain(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    const size_t n = net->layers;
    const tepui_loss_type *loss = net->cell->loss.type;
    double r, h = 0, root;
    int64_t e;
    backward_loss_rows(net, &r, &e);
    if (loss->root) {
        const double f = tepui_network_output(net, 0, 0);
        h = loss->root(&f, net->y, 1, &root);
        h *= root * root;
    }
    s->count = n;
    if (r == 0 || net->f[0] == 0) {
        nothing(net); /* dead; r = 0 has probability 0 */
        return TEPUI_OK;
    }
    for (size_t k = 1; k <= n; k++) s->u[k - 1] = 1 / (*curvature_weights(net, k) * net->site[k].sigma);
    const int sign = (r > 0) == (net->f[0] > 0) ? 1 : -1;
    const double ln_g = ln_abs(h) + ln_abs(net->f[0] / r) + (double)(net->f_exponent[0] - e) * SCALED_LN2;
    const double g = h * fabs(scaled_shift(net->f[0] / r, net->f_exponent[0] - e));
    const double ln_unit = ln_abs(r) + ln_abs(net->f[0]) + (double)(e + net->f_exponent[0]) * SCALED_LN2;
    chain_sizes(net, g, ln_g, sign, ln_unit);
    return solve_all(net, g, ln_g, sign, ln_unit);
}
