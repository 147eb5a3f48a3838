/* writer.c -- see writer.h.

   The process is made once, while the run is small, and then told what changed: a fork at each publish would copy the
   page tables of all workspaces and make every page of them fault once more. It has its own copy of the state, brought
   up to date by the arrays of the checkpoint; raw samples lie in memory that both share (allocate.c). What it writes to
   is a descriptor that comes with each request; it holds no other one, so that locks of the run end with the run. The
   answer lies in shared memory, too: it can be read whatever became of the process. */
#include "writer.h"
#include "child.h"
#include "layout.h"
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SECONDS 60 /* of processor time, and one for each MB: libhdf5 must not loop for ever */

typedef struct {
    int over; /* the last request was answered */
    tepui_status status;
    tepui_error error;
} answer;

struct tepui_writer {
    pid_t child, owner;         /* 0: none; who made it */
    int channel, fresh;         /* fresh: has written nothing yet */
    const tepui_saved_law *law; /* those that it knows */
    size_t laws;
    answer *answer;
};

tepui_writer *writer_new(void)
{
    tepui_writer *w = calloc(1, sizeof *w);
    if (w) w->answer = MAP_FAILED;
    return w;
}

/* The signal that ended it. A process of somebody else, of whom we are a copy, is let be. */
static int end(tepui_writer *w)
{
    int sign = 0;
    if (w->child <= 0) return 0;
    close(w->channel);
    if (w->owner == getpid()) sign = child_end(w->child);
    if (w->answer != MAP_FAILED && w->owner != getpid()) {
        munmap(w->answer, sizeof *w->answer);
        w->answer = MAP_FAILED;
    }
    w->child = 0;
    return sign;
}

void writer_free(tepui_writer *w)
{
    if (!w) return;
    end(w);
    if (w->answer != MAP_FAILED) munmap(w->answer, sizeof *w->answer);
    free(w);
}

/* --- descriptors on their way */

/* A message of one byte with room for a descriptor. */
typedef struct {
    char byte;
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec data;
    struct msghdr m;
} descriptor_message;

static struct msghdr *message_open(descriptor_message *l)
{
    *l = (descriptor_message){.byte = 0};
    l->data = (struct iovec){&l->byte, 1};
    l->m = (struct msghdr){
        .msg_iov = &l->data, .msg_iovlen = 1, .msg_control = l->control.room, .msg_controllen = sizeof l->control.room};
    return &l->m;
}

static int send_descriptor(int channel, int fd)
{
    descriptor_message l;
    const struct msghdr *m = message_open(&l);
    struct cmsghdr *c = CMSG_FIRSTHDR(m);
    *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
    ssize_t n;
    do n = sendmsg(channel, m, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n == 1 ? 0 : -1;
}

static int receive_descriptor(int channel)
{
    descriptor_message l;
    struct msghdr *m = message_open(&l);
    int fd = -1;
    ssize_t n;
    do n = recvmsg(channel, m, 0);
    while (n < 0 && errno == EINTR);
    const struct cmsghdr *c = n == 1 ? CMSG_FIRSTHDR(m) : NULL;
    if (c && c->cmsg_type == SCM_RIGHTS) memcpy(&fd, CMSG_DATA(c), sizeof fd);
    return fd;
}

/* --- the process */

enum { CHANNEL = 3 };

/* Nothing but the channel: a pipe that the run writes to, say, ends with the run. */
static void keep_channel(int channel)
{
    const int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < CHANNEL; fd++)
        if (null >= 0 && fd != channel) dup2(null, fd);
    if (channel != CHANNEL) dup2(channel, CHANNEL);
#ifdef SYS_close_range
    syscall(SYS_close_range, CHANNEL + 1u, ~0u, 0u);
#endif
}

/* Where memory ends, the system should end this process, not the run. */
static void offer_to_die_first(void)
{
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY);
    const ssize_t n = fd >= 0 ? write(fd, "1000", 4) : 0;
    (void)n;
    if (fd >= 0) close(fd);
}

/* Large arrays go back to the system when they are freed; as a rule the next one would be kept in the heap. */
static void keep_no_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

static void serve(tepui_state *s, writer_work work, answer *a, int channel)
{
    char byte = 0;
    int fd;
    keep_no_memory();
    offer_to_die_first();
    keep_channel(channel);
    while ((fd = receive_descriptor(CHANNEL)) >= 0) {
        child_limit_time(SECONDS + (tepui_state_memory(s->experiment) >> 20));
        a->error.text[0] = '\0';
        a->status = checkpoint_receive(s, CHANNEL);
        if (a->status == TEPUI_OK)
            a->status = work(s, fd, &a->error);
        else
            tepui_fail(&a->error, a->status, "no memory for the result file");
        close(fd);
        __atomic_store_n(&a->over, 1, __ATOMIC_RELEASE);
        if (a->status != TEPUI_OK || child_transfer(CHANNEL, &byte, 1, 1) != 0) break;
    }
    _exit(0);
}

static int start(const tepui_state *s, writer_work work)
{
    tepui_writer *w = s->writer;
    int pair[2];
    if (w->answer == MAP_FAILED)
        w->answer = mmap(NULL, sizeof *w->answer, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (w->answer == MAP_FAILED || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -1;
    const pid_t child = child_fork();
    if (child == 0) serve((tepui_state *)(uintptr_t)s, work, w->answer, pair[1]); /* a copy, all its own */
    close(pair[1]);
    if (child < 0) {
        close(pair[0]);
        return -1;
    }
    *w = (tepui_writer){child, getpid(), pair[0], 1, s->law, s->laws, w->answer};
    return 0;
}

/* --- the run */

static int is_there(const tepui_state *s)
{
    const tepui_writer *w = s->writer;
    return w->child > 0 && w->owner == getpid() && w->law == s->law && w->laws == s->laws;
}

void writer_start(const tepui_state *s, writer_work work)
{
    if (is_there(s)) return;
    end(s->writer);
    start(s, work);
}

/* One request. 0: answered; -1: it died. */
static int ask(const tepui_state *s, int fd, int *sign, tepui_error *err, tepui_status *st)
{
    tepui_writer *w = s->writer;
    char byte;
    w->answer->over = 0;
    *sign = 0;
    *st = send_descriptor(w->channel, fd) == 0 ? checkpoint_send(s, w->channel) : TEPUI_IO;
    if (*st == TEPUI_NO_MEMORY) {
        end(w);
        tepui_fail(err, *st, "no memory for the result file");
        return 0;
    }
    const int well = *st == TEPUI_OK && child_transfer(w->channel, &byte, 1, 0) == 0;
    if (!well) *sign = end(w);
    w->fresh = 0;
    if (!__atomic_load_n(&w->answer->over, __ATOMIC_ACQUIRE)) return -1;
    *st = w->answer->status;
    if (*st != TEPUI_OK) tepui_fail(err, *st, "%s", w->answer->error.text);
    return 0;
}

/* One that waited for work and is gone may have been ended by the system: another one is asked. */
tepui_status writer_write(const tepui_state *s, writer_work work, int fd, tepui_error *err)
{
    tepui_status st;
    int sign, fresh;
    do {
        writer_start(s, work);
        if (!is_there(s)) return work(s, fd, err);
        fresh = s->writer->fresh;
        if (ask(s, fd, &sign, err, &st) == 0) return st;
        if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0) fresh = 1;
    } while (!fresh);
    if (sign == SIGXCPU) return tepui_fail(err, TEPUI_NO_MEMORY, "the HDF5 library takes too long to write the result");
    return tepui_fail(err, TEPUI_NO_MEMORY, "not enough memory: the HDF5 library failed while writing%s",
                      sign ? " (it crashed)" : "");
}
