/* block.c -- the samples of one block, measured. */
#include "run.h"
#include <base/flag.h>
#include <observable/measure.h>
#include <stdlib.h>
#include <string.h>

static double *measure_all(run_queue *q, const run_cell *rc, tepui_network *net, double *out)
{
    const tepui_cell_state *s = &q->state->cell[rc->cell];
    for (size_t o = 0; o < q->e->observable_count; o++) {
        const tepui_observable_type *t = q->e->observables[o];
        const size_t n = tepui_observable_values(t, &q->e->cells[rc->cell]);
        tepui_error why; /* all of it need not be cleared for every sample */
        why.text[0] = '\0';
        for (size_t k = 0; k < s->component_count[o]; k++, out += n)
            observable_measure(t, net, s->component[o][k], out, &why);
        if (why.text[0]) run_queue_note_nan(q, o, &why);
    }
    return out;
}

/* --- trajectories */

/* From where the block was put aside, or from the start where that does not fit (more samples are asked for now). */
static void place(const run_workspace *ws, const tepui_unfinished *u, uint64_t first, uint64_t count)
{
    if (u->bytes && tepui_follower_resume(ws->follower, first, count, u->bytes, u->size) == TEPUI_OK) return;
    tepui_follower_begin(ws->follower, first, count);
}

/* Values that were there already when the block had to wait for others. */
static int copy_finished(const run_cell *rc, const tepui_unfinished *u, uint64_t count, double *values)
{
    const size_t size = count * rc->values * sizeof *values;
    if (!u->finished || u->size != size) return 0;
    memcpy(values, u->bytes, size);
    return 1;
}

static tepui_status follow(run_queue *q, const run_cell *rc, const run_workspace *ws, uint64_t block, double *values,
                           tepui_poll poll, void *arg, int *finished)
{
    tepui_unfinished u = {0};
    const run_range r = run_block_range(q, rc, block);
    run_queue_take_up(q, rc, block, &u);
    *finished = copy_finished(rc, &u, r.count, values);
    if (!*finished) place(ws, u.finished ? &(tepui_unfinished){0} : &u, r.first, r.count);
    free(u.bytes);
    return *finished ? TEPUI_OK : tepui_follower_go(ws->follower, poll, arg);
}

tepui_status run_block(run_queue *q, const run_cell *rc, const run_workspace *ws, uint64_t block, double *values,
                       const volatile sig_atomic_t *stop, tepui_poll poll, void *arg)
{
    const run_range r = run_block_range(q, rc, block);
    if (ws->follower) {
        int finished;
        const tepui_status st = follow(q, rc, ws, block, values, poll, arg, &finished);
        if (st != TEPUI_OK || finished) return st;
    }
    for (uint64_t i = 0; i < r.count; i++) {
        if (stop && flag_is_up(stop)) return ws->follower ? TEPUI_TRY_AGAIN : TEPUI_INTERRUPTED;
        const tepui_status st = tepui_network_sample(ws->net, r.first + i, stop);
        if (st != TEPUI_OK) return st == TEPUI_INTERRUPTED && ws->follower ? TEPUI_TRY_AGAIN : st;
        if (ws->follower) tepui_follower_show(ws->follower, i);
        values = measure_all(q, rc, ws->net, values);
    }
    return TEPUI_OK;
}
