/* run.h -- sampling: blocks to workers, folding in order, publishing, stopping. */
#ifndef TEPUI_RUN_H
#define TEPUI_RUN_H
#include <tepui/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Progress of a run, measured in work, because cells differ in cost. The work of a cell is its number of samples (with
   a precision the expected number) times the time that a sample of it took so far. Where none was drawn yet, its number
   of weights stands for the time. */
typedef struct {
    uint64_t done, total; /* samples folded; samples in all, with a precision at most */
    double work;          /* share of the work done, 0 to 1 */
    double seconds;       /* since the start */
    double left;          /* seconds to the end at the rate of this session; NaN before there is a rate */
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
    /* Called from a thread of its own, after folded samples are published, when a signal arrived or the time limit
       passed and a worker has been inside a library call for half a second. It must end the process. st is what
       tepui_run() would return. NULL: the run waits for that worker. */
    void (*leave)(void *arg, tepui_status st, const tepui_error *err);
    const volatile sig_atomic_t *stop;            /* signal number, 0: go on */
    void (*trouble)(void *arg, const char *text); /* a warning for the user, the run continues; may be NULL */
    void *trouble_arg;
} tepui_run_options;

/* Runs until all samples are drawn, the time limit passes (TEPUI_TRY_AGAIN) or a signal arrives (TEPUI_INTERRUPTED).
   Folded samples are published before it returns; TEPUI_IO: that failed. BLAS must use one thread: OpenBLAS reads
   OPENBLAS_NUM_THREADS=1 when it is loaded (the program tepui sets it). Another number of threads changes the last bits
   of curvature. */
tepui_status tepui_run(const tepui_experiment *e, const tepui_run_options *o, tepui_error *err);
/* Number of threads of a run: `wanted`; with 0 one for each processor, at most OMP_NUM_THREADS and the processor quota
   of the control group. */
int tepui_threads(int wanted);
/* Samples per block, a function of the cell alone: about 2^24 weights, 1 to 256 samples. */
size_t tepui_block_samples(const tepui_cell *c, unsigned needs);
/* Cost of a sample of the cell, in units of one weight drawn and used. It is right up to a factor that depends on the
   kind of the cell: for estimates of time only. The second takes the number of Hessian products where it is known. */
double tepui_sample_cost(const tepui_cell *c, unsigned needs);
double tepui_sample_cost_of_products(const tepui_cell *c, unsigned needs, double products);
/* Expected number of samples of a cell with a precision, from the n samples of the last component of its observable:
   the half width falls like 1/sqrt(n). NaN: n is too small for an estimate. */
double tepui_expected_samples(const tepui_experiment *e, const tepui_accumulator *a, uint64_t n, size_t block);
/* Whether two cells differ in size, scale and rates only. The cost of a sample is then a function of the size. */
int tepui_cells_akin(const tepui_cell *a, const tepui_cell *b);
/* Distance of two cells; near cells take similar numbers of samples for a precision. The spread of an observable
   depends mostly on depth over width: the second is the difference of ln(depth/width), width that of the layer in the
   middle. */
double tepui_spread_distance(const tepui_cell *a, const tepui_cell *b);
double tepui_shape_distance(const tepui_cell *a, const tepui_cell *b);

#ifdef __cplusplus
}
#endif
#endif
