/* cnn.c -- plain convolutions of an image, square or as a data set has it; the widths of the grid are channels. */
#include "block.h"

static void unit(const double *value, const tepui_architecture_site *site, char out[TEPUI_UNIT_TEXT])
{
    out[0] = '\0';
    block_write(out, "conv2d(kernel=%.17g, padding=%.17g), activation", value[0], value[1]);
    if (site->unit == site->depth && value[2] > 0) block_write(out, ", global_average_pool");
}

const tepui_architecture_type tepui_architecture_cnn = {
    .kind = {.name = "cnn",
             .doc =
                 "a convolution of an image and the activation, width channels; the last unit averages over positions",
             .source = "the seed paper, section 5",
             .params = {{"kernel", "positions that an output sees, along each dimension", 3, 1, 1e4, 0, 0, 1},
                        {"padding", "0: zeros, 1: circular", 0, 0, 1, 0, 0, 1},
                        {"pool", "1: global average pooling at the end", 1, 0, 1, 0, 0, 1}}},
    .unit = unit,
};
