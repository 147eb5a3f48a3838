/* state.c -- the accumulators of all cells. */
#include "writer.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <tepui/store.h>

/* Typical bins per component: the level rule keeps between a half and all of TEPUI_FINE_BINS. */
#define EXPECTED_BINS 768u

/* Components of all observables in all cells, and the raw numbers that they keep. */
static double count_rows(const tepui_experiment *e, double *raw)
{
    double all = 0;
    *raw = 0;
    for (size_t i = 0; i < e->cell_count; i++)
        for (size_t o = 0; e->cells[i].alias_of == i && o < e->observable_count; o++) {
            const tepui_cell *c = &e->cells[i];
            const double n = (double)tepui_observable_components(e->observables[o], c, e->layer_limit, NULL);
            all += n;
            *raw += n * (double)tepui_experiment_raw(e, o, c);
        }
    return all;
}

static tepui_status share_raw(tepui_state *s)
{
    double raw;
    count_rows(s->experiment, &raw);
    if (raw == 0) return TEPUI_OK;
    if (raw > 1e17) return TEPUI_NO_MEMORY;
    s->raw_bytes = (size_t)raw * sizeof(double);
    void *p = mmap(NULL, s->raw_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return TEPUI_NO_MEMORY;
    s->raw = p;
    return TEPUI_OK;
}

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

/* Places in the shared memory, one after another. */
static void place_raw(tepui_state *s)
{
    const tepui_experiment *e = s->experiment;
    double *at = s->raw;
    for (size_t i = 0; at && i < e->cell_count; i++)
        for (size_t o = 0; e->cells[i].alias_of == i && o < e->observable_count; o++) {
            const size_t limit = tepui_experiment_raw(e, o, &e->cells[i]);
            for (size_t k = 0; k < s->cell[i].component_count[o]; k++, at += limit) {
                s->cell[i].accumulator[o][k].raw = at;
                s->cell[i].accumulator[o][k].raw_limit = limit;
            }
        }
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
        st = s->cell && s->writer ? share_raw(s) : TEPUI_NO_MEMORY;
    }
    for (size_t i = 0; st == TEPUI_OK && i < e->cell_count; i++)
        if (e->cells[i].alias_of == i) st = fill_cell(e, &e->cells[i], &s->cell[i]);
    *out = s;
    if (st == TEPUI_OK) place_raw(s);
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

tepui_status tepui_state_put_aside(tepui_state *s, const tepui_unfinished *u)
{
    if (s->unfinished_count == s->unfinished_room) {
        const size_t room = 2 * s->unfinished_room + 16;
        tepui_unfinished *more = realloc(s->unfinished, room * sizeof *more);
        if (!more) return TEPUI_NO_MEMORY;
        s->unfinished = more;
        s->unfinished_room = room;
    }
    s->unfinished[s->unfinished_count++] = *u;
    return TEPUI_OK;
}

int tepui_state_take_up(tepui_state *s, size_t cell, uint64_t block, tepui_unfinished *out)
{
    for (size_t i = 0; i < s->unfinished_count; i++) {
        if (s->unfinished[i].cell != cell || s->unfinished[i].block != block) continue;
        *out = s->unfinished[i];
        s->unfinished[i] = s->unfinished[--s->unfinished_count];
        return 1;
    }
    return 0;
}

int tepui_state_complete(const tepui_state *s)
{
    for (size_t i = 0; i < s->experiment->cell_count; i++)
        if (s->experiment->cells[i].alias_of == i && !s->cell[i].done) return 0;
    return 1;
}

size_t tepui_state_memory(const tepui_experiment *e)
{
    double raw;
    const double each = sizeof(tepui_accumulator) + sizeof(long) + 8.0 * EXPECTED_BINS;
    const double bytes = count_rows(e, &raw) * each + 8.0 * raw;
    return bytes < 1e18 ? (size_t)bytes : (size_t)1e18;
}
