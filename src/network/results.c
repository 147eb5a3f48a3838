/* results.c -- what a sampled network tells. */
#include "composed.h"
#include "sampler.h"
#include <ensemble/composition.h>
#include <string.h>

/* --- numbers of the passes */

static scaled_square all_points(const tepui_network *net, size_t l)
{
    scaled_square sum = {0.0, 0};
    for (size_t p = 0; p < net->points; p++) sum = scaled_plus(sum, net->forward[p * (net->depth + 2) + l]);
    sum.s /= (double)net->points;
    return sum;
}

static double ln_ratio(const tepui_network *net, size_t l)
{
    const struct tepui_sampler_engine *engine = net->cell->sampler->engine;
    return engine->ln_ratio ? engine->ln_ratio(net, l) : 0;
}

static double forward(const tepui_network *net, unsigned quantity, size_t which, size_t l)
{
    (void)quantity;
    if (which == TEPUI_LN_RATIO) return ln_ratio(net, l);
    return scaled_ln_norm(which == TEPUI_ALL_POINTS ? all_points(net, l) : net->forward[which * (net->depth + 2) + l]);
}

double network_output(const tepui_network *net, size_t point, size_t k)
{
    const double f = scaled_shift(net->f[point * net->cell->outputs + k], net->f_exponent[point]);
    return fmin(fmax(f, -0x1p1000), 0x1p1000) + 0.0; /* no engine's zero has a sign */
}

static double output(const tepui_network *net, unsigned quantity, size_t point, size_t k)
{
    (void)quantity;
    return network_output(net, point, k);
}

static double tangent(const tepui_network *net, unsigned quantity, size_t which, size_t l)
{
    (void)quantity, (void)which;
    return scaled_ln_norm(net->tangents[l]);
}

static double gradient(const tepui_network *net, unsigned quantity, size_t which, size_t l)
{
    if (which == TEPUI_LOSS) return net->loss;
    return scaled_ln_norm(net->gradient[quantity == TEPUI_QUANTITY_OUTPUT_GRADIENT][l]);
}

static double of_layer(const tepui_network *net, unsigned quantity, size_t which, size_t l)
{
    switch (quantity) {
    case TEPUI_QUANTITY_SLOPES:
        return net->live[l];
    case TEPUI_QUANTITY_RANK:
        return net->rank[l];
    default:
        return which == TEPUI_GAP ? net->gap[l] : net->cosine[l];
    }
}

const network_read network_reads[TEPUI_QUANTITY_COUNT] = {
    [TEPUI_QUANTITY_FORWARD] = forward,        [TEPUI_QUANTITY_OUTPUT] = output,
    [TEPUI_QUANTITY_SLOPES] = of_layer,        [TEPUI_QUANTITY_ANGLE] = of_layer,
    [TEPUI_QUANTITY_RANK] = of_layer,          [TEPUI_QUANTITY_TANGENT] = tangent,
    [TEPUI_QUANTITY_LOSS_GRADIENT] = gradient, [TEPUI_QUANTITY_OUTPUT_GRADIENT] = gradient,
};

double tepui_network_read(const tepui_network *net, unsigned quantity, size_t which, size_t i)
{
    const network_read read = net->read[quantity];
    return read ? read(net, quantity, which, i) : NAN;
}

/* --- the sample itself */

const tepui_cell *tepui_network_cell(const tepui_network *net)
{
    return net->cell;
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
