/* composition.c -- an architecture's text read into layers.

       architecture = preset | "[" unit { ";" unit } "]"
       unit  = layer { "," layer } [ "*" ]
       layer = name [ "(" arguments ")" ] [ "[" layer { "," layer } "]" ]

   One unit is that of every l = 1..L. Several are those of l = 1, 2, ...; one of them may carry a star and is repeated
   until there are L. A layer's name is a layer kind or an activation. What stands in brackets behind a layer is the
   branch of a residual. */
#include "composition.h"
#include <base/elementary.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/architecture.h>
#include <tepui/source.h>

#define ITEM_SIZE 256

/* --- growing */

typedef struct {
    tepui_composition *m; /* NULL: names are checked, nothing is built */
    const tepui_cell *c;
    size_t room, unit;
    int depth;         /* of brackets */
    char *print, *end; /* canonical text; NULL: none */
    tepui_error *err;
} builder;

static void print(builder *b, const char *text)
{
    if (!b->print) return;
    const size_t left = (size_t)(b->end - b->print), n = strlen(text);
    snprintf(b->print, left, "%s", text);
    b->print += n < left ? n : left - 1;
}

static tepui_status no_memory(tepui_error *err)
{
    return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a composition of layers");
}

static tepui_status reserve(builder *b)
{
    tepui_composition *m = b->m;
    if (m->count + 1 < b->room) return TEPUI_OK;
    const size_t room = b->room ? 2 * b->room : 16;
    tepui_layer *layer = realloc(m->layer, room * sizeof *layer);
    if (layer) m->layer = layer;
    size_t *matrix = realloc(m->matrix, (room + 1) * sizeof *matrix);
    if (matrix) m->matrix = matrix;
    if (!layer || !matrix) return no_memory(b->err);
    b->room = room;
    return TEPUI_OK;
}

static int same_shape(const tepui_shape *a, const tepui_shape *b)
{
    return a->space == b->space && a->height == b->height && a->width == b->width && a->channels == b->channels;
}

static void note_size(tepui_composition *m, const tepui_shape *s)
{
    if (tepui_shape_size(s) > m->widest) m->widest = tepui_shape_size(s);
}

/* "layer 4 (conv2d, in unit 2): ..." */
static tepui_status fail_layer(const builder *b, const tepui_layer *t, const char *what)
{
    return tepui_fail(b->err, TEPUI_BAD_INPUT, "layer %zu (%s, in unit %zu): %s", b->m->count + 1, t->type->kind.name,
                      b->unit, what);
}

static tepui_status check_branch(const builder *b, const tepui_layer *t)
{
    char from[64], to[64], text[256];
    const tepui_shape *start = &b->m->layer[t->skip].out;
    if (!t->type->branches || same_shape(&t->in, start)) return TEPUI_OK;
    tepui_shape_print(start, from);
    tepui_shape_print(&t->in, to);
    snprintf(text, sizeof text, "the branch ends with %s, the block begins with %s: they cannot be added", to, from);
    return fail_layer(b, t, text);
}

/* At least what a layer holds at once; a double, since sizes may wrap. */
#define MOST_NUMBERS 0x1p47
static double numbers_at_work(const tepui_layer *t, size_t points)
{
    const double places = (double)t->out.height * (double)t->out.width, in = (double)tepui_shape_size(&t->in);
    const double out = places * (double)t->out.channels, patches = places * (double)t->cols;
    return (double)points * (in + out + patches) + (double)t->rows * (double)t->cols;
}

/* Whether an input is that of the data set, feature by feature: no layer has mixed or arranged it. */
static int is_input(const builder *b)
{
    const tepui_composition *m = b->m;
    for (size_t k = 1; k <= m->count; k++)
        if (m->layer[k].rows || m->layer[k].out.space) return 0;
    return 1;
}

/* "inputs of the data set are 4 x 4 x 4, ..." */
static tepui_status refuse_rows(const builder *b, const tepui_layer *t, const char *what)
{
    const tepui_dataset *d = b->c->data;
    const size_t *axis = d->spec.shape[0] ? d->spec.shape : d->axis, axes = d->spec.shape[0] ? 3 : 7;
    char text[256] = "inputs of the data set are ";
    size_t n = strlen(text);
    for (size_t k = 0; k < axes && axis[k]; k++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%zu", k ? " x " : "", axis[k]);
    snprintf(text + n, sizeof text - n, ", %s", what);
    return fail_layer(b, t, text);
}

/* Rows of a data set keep their shape: a layer that takes a vector for an image takes them as they are. Three axes a,
   b, b with a below b may be channels first. */
static tepui_status take_image(const builder *b, tepui_layer *t)
{
    const tepui_shape image = tepui_dataset_image(b->c->data);
    const size_t *axis = b->c->data->axis;
    char what[160] = "no image: say data.shape: [height, width, channels]";
    if (image.space) {
        t->in = image;
        if (image.height != image.width || image.channels != 1) b->m->image = image;
        return TEPUI_OK;
    }
    if (!axis[3])
        snprintf(what, sizeof what,
                 "channels first perhaps: store height x width x channels, or say data.shape: [%zu, %zu, %zu] if they "
                 "are that",
                 axis[0], axis[1], axis[2]);
    return refuse_rows(b, t, what);
}

/* What takes a vector for a sequence would take 28 x 28 for 784 x 1. */
static tepui_status check_sequence(const builder *b, const tepui_layer *t)
{
    char read[64], what[160];
    if (!t->rows || !t->in.space) return TEPUI_OK;
    tepui_shape_print(&t->in, read);
    snprintf(what, sizeof what, "%s would read %s: put reshape(height, width, channels) before it", t->type->kind.name,
             read);
    return refuse_rows(b, t, what);
}

static int has_axes(const tepui_dataset *d)
{
    return d->axis[1] || d->spec.shape[0];
}

/* Whether a layer's output depends on the width of its unit: it is laid out for another one, too. */
static int takes_width(tepui_layer t, size_t width, size_t points)
{
    tepui_layer other = t;
    tepui_error unused;
    return t.type->shape(&t, width, points, &unused) == TEPUI_OK &&
           other.type->shape(&other, width + 1, points, &unused) == TEPUI_OK && !same_shape(&t.out, &other.out);
}

static tepui_status append(builder *b, tepui_layer t)
{
    tepui_composition *m = b->m;
    tepui_error why = {""};
    tepui_status st = reserve(b);
    if (st != TEPUI_OK) return st;
    t.unit = b->unit;
    t.from = m->count;
    t.in = m->layer[t.from].out;
    t.factor = 1;
    const int rows_of_axes = b->c->data && has_axes(b->c->data) && !t.in.space && is_input(b);
    if (rows_of_axes && t.type->images) TEPUI_TRY(take_image(b, &t));
    st = check_branch(b, &t);
    if (st != TEPUI_OK) return st;
    if (b->c->points < t.type->least_points) {
        char text[192];
        snprintf(text, sizeof text, "needs data.points of at least %zu, there is %zu: %s", t.type->least_points,
                 b->c->points, t.type->reason);
        return fail_layer(b, &t, text);
    }
    if (b->unit <= b->c->depth && !m->takes_width) m->takes_width = takes_width(t, b->c->width[b->unit], b->c->points);
    st = t.type->shape(&t, b->unit <= b->c->depth ? b->c->width[b->unit] : b->c->outputs, b->c->points, &why);
    if (st != TEPUI_OK) return fail_layer(b, &t, why.text);
    if (rows_of_axes && !t.type->images) TEPUI_TRY(check_sequence(b, &t));
    if (numbers_at_work(&t, b->c->points) > MOST_NUMBERS)
        return fail_layer(b, &t, "needs more numbers than can be counted");
    if (t.rows) {
        t.matrix = ++m->matrices;
        m->matrix[t.matrix] = m->count + 1;
    }
    m->coupled |= t.type->couples;
    note_size(m, &t.in);
    note_size(m, &t.out);
    m->layer[++m->count] = t;
done:
    return st;
}

/* --- reading */

static const char *skip_blanks(const char *s)
{
    while (isspace((unsigned char)*s)) s++;
    return s;
}

/* "name(arguments)" at s, cut out. */
static tepui_status cut_item(const builder *b, const char **s, char item[ITEM_SIZE])
{
    const char *start = skip_blanks(*s), *at = start;
    while (*at && !strchr("([,;]*", *at)) at++;
    if (*at == '(') {
        while (*at && *at != ')') at++;
        if (*at) at++;
    }
    const size_t n = (size_t)(at - start);
    if (n == 0) return tepui_fail(b->err, TEPUI_BAD_INPUT, "a layer is missing at '%.40s'", *start ? start : "the end");
    if (n >= ITEM_SIZE) return tepui_fail(b->err, TEPUI_BAD_INPUT, "a layer of more than %d characters", ITEM_SIZE);
    memcpy(item, start, n);
    item[n] = '\0';
    *s = skip_blanks(at);
    return TEPUI_OK;
}

/* A name that is no layer and near to none, but near to an activation. */
static tepui_status fail_activation(const char *name, tepui_error *err)
{
    enum { MOST = 64 };
    const char *layers[MOST + 1], *activations[MOST + 1];
    size_t n = 0, m = 0;
    for (; tepui_family_layer.kinds[n] && n < MOST; n++)
        layers[n] = ((const tepui_kind *)tepui_family_layer.kinds[n])->name;
    for (; tepui_family_activation.kinds[m] && m < MOST; m++)
        activations[m] = ((const tepui_kind *)tepui_family_activation.kinds[m])->name;
    layers[n] = activations[m] = NULL;
    const char *near = tepui_nearest(name, layers) ? NULL : tepui_nearest(name, activations);
    if (!near) return TEPUI_OK;
    return tepui_fail(err, TEPUI_BAD_INPUT, "unknown layer '%s'; did you mean the activation '%s'?", name, near);
}

/* A layer kind, or the layer that applies the activation of this name. */
static tepui_status read_item(const builder *b, const char *item, tepui_layer *t, char text[ITEM_SIZE])
{
    char name[ITEM_SIZE];
    tepui_choice choice;
    tepui_status st;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(item, "( "), item);
    *t = (tepui_layer){0};
    if (tepui_kind_find(&tepui_family_activation, name)) {
        st = tepui_choice_parse(&tepui_family_activation, item, &t->activation, b->err);
        t->type = tepui_kind_find(&tepui_family_layer, "activation");
        if (st == TEPUI_OK) tepui_choice_print_brief(&t->activation, text, ITEM_SIZE);
        return st;
    }
    st = tepui_kind_find(&tepui_family_layer, name) ? TEPUI_OK : fail_activation(name, b->err);
    if (st == TEPUI_OK) st = tepui_choice_parse(&tepui_family_layer, item, &choice, b->err);
    if (st != TEPUI_OK) return st;
    t->type = choice.type;
    memcpy(t->value, choice.value, sizeof t->value);
    if (t->type->applies && b->c) t->activation = b->c->activation;
    if (t->type->applies && b->m) b->m->takes_activation = 1;
    tepui_choice_print_brief(&choice, text, ITEM_SIZE);
    return TEPUI_OK;
}

static tepui_status read_layers(builder *b, const char **s);

static tepui_status read_layer(builder *b, const char **s)
{
    char item[ITEM_SIZE], text[ITEM_SIZE];
    tepui_layer t;
    tepui_status st;
    const size_t start = b->m ? b->m->count : 0;
    TEPUI_TRY(cut_item(b, s, item));
    TEPUI_TRY(read_item(b, item, &t, text));
    print(b, text);
    t.skip = start;
    if (t.type->branches != (**s == '['))
        return tepui_fail(b->err, TEPUI_BAD_INPUT, "%s %s", t.type->kind.name,
                          t.type->branches ? "needs the layers of its branch in brackets"
                                           : "takes no branch in brackets");
    if (t.type->branches) {
        if (++b->depth > 16) return tepui_fail(b->err, TEPUI_BAD_INPUT, "brackets more than 16 deep");
        print(b, "[");
        ++*s;
        TEPUI_TRY(read_layers(b, s));
        if (**s != ']') return tepui_fail(b->err, TEPUI_BAD_INPUT, "']' is missing at '%.40s'", **s ? *s : "the end");
        *s = skip_blanks(*s + 1);
        print(b, "]");
        b->depth--;
    }
    if (b->m) st = append(b, t);
done:
    return st;
}

static tepui_status read_layers(builder *b, const char **s)
{
    for (;;) {
        const tepui_status st = read_layer(b, s);
        if (st != TEPUI_OK || **s != ',') return st;
        print(b, ", ");
        ++*s;
    }
}

/* --- units */

/* Where each unit of a bracketed text begins, how many there are, and which has the star (SIZE_MAX: none). */
typedef struct {
    const char *start[64];
    size_t count, star;
} unit_list;

/* Reads all units once, for their names alone. */
static tepui_status scan_units(builder *b, const char *text, unit_list *u)
{
    const char *s = text + 1;
    *u = (unit_list){.star = SIZE_MAX};
    print(b, "[");
    for (;; s++) {
        if (u->count == 64) return tepui_fail(b->err, TEPUI_BAD_INPUT, "more than 64 units; repeat one with a star");
        u->start[u->count] = s;
        const tepui_status st = read_layers(b, &s);
        if (st != TEPUI_OK) return st;
        if (*s == '*' && u->star != SIZE_MAX)
            return tepui_fail(b->err, TEPUI_BAD_INPUT, "one unit may have a star, there are two");
        if (*s == '*') {
            print(b, " *");
            u->star = u->count;
            s = skip_blanks(s + 1);
        }
        u->count++;
        if (*s != ';') break;
        print(b, "; ");
    }
    print(b, "]");
    if (*s != ']' || *skip_blanks(s + 1))
        return tepui_fail(b->err, TEPUI_BAD_INPUT,
                          "cannot read '%.60s' at '%.40s': ',', ';', '*' or a last ']' is expected", text,
                          *s ? s : "the end");
    return TEPUI_OK;
}

tepui_status tepui_architecture_check(const char *text, char *canonical, size_t size, tepui_error *err)
{
    builder b = {.print = canonical, .end = canonical + size, .err = err};
    unit_list u;
    tepui_choice preset;
    text = skip_blanks(text);
    if (text[0] == '[') return scan_units(&b, text, &u);
    const tepui_status st = tepui_choice_parse(&tepui_family_architecture, text, &preset, err);
    if (st == TEPUI_OK) tepui_choice_print_brief(&preset, canonical, size);
    return st;
}

/* Which of the written units is that of l. */
static size_t unit_of(const unit_list *u, size_t l, size_t depth)
{
    if (u->count == 1) return 0;
    if (u->star == SIZE_MAX) return l - 1;
    const size_t behind = u->count - 1 - u->star; /* units behind the star */
    if (depth - l < behind) return u->count - 1 - (depth - l);
    return l - 1 < u->star ? l - 1 : u->star;
}

static tepui_status check_count(const unit_list *u, size_t depth, tepui_error *err)
{
    const int star = u->star != SIZE_MAX;
    if (u->count == 1 || (star ? depth + 1 >= u->count : depth == u->count)) return TEPUI_OK;
    return tepui_fail(err, TEPUI_BAD_INPUT, "%zu units are written%s, the depth is %zu", u->count,
                      star ? ", one of them to be repeated or left out" : "", depth);
}

static tepui_status build_list(builder *b, const char *text)
{
    builder names = {.err = b->err};
    unit_list u;
    const size_t L = b->c->depth;
    tepui_status st;
    TEPUI_TRY(scan_units(&names, text, &u));
    TEPUI_TRY(check_count(&u, L, b->err));
    for (b->unit = 1; b->unit <= L; b->unit++) {
        const char *s = u.start[unit_of(&u, b->unit, L)];
        TEPUI_TRY(read_layers(b, &s));
        b->m->last[b->unit] = b->m->count;
    }
done:
    return st;
}

static tepui_status build_preset(builder *b, const tepui_choice *preset)
{
    const tepui_architecture_type *type = preset->type;
    const tepui_cell *c = b->c;
    char text[TEPUI_UNIT_TEXT];
    tepui_architecture_site site = {.depth = c->depth};
    for (size_t l = 1; l <= c->depth; l++) site.blocks += c->width[l] == c->width[l - 1];
    for (size_t l = 1; l <= c->depth; l++) {
        const char *s = text;
        site.unit = b->unit = l;
        site.width = c->width[l];
        site.in = b->m->layer[b->m->count].out;
        site.same = site.in.channels == site.width;
        type->unit(preset->value, &site, text);
        const tepui_status st = read_layers(b, &s);
        if (st != TEPUI_OK) return st;
        b->m->last[l] = b->m->count;
    }
    return TEPUI_OK;
}

/* alpha B^-power of every residual. */
static void set_factors(tepui_composition *m)
{
    size_t blocks = 0;
    for (size_t k = 1; k <= m->count; k++) blocks += m->layer[k].type->branches;
    for (size_t k = 1; k <= m->count; k++) {
        tepui_layer *t = &m->layer[k];
        if (t->type->branches) t->factor = t->value[0] * elementary_pow((double)blocks, -t->value[1]);
    }
}

static void hold(tepui_composition *m, size_t *held, size_t k)
{
    size_t s = 1;
    if (k == 0 || m->layer[k].slot) return;
    while (held[s]) s++;
    held[s] = k;
    m->layer[k].slot = s;
    if (s > m->slots) m->slots = s;
}

/* Backward, the gradient at an output begins with the last layer that reads it and ends with its own. */
static tepui_status set_slots(tepui_composition *m, tepui_error *err)
{
    size_t *held = calloc(m->count + 2, sizeof *held); /* [slot]: the layer that has it; 0: none */
    if (!held) return no_memory(err);
    for (size_t k = 1; k <= m->count; k++) m->layer[k].slot = 0;
    hold(m, held, m->count);
    for (size_t k = m->count; k >= 1; k--) {
        const tepui_layer *t = &m->layer[k];
        hold(m, held, t->from);
        if (t->type->branches) hold(m, held, t->skip);
        held[t->slot] = 0;
    }
    free(held);
    return TEPUI_OK;
}

tepui_status tepui_cell_compose(tepui_cell *c, tepui_error *err)
{
    tepui_choice preset = {0};
    tepui_composition *m = NULL;
    tepui_status st;
    const int list = c->architecture[0] == '[';
    if (!list) TEPUI_TRY(tepui_choice_parse(&tepui_family_architecture, c->architecture, &preset, err));
    if (!list && !((const tepui_architecture_type *)preset.type)->unit) return TEPUI_OK;
    m = calloc(1, sizeof *m);
    if (m) m->last = calloc(c->depth + 2, sizeof *m->last);
    if (!m || !m->last) {
        composition_free(m);
        return no_memory(err);
    }
    builder b = {.m = m, .c = c, .err = err};
    TEPUI_TRY(reserve(&b));
    m->layer[0] = (tepui_layer){.out = {0, 1, 1, c->inputs}};
    note_size(m, &m->layer[0].out);
    TEPUI_TRY(list ? build_list(&b, c->architecture) : build_preset(&b, &preset));
    m->last[c->depth + 1] = m->count;
    set_factors(m);
    TEPUI_TRY(set_slots(m, err));
    c->composition = m;
    return TEPUI_OK;
done:
    composition_free(m);
    return st;
}

tepui_status composition_add_readout(tepui_cell *c, tepui_error *err)
{
    tepui_composition *m = c->composition;
    if (!m) return TEPUI_OK; /* plain: nothing is written down */
    builder b = {.m = m, .c = c, .unit = c->depth + 1, .room = m->count + 1, .err = err};
    tepui_layer dense = {.type = tepui_kind_find(&tepui_family_layer, "dense"), .value = {0, 1}};
    tepui_layer flat = {.type = tepui_kind_find(&tepui_family_layer, "flatten")};
    tepui_status st = TEPUI_OK;
    if (m->layer[m->count].out.space) TEPUI_TRY(append(&b, flat));
    TEPUI_TRY(append(&b, dense));
    m->layer[m->count].biases = 0;
    m->last[c->depth + 1] = m->count;
    TEPUI_TRY(set_slots(m, err));
done:
    return st;
}

const tepui_choice *composition_activation(const tepui_composition *m, size_t layer)
{
    for (size_t k = layer + 1; k <= m->count && m->layer[k].unit == m->layer[layer].unit; k++) {
        if (m->layer[k].type->applies) return &m->layer[k].activation;
        if (m->layer[k].rows || m->layer[k].type->branches) break;
    }
    const tepui_layer *before = layer > 1 ? &m->layer[layer - 1] : NULL;
    return before && before->unit == m->layer[layer].unit && before->type->applies ? &before->activation : NULL;
}

void composition_free(tepui_composition *m)
{
    if (!m) return;
    free(m->layer);
    free(m->matrix);
    free(m->last);
    free(m);
}
