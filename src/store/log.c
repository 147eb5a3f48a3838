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
#include <tepui/store.h>
#include <time.h>
#include <unistd.h>

struct tepui_log {
    int fd;
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
    char path[4096];
    snprintf(path, sizeof path, "%s.log", result_path);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -1;
    const int free_now = flock(fd, LOCK_SH | LOCK_NB) == 0, held = !free_now && errno == EWOULDBLOCK;
    close(fd);
    return free_now ? 0 : held ? 1 : -1;
}

tepui_status tepui_log_open(const char *result_path, tepui_log **out, tepui_error *err)
{
    char path[4096];
    tepui_log *log = calloc(1, sizeof *log);
    tepui_status st = TEPUI_OK;
    *out = NULL;
    snprintf(path, sizeof path, "%s.log", result_path);
    if (!log) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a log");
    log->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (log->fd < 0)
        st = tepui_fail(err, TEPUI_IO, "%s: %s", path, strerror(errno));
    else if (lock(log->fd) != 0)
        st = errno == EWOULDBLOCK
                 ? tepui_fail(err, TEPUI_TRY_AGAIN, "%s: another run is writing this result", result_path)
                 : tepui_fail(err, TEPUI_IO, "%s: cannot be locked: %s", path, strerror(errno));
    if (st == TEPUI_OK)
        *out = log;
    else
        tepui_log_close(log);
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
