/* hessian_trace_ratio.c -- tr H / norm_F(H), with its sign; 0 for a dead sample. Tends to 0 as the net deepens (theory
 * H3). */
#include "component.h"
#include <base/elementary.h>
#include <math.h>
#include <tepui/curvature.h>

static const long whole[] = {TEPUI_COMPONENT_H, 0};

static double measure(const tepui_network *net, long component)
{
    (void)component;
    const double ln_norm = tepui_network_read(net, TEPUI_QUANTITY_HESSIAN_SIZE, TEPUI_HESSIAN, TEPUI_NORM);
    const double ln_trace = tepui_network_read(net, TEPUI_QUANTITY_HESSIAN_SIZE, TEPUI_HESSIAN, TEPUI_LN_TRACE);
    const double sign = tepui_network_read(net, TEPUI_QUANTITY_HESSIAN_SIZE, TEPUI_HESSIAN, TEPUI_TRACE_SIGN);
    return ln_norm == -INFINITY || ln_trace == -INFINITY ? 0 : sign * elementary_exp(ln_trace - ln_norm);
}

const tepui_observable_type tepui_observable_hessian_trace_ratio = {
    .kind = {.name = "hessian_trace_ratio",
             .doc = "trace of the Hessian over its Frobenius norm: 0 for a saddle with a symmetric spectrum",
             .source = "docs/theory/curvature.md#h1 to #h3; Orvieto et al. 2021"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_HESSIAN_SIZE,
    .least_points = 1,
    .named = whole,
    .measure = measure,
    .formula = "tr H / norm_F(H), with its sign",
    .special = "0 of a dead sample",
};
