/* test_memory.c -- every allocation that can fail, fails in turn, once and for good (failing.c, preloaded): each
   command ends with status 71, or as ever where the memory was not needed; never by a signal, never with another
   verdict or another complaint; the file published last is whole, and the same byte for byte where the command says
   that all is well. That holds for allocations of libhdf5, too, which crashes then: it reads and writes in a process
   apart.

   TEPUI_TEST_POINTS: how many allocations of each command fail (default 3, spread evenly; all: every one). */
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHARED (8 * (65536 + 1)) /* what failing.c keeps there */

static char folder[] = "/tmp/test-memory-XXXXXX", tepui[4096], preload[4096];
static volatile unsigned long *made; /* shared with failing.c */

static const char experiment[] = "grid: {depth: [1, 2, 3], width: 2}\n"
                                 "data: {source: gaussian, dimension: 2}\n"
                                 "observables: [forward_norm, gradient_norm, hessian_spectrum]\n"
                                 "samples: 60\n"
                                 "output: {raw: 10}\n";

/* trajectories, with blocks that are put aside */
static const char dynamics[] = "grid: {depth: [2, 4, 6], width: 1, activation: linear, init: lecun, law: uniform}\n"
                               "data: {source: sphere, targets: one}\n"
                               "readout: none\n"
                               "dynamics: {optimizer: [gd, adam], rate: [0.03, 0.1], steps: 300}\n"
                               "observables: [escape_time, path_loss]\n"
                               "samples: 30\n"
                               "output: {raw: 10}\n";

static const char cdf_points[] = "x,cdf\n-1,0.3\n\"0\",0.6\n2,1\n";
static const char samples[] = "depth,width,value\n1,2,0.7\n1,2,0\n2,2,1.5\n1,2,0.4\n";

static void write_file(const char *name, const void *data, size_t n)
{
    FILE *f = fopen(name, "wb");
    CHECK(f && fwrite(data, 1, n, f) == n);
    if (f) fclose(f);
}

static char *slurp(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    char *data = calloc(1, 1 << 20);
    *size = f && data ? fread(data, 1, (1 << 20) - 1, f) : 0;
    if (f) fclose(f);
    return data;
}

typedef struct {
    const char *name;
    const char *const *argv;
    const char *restore, *whole; /* file to copy origin to before; result that must be whole afterwards */
    int usual;                   /* exit status */
    const char *origin;          /* NULL: good.h5 */
} command;

#define ARGS(...) ((const char *const[]){"tepui", __VA_ARGS__, NULL})

/* Exit status, or 256 + signal. */
static int start(const command *c, unsigned long at, int on, int all)
{
    int how = 0;
    const pid_t child = fork();
    if (child == 0) {
        char n[32];
        snprintf(n, sizeof n, "%lu", at);
        setenv("FAILING_AT", n, 1);
        if (on) setenv("FAILING_ON", "1", 1);
        if (all) setenv("FAILING_ALL", "1", 1);
        setenv("LD_PRELOAD", preload, 1);
        const int out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600),
                  err = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(out, 1);
        dup2(err, 2);
        alarm(60);
        execv(tepui, (char *const *)(uintptr_t)c->argv);
        _exit(98);
    }
    waitpid(child, &how, 0);
    return WIFSIGNALED(how) ? 256 + WTERMSIG(how) : WEXITSTATUS(how);
}

static void prepare(const command *c)
{
    size_t n;
    if (c->whole && !c->restore) unlink(c->whole);
    if (!c->restore) return;
    char *data = slurp(c->origin ? c->origin : "good.h5", &n);
    write_file(c->restore, data, n);
    free(data);
}

static int run(const command *c, unsigned long at, int on, int all)
{
    prepare(c);
    memset((void *)(uintptr_t)made, 0, SHARED);
    return start(c, at, on, all);
}

/* A file that is there has the right digest and can be read. */
static int is_whole(const char *path)
{
    const command status = {"status", ARGS("status", path), NULL, NULL, 0, NULL};
    return access(path, F_OK) != 0 || start(&status, 0, 0, 0) == 0;
}

/* Whether the file has these bytes. */
static int is_file(const char *path, const char *want, size_t size)
{
    size_t n;
    char *data = slurp(path, &n);
    const int same = data && want && n == size && memcmp(data, want, n) == 0;
    free(data);
    return same;
}

/* Whether standard output is what it was with all memory, but for the times in `status' and what a plan says of the
   machine. */
static int says_the_same(const char *usual)
{
    size_t n;
    char *out = slurp("out", &n);
    const char *time = usual ? strstr(usual, "last sign") : NULL;
    if (usual && !time) time = strstr(usual, "\navailable ");
    const int same = out && usual && (time ? strncmp(out, usual, (size_t)(time - usual)) : strcmp(out, usual)) == 0;
    free(out);
    return same;
}

static void complain(const command *c, unsigned long at, int on, int all, int status)
{
    size_t n;
    char *err = slurp("err", &n);
    fprintf(stderr, "%s, allocation %lu%s%s: ends with %s %d: %.200s\n", c->name, at, on ? " and all after it" : "",
            all ? " (libraries too)" : "", status >= 256 ? "signal" : "status", status >= 256 ? status - 256 : status,
            err ? err : "");
    free(err);
}

static unsigned long points(unsigned long all)
{
    const char *text = getenv("TEPUI_TEST_POINTS");
    const unsigned long n = text && strcmp(text, "all") != 0 ? strtoul(text, NULL, 10) : text ? all : 3;
    return n < all ? n : all;
}

enum { FIRST = 4, LAST = 8 };

static void each_allocation_fails(const command *c, int all)
{
    const int usual = run(c, 0, 0, all);
    const unsigned long n = *made, k = points(n);
    size_t size;
    char *out = slurp("out", &size), *file = slurp(c->whole ? c->whole : "out", &size);
    unsigned long died = 0, other = 0, memory = 0, well = 0;
    if (usual != c->usual) complain(c, 0, 0, all, usual);
    CHECK(usual == c->usual && n > 0);
    /* besides those in between: libraries that start, options that are read; what is read and printed at the end */
    const unsigned long first = all ? FIRST : 0, last = all && n > LAST ? LAST : 0, tried = first + k + last;
    for (unsigned long i = 0; i < tried; i++)
        for (int on = 0; on < 2; on++) {
            const unsigned long at = i < first ? 1 + i : i < first + k ? 1 + (i - first) * n / k : n - (tried - 1 - i);
            const int status = run(c, at, on, all),
                      as_ever =
                          status == c->usual && says_the_same(out) && (!c->whole || is_file(c->whole, file, size)),
                      right = status == 71 || as_ever;
            memory += status == 71;
            well += as_ever;
            died += status >= 256;
            other += status < 256 && !right;
            if (!right) complain(c, at, on, all, status);
            CHECK(right);
            CHECK(!c->whole || is_whole(c->whole));
        }
    printf(
        "  %-14s %4lu allocations%s, %lu failed twice: %lu ends with 71, %lu as ever, %lu by signals, %lu otherwise\n",
        c->name, n, all ? " with libraries" : "", tried, memory, well, died, other);
    free(out);
    free(file);
}

static const command commands[] = {
    {"run", ARGS("run", "e.yaml", "-o", "new.h5", "--quiet", "--threads", "1"), NULL, "new.h5", 0, NULL},
    {"resume", ARGS("run", "e.yaml", "-o", "more.h5", "--quiet", "--resume", "--threads", "1", "--set", "samples=90"),
     "more.h5", "more.h5", 0, NULL},
    {"paths", ARGS("run", "p.yaml", "-o", "paths.h5", "--quiet", "--threads", "1"), NULL, "paths.h5", 0, NULL},
    {"paths resume",
     ARGS("run", "p.yaml", "-o", "more.h5", "--quiet", "--resume", "--threads", "1", "--set", "samples=40"), "more.h5",
     "more.h5", 0, "part.h5"},
    {"escape", ARGS("escape", "part.h5"), NULL, NULL, 0, NULL},
    {"dry run", ARGS("run", "e.yaml", "-o", "dry.h5", "--dry-run", "--threads", "1"), NULL, NULL, 0, NULL},
    {"verify", ARGS("verify", "good.h5"), NULL, NULL, 0, NULL},
    {"verify --save", ARGS("verify", "saved.h5", "--save"), "saved.h5", "saved.h5", 0, NULL},
    {"table", ARGS("table", "good.h5", "--observable", "gradient_norm"), NULL, NULL, 0, NULL},
    {"histogram", ARGS("histogram", "good.h5", "--observable", "gradient_norm", "--cell", "0"), NULL, NULL, 0, NULL},
    {"status", ARGS("status", "good.h5"), NULL, NULL, 0, NULL},
    {"trend", ARGS("trend", "good.h5"), NULL, NULL, 0, NULL},
    {"threshold", ARGS("threshold", "good.h5", "--observable", "gradient_norm"), NULL, NULL, 0, NULL},
    {"export", ARGS("export", "good.h5", "--format", "npz"), NULL, NULL, 0, NULL},
    {"export_csv", ARGS("export", "good.h5", "--format", "csv"), NULL, NULL, 0, NULL},
    {"replay", ARGS("replay", "good.h5", "--cell", "1", "--sample", "3"), NULL, NULL, 0, NULL},
    {"list", ARGS("list"), NULL, NULL, 0, NULL},
    {"theory", ARGS("theory", "N2", "--width", "3", "--depth", "2"), NULL, NULL, 0, NULL},
    {"verify --against", ARGS("verify", "good.h5", "-O", "forward_norm", "--against", "normal(mean=0, variance=depth)"),
     NULL, NULL, 1, NULL},
    {"verify --against points", ARGS("verify", "good.h5", "-O", "forward_norm", "--against", "points.csv"), NULL, NULL,
     1, NULL},
    {"verify --samples", ARGS("verify", "--samples", "samples.csv", "--law", "N2", "--gain", "1"), NULL, NULL, 0, NULL},
    {"compare", ARGS("compare", "good.h5", "good.h5", "-c", "total"), NULL, NULL, 0, NULL},
    {"compare samples", ARGS("compare", "good.h5", "samples.csv", "-O", "forward_norm"), NULL, NULL, 0, NULL},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void place(void)
{
    static int there;
    char here[3000];
    if (there++) return;
    CHECK(getcwd(here, sizeof here) != NULL && mkdtemp(folder) != NULL);
    snprintf(tepui, sizeof tepui, "%s/.libs/tepui", here); /* beside a script of libtool */
    if (access(tepui, X_OK) != 0) snprintf(tepui, sizeof tepui, "%s/tepui", here);
    snprintf(preload, sizeof preload, "%s/.libs", here);
    setenv("LD_LIBRARY_PATH", preload, 1);
    snprintf(preload, sizeof preload, "%s/.libs/failing.so", here);
    CHECK(access(tepui, X_OK) == 0 && access(preload, R_OK) == 0 && chdir(folder) == 0);
    const int fd = open("count", O_RDWR | O_CREAT, 0600);
    CHECK(fd >= 0 && ftruncate(fd, SHARED) == 0);
    made = mmap(NULL, SHARED, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    setenv("FAILING_COUNT", "count", 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    write_file("e.yaml", experiment, sizeof experiment - 1);
    const command first = {"first", ARGS("run", "e.yaml", "-o", "good.h5", "--quiet", "--threads", "1"), NULL, NULL, 0,
                           NULL};
    CHECK(start(&first, 0, 0, 0) == 0);
    write_file("p.yaml", dynamics, sizeof dynamics - 1);
    const command second = {
        "second", ARGS("run", "p.yaml", "-o", "part.h5", "--quiet", "--threads", "1"), NULL, NULL, 0, NULL};
    CHECK(start(&second, 0, 0, 0) == 0);
    write_file("points.csv", cdf_points, sizeof cdf_points - 1);
    write_file("samples.csv", samples, sizeof samples - 1);
}

static void failing_allocations_of_ours_end_in_71(void)
{
    place();
    for (size_t i = 0; i < COMMANDS; i++) each_allocation_fails(&commands[i], 0);
}

static void failing_allocations_of_libraries_end_in_71(void)
{
    place();
    for (size_t i = 0; i < COMMANDS; i++) each_allocation_fails(&commands[i], 1);
}

static void leave(void)
{
    if (chdir("/") == 0 && system(NULL)) {
        char text[64];
        snprintf(text, sizeof text, "rm -rf %s", folder);
        CHECK(system(text) == 0);
    }
}

static const test_case cases[] = {
    {"failing_allocations_of_ours_end_in_71", failing_allocations_of_ours_end_in_71},
    {"failing_allocations_of_libraries_end_in_71", failing_allocations_of_libraries_end_in_71},
    {"leave", leave}};
TEST_MAIN(cases)
