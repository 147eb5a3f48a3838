/* conv1d.c -- convolution along a sequence (length x channels); a vector is a sequence of one channel. */
#include "convolution.h"

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    if (t->in.space == 2) return layer_misfit(t, "a sequence (length x channels) or a vector", err);
    if (t->in.space == 0) t->in = (tepui_shape){1, 1, tepui_shape_size(&t->in), 1};
    return convolution_shape(t, width, points, err);
}

const tepui_layer_type tepui_layer_conv1d = {
    .kind = {.name = "conv1d",
             .doc = "convolution along a sequence (length x channels); a vector is a sequence of one channel",
             .source = "LeCun et al. 1989",
             .params = CONVOLUTION_PARAMS},
    .straight = 1,
    .shape = shape,
    .forward = convolution_forward,
    .tangent = convolution_tangent,
    .backward = convolution_backward,
    .bend = convolution_bend,
    .gradient = convolution_gradient,
    .gradient_tangent = convolution_gradient_tangent,
};
