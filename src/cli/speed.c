/* speed.c -- how fast this machine draws samples of a cell; for bench and for the time estimate of --dry-run. */
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

int cli_threads(int wanted)
{
#ifdef _OPENMP
    return wanted > 0 ? wanted : omp_get_num_procs();
#else
    (void)wanted;
    return 1;
#endif
}

unsigned cli_needs(const tepui_experiment *e)
{
    unsigned needs = 0;
    for (size_t o = 0; o < e->observable_count; o++) needs |= e->observables[o]->needs;
    return needs;
}

double cli_weights(const tepui_cell *c)
{
    double n = c->readout == TEPUI_READOUT_DENSE ? (double)c->outputs * (double)c->width[c->depth] : 0.0;
    for (size_t l = 1; l <= c->depth; l++) n += (double)c->width[l] * (double)c->width[l - 1];
    return n * (double)c->points;
}

/* Everything a run does per sample but the folding. */
static void measure(const tepui_experiment *e, const tepui_network *net)
{
    const tepui_cell *c = tepui_network_cell(net);
    for (size_t o = 0; o < e->observable_count; o++) {
        const tepui_observable_type *t = e->observables[o];
        long *component = cli_alloc(tepui_observable_components(t, c, e->layer_limit, NULL), sizeof *component);
        const size_t n = tepui_observable_components(t, c, e->layer_limit, component);
        for (size_t k = 0; k < n; k++) (void)t->measure(net, component[k]);
        free(component);
    }
}

/* Samples drawn for about `budget` seconds, at least one, starting at `first`; returns how many, 0 on failure. */
static uint64_t draw_for(const tepui_experiment *e, size_t cell, uint64_t first, double budget)
{
    tepui_network *net = NULL;
    uint64_t n = 0;
    if (tepui_network_alloc(&e->cells[cell], cli_needs(e), &net, NULL) != TEPUI_OK) return 0;
    const double end = cli_now() + budget;
    do {
        if (tepui_network_sample(net, first + n, NULL) != TEPUI_OK) break;
        measure(e, net);
        n++;
    } while (cli_now() < end);
    tepui_network_free(net);
    return n;
}

double cli_sample_seconds(const tepui_experiment *e, size_t cell, double budget)
{
    const double start = cli_now();
    const uint64_t n = draw_for(e, cell, 0, budget);
    return n ? (cli_now() - start) / (double)n : NAN;
}

double cli_samples_per_second(const tepui_experiment *e, size_t cell, int threads, double budget)
{
    uint64_t n = 0;
    const double start = cli_now();
#ifdef _OPENMP
#pragma omp parallel num_threads(threads) reduction(+ : n)
    n += draw_for(e, cell, (uint64_t)omp_get_thread_num() << 32, budget);
#else
    (void)threads;
    n = draw_for(e, cell, 0, budget);
#endif
    return (double)n / (cli_now() - start);
}
