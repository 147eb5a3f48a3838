/* descent.c -- see descent.h. */
#include "descent.h"
#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *room(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);
    if (!p) abort();
    return p;
}

static size_t rows(const model *m, size_t l)
{
    return l <= m->c->depth ? m->c->width[l] : m->q;
}

static double *copy(const double *from, size_t n)
{
    double *to = room(n, sizeof *to);
    if (from) memcpy(to, from, n * sizeof *to);
    return to;
}

static void take_plain(model *m, tepui_network *net)
{
    long double *to = m->theta;
    m->b = room(m->layers + 1, sizeof *m->b);
    for (size_t l = 1; l <= m->layers; l++) {
        const size_t size = rows(m, l) * m->c->width[l - 1];
        double *w = room(size, sizeof *w);
        if (tepui_network_weights(net, l, w) != TEPUI_OK) abort();
        for (size_t i = 0; i < size; i++) *to++ = w[i];
        free(w);
        m->b[l] = room(rows(m, l), sizeof **m->b);
        if (l <= m->c->depth && tepui_network_biases(net, l, m->b[l]) != TEPUI_OK) abort();
    }
}

void model_take(model *m, tepui_network *net)
{
    const tepui_cell *c = tepui_network_cell(net);
    const double *out;
    tepui_network_directions(net, &out);
    *m = (model){.c = c, .P = tepui_parameters(c), .n = c->points, .q = c->outputs};
    m->layers = c->depth + (c->readout == TEPUI_READOUT_DENSE);
    m->theta = room(m->P, sizeof *m->theta);
    m->f = room(m->n * m->q, sizeof *m->f);
    m->x = copy(tepui_network_inputs(net), m->n * c->inputs);
    m->y = copy(c->targets == TEPUI_TARGETS_NONE ? NULL : tepui_network_targets(net), m->n * m->q);
    m->v = copy(out, m->q);
    if (!c->composition) {
        take_plain(m, net);
        return;
    }
    slow_take(&m->slow, net);
    m->slow.y = m->y, m->slow.v = m->v;
    memcpy(m->theta, m->slow.p, m->P * sizeof *m->theta);
}

void model_free(model *m)
{
    if (m->c->composition) slow_free(&m->slow);
    for (size_t l = 1; m->b && l <= m->layers; l++) free(m->b[l]);
    free(m->b), free(m->theta), free(m->f), free(m->x), free(m->y), free(m->v);
}

/* --- losses, from their definitions */

static long double loss_of(const model *m, const long double *f, size_t p, long double *slope)
{
    const char *name = ((const tepui_kind *)m->c->loss.type)->name;
    const double *y = m->y + p * m->q;
    long double loss = 0, all = 0, sum = 0;
    for (size_t k = 0; k < m->q; k++) {
        all += expl(f[k]);
        sum += y[k];
    }
    for (size_t k = 0; k < m->q; k++)
        if (strcmp(name, "mse") == 0) {
            slope[k] = f[k] - y[k];
            loss += slope[k] * slope[k] / 2;
        } else if (strcmp(name, "output") == 0) {
            slope[k] = m->v[k];
            loss += m->v[k] * f[k];
        } else {
            slope[k] = sum * expl(f[k]) / all - y[k];
            loss -= y[k] * (f[k] - logl(all));
        }
    return loss;
}

long double model_plateau(const model *m)
{
    long double zero[64] = {0}, slope[64], sum = 0;
    for (size_t p = 0; p < m->n; p++) sum += loss_of(m, zero, p, slope);
    return sum / (long double)m->n;
}

/* --- gradients */

static long double phi(const model *m, long double z, long double *slope)
{
    const char *name = ((const tepui_kind *)m->c->activation.type)->name;
    if (strcmp(name, "tanh") == 0) {
        const long double t = tanhl(z);
        *slope = 1 - t * t;
        return t;
    }
    *slope = strcmp(name, "relu") == 0 ? z > 0 : 1;
    return *slope * z;
}

#define WIDE 64
#define DEEP 16

/* Point p counting `share` times, into g; its loss. */
static long double plain_point(model *m, const long double *w, size_t p, long double share, long double *g)
{
    long double a[DEEP][WIDE], slope[DEEP][WIDE], delta[WIDE], down[WIDE];
    size_t at[DEEP];
    for (size_t j = 0; j < m->c->inputs; j++) a[0][j] = m->x[p * m->c->inputs + j];
    for (size_t l = 1, from = 0; l <= m->layers; from += rows(m, l) * m->c->width[l - 1], l++) {
        const size_t d = m->c->width[l - 1];
        at[l] = from;
        for (size_t i = 0; i < rows(m, l); i++) {
            long double z = m->b[l][i];
            for (size_t j = 0; j < d; j++) z += w[from + i * d + j] * a[l - 1][j];
            slope[l][i] = 1;
            a[l][i] = l <= m->c->depth ? phi(m, z, &slope[l][i]) : z;
        }
    }
    memcpy(m->f + p * m->q, a[m->layers], m->q * sizeof *m->f);
    const long double loss = loss_of(m, a[m->layers], p, delta);
    for (size_t l = m->layers; l >= 1; l--) {
        const size_t d = m->c->width[l - 1];
        memset(down, 0, sizeof down);
        for (size_t i = 0; i < rows(m, l); i++)
            for (size_t j = 0; j < d; j++) {
                g[at[l] + i * d + j] += share * delta[i] * slope[l][i] * a[l - 1][j] / (long double)m->n;
                down[j] += w[at[l] + i * d + j] * delta[i] * slope[l][i];
            }
        memcpy(delta, down, sizeof down);
    }
    return loss;
}

static long double composed_gradient(model *m, const long double *theta, const double *share, long double *g)
{
    slow_net *s = &m->slow;
    const size_t size = m->n * m->q;
    long double *J = room(size * m->P, sizeof *J), *slope = room(size, sizeof *slope);
    memcpy(s->p, theta, m->P * sizeof *theta);
    slow_jacobian(s, 0x1p-13L, J);
    slow_loss_slope(s, 0, slope);
    const long double loss = slow_loss(s);
    memcpy(m->f, slow_output(s), size * sizeof *m->f);
    for (size_t r = 0; r < size; r++)
        for (size_t i = 0; i < m->P; i++) g[i] += (share ? share[r / m->q] : 1) * slope[r] * J[r * m->P + i];
    free(J);
    free(slope);
    return loss;
}

long double model_gradient(model *m, const long double *theta, const double *share, long double *g)
{
    long double loss = 0;
    memset(g, 0, m->P * sizeof *g);
    if (m->c->composition) return composed_gradient(m, theta, share, g);
    for (size_t p = 0; p < m->n; p++) loss += plain_point(m, theta, p, share ? share[p] : 1, g);
    return loss / (long double)m->n;
}

/* --- curvature */

void model_ends(model *m, const long double *theta, const long double *root, long double end[2])
{
    static const int place[4] = {-2, -1, 1, 2}, weight[4] = {1, -8, 8, -1};
    const long double h = 0x1p-10L;
    long double *moved = room(m->P, sizeof *moved), *g = room(m->P, sizeof *g);
    gsl_matrix *H = gsl_matrix_calloc(m->P, m->P);
    gsl_vector *value = gsl_vector_alloc(m->P);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(m->P);
    memcpy(moved, theta, m->P * sizeof *moved);
    for (size_t j = 0; j < m->P; j++, moved[j - 1] = theta[j - 1])
        for (int k = 0; k < 4; k++) {
            moved[j] = theta[j] + place[k] * h;
            model_gradient(m, moved, NULL, g);
            for (size_t i = 0; i < m->P; i++) {
                const long double scale = root ? root[i] * root[j] : 1;
                *gsl_matrix_ptr(H, i, j) += (double)(scale * weight[k] * g[i] / (12 * h));
            }
        }
    gsl_eigen_symm(H, value, work);
    end[0] = gsl_vector_min(value);
    end[1] = gsl_vector_max(value);
    gsl_eigen_symm_free(work);
    gsl_vector_free(value);
    gsl_matrix_free(H);
    free(moved);
    free(g);
}

/* --- update rules, with the published constants: momentum 0.9; Adam 0.9, 0.999, 1e-8 */

typedef struct {
    long double *m, *v;
} memory;

static void update(const descent *d, size_t t, size_t P, const long double *g, const memory *s, long double *theta,
                   long double *root)
{
    const long double rate = d->rate(t), rest1 = 1 - powl(0.9, (long double)t + 1),
                      rest2 = 1 - powl(0.999, (long double)t + 1);
    for (size_t i = 0; i < P; i++) {
        root[i] = 1;
        if (d->rule == DESCENT_GD) {
            theta[i] -= rate * g[i];
        } else if (d->rule == DESCENT_MOMENTUM) {
            s->m[i] = 0.9 * s->m[i] + g[i];
            theta[i] -= rate * s->m[i];
        } else {
            s->m[i] = 0.9 * s->m[i] + (1 - 0.9) * g[i];
            s->v[i] = 0.999 * s->v[i] + (1 - 0.999) * g[i] * g[i];
            const long double D = sqrtl(s->v[i] / rest2) + (d->rule == DESCENT_ADAM ? 1e-8 : 0);
            theta[i] -= rate * s->m[i] / rest1 / D;
            root[i] = 1 / sqrtl(D);
        }
    }
}

/* Off by up to `bend`, relatively: the same numbers every time. */
static void bend_all(long double *g, size_t n, double bend, uint64_t *bits)
{
    for (size_t i = 0; i < n; i++) {
        *bits = *bits * 6364136223846793005u + 1442695040888963407u;
        g[i] *= 1 + bend * ((double)(*bits >> 11) * 0x1p-52 - 1);
    }
}

static long double length(const long double *a, const long double *b, size_t n)
{
    long double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (a[i] - (b ? b[i] : 0)) * (a[i] - (b ? b[i] : 0));
    return sqrtl(sum);
}

/* Step t: what is seen, and theta moved. */
static void one_step(model *m, const descent *d, size_t t, const memory *s, long double *theta, long double *g,
                     const long double *start, descent_view *v, uint64_t *bits)
{
    memcpy(v->theta, theta, m->P * sizeof *theta);
    v->loss = model_gradient(m, theta, NULL, g);
    v->norm = length(g, NULL, m->P);
    v->distance = length(m->f, start, m->n * m->q) / sqrtl((long double)m->n);
    if (d->share) model_gradient(m, theta, d->share + t * m->n, g);
    bend_all(g, m->P, d->bend, bits);
    update(d, t, m->P, g, s, theta, v->root);
    bend_all(theta, m->P, d->bend > 0 ? 0x1p-52 : 0, bits);
    v->step = length(theta, v->theta, m->P);
}

descent_view *descend(model *m, const descent *d)
{
    descent_view *view = room(d->steps + 1, sizeof *view);
    long double *theta = room(m->P, sizeof *theta), *g = room(m->P, sizeof *g),
                *start = room(m->n * m->q, sizeof *start);
    const memory s = {room(m->P, sizeof *s.m), room(m->P, sizeof *s.v)};
    uint64_t bits = 1;
    memcpy(theta, m->theta, m->P * sizeof *theta);
    model_gradient(m, theta, NULL, g);
    memcpy(start, m->f, m->n * m->q * sizeof *start);
    for (size_t t = 0; t <= d->steps; t++) {
        view[t].theta = room(m->P, sizeof *theta);
        view[t].root = room(m->P, sizeof *theta);
        one_step(m, d, t, &s, theta, g, start, &view[t], &bits);
    }
    free(theta), free(g), free(start), free(s.m), free(s.v);
    return view;
}

void descent_free(descent_view *v, const descent *d)
{
    for (size_t t = 0; t <= d->steps; t++) {
        free(v[t].theta);
        free(v[t].root);
    }
    free(v);
}
