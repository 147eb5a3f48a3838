/* child.h (internal) -- processes of their own for calls of libhdf5, which crashes, loops or aborts on hostile files
   and where memory is short. The parent waits, and tells the end of a child from an answer. */
#ifndef TEPUI_STORE_CHILD_H
#define TEPUI_STORE_CHILD_H
#include <stddef.h>
#include <sys/types.h>
#include <tepui/status.h>

/* As fork(), without a moment in which a handler of the parent could run in the child: there, signals that stop a run
   are passed over (the parent decides), faults end it without a core file, and so does the end of the parent. */
pid_t child_fork(void);
/* In the child: it opens no more files (external storage, links and plug-ins lead nowhere), and may use so many seconds
   of processor time and so many bytes of memory more than it has. */
void child_confine(size_t seconds, size_t memory);
/* So many seconds of processor time from now on. */
void child_limit_time(size_t seconds);
/* Waits for it. 0: it ended by itself, or nobody knows; else the signal that ended it. */
int child_end(pid_t child);

/* All bytes to the other side of a socket (or from it), -1: it is gone. */
int child_transfer(int fd, void *data, size_t n, int out);
#endif
