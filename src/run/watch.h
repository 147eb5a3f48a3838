/* watch.h (internal) -- a thread that watches the clock and the stop flag for workers that are inside long samples. */
#ifndef TEPUI_RUN_WATCH_H
#define TEPUI_RUN_WATCH_H
#include <pthread.h>
#include <signal.h>

typedef struct {
    const volatile sig_atomic_t *stop; /* the caller's; NULL: none */
    volatile sig_atomic_t *halt;       /* set when the caller stops or the deadline is over: samples end early */
    double deadline;                   /* monotonic seconds, as run_now() */
    void (*abandon)(void *arg);        /* workers did not come back; does not return. NULL: wait for them */
    void *arg;
    pthread_t thread;
    int started;
    volatile sig_atomic_t over;
} run_watch;

/* Seconds: blocks may end by themselves after the deadline (a signal ends samples at once); workers come back after
   halt before they are abandoned. */
#define RUN_GRACE 0.2
#define RUN_PATIENCE 0.4

double run_now(void);
/* Without the thread (no resources for it) the run goes on; stops then wait for the end of a sample. */
void run_watch_start(run_watch *w);
void run_watch_end(run_watch *w);
/* Whether so many threads can live at once. OpenMP ends the process where it gets fewer than it asks for. */
int run_can_have_threads(int threads);
#endif
