/* test_run.c -- the determinism contract: one experiment, one file, byte for byte, whatever the threads, however
   often and however it was interrupted.

   Every run happens in a child process (the parent never enters an OpenMP region, so forking is safe). Kill instants
   come from a fixed-seed generator; what they hit depends on the machine, the verdict must not.
   TEPUI_TEST_KILLS sets the number of kills (default 100). */
#include "test.h"
#include <base/flag.h>
#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <hdf5.h>
#include <run/run.h>
#include <signal.h>
#include <stdlib.h>
#include <store/envelope.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tepui/tepui.h>
#include <time.h>
#include <unistd.h>

static const char plain[] =
    "title: determinism\nseed: 7\n"
    "grid: {depth: [1, 3, 9], width: [1, \"2*depth\", 20], activation: relu, init: [he, xavier]}\n"
    "data: {source: gaussian, points: 2, dimension: 6, outputs: 3, targets: gaussian}\n"
    "observables: [forward_norm, gradient_norm, jacobian_vector_norm, output]\n"
    "samples: 2000\noutput: {raw: 100}\n";
static const char precise[] =
    "seed: 8\ngrid: {depth: [2, 6], width: [4, 12], activation: [relu, tanh], sigma_b: [0, 0.1]}\n"
    "data: {source: sphere, outputs: 1, targets: gaussian}\n"
    "observables: [forward_norm, gradient_norm]\nsamples: 20000\n"
    "precision: {probability: 0.5, half_width: 0.04}\n";
static const char sequential[] =
    "seed: 9\ngenerator: mt19937\ngrid: {depth: 4, width: 8, law: [gaussian, student_t(5)]}\n"
    "data: {source: sphere}\nobservables: [forward_norm]\nsamples: 2000\n";
/* everything about second derivatives: chains, whole spectra, Lanczos (more than 300 coordinates), QR */
static const char curved[] = "seed: 10\ngrid: {depth: [3, 5], width: [1, 3, 9], activation: [relu, tanh], init: he}\n"
                             "data: {source: gaussian, points: 6, dimension: 6, outputs: 2, targets: gaussian}\n"
                             "observables: [hessian_norm, hessian_block_norm, hessian_extreme, gradient_alignment, "
                             "hessian_density, ntk_extreme, "
                             "fisher_trace, jacobian_singular_value, lyapunov_exponent]\nsamples: 20\n";
static const char spectral[] = "seed: 11\ngrid: {depth: [3, 6], width: [1, 8], activation: [linear, relu]}\n"
                               "data: {source: sphere, targets: gaussian}\nreadout: none\n"
                               "observables: [hessian_spectrum, residual_spectrum, hessian_rank]\nsamples: 60\n";

/* samples of several numbers, kept raw: 4 to 24 of a spectrum, 2,048 of a density, one of a norm, several components;
   an alias; three samples give less than is kept, five give more. The same with more to keep than all samples give. */
#define MANY                                                                                                           \
    "seed: 16\ngrid: {depth: [1, 2], width: [2, \"2*depth\"], activation: [linear, tanh]}\n"                           \
    "data: {source: sphere, dimension: 2, targets: gaussian}\nreadout: none\n"                                         \
    "observables: [hessian_spectrum, residual_spectrum, forward_norm, gauss_newton_spectrum, hessian_density, "        \
    "jacobian_singular_value]\nsamples: 60\n"
static const char many[] = MANY "output: {raw: 16}\n";
static const char all_of_many[] = MANY "output: {raw: 1000000}\n";
static const char raw_paths[] =
    "seed: 17\ngrid: {depth: 2, width: 3, activation: tanh}\n"
    "data: {source: gaussian, points: 2, dimension: 3, targets: gaussian}\n"
    "dynamics: {optimizer: [gd, adam], rate: 0.02, steps: 300, record: 100}\n"
    "observables: [hessian_spectrum, path_loss, escape_time, path_lambda_min]\nsamples: 6\noutput: {raw: 40}\n";

/* layers of every sort, by matrix and by Lanczos */
static const char composed[] =
    "seed: 13\ngrid: {depth: [2, 4], width: 6, activation: tanh, architecture: [pre_norm, skip_init,"
    " \"[dense, batch_norm, affine, activation, dropout]\", \"[weight_norm, rms_norm, relu]\","
    " \"[conv1d(3), activation; conv1d(2), tanh *; max_pool, flatten, dense]\"]}\n"
    "data: {source: gaussian, points: 4, dimension: 16, outputs: 2, targets: gaussian}\n"
    "observables: [gradient_norm, hessian_norm, hessian_extreme, hessian_density, ntk_trace, jacobian_singular_value, "
    "representation_rank]\nsamples: 10\n";

/* fewer samples than threads, each large enough to be shared; 876 coordinates are reduced to a band with help, too */
static const char large[] = "seed: 12\ngrid: {depth: 24, width: 6, activation: tanh, init: he}\n"
                            "data: {source: gaussian, points: 24, dimension: 6, outputs: 2, targets: gaussian}\n"
                            "observables: [hessian_norm, hessian_block_norm, hessian_spectrum, hessian_extreme]\n"
                            "samples: 1\n";

/* trajectories, longer than the time from publish to publish: minibatches, noise, layers, curvature on the way */
static const char followed[] =
    "seed: 14\ngrid: {depth: 3, width: [4, \"2*2\"], activation: tanh, architecture: [plain, "
    "\"[dense, batch_norm, affine, activation]\"]}\n"
    "data: {source: gaussian, points: 6, dimension: 4, outputs: 2, targets: gaussian}\n"
    "dynamics: {optimizer: [adam, sgd, perturbed_gd], rate: 0.01, batch: 3, steps: 1500, record: 500}\n"
    "observables: [escape_time, path_loss, path_step_size, path_lambda_min, path_metric_max, gradient_norm]\n"
    "samples: 6\noutput: {raw: 6}\n";
static const char precise_paths[] =
    "seed: 15\ngrid: {depth: 2, width: [3, 5], activation: tanh}\n"
    "data: {source: gaussian, points: 2, dimension: 3, targets: gaussian}\n"
    "dynamics: {optimizer: [gd, nadam], rate: 0.02, steps: 2000}\nobservables: [escape_time, forward_norm]\n"
    "samples: 3000\nprecision: {probability: 0.5, half_width: 0.2}\n";

static double publish_every = 0.01; /* seconds */
static char folder[] = "test-run-XXXXXX";

static volatile sig_atomic_t stop_flag;
static void on_signal(int number)
{
    flag_set(&stop_flag, number);
}

/* Child: one run; leaves with the status. */
static void child(const char *text, const char *path, int threads, int resume, const char *simd)
{
    tepui_error err = {""};
    tepui_experiment *e = NULL;
    tepui_run_options o = {.path = path,
                           .threads = threads,
                           .time_limit = INFINITY,
                           .publish_every = publish_every,
                           .resume = resume,
                           .stop = &stop_flag};
    gsl_set_error_handler_off();
    signal(SIGTERM, on_signal);
    if (simd) setenv("TEPUI_SIMD", simd, 1);
    tepui_status st = tepui_experiment_parse(text, "test", NULL, &e, &err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
    if (st == TEPUI_OK) st = tepui_run(e, &o, &err);
    if (st != TEPUI_OK && st != TEPUI_INTERRUPTED) fprintf(stderr, "run: %s\n", err.text);
    _exit(st);
}

static pid_t launch(const char *text, const char *path, int threads, int resume, const char *simd)
{
    fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0) child(text, path, threads, resume, simd);
    return pid;
}

static int finish(pid_t pid)
{
    int status = -1;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static char *slurp(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    struct stat s;
    char *data = NULL;
    *size = 0;
    if (f && fstat(fileno(f), &s) == 0 && (data = malloc((size_t)s.st_size + 1)))
        *size = fread(data, 1, (size_t)s.st_size, f);
    if (f) fclose(f);
    return data;
}

static int same_file(const char *a, const char *b)
{
    size_t n, m;
    char *x = slurp(a, &n), *y = slurp(b, &m);
    const int same = x && y && n == m && n > 0 && memcmp(x, y, n) == 0;
    free(x);
    free(y);
    return same;
}

static void discard(const char *path)
{
    char name[256];
    const char *tail[] = {"", ".log", ".prev"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, tail[i]);
        unlink(name);
    }
}

static void in_folder(void)
{
    static int there;
    if (!there) CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0);
    there = 1;
}

static void threads_and_simd_do_not_matter(void)
{
    const char *text[] = {plain, precise, sequential, curved, spectral, composed, followed, precise_paths};
    const char *simd[] = {NULL, "base", "avx2", "avx512"};
    const double often = publish_every;
    in_folder();
    for (size_t t = 0; t < sizeof text / sizeof *text; t++) {
        publish_every = text[t] == plain || text[t] == followed ? often : 0.5; /* the others spend their time on it */
        CHECK(finish(launch(text[t], "one.h5", 1, 0, NULL)) == 0);
        const int threads[] = {2, 3, 8};
        for (size_t i = 0; i < 3; i++) {
            CHECK(finish(launch(text[t], "more.h5", threads[i], 0, NULL)) == 0);
            CHECK(same_file("one.h5", "more.h5"));
            discard("more.h5");
        }
        for (size_t i = 1; i < 4; i++) {
            if (!tepui_kernel_named(simd[i])) continue;
            CHECK(finish(launch(text[t], "more.h5", 2, 0, simd[i])) == 0);
            CHECK(same_file("one.h5", "more.h5"));
            discard("more.h5");
        }
        discard("one.h5");
    }
    publish_every = often;
}

static void helpers_do_not_matter(void)
{
    char three[sizeof large];
    const char *text[] = {large, three};
    in_folder();
    snprintf(three, sizeof three, "%s", large);
    memcpy(strstr(three, "samples: 1"), "samples: 3", 10);
    for (size_t t = 0; t < 2; t++) {
        CHECK(finish(launch(text[t], "one.h5", 1, 0, NULL)) == 0);
        for (int threads = 2; threads <= 8; threads += threads == 3 ? 5 : 1) {
            CHECK(finish(launch(text[t], "more.h5", threads, 0, NULL)) == 0);
            CHECK(same_file("one.h5", "more.h5"));
            discard("more.h5");
        }
        discard("one.h5");
    }
}

static void sleep_seconds(double s)
{
    const struct timespec t = {(time_t)s, (long)((s - (double)(time_t)s) * 1e9)};
    nanosleep(&t, NULL);
}

static double uniform(void)
{
    static uint64_t x = 2021;
    x = x * 6364136223846793005u + 1442695040888963407u;
    return (double)(x >> 11) * 0x1p-53;
}

/* One experiment run to its end through signals at random instants, threads changing all the time. */
static int through_signals(const char *text, const char *path, int number, double longest)
{
    int hits = 0, resume = 0;
    for (int status = -1; status != 0;) {
        const pid_t pid = launch(text, path, 1 + hits % 3, resume, NULL);
        sleep_seconds(uniform() * longest);
        kill(pid, number);
        status = finish(pid);
        if (status == 0) break;
        const int allowed =
            number == SIGKILL ? status == 1000 + SIGKILL : status == TEPUI_INTERRUPTED || status == 1000 + SIGTERM;
        CHECK(allowed);
        if (!allowed) break;
        hits++;
        resume = access(path, F_OK) == 0;
        if (hits % 8 == 0) longest *= 1.5; /* makes sure that it ends */
    }
    return hits;
}

static void interrupted(int number, int wanted)
{
    enum { TEXTS = 8 };
    const char *text[TEXTS] = {plain, precise, followed, sequential, curved, precise_paths, spectral, composed};
    in_folder();
    for (size_t t = 0; t < TEXTS; t++) {
        char name[16];
        snprintf(name, sizeof name, "ref%zu.h5", t);
        CHECK(finish(launch(text[t], name, 2, 0, NULL)) == 0);
    }
    for (int hits = 0, turn = 0; hits < wanted && test_failures == 0; turn++) {
        char name[16];
        snprintf(name, sizeof name, "ref%d.h5", turn % TEXTS);
        hits += through_signals(text[turn % TEXTS], "hit.h5", number, 0.15) + 1;
        CHECK(same_file(name, "hit.h5"));
        discard("hit.h5");
    }
    for (int t = 0; t < TEXTS; t++) {
        char name[16];
        snprintf(name, sizeof name, "ref%d.h5", t);
        discard(name);
    }
}

static void kill_nine_at_any_instant_loses_no_byte(void)
{
    const char *kills = getenv("TEPUI_TEST_KILLS");
    interrupted(SIGKILL, kills ? atoi(kills) : 100);
}

static void terminate_publishes_and_resumes(void)
{
    interrupted(SIGTERM, 20);
}

/* --- trajectories that are cut */

/* Cells of a long trajectory for each sample: 15,000 steps, a tenth of a second. */
static const char slow[] = "seed: 16\ngrid: {depth: 3, width: [8, \"2*4\"], activation: tanh}\n"
                           "data: {source: gaussian, points: 8, dimension: 8, outputs: 2, targets: gaussian}\n"
                           "dynamics: {optimizer: [adam, momentum], rate: 0.001, steps: 15000}\n"
                           "observables: [escape_time, path_loss, gradient_norm]\nsamples: 2\noutput: {raw: 4}\n";

typedef struct {
    tepui_experiment *e;
    tepui_state *state;
} stopped_run;

/* What a file knows of a run. */
static tepui_status open_run(stopped_run *r, const char *text, const char *path, tepui_error *err)
{
    int previous;
    *r = (stopped_run){NULL, NULL};
    tepui_status st = tepui_experiment_parse(text, "test", NULL, &r->e, err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(r->e, err);
    if (st == TEPUI_OK) st = tepui_state_alloc(r->e, &r->state, err);
    return st == TEPUI_OK ? tepui_store_resume(r->state, path, &previous, err) : st;
}

static void close_run(stopped_run *r)
{
    tepui_state_free(r->state);
    tepui_experiment_free(r->e);
}

/* Block under way, or NULL. */
static tepui_unfinished *under_way(const stopped_run *r)
{
    for (size_t i = 0; r->state && i < r->state->unfinished_count; i++)
        if (!r->state->unfinished[i].finished) return &r->state->unfinished[i];
    return NULL;
}

/* Stopped while a trajectory is under way: at the first instant at which one is. */
static void stop_inside(const char *text, const char *path)
{
    for (double wait = 0.05; wait < 20; wait *= 1.3) {
        stopped_run r;
        tepui_error err = {""};
        const pid_t pid = launch(text, path, 2, access(path, F_OK) == 0, NULL);
        sleep_seconds(wait);
        kill(pid, SIGTERM);
        const int status = finish(pid);
        CHECK(status == TEPUI_INTERRUPTED || status == 1000 + SIGTERM);
        const int there = access(path, F_OK) == 0 && open_run(&r, text, path, &err) == TEPUI_OK && under_way(&r);
        if (access(path, F_OK) == 0) close_run(&r);
        if (there) return;
        discard(path);
    }
    CHECK(!"no trajectory was under way at any signal");
}

/* Steps to the end, from the bytes (NULL: from the start). */
static uint64_t steps_left(const stopped_run *r, const tepui_unfinished *u, int from_bytes)
{
    const tepui_cell *c = &r->e->cells[u->cell];
    tepui_error err = {""};
    tepui_network *net;
    tepui_follower *f;
    unsigned needs = 0;
    for (size_t o = 0; o < r->e->observable_count; o++) needs |= r->e->observables[o]->needs;
    const size_t block = tepui_block_samples(c, needs);
    const uint64_t first = u->block * block, count = first + block > r->e->samples ? r->e->samples - first : block;
    CHECK(tepui_network_alloc(c, needs, &net, &err) == TEPUI_OK);
    CHECK(tepui_follower_alloc(net, needs, block, &f, &err) == TEPUI_OK);
    if (from_bytes)
        CHECK(tepui_follower_resume(f, first, count, u->bytes, u->size) == TEPUI_OK);
    else
        tepui_follower_begin(f, first, count);
    CHECK(tepui_follower_go(f, NULL, NULL) == TEPUI_OK);
    const uint64_t steps = tepui_follower_steps(f);
    tepui_follower_free(f);
    tepui_network_free(net);
    return steps;
}

/* Raw values of path_loss at t=0, of a cell's sample. */
static double first_loss(const char *path, size_t cell, uint64_t sample)
{
    tepui_result *r = NULL;
    double x = NAN;
    if (tepui_result_open(path, &r, NULL) != TEPUI_OK) return x;
    const tepui_result_observable *o = tepui_result_observable_find(r, "path_loss");
    x = o->raw[cell * o->components * o->samples + sample];
    tepui_result_free(r);
    return x;
}

static const double planted = -123.5;

/* first, count, then escape[count], divergence[count], values (follower.c) */
static uint64_t first_of(const tepui_unfinished *u)
{
    uint64_t first;
    memcpy(&first, u->bytes, sizeof first);
    return first;
}

/* In place of the loss of the first sample at step 0. */
static void plant(const tepui_unfinished *u)
{
    uint64_t range[2];
    memcpy(range, u->bytes, sizeof range);
    memcpy((char *)u->bytes + sizeof range + 2 * range[1] * sizeof(double), &planted, sizeof planted);
}

/* From the checkpoint it is fewer steps than from the start; and a number planted among what was recorded before the
   stop is in the result in the end: nobody has made those steps again. */
static void a_resumed_run_goes_on_inside_trajectories(void)
{
    stopped_run r;
    tepui_error err = {""};
    in_folder();
    stop_inside(slow, "cut.h5");
    CHECK(open_run(&r, slow, "cut.h5", &err) == TEPUI_OK);
    for (size_t i = 0; r.state && i < r.state->unfinished_count; i++) {
        const tepui_unfinished *u = &r.state->unfinished[i];
        if (u->finished) continue;
        const uint64_t left = steps_left(&r, u, 1), all = steps_left(&r, u, 0);
        CHECK(left < all && all > 0);
        plant(u);
    }
    CHECK(tepui_store_publish(r.state, "cut.h5", &err) == TEPUI_OK);
    CHECK(finish(launch(slow, "cut.h5", 2, 1, NULL)) == 0);
    for (size_t i = 0; r.state && i < r.state->unfinished_count; i++) {
        const tepui_unfinished *u = &r.state->unfinished[i];
        if (!u->finished) CHECK(first_loss("cut.h5", u->cell, first_of(u)) == planted);
    }
    close_run(&r);
    discard("cut.h5");
}

/* Block 2 of the one cell is done before 0 and 1: it waits for them, through a pause and a publish. Its values are
   taken as they were left (planted), in one run and in another; and everything comes out of the state again. */
static void finished_blocks_wait_through_a_pause(void)
{
    static const char text[] =
        "grid: {depth: 2, width: 3}\ndata: {targets: gaussian}\ndynamics: {steps: 2000000, escape: output(1e-9)}\n"
        "observables: [escape_time]\nsamples: 4\noutput: {raw: 4}\n";
    tepui_error err = {""};
    stopped_run r = {NULL, NULL};
    run_queue *queue;
    run_cell *cell[3];
    uint64_t block[3];
    double *values[3];
    in_folder();
    CHECK(tepui_experiment_parse(text, "test", NULL, &r.e, &err) == TEPUI_OK);
    CHECK(tepui_experiment_plan(r.e, &err) == TEPUI_OK && tepui_state_alloc(r.e, &r.state, &err) == TEPUI_OK);
    CHECK(tepui_block_samples(&r.e->cells[0], TEPUI_NEEDS_PATH) == 1);
    CHECK(run_queue_alloc(r.e, r.state, 1, &queue, &err) == TEPUI_OK);
    for (int i = 0; i < 3; i++) CHECK(run_queue_take(queue, 0, &cell[i], &block[i], &values[i]) == RUN_TASK);
    CHECK(block[0] == 0 && block[2] == 2);
    values[2][0] = planted;
    values[2][1] = 2 * planted;
    run_queue_deliver(queue, cell[2], 2, values[2], 0.0);
    for (int i = 0; i < 2; i++) run_queue_abandon(queue, values[i]);
    CHECK(run_queue_rewind(queue) == TEPUI_OK);
    CHECK(r.state->unfinished_count == 1 && r.state->unfinished[0].finished && r.state->unfinished[0].block == 2);
    CHECK(tepui_store_publish(r.state, "wait.h5", &err) == TEPUI_OK);
    r.state->cell[0].done = 1; /* precise enough: nobody waits for it any more */
    CHECK(tepui_store_publish(r.state, "done.h5", &err) == TEPUI_OK);
    run_queue_free(queue);
    close_run(&r);
    CHECK(open_run(&r, text, "done.h5", &err) == TEPUI_OK && r.state->unfinished_count == 0);
    close_run(&r);
    discard("done.h5");
    CHECK(finish(launch(text, "wait.h5", 2, 1, NULL)) == 0);
    CHECK(open_run(&r, text, "wait.h5", &err) == TEPUI_OK);
    CHECK(r.state && r.state->cell[0].samples == 4 && r.state->unfinished_count == 0);
    const tepui_accumulator *a = r.state ? r.state->cell[0].accumulator[0] : NULL; /* divergence, escape */
    if (a) CHECK(a[0].raw[2] == planted && a[1].raw[2] == 2 * planted);
    if (a) CHECK(a[0].raw[0] == INFINITY && a[1].raw[0] == 0 && a[1].raw[3] == 0); /* all escape at step 1 */
    close_run(&r);
    discard("wait.h5");
}

/* The same experiment with so many samples. */
static char *with_samples(const char *text, const char *samples)
{
    const char *at = strstr(text, "\nsamples: ") + 10;
    char *out = malloc(strlen(text) + 32);
    if (out) sprintf(out, "%.*s%s%s", (int)(at - text), text, samples, at + strspn(at, "0123456789"));
    return out;
}

/* Stopped inside, then asked for more samples: what a run of all of them at once finds. */
static void a_cut_run_can_be_extended(void)
{
    char *more = with_samples(slow, "3");
    in_folder();
    stop_inside(slow, "a.h5");
    CHECK(finish(launch(more, "a.h5", 2, 1, NULL)) == 0);
    CHECK(finish(launch(more, "b.h5", 2, 0, NULL)) == 0);
    CHECK(same_file("a.h5", "b.h5"));
    free(more);
    discard("a.h5");
    discard("b.h5");
}

/* Writes a number into the table of the file and seals it again. */
static void damage(const char *path, size_t row, size_t column, uint64_t value, uint64_t *before)
{
    enum { COLUMNS = 4, MOST = 64 };
    uint64_t table[MOST * COLUMNS];
    size_t size;
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t set = H5Dopen2(file, "/checkpoint/unfinished", H5P_DEFAULT), space = H5Dget_space(set);
    CHECK(set >= 0 && H5Sget_simple_extent_npoints(space) <= MOST * COLUMNS);
    CHECK(H5Dread(set, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, table) >= 0);
    *before = table[row * COLUMNS + column];
    table[row * COLUMNS + column] = value;
    CHECK(H5Dwrite(set, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, table) >= 0);
    H5Sclose(space);
    H5Dclose(set);
    H5Fclose(file);
    char *bytes = slurp(path, &size);
    envelope_seal(bytes, size, 1);
    FILE *f = fopen(path, "wb");
    CHECK(f && fwrite(bytes, 1, size, f) == size && fclose(f) == 0);
    free(bytes);
}

/* Cell: not there, an alias; words: too many, too few, beyond all bounds. */
static void damaged_rows_of_unfinished_blocks_are_refused(void)
{
    enum { CELL = 0, BLOCK = 1, WORDS = 3 };
    static const struct {
        size_t column;
        uint64_t value;
    } bad[] = {{CELL, 4},  {CELL, 2},  {CELL, UINT64_MAX},        {WORDS, UINT64_MAX},
               {WORDS, 0}, {WORDS, 1}, {WORDS, (uint64_t)1 << 61}};
    stopped_run r;
    tepui_error err = {""};
    uint64_t keep, damaged;
    in_folder();
    stop_inside(slow, "cut.h5");
    damage("cut.h5", 0, BLOCK, 77, &keep); /* nobody will ask for it, but it is well formed */
    CHECK(open_run(&r, slow, "cut.h5", &err) == TEPUI_OK);
    CHECK(r.e->cells[2].alias_of == 0); /* 2*4 is 8 */
    CHECK(r.state && r.state->unfinished_count > 0 && r.state->unfinished[0].block == 77);
    close_run(&r);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        damage("cut.h5", 0, bad[i].column, bad[i].value, &keep);
        err.text[0] = '\0';
        CHECK(open_run(&r, slow, "cut.h5", &err) == TEPUI_BAD_INPUT);
        CHECK(strstr(err.text, "checkpoint") != NULL);
        close_run(&r);
        damage("cut.h5", 0, bad[i].column, keep, &damaged);
        CHECK(damaged == bad[i].value);
    }
    CHECK(open_run(&r, slow, "cut.h5", &err) == TEPUI_OK);
    close_run(&r);
    discard("cut.h5");
}

/* More samples later, again and again, inside a block and beyond it: the bytes of asking for them at once. */
static void a_finished_run_can_be_extended(void)
{
    static const struct {
        const char *text, *samples[5];
    } todo[] = {{plain, {"60", "90", "300"}},  {sequential, {"1", "255", "256", "300"}},
                {composed, {"1", "3"}},        {spectral, {"3", "5", "60"}},
                {many, {"1", "3", "5", "60"}}, {all_of_many, {"1", "3", "5", "60"}},
                {raw_paths, {"1", "2", "5"}},  {followed, {"1", "2"}}};
    in_folder();
    publish_every = 10;
    for (size_t i = 0; i < sizeof todo / sizeof *todo; i++) {
        for (int k = 0; todo[i].samples[k]; k++) {
            char *text = with_samples(todo[i].text, todo[i].samples[k]);
            CHECK(finish(launch(text, "a.h5", 2, k > 0, NULL)) == 0);
            CHECK(finish(launch(text, "b.h5", 2, 0, NULL)) == 0);
            CHECK(same_file("a.h5", "b.h5"));
            discard("b.h5");
            free(text);
        }
        discard("a.h5");
    }
    publish_every = 0.01;
}

/* As a version wrote it that kept as many numbers as samples: the next ones would stand where others belong. */
static void too_few_raw_numbers_are_refused(void)
{
    stopped_run r;
    tepui_error err = {""};
    char *few = with_samples(many, "3"), *more = with_samples(many, "5");
    in_folder();
    CHECK(finish(launch(few, "a.h5", 1, 0, NULL)) == 0);
    CHECK(open_run(&r, few, "a.h5", &err) == TEPUI_OK);
    if (r.state) CHECK(r.state->cell[0].accumulator[0][0].raw_count > 3);
    if (r.state) r.state->cell[0].accumulator[0][0].raw_count = 3;
    CHECK(r.state && tepui_store_publish(r.state, "b.h5", &err) == TEPUI_OK);
    close_run(&r);
    CHECK(open_run(&r, more, "b.h5", &err) == TEPUI_BAD_INPUT);
    CHECK(strstr(err.text, "keeps 3 raw numbers of hessian_spectrum in cell 0") != NULL);
    close_run(&r);
    free(few);
    free(more);
    discard("a.h5");
    discard("b.h5");
}

static void a_second_run_on_the_same_file_is_refused(void)
{
    in_folder();
    const pid_t first = launch(plain, "x.h5", 1, 0, NULL);
    while (access("x.h5", F_OK) != 0 && waitpid(first, NULL, WNOHANG) == 0) sleep_seconds(0.001);
    CHECK(finish(launch(plain, "x.h5", 1, 1, NULL)) == TEPUI_TRY_AGAIN);
    CHECK(finish(first) == 0);
    discard("x.h5");
}

static void leave_folder(void)
{
    in_folder();
    CHECK(chdir("..") == 0);
    CHECK(rmdir(folder) == 0); /* nothing was left behind */
}

static const test_case cases[] = {
    {"threads_and_simd_do_not_matter", threads_and_simd_do_not_matter},
    {"helpers_do_not_matter", helpers_do_not_matter},
    {"kill_nine_at_any_instant_loses_no_byte", kill_nine_at_any_instant_loses_no_byte},
    {"terminate_publishes_and_resumes", terminate_publishes_and_resumes},
    {"a_resumed_run_goes_on_inside_trajectories", a_resumed_run_goes_on_inside_trajectories},
    {"finished_blocks_wait_through_a_pause", finished_blocks_wait_through_a_pause},
    {"a_cut_run_can_be_extended", a_cut_run_can_be_extended},
    {"damaged_rows_of_unfinished_blocks_are_refused", damaged_rows_of_unfinished_blocks_are_refused},
    {"a_finished_run_can_be_extended", a_finished_run_can_be_extended},
    {"too_few_raw_numbers_are_refused", too_few_raw_numbers_are_refused},
    {"a_second_run_on_the_same_file_is_refused", a_second_run_on_the_same_file_is_refused},
    {"leave_folder", leave_folder},
};
TEST_MAIN(cases)
