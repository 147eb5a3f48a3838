/* roots.c -- the roots of f(x) = 1 + r sum_k d_k / (d_k - x) between neighbouring poles L < R, eight at a time.

   With N poles above x, d / (d - x) = 1 + x / (d - x) turns f into
       f = 1 + r N + r (above - below),   above = sum x / (d - x),   below = sum d / (x - d),
   so that 1 + r N = (1 - N) + q N, q = 1 + r, is rounded once: q is next to 0 for deep chains, whose matrices are all
   but hollow, and all that decides where N = 1. Times the sign of r, f rises from -inf to inf. The unknown is the
   distance t from the nearer pole, so that a root close to a pole keeps its relative accuracy.

   The poles L and R are taken as they are; the rest, with its value, slope and curvature at x, is replaced by a
   constant and what poles at L and R would need to give the same three numbers (Borges and Gragg 1993). With R - L as
   the unit of length, and nu_L, nu_R the distances from L and R,
       alpha = nu_L (c1 - c2 nu_R),  beta = nu_R (c1 + c2 nu_L),   c1 = slope, c2 = curvature / 2,
   neither negative, this makes
       c - A / nu_L + b x / (R - x) = 0,   c = rest + alpha nu_L - beta nu_R x / R,
       A = |r| L + alpha nu_L^2,           b = |r| + beta nu_R^2 / R,
   a quadratic equation for the distance from the nearer pole. The order is three: a step of relative size 2^-17 is the
   last one, since the next would be of the size 2^-51 (measured: a third of that). The bracket only shrinks. */
#include "roots.h"
#include "poles.h"
#include <math.h>

#define LANES POLES_LANES
#define SIMD POLES_SIMD
#define MOST_STEPS 100
#define LAST_STEP 0x1p-17
#define WIDE 0x1p-900 /* of L / (R - L): the model's numbers would not be normal */

typedef struct {
    poles_lanes at;
    double left[LANES], right[LANES];             /* L and R */
    double left_units[LANES], right_units[LANES]; /* the same over R - L */
    double ones[LANES], strength[LANES];          /* 1 + r N with the sign of r, and |r|; both over max(1, |r|) */
    double side[LANES];                           /* 1: t is the distance from L, -1: from R */
    double t[LANES], low[LANES], high[LANES], next[LANES];
    double f[LANES], rest[LANES], size[LANES], done[LANES];
} group;

static double larger(double a, double b) /* fmax() is a call, and so no vector */
{
    return a > b ? a : b;
}

/* Lanes beyond the last interval repeat it. A pole at 0 is none, and f >= 0 there says that 0 is the root. */
static void begin(group *g, const poles *s, double q, const poles_field *f)
{
    const double r = q - 1;
    const double unit = larger(1, fabs(r)), sign = r > 0 ? 1 : -1;
    for (size_t l = 0; l < LANES; l++) {
        const size_t k = f->first + l < f->last ? f->first + l : f->last - 1;
        const double w = s->d[k + 1] - s->d[k];
        g->at.width[l] = w == 0 ? 1 : w;
        g->at.index[l] = (double)(k - f->first);
        g->at.origin[l] = g->left[l] = s->d[k];
        g->right[l] = s->d[k + 1];
        g->left_units[l] = g->left[l] / g->at.width[l];
        g->right_units[l] = g->right[l] / g->at.width[l];
        g->ones[l] = sign * roots_ones(q, (double)(s->n - k - 1)) / unit;
        g->strength[l] = fabs(r) / unit;
        g->side[l] = 1;
        g->done[l] = w == 0 || (g->left[l] == 0 && g->ones[l] >= 0);
        g->at.t[l] = g->t[l] = g->done[l] > 0 ? 0 : 0.5 * w;
    }
}

static void measure(group *g)
{
    const poles_lanes *p = &g->at;
    SIMD for (int l = 0; l < LANES; l++)
    {
        const double t = g->t[l], far = p->width[l] - t, q = g->strength[l], side = g->side[l];
        const double above = (p->origin[l] + p->t[l]) / (side > 0 ? far : t), below = g->left[l] / (side > 0 ? t : far);
        g->rest[l] = g->ones[l] + q * (p->above[l] - p->below[l]);
        g->f[l] = g->rest[l] + q * (above - below);
        g->size[l] = fabs(g->ones[l]) + q * ((p->above[l] + above) + (p->below[l] + below));
    }
}

/* The middle tells which pole is nearer. */
static void choose_side(group *g)
{
    for (int l = 0; l < LANES; l++) {
        g->side[l] = g->f[l] > 0 ? 1 : -1;
        g->low[l] = 0;
        g->high[l] = 0.5 * g->at.width[l];
    }
}

static void shrink_bracket(group *g)
{
    SIMD for (int l = 0; l < LANES; l++)
    {
        const int beyond = g->f[l] * g->side[l] > 0;
        g->high[l] = beyond ? g->t[l] : g->high[l];
        g->low[l] = beyond ? g->low[l] : g->t[l];
    }
}

/* k y^2 + E y - G = 0 with one root in (0, 1), by the stable formula. */
static void solve_model(group *g)
{
    const poles_lanes *p = &g->at;
    SIMD for (int l = 0; l < LANES; l++)
    {
        const double nu = g->t[l] / p->width[l], q = g->strength[l], L = g->left_units[l], R = g->right_units[l];
        const double side = g->side[l], left = side > 0 ? nu : 1 - nu, right = side > 0 ? 1 - nu : nu;
        const double x = side > 0 ? L + nu : R - nu, c1 = q * p->slope[l], c2 = q * p->curve[l];
        const double alpha = left * (c1 - c2 * right), beta = right * (c1 + c2 * left);
        const double A = q * L + alpha * left * left, b = q + beta * right * right / R;
        const double c = g->rest[l] + alpha * left - beta * right * (x / R);
        const double k = side * (b - c), G = side > 0 ? A : b * R, E = side > 0 ? c + A + b * L : b * R + b + A - c;
        const double root = sqrt(larger(0, E * E + 4 * k * G));
        const double top = E > 0 ? 2 * G : root - E, bottom = E > 0 ? E + root : 2 * k;
        g->next[l] = L >= WIDE ? p->width[l] * (top / bottom) : NAN;
    }
}

double roots_ones(double q, double count)
{
    return fma(q, count, 1 - count);
}

double roots_inside(double low, double high)
{
    return sqrt(larger(low, 0x1p-1074)) * sqrt(high);
}

/* Whether all are done. */
static int move(group *g)
{
    int done = 1;
    for (int l = 0; l < LANES; l++) {
        if (g->done[l] > 0) continue;
        const double t = g->t[l], next = g->next[l];
        const int within = next > g->low[l] && next < g->high[l];
        g->done[l] = fabs(next - t) <= LAST_STEP * t || fabs(g->f[l]) <= 2 * 0x1p-53 * g->size[l];
        g->t[l] = within ? next : g->done[l] > 0 ? t : roots_inside(g->low[l], g->high[l]);
        g->at.origin[l] = g->side[l] > 0 ? g->left[l] : g->right[l];
        g->at.t[l] = g->side[l] * g->t[l];
        done &= g->done[l] > 0;
    }
    return done;
}

/* At most eight intervals. */
static void solve(const poles *s, const poles_field *f, double q, double *root)
{
    group g;
    begin(&g, s, q, f);
    for (int step = 0; step < MOST_STEPS; step++) {
        poles_sum(s, f, &g.at);
        measure(&g);
        if (step == 0)
            choose_side(&g);
        else
            shrink_bracket(&g);
        solve_model(&g);
        if (move(&g)) break;
    }
    for (size_t k = f->first; k < f->last; k++) root[k - f->first] = g.at.origin[k - f->first] + g.at.t[k - f->first];
}

/* root[0] belongs to the interval first. */
static void visit(const poles *s, const poles_field *whole, size_t first, size_t last, double q, double *root)
{
    const size_t groups = (last - first + LANES - 1) / LANES, middle = (groups + 1) / 2 * LANES;
    if (s->d[first] == s->d[last]) {
        for (size_t k = first; k < last; k++) root[k - first] = s->d[k];
        return;
    }
    const poles_field f = poles_part(s, whole, first, last);
    if (groups == 1) {
        solve(s, &f, q, root);
        return;
    }
    visit(s, &f, first, first + middle, q, root);
    visit(s, &f, first + middle, last, q, root + middle);
}

void roots_between(const double *d, size_t n, double q, double *root)
{
    poles s;
    if (n < 2) return;
    poles_begin(&s, d, n);
    const poles_field all = poles_near(&s, 0, n - 1);
    visit(&s, &all, 0, n - 1, q, root);
}

double roots_one(const double *d, size_t n, double q, size_t k)
{
    const poles s = {.d = d, .n = n};
    const poles_field f = poles_near(&s, k, k + 1);
    double root;
    solve(&s, &f, q, &root);
    return root;
}
