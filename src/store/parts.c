/* parts.c -- a result in memory: its columns and observables by name, and its end. */
#include <stdlib.h>
#include <string.h>
#include <tepui/result.h>

static void free_observable(tepui_result_observable *o)
{
    void *all[] = {o->name,      o->doc,     o->unit,     o->transform, o->source,       o->component,     o->count,
                   o->zero,      o->nan,     o->under,    o->over,      o->mean,         o->variance,      o->skewness,
                   o->kurtosis,  o->minimum, o->maximum,  o->quantile,  o->quantile_low, o->quantile_high, o->histogram,
                   o->bin_edges, o->raw,     o->infinite, o->origin};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
}

void tepui_result_free(tepui_result *r)
{
    if (!r) return;
    for (size_t k = 0; k < r->columns; k++) {
        free(r->column[k].name);
        free(r->column[k].number);
        free(r->column[k].text);
    }
    for (size_t k = 0; k < r->observables; k++) free_observable(&r->observable[k]);
    free(r->column);
    free(r->observable);
    free(r->title);
    free(r->version);
    free(r->status);
    free(r->experiment);
    free(r->data);
    free(r->probability);
    free(r);
}

const tepui_column *tepui_result_column(const tepui_result *r, const char *name)
{
    for (size_t k = 0; k < r->columns; k++)
        if (strcmp(r->column[k].name, name) == 0) return &r->column[k];
    return NULL;
}

const tepui_result_observable *tepui_result_observable_find(const tepui_result *r, const char *name)
{
    for (size_t k = 0; k < r->observables; k++)
        if (strcmp(r->observable[k].name, name) == 0) return &r->observable[k];
    return NULL;
}
