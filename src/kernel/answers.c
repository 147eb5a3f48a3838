/* answers.c -- see answers.h. Answers are sums weighted with the place, so that a wrong place is found, too: whole
   numbers, exact in any order of addition, or with a tolerance of some hundred roundings. */
#include "answers.h"
#include "answers_values.h"
#include <base/elementary.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

enum { COLS = 21, ROWS = 11, POINTS = 2, FACTORS = 16, WORDS = 2 * 32 };
#define TOLERANCE 1e-13 /* 64 terms and more, 2^-53 each */

static int near(double x, double y)
{
    return fabs(x - y) <= TOLERANCE * fabs(y);
}

static double weighted(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)(i + 1) * x[i];
    return sum;
}

/* Normals cancel in their sum: measured against the sum of their sizes. */
static int are_normals(const double *x)
{
    double size = 0;
    for (size_t i = 0; i < WORDS; i++) size += (double)(i + 1) * fabs(x[i]);
    return fabs(weighted(x, WORDS) - ANSWER_NORMALS) <= TOLERANCE * size;
}

static const char *wrong_draw(const tepui_kernels *k)
{
    static const uint64_t key[4] = {1, 2, 3, 4};
    uint64_t w[WORDS], mixed = 0;
    double x[WORDS];
    k->words(key, 7, 9, 1, 2, w);
    for (size_t i = 0; i < WORDS; i++) mixed = mixed * UINT64_C(0x9E3779B97F4A7C15) + w[i];
    if (mixed != ANSWER_WORDS) return "words";
    k->normals(key, 7, 9, 1, 2, x);
    if (!are_normals(x)) return "normals";
    k->words_to_normals(w, 2, x);
    if (!are_normals(x)) return "words_to_normals";
    k->words_to_uniform(w, WORDS, x);
    if (!near(weighted(x, WORDS), ANSWER_UNIFORM)) return "words_to_uniform";
    for (size_t i = 0; i < COLS; i++) x[i] = (double)(i + 1) / COLS;
    k->log_inplace(x, COLS);
    return near(weighted(x, COLS), ANSWER_LOG) ? NULL : "log_inplace";
}

static const char *wrong_product(const tepui_kernels *k)
{
    double x[POINTS * COLS], y[COLS], W[ROWS * COLS], out[POINTS * COLS] = {0};
    for (int j = 0; j < POINTS * COLS; j++) x[j] = j * 7 % 11 - 5;
    for (int j = 0; j < COLS; j++) y[j] = j * 5 % 13 - 6;
    for (int i = 0; i < ROWS * COLS; i++) W[i] = i * 3 % 17 - 8;
    if (k->dot(x, y, COLS) != ANSWER_DOT) return "dot";
    if (k->sumsq(x, COLS) != ANSWER_SUMSQ) return "sumsq";
    if (k->maxabs(y, COLS) != ANSWER_MAXABS) return "maxabs";
    /* column j - 1 of the outer product takes y[j] of the first point and y[j - 1] of the second */
    double pair[POINTS * (COLS - 2)];
    for (int p = 0; p < POINTS; p++) memcpy(pair + p * (COLS - 2), y + 1 - p, (COLS - 2) * sizeof *pair);
    if (k->outer_sumsq(x, COLS, ROWS, pair, COLS - 2, COLS - 2, POINTS) != ANSWER_OUTER_SUMSQ) return "outer_sumsq";
    k->gemv(W, ROWS, COLS, x, COLS, POINTS, out, ROWS);
    if (weighted(out, POINTS * ROWS) != ANSWER_GEMV) return "gemv";
    memset(out, 0, sizeof out);
    k->gemv_t(W, ROWS, COLS, x, ROWS, POINTS, out, COLS);
    if (weighted(out, POINTS * COLS) != ANSWER_GEMV_T) return "gemv_t";
    memset(out, 0, sizeof out); /* the same product, transposed */
    k->gemm(1, x, COLS, 1, W, 1, COLS, POINTS, COLS, ROWS, out, ROWS);
    if (weighted(out, POINTS * ROWS) != ANSWER_GEMV) return "gemm";
    k->scale(y, 3, COLS);
    return weighted(y, COLS) == ANSWER_SCALE ? NULL : "scale";
}

/* One group of eight chains and what is to come out. */
typedef struct {
    int exponent;
    const double *slopes, *outputs, *losses, *gradients, *sizes;
} chain_answers;

typedef struct {
    tepui_chains c;
    double w[8 * FACTORS], slope[8 * FACTORS], m[8 * (FACTORS / 8 + 1)], e[8 * (FACTORS / 8 + 1)];
} chain_room;

static void make_chains(chain_room *r, const chain_answers *a)
{
    static const double factor[] = {1, 1.5, 2, -1, 0.5, -3, 0.75};
    memset(r, 0, sizeof *r);
    for (size_t k = 0; k < FACTORS; k++)
        for (size_t j = 0; j < 8; j++) {
            r->w[8 * k + j] = factor[(k * k + 5 * j + k) % 7];
            r->slope[8 * k + j] = 1;
        }
    for (size_t j = 0; j < 8; j++) {
        r->c.y[j] = 1, r->c.y_exponent[j] = -1, r->c.ceiling[j] = INFINITY;
        r->m[j] = 1, r->e[j] = a->exponent;
    }
    r->c.n = FACTORS, r->c.w = r->w, r->c.slope = a->slopes ? r->slope : NULL, r->c.m = r->m, r->c.e = r->e;
}

static double along(const double *x, size_t lane)
{
    double sum = 0;
    for (size_t k = 0; k < FACTORS; k++) sum += (double)(k + 1) * x[8 * k + lane];
    return sum;
}

static int outputs_right(const tepui_chains *c, const chain_answers *a)
{
    int good = !c->outside;
    for (size_t j = 0; j < 8; j++) {
        const double r = ldexp(c->r[j], (int)c->r_exponent[j]);
        good &= c->f[j] == a->outputs[j] && c->distance[j] == fabs(a->outputs[j]);
        good &= near(c->loss[j], a->losses[j]) && near(r, a->outputs[j] - 0.5) && c->size[j] == a->sizes[j];
    }
    return good;
}

/* Sums of gradients cancel by less than a factor of a hundred here. */
static int gradient_right(const double *g, const double *unit, const chain_answers *a)
{
    int good = 1;
    for (size_t j = 0; j < 8; j++)
        good &=
            fabs(along(g, j) * elementary_pow(2, unit[j]) - a->gradients[j]) <= 100 * TOLERANCE * fabs(a->gradients[j]);
    return good;
}

/* w must be what it was less 2^-8 times the gradient, up to the rounding of the difference. */
static int step_right(const double *w, const double *was, const double *g, const double *unit)
{
    int good = 1;
    for (size_t i = 0; i < 8 * FACTORS; i++) {
        const double step = g[i] * elementary_pow(2, unit[i % 8] - 8), size = fabs(was[i]) + fabs(step);
        good &= fabs(was[i] - step - w[i]) <= TOLERANCE * size;
    }
    return good;
}

static const char *wrong_chain(const tepui_kernels *k, const chain_answers *a, int plain)
{
    static const double unit[8] = {-3, -2, -1, 0, 1, 2, 3, 4};
    const double rate[8] = {0x1p-8, 0x1p-8, 0x1p-8, 0x1p-8, 0x1p-8, 0x1p-8, 0x1p-8, 0x1p-8};
    chain_room r, other;
    double g[8 * FACTORS];
    make_chains(&r, a);
    r.c.plain = plain;
    if (a->slopes) {
        k->chain_slopes(&r.c, FACTORS - 1, -0.5, 2);
        for (size_t j = 0; j < 8; j++)
            if (along(r.slope, j) != a->slopes[j]) return "chain_slopes";
    }
    other = r;
    other.c.w = other.w, other.c.slope = a->slopes ? other.slope : NULL, other.c.m = other.m, other.c.e = other.e;
    k->chain_forward(&r.c);
    if (!outputs_right(&r.c, a)) return "chain_forward";
    k->chain_gradient(&r.c, unit, g);
    if (!gradient_right(g, unit, a)) return "chain_gradient";
    k->chain_descend(&r.c, rate);
    if (!step_right(r.w, other.w, g, unit)) return "chain_descend";
    return k->chain_step(&other.c, rate) && memcmp(r.w, other.w, sizeof r.w) == 0 ? NULL : "chain_step";
}

const char *kernel_wrong(const tepui_kernels *k)
{
    static const chain_answers plain = {.exponent = 0,
                                        .outputs = answer_plain_outputs,
                                        .losses = answer_plain_losses,
                                        .gradients = answer_plain_gradients,
                                        .sizes = answer_plain_sizes},
                               sloped = {.exponent = -40,
                                         .slopes = answer_sloped_slopes,
                                         .outputs = answer_sloped_outputs,
                                         .losses = answer_sloped_losses,
                                         .gradients = answer_sloped_gradients,
                                         .sizes = answer_sloped_sizes};
    const char *wrong = wrong_draw(k);
    if (!wrong) wrong = wrong_product(k);
    for (int try = 0; !wrong && try < 2; try++) {
        wrong = wrong_chain(k, &plain, try);
        if (!wrong) wrong = wrong_chain(k, &sloped, try);
    }
    return wrong;
}

tepui_status kernel_check(tepui_error *err)
{
    static atomic_int right;
    if (right) return TEPUI_OK;
    const tepui_kernels *k = tepui_kernel();
    const char *wrong = kernel_wrong(k);
    if (wrong)
        return tepui_fail(err, TEPUI_INTERNAL,
                          "kernel %s (%s) does not give its known answer: this build of the program is wrong", wrong,
                          k->name);
    right = 1;
    return TEPUI_OK;
}
