/* plan.c -- what a run will need, before it begins: memory, disk, time.

   Memory is counted where it is allocated: statistics (tepui_state_memory), one workspace per worker (the largest
   cell; a helper gives its own up for less), the buffers of blocks in flight, the data, and the file image that a
   publish builds. Time is measured by a pilot, see estimate.c. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <tepui/curvature.h>
#include <tepui/machine.h>

/* Of the file, packed, measured (tests/cli/limits.sh compares): */
#define FIXED_DISK 21000.0      /* bytes of any file, */
#define CELL_DISK 530.0         /* of every cell's parameters, */
#define OBSERVABLE_DISK 18000.0 /* of the arrays of every observable, */
#define GRID_DISK 7000.0        /* and of its bins' edges, not packed: 100 to 1,400 bins, */
#define STATISTICS_PACKED 0.73  /* of statistics and quantiles, */
#define CHECKPOINT_DISK 150.0   /* bytes of every component's checkpoint, */
#define BIN_DISK 3.0            /* of a bin that is not empty, in histogram and checkpoint; others pack to nothing, */
#define BINS_OF_SAMPLES 4.0     /* times the root of the samples: that many bins are not empty, */
#define BINS_MOST 320.0         /* at most */
#define RAW_PACKED 0.85         /* of raw samples: 0.57 to 0.92 measured, for mantissas do not shrink */
#define SPECTRUM_DISK 6.0       /* bytes of an eigenvalue: 6.9 where no unit is dead, 3.6 in some ReLU nets, */
#define RUN_DISK 10.0           /* of one that stands for many, */
#define ABSENT_DISK 0.13        /* and of every number of both signs: -infinity, and runs, pack to little */
#define BINS_SHARED 2048.0      /* of the grid that all cells of an observable share, in memory */
#define LIBRARIES (24.0 * 1048576)      /* the program and its libraries, resident, measured */
#define BLAS_BUFFER ((size_t)128 << 20) /* address space that OpenBLAS takes for every thread that calls it */
#define GENERATIONS                                                                                                    \
    3.0 /* of the result on the disk while it is published: the file, the previous one, the next one                   \
         */
/* --- what the run wants */

static size_t cell_components(const tepui_experiment *e, const tepui_cell *c)
{
    size_t n = 0;
    for (size_t o = 0; o < e->observable_count; o++)
        n += tepui_observable_components(e->observables[o], c, e->layer_limit, NULL);
    return n;
}

/* Numbers per sample. */
static size_t cell_values(const tepui_experiment *e, const tepui_cell *c)
{
    size_t n = 0;
    for (size_t o = 0; o < e->observable_count; o++)
        n += tepui_observable_components(e->observables[o], c, e->layer_limit, NULL) *
             tepui_observable_values(e->observables[o], c);
    return n;
}

/* Raw numbers kept of all components. */
static double cell_raw(const tepui_experiment *e, const tepui_cell *c)
{
    double all = 0;
    for (size_t o = 0; o < e->observable_count; o++)
        all += (double)tepui_observable_components(e->observables[o], c, e->layer_limit, NULL) *
               (double)tepui_experiment_raw(e, o, c);
    return all;
}

/* What n raw numbers of a component take on the disk. */
static double raw_bytes(const tepui_observable_type *t, const tepui_cell *c, double n, double components)
{
    const double values = (double)tepui_observable_values(t, c);
    const double distinct = t->distinct ? (double)t->distinct(c) : values;
    if (values <= 1) return 8.0 * RAW_PACKED * n * components;
    return n / values * (t->distinct ? RUN_DISK : SPECTRUM_DISK) * distinct + ABSENT_DISK * n * components;
}

/* Statistics of a cell, and its checkpoint, which aliases have not. */
static double cell_bytes(const tepui_experiment *e, size_t cell)
{
    const tepui_cell *c = &e->cells[cell];
    const double numbers = 6.0 + 3.0 * (double)e->probability_count;
    double all = CELL_DISK;
    for (size_t o = 0; o < e->observable_count; o++) {
        const tepui_observable_type *t = e->observables[o];
        const double components = (double)tepui_observable_components(t, c, e->layer_limit, NULL);
        const double n = (double)e->samples * (double)tepui_observable_values(t, c);
        const double bins = fmin(fmin(n, BINS_OF_SAMPLES * sqrt(n)), BINS_MOST);
        all += components * (8.0 * STATISTICS_PACKED * numbers + BIN_DISK * bins);
        all += c->alias_of == cell ? components * CHECKPOINT_DISK : 0.0;
        all += raw_bytes(t, c, (double)tepui_experiment_raw(e, o, c), components);
    }
    return all;
}

/* Whether samples call BLAS. */
static int calls_blas(const tepui_experiment *e)
{
    const unsigned needs = tepui_experiment_needs(e);
    int calls = (tepui_quantities_take(needs) & TEPUI_TAKES_BLAS) != 0;
    for (size_t i = 0; i < e->cell_count && !calls; i++) {
        const tepui_distribution_type *law = e->cells[i].distribution.type;
        calls = law->fill_matrix || tepui_hessian_rows(&e->cells[i], needs) > 0;
    }
    return calls;
}

/* Address space that only RLIMIT_AS counts. OpenBLAS asks for it again and again where it does not get it, for ever. */
static double blas_buffers(int threads)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 0.0;
    return (double)BLAS_BUFFER * (threads + 1.0);
}

static double blas_space(const tepui_experiment *e, int threads)
{
    return calls_blas(e) ? blas_buffers(threads) : 0.0;
}

/* Numbers: of the largest array in the file, where every cell has the components of all; raw ones of cells that are no
   aliases. */
typedef struct {
    double most, raw;
} file_numbers;

static file_numbers count_numbers(const tepui_experiment *e)
{
    file_numbers all = {0, 0};
    for (size_t o = 0; o < e->observable_count; o++) {
        size_t n;
        long *component;
        if (tepui_experiment_components(e, o, &component, &n) != TEPUI_OK)
            exit(cli_fail("tepui", TEPUI_NO_MEMORY, "no memory for the list of components"));
        free(component);
        const double row = fmax(BINS_SHARED, (double)tepui_experiment_raw(e, o, NULL));
        all.most = fmax(all.most, (double)n * (double)e->cell_count * row);
    }
    for (size_t i = 0; i < e->cell_count; i++)
        if (e->cells[i].alias_of == i) all.raw += cell_raw(e, &e->cells[i]);
    return all;
}

/* Padding packs to nothing. */
static double disk_bytes(const tepui_experiment *e)
{
    double all = FIXED_DISK + (OBSERVABLE_DISK + GRID_DISK) * (double)e->observable_count;
    for (size_t i = 0; i < e->cell_count; i++) all += cell_bytes(e, i);
    return all;
}

/* A process of its own holds a copy of the statistics, raw samples apart, the image and the largest array not packed
   yet: a histogram, or raw samples of one observable. */
static double publish_bytes(const cli_plan *p, const file_numbers *all)
{
    return p->accumulators - 8.0 * all->raw + p->disk + 8.0 * all->most;
}

static void count_cells(const tepui_experiment *e, cli_plan *p)
{
    double workspace = 0.0, block = 0.0;
    const unsigned needs = tepui_experiment_needs(e);
    for (size_t i = 0; i < e->cell_count; i++) {
        const tepui_cell *c = &e->cells[i];
        const size_t components = cell_components(e, c);
        if (c->alias_of != i) continue;
        p->distinct++;
        p->components += components;
        if (tepui_hessian_rows(c, needs) > p->matrix) p->matrix = tepui_hessian_rows(c, needs);
        const size_t followers =
            c->dynamics.follows ? tepui_follower_memory(c, needs, tepui_block_samples(c, needs)) : 0;
        workspace = fmax(workspace, (double)(tepui_network_memory(c, needs) + followers));
        block = fmax(block, (double)(cell_values(e, c) * tepui_block_samples(c, needs)));
    }
    p->samples = (uint64_t)p->distinct * e->samples;
    p->precise = e->has_precision;
    p->workspaces = workspace * p->threads;
    p->buffers = 8.0 * block * (2.0 * p->threads + 2.0);
}

/* What is there already, or reading will take. */
static double data_bytes(const tepui_dataset *d)
{
    if (!d || !d->rows) return 0;
    if (!tepui_dataset_is_read(d)) return d->reading;
    return (double)d->rows * ((double)d->inputs * (d->byte ? 1 : sizeof(double)) + sizeof(double) * (double)d->outputs);
}

void cli_plan_make(const tepui_experiment *e, int threads, const char *path, cli_plan *p)
{
    *p = (cli_plan){.cells = e->cell_count, .observables = e->observable_count, .threads = tepui_threads(threads)};
    const file_numbers all = count_numbers(e);
    count_cells(e, p);
    p->accumulators = (double)tepui_state_memory(e);
    p->data = data_bytes(e->dataset);
    p->disk = disk_bytes(e);
    p->image = publish_bytes(p, &all);
    p->blas = blas_space(e, p->threads);
    p->libraries = LIBRARIES;
    p->memory = p->accumulators + p->workspaces + p->buffers + p->image + p->data + p->blas + p->libraries;
    const int read = e->dataset && tepui_dataset_is_read(e->dataset);
    p->available = tepui_machine_memory() + (read ? p->data : 0) + p->libraries; /* these are there already */
    p->disk_free = tepui_machine_disk(path);
    p->time = (cli_estimate){.processor = NAN, .wall = NAN};
}

/* --- telling */

static int lacks_disk(const cli_plan *p)
{
    return GENERATIONS * p->disk > p->disk_free; /* not where that is not known */
}

static void line(FILE *out, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(out, "%-12s", name);
    vfprintf(out, format, args);
    fputc('\n', out);
    va_end(args);
}

void cli_plan_print(const cli_plan *p, const char *path, FILE *out)
{
    const cli_estimate *t = &p->time;
    line(out, "cells", "%zu, of which %zu are distinct", p->cells, p->distinct);
    line(out, "samples", "%llu %s", (unsigned long long)p->samples, p->precise ? "at most" : "in all");
    line(out, "observables", "%zu, with %zu components over all cells", p->observables, p->components);
    line(out, "memory",
         "%s: statistics %s, workspaces of %d threads %s, blocks in flight %s, publishing %s, data %s, "
         "libraries %s",
         cli_bytes(p->memory).text, cli_bytes(p->accumulators).text, p->threads, cli_bytes(p->workspaces).text,
         cli_bytes(p->buffers).text, cli_bytes(p->image).text, cli_bytes(p->data).text, cli_bytes(p->libraries).text);
    if (p->blas > 0.0) line(out, "BLAS", "%s of address space, of the limit set by ulimit -v", cli_bytes(p->blas).text);
    line(out, "available", "%s", cli_bytes(p->available).text);
    line(out, "disk", "about %s in %s, %s while it is published (free: %s)", cli_bytes(p->disk).text, path,
         cli_bytes(GENERATIONS * p->disk).text, isnan(p->disk_free) ? "unknown" : cli_bytes(p->disk_free).text);
    if (!isnan(t->processor))
        line(out, "time", "%s %s of processor time, %s with %d thread%s%s", t->bound ? "at most about" : "about",
             cli_duration(t->processor).text, cli_duration(t->wall).text, p->threads, p->threads == 1 ? "" : "s",
             t->rough ? "; a rough guess: most of it is in cells far larger than those that were tried" : "");
    line(out, "fits", p->memory > p->available ? "no" : lacks_disk(p) ? "no (disk)" : "yes");
}

/* The largest part decides what to lower; to be freed. */
static char *advice(const cli_plan *p)
{
    const double matrix = 8.0 * (double)p->matrix * (double)p->matrix;
    if (p->data > p->memory / 2) return cli_copy("give a data file with fewer rows or features");
    if (p->blas > p->available / 2) return cli_copy("raise ulimit -v, or lower --threads");
    if (p->workspaces < p->accumulators || p->workspaces < p->image)
        return cli_copy("lower output.raw or output.layers, or split the grid");
    if (2 * matrix * p->threads > p->workspaces)
        return cli_print(
            "the largest Hessian takes %zu x %zu numbers (%s) of every thread: lower --threads, or observe "
            "hessian_density, hessian_extreme and hessian_norm in place of whole spectra",
            p->matrix, p->matrix, cli_bytes(matrix).text);
    return cli_copy("lower --threads, or the depth and width of the largest cell");
}

static tepui_status check_disk(const cli_plan *p, tepui_error *err)
{
    if (!lacks_disk(p)) return TEPUI_OK;
    return tepui_fail(err, TEPUI_IO,
                      "the result needs about %s of disk, three times as much while it is published, and %s are free: "
                      "lower output.raw or output.layers, or name a file on another disk with -o",
                      cli_bytes(p->disk).text, cli_bytes(p->disk_free).text);
}

tepui_status cli_blas_check(const tepui_experiment *e, int threads, tepui_error *err)
{
    return calls_blas(e) ? cli_blas_room(threads, 0, err) : TEPUI_OK;
}

/* They are tried for, because fragments and limits of other kinds count, too. */
tepui_status cli_blas_room(int threads, size_t beside, tepui_error *err)
{
    const double bytes = blas_buffers(threads);
    const size_t pieces = (size_t)threads + 1 + (beside + BLAS_BUFFER - 1) / BLAS_BUFFER;
    if (bytes == 0.0 || tepui_machine_has_address_space(pieces, BLAS_BUFFER)) return TEPUI_OK;
    return tepui_fail(
        err, TEPUI_NO_MEMORY,
        "BLAS needs %s of address space for %d threads, more than ulimit -v leaves: raise it, or lower the "
        "number of threads",
        cli_bytes(bytes).text, threads);
}

tepui_status cli_memory_check(const cli_plan *p, tepui_error *err)
{
    if (p->memory <= p->available) return TEPUI_OK;
    char *what = advice(p);
    tepui_fail(err, TEPUI_NO_MEMORY,
               "the run needs about %s of memory and %s are available (statistics %s, workspaces of %d threads "
               "%s, publishing %s, data %s, address space of BLAS %s): %s",
               cli_bytes(p->memory).text, cli_bytes(p->available).text, cli_bytes(p->accumulators).text, p->threads,
               cli_bytes(p->workspaces).text, cli_bytes(p->image).text, cli_bytes(p->data).text,
               cli_bytes(p->blas).text, what);
    free(what);
    return TEPUI_NO_MEMORY;
}

tepui_status cli_plan_check(const cli_plan *p, tepui_error *err)
{
    const tepui_status st = cli_memory_check(p, err);
    return st == TEPUI_OK ? check_disk(p, err) : st;
}
