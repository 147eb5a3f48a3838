/* failing.c -- preloaded by test_memory: the N-th allocation fails, or all from the N-th on. Counts are in a shared
   file, so that children count on. FAILING_COUNT names it, FAILING_AT is N (0: none), FAILING_ON: those after it, too,
   FAILING_ALL: those of the libraries, too; else those asked for by the program itself. */

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
    *__libc_memalign(size_t, size_t);
extern char __executable_start __attribute__((weak)), etext __attribute__((weak));

#define WAYS 65536u
#define FRAMES 9

typedef struct {
    unsigned long count;
    uint64_t way[WAYS];
} counts;

static counts *shared;
static unsigned long at;
static int on, all;
#define RANGES 32
static uintptr_t range[RANGES][2];
static int ranges;

/* Where the executable lies, and the library beside it (their mappings are one after another). */
static void find_program(void)
{
    static char maps[1 << 16];
    char exe[4096];
    const ssize_t k = readlink("/proc/self/exe", exe, sizeof exe - 1);
    const int fd = open("/proc/self/maps", O_RDONLY);
    size_t n = 0;
    ssize_t m;
    if (fd < 0 || k <= 0) _exit(99);
    exe[k] = '\0';
    while (n < sizeof maps - 1 && (m = read(fd, maps + n, sizeof maps - 1 - n)) > 0) n += (size_t)m;
    close(fd);
    maps[n] = '\0';
    for (char *line = maps, *next; *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        else
            next = line + strlen(line);
        if (!strstr(line, exe) && !strstr(line, "/libtepui.so")) continue;
        char *end;
        const uintptr_t low = strtoul(line, &end, 16), high = strtoul(end + 1, NULL, 16);
        if (ranges < RANGES) range[ranges][0] = low, range[ranges++][1] = high;
    }
}

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("FAILING_COUNT"), *n = getenv("FAILING_AT");
    const int fd = path ? open(path, O_RDWR | O_CREAT, 0600) : -1;
    if (fd < 0 || ftruncate(fd, sizeof *shared) != 0) _exit(99);
    find_program();
    at = n ? strtoul(n, NULL, 10) : 0;
    on = getenv("FAILING_ON") != NULL;
    all = getenv("FAILING_ALL") != NULL;
    void *p = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) _exit(99);
    close(fd);
    void *frame[2];
    backtrace(frame, 2); /* loads what it needs */
    shared = p;
}

static int is_ours(uintptr_t caller)
{
    for (int i = 0; i < ranges; i++)
        if (caller >= range[i][0] && caller < range[i][1]) return 1;
    return 0;
}

/* A hash of the frames above the allocation, never 0. */
static uint64_t way(void)
{
    void *frame[FRAMES];
    uint64_t h = 1469598103934665603u;
    const int n = backtrace(frame, FRAMES);
    for (int i = 2; i < n; i++) h = (h ^ (uintptr_t)frame[i]) * 1099511628211u;
    return h | 1;
}

/* Whether nobody came this way before. */
static int is_new(uint64_t h)
{
    for (size_t i = h % WAYS, k = 0; k < WAYS; k++, i = (i + 1) % WAYS) {
        uint64_t none = 0;
        if (__atomic_compare_exchange_n(&shared->way[i], &none, h, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return 1;
        if (none == h) return 0;
    }
    return 0;
}

void failing_now(void);

/* A place for a breakpoint. */
__attribute__((noinline)) void failing_now(void)
{
    errno = ENOMEM;
}

static int fails(const void *caller)
{
    static __thread int inside;
    if (!shared || inside) return 0;
    if (!all && !is_ours((uintptr_t)caller)) return 0;
    inside = 1;
    const unsigned long n = is_new(way()) ? __atomic_add_fetch(&shared->count, 1, __ATOMIC_RELAXED) : 0;
    inside = 0;
    const int later = on && at && shared->count > at;
    if (!at || !(n == at || later)) return 0;
    failing_now();
    return 1;
}

#define HERE __builtin_return_address(0)

void *malloc(size_t n)
{
    return fails(HERE) ? NULL : __libc_malloc(n);
}
void *calloc(size_t k, size_t n)
{
    return fails(HERE) ? NULL : __libc_calloc(k, n);
}
void *realloc(void *p, size_t n)
{
    return fails(HERE) ? NULL : __libc_realloc(p, n);
}
void *aligned_alloc(size_t a, size_t n)
{
    return fails(HERE) ? NULL : __libc_memalign(a, n);
}
void *memalign(size_t a, size_t n);
void *memalign(size_t a, size_t n)
{
    return fails(HERE) ? NULL : __libc_memalign(a, n);
}
int posix_memalign(void **p, size_t a, size_t n)
{
    if (fails(HERE)) return ENOMEM;
    *p = __libc_memalign(a, n);
    return *p ? 0 : ENOMEM;
}

/* Those of libc that allocate for the program: counted as its own. */
char *strdup(const char *s)
{
    const size_t n = strlen(s) + 1;
    char *p = fails(HERE) ? NULL : __libc_malloc(n);
    return p ? memcpy(p, s, n) : NULL;
}
char *strndup(const char *s, size_t most)
{
    const size_t n = strnlen(s, most);
    char *p = fails(HERE) ? NULL : __libc_malloc(n + 1);
    if (p) memcpy(p, s, n), p[n] = '\0';
    return p;
}
