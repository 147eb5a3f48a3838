/* log.c -- PATH.log: one JSON object a line, with the times, hosts and thread counts that must not be in the result.
   The descriptor carries an exclusive flock for as long as the run lives; the file is never renamed, so the lock holds.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <tepui/store.h>
#include <time.h>
#include <unistd.h>

struct tepui_log {
    int fd;
    char result[4096], path[4096];
    struct stat published; /* the result as it was when it was locked or last published; st_ino 0: there was none */
};

/* Somebody who asks whether a run lives (tepui_log_is_held) has the lock for microseconds: not a reason to refuse. */
static int lock(int fd)
{
    const struct timespec pause = {0, 5000000};
    int st = flock(fd, LOCK_EX | LOCK_NB);
    for (int i = 0; i < 20 && st != 0 && errno == EWOULDBLOCK; i++) {
        nanosleep(&pause, NULL);
        st = flock(fd, LOCK_EX | LOCK_NB);
    }
    return st;
}

int tepui_log_is_held(const char *result_path)
{
    char path[4096], *target = NULL;
    tepui_store_target(result_path, &target, NULL); /* the log stands beside it */
    snprintf(path, sizeof path, "%s.log", target ? target : result_path);
    free(target);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -1;
    const int free_now = flock(fd, LOCK_SH | LOCK_NB) == 0, held = !free_now && errno == EWOULDBLOCK;
    close(fd);
    return free_now ? 0 : held ? 1 : -1;
}

static int same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* Whether the descriptor is still what the path names: a log removed by hand takes its lock along. */
static int is_at_path(int fd, const char *path)
{
    struct stat ours, there;
    return fstat(fd, &ours) == 0 && lstat(path, &there) == 0 && same_file(&ours, &there);
}

/* O_NONBLOCK: a pipe without a reader is refused, not waited for. */
static tepui_status open_locked(tepui_log *log, int more, tepui_error *err)
{
    const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | more;
    struct stat s;
    do {
        if (log->fd >= 0) close(log->fd);
        log->fd = open(log->path, flags, 0666);
        if (log->fd < 0) return tepui_fail(err, TEPUI_IO, "%s: %s", log->path, strerror(errno));
        if (fstat(log->fd, &s) != 0 || !S_ISREG(s.st_mode))
            return tepui_fail(err, TEPUI_IO, "%s: not a regular file; the log of the run belongs there", log->path);
        if (lock(log->fd) != 0)
            return errno == EWOULDBLOCK
                       ? tepui_fail(err, TEPUI_TRY_AGAIN, "%s: another run is writing this result", log->result)
                       : tepui_fail(err, TEPUI_IO, "%s: cannot be locked: %s", log->path, strerror(errno));
    } while (!is_at_path(log->fd, log->path)); /* removed between open and lock */
    return TEPUI_OK;
}

void tepui_log_published(tepui_log *log)
{
    if (stat(log->result, &log->published) != 0) log->published.st_ino = 0;
}

tepui_status tepui_log_open(const char *result_path, tepui_log **out, tepui_error *err)
{
    tepui_log *log = calloc(1, sizeof *log);
    *out = NULL;
    if (!log) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a log");
    log->fd = -1;
    snprintf(log->result, sizeof log->result, "%s", result_path);
    const int n = snprintf(log->path, sizeof log->path, "%s.log", result_path);
    const tepui_status st = (size_t)n < sizeof log->path
                                ? open_locked(log, 0, err)
                                : tepui_fail(err, TEPUI_IO, "%.200s...: the path is too long", result_path);
    if (st == TEPUI_OK) {
        tepui_log_published(log);
        *out = log;
    } else {
        tepui_log_close(log);
    }
    return st;
}

int tepui_log_result_exists(const tepui_log *log)
{
    return log->published.st_ino != 0;
}

/* A removed log is made anew and locked again, unless another run was there first. */
static tepui_status take_lock_again(tepui_log *log, tepui_error *err)
{
    tepui_log next = *log;
    next.fd = -1;
    if (open_locked(&next, O_EXCL, NULL) != TEPUI_OK) {
        if (next.fd >= 0) close(next.fd);
        return tepui_fail(err, TEPUI_TRY_AGAIN, "%s was removed and another run is writing this result", log->path);
    }
    close(log->fd);
    log->fd = next.fd;
    return TEPUI_OK;
}

tepui_status tepui_log_check(tepui_log *log, tepui_error *err)
{
    struct stat there;
    tepui_status st = TEPUI_OK;
    if (!is_at_path(log->fd, log->path)) st = take_lock_again(log, err);
    if (st == TEPUI_OK && stat(log->result, &there) == 0 && !same_file(&there, &log->published))
        st = tepui_fail(err, TEPUI_TRY_AGAIN, "%s was written by somebody else during this run; it is left as it is",
                        log->result);
    return st;
}

/* A line that cannot be written is lost; the result does not depend on it. */
void tepui_log_event(tepui_log *log, const char *event, const char *format, ...)
{
    char line[2048], host[256] = "";
    struct timespec t;
    va_list args;
    if (!log) return;
    clock_gettime(CLOCK_REALTIME, &t);
    gethostname(host, sizeof host - 1);
    const double seconds = (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
    int n = snprintf(line, sizeof line, "{\"event\": \"%s\", \"time\": %.3f, \"host\": \"%s\", \"pid\": %ld, ", event,
                     seconds, host, (long)getpid());
    va_start(args, format);
    n += vsnprintf(line + n, sizeof line - (size_t)n - 2, format, args);
    va_end(args);
    if ((size_t)n > sizeof line - 3) return;
    memcpy(line + n, "}\n", 2);
    const ssize_t written = write(log->fd, line, (size_t)n + 2);
    (void)written;
}

void tepui_log_close(tepui_log *log)
{
    if (!log) return;
    if (log->fd >= 0) close(log->fd);
    free(log);
}
