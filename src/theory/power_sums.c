/* power_sums.c -- see power_sums.h. Given a, the units of the next layer are independent copies of y = b (w . a)^2 with
   a coin b = 1 (linear) or of 1/2 (ReLU keeps either sign of a symmetric law). Their even moments follow from
   cumulants, which add up: the one of order 2k of w . a is kappa_2k p_k(a), so that

       E (w . a)^2k = sum over partitions mu of k of (2k)! / (prod (2 mu_i)! prod m_j!) prod kappa_(2 mu_i) p_(mu_i),

   m_j the parts of size j. A product of sums over n units is a sum over set partitions of its factors: blocks meet in
   one unit each, n (n - 1) ... ways for distinct units. Both are sums over partitions, linear in the means before. */
#include "power_sums.h"
#include <math.h>
#include <string.h>

#define DEGREE POWER_SUMS_DEGREE
#define MOST POWER_SUMS_MOST

/* Parts ascending. */
typedef struct {
    int parts, part[DEGREE];
} partition;

typedef struct {
    int degree, count;
    partition at[MOST];
} partitions;

static void list(partitions *all, partition p, int left, int least)
{
    if (left == 0) all->at[all->count++] = p;
    p.parts++;
    for (int k = least; k <= left; k++) {
        p.part[p.parts - 1] = k;
        list(all, p, left - k, k);
    }
}

/* The first: ones alone. */
static partitions partitions_of(int degree)
{
    partitions all = {.degree = degree};
    list(&all, (partition){0}, degree, 1);
    return all;
}

static int find(const partitions *all, const partition *p)
{
    for (int i = 0; i < all->count; i++)
        if (all->at[i].parts == p->parts && memcmp(all->at[i].part, p->part, (size_t)p->parts * sizeof(int)) == 0)
            return i;
    return -1;
}

static partition joined(const partition *p, const partition *q)
{
    partition sum = {0};
    for (int i = 0, j = 0; i < p->parts || j < q->parts;) {
        const int first = j == q->parts || (i < p->parts && p->part[i] <= q->part[j]);
        sum.part[sum.parts++] = first ? p->part[i++] : q->part[j++];
    }
    return sum;
}

static double factorial(int n)
{
    double product = 1;
    for (int k = 2; k <= n; k++) product *= k;
    return product;
}

/* Set partitions of 2k numbers into blocks of sizes 2 mu_i. */
static double ways(const partition *mu, int k)
{
    double count = factorial(2 * k);
    for (int i = 0, run = 1; i < mu->parts; i++, run++) {
        count /= factorial(2 * mu->part[i]);
        if (i > 0 && mu->part[i] != mu->part[i - 1]) run = 1;
        count /= run;
    }
    return count;
}

/* cumulant[k] of order 2k from moments of orders up to that: the last one is what the others leave of the moment. */
static void cumulants(const double *moment, int degree, double *cumulant)
{
    for (int k = 1; k <= degree; k++) {
        const partitions all = partitions_of(k);
        cumulant[k] = moment[k];
        for (int i = 0; i < all.count; i++) {
            const partition *mu = &all.at[i];
            double term = ways(mu, k);
            for (int j = 0; j < mu->parts; j++) term *= mu->parts > 1 ? cumulant[mu->part[j]] : 0;
            cumulant[k] -= term;
        }
    }
}

/* A product of sums over the units, of which some have met: the sums of a block have their sizes added up. */
typedef struct {
    const partitions *of[DEGREE + 1], *all;
    const double *cumulant;
    power_sums *s;
    int row;
} layer_step;

/* Adds times prod_B E y^|B| over the blocks from `block` on, `p` the power sums that those before brought. */
static void expand(const layer_step *x, const int *size, int blocks, int block, partition p, double times)
{
    if (block == blocks) {
        x->s->step[blocks - 1][x->row][find(x->all, &p)] += times;
        return;
    }
    const partitions *mus = x->of[size[block]];
    for (int i = 0; i < mus->count; i++) {
        const partition *mu = &mus->at[i];
        double term = times * ways(mu, size[block]);
        for (int j = 0; j < mu->parts; j++) term *= x->cumulant[mu->part[j]];
        expand(x, size, blocks, block + 1, joined(&p, mu), term);
    }
}

/* Factor number `factor` of lambda joins one of the blocks, or begins a new one. */
static void meet(const layer_step *x, const partition *lambda, int factor, int *size, int blocks)
{
    if (factor == lambda->parts) {
        expand(x, size, blocks, 0, (partition){0}, 1);
        return;
    }
    for (int b = 0; b <= blocks; b++) {
        if (b == blocks) size[b] = 0;
        size[b] += lambda->part[factor];
        meet(x, lambda, factor + 1, size, blocks + (b == blocks));
        size[b] -= lambda->part[factor];
    }
}

static void begin_steps(power_sums *s, const double *moment)
{
    partitions of[DEGREE + 1];
    double cumulant[DEGREE + 1];
    layer_step x = {.all = &of[s->degree], .cumulant = cumulant, .s = s};
    cumulants(moment, s->degree, cumulant);
    memset(s->step, 0, sizeof s->step);
    for (int k = 0; k <= s->degree; k++) {
        of[k] = partitions_of(k);
        x.of[k] = &of[k];
    }
    for (x.row = 0; x.row < x.all->count; x.row++) {
        int size[DEGREE];
        meet(&x, &x.all->at[x.row], 0, size, 0);
    }
}

static void take_step(power_sums *s, size_t n, double live)
{
    const int count = partitions_of(s->degree).count;
    double next[MOST] = {0}, units = 1; /* n live times (n - 1) live ... */
    for (int r = 0; r < s->degree; r++) {
        units *= ((double)n - r) * live;
        for (int i = 0; i < count; i++)
            for (int j = 0; j < count; j++) next[i] += units * s->step[r][i][j] * s->mean[j];
    }
    for (int i = 0; i < count; i++) s->mean[i] = next[i] / next[0];
    s->ln_unit += log(next[0]);
}

/* A Gaussian vector, which has one layer of Gaussian weights after a single unit of 1, over its length. */
static void take_direction(power_sums *s, size_t n)
{
    double moment[DEGREE + 1] = {1, 1};
    for (int k = 2; k <= s->degree; k++) moment[k] = moment[k - 1] * (2 * k - 1);
    begin_steps(s, moment);
    for (int i = 0; i < MOST; i++) s->mean[i] = 1;
    take_step(s, n, 1);
    s->ln_unit = 0;
}

void power_sums_begin(power_sums *s, int degree, size_t inputs, const double *moment)
{
    s->degree = degree;
    take_direction(s, inputs);
    begin_steps(s, moment);
}

void power_sums_layer(power_sums *s, size_t n, double live, double sigma)
{
    take_step(s, n, live);
    s->ln_unit += 2 * s->degree * log(sigma);
}

double power_sums_ln_mean(const power_sums *s)
{
    return s->ln_unit;
}
