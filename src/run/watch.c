/* watch.c -- see watch.h. Samples poll `halt` between layers and between products. What cannot be polled, one large
   eigenproblem in LAPACK say, is abandoned: the run publishes what is folded and leaves. */
#include "watch.h"
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
    return (w->stop && *w->stop) || run_now() >= w->deadline + RUN_GRACE;
}

static void *look(void *arg)
{
    run_watch *w = arg;
    const struct timespec pause = {0, LOOK_EVERY};
    double since = 0.0;
    while (!w->over) {
        if (!*w->halt && is_due(w)) {
            since = run_now();
            *w->halt = 1;
        }
        if (*w->halt && w->abandon && run_now() > since + RUN_PATIENCE) w->abandon(w->arg);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

/* Signals go to the threads of the caller. */
void run_watch_start(run_watch *w)
{
    sigset_t all, before;
    sigfillset(&all);
    w->over = 0;
    pthread_sigmask(SIG_SETMASK, &all, &before);
    w->started = pthread_create(&w->thread, NULL, look, w) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void run_watch_end(run_watch *w)
{
    w->over = 1;
    if (w->started) pthread_join(w->thread, NULL);
    w->started = 0;
}
