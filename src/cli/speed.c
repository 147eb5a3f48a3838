/* speed.c -- how fast this machine draws samples of a cell, or follows them; for bench. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <time.h>
#ifdef _OPENMP
#include <omp.h>
#endif

double cli_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double cli_weights(const tepui_cell *c)
{
    return (double)tepui_parameters(c) * (double)c->points;
}

/* Everything a run does per sample but the folding. */
static void measure(const tepui_experiment *e, tepui_network *net)
{
    const tepui_cell *c = tepui_network_cell(net);
    for (size_t o = 0; o < e->observable_count; o++) {
        const tepui_observable_type *t = e->observables[o];
        if (t->needs & TEPUI_NEEDS_PATH) continue;
        long *component = cli_alloc(tepui_observable_components(t, c, e->layer_limit, NULL), sizeof *component);
        const size_t n = tepui_observable_components(t, c, e->layer_limit, component);
        for (size_t k = 0; k < n && !t->measure_all; k++) {
            double value;
            tepui_observable_measure(t, net, component[k], &value);
        }
        free(component);
    }
}

/* Draws samples first, first + 1, ... for about `budget` seconds, at least one. The first one also touches memory for
   the first time, so it does not count where there is a second. */
static tepui_status draw_for(const tepui_experiment *e, size_t cell, uint64_t first, double budget, uint64_t *count,
                             double *seconds)
{
    tepui_status st;
    tepui_network *net = NULL;
    double start = cli_now(), end;
    TEPUI_TRY(tepui_network_alloc(&e->cells[cell], tepui_experiment_needs(e), &net, NULL));
    TEPUI_TRY(tepui_network_sample(net, first, NULL));
    end = cli_now() + budget;
    *count = 1;
    *seconds = cli_now() - start;
    if (*seconds > budget) goto done;
    start = cli_now();
    for (*count = 0; *count == 0 || cli_now() < end; ++*count) {
        TEPUI_TRY(tepui_network_sample(net, first + *count, NULL));
        measure(e, net);
    }
    *seconds = cli_now() - start;
done:
    tepui_network_free(net);
    return st;
}

double cli_samples_per_second(const tepui_experiment *e, size_t cell, int threads, double budget)
{
    double rate = 0.0;
#ifdef _OPENMP
#pragma omp parallel num_threads(threads) reduction(+ : rate)
    {
        uint64_t n;
        double seconds;
        if (draw_for(e, cell, (uint64_t)omp_get_thread_num() << 32, budget, &n, &seconds) == TEPUI_OK)
            rate += (double)n / seconds;
    }
#else
    uint64_t n;
    double seconds;
    (void)threads;
    if (draw_for(e, cell, 0, budget, &n, &seconds) == TEPUI_OK) rate = (double)n / seconds;
#endif
    return rate;
}

/* --- trajectories */

/* Blocks as runs take them, one after another for about `budget` seconds. */
static tepui_status follow_blocks(const tepui_experiment *e, size_t cell, uint64_t first, double budget, cli_pace *pace)
{
    tepui_status st;
    const tepui_cell *c = &e->cells[cell];
    const size_t block = tepui_block_samples(c, tepui_experiment_needs(e));
    tepui_network *net = NULL;
    tepui_follower *f = NULL;
    double paths = 0, steps = 0, seconds;
    TEPUI_TRY(tepui_network_alloc(c, tepui_experiment_needs(e), &net, NULL));
    TEPUI_TRY(tepui_follower_alloc(net, tepui_experiment_needs(e), block, &f, NULL));
    const double start = cli_now();
    do {
        tepui_follower_begin(f, first + (uint64_t)paths, block);
        TEPUI_TRY(tepui_follower_go(f, NULL, NULL));
        paths += (double)block;
        steps += (double)tepui_follower_steps(f);
        seconds = cli_now() - start;
    } while (seconds < budget);
    *pace = (cli_pace){paths / seconds, steps / seconds};
done:
    tepui_follower_free(f);
    tepui_network_free(net);
    return st;
}

cli_pace cli_follow_pace(const tepui_experiment *e, size_t cell, int threads, double budget)
{
    double paths = 0.0, steps = 0.0;
#ifdef _OPENMP
#pragma omp parallel num_threads(threads) reduction(+ : paths, steps)
    {
        cli_pace pace = {0.0, 0.0};
        (void)follow_blocks(e, cell, (uint64_t)omp_get_thread_num() << 32, budget, &pace);
        paths += pace.paths;
        steps += pace.steps;
    }
    return (cli_pace){paths, steps};
#else
    cli_pace pace = {paths, steps};
    (void)threads;
    (void)follow_blocks(e, cell, 0, budget, &pace);
    return pace;
#endif
}
