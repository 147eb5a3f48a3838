/* resnet.c -- a_l = phi(a_{l-1} + f(a_{l-1})), f two convolutions; the first unit, and one that changes the number of
   channels, is a convolution without skip. */
#include "block.h"

static void unit(const double *value, const tepui_architecture_site *site, char out[TEPUI_UNIT_TEXT])
{
    const char *norm = value[1] > 0 ? ", batch_norm" : "";
    const int skip = site->same && site->in.space == 2;
    out[0] = '\0';
    if (skip) block_write(out, "residual[conv2d(kernel=%.17g)%s, activation, ", value[0], norm);
    block_write(out, "conv2d(kernel=%.17g)%s", value[0], norm);
    block_write(out, skip ? "], activation" : ", activation");
    if (site->unit == site->depth) block_write(out, ", global_average_pool");
}

const tepui_architecture_type tepui_architecture_resnet = {
    .kind = {.name = "resnet",
             .doc = "residual blocks of two convolutions with batch_norm and the activation after the sum; the last "
                    "unit averages",
             .source = "He et al. 2016",
             .params = {{"kernel", "positions that an output sees, along each dimension", 3, 1, 1e4, 0, 0, 1},
                        {"norm", "1: batch_norm behind every convolution, 0: none", 1, 0, 1, 0, 0, 1}}},
    .unit = unit,
};
