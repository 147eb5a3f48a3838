/* work.c -- how much memory a matrix law needs.

   For m = max(rows, cols) and n = min(rows, cols): the m x n Gaussian matrix, the n scalar factors of its reflections
   and the blocks of a blocked QR (64 columns, LAPACK's usual choice or more). Element-wise laws need none here: fill()
   states its scratch in entries. */
#include <tepui/distribution.h>

size_t tepui_distribution_work(const tepui_distribution_type *t, size_t rows, size_t cols)
{
    const size_t m = rows > cols ? rows : cols, n = rows > cols ? cols : rows;
    return t->fill_matrix ? m * n + n + 64 * n : 0;
}
