/* regular.c -- opening a data file. Only regular files are read: a pipe would wait for a writer, and a data file is
   read again when a run goes on, which only what lies still allows. */
#include "load.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *kind_of(mode_t mode)
{
    return S_ISDIR(mode) ? "a folder" : S_ISFIFO(mode) ? "a pipe" : S_ISSOCK(mode) ? "a socket" : "a device";
}

static tepui_status not_opened(const char *path, tepui_error *err)
{
    return tepui_fail(err, errno == ENOMEM ? TEPUI_NO_MEMORY : TEPUI_BAD_INPUT,
                      "%s: cannot be opened: %s (a path in an experiment file is relative to that file)", path,
                      strerror(errno));
}

static tepui_status not_regular(const char *path, mode_t mode, tepui_error *err)
{
    return tepui_fail(err, TEPUI_BAD_INPUT, "%s: is %s; data are read from regular files only", path, kind_of(mode));
}

tepui_status load_regular(const char *path, tepui_error *err)
{
    struct stat s;
    if (stat(path, &s) != 0) return not_opened(path, err);
    if (!S_ISREG(s.st_mode)) return not_regular(path, s.st_mode, err);
    return access(path, R_OK) == 0 ? TEPUI_OK : not_opened(path, err);
}

tepui_status load_open(const char *path, FILE **out, tepui_error *err)
{
    struct stat s;
    *out = NULL;
    const tepui_status st = load_regular(path, err); /* before it is opened: opening may move a tape */
    if (st != TEPUI_OK) return st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* another file may be there by now */
    if (fd < 0) return not_opened(path, err);
    errno = 0;
    if (fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && (*out = fdopen(fd, "rb"))) return TEPUI_OK;
    const tepui_status why = errno == ENOMEM ? TEPUI_NO_MEMORY : TEPUI_BAD_INPUT;
    close(fd);
    return tepui_fail(err, why, "%s: cannot be read", path);
}
