/* verify.c -- all laws over all cells of a result, then Holm's rule. */
#include "holm.h"
#include "own.h"
#include "sweep.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/verdict.h>

#define LAYERS 8u

const char *const tepui_verdict_word[] = {"holds", "fails", "refused"};

typedef struct {
    const tepui_result *r;
    const tepui_experiment *e;
    const tepui_verify_options *o;
    tepui_verification *v;
    size_t room;
    const tepui_samples_net *net; /* [cell], of the law at hand; NULL: it has none, or e has the cells */
} verifier;

static int is_distinct(const verifier *vf, size_t cell)
{
    return !vf->e || vf->e->cells[cell].alias_of == cell;
}

/* NULL: nothing is known about its net. */
static const tepui_cell *net_of(const verifier *vf, size_t cell)
{
    return vf->e ? &vf->e->cells[cell] : vf->net ? vf->net[cell].cell : NULL;
}

/* Samples without an experiment have one component, called after nothing unless the user says so. */
static long component_of(const verifier *vf, const tepui_result_observable *o, size_t cell, size_t k)
{
    if (vf->net) return vf->net[cell].component;
    return !vf->e && strcmp(o->component[k], "value") == 0 ? -1 : tepui_component_number(o->component[k]);
}

/* Whether the component belongs to the cell: cells with fewer are padded. */
static int present(const tepui_result_observable *o, size_t cell, size_t k)
{
    return o->count[cell * o->components + k] > 0;
}

/* Raw samples of the first component of the other observable. */
static void add_other(const tepui_result *r, const char *name, size_t cell, tepui_evidence *e)
{
    const tepui_result_observable *o = tepui_result_observable_find(r, name);
    if (o && o->raw && o->samples >= e->raws) e->other = o->raw + cell * o->components * o->samples;
}

/* --- laws of the user's own stand beside those of the theory */

static int is_own(const verifier *vf, const tepui_law_type *law)
{
    return vf->o->own && law == &vf->o->own->law;
}

static size_t last_present(const tepui_result_observable *o, size_t cell)
{
    size_t k = o->components;
    while (k > 0 && !present(o, cell, k - 1)) k--;
    return k ? k - 1 : SIZE_MAX;
}

static int speaks(const verifier *vf, const tepui_law_type *law, const tepui_result_observable *o, size_t cell,
                  size_t k, const char **why)
{
    if (!present(o, cell, k)) return 0;
    if (!is_own(vf, law) && !net_of(vf, cell)) return *why = vf->net[cell].why, 0;
    if (!is_own(vf, law)) return law->applies(net_of(vf, cell), component_of(vf, o, cell, k), why);
    if (vf->o->component == TEPUI_OWN_LAYERS) return 1;
    return k == (vf->o->component == SIZE_MAX ? last_present(o, cell) : vf->o->component);
}

static tepui_status predict(const verifier *vf, const tepui_law_type *law, const tepui_result_observable *o,
                            size_t cell, size_t k, tepui_prediction *p, tepui_error *err)
{
    const long component = component_of(vf, o, cell, k);
    if (is_own(vf, law)) return own_predict(vf->o->own, vf->r, o, cell, component, p, err);
    *p = (tepui_prediction){.form = law->form, .variance = NAN, .median = NAN, .atom = NAN};
    return law->predict(net_of(vf, cell), component, p, err);
}

static tepui_verdict_line *new_line(verifier *vf, const tepui_law_type *law, size_t cell)
{
    tepui_verification *v = vf->v;
    if (v->lines == vf->room) {
        tepui_verdict_line *more = realloc(v->line, (2 * vf->room + 16) * sizeof *more);
        if (!more) return NULL;
        v->line = more;
        vf->room = 2 * vf->room + 16;
    }
    tepui_verdict_line *line = &v->line[v->lines++];
    *line = (tepui_verdict_line){
        .law = law, .cell = cell, .cells = 1, .p = NAN, .samples = NAN, .allowance = NAN, .why = ""};
    return line;
}

static void refuse(tepui_verdict_line *line, const char *why)
{
    line->verdict = TEPUI_REFUSED;
    line->why = why;
    line->predicted = line->observed = line->low = line->high = line->p = line->samples = line->allowance = NAN;
}

/* The smallest p of the line so far, and what it speaks about (of equal ones that with the largest allowance). The
   allowance is the largest of all tests: a law that is right within something is not exact, whatever its exact test
   says. */
static void take_test(tepui_verdict_line *line, const tepui_test_result *t, const char *component)
{
    const double before = line->allowance;
    line->allowance = fmax(before, t->allowance); /* at first NaN, which fmax passes over */
    line->tests++;
    if (line->tests > 1 && (isnan(line->p) || t->p > line->p)) return; /* NaN stays: it fails */
    if (line->tests > 1 && t->p == line->p && !(t->allowance > before)) return;
    line->p = t->p;
    memcpy(line->test, t->name, sizeof line->test);
    snprintf(line->component, sizeof line->component, "%s", component);
    line->predicted = t->predicted;
    line->observed = t->observed;
    line->low = t->low;
    line->high = t->high;
    line->samples = t->samples;
}

/* Rounding of the ln of a norm behind all matrices: a product with a matrix of n columns is right to n^(3/2) u at most,
   squares and their sum, scales, ln and the running sum cost some u more (Higham, Accuracy and stability of numerical
   algorithms, 2002, chapter 3); weights of a tilted sampler and moments add ln Gamma at half the width, a layer each.
   u = 2^-53. */
#define SINGLE 0x1p29 /* u of single precision over that of double precision */
static double rounding_of(const tepui_cell *c)
{
    const size_t matrices = c->depth + (c->readout == TEPUI_READOUT_DENSE);
    double sum = 16 + 2 * (double)c->inputs;
    for (size_t l = 1; l <= matrices; l++) {
        const double rows = l > c->depth ? (double)c->outputs : (double)c->width[l], cols = (double)c->width[l - 1];
        sum += cols * sqrt(cols) + rows + 16 + 4 * fabs(lgamma(1 + rows / 2 + fabs(c->tilt)));
    }
    return sum * 0x1p-53;
}

static tepui_status test_component(verifier *vf, const tepui_result_observable *o, size_t cell, size_t k,
                                   tepui_verdict_line *line, tepui_error *err)
{
    tepui_prediction p;
    tepui_test_result t[TEPUI_MOST_TESTS];
    tepui_evidence e = tepui_evidence_of(vf->r, o, cell, k);
    size_t n = 0;
    char name[24];
    tepui_component_name(component_of(vf, o, cell, k), name);
    if (is_own(vf, line->law) && vf->o->own->form != OWN_FAMILY) {
        const tepui_status st = own_tests(vf->o->own, vf->r, cell, component_of(vf, o, cell, k), &e, t, &n, err);
        for (size_t i = 0; st == TEPUI_OK && i < n; i++) take_test(line, &t[i], o->component[k]);
        return st;
    }
    if (line->law->other) add_other(vf->r, line->law->other, cell, &e);
    const tepui_status st = predict(vf, line->law, o, cell, k, &p, err);
    if (st != TEPUI_OK) return st;
    e.coarse = !vf->e;
    if (net_of(vf, cell)) p.rounding = fmax(p.rounding, rounding_of(net_of(vf, cell)) * (vf->e ? 1 : SINGLE));
    if (!vf->e && p.form == TEPUI_PREDICTS_ATOMS) p.slack = fmax(p.slack, p.rounding);
    n = tepui_verify_tests(&p, &e, t, &line->why);
    for (size_t i = 0; i < n; i++) take_test(line, &t[i], vf->net ? name : o->component[k]);
    tepui_prediction_clear(&p);
    return TEPUI_OK;
}

/* Components that the law speaks about, thinned to `layers`; returns how many. */
static size_t choose(verifier *vf, const tepui_law_type *law, const tepui_result_observable *o, size_t cell,
                     size_t *out)
{
    const size_t most = vf->o->layers ? vf->o->layers : LAYERS;
    size_t n = 0, kept = 0;
    const char *why;
    for (size_t k = 0; k < o->components; k++)
        if (speaks(vf, law, o, cell, k, &why)) out[n++] = k;
    if (n <= most) return n;
    for (size_t i = 0; i < most; i++) out[kept++] = out[most == 1 ? n - 1 : i * (n - 1) / (most - 1)];
    return kept;
}

static tepui_status one_cell(verifier *vf, const tepui_law_type *law, const tepui_result_observable *o, size_t cell,
                             tepui_error *err)
{
    size_t *component = malloc((o->components + 1) * sizeof *component);
    tepui_status st = component ? TEPUI_OK : TEPUI_NO_MEMORY;
    const size_t n = component ? choose(vf, law, o, cell, component) : 0;
    tepui_verdict_line *line = n ? new_line(vf, law, cell) : NULL;
    if (n && !line) st = TEPUI_NO_MEMORY;
    for (size_t i = 0; st == TEPUI_OK && line && i < n; i++) st = test_component(vf, o, cell, component[i], line, err);
    free(component);
    if (st != TEPUI_OK || !line) return st;
    if (line->tests == 0)
        refuse(line, line->why[0] ? line->why : "no finite sample");
    else
        line->p = line->p * (double)line->tests > 1 ? 1 : line->p * (double)line->tests;
    if (line->tests > 0) line->why = "";
    return TEPUI_OK;
}

/* --- sweeps: cells that differ in depth only */

/* A sweep is about a component with a name ("H", "G", ...), or, wanted == NULL, about the last layer. */
static int is_wanted(const verifier *vf, const tepui_result_observable *o, size_t cell, size_t k, const char *wanted)
{
    if (wanted) return strcmp(o->component[k], wanted) == 0;
    if (!vf->e) return 1; /* there is no other */
    return component_of(vf, o, cell, k) > TEPUI_COMPONENT_H;
}

static size_t last_component(verifier *vf, const tepui_law_type *law, const tepui_result_observable *o, size_t cell,
                             const char *wanted)
{
    const char *why;
    for (size_t k = o->components; k-- > 0;)
        if ((is_own(vf, law) || is_wanted(vf, o, cell, k, wanted)) && speaks(vf, law, o, cell, k, &why)) return k;
    return SIZE_MAX;
}

static double depth_of(const verifier *vf, size_t cell)
{
    return net_of(vf, cell) ? (double)net_of(vf, cell)->depth : tepui_result_column(vf->r, "depth")->number[cell];
}

static tepui_status sweep_point_of(verifier *vf, const tepui_law_type *law, const tepui_result_observable *o,
                                   size_t cell, const char *wanted, sweep_point *point, int *usable, tepui_error *err)
{
    tepui_prediction p;
    const size_t k = last_component(vf, law, o, cell, wanted);
    *usable = 0;
    if (k == SIZE_MAX) return TEPUI_OK;
    const tepui_evidence e = tepui_evidence_of(vf->r, o, cell, k);
    const tepui_status st = predict(vf, law, o, cell, k, &p, err);
    if (st != TEPUI_OK) return st;
    *point =
        (sweep_point){depth_of(vf, cell), e.median, p.median, (e.median_high - e.median_low) / 3.92, p.slack, p.left};
    *usable = isfinite(point->y) && isfinite(point->predicted) && isfinite(point->error) && point->error > 0;
    tepui_prediction_clear(&p);
    return TEPUI_OK;
}

/* Whether the predictions of a user's slope, slope * depth, have one slope. */
static int is_straight(const sweep_point *point, size_t n)
{
    const double first = point[0].predicted / point[0].x;
    for (size_t i = 1; i < n; i++)
        if (fabs(point[i].predicted / point[i].x - first) > 1e-12 * fabs(first)) return 0;
    return 1;
}

static tepui_status one_sweep(verifier *vf, const tepui_law_type *law, const tepui_result_observable *o, size_t first,
                              const char *wanted, char *seen, tepui_error *err)
{
    sweep_point *point = malloc(vf->r->cells * sizeof *point);
    tepui_status st = point ? TEPUI_OK : TEPUI_NO_MEMORY;
    size_t n = 0;
    for (size_t c = first; st == TEPUI_OK && c < vf->r->cells; c++) {
        int usable;
        if (seen[c] || !is_distinct(vf, c) || !sweep_same(vf->r, first, c)) continue;
        seen[c] = 1;
        st = sweep_point_of(vf, law, o, c, wanted, &point[n], &usable, err);
        n += usable;
    }
    tepui_verdict_line *line = st == TEPUI_OK && n >= 3 ? new_line(vf, law, first) : NULL;
    if (line) {
        const sweep_slope seen_slope = sweep_fit(point, n, 0), predicted = sweep_fit(point, n, 1);
        double slack = 0;
        for (size_t i = 0; i < n; i++) slack = fmax(slack, point[i].slack);
        slack += sweep_leverage(point, n);
        const double off = fmax(0, fabs(seen_slope.slope - predicted.slope) - slack);
        *line = (tepui_verdict_line){.law = law,
                                     .cell = first,
                                     .cells = n,
                                     .test = "slope",
                                     .predicted = predicted.slope,
                                     .observed = seen_slope.slope,
                                     .low = seen_slope.slope - 1.96 * seen_slope.error,
                                     .high = seen_slope.slope + 1.96 * seen_slope.error,
                                     .p = fmin(1, 2 * gsl_cdf_ugaussian_Q(off / seen_slope.error)),
                                     .samples = NAN,
                                     .allowance = slack,
                                     .tests = 1,
                                     .why = ""};
        const int chosen = is_own(vf, law) && vf->o->component < o->components;
        snprintf(line->component, sizeof line->component, "%s",
                 wanted   ? wanted
                 : chosen ? o->component[vf->o->component]
                          : "last");
        if (is_own(vf, law) && !is_straight(point, n))
            refuse(line, "its expression changes along the sweep of depths: a slope needs one value");
    }
    free(point);
    return st;
}

/* All sweeps of the file for one component. */
static tepui_status sweeps(verifier *vf, const tepui_law_type *law, const tepui_result_observable *o,
                           const char *wanted, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    char *seen = calloc(vf->r->cells, 1);
    if (!seen) return TEPUI_NO_MEMORY;
    for (size_t c = 0; st == TEPUI_OK && c < vf->r->cells; c++)
        if (is_distinct(vf, c) && !seen[c]) st = one_sweep(vf, law, o, c, wanted, seen, err);
    free(seen);
    return st;
}

/* --- a law asked for by name that has no line */

static const char *reason_of(const verifier *vf, const tepui_law_type *law, const tepui_result_observable *o,
                             size_t cell)
{
    const char *why = o ? "nothing it speaks about" : "its observable is not in the file";
    if (law->pooled) return "it is about all components together; `tepui theory' and the figure have it";
    for (size_t k = 0; o && k < o->components; k++)
        if (speaks(vf, law, o, cell, k, &why)) return "a slope takes medians at three depths or more";
    return why;
}

/* One line for each reason, with the first of its cells and their number. */
static tepui_status say_why(verifier *vf, const tepui_law_type *law, const tepui_result_observable *o)
{
    const size_t before = vf->v->lines;
    for (size_t c = 0; c < vf->r->cells; c++) {
        if (!is_distinct(vf, c)) continue;
        const char *why = reason_of(vf, law, o, c);
        size_t i = before;
        while (i < vf->v->lines && strcmp(vf->v->line[i].why, why) != 0) i++;
        if (i < vf->v->lines) {
            vf->v->line[i].cells++;
            continue;
        }
        tepui_verdict_line *line = new_line(vf, law, c);
        if (!line) return TEPUI_NO_MEMORY;
        refuse(line, why);
    }
    return TEPUI_OK;
}

static tepui_status one_law(verifier *vf, const tepui_law_type *law, int named, tepui_error *err)
{
    const tepui_result_observable *o = tepui_result_observable_find(vf->r, law->observable);
    const size_t before = vf->v->lines;
    tepui_status st = TEPUI_OK;
    const int slopes = law->form == TEPUI_PREDICTS_SLOPE;
    if (law->pooled) o = NULL;
    for (size_t c = 0; o && !slopes && st == TEPUI_OK && c < vf->r->cells; c++)
        if (is_distinct(vf, c)) st = one_cell(vf, law, o, c, err);
    if (o && slopes) st = sweeps(vf, law, o, NULL, err);
    for (size_t k = 0; o && slopes && !is_own(vf, law) && st == TEPUI_OK && k < o->components; k++)
        if (vf->e && !is_wanted(vf, o, 0, k, NULL)) st = sweeps(vf, law, o, o->component[k], err);
    size_t tested = 0;
    for (size_t i = before; i < vf->v->lines; i++) tested += vf->v->line[i].verdict != TEPUI_REFUSED;
    vf->v->tested += tested;
    vf->v->untested += named && !tested;
    return st == TEPUI_OK && named && vf->v->lines == before ? say_why(vf, law, o) : st;
}

/* A prediction that could not be computed has p = NaN: it fails and stands first. */
tepui_status tepui_verify_holm(tepui_verification *v)
{
    holm_entry *entry = malloc((v->lines + 1) * sizeof *entry);
    size_t n = 0;
    if (!entry) return TEPUI_NO_MEMORY;
    for (size_t i = 0; i < v->lines; i++)
        if (v->line[i].verdict != TEPUI_REFUSED) entry[n++] = (holm_entry){v->line[i].p, i};
    v->refusals = v->lines - n;
    v->failures = holm(entry, n, v->false_alarm);
    for (size_t i = 0; i < n; i++) v->line[entry[i].line].verdict = i < v->failures ? TEPUI_FAILS : TEPUI_HOLDS;
    free(entry);
    return TEPUI_OK;
}

static uint64_t count_samples(const verifier *vf)
{
    const tepui_result *r = vf->r;
    uint64_t n = 0;
    for (size_t i = 0; i < r->observables; i++) {
        const tepui_result_observable *o = &r->observable[i];
        for (size_t c = 0; c < r->cells; c++)
            for (size_t k = 0; is_distinct(vf, c) && k < o->components; k++) n += o->count[c * o->components + k];
    }
    return n;
}

int tepui_verify_would_speak(const tepui_law_type *law, const tepui_experiment *e)
{
    const tepui_observable_type *o = law->pooled ? NULL : tepui_kind_find(&tepui_family_observable, law->observable);
    for (size_t i = 0; o && i < e->cell_count; i++) {
        const size_t n = tepui_observable_components(o, &e->cells[i], e->layer_limit, NULL);
        long *component = malloc((n + 1) * sizeof *component);
        const char *why;
        int speaks = 0;
        if (!component) return 0;
        tepui_observable_components(o, &e->cells[i], e->layer_limit, component);
        for (size_t k = 0; k < n && !speaks; k++) speaks = law->applies(&e->cells[i], component[k], &why);
        free(component);
        if (speaks) return 1;
    }
    return 0;
}

/* What is wrong with the user's law in some cell is said before anything is tested. */
static tepui_status check_own(const verifier *vf, tepui_error *err)
{
    const char *why;
    tepui_own *own = vf->o->own;
    const tepui_result_observable *o = tepui_result_observable_find(vf->r, vf->o->observable);
    tepui_status st = TEPUI_OK;
    own->law.observable = vf->o->observable;
    for (size_t c = 0; o && st == TEPUI_OK && c < vf->r->cells; c++)
        for (size_t k = 0; st == TEPUI_OK && k < o->components; k++)
            if (speaks(vf, &own->law, o, c, k, &why)) st = own_check(own, vf->r, o, c, component_of(vf, o, c, k), err);
    return st;
}

tepui_status tepui_verify(const tepui_result *r, const tepui_experiment *e, const tepui_verify_options *o,
                          tepui_verification **out, tepui_error *err)
{
    tepui_status st = TEPUI_NO_MEMORY;
    verifier vf = {.r = r, .e = e, .o = o, .v = calloc(1, sizeof *vf.v)};
    *out = NULL;
    const tepui_status fits = e ? tepui_result_fits(r, e, err) : TEPUI_OK;
    if (fits != TEPUI_OK) {
        free(vf.v);
        return fits;
    }
    const tepui_status sound = o->own ? check_own(&vf, err) : TEPUI_OK;
    if (sound != TEPUI_OK) {
        free(vf.v);
        return sound;
    }
    if (vf.v) {
        vf.v->samples = count_samples(&vf);
        vf.v->false_alarm = o->false_alarm > 0 ? o->false_alarm : HOLM_FALSE_ALARM;
        static const void *const none[] = {NULL};
        const void *const *laws = o->laws ? (const void *const *)o->laws : o->own ? none : tepui_family_law.kinds;
        tepui_missed_memory(); /* what came before is not ours */
        st = TEPUI_OK;
        for (size_t i = 0; st == TEPUI_OK && laws[i]; i++) {
            vf.net = e ? NULL : o->net[i];
            st = one_law(&vf, laws[i], o->laws != NULL, err);
        }
        vf.net = NULL;
        if (st == TEPUI_OK && o->own) st = one_law(&vf, &o->own->law, 1, err);
    }
    if (tepui_missed_memory()) st = TEPUI_NO_MEMORY;
    if (st == TEPUI_OK) st = tepui_verify_holm(vf.v);
    if (st == TEPUI_OK) {
        *out = vf.v;
        return st;
    }
    tepui_verification_free(vf.v);
    return st == TEPUI_NO_MEMORY ? tepui_fail(err, st, "no memory for the verdicts") : st;
}

void tepui_verification_free(tepui_verification *v)
{
    if (!v) return;
    free(v->line);
    free(v);
}
