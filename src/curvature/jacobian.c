/* jacobian.c -- singular values of J = d f / d x at point 0 and Lyapunov exponents, by step-wise QR.

   J = A_K ... A_1, A_k = D_k W_k. Q_0 = 1; A_k Q_{k-1} = Q_k R_k over the live units; a column that depends on those
   before it (fewer live units, a narrow layer) gives no direction. The product T_k = R_k T_{k-1} is kept by rows, each
   with an exponent: the rows are graded like the singular values, and sums of rows of one size or smaller lose nothing,
   so the product is never formed in one scale. Where there are more inputs than directions T_1 = L Q' is replaced by L.
   The singular values of T_K, which are those of J, come from one-sided Jacobi rotations of the rows, which keep the
   relative accuracy of small ones (Demmel and Veselic 1992). The sums of ln R_ii over the layers, over L, are the
   Lyapunov exponents (Benettin et al. 1980); their covariance over the layers is kept as it comes (Welford 1962).

   Of a composed net A_k is the Jacobian of unit k, whose columns are tangents of its layers. Where points mix
   (batch_norm), J has the outputs of all points as its rows. */
#include "jacobian.h"
#include <base/elementary.h>
#include <base/flag.h>
#include <base/larger.h>
#include <matrix/matrix.h>
#include <network/composed.h>
#include <network/tiled.h>
#include <stdlib.h>
#include <string.h>

#define SWEEPS 40
#define ORTHOGONAL(n) (((double)(n) + 4) * 0x1p-53) /* cosine of rows of length n, to rounding */

typedef struct {
    size_t most, rank; /* rank at best; of the last sample */
    size_t span;       /* length of the rows of T: inputs, or the rank after the first matrix */
    double *M, *Q, *R; /* columns of M = A_k Q and of Q; R by rows */
    double *T, *spare; /* rows */
    int64_t *T_exponent, *spare_exponent;
    size_t *pivot;                    /* column of M that gave a direction */
    double *square;                   /* of the rows of T */
    double *work, *sum, *ln_singular; /* sum: of ln R_ii; singular values descending */
    double *mean,
        *product; /* ln R_ii and products of their deviations over the matrices: lower triangle, most x most */
} jacobian_state;

static jacobian_state *state_of(const tepui_network *net)
{
    return engine_state(net, &engine_jacobian);
}

/* Length of what layer l of the chain puts out; where points mix, of all points. */
static size_t length(const tepui_cell *c, size_t l)
{
    const size_t points = l > 0 ? composed_tangent_points(c) : 1;
    return points * (l <= c->depth ? tepui_unit_size(c, l) : c->outputs);
}

static void lay_out(tepui_network *net, network_arena *a)
{
    const tepui_cell *c = net->cell;
    const size_t in = c->inputs, first = length(c, 1), most = tepui_jacobian_rank(c);
    jacobian_state s = {0};
    size_t widest = 1;
    for (size_t l = 1; l <= c->depth + 1; l++) widest = larger(widest, length(c, l));
    const size_t columns = in < first ? in : first; /* after the first matrix, at most */
    const size_t room = larger(first * in, widest * columns), side = larger(widest, in);
    s.most = most;
    s.M = network_take(a, room, sizeof(double));
    s.Q = network_take(a, room, sizeof(double));
    s.R = network_take(a, room, sizeof(double));
    s.T = network_take(a, room, sizeof(double));
    s.spare = network_take(a, room, sizeof(double));
    s.T_exponent = network_take(a, side, sizeof(int64_t));
    s.spare_exponent = network_take(a, side, sizeof(int64_t));
    s.pivot = network_take(a, side, sizeof *s.pivot);
    s.work = network_take(a, matrix_qr_work(in), sizeof(double));
    s.square = network_take(a, side, sizeof(double));
    s.sum = network_take(a, most, sizeof(double));
    s.ln_singular = network_take(a, most, sizeof(double));
    s.mean = network_take(a, most, sizeof(double));
    s.product = network_take(a, most * most, sizeof(double));
    engine_set_state(net, &engine_jacobian, network_keep(a, &s, sizeof s));
}

/* M's rows of the tile: sigma W Q for the columns Q, which lie one after another, as M's do. */
static void multiply_tile(const tepui_kernels *kernel, const weight_site *site, const weight_rows *r, const double *Q,
                          size_t columns, double *M)
{
    for (size_t j = 0; j < columns; j++) memset(M + j * site->rows + r->row, 0, r->rows * sizeof *M);
    kernel->gemm(site->sigma, Q, site->cols, 1, r->tile, 1, site->cols, columns, site->cols, r->rows, M + r->row,
                 site->rows);
}

/* Columns of W_k Q_{k-1}, Q_0 = 1, each `rows` long, a tile of rows at a time. */
static tepui_status multiply(tepui_network *net, size_t k, size_t columns)
{
    jacobian_state *s = state_of(net);
    const weight_site *site = &net->site[k];
    weight_rows r;
    tepui_status st = weights_first(net, k, &r);
    while (st == TEPUI_OK && r.rows > 0) {
        if (k == 1)
            for (size_t j = 0; j < columns; j++)
                for (size_t i = 0; i < r.rows; i++)
                    s->M[j * site->rows + r.row + i] = site->sigma * r.tile[i * site->cols + j];
        else
            multiply_tile(net->kernel, site, &r, s->Q, columns, s->M);
        st = weights_next(net, k, &r);
    }
    return st;
}

/* The same of unit k of a composed net: its tangents of every column, brought to one exponent, which it returns. */
static int64_t multiply_composed(tepui_network *net, size_t k, size_t columns)
{
    jacobian_state *s = state_of(net);
    composed_state *c = net->composed;
    const size_t from = c->m->last[k - 1], to = c->m->last[k], points = composed_tangent_points(net->cell);
    const layer_node *before = &c->node[from], *after = &c->node[to];
    const size_t in = k > 1 ? length(net->cell, k - 1) : points * net->cell->inputs, rows = length(net->cell, k),
                 d = rows / points;
    int64_t *e = s->spare_exponent, top = ROWS_ZERO;
    c->work.points = points;
    c->work.slopes_known = 0; /* no zero's sign depends on products before */
    for (size_t j = 0; j < columns; j++) {
        double *column = s->M + j * rows;
        memset(before->dy.m, 0, in * sizeof *before->dy.m);
        memset(before->dy.e, 0, points * sizeof *before->dy.e);
        if (k == 1)
            before->dy.m[j] = 1;
        else
            memcpy(before->dy.m, s->Q + j * in, in * sizeof *s->Q);
        composed_tangent(net, from + 1, to, NULL);
        memcpy(column, after->dy.m, rows * sizeof *column);
        e[j] = layer_top(after, after->dy);
        for (size_t p = 0; p < points; p++)
            net->kernel->scale(column + p * d, scaled_shift(1.0, after->dy.e[p] - e[j]), d);
        top = e[j] > top ? e[j] : top;
    }
    for (size_t j = 0; j < columns; j++) net->kernel->scale(s->M + j * rows, scaled_shift(1.0, e[j] - top), rows);
    return top <= ROWS_ZERO / 2 ? 0 : top;
}

/* phi'(z_k) of point 0, where it is not in a matrix already; NULL: ones. */
static const double *slopes(const tepui_network *net, size_t k)
{
    if (k > net->depth || !net->by_units) return NULL;
    return net->tiled ? tiled_slopes(net, k) : net->composed->node[2 * k].room;
}

/* Slopes applied, rows of dead units left out; returns how many are left. */
static size_t mask(tepui_network *net, size_t k, size_t rows, size_t columns)
{
    double *M = state_of(net)->M;
    const double *slope = slopes(net, k);
    size_t live = 0, to = 0;
    if (!slope) return rows;
    for (size_t i = 0; i < rows; i++) live += slope[i] != 0;
    for (size_t j = 0; j < columns; j++)
        for (size_t i = 0; i < rows; i++)
            if (slope[i] != 0) M[to++] = slope[i] * M[j * rows + i];
    return live;
}

/* Where slopes or sigma are so small or large that squares would leave the range of double: an exact power of two. */
static int64_t centre(tepui_network *net, size_t entries)
{
    double *M = state_of(net)->M;
    const double top = net->kernel->maxabs(M, entries);
    if (!(top > 0) || (top > SCALED_LOW * 0x1p200 && top < SCALED_HIGH * 0x1p-200)) return 0;
    const int e = ilogb(top);
    for (size_t i = 0; i < entries; i++) M[i] = ldexp(M[i], -e);
    return e;
}

/* The rows of Q that mask left out are 0; from the last to the first, in place. */
static void unmask(tepui_network *net, size_t k, size_t rows, size_t live, size_t rank)
{
    double *Q = state_of(net)->Q;
    const double *slope = slopes(net, k);
    size_t from = live * rank;
    if (live == rows) return;
    for (size_t j = rank; j-- > 0;)
        for (size_t i = rows; i-- > 0;) Q[j * rows + i] = slope[i] != 0 ? Q[--from] : 0;
}

/* T = R T, in one product: the factor R_ij of row T_j takes the difference to the largest exponent of its sum. */
static void extend_product(tepui_network *net, size_t columns, size_t rank, int64_t e)
{
    jacobian_state *s = state_of(net);
    for (size_t i = 0; i < rank; i++) {
        double *row = s->R + i * columns;
        int64_t top = ROWS_ZERO;
        for (size_t j = s->pivot[i]; j < columns; j++)
            if (row[j] != 0 && s->T_exponent[j] > top) top = s->T_exponent[j];
        for (size_t j = s->pivot[i]; j < columns; j++) row[j] = scaled_shift(row[j], s->T_exponent[j] - top);
        s->spare_exponent[i] = top + e;
    }
    rows_matrix(net->kernel, 0, 1.0, s->R, rank, columns, s->T, s->span, s->spare);
    for (size_t i = 0; i < rank; i++) rows_settle(net->kernel, s->spare + i * s->span, s->span, &s->spare_exponent[i]);
    double *swap = s->T;
    int64_t *swap_exponent = s->T_exponent;
    s->T = s->spare;
    s->T_exponent = s->spare_exponent;
    s->spare = swap;
    s->spare_exponent = swap_exponent;
}

/* T_1 = R_1, or L: the rows of R_1 are the columns of Q' L^T. */
static void begin_product(tepui_network *net, size_t columns, size_t rank, int64_t e)
{
    jacobian_state *s = state_of(net);
    s->span = columns;
    memcpy(s->T, s->R, rank * columns * sizeof *s->T);
    if (rank < columns && matrix_qr(net->kernel, s->T, columns, rank, s->M, s->R, s->pivot, s->work) == rank) {
        s->span = rank;
        for (size_t i = 0; i < rank; i++)
            for (size_t j = 0; j < rank; j++) s->T[i * rank + j] = s->R[j * rank + i];
    }
    for (size_t i = 0; i < rank; i++) {
        s->T_exponent[i] = e;
        rows_settle(net->kernel, s->T + i * s->span, s->span, &s->T_exponent[i]);
    }
}

/* Sums of ln R_ii and of the products of their deviations, k matrices in all. */
static void collect(jacobian_state *s, size_t k, size_t columns, size_t rank, int64_t e)
{
    double *x = s->ln_singular; /* free until the end */
    for (size_t i = 0; i < s->most; i++) {
        s->sum[i] += x[i] =
            i < rank ? elementary_log(fabs(s->R[i * columns + s->pivot[i]])) + (double)e * SCALED_LN2 : -INFINITY;
        if (i >= rank) continue;
        x[i] -= s->mean[i];
        s->mean[i] += x[i] / (double)k;
        const double weight = x[i] * (double)(k - 1) / (double)k;
        for (size_t j = 0; j <= i; j++) s->product[i * s->most + j] += weight * x[j];
    }
}

static void settle(tepui_network *net, size_t i)
{
    jacobian_state *s = state_of(net);
    s->square[i] = rows_square(net->kernel, s->T + i * s->span, s->span, &s->T_exponent[i]).s;
}

/* One rotation of rows i and j; whether they were orthogonal. The tangent is kept over 2^shift, shift = e_j - e_i <= 0,
   so that rows of any two sizes meet. */
static int rotate(tepui_network *net, size_t i, size_t j)
{
    jacobian_state *s = state_of(net);
    const size_t in = s->span;
    if (s->T_exponent[i] < s->T_exponent[j]) return rotate(net, j, i);
    double *x = s->T + i * in, *y = s->T + j * in;
    const double a = s->square[i], b = s->square[j], c = net->kernel->dot(x, y, in);
    if (fabs(c) <= ORTHOGONAL(in) * sqrt(a) * sqrt(b)) return 1;
    const double shift = scaled_shift(1.0, s->T_exponent[j] - s->T_exponent[i]);
    const double half = 0.5 * (a - shift * shift * b); /* tan of the angle is shift * t */
    const double t = copysign(1.0, half) * c / (fabs(half) + sqrt(half * half + shift * shift * c * c));
    const double cosine = 1 / sqrt(1 + shift * shift * t * t), sine = cosine * t;
    for (size_t m = 0; m < in; m++) {
        const double u = x[m], v = y[m];
        x[m] = cosine * u + sine * shift * shift * v;
        y[m] = cosine * v - sine * u;
    }
    settle(net, i);
    settle(net, j);
    return 0;
}

static int descending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Seven sweeps or so are enough; where 40 were not, the values are NaN, which is counted. */
static void singular_values(tepui_network *net, size_t rank)
{
    jacobian_state *s = state_of(net);
    int done = 0;
    for (size_t i = 0; i < rank; i++) settle(net, i);
    for (int sweep = 0; sweep < SWEEPS && !done; sweep++) {
        done = 1;
        for (size_t i = 0; i < rank; i++)
            for (size_t j = i + 1; j < rank; j++) done &= rotate(net, i, j);
    }
    for (size_t i = 0; i < s->most; i++) {
        const double square = i >= rank ? 0 : done ? s->square[i] : NAN;
        s->ln_singular[i] =
            square == 0 ? -INFINITY : 0.5 * elementary_log(square) + (double)s->T_exponent[i] * SCALED_LN2;
    }
    qsort(s->ln_singular, s->most, sizeof *s->ln_singular, descending);
}

static void clear(jacobian_state *s)
{
    for (size_t i = 0; i < s->most; i++) s->sum[i] = s->mean[i] = 0;
    memset(s->product, 0, s->most * s->most * sizeof *s->product);
}

/* Matrix k; *columns: of Q_{k-1}, then of Q_k. */
static tepui_status step(tepui_network *net, size_t k, size_t *columns)
{
    jacobian_state *s = state_of(net);
    const size_t rows = length(net->cell, k);
    int64_t e = 0;
    tepui_status st = TEPUI_OK;
    if (!net->by_units)
        e = multiply_composed(net, k, *columns);
    else
        st = multiply(net, k, *columns);
    if (st != TEPUI_OK) return st;
    const size_t live = mask(net, k, rows, *columns);
    e += centre(net, live * *columns);
    const size_t rank = matrix_qr(net->kernel, s->M, live, *columns, s->Q, s->R, s->pivot, s->work);
    collect(s, k, *columns, rank, e);
    if (live < rows) unmask(net, k, rows, live, rank);
    if (k == 1)
        begin_product(net, *columns, rank, e);
    else
        extend_product(net, *columns, rank, e);
    *columns = rank;
    return TEPUI_OK;
}

static tepui_status run(tepui_network *net)
{
    jacobian_state *s = state_of(net);
    tepui_status st = TEPUI_OK;
    s->rank = net->cell->inputs;
    clear(s);
    for (size_t k = 1; st == TEPUI_OK && k <= net->layers && s->rank > 0; k++) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        st = step(net, k, &s->rank);
    }
    singular_values(net, s->rank);
    return st;
}

size_t tepui_jacobian_rank(const tepui_cell *c)
{
    const size_t K = c->depth + (c->readout == TEPUI_READOUT_DENSE);
    size_t rank = c->inputs;
    for (size_t l = 1; l <= K; l++) rank = length(c, l) < rank ? length(c, l) : rank;
    return rank;
}

static unsigned kept(const tepui_network *net)
{
    return KEEP_SLOPES | (net->by_units ? KEEP_FEW_WEIGHTS : KEEP_WEIGHTS);
}

/* --- numbers */

static double ln_singular(const tepui_network *net, size_t i)
{
    return state_of(net)->ln_singular[i - 1];
}

static double lyapunov(const tepui_network *net, size_t i)
{
    return state_of(net)->sum[i - 1] / (double)net->layers;
}

static double lyapunov_covariance(const tepui_network *net, size_t two)
{
    const jacobian_state *s = state_of(net);
    const size_t k = two >> 20, l = two & 0xfffff, i = k > l ? k : l, j = k > l ? l : k;
    return i > s->rank ? -INFINITY : s->product[(i - 1) * s->most + j - 1] / ((double)net->layers - 1);
}

static double ln_condition(const tepui_network *net, size_t i)
{
    const jacobian_state *s = state_of(net);
    size_t rank = s->most;
    (void)i;
    while (rank > 0 && s->ln_singular[rank - 1] == -INFINITY) rank--;
    return rank ? s->ln_singular[0] - s->ln_singular[rank - 1] : INFINITY;
}

static double effective_rank(const tepui_network *net, size_t none)
{
    const jacobian_state *s = state_of(net);
    double sum = 0, entropy = 0;
    (void)none;
    if (s->ln_singular[0] == -INFINITY) return 0;
    for (size_t i = 0; i < s->most; i++) sum += elementary_exp(s->ln_singular[i] - s->ln_singular[0]);
    for (size_t i = 0; i < s->most; i++) {
        const double p = elementary_exp(s->ln_singular[i] - s->ln_singular[0]) / sum;
        entropy -= p > 0 ? p * elementary_log(p) : 0;
    }
    return elementary_exp(entropy);
}

static double ln_moment(const tepui_network *net, size_t n)
{
    const jacobian_state *s = state_of(net);
    double sum = 0;
    if (s->ln_singular[0] == -INFINITY) return -INFINITY;
    for (size_t i = 0; i < s->most; i++) sum += elementary_exp(2 * (double)n * (s->ln_singular[i] - s->ln_singular[0]));
    return elementary_log(sum / (double)net->cell->inputs) + 2 * (double)n * s->ln_singular[0];
}

static double number(const tepui_network *net, unsigned quantity, size_t which, size_t i)
{
    static double (*const of[])(const tepui_network *, size_t) = {
        [TEPUI_SINGULAR] = ln_singular,
        [TEPUI_LYAPUNOV] = lyapunov,
        [TEPUI_LYAPUNOV_COVARIANCE] = lyapunov_covariance,
        [TEPUI_CONDITION] = ln_condition,
        [TEPUI_EFFECTIVE_RANK] = effective_rank,
        [TEPUI_MOMENT] = ln_moment,
    };
    (void)quantity;
    return of[which](net, i);
}

const network_engine engine_jacobian = {
    .name = "Jacobian",
    .gives = TEPUI_NEEDS_JACOBIAN,
    .keeps = kept,
    .lay_out = lay_out,
    .run = run,
    .read = number,
};
