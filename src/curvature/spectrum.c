/* spectrum.c -- eigenvalues of the Hessian of a sample and of its parts G and R: all of them from the matrix
   (assembly.c), those of chains from their secular equation (spectrum_chain.c), the ends of large nets by Lanczos
   (spectrum_iterative.c); and which share of the gradient lies in the eigenspace of the largest. */
#include "composed.h"
#include <base/elementary.h>
#include <matrix/matrix.h>
#include <string.h>

/* Space for the eigenvalues of the parts that are asked for. */
static void lay_out_values(tepui_network *net, spectrum_state *s, size_t n, int whole, network_arena *a)
{
    const int parts = (net->needs & TEPUI_NEEDS_PARTS) != 0;
    s->part[TEPUI_HESSIAN].value = whole ? network_take(a, n, sizeof(double)) : NULL;
    for (int part = TEPUI_GAUSS_NEWTON; part <= TEPUI_RESIDUAL; part++)
        s->part[part].value = parts ? network_take(a, n, sizeof(double)) : NULL;
}

static void lay_out(tepui_network *net, network_arena *a)
{
    spectrum_state s = {0};
    if (spectrum_is_secular(net)) {
        const unsigned all = TEPUI_NEEDS_SPECTRUM | TEPUI_NEEDS_PARTS | TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_SIGNS;
        lay_out_values(net, &s, net->layers, (net->needs & all) != 0, a);
        s.u = network_take(a, net->layers, sizeof(double));
        s.secular = network_take(a, 2 * net->layers, sizeof(double));
    }
    if (net->curved && spectrum_is_dense(net)) {
        const size_t n = assembly_size(net), eigen = matrix_eigen_work(n), top = matrix_top_work(n);
        const int aligned = (net->needs & TEPUI_NEEDS_ALIGNMENT) != 0;
        if (!spectrum_is_secular(net)) lay_out_values(net, &s, n, 1, a);
        s.matrix = network_take(a, n * n, sizeof(double));
        s.work = network_take(a, eigen > top ? eigen : top, sizeof(double));
        s.vector = network_take(a, aligned ? RANKED * n : 0, sizeof(double));
        s.gradient = network_take(a, aligned ? n : 0, sizeof(double));
    }
    if (spectrum_is_factored(net)) {
        const size_t n = assembly_size(net);
        s.matrix = network_take(a, n * n, sizeof(double));
        s.work = network_take(a, matrix_inertia_work(n), sizeof(double));
    }
    s.density = network_take(a, net->needs & TEPUI_NEEDS_DENSITY ? TEPUI_DENSITY_VALUES : 0, sizeof(double));
    if (net->curved) spectrum_iterative_lay_out(net, &s, a);
    net->spectrum = network_keep(a, &s, sizeof s);
}

static tepui_status whole(tepui_network *net, tepui_part part)
{
    spectrum_state *s = net->spectrum;
    part_spectrum *p = &s->part[part];
    const matrix_solver solver = net->cell->gsl_eigensolver ? MATRIX_GSL : MATRIX_LAPACK;
    int64_t e;
    tepui_status st = assembly_make(net, part, s->matrix, &e);
    if (st == TEPUI_OK) st = matrix_eigen_shared(net->team, solver, s->matrix, s->count, p->value, s->work);
    if (st == TEPUI_OK) spectrum_flush(p->value, s->count, s->count);
    for (size_t k = 0; st == TEPUI_FAILED && k < s->count; k++) p->value[k] = NAN;
    p->low = p->value[0];
    p->high = p->value[s->count - 1];
    p->ln_unit = (double)e * SCALED_LN2;
    return st;
}

/* Of the lower triangle of a symmetric matrix: nothing is larger than this, and rounding is in proportion to it. */
static double frobenius(const double *a, size_t n)
{
    double square = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) square += (i == j ? 1 : 2) * a[i * n + j] * a[i * n + j];
    return sqrt(square);
}

static tepui_status alignment(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    const size_t n = s->count, top = n < RANKED ? n : RANKED;
    const matrix_solver solver = net->cell->gsl_eigensolver ? MATRIX_GSL : MATRIX_LAPACK;
    ranked_part r = {.count = top, .unseen = spectrum_unseen(net), .whole = top == n};
    int64_t e;
    tepui_status st = assembly_make(net, TEPUI_HESSIAN, s->matrix, &e);
    if (st == TEPUI_OK) r.near = (double)(n + ROUNDINGS) * 0x1p-52 * frobenius(s->matrix, n);
    if (st == TEPUI_OK) st = matrix_top(solver, s->matrix, n, top, r.value, s->vector, s->work);
    for (size_t k = 0; st == TEPUI_FAILED && k < TEPUI_ALIGNED; k++) s->share[k] = NAN;
    if (st != TEPUI_OK) return st;
    assembly_gradient(net, s->gradient);
    for (size_t k = 0; k < top; k++) {
        const double x = net->kernel->dot(s->vector + k * n, s->gradient, n);
        r.square[k] = x * x;
    }
    r.total = net->kernel->sumsq(s->gradient, n);
    spectrum_share(s, &r);
    return TEPUI_OK;
}

/* Leaves out `extra` of n ascending numbers, those nearest to 0. */
static void leave_out(double *value, size_t n, size_t extra)
{
    size_t at = 0;
    while (at + extra < n && fabs(value[at]) > fabs(value[at + extra])) at++;
    memmove(value + at, value + at + extra, (n - at - extra) * sizeof *value);
}

/* Networks whose trajectories are followed have all parameters as coordinates, those that no point sees as well: as
   many certain zeros more than the cell's spectrum has. */
static void leave_out_unseen(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    const size_t count = spectrum_coordinates(net);
    for (int part = TEPUI_HESSIAN; count < s->count && part <= TEPUI_RESIDUAL; part++)
        if (s->part[part].value) leave_out(s->part[part].value, s->count, s->count - count);
    if (count < s->count) s->count = count;
}

/* A solver that fails leaves NaN, which is counted; the run goes on. */
static tepui_status run(tepui_network *net)
{
    spectrum_state *s = net->spectrum;
    const unsigned spectra =
        TEPUI_NEEDS_SPECTRUM | TEPUI_NEEDS_PARTS | TEPUI_NEEDS_EXTREMES | TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_SIGNS;
    const unsigned values = spectrum_is_secular(net) ? 0 : spectra;
    const int dense = spectrum_is_dense(net), last = net->needs & TEPUI_NEEDS_PARTS ? TEPUI_RESIDUAL : TEPUI_HESSIAN;
    tepui_status st = TEPUI_OK;
    s->count = assembly_size(net);
    s->products = 0;
    for (int part = TEPUI_HESSIAN; dense && net->needs & values && part <= last; part++) {
        st = whole(net, part);
        if (st != TEPUI_OK && st != TEPUI_FAILED) return st;
    }
    if (dense && net->needs & TEPUI_NEEDS_ALIGNMENT) st = alignment(net);
    if (st != TEPUI_OK && st != TEPUI_FAILED) return st;
    if (dense) leave_out_unseen(net);
    if (!spectrum_is_secular(net) && spectrum_has_all(net)) spectrum_density_of_all(net);
    return spectrum_iterative(net);
}

/* --- what a network costs, in operations; engines */

#define ENDS (TEPUI_NEEDS_EXTREMES | TEPUI_NEEDS_ALIGNMENT | TEPUI_NEEDS_SIGNS)
#define FACTOR 0.16 /* of rows^3: a factorisation, in the measure of the dense solver */

static double composed_cost(const tepui_network *net, double products)
{
    const double rows = (double)assembly_size(net), column = spectrum_column_cost(net);
    const int dense = spectrum_is_dense(net), matrices = net->needs & TEPUI_NEEDS_PARTS ? 3 : 1;
    double operations = 0;
    if (dense) operations += matrices * rows * (column + 1.25 * rows * rows);
    if (spectrum_is_factored(net)) operations += 2 * rows * (column + FACTOR * rows * rows);
    if (spectrum_has_quadrature(net)) operations += spectrum_quadrature_cost(net, spectrum_product_cost(net));
    if (net->needs & ENDS && !dense)
        operations += products * (spectrum_product_cost(net) + 4 * (double)net->curved_parameters * products);
    return operations;
}

/* The dense solver for H, or for H, G and R; Lanczos. */
static double cost(const tepui_network *net, double products)
{
    const double P = (double)net->curved_parameters, n = (double)net->points, rows = (double)assembly_size(net);
    const int dense = spectrum_is_dense(net), matrices = net->needs & TEPUI_NEEDS_PARTS ? 3 : 1;
    double operations = 0;
    if (!net->by_units) return composed_cost(net, products);
    if (dense) operations += matrices * 1.25 * rows * rows * (rows + n);
    if (spectrum_is_factored(net)) operations += 2 * rows * rows * (FACTOR * rows + 1.25 * n);
    if (spectrum_has_quadrature(net)) operations += spectrum_quadrature_cost(net, 10 * P * n);
    if (net->needs & ENDS && !dense && !spectrum_is_secular(net)) operations += 2.5 * products * P * (4 * n + products);
    return operations;
}

const network_engine engine_values = {
    .name = "eigenvalues",
    .lay_out = lay_out,
};

static const network_engine *const before[] = {&engine_curvature,         &engine_backward, &engine_assembly,
                                               &engine_composed_assembly, &engine_values,   NULL};

const network_engine engine_spectrum = {
    .name = "spectrum",
    .gives = TEPUI_NEEDS_EXTREMES | TEPUI_NEEDS_SPECTRUM | TEPUI_NEEDS_PARTS | TEPUI_NEEDS_ALIGNMENT |
             TEPUI_NEEDS_DENSITY | TEPUI_NEEDS_SIGNS,
    .before = before,
    .run = run,
    .read = spectrum_read,
    .cost = cost,
};
