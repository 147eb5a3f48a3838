/* view.c -- a sample as users of the library see it: numbers, never the workspace behind them.

   The first network computes what was named at first, with the bits of a run. What else is asked for comes from a
   second one, which is laid out anew when it has to give more; gradients and Hessian products always count all
   coordinates (TEPUI_NEEDS_CURVATURE). */
#include "view.h"
#include <ensemble/composition.h>
#include <math.h>
#include <network/network.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRADIENT (TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_CURVATURE)

/* A network that computes anything has made the forward pass. */
tepui_sample sample_view(tepui_network *net)
{
    return (tepui_sample){
        .cell = net->cell, .net = net, .needs = net->needs | TEPUI_NEEDS_FORWARD, .drawn = 1, .borrowed = 1};
}

tepui_status tepui_sample_new(const tepui_cell *c, unsigned needs, tepui_sample **out, tepui_error *err)
{
    tepui_sample *s = *out = NULL;
    tepui_status st;
    if (needs & TEPUI_NEEDS_PATH && !c->dynamics.follows)
        return tepui_fail(err, TEPUI_BAD_INPUT, "the cell has no dynamics: its experiment follows no trajectories");
    s = calloc(1, sizeof *s);
    if (!s) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a sample");
    s->cell = c;
    s->needs = needs | TEPUI_NEEDS_FORWARD;
    TEPUI_TRY(tepui_network_alloc(c, s->needs, &s->net, err));
    if (needs & TEPUI_NEEDS_PATH) TEPUI_TRY(tepui_follower_alloc(s->net, s->needs, 1, &s->follower, err));
    *out = s;
    return TEPUI_OK;
done:
    tepui_sample_free(s);
    return st;
}

void tepui_sample_free(tepui_sample *s)
{
    if (!s) return;
    tepui_follower_free(s->follower);
    tepui_network_free(s->net);
    tepui_network_free(s->more);
    free(s);
}

/* tepui_fail(), said to the sample, too. */
__attribute__((format(printf, 4, 5))) static tepui_status refuse(const tepui_sample *s, tepui_status st,
                                                                 tepui_error *err, const char *format, ...)
{
    tepui_error line;
    va_list args;
    va_start(args, format);
    vsnprintf(line.text, sizeof line.text, format, args);
    va_end(args);
    tepui_fail(s->why, st, "%s", line.text);
    return tepui_fail(err, st, "%s", line.text);
}

static tepui_status failed(tepui_status st, tepui_error *err)
{
    return st == TEPUI_OK ? st : tepui_fail(err, st, "sampling failed");
}

static tepui_status draw_more(tepui_sample *s)
{
    return s->more ? tepui_network_sample(s->more, s->number, NULL) : TEPUI_OK;
}

tepui_status tepui_sample_draw(tepui_sample *s, uint64_t number, tepui_error *err)
{
    tepui_status st;
    s->number = number;
    s->drawn = 0;
    if (s->follower) {
        tepui_follower_begin(s->follower, number, 1);
        TEPUI_TRY(tepui_follower_go(s->follower, NULL, NULL));
    }
    TEPUI_TRY(tepui_network_sample(s->net, number, NULL));
    if (s->follower) tepui_follower_show(s->follower, 0);
    TEPUI_TRY(draw_more(s));
    s->drawn = 1;
done:
    return failed(st, err);
}

const tepui_cell *tepui_sample_cell(const tepui_sample *s)
{
    return s->cell;
}

uint64_t tepui_sample_number(const tepui_sample *s)
{
    return s->number;
}

/* --- the network that gives what is asked for */

/* A sequential generator hands its words out in the order of the questions. */
static int is_same_net(const tepui_sample *s)
{
    const tepui_cell *c = s->cell;
    if (memcmp(s->net->x, s->more->x, c->points * c->inputs * sizeof(double)) != 0) return 0;
    for (size_t m = 1; m <= tepui_matrix_count(c); m++) {
        const weight_site *a = &s->net->site[m];
        weight_rows r, t;
        if (weights_first(s->net, m, &r) != TEPUI_OK || weights_first(s->more, m, &t) != TEPUI_OK) return 0;
        while (r.rows && t.rows == r.rows) {
            if (memcmp(r.tile, t.tile, r.rows * a->cols * sizeof(double)) != 0) return 0;
            if (weights_next(s->net, m, &r) != TEPUI_OK || weights_next(s->more, m, &t) != TEPUI_OK) return 0;
        }
        if (r.rows != t.rows) return 0;
    }
    return 1;
}

static tepui_status lay_out_more(tepui_sample *s, unsigned needs, tepui_error *err)
{
    tepui_status st;
    tepui_network_free(s->more);
    s->more = NULL;
    s->more_needs |= needs | TEPUI_NEEDS_FORWARD;
    TEPUI_TRY(tepui_network_alloc(s->cell, s->more_needs, &s->more, err));
    TEPUI_TRY(failed(draw_more(s), err));
    if (s->net->gsl && !is_same_net(s))
        st = tepui_fail(err, TEPUI_BAD_INPUT,
                        "generator %s hands out its numbers in order: only what was named at first can be asked for",
                        s->cell->generator);
done:
    if (st != TEPUI_OK) {
        tepui_network_free(s->more);
        s->more = NULL;
        s->more_needs = 0;
    }
    return st;
}

/* The names of the first few of a set. */
static tepui_status refuse_unnamed(const tepui_sample *s, unsigned missing, tepui_error *err)
{
    char names[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < TEPUI_QUANTITY_COUNT && used < sizeof names / 2; i++)
        if (missing >> i & 1)
            used += (size_t)snprintf(names + used, sizeof names - used, "%sTEPUI_NEEDS_%s", used ? " and " : "",
                                     tepui_quantities[i].name);
    return refuse(s, TEPUI_USAGE, err, "it asks for what its `needs' do not name: %s", names);
}

tepui_status sample_network(tepui_sample *s, unsigned needs, tepui_network **out, tepui_error *err)
{
    *out = NULL;
    if (!s->drawn) return tepui_fail(err, TEPUI_USAGE, "no sample was drawn");
    if ((needs & ~s->needs) == 0) {
        *out = s->net;
        return TEPUI_OK;
    }
    if (s->borrowed) return refuse_unnamed(s, needs & ~s->needs, err);
    if (!s->cell->sampler->matrices)
        return tepui_fail(err, TEPUI_BAD_INPUT, "sampler: %s draws no matrices, and gives only what was named at first",
                          s->cell->sampler->kind.name);
    if (needs & TEPUI_NEEDS_PATH) return tepui_fail(err, TEPUI_BAD_INPUT, "trajectories have to be named at first");
    if (needs & ~s->more_needs) {
        const tepui_status st = lay_out_more(s, needs, err);
        if (st != TEPUI_OK) return st;
    }
    *out = s->more;
    return TEPUI_OK;
}

/* --- data, output, loss */

const double *tepui_sample_inputs(const tepui_sample *s)
{
    return s->drawn ? tepui_network_inputs(s->net) : NULL;
}

static int has_targets(const tepui_cell *c)
{
    return c->targets != TEPUI_TARGETS_NONE;
}

const double *tepui_sample_targets(const tepui_sample *s)
{
    return s->drawn && has_targets(s->cell) ? tepui_network_targets(s->net) : NULL;
}

void tepui_sample_output(const tepui_sample *s, double *f)
{
    const tepui_cell *c = s->cell;
    for (size_t p = 0; p < c->points; p++)
        for (size_t k = 0; k < c->outputs; k++)
            f[p * c->outputs + k] = s->drawn ? tepui_network_read(s->net, TEPUI_QUANTITY_OUTPUT, p, k) : NAN;
}

static tepui_status loss_network(tepui_sample *s, unsigned needs, tepui_network **net, tepui_error *err)
{
    const tepui_loss_type *loss = s->cell->loss.type;
    *net = NULL;
    if (loss->needs_target && !has_targets(s->cell))
        return refuse(s, TEPUI_BAD_INPUT, err, "loss %s needs targets, and the cell has none", loss->kind.name);
    return sample_network(s, needs, net, err);
}

tepui_status tepui_sample_loss(tepui_sample *s, double *loss, tepui_error *err)
{
    tepui_network *net;
    const tepui_status st = loss_network(s, TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_LOSS_GRADIENT, &net, err);
    *loss = net ? tepui_network_read(net, TEPUI_QUANTITY_LOSS_GRADIENT, TEPUI_LOSS, 0) : NAN;
    return st;
}

tepui_status tepui_sample_directions(tepui_sample *s, double *u, double *v, tepui_error *err)
{
    tepui_network *net;
    const double *out;
    const tepui_status st = sample_network(s, TEPUI_NEEDS_TANGENT | TEPUI_NEEDS_OUTPUT_GRADIENT, &net, err);
    if (st != TEPUI_OK) return st;
    memcpy(u, tepui_network_directions(net, &out), s->cell->inputs * sizeof *u);
    memcpy(v, out, s->cell->outputs * sizeof *v);
    return TEPUI_OK;
}

/* --- weights */

static tepui_status check_matrix(const tepui_sample *s, size_t m, tepui_error *err)
{
    const size_t count = tepui_matrix_count(s->cell);
    if (!s->drawn) return tepui_fail(err, TEPUI_USAGE, "no sample was drawn");
    if (m == 0 || m > count)
        return refuse(s, TEPUI_BAD_INPUT, err, "there is no matrix %zu; they are 1 .. %zu", m, count);
    if (!s->cell->sampler->matrices)
        return refuse(s, TEPUI_BAD_INPUT, err, "sampler: %s draws no matrices", s->cell->sampler->kind.name);
    return TEPUI_OK;
}

tepui_status tepui_sample_weights(tepui_sample *s, size_t m, double *w, tepui_error *err)
{
    const tepui_status st = check_matrix(s, m, err);
    return st == TEPUI_OK ? failed(tepui_network_weights(s->net, m, w), err) : st;
}

tepui_status tepui_sample_biases(tepui_sample *s, size_t m, double *b, tepui_error *err)
{
    const tepui_status st = check_matrix(s, m, err);
    if (st != TEPUI_OK || tepui_matrix_shape_of(s->cell, m).biases == 0) return st;
    if (tepui_network_biases(s->net, m, b) == TEPUI_OK) return TEPUI_OK;
    return refuse(s, TEPUI_BAD_INPUT, err, "generator %s hands out its numbers in order: biases cannot be drawn again",
                  s->cell->generator);
}

size_t tepui_sample_layers(const tepui_sample *s)
{
    return composition_count(s->cell);
}

size_t tepui_sample_own(const tepui_sample *s, size_t k, double *value)
{
    if (k == 0 || k > tepui_sample_layers(s)) return 0;
    const tepui_layer t = composition_layer(s->cell, k);
    if (value && t.own) {
        memset(value, 0, t.own * sizeof *value);
        if (t.type->start) t.type->start(&t, value);
    }
    return t.own;
}

size_t tepui_sample_mask(const tepui_sample *s, size_t k, const double **mask)
{
    return s->drawn ? tepui_network_mask(s->net, k, mask) : 0;
}

/* --- gradient and curvature */

size_t tepui_sample_place_of_matrix(const tepui_sample *s, size_t m)
{
    return composition_place(s->cell, composition_of_matrix(s->cell, m));
}

size_t tepui_sample_place_of_own(const tepui_sample *s, size_t k)
{
    const tepui_layer t = composition_layer(s->cell, k);
    return composition_place(s->cell, k) + t.rows * t.cols;
}

tepui_status tepui_sample_gradient(tepui_sample *s, double *g, int64_t *exponent, tepui_error *err)
{
    tepui_network *net;
    const tepui_status st = loss_network(s, GRADIENT, &net, err);
    return st == TEPUI_OK ? failed(tepui_network_loss_gradient(net, g, exponent), err) : st;
}

tepui_status tepui_sample_hessian_product(tepui_sample *s, tepui_part part, const double *v, double *out,
                                          int64_t *exponent, tepui_error *err)
{
    tepui_network *net;
    const tepui_status st = loss_network(s, GRADIENT, &net, err);
    return st == TEPUI_OK ? failed(tepui_network_hessian_product(net, part, v, out, exponent), err) : st;
}
