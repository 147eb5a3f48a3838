/* run.h -- sampling: blocks to workers, folding in order, publishing, stopping. */
#ifndef TEPUI_RUN_H
#define TEPUI_RUN_H
#include <tepui/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How far a run is. Cells differ in cost, so all follows from the work, not from the samples: what a sample of a cell
   took so far, or its weights where none was drawn yet. With a precision the work of a cell is that of the samples it
   is expected to take. */
typedef struct {
    uint64_t done, total; /* samples folded, samples in all; with a precision the most */
    double work;          /* share of the work done, 0 to 1 */
    double seconds;       /* since the start */
    double left;          /* seconds to the end at the pace of this session; NaN before it has one */
} tepui_progress;

typedef struct {
    const char *path;     /* result file */
    int threads;          /* 0: all */
    double time_limit;    /* seconds, INFINITY: none */
    double publish_every; /* seconds; 0: every minute, or rarer so that publishing takes at most 1 % of the time */
    int resume;
    /* called about every 0.2 s from one thread; may be NULL */
    void (*progress)(void *arg, const tepui_progress *p);
    void *progress_arg; /* also of leave */
    /* Called from a thread of its own when a signal came or time is up, what is folded is published, and a worker has
       not come back from a library call for half a second. It has to end the process: st tells why, as the value of
       tepui_run. NULL: the run waits for that worker. */
    void (*leave)(void *arg, tepui_status st, const tepui_error *err);
    const volatile sig_atomic_t *stop; /* signal number, 0: go on */
    void (*trouble)(void *arg,
                    const char *text); /* what people should know at once although the run goes on; or NULL */
    void *trouble_arg;
} tepui_run_options;

/* Runs to the end, to the time limit (TEPUI_TRY_AGAIN) or to a signal (TEPUI_INTERRUPTED); in every case what was
   folded is published before it returns, unless publishing fails (TEPUI_IO). BLAS has to run on one thread inside ours:
   OpenBLAS reads OPENBLAS_NUM_THREADS=1 when it is loaded (the program tepui sees to that), and other numbers change
   the last bits of curvature. */
tepui_status tepui_run(const tepui_experiment *e, const tepui_run_options *o, tepui_error *err);
/* Threads that a run takes: wanted, or with 0 as many as there are processors, no more than OMP_NUM_THREADS and the
   processor quota of the control group say. */
int tepui_threads(int wanted);
/* Samples per block of a cell: a pure function of the cell, about 2^24 weights, 1 to 256 samples. */
size_t tepui_block_samples(const tepui_cell *c, unsigned needs);
/* What a sample of the cell costs in units of one weight drawn and used, known up to a factor that depends on the kind
   of the cell; for estimates of time only. The second: where so many products with the Hessian are known to be made. */
double tepui_sample_cost(const tepui_cell *c, unsigned needs);
double tepui_sample_cost_of_products(const tepui_cell *c, unsigned needs, double products);
/* Samples that a cell with a precision will take, from n that its observable's last component holds now: the half width
   falls like 1/sqrt(n). NaN where n are too few to tell. */
double tepui_expected_samples(const tepui_experiment *e, const tepui_accumulator *a, uint64_t n, size_t block);
/* Whether cells differ in size, scale and rates only: what a sample costs then goes with the size. */
int tepui_cells_akin(const tepui_cell *a, const tepui_cell *b);
/* How little the samples that one needs for a precision say about the other: the spread goes with depth over width. */
double tepui_spread_distance(const tepui_cell *a, const tepui_cell *b);
double tepui_shape_distance(const tepui_cell *a, const tepui_cell *b); /* in ln of depth over width in the middle */

#ifdef __cplusplus
}
#endif
#endif
