/* slow.c -- see slow.h. */
#include "slow.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long double value_of(const tepui_layer *t, const char *name)
{
    for (size_t i = 0; i < tepui_kind_param_count(&t->type->kind); i++)
        if (strcmp(t->type->kind.params[i].name, name) == 0) return t->value[i];
    abort();
}

static int is(const tepui_layer *t, const char *kind)
{
    return strcmp(t->type->kind.name, kind) == 0;
}

static size_t size_of(const tepui_shape *s)
{
    return s->height * s->width * s->channels;
}

static long double *long_numbers(size_t n)
{
    long double *v = calloc(n ? n : 1, sizeof *v);
    if (!v) abort();
    return v;
}

/* --- activations */

static long double phi(const tepui_choice *f, long double z)
{
    const tepui_activation_type *t = f->type;
    const char *name = t->kind.name;
    if (strcmp(name, "linear") == 0) return z;
    if (strcmp(name, "relu") == 0) return z > 0 ? z : 0;
    if (strcmp(name, "leaky_relu") == 0) return z > 0 ? z : f->value[0] * z;
    if (strcmp(name, "tanh") == 0) return tanhl(z);
    if (strcmp(name, "erf") == 0) return erfl(z);
    if (strcmp(name, "sigmoid") == 0) return 1 / (1 + expl(-z));
    if (strcmp(name, "softplus") == 0) return log1pl(expl(z));
    if (strcmp(name, "silu") == 0) return z / (1 + expl(-z));
    if (strcmp(name, "gelu") == 0) return z * erfcl(-z / sqrtl(2)) / 2;
    if (strcmp(name, "sin") == 0) return sinl(z);
    if (strcmp(name, "elu") == 0) return z > 0 ? z : f->value[0] * expm1l(z);
    if (strcmp(name, "hard_tanh") == 0) return z > 1 ? 1 : z < -1 ? -1 : z;
    return t->f((double)z, f->value); /* differences of it are too rough for the tests */
}

/* --- layers: x (of all points) -> y */

typedef struct {
    const slow_net *s;
    const tepui_layer *t;
    size_t k, n, in, out;
    const long double *x, *skip, *p;
    const double *b, *mask;
    long double *y;
} step;

static void matrix(const step *r, const long double *w)
{
    for (size_t p = 0; p < r->n; p++)
        for (size_t i = 0; i < r->out; i++) {
            long double *y = &r->y[p * r->out + i];
            *y = r->b ? r->b[i] : 0;
            for (size_t j = 0; j < r->in; j++) *y += w[i * r->in + j] * r->x[p * r->in + j];
        }
}

static void weight_norm(const step *r)
{
    long double *w = long_numbers(r->in * r->out);
    for (size_t i = 0; i < r->out; i++) {
        long double square = 0;
        for (size_t j = 0; j < r->in; j++) square += r->p[i * r->in + j] * r->p[i * r->in + j];
        for (size_t j = 0; j < r->in; j++)
            w[i * r->in + j] = r->p[r->in * r->out + i] * r->p[i * r->in + j] / sqrtl(square);
    }
    matrix(r, w);
    free(w);
}

/* x at (row, column, channel) of point p, seen through the padding */
static long double pixel(const step *r, size_t p, long row, long column, size_t c, int circular)
{
    const tepui_shape *s = &r->t->in;
    const long H = (long)s->height, W = (long)s->width;
    if (circular) {
        row = (row % H + H) % H;
        column = (column % W + W) % W;
    }
    if (row < 0 || row >= H || column < 0 || column >= W) return 0;
    return r->x[p * r->in + ((size_t)row * s->width + (size_t)column) * s->channels + c];
}

static void convolve(const step *r, int flat)
{
    const tepui_shape *o = &r->t->out;
    const long kernel = (long)value_of(r->t, "kernel"), stride = (long)value_of(r->t, "stride"),
               padding = (long)value_of(r->t, "padding"), before = padding == 2 ? 0 : (kernel - 1) / 2,
               high = flat ? 1 : kernel;
    const size_t channels = r->t->in.channels;
    long double *y = r->y;
    for (size_t p = 0; p < r->n; p++)
        for (size_t i = 0; i < o->height; i++)
            for (size_t j = 0; j < o->width; j++)
                for (size_t f = 0; f < o->channels; f++, y++) {
                    const long double *w = r->p + f * (size_t)(high * kernel) * channels;
                    *y = r->b ? r->b[f] : 0;
                    for (long a = 0; a < high; a++)
                        for (long b = 0; b < kernel; b++)
                            for (size_t c = 0; c < channels; c++)
                                *y += *w++ * pixel(r, p, flat ? 0 : (long)i * stride + a - before,
                                                   (long)j * stride + b - before, c, padding == 1);
                }
}

/* The entries first, first + by, ... (count) to (x - mean) / sqrt(variance + epsilon). */
static void normalise(const step *r, size_t first, size_t by, size_t count, int centred)
{
    long double mean = 0, square = 0;
    for (size_t i = 0; i < count; i++) mean += r->x[first + i * by] / (long double)count;
    if (!centred) mean = 0;
    for (size_t i = 0; i < count; i++)
        square += (r->x[first + i * by] - mean) * (r->x[first + i * by] - mean) / (long double)count;
    const long double s = sqrtl(square + value_of(r->t, "epsilon"));
    for (size_t i = 0; i < count; i++) r->y[first + i * by] = (r->x[first + i * by] - mean) / s;
}

static void max_pool(const step *r)
{
    const tepui_shape *o = &r->t->out;
    const long size = (long)value_of(r->t, "size"), given = (long)value_of(r->t, "stride"),
               stride = given ? given : size, high = r->t->in.space == 2 ? size : 1;
    long double *y = r->y;
    for (size_t p = 0; p < r->n; p++)
        for (size_t i = 0; i < o->height; i++)
            for (size_t j = 0; j < o->width; j++)
                for (size_t c = 0; c < o->channels; c++, y++) {
                    *y = -INFINITY;
                    for (long a = 0; a < high; a++)
                        for (long b = 0; b < size; b++)
                            *y = fmaxl(*y, pixel(r, p, (long)i * stride + a, (long)j * stride + b, c, 0));
                }
}

static void average(const step *r)
{
    const size_t c = r->out, places = r->in / c;
    for (size_t p = 0; p < r->n; p++)
        for (size_t i = 0; i < c; i++) {
            r->y[p * c + i] = 0;
            for (size_t k = 0; k < places; k++) r->y[p * c + i] += r->x[p * r->in + k * c + i] / (long double)places;
        }
}

static long double alpha_of(const step *r)
{
    size_t blocks = 0;
    if (value_of(r->t, "learned") > 0) return r->p[0];
    for (size_t k = 1; k <= r->s->m->count; k++) blocks += is(&r->s->m->layer[k], "residual");
    return value_of(r->t, "alpha") * powl((long double)blocks, -value_of(r->t, "power"));
}

static void entry_by_entry(const step *r)
{
    const size_t c = r->t->in.channels, size = r->n * r->out;
    for (size_t i = 0; i < size; i++) {
        long double *y = &r->y[i];
        const long double x = r->x[i];
        if (is(r->t, "activation"))
            *y = phi(&r->t->activation, x);
        else if (is(r->t, "affine"))
            *y = r->p[i % c] * x + r->p[c + i % c];
        else if (is(r->t, "dropout"))
            *y = x * r->mask[i];
        else if (is(r->t, "residual"))
            *y = r->skip[i] + alpha_of(r) * x;
        else if (is(r->t, "flatten") || is(r->t, "reshape"))
            *y = x;
        else {
            fprintf(stderr, "no slow %s\n", r->t->type->kind.name);
            abort();
        }
    }
}

static void apply(const step *r)
{
    const size_t c = r->t->in.channels;
    if (is(r->t, "dense"))
        matrix(r, r->p);
    else if (is(r->t, "weight_norm"))
        weight_norm(r);
    else if (is(r->t, "conv1d") || is(r->t, "conv2d"))
        convolve(r, is(r->t, "conv1d"));
    else if (is(r->t, "max_pool"))
        max_pool(r);
    else if (is(r->t, "global_average_pool"))
        average(r);
    else if (is(r->t, "batch_norm"))
        for (size_t i = 0; i < c; i++) normalise(r, i, c, r->n * r->in / c, 1);
    else if (is(r->t, "layer_norm") || is(r->t, "rms_norm"))
        for (size_t p = 0; p < r->n; p++) normalise(r, p * r->in, 1, r->in, is(r->t, "layer_norm"));
    else
        entry_by_entry(r);
}

void slow_run(slow_net *s)
{
    memcpy(s->a[0], s->x, s->n * s->c->inputs * sizeof *s->x);
    for (size_t k = 1; k <= s->m->count; k++) {
        const tepui_layer *t = &s->m->layer[k];
        const step r = {s,
                        t,
                        k,
                        s->n,
                        size_of(&t->in),
                        size_of(&t->out),
                        s->a[t->from],
                        is(t, "residual") ? s->a[t->skip] : NULL,
                        s->p + s->at[k],
                        s->b[k],
                        s->mask[k],
                        s->a[k]};
        apply(&r);
    }
}

/* --- what a sample is made of */

static size_t trained(const tepui_layer *t)
{
    const size_t c = t->in.channels;
    return is(t, "affine")        ? 2 * c
           : is(t, "weight_norm") ? t->rows
           : is(t, "residual")    ? value_of(t, "learned") > 0
                                  : 0;
}

static void set_trained(const tepui_layer *t, long double *p)
{
    const size_t c = t->in.channels;
    if (is(t, "affine"))
        for (size_t i = 0; i < c; i++) p[i] = 1;
    if (is(t, "weight_norm")) /* the root mean square norm of a row as drawn */
        for (size_t i = 0; i < t->rows; i++) p[i] = t->sigma * sqrtl((long double)t->cols);
    if (is(t, "residual") && value_of(t, "learned") > 0) p[0] = t->factor;
}

static double *numbers(size_t n)
{
    double *v = calloc(n, sizeof *v);
    if (!v) abort();
    return v;
}

static void take_matrix(slow_net *s, tepui_network *net, size_t k)
{
    const tepui_layer *t = &s->m->layer[k];
    double *w = numbers(t->rows * t->cols);
    if (tepui_network_weights(net, t->matrix, w) != TEPUI_OK) abort();
    for (size_t i = 0; i < t->rows * t->cols; i++) s->p[s->at[k] + i] = w[i];
    free(w);
    if (!(s->c->sigma_b > 0) || !t->biases) return;
    s->b[k] = numbers(t->biases);
    if (tepui_network_biases(net, t->matrix, s->b[k]) != TEPUI_OK) abort();
}

void slow_take(slow_net *s, tepui_network *net)
{
    const tepui_cell *c = tepui_network_cell(net);
    *s = (slow_net){.c = c, .m = c->composition, .n = c->points, .q = c->outputs};
    const size_t count = s->m->count;
    s->at = calloc(count + 2, sizeof *s->at);
    s->b = calloc(count + 1, sizeof *s->b);
    s->mask = calloc(count + 1, sizeof *s->mask);
    s->a = calloc(count + 1, sizeof *s->a);
    s->x = long_numbers(s->n * s->c->inputs);
    for (size_t k = 0; k <= count; k++) s->a[k] = long_numbers(s->n * size_of(&s->m->layer[k].out));
    for (size_t k = 1; k <= count; k++) {
        const tepui_layer *t = &s->m->layer[k];
        s->at[k + 1] = s->at[k] + t->rows * t->cols + trained(t);
    }
    s->P = s->at[count + 1];
    if (s->P != tepui_parameters(c)) abort();
    s->p = long_numbers(s->P);
    for (size_t k = 1; k <= count; k++) {
        const tepui_layer *t = &s->m->layer[k];
        if (t->rows) take_matrix(s, net, k);
        set_trained(t, s->p + s->at[k] + t->rows * t->cols);
        if (is(t, "dropout")) s->mask[k] = net->composed->node[k].room;
    }
    for (size_t i = 0; i < s->n * s->c->inputs; i++) s->x[i] = tepui_network_inputs(net)[i];
    s->y = tepui_network_targets(net);
    s->u = tepui_network_directions(net, &s->v);
}

void slow_free(slow_net *s)
{
    for (size_t k = 0; k <= s->m->count; k++) {
        free(s->a[k]);
        free(s->b[k]);
    }
    free(s->a), free(s->b), free(s->mask), free(s->at), free(s->x), free(s->p);
}

const long double *slow_output(const slow_net *s)
{
    return s->a[s->m->count];
}

/* --- losses, from their definitions */

static long double softmax(const long double *f, size_t q, long double *p)
{
    long double sum = 0;
    for (size_t k = 0; k < q; k++) sum += p[k] = expl(f[k]);
    for (size_t k = 0; k < q; k++) p[k] /= sum;
    return logl(sum);
}

static int loss_is(const slow_net *s, const char *name)
{
    return strcmp(((const tepui_kind *)s->c->loss.type)->name, name) == 0;
}

long double slow_loss(slow_net *s)
{
    long double loss = 0, p[64];
    slow_run(s);
    for (size_t i = 0; i < s->n * s->q; i++) {
        const long double f = slow_output(s)[i];
        if (loss_is(s, "mse"))
            loss += (f - s->y[i]) * (f - s->y[i]) / 2;
        else if (loss_is(s, "output"))
            loss += s->v[i % s->q] * f;
        else
            loss -= s->y[i] * (f - softmax(slow_output(s) + i / s->q * s->q, s->q, p));
    }
    return loss / (long double)s->n;
}

void slow_loss_slope(slow_net *s, int functional, long double *g)
{
    long double p[64];
    slow_run(s);
    for (size_t i = 0; i < s->n * s->q; i++) {
        const long double f = slow_output(s)[i];
        if (functional || loss_is(s, "output"))
            g[i] = s->v[i % s->q];
        else if (loss_is(s, "mse"))
            g[i] = f - s->y[i];
        else {
            long double sum = 0;
            softmax(slow_output(s) + i / s->q * s->q, s->q, p);
            for (size_t k = 0; k < s->q; k++) sum += s->y[i / s->q * s->q + k];
            g[i] = sum * p[i % s->q] - s->y[i];
        }
        g[i] /= (long double)s->n;
    }
}

void slow_loss_bend(slow_net *s, const long double *in, long double *out)
{
    long double p[64];
    slow_run(s);
    for (size_t i = 0; i < s->n * s->q; i++) {
        const size_t first = i / s->q * s->q;
        long double sum = 0, mean = 0;
        softmax(slow_output(s) + first, s->q, p);
        for (size_t k = 0; k < s->q; k++) {
            sum += s->y[first + k];
            mean += p[k] * in[first + k];
        }
        out[i] = loss_is(s, "mse") ? in[i] : loss_is(s, "output") ? 0 : sum * p[i - first] * (in[i] - mean);
        out[i] /= (long double)s->n;
    }
}

/* --- differences */

static const int place[4] = {-2, -1, 1, 2}, weight[4] = {1, -8, 8, -1};

void slow_jacobian(slow_net *s, long double h, long double *J)
{
    const size_t rows = s->n * s->q;
    memset(J, 0, rows * s->P * sizeof *J);
    for (size_t i = 0; i < s->P; i++) {
        const long double keep = s->p[i];
        for (int k = 0; k < 4; k++) {
            s->p[i] = keep + place[k] * h;
            slow_run(s);
            for (size_t r = 0; r < rows; r++) J[r * s->P + i] += weight[k] * slow_output(s)[r] / (12 * h);
        }
        s->p[i] = keep;
    }
}

void slow_tangents(slow_net *s, long double h, double *norms)
{
    const size_t d = s->c->inputs, L = s->c->depth;
    long double *keep = long_numbers(d), *t = long_numbers(s->n * s->m->widest * (L + 2));
    memcpy(keep, s->x, d * sizeof *keep);
    for (int k = 0; k < 4; k++) {
        for (size_t j = 0; j < d; j++) s->x[j] = keep[j] + place[k] * h * s->u[j];
        slow_run(s);
        for (size_t l = 0; l <= L + 1; l++) {
            const size_t at = s->m->last[l], size = s->n * size_of(&s->m->layer[at].out);
            for (size_t i = 0; i < size; i++) t[l * s->n * s->m->widest + i] += weight[k] * s->a[at][i] / (12 * h);
        }
    }
    memcpy(s->x, keep, d * sizeof *keep);
    for (size_t l = 0; l <= L + 1; l++) {
        long double square = 0;
        for (size_t i = 0; i < s->n * s->m->widest; i++) square += powl(t[l * s->n * s->m->widest + i], 2);
        norms[l] = (double)sqrtl(square);
    }
    free(keep), free(t);
}

/* The second derivative along e_i + sign v, but for the value in the middle. */
static long double second(slow_net *s, const long double *keep, size_t i, const double *v, int sign, long double h)
{
    static const int of[4] = {-1, 16, 16, -1};
    long double sum = 0;
    for (int k = 0; k < 4; k++) {
        for (size_t j = 0; j < s->P; j++) s->p[j] = keep[j] + place[k] * h * ((j == i) + sign * (long double)v[j]);
        sum += of[k] * slow_loss(s);
    }
    return sum / (12 * h * h);
}

void slow_product(slow_net *s, const double *v, long double h, double *out)
{
    long double *keep = long_numbers(s->P);
    memcpy(keep, s->p, s->P * sizeof *keep);
    for (size_t i = 0; i < s->P; i++)
        out[i] = (double)((second(s, keep, i, v, 1, h) - second(s, keep, i, v, -1, h)) / 4);
    memcpy(s->p, keep, s->P * sizeof *keep);
    free(keep);
}
