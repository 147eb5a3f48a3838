/* queue.c -- hands blocks out and folds them in order (see run.h).

   Cells are worked through in eight passes, each pass taking every cell an eighth further, so that a run that is
   stopped early has all cells at a similar stage while a worker seldom changes cell. With a precision there is one pass
   before them, to the first look at every cell: from then on it is known how long the run takes. */
#include "run.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PASSES 8u

/* Numbers per sample. */
static size_t count_values(const tepui_experiment *e, const tepui_cell *c, const tepui_cell_state *s, unsigned *needs)
{
    size_t n = 0;
    *needs = 0;
    for (size_t o = 0; o < e->observable_count; o++) {
        n += s->component_count[o] * tepui_observable_values(e->observables[o], c);
        *needs |= e->observables[o]->needs;
    }
    return n;
}

/* Cells without a look of their own take as many samples as the one most like them. */
static void share_expectation(run_queue *q, const run_cell *known)
{
    const tepui_cell *cell = q->e->cells;
    for (size_t i = 0; i < q->cells; i++) {
        run_cell *rc = &q->cell[i];
        if (!isnan(rc->expected)) continue;
        const double far = tepui_spread_distance(&cell[rc->cell], &cell[known->cell]);
        if (far >= rc->far) continue;
        rc->far = far;
        rc->like = (size_t)(known - q->cell);
    }
}

static void open_cell(run_queue *q, run_cell *rc, size_t index)
{
    tepui_cell_state *s = &q->state->cell[index];
    *rc = (run_cell){.cell = index, .base = s->samples, .far = INFINITY};
    rc->values = count_values(q->e, &q->e->cells[index], s, &rc->needs);
    rc->block = tepui_block_samples(&q->e->cells[index], rc->needs);
    rc->cost = tepui_sample_cost(&q->e->cells[index], rc->needs);
    rc->blocks = (q->e->samples + rc->block - 1) / rc->block;
    rc->next = s->samples / rc->block;
    rc->check = UINT64_MAX;
    rc->expected = q->e->has_precision ? run_expected(q->e, s, rc->block) : NAN;
    if (q->e->has_precision) /* the same looks as in a run that was never interrupted */
        for (rc->check = 0; rc->check <= s->blocks;) rc->check = run_next_check(rc->check, rc->block);
    /* a finished cell goes on when more samples are asked for now */
    if (s->done && s->samples < q->e->samples) s->done = q->e->has_precision && run_precise(q->e, s);
}

/* Next block to fold. */
static uint64_t fold_at(const run_queue *q, const run_cell *rc)
{
    return q->state->cell[rc->cell].samples / rc->block;
}

/* A file of before does not tell how a last block began; the first begins with nothing, and a whole one is not folded
   again. */
static int knows_begins(const run_queue *q)
{
    for (size_t i = 0; i < q->cells; i++) {
        const run_cell *rc = &q->cell[i];
        const uint64_t n = q->state->cell[rc->cell].samples;
        if (n > rc->block && n % rc->block && !(rc->needs & TEPUI_NEEDS_PATH)) return 0;
    }
    return 1;
}

static tepui_status fill_pool(run_queue *q, int threads)
{
    size_t most = 0;
    for (size_t i = 0; i < q->cells; i++)
        if (q->cell[i].block * q->cell[i].values > most) most = q->cell[i].block * q->cell[i].values;
    q->pool_size = 2 * (size_t)threads + 2;
    for (size_t i = 0; i < q->cells; i++) /* trajectories differ much in length: others need not wait for a long one */
        if (q->cell[i].needs & TEPUI_NEEDS_PATH) q->pool_size = RUN_RING + (size_t)threads;
    q->pool = calloc(q->pool_size, sizeof *q->pool);
    if (!q->pool) return TEPUI_NO_MEMORY;
    for (size_t i = 0; i < q->pool_size; i++, q->pool_free++)
        if (!(q->pool[i] = malloc((most + 1) * sizeof **q->pool))) return TEPUI_NO_MEMORY;
    return TEPUI_OK;
}

static unsigned first_pass(const run_queue *q)
{
    return q->e->has_precision ? 0 : 1;
}

tepui_status run_queue_alloc(const tepui_experiment *e, tepui_state *state, int threads, run_queue **out,
                             tepui_error *err)
{
    tepui_status st = TEPUI_NO_MEMORY;
    run_queue *q = calloc(1, sizeof *q);
    if (!q) goto done;
    q->e = e;
    q->state = state;
    q->pass = first_pass(q);
    q->lock = run_lock_new();
    q->cell = calloc(e->cell_count, sizeof *q->cell);
    q->nan = calloc(e->observable_count + 1, sizeof *q->nan);
    if (!q->lock || !q->cell || !q->nan) goto done;
    for (size_t i = 0; i < e->cell_count; i++)
        if (e->cells[i].alias_of == i) open_cell(q, &q->cell[q->cells++], i);
    if (!state->refolds) state->refolds = knows_begins(q);
    for (size_t i = 0; i < q->cells; i++)
        if (!isnan(q->cell[i].expected)) share_expectation(q, &q->cell[i]);
    st = fill_pool(q, threads);
done:
    if (st != TEPUI_OK) {
        run_queue_free(q);
        q = NULL;
        tepui_fail(err, st, "no memory for the blocks in flight");
    }
    *out = q;
    return st;
}

void run_queue_free(run_queue *q)
{
    if (!q) return;
    for (size_t i = 0; i < q->pool_free; i++) free(q->pool[i]);
    free(q->pool);
    free(q->nan);
    free(q->cell);
    run_lock_free(q->lock);
    free(q);
}

/* The block that a pass ends before. */
static uint64_t pass_end(const run_queue *q, const run_cell *rc)
{
    const uint64_t look = run_next_check(0, rc->block);
    if (q->pass == 0) return look < rc->blocks ? look : rc->blocks;
    return (rc->blocks * q->pass + PASSES - 1) / PASSES;
}

/* Whether a block of this cell may be handed out in this pass. */
static int may_hand_out(const run_queue *q, const run_cell *rc)
{
    return !q->state->cell[rc->cell].done && rc->next < pass_end(q, rc) && rc->next < rc->check &&
           rc->next < fold_at(q, rc) + RUN_RING;
}

/* Cell with work at or after the cursor; NULL when there is none in this pass. */
static run_cell *find_work(run_queue *q)
{
    for (size_t i = 0; i < q->cells; i++) {
        run_cell *rc = &q->cell[(q->cursor + i) % q->cells];
        if (!may_hand_out(q, rc)) continue;
        q->cursor = (q->cursor + i) % q->cells;
        return rc;
    }
    return NULL;
}

/* Nothing left to hand out in this pass, whatever is folded later. */
static int pass_over(const run_queue *q)
{
    for (size_t i = 0; i < q->cells; i++) {
        const run_cell *rc = &q->cell[i];
        if (!q->state->cell[rc->cell].done && rc->next < pass_end(q, rc)) return 0;
    }
    return 1;
}

run_turn run_queue_take(run_queue *q, int pause, run_cell **cell, uint64_t *block, double **values)
{
    run_turn turn = RUN_WAIT;
    run_cell *rc = NULL;
    run_lock_take(q->lock);
    while (!pause && !q->held && q->pool_free && !(rc = find_work(q)) && q->pass < PASSES && pass_over(q)) {
        q->pass++;
        q->cursor = 0;
    }
    if (q->status != TEPUI_OK || tepui_state_complete(q->state) || (pause && q->busy == 0)) {
        turn = RUN_DONE;
    } else if (rc) {
        *cell = rc;
        *block = rc->next++;
        *values = q->pool[--q->pool_free];
        q->busy++;
        turn = RUN_TASK;
    }
    run_lock_give(q->lock);
    return turn;
}

/* One component: n numbers of every sample, in the order of the samples. */
static tepui_status fold_singly(tepui_accumulator *a, const double *values, size_t n, uint64_t count, size_t stride)
{
    tepui_status st = TEPUI_OK;
    for (uint64_t i = 0; st == TEPUI_OK && i < count; i++) st = tepui_accumulator_fold(a, values + i * stride, n, 1);
    return st;
}

/* One number of every sample: the whole block is one fold. */
static tepui_status fold_block(tepui_accumulator *a, const double *values, const run_range *r, size_t stride)
{
    const tepui_moments start = r->known ? a->before : a->moments;
    const tepui_status st = r->known ? tepui_accumulator_refold(a, values, r->known, r->count, stride)
                                     : tepui_accumulator_fold(a, values, r->count, stride);
    if (r->cut)
        a->before = start;
    else
        tepui_moments_clear(&a->before);
    return st;
}

static tepui_status fold(run_queue *q, const run_cell *rc, const double *values, const run_range *r)
{
    const tepui_cell_state *s = &q->state->cell[rc->cell];
    const int singly = (rc->needs & TEPUI_NEEDS_PATH) != 0;
    for (size_t o = 0; o < q->e->observable_count; o++) {
        const size_t n = tepui_observable_values(q->e->observables[o], &q->e->cells[rc->cell]);
        for (size_t k = 0; k < s->component_count[o]; k++, values += n) {
            tepui_accumulator *a = &s->accumulator[o][k];
            const tepui_status st =
                singly || n > 1 ? fold_singly(a, values + r->known * rc->values, n, r->count - r->known, rc->values)
                                : fold_block(a, values, r, rc->values);
            if (st != TEPUI_OK) return st;
        }
    }
    return TEPUI_OK;
}

/* Counts the samples of a fold, and looks whether the cell is done. */
static void count_folded(run_queue *q, run_cell *rc, uint64_t count)
{
    tepui_cell_state *s = &q->state->cell[rc->cell];
    s->samples += count;
    s->blocks = (s->samples + rc->block - 1) / rc->block;
    q->state->generation += count;
    if (s->samples >= q->e->samples) {
        s->done = 1;
    } else if (s->blocks >= rc->check) {
        s->done = run_precise(q->e, s);
        const int new = isnan(rc->expected);
        rc->expected = run_expected(q->e, s, rc->block);
        if (new && !isnan(rc->expected)) share_expectation(q, rc);
        rc->check = run_next_check(s->blocks, rc->block);
    }
}

void run_queue_deliver(run_queue *q, run_cell *rc, uint64_t block, double *values, double seconds)
{
    const run_range drawn = run_block_range(q, rc, block);
    run_lock_take(q->lock);
    rc->spent += seconds;
    rc->drawn += (double)drawn.count;
    rc->ready[block % RUN_RING] = values;
    while (!rc->folding && !q->held && q->status == TEPUI_OK) {
        const uint64_t at = fold_at(q, rc);
        double *next = rc->ready[at % RUN_RING];
        if (!next || q->state->cell[rc->cell].done) break;
        const run_range range = run_block_range(q, rc, at);
        rc->ready[at % RUN_RING] = NULL;
        rc->folding = 1;
        run_lock_give(q->lock); /* nobody else touches this cell's accumulators meanwhile */
        const tepui_status st = fold(q, rc, next, &range);
        run_lock_take(q->lock);
        rc->folding = 0;
        q->pool[q->pool_free++] = next;
        if (st != TEPUI_OK)
            q->status = st;
        else
            count_folded(q, rc, range.count - range.known);
    }
    q->busy--;
    run_lock_give(q->lock);
}

void run_queue_note_nan(run_queue *q, size_t observable, const tepui_error *why)
{
    run_lock_take(q->lock);
    tepui_fail(&q->nan[observable], TEPUI_FAILED, "%s", why->text);
    run_lock_give(q->lock);
}

void run_queue_abandon(run_queue *q, double *values)
{
    run_lock_take(q->lock);
    q->busy--;
    q->pool[q->pool_free++] = values;
    run_lock_give(q->lock);
}

tepui_status run_queue_put_aside(run_queue *q, const run_cell *rc, uint64_t block, const tepui_follower *f,
                                 double *values)
{
    tepui_unfinished u = {.cell = rc->cell, .block = block, .size = tepui_follower_save(f, NULL)};
    tepui_status st = TEPUI_NO_MEMORY;
    if ((u.bytes = malloc(u.size + 1))) {
        tepui_follower_save(f, u.bytes);
        run_lock_take(q->lock);
        const int held = q->held; /* the state is being published: the block is lost */
        st = held ? TEPUI_OK : tepui_state_put_aside(q->state, &u);
        run_lock_give(q->lock);
        if (held) free(u.bytes);
    }
    if (st != TEPUI_OK) free(u.bytes);
    run_queue_abandon(q, values); /* in any case: others wait until nobody is busy */
    return st;
}

int run_queue_take_up(run_queue *q, const run_cell *rc, uint64_t block, tepui_unfinished *out)
{
    run_lock_take(q->lock);
    const int found = tepui_state_take_up(q->state, rc->cell, block, out);
    run_lock_give(q->lock);
    return found;
}

/* A finished block that waits for one before it: the values of trajectories are kept, others are drawn again. */
static tepui_status keep_ready(run_queue *q, const run_cell *rc, size_t slot)
{
    uint64_t block = fold_at(q, rc);
    while (block % RUN_RING != slot) block++;
    const uint64_t count = run_block_range(q, rc, block).count;
    tepui_unfinished u = {rc->cell, block, 1, count * rc->values * sizeof(double), NULL};
    if (!(rc->needs & TEPUI_NEEDS_PATH)) return TEPUI_OK;
    if (!(u.bytes = malloc(u.size + 1))) return TEPUI_NO_MEMORY;
    memcpy(u.bytes, rc->ready[slot], u.size);
    const tepui_status st = tepui_state_put_aside(q->state, &u);
    if (st != TEPUI_OK) free(u.bytes);
    return st;
}

tepui_status run_queue_rewind(run_queue *q)
{
    tepui_status st = TEPUI_OK;
    for (size_t i = 0; i < q->cells; i++) {
        run_cell *rc = &q->cell[i];
        for (size_t k = 0; k < RUN_RING; k++)
            if (rc->ready[k]) {
                if (st == TEPUI_OK) st = keep_ready(q, rc, k);
                q->pool[q->pool_free++] = rc->ready[k];
                rc->ready[k] = NULL;
            }
        rc->next = fold_at(q, rc);
    }
    q->cursor = 0;
    q->pass = first_pass(q);
    return st;
}

int run_queue_hold(run_queue *q)
{
    int folding = 0;
    run_lock_take(q->lock);
    for (size_t i = 0; i < q->cells; i++) folding |= q->cell[i].folding;
    q->held = !folding;
    run_lock_give(q->lock);
    return !folding;
}

void run_queue_release(run_queue *q)
{
    run_lock_take(q->lock);
    q->held = 0;
    run_lock_give(q->lock);
}

/* Seconds of workers that a unit of tepui_sample_cost() took so far, 0 before any block is finished. */
static double pace(const run_queue *q, double *spent)
{
    double cost = 0.0;
    *spent = 0.0;
    for (size_t i = 0; i < q->cells; i++) {
        *spent += q->cell[i].spent;
        cost += q->cell[i].drawn * q->cell[i].cost;
    }
    return cost > 0.0 ? *spent / cost : 0.0;
}

/* Samples that a cell will have taken at the end. */
static double samples_in_all(const run_queue *q, const run_cell *rc)
{
    const tepui_cell_state *s = &q->state->cell[rc->cell];
    double n = rc->expected;
    if (s->done) return (double)s->samples;
    if (isnan(n)) n = isinf(rc->far) ? (double)q->e->samples : q->cell[rc->like].expected;
    return fmax((double)s->samples, n);
}

tepui_progress run_queue_progress(const run_queue *q, double seconds)
{
    tepui_progress p = {.seconds = seconds, .left = NAN};
    double done = 0.0, all = 0.0, spent;
    run_lock_take(q->lock);
    const double unit = pace(q, &spent);
    for (size_t i = 0; i < q->cells; i++) {
        const run_cell *rc = &q->cell[i];
        const tepui_cell_state *s = &q->state->cell[rc->cell];
        const double each = rc->drawn > 0.0 ? rc->spent / rc->drawn : rc->cost * (unit > 0.0 ? unit : 1.0);
        p.done += s->samples;
        p.total += s->done ? s->samples : q->e->samples;
        done += (double)s->samples * each;
        all += samples_in_all(q, rc) * each;
    }
    run_lock_give(q->lock);
    p.work = all > 0.0 ? done / all : 1.0;
    if (spent > 0.0) p.left = (all - done) * seconds / spent; /* as many workers as before, kept as busy */
    return p;
}
