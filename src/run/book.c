/* book.c -- hands blocks out and folds them in order (see run.h).

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
static void tell_others(run_book *b, const run_cell *known)
{
    const tepui_cell *cell = b->e->cells;
    for (size_t i = 0; i < b->cells; i++) {
        run_cell *rc = &b->cell[i];
        if (!isnan(rc->expected)) continue;
        const double far = tepui_spread_distance(&cell[rc->cell], &cell[known->cell]);
        if (far >= rc->far) continue;
        rc->far = far;
        rc->like = (size_t)(known - b->cell);
    }
}

static void open_cell(run_book *b, run_cell *rc, size_t index)
{
    tepui_cell_state *s = &b->state->cell[index];
    *rc = (run_cell){.cell = index, .base = s->samples, .far = INFINITY};
    rc->values = count_values(b->e, &b->e->cells[index], s, &rc->needs);
    rc->block = tepui_block_samples(&b->e->cells[index], rc->needs);
    rc->cost = tepui_sample_cost(&b->e->cells[index], rc->needs);
    rc->blocks = (b->e->samples + rc->block - 1) / rc->block;
    rc->next = s->samples / rc->block;
    rc->check = UINT64_MAX;
    rc->expected = b->e->has_precision ? run_expected(b->e, s, rc->block) : NAN;
    if (b->e->has_precision) /* the same looks as in a run that was never interrupted */
        for (rc->check = 0; rc->check <= s->blocks;) rc->check = run_next_check(rc->check, rc->block);
    /* a finished cell goes on when more samples are asked for now */
    if (s->done && s->samples < b->e->samples) s->done = b->e->has_precision && run_precise(b->e, s);
}

/* Next block to fold. */
static uint64_t fold_at(const run_book *b, const run_cell *rc)
{
    return b->state->cell[rc->cell].samples / rc->block;
}

/* A file of before does not tell how a last block began; the first begins with nothing, and a whole one is not folded
   again. */
static int knows_begins(const run_book *b)
{
    for (size_t i = 0; i < b->cells; i++) {
        const run_cell *rc = &b->cell[i];
        const uint64_t n = b->state->cell[rc->cell].samples;
        if (n > rc->block && n % rc->block && !(rc->needs & TEPUI_NEEDS_PATH)) return 0;
    }
    return 1;
}

static tepui_status fill_pool(run_book *b, int threads)
{
    size_t most = 0;
    for (size_t i = 0; i < b->cells; i++)
        if (b->cell[i].block * b->cell[i].values > most) most = b->cell[i].block * b->cell[i].values;
    b->pool_size = 2 * (size_t)threads + 2;
    for (size_t i = 0; i < b->cells; i++) /* trajectories differ much in length: others need not wait for a long one */
        if (b->cell[i].needs & TEPUI_NEEDS_PATH) b->pool_size = RUN_RING + (size_t)threads;
    b->pool = calloc(b->pool_size, sizeof *b->pool);
    if (!b->pool) return TEPUI_NO_MEMORY;
    for (size_t i = 0; i < b->pool_size; i++, b->pool_free++)
        if (!(b->pool[i] = malloc((most + 1) * sizeof **b->pool))) return TEPUI_NO_MEMORY;
    return TEPUI_OK;
}

static unsigned first_pass(const run_book *b)
{
    return b->e->has_precision ? 0 : 1;
}

tepui_status run_book_alloc(const tepui_experiment *e, tepui_state *state, int threads, run_book **out,
                            tepui_error *err)
{
    tepui_status st = TEPUI_NO_MEMORY;
    run_book *b = calloc(1, sizeof *b);
    if (!b) goto done;
    b->e = e;
    b->state = state;
    b->pass = first_pass(b);
    b->lock = run_lock_new();
    b->cell = calloc(e->cell_count, sizeof *b->cell);
    if (!b->lock || !b->cell) goto done;
    for (size_t i = 0; i < e->cell_count; i++)
        if (e->cells[i].alias_of == i) open_cell(b, &b->cell[b->cells++], i);
    if (!state->refolds) state->refolds = knows_begins(b);
    for (size_t i = 0; i < b->cells; i++)
        if (!isnan(b->cell[i].expected)) tell_others(b, &b->cell[i]);
    st = fill_pool(b, threads);
done:
    if (st != TEPUI_OK) {
        run_book_free(b);
        b = NULL;
        tepui_fail(err, st, "no memory for the blocks in flight");
    }
    *out = b;
    return st;
}

void run_book_free(run_book *b)
{
    if (!b) return;
    for (size_t i = 0; i < b->pool_free; i++) free(b->pool[i]);
    free(b->pool);
    free(b->cell);
    run_lock_free(b->lock);
    free(b);
}

/* The block that a pass ends before. */
static uint64_t pass_end(const run_book *b, const run_cell *rc)
{
    const uint64_t look = run_next_check(0, rc->block);
    if (b->pass == 0) return look < rc->blocks ? look : rc->blocks;
    return (rc->blocks * b->pass + PASSES - 1) / PASSES;
}

/* Whether a block of this cell may be handed out in this pass. */
static int may_hand_out(const run_book *b, const run_cell *rc)
{
    return !b->state->cell[rc->cell].done && rc->next < pass_end(b, rc) && rc->next < rc->check &&
           rc->next < fold_at(b, rc) + RUN_RING;
}

/* Cell with work at or after the cursor; NULL when there is none in this pass. */
static run_cell *find_work(run_book *b)
{
    for (size_t i = 0; i < b->cells; i++) {
        run_cell *rc = &b->cell[(b->cursor + i) % b->cells];
        if (!may_hand_out(b, rc)) continue;
        b->cursor = (b->cursor + i) % b->cells;
        return rc;
    }
    return NULL;
}

/* Nothing left to hand out in this pass, whatever is folded later. */
static int pass_over(const run_book *b)
{
    for (size_t i = 0; i < b->cells; i++) {
        const run_cell *rc = &b->cell[i];
        if (!b->state->cell[rc->cell].done && rc->next < pass_end(b, rc)) return 0;
    }
    return 1;
}

run_turn run_book_take(run_book *b, int pause, run_cell **cell, uint64_t *block, double **values)
{
    run_turn turn = RUN_WAIT;
    run_cell *rc = NULL;
    run_lock_take(b->lock);
    while (!pause && !b->held && b->pool_free && !(rc = find_work(b)) && b->pass < PASSES && pass_over(b)) {
        b->pass++;
        b->cursor = 0;
    }
    if (b->status != TEPUI_OK || tepui_state_complete(b->state) || (pause && b->busy == 0)) {
        turn = RUN_DONE;
    } else if (rc) {
        *cell = rc;
        *block = rc->next++;
        *values = b->pool[--b->pool_free];
        b->busy++;
        turn = RUN_TASK;
    }
    run_lock_give(b->lock);
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

static tepui_status fold(run_book *b, const run_cell *rc, const double *values, const run_range *r)
{
    const tepui_cell_state *s = &b->state->cell[rc->cell];
    const int singly = (rc->needs & TEPUI_NEEDS_PATH) != 0;
    for (size_t o = 0; o < b->e->observable_count; o++) {
        const size_t n = tepui_observable_values(b->e->observables[o], &b->e->cells[rc->cell]);
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

/* Book-keeping after a fold. */
static void settle(run_book *b, run_cell *rc, uint64_t count)
{
    tepui_cell_state *s = &b->state->cell[rc->cell];
    s->samples += count;
    s->blocks = (s->samples + rc->block - 1) / rc->block;
    b->state->generation += count;
    if (s->samples >= b->e->samples) {
        s->done = 1;
    } else if (s->blocks >= rc->check) {
        s->done = run_precise(b->e, s);
        const int new = isnan(rc->expected);
        rc->expected = run_expected(b->e, s, rc->block);
        if (new && !isnan(rc->expected)) tell_others(b, rc);
        rc->check = run_next_check(s->blocks, rc->block);
    }
}

void run_book_deliver(run_book *b, run_cell *rc, uint64_t block, double *values, double seconds)
{
    const run_range drawn = run_block_range(b, rc, block);
    run_lock_take(b->lock);
    rc->spent += seconds;
    rc->drawn += (double)drawn.count;
    rc->ready[block % RUN_RING] = values;
    while (!rc->folding && !b->held && b->status == TEPUI_OK) {
        const uint64_t at = fold_at(b, rc);
        double *next = rc->ready[at % RUN_RING];
        if (!next || b->state->cell[rc->cell].done) break;
        const run_range range = run_block_range(b, rc, at);
        rc->ready[at % RUN_RING] = NULL;
        rc->folding = 1;
        run_lock_give(b->lock); /* nobody else touches this cell's accumulators meanwhile */
        const tepui_status st = fold(b, rc, next, &range);
        run_lock_take(b->lock);
        rc->folding = 0;
        b->pool[b->pool_free++] = next;
        if (st != TEPUI_OK)
            b->status = st;
        else
            settle(b, rc, range.count - range.known);
    }
    b->busy--;
    run_lock_give(b->lock);
}

void run_book_abandon(run_book *b, double *values)
{
    run_lock_take(b->lock);
    b->busy--;
    b->pool[b->pool_free++] = values;
    run_lock_give(b->lock);
}

tepui_status run_book_put_aside(run_book *b, const run_cell *rc, uint64_t block, const tepui_follower *f,
                                double *values)
{
    tepui_unfinished u = {.cell = rc->cell, .block = block, .size = tepui_follower_save(f, NULL)};
    tepui_status st = TEPUI_NO_MEMORY;
    if ((u.bytes = malloc(u.size + 1))) {
        tepui_follower_save(f, u.bytes);
        run_lock_take(b->lock);
        const int held = b->held; /* the state is being published: the block is lost */
        st = held ? TEPUI_OK : tepui_state_put_aside(b->state, &u);
        run_lock_give(b->lock);
        if (held) free(u.bytes);
    }
    if (st != TEPUI_OK) free(u.bytes);
    run_book_abandon(b, values); /* in any case: others wait until nobody is busy */
    return st;
}

int run_book_take_up(run_book *b, const run_cell *rc, uint64_t block, tepui_unfinished *out)
{
    run_lock_take(b->lock);
    const int found = tepui_state_take_up(b->state, rc->cell, block, out);
    run_lock_give(b->lock);
    return found;
}

/* A finished block that waits for one before it: the values of trajectories are kept, others are drawn again. */
static tepui_status keep_ready(run_book *b, const run_cell *rc, size_t slot)
{
    uint64_t block = fold_at(b, rc);
    while (block % RUN_RING != slot) block++;
    const uint64_t count = run_block_range(b, rc, block).count;
    tepui_unfinished u = {rc->cell, block, 1, count * rc->values * sizeof(double), NULL};
    if (!(rc->needs & TEPUI_NEEDS_PATH)) return TEPUI_OK;
    if (!(u.bytes = malloc(u.size + 1))) return TEPUI_NO_MEMORY;
    memcpy(u.bytes, rc->ready[slot], u.size);
    const tepui_status st = tepui_state_put_aside(b->state, &u);
    if (st != TEPUI_OK) free(u.bytes);
    return st;
}

tepui_status run_book_rewind(run_book *b)
{
    tepui_status st = TEPUI_OK;
    for (size_t i = 0; i < b->cells; i++) {
        run_cell *rc = &b->cell[i];
        for (size_t k = 0; k < RUN_RING; k++)
            if (rc->ready[k]) {
                if (st == TEPUI_OK) st = keep_ready(b, rc, k);
                b->pool[b->pool_free++] = rc->ready[k];
                rc->ready[k] = NULL;
            }
        rc->next = fold_at(b, rc);
    }
    b->cursor = 0;
    b->pass = first_pass(b);
    return st;
}

int run_book_hold(run_book *b)
{
    int folding = 0;
    run_lock_take(b->lock);
    for (size_t i = 0; i < b->cells; i++) folding |= b->cell[i].folding;
    b->held = !folding;
    run_lock_give(b->lock);
    return !folding;
}

void run_book_release(run_book *b)
{
    run_lock_take(b->lock);
    b->held = 0;
    run_lock_give(b->lock);
}

/* Seconds of workers that a unit of tepui_sample_cost() took so far, 0 before any block is finished. */
static double pace(const run_book *b, double *spent)
{
    double cost = 0.0;
    *spent = 0.0;
    for (size_t i = 0; i < b->cells; i++) {
        *spent += b->cell[i].spent;
        cost += b->cell[i].drawn * b->cell[i].cost;
    }
    return cost > 0.0 ? *spent / cost : 0.0;
}

/* Samples that a cell will have taken at the end. */
static double samples_in_all(const run_book *b, const run_cell *rc)
{
    const tepui_cell_state *s = &b->state->cell[rc->cell];
    double n = rc->expected;
    if (s->done) return (double)s->samples;
    if (isnan(n)) n = isinf(rc->far) ? (double)b->e->samples : b->cell[rc->like].expected;
    return fmax((double)s->samples, n);
}

tepui_progress run_book_progress(const run_book *b, double seconds)
{
    tepui_progress p = {.seconds = seconds, .left = NAN};
    double done = 0.0, all = 0.0, spent;
    run_lock_take(b->lock);
    const double unit = pace(b, &spent);
    for (size_t i = 0; i < b->cells; i++) {
        const run_cell *rc = &b->cell[i];
        const tepui_cell_state *s = &b->state->cell[rc->cell];
        const double each = rc->drawn > 0.0 ? rc->spent / rc->drawn : rc->cost * (unit > 0.0 ? unit : 1.0);
        p.done += s->samples;
        p.total += s->done ? s->samples : b->e->samples;
        done += (double)s->samples * each;
        all += samples_in_all(b, rc) * each;
    }
    run_lock_give(b->lock);
    p.work = all > 0.0 ? done / all : 1.0;
    if (spent > 0.0) p.left = (all - done) * seconds / spent; /* as many workers as before, kept as busy */
    return p;
}
