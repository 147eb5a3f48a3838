/* curvature.h (internal) -- what second derivatives need of a sample: all layers with their tangents (composed.h), and
   the second derivative of the loss. Those that need the gradients at the layers (gy) name engine_backward. */
#ifndef TEPUI_CURVATURE_INTERNAL_H
#define TEPUI_CURVATURE_INTERNAL_H
#include <kernel/rows.h>
#include <network/engine.h>
#include <tepui/curvature.h>

/* The root of the loss's second derivative at every output, and its sign: composed_state. */
void curvature_take_roots(tepui_network *net);
/* Blocks at[k] .. at[k + 1], k = 1..count, with exponents of their own are brought to the largest, which it returns; 0
   for zeros. */
int64_t curvature_align(const size_t *at, size_t count, const int64_t *e, double *out);
/* dgy of the last layer: S S^T R f of every point, nothing for the residual part. */
void curvature_through_loss(tepui_network *net, tepui_part part);
/* A visit that writes a layer's gradient to its place in arg, exponents to those of the state. */
void curvature_take_gradient(tepui_network *net, size_t k, void *arg);
#endif
