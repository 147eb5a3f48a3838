/* law_cell.c -- a cell for which a law speaks, found from the settings of a command line. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

/* A cell for which the law may hold, before the options change it: relu or linear, chain or net, deep where it must. */
#define SPHERE "data: {source: sphere}\n"
#define TWO_POINTS "data: {source: sphere, points: 2}\n"
#define BATCH "data: {source: orthonormal, points: 8}\n"
#define GAUSSIAN "data: {source: sphere, targets: gaussian}\n"
#define ONE "data: {source: sphere, targets: one}\n"
#define CHAIN "grid: {activation: linear, init: lecun, width: 1, depth: 16"
static const char *const skeletons[] = {
    "grid: {activation: relu, init: he, width: 16}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: linear, init: lecun, width: 16}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 16}\nreadout: dense\nloss: output\n" SPHERE,
    "grid: {activation: linear, init: lecun, width: 1}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 1}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: linear, init: lecun, width: 1, law: uniform}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 16}\nreadout: dense\nloss: mse\n" GAUSSIAN,
    "grid: {activation: linear, init: lecun, width: 1, depth: 64}\nreadout: none\nloss: mse\n" GAUSSIAN,
    "grid: {activation: linear, init: lecun, width: 4, depth: 64}\nreadout: none\nloss: cross_entropy\n" SPHERE,
    "grid: {activation: linear, init: lecun, width: 16, law: orthogonal}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 16, law: orthogonal}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 16, law: orthogonal}\nreadout: dense\nloss: output\n" SPHERE,
    "grid: {activation: tanh, init: lecun, width: 64}\nreadout: none\nloss: output\n" TWO_POINTS,
    "grid: {activation: linear, init: lecun, width: 64, architecture: \"[dense, batch_norm(epsilon=0), activation]\"}\n"
    "readout: none\nloss: output\n" BATCH,
    "grid: {activation: relu, init: he, width: 64, architecture: \"[dense, activation, rms_norm(epsilon=0)]\"}\n"
    "readout: dense\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 64, architecture: residual(power=0.5)}\nreadout: none\nloss: "
    "output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 64, architecture: \"residual(power=0.5, pre=0)\"}\n"
    "readout: none\nloss: output\n" SPHERE,
    CHAIN "}\nreadout: none\n" ONE,
    CHAIN "}\nreadout: none\ndynamics: {optimizer: adam(epsilon=0), rate: 0.001}\n" ONE,
    CHAIN ", law: rademacher, gain: 0.8}\nreadout: none\n" ONE,
    "grid: {activation: linear, init: lecun, width: 2, depth: 32}\n" ONE,
    "grid: {activation: relu, init: he, width: 16, depth: 4}\nreadout: dense\nloss: output\n" SPHERE,
    "grid: {activation: tanh, init: lecun, width: 64}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: linear, init: lecun, width: 6, depth: 2}\nreadout: dense\nloss: mse\n"
    "data: {source: gaussian, dimension: 5, outputs: 4, points: 12, targets: gaussian}\n",
    "grid: {activation: linear, init: lecun, width: 16, architecture: residual(power=0.5)}\nreadout: dense\nloss: "
    "output\n" SPHERE,
};
enum { SKELETONS = sizeof skeletons / sizeof *skeletons };

static tepui_status read_cell(const char *skeleton, const tepui_law_type *law, const char *const *set,
                              tepui_experiment **e, tepui_error *err)
{
    char *text = cli_print("%ssamples: 1\nobservables: [%s]\n", skeleton, law->observable);
    tepui_status st = tepui_experiment_parse(text, "command line", set, e, err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(*e, err);
    if (st == TEPUI_OK && (*e)->cell_count != 1)
        st = tepui_fail(err, TEPUI_USAGE, "one cell at a time, these settings make %zu", (*e)->cell_count);
    free(text);
    return st;
}

/* Pairs and blocks whose numbers are in range; whether they are in order the law says. */
static int there_is(const tepui_observable_type *t, const tepui_cell *c, long k)
{
    const long matrices = (long)c->depth + (c->readout == TEPUI_READOUT_DENSE);
    const long row = k >> 20 & 0xfffff, column = k & 0xfffff, most = t->blocks ? matrices : t->last ? t->last(c) : 0;
    if (k >= TEPUI_COMPONENT_BLOCK(0, 0, 0)) return (t->blocks || t->pairs) && row >= 1 && row <= most && column >= 1;
    if (k == TEPUI_COMPONENT_OUTPUT) return t->has_output && c->readout == TEPUI_READOUT_DENSE;
    if (k == TEPUI_COMPONENT_TOTAL) return t->has_total;
    for (const long *named = t->named; named && *named; named++)
        if (*named == k) return 1;
    return !t->pairs && t->first && t->last && k >= t->first(c) && k <= t->last(c);
}

/* The component asked for, or the last layer, or the last one that the law speaks about. */
static int find_component(const char *name, const tepui_law_type *law, const tepui_cell *c, long *component,
                          const char **why)
{
    enum { MOST = 64 };
    long have[2 * MOST];
    const tepui_observable_type *t = tepui_kind_find(&tepui_family_observable, law->observable);
    *component = name ? tepui_component_number(name) : (long)c->depth;
    *why = "there is no such component";
    if (there_is(t, c, *component) && law->applies(c, *component, why)) return 1;
    const char *reason = NULL; /* that of the last component, of those that there are */
    for (size_t k = name ? 0 : tepui_observable_components(t, c, MOST, have); k-- > 0; reason = *why)
        if (law->applies(c, have[k], why)) {
            *component = have[k];
            return 1;
        } else if (reason)
            *why = reason;
    return 0;
}

/* Whether the law applies to the skeleton before the options change it: then it is they who are to blame. */
static int law_applies(const char *skeleton, const tepui_law_type *law)
{
    tepui_experiment *e = NULL;
    long component;
    const char *why;
    const int found = read_cell(skeleton, law, NULL, &e, NULL) == TEPUI_OK &&
                      find_component(NULL, law, &e->cells[0], &component, &why);
    tepui_experiment_free(e);
    return found;
}

static tepui_status does_not_apply(const tepui_law_type *law, const char *why, tepui_error *err)
{
    return tepui_fail(err, TEPUI_USAGE, "%s does not apply to this cell: %s", law->kind.name, why);
}

tepui_status cli_law_component(const tepui_law_type *law, const tepui_cell *c, const char *name, long *number,
                               tepui_error *err)
{
    const char *why;
    return find_component(name, law, c, number, &why) ? TEPUI_OK : does_not_apply(law, why, err);
}

/* Some observables need several points. */
tepui_status cli_law_cell(const tepui_law_type *law, const char *const *set, const char *name, tepui_experiment **e,
                          long *component, tepui_error *err)
{
    const char *why = NULL;
    int found = 0;
    tepui_error first = {""};
    tepui_status failed = TEPUI_OK;
    *component = 0;
    for (size_t i = 0; i < SKELETONS; i++) {
        const char *reason = "";
        tepui_error here = {""};
        const tepui_status st = read_cell(skeletons[i], law, set, e, &here);
        if (st == TEPUI_OK && find_component(name, law, &(*e)->cells[0], component, &reason)) return TEPUI_OK;
        const int is_found = st == TEPUI_OK && !found && law_applies(skeletons[i], law);
        if (st == TEPUI_OK && (!why || is_found)) why = reason;
        found = found || is_found;
        if (st != TEPUI_OK && failed == TEPUI_OK) {
            failed = st;
            first = here;
        }
        tepui_experiment_free(*e);
        *e = NULL;
    }
    if (why) return does_not_apply(law, why, err);
    *err = first;
    return failed;
}
