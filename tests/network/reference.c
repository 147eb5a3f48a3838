/* reference.c -- see reference.h. */
#include "reference.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64

size_t reference_rows(const reference *r, size_t l)
{
    return l <= r->c->depth ? r->c->width[l] : r->c->outputs;
}
size_t reference_cols(const reference *r, size_t l)
{
    return r->c->width[l - 1];
}

void reference_take(reference *r, tepui_network *net)
{
    const tepui_cell *c = tepui_network_cell(net);
    r->c = c;
    r->layers = c->depth + (c->readout == TEPUI_READOUT_DENSE);
    r->w = calloc(r->layers + 1, sizeof *r->w);
    r->b = calloc(r->layers + 1, sizeof *r->b);
    for (size_t l = 1; l <= r->layers; l++) {
        r->w[l] = calloc(reference_rows(r, l) * reference_cols(r, l), sizeof **r->w);
        tepui_network_weights(net, l, r->w[l]);
        if (l > c->depth) continue;
        r->b[l] = calloc(c->width[l], sizeof **r->b);
        tepui_network_biases(net, l, r->b[l]);
    }
    r->x = tepui_network_inputs(net);
    r->y = tepui_network_targets(net);
    r->u = tepui_network_directions(net, &r->v);
}

void reference_free(reference *r)
{
    for (size_t l = 1; l <= r->layers; l++) {
        free(r->w[l]);
        free(r->b[l]);
    }
    free(r->w);
    free(r->b);
}

/* One layer of value a and tangent t; (pi, pj) is the entry of W_l that moves at unit rate, pi = SIZE_MAX: none. */
static void step(const reference *r, size_t l, long double *a, long double *t, size_t pi, size_t pj)
{
    const tepui_activation_type *phi = r->c->activation.type;
    const size_t n = reference_rows(r, l), m = reference_cols(r, l);
    long double za[MOST], zt[MOST];
    for (size_t i = 0; i < n; i++) {
        za[i] = r->b[l] ? r->b[l][i] : 0;
        zt[i] = i == pi ? a[pj] : 0;
        for (size_t j = 0; j < m; j++) {
            za[i] += (long double)r->w[l][i * m + j] * a[j];
            zt[i] += (long double)r->w[l][i * m + j] * t[j];
        }
    }
    for (size_t i = 0; i < n; i++) {
        const int hidden = l <= r->c->depth;
        a[i] = hidden ? phi->f((double)za[i], r->c->activation.value) : za[i];
        t[i] = hidden ? phi->df((double)za[i], r->c->activation.value) * zt[i] : zt[i];
    }
}

static void start(const reference *r, size_t point, long double *a, long double *t)
{
    for (size_t j = 0; j < r->c->inputs; j++) {
        a[j] = r->x[point * r->c->inputs + j];
        t[j] = 0;
    }
}

void reference_forward(const reference *r, size_t point, size_t l, long double *out)
{
    long double t[MOST];
    start(r, point, out, t);
    for (size_t k = 1; k <= l && k <= r->layers; k++) step(r, k, out, t, SIZE_MAX, 0);
}

void reference_tangent(const reference *r, size_t l, long double *out)
{
    long double a[MOST];
    start(r, 0, a, out);
    for (size_t j = 0; j < r->c->inputs; j++) out[j] = r->u[j];
    for (size_t k = 1; k <= l && k <= r->layers; k++) step(r, k, a, out, SIZE_MAX, 0);
}

static long double loss_of(const reference *r, size_t point, const long double *f, double *gradient, int functional)
{
    const tepui_loss_type *loss = functional ? tepui_kind_find(&tepui_family_loss, "output") : r->c->loss.type;
    double out[MOST];
    for (size_t k = 0; k < r->c->outputs; k++) out[k] = (double)f[k];
    return loss->value(out, r->y + point * r->c->outputs, r->v, r->c->outputs, gradient);
}

static long double mean_loss(const reference *r, int functional)
{
    long double sum = 0, f[MOST];
    double g[MOST];
    for (size_t p = 0; p < r->c->points; p++) {
        reference_forward(r, p, r->layers, f);
        sum += loss_of(r, p, f, g, functional);
    }
    return sum / (long double)r->c->points;
}

long double reference_loss(const reference *r)
{
    return mean_loss(r, 0);
}
long double reference_functional(const reference *r)
{
    return mean_loss(r, 1);
}

/* Derivative of the mean loss when entry (i, j) of W_l moves. */
static long double derivative(const reference *r, size_t l, size_t i, size_t j, int functional)
{
    long double sum = 0;
    for (size_t p = 0; p < r->c->points; p++) {
        long double a[MOST], t[MOST];
        double g[MOST];
        start(r, p, a, t);
        for (size_t k = 1; k <= r->layers; k++) step(r, k, a, t, k == l ? i : SIZE_MAX, j);
        loss_of(r, p, a, g, functional);
        for (size_t k = 0; k < r->c->outputs; k++) sum += g[k] * t[k];
    }
    return sum / (long double)r->c->points;
}

long double reference_gradient(const reference *r, size_t l, int functional)
{
    long double sum = 0;
    for (size_t i = 0; i < reference_rows(r, l); i++)
        for (size_t j = 0; j < reference_cols(r, l); j++) {
            const long double d = derivative(r, l, i, j, functional);
            sum += d * d;
        }
    return sqrtl(sum);
}

long double reference_difference(reference *r, size_t l, int functional, double h)
{
    long double sum = 0;
    const size_t size = reference_rows(r, l) * reference_cols(r, l);
    for (size_t k = 0; k < size; k++) {
        const double keep = r->w[l][k];
        r->w[l][k] = keep + h;
        const double up = r->w[l][k];
        const long double above = mean_loss(r, functional);
        r->w[l][k] = keep - h;
        const long double d = (above - mean_loss(r, functional)) / ((long double)up - r->w[l][k]);
        r->w[l][k] = keep;
        sum += d * d;
    }
    return sqrtl(sum);
}
