/* jacobian.c -- singular values of J = d f / d x at point 0 and Lyapunov exponents, by step-wise QR.

   J = A_K ... A_1, A_k = D_k W_k. Q_0 = 1; A_k Q_{k-1} = Q_k R_k by Gram-Schmidt, twice, over all columns; a column
   that depends on those before it (a dead unit, a narrow layer) gives no direction. The product T_k = R_k T_{k-1} is
   kept by rows, each with an exponent: the rows are graded like the singular values, and sums of rows of one size or
   smaller lose nothing, so the product is never formed in one scale. The singular values of T_K, which are those of J,
   come from one-sided Jacobi rotations of the rows, which keep the relative accuracy of small ones (Demmel and Veselic
   1992). The sums of ln R_ii over the layers, over L, are the Lyapunov exponents (Benettin et al. 1980). */
#include "blocks.h"
#include <stdlib.h>
#include <string.h>

#define DEPENDENT 0x1p-42 /* of a column's length: what is left of it is rounding */
#define SWEEPS 40

void jacobian_lay_out(tepui_network *net, network_arena *a)
{
    const size_t in = net->cell->inputs, d = net->widest;
    jacobian_state *s = network_take(a, 1, sizeof *s), unused;
    size_t rank = in;
    if (!s) s = &unused;
    for (size_t k = 1; k <= net->layers; k++) {
        const size_t w = k <= net->depth ? net->cell->width[k] : net->cell->outputs;
        rank = w < rank ? w : rank;
    }
    s->most = rank;
    s->M = network_take(a, in * d, sizeof(double));
    s->Q = network_take(a, in * d, sizeof(double));
    s->R = network_take(a, in * d, sizeof(double));
    s->T = network_take(a, in * d, sizeof(double));
    s->spare = network_take(a, in * d, sizeof(double));
    s->T_exponent = network_take(a, d + in, sizeof(int64_t));
    s->spare_exponent = network_take(a, d + in, sizeof(int64_t));
    s->pivot = network_take(a, d + in, sizeof *s->pivot);
    s->sum = network_take(a, d + in, sizeof(double));
    s->ln_singular = network_take(a, d + in, sizeof(double));
    if (s != &unused) net->jacobian = s;
}

/* Columns of A_k Q_{k-1}, each `rows` long; Q_0 = 1. */
static void multiply(tepui_network *net, size_t k, size_t columns)
{
    jacobian_state *s = net->jacobian;
    const weight_site *site = &net->site[k];
    const double *w = curvature_weights(net, k);
    if (k == 1)
        for (size_t j = 0; j < columns; j++)
            for (size_t i = 0; i < site->rows; i++) s->M[j * site->rows + i] = site->sigma * w[i * site->cols + j];
    else
        curvature_times(net, site->sigma, w, site->rows, site->cols, s->Q, columns, s->M);
    if (k > net->depth) return;
    const double *slope = net->slope + net->slope_at[k];
    for (size_t j = 0; j < columns; j++)
        for (size_t i = 0; i < site->rows; i++) s->M[j * site->rows + i] *= slope[i];
}

/* Q from the columns of M; returns how many. The diagonal of R goes to s->diagonal by way of sum. */
static size_t orthonormalise(tepui_network *net, size_t rows, size_t columns, double *diagonal)
{
    jacobian_state *s = net->jacobian;
    const tepui_kernels *kernel = net->kernel;
    size_t rank = 0;
    for (size_t j = 0; j < columns && rank < rows; j++) {
        double *q = s->Q + rank * rows;
        memcpy(q, s->M + j * rows, rows * sizeof *q);
        const double length = sqrt(kernel->sumsq(q, rows));
        for (size_t i = 0; i < 2 * rank; i++) {
            const double *b = s->Q + i % rank * rows, x = kernel->dot(q, b, rows);
            for (size_t m = 0; m < rows; m++) q[m] -= x * b[m];
        }
        const double rest = sqrt(kernel->sumsq(q, rows));
        if (!(rest > DEPENDENT * length)) continue;
        kernel->scale(q, 1 / rest, rows);
        s->pivot[rank] = j;
        diagonal[rank++] = rest;
    }
    return rank;
}

/* T = R T, row by row; R = Q^T M. */
static void extend_product(tepui_network *net, size_t k, size_t rows, size_t columns, size_t rank)
{
    jacobian_state *s = net->jacobian;
    const size_t in = net->cell->inputs;
    for (size_t i = 0; i < rank; i++) {
        double *row = s->spare + i * in;
        int64_t *e = &s->spare_exponent[i];
        memset(row, 0, in * sizeof *row);
        *e = k == 1 ? 0 : CURVATURE_ZERO;
        for (size_t j = s->pivot[i]; j < columns; j++) { /* what is left of it is rounding */
            const double r = net->kernel->dot(s->Q + i * rows, s->M + j * rows, rows);
            if (k == 1) {
                row[j] = r;
            } else {
                for (size_t m = 0; m < in; m++) s->R[m] = r * s->T[j * in + m];
                curvature_add(row, e, s->R, s->T_exponent[j], in);
            }
        }
        curvature_settle(net, row, in, e);
    }
    double *swap = s->T;
    int64_t *swap_exponent = s->T_exponent;
    s->T = s->spare;
    s->T_exponent = s->spare_exponent;
    s->spare = swap;
    s->spare_exponent = swap_exponent;
}

/* One rotation of rows i and j; whether they were orthogonal. The tangent is kept over 2^shift, shift = e_j - e_i <= 0,
   so that rows of any two sizes meet. */
static int rotate(tepui_network *net, size_t i, size_t j)
{
    jacobian_state *s = net->jacobian;
    const tepui_kernels *kernel = net->kernel;
    const size_t in = net->cell->inputs;
    if (s->T_exponent[i] < s->T_exponent[j]) return rotate(net, j, i);
    double *x = s->T + i * in, *y = s->T + j * in;
    const double a = kernel->sumsq(x, in), b = kernel->sumsq(y, in), c = kernel->dot(x, y, in);
    if (fabs(c) <= (double)in * 0x1p-53 * sqrt(a) * sqrt(b)) return 1;
    const double shift = scaled_shift(1.0, s->T_exponent[j] - s->T_exponent[i]);
    const double half = 0.5 * (a - shift * shift * b); /* tan of the angle is shift * t */
    const double t = copysign(1.0, half) * c / (fabs(half) + sqrt(half * half + shift * shift * c * c));
    const double cosine = 1 / sqrt(1 + shift * shift * t * t), sine = cosine * t;
    for (size_t m = 0; m < in; m++) {
        const double u = x[m], v = y[m];
        x[m] = cosine * u + sine * shift * shift * v;
        y[m] = cosine * v - sine * u;
    }
    curvature_settle(net, x, in, &s->T_exponent[i]);
    curvature_settle(net, y, in, &s->T_exponent[j]);
    return 0;
}

static int descending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static void singular_values(tepui_network *net, size_t rank)
{
    jacobian_state *s = net->jacobian;
    const size_t in = net->cell->inputs;
    for (int sweep = 0, done = 0; sweep < SWEEPS && !done; sweep++) {
        done = 1;
        for (size_t i = 0; i < rank; i++)
            for (size_t j = i + 1; j < rank; j++) done &= rotate(net, i, j);
    }
    for (size_t i = 0; i < s->most; i++) {
        const double square = i < rank ? net->kernel->sumsq(s->T + i * in, in) : 0;
        s->ln_singular[i] = square > 0 ? 0.5 * log(square) + (double)s->T_exponent[i] * SCALED_LN2 : -INFINITY;
    }
    qsort(s->ln_singular, s->most, sizeof *s->ln_singular, descending);
}

tepui_status jacobian_sample(tepui_network *net)
{
    jacobian_state *s = net->jacobian;
    size_t columns = net->cell->inputs;
    for (size_t i = 0; i < s->most; i++) s->sum[i] = 0;
    for (size_t k = 1; k <= net->layers; k++) {
        const size_t rows = net->site[k].rows;
        double *diagonal = s->ln_singular; /* free until the end */
        if (net->stop && *net->stop) return TEPUI_INTERRUPTED;
        multiply(net, k, columns);
        const size_t rank = orthonormalise(net, rows, columns, diagonal);
        extend_product(net, k, rows, columns, rank);
        for (size_t i = 0; i < s->most; i++) s->sum[i] += i < rank ? log(diagonal[i]) : -INFINITY;
        columns = rank;
    }
    singular_values(net, columns);
    return TEPUI_OK;
}

size_t tepui_jacobian_rank(const tepui_cell *c)
{
    size_t rank = c->inputs < c->outputs ? c->inputs : c->outputs;
    for (size_t l = 1; l <= c->depth; l++) rank = c->width[l] < rank ? c->width[l] : rank;
    return rank;
}

double tepui_network_ln_singular(const tepui_network *net, size_t i)
{
    return net->jacobian->ln_singular[i - 1];
}

double tepui_network_lyapunov(const tepui_network *net, size_t i)
{
    return net->jacobian->sum[i - 1] / (double)net->layers;
}

double tepui_network_ln_condition(const tepui_network *net)
{
    const jacobian_state *s = net->jacobian;
    size_t rank = s->most;
    while (rank > 0 && s->ln_singular[rank - 1] == -INFINITY) rank--;
    return rank ? s->ln_singular[0] - s->ln_singular[rank - 1] : 0;
}

double tepui_network_effective_rank(const tepui_network *net)
{
    const jacobian_state *s = net->jacobian;
    double sum = 0, entropy = 0;
    if (s->ln_singular[0] == -INFINITY) return 0;
    for (size_t i = 0; i < s->most; i++) sum += exp(s->ln_singular[i] - s->ln_singular[0]);
    for (size_t i = 0; i < s->most; i++) {
        const double p = exp(s->ln_singular[i] - s->ln_singular[0]) / sum;
        entropy -= p > 0 ? p * log(p) : 0;
    }
    return exp(entropy);
}

double tepui_network_ln_jacobian_moment(const tepui_network *net, size_t n)
{
    const jacobian_state *s = net->jacobian;
    double sum = 0;
    if (s->ln_singular[0] == -INFINITY) return -INFINITY;
    for (size_t i = 0; i < s->most; i++) sum += exp(2 * (double)n * (s->ln_singular[i] - s->ln_singular[0]));
    return log(sum / (double)net->cell->inputs) + 2 * (double)n * s->ln_singular[0];
}
