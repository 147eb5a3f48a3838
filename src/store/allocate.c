/* allocate.c -- the accumulators of all cells, made and freed. */
#include "writer.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <tepui/store.h>

static tepui_status fill_observable(const tepui_experiment *e, const tepui_cell *c, tepui_cell_state *s, size_t o)
{
    const tepui_observable_type *t = e->observables[o];
    const size_t n = tepui_observable_components(t, c, e->layer_limit, NULL);
    s->component[o] = calloc(n, sizeof **s->component);
    s->accumulator[o] = calloc(n, sizeof **s->accumulator);
    if (!s->component[o] || !s->accumulator[o]) return TEPUI_NO_MEMORY;
    s->component_count[o] = n;
    tepui_observable_components(t, c, e->layer_limit, s->component[o]);
    for (size_t k = 0; k < n; k++) {
        const tepui_status st =
            tepui_accumulator_init(&s->accumulator[o][k], e->bin_width, e->range_low, e->range_high, 0);
        if (st != TEPUI_OK) return st;
        s->accumulator[o][k].censors = t->censors;
    }
    return TEPUI_OK;
}

static tepui_status fill_cell(const tepui_experiment *e, const tepui_cell *c, tepui_cell_state *s)
{
    tepui_status st = TEPUI_OK;
    s->component_count = calloc(e->observable_count, sizeof *s->component_count);
    s->component = calloc(e->observable_count, sizeof *s->component);
    s->accumulator = calloc(e->observable_count, sizeof *s->accumulator);
    if (!s->component_count || !s->component || !s->accumulator) return TEPUI_NO_MEMORY;
    for (size_t o = 0; st == TEPUI_OK && o < e->observable_count; o++) st = fill_observable(e, c, s, o);
    return st;
}

static double count_raw(const tepui_state *s)
{
    const tepui_experiment *e = s->experiment;
    double n = 0;
    for (size_t i = 0; i < e->cell_count; i++)
        for (size_t o = 0; e->cells[i].alias_of == i && o < e->observable_count; o++)
            n += (double)s->cell[i].component_count[o] * (double)tepui_experiment_raw(e, o, &e->cells[i]);
    return n;
}

static void place_raw(tepui_state *s)
{
    const tepui_experiment *e = s->experiment;
    double *at = s->raw;
    for (size_t i = 0; i < e->cell_count; i++)
        for (size_t o = 0; e->cells[i].alias_of == i && o < e->observable_count; o++) {
            const size_t limit = tepui_experiment_raw(e, o, &e->cells[i]);
            for (size_t k = 0; k < s->cell[i].component_count[o]; k++, at += limit) {
                s->cell[i].accumulator[o][k].raw = at;
                s->cell[i].accumulator[o][k].raw_limit = limit;
            }
        }
}

/* The raw numbers of all cells lie in one piece of memory, which the writer shares. */
static tepui_status share_raw(tepui_state *s)
{
    const double n = count_raw(s);
    if (n == 0) return TEPUI_OK;
    if (n > 1e17) return TEPUI_NO_MEMORY;
    s->raw_bytes = (size_t)n * sizeof(double);
    void *p = mmap(NULL, s->raw_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return TEPUI_NO_MEMORY;
    s->raw = p;
    place_raw(s);
    return TEPUI_OK;
}

tepui_status tepui_state_alloc(const tepui_experiment *e, tepui_state **out, tepui_error *err)
{
    tepui_state *s = calloc(1, sizeof *s);
    tepui_status st = s ? TEPUI_OK : TEPUI_NO_MEMORY;
    if (s) {
        s->experiment = e;
        s->refolds = 1;
        s->cell = calloc(e->cell_count, sizeof *s->cell);
        s->writer = writer_new();
        st = s->cell && s->writer ? TEPUI_OK : TEPUI_NO_MEMORY;
    }
    for (size_t i = 0; st == TEPUI_OK && i < e->cell_count; i++)
        if (e->cells[i].alias_of == i) st = fill_cell(e, &e->cells[i], &s->cell[i]);
    *out = s;
    if (st == TEPUI_OK) st = share_raw(s);
    if (st == TEPUI_OK) return st;
    tepui_state_free(s);
    *out = NULL;
    return tepui_fail(err, st,
                      "the statistics need about %zu MB, more than there is; lower output.raw or output.layers",
                      tepui_state_memory(e) >> 20);
}

static void clear_cell(const tepui_experiment *e, tepui_cell_state *s)
{
    for (size_t o = 0; s->accumulator && o < e->observable_count; o++) {
        for (size_t k = 0; s->accumulator[o] && k < s->component_count[o]; k++) {
            s->accumulator[o][k].raw = NULL; /* of the state */
            tepui_accumulator_free(&s->accumulator[o][k]);
        }
        free(s->accumulator[o]);
    }
    for (size_t o = 0; s->component && o < e->observable_count; o++) free(s->component[o]);
    free(s->component_count);
    free(s->component);
    free(s->accumulator);
}

void tepui_state_free(tepui_state *s)
{
    if (!s) return;
    writer_free(s->writer);
    if (s->raw) munmap(s->raw, s->raw_bytes);
    for (size_t i = 0; s->cell && i < s->experiment->cell_count; i++) clear_cell(s->experiment, &s->cell[i]);
    for (size_t i = 0; i < s->unfinished_count; i++) free(s->unfinished[i].bytes);
    free(s->unfinished);
    free(s->cell);
    free(s);
}
