/* test_fuzz.c -- results changed behind every checksum and the digest (fuzz_file.h) meet everything that reads a
   result. No reader ends by a signal, hangs, or says anything but "good" or "bad data" (65); what libhdf5 itself gets
   wrong ends in its child and is counted apart.

   A fork server: libhdf5 is open, all symbols are bound, and each input is one fork of it that reads in its own process
   (h5_allowed.uncontained). One input of 61, and each one that ended a process or missed memory, is read again as users
   read, with libhdf5 in a child under limits; both must say the same. Inputs are opened as for a table (one of 8 that
   are good meets a command, too) or taken up by --resume (one of 8 is published), by turns.

   TEPUI_TEST_FUZZ: how many inputs (default 500); TEPUI_TEST_SEED: the first; TEPUI_TEST_SECONDS: no more than that;
   TEPUI_TEST_KEEP: a folder for inputs that go wrong. */
#include "fuzz_file.h"
#include "test.h"
#include <cli/cli.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <store/envelope.h>
#include <store/h5.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/test-fuzz-XXXXXX", quick[] = "/dev/shm/test-fuzz-XXXXXX"; /* no disk waits there */
static const char small[] = "grid: {depth: 1, width: 2}\n"
                            "data: {source: gaussian, dimension: 2}\n"
                            "observables: [forward_norm]\n"
                            "samples: 60\n"
                            "output: {raw: 10}\n",
                  two[] = "grid: {depth: [1, 2], width: 2}\n"
                          "data: {source: gaussian, dimension: 2}\n"
                          "observables: [forward_norm]\n"
                          "samples: 60\n"
                          "output: {raw: 10}\n";

/* Good files: as they are written, with nothing packed (numbers can be changed there), with an index of blocks. */
enum { PACKED, PLAIN, CELLS, FILES };
static struct {
    const char *text;
    fuzz_file f;
} files[FILES] = {{.text = small}, {.text = small}, {.text = two}};

static int which(uint64_t number)
{
    static const int all[4] = {PLAIN, PACKED, PLAIN, CELLS};
    return all[number % 4];
}

enum { ACCEPTED, REFUSED, CRASHED, TOO_LONG, TOO_LARGE, WRONG, KINDS };

/* --- the readers */

static int kind_of(tepui_status st, const char *why)
{
    if (st == TEPUI_OK) return ACCEPTED;
    if (h5_allowed.uncontained && st == TEPUI_NO_MEMORY) return TOO_LARGE; /* of this process, which has a limit, too */
    if (st != TEPUI_BAD_INPUT || !why[0]) return WRONG;
    if (strstr(why, "ended with signal")) return CRASHED;
    if (strstr(why, "takes too long")) return TOO_LONG;
    return strstr(why, "more memory") ? TOO_LARGE : REFUSED;
}

/* What --resume takes a file up into: made before the fork, one for each text. */
static struct {
    tepui_experiment *e;
    tepui_state *s;
} fresh[FILES];

static tepui_status make_fresh(int k, tepui_error *err)
{
    static const char *const set[] = {"samples=90", NULL};
    tepui_status st;
    TEPUI_TRY(tepui_experiment_parse(files[k].text, "e", set, &fresh[k].e, err));
    TEPUI_TRY(tepui_experiment_plan(fresh[k].e, err));
    TEPUI_TRY(tepui_state_alloc(fresh[k].e, &fresh[k].s, err));
done:
    return st;
}

/* In a process that ends soon: the state is not as it was. */
static tepui_status resume(const char *path, int k, int publish, tepui_error *err)
{
    int previous;
    const tepui_status st = tepui_store_resume(fresh[k].s, path, &previous, err);
    return st == TEPUI_OK && publish ? tepui_store_publish(fresh[k].s, "again.h5", err) : st;
}

static const struct {
    int (*run)(int argc, char **argv);
    const char *argv[8];
} commands[] = {{cmd_table, {"tepui table", "x.h5", "--observable", "forward_norm"}},
                {cmd_histogram, {"tepui histogram", "x.h5", "--observable", "forward_norm", "--component", "1"}},
                {cmd_status, {"tepui status", "x.h5"}},
                {cmd_verify, {"tepui verify", "x.h5"}},
                {cmd_trend, {"tepui trend", "x.h5"}},
                {cmd_threshold, {"tepui threshold", "x.h5"}},
                {cmd_escape, {"tepui escape", "x.h5"}},
                {cmd_replay, {"tepui replay", "x.h5", "--cell", "0", "--sample", "0"}}};
enum { COMMANDS = sizeof commands / sizeof *commands };

static int run_command(uint64_t turn)
{
    char *argv[9] = {NULL};
    int argc = 0;
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, 1);
    dup2(null, 2);
    for (; commands[turn].argv[argc]; argc++) argv[argc] = strdup(commands[turn].argv[argc]);
    const int status = commands[turn].run(argc, argv);
    return status == 0 || status == 1 || status == TEPUI_USAGE || status == TEPUI_BAD_INPUT;
}

static int open_result(uint64_t number)
{
    tepui_error err = {""};
    tepui_result *r = NULL;
    const int kind = kind_of(tepui_result_open("x.h5", &r, &err), err.text);
    if (kind == WRONG) fprintf(stderr, "read: %s\n", err.text);
    tepui_result_free(r);
    return kind == ACCEPTED && number / 8 % 8 == 0 && !run_command(number / 64 % COMMANDS) ? WRONG : kind;
}

static int take_up(uint64_t number)
{
    tepui_error err = {""};
    const int kind = kind_of(resume("x.h5", which(number), number / 8 % 8 == 0, &err), err.text);
    if (kind == WRONG) fprintf(stderr, "resume: %s\n", err.text);
    return kind;
}

/* In the process of one input: its exit status is the kind. */
static void read_it(uint64_t number)
{
    alarm(60);
    _exit(number / 4 % 2 ? take_up(number) : open_result(number));
}

/* --- processes */

typedef struct {
    int kind, how; /* how: what waitpid said */
} outcome;

static int write_input(const char *path, uint64_t number)
{
    const fuzz_file *f = &files[which(number)].f;
    char *x = malloc(f->size);
    if (!x) return 0;
    fuzz_change(f, number, x);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const int written = fd >= 0 && write(fd, x, f->size) == (ssize_t)f->size;
    if (fd >= 0) close(fd);
    free(x);
    return written;
}

static outcome one(uint64_t number)
{
    int st = 0;
    if (!write_input("x.h5", number)) return (outcome){WRONG, 0};
    const pid_t child = fork();
    if (child == 0) read_it(number);
    waitpid(child, &st, 0);
    return (outcome){WIFEXITED(st) && WEXITSTATUS(st) < WRONG ? WEXITSTATUS(st) : WRONG, st};
}

static void limit(int resource, rlim_t most)
{
    const struct rlimit r = {most, most};
    setrlimit(resource, &r);
}

enum { BATCH = 1000 };

/* The server of a batch: it has read a good file before, so that nothing is done twice. */
static void serve(uint64_t first, uint64_t n, outcome *out)
{
    tepui_result *r = NULL;
    tepui_error err;
    h5_allowed.uncontained = 1;
    if (H5open() < 0 || H5Eset_auto2(H5E_DEFAULT, NULL, NULL) < 0) _exit(1);
    if (tepui_result_open("good.h5", &r, &err) != TEPUI_OK) _exit(1);
    tepui_result_free(r);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_AS, (rlim_t)2 << 30);
    limit(RLIMIT_CPU, RLIM_INFINITY);
    for (uint64_t i = 0; i < n; i++) out[i] = one(first + i);
    _exit(0);
}

/* Seconds of processor time of all processes that ended. */
static double spent(void)
{
    struct rusage u;
    getrusage(RUSAGE_CHILDREN, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static int serve_batch(uint64_t first, uint64_t n, outcome *out)
{
    int st = 0;
    fflush(NULL);
    const pid_t server = fork();
    if (server == 0) serve(first, n, out);
    waitpid(server, &st, 0);
    return WIFEXITED(st) && WEXITSTATUS(st) == 0;
}

/* What ended a process with libhdf5 in it must not end one without. */
static int is_doubtful(const outcome *o)
{
    return o->kind > REFUSED;
}

typedef struct {
    uint64_t count[KINDS], done, contained, disagree;
    double quick; /* seconds of the fork server */
} tally;

static void complain(uint64_t number, const char *what, int how)
{
    char path[4096];
    const char *keep = getenv("TEPUI_TEST_KEEP");
    fprintf(stderr, "input %llu: %s (wait status %d); again with TEPUI_TEST_SEED=%llu TEPUI_TEST_FUZZ=1\n",
            (unsigned long long)number, what, how, (unsigned long long)number);
    snprintf(path, sizeof path, "%s/fuzz-%llu.h5", keep ? keep : ".", (unsigned long long)number);
    if (keep && !write_input(path, number)) fprintf(stderr, "%s cannot be written\n", path);
}

/* As users read: the word of this reading counts. */
static void read_contained(uint64_t number, outcome *o, tally *t)
{
    const outcome here = *o;
    *o = one(number);
    t->contained++;
    if (here.kind <= REFUSED && o->kind <= REFUSED && here.kind != o->kind) {
        t->disagree++;
        complain(number, "says another thing with libhdf5 in a child", o->how);
    }
}

static void run_batch(uint64_t first, uint64_t n, outcome *out, tally *t)
{
    const double before = spent();
    const int served = serve_batch(first, n, out);
    t->quick += spent() - before;
    CHECK(served);
    for (uint64_t i = 0; served && i < n; i++) {
        if ((first + i) % 61 == 0 || is_doubtful(&out[i])) read_contained(first + i, &out[i], t);
        t->count[out[i].kind]++;
        t->done++;
        if (out[i].kind == WRONG) complain(first + i, "WRONG", out[i].how);
    }
}

/* --- the good files */

static tepui_status make_good(const char *text, tepui_error *err)
{
    tepui_experiment *e = NULL;
    const tepui_run_options o = {.path = "good.h5", .threads = 1, .time_limit = INFINITY};
    tepui_status st;
    TEPUI_TRY(tepui_experiment_parse(text, "e", NULL, &e, err));
    TEPUI_TRY(tepui_experiment_plan(e, err));
    TEPUI_TRY(tepui_run(e, &o, err));
done:
    tepui_experiment_free(e);
    return st;
}

static void unpack_array(h5 *from, h5 *to, const char *path)
{
    h5_array a = {.text_size = 8};
    h5_shape(from, path, &a.rank, a.dims, &a.type);
    if (a.type == H5_TEXT) return;
    void *data = h5_read(from, path, a.type, a.rank, a.dims);
    a.data = data;
    if (data && H5Ldelete(to->file, path, H5P_DEFAULT) >= 0) h5_write(to, path, &a);
    free(data);
}

static void unpack_group(h5 *from, h5 *to, const char *group)
{
    char **name, path[256];
    const size_t n = h5_names(from, group, &name);
    for (size_t i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", group, name[i]);
        unpack_array(from, to, path);
    }
    free(name);
}

/* In a process of its own, since this one must stay without libhdf5. */
static void unpack(void)
{
    char *bytes;
    size_t size;
    h5 from, to = {.file = -1};
    if (envelope_read("good.h5", &bytes, &size, NULL) != TEPUI_OK) _exit(1);
    h5_open(&from, bytes, size);
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) < 0) _exit(1);
    to.file = H5Fopen("good.h5", H5F_ACC_RDWR, access);
    unpack_group(&from, &to, "/observables/forward_norm");
    unpack_group(&from, &to, "/checkpoint");
    h5_close(&from);
    _exit(to.file < 0 || from.failed || to.failed || H5Fclose(to.file) < 0);
}

static int is_unpacked(void)
{
    int st = 0;
    const pid_t child = fork();
    if (child == 0) unpack();
    waitpid(child, &st, 0);
    return WIFEXITED(st) && WEXITSTATUS(st) == 0;
}

static void remove_files(void)
{
    static const char *const all[] = {"x.h5",     "good.h5",  "good.h5.prev",  "good.h5.log",
                                      "x.h5.log", "again.h5", "again.h5.prev", NULL};
    for (const char *const *f = all; *f; f++) unlink(*f);
}

static void make_file(int k)
{
    remove_files();
    tepui_error err = {""};
    char *bytes = NULL;
    size_t size;
    int altered;
    CHECK(make_good(files[k].text, &err) == TEPUI_OK);
    if (k == PLAIN) CHECK(is_unpacked());
    CHECK(envelope_read_altered("good.h5", &bytes, &size, &altered, &err) == TEPUI_OK);
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    CHECK(make_fresh(k, &err) == TEPUI_OK);
    CHECK(bytes && fuzz_open(&files[k].f, bytes, size) == 0);
}

/* Every kind of structure that a result has is changed. */
static void look_at_kinds(void)
{
    static const int message[] = {1, 2, 3, 5, 6, 8, 10, 11, 12, 16}; /* space .. attribute, continuation */
    int there[FUZZ_KINDS] = {0};
    for (int k = 0; k < FILES; k++)
        for (int i = 0; i < files[k].f.kinds; i++) there[files[k].f.kind[i]] = 1;
    for (size_t i = 0; i < sizeof message / sizeof *message; i++) CHECK(there[message[i]]);
    for (int k = FUZZ_SUPERBLOCK; k < FUZZ_KINDS; k++) {
        CHECK(there[k]);
        if (!there[k]) fprintf(stderr, "kind %d is missing\n", k);
    }
}

/* --- the tests */

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *value = getenv(name);
    return value ? strtoull(value, NULL, 10) : otherwise;
}

static void print_tally(const tally *t, time_t seconds, double processor)
{
    static const char *const names[KINDS] = {
        "read", "refused", "libhdf5 died, refused", "too slow, refused", "too large, refused", "WRONG"};
    for (int k = 0; k < KINDS; k++) printf("  %-22s %llu\n", names[k], (unsigned long long)t->count[k]);
    printf("  %llu inputs in %lld s, %.3g ms of processor time each; %llu also as users read, %.3g ms each\n",
           (unsigned long long)t->done, (long long)seconds, 1e3 * t->quick / (double)t->done,
           (unsigned long long)t->contained, 1e3 * (processor - t->quick) / (double)t->contained);
}

static void results_changed_behind_their_digest_are_read_or_refused(void)
{
    const uint64_t n = number_of("TEPUI_TEST_FUZZ", 500), first = number_of("TEPUI_TEST_SEED", 1);
    const uint64_t most = number_of("TEPUI_TEST_SECONDS", UINT32_MAX);
    outcome *out = mmap(NULL, BATCH * sizeof *out, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const char *place = mkdtemp(quick) ? quick : mkdtemp(folder);
    tally t = {.done = 0};
    gsl_set_error_handler_off();
    CHECK(out != MAP_FAILED && place && chdir(place) == 0);
    for (int k = 0; k < FILES; k++) make_file(k);
    look_at_kinds();
    h5_allowed = (h5_limits){1, (size_t)64 << 20, 0};
    const time_t start = time(NULL);
    const double before = spent();
    for (uint64_t i = 0; i < n && !test_failures && (uint64_t)(time(NULL) - start) < most; i += BATCH)
        run_batch(first + i, n - i < BATCH ? n - i : BATCH, out, &t);
    print_tally(&t, time(NULL) - start, spent() - before);
    CHECK(t.count[WRONG] == 0 && t.disagree == 0);
    if (n > 100) CHECK(t.count[ACCEPTED] > t.done / 20 && t.count[REFUSED] > t.done / 10); /* not all, not none */
    remove_files();
    for (int k = 0; k < FILES; k++) {
        fuzz_close(&files[k].f);
        tepui_state_free(fresh[k].s);
        tepui_experiment_free(fresh[k].e);
    }
    if (chdir("/") == 0) rmdir(place);
    munmap(out, BATCH * sizeof *out);
}

static const test_case cases[] = {{"results_changed_behind_their_digest_are_read_or_refused",
                                   results_changed_behind_their_digest_are_read_or_refused}};
TEST_MAIN(cases)
