/* layers.c -- the layers of any cell, whether or not it writes them down. Nobody else asks which of the two it is.

   A plain net is dense, activation, ..., dense, activation and the read-out: matrix m belongs to layer 2 m - 1. It may
   have 200,000 layers, so no list of them is made. */
#include "composition.h"

int composition_is_plain(const tepui_cell *c)
{
    return !c->composition;
}

static int has_readout(const tepui_cell *c)
{
    return c->readout == TEPUI_READOUT_DENSE;
}

size_t composition_count(const tepui_cell *c)
{
    return c->composition ? c->composition->count : 2 * c->depth + has_readout(c);
}

static tepui_layer plain_layer(const tepui_cell *c, size_t k)
{
    const size_t l = (k + 1) / 2;
    const int dense = k % 2, readout = l > c->depth;
    const size_t width = readout ? c->outputs : c->width[l];
    tepui_error unused;
    tepui_layer t = {.type = tepui_kind_find(&tepui_family_layer, dense ? "dense" : "activation"), .unit = l};
    t.in = (tepui_shape){0, 1, 1, dense ? c->width[l - 1] : width};
    t.from = k - 1;
    if (dense) t.value[1] = 1; /* gain */
    if (!dense) t.activation = c->activation;
    t.factor = 1;
    t.slot = 1 + k % 2;
    t.type->shape(&t, width, c->points, &unused);
    t.matrix = dense ? l : 0;
    t.sigma = dense ? c->sigma[l] : 0;
    if (readout) t.biases = 0;
    return t;
}

tepui_layer composition_layer(const tepui_cell *c, size_t k)
{
    if (c->composition) return c->composition->layer[k];
    return k > 0 ? plain_layer(c, k) : (tepui_layer){.out = {0, 1, 1, c->inputs}};
}

const tepui_choice *composition_phi(const tepui_cell *c, size_t k)
{
    return c->composition ? &c->composition->layer[k].activation : &c->activation;
}

int composition_is_matrix(const tepui_layer *t)
{
    return t->rows && !t->own && t->in.space == 0 && t->out.space == 0;
}

int composition_is_dense(const tepui_cell *c)
{
    const tepui_composition *m = c->composition;
    if (!m) return 1;
    if (m->count != 2 * c->depth + has_readout(c)) return 0;
    for (size_t k = 1; k <= m->count; k++) {
        const tepui_layer *t = &m->layer[k];
        const int fits = k % 2 ? composition_is_matrix(t) : t->type->applies;
        if (!fits || t->unit != (k + 1) / 2) return 0;
    }
    return 1;
}

static int is_smooth(const tepui_choice *activation)
{
    const tepui_activation_type *phi = activation->type;
    return phi && !phi->piecewise_linear;
}

int composition_is_smooth(const tepui_cell *c)
{
    const tepui_composition *m = c->composition;
    if (!m) return is_smooth(&c->activation);
    for (size_t k = 1; k <= m->count; k++)
        if (is_smooth(&m->layer[k].activation)) return 1;
    return 0;
}

static size_t widest_layer(const tepui_cell *c)
{
    size_t most = c->outputs;
    for (size_t l = 0; l <= c->depth; l++)
        if (c->width[l] > most) most = c->width[l];
    return most;
}

size_t composition_widest(const tepui_cell *c)
{
    return c->composition ? c->composition->widest : widest_layer(c);
}

size_t composition_slots(const tepui_cell *c)
{
    return c->composition ? c->composition->slots : 2;
}

int composition_couples(const tepui_cell *c)
{
    return c->composition && c->composition->coupled;
}

int composition_adds_data(const tepui_cell *c)
{
    const tepui_composition *m = c->composition;
    for (size_t k = 1; m && k <= m->count; k++)
        if (m->layer[k].type->branches && m->layer[k].skip == 0) return 1;
    return 0;
}

int composition_takes_width(const tepui_cell *c)
{
    return !c->composition || c->composition->takes_width;
}

int composition_takes_activation(const tepui_cell *c)
{
    return !c->composition || c->composition->takes_activation;
}

const tepui_shape *composition_image(const tepui_cell *c)
{
    return c->composition && c->composition->image.space ? &c->composition->image : NULL;
}

/* --- matrices and other parameters */

size_t tepui_matrix_count(const tepui_cell *c)
{
    return c->composition ? c->composition->matrices : c->depth + has_readout(c);
}

size_t composition_of_matrix(const tepui_cell *c, size_t m)
{
    return c->composition ? c->composition->matrix[m] : 2 * m - 1;
}

static tepui_matrix_shape plain_shape(const tepui_cell *c, size_t m)
{
    const int hidden = m <= c->depth;
    const size_t rows = hidden ? c->width[m] : c->outputs;
    return (tepui_matrix_shape){rows, c->width[m - 1], hidden && c->sigma_b > 0 ? rows : 0, c->sigma ? c->sigma[m] : 0};
}

tepui_matrix_shape tepui_matrix_shape_of(const tepui_cell *c, size_t m)
{
    if (!c->composition) return plain_shape(c, m);
    const tepui_layer *t = &c->composition->layer[c->composition->matrix[m]];
    return (tepui_matrix_shape){t->rows, t->cols, c->sigma_b > 0 ? t->biases : 0, t->sigma};
}

/* fan_in counts what an output sees, fan_out what an input is seen by: kernel positions times channels. */
composition_site composition_site_of(const tepui_cell *c, size_t m)
{
    if (!c->composition) {
        const tepui_matrix_shape s = plain_shape(c, m);
        return (composition_site){s.cols, s.rows, m <= c->depth ? &c->activation : NULL, m, 1};
    }
    const size_t k = c->composition->matrix[m];
    const tepui_layer *t = &c->composition->layer[k];
    const size_t fan_out = t->rows * (t->cols / t->in.channels);
    return (composition_site){t->cols, fan_out, composition_activation(c->composition, k), t->unit, t->factor};
}

void composition_set_sigma(tepui_cell *c, size_t m, double sigma)
{
    if (c->composition) c->composition->layer[c->composition->matrix[m]].sigma = sigma;
    c->sigma[composition_site_of(c, m).unit] = sigma;
}

size_t composition_sigmas(const tepui_cell *c)
{
    return c->composition ? c->composition->matrices : c->depth + 1;
}

double composition_sigma(const tepui_cell *c, size_t i)
{
    return c->composition ? c->composition->layer[c->composition->matrix[i]].sigma : c->sigma[i];
}

/* *n += a * b; stays at SIZE_MAX once it is beyond. */
static void add_product(size_t *n, size_t a, size_t b)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product) || __builtin_add_overflow(*n, product, n)) *n = SIZE_MAX;
}

size_t composition_entries(const tepui_cell *c)
{
    size_t n = 0;
    for (size_t m = 1; m <= tepui_matrix_count(c); m++) {
        const tepui_matrix_shape s = tepui_matrix_shape_of(c, m);
        add_product(&n, s.rows, s.cols);
    }
    return n;
}

size_t tepui_parameters(const tepui_cell *c)
{
    const tepui_composition *list = c->composition;
    size_t n = composition_entries(c);
    for (size_t k = 1; list && k <= list->count; k++) add_product(&n, list->layer[k].own, 1);
    return n;
}

size_t composition_place(const tepui_cell *c, size_t k)
{
    const tepui_composition *list = c->composition;
    size_t at = 0;
    for (size_t m = 1; m <= tepui_matrix_count(c) && composition_of_matrix(c, m) < k; m++) {
        const tepui_matrix_shape s = tepui_matrix_shape_of(c, m);
        at += s.rows * s.cols;
    }
    for (size_t i = 1; list && i < k; i++) at += list->layer[i].own;
    return at;
}

/* Blocks of samples are made by this number: plain nets count no activations, as they always did. */
size_t tepui_multiplications(const tepui_cell *c)
{
    const tepui_composition *m = c->composition;
    size_t n = 0;
    if (!m) return tepui_parameters(c);
    for (size_t k = 1; k <= m->count; k++) {
        const tepui_layer *t = &m->layer[k];
        n += t->cols * (t->rows ? tepui_shape_size(&t->out) : 0) + tepui_shape_size(&t->out);
    }
    return n;
}

size_t tepui_unit_size(const tepui_cell *c, size_t l)
{
    const tepui_composition *m = c->composition;
    return m ? tepui_shape_size(&m->layer[m->last[l]].out) : c->width[l];
}
