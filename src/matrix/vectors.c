/* vectors.c -- all eigenvalues and eigenvectors of a small symmetric matrix, without LAPACK: the same bits on every
   machine.

   Householder reflections reduce it to a tridiagonal matrix from the last row upwards (rows that are reduced already
   cost nothing), and implicit QL with Wilkinson's shift finds its eigenvalues. Eigenvectors are rows, so that a
   rotation works on two contiguous vectors.
   Source: B. N. Parlett, The symmetric eigenvalue problem (1998), sect. 7.4, 8.13; tred2 and tql2 of J. H. Wilkinson
   and C. Reinsch, Linear algebra (1971), contributions II/2 and II/3. */
#include "matrix.h"
#include <kernel/wide.h>
#include <math.h>
#include <string.h>

#define MOST_SWEEPS 60
#define NEGLIGIBLE 0x1p-200 /* beside entries near 1 */

size_t matrix_vectors_work(size_t n)
{
    return 4 * n;
}

static double length(double x, double y)
{
    const double large = fmax(fabs(x), fabs(y)), small = fmin(fabs(x), fabs(y)), ratio = small / large;
    return large > 0 ? large * sqrt(1 + ratio * ratio) : 0;
}

/* v[n] becomes h, h_{n-1} = 1, of the reflection 1 - tau h h^T that takes it to *last e_{n-1}; returns tau. */
static double make_reflection(const tepui_kernels *kernel, double *v, size_t n, double *last)
{
    const double tail = sqrt(kernel->sumsq(v, n - 1)), end = v[n - 1];
    *last = end;
    if (tail <= NEGLIGIBLE) return 0;
    *last = end < 0 ? length(end, tail) : -length(end, tail);
    kernel->scale(v, 1 / (end - *last), n - 1);
    v[n - 1] = 1;
    return (*last - end) / *last;
}

/* The first m rows and columns of A, both triangles, between two reflections: A - h w^T - w h^T, w = tau (A h - tau/2
   (h . A h) h). pair[2 m]: scratch. */
static void reflect_both_sides(const tepui_kernels *kernel, double *a, size_t n, size_t m, double tau, double *pair)
{
    double *w = pair, *h = pair + m;
    memcpy(h, a + m * n, m * sizeof *h);
    for (size_t i = 0; i < m; i++) w[i] = tau * kernel->dot(a + i * n, h, m);
    const double along = -tau / 2 * kernel->dot(h, w, m);
    kernel->gemv_t(h, 1, m, &along, 1, 1, w, m);
    for (size_t i = 0; i < m; i++) {
        const double by[2] = {-h[i], -w[i]};
        kernel->gemv_t(pair, 2, m, by, 2, 1, a + i * n, m);
    }
}

/* diagonal, below[i] at row i + 1; row m of a keeps the m numbers of its reflection, tau[m] its factor. */
static void reduce(const tepui_kernels *kernel, double *a, size_t n, double *diagonal, double *below, double *tau,
                   double *pair)
{
    for (size_t m = n; m-- > 0;) {
        diagonal[m] = a[m * n + m];
        tau[m] = 0;
        if (m == 0) continue;
        tau[m] = make_reflection(kernel, a + m * n, m, &below[m - 1]);
        if (tau[m] != 0) reflect_both_sides(kernel, a, n, m, tau[m], pair);
    }
}

/* The reflections in a become the transposed product of all. */
static void accumulate(const tepui_kernels *kernel, double *a, size_t n, const double *tau)
{
    for (size_t m = 0; m < n; m++) {
        double *h = a + m * n;
        for (size_t i = 0; tau[m] != 0 && i < m; i++) matrix_reflect(kernel, h, tau[m], m, a + i * n);
        for (size_t i = 0; i < m; i++) h[i] = a[i * n + m] = 0;
        h[m] = 1;
    }
}

/* The rows x and y between them. */
WIDE static void rotate_rows(double *x, double *y, size_t n, double c, double s)
{
    for (size_t k = 0; k < n; k++) {
        const double old = y[k];
        y[k] = s * x[k] + c * old;
        x[k] = c * x[k] - s * old;
    }
}

/* One QL step on rows low..high of the tridiagonal matrix, which has no zeros below the diagonal there but for those
   that rounding makes. */
static void sweep(double *d, double *e, size_t low, size_t high, double *rows, size_t n)
{
    const double half = (d[low + 1] - d[low]) / (2 * e[low]);
    double g = d[high] - d[low] + e[low] / (half + copysign(length(half, 1), half)), s = 1, c = 1, p = 0;
    for (size_t i = high; i-- > low;) {
        const double f = s * e[i], b = c * e[i], r = length(f, g);
        e[i + 1] = r;
        if (r == 0) { /* the matrix falls in two */
            d[i + 1] -= p;
            e[high] = 0;
            return;
        }
        s = f / r;
        c = g / r;
        const double at = d[i + 1] - p, t = (d[i] - at) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = at + p;
        g = c * t - b;
        rotate_rows(rows + i * n, rows + (i + 1) * n, n, c, s);
    }
    d[low] -= p;
    e[low] = g;
    e[high] = 0;
}

static int negligible(const double *d, double below, size_t i)
{
    return fabs(below) <= NEGLIGIBLE || fabs(below) <= 0x1p-53 * (fabs(d[i]) + fabs(d[i + 1]));
}

/* e has n entries, the last of which is scratch. */
static int diagonalise(double *d, double *e, size_t n, double *rows)
{
    for (size_t low = 0; low < n; low++)
        for (int sweeps = 0;; sweeps++) {
            size_t high = low;
            while (high + 1 < n && !negligible(d, e[high], high)) high++;
            if (high == low) break;
            if (sweeps == MOST_SWEEPS) return 0;
            sweep(d, e, low, high, rows, n);
        }
    return 1;
}

static void swap_rows(double *x, double *y, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        const double old = x[k];
        x[k] = y[k];
        y[k] = old;
    }
}

static void sort(double *value, double *rows, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++) {
        size_t least = i;
        for (size_t k = i + 1; k < n; k++)
            if (value[k] < value[least]) least = k;
        if (least == i) continue;
        swap_rows(value + i, value + least, 1);
        swap_rows(rows + i * n, rows + least * n, n);
    }
}

static void mirror(double *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) a[j * n + i] = a[i * n + j];
}

tepui_status matrix_eigen_vectors(double *a, size_t n, double *value, double *work)
{
    const tepui_kernels *kernel = tepui_kernel();
    double *below = work, *tau = work + n, *pair = work + 2 * n;
    int exponent;
    if (!matrix_rescale(a, n, &exponent)) return TEPUI_FAILED;
    mirror(a, n);
    reduce(kernel, a, n, value, below, tau, pair);
    accumulate(kernel, a, n, tau);
    if (!diagonalise(value, below, n, a)) return TEPUI_FAILED;
    sort(value, a, n);
    for (size_t i = 0; i < n; i++) value[i] = ldexp(value[i], exponent);
    return TEPUI_OK;
}
