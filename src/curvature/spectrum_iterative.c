/* spectrum_iterative.c -- what products with the Hessian alone tell of its spectrum: the two ends and the gradient's
   part in the largest by Lanczos, the density of all by stochastic Lanczos quadrature (Ubaru, Chen and Saad 2017;
   Ghorbani, Krishnan and Xiao 2019) with a node at 0, one random start vector per sample, in the coordinates of the
   spectrum (seen.c). */
#include "blocks.h"
#include <matrix/matrix.h>
#include <string.h>

#define TOLERANCE 1e-10 /* of extreme eigenvalues, relative to the larger */
#define ACCEPTED 1e-6   /* the same when the products are used up: worse is a failure */
#define MOST_PRODUCTS 2000u
#define MOST_VECTORS 400u
#define MOST_BASIS ((size_t)1 << 26) /* entries of the Lanczos basis: 512 MB */
#define LEAST_STEPS 100u             /* of the quadrature, and more while orthogonalising n numbers steps^2 times */
#define MOST_STEPS 400u
#define STEPS_WORK 4e7 /* costs no more than this */

static size_t vectors(size_t n)
{
    const size_t room = MOST_BASIS / n, most = room < MOST_VECTORS ? room : MOST_VECTORS;
    return most < 40 ? 40 : most;
}

static int has_ends(const tepui_network *net)
{
    const unsigned ends =
        TEPUI_NEEDS_ALIGNMENT | (spectrum_is_secular(net) ? 0 : TEPUI_NEEDS_EXTREMES | TEPUI_NEEDS_SIGNS);
    return net->needs & ends && !spectrum_is_dense(net);
}

static size_t quadrature_steps(size_t n)
{
    const double steps = sqrt(STEPS_WORK / (double)n);
    return steps < LEAST_STEPS ? LEAST_STEPS : steps > MOST_STEPS ? MOST_STEPS : (size_t)steps;
}

static size_t quadrature_work(const tepui_network *net)
{
    const size_t n = seen_size(net);
    return matrix_lanczos_work(n, quadrature_steps(n) + 1);
}

/* Of the products, their coordinates and the basis, in the measure of the other costs. */
double spectrum_quadrature_cost(const tepui_network *net, double product)
{
    const double n = (double)seen_size(net), steps = (double)quadrature_steps(seen_size(net));
    const double P = (double)net->curved_parameters, frames = n < P ? 8 * P * (double)net->points : 0;
    return steps * (product + frames + 4 * n * steps);
}

void spectrum_iterative_lay_out(tepui_network *net, spectrum_state *s, network_arena *a)
{
    const size_t n = net->curved_parameters, ends = has_ends(net) ? matrix_lanczos_work(n, vectors(n)) : 0;
    const int quadrature = spectrum_has_quadrature(net);
    const size_t steps = quadrature ? quadrature_work(net) : 0;
    s->iterative_work = network_take(a, ends > steps ? ends : steps, sizeof(double));
    s->quadrature = network_take(a, quadrature ? 2 * (MOST_STEPS + 2) : 0, sizeof(double));
    if (quadrature) seen_lay_out(net, s, a);
    if (has_ends(net) && net->needs & TEPUI_NEEDS_ALIGNMENT) s->gradient = network_take(a, n, sizeof(double));
}

/* Products of one iteration have one scale; the first tells it. */
static void rescale(tepui_network *net, double *y, size_t n, int64_t e)
{
    spectrum_state *s = net->spectrum;
    if (s->exponent == ROWS_ZERO) s->exponent = e;
    if (e != s->exponent) net->kernel->scale(y, scaled_shift(1.0, e - s->exponent), n);
}

static tepui_status multiply(void *operand, const double *x, double *y)
{
    tepui_network *net = operand;
    int64_t e;
    const tepui_status st = tepui_network_hessian_product(net, TEPUI_HESSIAN, x, y, &e);
    rescale(net, y, net->curved_parameters, e);
    return st;
}

static tepui_status multiply_seen(void *operand, const double *x, double *y)
{
    tepui_network *net = operand;
    int64_t e;
    const tepui_status st = seen_product(net, x, y, &e);
    rescale(net, y, seen_size(net), e);
    return st;
}

static void constrain_seen(void *operand, double *x)
{
    seen_constrain(operand, x);
}

/* Random numbers to start with; `which` tells the uses of one sample apart. */
static void start(tepui_network *net, uint32_t which, size_t n)
{
    spectrum_state *s = net->spectrum;
    tepui_stream_at(&net->stream, TEPUI_FOR_LANCZOS, which);
    tepui_draw_normal(&net->stream, s->iterative_work, n);
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
    const lanczos_task task = {vectors(n), MOST_PRODUCTS, aligned ? TEPUI_ALIGNED : 1, TOLERANCE, s->gradient, r.square,
                               r.value,    NULL};
    matrix_extremes got;
    int64_t e;
    if (aligned) tepui_network_loss_gradient(net, s->gradient, &e);
    start(net, 0, n);
    const tepui_status st = matrix_lanczos(multiply, net, n, &task, &got, s->iterative_work);
    s->products = got.products;
    double end[2] = {got.low, got.high};
    spectrum_flush(end, 2, n);
    p->low = end[0];
    p->high = end[1];
    p->ln_unit = (double)s->exponent * SCALED_LN2;
    if (st == TEPUI_OK && !(got.bound <= ACCEPTED * fmax(fabs(got.low), fabs(got.high)))) return TEPUI_FAILED;
    if (st == TEPUI_OK && aligned) share(net, &r, &got);
    return st;
}

/* Values and weights of the part of the coordinates that is left, and an atom of 0 for the others. */
static size_t add_zeros(double *value, double *weight, size_t count, double left)
{
    size_t k = 0;
    for (size_t i = 0; i < count; i++) weight[i] *= left;
    while (k < count && value[k] < 0) k++;
    if (k == count || value[k] > 0) {
        memmove(value + k + 1, value + k, (count - k) * sizeof *value);
        memmove(weight + k + 1, weight + k, (count - k) * sizeof *weight);
        value[k] = weight[k] = 0;
        count++;
    }
    weight[k] += 1 - left;
    return count;
}

/* Over the coordinates of the spectrum; its zeros count as a part that is known and one that is estimated. */
static tepui_status density(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    const size_t n = seen_size(net), all = spectrum_coordinates(net);
    double *value = s->quadrature, *weight = value + MOST_STEPS + 2;
    matrix_operator H = {multiply_seen, constrain_seen, net, n, 0};
    size_t count = 0;
    start(net, 1, n);
    tepui_status st = seen_start(net, s->iterative_work, &H.dimension);
    if (st == TEPUI_OK && H.dimension > 0)
        st = matrix_quadrature(&H, quadrature_steps(n), value, weight, &count, s->iterative_work);
    s->density_ln_unit = count > 0 ? (double)s->exponent * SCALED_LN2 : 0;
    if (st != TEPUI_OK) return st;
    if (count > 0) spectrum_flush(value, count, all);
    count = add_zeros(value, weight, count, (double)H.dimension / (double)all);
    spectrum_resample(net, value, weight, count);
    return st;
}

tepui_status spectrum_iterative(tepui_network *net)
{
    tepui_status st = TEPUI_OK;
    spectrum_state *s = net->spectrum;
    if (has_ends(net)) st = ends(net);
    if (st == TEPUI_OK && spectrum_is_factored(net)) st = spectrum_factor(net);
    if (st == TEPUI_FAILED) {
        s->part[TEPUI_HESSIAN].low = s->part[TEPUI_HESSIAN].high = NAN;
        for (size_t k = 0; k < TEPUI_ALIGNED; k++) s->share[k] = NAN;
        st = TEPUI_OK;
    }
    if (st == TEPUI_OK && spectrum_has_quadrature(net)) st = density(net);
    if (st != TEPUI_FAILED) return st;
    for (size_t k = 0; spectrum_has_quadrature(net) && k < TEPUI_DENSITY_VALUES; k++) s->density[k] = NAN;
    return TEPUI_OK;
}
