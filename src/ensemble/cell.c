/* cell.c -- what determines the law of a cell's samples: its scales, its canonical text, its random key. */
#include "composition.h"
#include <base/text.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/cell.h>
#include <tepui/source.h>

/* Standard deviation of the entries of one matrix, without its layer's factor. */
static tepui_status sigma_of(const tepui_cell *c, const composition_site *at, double *sigma, tepui_error *err)
{
    const tepui_choice linear = {tepui_kind_find(&tepui_family_activation, "linear"), {0}}, *phi = at->phi;
    const tepui_scale_site site = {at->fan_in, at->fan_out, &c->distribution, phi ? phi : &linear,
                                   phi ? c->sigma_b : 0};
    double variance;
    const tepui_status st = ((const tepui_scale_type *)c->scale.type)->variance(&site, c->scale.value, &variance, err);
    if (st != TEPUI_OK) return st;
    *sigma = sqrt(variance) * c->gain;
    if (*sigma > 0 && isfinite(*sigma)) return TEPUI_OK;
    return tepui_fail(err, TEPUI_BAD_INPUT, "the scale rule gives the standard deviation %g at layer %zu", *sigma,
                      at->unit);
}

static int same_site(const composition_site *a, const composition_site *b)
{
    return a->fan_in == b->fan_in && a->fan_out == b->fan_out && a->phi == b->phi;
}

static tepui_status set_sigmas(tepui_cell *c, tepui_error *err)
{
    composition_site site, before = {0};
    double sigma = 0;
    tepui_status st;
    c->sigma = calloc(c->depth + 2, sizeof *c->sigma);
    if (!c->sigma) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a net of depth %zu", c->depth);
    for (size_t m = 1; m <= tepui_matrix_count(c); m++, before = site) {
        site = composition_site_of(c, m);
        if (!same_site(&site, &before)) TEPUI_TRY(sigma_of(c, &site, &sigma, err));
        composition_set_sigma(c, m, sigma * site.factor);
    }
    st = TEPUI_OK;
done:
    return st;
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

static void print_sigmas(text_buffer *out, const tepui_cell *c)
{
    const size_t last = composition_sigmas(c);
    for (size_t l = 1; l <= last;) {
        const double sigma = composition_sigma(c, l);
        size_t n = 1;
        while (l + n <= last && composition_sigma(c, l + n) == sigma) n++;
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
    const tepui_shape *image = composition_image(c);
    if (image) text_print(out, "image %zu x %zu x %zu\n", image->height, image->width, image->channels);
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
    if (c->readout == TEPUI_READOUT_DENSE) st = composition_add_readout(c, err);
    if (st == TEPUI_OK) st = set_sigmas(c, err);
    if (st != TEPUI_OK) return st;
    c->canonical = canonical_text(c);
    c->identity = c->canonical ? identity_text(c) : NULL;
    if (!c->identity) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a cell");
    c->key = tepui_key_make(seed, c->canonical);
    return TEPUI_OK;
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
