/* publish.h (internal) -- the only way result bytes reach the disk. */
#ifndef TEPUI_STORE_PUBLISH_H
#define TEPUI_STORE_PUBLISH_H
#include <stddef.h>
#include <sys/types.h>
#include <tepui/status.h>

/* The system calls used, so that a test can make each of them fail in turn. */
typedef struct {
    int (*open)(const char *path, int flags, mode_t mode);
    ssize_t (*write)(int fd, const void *data, size_t n);
    int (*fsync)(int fd);
    int (*close)(int fd);
    int (*link)(const char *from, const char *to);
    int (*rename)(const char *from, const char *to);
    int (*unlink)(const char *path);
    int (*is_whole)(const char *path); /* what is not is never kept as path.prev; NULL: all is */
} publish_calls;
extern const publish_calls publish_system;

/* Who fills the temporary file, tmp. */
typedef tepui_status (*publish_writer)(void *arg, const publish_calls *sys, int fd, const char *tmp, tepui_error *err);

/* Writes path as a whole or not at all: temporary file in the same folder, fsync, the old file kept as path.prev,
   rename, fsync of the folder. The message names the path and the reason. */
tepui_status publish(const publish_calls *sys, const char *path, publish_writer writer, void *arg, tepui_error *err);
tepui_status publish_write(const publish_calls *sys, int fd, const char *tmp, const void *data, size_t n,
                           tepui_error *err);
tepui_status publish_bytes(const publish_calls *sys, const char *path, const void *data, size_t n, tepui_error *err);
/* Ends a publish that was cut short: the temporary file, known to be whole, becomes path. */
tepui_status publish_finish(const publish_calls *sys, const char *path, tepui_error *err);
#define PUBLISH_PATH_SIZE 4096
void publish_temporary_name(const char *path, char out[PUBLISH_PATH_SIZE]);
#endif
