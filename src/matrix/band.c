/* band.c -- all eigenvalues of a large symmetric matrix in two stages: to a band by matrix products, which others may
   help with, and from there by LAPACK's dsbevd_2stage (Bischof, Lang and Sun 2000). LAPACK's way to a tridiagonal
   matrix does half of its work in matrix times vector, waits for memory, and has nothing to share.

   A panel of columns, from as many rows below the diagonal as it is wide, has a QR decomposition, Q = I - V T V^T, and
   with W = A V T the rest of the matrix becomes
       Q^T A Q = A - V X^T - X V^T,   X = W - V T^T V^T W / 2.
   W and the new A are made by rows of tiles, pieces that know nothing of each other. The tiles are always the same: so
   are the bits, whoever does them. Only the lower triangle is kept, but for tiles on the diagonal, which are whole. */
#include "config.h"

#include "band.h"
#ifdef HAVE_LAPACKE
#include <gsl/gsl_cblas.h> /* the prototypes; OpenBLAS where it is linked */
#include <lapacke.h>
#include <string.h>

#define BAND 32  /* diagonals below the main one */
#define TILE 128 /* rows */

typedef struct {
    double *a;                 /* n x n, row-major */
    size_t n, first, m, width; /* the panel's rows first..n-1, m of them, and its reflections: BAND or, at the end, m */
    double *V, *X;             /* width x m: transposed, one after another, and V^T once more */
    double T[BAND * BAND];     /* columns: upper triangle */
} reduction;

static lapack_int band_work(size_t n)
{
    double size = 0, none[1];
    lapack_int unused[1];
    LAPACKE_dsbevd_2stage_work(LAPACK_COL_MAJOR, 'N', 'L', (lapack_int)n, BAND, none, BAND + 1, none, none, 1, &size,
                               -1, unused, 1);
    return (lapack_int)size;
}

size_t band_eigen_work(size_t n)
{
    const size_t reducing = 3 * BAND * n, solving = (BAND + 1) * n + (size_t)band_work(n);
    return reducing > solving ? reducing : solving;
}

static void mirror_diagonal_tiles(double *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i / TILE * TILE; j < i; j++) a[j * n + i] = a[i * n + j];
}

/* The panel becomes R, zeros below; V and T are set. */
static int eliminate(reduction *r)
{
    const size_t m = r->m, w = r->width;
    const lapack_int M = (lapack_int)m, N = (lapack_int)w, rest = BAND - N;
    double *panel = r->a + r->first * r->n + r->first - BAND, work[BAND * BAND];
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < BAND; j++) r->V[j * m + i] = panel[i * r->n + j];
    if (LAPACKE_dgeqrt3_work(LAPACK_COL_MAJOR, M, N, r->V, M, r->T, N)) return 0;
    if (rest &&
        LAPACKE_dgemqrt_work(LAPACK_COL_MAJOR, 'L', 'T', M, rest, N, N, r->V, M, r->T, N, r->V + w * m, M, work))
        return 0;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < BAND; j++) panel[i * r->n + j] = i <= j ? r->V[j * m + i] : 0;
    for (size_t j = 0; j < w; j++)
        for (size_t i = 0; i <= j; i++) r->V[j * m + i] = i == j;
    memcpy(r->V + 2 * w * m, r->V, w * m * sizeof *r->V);
    return 1;
}

/* Rows of the t-th tile that are left. */
static void rows_of(const reduction *r, size_t t, size_t *low, size_t *high)
{
    const size_t at = (r->first / TILE + t) * TILE;
    *low = at > r->first ? at : r->first;
    *high = at + TILE < r->n ? at + TILE : r->n;
}

/* W^T of these rows: T^T V^T A, from what is left of the diagonal, and below. */
static void multiply_rows(void *arg, size_t t, void *scratch)
{
    reduction *r = arg;
    size_t low, high;
    (void)scratch;
    rows_of(r, t, &low, &high);
    const int n = (int)r->n, m = (int)r->m, w = (int)r->width, rows = (int)(high - low), left = (int)(high - r->first);
    double *W = r->X + (low - r->first);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, w, rows, left, 1.0, r->V, m, r->a + low * r->n + r->first, n,
                0.0, W, m);
    if (high < r->n)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, w, rows, n - (int)high, 1.0, r->V + left, m,
                    r->a + high * r->n + low, n, 1.0, W, m);
    cblas_dtrmm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, w, rows, 1.0, r->T, w, W, m);
}

/* W^T becomes X^T. */
static void correct(reduction *r)
{
    const int m = (int)r->m, w = (int)r->width;
    double S[BAND * BAND];
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, w, w, m, 1.0, r->X, m, r->V, m, 0.0, S, w);
    cblas_dtrmm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, w, w, 1.0, r->T, w, S, w);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, w, m, w, -0.5, S, w, r->V, m, 1.0, r->X, m);
}

/* A - V X^T - X V^T, the longest rows first. */
static void update_rows(void *arg, size_t i, void *scratch)
{
    reduction *r = arg;
    size_t low, high;
    (void)scratch;
    rows_of(r, (r->n - 1) / TILE - r->first / TILE - i, &low, &high);
    const int m = (int)r->m, w = (int)r->width, left = (int)(high - r->first);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)(high - low), left, 2 * w, -1.0, r->V + (low - r->first),
                m, r->X, m, 1.0, r->a + low * r->n + r->first, (int)r->n);
}

static int to_band(tepui_team *team, double *a, size_t n, double *work)
{
    reduction r = {.a = a, .n = n, .V = work};
    mirror_diagonal_tiles(a, n);
    for (r.first = BAND; r.first + 1 < n; r.first += BAND) {
        r.m = n - r.first;
        r.width = r.m < BAND ? r.m : BAND;
        r.X = work + r.width * r.m;
        if (!eliminate(&r)) return 0;
        const size_t tiles = (n - 1) / TILE - r.first / TILE + 1;
        team_each(team, tiles, 0, multiply_rows, &r);
        correct(&r);
        team_each(team, tiles, 0, update_rows, &r);
    }
    return 1;
}

int band_eigen(tepui_team *team, double *a, size_t n, double *value, double *work)
{
    double *band = work, none[1];
    lapack_int unused[1];
    if (!to_band(team, a, n, work)) return 0;
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i <= BAND; i++) band[j * (BAND + 1) + i] = i + j < n ? a[(i + j) * n + j] : 0;
    return LAPACKE_dsbevd_2stage_work(LAPACK_COL_MAJOR, 'N', 'L', (lapack_int)n, BAND, band, BAND + 1, value, none, 1,
                                      work + (BAND + 1) * n, band_work(n), unused, 1) == 0;
}
#endif
