/* test_matrix.c -- eigenvalues: known spectra at any scale, both solvers, and the secular equation against them. */
#include "test.h"
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
    static double room[(MOST + 1) * MOST + 2 * MOST * MOST + 8 * MOST];
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
        CHECK(matrix_lanczos(multiply, d, MOST, MOST, 1e-10, &got, room) == TEPUI_OK);
        CHECK_NEAR(got.low, low, got.bound + 1e-14);
        CHECK_NEAR(got.high, high, got.bound + 1e-14);
        CHECK(got.bound <= 1e-10 * fmax(fabs(low), fabs(high)));
        CHECK(kind == 0 || got.steps <= 16);
        for (size_t i = 0; i < MOST; i++) room[i] = draw() - 0.5;
        CHECK(matrix_lanczos(multiply, d, MOST, 10, 0, &got, room) == TEPUI_OK); /* stopped early: the bound tells */
        CHECK(got.low >= low - 1e-14 && got.high <= high + 1e-14);
        double nearest = INFINITY;
        for (size_t i = 0; i < MOST; i++) nearest = fmin(nearest, fabs(d[i] - got.high));
        CHECK(nearest <= got.bound + 1e-14);
    }
}

/* A = Q R to n eps of its columns, Q^T Q = 1, R trapezoidal from its pivots on; `fault` makes columns depend: every
   third is a sum of the two before (1), or rows beyond the fifth are 0 (2), or everything is (3). 20 rows or columns
   take Gram-Schmidt, 24 and more LAPACK where nothing depends. */
static void factor(size_t m, size_t n, int fault)
{
    static double A[60 * 60], Q[60 * 60], R[60 * 60], room[80 * 60];
    size_t pivot[60], most = m < n ? m : n;
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < m; i++) {
            A[j * m + i] = (fault == 2 && i >= 5) || fault == 3 ? 0 : draw() - 0.5;
            if (fault == 1 && j % 3 == 2) A[j * m + i] = A[(j - 1) * m + i] + A[(j - 2) * m + i];
        }
    const size_t rank = matrix_qr(tepui_kernel(), A, m, n, Q, R, pivot, room);
    const size_t columns = n - n / 3;
    CHECK(rank == (fault == 0   ? most
                   : fault == 1 ? (columns < m ? columns : m)
                   : fault == 2 ? (most < 5 ? most : 5)
                                : 0));
    for (size_t i = 0; i < rank; i++) {
        CHECK(i == 0 || pivot[i] > pivot[i - 1]);
        CHECK(R[i * n + pivot[i]] != 0);
        for (size_t j = 0; j < pivot[i]; j++) CHECK(R[i * n + j] == 0);
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t k = 0; k < m; k++) sum += Q[i * m + k] * Q[j * m + k];
            CHECK_NEAR(sum, i == j, (double)(m + n) * 0x1p-52);
        }
    }
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < m; k++) {
            double sum = 0;
            for (size_t i = 0; i < rank; i++) sum += Q[i * m + k] * R[i * n + j];
            CHECK_NEAR(sum, A[j * m + k], (double)(m + n) * 0x1p-52 * 5); /* columns of length up to 5 */
        }
}

static void thin_qr_leaves_dependent_columns_out(void)
{
    static const size_t size[] = {1, 3, 20, 24, 60};
    srand(8);
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 5; j++)
            for (int fault = 0; fault < 4; fault++) factor(size[i], size[j], fault);
}

static const test_case cases[] = {
    {"thin_qr_leaves_dependent_columns_out", thin_qr_leaves_dependent_columns_out},
    {"known_spectrum_at_any_scale", known_spectrum_at_any_scale},
    {"bad_entries_are_refused", bad_entries_are_refused},
    {"secular_agrees_with_dense", secular_agrees_with_dense},
    {"lanczos_finds_the_ends", lanczos_finds_the_ends},
    {"determinant_keeps_its_digits", determinant_keeps_its_digits},
};
TEST_MAIN(cases)
