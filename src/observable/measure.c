/* measure.c -- an observable of one sample, by its kind or by its name. */
#include "measure.h"
#include "component.h"
#include <math.h>
#include <sample/view.h>
#include <stdlib.h>

/* An observable of another program. */
static void measure_sample(const tepui_observable_type *t, tepui_network *net, long component, double *out,
                           tepui_error *why)
{
    tepui_error refused;
    tepui_sample s = sample_view(net);
    refused.text[0] = '\0';
    s.why = &refused;
    *out = t->measure_sample(&s, component);
    if (!isfinite(*out))
        tepui_fail(why, TEPUI_FAILED, "%s",
                   refused.text[0]
                       ? refused.text
                       : "the function of the plug-in returned that, and nothing that it asked for was refused");
}

void observable_measure(const tepui_observable_type *t, tepui_network *net, long component, double *out,
                        tepui_error *why)
{
    if (t->measure_all)
        t->measure_all(net, component, out);
    else if (t->measure)
        *out = t->measure(net, component);
    else
        measure_sample(t, net, component, out, why);
}

void tepui_observable_measure(const tepui_observable_type *t, tepui_network *net, long component, double *out)
{
    observable_measure(t, net, component, out, NULL);
}

/* Whether the component is one of the observable in this cell; for a message, the names of the first few. */
static tepui_status check_component(const tepui_observable_type *t, const tepui_cell *c, long component,
                                    tepui_error *err)
{
    const size_t n = tepui_observable_components(t, c, SIZE_MAX, NULL);
    long *list = calloc(n + 1, sizeof *list);
    char name[24], first[24], last[24];
    size_t k = 0;
    if (!list) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for components");
    tepui_observable_components(t, c, SIZE_MAX, list);
    while (k < n && list[k] != component) k++;
    tepui_component_name(component, name);
    if (n > 0) tepui_component_name(list[0], first), tepui_component_name(list[n - 1], last);
    free(list);
    if (k < n) return TEPUI_OK;
    if (n == 0) return tepui_fail(err, TEPUI_BAD_INPUT, "%s has no component in this cell", t->kind.name);
    return tepui_fail(err, TEPUI_BAD_INPUT, "%s has no component %s here; it has %zu: %s .. %s", t->kind.name, name, n,
                      first, last);
}

static tepui_status check_cell(const tepui_observable_type *t, const tepui_cell *c, tepui_error *err)
{
    if (c->points < t->least_points)
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s needs at least %zu points, the cell has %zu", t->kind.name,
                          t->least_points, c->points);
    if (t->needs & TEPUI_NEEDS_PATH && !c->dynamics.follows)
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s needs a trajectory, and the experiment follows none", t->kind.name);
    if (tepui_quantities_take(t->needs) & TEPUI_TAKES_WHOLE && tepui_hessian_rows(c, t->needs) > TEPUI_HESSIAN_MOST)
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s needs the whole Hessian, at most %u x %u; here %zu rows",
                          t->kind.name, TEPUI_HESSIAN_MOST, TEPUI_HESSIAN_MOST, tepui_hessian_rows(c, t->needs));
    return TEPUI_OK;
}

static tepui_status measure(tepui_sample *s, const tepui_observable_type *t, long component, double *out,
                            tepui_error *err)
{
    tepui_network *net;
    tepui_status st;
    TEPUI_TRY(check_cell(t, s->cell, err));
    TEPUI_TRY(check_component(t, s->cell, component, err));
    TEPUI_TRY(sample_network(s, t->needs, &net, err));
    tepui_observable_measure(t, net, component, out);
done:
    return st;
}

static const tepui_observable_type *find(const char *name, tepui_error *err)
{
    tepui_choice c;
    return tepui_choice_parse(&tepui_family_observable, name, &c, err) == TEPUI_OK ? c.type : NULL;
}

size_t tepui_sample_numbers(const tepui_sample *s, const char *observable)
{
    const tepui_observable_type *t = find(observable, NULL);
    return t ? tepui_observable_values(t, s->cell) : 0;
}

tepui_status tepui_sample_measure(tepui_sample *s, const char *observable, long component, double *value,
                                  tepui_error *err)
{
    const tepui_observable_type *t = find(observable, err);
    *value = NAN;
    if (!t) return TEPUI_BAD_INPUT;
    if (t->measure_all)
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s gives %zu numbers: tepui_sample_measure_all()", observable,
                          tepui_observable_values(t, s->cell));
    return measure(s, t, component, value, err);
}

tepui_status tepui_sample_measure_all(tepui_sample *s, const char *observable, long component, double *value,
                                      tepui_error *err)
{
    const tepui_observable_type *t = find(observable, err);
    return t ? measure(s, t, component, value, err) : TEPUI_BAD_INPUT;
}
