/* watch.c -- see watch.h. Samples poll `halt` between layers and between products. What cannot be polled, one large
   eigenproblem in LAPACK say, is abandoned: the run publishes what is folded and leaves. */
#include "watch.h"
#include <base/flag.h>
#include <stdlib.h>
#include <time.h>

#define LOOK_EVERY 10000000L /* nanoseconds */

double run_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int is_due(const run_watch *w)
{
    return (w->stop && flag_is_up(w->stop)) || run_now() >= w->deadline + RUN_GRACE;
}

static void *look(void *arg)
{
    run_watch *w = arg;
    const struct timespec pause = {0, LOOK_EVERY};
    double since = 0.0;
    while (!flag_is_up(&w->over)) {
        if (!flag_is_up(w->halt) && is_due(w)) {
            since = run_now();
            flag_set(w->halt, 1);
        }
        if (flag_is_up(w->halt) && w->abandon && run_now() > since + RUN_PATIENCE) w->abandon(w->arg);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

/* Signals go to the threads of the caller. */
void run_watch_start(run_watch *w)
{
    sigset_t all, before;
    sigfillset(&all);
    flag_set(&w->over, 0);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    w->started = pthread_create(&w->thread, NULL, look, w) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void run_watch_end(run_watch *w)
{
    flag_set(&w->over, 1);
    if (w->started) pthread_join(w->thread, NULL);
    w->started = 0;
}

static void *stand(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

int run_can_have_threads(int threads)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t *t = calloc((size_t)threads, sizeof *t); /* the others, and the one that watches */
    int n = 0;
    if (!t) return 0;
    pthread_mutex_lock(&gate);
    while (n < threads && pthread_create(&t[n], NULL, stand, &gate) == 0) n++;
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < n; i++) pthread_join(t[i], NULL);
    free(t);
    return n == threads;
}
