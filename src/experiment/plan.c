/* plan.c -- the grid unfolded into cells: widths evaluated, scales and keys resolved, shapes checked. */
#include "settings.h"
#include <base/registry.h>
#include <ensemble/composition.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/curvature.h>
#include <tepui/source.h>

#define WIDEST 10000000.0
#define WHY_SIZE 160     /* of an obstacle */
#define ROUND_SLACK 1e-9 /* so that 0.1*30, say, does not become 4 */

static tepui_choice axis_choice(const settings *s, size_t index, size_t a, const tepui_family *family)
{
    tepui_choice c = {0};
    tepui_choice_parse(family, axis_text(s, index, a), &c, NULL);
    return c;
}

static tepui_status width_from_list(const settings *s, tepui_cell *c, const char *text, int line)
{
    const char *at = text + 1;
    size_t l = 0;
    while (*at && *at != ']') {
        const char *after;
        const double x = tepui_read_double(at, &after);
        if (after == at || !(x >= 1) || x > WIDEST || x != floor(x))
            return settings_fail(s, "grid.width", line, "'%.60s' is not a list of widths, whole numbers from 1 to 1e7",
                                 text);
        if (++l <= c->depth) c->width[l] = (size_t)x;
        at = after + strspn(after, ", ");
    }
    if (l != c->depth)
        return settings_fail(s, "grid.width", line, "%.60s has %zu entries, the depth is %zu", text, l, c->depth);
    return TEPUI_OK;
}

static tepui_status width_from_expression(const settings *s, tepui_cell *c, const char *text, int line)
{
    for (size_t l = 1; l <= c->depth; l++) {
        double x = 0;
        tepui_error err = {""};
        if (l > 1 && !strstr(text, "layer")) {
            c->width[l] = c->width[1];
            continue;
        }
        if (tepui_expression_value(text, (double)c->depth, (double)l, &x, &err) != TEPUI_OK)
            return settings_fail(s, "grid.width", line, "%s", err.text);
        const double up = ceil(x - ROUND_SLACK);
        if (!(up >= 1) || up > WIDEST)
            return settings_fail(s, "grid.width", line,
                                 "'%.60s' gives %g at depth %zu, layer %zu; a width is from 1 to 1e7", text, x,
                                 c->depth, l);
        c->width[l] = (size_t)up;
    }
    return TEPUI_OK;
}

static tepui_status set_widths(const settings *s, tepui_cell *c, size_t index)
{
    const setting *v = setting_of(s, "grid.width");
    const size_t at = axis_position(s, index, AXIS_WIDTH);
    c->width = calloc(c->depth + 1, sizeof *c->width);
    if (!c->width) return tepui_fail(s->err, TEPUI_NO_MEMORY, "no memory for a net of depth %zu", c->depth);
    return v->value[at][0] == '[' ? width_from_list(s, c, v->value[at], v->line[at])
                                  : width_from_expression(s, c, v->value[at], v->line[at]);
}

/* Inputs and outputs from the data and the widths. */
static tepui_status set_shapes(const tepui_experiment *e, const settings *s, tepui_cell *c, size_t index)
{
    const tepui_dataset *d = e->dataset;
    tepui_error why = {""};
    c->inputs = d->rows ? d->inputs : e->data.dimension ? e->data.dimension : c->width[1];
    c->width[0] = c->inputs;
    tepui_status st = tepui_cell_compose(c, &why);
    if (st == TEPUI_BAD_INPUT) {
        const setting *v = setting_of(s, "grid.architecture");
        return settings_fail(s, "grid.architecture", v->line[axis_position(s, index, AXIS_ARCHITECTURE)], "%s",
                             why.text);
    }
    if (st != TEPUI_OK) return tepui_fail(s->err, st, "%s", why.text);
    const size_t last = tepui_unit_size(c, c->depth);
    const size_t wanted = c->targets == TEPUI_TARGETS_DATA ? d->outputs : e->data.outputs;
    c->outputs = c->readout == TEPUI_READOUT_DENSE ? wanted : last;
    if (c->targets == TEPUI_TARGETS_DATA && d->outputs == 0)
        return settings_fail(s, "data.targets", setting_line(s, "data.targets"), "the data set has no targets");
    const tepui_loss_type *loss = c->loss.type;
    if (loss->probabilities && c->outputs < 2)
        return settings_fail(s, "loss", setting_line(s, "loss"), "%s of one class is 0; %s of at least 2 is needed",
                             loss->kind.name,
                             c->readout == TEPUI_READOUT_DENSE ? "data.outputs, or a data set" : "a last width");
    if (tepui_parameters(c) > (size_t)1 << 60) /* in bytes they are counted by ssize_t */
        return settings_fail(s, "grid.width", setting_line(s, "grid.width"),
                             "depth %zu and width %s have more weights than can be counted", c->depth, c->width_text);
    if (c->readout == TEPUI_READOUT_NONE && c->targets == TEPUI_TARGETS_DATA && last != d->outputs)
        return settings_fail(s, "readout", setting_line(s, "readout"),
                             "without a read-out the last width (%zu) must be the number of targets (%zu)", last,
                             d->outputs);
    return TEPUI_OK;
}

/* What keeps a sampler from an observable, into why; empty: nothing. */
static void find_unshown(const tepui_sampler_type *t, const tepui_observable_type *o, char *why, size_t size)
{
    if (o->needs & ~t->shows || (o->measure_sample && !t->matrices))
        snprintf(why, size, "has no law for %s", o->kind.name);
    else if (o->needs & t->apart[0] && o->needs & t->apart[1])
        snprintf(why, size, "has no joint law for what %s puts together", o->kind.name);
    else if (t->weighted && !o->weighs)
        snprintf(why, size,
                 "does not support %s: its samples are weighted; weighted_norm2 and weighted_norm4 take the weights",
                 o->kind.name);
}

/* What stands in the way of a sampler, into why; empty: nothing. */
static void find_obstacle(const tepui_experiment *e, const tepui_sampler_type *t, const tepui_cell *c, char *why,
                          size_t size)
{
    const unsigned needs = tepui_experiment_needs(e);
    why[0] = '\0';
    for (size_t o = 0; o < e->observable_count && !why[0]; o++) find_unshown(t, e->observables[o], why, size);
    const char *reason = !why[0] && t->obstacle ? t->obstacle(c, needs) : NULL;
    if (reason) snprintf(why, size, "%s", reason);
}

/* Of those whose samples stand for themselves: one without matrices where there is any, the cheapest; full can do all.
 */
static int is_better(const tepui_sampler_type *t, const tepui_sampler_type *than, const tepui_cell *c)
{
    if (t->matrices != than->matrices) return !t->matrices;
    return t->work(c) < than->work(c);
}

static const tepui_sampler_type *choose_sampler(const tepui_experiment *e, const tepui_cell *c)
{
    const tepui_sampler_type *best = NULL;
    for (const void *const *k = tepui_family_sampler.kinds; *k; k++) {
        const tepui_sampler_type *t = *k;
        char why[WHY_SIZE];
        if (t->chooses || t->weighted) continue;
        find_obstacle(e, t, c, why, sizeof why);
        if (!why[0] && (!best || is_better(t, best, c))) best = t;
    }
    return best;
}

/* The default is let pass without a tilted sampler: the experiment stored in a result file spells every key out. */
static tepui_status set_tilt(const settings *s, tepui_cell *c, const char *text)
{
    if (c->sampler->tilts)
        c->tilt = strtod(text, NULL);
    else if (strcmp(text, fields[field_index("grid.tilt")].fallback) != 0)
        return settings_fail(s, "grid.tilt", setting_line(s, "grid.tilt"), "only sampler: tilted has a tilt");
    return TEPUI_OK;
}

static tepui_status set_sampler(const tepui_experiment *e, const settings *s, tepui_cell *c)
{
    char why[WHY_SIZE];
    c->sampler = tepui_kind_find(&tepui_family_sampler, setting_text(s, "sampler"));
    if (c->sampler->chooses) {
        c->sampler = choose_sampler(e, c);
        return TEPUI_OK;
    }
    find_obstacle(e, c->sampler, c, why, sizeof why);
    if (!why[0]) return TEPUI_OK;
    return settings_fail(s, "sampler", setting_line(s, "sampler"), "%s %s; full or auto", c->sampler->kind.name, why);
}

/* --- dynamics */

/* An unused setting is an error. */
static tepui_status check_unfollowed(const settings *s)
{
    for (size_t i = 0; i < field_count; i++)
        if (strncmp(fields[i].path, "dynamics.", 9) == 0 && !setting_is_default(s, fields[i].path))
            return settings_fail(s, fields[i].path, setting_line(s, fields[i].path),
                                 "no observable follows trajectories; escape_time, path_loss and others do");
    return TEPUI_OK;
}

/* Some optimizers of an axis may leave the minibatch alone, not all. */
static int takes_minibatches(const settings *s)
{
    const setting *v = setting_of(s, "dynamics.optimizer");
    for (size_t i = 0; i < v->count; i++) {
        tepui_choice c;
        tepui_choice_parse(&tepui_family_optimizer, v->value[i], &c, NULL);
        if (((const tepui_optimizer_type *)c.type)->minibatch) return 1;
    }
    return 0;
}

/* A step takes as many rows as the sample has points, so that one pass holds either. */
static tepui_status check_batch_from(const settings *s, const tepui_cell *c)
{
    const char *const path = "dynamics.batch_from";
    const int line = setting_line(s, path);
    if (!takes_minibatches(s)) return settings_refuse_unread(s, path, line, "optimizers that take minibatches read");
    if (!c->data->rows || c->targets != TEPUI_TARGETS_DATA || c->inputs == 1)
        return settings_fail(s, path, line, "needs a data set with inputs of several numbers and targets of its own");
    if (c->dynamics.batch != c->points)
        return settings_fail(s, path, line, "data: dynamics.batch has to be data.points, %zu, not %zu", c->points,
                             c->dynamics.batch);
    return TEPUI_OK;
}

static tepui_status check_accuracy(const settings *s, const tepui_experiment *e, const tepui_cell *c)
{
    if (!(tepui_experiment_needs(e) & TEPUI_NEEDS_PATH_ACCURACY)) return TEPUI_OK;
    const int held = c->data->spec.held_out > 0 && c->targets == TEPUI_TARGETS_DATA && c->outputs > 1;
    if (held && !composition_couples(c)) return TEPUI_OK;
    return settings_fail(s, "observables", setting_line(s, "observables"), "path_accuracy needs %s",
                         held ? "layers that do not mix points: no batch_norm"
                              : "rows of a data set with classes that are held out: data.held_out");
}

static tepui_status check_batch(const settings *s, const tepui_cell *c, size_t index)
{
    if (c->dynamics.from_data) return check_batch_from(s, c);
    const tepui_optimizer_type *t = c->dynamics.optimizer.type;
    const int line = setting_of(s, "dynamics.batch")->line[axis_position(s, index, AXIS_BATCH)];
    if (c->dynamics.batch > 0 && !takes_minibatches(s))
        return settings_fail(s, "dynamics.batch", line,
                             "%s takes the gradient over all points; sgd, adam and others "
                             "take minibatches",
                             t->kind.name);
    if (c->dynamics.batch > c->points)
        return settings_fail(s, "dynamics.batch", line, "a minibatch of %zu from %zu points", c->dynamics.batch,
                             c->points);
    if (t->minibatch == 2 && (c->dynamics.batch == 0 || c->dynamics.batch == c->points))
        return settings_fail(s, "dynamics.batch", line, "%s needs a minibatch of less than data.points (%zu) points",
                             t->kind.name, c->points);
    return TEPUI_OK;
}

static tepui_status check_escape(const settings *s, const tepui_cell *c)
{
    const tepui_escape_type *t = c->dynamics.escape.type;
    const tepui_loss_type *loss = c->loss.type;
    if (!t->needs_plateau || (loss->needs_target && c->targets != TEPUI_TARGETS_ZERO)) return TEPUI_OK;
    return settings_fail(s, "dynamics.escape", setting_line(s, "dynamics.escape"),
                         "%s needs a loss that is above 0 where the output is 0: mse or cross_entropy with targets "
                         "other than zero; or take output or curvature",
                         t->kind.name);
}

static tepui_status set_dynamics(const tepui_experiment *e, const settings *s, tepui_cell *c, size_t index)
{
    tepui_dynamics *d = &c->dynamics;
    tepui_status st;
    d->follows = (tepui_experiment_needs(e) & TEPUI_NEEDS_PATH) != 0;
    if (!d->follows) return check_unfollowed(s);
    d->optimizer = axis_choice(s, index, AXIS_OPTIMIZER, &tepui_family_optimizer);
    d->rate = strtod(axis_text(s, index, AXIS_RATE), NULL);
    d->schedule = axis_choice(s, index, AXIS_SCHEDULE, &tepui_family_schedule);
    d->batch = strtoull(axis_text(s, index, AXIS_BATCH), NULL, 10);
    d->from_data = strcmp(setting_text(s, "dynamics.batch_from"), "data") == 0;
    tepui_choice_parse(&tepui_family_escape, setting_text(s, "dynamics.escape"), &d->escape, NULL);
    d->steps = (uint64_t)setting_number(s, "dynamics.steps");
    d->record = (uint64_t)setting_number(s, "dynamics.record");
    d->divergence = setting_number(s, "dynamics.divergence");
    if (d->record > d->steps)
        return settings_fail(s, "dynamics.record", setting_line(s, "dynamics.record"), "a trajectory has %llu steps",
                             (unsigned long long)d->steps);
    if (d->record > 0 && !(tepui_experiment_needs(e) & TEPUI_NEEDS_RECORD))
        return settings_refuse_unread(s, "dynamics.record", setting_line(s, "dynamics.record"),
                                      "path observables read");
    if (d->record == 0) d->record = d->steps;
    TEPUI_TRY(check_batch(s, c, index));
    TEPUI_TRY(check_accuracy(s, e, c));
    TEPUI_TRY(check_escape(s, c));
done:
    return st;
}

/* Whole spectra need the whole matrix. */
static tepui_status check_spectrum(const tepui_experiment *e, const settings *s, const tepui_cell *c)
{
    unsigned needs = 0;
    const char *name = "";
    for (size_t o = 0; o < e->observable_count; o++) {
        needs |= e->observables[o]->needs;
        if (tepui_quantities_take(e->observables[o]->needs) & TEPUI_TAKES_WHOLE) name = e->observables[o]->kind.name;
    }
    const size_t n = tepui_hessian_rows(c, needs);
    if (e->has_precision && tepui_observable_values(e->precision_observable, c) > 1)
        return settings_fail(
            s, "precision.observable", setting_line(s, "precision.observable"),
            "%s gives many numbers a sample, which are not independent: its quantiles have no interval; "
            "take an observable with one number a sample",
            e->precision_observable->kind.name);
    if (n <= TEPUI_HESSIAN_MOST) return TEPUI_OK;
    return settings_fail(s, "observables", setting_line(s, "observables"),
                         "%s needs the whole Hessian: %zu x %zu numbers (%.3g GB) at depth %zu, width %s, %zu point%s; "
                         "at most %u x %u. hessian_density, hessian_extreme and hessian_norm take nets of any size",
                         name, n, n, 8e-9 * (double)n * (double)n, c->depth, c->width_text, c->points,
                         c->points == 1 ? "" : "s", TEPUI_HESSIAN_MOST, TEPUI_HESSIAN_MOST);
}

static tepui_status fill_cell(const tepui_experiment *e, const settings *s, tepui_cell *c, size_t index)
{
    tepui_status st;
    tepui_error err = {""};
    c->depth = strtoull(axis_text(s, index, AXIS_DEPTH), NULL, 10);
    c->width_text = axis_text(s, index, AXIS_WIDTH);
    c->activation = axis_choice(s, index, AXIS_ACTIVATION, &tepui_family_activation);
    c->scale = axis_choice(s, index, AXIS_INIT, &tepui_family_scale);
    c->distribution = axis_choice(s, index, AXIS_LAW, &tepui_family_distribution);
    c->gain = strtod(axis_text(s, index, AXIS_GAIN), NULL);
    c->bias = axis_choice(s, index, AXIS_BIAS, &tepui_family_distribution);
    c->sigma_b = strtod(axis_text(s, index, AXIS_SIGMA_B), NULL);
    c->architecture = axis_text(s, index, AXIS_ARCHITECTURE);
    c->readout = strcmp(e->readout, "dense") == 0 ? TEPUI_READOUT_DENSE : TEPUI_READOUT_NONE;
    tepui_choice_parse(&tepui_family_loss, e->loss, &c->loss, NULL);
    c->targets = e->data.targets;
    c->points = e->data.points;
    c->data = e->dataset;
    c->generator = e->generator;
    c->gsl_eigensolver = strcmp(setting_text(s, "eigensolver"), "gsl") == 0;
    if (((const tepui_distribution_type *)c->bias.type)->fill_matrix)
        return settings_fail(s, "grid.bias", setting_line(s, "grid.bias"), "%s is a law of matrices, not of biases",
                             axis_text(s, index, AXIS_BIAS));
    TEPUI_TRY(set_widths(s, c, index));
    TEPUI_TRY(set_shapes(e, s, c, index));
    TEPUI_TRY(set_dynamics(e, s, c, index));
    TEPUI_TRY(set_sampler(e, s, c));
    TEPUI_TRY(set_tilt(s, c, axis_text(s, index, AXIS_TILT)));
    st = tepui_cell_resolve(c, e->seed, &err);
    if (st == TEPUI_BAD_INPUT) {
        const setting *v = setting_of(s, "grid.init");
        st = settings_fail(s, "grid.init", v->line[axis_position(s, index, AXIS_INIT)], "%s", err.text);
    } else if (st != TEPUI_OK) {
        tepui_fail(s->err, st, "%s", err.text);
    }
    if (st == TEPUI_OK) st = check_spectrum(e, s, c);
done:
    return st;
}

typedef struct {
    const tepui_cell *cell;
    size_t index;
} keyed;

static int by_key(const void *a, const void *b)
{
    const keyed *x = a, *y = b;
    int order = memcmp(&x->cell->key, &y->cell->key, sizeof x->cell->key);
    if (order == 0) order = strcmp(x->cell->identity, y->cell->identity);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Equal physics and dynamics: the later cell is an alias of the first. Equal keys of different physics: refused. */
static tepui_status find_aliases(tepui_experiment *e, const settings *s)
{
    keyed *k = calloc(e->cell_count, sizeof *k);
    tepui_status st = TEPUI_OK;
    if (!k) return tepui_fail(s->err, TEPUI_NO_MEMORY, "no memory for %zu cells", e->cell_count);
    for (size_t i = 0; i < e->cell_count; i++) k[i] = (keyed){&e->cells[i], i};
    qsort(k, e->cell_count, sizeof *k, by_key);
    for (size_t i = 0, first = 0; i < e->cell_count; i++) {
        const tepui_cell *c = k[i].cell, *before = k[i ? i - 1 : 0].cell;
        if (memcmp(&c->key, &before->key, sizeof c->key) != 0 || strcmp(c->identity, before->identity) != 0) first = i;
        e->cells[k[i].index].alias_of = k[first].index;
        if (memcmp(&c->key, &before->key, sizeof c->key) == 0 && strcmp(c->canonical, before->canonical) != 0)
            st = settings_fail(s, "seed", -1, "two different cells have the same random key; change the seed");
    }
    free(k);
    return st;
}

/* A cell without components of an observable is a gap in a table; a whole grid without is a mistake. */
static tepui_status check_components(const tepui_experiment *e, const settings *s)
{
    for (size_t o = 0; o < e->observable_count; o++) {
        size_t k = 0;
        while (k < e->cell_count && tepui_observable_components(e->observables[o], &e->cells[k], 1, NULL) == 0) k++;
        if (k == e->cell_count)
            return settings_fail(s, "observables", setting_line(s, "observables"),
                                 "%s has no component in any cell: %s", e->observables[o]->kind.name,
                                 e->observables[o]->kind.doc);
    }
    return TEPUI_OK;
}

/* Targets of a data set are probabilities where the loss takes them for such; sums of 2^31 numbers at most, rounded to
   single precision perhaps. */
static tepui_status check_probabilities(const tepui_experiment *e, const settings *s)
{
    const tepui_dataset *d = e->dataset;
    tepui_choice loss = {0};
    tepui_choice_parse(&tepui_family_loss, e->loss, &loss, NULL);
    if (!((const tepui_loss_type *)loss.type)->probabilities || e->data.targets != TEPUI_TARGETS_DATA) return TEPUI_OK;
    for (size_t r = 0; d->y && r < d->rows; r++) {
        double sum = 0, least = 0;
        for (size_t k = 0; k < d->outputs; k++) {
            sum += d->y[r * d->outputs + k];
            least = fmin(least, d->y[r * d->outputs + k]);
        }
        if (least < 0 || fabs(sum - 1) > 1e-6)
            return settings_fail(s, "loss", setting_line(s, "loss"),
                                 "%s takes labels or probabilities; targets %zu of the data sum to %g, the least is %g",
                                 e->loss, r, sum, least);
    }
    return TEPUI_OK;
}

/* Of the plan before: a survey, perhaps. */
static void forget_plan(tepui_experiment *e)
{
    for (size_t i = 0; i < e->cell_count; i++) tepui_cell_clear(&e->cells[i]);
    if (e->cells) registry_release();
    free(e->cells);
    tepui_dataset_free(e->dataset);
    e->cells = NULL;
    e->dataset = NULL;
    e->cell_count = 0;
}

static tepui_status make_plan(tepui_experiment *e,
                              tepui_status (*data)(const tepui_data_spec *, tepui_dataset **, tepui_error *),
                              tepui_error *err)
{
    settings *s = e->settings;
    tepui_status st;
    s->err = err;
    const size_t cells = axes_cells(s);
    if (cells > AXES_MOST_CELLS)
        return settings_fail(s, "grid", -1, "more than %u cells; split the experiment", AXES_MOST_CELLS);
    forget_plan(e);
    TEPUI_TRY(data(&e->data, &e->dataset, err));
    TEPUI_TRY(check_probabilities(e, s));
    e->cells = calloc(cells, sizeof *e->cells);
    if (!e->cells) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for %zu cells", cells);
    registry_hold();
    for (size_t i = 0; i < cells; i++) {
        if (!axes_wanted(s, i)) continue;
        TEPUI_TRY(fill_cell(e, s, &e->cells[e->cell_count++], i));
    }
    TEPUI_TRY(find_aliases(e, s));
    TEPUI_TRY(check_components(e, s));
    TEPUI_TRY(settings_check_effects(s, e, tepui_experiment_needs(e)));
done:
    s->err = NULL;
    return st;
}

tepui_status tepui_experiment_plan(tepui_experiment *e, tepui_error *err)
{
    return make_plan(e, tepui_dataset_open, err);
}

tepui_status tepui_experiment_survey(tepui_experiment *e, tepui_error *err)
{
    return make_plan(e, tepui_dataset_survey, err);
}
