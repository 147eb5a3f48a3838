/* state.c -- what a state holds: its size in memory, blocks put aside, whether all cells are done. */
#include <stdlib.h>
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
