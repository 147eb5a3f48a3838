/* omp.c -- the only file that knows about threads. Without OpenMP everything runs on one. */
#include "run.h"
#include <math.h>
#include <stdlib.h>
#include <tepui/machine.h>
#ifdef _OPENMP
#include <omp.h>

struct run_lock {
    omp_lock_t lock;
};

/* All that the affinity mask, OMP_NUM_THREADS and the quota of the control group allow. */
int tepui_threads(int wanted)
{
    if (wanted > 0) return wanted;
    const int allowed = getenv("OMP_NUM_THREADS") ? omp_get_max_threads() : omp_get_num_procs();
    const double quota = ceil(tepui_machine_group_cpus(&tepui_machine_here));
    return quota < allowed ? (int)fmax(1.0, quota) : allowed;
}

void run_parallel(int threads, void (*work)(void *arg, int worker), void *arg)
{
#pragma omp parallel num_threads(threads)
    work(arg, omp_get_thread_num());
}

run_lock *run_lock_new(void)
{
    run_lock *l = malloc(sizeof *l);
    if (l) omp_init_lock(&l->lock);
    return l;
}

void run_lock_free(run_lock *l)
{
    if (l) omp_destroy_lock(&l->lock);
    free(l);
}

void run_lock_take(run_lock *l)
{
    omp_set_lock(&l->lock);
}

void run_lock_give(run_lock *l)
{
    omp_unset_lock(&l->lock);
}
#else
struct run_lock {
    int unused;
};

int tepui_threads(int wanted)
{
    (void)wanted;
    return 1;
}

void run_parallel(int threads, void (*work)(void *arg, int worker), void *arg)
{
    (void)threads;
    work(arg, 0);
}

run_lock *run_lock_new(void)
{
    return calloc(1, sizeof(run_lock));
}

void run_lock_free(run_lock *l)
{
    free(l);
}

void run_lock_take(run_lock *l)
{
    (void)l;
}

void run_lock_give(run_lock *l)
{
    (void)l;
}
#endif
