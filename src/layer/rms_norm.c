/* rms_norm.c -- all features of a point: z = x / sqrt(mean of x^2 + epsilon). */
#define ACROSS 0
#define CENTRE 0
#include "normalise_type.h"

const tepui_layer_type tepui_layer_rms_norm = {
    .kind = {.name = "rms_norm",
             .doc = "every point to mean square 1 over its features",
             .source = "Zhang and Sennrich 2019",
             .params = {{"epsilon", "added to the variance", 1e-5, 0, 1e6, 0, 0}}},
    .normalises = 1,
    .centres = CENTRE,
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
    .bend = bend,
};
