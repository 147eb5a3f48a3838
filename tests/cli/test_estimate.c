/* test_estimate.c -- estimates of --dry-run and of the time left against what a run then takes.

   Runs happen in child processes, whose processor time the system counts. The promise is a factor 2. Machines are
   shared, so each comparison may be tried again: what is wrong by itself fails each time. */
#include "test.h"
#include <cli/cli.h>
#include <math.h>
#include <run/run.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define ATTEMPTS 8
#define BUDGET 0.4

static char folder[] = "test-estimate-XXXXXX";

static tepui_experiment *open_text(const char *text)
{
    tepui_experiment *e = NULL;
    tepui_error err = {""};
    char path[64];
    snprintf(path, sizeof path, "%s/e.yaml", folder);
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
    CHECK(tepui_experiment_read(path, NULL, &e, &err) == TEPUI_OK);
    CHECK(tepui_experiment_plan(e, &err) == TEPUI_OK);
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    return e;
}

static void remove_result(const char *path)
{
    static const char *const tail[] = {"", ".prev", ".log"};
    char name[80];
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, tail[i]);
        unlink(name);
    }
}

/* Processor time of a run on one thread, and the work that it did. */
static double run_child(const tepui_experiment *e, double *work)
{
    char path[64];
    struct rusage use;
    int status = -1;
    snprintf(path, sizeof path, "%s/r.h5", folder);
    remove_result(path);
    const pid_t child = fork();
    if (child == 0) {
        const tepui_run_options o = {.path = path, .threads = 1, .time_limit = INFINITY, .publish_every = 60.0};
        tepui_error err = {""};
        _exit(tepui_run(e, &o, &err));
    }
    CHECK(wait4(child, &status, 0, &use) == child && status == 0);
    tepui_result *r = NULL;
    CHECK(cli_open(path, TEPUI_READ_ALL, &r, NULL) == TEPUI_OK);
    const tepui_column *samples = r ? tepui_result_column(r, "samples") : NULL;
    CHECK(samples != NULL);
    *work = 0.0;
    for (size_t i = 0; samples && i < e->cell_count; i++)
        if (e->cells[i].alias_of == i)
            *work += samples->number[i] * tepui_sample_cost(&e->cells[i], tepui_experiment_needs(e));
    tepui_result_free(r);
    remove_result(path);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

static int within(double x, double y, double factor)
{
    return x <= factor * y && y <= factor * x;
}

static void compare(const char *text)
{
    double work = 0.0, seconds = 0.0;
    cli_estimate t = {0};
    int good = 0;
    tepui_experiment *e = open_text(text);
    for (int i = 0; e && i < ATTEMPTS && !good; i++) {
        t = cli_estimate_make(e, 1, BUDGET, 0.0);
        seconds = run_child(e, &work);
        good = !t.bound && within(t.work, work, 2.0) && within(t.processor, seconds, 2.0);
    }
    CHECK(good);
    if (!good)
        fprintf(stderr, "%s: estimated %.3g s, work %.3g, bound %d; took %.3g s, work %.3g\n", text, t.processor,
                t.work, t.bound, seconds, work);
    tepui_experiment_free(e);
}

/* Cells from 1 to 65,000 weights; the pilot sees all of them. */
static void nets_of_all_sizes(void)
{
    compare("seed: 1\ngrid: {depth: [1, 4, 16], width: [4, 16, 64], activation: relu, init: he}\n"
            "data: {source: sphere, dimension: 8, targets: gaussian}\n"
            "observables: [forward_norm, gradient_norm]\nsamples: 2000\n");
}

/* A depth of 1,024 with width 4,096 costs no more than its 1,024 layers: 4e10 weights would take a minute each. */
/* Enough samples that what a child takes besides, pages copied above all, is a small part of its time. */
static void samplers_without_matrices(void)
{
    compare("seed: 2\ngrid: {depth: [64, 1024], width: [16, 4096], activation: relu, init: he}\n"
            "data: {source: sphere}\nreadout: dense\nloss: output\nsampler: reduced\n"
            "observables: [jacobian_vector_norm]\nsamples: 1500\noutput: {layers: 2}\n");
    compare("seed: 3\ngrid: {depth: [20, 80], width: 64, activation: relu, init: he, tilt: 1}\ndata: {source: sphere}\n"
            "readout: none\nloss: output\nsampler: tilted\nobservables: [weighted_norm2]\nsamples: 100000\n"
            "output: {layers: 1}\n");
}

/* Most cells need a small part of the 100,000 samples. */
static void samples_of_a_precision(void)
{
    compare("seed: 4\ngrid: {depth: [2, 8, 16], width: [8, 32], activation: relu, init: he}\n"
            "data: {source: sphere, dimension: 8, targets: gaussian}\nobservables: [gradient_norm]\nsamples: 100000\n"
            "precision: {observable: gradient_norm, probability: 0.5, half_width: 0.08}\n");
}

/* Whole spectra: cubic in the parameters, not linear. */
static void spectra(void)
{
    compare("seed: 5\ngrid: {depth: [2, 6], width: [4, 8], activation: tanh}\n"
            "data: {source: gaussian, points: 4, dimension: 4, targets: gaussian}\n"
            "observables: [hessian_spectrum]\nsamples: 100\n");
}

/* A sample longer than the budget is guessed from a smaller net of its kind. */
static void cells_larger_than_the_budget(void)
{
    compare("seed: 6\ngrid: {depth: 16, width: 96, activation: relu, init: he}\n"
            "data: {source: gaussian, dimension: 16, points: 16, targets: gaussian}\n"
            "observables: [forward_norm, hessian_norm]\nsamples: 1\n");
}

/* Steps until they escape, far less than the limit; where none escapes in the time of the pilot, there is a bound. */
static void trajectories(void)
{
    compare("seed: 7\ngrid: {depth: [2, 3], width: 4, activation: tanh}\n"
            "data: {source: gaussian, points: 2, dimension: 3, targets: gaussian}\n"
            "dynamics: {optimizer: [gd, adam], rate: 0.02, steps: 20000}\nobservables: [escape_time]\nsamples: 4000\n");
    tepui_experiment *e =
        open_text("seed: 8\ngrid: {depth: 24, width: 1, activation: linear, init: lecun, law: uniform}\n"
                  "data: {source: sphere, targets: one}\nreadout: none\n"
                  "dynamics: {optimizer: gd, rate: 1.0e-6, steps: 100000000}\n"
                  "observables: [escape_time]\nsamples: 256\n");
    const double start = cli_now();
    const cli_estimate t =
        cli_estimate_make(e, 1, BUDGET, 0.0); /* 1e8 steps of 256 chains of 24 weights, 1e8 to 1e10 weights/s */
    CHECK(t.bound && t.processor > 60.0 && t.processor < 6000.0);
    CHECK(cli_now() - start < 4.0 * BUDGET); /* the alarm ends the pilot, on a busy machine, too */
    tepui_experiment_free(e);
}

static void write_bytes(const char *name, const unsigned char *head, size_t n, size_t count, unsigned modulus)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    fwrite(head, 1, n, f);
    for (size_t i = 0; i < count; i++) fputc((int)(i * 2654435761u >> 7) % (int)modulus, f);
    fclose(f);
}

/* The first steps are recorded, 0, 1, 2, 5, ..., and what is recorded takes hundreds of steps: rows held out, ends of
   spectra. A pilot that ends among them is no measure of the others. */
static void records_that_take_longer_than_steps(void)
{
    static const unsigned char rows[] = {0, 0, 8, 3, 0, 0, 16, 0, 0, 0, 0, 4, 0, 0, 0, 4},
                               labels[] = {0, 0, 8, 1, 0, 0, 16, 0};
    static const char *const texts[] = {
        "seed: 12\ngrid: {depth: 24, width: 32, activation: tanh, init: xavier}\nloss: cross_entropy\n"
        "data: {source: idx, file: rows, labels: labels, points: 8, resample: true, held_out: 3000}\n"
        "dynamics: {optimizer: [gd, adam], rate: 1.0e-5, steps: 8000, record: 8000}\nobservables: "
        "[path_accuracy]\nsamples: 2\n",
        "seed: 13\ngrid: {depth: 16, width: 16, activation: tanh, init: xavier}\n"
        "data: {source: gaussian, points: 4, targets: gaussian}\n"
        "dynamics: {optimizer: [gd, adam], rate: 1.0e-5, steps: 10000, record: 10000}\nobservables: [path_lambda_max]\n"
        "samples: 4\n"};
    write_bytes("rows", rows, sizeof rows, 4096 * 16, 251);
    write_bytes("labels", labels, sizeof labels, 4096, 3);
    for (int k = 0; k < 2; k++) {
        tepui_experiment *e = open_text(texts[k]);
        double work, seconds = 0.0, planned = 0.0;
        int good = 0;
        for (int i = 0; e && i < ATTEMPTS && !good; i++) {
            planned = cli_estimate_make(e, 1, BUDGET, 0.0).processor;
            seconds = run_child(e, &work);
            good = within(planned, seconds, 2.0);
        }
        CHECK(good);
        fprintf(stderr, "records: estimated %.3g s, took %.3g s\n", planned, seconds);
        tepui_experiment_free(e);
    }
}

/* --- time left, of a queue that is fed by hand */

/* Two cells, the model wrong about one by a factor 10: after an eighth of each, time left is right. */
static void left_follows_what_blocks_took(void)
{
    tepui_experiment *e = open_text("seed: 9\ngrid: {depth: [1, 2], width: 2, activation: relu}\n"
                                    "data: {source: sphere}\nreadout: none\nloss: output\n"
                                    "observables: [forward_norm]\nsamples: 8192\n");
    tepui_state *state = NULL;
    run_queue *b = NULL;
    CHECK(tepui_state_alloc(e, &state, NULL) == TEPUI_OK && run_queue_alloc(e, state, 1, &b, NULL) == TEPUI_OK);
    static const double each[] = {1e-3, 1e-2}; /* seconds of a sample */
    double clock = 0.0, all = 8192 * (each[0] + each[1]);
    run_cell *rc;
    uint64_t block;
    double *values;
    CHECK(isnan(run_queue_progress(b, 0.0).left)); /* nothing known yet */
    while (run_queue_take(b, 0, &rc, &block, &values) == RUN_TASK) {
        const uint64_t count = run_block_range(b, rc, block).count;
        for (uint64_t i = 0; i < count * rc->values; i++) values[i] = 1.0;
        clock += (double)count * each[rc->cell];
        run_queue_deliver(b, rc, block, values, (double)count * each[rc->cell]);
        const tepui_progress p = run_queue_progress(b, clock);
        if (clock < 0.13 * all) continue;
        CHECK_NEAR(p.left, all - clock, 1e-9 * all);
        CHECK_NEAR(p.work, clock / all, 1e-9);
    }
    CHECK(run_queue_progress(b, clock).left == 0.0);
    run_queue_free(b);
    tepui_state_free(state);
    tepui_experiment_free(e);
}

/* A run of a queue, sample by sample: uniform values over range(cell), each taking seconds(cell). */
typedef struct {
    double (*range)(size_t cell), (*seconds)(size_t cell);
    tepui_progress seen[20000]; /* after each block */
    size_t count;
    double clock;
} fed;

static void feed(const char *text, fed *f)
{
    tepui_experiment *e = open_text(text);
    tepui_state *state = NULL;
    run_queue *b = NULL;
    run_cell *rc;
    uint64_t block, seed = 1;
    double *values;
    f->count = 0;
    f->clock = 0.0;
    CHECK(tepui_state_alloc(e, &state, NULL) == TEPUI_OK && run_queue_alloc(e, state, 1, &b, NULL) == TEPUI_OK);
    while (run_queue_take(b, 0, &rc, &block, &values) == RUN_TASK && f->count < 20000) {
        const uint64_t count = run_block_range(b, rc, block).count;
        for (uint64_t i = 0; i < count * rc->values; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            values[i] = f->range(rc->cell) * (double)(seed >> 11) * 0x1p-53;
        }
        const double seconds = (double)count * f->seconds(rc->cell);
        f->clock += seconds;
        run_queue_deliver(b, rc, block, values, seconds);
        f->seen[f->count++] = run_queue_progress(b, f->clock);
    }
    CHECK(f->count > 20 && tepui_state_complete(state));
    run_queue_free(b);
    tepui_state_free(state);
    tepui_experiment_free(e);
}

static double wider(size_t cell)
{
    return 16.0 + 4.0 * (double)cell;
}
static double same_range(size_t cell)
{
    (void)cell;
    return 30.0;
}
static double one_second(size_t cell)
{
    (void)cell;
    return 1.0;
}
static double last_is_slow(size_t cell)
{
    return cell == 3 ? 100.0 : 1.0;
}

/* With a precision, 12 cells: from a tenth of the run on, what is left is known within a factor 1.5, but near the
   end, where the looks themselves are that coarse: each comes a quarter later than the one before. Uniform values: the
   median's half width is 1.96 / (2 sqrt(n)) of the range, so cells take 1,500 to 20,000 samples of a million. */
static void left_follows_the_precision(void)
{
    static fed f = {.range = wider, .seconds = one_second};
    feed("seed: 10\ngrid: {depth: [1, 2, 3], width: [1, 2, 3, 4], activation: relu}\n"
         "data: {source: sphere}\nreadout: dense\nloss: output\nobservables: [forward_norm]\nsamples: 1000000\n"
         "precision: {observable: forward_norm, probability: 0.5, half_width: 0.4}\n",
         &f);
    for (size_t i = 0; i < f.count; i++) {
        const double now = f.seen[i].seconds, left = f.seen[i].left;
        if (now > 0.1 * f.clock) CHECK(within(now + left, f.clock, 1.25));
        if (now > 0.1 * f.clock && now < 0.7 * f.clock) CHECK(within(left, f.clock - now, 1.5));
    }
}

/* The last of four cells takes a hundred times as long as the others. Before its first look, after 256 of some 1,350
   samples, it is taken to need as many as they do. 1,350: (1.96 / 2 * 30 / 0.8)^2. */
static void left_before_the_first_look(void)
{
    static fed f = {.range = same_range, .seconds = last_is_slow};
    size_t early = 0, wrong = 0;
    feed("seed: 11\ngrid: {depth: [1, 2, 3, 4], width: 1000, activation: relu}\n"
         "data: {source: sphere}\nreadout: dense\nloss: output\nobservables: [forward_norm]\nsamples: 1000000\n"
         "precision: {observable: forward_norm, probability: 0.5, half_width: 0.8}\n",
         &f);
    for (size_t i = 0; i < f.count; i++) { /* from its first block on: what a sample takes is known then */
        const double now = f.seen[i].seconds, left = f.seen[i].left;
        if (now < 0.02 * f.clock || now > 100.0 * 256) continue;
        early++;
        wrong += !within(left, f.clock - now, 1.5);
    }
    CHECK(early > 5 && wrong == 0);
}

static const test_case cases[] = {
    {"nets_of_all_sizes", nets_of_all_sizes},
    {"samplers_without_matrices", samplers_without_matrices},
    {"samples_of_a_precision", samples_of_a_precision},
    {"spectra", spectra},
    {"cells_larger_than_the_budget", cells_larger_than_the_budget},
    {"trajectories", trajectories},
    {"records_that_take_longer_than_steps", records_that_take_longer_than_steps},
    {"left_follows_what_blocks_took", left_follows_what_blocks_took},
    {"left_follows_the_precision", left_follows_the_precision},
    {"left_before_the_first_look", left_before_the_first_look},
};

int main(int argc, char **argv)
{
    if (!mkdtemp(folder)) return 99;
    const int status = test_main(cases, sizeof cases / sizeof *cases, argc, argv);
    static const char *const made[] = {"e.yaml", "rows", "labels"};
    for (size_t i = 0; i < 3; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/%s", folder, made[i]);
        unlink(path);
    }
    rmdir(folder);
    return status;
}
