/* secular.c -- eigenvalues of s diag(u_k^2) + rho u u^T.

   With s = -1 the matrix is turned over, so take D = diag(d), d = u^2 > 0 ascending, and the rank-one term r u u^T. If
   r < 0 the eigenvalue j lies in [d_{j-1}, d_j] (the first below d_0), if r > 0 in [d_j, d_{j+1}] (the last above), and
   is a root of f(x) = 1 + r sum_k d_k / (d_k - x). It is found as the distance t from the nearer pole, so that a root
   close to a pole keeps its relative accuracy: the two halves of the sum are replaced by simple poles at the ends of
   the interval with the same value and slope (the "middle way", Li 1993), inside a bracket that only shrinks. */
#include "matrix.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define MOST_STEPS 100

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct {
    double f, size;               /* its value, and the sum of its terms' sizes */
    double slope_low, slope_high; /* sums of d_k / (d_k - x)^2 over the poles below and above */
} secular;

typedef struct {
    double value, size, slope, far;
} part;

/* Poles far above abs(x) give d / (d - x) = 1 + x / (d - x), and their ones are counted, so that 1 + r far is exact
   where r is -1: a hollow matrix, which is what deep chains have. */
static part sum_poles(const double *d, const double *gap, size_t n, double x, double t)
{
    const double limit = 2 * fabs(x);
    double value = 0, size = 0, slope = 0, far = 0;
#ifdef _OPENMP
#pragma omp simd reduction(+ : value, size, slope, far)
#endif
    for (size_t k = 0; k < n; k++) {
        const double inverse = 1 / (gap[k] - t), is_far = d[k] > limit ? 1.0 : 0.0;
        const double q = (d[k] > limit ? x : d[k]) * inverse;
        value += q;
        size += fabs(q);
        slope += d[k] * inverse * inverse;
        far += is_far;
    }
    return (part){value, size, slope, far};
}

/* f at x = origin + t; gap[k] = d_k - origin; poles 0..split-1 lie below x. */
static secular evaluate(const double *d, const double *gap, size_t n, size_t split, double r, double origin, double t)
{
    const part low = sum_poles(d, gap, split, origin + t, t);
    const part high = sum_poles(d + split, gap + split, n - split, origin + t, t);
    const double ones = 1 + r * (low.far + high.far);
    return (secular){ones + r * (low.value + high.value), fabs(ones) + fabs(r) * (low.size + high.size), low.slope,
                     high.slope};
}

/* Root in (P, Q) of c + A / (P - y) + B / (Q - y), by the stable quadratic formula. */
static double model_root(double c, double A, double P, double B, double Q)
{
    const double b = -(c * (P + Q) + A + B), e = c * P * Q + A * Q + B * P;
    const double z = -0.5 * (b + copysign(sqrt(fmax(0, b * b - 4 * c * e)), b));
    const double y1 = c != 0 ? z / c : INFINITY, y2 = z != 0 ? e / z : 0;
    return y1 > P && y1 < Q ? y1 : y2;
}

/* A point of the bracket, halving its logarithm: 0 is a pole. */
static double inside(double a, double b)
{
    if (a == 0) return b * 0x1p-20;
    if (b == 0) return a * 0x1p-20;
    return a < 0 && b < 0 ? -sqrt(-a) * sqrt(-b) : a > 0 && b > 0 ? sqrt(a) * sqrt(b) : 0.5 * (a + b);
}

/* The root between the poles left = d[split - 1] and right = d[split] (or an end beyond the last ones, given by reach).
 */
static double one_root(const double *d, double *gap, size_t n, size_t split, double r, double reach)
{
    const int has_left = split > 0, has_right = split < n;
    const double left = has_left ? d[split - 1] : d[0] - reach, right = has_right ? d[split] : d[n - 1] + reach;
    if (left == right) return left;
    /* which half: sign of f in the middle, f rising with r > 0 from -inf to +inf, falling with r < 0 */
    double origin = has_left ? left : right;
    for (size_t k = 0; k < n; k++) gap[k] = d[k] - origin;
    const double middle = 0.5 * (left - origin) + 0.5 * (right - origin);
    const secular m = evaluate(d, gap, n, split, r, origin, middle);
    const int rising = r > 0, in_left = rising == (m.f > 0);
    if (has_left && has_right && !in_left) {
        origin = right;
        for (size_t k = 0; k < n; k++) gap[k] = d[k] - origin;
    }
    double a = left - origin, b = right - origin, t;
    const double half = 0.5 * (right - left);
    if (in_left)
        b = origin == left ? half : b - half;
    else
        a = origin == right ? -half : a + half;
    t = 0.5 * (a + b);
    for (int step = 0; step < MOST_STEPS; step++) {
        const secular h = evaluate(d, gap, n, split, r, origin, t);
        const double f = h.f;
        if (fabs(f) <= 2 * 0x1p-53 * h.size) break;
        if ((f > 0) == rising)
            b = t;
        else
            a = t;
        const double P = left - origin - t, Q = right - origin - t, A = r * h.slope_low * P * P,
                     B = r * h.slope_high * Q * Q;
        double next = t + (!has_left    ? Q + B / (f - B / Q)
                           : !has_right ? P + A / (f - A / P)
                                        : model_root(f - A / P - B / Q, A, P, B, Q));
        if (!(next > a && next < b)) next = inside(a, b);
        if (next == t || !(next > a && next < b)) break;
        t = next;
    }
    return origin + t;
}

/* work: d[n], gap[n]; index j of the ascending eigenvalues of diag(d) + r u u^T */
static double eigenvalue(const double *d, double *gap, size_t n, size_t j, double r)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += d[k];
    if (r == 0 || n == 1) return d[j] * (1 + r);
    return one_root(d, gap, n, r > 0 ? j + 1 : j, r, fabs(r) * sum * (1 + 0x1p-40) + 0x1p-1000);
}

static tepui_status begin(const double *u, size_t n, double rho, double *d)
{
    double poison = 0 * rho;
    for (size_t k = 0; k < n; k++) {
        d[k] = u[k] * u[k];
        poison += 0 * d[k];
    }
    if (isnan(poison)) return TEPUI_FAILED;
    qsort(d, n, sizeof *d, ascending);
    return TEPUI_OK;
}

tepui_status matrix_secular(const double *u, size_t n, int s, double rho, double *value, double *work)
{
    const tepui_status st = begin(u, n, rho, work);
    for (size_t j = 0; j < n; j++) value[j] = st == TEPUI_OK ? s * eigenvalue(work, work + n, n, j, s * rho) : NAN;
    for (size_t j = 0; s < 0 && j < n / 2; j++) {
        const double swap = value[j];
        value[j] = value[n - 1 - j];
        value[n - 1 - j] = swap;
    }
    return st;
}

tepui_status matrix_secular_extremes(const double *u, size_t n, int s, double rho, double *low, double *high,
                                     double *work)
{
    const tepui_status st = begin(u, n, rho, work);
    const size_t first = s > 0 ? 0 : n - 1;
    *low = st == TEPUI_OK ? s * eigenvalue(work, work + n, n, first, s * rho) : NAN;
    *high = st == TEPUI_OK ? s * eigenvalue(work, work + n, n, n - 1 - first, s * rho) : NAN;
    return st;
}

/* The determinant is that of s D times 1 + rho sum u_k^2 / (s u_k^2) = 1 + s rho n; one eigenvalue at most leaves the
   side of s, when s rho < 0, and then the determinant's factor is negative. */
size_t matrix_secular_negative(size_t n, int s, double rho)
{
    const int crosses = 1 + s * rho * (double)n < 0;
    return s > 0 ? (size_t)crosses : n - (size_t)crosses;
}
