/* distribution.h -- laws of the entries of a weight matrix, mean 0 and variance 1; the scale rule multiplies. */
#ifndef TEPUI_DISTRIBUTION_H
#define TEPUI_DISTRIBUTION_H
#include <tepui/kind.h>
#include <tepui/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    tepui_kind kind;
    int gaussian; /* entries are independent normals: the matrix looks the same from every direction */
    /* Element-wise laws: n independent entries from the stream's current batch on; scratch is 2*n + 2*TEPUI_BATCH
       doubles. Entry i depends on words of index < batches(n) only, and the first m entries of fill(n) are those of
       fill(m) for m a multiple of TEPUI_BATCH. NULL for matrix laws. */
    void (*fill)(tepui_stream *s, double *out, size_t n, const double *param, double *scratch);
    /* Words used per entry (1 or 2) by fill: a batch of entries uses `words` batches of words. */
    unsigned words;
    /* Matrix laws (orthogonal): rows x cols, entries scaled to variance 1 (so an orthogonal n x n matrix is
       sqrt(n) Q). work: tepui_distribution_work(type, rows, cols) doubles. NULL for element-wise laws. */
    tepui_status (*fill_matrix)(tepui_stream *s, double *out, size_t rows, size_t cols, double *work);
    /* E z^order, order even, 2 to 12: 1 at 2, the kurtosis (not excess) at 4; INFINITY where it diverges, NaN where it
       depends on the shape. */
    double (*moment)(const double *param, int order);
    double (*mean_log_abs)(const double *param);  /* E log|z|; -INFINITY where z has an atom at 0 */
    double (*cdf)(double z, const double *param); /* P(Z <= z), NULL for matrix laws; for tests */
} tepui_distribution_type;

/* Returns the doubles of scratch that fill_matrix() takes for rows x cols; 0 for element-wise laws. */
size_t tepui_distribution_work(const tepui_distribution_type *t, size_t rows, size_t cols);

#ifdef __cplusplus
}
#endif
#endif
