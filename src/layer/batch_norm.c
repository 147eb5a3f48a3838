/* batch_norm.c -- each channel over all points and positions: z = (x - mean) / sqrt(variance + epsilon), the
   variance over N, as in training. Points mix: derivatives of one output go to all inputs. */
#define ACROSS 1
#define CENTRE 1
#include "normalise_type.h"

const tepui_layer_type tepui_layer_batch_norm = {
    .kind = {.name = "batch_norm",
             .doc = "every channel to mean 0 and variance 1 over the data points (and positions), as in training",
             .source = "Ioffe and Szegedy 2015",
             .params = {{"epsilon", "added to the variance", 1e-5, 0, 1e6, 0, 0}}},
    .couples = 1,
    .least_points = 2,
    .reason = "the variance of one point is 0",
    .normalises = 1,
    .centres = CENTRE,
    .shape = shape,
    .forward = forward,
    .tangent = tangent,
    .backward = backward,
    .bend = bend,
};
