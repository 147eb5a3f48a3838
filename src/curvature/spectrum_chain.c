/* spectrum_chain.c -- everything about the Hessian of a chain of scalar weights, from its secular equation.

   Theory C5 with any loss: h = loss'', r = loss' at f, u_k = 1/w_k,
       H_kl = (h f^2 + r f) u_k u_l, H_kk = h f^2 u_k^2,
   in units of |r f|: G = g u u^T with g = h |f| / |r|, R = sign (u u^T - diag(u^2)), sign that of r f. The point is a
   direction of the inputs, and w_1 the part of W_1 along it: the others are not seen.

   Where r = 0 only G is left. Where f = 0 let q be the product of all factors that are not 0, slopes included. One
   weight z of 0: G has the entry (z, z), h q^2, and R the entries (z, k), r q u_k. Two: R has the entry between them,
   r q. Three, or a slope of 0: all second derivatives are 0. */
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
    double two = 0, four = 0, off = 0; /* off: two^2 - four without its cancellation */
    for (size_t k = 0; k < n; k++) {
        const double square = s->u[k] * s->u[k];
        off += 2 * square * two;
        two += square;
        four += square * square;
    }
    s->ln_g = ln_g;
    s->sign = sign;
    const double rho = g + sign, diagonal = g * sqrt(four);
    s->size[TEPUI_RESIDUAL] = size_of(off, 0, 0, ln_unit);
    s->size[TEPUI_GAUSS_NEWTON] = size_of(two * two, four, two, ln_unit + ln_g);
    s->size[TEPUI_HESSIAN] = s->size[TEPUI_GAUSS_NEWTON];
    if (off > 0) s->size[TEPUI_HESSIAN].ln_norm = 0.5 * elementary_log(rho * rho * off + diagonal * diagonal) + ln_unit;
}

/* Eigenvalues of sign (u u^T - diag(u^2)) + g u u^T, all or the two ends. */
static tepui_status solve(spectrum_state *s, size_t n, int sign, double g, part_spectrum *p)
{
    tepui_status st;
    if (!p->value) return matrix_secular_extremes(s->u, n, -sign, g, &p->low, &p->high, s->secular);
    st = matrix_secular(s->u, n, -sign, g, p->value, s->secular);
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
    tepui_status st = solve(s, n, sign, g, &s->part[TEPUI_HESSIAN]);
    if (st != TEPUI_OK || !(net->needs & TEPUI_NEEDS_PARTS)) return st;
    gauss_newton(s, n, ln_g, &s->part[TEPUI_GAUSS_NEWTON]);
    return solve(s, n, sign, 0, &s->part[TEPUI_RESIDUAL]);
}

/* Two eigenvalues at most are not 0. */
static void set_ends(const tepui_network *net, tepui_part part, double low, double high, double ln_unit)
{
    part_spectrum *p = &net->spectrum->part[part];
    const int none = low == 0 && high == 0;
    p->low = low;
    p->high = high;
    p->ln_unit = none ? 0 : ln_unit;
    for (size_t k = 0; p->value && k < net->layers; k++) p->value[k] = 0;
    if (!p->value) return;
    p->value[0] = low;
    p->value[net->layers - 1] = high;
}

/* Sum of u_k^2 and of u_k^4, in units of 2^(2 e) and 2^(4 e). */
static void sums_of(const spectrum_state *s, size_t n, double *two, double *four, int *e)
{
    double top = 0;
    *two = *four = 0;
    for (size_t k = 0; k < n; k++) top = fmax(top, fabs(s->u[k]));
    *e = top > 0 ? ilogb(top) : 0;
    for (size_t k = 0; k < n; k++) {
        const double u = ldexp(s->u[k], -*e), square = u * u;
        *two += square;
        *four += square * square;
    }
}

/* H = G = exp(ln_g) u u^T, or nothing: r = 0 */
static void only_gauss_newton(tepui_network *net, double ln_g)
{
    spectrum_state *s = net->spectrum;
    double two, four;
    int e;
    sums_of(s, net->layers, &two, &four, &e);
    const double unit = ln_g + 2 * e * SCALED_LN2 + 2 * s->ln_u, end = ln_g > -INFINITY ? two : 0;
    s->size[TEPUI_GAUSS_NEWTON] = size_of(two * two, four, two, unit);
    s->size[TEPUI_HESSIAN] = s->size[TEPUI_GAUSS_NEWTON];
    s->size[TEPUI_RESIDUAL] = size_of(0, 0, 0, 0);
    set_ends(net, TEPUI_GAUSS_NEWTON, 0, end, unit);
    set_ends(net, TEPUI_HESSIAN, 0, end, unit);
    set_ends(net, TEPUI_RESIDUAL, 0, 0, 0);
}

/* G has one entry exp(ln_a), R is a pair of eigenvalues exp(ln_b) of both signs whose vectors share that entry:
   [[a, b], [b, 0]]. */
static void rank_two(tepui_network *net, double ln_a, double ln_b)
{
    spectrum_state *s = net->spectrum;
    const double unit = fmax(ln_a, ln_b), a = unit > -INFINITY ? elementary_exp(ln_a - unit) : 0,
                 b = unit > -INFINITY ? elementary_exp(ln_b - unit) : 0;
    const double high = (a + sqrt(a * a + 4 * b * b)) / 2, low = high > 0 ? -b * (b / high) : 0;
    s->size[TEPUI_GAUSS_NEWTON] = size_of(1, 1, 1, ln_a);
    s->size[TEPUI_RESIDUAL] = size_of(2, 0, 0, ln_b);
    s->size[TEPUI_HESSIAN] = size_of(a * a + 2 * b * b, a * a, a, unit);
    set_ends(net, TEPUI_GAUSS_NEWTON, 0, ln_a > -INFINITY, ln_a);
    set_ends(net, TEPUI_RESIDUAL, -(ln_b > -INFINITY), ln_b > -INFINITY, ln_b);
    set_ends(net, TEPUI_HESSIAN, low, high, unit);
}

/* f = 0: counts the weights of 0 and multiplies the other factors; *ln_q = -INFINITY where a slope is 0. */
static void degenerate(tepui_network *net, double ln_length, double *ln_q)
{
    spectrum_state *s = net->spectrum;
    const tepui_activation_type *phi = net->cell->activation.type;
    double slopes[4];
    int sign = 1; /* that of a_k; 0 behind the first weight of 0 */
    phi->slopes(net->cell->activation.value, slopes);
    *ln_q = ln_length;
    for (size_t k = 1; k <= net->layers; k++) {
        const double w = s->u[k - 1];
        sign = w == 0 ? 0 : w > 0 ? sign : -sign;
        if (w == 0 && s->zeros++ < 2) s->zero[s->zeros - 1] = k;
        const double slope = k > net->depth ? 1 : sign > 0 ? slopes[1] : slopes[0];
        sign = slope < 0 ? -sign : sign;
        *ln_q += ln_abs(slope) + (w == 0 ? 0 : ln_abs(w));
    }
}

static const double *weight_of(const tepui_network *net, size_t k)
{
    return net->weights + net->group[net->site[k].group].start + net->site[k].offset;
}

/* Factor 1: W_1 along the point, whose length is 2^*e times what is returned; the same sums as in the forward pass. */
static double first_factor(const tepui_network *net, double *ln_length)
{
    const size_t d = net->cell->inputs;
    const double *w = weight_of(net, 1), *x = net->x, top = net->kernel->maxabs(x, d);
    const double sigma = net->site[1].sigma;
    *ln_length = ln_abs(x[0]);
    if (d == 1) return x[0] < 0 ? -(w[0] * sigma) : w[0] * sigma;
    const double unit = top > 0 ? ldexp(1, -ilogb(top)) : 1;
    double square = 0, along = 0;
    for (size_t i = 0; i < d; i++) square += unit * x[i] * (unit * x[i]);
    rows_times(net->kernel, sigma, w, 1, d, x, 1, &along);
    *ln_length = top > 0 ? 0.5 * elementary_log(square) - elementary_log(unit) : -INFINITY;
    return top > 0 ? along * unit / sqrt(square) : 0;
}

/* The factors, their inverses where they are not 0; and their product where that is 0 because of one of them. */
static void take_factors(tepui_network *net, double *ln_q)
{
    spectrum_state *s = net->spectrum;
    double ln_length;
    s->zeros = 0;
    s->u[0] = first_factor(net, &ln_length);
    for (size_t k = 2; k <= net->layers; k++) s->u[k - 1] = *weight_of(net, k) * net->site[k].sigma;
    if (net->f[0] == 0) degenerate(net, ln_length, ln_q);
    for (size_t k = 0; k < net->layers; k++) s->u[k] = s->u[k] == 0 ? 0 : 1 / s->u[k];
    s->ln_u = matrix_secular_scale(s->u, net->layers) * SCALED_LN2;
}

/* Second derivatives where f = 0, q the product of the factors that are not 0. */
static void at_zero(tepui_network *net, double ln_h, double ln_r, double ln_q)
{
    spectrum_state *s = net->spectrum;
    double two, four;
    int e;
    s->ln_gg = s->zeros == 1 ? ln_h + 2 * ln_q : -INFINITY;
    s->ln_rr = s->zeros == 1 || s->zeros == 2 ? ln_r + ln_q : -INFINITY;
    sums_of(s, net->layers, &two, &four, &e);
    rank_two(net, s->ln_gg, s->zeros == 1 ? s->ln_rr + 0.5 * elementary_log(two) + e * SCALED_LN2 + s->ln_u : s->ln_rr);
}

static tepui_status chain(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    const size_t n = net->layers;
    const tepui_loss_type *loss = net->cell->loss.type;
    double r, h = 0, root, ln_q = -INFINITY;
    int64_t e;
    network_loss_rows(net, &r, &e);
    if (loss->root) {
        const double f = network_output(net, 0, 0);
        h = loss->root(&f, net->y, 1, &root);
        h *= root * root;
    }
    s->count = n;
    take_factors(net, &ln_q);
    const double ln_f = ln_abs(net->f[0]) + (double)net->f_exponent[0] * SCALED_LN2;
    s->ln_gg = ln_abs(h) + 2 * ln_f;
    s->ln_rr = ln_abs(r) + ln_f + (double)e * SCALED_LN2;
    if (net->f[0] == 0 || r == 0) {
        s->sign = 0;
        if (net->f[0] == 0)
            at_zero(net, ln_abs(h), ln_abs(r) + (double)e * SCALED_LN2, ln_q);
        else
            only_gauss_newton(net, s->ln_gg);
        return TEPUI_OK;
    }
    const int sign = (r > 0) == (net->f[0] > 0) ? 1 : -1;
    const double ln_g = ln_abs(h) + ln_abs(net->f[0] / r) + (double)(net->f_exponent[0] - e) * SCALED_LN2;
    const double g = h * fabs(scaled_shift(net->f[0] / r, net->f_exponent[0] - e));
    const double ln_unit = ln_abs(r) + ln_abs(net->f[0]) + (double)(e + net->f_exponent[0]) * SCALED_LN2 + 2 * s->ln_u;
    chain_sizes(net, g, ln_g, sign, ln_unit);
    return solve_all(net, g, ln_g, sign, ln_unit);
}

static tepui_status run(tepui_network *net)
{
    const tepui_status st = chain(net);
    if (st == TEPUI_OK && spectrum_has_all(net)) spectrum_density_of_all(net);
    return st;
}

/* A block is one number. */
static double ln_block(const spectrum_state *s, tepui_part part, size_t k, size_t l)
{
    const size_t other = k == s->zero[0] ? l : k; /* the one that is not 0, where one is */
    double ln_gg = s->zeros == 0 ? s->ln_gg : k == l && s->zeros == 1 && k == s->zero[0] ? s->ln_gg : -INFINITY;
    double ln_rr = k == l ? -INFINITY : s->ln_rr;
    if (s->zeros == 0) {
        const double ln_outer = ln_abs(s->u[k - 1]) + ln_abs(s->u[l - 1]);
        if (part == TEPUI_HESSIAN && k != l && s->sign != 0)
            return ln_abs(elementary_exp(s->ln_g) + s->sign) + ln_outer + s->part[TEPUI_HESSIAN].ln_unit;
        ln_gg += ln_outer + 2 * s->ln_u;
        ln_rr += ln_outer + 2 * s->ln_u;
    } else if (s->zeros == 1)
        ln_rr += k == s->zero[0] || l == s->zero[0] ? ln_abs(s->u[other - 1]) + s->ln_u : -INFINITY;
    else if ((k < l ? k : l) != s->zero[0] || (k < l ? l : k) != s->zero[1])
        ln_rr = -INFINITY;
    return part == TEPUI_GAUSS_NEWTON ? ln_gg : part == TEPUI_RESIDUAL ? ln_rr : fmax(ln_gg, ln_rr);
}

/* --- the engine */

static const char *obstacle(const tepui_network *net)
{
    if (!network_is_chain(net->cell) || net->cell->outputs != 1) return "needs layers of one unit";
    return net->needs & TEPUI_NEEDS_CURVATURE ? "makes no matrix" : NULL;
}

static unsigned kept(const tepui_network *net)
{
    (void)net;
    return KEEP_WEIGHTS;
}

#define STEPS 500.0 /* of a root */

static double cost(const tepui_network *net, double products)
{
    (void)products;
    return STEPS * (double)net->layers;
}

static double number(const tepui_network *net, unsigned quantity, size_t which, size_t i)
{
    const spectrum_state *s = net->spectrum;
    if (quantity == TEPUI_QUANTITY_HESSIAN_SIZE) return blocks_read_size(&s->size[which], i);
    if (quantity == TEPUI_QUANTITY_BLOCKS) return ln_block(s, (tepui_part)which, i >> 20, i & 0xfffff);
    return spectrum_read(net, quantity, which, i);
}

static const network_engine *const before[] = {&engine_values, NULL};

/* Behind engine_spectrum: its ends are those that count. */
const network_engine engine_secular = {
    .name = "secular equation",
    .gives = TEPUI_NEEDS_HESSIAN_SIZE | TEPUI_NEEDS_BLOCKS | TEPUI_NEEDS_EXTREMES | TEPUI_NEEDS_SPECTRUM |
             TEPUI_NEEDS_PARTS | TEPUI_NEEDS_SIGNS | TEPUI_NEEDS_DENSITY,
    .before = before,
    .obstacle = obstacle,
    .keeps = kept,
    .run = run,
    .read = number,
    .cost = cost,
    .closed = 1,
};
