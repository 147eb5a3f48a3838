/* composed.h (internal) -- second derivatives of nets composed of layers; see composed.c. */
#ifndef TEPUI_CURVATURE_COMPOSED_H
#define TEPUI_CURVATURE_COMPOSED_H
#include "blocks.h"
#include "sums.h"
#include <network/composed.h>

/* product.c: of a direction v at layer k alone, and of the product what belongs to layers up to k. */
tepui_status composed_product_at(tepui_network *net, tepui_part part, size_t k, const double *v, double *out,
                                 int64_t *exponent);
/* d f / d (all parameters): row (p, o) is the gradient of output o of point p, times 2^exponent[(p, o)]. Spends the
   gradients that the loss has left. */
tepui_status composed_jacobian_rows(tepui_network *net, double *J, int64_t *exponent);

/* composed_assembly.c */
tepui_status composed_assembly(tepui_network *net, tepui_part part, double *h, int64_t *exponent);
void composed_assembly_gradient(tepui_network *net, double *g);
/* Squares and traces of a part, summed up; block (k, l), k >= l, of units while the sums last. */
typedef struct {
    scaled square, diagonal, trace;
} size_sums;
void composed_sizes_begin(tepui_network *net, size_sums sum[3]);
scaled *composed_sizes_block(tepui_network *net, tepui_part part, size_t k, size_t l);
void composed_sizes_end(tepui_network *net, const size_sums sum[3]);
/* Norms and traces of H, G and R and of their blocks, column by column: nothing of P x P is kept. */
/* The same where points do not mix: transported.c. */
/* The frames of the layers, and space for a column; the matrix of the Hessian. */
#endif
