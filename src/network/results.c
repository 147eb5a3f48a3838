/* results.c -- what a sampled network tells. */
#include "composed.h"
#include "sampler.h"
#include <ensemble/composition.h>
#include <string.h>

const tepui_cell *tepui_network_cell(const tepui_network *net)
{
    return net->cell;
}

double tepui_network_ln_forward(const tepui_network *net, size_t point, size_t layer)
{
    return scaled_ln_norm(net->forward[point * (net->depth + 2) + layer]);
}

double tepui_network_ln_forward_rms(const tepui_network *net, size_t layer)
{
    scaled_square sum = {0.0, 0};
    for (size_t p = 0; p < net->points; p++) sum = scaled_plus(sum, net->forward[p * (net->depth + 2) + layer]);
    sum.s /= (double)net->points;
    return scaled_ln_norm(sum);
}

double tepui_network_ln_weighted(const tepui_network *net, size_t layer, double power)
{
    const double growth = tepui_network_ln_forward_rms(net, layer) - tepui_network_ln_forward_rms(net, 0);
    const struct tepui_sampler_engine *engine = net->cell->sampler->engine;
    return power * growth + (engine->ln_ratio ? engine->ln_ratio(net, layer) : 0);
}

double tepui_network_ln_tangent(const tepui_network *net, size_t layer)
{
    return scaled_ln_norm(net->tangents[layer]);
}

double tepui_network_ln_gradient(const tepui_network *net, size_t layer)
{
    return scaled_ln_norm(net->gradient[0][layer]);
}

double tepui_network_ln_output_gradient(const tepui_network *net, size_t layer)
{
    return scaled_ln_norm(net->gradient[1][layer]);
}

double tepui_network_output(const tepui_network *net, size_t point, size_t k)
{
    const double f = scaled_shift(net->f[point * net->cell->outputs + k], net->f_exponent[point]);
    return fmin(fmax(f, -0x1p1000), 0x1p1000) + 0.0; /* no engine's zero has a sign */
}

double tepui_network_loss(const tepui_network *net)
{
    return net->loss;
}

double tepui_network_live_fraction(const tepui_network *net, size_t layer)
{
    return net->live[layer];
}

double tepui_network_cosine(const tepui_network *net, size_t layer)
{
    return net->cosine[layer];
}

double tepui_network_representation_rank(const tepui_network *net, size_t layer)
{
    return net->rank[layer];
}

double tepui_network_gap(const tepui_network *net, size_t layer)
{
    return net->gap[layer];
}

const double *tepui_network_inputs(const tepui_network *net)
{
    return net->x;
}

const double *tepui_network_targets(const tepui_network *net)
{
    return net->y;
}

const double *tepui_network_directions(const tepui_network *net, const double **out)
{
    *out = net->out_dir;
    return net->in;
}

tepui_status tepui_network_weights(tepui_network *net, size_t layer, double *w)
{
    if (!net->cell->sampler->matrices) return TEPUI_FAILED;
    const weight_site *s = &net->site[layer];
    weight_rows r;
    tepui_status st = weights_first(net, layer, &r);
    while (st == TEPUI_OK && r.rows) {
        memcpy(w + r.row * s->cols, r.tile, r.rows * s->cols * sizeof *w);
        st = weights_next(net, layer, &r);
    }
    if (st == TEPUI_OK) net->kernel->scale(w, s->sigma, s->rows * s->cols);
    return st;
}

tepui_status tepui_network_biases(tepui_network *net, size_t layer, double *b)
{
    const tepui_cell *c = net->cell;
    const size_t n = composition_layer(c, composition_of_matrix(c, layer)).biases;
    memset(b, 0, n * sizeof *b);
    if (c->sigma_b <= 0) return TEPUI_OK;
    if (net->gsl) return TEPUI_FAILED;
    network_draw_biases(net, layer, b, n);
    return TEPUI_OK;
}

size_t tepui_network_mask(const tepui_network *net, size_t k, const double **mask)
{
    const composed_state *s = net->composed;
    for (size_t i = 1; s && i <= s->m->count; i++) {
        if (!s->m->layer[i].type->masks || k-- > 0) continue;
        *mask = s->node[i].room;
        return s->m->layer[i].room;
    }
    return 0;
}
