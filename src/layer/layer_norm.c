/* layer_norm.c -- all features of a point: z = (x - mean) / sqrt(variance + epsilon). */
#define ACROSS 0
#define CENTRE 1
#include "normalise_type.h"

const tepui_layer_type tepui_layer_layer_norm = {
    .kind = {.name = "layer_norm",
             .doc = "every point to mean 0 and variance 1 over its features",
             .source = "Ba, Kiros and Hinton 2016",
             .params = {{"epsilon", "added to the variance", 1e-5, 0, 1e6, 0, 0}}},
    .normalises = 1,
    .centres = CENTRE,
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
    .bend = bend,
};
