/* store.h -- the result file: schema "tepui-2", built in memory, published by rename; also the checkpoint. */
#ifndef TEPUI_STORE_H
#define TEPUI_STORE_H
#include <tepui/result.h>
#include <tepui/stat.h>

#ifdef __cplusplus
extern "C" {
#endif

/* State of one cell: everything that is needed to go on. */
typedef struct {
    uint64_t samples, blocks; /* folded so far */
    int done;
    size_t *component_count;         /* per observable */
    long **component;                /* component[o][k]: layer number or TEPUI_COMPONENT_... */
    tepui_accumulator **accumulator; /* accumulator[o][k] */
} tepui_cell_state;

/* A block of samples whose trajectories are under way, or whose values wait for those of blocks before it. */
typedef struct {
    size_t cell;
    uint64_t block;
    int finished; /* bytes: the values; else what tepui_follower_save() gave */
    size_t size;  /* a multiple of 8 */
    void *bytes;  /* owned */
} tepui_unfinished;

/* What verify --save keeps under /laws/ID: arrays over the cells, NaN and "" where the law has nothing to say. */
typedef struct {
    const char *id, *doc, *source;
    const double *predicted, *observed, *low, *high, *p;
    const char *const *verdict, *const *test, *const *component;
    const char *observable;
    const double *allowance;
} tepui_saved_law;

typedef struct {
    const tepui_experiment *experiment;
    const tepui_saved_law *law; /* borrowed; written with the next publish, not read back */
    size_t laws;
    tepui_cell_state *cell;       /* one per cell; an alias (cell.alias_of != index) holds nothing */
    tepui_unfinished *unfinished; /* in no order; none when all cells are done */
    size_t unfinished_count, unfinished_room;
    struct tepui_writer *writer; /* the process that writes the file */
    void *raw;                   /* of all accumulators, in memory that the writer shares; NULL: none */
    size_t raw_bytes;
    int as_stored;       /* taken up from path, of the very same experiment text and schema */
    int refolds;         /* accumulators know how their last fold began: not in files of before */
    uint64_t generation; /* publishes so far do not count: it is the sum of folded samples */
} tepui_state;
/* Takes the bytes over; TEPUI_NO_MEMORY: it has not. */
tepui_status tepui_state_put_aside(tepui_state *s, const tepui_unfinished *u);
/* Hands the unfinished block back (bytes now the caller's); 0: there is none. */
int tepui_state_take_up(tepui_state *s, size_t cell, uint64_t block, tepui_unfinished *out);

/* The state of a planned experiment, which is borrowed until tepui_state_free(): no sample folded. TEPUI_NO_MEMORY. */
tepui_status tepui_state_alloc(const tepui_experiment *e, tepui_state **out, tepui_error *err);
void tepui_state_free(tepui_state *s);
int tepui_state_complete(const tepui_state *s);       /* 1: all cells are done */
size_t tepui_state_memory(const tepui_experiment *e); /* bytes expected for the accumulators */

/* Builds the file image and publishes it (temporary file, fsync, rename, directory fsync). On failure the last
   published file is untouched, and the message names path and errno. libhdf5 works in a process of its own, made at the
   first publish, or by tepui_store_start() while the caller is still small; it ends with the state, or the caller. */
void tepui_store_start(const tepui_state *s);
tepui_status tepui_store_publish(const tepui_state *s, const char *path, tepui_error *err);
/* Fills a fresh state from a published file, after checking magic, length, digest, schema and experiment.
   A changed experiment: TEPUI_BAD_INPUT naming the field; other data: naming the source. Of the three generations
   (path, path.prev, the temporary file of a publish that was cut short) the newest whole one is taken; when that is not
   path, *used_previous = 1 (path.prev) or 2 (the temporary file, which then becomes path), err's text says so, and
   TEPUI_OK is returned. */
tepui_status tepui_store_resume(tepui_state *s, const char *path, int *used_previous, tepui_error *err);

/* The file that a path means: the target of symbolic links, whether it is there or not. out: malloc'd */
tepui_status tepui_store_target(const char *path, char **out, tepui_error *err);

/* The verdicts in a result of so many cells; none: *count = 0. tepui_store_laws_free() takes both. */
tepui_status tepui_store_laws(const char *path, size_t cells, tepui_saved_law **law, size_t *count, tepui_error *err);
void tepui_store_laws_free(tepui_saved_law *law, size_t count);

/* Side log PATH.log, JSON lines; the open log carries the exclusive lock of the run. */
typedef struct tepui_log tepui_log;
tepui_status tepui_log_open(const char *result_path, tepui_log **out,
                            tepui_error *err);     /* TEPUI_TRY_AGAIN: locked by another run */
int tepui_log_result_exists(const tepui_log *log); /* when it was locked, or after the last publish */
/* To be asked before each publish, and told after it. TEPUI_TRY_AGAIN: the log was removed and another run has the
   lock, or the result is no longer the file that this run found or wrote: it must not be overwritten. */
tepui_status tepui_log_check(tepui_log *log, tepui_error *err);
void tepui_log_published(tepui_log *log);
/* A line of the log: the event and what format gives, JSON members without braces. */
void tepui_log_event(tepui_log *log, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));
void tepui_log_close(tepui_log *log);
/* Whether a run holds the log of this result now: 1 yes, 0 no, -1 not known (no log, or no locks in that file system).
 */
int tepui_log_is_held(const char *result_path);

/* The sample as an HDF5 file, for programs that compute it again (docs/results.md: layout of a saved sample): data,
   weights, biases, output, loss and its gradient. */
tepui_status tepui_sample_save(tepui_sample *s, const char *path, tepui_error *err);

/* What a file of the state would show, without a file. */
tepui_status tepui_result_of(const tepui_state *s, tepui_result **out, tepui_error *err);

#ifdef __cplusplus
}
#endif
#endif
