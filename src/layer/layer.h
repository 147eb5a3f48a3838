/* layer.h (internal) -- a layer at work on one sample.

   Rows of all points. x, dx and y, dy are the values and tangents in and out; gy is the gradient at y that the backward
   pass has left, dgy its derivative. `points` counts the rows in use: a tangent of a net whose points do not mix has
   one. Exponents of zeros are ROWS_ZERO (kernel/rows.h). A function settles the rows it writes. */
#ifndef TEPUI_LAYER_INTERNAL_H
#define TEPUI_LAYER_INTERNAL_H
#include <kernel/rows.h>
#include <tepui/layer.h>

/* Shared by the layers of a network. */
typedef struct {
    const tepui_kernels *kernel;
    size_t points;
    int curved;       /* second derivatives will be asked for */
    int slopes_known; /* those of this pass, for tangents that need not be made where they are 0 */
    double *scratch;
} layer_work;

struct layer_node {
    const tepui_layer *t;
    layer_work *work;
    size_t in, out; /* features */
    tepui_rows x, y, skip;
    tepui_rows dx, dy, dskip;
    tepui_rows gy, dgy;
    double *room;
    /* The matrix is sigma w, rows x cols: w as drawn, of variance 1, or (curvature/moved.c) the entries themselves. */
    const double *w;
    double sigma;
    const double *own; /* values of the other parameters */
    const double *bias;
    /* What a dense layer's parameters meet in place of x: coordinates of the inputs where there are fewer points than
       inputs (network/composed.c), else x itself. */
    const double *seen;
    size_t seen_size;
    /* phi'(y) where an activation without a second derivative is all that reads y in this unit, or NULL. */
    const double *live;
};

static inline size_t layer_in(const layer_node *n)
{
    return n->in;
}
static inline size_t layer_out(const layer_node *n)
{
    return n->out;
}
/* y = x, row by row; settled */
void layer_copy(const layer_node *n, tepui_rows x, tepui_rows y, size_t size);
void layer_clear(tepui_rows y, size_t points, size_t size); /* zeros */
void layer_settle(const layer_node *n, tepui_rows y, size_t size);
/* The largest exponent of the rows, ROWS_ZERO for none. */
int64_t layer_top(const layer_node *n, tepui_rows x);
/* "needs an image (height x width x channels), got 784" */
tepui_status layer_misfit(const tepui_layer *t, const char *needed, tepui_error *err);
#endif
