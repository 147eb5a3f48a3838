/* lanczos.c -- the ends of the spectrum of a symmetric operator by Lanczos with full re-orthogonalisation and thick
   restarts, and Gauss quadrature of its spectral measure.

   Every new vector is orthogonalised against all before it, twice ("twice is enough", Kahan; Parlett, The symmetric
   eigenvalue problem, sect. 6.9), so there are no ghosts and the residual of a Ritz pair is beta_m times the last entry
   of its eigenvector of the projection T_m: an eigenvalue lies within that bound (Parlett, sect. 13.2). When the basis
   is full it is replaced by Ritz vectors from both ends and the residual vector, and T by an arrow (Wu and Simon 2000).
 */
#include "config.h"

#include "matrix.h"
#include <math.h>
#include <string.h>

#define CHUNK 64u     /* columns of the basis rotated at a time */
#define FIRST_LOOK 8u /* Ritz values are looked at after so many steps, */
#define PATIENCE 4u   /* then after a quarter more */

typedef struct {
    const tepui_kernels *kernel;
    matrix_product product;
    matrix_constraint constrain; /* NULL: none */
    void *operand;
    size_t n, most, steps, kept;             /* vectors in the basis: most at most, now; kept at the last restart */
    double *basis, *T, *S, *value, *scratch; /* most + 1 vectors, most x most, its eigenvectors by rows */
    double beta, scale;                      /* the last residual's norm; the size of the operator so far */
} subspace;

size_t matrix_lanczos_work(size_t n, size_t basis)
{
    const size_t scratch = matrix_vectors_work(basis), chunk = CHUNK * basis;
    return (basis + 1) * n + 2 * basis * basis + basis + (scratch > chunk ? scratch : chunk);
}

/* The Euclidean norm, whose square may leave the range of doubles. */
static double norm(const tepui_kernels *kernel, const double *x, size_t n)
{
    double square = kernel->sumsq(x, n), part[CHUNK];
    if (square > 0x1p-900 && square < 0x1p900) return sqrt(square);
    const double top = kernel->maxabs(x, n);
    if (!(top > 0) || !isfinite(top)) return top;
    const int e = ilogb(top);
    square = 0;
    for (size_t at = 0; at < n; at += CHUNK) {
        const size_t width = n - at < CHUNK ? n - at : CHUNK;
        for (size_t i = 0; i < width; i++) part[i] = ldexp(x[at + i], -e);
        square += kernel->sumsq(part, width);
    }
    return ldexp(sqrt(square), e);
}

static tepui_status begin(subspace *s, matrix_product product, void *operand, size_t n, size_t most, double *work)
{
    *s = (subspace){.kernel = tepui_kernel(),
                    .product = product,
                    .operand = operand,
                    .n = n,
                    .most = most < n ? most : n,
                    .basis = work};
    s->T = work + (s->most + 1) * n;
    s->S = s->T + s->most * s->most;
    s->value = s->S + s->most * s->most;
    s->scratch = s->value + s->most;
    memset(s->T, 0, s->most * s->most * sizeof *s->T);
    const double length = norm(s->kernel, work, n);
    if (!(length > 0) || !isfinite(length)) return TEPUI_FAILED;
    s->kernel->scale(work, 1 / length, n);
    return TEPUI_OK;
}

/* v without its parts along the basis; coefficient: scratch. */
static void orthogonalise(const subspace *s, size_t count, double *v, double *coefficient)
{
    for (int twice = 0; twice < 2; twice++) {
        s->kernel->gemv(s->basis, count, s->n, v, s->n, 1, coefficient, count);
        s->kernel->scale(coefficient, -1, count);
        s->kernel->gemv_t(s->basis, count, s->n, coefficient, count, 1, v, s->n);
    }
}

/* One product: the next vector is normalised and T grows by a row, unless the subspace is invariant. */
static tepui_status advance(subspace *s, int *invariant)
{
    const size_t m = s->steps;
    double *v = s->basis + m * s->n, *next = v + s->n;
    const tepui_status st = s->product(s->operand, v, next);
    if (st != TEPUI_OK) return st;
    const double alpha = s->kernel->dot(v, next, s->n);
    s->T[m * s->most + m] = alpha;
    if (m > s->kept) s->T[m * s->most + m - 1] = s->beta;
    orthogonalise(s, m + 1, next, s->scratch);
    if (s->constrain) s->constrain(s->operand, next);
    s->beta = norm(s->kernel, next, s->n);
    s->scale = fmax(s->scale, fabs(alpha) + s->beta);
    if (!isfinite(s->scale)) return TEPUI_FAILED;
    s->steps++;
    *invariant = s->steps == s->n || s->beta <= (double)s->n * 0x1p-52 * s->scale; /* rounding is all that is left */
    if (!*invariant) s->kernel->scale(next, 1 / s->beta, s->n);
    return TEPUI_OK;
}

/* Ritz values, ascending, with their vectors in the rows of S (steps wide). */
static tepui_status ritz(subspace *s)
{
    for (size_t i = 0; i < s->steps; i++) memcpy(s->S + i * s->steps, s->T + i * s->most, s->steps * sizeof *s->S);
    return matrix_eigen_vectors(s->S, s->steps, s->value, s->scratch);
}

static double residual(const subspace *s, size_t k)
{
    return s->beta * fabs(s->S[k * s->steps + s->steps - 1]);
}

/* Keeps `low` and `high` Ritz vectors of the two ends and the next basis vector. */
static void restart(subspace *s, size_t low, size_t high)
{
    const size_t m = s->steps, keep = low + high;
    memmove(s->S + low * m, s->S + (m - high) * m, high * m * sizeof *s->S);
    memmove(s->value + low, s->value + m - high, high * sizeof *s->value);
    for (size_t at = 0; at < s->n; at += CHUNK) {
        const size_t width = s->n - at < CHUNK ? s->n - at : CHUNK;
        memset(s->scratch, 0, keep * width * sizeof *s->scratch);
        s->kernel->gemm(1, s->S, m, 1, s->basis + at, s->n, 1, keep, m, width, s->scratch, width);
        for (size_t k = 0; k < keep; k++)
            memcpy(s->basis + k * s->n + at, s->scratch + k * width, width * sizeof *s->basis);
    }
    memcpy(s->basis + keep * s->n, s->basis + m * s->n, s->n * sizeof *s->basis);
    memset(s->T, 0, s->most * s->most * sizeof *s->T);
    for (size_t k = 0; k < keep; k++) {
        s->T[k * s->most + k] = s->value[k];
        s->T[keep * s->most + k] = s->beta * s->S[k * m + m - 1];
    }
    s->steps = s->kept = keep;
}

/* What the subspace knows of the ends. */
static void report(const subspace *s, const lanczos_task *task, int invariant, matrix_extremes *out)
{
    const size_t m = s->steps, top = task->top < m ? task->top : m;
    double bound = residual(s, 0);
    const double near = task->tolerance * fmax(fabs(s->value[0]), fabs(s->value[m - 1]));
    for (size_t k = 0, zero = 0; k < top && !zero; k++) {
        bound = fmax(bound, residual(s, m - 1 - k));
        zero = s->value[m - 1 - k] <= near && residual(s, m - 1 - k) <= near; /* what follows does not count */
    }
    if (top < task->top) bound = INFINITY;
    *out = (matrix_extremes){s->value[0], s->value[m - 1], invariant ? 0 : bound, out->products, top};
}

/* Squared components of the probe along the Ritz vectors at the top. */
static void project(subspace *s, const lanczos_task *task, size_t top)
{
    const size_t m = s->steps;
    s->kernel->gemv(s->basis, m, s->n, task->probe, s->n, 1, s->scratch, m);
    for (size_t k = 0; k < task->top; k++) {
        const double x = k < top ? s->kernel->dot(s->S + (m - 1 - k) * m, s->scratch, m) : 0;
        task->share[k] = x * x;
        if (k < top && task->value) task->value[k] = s->value[m - 1 - k];
    }
}

static void take_lowest(const subspace *s, double *out)
{
    memset(out, 0, s->n * sizeof *out);
    s->kernel->gemv_t(s->basis, s->steps, s->n, s->S, s->steps, 1, out, s->n);
}

tepui_status matrix_lanczos(matrix_product product, void *operand, size_t n, const lanczos_task *task,
                            matrix_extremes *out, double *work)
{
    subspace s;
    size_t look = FIRST_LOOK;
    *out = (matrix_extremes){NAN, NAN, NAN, 0, 0};
    tepui_status st = begin(&s, product, operand, n, task->basis, work);
    while (st == TEPUI_OK) {
        int invariant = 0;
        if ((st = advance(&s, &invariant)) != TEPUI_OK) break;
        const int full = s.steps == s.most, last = ++out->products >= task->products;
        if (!invariant && !full && !last && out->products < look) continue;
        look = out->products + out->products / PATIENCE;
        if ((st = ritz(&s)) != TEPUI_OK) break;
        report(&s, task, invariant, out);
        if (invariant || last || out->bound <= task->tolerance * fmax(fabs(out->low), fabs(out->high))) {
            if (task->probe) project(&s, task, out->top);
            if (task->lowest) take_lowest(&s, task->lowest);
            return TEPUI_OK;
        }
        if (full) restart(&s, s.most / 4, task->top + (s.most - task->top) / 4);
    }
    return st;
}

/* --- quadrature with a node at 0 */

/* Whether all nodes lie within low..high where row d of T is (beta, alpha): Sturm's count on both sides. */
static int stays_within(const subspace *s, size_t d, double beta, double alpha, double low, double high)
{
    double under = 1, over = 1, b = 0;
    for (size_t j = 0; j <= d; j++) {
        const double a = j == d ? alpha : s->T[j * s->most + j];
        under = a - low - b * b / under;
        over = a - high - b * b / over;
        if (!(under >= 0 && over <= 0)) return 0;
        if (j < d) b = j + 1 == d ? beta : s->T[(j + 1) * s->most + j];
    }
    return 1;
}

static double off_diagonal(const subspace *s, size_t d)
{
    return d == s->steps ? s->beta : s->T[d * s->most + d - 1];
}

/* Gauss-Radau (Golub 1973): one row more, its diagonal entry such that 0 is an eigenvalue, alpha = -beta_d p_{d-1}(0) /
   p_d(0) of the orthogonal polynomials. 0 may lie in the midst of the spectrum, and one node beyond its ends: the last
   d where none does, and 0 alone at worst. *alpha is that of the rows d that are kept. */
static size_t radau_rows(subspace *s, double low, double high, double *alpha)
{
    double ratio = INFINITY; /* p_d(0) / p_{d-1}(0) */
    size_t best = 0;
    *alpha = 0;
    for (size_t d = 1; d <= s->steps; d++) {
        const double before = d > 1 ? off_diagonal(s, d - 1) : 0, beta = off_diagonal(s, d);
        ratio = -(s->T[(d - 1) * s->most + d - 1] + before / ratio) / beta;
        if (!isfinite(beta / ratio) || !stays_within(s, d, beta, -beta / ratio, low, high)) continue;
        best = d;
        *alpha = -beta / ratio;
    }
    return best;
}

/* The first d rows of T and that of the node at 0. */
static tepui_status radau(subspace *s, size_t d, double alpha)
{
    const size_t m = d + 1;
    size_t nearest = 0;
    memset(s->S, 0, m * m * sizeof *s->S);
    for (size_t i = 0; i < d; i++) memcpy(s->S + i * m, s->T + i * s->most, d * sizeof *s->S);
    s->S[m * m - 1] = alpha;
    if (d > 0) s->S[m * m - 2] = off_diagonal(s, d);
    const tepui_status st = matrix_eigen_vectors(s->S, m, s->value, s->scratch);
    if (st != TEPUI_OK) return st;
    for (size_t k = 1; k < m; k++)
        if (fabs(s->value[k]) < fabs(s->value[nearest])) nearest = k;
    s->value[nearest] = 0;
    s->steps = m;
    return st;
}

static tepui_status add_zero(subspace *s)
{
    double alpha;
    const double slack = (double)s->steps * 0x1p-52 * fmax(fabs(s->value[0]), fabs(s->value[s->steps - 1]));
    const double low = fmin(s->value[0], 0) - slack, high = fmax(s->value[s->steps - 1], 0) + slack;
    const size_t d = radau_rows(s, low, high, &alpha);
    return radau(s, d, alpha);
}

tepui_status matrix_quadrature(const matrix_operator *A, size_t steps, double *value, double *weight, size_t *count,
                               double *work)
{
    subspace s;
    int whole = 0;
    const size_t most = steps < A->dimension ? steps : A->dimension;
    tepui_status st = begin(&s, A->product, A->operand, A->n, most + 1, work);
    s.constrain = A->constrain;
    while (st == TEPUI_OK && !whole && s.steps < most) {
        st = advance(&s, &whole);
        whole = whole || s.steps == A->dimension;
    }
    if (st == TEPUI_OK) st = ritz(&s);
    if (st == TEPUI_OK && !whole) st = add_zero(&s);
    if (st != TEPUI_OK) return st;
    const double equal = whole && s.steps == A->dimension ? 1 / (double)A->dimension : 0;
    *count = s.steps;
    for (size_t k = 0; k < s.steps; k++) {
        value[k] = s.value[k];
        weight[k] = equal > 0 ? equal : s.S[k * s.steps] * s.S[k * s.steps];
    }
    return TEPUI_OK;
}
