/* h5_read.c -- reading results that nobody vouches for (see h5.h).

   libhdf5 crashes, loops and asks for any amount of memory on made-up files, whatever is checked before. So the process
   that uses what was read never calls it for reading: a child holds the file open and answers one request after another
   over a socket pair. The child opens no files (RLIMIT_NOFILE 0: neither external storage nor links nor plug-ins of
   filters lead anywhere), and has limits of memory and time. When it dies, or misses memory, another one is asked once
   more: what fails twice is damage in the file, unless there is no memory here either. */
#include "child.h"
#include "h5_check.h"
#include "h5_memory.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define OTHER_MEMORY ((size_t)256 << 20) /* of the child, besides file and array */
#define LONGEST 512u

h5_limits h5_allowed = {10, (size_t)16 << 30, 0};

typedef enum { HAS, SHAPE, READ, NOTE, NOTE_U64, NAMES } question;

typedef struct {
    question what;
    h5_type type; /* READ: as expected, as are rank and dims */
    int rank;
    size_t dims[3];
    char path[LONGEST], name[LONGEST];
} request;

typedef struct {
    int failed; /* H5_DAMAGED, H5_NO_MEMORY */
    int has;
    check_shape shape;
    uint64_t value;
    size_t count, bytes; /* bytes: what follows */
    char reason[64];
} answer;

static size_t physical_memory(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (size_t)pages * (size_t)page : (size_t)1 << 32;
}

/* Bytes of the largest array that is read from a file of this size: blank blocks need not be in it. */
static size_t largest_array(size_t size)
{
    const size_t quarter = physical_memory() / 4;
    return (quarter < h5_allowed.array ? quarter : h5_allowed.array) + 64 * size;
}

static complaint differs(const request *q, const check_shape *s)
{
    complaint c = NULL;
    if (s->type != q->type) c = "has items of another type";
    if (!c && s->rank != q->rank) c = "has another rank";
    for (int k = 0; !c && k < q->rank; k++)
        if (s->dims[k] != q->dims[k]) c = "has another size";
    return c;
}

/* --- the child */

static void confine(size_t size)
{
    child_confine(h5_allowed.seconds + (size >> 24), OTHER_MEMORY + 3 * size + 2 * largest_array(size));
}

/* Each under a name of its own: libhdf5 takes two files in memory of one name for one. */
static hid_t open_image(const void *bytes, size_t size)
{
    static unsigned count;
    char name[32];
    snprintf(name, sizeof name, "tepui-result-%u", count++);
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file = -1;
    if (access >= 0 && H5Pset_fapl_core(access, (size_t)1 << 20, 0) >= 0 &&
        H5Pset_file_image(access, (void *)(uintptr_t)bytes, size) >= 0)
        file = H5Fopen(name, H5F_ACC_RDONLY, access);
    return file;
}

static complaint shape_of(hid_t file, const request *q, size_t most, answer *a)
{
    hid_t set;
    complaint c = check_dataset(file, q->path, most, &set, &a->shape);
    if (!c) H5Dclose(set);
    return c;
}

static complaint read_array(hid_t file, const request *q, size_t most, answer *a, char **data)
{
    hid_t set;
    complaint c = check_dataset(file, q->path, most, &set, &a->shape);
    if (c) return c;
    c = differs(q, &a->shape);
    if (!c) c = check_read(set, &a->shape, most, data);
    a->bytes = c ? 0 : a->shape.bytes;
    H5Dclose(set);
    return c;
}

static complaint answer_to(hid_t file, const request *q, size_t most, answer *a, char **data)
{
    complaint c = NULL;
    if (file < 0) return "is no HDF5 file";
    switch (q->what) {
    case HAS:
        a->has = check_has(file, q->path);
        break;
    case SHAPE:
        c = shape_of(file, q, most, a);
        break;
    case READ:
        c = read_array(file, q, most, a, data);
        break;
    case NOTE:
        c = check_note(file, q->path, q->name, data);
        a->bytes = c ? 0 : strlen(*data) + 1;
        break;
    case NOTE_U64:
        c = check_note_u64(file, q->path, q->name, &a->value);
        break;
    case NAMES:
        c = check_names(file, q->path, data, &a->bytes, &a->count);
        break;
    }
    return c;
}

/* Where memory is at an end, libhdf5 complains about the file as often as about that. */
static int is_at_the_end(void)
{
    void *p = malloc(1 << 16);
    free(p);
    return !p;
}

static void reply(hid_t file, const request *q, size_t size, answer *a, char **data)
{
    *a = (answer){.failed = 0};
    *data = NULL;
    H5Eclear2(H5E_DEFAULT);
    const complaint c = answer_to(file, q, largest_array(size), a, data);
    if (!c) return;
    a->failed = strcmp(c, CHECK_NO_MEMORY) == 0 || is_at_the_end() ? H5_NO_MEMORY : H5_DAMAGED;
    a->bytes = 0;
    snprintf(a->reason, sizeof a->reason, "%s", c);
}

static void serve(int channel, const void *bytes, size_t size)
{
    request q;
    confine(size);
    H5dont_atexit(); /* fails where the parent asked before */
    if (H5open() < 0 || H5Eset_auto2(H5E_DEFAULT, NULL, NULL) < 0) _exit(1);
    const hid_t file = open_image(bytes, size);
    if (file < 0 && (check_missed_memory() || is_at_the_end())) _exit(1);
    while (child_transfer(channel, &q, sizeof q, 0) == 0) {
        answer a;
        char *data;
        reply(file, &q, size, &a, &data);
        if (child_transfer(channel, &a, sizeof a, 1) != 0 || child_transfer(channel, data, a.bytes, 1) != 0) break;
        free(data);
    }
    _exit(0);
}

/* --- the parent */

static int start_child(h5 *f)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -1;
    const pid_t child = child_fork();
    if (child == 0) {
        close(pair[0]);
        serve(pair[1], f->bytes, f->size);
    }
    close(pair[1]);
    if (child < 0) {
        close(pair[0]);
        return -1;
    }
    f->child = child;
    f->channel = pair[0];
    return 0;
}

/* The signal that ended the child, 0: none. */
static int end_child(h5 *f)
{
    if (f->child <= 0) return 0;
    close(f->channel);
    const int sign = child_end(f->child);
    f->child = 0;
    return sign;
}

void h5_open(h5 *f, const void *bytes, size_t size)
{
    *f = (h5){.file = h5_allowed.uncontained ? open_image(bytes, size) : -1, .bytes = bytes, .size = size};
}

void h5_close(h5 *f)
{
    end_child(f);
    memory_free(f->memory);
    f->memory = NULL;
}

/* Whether as much could be had here as the child was allowed. */
static int there_is_memory(const h5 *f)
{
    const size_t n = OTHER_MEMORY + 3 * f->size + 2 * largest_array(f->size);
    void *room = mmap(NULL, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), *some = malloc(4096);
    const int there = room != MAP_FAILED && some;
    if (room != MAP_FAILED) munmap(room, n);
    free(some);
    return there;
}

/* One question to one child. 0: answered, in whatever way; -1: it died, or missed memory. */
static int ask_once(h5 *f, request *q, answer *a, char **data)
{
    *data = NULL;
    if (f->child == 0 && start_child(f) != 0) {
        f->failed = H5_NO_MEMORY;
        return 0;
    }
    if (child_transfer(f->channel, q, sizeof *q, 1) != 0 || child_transfer(f->channel, a, sizeof *a, 0) != 0) return -1;
    if (a->failed == H5_NO_MEMORY) return -1;
    if (a->bytes == 0 || a->failed) return 0;
    f->total += a->bytes;
    if (f->total > physical_memory()) h5_complain(f, q->path, "is too much with what was read before");
    if (f->failed || !h5_kept(f, *data = malloc(a->bytes))) return 0;
    if (child_transfer(f->channel, *data, a->bytes, 0) == 0) return 0;
    free(*data);
    *data = NULL;
    return -1;
}

static void give_up(h5 *f, const request *q, int sign)
{
    char what[80] = "asks for more memory than a file of this size can need";
    if (sign == SIGXCPU || (sign == SIGKILL && there_is_memory(f)))
        snprintf(what, sizeof what, "takes too long to read");
    else if (sign)
        snprintf(what, sizeof what, "cannot be read: libhdf5 ended with signal %d", sign);
    if (there_is_memory(f))
        h5_complain(f, q->path, what);
    else
        f->failed = H5_NO_MEMORY;
}

/* Of what this process has written itself. */
static complaint answer_here(h5 *f, const request *q, answer *a, char **data)
{
    if (q->what == NAMES) {
        *data = h5_kept(f, memory_names(f, q->path, &a->bytes, &a->count));
        return NULL;
    }
    const int noted = q->what == NOTE || q->what == NOTE_U64;
    const memory_item *i = memory_find(f, q->path, noted ? q->name : NULL);
    a->has = i != NULL;
    if (q->what == HAS) return NULL;
    if (!i || !i->data) return "is missing";
    a->shape = i->shape;
    if (q->what == SHAPE) return NULL;
    if (q->what == NOTE_U64) {
        memcpy(&a->value, i->data, sizeof a->value);
        return NULL;
    }
    const complaint c = q->what == READ ? differs(q, &i->shape) : NULL;
    if (!c && h5_kept(f, *data = malloc(i->shape.bytes))) memcpy(*data, i->data, a->bytes = i->shape.bytes);
    return c;
}

static void ask_here(h5 *f, const request *q, answer *a, char **data)
{
    const complaint c = f->failed ? NULL : answer_here(f, q, a, data);
    if (c) h5_complain(f, q->path, c);
}

/* Without a child. */
static void ask_uncontained(h5 *f, const request *q, answer *a, char **data)
{
    reply(f->file, q, f->size, a, data);
    if (a->bytes == 0) {
        free(*data);
        *data = NULL;
    }
    if (a->failed == H5_NO_MEMORY) f->failed = H5_NO_MEMORY;
    if (a->failed) h5_complain(f, q->path, a->reason);
}

/* Fills *a and *data (malloc'd, NULL where none follows); looks at f->failed are the caller's. */
static void ask(h5 *f, request *q, answer *a, char **data)
{
    int sign = 0;
    *a = (answer){.failed = 0};
    *data = NULL;
    if (f->memory) {
        ask_here(f, q, a, data);
        return;
    }
    if (h5_allowed.uncontained && !f->failed) {
        ask_uncontained(f, q, a, data);
        return;
    }
    for (int attempt = 0; attempt < 2 && !f->failed; attempt++) {
        if (ask_once(f, q, a, data) == 0) {
            if (!f->failed && a->failed) h5_complain(f, q->path, a->reason);
            return;
        }
        sign = end_child(f);
        if (sign == SIGXCPU) break; /* it would loop again */
    }
    if (!f->failed) give_up(f, q, sign);
}

static request asking(h5 *f, question what, const char *path, const char *name)
{
    request q;
    memset(&q, 0, sizeof q);
    q.what = what;
    if (strlen(path) >= LONGEST || strlen(name) >= LONGEST) h5_complain(f, "a name", "is too long");
    snprintf(q.path, LONGEST, "%s", path);
    snprintf(q.name, LONGEST, "%s", name);
    return q;
}

int h5_has(h5 *f, const char *path)
{
    answer a;
    char *none;
    request q = asking(f, HAS, path, "");
    ask(f, &q, &a, &none);
    return !f->failed && a.has;
}

void h5_shape(h5 *f, const char *path, int *rank, size_t dims[3], h5_type *type)
{
    answer a;
    char *none;
    request q = asking(f, SHAPE, path, "");
    ask(f, &q, &a, &none);
    *rank = f->failed ? 0 : a.shape.rank;
    *type = f->failed ? H5_DOUBLE : a.shape.type;
    for (int k = 0; k < 3; k++) dims[k] = f->failed ? 0 : a.shape.dims[k];
}

static char *read_items(h5 *f, const char *path, h5_type type, int rank, const size_t *dims, size_t *item)
{
    answer a;
    char *data;
    request q = asking(f, READ, path, "");
    q.type = type;
    q.rank = rank;
    for (int k = 0; k < rank; k++) q.dims[k] = dims[k];
    ask(f, &q, &a, &data);
    *item = a.shape.text_size;
    return data;
}

void *h5_read(h5 *f, const char *path, h5_type type, int rank, const size_t *dims)
{
    size_t item;
    return read_items(f, path, type, rank, dims, &item);
}

char **h5_read_texts(h5 *f, const char *path, size_t count)
{
    size_t size;
    char *raw = read_items(f, path, H5_TEXT, 1, &count, &size);
    if (!raw) return NULL;
    char **out = h5_kept(f, malloc(count * (sizeof *out + size + 1)));
    char *at = (char *)(out + count);
    for (size_t i = 0; out && i < count; i++, at += size + 1) {
        memcpy(at, raw + i * size, size);
        at[size] = '\0';
        out[i] = at;
    }
    free(raw);
    return out;
}

char *h5_read_note(h5 *f, const char *object, const char *name)
{
    answer a;
    char *text;
    request q = asking(f, NOTE, object, name);
    ask(f, &q, &a, &text);
    return text;
}

uint64_t h5_read_note_u64(h5 *f, const char *object, const char *name)
{
    answer a;
    char *none;
    request q = asking(f, NOTE_U64, object, name);
    ask(f, &q, &a, &none);
    return f->failed ? 0 : a.value;
}

size_t h5_names(h5 *f, const char *group, char ***names)
{
    answer a;
    char *text;
    request q = asking(f, NAMES, group, "");
    *names = NULL;
    ask(f, &q, &a, &text);
    if (!text) return 0;
    char **out = h5_kept(f, malloc(a.count * sizeof *out + a.bytes));
    char *at = out ? memcpy(out + a.count, text, a.bytes) : NULL;
    for (size_t i = 0; out && i < a.count; i++, at += strlen(at) + 1) out[i] = at;
    free(text);
    *names = out;
    return out ? a.count : 0;
}
