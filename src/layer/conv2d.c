/* conv2d.c -- convolution of an image (height x width x channels); a vector is a square image of one channel, that of a
   data set of images its image (composition.c). */
#include "convolution.h"
#include <math.h>

static tepui_status shape(tepui_layer *t, size_t width, size_t points, tepui_error *err)
{
    const size_t side = (size_t)lround(sqrt((double)tepui_shape_size(&t->in)));
    if (t->in.space == 1 || (t->in.space == 0 && side * side != tepui_shape_size(&t->in)))
        return layer_misfit(t, "an image (height x width x channels) or a vector of a square number of features", err);
    if (t->in.space == 0) t->in = (tepui_shape){2, side, side, 1};
    return convolution_shape(t, width, points, err);
}

const tepui_layer_type tepui_layer_conv2d = {
    .kind = {.name = "conv2d",
             .doc = "convolution of an image (height x width x channels); a vector is the image of its data set, or a "
                    "square one of "
                    "one channel",
             .source = "LeCun et al. 1989",
             .params = CONVOLUTION_PARAMS},
    .images = 1,
    .straight = 1,
    .shape = shape,
    .forward = convolution_forward,
    .tangent = convolution_tangent,
    .backward = convolution_backward,
    .bend = convolution_bend,
    .gradient = convolution_gradient,
    .gradient_tangent = convolution_gradient_tangent,
};
