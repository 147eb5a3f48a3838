/* test_matrix.c -- eigenvalues: known spectra at any scale, both solvers, and the secular equation against them. */
#include "config.h"

#include "test.h"
#include <matrix/band.h>
#include <matrix/matrix.h>
#include <stdlib.h>
#include <tepui/tepui.h>

enum { MOST = 120 };
static double a[MOST * MOST], value[MOST], other[MOST], work[80 * MOST + 1];

/* 2 on the diagonal, -1 beside it: eigenvalues 4 sin^2(pi j / (2 (n + 1))) (Strang, Linear algebra, 1.7). dsyevd and QR
   are backward stable: n eps times the norm, 4. */
static void known_spectrum_at_any_scale(void)
{
    static const double scale[] = {1, 1e-300, 1e-310, 1e300};
    for (int solver = MATRIX_LAPACK; solver <= MATRIX_GSL; solver++)
        for (size_t k = 0; k < sizeof scale / sizeof *scale; k++) {
            memset(a, 0, sizeof a);
            for (size_t i = 0; i < MOST; i++) {
                a[i * MOST + i] = 2 * scale[k];
                if (i) a[i * MOST + i - 1] = -scale[k];
            }
            CHECK(matrix_eigen(solver, a, MOST, value, work) == TEPUI_OK);
            const double grain = scale[k] < 1e-305 ? 0x1p-1060 : 0; /* the entries themselves are denormal */
            for (size_t j = 0; j < MOST; j++) {
                const double s = sin(M_PI * (double)(j + 1) / (2 * (MOST + 1)));
                CHECK_NEAR(value[j], 4 * s * s * scale[k], MOST * 0x1p-52 * 4 * scale[k] + grain);
            }
        }
}

/* The last piece first. */
static void backwards(tepui_team *team, size_t pieces, size_t room, tepui_piece piece, void *arg)
{
    (void)team, (void)room;
    while (pieces-- > 0) piece(arg, pieces, NULL);
}

/* The same spectrum seen through a reflection 1 - 2 v v^T, rows of A: K - 2 v (K v)^T - 2 (K v) v^T + 4 (v, K v) v v^T;
   the first `dead` coordinates are 0. */
static void fill_reflected(double *m, size_t n, size_t dead, double scale)
{
    double v[1000], Kv[1000], square = 0, inner = 0;
    srand((unsigned)n);
    for (size_t i = dead; i < n; i++) {
        v[i] = rand() / (double)RAND_MAX - 0.5;
        square += v[i] * v[i];
    }
    for (size_t i = dead; i < n; i++) v[i] /= sqrt(square);
    for (size_t i = dead; i < n; i++) {
        Kv[i] = 2 * v[i] - (i > dead ? v[i - 1] : 0) - (i + 1 < n ? v[i + 1] : 0);
        inner += v[i] * Kv[i];
    }
    memset(m, 0, n * n * sizeof *m);
    for (size_t i = dead; i < n; i++)
        for (size_t j = dead; j <= i; j++)
            m[i * n + j] = scale * ((i == j       ? 2
                                     : i == j + 1 ? -1
                                                  : 0) -
                                    2 * v[i] * Kv[j] - 2 * Kv[i] * v[j] + 4 * inner * v[i] * v[j]);
}

/* Two stages, at sizes around the widths of bands (32) and tiles (128), alone and through matrix_eigen, with pieces in
   any order; entries are right to 8 eps of the norm, 4. */
static void large_spectra_are_known_too(void)
{
    static const size_t sizes[] = {1, 2, 32, 33, 34, 65, 127, 129, 161, 300, 800, 1000};
    tepui_team team = {backwards};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (size_t part = 0; part < 2; part++) {
            const size_t n = sizes[k], dead = part * (n / 3), live = n - dead;
            const double scale = n < 800 ? 1 : 1e-300;
            double *m = malloc(n * n * sizeof *m), *x = malloc(2 * n * sizeof *x), *y = x + n,
                   *room = malloc(matrix_eigen_work(n < 800 ? 800 : n) * sizeof *room);
            for (int turn = 0; turn < 2; turn++) {
                tepui_team *helpers = turn ? &team : NULL;
                fill_reflected(m, n, dead, scale);
#ifdef HAVE_LAPACKE
                if (n < 800) CHECK(band_eigen(helpers, m, n, turn ? y : x, room));
#else
                if (n < 800) CHECK(matrix_eigen(MATRIX_GSL, m, n, turn ? y : x, room) == TEPUI_OK);
#endif
                if (n >= 800) CHECK(matrix_eigen_shared(helpers, MATRIX_LAPACK, m, n, turn ? y : x, room) == TEPUI_OK);
            }
            CHECK(memcmp(x, y, n * sizeof *x) == 0);
            for (size_t j = 0; j < n; j++) {
                const double s = j < dead ? 0 : sin(M_PI * (double)(j - dead + 1) / (double)(2 * (live + 1)));
                CHECK_NEAR(x[j], 4 * s * s * scale, (double)(n + 8) * 0x1p-52 * 4 * scale);
            }
            free(m), free(x), free(room);
        }
}

static void bad_entries_are_refused(void)
{
    for (int solver = MATRIX_LAPACK; solver <= MATRIX_GSL; solver++) {
        double m[4] = {1, 0, NAN, 1}, v[2];
        CHECK(matrix_eigen(solver, m, 2, v, work) == TEPUI_FAILED && isnan(v[0]) && isnan(v[1]));
    }
}

static double draw(void)
{
    return (rand() + 0.5) / ((double)RAND_MAX + 1);
}

/* kind 0: 1/w, w normal-like; 1: ties; 2: fifteen decades */
static void fill(double *u, size_t n, int kind)
{
    for (size_t k = 0; k < n; k++) {
        u[k] = kind == 1 ? (k % 3 ? 1.5 : -0.25) : kind == 2 ? pow(10, 15 * draw() - 7) : 1 / (draw() + draw() - 1);
        if (kind == 0 && fabs(u[k]) > 1e4) u[k] = 1e4;
    }
}

/* The dense solver is right to n eps of the norm; the secular one is asked for the same. */
static void secular_agrees_with_dense(void)
{
    static const double rhos[] = {0, 1, -1, 1e-9, -1e-9, 37.5, -37.5, -1.0 / 40, 0.3, -2};
    static const size_t sizes[] = {1, 2, 3, 40, MOST};
    double u[MOST];
    srand(5);
    for (int kind = 0; kind < 3; kind++)
        for (size_t m = 0; m < sizeof sizes / sizeof *sizes; m++)
            for (size_t r = 0; r < sizeof rhos / sizeof *rhos; r++)
                for (int s = -1; s <= 1; s += 2) {
                    const size_t n = sizes[m];
                    double low, high, norm = 0;
                    size_t negative = 0;
                    fill(u, n, kind);
                    for (size_t i = 0; i < n; i++)
                        for (size_t j = 0; j < n; j++)
                            a[i * n + j] = rhos[r] * u[i] * u[j] + (i == j) * s * u[i] * u[i];
                    CHECK(matrix_eigen(MATRIX_LAPACK, a, n, value, work) == TEPUI_OK);
                    CHECK(matrix_secular(u, n, s, rhos[r], other, work) == TEPUI_OK);
                    CHECK(matrix_secular_extremes(u, n, s, rhos[r], &low, &high, work) == TEPUI_OK);
                    for (size_t j = 0; j < n; j++) norm = fmax(norm, fabs(value[j]));
                    for (size_t j = 0; j < n; j++) {
                        CHECK_NEAR(other[j], value[j], 4 * (double)(n + 4) * 0x1p-53 * norm);
                        CHECK(j == 0 || other[j] >= other[j - 1]);
                        negative += other[j] < 0;
                    }
                    CHECK_NEAR(low, other[0], 1e-13 * norm);
                    CHECK_NEAR(high, other[n - 1], 1e-13 * norm);
                    if (fabs(1 + s * rhos[r] * (double)n) > 1e-6)
                        CHECK(negative == matrix_secular_negative(n, s, rhos[r]));
                }
}

/* Small eigenvalues keep their relative accuracy, which the dense solver does not give: the product of all is
   det = prod(s u_k^2) (1 + s rho n), and n values right to 8 eps each give it to 8 n eps. */
static void determinant_keeps_its_digits(void)
{
    enum { N = 60 };
    double u[N];
    srand(6);
    for (int s = -1; s <= 1; s += 2)
        for (int r = -1; r <= 1; r += 2) {
            double ln = 0, want = log(fabs(1 + s * r * 2.5 * N));
            fill(u, N, 2);
            CHECK(matrix_secular(u, N, s, r * 2.5, other, work) == TEPUI_OK);
            for (size_t k = 0; k < N; k++) {
                want += 2 * log(fabs(u[k]));
                ln += log(fabs(other[k]));
            }
            CHECK_NEAR(ln, want, 64 * N * 0x1p-53 + 1e-12);
        }
}

static tepui_status multiply(void *operand, const double *x, double *y)
{
    const double *d = operand; /* diagonal d[n] seen through a reflection I - 2 v v^T, v = 1/sqrt(n) */
    double sum = 0;
    for (size_t i = 0; i < MOST; i++) sum += x[i];
    for (size_t i = 0; i < MOST; i++) y[i] = d[i] * (x[i] - 2 * sum / MOST);
    sum = 0;
    for (size_t i = 0; i < MOST; i++) sum += y[i];
    for (size_t i = 0; i < MOST; i++) y[i] -= 2 * sum / MOST;
    return TEPUI_OK;
}

/* kind 0: spread; 1: a projector of rank 7 (invariant subspaces early); 2: zero; 3: outliers and a bulk at 1e-8 */
static void lanczos_finds_the_ends(void)
{
    static double room[(MOST + 1) * MOST + 2 * MOST * MOST + 80 * MOST];
    double d[MOST];
    srand(8);
    for (int kind = 0; kind < 4; kind++) {
        double low = 0, high = 0;
        matrix_extremes got;
        for (size_t i = 0; i < MOST; i++) {
            d[i] = kind == 0   ? draw() - 0.3
                   : kind == 1 ? i % 20 == 0
                   : kind == 2 ? 0
                   : i < 2     ? 3 - 7 * (double)i
                               : 1e-8 * draw();
            low = fmin(low, d[i]);
            high = fmax(high, d[i]);
        }
        CHECK(matrix_lanczos_work(MOST, MOST) <= sizeof room / sizeof *room);
        for (size_t i = 0; i < MOST; i++) room[i] = draw() - 0.5;
        const lanczos_task all = {.basis = MOST, .products = MOST, .top = 1, .tolerance = 1e-10};
        CHECK(matrix_lanczos(multiply, d, MOST, &all, &got, room) == TEPUI_OK);
        CHECK_NEAR(got.low, low, got.bound + 1e-14);
        CHECK_NEAR(got.high, high, got.bound + 1e-14);
        CHECK(got.bound <= 1e-10 * fmax(fabs(low), fabs(high)));
        CHECK(kind == 0 || got.products <= 16);
        for (size_t i = 0; i < MOST; i++) room[i] = draw() - 0.5;
        const lanczos_task few = {.basis = MOST, .products = 10, .top = 1};
        CHECK(matrix_lanczos(multiply, d, MOST, &few, &got, room) == TEPUI_OK); /* stopped early: the bound tells */
        CHECK(got.low >= low - 1e-14 && got.high <= high + 1e-14);
        double nearest = INFINITY;
        for (size_t i = 0; i < MOST; i++) nearest = fmin(nearest, fabs(d[i] - got.high));
        CHECK(nearest <= got.bound + 1e-14);
    }
}

static double component(const double *x, size_t i) /* along the i-th eigenvector of multiply(), e_i - 2 v_i v */
{
    double sum = 0;
    for (size_t k = 0; k < MOST; k++) sum += x[k];
    return x[i] - 2 * sum / MOST;
}

/* A basis of 30 vectors, restarted, for a spectrum whose edges are dense: the same ends and the same shares of a probe
   as the operator was made with. Vectors are right to the bound over the gap, 1e-10 / 1e-3. */
static void lanczos_restarts(void)
{
    static double room[31 * MOST + 2 * 900 + 80 * 30];
    enum { TOP = 5 };
    double d[MOST], probe[MOST], share[TOP];
    matrix_extremes got;
    const lanczos_task task = {30, 2000, TOP, 1e-12, probe, share};
    srand(9);
    for (size_t i = 0; i < MOST; i++) {
        const double x = (double)i / (MOST - 1);
        d[i] = x * x * (3 - 2 * x) - 0.4; /* flat at both ends */
        probe[i] = draw() - 0.5;
        room[i] = draw() - 0.5;
    }
    CHECK(matrix_lanczos_work(MOST, 30) <= sizeof room / sizeof *room);
    CHECK(matrix_lanczos(multiply, d, MOST, &task, &got, room) == TEPUI_OK);
    CHECK(got.products > 60 && got.products < 2000 && got.top == TOP && got.bound <= 1e-12);
    CHECK_NEAR(got.low, d[0], 1e-12);
    CHECK_NEAR(got.high, d[MOST - 1], 1e-12);
    for (size_t k = 0; k < TOP; k++) {
        const double x = component(probe, MOST - 1 - k);
        CHECK_NEAR(share[k], x * x, 1e-7);
    }
}

/* x^T A^k x / x^T x for k up to 2 m - 1 from m nodes; magnitudes below 1, so sums are right to rounding. */
static void quadrature_is_exact_for_polynomials(void)
{
    enum { STEPS = 5 };
    static double room[(MOST + 1) * (STEPS + 1) + 2 * STEPS * STEPS + 80 * STEPS];
    double d[MOST], x[MOST], node[STEPS], weight[STEPS];
    size_t count;
    srand(10);
    for (size_t i = 0; i < MOST; i++) {
        d[i] = draw() - 0.3;
        room[i] = x[i] = draw() - 0.5;
    }
    CHECK(matrix_lanczos_work(MOST, STEPS) <= sizeof room / sizeof *room);
    CHECK(matrix_quadrature(multiply, d, MOST, STEPS, node, weight, &count, room) == TEPUI_OK);
    CHECK(count == STEPS);
    for (int k = 0; k <= 2 * STEPS; k++) {
        double got = 0, want = 0, square = 0;
        for (size_t j = 0; j < count; j++) got += weight[j] * pow(node[j], k);
        for (size_t i = 0; i < MOST; i++) {
            const double c = component(x, i);
            want += c * c * pow(d[i], k);
            square += x[i] * x[i];
        }
        CHECK(k == 2 * STEPS ? fabs(got - want / square) > 1e-9 : fabs(got - want / square) <= 1e-14);
    }
}

/* The largest with vectors: A v = lambda v, unit and orthogonal, descending, at any scale, by both solvers. */
static void top_vectors_are_eigenvectors(void)
{
    enum { TOP = 7 };
    static double whole[MOST * MOST], vector[TOP * MOST];
    double largest[TOP]; /* no more room than is promised */
    CHECK(matrix_top_work(MOST) <= sizeof work / sizeof *work);
    for (int solver = MATRIX_LAPACK; solver <= MATRIX_GSL; solver++)
        for (int k = -1; k <= 1; k++) {
            const double scale = k < 0 ? 1e-300 : k > 0 ? 1e300 : 1;
            srand(11);
            for (size_t i = 0; i < MOST; i++)
                for (size_t j = 0; j <= i; j++)
                    a[i * MOST + j] = whole[i * MOST + j] = whole[j * MOST + i] = scale * (draw() - 0.5);
            CHECK(matrix_top(solver, a, MOST, TOP, largest, vector, work) == TEPUI_OK);
            for (size_t x = 0; x < TOP; x++) {
                CHECK(x == 0 || largest[x] <= largest[x - 1]);
                double off = 0;
                for (size_t i = 0; i < MOST; i++) {
                    double sum = -largest[x] / scale * vector[x * MOST + i];
                    for (size_t j = 0; j < MOST; j++) sum += whole[i * MOST + j] / scale * vector[x * MOST + j];
                    off = fmax(off, fabs(sum));
                }
                CHECK(off <= MOST * 0x1p-52 * 2 * sqrt(MOST));
                for (size_t y = 0; y <= x; y++) {
                    double inner = 0;
                    for (size_t i = 0; i < MOST; i++) inner += vector[x * MOST + i] * vector[y * MOST + i];
                    CHECK_NEAR(inner, x == y, MOST * 0x1p-52);
                }
            }
            memcpy(a, whole, sizeof a);
            CHECK(matrix_eigen(MATRIX_LAPACK, a, MOST, other, work) == TEPUI_OK);
            for (size_t x = 0; x < TOP; x++)
                CHECK_NEAR(largest[x] / scale, other[MOST - 1 - x] / scale, MOST * 0x1p-52 * 2 * sqrt(MOST));
        }
}

static const test_case cases[] = {
    {"known_spectrum_at_any_scale", known_spectrum_at_any_scale},
    {"large_spectra_are_known_too", large_spectra_are_known_too},
    {"bad_entries_are_refused", bad_entries_are_refused},
    {"secular_agrees_with_dense", secular_agrees_with_dense},
    {"lanczos_finds_the_ends", lanczos_finds_the_ends},
    {"lanczos_restarts", lanczos_restarts},
    {"quadrature_is_exact_for_polynomials", quadrature_is_exact_for_polynomials},
    {"top_vectors_are_eigenvectors", top_vectors_are_eigenvectors},
    {"determinant_keeps_its_digits", determinant_keeps_its_digits},
};
TEST_MAIN(cases)
