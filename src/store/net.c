/* net.c -- one sample as an HDF5 file: all that another program needs to compute it again (docs/results.md). */
#include "h5.h"
#include "publish.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/store.h>
#include <tepui/version.h>

#define SCHEMA "tepui-net-1"

typedef struct {
    h5 file;
    tepui_sample *sample;
    const tepui_cell *cell;
    double *gradient; /* of all parameters */
    tepui_error *err;
} saved;

static void put(saved *s, const char *path, const double *x, size_t rows, size_t cols, const char *doc)
{
    h5_write(&s->file, path,
             &(h5_array){
                 .type = H5_DOUBLE, .rank = cols ? 2 : 1, .dims = {rows, cols}, .data = x, .doc = doc, .units = "1"});
}

/* "1", "2", ..., the read-out's "output". */
static void matrix_path(const saved *s, const char *group, size_t m, char out[64])
{
    const int readout = s->cell->readout == TEPUI_READOUT_DENSE && m == tepui_matrix_count(s->cell);
    if (readout)
        snprintf(out, 64, "%s/output", group);
    else
        snprintf(out, 64, "%s/%zu", group, m);
}

static tepui_status put_matrix(saved *s, size_t m)
{
    const tepui_matrix_shape shape = tepui_matrix_shape_of(s->cell, m);
    double *x = malloc((shape.rows * shape.cols + shape.biases) * sizeof *x);
    char path[64];
    tepui_status st;
    if (!x) return TEPUI_NO_MEMORY;
    TEPUI_TRY(tepui_sample_weights(s->sample, m, x, s->err));
    matrix_path(s, "/weights", m, path);
    put(s, path, x, shape.rows, shape.cols, "matrix, units x fan-in");
    if (shape.biases) {
        double *b = x + shape.rows * shape.cols;
        TEPUI_TRY(tepui_sample_biases(s->sample, m, b, s->err));
        matrix_path(s, "/biases", m, path);
        put(s, path, b, shape.biases, 0, "biases of the matrix of this name");
    }
    if (s->gradient) {
        matrix_path(s, "/gradient/weights", m, path);
        put(s, path, s->gradient + tepui_sample_place_of_matrix(s->sample, m), shape.rows, shape.cols,
            "d loss / d matrix of this name, in units of 2^/gradient/exponent");
    }
done:
    free(x);
    return st;
}

static tepui_status put_own(saved *s, size_t k)
{
    const size_t n = tepui_sample_own(s->sample, k, NULL);
    char path[64];
    if (n == 0) return TEPUI_OK;
    double *x = malloc(n * sizeof *x);
    if (!x) return TEPUI_NO_MEMORY;
    tepui_sample_own(s->sample, k, x);
    snprintf(path, sizeof path, "/own/%zu", k);
    put(s, path, x, n, 0, "what the layer of this number trains besides its matrix");
    snprintf(path, sizeof path, "/gradient/own/%zu", k);
    if (s->gradient)
        put(s, path, s->gradient + tepui_sample_place_of_own(s->sample, k), n, 0,
            "d loss / d own parameters of this layer, in units of 2^/gradient/exponent");
    free(x);
    return TEPUI_OK;
}

static int has_loss(const tepui_cell *c)
{
    const tepui_loss_type *loss = c->loss.type;
    return !loss->needs_target || c->targets != TEPUI_TARGETS_NONE;
}

/* In plain doubles where they hold the numbers. */
static tepui_status put_gradient(saved *s)
{
    const size_t P = tepui_parameters(s->cell);
    int64_t e = 0;
    if (!has_loss(s->cell)) return TEPUI_OK;
    if (!(s->gradient = malloc(P * sizeof *s->gradient))) return TEPUI_NO_MEMORY;
    const tepui_status st = tepui_sample_gradient(s->sample, s->gradient, &e, s->err);
    if (st != TEPUI_OK) return st;
    double top = 0;
    for (size_t i = 0; i < P; i++) top = fmax(top, fabs(s->gradient[i]));
    if (e != 0 && llabs(e) < 900 && (top == 0 || fabs(log2(top)) < 100)) {
        for (size_t i = 0; i < P; i++) s->gradient[i] = ldexp(s->gradient[i], (int)e);
        e = 0;
    }
    h5_group(&s->file, "/gradient");
    h5_group(&s->file, "/gradient/weights");
    h5_write(
        &s->file, "/gradient/exponent",
        &(h5_array){.type = H5_I64, .rank = 1, .dims = {1}, .data = &e, .doc = "gradients are in units of 2^this"});
    return TEPUI_OK;
}

static tepui_status put_data(saved *s)
{
    const tepui_cell *c = s->cell;
    const size_t n = c->points, d = c->inputs, q = c->outputs;
    const double *y = tepui_sample_targets(s->sample);
    double *x = malloc((n * q + d + q) * sizeof *x), *u = x + n * q, *v = u + d, loss;
    tepui_status st = TEPUI_OK;
    if (!x) return TEPUI_NO_MEMORY;
    put(s, "/inputs", tepui_sample_inputs(s->sample), n, d, "data points");
    if (y) put(s, "/targets", y, n, q, "targets, one-hot for labels");
    tepui_sample_output(s->sample, x);
    put(s, "/output", x, n, q, "f of every point");
    if (has_loss(c)) {
        TEPUI_TRY(tepui_sample_loss(s->sample, &loss, s->err));
        put(s, "/loss", &loss, 1, 0, "mean over the points");
    }
    /* a sequential generator may not have them */
    if (tepui_sample_directions(s->sample, u, v, NULL) == TEPUI_OK) {
        h5_group(&s->file, "/directions");
        put(s, "/directions/input", u, d, 0, "u of jacobian_vector_norm, at point 0");
        put(s, "/directions/output", v, q, 0, "v of output_gradient_norm, and of loss output");
    }
done:
    free(x);
    return st;
}

static void put_notes(saved *s, uint64_t number)
{
    h5 *f = &s->file;
    const tepui_cell *c = s->cell;
    char text[256];
    h5_note(f, "/", "schema", SCHEMA);
    h5_note(f, "/", "program", "tepui");
    h5_note(f, "/", "version", tepui_version());
    h5_note(f, "/", "parameters", c->canonical);
    h5_note(f, "/", "architecture", c->architecture);
    tepui_choice_print(&c->activation, text, sizeof text);
    h5_note(f, "/", "activation", text);
    tepui_choice_print(&c->loss, text, sizeof text);
    h5_note(f, "/", "loss", text);
    h5_note_u64(f, "/", "depth", c->depth);
    h5_note_u64(f, "/", "sample", number);
}

static tepui_status put_all(saved *s)
{
    const size_t layers = tepui_sample_layers(s->sample);
    size_t own = 0, biases = 0;
    tepui_status st;
    put_notes(s, tepui_sample_number(s->sample));
    TEPUI_TRY(put_data(s));
    TEPUI_TRY(put_gradient(s));
    for (size_t m = 1; m <= tepui_matrix_count(s->cell); m++) biases += tepui_matrix_shape_of(s->cell, m).biases;
    h5_group(&s->file, "/weights");
    if (biases) h5_group(&s->file, "/biases");
    for (size_t m = 1; m <= tepui_matrix_count(s->cell); m++) TEPUI_TRY(put_matrix(s, m));
    for (size_t k = 1; k <= layers; k++) own += tepui_sample_own(s->sample, k, NULL);
    if (own) h5_group(&s->file, "/own");
    if (own && s->gradient) h5_group(&s->file, "/gradient/own");
    for (size_t k = 1; k <= layers; k++) TEPUI_TRY(put_own(s, k));
    const double *mask;
    for (size_t k = 0, n; (n = tepui_sample_mask(s->sample, k, &mask)) > 0; k++) {
        char path[64];
        if (k == 0) h5_group(&s->file, "/masks");
        snprintf(path, sizeof path, "/masks/%zu", k + 1);
        put(s, path, mask, s->cell->points, n / s->cell->points, "factors of a dropout layer, 0 or 1/(1 - p)");
    }
done:
    return st;
}

/* A file that is written over is not kept as PATH.prev. */
static int is_never_whole(const char *path)
{
    (void)path;
    return 0;
}

tepui_status tepui_sample_save(tepui_sample *sample, const char *path, tepui_error *err)
{
    saved s = {.sample = sample, .cell = tepui_sample_cell(sample), .err = err};
    publish_calls sys = publish_system;
    sys.is_whole = is_never_whole;
    h5_create(&s.file);
    tepui_status st = put_all(&s);
    if (st != TEPUI_OK) s.file.failed = 1;
    if (st == TEPUI_NO_MEMORY) tepui_fail(err, st, "no memory to save a sample");
    const tepui_status closed = h5_finish(&s.file, err);
    if (st == TEPUI_OK) st = closed;
    if (st == TEPUI_OK) st = publish_bytes(&sys, path, s.file.image, s.file.size, err);
    free(s.file.image);
    free(s.gradient);
    return st;
}
