/* secular.c -- eigenvalues of s (diag(u_k^2) - u u^T) + g u u^T.

   With s = -1 the matrix is turned over, so take D = diag(d), d = u^2 >= 0 ascending, and the rank-one term r u u^T,
   r = q - 1, q = s g: with one pole far above the others 1 + r = q decides, and would be lost in r. If r < 0 the
   eigenvalue j lies in [d_{j-1}, d_j] (the first below d_0), if r > 0 in [d_j, d_{j+1}] (the last above), and is a root
   of f(x) = 1 + r sum_k d_k / (d_k - x). Those between two poles are found in roots.c, all of them in O(n log n). The
   one beyond the poles is found here, by direct sums, as its distance from 0 or from the last pole, whichever is
   nearer: f is taken for a constant and one pole with the same value and slope, inside a bracket that only shrinks. */
#include "matrix.h"
#include "poles.h"
#include "roots.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

#define MOST_STEPS 100
#define RUN 512u /* terms between two roundings of the long sum */

int matrix_secular_scale(double *u, size_t n)
{
    double top = 0, least = HUGE_VAL;
    for (size_t k = 0; k < n; k++) {
        top = fmax(top, fabs(u[k]));
        if (u[k] != 0) least = fmin(least, fabs(u[k]));
    }
    if (!(top > 0 && isfinite(top)) || (top <= 0x1p200 && least >= 0x1p-200)) return 0;
    const int e = ilogb(top) - 250;
    for (size_t k = 0; k < n; k++) u[k] = scalbn(u[k], -e);
    return e;
}

/* --- the poles */

/* Ascending, by their bits, a byte at a time: d >= 0. Equal bytes everywhere need no pass. */
static void sort(double *d, double *spare, size_t n)
{
    double *from = d, *to = spare;
    for (int shift = 0; shift < 64; shift += 8) {
        size_t start[257] = {0};
        uint64_t bits;
        for (size_t k = 0; k < n; k++) {
            memcpy(&bits, &from[k], sizeof bits);
            start[(bits >> shift & 255) + 1]++;
        }
        if (start[(bits >> shift & 255) + 1] == n) continue;
        for (int b = 0; b < 256; b++) start[b + 1] += start[b];
        for (size_t k = 0; k < n; k++) {
            memcpy(&bits, &from[k], sizeof bits);
            to[start[bits >> shift & 255]++] = from[k];
        }
        double *swap = from;
        from = to;
        to = swap;
    }
    if (from != d) memcpy(d, from, n * sizeof *d);
}

/* Small poles are brought up, by 2^(2 e), to where their distances are not denormal. Large ones stay: what is far below
   them needs that range. */
static int exponent_for(const double *u, size_t n, double r)
{
    double top = 0;
    for (size_t k = 0; k < n; k++) top = fmax(top, fabs(u[k]));
    if (!(top > 0 && isfinite(top))) return 0;
    const int strong = r != 0 && isfinite(r) ? ilogb(r) : 0, e = 400 - ilogb(top) - (strong > 0 ? strong / 2 : 0);
    return e > 0 ? e : 0;
}

/* work: n poles, and n to sort with */
static tepui_status begin(const double *u, size_t n, double r, double *work, int *exponent)
{
    double poison = 0 * r;
    *exponent = exponent_for(u, n, r);
    for (size_t k = 0; k < n; k++) {
        const double v = ldexp(u[k], *exponent);
        work[k] = v * v;
        poison += 0 * work[k];
    }
    if (isnan(poison)) return TEPUI_FAILED;
    if (n > 0) sort(work, work + n, n);
    return TEPUI_OK;
}

/* --- beyond the poles */

typedef struct {
    double value, slope, size;
} sums;

/* Partial sums side by side, in an order that no compiler and no width of registers changes. */
typedef struct {
    double value[POLES_LANES], size[POLES_LANES], slope[POLES_LANES], far[POLES_LANES];
} lane_sums;

static inline void add_pole(lane_sums *s, size_t l, double d, double x, double origin, double t, double limit)
{
    const double gap = d - origin - t, inverse = 1 / gap, q = (d > limit ? x : d) / gap;
    s->value[l] += q;
    s->size[l] += fabs(q);
    s->slope[l] += d * inverse * inverse;
    s->far[l] += d > limit ? 1.0 : 0.0;
}

static double pairwise(const double *x)
{
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

/* Sums of d / (d - x) and d / (d - x)^2 at x = origin + t. Poles far above abs(x) give 1 + x / (d - x), and their ones
   are counted, so that 1 + r far is rounded once. */
static sums evaluate(const double *d, size_t n, double q, double origin, double t)
{
    const double r = q - 1;
    const double x = origin + t, limit = 2 * fabs(x);
    double all = 0, all_slopes = 0, all_sizes = 0, ones = 0;
    for (size_t first = 0, end; first < n; first = end) {
        lane_sums s = {0};
        end = n - first < RUN ? n : first + RUN;
        for (; first + POLES_LANES <= end; first += POLES_LANES) {
            POLES_SIMD
            for (size_t l = 0; l < POLES_LANES; l++) add_pole(&s, l, d[first + l], x, origin, t, limit);
        }
        for (size_t l = 0; first + l < end; l++) add_pole(&s, l, d[first + l], x, origin, t, limit);
        all += pairwise(s.value);
        all_sizes += pairwise(s.size);
        all_slopes += pairwise(s.slope);
        ones += pairwise(s.far);
    }
    ones = roots_ones(q, ones);
    return (sums){ones + r * all, r * all_slopes, fabs(ones) + fabs(r) * all_sizes};
}

/* x = origin + sign t, t in (0, most] */
typedef struct {
    double origin, sign, most;
} ray;

/* Above the last pole, at most the trace of the rank-one term away; or below the first: on the other side of 0, which
   is the origin then, or between 0 and the pole, from the nearer of the two. most = 0: the eigenvalue is 0, where a
   zero pole is none. */
static ray direction(const double *d, size_t n, double q)
{
    const double r = q - 1;
    double trace = 0, zeros = 0;
    for (size_t k = 0; k < n; k++) {
        trace += d[k];
        zeros += d[k] == 0;
    }
    const double reach = fabs(r) * trace * (1 + 0x1p-40) + 0x1p-1000, half = 0.5 * d[0];
    if (r > 0) return (ray){d[n - 1], 1, reach};
    const double f = roots_ones(q, (double)n - zeros); /* at 0 */
    if (f < 0) return (ray){0, -1, reach};
    if (f == 0 || d[0] == 0) return (ray){0, 1, 0};
    return evaluate(d, n, q, 0, half).value > 0 ? (ray){d[0], -1, half} : (ray){0, 1, half};
}

/* f, 1 far away and -inf at the pole, is taken for c - A / y, y the distance from the pole, with the same value and
   slope. */
static double beyond(const double *d, size_t n, double q)
{
    if (n == 1) return d[0] * q;
    const double r = q - 1;
    const ray way = direction(d, n, q);
    const double pole = r > 0 ? d[n - 1] : d[0], falls = r < 0 ? way.sign : -way.sign; /* f falls with t */
    double low = 0, high = way.most, t = 0.5 * high;
    for (int step = 0; step < MOST_STEPS && high > 0; step++) {
        const sums h = evaluate(d, n, q, way.origin, way.sign * t);
        if (fabs(h.value) <= 2 * 0x1p-53 * h.size) break;
        if (h.value * falls > 0)
            low = t;
        else
            high = t;
        const double y = way.origin == pole ? t : fabs(pole - way.sign * t), pull = fabs(h.slope) * y;
        double next = way.origin == pole ? t * (pull / (h.value + pull)) : t + falls * y * (h.value / (h.value + pull));
        if (step % 4 == 3 && high > 2 * low) next = NAN; /* slow between poles of very different sizes */
        if (!(next > low && next < high)) next = roots_inside(low, high);
        if (next == t || !(next > low && next < high)) break;
        t = next;
    }
    return way.origin + way.sign * t;
}

/* --- all, and the ends */

tepui_status matrix_secular(const double *u, size_t n, int s, double g, double *value, double *work)
{
    const double q = s * g, r = q - 1;
    int e;
    const tepui_status st = begin(u, n, r, work, &e);
    if (st != TEPUI_OK) {
        for (size_t j = 0; j < n; j++) value[j] = NAN;
        return st;
    }
    if (r == 0)
        memcpy(value, work, n * sizeof *value);
    else if (n > 0) {
        roots_between(work, n, q, r > 0 ? value : value + 1);
        value[r > 0 ? n - 1 : 0] = beyond(work, n, q);
    }
    for (size_t j = 0; j < n; j++) value[j] = s * ldexp(value[j], -2 * e);
    for (size_t j = 0; s < 0 && j < n / 2; j++) {
        const double swap = value[j];
        value[j] = value[n - 1 - j];
        value[n - 1 - j] = swap;
    }
    return st;
}

/* index j of the ascending eigenvalues of diag(d) + r u u^T */
static double eigenvalue(const double *d, size_t n, size_t j, double q)
{
    const double r = q - 1;
    if (r == 0) return d[j];
    if (j == (r > 0 ? n - 1 : 0)) return beyond(d, n, q);
    return roots_one(d, n, q, r > 0 ? j : j - 1);
}

tepui_status matrix_secular_extremes(const double *u, size_t n, int s, double g, double *low, double *high,
                                     double *work)
{
    int e;
    const tepui_status st = begin(u, n, s * g - 1, work, &e);
    const size_t first = s > 0 ? 0 : n - 1;
    *low = st == TEPUI_OK ? s * ldexp(eigenvalue(work, n, first, s * g), -2 * e) : NAN;
    *high = st == TEPUI_OK ? s * ldexp(eigenvalue(work, n, n - 1 - first, s * g), -2 * e) : NAN;
    return st;
}

/* The determinant is that of s D times 1 + r n; one eigenvalue at most leaves the side of s, when r < 0, and then that
   factor is negative. */
size_t matrix_secular_negative(size_t n, int s, double g)
{
    const int crosses = roots_ones(s * g, (double)n) < 0;
    return s > 0 ? (size_t)crosses : n - (size_t)crosses;
}
