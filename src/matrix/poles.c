/* poles.c -- sums over poles in O(n log n) for all intervals between them.

   For x between two poles the secular equation needs
       above(x) = sum over d > x of x / (d - x),   below(x) = sum over d < x of d / (x - d),
   each a sum of one sign, and kept apart for that reason. Let a node of a binary tree hold the intervals between two
   poles a < b. In the variables
       sigma = (b - x) / (b - a)                            for the poles above,
       tau   = (1/a - 1/x) / (1/a - 1/b)                    for the poles below,
   which are in [0, 1], the sums are
       above = x / (b - a) F(sigma),          F = sum 1 / (g + sigma),   g = (d - b) / (b - a),
       below = a b / ((b - a) x) G(tau),      G = sum 1 / (g + tau),     g = (1/d - 1/a) / (1/a - 1/b).
   Since 1/x serves the poles below, g does not shrink where a node spans decades, as heavy tails make them do: what is
   below a / 2 or above 2 b always has g > 1. A pole is far when g > FAR = 2. In TERMS = 16 Chebyshev nodes 1 / (g + y)
   is interpolated with the relative error T_16(2 y - 1) / T_16(2 g + 1) < 2 (5 + sqrt(24))^-16 = 2.4e-16.

   A node inherits the polynomials of its parent, read off at its own Chebyshev nodes, and adds the poles that were near
   for the parent and are far for it. Eight intervals make a leaf, one lane each; what is still near is summed directly.
   The fast multipole method of Gu and Eisenstat (1995) without its upward half: Chebyshev nodes as in Dutt, Gu and
   Rokhlin (1996), the poles themselves as sources. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3") /* as in the kernels: the loops over lanes stay in registers; no bit changes */
#endif
#include "poles.h"
#include <base/elementary.h>
#include <math.h>
#include <string.h>

#define TERMS POLES_TERMS
#define HALF POLES_HALF
#define LANES POLES_LANES
#define SIMD POLES_SIMD
#define FAR 2.0
#define CHUNK 64u     /* far poles at a time */
#define RUN 512u      /* near poles between two roundings of the long sum */
#define LARGE 0x1p250 /* four smaller factors do not overflow */

/* --- tables */

/* T_j at the positive nodes: the other half follows by parity. */
static void node_tables(poles *s)
{
    for (int i = 0; i < HALF; i++) {
        const double x = elementary_cos(M_PI * (i + 0.5) / TERMS);
        double T[TERMS] = {1, x};
        for (int j = 2; j < TERMS; j++) T[j] = 2 * x * T[j - 1] - T[j - 2];
        for (int j = 0; j < TERMS; j++) s->coefficient[j % 2][i][j / 2] = T[j] * (j ? 2.0 : 1.0) / TERMS;
        s->node[i] = 0.5 + 0.5 * x;
        s->node[TERMS - 1 - i] = 0.5 - 0.5 * x;
    }
}

static void power_tables(poles *s)
{
    double T[TERMS][TERMS] = {{1}, {0, 1}};
    for (int j = 2; j < TERMS; j++)
        for (int k = 0; k <= j; k++) T[j][k] = (k ? 2 * T[j - 1][k - 1] : 0) - T[j - 2][k];
    for (int j = 0; j < TERMS; j++)
        for (int k = 0; k < HALF; k++) s->power[j % 2][j / 2][k] = T[j][2 * k + j % 2];
}

void poles_begin(poles *s, const double *d, size_t n)
{
    s->d = d;
    s->n = n;
    node_tables(s);
    power_tables(s);
}

/* --- polynomials in 2 y - 1 */

/* Values at the nodes to powers, by way of Chebyshev coefficients: these fall like 9.9^-j, and the powers of T_j grow
   like 2.4^j only, so nothing is lost; the product of the two tables would lose seven digits. */
static void to_powers(const poles *s, const double *value, double *c)
{
    for (int parity = 0; parity < 2; parity++) {
        double t[HALF] = {0}, p[HALF] = {0};
        for (int i = 0; i < HALF; i++) {
            const double v = parity ? value[i] - value[TERMS - 1 - i] : value[i] + value[TERMS - 1 - i];
            SIMD for (int j = 0; j < HALF; j++) t[j] += v * s->coefficient[parity][i][j];
        }
        for (int j = 0; j < HALF; j++) {
            SIMD for (int k = 0; k < HALF; k++) p[k] += t[j] * s->power[parity][j][k];
        }
        for (int k = 0; k < HALF; k++) c[2 * k + parity] = p[k];
    }
}

/* value_i = scale times the polynomial c at y = start + scale node_i. */
static void inherit(const poles *s, const double *c, double start, double scale, double *value)
{
    double x[TERMS];
    SIMD for (int i = 0; i < TERMS; i++)
    {
        x[i] = 2 * (start + scale * s->node[i]) - 1;
        value[i] = c[TERMS - 1];
    }
    for (int k = TERMS - 2; k >= 0; k--) {
        SIMD for (int i = 0; i < TERMS; i++) value[i] = value[i] * x[i] + c[k];
    }
    SIMD for (int i = 0; i < TERMS; i++) value[i] *= scale;
}

/* --- far poles */

/* value_i += sum over m poles of 1 / (g + node_i), four to a division; g is monotone. */
static void add_far(const poles *s, const double *g, size_t m, double *value)
{
    size_t k = 0;
    for (; k + 4 <= m && g[k] < LARGE && g[k + 3] < LARGE; k += 4) {
        SIMD for (int i = 0; i < TERMS; i++)
        {
            const double y = s->node[i], a = g[k] + y, b = g[k + 1] + y, c = g[k + 2] + y, e = g[k + 3] + y;
            value[i] += ((a + b) * (c * e) + (c + e) * (a * b)) / ((a * b) * (c * e));
        }
    }
    for (; k < m; k++) {
        SIMD for (int i = 0; i < TERMS; i++) value[i] += 1 / (g[k] + s->node[i]);
    }
}

static void add_high(const poles *s, size_t first, size_t last, double b, double width, double *value)
{
    double g[CHUNK];
    for (size_t m; first < last; first += m) {
        m = last - first < CHUNK ? last - first : CHUNK;
        SIMD for (size_t i = 0; i < m; i++) g[i] = (s->d[first + i] - b) / width;
        add_far(s, g, m, value);
    }
}

static void add_low(const poles *s, size_t first, size_t last, double a, double stretch, double *value)
{
    double g[CHUNK];
    for (size_t m; first < last; first += m) {
        m = last - first < CHUNK ? last - first : CHUNK;
        SIMD for (size_t i = 0; i < m; i++) g[i] = (a - s->d[first + i]) / s->d[first + i] * stretch;
        add_far(s, g, m, value);
    }
}

/* --- fields */

poles_field poles_near(const poles *s, size_t first, size_t last)
{
    return (poles_field){.first = first, .last = last, .below = 0, .above = s->n};
}

static void high_part(const poles *s, const poles_field *whole, poles_field *f)
{
    const double *d = s->d, A = d[whole->first], B = d[whole->last], a = d[f->first], b = d[f->last];
    const double limit = b + FAR * (b - a);
    double value[TERMS] = {0};
    while (f->above > f->last + 1 && d[f->above - 1] > limit) f->above--;
    if (f->above == s->n) return;
    if (whole->above < s->n) inherit(s, whole->high, (B - b) / (B - A), (b - a) / (B - A), value);
    add_high(s, f->above, whole->above, b, b - a, value);
    to_powers(s, value, f->high);
}

static void low_part(const poles *s, const poles_field *whole, poles_field *f)
{
    const double *d = s->d, A = d[whole->first], B = d[whole->last], a = d[f->first], b = d[f->last];
    const double limit = a * (b / (b + FAR * (b - a))), stretch = B / (B - A);
    double value[TERMS] = {0};
    while (f->below < f->first && d[f->below] < limit) f->below++;
    if (f->below == 0) return;
    if (whole->below > 0) inherit(s, whole->low, (a - A) / a * stretch, (b - a) / b * stretch * (A / a), value);
    add_low(s, whole->below, f->below, a, b / (b - a), value);
    to_powers(s, value, f->low);
}

poles_field poles_part(const poles *s, const poles_field *whole, size_t first, size_t last)
{
    poles_field f = {.first = first, .last = last, .below = whole->below, .above = whole->above};
    high_part(s, whole, &f);
    low_part(s, whole, &f);
    return f;
}

/* --- sums at points */

typedef struct {
    double value[LANES], slope[LANES], curve[LANES];
} lane_sums;

static void add(lane_sums *to, const lane_sums *from)
{
    for (int l = 0; l < LANES; l++) {
        to->value[l] += from->value[l];
        to->slope[l] += from->slope[l];
        to->curve[l] += from->curve[l];
    }
}

/* Poles first..last-1, all on one side of all points: sum of 1 / (d - x) above, of d / (d - x) below. */
static lane_sums one_side(const double *d, size_t first, size_t last, int above, const poles_lanes *p)
{
    lane_sums all = {{0}, {0}, {0}};
    for (size_t end; first < last; first = end) {
        lane_sums s = {{0}, {0}, {0}};
        end = last - first < RUN ? last : first + RUN;
        for (size_t k = first; k < end; k++) {
            const double dk = d[k], top = above ? 1 : dk;
            SIMD for (int l = 0; l < LANES; l++)
            {
                const double inverse = 1 / (dk - p->origin[l] - p->t[l]), v = dk * inverse;
                const double w = p->width[l] * inverse;
                s.value[l] += top * inverse;
                s.slope[l] += v * w;
                s.curve[l] += v * w * w;
            }
        }
        add(&all, &s);
    }
    return all;
}

/* The poles of the leaf are above some points and below others, and two of each are left out. */
static void leaf(const double *d, const poles_field *f, poles_lanes *p)
{
    for (size_t k = f->first; k <= f->last; k++) {
        const double at = (double)(k - f->first), dk = d[k];
        SIMD for (int l = 0; l < LANES; l++)
        {
            const double inverse = 1 / (dk - p->origin[l] - p->t[l]), v = dk * inverse, w = p->width[l] * inverse;
            const int above = at > p->index[l] + 1, below = at < p->index[l], other = above | below;
            p->above[l] += above ? inverse : 0;
            p->below[l] -= below ? v : 0;
            p->slope[l] += other ? v * w : 0;
            p->curve[l] += other ? v * w * w : 0;
        }
    }
}

/* A polynomial with its first derivative and half its second. */
static void horner(const double *c, const double *x, lane_sums *s)
{
    for (int l = 0; l < LANES; l++) {
        s->value[l] = c[TERMS - 1];
        s->slope[l] = s->curve[l] = 0;
    }
    for (int k = TERMS - 2; k >= 0; k--) {
        SIMD for (int l = 0; l < LANES; l++)
        {
            s->curve[l] = s->curve[l] * x[l] + s->slope[l];
            s->slope[l] = s->slope[l] * x[l] + s->value[l];
            s->value[l] = s->value[l] * x[l] + c[k];
        }
    }
}

/* x / (b - a) F(2 sigma - 1), with sigma' = -1 / (b - a). */
static void high_field(const double *d, const poles_field *f, poles_lanes *p)
{
    const double b = d[f->last], inverse = 1 / (b - d[f->first]);
    double y[LANES];
    lane_sums F;
    SIMD for (int l = 0; l < LANES; l++) y[l] = 2 * ((b - p->origin[l]) - p->t[l]) * inverse - 1;
    horner(f->high, y, &F);
    SIMD for (int l = 0; l < LANES; l++)
    {
        const double x = (p->origin[l] + p->t[l]) * inverse, h = p->width[l] * inverse;
        p->above[l] += x * F.value[l];
        p->slope[l] += h * (F.value[l] - 2 * x * F.slope[l]);
        p->curve[l] += 2 * h * h * (2 * x * F.curve[l] - F.slope[l]);
    }
}

/* z G(2 tau - 1), z = a b / ((b - a) x), with z' = -z / x and tau' = z / x. */
static void low_field(const double *d, const poles_field *f, poles_lanes *p)
{
    const double a = d[f->first], b = d[f->last], stretch = b / (b - a);
    double y[LANES], inverse[LANES];
    lane_sums G;
    SIMD for (int l = 0; l < LANES; l++)
    {
        inverse[l] = 1 / (p->origin[l] + p->t[l]);
        y[l] = 2 * ((p->origin[l] - a) + p->t[l]) * inverse[l] * stretch - 1;
    }
    horner(f->low, y, &G);
    SIMD for (int l = 0; l < LANES; l++)
    {
        const double z = a * inverse[l] * stretch, h = p->width[l] * inverse[l];
        p->below[l] += z * G.value[l];
        p->slope[l] += h * z * (G.value[l] - 2 * z * G.slope[l]);
        p->curve[l] -= h * h * z * (G.value[l] - 4 * z * (G.slope[l] - z * G.curve[l]));
    }
}

void poles_sum(const poles *s, const poles_field *f, poles_lanes *p)
{
    const lane_sums low = one_side(s->d, f->below, f->first, 0, p);
    const lane_sums high = one_side(s->d, f->last + 1, f->above, 1, p);
    for (int l = 0; l < LANES; l++) {
        p->above[l] = high.value[l];
        p->below[l] = -low.value[l];
        p->slope[l] = low.slope[l] + high.slope[l];
        p->curve[l] = low.curve[l] + high.curve[l];
    }
    leaf(s->d, f, p);
    for (int l = 0; l < LANES; l++) p->above[l] *= p->origin[l] + p->t[l];
    if (f->above < s->n) high_field(s->d, f, p);
    if (f->below > 0) low_field(s->d, f, p);
}
