/* publish.c -- see publish.h. An fsync that failed is never tried again on the same descriptor: the kernel may have
   dropped the pages (PostgreSQL, 2019); the temporary file is thrown away and the next publish starts anew. */
#include "publish.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE PUBLISH_PATH_SIZE

static int system_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

const publish_calls publish_system = {system_open, write, fsync, close, link, rename, unlink, NULL};

static tepui_status fail(const char *what, const char *path, tepui_error *err)
{
    return tepui_fail(err, TEPUI_IO, "%s: cannot %s: %s", path, what, strerror(errno));
}

static int write_all(const publish_calls *sys, int fd, const char *data, size_t n)
{
    while (n) {
        const ssize_t m = sys->write(fd, data, n);
        if (m < 0 && errno == EINTR) continue;
        if (m <= 0) {
            if (m == 0) errno = ENOSPC;
            return -1;
        }
        data += m;
        n -= (size_t)m;
    }
    return 0;
}

tepui_status publish_write(const publish_calls *sys, int fd, const char *tmp, const void *data, size_t n,
                           tepui_error *err)
{
    return write_all(sys, fd, data, n) == 0 ? TEPUI_OK : fail("write", tmp, err);
}

/* Contents safely in the temporary file. */
static tepui_status write_temporary(const publish_calls *sys, const char *tmp, publish_writer writer, void *arg,
                                    tepui_error *err)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = sys->open(tmp, flags, 0666);
    if (fd < 0 && errno == EEXIST && sys->unlink(tmp) == 0) fd = sys->open(tmp, flags, 0666); /* left by a killed run */
    if (fd < 0) return fail("create", tmp, err);
    tepui_status st = writer(arg, sys, fd, tmp, err);
    if (st == TEPUI_OK && sys->fsync(fd) != 0) st = fail("sync", tmp, err);
    if (sys->close(fd) != 0 && st == TEPUI_OK) st = fail("close", tmp, err);
    if (st != TEPUI_OK) sys->unlink(tmp);
    return st;
}

/* The old file under the name path.prev, by a second link so that path itself is never missing. Best effort. */
static void keep_previous(const publish_calls *sys, const char *path, const char *tmp)
{
    char prev[PATH_SIZE + 8], spare[PATH_SIZE + 8];
    snprintf(prev, sizeof prev, "%s.prev", path);
    snprintf(spare, sizeof spare, "%s.old", tmp);
    sys->unlink(spare);
    if (sys->is_whole && !sys->is_whole(path)) return;
    if (sys->link(path, spare) != 0) return;
    if (sys->rename(spare, prev) != 0)
        sys->unlink(spare);
    else
        sys->unlink(spare); /* rename does nothing when both are the same file */
}

static tepui_status sync_folder(const publish_calls *sys, const char *path, tepui_error *err)
{
    char folder[PATH_SIZE];
    const char *slash = strrchr(path, '/');
    if (!slash)
        snprintf(folder, sizeof folder, ".");
    else
        snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    const int fd = sys->open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0) return fail("open folder of", path, err);
    const int bad = sys->fsync(fd) != 0 && errno != EINVAL; /* some file systems cannot sync a folder */
    const tepui_status st = bad ? fail("sync folder of", path, err) : TEPUI_OK;
    sys->close(fd);
    return st;
}

void publish_temporary_name(const char *path, char out[PATH_SIZE])
{
    const char *slash = strrchr(path, '/');
    const int head = slash ? (int)(slash - path) + 1 : 0;
    snprintf(out, PATH_SIZE, "%.*s.%s.tmp", head, path, path + head);
}

static tepui_status put_in_place(const publish_calls *sys, const char *path, const char *tmp, tepui_error *err)
{
    keep_previous(sys, path, tmp);
    if (sys->rename(tmp, path) != 0) {
        const tepui_status st = fail("rename to", path, err);
        sys->unlink(tmp);
        return st;
    }
    return sync_folder(sys, path, err);
}

tepui_status publish(const publish_calls *sys, const char *path, publish_writer writer, void *arg, tepui_error *err)
{
    char tmp[PATH_SIZE];
    if (strlen(path) > PATH_SIZE - 32) return tepui_fail(err, TEPUI_IO, "%.200s...: the path is too long", path);
    publish_temporary_name(path, tmp);
    const tepui_status st = write_temporary(sys, tmp, writer, arg, err);
    return st == TEPUI_OK ? put_in_place(sys, path, tmp, err) : st;
}

typedef struct {
    const void *data;
    size_t n;
} bytes;

static tepui_status write_bytes(void *arg, const publish_calls *sys, int fd, const char *tmp, tepui_error *err)
{
    const bytes *b = arg;
    return publish_write(sys, fd, tmp, b->data, b->n, err);
}

tepui_status publish_bytes(const publish_calls *sys, const char *path, const void *data, size_t n, tepui_error *err)
{
    bytes b = {data, n};
    return publish(sys, path, write_bytes, &b, err);
}

tepui_status publish_finish(const publish_calls *sys, const char *path, tepui_error *err)
{
    char tmp[PATH_SIZE];
    publish_temporary_name(path, tmp);
    return put_in_place(sys, path, tmp, err);
}
