/* team.c -- idle workers help with large samples (tepui/team.h).

   Whoever has pieces of work makes a request and does them one after another; workers that find no block take a piece
   of a request and come back. Who does which piece is chance; what comes out is not, since
   results belong to pieces. A worker brings the memory that it helps in, and gives its own workspace up for it, so
   memory stays what it is without help. */
#include "run.h"
#include <sched.h>
#include <time.h>

#define QUICK_LOOKS 200u /* a tenth of a millisecond: so long the next pieces of a matrix are worth waiting for */

/* Lives with whoever calls each(); withdrawn before that returns. */
struct run_request {
    tepui_piece piece;
    void *arg;
    size_t pieces, next, open, scratch; /* next to take; not done yet; bytes that a helper needs */
    run_request *other;
};

void run_rest(unsigned *looks)
{
    const struct timespec t = {0, 50000};
    if ((*looks)++ < QUICK_LOOKS)
        sched_yield();
    else
        nanosleep(&t, NULL);
}

/* A request with pieces to take that needs at most so many bytes of scratch. */
static run_request *find(const run_team *t, size_t most)
{
    for (run_request *o = t->requests; o; o = o->other)
        if (o->next < o->pieces && o->scratch <= most) return o;
    return NULL;
}

/* One piece, taken under the lock and done outside; the request stays while a piece of it is open. */
static void do_piece(run_team *t, run_request *o, size_t i, void *scratch)
{
    run_lock_give(t->lock);
    o->piece(o->arg, i, scratch);
    run_lock_take(t->lock);
    o->open--;
}

static void withdraw(run_team *t, const run_request *o)
{
    run_request **at = &t->requests;
    while (*at != o) at = &(*at)->other;
    *at = o->other;
}

static void each(tepui_team *team, size_t pieces, size_t scratch, tepui_piece piece, void *arg)
{
    run_team *t = (run_team *)team;
    run_lock_take(t->lock);
    run_request o = {piece, arg, pieces, 0, pieces, scratch ? scratch : 1, t->requests};
    t->requests = &o;
    while (o.next < pieces) do_piece(t, &o, o.next++, NULL);
    for (unsigned looks = 0; o.open > 0;) { /* helpers are at their last ones */
        run_lock_give(t->lock);
        run_rest(&looks);
        run_lock_take(t->lock);
    }
    withdraw(t, &o);
    run_lock_give(t->lock);
}

size_t run_team_wants(run_team *t)
{
    run_lock_take(t->lock);
    const run_request *o = find(t, SIZE_MAX);
    const size_t scratch = o ? o->scratch : 0;
    run_lock_give(t->lock);
    return scratch;
}

int run_team_help(run_team *t, void *scratch, size_t size)
{
    run_lock_take(t->lock);
    run_request *o = find(t, size);
    if (o) do_piece(t, o, o->next++, scratch);
    run_lock_give(t->lock);
    return o != NULL;
}

tepui_status run_team_init(run_team *t)
{
    *t = (run_team){{each}, run_lock_new(), NULL};
    return t->lock ? TEPUI_OK : TEPUI_NO_MEMORY;
}

void run_team_clear(run_team *t)
{
    run_lock_free(t->lock);
}
