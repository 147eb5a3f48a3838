/* chain.c -- stretches of 1 x 1 layers (width-1 nets) without a function call per weight.

   f(x) = w_L ... w_1 x with a homogeneous activation between the factors, one data point, no bias. The operations and
   their order are those of tiled_forward.c and tiled_backward.c, so the bits are the same; a million layers take
   milliseconds. */
#include "tiled.h"
#include <base/flag.h>

static inline scaled_square settle1(double *m, int64_t *e)
{
    double s = *m * *m;
    if (!(s >= SCALED_LOW && s <= SCALED_HIGH) && *m != 0.0 && isfinite(*m)) {
        const int k = ilogb(*m);
        *m = ldexp(*m, -k);
        *e += k;
        s = *m * *m;
    }
    return (scaled_square){s, *e};
}

typedef struct {
    double below, above; /* slopes of phi */
    double a, u;
    int64_t ea, eu;
} chain_front;

/* Layers l..end of one group; w[k] is the weight of layer l + k. */
static void forward_group(tepui_network *net, chain_front *c, const double *w, size_t l, size_t end)
{
    const tiled_state *s = net->tiled;
    for (; l <= end; l++, w++) {
        const double sigma = net->site[l].sigma;
        const double z = *w * c->a * sigma;
        const double slope = z > 0 ? c->above : c->below;
        s->slope[s->slope_at[l]] = slope;
        net->live[l] = slope != 0.0;
        c->a = z * slope;
        net->forward[l] = settle1(&c->a, &c->ea);
        if (net->tangent) {
            c->u = *w * c->u * sigma * slope;
            net->tangents[l] = settle1(&c->u, &c->eu);
        }
    }
}

tepui_status chain_forward(tepui_network *net, size_t first, size_t last)
{
    const tiled_state *s = net->tiled;
    const tepui_activation_type *phi = net->cell->activation.type;
    const double *a = s->vector[first - 1];
    const int64_t *e = s->exponent + (first - 1) * s->rows;
    double slopes[4];
    phi->slopes(net->cell->activation.value, slopes);
    chain_front c = {slopes[0], slopes[1], a[0], net->tangent ? a[1] : 0.0, e[0], net->tangent ? e[1] : 0};
    for (size_t l = first; l <= last;) {
        const weight_group *g = &net->group[net->site[l].group];
        const size_t end = g->last < last ? g->last : last;
        weight_rows r;
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        const tepui_status st = weights_first(net, l, &r);
        if (st != TEPUI_OK) return st;
        forward_group(net, &c, r.tile, l, end);
        l = end + 1;
    }
    s->vector[last][0] = c.a;
    s->exponent[last * s->rows] = c.ea;
    if (net->tangent) {
        s->vector[last][1] = c.u;
        s->exponent[last * s->rows + 1] = c.eu;
    }
    return TEPUI_OK;
}

/* Layers l..begin downwards; w[0] is the weight of layer begin. Ends with delta at a_{begin-1}. */
static void backward_group(tepui_network *net, const double *w, size_t l, size_t begin)
{
    const tiled_state *s = net->tiled;
    for (; l >= begin; l--) {
        const double slope = s->slope[s->slope_at[l]], sigma = net->site[l].sigma;
        size_t row = 0;
        for (int k = 0; k < 2; k++) {
            if (!net->gradient[k]) continue;
            double *delta = &s->delta[row];
            *delta *= slope;
            net->gradient[k][l] = scaled_times(settle1(delta, &s->delta_exponent[row]), net->forward[l - 1]);
            *delta = w[l - begin] * *delta * sigma;
            row++;
        }
    }
}

tepui_status chain_backward(tepui_network *net, size_t last, size_t first)
{
    for (size_t l = last; l >= first;) {
        const weight_group *g = &net->group[net->site[l].group];
        const size_t begin = g->first > first ? g->first : first;
        weight_rows r;
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        const tepui_status st = weights_first(net, begin, &r);
        if (st != TEPUI_OK) return st;
        backward_group(net, r.tile, l, begin);
        l = begin - 1;
    }
    return TEPUI_OK;
}
