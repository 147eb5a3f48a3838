/* convolution.h (internal) -- what conv1d and conv2d share; see convolution.c. */
#ifndef TEPUI_LAYER_CONVOLUTION_H
#define TEPUI_LAYER_CONVOLUTION_H
#include "layer.h"

enum { CONVOLUTION_CHANNELS, CONVOLUTION_KERNEL, CONVOLUTION_STRIDE, CONVOLUTION_PADDING };
enum { CONVOLUTION_ZERO, CONVOLUTION_CIRCULAR, CONVOLUTION_NONE }; /* padding */
#define CONVOLUTION_PARAMS                                                                                             \
    {                                                                                                                  \
        {"channels", "outputs at each position; 0: the width of the grid", 0, 0, 1e7, 0, 0, 1},                        \
            {"kernel", "positions that an output sees, along each dimension", 3, 1, 1e4, 0, 0, 1},                     \
            {"stride", "positions from one output to the next", 1, 1, 1e4, 0, 0, 1},                                   \
        {                                                                                                              \
            "padding", "0: zeros, 1: circular (both: as many positions as before, over the stride), 2: none", 0, 0, 2, \
                0, 0, 1                                                                                                \
        }                                                                                                              \
    }
/* t->in is a sequence or an image by now */
tepui_status convolution_shape(tepui_layer *t, size_t width, size_t points, tepui_error *err);
void convolution_forward(layer_node *n);
void convolution_tangent(layer_node *n, const double *v);
void convolution_backward(layer_node *n, tepui_rows gy, tepui_rows gx);
void convolution_bend(layer_node *n, const double *v, tepui_rows gx);
int64_t convolution_gradient(layer_node *n, double *g);
int64_t convolution_gradient_tangent(layer_node *n, const double *v, int whole, double *g);
#endif
