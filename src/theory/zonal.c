/* zonal.c -- moments of the squared singular values of J = D_L W_L ... D_1 W_1 by zonal polynomials.

   For a partition k of n let Z_k be the zonal polynomial of a symmetric matrix, a polynomial in tr X, ..., tr X^n (Jack
   polynomial J_k, alpha = 2). With c(s) = 2 (column - 1) - (row - 1) over the boxes s of k, each counted from 1,

       Z_k(1_m) = prod_s (m + c(s))
       E Z_k(W X W^T) = v^n prod_s (rows + c(s)) Z_k(X)       W Gaussian, entries of variance v
       E Z_k(Q X Q^T) = prod_s (rows + c(s)) / (m + c(s)) Z_k(X), m = max(rows, cols)      Q Haar, (semi-)orthogonal

   so that layers multiply. A ReLU mask D has independent coins, whatever the layers before: with the signs s_i of z_l,
   D_l and the matrix diag(s) W_l, flips of rows of W_l change D_l alone. So D W is a matrix of K ~ Binomial(rows, 1/2)
   rows, and prod (rows + c) becomes E prod (K + c); a dead layer counts 0. Back to traces by

       tr X^n = sum_k 2 n prod_{s != (1,1)} c(s) Z_k / j_k,      (tr X)^n = sum_k 2^n n! Z_k / j_k,
       j_k = prod_s (2 arm + leg + 1) (2 arm + leg + 2)

   In units of the mean the terms are as large as inputs^(n-1) and the sum at least 1: in long double the error is below
   1e-6 up to 10,000 inputs.
   Source: Muirhead, Aspects of Multivariate Statistical Theory, 1982, ch. 7; Stanley, Adv. Math. 77 (1989);
   Macdonald, Symmetric Functions and Hall Polynomials, 2nd ed., ch. VI.10 and VII. */
#include "zonal.h"
#include "norms.h"
#include <math.h>

#define CERTAIN 1e-12 /* a relative variance below this is rounding */

typedef struct {
    unsigned row[ZONAL_MOST];
} partition;
static const partition all[] = {{{1}}, {{2}},    {{1, 1}}, {{3}},       {{2, 1}},      {{1, 1, 1}},
                                {{4}}, {{3, 1}}, {{2, 2}}, {{2, 1, 1}}, {{1, 1, 1, 1}}};
enum { PARTITIONS = sizeof all / sizeof *all };

static unsigned boxes(const partition *k)
{
    return k->row[0] + k->row[1] + k->row[2] + k->row[3];
}

static unsigned column_length(const partition *k, unsigned j)
{
    unsigned n = 0;
    while (n < ZONAL_MOST && k->row[n] > j) n++;
    return n;
}

static long double hook_product(const partition *k)
{
    long double product = 1;
    for (unsigned i = 0; i < ZONAL_MOST; i++)
        for (unsigned j = 0; j < k->row[i]; j++) {
            const unsigned hook = 2 * (k->row[i] - j - 1) + column_length(k, j) - i - 1;
            product *= (hook + 1) * (hook + 2);
        }
    return product;
}

/* E prod_s (K + c(s)), K ~ Binomial(m, live), from the factorial moments m (m-1) ... (m-r+1) live^r: multiplied by K +
   c K (K-1) ... (K-r+1) gives the next and r + c times itself. No term is negative. */
static long double boxed(const partition *k, size_t m, long double live)
{
    long double f[ZONAL_MOST + 2] = {1}, moment = 1, sum = 0;
    unsigned degree = 0;
    for (unsigned i = 0; i < ZONAL_MOST; i++)
        for (unsigned j = 0; j < k->row[i]; j++, degree++)
            for (unsigned r = degree + 1; r-- > 0;) {
                f[r + 1] += f[r];
                f[r] *= (double)r + 2.0 * j - i;
            }
    for (unsigned r = 0; r <= degree; r++) {
        sum += f[r] * moment;
        moment *= ((double)m - r) * live;
    }
    return sum;
}

static double live_share(const tepui_cell *c)
{
    return given_slopes(c, 0, 1) ? 0.5 : 1;
}

/* ln of the factor of Z_k by layer l, in units of the mean. */
static long double ln_layer(const tepui_cell *c, const partition *k, size_t l)
{
    const size_t rows = c->width[l], cols = c->width[l - 1], m = rows > cols ? rows : cols;
    const int gaussian = given_gaussian_weights(c);
    const long double live = live_share(c), top = boxed(k, rows, live), bottom = gaussian ? 1 : boxed(k, m, 1);
    if (top == 0) return -INFINITY; /* fewer rows than the partition has: so has bottom, perhaps */
    return logl(top / bottom) - boxes(k) * logl((long double)rows * live / (gaussian ? 1 : m));
}

/* ln E Z_k(X) / inputs^n. Equal layers are counted together. */
static long double ln_zonal(const tepui_cell *c, const partition *k)
{
    long double ln = logl(boxed(k, c->inputs, 1)) - boxes(k) * logl((long double)c->inputs), layer = 0;
    for (size_t l = 1; l <= c->depth; l++) {
        if (l < 3 || c->width[l] != c->width[l - 1] || c->width[l - 1] != c->width[l - 2]) layer = ln_layer(c, k, l);
        ln += layer;
    }
    return ln;
}

static long double coefficient(const partition *k, int power_of_trace)
{
    const unsigned n = boxes(k);
    long double factor = 2 * n;
    for (unsigned i = 0; i < ZONAL_MOST && !power_of_trace; i++)
        for (unsigned j = 0; j < k->row[i]; j++) factor *= i + j ? 2.0 * j - i : 1;
    if (power_of_trace) factor = ldexp(tgamma(n + 1.0), (int)n);
    return factor / hook_product(k);
}

static long double ln_sum(const tepui_cell *c, unsigned n, int power_of_trace)
{
    long double ln[PARTITIONS], top = -INFINITY, sum = 0;
    for (unsigned k = 0; k < PARTITIONS; k++) {
        if (boxes(&all[k]) != n) continue;
        ln[k] = ln_zonal(c, &all[k]);
        top = fmaxl(top, ln[k]);
    }
    for (unsigned k = 0; k < PARTITIONS; k++)
        if (boxes(&all[k]) == n) sum += coefficient(&all[k], power_of_trace) * expl(ln[k] - top);
    return logl(sum) + top;
}

double zonal_ln_mean(const tepui_cell *c)
{
    double ln = 0;
    for (size_t l = 1; l <= c->depth; l++) ln += log((double)c->width[l] * live_share(c)) + 2 * log(c->sigma[l]);
    return ln;
}

double zonal_ln_trace_of_power(const tepui_cell *c, unsigned n)
{
    return (double)(ln_sum(c, n, 0) + (n - 1) * logl((long double)c->inputs));
}

double zonal_ln_power_of_trace(const tepui_cell *c, unsigned n)
{
    return (double)ln_sum(c, n, 1);
}

int zonal_component(long component, const char **why)
{
    return norms_need(component >= 1 && component <= (long)ZONAL_MOST, "moments 1 to 4 only", why);
}

/* Spread and skewness of the first moment, (tr X / inputs)^k being known for k up to 3. */
static void first_moment(const tepui_cell *c, tepui_prediction *p)
{
    const long double square = expl(ln_sum(c, 2, 1)), cube = expl(ln_sum(c, 3, 1)), variance = square - 1;
    p->ln_spread = variance > CERTAIN ? (double)(0.5L * logl(variance)) : -INFINITY;
    p->skewness = variance > CERTAIN ? (double)((cube - 3 * square + 2) / (variance * sqrtl(variance))) : 0;
}

tepui_status zonal_moment(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const unsigned n = (unsigned)component;
    (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_MOMENT,
                            .ln_moment = n * zonal_ln_mean(c) + zonal_ln_trace_of_power(c, n),
                            .ln_spread = NAN,
                            .skewness = NAN};
    if (n == 1) first_moment(c, p);
    return TEPUI_OK;
}
