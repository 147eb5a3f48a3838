/* raw.c -- raw samples for the state of a run, from where /observables/NAME/samples shows them: they are stored once.
   Their order here is that of /checkpoint: cells that are not aliases, their observables, their components. */
#include "layout.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    h5 *f;
    const tepui_state *s;
    const uint64_t *count; /* count[row * stride] samples of a row */
    size_t stride, total;
    double *out;
} job;

/* The samples of one observable, as they are in the file. */
typedef struct {
    size_t o, dims[3], components;
    long *component; /* [components] of the second axis */
    double *value;
} shown;

static void copy(const job *j, const shown *v, size_t cell, long component, size_t n, size_t at)
{
    size_t k = 0;
    while (k < v->components && v->component[k] != component) k++;
    if (k == v->dims[1] || n > v->dims[2]) {
        h5_complain(j->f, "/checkpoint/whole", "counts samples that /observables does not have");
        return;
    }
    memcpy(j->out + at, v->value + (cell * v->dims[1] + k) * v->dims[2], n * sizeof *j->out);
}

static void gather(const job *j, const shown *v)
{
    const tepui_experiment *e = j->s->experiment;
    size_t row = 0, at = 0;
    for (size_t i = 0; i < e->cell_count; i++)
        for (size_t o = 0; e->cells[i].alias_of == i && o < e->observable_count; o++)
            for (size_t k = 0; k < j->s->cell[i].component_count[o]; k++, row++) {
                const uint64_t n = j->count[row * j->stride];
                if (n > j->total - at) h5_complain(j->f, "/checkpoint/whole", "counts more raw samples than there are");
                if (j->f->failed) return;
                if (o == v->o && n > 0) copy(j, v, i, j->s->cell[i].component[o][k], (size_t)n, at);
                at += (size_t)n;
            }
}

static void read_observable(const job *j, size_t o)
{
    const tepui_experiment *e = j->s->experiment;
    shown v = {.o = o};
    char path[160];
    int rank;
    h5_type type;
    snprintf(path, sizeof path, "/observables/%.100s/samples", e->observables[o]->kind.name);
    h5_shape(j->f, path, &rank, v.dims, &type);
    if (tepui_experiment_components(e, o, &v.component, &v.components) != TEPUI_OK) h5_kept(j->f, NULL);
    if (!j->f->failed && (rank != 3 || v.dims[0] != e->cell_count || v.dims[1] != v.components))
        h5_complain(j->f, path, "does not fit the cells");
    if (!j->f->failed) v.value = h5_read(j->f, path, H5_DOUBLE, 3, v.dims);
    if (!j->f->failed) gather(j, &v);
    free(v.value);
    free(v.component);
}

double *raw_read(h5 *f, const tepui_state *s, const uint64_t *count, size_t stride, size_t total)
{
    job j = {f, s, count, stride, total, NULL};
    if (f->failed || !(j.out = h5_kept(f, calloc(total, sizeof *j.out)))) return NULL;
    for (size_t o = 0; o < s->experiment->observable_count && !f->failed; o++) read_observable(&j, o);
    return j.out;
}
