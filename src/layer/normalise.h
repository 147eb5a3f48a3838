/* normalise.h (internal) -- z = (x - mean) / sqrt(variance + epsilon) over groups of entries; see normalise.c. */
#ifndef TEPUI_LAYER_NORMALISE_H
#define TEPUI_LAYER_NORMALISE_H
#include "layer.h"

/* Groups: the features of each point (layer_norm, rms_norm), or each channel of all points (batch_norm). */
typedef struct {
    int across; /* points */
    int centre; /* the mean is taken off */
    double epsilon;
} normaliser;
void normalise_room(tepui_layer *t, size_t points);
void normalise_forward(layer_node *n, const normaliser *h);
/* out = J in; J is symmetric, so it does for tangents and for gradients */
void normalise_through(layer_node *n, const normaliser *h, tepui_rows in, tepui_rows out);
void normalise_bend(layer_node *n, const normaliser *h, tepui_rows gx);
#endif
