/* gemm.h -- C += alpha A B in panels that stay in the caches; part of body.h.

   Entry (i, j) is one chain of fused multiply-adds over the inner index in order, from what C holds: the bits depend
   neither on the instruction set nor on the panels, and are those of gemv_t. Panels are packed, so that A and B may be
   turned. TILE_ROWS x TILE_VECTORS accumulators of the lanes header fill the registers.
   Source: K. Goto, R. A. van de Geijn, Anatomy of high-performance matrix multiplication, ACM TOMS 34 (2008). */
#define GEMM_INNER 256
#define GEMM_COLS 96 /* a multiple of TILE_COLS */
#define TILE_COLS (8 * TILE_VECTORS)

/* b[j0][k][0 .. TILE_COLS - 1], zeros behind the last column. */
static void pack_columns(const double *B, size_t bk, size_t inner, size_t cols, double *b)
{
    const size_t whole = cols - cols % TILE_COLS, rest = cols - whole;
    for (size_t k = 0; k < inner; k++) {
        const double *from = B + k * bk;
        double *to = b + k * TILE_COLS;
        for (size_t j = 0; j < whole; j += TILE_COLS)
            for (size_t v = 0; v < TILE_COLS; v += 8) v_store(to + j * inner + v, v_load(from + j + v));
        for (size_t j = 0; rest && j < TILE_COLS; j++) to[whole * inner + j] = j < rest ? from[whole + j] : 0;
    }
}

/* The same where neighbours in a column are bj apart. */
static void pack_turned(const double *B, size_t bk, size_t bj, size_t inner, size_t cols, double *b)
{
    for (size_t j0 = 0; j0 < cols; j0 += TILE_COLS, b += inner * TILE_COLS)
        for (size_t j = 0; j < TILE_COLS; j++)
            for (size_t k = 0; k < inner; k++) b[k * TILE_COLS + j] = j0 + j < cols ? B[k * bk + (j0 + j) * bj] : 0;
}

/* a[k][0 .. rows - 1] */
static inline void pack_rows(double alpha, const double *A, size_t ai, size_t ak, size_t rows, size_t inner, double *a)
{
    for (size_t k = 0; k < inner; k++)
        for (size_t i = 0; i < rows; i++) a[k * TILE_ROWS + i] = alpha * A[i * ai + k * ak];
}

/* rows and vectors are constants where this is called: everything is unrolled, and acc are registers. */
static inline __attribute__((always_inline)) void tile_of(const size_t rows, const size_t vectors, const double *a,
                                                          const double *b, size_t ldb, size_t read, size_t inner,
                                                          double *C, size_t ldc, size_t cols)
{
    V acc[TILE_ROWS][TILE_VECTORS], x[TILE_VECTORS];
    const size_t last = cols - 8 * (vectors - 1);
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < vectors; v++)
            acc[i][v] =
                v + 1 < vectors || last == 8 ? v_load(C + i * ldc + 8 * v) : v_load_n(C + i * ldc + 8 * v, last);
    for (size_t k = 0; k < inner; k++, a += TILE_ROWS, b += ldb) {
        for (size_t v = 0; v < vectors; v++)
            x[v] = v + 1 < vectors || read == 8 ? v_load(b + 8 * v) : v_load_n(b + 8 * v, read);
        for (size_t i = 0; i < rows; i++)
            for (size_t v = 0; v < vectors; v++) acc[i][v] = v_fma(v_set(a[i]), x[v], acc[i][v]);
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < vectors; v++)
            if (v + 1 < vectors || last == 8) /* masked stores are slow */
                v_store(C + i * ldc + 8 * v, acc[i][v]);
            else
                v_store_n(C + i * ldc + 8 * v, acc[i][v], last);
}

#define TILE_CASE(R)                                                                                                   \
    case R:                                                                                                            \
        if (TILE_VECTORS == 2 && cols > 8)                                                                             \
            tile_of(R, TILE_VECTORS, a, b, ldb, read, inner, C, ldc, cols);                                            \
        else                                                                                                           \
            tile_of(R, 1, a, b, ldb, read, inner, C, ldc, cols);                                                       \
        break

static void tile(size_t rows, const double *a, const double *b, size_t ldb, size_t read, size_t inner, double *C,
                 size_t ldc, size_t cols)
{
    switch (rows) {
        TILE_CASE(1);
        TILE_CASE(2);
        TILE_CASE(3);
#if TILE_ROWS > 4
        TILE_CASE(4);
        TILE_CASE(5);
#endif
#if TILE_ROWS > 6
        TILE_CASE(6);
        TILE_CASE(7);
        TILE_CASE(8);
        TILE_CASE(9);
        TILE_CASE(10);
        TILE_CASE(11);
#endif
        TILE_CASE(TILE_ROWS);
    }
}

/* Columns of B that lie side by side: packed, `panel` apart, or where they are (panel = TILE_COLS). */
typedef struct {
    const double *at;
    size_t ld, panel;
    int packed;
} gemm_block;

/* One block of B against all rows of A. */
static void times_block(double alpha, const double *A, size_t ai, size_t ak, const gemm_block *b, size_t rows,
                        size_t inner, size_t cols, double *C, size_t ldc)
{
    double a[TILE_ROWS * GEMM_INNER];
    size_t tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
    for (size_t i = 0, m; i < rows; i += m, tiles--) {
        m = (rows - i + tiles - 1) / tiles; /* 8 rows are twice 4, not 6 and 2 */
        pack_rows(alpha, A + i * ai, ai, ak, m, inner, a);
        for (size_t j = 0; j < cols; j += TILE_COLS) {
            const size_t n = cols - j < TILE_COLS ? cols - j : TILE_COLS, last = n > 8 ? n - 8 : n;
            tile(m, a, b->at + j / TILE_COLS * b->panel, b->ld, b->packed ? 8 : last, inner, C + i * ldc + j, ldc, n);
        }
    }
}

/* A matrix that is passed over a few times is read where it is. */
static int is_packed(size_t rows, size_t bj)
{
    return bj != 1 || rows > 4 * TILE_ROWS;
}

static void gemm(double alpha, const double *A, size_t ai, size_t ak, const double *B, size_t bk, size_t bj,
                 size_t rows, size_t inner, size_t cols, double *C, size_t ldc)
{
    double b[GEMM_INNER * GEMM_COLS];
    for (size_t j = 0; j < cols; j += GEMM_COLS)
        for (size_t k = 0; k < inner; k += GEMM_INNER) {
            const size_t n = cols - j < GEMM_COLS ? cols - j : GEMM_COLS;
            const size_t depth = inner - k < GEMM_INNER ? inner - k : GEMM_INNER;
            const double *from = B + k * bk + j * bj;
            gemm_block block = {from, bk, TILE_COLS, 0};
            if (is_packed(rows, bj)) {
                block = (gemm_block){b, TILE_COLS, depth * TILE_COLS, 1};
                if (bj == 1)
                    pack_columns(from, bk, depth, n, b);
                else
                    pack_turned(from, bk, bj, depth, n, b);
            }
            times_block(alpha, A + k * ak, ai, ak, &block, rows, depth, n, C + j, ldc);
        }
}
