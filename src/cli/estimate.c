/* estimate.c -- how long a run will take, before it begins.

   A pilot draws samples of some cells and times them by the processor's clock. What a sample costs is known up to a
   factor, which changes with the size in each kind of cell as it does between those measured, and to the iterations of
   a solver or steps of a trajectory, which go with depth and rate. Each kind begins with its cheapest cell; the next
   cell is the one that decides most: much work, far from those known, not much dearer than those. None is begun that is
   not expected to end in time, and the alarm ends one that takes longer. Where the cells that decide are all too large,
   a smaller net of their kind is measured. */
#include "guess.h"
#include <base/flag.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

#define SLICES 40.0       /* a pilot of a cell takes this part of the budget, or one sample */
#define PATH_SLICES 8.0   /* the same of trajectories */
#define SHORTEST 0.1      /* of a slice: a shorter pilot is the luck of a moment */
#define LARGEST_SLICE 0.3 /* of what is left: one sample may take so much before it is given up */
#define LIKELY_SLICE 0.2  /* and is begun where it should take so much */
#define FAULT 2e-5        /* seconds of a page touched for the first time, at most: in a virtual machine */
#define COLD 0.1          /* of a first sample, perhaps spent on them: a second one is drawn */
#define MEMORY_MOST 0.8   /* of a first sample that stands alone, taken for such time */
#define REACH 2.0         /* beyond this ratio of costs a guess of seconds may be far too low */
#define FAR_MOST 8.0
#define FEW 2u /* samples, after the first one, which touches memory for the first time */
#define PRECISION_PILOT 1024u
#define FAR 2.5 /* in ln cost: so far from those known, a smaller cell is measured in the place of one too large */
#define SMALLER_MOST 4u
#define PUBLISH 8e-5      /* seconds of every component that is published, measured */
#define BOUND_COUNTS 0.5  /* of the time: a bound of less is none of the whole */
#define UNSURE_COUNTS 0.1 /* where more of the time is only guessed, the whole is not bounded */
#define ROUGH_COUNTS 0.5  /* where more of it is guessed from cells that are FAR, the whole is rough */
#define PATIENCE 3.0      /* time on the wall over processor time */

/* --- clocks */

static volatile sig_atomic_t is_late;

static void on_alarm(int number)
{
    (void)number;
    flag_set(&is_late, 1);
}

/* By the processor's time, so that a busy machine does not spoil the estimate. */
static void set_alarm(double seconds)
{
    const struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    const double s = floor(seconds);
    const struct itimerval t = {{0, 0}, {(time_t)s, (suseconds_t)(1e6 * (seconds - s))}};
    flag_set(&is_late, 0);
    sigaction(SIGPROF, &action, NULL);
    setitimer(ITIMER_PROF, &t, NULL);
}

/* Of this thread, which does all: the clock of the process stands still between ticks while an alarm is set on it. */
double cli_processor_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* --- one cell */

/* What a pilot of a cell holds: a worker of its own. */
typedef struct {
    tepui_network *net;
    tepui_follower *follower;
    long **component; /* [observable] */
    size_t *components;
    double *values;
    tepui_accumulator all, precise; /* everything, for the time it takes; what the precision is about */
} bench;

static void bench_free(const tepui_experiment *e, bench *b)
{
    for (size_t o = 0; b->component && o < e->observable_count; o++) free(b->component[o]);
    free(b->component);
    free(b->components);
    free(b->values);
    tepui_accumulator_free(&b->all);
    tepui_accumulator_free(&b->precise);
    tepui_follower_free(b->follower);
    tepui_network_free(b->net);
}

static tepui_status bench_make(const pilot *p, const guess *g, bench *b)
{
    tepui_status st;
    const tepui_experiment *e = p->e;
    const tepui_cell *c = g->cell;
    size_t most = 1;
    *b = (bench){.component = cli_alloc(e->observable_count, sizeof *b->component),
                 .components = cli_alloc(e->observable_count, sizeof *b->components)};
    for (size_t o = 0; o < e->observable_count; o++) {
        const size_t values = tepui_observable_values(e->observables[o], c);
        b->components[o] = tepui_observable_components(e->observables[o], c, e->layer_limit, NULL);
        b->component[o] = cli_alloc(b->components[o], sizeof **b->component);
        tepui_observable_components(e->observables[o], c, e->layer_limit, b->component[o]);
        if (values > most) most = values;
    }
    b->values = cli_alloc(most, sizeof *b->values);
    TEPUI_TRY(tepui_accumulator_init(&b->all, e->bin_width, e->range_low, e->range_high, 0));
    TEPUI_TRY(tepui_accumulator_init(&b->precise, e->bin_width, e->range_low, e->range_high, 0));
    TEPUI_TRY(tepui_network_alloc(c, p->needs, &b->net, NULL));
    if (p->needs & TEPUI_NEEDS_PATH) TEPUI_TRY(tepui_follower_alloc(b->net, p->needs, g->block, &b->follower, NULL));
done:
    return st;
}

/* All observables of the sample that the net holds, folded. */
static void measure(const tepui_experiment *e, bench *b)
{
    const tepui_cell *c = tepui_network_cell(b->net);
    for (size_t o = 0; o < e->observable_count; o++) {
        const tepui_observable_type *t = e->observables[o];
        const size_t n = tepui_observable_values(t, c);
        for (size_t k = 0; k < b->components[o]; k++) {
            tepui_observable_measure(t, b->net, b->component[o][k], b->values);
            (void)tepui_accumulator_fold(&b->all, b->values, n, 1);
            if (e->has_precision && t == e->precision_observable && k + 1 == b->components[o])
                (void)tepui_accumulator_fold(&b->precise, b->values, n, 1);
        }
    }
}

/* Seconds that pages of memory took which were touched for the first time, so far. */
static double memory_time(void)
{
    struct rusage u;
    return getrusage(RUSAGE_SELF, &u) == 0 ? FAULT * (double)u.ru_minflt : 0.0;
}

/* Whether the first sample shall not count: others fit into the budget of the cell, or much of its time may have gone
   into its memory and there is time for a second one. */
static int is_cold(double seconds, double memory, double budget, double left)
{
    return seconds < budget / 2 ||
           (memory > COLD * seconds && 2 * seconds - fmin(memory, MEMORY_MOST * seconds) < left);
}

/* What samples of a pilot have taken so far. */
typedef struct {
    double start, products;
    uint64_t count, next; /* samples; the clock is read after so many of them */
} meter;

static void meter_begin(meter *m)
{
    *m = (meter){.start = cli_processor_time(), .next = 1};
}

/* Counts a sample. To read the clock can take as long as a sample: it is read when their number has grown by half.
   Returns: whether it was read. */
static int meter_count(meter *m, double products, guess *g)
{
    m->products += products;
    if (++m->count < m->next) return 0;
    m->next = m->count + (m->count + 1) / 2;
    g->iterations = m->products / (double)m->count;
    g->seconds = (cli_processor_time() - m->start) / (double)m->count;
    return 1;
}

/* Whether the samples counted are enough: a block, and no moment; the budget of the cell; all there are. */
static int is_enough(const pilot *p, const guess *g, const meter *m, double budget)
{
    const double n = (double)m->count, most = p->e->has_precision ? PRECISION_PILOT : fmax(FEW, (double)g->block);
    return n * g->seconds >= budget || n >= (double)p->e->samples || (n >= most && n * g->seconds >= SHORTEST * budget);
}

/* Samples one after another. The first one does not count where others follow, nor, where it stands alone, the time
   that its memory may have taken: later ones find it there. */
static tepui_status draw(const pilot *p, guess *g, bench *b, double budget, double left)
{
    const double memory = memory_time();
    uint64_t warm = 0; /* 1: the first one does not count */
    meter m;
    meter_begin(&m);
    do {
        const tepui_status st = tepui_network_sample(b->net, warm + m.count, &is_late);
        if (st != TEPUI_OK) return warm && !m.count && flag_is_up(&is_late) ? TEPUI_OK : st; /* the first one counts */
        measure(p->e, b);
        if (!meter_count(&m, (double)tepui_network_products(b->net), g)) continue;
        if (!warm && m.count == 1 && is_cold(g->seconds, memory_time() - memory, budget, left)) {
            warm = 1;
            meter_begin(&m);
        } else if (is_enough(p, g, &m, budget))
            break;
    } while (!flag_is_up(&is_late));
    if (!warm) g->seconds -= fmin((memory_time() - memory) / (double)m.count, MEMORY_MOST * g->seconds);
    return TEPUI_OK;
}

static int alarm_rang(void *arg)
{
    (void)arg;
    return flag_is_up(&is_late);
}

/* What a step costs that is recorded, in gradients over all points, beside the step: a forward pass over the rows held
   out is a third of a gradient, a Hessian product two. */
static double record_work(const tepui_cell *c, unsigned needs)
{
    const double accuracy = needs & TEPUI_NEEDS_PATH_ACCURACY ? (double)c->data->spec.held_out / 3.0 : 0.0;
    const int ends = !!(needs & TEPUI_NEEDS_PATH_CURVATURE) + !!(needs & TEPUI_NEEDS_PATH_METRIC);
    return accuracy / (double)c->points + 2.0 * TEPUI_USUAL_PRODUCTS * ends;
}

/* What so many steps cost, in gradients. Most records are among the first steps, which a pilot sees. */
static double path_work(const tepui_cell *c, unsigned needs, double steps)
{
    uint64_t at[TEPUI_MOST_RECORDS];
    const size_t n = needs & TEPUI_NEEDS_RECORD ? tepui_record_steps(c, at) : 0;
    size_t records = 0;
    while (records < n && (double)at[records] <= steps) records++;
    const int fresh = c->dynamics.from_data && ((const tepui_optimizer_type *)c->dynamics.optimizer.type)->minibatch;
    return (fresh ? 2.0 : 1.0) * (steps + 1.0) + record_work(c, needs) * (double)records;
}

/* A whole block of trajectories; when the alarm rings before its end, the rest is counted to the limit of steps. */
static tepui_status follow(const pilot *p, guess *g, bench *b)
{
    const tepui_cell *c = g->cell;
    const double start = cli_processor_time();
    const uint64_t count = g->block < p->e->samples ? g->block : p->e->samples;
    tepui_follower_begin(b->follower, 0, count);
    g->bound = tepui_follower_go(b->follower, alarm_rang, NULL) != TEPUI_OK;
    for (uint64_t i = 0; i < count && !g->bound; i++) {
        const tepui_status st = tepui_network_sample(b->net, i, &is_late);
        if (st != TEPUI_OK) break;
        tepui_follower_show(b->follower, i);
        measure(p->e, b);
    }
    const double steps = (double)tepui_follower_steps(b->follower) / (double)count;
    const double all = g->bound ? (double)c->dynamics.steps : steps;
    g->iterations = g->bound ? all : steps + 1.0 / (double)count;
    g->seconds =
        (cli_processor_time() - start) / (double)count * path_work(c, p->needs, all) / path_work(c, p->needs, steps);
    return TEPUI_OK;
}

static uint64_t samples_of(const tepui_experiment *e, const tepui_accumulator *a, const tepui_cell *c)
{
    return a->count / tepui_observable_values(e->precision_observable, c);
}

/* Draws for a slice of the budget or one sample, follows for a few slices; no longer than what is left. */
static void try_cell(pilot *p, guess *g, double left)
{
    bench b;
    const double slice = p->budget / SLICES;
    const double most = p->needs & TEPUI_NEEDS_PATH ? fmin(left, PATH_SLICES * slice) : LARGEST_SLICE * left;
    set_alarm(most);
    tepui_status st = bench_make(p, g, &b);
    if (st == TEPUI_OK) st = b.follower ? follow(p, g, &b) : draw(p, g, &b, slice, most);
    g->measured = st == TEPUI_OK;
    if (g->measured) p->known[p->known_count++] = g;
    g->tried = 1;
    if (flag_is_up(&is_late) && !g->measured) g->least = most;
    if (st == TEPUI_OK && p->e->has_precision)
        g->samples = tepui_expected_samples(p->e, &b.precise, samples_of(p->e, &b.precise, g->cell), g->block);
    set_alarm(0.0);
    bench_free(p->e, &b);
}

/* --- all cells */

/* What is known of a kind: its cheapest cell, the dearest that was measured, all its work. */
typedef struct {
    double cheapest, dearest, seconds;
} kind;

static kind *know_kinds(const pilot *p)
{
    kind *kinds = cli_alloc(p->kinds, sizeof *kinds);
    for (size_t i = 0; i < p->kinds; i++) kinds[i].cheapest = INFINITY;
    for (size_t i = 0; i < p->count; i++) {
        const guess *g = &p->guess[i];
        kind *k = &kinds[g->kind];
        double how_far;
        if (g->measured) k->dearest = fmax(k->dearest, g->cost);
        if (g->cell == &g->own) continue;
        const guess now = cli_guess(p, g, &how_far);
        k->seconds += now.seconds * now.samples;
        if (!g->tried) k->cheapest = fmin(k->cheapest, g->cost);
    }
    return kinds;
}

/* The cell to try next, of those whose sample should end in time; NULL: none. Each kind begins with its cheapest cell
   and goes on to ones that are not much dearer than what was measured; trajectories can be left at any time. */
static guess *choose(pilot *p, double left)
{
    guess *best = NULL;
    double most = -1.0;
    kind *kinds = know_kinds(p);
    for (size_t i = 0; i < p->count; i++) {
        guess *g = &p->guess[i];
        const kind *k = &kinds[g->kind];
        double how_far;
        if (g->tried || g->cell == &g->own) continue;
        const guess now = cli_guess(p, g, &how_far);
        const int path = (p->needs & TEPUI_NEEDS_PATH) != 0, begins = !path && k->dearest == 0.0;
        const double ratio = g->cost / k->dearest, doubt = ratio > REACH ? pow(ratio, CLI_SLOPE_MOST) : 1.0;
        const int near = begins ? g->cost <= k->cheapest : path || doubt * now.seconds <= LIKELY_SLICE * left;
        const double weight = isinf(how_far) ? 1.0 / g->cost
                              : begins       ? k->seconds * FAR_MOST
                                             : now.seconds * now.samples * fmin(how_far, FAR_MOST);
        if (!near || (!path && now.seconds > LIKELY_SLICE * left) || weight <= most) continue;
        most = weight;
        best = g;
    }
    free(kinds);
    return best;
}

/* Numbers the kinds. */
static size_t kind_of(const pilot *p, const tepui_cell *c)
{
    for (size_t i = 0; i < p->count; i++)
        if (tepui_cells_akin(p->guess[i].cell, c)) return p->guess[i].kind;
    return p->kinds;
}

static void open_cells(pilot *p)
{
    const tepui_experiment *e = p->e;
    p->guess = cli_alloc(e->cell_count + SMALLER_MOST, sizeof *p->guess);
    p->known = cli_alloc(e->cell_count + SMALLER_MOST, sizeof *p->known);
    for (size_t i = 0; i < e->cell_count; i++) {
        const tepui_cell *c = &e->cells[i];
        if (c->alias_of != i) continue;
        const size_t number = kind_of(p, c);
        p->guess[p->count++] = (guess){.cell = c,
                                       .kind = number,
                                       .block = tepui_block_samples(c, p->needs),
                                       .cost = tepui_sample_cost(c, p->needs),
                                       .seconds = NAN,
                                       .samples = e->has_precision ? NAN : (double)e->samples};
        if (number == p->kinds) p->kinds++;
    }
}

static void try_all(pilot *p)
{
    for (guess *g;;) {
        const double left = p->processor_end - cli_processor_time();
        if (cli_now() > p->end || left <= 0.0 || !(g = choose(p, left))) break;
        try_cell(p, g, left);
        if (!g->measured && !flag_is_up(&is_late)) break; /* it cannot be drawn: the run will say why */
    }
}

/* --- smaller cells, where all are too large */

/* The cell with the work that decides most and is far from all that was measured. */
static const guess *unknown(const pilot *p)
{
    const guess *best = NULL;
    double all = 0.0, most = 0.0, how_far;
    for (size_t i = 0; i < p->count; i++) {
        const guess g = cli_guess(p, &p->guess[i], &how_far);
        const double seconds = g.cell == &p->guess[i].own ? 0.0 : g.seconds * g.samples;
        all += seconds;
        if (p->guess[i].measured || how_far < FAR || seconds <= most) continue;
        most = seconds;
        best = &p->guess[i];
    }
    return most > 0.2 * all ? best : NULL;
}

/* Depth and widths divided by a power of 2; 0 when that makes no net. */
static int shrink(const pilot *p, const guess *from, unsigned by, guess *out)
{
    const tepui_cell *c = from->cell;
    *out = (guess){.seconds = NAN, .own = *c, .kind = from->kind};
    tepui_cell *o = &out->own;
    o->depth = c->depth >> by ? c->depth >> by : 1;
    o->width = cli_alloc(o->depth + 1, sizeof *o->width);
    o->width[0] = c->width[0];
    for (size_t l = 1; l <= o->depth; l++) {
        const size_t like = c->width[l * c->depth / o->depth];
        o->width[l] = like >> by ? like >> by : 1;
    }
    if (c->readout == TEPUI_READOUT_NONE) o->outputs = o->width[o->depth];
    o->sigma = NULL;
    o->canonical = o->identity = NULL;
    o->composition = NULL;
    if (tepui_cell_compose(o, NULL) == TEPUI_OK && tepui_cell_resolve(o, p->e->seed, NULL) == TEPUI_OK) {
        out->block = tepui_block_samples(o, p->needs);
        out->cost = tepui_sample_cost(o, p->needs);
        return 1;
    }
    tepui_cell_clear(o);
    return 0;
}

/* The largest one that should end in time. */
static int add_smaller(pilot *p, const guess *from, double left)
{
    guess *g = &p->guess[p->count];
    for (unsigned by = 1; by < 16; by++) {
        double how_far;
        if (!shrink(p, from, by, g)) return 0;
        g->cell = &g->own;
        if (cli_guess(p, g, &how_far).seconds < LARGEST_SLICE * left) {
            p->count++;
            return how_far > 0.5;
        }
        tepui_cell_clear(&g->own);
    }
    return 0;
}

static void try_smaller(pilot *p)
{
    const guess *g;
    for (unsigned i = 0; i < SMALLER_MOST && (g = unknown(p)); i++) {
        const double left = p->processor_end - cli_processor_time();
        if (cli_now() > p->end || !add_smaller(p, g, left)) return;
        try_cell(p, &p->guess[p->count - 1], left);
    }
}

/* The last blocks keep one thread busy while the others wait. */
static cli_estimate add(const pilot *p, int threads)
{
    cli_estimate out = {0};
    const tepui_experiment *e = p->e;
    double bound = 0.0, unsure = 0.0, rough = 0.0, longest = 0.0, components = 0.0, how_far;
    for (size_t i = 0; i < p->count; i++) {
        if (p->guess[i].cell == &p->guess[i].own) continue;
        const guess g = cli_guess(p, &p->guess[i], &how_far);
        const double seconds = g.samples * g.seconds;
        out.processor += seconds;
        out.work += g.samples * g.cost;
        if (g.bound)
            bound += seconds;
        else if (!g.measured)
            unsure += seconds;
        if (!g.measured && how_far > FAR) rough += seconds;
        longest = fmax(longest, fmin((double)g.block, g.samples) * g.seconds);
        for (size_t o = 0; o < e->observable_count; o++)
            components += (double)tepui_observable_components(e->observables[o], g.cell, e->layer_limit, NULL);
    }
    out.bound = bound > BOUND_COUNTS * out.processor && unsure < UNSURE_COUNTS * out.processor;
    out.rough = !out.bound && rough > ROUGH_COUNTS * out.processor;
    const double once = p->start + PUBLISH * components;
    out.wall = out.processor / threads + longest * (1.0 - 1.0 / threads) + once;
    out.processor += once;
    return out;
}

cli_estimate cli_estimate_make(const tepui_experiment *e, int threads, double budget, double start)
{
    pilot p = {.e = e,
               .needs = tepui_experiment_needs(e),
               .start = start,
               .budget = budget,
               .processor_end = cli_processor_time() + budget,
               .end = cli_now() + PATIENCE * budget};
    open_cells(&p);
    try_all(&p);
    if (!(p.needs & TEPUI_NEEDS_PATH)) try_smaller(&p);
    const cli_estimate out = add(&p, threads);
    for (size_t i = 0; i < p.count; i++)
        if (p.guess[i].cell == &p.guess[i].own) tepui_cell_clear(&p.guess[i].own);
    free(p.known);
    free(p.guess);
    return out;
}
