/* test_matrix.c -- eigenvalues: known spectra at any scale, both solvers, the secular equation against them and against
   sums in long double. */
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

/* Of the spectra above, shifted by the middle between two neighbours or far outside: what lies on each side is known.
   Half of the spectrum is below 2, blocks of two rows occur. */
static void inertia_counts_both_sides(void)
{
    static const size_t sizes[] = {1, 2, 3, 64, 129, 300};
    if (!matrix_has_inertia()) return;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const size_t n = sizes[k], dead = n / 3, live = n - dead;
        double *m = malloc(n * n * sizeof *m), *room = malloc(matrix_inertia_work(n) * sizeof *room);
        for (size_t j = 0; j <= live; j += live < 5 ? 1 : live / 5) {
            const double s = sin(M_PI * ((double)j + 0.5) / (double)(2 * (live + 1))), shift = 4 * s * s;
            size_t below, above;
            fill_reflected(m, n, dead, 1);
            CHECK(matrix_inertia(m, n, shift, &below, &above, room) == TEPUI_OK);
            CHECK(below == j + dead && above == live - j);
            fill_reflected(m, n, dead, -1);
            CHECK(matrix_inertia(m, n, -shift, &below, &above, room) == TEPUI_OK);
            CHECK(above == j + dead && below == live - j);
        }
        free(m), free(room);
    }
}

/* {{0, 1}, {1, 0}} in blocks along the diagonal, then zeros: no pivot of one row but those of 0. */
static void inertia_knows_blocks_and_zeros(void)
{
    enum { PAIRS = 20, ZEROS = 7, N = 2 * PAIRS + ZEROS };
    size_t below, above;
    if (!matrix_has_inertia()) return;
    memset(a, 0, N * N * sizeof *a);
    for (size_t k = 0; k < PAIRS; k++) a[(2 * k + 1) * N + 2 * k] = k % 2 ? 1 : -1;
    CHECK(matrix_inertia(a, N, 0, &below, &above, work) == TEPUI_OK);
    CHECK(below == PAIRS && above == PAIRS);
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
                    CHECK(matrix_secular(u, n, s, rhos[r] + s, other, work) == TEPUI_OK);
                    CHECK(matrix_secular_extremes(u, n, s, rhos[r] + s, &low, &high, work) == TEPUI_OK);
                    for (size_t j = 0; j < n; j++) norm = fmax(norm, fabs(value[j]));
                    for (size_t j = 0; j < n; j++) {
                        CHECK_NEAR(other[j], value[j], 4 * (double)(n + 4) * 0x1p-53 * norm);
                        CHECK(j == 0 || other[j] >= other[j - 1]);
                        negative += other[j] < 0;
                    }
                    CHECK_NEAR(low, other[0], 1e-13 * norm);
                    CHECK_NEAR(high, other[n - 1], 1e-13 * norm);
                    if (fabs(1 + s * rhos[r] * (double)n) > 1e-6)
                        CHECK(negative == matrix_secular_negative(n, s, rhos[r] + s));
                }
}

/* --- the secular equation at any size, against its own sums in long double */

enum { LARGE = 3000 };

static double normal(void)
{
    const double radius = sqrt(-2 * log(draw()));
    return radius * cos(2 * M_PI * draw());
}

enum { GAUSSIAN, UNIFORM, EQUAL, NEARLY_EQUAL, CLUSTERS, EVEN, DECADES, WITH_ZEROS, CHAINS };

static double one_weight(int kind, size_t k)
{
    switch (kind) {
    case GAUSSIAN:
        return normal();
    case UNIFORM:
        return 2 * draw() - 1;
    case EQUAL:
        return 0.7;
    case NEARLY_EQUAL:
        return 1 + 1e-13 * draw();
    case CLUSTERS:
        return pow(3, (double)(k % 7)) * (1 + 1e-9 * (k % 5 ? draw() : 0));
    case DECADES:
        return pow(10, 300 * draw() - 150);
    case EVEN:
        return 1 + draw();
    default: /* u = 0, and poles too large to be scaled */
        return k % 10 ? 1e-140 * normal() : INFINITY;
    }
}

static void chain(double *u, size_t n, int kind)
{
    for (size_t k = 0; k < n; k++) u[k] = 1 / one_weight(kind, k);
}

static int ascending(const void *x, const void *y)
{
    const double p = *(const double *)x, q = *(const double *)y;
    return (p > q) - (p < q);
}

typedef struct {
    long double f, slope, size;
} secular_sums;

/* f = 1 + r sum d / (d - x) times the sign of r = q - 1; the N poles with a one of their own give (1 - N) + q N. */
static secular_sums secular_at(const double *d, size_t n, double q, long double x)
{
    long double sum = 0, size = 0, slope = 0, many = 0;
    const long double r = (long double)q - 1;
    for (size_t k = 0; k < n; k++) {
        const long double gap = d[k] - x;
        const int far = d[k] > 2 * fabsl(x);
        sum += (far ? x : d[k]) / gap;
        size += fabsl((far ? x : d[k]) / gap);
        slope += d[k] / gap / gap;
        many += far;
    }
    const long double ones = (1 - many) + q * many;
    return (secular_sums){(r > 0 ? 1 : -1) * (ones + r * sum), fabsl(r) * slope, fabsl(ones) + fabsl(r) * size};
}

/* f rises between poles, so that f(x - e) <= 0 <= f(x + e) proves a root within e. Where f is computed to `units` of
   2^-53 of its terms, Newton's step tells how far the root may be off; 2 units of x are for d = u^2 and the result.
   units: 1.1 per interpolation (poles.c) and as much again for its 16-term sums, over at most 9 levels, and the sums of
   the near poles, some 40: 64 in all. Where more poles are near, errors of n like terms add up like sqrt(n). */
static int root_is_near(const double *d, size_t n, double q, double low, double high, double x)
{
    if (!(x >= low && x <= high)) return 0;
    if (x == 0 && low == 0) return secular_at(d, n, q, 0x1p-1074L).f >= 0; /* a zero pole is none */
    if (x == 0 && high == 0) return secular_at(d, n, q, -0x1p-1074L).f <= 0;
    if (low == high || x == low || x == high) x = x == low ? nextafter(low, INFINITY) : nextafter(high, -INFINITY);
    const secular_sums h = secular_at(d, n, q, x);
    const long double newton = h.slope > 0 ? h.size / h.slope : 0;
    const long double e = 0x1p-53L * (2 * fabsl((long double)x) + 64 * newton);
    return (x - e <= low || secular_at(d, n, q, x - e).f <= 0) && (x + e >= high || secular_at(d, n, q, x + e).f >= 0);
}

/* The interval of the eigenvalue j of diag(d) + (q - 1) u u^T; open ends are at infinity. */
static int eigenvalue_is_right(const double *d, size_t n, double q, size_t j, double x)
{
    const double low = q > 1 ? d[j] : j > 0 ? d[j - 1] : -INFINITY;
    const double high = q < 1 ? d[j] : j + 1 < n ? d[j + 1] : INFINITY;
    return low == high ? x == low : root_is_near(d, n, q, low, high, x);
}

/* The sum of the eigenvalues is the trace, and that of their squares the squared norm: each eigenvalue is right to 64
   units of itself, or of what is next to nothing in the sum. */
static void sums_are_right(const double *d, size_t n, int s, double rho, const double *v)
{
    long double d1 = 0, d2 = 0, one = 0, two = 0, size = 0;
    for (size_t k = 0; k < n; k++) {
        d1 += d[k];
        d2 += (long double)d[k] * d[k];
        one += v[k];
        two += (long double)v[k] * v[k];
        size += fabsl((long double)v[k]);
    }
    const long double norm2 = d2 + 2 * s * rho * d2 + rho * rho * d1 * d1, trace = (s + rho) * d1;
    CHECK(fabsl(one - trace) <= 64 * 0x1p-53L * (size + fabsl((long double)rho) * d1));
    CHECK(fabsl(two - norm2) <= 128 * 0x1p-53L * (two + d2 + rho * rho * d1 * d1));
}

static double spare[2 * LARGE], values[LARGE], squares[LARGE], weights[LARGE];

static void chain_is_right(size_t n, int kind, int s, double g)
{
    const double rho = g - s;
    double low, high;
    int wrong = 0;
    chain(weights, n, kind);
    for (size_t k = 0; k < n; k++) squares[k] = weights[k] * weights[k];
    qsort(squares, n, sizeof *squares, ascending);
    CHECK(matrix_secular(weights, n, s, g, values, spare) == TEPUI_OK);
    CHECK(matrix_secular_extremes(weights, n, s, g, &low, &high, spare) == TEPUI_OK);
    const size_t stride = 1 + n / 60; /* all for small n */
    for (size_t j = 0; j < n; j += j + stride < n || j == n - 1 ? stride : n - 1 - j) {
        const size_t i = s > 0 ? j : n - 1 - j;
        wrong += !eigenvalue_is_right(squares, n, s * g, j, s * values[i]);
    }
    wrong += !eigenvalue_is_right(squares, n, s * g, s > 0 ? 0 : n - 1, s * low);
    wrong += !eigenvalue_is_right(squares, n, s * g, s > 0 ? n - 1 : 0, s * high);
    size_t zero_rows = 0, zeros = 0;
    for (size_t j = 0; j < n; j++) {
        wrong += j > 0 && !(values[j] >= values[j - 1]);
        zero_rows += squares[j] == 0;
        zeros += values[j] == 0;
    }
    wrong += zeros < zero_rows;
    if (wrong) fprintf(stderr, "n = %zu, kind %d, s = %d, g = %g: %d wrong\n", n, kind, s, g, wrong);
    CHECK(!wrong);
    if (kind != DECADES) sums_are_right(squares, n, s, rho, values);
}

static void secular_is_right_at_any_size(void)
{
    static const double rhos[] = {1, 0.3, 37.5, 1e-9, 1e30, 1.0 / 64, 1.0 / 60};
    static const size_t sizes[] = {2, 9, 64, 65, 100, 257, 1000, LARGE};
    if (!extended_precision()) return;
    srand(9);
    for (size_t m = 0; m < sizeof sizes / sizeof *sizes; m++)
        for (int kind = 0; kind < CHAINS; kind++)
            for (size_t r = 0; r < sizeof rhos / sizeof *rhos; r++)
                for (int signs = 0; signs < 4; signs++) {
                    if (sizes[m] == LARGE && r > 1) continue;
                    if (kind >= DECADES && rhos[r] > 1e6) continue; /* beyond double precision's range */
                    const int s = signs & 1 ? 1 : -1;
                    chain_is_right(sizes[m], kind, s, s + (signs & 2 ? rhos[r] : -rhos[r]));
                }
}

/* 1 + rho n = 2^-20 or -2^-20, exactly: the smallest eigenvalue is 2^-20 of the smallest pole, and has all digits. */
static void nearly_singular_keeps_its_digits(void)
{
    if (!extended_precision()) return;
    srand(12);
    for (int kind = 0; kind < WITH_ZEROS; kind++)
        for (int s = -1; s <= 1; s += 2) {
            chain_is_right(64, kind, s, s - s * (1 - 0x1p-20) / 64);
            chain_is_right(64, kind, s, s - s * (1 + 0x1p-20) / 64);
        }
}

/* One pole far above the others: then g, however small, decides about the end on its side. */
static void small_terms_are_not_lost(void)
{
    static const double terms[] = {1e-9, 1e-30, 1e-160, 1e-300, 0};
    static const size_t sizes[] = {2, 3, 9, 64};
    if (!extended_precision()) return;
    srand(13);
    for (size_t m = 0; m < sizeof sizes / sizeof *sizes; m++)
        for (int kind = 0; kind < WITH_ZEROS; kind++)
            for (size_t r = 0; r < sizeof terms / sizeof *terms; r++)
                for (int signs = 0; signs < 4; signs++)
                    chain_is_right(sizes[m], kind, signs & 1 ? 1 : -1, signs & 2 ? terms[r] : -terms[r]);
    for (int e = -200; e <= 0; e += 3) { /* [[g, t], [t, 0]] but for terms of size t^2 */
        const double t = 1e-140, g = 3 * pow(10, e), u[2] = {0x1p400, 0x1p400 * t};
        double low, high, w[4];
        CHECK(matrix_secular_extremes(u, 2, -1, g, &low, &high, w) == TEPUI_OK);
        const long double half = g / 2.0L, far = half + sqrtl(half * half + (long double)t * t);
        CHECK_NEAR(ldexp(high, -800) / (double)far, 1, 1e-15);
        if (g < 1e-16) CHECK_NEAR(ldexp(low, -800) / (double)(-(long double)t * t / far), 1, 1e-15);
    }
}

/* Two poles whose ratio is beyond the range of doubles, or all but. */
static void gaps_may_be_wide(void)
{
    if (!extended_precision()) return;
    for (int p = 880; p < 1100; p += 3)
        for (int signs = 0; signs < 4; signs++) {
            const double u[2] = {0x1.4p200, ldexp(1.5, 200 - p / 2)}, q = signs & 1 ? 0 : 1.75;
            const int s = signs & 2 ? 1 : -1;
            const double d[2] = {u[1] * u[1], u[0] * u[0]};
            double v[2], w[4];
            CHECK(matrix_secular(u, 2, s, s * q, v, w) == TEPUI_OK);
            CHECK(eigenvalue_is_right(d, 2, q, 0, s * v[s > 0 ? 0 : 1]));
            CHECK(eigenvalue_is_right(d, 2, q, 1, s * v[s > 0 ? 1 : 0]));
        }
}

static void extremes_of_a_million(void)
{
    enum { MILLION = 1000000 };
    if (!extended_precision()) return;
    double *u = malloc(MILLION * sizeof *u), *d = malloc(MILLION * sizeof *d), *w = malloc(2 * MILLION * sizeof *w);
    double low, high;
    srand(10);
    for (int kind = GAUSSIAN; u && d && w && kind <= UNIFORM; kind++)
        for (int s = -1; s <= 1; s += 2) {
            chain(u, MILLION, kind);
            for (size_t k = 0; k < MILLION; k++) d[k] = u[k] * u[k];
            CHECK(matrix_secular_extremes(u, MILLION, s, 0, &low, &high, w) == TEPUI_OK);
            qsort(d, MILLION, sizeof *d, ascending);
            CHECK(eigenvalue_is_right(d, MILLION, 0, s > 0 ? 0 : MILLION - 1, s * low));
            CHECK(eigenvalue_is_right(d, MILLION, 0, s > 0 ? MILLION - 1 : 0, s * high));
        }
    free(u);
    free(d);
    free(w);
}

/* A power of two changes no digit, and where squares are denormal numbers the result is rounded once. */
static void secular_scales_exactly(void)
{
    enum { N = 200 };
    static double u[N], big[N], small[N], v[N];
    srand(11);
    chain(u, N, GAUSSIAN);
    for (size_t k = 0; k < N; k++) v[k] = ldexp(u[k], -530);
    for (int s = -1; s <= 1; s += 2) {
        CHECK(matrix_secular(u, N, s, 0, big, spare) == TEPUI_OK);
        CHECK(matrix_secular(v, N, s, 0, small, spare) == TEPUI_OK);
        for (size_t k = 0; k < N; k++) CHECK(small[k] == ldexp(big[k], -1060));
    }
}

/* Small eigenvalues keep their relative accuracy, which the dense solver does not give: the product of all is
   det = prod(s u_k^2) (1 + s rho n), and n values right to 8 eps each give it to 8 n eps. */
static void determinant_keeps_its_digits(void)
{
    static const size_t sizes[] = {60, 1000};
    srand(6);
    for (size_t m = 0; m < 2; m++)
        for (int s = -1; s <= 1; s += 2)
            for (int r = 0; r < 3; r++) {
                const size_t n = sizes[m];
                const double rho = r == 0 ? 2.5 : r == 1 ? -2.5 : -s; /* -s: hollow, as deep chains are */
                long double ln = 0, want = logl(fabsl(1 + s * (long double)rho * n));
                fill(weights, n, 2);
                CHECK(matrix_secular(weights, n, s, rho + s, values, spare) == TEPUI_OK);
                for (size_t k = 0; k < n; k++) {
                    want += 2 * logl(fabsl(weights[k]));
                    ln += logl(fabsl(values[k]));
                }
                CHECK_NEAR((double)(ln - want), 0, 8 * (double)n * 0x1p-53);
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
    const lanczos_task task = {30, 2000, TOP, 1e-12, probe, share, NULL, NULL};
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

/* x^T A^k x / x^T x for k up to 2 m - 2 from m nodes, one of them 0; magnitudes below 1, so sums are right to rounding.
   Its weight is at least the part of x in the kernel, here a third of the coordinates. */
static void quadrature_is_exact_for_polynomials(void)
{
    enum { STEPS = 5 };
    static double room[(MOST + 1) * (STEPS + 2) + 2 * (STEPS + 1) * (STEPS + 1) + 80 * (STEPS + 1)];
    double d[MOST], x[MOST], node[STEPS + 1], weight[STEPS + 1], kernel = 0, least = 1, most = -1;
    size_t count, zero = STEPS + 1;
    srand(10);
    for (size_t i = 0; i < MOST; i++) {
        d[i] = i % 3 ? draw() - 0.3 : 0;
        least = fmin(least, d[i]);
        most = fmax(most, d[i]);
        room[i] = x[i] = draw() - 0.5;
    }
    const matrix_operator A = {multiply, NULL, d, MOST, MOST};
    CHECK(matrix_lanczos_work(MOST, STEPS + 1) <= sizeof room / sizeof *room);
    CHECK(matrix_quadrature(&A, STEPS, node, weight, &count, room) == TEPUI_OK);
    CHECK(count >= 3 && count <= STEPS + 1); /* rows less where a node would lie beyond the ends */

    for (int k = 0; k <= 2 * (int)count - 1; k++) {
        double got = 0, want = 0, square = 0;
        for (size_t j = 0; j < count; j++) got += weight[j] * pow(node[j], k);
        for (size_t i = 0; i < MOST; i++) {
            const double c = component(x, i);
            want += c * c * pow(d[i], k);
            square += x[i] * x[i];
            if (k == 0 && d[i] == 0) kernel += c * c;
        }
        if (k == 0) kernel /= square;
        CHECK(k == 2 * (int)count - 1 ? fabs(got - want / square) > 1e-9 : fabs(got - want / square) <= 1e-14);
    }
    for (size_t j = 0; j < count; j++) {
        if (node[j] == 0) zero = j;
        CHECK(node[j] >= least && node[j] <= most);
    }
    CHECK(zero < count && weight[zero] >= kernel && weight[zero] < kernel + 0.5);
}

/* Of the eigenvectors of multiply() the first 6 alone. */
static void keep_six(void *operand, double *x)
{
    double sum = 0;
    (void)operand;
    for (size_t i = 0; i < MOST; i++) sum += x[i];
    for (size_t i = 0; i < MOST; i++) x[i] = i < 6 ? x[i] - 2 * sum / MOST : 0;
    sum = 0;
    for (size_t i = 0; i < 6; i++) sum += x[i];
    for (size_t i = 0; i < MOST; i++) x[i] -= 2 * sum / MOST;
}

/* As many products as a subspace has dimensions: its eigenvalues, each as often as the others; and no node at 0 where
   none is an eigenvalue. x has 6 components. */
static void quadrature_of_a_whole_subspace(void)
{
    enum { FEW = 6 };
    static double room[(MOST + 1) * (FEW + 2) + 2 * (FEW + 1) * (FEW + 1) + 80 * (FEW + 1)];
    double d[MOST], node[FEW + 1], weight[FEW + 1];
    size_t count;
    srand(11);
    double sum = 0;
    for (size_t i = 0; i < MOST; i++) {
        d[i] = (double)i - FEW / 2 + (i >= FEW / 2); /* -3, -2, -1, 1, ... */
        room[i] = i < FEW ? draw() + 0.1 : 0;
        sum += room[i];
    }
    for (size_t i = 0; i < MOST; i++) room[i] -= 2 * sum / MOST; /* components of multiply()'s eigenvectors */
    const matrix_operator A = {multiply, keep_six, d, MOST, FEW};
    CHECK(matrix_quadrature(&A, FEW + 1, node, weight, &count, room) == TEPUI_OK);
    CHECK(count == FEW);
    for (size_t j = 0; j < count; j++) {
        CHECK_NEAR(node[j], d[j], 1e-13);
        CHECK(weight[j] == 1.0 / FEW);
    }
}

/* Of all eigenvectors in the rows of v: A v = lambda v and orthonormal, to n eps of the largest entry times n. */
static void check_vectors(const double *A, size_t n, const double *lambda, const double *v, double scale)
{
    const double near = 8 * (double)n * 0x1p-52;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double product = 0, row = 0;
            for (size_t k = 0; k < n; k++) product += v[i * n + k] * v[j * n + k];
            for (size_t k = 0; k < n; k++) row += (k <= j ? A[j * n + k] : A[k * n + j]) / scale * v[i * n + k];
            CHECK_NEAR(product, i == j, near);
            CHECK_NEAR(row, lambda[i] / scale * v[i * n + j], (double)n * near);
        }
    for (size_t i = 0; i + 1 < n; i++) CHECK(lambda[i] <= lambda[i + 1]);
}

/* kind 0: dense; 1: an arrow and a tridiagonal tail, as restarts leave it; 2: 2, -1; 3: equal numbers; 4: zero; 5: the
   smallest numbers beside 1; 6: W21+ of Wilkinson, repeated, whose eigenvalues are equal in pairs to 15 digits */
static void fill_small(double *A, size_t n, int kind, double scale)
{
    memset(A, 0, n * n * sizeof *A);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            const int beside = i == j + 1, arrow = i == n / 2 || (beside && i > n / 2);
            double x = i == j;
            if (kind == 0) x = draw() - 0.5;
            if (kind == 1) x = i == j || arrow ? draw() - 0.5 : 0;
            if (kind == 2) x = i == j ? 2 : -beside;
            if (kind == 4) x = 0;
            if (kind == 5) x = i == j ? (i % 3 == 0) : beside ? 0x1p-1060 : 0x1p-600;
            if (kind == 6) x = i == j ? fabs((double)(i % 21) - 10) : beside && i % 21;
            A[i * n + j] = x * scale;
        }
}

/* Backward stable: the eigenvalues are those of LAPACK to n eps of the norm, at most n times the largest entry. */
static void small_vectors_are_eigenvectors(void)
{
    static double A[MOST * MOST], v[MOST * MOST];
    static const size_t size[] = {1, 2, 3, 8, 21, 42, MOST};
    srand(12);
    for (int kind = 0; kind < 7; kind++)
        for (size_t s = 0; s < sizeof size / sizeof *size; s++)
            for (int k = -1; k <= 1; k++) {
                const size_t n = size[s];
                const double scale = k < 0 ? 1e-290 : k > 0 ? 1e290 : 1;
                CHECK(matrix_vectors_work(n) <= sizeof work / sizeof *work);
                fill_small(A, n, kind, scale);
                memcpy(v, A, n * n * sizeof *v);
                memcpy(a, A, n * n * sizeof *a);
                CHECK(matrix_eigen_vectors(v, n, value, work) == TEPUI_OK);
                check_vectors(A, n, value, v, scale);
                CHECK(matrix_eigen(MATRIX_LAPACK, a, n, other, work) == TEPUI_OK);
                for (size_t i = 0; i < n; i++) CHECK_NEAR(value[i], other[i], 11 * (double)(n * n) * 0x1p-52 * scale);
            }
}

/* 4 sin^2(pi j / (2 (n + 1))), as above; the components of vector j are sin(pi j k / (n + 1)), (n + 1)/2 their squares.
 */
static void small_vectors_are_known(void)
{
    fill_small(a, MOST, 2, 1);
    CHECK(matrix_eigen_vectors(a, MOST, value, work) == TEPUI_OK);
    for (size_t j = 0; j < MOST; j++) {
        const double angle = M_PI * (double)(j + 1) / (MOST + 1), s = sin(angle / 2);
        CHECK_NEAR(value[j], 4 * s * s, MOST * 0x1p-52 * 4);
        for (size_t k = 0; k < MOST; k++) /* n eps over the least gap, 3 (pi / (n + 1))^2 */
            CHECK_NEAR(fabs(a[j * MOST + k]), fabs(sin((double)(k + 1) * angle)) * sqrt(2. / (MOST + 1)), 5e-11);
    }
    a[MOST + 1] = NAN;
    CHECK(matrix_eigen_vectors(a, MOST, value, work) == TEPUI_FAILED);
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

/* Q is orthogonal, Q times the coordinates gives the vectors back, to n eps of their length; dependent vectors and
   zeros included. */
static void frames_are_bases_that_begin_with_the_span(void)
{
    enum { MOST_D = 40 };
    static double x[MOST_D * MOST_D], room[MOST_D * MOST_D], Q[MOST_D * MOST_D], C[MOST_D * MOST_D], tau[MOST_D];
    srand(9);
    for (size_t d = 1; d <= MOST_D; d += 13)
        for (size_t n = 1; n <= d; n = n < 4 ? n + 1 : n + 9)
            for (int fault = 0; fault < 3; fault++) {
                for (size_t i = 0; i < n * d; i++) x[i] = fault == 2 && i / d == n / 2 ? 0 : draw() - 0.5;
                if (fault == 1 && n > 1) memcpy(x + (n - 1) * d, x, d * sizeof *x);
                matrix_frame(tepui_kernel(), x, n, d, room, tau, Q, C);
                const double near = 8 * (double)d * 0x1p-52;
                for (size_t i = 0; i < d; i++)
                    for (size_t j = 0; j <= i; j++) {
                        double sum = 0;
                        for (size_t k = 0; k < d; k++) sum += Q[k * d + i] * Q[k * d + j];
                        CHECK_NEAR(sum, i == j, near);
                    }
                for (size_t p = 0; p < n; p++)
                    for (size_t i = 0; i < d; i++) {
                        double sum = 0;
                        for (size_t j = 0; j < n; j++) sum += Q[i * d + j] * C[p * n + j];
                        CHECK_NEAR(sum, x[p * d + i], near * 4); /* lengths up to sqrt(40)/2 */
                    }
                for (size_t p = 0; p < n; p++)
                    for (size_t j = p + 1; j < n; j++) CHECK(C[p * n + j] == 0);
            }
}

static const test_case cases[] = {
    {"frames_are_bases_that_begin_with_the_span", frames_are_bases_that_begin_with_the_span},
    {"thin_qr_leaves_dependent_columns_out", thin_qr_leaves_dependent_columns_out},
    {"known_spectrum_at_any_scale", known_spectrum_at_any_scale},
    {"large_spectra_are_known_too", large_spectra_are_known_too},
    {"inertia_counts_both_sides", inertia_counts_both_sides},
    {"inertia_knows_blocks_and_zeros", inertia_knows_blocks_and_zeros},
    {"bad_entries_are_refused", bad_entries_are_refused},
    {"secular_agrees_with_dense", secular_agrees_with_dense},
    {"secular_is_right_at_any_size", secular_is_right_at_any_size},
    {"secular_scales_exactly", secular_scales_exactly},
    {"nearly_singular_keeps_its_digits", nearly_singular_keeps_its_digits},
    {"small_terms_are_not_lost", small_terms_are_not_lost},
    {"gaps_may_be_wide", gaps_may_be_wide},
    {"extremes_of_a_million", extremes_of_a_million},
    {"lanczos_finds_the_ends", lanczos_finds_the_ends},
    {"lanczos_restarts", lanczos_restarts},
    {"quadrature_is_exact_for_polynomials", quadrature_is_exact_for_polynomials},
    {"quadrature_of_a_whole_subspace", quadrature_of_a_whole_subspace},
    {"small_vectors_are_eigenvectors", small_vectors_are_eigenvectors},
    {"small_vectors_are_known", small_vectors_are_known},
    {"top_vectors_are_eigenvectors", top_vectors_are_eigenvectors},
    {"determinant_keeps_its_digits", determinant_keeps_its_digits},
};
TEST_MAIN(cases)
