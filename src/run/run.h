/* run.h (internal) -- the shared queue of a run: which blocks are handed out, finished, folded.

   A block is a fixed run of samples of one cell. Blocks of a cell are handed out in order; a worker that finishes one
   leaves the values in the cell's ring, and whoever finds the next block in order there folds it. So the state after k
   folded blocks is a pure function of k, for any number of workers and any timing. */
#ifndef TEPUI_RUN_INTERNAL_H
#define TEPUI_RUN_INTERNAL_H
#include <tepui/run.h>

/* Blocks of one cell that may be in flight. */
#define RUN_RING 64u

typedef struct {
    size_t cell; /* index in the experiment */
    unsigned needs;
    size_t values;       /* numbers per sample, of all observables together */
    size_t block;        /* samples per block */
    double cost;         /* of a sample, in weights; see tepui_sample_cost() */
    double spent, drawn; /* time of workers on finished blocks of this session, and their samples */
    double expected;     /* with a precision: samples in all, NaN before the first look */
    size_t like;         /* the cell most like it of those with expected samples, by far; far: INFINITY for none */
    double far;
    uint64_t base;           /* samples that were there at the start: they may end inside a block */
    uint64_t next;           /* block to hand out */
    uint64_t blocks;         /* in all */
    uint64_t check;          /* with a precision: block count at which it is looked at next; else UINT64_MAX */
    int folding;             /* somebody folds this cell now */
    double *ready[RUN_RING]; /* finished blocks, by block % RUN_RING */
} run_cell;

/* What a worker has for the cell it samples; follower: NULL where no trajectories are followed. */
typedef struct {
    tepui_network *net;
    tepui_follower *follower;
} run_workspace;

typedef struct {
    const tepui_experiment *e;
    tepui_state *state;
    run_cell *cell; /* distinct cells */
    size_t cells, cursor;
    unsigned pass;
    double **pool;                     /* free value buffers */
    size_t pool_size, pool_free, busy; /* busy: blocks that somebody works on */
    struct run_lock *lock;
    tepui_status status; /* first failure of a fold */
    tepui_error *nan;    /* [observable]: why the first number of it that is NaN in this session is so */
    int held;            /* run_queue_hold() */
} run_queue;

typedef enum { RUN_TASK, RUN_WAIT, RUN_DONE } run_turn;

tepui_status run_queue_alloc(const tepui_experiment *e, tepui_state *state, int threads, run_queue **out,
                             tepui_error *err);
void run_queue_free(run_queue *q);
/* Next block for a worker (thread-safe) and a buffer for its values. RUN_WAIT: none now, but others are at work; in a
   pause no more are handed out. */
run_turn run_queue_take(run_queue *q, int pause, run_cell **cell, uint64_t *block, double **values);
/* Hands in a finished block that took so many seconds (thread-safe); folds what is in order. */
void run_queue_deliver(run_queue *q, run_cell *cell, uint64_t block, double *values, double seconds);
/* Gives a buffer back unused (the block was abandoned). */
void run_queue_abandon(run_queue *q, double *values);
/* The same with a block whose trajectories are stopped: when it is handed out again, it resumes from them. */
tepui_status run_queue_put_aside(run_queue *q, const run_cell *cell, uint64_t block, const tepui_follower *f,
                                 double *values);
/* What was put aside of a block that has been handed out (the caller's to free); 0: nothing. */
int run_queue_take_up(run_queue *q, const run_cell *cell, uint64_t block, tepui_unfinished *out);
/* Drops blocks handed out and not folded, except those with trajectories, which are put aside; no worker may be active.
 */
tepui_status run_queue_rewind(run_queue *q);

/* The state does not change between the two, whatever workers hand in; 0: somebody folds, so nothing is held. */
int run_queue_hold(run_queue *q);
void run_queue_release(run_queue *q);

/* Keeps why a number of an observable is NaN, the first time (thread-safe). */
void run_queue_note_nan(run_queue *q, size_t observable, const tepui_error *why);
/* TEPUI_FAILED where samples are not finite although the experiment does not allow it. */
tepui_status run_report_nan(const run_queue *q, tepui_error *err);

/* How far the distinct cells are together, after so many seconds of the session (thread-safe). */
tepui_progress run_queue_progress(const run_queue *q, double seconds);

/* The samples of a block. One that was cut short by the number of samples, and is asked for longer now, is drawn again
   from its first sample: its moments are to be those of one fold. Not so where trajectories are followed, which may
   take hours: there each sample is a fold of its own. */
typedef struct {
    uint64_t first, count, known; /* the first known of them were folded before */
    int cut;                      /* shorter than other blocks */
} run_range;
run_range run_block_range(const run_queue *q, const run_cell *rc, uint64_t block);
/* Draws them into values[sample][component]. Trajectories stand still when poll(arg) says so: TEPUI_TRY_AGAIN, and the
   block is to be put aside. */
tepui_status run_block(run_queue *q, const run_cell *rc, const run_workspace *ws, uint64_t block, double *values,
                       const volatile sig_atomic_t *stop, tepui_poll poll, void *arg);

/* precision.c: whether a cell's quantile is known as well as the experiment asks, and when to look again. */
int run_precise(const tepui_experiment *e, const tepui_cell_state *s);
double run_expected(const tepui_experiment *e, const tepui_cell_state *s, size_t block); /* of what is folded */
uint64_t run_next_check(uint64_t blocks, size_t block_samples);

/* team.c: large samples ask for help. */
typedef struct run_request run_request;
typedef struct {
    tepui_team team; /* first: what networks know of it */
    struct run_lock *lock;
    run_request *requests;
} run_team;
tepui_status run_team_init(run_team *t);
void run_team_clear(run_team *t);
size_t run_team_wants(run_team *t); /* scratch memory that a helper needs now, in bytes; 0: no help wanted */
int run_team_help(run_team *t, void *scratch, size_t size); /* does one piece; 0: there is none for so many bytes */
void run_rest(unsigned *looks);                             /* between looks that find nothing to do: short at first */

/* omp.c: the only OpenMP in the library. Calls work(arg, worker) once on every thread. */
void run_parallel(int threads, void (*work)(void *arg, int worker), void *arg);
typedef struct run_lock run_lock;
run_lock *run_lock_new(void);
void run_lock_free(run_lock *l);
void run_lock_take(run_lock *l);
void run_lock_give(run_lock *l);
#endif
