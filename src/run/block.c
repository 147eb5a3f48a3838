/* block.c -- the samples of one block, measured. */
#include "run.h"
#include <base/flag.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/curvature.h>

#define BLOCK_WEIGHTS ((uint64_t)1 << 22) /* about 6 ms of work */
#define BLOCK_MOST 256u
#define SAMPLE_COST 1000.0 /* weights drawn in the time that a sample takes besides */
#define LAYER_COST 100.0   /* the same of a layer */

#define PATH_MOST 128u /* samples of a block that are followed: enough to keep many lanes busy */
#define OPERATIONS 2.5 /* in the time of a weight */

/* A sampler without matrices has one point and no curvature. */
static int draws(const tepui_cell *c)
{
    return c->sampler->matrices;
}

static double operations_of(const tepui_cell *c, unsigned needs, double products)
{
    return tepui_hessian_cost(c, needs, products) + tepui_follower_cost(c, needs);
}

double tepui_sample_cost_of_products(const tepui_cell *c, unsigned needs, double products)
{
    if (!draws(c)) return SAMPLE_COST + (double)c->sampler->work(c);
    return SAMPLE_COST + operations_of(c, needs, products) / OPERATIONS +
           ((double)c->sampler->work(c) + LAYER_COST * (double)c->depth) * (double)c->points;
}

double tepui_sample_cost(const tepui_cell *c, unsigned needs)
{
    return tepui_sample_cost_of_products(c, needs, TEPUI_USUAL_PRODUCTS);
}

size_t tepui_block_samples(const tepui_cell *c, unsigned needs)
{
    const double operations = operations_of(c, needs, TEPUI_USUAL_PRODUCTS);
    const double n = (double)BLOCK_WEIGHTS / ((double)(c->sampler->work(c) * c->points) + operations / OPERATIONS);
    if (needs & TEPUI_NEEDS_PATH && tepui_follower_many(c)) return PATH_MOST;
    return n < 1 ? 1 : n > BLOCK_MOST ? BLOCK_MOST : (size_t)n;
}

run_range run_block_range(const run_queue *q, const run_cell *rc, uint64_t block)
{
    const uint64_t start = block * rc->block, whole = start + rc->block;
    const uint64_t end = whole < q->e->samples ? whole : q->e->samples, known = rc->base > start ? rc->base - start : 0;
    if (!q->state->refolds || rc->needs & TEPUI_NEEDS_PATH)
        return (run_range){start + known, end - start - known, 0, 0};
    return (run_range){start, end - start, known, end < whole};
}

static double *measure_all(const run_queue *q, const run_cell *rc, tepui_network *net, double *out)
{
    const tepui_cell_state *s = &q->state->cell[rc->cell];
    for (size_t o = 0; o < q->e->observable_count; o++) {
        const tepui_observable_type *t = q->e->observables[o];
        const size_t n = tepui_observable_values(t, &q->e->cells[rc->cell]);
        for (size_t k = 0; k < s->component_count[o]; k++, out += n)
            tepui_observable_measure(t, net, s->component[o][k], out);
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
