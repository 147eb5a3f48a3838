/* child.c -- see child.h. */
#include "child.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void prepare_child(pid_t parent)
{
    static const int ended[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU},
                     passed[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM};
    const struct rlimit none = {0, 0};
    sigset_t no;
    for (size_t k = 0; k < sizeof ended / sizeof *ended; k++) signal(ended[k], SIG_DFL);
    for (size_t k = 0; k < sizeof passed / sizeof *passed; k++) signal(passed[k], SIG_IGN);
    sigemptyset(&no);
    sigprocmask(SIG_SETMASK, &no, NULL);
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1); /* it went before that */
}

pid_t child_fork(void)
{
    sigset_t all, before;
    const pid_t parent = getpid();
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t child = fork();
    if (child == 0) prepare_child(parent);
    if (child != 0) pthread_sigmask(SIG_SETMASK, &before, NULL);
    return child;
}

static void lower(int resource, rlim_t most)
{
    struct rlimit r;
    if (getrlimit(resource, &r) != 0) return;
    if (r.rlim_cur == RLIM_INFINITY || r.rlim_cur > most) r.rlim_cur = most;
    r.rlim_max = r.rlim_cur;
    setrlimit(resource, &r);
}

static size_t address_space(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f && fscanf(f, "%lu", &pages) != 1) pages = 0;
    if (f) fclose(f);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SHADOWED = 1 }; /* the address space says nothing */
#else
enum { SHADOWED = 0 };
#endif

/* A soft limit of the caller is for the caller, who takes it as a wish to stop: the hard one holds. */
void child_limit_time(size_t seconds)
{
    struct rlimit r;
    struct timespec used;
    if (getrlimit(RLIMIT_CPU, &r) != 0 || clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) return;
    const rlim_t most = (rlim_t)used.tv_sec + 1 + seconds;
    r.rlim_cur = r.rlim_max == RLIM_INFINITY || r.rlim_max > most ? most : r.rlim_max;
    setrlimit(RLIMIT_CPU, &r);
}

void child_confine(size_t seconds, size_t memory)
{
    const size_t now = SHADOWED ? 0 : address_space();
    lower(RLIMIT_NOFILE, 0);
    child_limit_time(seconds);
    if (now) lower(RLIMIT_AS, now + memory);
}

/* SIGCHLD may have been ignored by whoever started us: the child then leaves no status. */
int child_end(pid_t child)
{
    int how = 0;
    while (waitpid(child, &how, 0) < 0)
        if (errno != EINTR) return 0;
    return WIFSIGNALED(how) ? WTERMSIG(how) : 0;
}

int child_transfer(int fd, void *data, size_t n, int out)
{
    for (char *p = data; n;) {
        const ssize_t m = out ? send(fd, p, n, MSG_NOSIGNAL) : recv(fd, p, n, 0);
        if (m < 0 && errno == EINTR) continue;
        if (m <= 0) return -1;
        p += m;
        n -= (size_t)m;
    }
    return 0;
}
