/* test_fuzz.c -- results changed behind their digest: bytes of a whole file are changed, checksums of HDF5's object
   headers (lookup3, see the HDF5 file format) and the digest made right again, and everything that reads a result reads
   it, in a process of its own. None ends by a signal, hangs, or says anything but "good" or "bad data" (65); what
   libhdf5 itself gets wrong ends in its child and is counted apart.

   TEPUI_TEST_FUZZ: how many inputs (default 120); TEPUI_TEST_SEED: where to start. */
#include "test.h"
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <store/envelope.h>
#include <store/h5.h>
#include <sys/wait.h>
#include <tepui/tepui.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/test-fuzz-XXXXXX", quick[] = "/dev/shm/test-fuzz-XXXXXX"; /* no disk waits there */
static const char text[] = "grid: {depth: [1, 2], width: 2}\n"
                           "data: {source: gaussian, dimension: 2}\n"
                           "observables: [forward_norm, gradient_norm]\n"
                           "samples: 60\n"
                           "output: {raw: 10}\n";
static const char more[] = "samples=90";
static char *good;
static size_t size;

/* --- random numbers of our own: the same inputs everywhere */

static uint64_t state;

static uint64_t draw(uint64_t below)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}

/* --- Jenkins' lookup3 (hashlittle), by which HDF5 checks its metadata */

#define TURN(x, k) ((x) << (k) | (x) >> (32 - (k)))

static void mix(uint32_t v[3])
{
    static const int k[6] = {4, 6, 8, 16, 19, 4};
    for (int i = 0; i < 6; i++) {
        uint32_t *a = &v[i % 3], *b = &v[(i + 1) % 3], *c = &v[(i + 2) % 3];
        *a -= *c;
        *a ^= TURN(*c, k[i]);
        *c += *b;
    }
}

static uint32_t lookup3(const unsigned char *p, size_t n)
{
    uint32_t v[3];
    v[0] = v[1] = v[2] = 0xdeadbeefu + (uint32_t)n;
    for (; n > 12; n -= 12, p += 12) {
        for (int i = 0; i < 12; i++) v[i / 4] += (uint32_t)p[i] << (8 * (i % 4));
        mix(v);
    }
    if (n == 0) return v[2];
    for (size_t i = 0; i < n; i++) v[i / 4] += (uint32_t)p[i] << (8 * (i % 4));
    static const int k[7][3] = {{2, 1, 14}, {0, 2, 11}, {1, 0, 25}, {2, 1, 16}, {0, 2, 4}, {1, 0, 14}, {2, 1, 24}};
    for (int i = 0; i < 7; i++) {
        uint32_t *to = &v[k[i][0]], from = v[k[i][1]];
        *to ^= from;
        *to -= TURN(from, k[i][2]);
    }
    return v[2];
}

/* Length of the checked block that starts here, checksum not counted; 0: none that is known. */
static size_t block(const unsigned char *p, size_t left)
{
    size_t n = 0, head;
    if (left > 48 && memcmp(p, "\211HDF\r\n\032\n", 8) == 0) return 44; /* superblock 2 and 3 */
    if (left < 32 || memcmp(p, "OHDR", 4) != 0) return 0;
    head = 6 + (p[5] & 0x20 ? 16 : 0) + (p[5] & 0x10 ? 4 : 0);
    const size_t wide = (size_t)1 << (p[5] & 3);
    for (size_t i = 0; i < wide; i++) n |= (size_t)p[head + i] << (8 * i);
    n += head + wide;
    return n + 4 <= left ? n : 0;
}

static void put32(unsigned char *p, uint32_t x)
{
    for (int i = 0; i < 4; i++) p[i] = (unsigned char)(x >> (8 * i));
}

typedef struct {
    size_t at, length;
} span;
static span spans[4096];
static size_t span_count;

/* Where the checked blocks of the good file are; their checksums must be those that we compute. */
static void find_spans(void)
{
    for (size_t at = H5_USER_BLOCK; at + 48 < size; at++) {
        const unsigned char *p = (unsigned char *)good + at;
        const size_t n = block(p, size - at);
        unsigned char sum[4];
        if (n == 0) continue;
        put32(sum, lookup3(p, n));
        if (memcmp(sum, p + n, 4) == 0 && span_count < 4096) spans[span_count++] = (span){at, n};
    }
}

/* --- one input */

static const unsigned char odd[] = {0, 1, 2, 0x7f, 0x80, 0xfe, 0xff};

static void change(char *x, size_t at)
{
    if (draw(2))
        x[at] = (char)odd[draw(sizeof odd)];
    else
        x[at] ^= (char)(1u << draw(8));
}

static void mutate(char *x, uint64_t number)
{
    state = number * 0x2545f4914f6cdd1du;
    const int times = 1 + (int)draw(4);
    for (int i = 0; i < times; i++) {
        const span s = spans[draw(span_count)];
        if (draw(4))
            change(x, s.at + draw(s.length)); /* three of four in the metadata */
        else
            change(x, H5_USER_BLOCK + draw(size - H5_USER_BLOCK));
    }
    for (size_t k = 0; k < span_count; k++)
        put32((unsigned char *)x + spans[k].at + spans[k].length,
              lookup3((unsigned char *)x + spans[k].at, spans[k].length));
    envelope_seal(x, size, 7);
}

enum { ACCEPTED, REFUSED, CRASHED, TOO_LONG, TOO_LARGE, WRONG, KINDS };

static int kind_of(tepui_status st, const char *why)
{
    if (st == TEPUI_OK) return ACCEPTED;
    if (st != TEPUI_BAD_INPUT || !why[0]) return WRONG;
    if (strstr(why, "ended with signal")) return CRASHED;
    if (strstr(why, "takes too long")) return TOO_LONG;
    return strstr(why, "more memory") ? TOO_LARGE : REFUSED;
}

static tepui_status confront(const tepui_result *r, tepui_error *err)
{
    tepui_experiment *e = NULL;
    tepui_verification *v = NULL;
    const tepui_verify_options o = {.layers = 2};
    tepui_status st;
    TEPUI_TRY(tepui_experiment_parse(r->experiment, "file", NULL, &e, err));
    TEPUI_TRY(tepui_experiment_plan(e, err));
    TEPUI_TRY(tepui_verify(r, e, &o, &v, err));
done:
    tepui_verification_free(v);
    tepui_experiment_free(e);
    return st;
}

static tepui_status resume(const char *path, tepui_error *err)
{
    const char *const set[] = {more, NULL};
    tepui_experiment *e = NULL;
    tepui_state *s = NULL;
    int previous;
    tepui_status st;
    TEPUI_TRY(tepui_experiment_parse(text, "e", set, &e, err));
    TEPUI_TRY(tepui_experiment_plan(e, err));
    TEPUI_TRY(tepui_state_alloc(e, &s, err));
    TEPUI_TRY(tepui_store_resume(s, path, &previous, err));
    TEPUI_TRY(tepui_store_publish(s, "again.h5", err));
done:
    tepui_state_free(s);
    tepui_experiment_free(e);
    return st;
}

/* In the process of one input: its exit status is the kind. */
static void read_it(const char *path, int laws)
{
    tepui_error err = {""}, other = {""};
    tepui_result *r = NULL;
    h5_allowed = (h5_limits){1, (size_t)64 << 20};
    alarm(60);
    int kind = kind_of(tepui_result_open(path, &r, &err), err.text);
    if (kind == ACCEPTED && laws && kind_of(confront(r, &other), other.text) == WRONG) kind = WRONG;
    tepui_result_free(r);
    other.text[0] = '\0';
    const int again = kind_of(resume(path, &other), other.text);
    if (again == WRONG) fprintf(stderr, "resume: %s\n", other.text);
    _exit(again == WRONG || kind == ACCEPTED || kind == REFUSED ? (again > kind ? again : kind) : kind);
}

static int one(uint64_t number, int *how)
{
    char *x = malloc(size);
    int st = 0;
    if (!x) return WRONG;
    memcpy(x, good, size);
    mutate(x, number);
    FILE *f = fopen("x.h5", "wb");
    const int written = f && fwrite(x, 1, size, f) == size;
    if (f) fclose(f);
    free(x);
    if (!written) return WRONG;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) read_it("x.h5", number % 8 == 0);
    waitpid(child, &st, 0);
    *how = st;
    return WIFEXITED(st) && WEXITSTATUS(st) < WRONG ? WEXITSTATUS(st) : WRONG;
}

/* --- the tests */

static tepui_status make_good(tepui_error *err)
{
    tepui_experiment *e = NULL;
    const tepui_run_options o = {.path = "good.h5", .threads = 1, .time_limit = INFINITY};
    tepui_status st;
    TEPUI_TRY(tepui_experiment_parse(text, "e", NULL, &e, err));
    TEPUI_TRY(tepui_experiment_plan(e, err));
    TEPUI_TRY(tepui_run(e, &o, err));
    TEPUI_TRY(envelope_read("good.h5", &good, &size, err));
done:
    tepui_experiment_free(e);
    return st;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *value = getenv(name);
    return value ? strtoull(value, NULL, 10) : otherwise;
}

static void results_changed_behind_their_digest_are_read_or_refused(void)
{
    static const char *const names[KINDS] = {
        "read", "refused", "libhdf5 died, refused", "too slow, refused", "too large, refused", "WRONG"};
    tepui_error err = {""};
    uint64_t count[KINDS] = {0};
    const uint64_t n = number_of("TEPUI_TEST_FUZZ", 120), first = number_of("TEPUI_TEST_SEED", 1);
    const char *place = mkdtemp(quick) ? quick : mkdtemp(folder);
    CHECK(place && chdir(place) == 0);
    CHECK(make_good(&err) == TEPUI_OK);
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    find_spans();
    CHECK(span_count > 40); /* the root, /cells, each column and array have one each */
    const time_t start = time(NULL);
    for (uint64_t i = 0; i < n && span_count; i++) {
        int how = 0;
        const int kind = one(first + i, &how);
        count[kind]++;
        if (kind == WRONG) fprintf(stderr, "input %llu: wait status %d\n", (unsigned long long)(first + i), how);
    }
    for (int k = 0; k < KINDS; k++) printf("  %-22s %llu\n", names[k], (unsigned long long)count[k]);
    printf("  %llu inputs in %lld s\n", (unsigned long long)n, (long long)(time(NULL) - start));
    CHECK(count[WRONG] == 0);
    CHECK(count[ACCEPTED] > 0 && count[REFUSED] > n / 10); /* neither a reader that takes all nor one that takes none */
    for (const char *const *f =
             (const char *const[]){"x.h5", "good.h5", "good.h5.prev", "good.h5.log", "again.h5", "again.h5.prev", NULL};
         *f; f++)
        unlink(*f);
    if (chdir("/") == 0) rmdir(place);
    free(good);
}

static const test_case cases[] = {{"results_changed_behind_their_digest_are_read_or_refused",
                                   results_changed_behind_their_digest_are_read_or_refused}};
TEST_MAIN(cases)
