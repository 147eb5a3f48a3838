/* gram.c -- Frobenius norms and traces of H, G and R and of their blocks, exactly and without a matrix of P x P.

   A block is a sum over points of C (x) a_{k-1} (x) a_{l-1} + delta_k (x) M (x) a_{l-1} (blocks.c), so its square is a
   sum over pairs of points of products of inner products: (a_{l-1}, a'_{l-1}) [ (C, C') (a_{k-1}, a'_{k-1}) + (C^T
   delta', M'^T a_{k-1}) + (C'^T delta, M^T a'_{k-1})
                             + (delta, delta') (M, M') ].
   The trace has the diagonal blocks alone: sum over points of tr C_kk norm2(a_{k-1}). */
#include "blocks.h"
#include <string.h>

typedef struct {
    double s;
    int64_t e;
} scaled; /* s 2^e */

static void accumulate(scaled *sum, double s, int64_t e)
{
    if (s == 0) return;
    if (sum->s == 0) sum->e = e;
    curvature_add(&sum->s, &sum->e, &s, e, 1);
}

static double ln_abs(scaled x)
{
    return x.s == 0 ? -INFINITY : log(fabs(x.s)) + (double)x.e * SCALED_LN2;
}

/* C of the part for every point, side by side. */
static void take_middles(tepui_network *net, size_t k, size_t l, tepui_part part)
{
    block_state *b = net->blocks;
    const size_t size = curvature_width(net, k) * curvature_width(net, l);
    for (size_t p = 0; p < net->points; p++) {
        const double *C = block_middle(net, k, l, p, part, &b->C_exponent[p]);
        if (C)
            memcpy(b->C + p * size, C, size * sizeof *C);
        else
            memset(b->C + p * size, 0, size * sizeof *C);
    }
}

/* (C_p^T delta_{p2}, M_{p2}^T a_p) */
static double crossed(const tepui_network *net, size_t k, size_t l, size_t p, size_t p2)
{
    const curvature_state *c = net->curvature;
    const size_t rows = curvature_width(net, k), in = curvature_width(net, k - 1), cols = curvature_width(net, l);
    int64_t e;
    const double *M = block_chain(net, k, l, p2, &e);
    curvature_times_t(net, 1.0, net->blocks->C + p * rows * cols, rows, cols, c->delta[k] + p2 * rows, 1, c->row);
    curvature_times_t(net, 1.0, M, in, cols, c->a[k - 1] + p * in, 1, c->other);
    return net->kernel->dot(c->row, c->other, cols);
}

static void add_pair(tepui_network *net, size_t k, size_t l, size_t p, size_t p2, int with_chain, scaled *square)
{
    const curvature_state *c = net->curvature;
    const block_state *b = net->blocks;
    const tepui_kernels *kernel = net->kernel;
    const size_t n = net->points, rows = curvature_width(net, k), in = curvature_width(net, k - 1),
                 cols = curvature_width(net, l), right = curvature_width(net, l - 1), size = rows * cols;
    const int64_t *ak = c->a_exponent + (k - 1) * n, *al = c->a_exponent + (l - 1) * n, *de = c->delta_exponent + k * n;
    const double twice = p == p2 ? 1 : 2;
    const double outer = twice * kernel->dot(c->a[l - 1] + p * right, c->a[l - 1] + p2 * right, right);
    const int64_t e = al[p] + al[p2];
    accumulate(square,
               outer * kernel->dot(b->C + p * size, b->C + p2 * size, size) *
                   kernel->dot(c->a[k - 1] + p * in, c->a[k - 1] + p2 * in, in),
               e + b->C_exponent[p] + b->C_exponent[p2] + ak[p] + ak[p2]);
    if (!with_chain) return;
    int64_t em, em2;
    const double *M = block_chain(net, k, l, p, &em), *M2 = block_chain(net, k, l, p2, &em2);
    accumulate(square,
               outer * kernel->dot(c->delta[k] + p * rows, c->delta[k] + p2 * rows, rows) *
                   kernel->dot(M, M2, in * cols),
               e + de[p] + de[p2] + em + em2);
    accumulate(square, outer * crossed(net, k, l, p, p2), e + b->C_exponent[p] + de[p2] + em2 + ak[p]);
    accumulate(square, outer * crossed(net, k, l, p2, p), e + b->C_exponent[p2] + de[p] + em + ak[p2]);
}

static scaled trace_of(const tepui_network *net, size_t k)
{
    const curvature_state *c = net->curvature;
    const size_t n = net->points, d = curvature_width(net, k), in = curvature_width(net, k - 1);
    scaled sum = {0, 0};
    for (size_t p = 0; p < n; p++) {
        double trace = 0;
        for (size_t i = 0; i < d; i++) trace += net->blocks->C[p * d * d + i * (d + 1)];
        accumulate(&sum, trace * net->kernel->sumsq(c->a[k - 1] + p * in, in),
                   net->blocks->C_exponent[p] + 2 * c->a_exponent[(k - 1) * n + p]);
    }
    return sum;
}

typedef struct {
    scaled square[3], diagonal[3], trace[3];
} sums;

static void visit(tepui_network *net, size_t k, size_t l, void *arg)
{
    sums *s = arg;
    block_state *b = net->blocks;
    for (int part = 0; part < 3; part++) {
        scaled square = {0, 0};
        take_middles(net, k, l, part);
        for (size_t p = 0; p < net->points; p++)
            for (size_t p2 = 0; p2 <= p; p2++) add_pair(net, k, l, p, p2, k > l && part != TEPUI_GAUSS_NEWTON, &square);
        if (square.s < 0) square.s = 0; /* rounding of what cancels */
        b->ln_block[part][k * (net->layers + 1) + l] = 0.5 * ln_abs(square);
        accumulate(&s->square[part], (k == l ? 1 : 2) * square.s, square.e);
        if (k != l) continue;
        const scaled trace = trace_of(net, k);
        accumulate(&s->diagonal[part], square.s, square.e);
        accumulate(&s->trace[part], trace.s, trace.e);
    }
}

tepui_status blocks_sizes(tepui_network *net)
{
    sums s = {0};
    block_state *b = net->blocks;
    if (!net->curvature->flat) blocks_gauss_newton(net, net->curvature->root);
    const tepui_status st = blocks_visit(net, visit, &s);
    for (int part = 0; part < 3; part++)
        b->size[part] = (tepui_hessian_size){0.5 * ln_abs(s.square[part]), 0.5 * ln_abs(s.diagonal[part]),
                                             ln_abs(s.trace[part]), s.trace[part].s < 0 ? -1 : 1};
    return st;
}

/* A block of a chain is one number. */
static double chain_ln_block(const spectrum_state *s, tepui_part part, size_t k, size_t l)
{
    const double whole = s->gauss_newton + (k == l ? 0 : s->sign);
    const double share[] = {whole, s->gauss_newton, k == l ? 0 : 1};
    if (s->size[TEPUI_HESSIAN].ln_norm == -INFINITY || share[part] == 0) return -INFINITY;
    return log(fabs(share[part])) + log(fabs(s->u[k - 1])) + log(fabs(s->u[l - 1])) + s->ln_unit;
}

double tepui_network_ln_block(const tepui_network *net, tepui_part part, size_t k, size_t l)
{
    if (net->chain) return chain_ln_block(net->spectrum, part, k, l);
    return net->blocks->ln_block[part][(k > l ? k : l) * (net->layers + 1) + (k > l ? l : k)];
}
