/* cell.c -- what determines the law of a cell's samples: its scales, its canonical text, its random key. */
#include "composition.h"
#include <base/text.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/cell.h>
#include <tepui/source.h>

/* Standard deviation of the entries of one matrix. */
static tepui_status sigma_of(const tepui_cell *c, size_t fan_in, size_t fan_out, const tepui_choice *phi, double *sigma,
                             tepui_error *err)
{
    const tepui_choice linear = {tepui_kind_find(&tepui_family_activation, "linear"), {0}};
    const tepui_scale_site site = {fan_in, fan_out, &c->distribution, phi ? phi : &linear, phi ? c->sigma_b : 0};
    double variance;
    const tepui_status st = ((const tepui_scale_type *)c->scale.type)->variance(&site, c->scale.value, &variance, err);
    *sigma = st == TEPUI_OK ? sqrt(variance) * c->gain : 0;
    return st;
}

static tepui_status fail_variance(double sigma, size_t l, tepui_error *err)
{
    return tepui_fail(err, TEPUI_BAD_INPUT, "the scale rule gives the standard deviation %g at layer %zu", sigma, l);
}

static tepui_status set_plain_sigmas(tepui_cell *c, tepui_error *err)
{
    const size_t layers = c->depth + (c->readout == TEPUI_READOUT_DENSE);
    for (size_t l = 1; l <= layers; l++) {
        const int hidden = l <= c->depth;
        if (l > 2 && hidden && c->width[l] == c->width[l - 1] && c->width[l - 1] == c->width[l - 2]) {
            c->sigma[l] = c->sigma[l - 1]; /* the same site again; l > 2 keeps the input layer apart */
            continue;
        }
        const tepui_status st = sigma_of(c, c->width[l - 1], hidden ? c->width[l] : c->outputs,
                                         hidden ? &c->activation : NULL, &c->sigma[l], err);
        if (st != TEPUI_OK) return st;
        if (!(c->sigma[l] > 0) || !isfinite(c->sigma[l])) return fail_variance(c->sigma[l], l, err);
    }
    return TEPUI_OK;
}

/* fan_in counts what an output sees, fan_out what an input is seen by: kernel positions times channels. */
static tepui_status set_composed_sigmas(tepui_cell *c, tepui_error *err)
{
    const tepui_composition *m = c->composition;
    for (size_t k = 1; k <= m->count; k++) {
        tepui_layer *t = &m->layer[k];
        if (!t->rows) continue;
        const tepui_status st =
            sigma_of(c, t->cols, t->rows * (t->cols / t->in.channels), composition_activation(m, k), &t->sigma, err);
        if (st != TEPUI_OK) return st;
        if (!(t->sigma > 0) || !isfinite(t->sigma)) return fail_variance(t->sigma, t->unit, err);
        t->sigma *= t->factor;
        c->sigma[t->unit] = t->sigma;
    }
    return TEPUI_OK;
}

static tepui_status set_sigmas(tepui_cell *c, tepui_error *err)
{
    c->sigma = calloc(c->depth + 2, sizeof *c->sigma);
    if (!c->sigma) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a net of depth %zu", c->depth);
    return c->composition ? set_composed_sigmas(c, err) : set_plain_sigmas(c, err);
}

/* Widths as runs "784 64x128": short however deep the net is. */
static void print_widths(text_buffer *out, const tepui_cell *c)
{
    for (size_t l = 0; l <= c->depth;) {
        size_t n = 1;
        while (l + n <= c->depth && c->width[l + n] == c->width[l]) n++;
        text_print(out, " %zux%zu", c->width[l], n);
        l += n;
    }
}

/* Number i = 1.. of those that matrices are drawn with: by layer, or every matrix of a composition. */
static double sigma_at(const tepui_cell *c, size_t i)
{
    const tepui_composition *m = c->composition;
    return m ? m->layer[m->matrix[i]].sigma : c->sigma[i];
}

static void print_sigmas(text_buffer *out, const tepui_cell *c)
{
    const size_t last = c->composition ? c->composition->matrices : c->depth + 1;
    for (size_t l = 1; l <= last;) {
        const double sigma = sigma_at(c, l);
        size_t n = 1;
        while (l + n <= last && sigma_at(c, l + n) == sigma) n++;
        text_print(out, " %.17gx%zu", sigma, n);
        l += n;
    }
}

static void print_choice(text_buffer *out, const char *name, const tepui_choice *choice)
{
    char words[256];
    tepui_choice_print(choice, words, sizeof words);
    text_print(out, "\n%s %s", name, words);
}

static void print_sampler(text_buffer *out, const tepui_cell *c)
{
    if (!c->sampler->keyed) return;
    text_print(out, "sampler %s", c->sampler->kind.name);
    if (c->sampler->tilts) text_print(out, " %.17g", c->tilt);
    text_put(out, "\n");
}

/* Physics only: what is observed, how often, and which loss is taken do not change the draws. The scale enters
   through its variances, so that two rules that agree give the same cell. */
static char *canonical_text(const tepui_cell *c)
{
    text_buffer t = {0}, *out = &t;
    text_print(out, "architecture %s\ndepth %zu\nwidths", c->architecture, c->depth);
    print_widths(out, c);
    text_print(out, "\nsigmas");
    print_sigmas(out, c);
    print_choice(out, "activation", &c->activation);
    print_choice(out, "law", &c->distribution);
    if (c->sigma_b > 0) {
        print_choice(out, "bias", &c->bias);
        text_print(out, "\nsigma_b %.17g", c->sigma_b);
    }
    text_print(out, "\nreadout %d outputs %zu targets %d\ngenerator %s\n", (int)c->readout, c->outputs, (int)c->targets,
               c->generator);
    print_sampler(out, c);
    const tepui_shape *image = c->composition ? &c->composition->image : NULL;
    if (image && image->space) text_print(out, "image %zu x %zu x %zu\n", image->height, image->width, image->channels);
    text_put(out, tepui_dataset_identity(c->data));
    return text_take(out);
}

/* Points of a minibatch, as far as the optimizer looks at them. */
static size_t batch_of(const tepui_cell *c)
{
    const tepui_optimizer_type *t = c->dynamics.optimizer.type;
    return t->minibatch && c->dynamics.batch < c->points ? c->dynamics.batch : 0;
}

/* Dynamics do not enter the key: all optimizers start from the same nets. */
static char *identity_text(const tepui_cell *c)
{
    const tepui_dynamics *d = &c->dynamics;
    text_buffer t = {0}, *out = &t;
    text_put(out, c->canonical);
    if (d->follows) {
        text_print(out, "rate %.17g batch %zu", d->rate, batch_of(c));
        if (d->from_data && ((const tepui_optimizer_type *)d->optimizer.type)->minibatch) text_put(out, " from data");
        print_choice(out, "optimizer", &d->optimizer);
        print_choice(out, "schedule", &d->schedule);
    }
    return text_take(out);
}

tepui_status tepui_cell_resolve(tepui_cell *c, uint64_t seed, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    if (c->composition && c->readout == TEPUI_READOUT_DENSE) st = composition_add_readout(c, err);
    if (st == TEPUI_OK) st = set_sigmas(c, err);
    if (st != TEPUI_OK) return st;
    c->canonical = canonical_text(c);
    c->identity = c->canonical ? identity_text(c) : NULL;
    if (!c->identity) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a cell");
    c->key = tepui_key_make(seed, c->canonical);
    return TEPUI_OK;
}

/* *n += a * b; stays at SIZE_MAX once it is beyond. */
static void add_product(size_t *n, size_t a, size_t b)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product) || __builtin_add_overflow(*n, product, n)) *n = SIZE_MAX;
}

size_t tepui_parameters(const tepui_cell *c)
{
    const tepui_composition *m = c->composition;
    size_t n = 0;
    for (size_t k = 1; m && k <= m->count; k++) {
        add_product(&n, m->layer[k].rows, m->layer[k].cols);
        add_product(&n, m->layer[k].own, 1);
    }
    if (m) return n;
    if (c->readout == TEPUI_READOUT_DENSE) add_product(&n, c->outputs, c->width[c->depth]);
    for (size_t l = 1; l <= c->depth; l++) add_product(&n, c->width[l], c->width[l - 1]);
    return n;
}

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

void tepui_cell_clear(tepui_cell *c)
{
    free(c->width);
    free(c->sigma);
    free(c->canonical);
    free(c->identity);
    composition_free(c->composition);
    c->composition = NULL;
    c->width = NULL;
    c->sigma = NULL;
    c->canonical = c->identity = NULL;
}
