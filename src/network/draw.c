/* draw.c -- what of a sample is no matrix: data, directions, biases. */
#include "network.h"

void network_draw_biases(tepui_network *net, size_t m, double *b, size_t n)
{
    const tepui_cell *c = net->cell;
    const tepui_distribution_type *law = c->bias.type;
    tepui_stream_at(&net->stream, TEPUI_FOR_BIASES, (uint32_t)m);
    law->fill(&net->stream, b, n, c->bias.value, net->scratch);
    net->kernel->scale(b, c->sigma_b, n);
}

/* A unit vector, uniform on the sphere; +1 in one dimension. */
void network_draw_direction(tepui_network *net, tepui_purpose purpose, double *v, size_t n)
{
    tepui_stream_at(&net->stream, purpose, 0);
    tepui_draw_normal(&net->stream, v, n);
    if (n == 1) v[0] = 1.0;
    tepui_divide(v, sqrt(net->kernel->sumsq(v, n)), n);
}

tepui_status network_draw_data(tepui_network *net)
{
    const tepui_cell *c = net->cell;
    const tepui_status st =
        tepui_dataset_points(c->data, &net->stream, c->inputs, c->outputs, net->x, net->y, net->work);
    if (st != TEPUI_OK) return st;
    /* always drawn, so that a sequential generator gives the same weights whatever is observed */
    network_draw_direction(net, TEPUI_FOR_DIRECTION_IN, net->in, c->inputs);
    network_draw_direction(net, TEPUI_FOR_DIRECTION_OUT, net->out_dir, c->outputs);
    return TEPUI_OK;
}
