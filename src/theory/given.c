/* given.c -- questions to the layers, weights and points of a cell (see given.h). */
#include "norms.h"
#include <ensemble/composition.h>
#include <tepui/source.h>

#define RARE 40u /* 2^-40: never met */

const tepui_source_type *given_source(const tepui_cell *c)
{
    return c->data->spec.source.type;
}

/* --- layers */

int given_plain(const tepui_cell *c)
{
    return composition_is_plain(c);
}

int given_slopes(const tepui_cell *c, double below, double above)
{
    return tepui_activation_has_slopes(&c->activation, below, above);
}

int given_gaussian_weights(const tepui_cell *c)
{
    return ((const tepui_distribution_type *)c->distribution.type)->gaussian;
}

int given_linear(const tepui_cell *c)
{
    const tepui_composition *m = c->composition;
    if (!m) return given_slopes(c, 1, 1);
    for (size_t k = 1; k <= m->last[c->depth]; k++)
        if (m->layer[k].type->applies && !tepui_activation_has_slopes(&m->layer[k].activation, 1, 1)) return 0;
    return 1;
}

static int unit_is_relu(const tepui_composition *m, size_t l)
{
    int applied = 0;
    for (size_t k = m->last[l - 1] + 1; k <= m->last[l]; k++) {
        if (!m->layer[k].type->applies) continue;
        if (!tepui_activation_has_slopes(&m->layer[k].activation, 0, 1)) return 0;
        applied = 1;
    }
    return applied;
}

int given_relu(const tepui_cell *c)
{
    if (!c->composition) return given_slopes(c, 0, 1);
    for (size_t l = 1; l <= c->depth; l++)
        if (!unit_is_relu(c->composition, l)) return 0;
    return 1;
}

static int is_curved(const tepui_layer *t)
{
    if (t->type->applies) return !((const tepui_activation_type *)t->activation.type)->piecewise_linear;
    return !t->type->straight;
}

int given_linear_in_parameters(const tepui_cell *c)
{
    const tepui_composition *m = c->composition;
    if (!m) return ((const tepui_activation_type *)c->activation.type)->piecewise_linear;
    for (size_t k = 1; k <= m->count; k++)
        if (is_curved(&m->layer[k])) return 0;
    return 1;
}

static size_t trained_layers(const tepui_composition *m, size_t first, size_t last)
{
    size_t n = 0;
    for (size_t k = first; k <= last; k++) n += (size_t)(m->layer[k].matrix > 0) + (size_t)(m->layer[k].own > 0);
    return n;
}

int given_linear_in_units(const tepui_cell *c)
{
    const tepui_composition *m = c->composition;
    if (!given_linear_in_parameters(c)) return 0;
    for (size_t l = 1; m && l <= c->depth + 1; l++)
        if (trained_layers(m, m->last[l - 1] + 1, m->last[l]) > 1) return 0;
    return 1;
}

int given_bare_readout(const tepui_cell *c)
{
    const tepui_composition *m = c->composition;
    if (!m || c->readout == TEPUI_READOUT_NONE) return 1;
    const size_t first = m->last[c->depth] + 1;
    return m->count == first && composition_is_matrix(&m->layer[first]);
}

int given_weights_alone(const tepui_cell *c)
{
    const tepui_composition *m = c->composition;
    for (size_t k = 1; m && k <= m->count; k++)
        if (m->layer[k].own > 0) return 0;
    return 1;
}

int given_one_sigma(const tepui_cell *c)
{
    for (size_t l = 2; l <= c->depth; l++)
        if (c->sigma[l] != c->sigma[1]) return 0;
    return 1;
}

/* --- biases and points */

int given_gaussian_biases(const tepui_cell *c)
{
    return !(c->sigma_b > 0) || ((const tepui_distribution_type *)c->bias.type)->gaussian;
}

int given_nonzero_points(const tepui_cell *c)
{
    return c->data->zero_rows == 0;
}

int given_drawn_points(const tepui_cell *c)
{
    return given_source(c)->gaussian || given_source(c)->unit_norm;
}

int given_different_points(const tepui_cell *c)
{
    return given_drawn_points(c) && (c->inputs > 1 || c->points > RARE || given_source(c)->gaussian);
}
