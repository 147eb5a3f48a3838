/* spectrum.c -- eigenvalues of the Hessian of a sample: all of them from the matrix, the ends by Lanczos, and for
   chains everything from the secular equation.

   W_1 acts through its products with the inputs only, so with fewer points than inputs it is expressed in an
   orthonormal basis of their span: the Hessian loses (inputs - points) * width zero eigenvalues and nothing else. */
#include "blocks.h"
#include <matrix/matrix.h>
#include <string.h>

#define TOLERANCE 1e-10 /* of extreme eigenvalues, relative to the larger */
#define ACCEPTED 1e-6   /* the same when the steps are used up: worse is a failure */
#define MOST_STEPS 400u
#define MOST_BASIS ((size_t)1 << 26) /* entries of the Lanczos basis: 512 MB */

static size_t lanczos_steps(size_t n)
{
    const size_t room = MOST_BASIS / n, most = room < MOST_STEPS ? room : MOST_STEPS;
    return n < most ? n : most < 32 ? 32 : most;
}

void spectrum_lay_out(tepui_network *net, network_arena *a)
{
    const size_t n = net->chain ? net->layers : net->curved_parameters;
    spectrum_state *s = network_take(a, 1, sizeof *s), unused;
    if (!s) s = &unused;
    const int all = (net->needs & TEPUI_NEEDS_SPECTRUM) != 0;
    s->u = network_take(a, net->chain ? n : 0, sizeof(double));
    s->value = network_take(a, all ? n : 0, sizeof(double));
    s->matrix = network_take(a, all && !net->chain ? n * n : 0, sizeof(double));
    s->work = network_take(a,
                           net->chain ? 2 * n
                           : all      ? matrix_eigen_work(n)
                                      : matrix_lanczos_work(n, lanczos_steps(n)),
                           sizeof(double));
    if (s != &unused) net->spectrum = s;
}

/* --- chains: H = r f (s' diag(u^2) + ...), theory C5 with any loss: h = loss'', r = loss' at f,
       H_kl = (h f^2 + r f) u_k u_l, H_kk = h f^2 u_k^2 */

static double ln_abs(double x)
{
    return x == 0 ? -INFINITY : log(fabs(x));
}

static tepui_hessian_size size_of(double square, double diagonal, double trace, double ln_unit)
{
    return (tepui_hessian_size){0.5 * ln_abs(fmax(0, square)) + ln_unit, 0.5 * ln_abs(diagonal) + ln_unit,
                                ln_abs(trace) + ln_unit, trace < 0 ? -1 : 1};
}

/* In units of |r f|: G = g u u^T with g = h |f| / |r|, R = sign (u u^T - diag(u^2)). */
static void chain_sizes(tepui_network *net, double g, int sign, double ln_unit)
{
    spectrum_state *s = net->spectrum;
    const size_t n = net->layers;
    double two = 0, four = 0;
    for (size_t k = 0; k < n; k++) {
        const double square = s->u[k] * s->u[k];
        two += square;
        four += square * square;
    }
    const double off = fmax(0, two * two - four), rho = g + sign;
    s->size[TEPUI_HESSIAN] = size_of(rho * rho * off + g * g * four, g * g * four, g * two, ln_unit);
    s->size[TEPUI_GAUSS_NEWTON] = size_of(g * g * two * two, g * g * four, g * two, ln_unit);
    s->size[TEPUI_RESIDUAL] = size_of(n > 1 ? off : 0, 0, 0, ln_unit);
}

static void nothing(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    for (int part = 0; part < 3; part++) s->size[part] = size_of(0, 0, 0, 0);
    s->low = s->high = s->ln_unit = 0;
    for (size_t k = 0; (net->needs & TEPUI_NEEDS_SPECTRUM) && k < net->layers; k++) s->value[k] = 0;
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
    const double g = h * fabs(scaled_shift(net->f[0] / r, net->f_exponent[0] - e));
    s->ln_unit = ln_abs(r) + ln_abs(net->f[0]) + (double)(e + net->f_exponent[0]) * SCALED_LN2;
    chain_sizes(net, g, sign, s->ln_unit);
    s->bound = 0;
    if (!(net->needs & TEPUI_NEEDS_SPECTRUM)) {
        return matrix_secular_extremes(s->u, n, -sign, g + sign, &s->low, &s->high, s->work);
    }
    const tepui_status st = matrix_secular(s->u, n, -sign, g + sign, s->value, s->work);
    s->low = s->value[0];
    s->high = s->value[n - 1];
    return st;
}

/* --- nets */

static tepui_status multiply(void *operand, const double *x, double *y)
{
    tepui_network *net = operand;
    spectrum_state *s = net->spectrum;
    int64_t e;
    const tepui_status st = tepui_network_hessian_product(net, TEPUI_HESSIAN, x, y, &e);
    if (s->exponent == CURVATURE_ZERO) s->exponent = e; /* the first product tells the scale */
    if (e != s->exponent) net->kernel->scale(y, scaled_shift(1.0, e - s->exponent), net->curved_parameters);
    return st;
}

static tepui_status ends(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    const size_t n = net->curved_parameters;
    matrix_extremes got;
    tepui_stream_at(&net->stream, TEPUI_FOR_LANCZOS, 0);
    tepui_draw_normal(&net->stream, s->work, n);
    s->exponent = CURVATURE_ZERO;
    const tepui_status st = matrix_lanczos(multiply, net, n, lanczos_steps(n), TOLERANCE, &got, s->work);
    s->low = got.low;
    s->high = got.high;
    s->bound = got.bound;
    if (st == TEPUI_OK && !(got.bound <= ACCEPTED * fmax(fabs(got.low), fabs(got.high)))) return TEPUI_FAILED;
    return st;
}

/* The dense solver knows eigenvalues to n eps of the largest: what is below that is 0 as far as anybody can tell. */
static void flush(spectrum_state *s)
{
    const double floor = (double)s->count * 0x1p-52 * fmax(fabs(s->low), fabs(s->high));
    for (size_t k = 0; k < s->count; k++)
        if (fabs(s->value[k]) < floor) s->value[k] = 0;
}

static tepui_status everything(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    const size_t n = net->curved_parameters;
    tepui_status st = tepui_network_hessian(net, TEPUI_HESSIAN, s->matrix, &s->exponent);
    if (st == TEPUI_OK)
        st = matrix_eigen(net->cell->gsl_eigensolver ? MATRIX_GSL : MATRIX_LAPACK, s->matrix, n, s->value, s->work);
    s->count = n;
    s->low = s->value[0];
    s->high = s->value[n - 1];
    s->bound = 0;
    flush(s);
    return st;
}

/* A solver that fails leaves NaN, which is counted; the run goes on. */
tepui_status spectrum_net(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    tepui_status st = net->needs & TEPUI_NEEDS_SPECTRUM ? everything(net) : ends(net);
    if (st == TEPUI_FAILED) {
        s->low = s->high = NAN;
        for (size_t k = 0; (net->needs & TEPUI_NEEDS_SPECTRUM) && k < s->count; k++) s->value[k] = NAN;
        st = TEPUI_OK;
    }
    s->ln_unit = (double)s->exponent * SCALED_LN2;
    return st;
}

/* --- results */

double tepui_network_ln_eigenvalue(const tepui_network *net, int end)
{
    const spectrum_state *s = net->spectrum;
    const double x = end < 0 ? -s->low : s->high;
    return isnan(x) ? NAN : x > 0 ? log(x) + s->ln_unit : -INFINITY;
}

double tepui_network_asymmetry(const tepui_network *net)
{
    const spectrum_state *s = net->spectrum;
    const double span = fmax(s->high, 0) - fmin(s->low, 0);
    return span > 0 ? (fmax(s->high, 0) + fmin(s->low, 0)) / span : isnan(span) ? NAN : 0;
}

double tepui_network_negative_fraction(const tepui_network *net)
{
    const spectrum_state *s = net->spectrum;
    size_t negative = 0, positive = 0;
    if (isnan(s->low)) return NAN;
    for (size_t k = 0; k < s->count; k++) {
        negative += s->value[k] < 0;
        positive += s->value[k] > 0;
    }
    return negative + positive ? (double)negative / (double)(negative + positive) : 0;
}

size_t tepui_network_eigenvalues(const tepui_network *net, const double **value, double *ln_unit)
{
    *value = net->spectrum->value;
    *ln_unit = net->spectrum->ln_unit;
    return net->spectrum->count;
}

tepui_hessian_size tepui_network_hessian_size(const tepui_network *net, tepui_part part)
{
    return net->chain ? net->spectrum->size[part] : net->blocks->size[part];
}
