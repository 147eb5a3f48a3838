/* cells.c -- the root attributes, /experiment, /provenance and the columns of /cells. */
#include "layout.h"
#include <base/text.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/source.h>
#include <tepui/version.h>

#define TEXT_SIZE 1024 /* of an architecture, settings.c */

static void write_text(h5 *f, const char *path, const char *text, const char *doc)
{
    h5_write(f, path, &(h5_array){.type = H5_TEXT, .text_size = strlen(text) + 1, .data = text, .doc = doc});
}

/* Only of experiments that have some, so that the bytes of all others stay. */
static void note_plugins(h5 *f, const tepui_experiment *e)
{
    text_buffer t = {0};
    for (size_t i = 0; i < e->plugin_count; i++) text_print(&t, "%s%s", i ? "\n" : "", e->plugins[i]);
    char *text = text_take(&t);
    if (!text)
        f->failed = H5_NO_MEMORY;
    else if (e->plugin_count)
        h5_note(f, "/provenance", "plugins", text);
    free(text);
}

tepui_status layout_root(h5 *f, const tepui_state *s)
{
    const tepui_experiment *e = s->experiment;
    h5_note(f, "/", "schema", LAYOUT_SCHEMA);
    h5_note(f, "/", "Conventions", "CF-1.8 " LAYOUT_SCHEMA);
    h5_note(f, "/", "title", e->title);
    h5_note(f, "/", "program", "tepui");
    h5_note(f, "/", "version", tepui_version());
    h5_note_u64(f, "/", "seed", e->seed);
    if (!((const tepui_source_type *)e->data.source.type)->synthetic) {
        char data[ORIGIN_DATA];
        origin_data(e, data);
        write_text(f, "/data", data, "the data set and its digest");
    }
    h5_note(f, "/", "status", tepui_state_complete(s) ? "complete" : "running");
    write_text(f, "/experiment", e->canonical, "the experiment, in canonical form");
    h5_group(f, "/provenance");
    for (const tepui_fact *p = tepui_provenance(); p->name; p++) h5_note(f, "/provenance", p->name, p->value);
    note_plugins(f, e);
    return TEPUI_OK;
}

/* What a column holds follows from its meaning, never from its values. */
typedef enum { TEXT, WHOLE, REAL } content;

/* A column: a number or a text per cell; of dynamics only where trajectories are followed. */
typedef struct {
    const char *name;
    content content;
    const char *doc;
    double (*number)(const tepui_state *, size_t);
    void (*text)(const tepui_state *, size_t, char *);
    int dynamics;
} column;

#define CELL(s, i) (&(s)->experiment->cells[i])

static double depth(const tepui_state *s, size_t i)
{
    return (double)CELL(s, i)->depth;
}
static double inputs(const tepui_state *s, size_t i)
{
    return (double)CELL(s, i)->inputs;
}
static double outputs(const tepui_state *s, size_t i)
{
    return (double)CELL(s, i)->outputs;
}
static double points(const tepui_state *s, size_t i)
{
    return (double)CELL(s, i)->points;
}
static double gain(const tepui_state *s, size_t i)
{
    return CELL(s, i)->gain;
}
static double sigma_b(const tepui_state *s, size_t i)
{
    return CELL(s, i)->sigma_b;
}
static double tilt(const tepui_state *s, size_t i)
{
    return CELL(s, i)->tilt;
}
static double same_as(const tepui_state *s, size_t i)
{
    return (double)CELL(s, i)->alias_of;
}
static double samples(const tepui_state *s, size_t i)
{
    return (double)row_state(s, i)->samples;
}

static double width(const tepui_state *s, size_t i)
{
    const tepui_cell *c = CELL(s, i);
    size_t least = c->width[1];
    for (size_t l = 2; l <= c->depth; l++)
        if (c->width[l] < least) least = c->width[l];
    return (double)least;
}

static int is_norm(const tepui_observable_type *t)
{
    return t->transform == TEPUI_TRANSFORM_LN && !t->censors;
}

/* Dead samples: where the last hidden vector is 0. Where no observable tells, the least of all zero atoms: a dead
   sample is in each of them, and some components are 0 in living samples, too. */
static double dead(const tepui_state *s, size_t i)
{
    const tepui_experiment *e = s->experiment;
    const tepui_cell_state *c = row_state(s, i);
    uint64_t least = UINT64_MAX;
    for (size_t o = 0; o < e->observable_count; o++) {
        const size_t n = c->component_count[o];
        if (e->observables[o]->tells_dead) return (double)c->accumulator[o][n - 1].zero;
        for (size_t k = 0; k < n && is_norm(e->observables[o]); k++)
            if (c->accumulator[o][k].zero < least) least = c->accumulator[o][k].zero;
    }
    return least == UINT64_MAX ? 0 : (double)least;
}

static void print(const tepui_choice *c, char *out)
{
    tepui_choice_print(c, out, TEXT_SIZE);
}
static void activation(const tepui_state *s, size_t i, char *out)
{
    print(&CELL(s, i)->activation, out);
}
static void init(const tepui_state *s, size_t i, char *out)
{
    print(&CELL(s, i)->scale, out);
}
static void law(const tepui_state *s, size_t i, char *out)
{
    print(&CELL(s, i)->distribution, out);
}
static void bias(const tepui_state *s, size_t i, char *out)
{
    print(&CELL(s, i)->bias, out);
}
static void loss(const tepui_state *s, size_t i, char *out)
{
    print(&CELL(s, i)->loss, out);
}
static void architecture(const tepui_state *s, size_t i, char *out)
{
    snprintf(out, TEXT_SIZE, "%s", CELL(s, i)->architecture);
}
static void width_expression(const tepui_state *s, size_t i, char *out)
{
    snprintf(out, TEXT_SIZE, "%s", CELL(s, i)->width_text);
}

static void readout(const tepui_state *s, size_t i, char *out)
{
    snprintf(out, TEXT_SIZE, "%s", CELL(s, i)->readout == TEPUI_READOUT_DENSE ? "dense" : "none");
}

static void sampler(const tepui_state *s, size_t i, char *out)
{
    snprintf(out, TEXT_SIZE, "%s", CELL(s, i)->sampler->kind.name);
}

static void key(const tepui_state *s, size_t i, char *out)
{
    origin_key(CELL(s, i), out);
}

/* Optimizers have many parameters, most of them as published: the experiment in the file spells them out. */
static void optimizer(const tepui_state *s, size_t i, char *out)
{
    tepui_choice_print_brief(&CELL(s, i)->dynamics.optimizer, out, TEXT_SIZE);
}
static void schedule(const tepui_state *s, size_t i, char *out)
{
    tepui_choice_print_brief(&CELL(s, i)->dynamics.schedule, out, TEXT_SIZE);
}
static void escape(const tepui_state *s, size_t i, char *out)
{
    tepui_choice_print_brief(&CELL(s, i)->dynamics.escape, out, TEXT_SIZE);
}
static double rate(const tepui_state *s, size_t i)
{
    return CELL(s, i)->dynamics.rate;
}
static double batch(const tepui_state *s, size_t i)
{
    return (double)CELL(s, i)->dynamics.batch;
}
static double steps(const tepui_state *s, size_t i)
{
    return (double)CELL(s, i)->dynamics.steps;
}

static const column columns[] = {
    {"depth", WHOLE, "number of hidden weight matrices", depth, NULL, 0},
    {"width", WHOLE, "smallest hidden width", width, NULL, 0},
    {"width_expression", TEXT, "width as written in the experiment", NULL, width_expression, 0},
    {"activation", TEXT, "activation function", NULL, activation, 0},
    {"init", TEXT, "scale rule of the weights", NULL, init, 0},
    {"law", TEXT, "law of the weights", NULL, law, 0},
    {"gain", REAL, "factor on every weight standard deviation", gain, NULL, 0},
    {"bias", TEXT, "law of the biases", NULL, bias, 0},
    {"sigma_b", REAL, "standard deviation of the biases", sigma_b, NULL, 0},
    {"architecture", TEXT, "how layers are put together", NULL, architecture, 0},
    {"readout", TEXT, "output matrix", NULL, readout, 0},
    {"sampler", TEXT, "full: matrices were drawn; reduced: only the laws of norms; tilted: those, weighted", NULL,
     sampler, 0},
    {"tilt", REAL, "power of norm2 by which tilted draws are weighted; 0: not tilted", tilt, NULL, 0},
    {"inputs", WHOLE, "input dimension", inputs, NULL, 0},
    {"outputs", WHOLE, "number of outputs", outputs, NULL, 0},
    {"points", WHOLE, "data points per sample", points, NULL, 0},
    {"loss", TEXT, "loss of a point", NULL, loss, 0},
    {"optimizer", TEXT, "update rule of the trajectories", NULL, optimizer, 1},
    {"rate", REAL, "learning rate", rate, NULL, 1},
    {"schedule", TEXT, "factor on the learning rate from step to step", NULL, schedule, 1},
    {"batch", WHOLE, "points of a minibatch; 0: all", batch, NULL, 1},
    {"escape", TEXT, "when a trajectory has left the plateau", NULL, escape, 1},
    {"steps", WHOLE, "most steps of a trajectory: times beyond are censored", steps, NULL, 1},
    {"key", TEXT, "random key of the cell, hexadecimal", NULL, key, 0},
    {"same_as", WHOLE, "first cell with the same physics (its samples are shown again)", same_as, NULL, 0},
    {"samples", WHOLE, "samples so far", samples, NULL, 0},
    {"dead", WHOLE, "samples whose hidden vectors end in exact zeros: of forward_norm, or the fewest zeros of any norm",
     dead, NULL, 0},
};

layout_class layout_column(const char *name)
{
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        if (strcmp(columns[k].name, name) == 0) return columns[k].text ? LAYOUT_TEXT : LAYOUT_NUMBER;
    return LAYOUT_UNKNOWN;
}

static void *column_data(const column *c, const tepui_state *s, size_t n)
{
    char *data = calloc(n, c->text ? TEXT_SIZE : sizeof(double));
    for (size_t i = 0; data && i < n; i++) {
        if (c->content == TEXT)
            c->text(s, i, data + i * TEXT_SIZE);
        else if (c->content == WHOLE)
            ((int64_t *)data)[i] = (int64_t)c->number(s, i);
        else
            ((double *)data)[i] = c->number(s, i);
    }
    return data;
}

/* Text columns as wide as their longest entry. */
static size_t tighten(char *data, size_t n)
{
    size_t longest = 1;
    for (size_t i = 0; i < n; i++)
        if (strlen(data + i * TEXT_SIZE) > longest) longest = strlen(data + i * TEXT_SIZE);
    for (size_t i = 0; i < n; i++) memmove(data + i * longest, data + i * TEXT_SIZE, longest);
    return longest;
}

tepui_status layout_cell_scale(h5 *f, const char *group, size_t cells)
{
    char path[256];
    int64_t *index = malloc(cells * sizeof *index);
    if (!index) return TEPUI_NO_MEMORY;
    for (size_t i = 0; i < cells; i++) index[i] = (int64_t)i;
    snprintf(path, sizeof path, "%.200s/cell", group);
    h5_write(f, path,
             &(h5_array){.type = H5_I64,
                         .rank = 1,
                         .dims = {cells},
                         .data = index,
                         .is_scale = "cell",
                         .doc = "number of the cell",
                         .units = "1",
                         .ranged = 1,
                         .high = (double)(cells - 1)});
    free(index);
    return TEPUI_OK;
}

static tepui_status write_column(h5 *f, const column *c, const tepui_state *s)
{
    char path[64];
    const size_t n = s->experiment->cell_count;
    void *data = column_data(c, s, n);
    if (!data) return TEPUI_NO_MEMORY;
    h5_array a = {.type = c->content == TEXT    ? H5_TEXT
                          : c->content == WHOLE ? H5_I64
                                                : H5_DOUBLE,
                  .rank = 1,
                  .dims = {n},
                  .data = data,
                  .scales = {"cell"},
                  .doc = c->doc,
                  .units = c->content == TEXT ? NULL : "1",
                  .ranged = c->content != TEXT,
                  .low = c->content == REAL ? (double)-INFINITY : 0.0,
                  .high = c->content == REAL ? (double)INFINITY : LAYOUT_MOST_SAMPLES};
    if (c->content == TEXT) a.text_size = tighten(data, n);
    snprintf(path, sizeof path, "/cells/%s", c->name);
    h5_write(f, path, &a);
    free(data);
    return TEPUI_OK;
}

tepui_status layout_cells(h5 *f, const tepui_state *s)
{
    h5_group(f, "/cells");
    tepui_status st = layout_cell_scale(f, "/cells", s->experiment->cell_count);
    for (size_t k = 0; st == TEPUI_OK && k < sizeof columns / sizeof *columns; k++)
        if (!columns[k].dynamics || CELL(s, 0)->dynamics.follows) st = write_column(f, &columns[k], s);
    return st;
}
