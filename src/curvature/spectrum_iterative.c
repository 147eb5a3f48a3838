/* spectrum_iterative.c -- what products with the Hessian alone tell of its spectrum: the two ends and the gradient's
   part in the largest by Lanczos, the density of all by stochastic Lanczos quadrature (Ubaru, Chen and Saad 2017;
   Ghorbani, Krishnan and Xiao 2019), one random start vector per sample. */
#include "blocks.h"
#include <matrix/matrix.h>
#include <string.h>

#define TOLERANCE 1e-10 /* of extreme eigenvalues, relative to the larger */
#define ACCEPTED 1e-6   /* the same when the products are used up: worse is a failure */
#define MOST_PRODUCTS 2000u
#define MOST_VECTORS 400u
#define MOST_BASIS ((size_t)1 << 26) /* entries of the Lanczos basis: 512 MB */
#define QUADRATURE_STEPS 100u

static size_t vectors(size_t n)
{
    const size_t room = MOST_BASIS / n, most = room < MOST_VECTORS ? room : MOST_VECTORS;
    return most < 40 ? 40 : most;
}

static int has_ends(const tepui_network *net)
{
    const unsigned ends = TEPUI_NEEDS_ALIGNMENT | (net->secular ? 0 : TEPUI_NEEDS_EXTREMES);
    return net->needs & ends && !spectrum_is_dense(net);
}

void spectrum_iterative_lay_out(tepui_network *net, spectrum_state *s, network_arena *a)
{
    const size_t n = net->curved_parameters, ends = has_ends(net) ? matrix_lanczos_work(n, vectors(n)) : 0;
    const int density = (net->needs & TEPUI_NEEDS_DENSITY) != 0;
    const size_t steps = density && !spectrum_has_all(net) ? matrix_lanczos_work(n, QUADRATURE_STEPS) : 0;
    s->iterative_work = network_take(a, ends > steps ? ends : steps, sizeof(double));
    s->density = network_take(a, density ? TEPUI_DENSITY_VALUES : 0, sizeof(double));
    s->quadrature = network_take(a, density ? 2 * SPECTRUM_SMALL : 0, sizeof(double));
    if (has_ends(net) && net->needs & TEPUI_NEEDS_ALIGNMENT) s->gradient = network_take(a, n, sizeof(double));
}

static tepui_status multiply(void *operand, const double *x, double *y)
{
    tepui_network *net = operand;
    spectrum_state *s = net->spectrum;
    int64_t e;
    const tepui_status st = tepui_network_hessian_product(net, TEPUI_HESSIAN, x, y, &e);
    if (s->exponent == ROWS_ZERO) s->exponent = e; /* the first product tells the scale */
    if (e != s->exponent) net->kernel->scale(y, scaled_shift(1.0, e - s->exponent), net->curved_parameters);
    return st;
}

/* A random start vector; `which` tells the uses of one sample apart. */
static void start(tepui_network *net, uint32_t which)
{
    spectrum_state *s = net->spectrum;
    tepui_stream_at(&net->stream, TEPUI_FOR_LANCZOS, which);
    tepui_draw_normal(&net->stream, s->iterative_work, net->curved_parameters);
    s->exponent = ROWS_ZERO;
}

/* Lanczos sees one vector of each eigenvalue. That of 0 stands for many: nothing behind it counts. */
static void share(tepui_network *net, ranked_part *r, const matrix_extremes *got)
{
    spectrum_state *s = net->spectrum;
    r->near = TOLERANCE * fmax(fabs(got->low), fabs(got->high));
    r->total = net->kernel->sumsq(s->gradient, net->curved_parameters);
    while (r->count < got->top && r->value[r->count] > r->near) r->count++;
    if (r->count < got->top && r->value[r->count] < -r->near) r->count = got->top; /* there is none of 0 */
    spectrum_share(s, r);
}

static tepui_status ends(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    part_spectrum *p = &s->part[TEPUI_HESSIAN];
    const size_t n = net->curved_parameters;
    const int aligned = (net->needs & TEPUI_NEEDS_ALIGNMENT) != 0;
    ranked_part r = {.unseen = spectrum_unseen(net), .whole = 1};
    const lanczos_task task = {vectors(n), MOST_PRODUCTS, aligned ? TEPUI_ALIGNED : 1, TOLERANCE, s->gradient,
                               r.square,   r.value};
    matrix_extremes got;
    int64_t e;
    if (aligned) tepui_network_loss_gradient(net, s->gradient, &e);
    start(net, 0);
    const tepui_status st = matrix_lanczos(multiply, net, n, &task, &got, s->iterative_work);
    p->low = got.low;
    p->high = got.high;
    p->ln_unit = (double)s->exponent * SCALED_LN2;
    if (st == TEPUI_OK && !(got.bound <= ACCEPTED * fmax(fabs(got.low), fabs(got.high)))) return TEPUI_FAILED;
    if (st == TEPUI_OK && aligned) share(net, &r, &got);
    return st;
}

/* Atoms of weight w become w N equal values, by systematic sampling with one uniform number: any histogram of them has
   the expectation that the weights ask for. */
static void resample(tepui_network *net, const double *value, const double *weight, size_t count)
{
    spectrum_state *s = net->spectrum;
    double u, sum = 0;
    size_t k = 0;
    tepui_stream_at(&net->stream, TEPUI_FOR_LANCZOS, 2);
    tepui_draw_uniform(&net->stream, &u, 1);
    for (size_t i = 0; i < TEPUI_DENSITY_VALUES; i++) {
        while (k + 1 < count && sum + weight[k] < ((double)i + u) / TEPUI_DENSITY_VALUES) sum += weight[k++];
        s->density[i] = value[k];
    }
}

/* The density of all eigenvalues, in the coordinates of the spectrum. */
static tepui_status density_of_all(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    const part_spectrum *p = &s->part[TEPUI_HESSIAN];
    double *weight = s->quadrature;
    for (size_t k = 0; k < s->count; k++) weight[k] = 1 / (double)s->count;
    s->density_ln_unit = p->ln_unit;
    if (isnan(p->low)) return TEPUI_FAILED;
    resample(net, p->value, weight, s->count);
    return TEPUI_OK;
}

static tepui_status density(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    double *value = s->quadrature, *weight = value + QUADRATURE_STEPS;
    size_t count;
    if (spectrum_has_all(net)) return density_of_all(net);
    start(net, 1);
    const tepui_status st = matrix_quadrature(multiply, net, net->curved_parameters, QUADRATURE_STEPS, value, weight,
                                              &count, s->iterative_work);
    s->density_ln_unit = (double)s->exponent * SCALED_LN2;
    if (st != TEPUI_OK) return st;
    spectrum_flush(value, count, (double)net->curved_parameters * 0x1p-52);
    resample(net, value, weight, count);
    return st;
}

tepui_status spectrum_iterative(tepui_network *net)
{
    tepui_status st = TEPUI_OK;
    spectrum_state *s = net->spectrum;
    if (has_ends(net)) st = ends(net);
    if (st == TEPUI_FAILED) {
        s->part[TEPUI_HESSIAN].low = s->part[TEPUI_HESSIAN].high = NAN;
        for (size_t k = 0; k < TEPUI_ALIGNED; k++) s->share[k] = NAN;
        st = TEPUI_OK;
    }
    if (st == TEPUI_OK && net->needs & TEPUI_NEEDS_DENSITY) st = density(net);
    if (st != TEPUI_FAILED) return st;
    for (size_t k = 0; k < TEPUI_DENSITY_VALUES; k++) s->density[k] = NAN;
    return TEPUI_OK;
}
