/* machine.c -- see tepui/machine.h. Files that are missing or strange mean no limit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <tepui/machine.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 };
const tepui_machine_root tepui_machine_here = {"/proc", "/sys/fs/cgroup"};

/* Number behind `name` at the start of a line ("" for the first line); INFINITY without one ("max", say). */
static double number_in(const char *path, const char *name)
{
    char line[256], *end;
    double x = INFINITY;
    FILE *in = fopen(path, "r");
    while (in && fgets(line, sizeof line, in))
        if (strncmp(line, name, strlen(name)) == 0) {
            x = strtod(line + strlen(name), &end);
            if (end == line + strlen(name)) x = INFINITY;
            break;
        }
    if (in) fclose(in);
    return x;
}

static double file_number(const char *folder, const char *file, const char *name)
{
    char path[PATH_ROOM];
    const int n = snprintf(path, sizeof path, "%s/%s", folder, file);
    return n < 0 || (size_t)n >= sizeof path ? INFINITY : number_in(path, name);
}

/* --- control groups */

typedef double (*group_value)(const char *folder);

static double memory_left(const char *folder, const char *limit, const char *used, const char *cache)
{
    const double most = file_number(folder, limit, ""), now = file_number(folder, used, ""),
                 reclaimable = file_number(folder, "memory.stat", cache);
    if (isinf(most) || isinf(now)) return INFINITY;
    return fmax(0.0, most - now + (isfinite(reclaimable) ? reclaimable : 0.0));
}

static double memory_v2(const char *folder)
{
    return memory_left(folder, "memory.max", "memory.current", "inactive_file ");
}

static double memory_v1(const char *folder)
{
    return memory_left(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ");
}

/* "100000 200000": quota and period; "max 100000": none. */
static double cpus_v2(const char *folder)
{
    char path[PATH_ROOM];
    double quota, period, cpus = INFINITY;
    const int n = snprintf(path, sizeof path, "%s/cpu.max", folder);
    FILE *in = n < 0 || (size_t)n >= sizeof path ? NULL : fopen(path, "r");
    if (in && fscanf(in, "%lf %lf", &quota, &period) == 2 && quota > 0 && period > 0) cpus = quota / period;
    if (in) fclose(in);
    return cpus;
}

static double cpus_v1(const char *folder)
{
    const double quota = file_number(folder, "cpu.cfs_quota_us", ""),
                 period = file_number(folder, "cpu.cfs_period_us", "");
    return isfinite(quota) && isfinite(period) && quota > 0 && period > 0 ? quota / period : INFINITY;
}

/* Least value of a group and all above it. A group that is not visible under `top` (a container) is passed over. */
static double least(const char *top, const char *group, group_value value)
{
    char folder[PATH_ROOM];
    double x = INFINITY;
    const int n = snprintf(folder, sizeof folder, "%s%s", top, group);
    if (n < 0 || (size_t)n >= sizeof folder) return INFINITY;
    for (;;) {
        x = fmin(x, value(folder));
        char *slash = strrchr(folder, '/');
        if (!slash || strlen(folder) <= strlen(top)) return x;
        *slash = '\0';
    }
}

/* Whether "a,b,c" has `word`. */
static int lists(const char *list, const char *word)
{
    const size_t n = strlen(word);
    for (; list; list = strchr(list, ',') ? strchr(list, ',') + 1 : NULL)
        if (strncmp(list, word, n) == 0 && (list[n] == ',' || list[n] == '\0')) return 1;
    return 0;
}

/* One line of /proc/self/cgroup: "0::/group" of version 2, "4:cpu,cpuacct:/group" of version 1. */
static double of_line(const tepui_machine_root *root, char *line, const char *controller, group_value v1,
                      group_value v2)
{
    char top[PATH_ROOM], *list = strchr(line, ':'), *group = list ? strchr(list + 1, ':') : NULL;
    if (!group) return INFINITY;
    *group++ = '\0';
    list++;
    group[strcspn(group, "\n")] = '\0';
    if (*list == '\0') return least(root->sys, group, v2);
    if (!lists(list, controller)) return INFINITY;
    const int n = snprintf(top, sizeof top, "%s/%s", root->sys, controller);
    return n < 0 || (size_t)n >= sizeof top ? INFINITY : least(top, group, v1);
}

static double of_groups(const tepui_machine_root *root, const char *controller, group_value v1, group_value v2)
{
    char path[PATH_ROOM], line[PATH_ROOM];
    double x = INFINITY;
    const int n = snprintf(path, sizeof path, "%s/self/cgroup", root->proc);
    FILE *in = n < 0 || (size_t)n >= sizeof path ? NULL : fopen(path, "r");
    while (in && fgets(line, sizeof line, in)) x = fmin(x, of_line(root, line, controller, v1, v2));
    if (in) fclose(in);
    return x;
}

double tepui_machine_group_memory(const tepui_machine_root *root)
{
    return of_groups(root, "memory", memory_v1, memory_v2);
}

double tepui_machine_group_cpus(const tepui_machine_root *root)
{
    return of_groups(root, "cpu", cpus_v1, cpus_v2);
}

/* --- the machine and the process */

double tepui_machine_memory(void)
{
    double bytes = 1024.0 * number_in("/proc/meminfo", "MemAvailable:");
    struct rlimit limit;
    if (isinf(bytes)) bytes = (double)sysconf(_SC_AVPHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    bytes = fmin(bytes, tepui_machine_group_memory(&tepui_machine_here));
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        const double mapped = 1024.0 * number_in("/proc/self/status", "VmSize:");
        bytes = fmin(bytes, fmax(0.0, (double)limit.rlim_cur - (isfinite(mapped) ? mapped : 0.0)));
    }
    return bytes;
}

double tepui_machine_disk(const char *path)
{
    char folder[PATH_ROOM];
    struct statvfs s;
    const int n = snprintf(folder, sizeof folder, "%s", path);
    if (n < 0 || (size_t)n >= sizeof folder) return NAN;
    char *slash = strrchr(folder, '/');
    if (slash) slash[slash == folder ? 1 : 0] = '\0';
    return statvfs(slash ? folder : ".", &s) == 0 ? (double)s.f_bavail * (double)s.f_frsize : NAN;
}

int tepui_machine_has_address_space(size_t pieces, size_t bytes)
{
    void *piece[64] = {NULL};
    size_t got = 0;
    if (pieces > sizeof piece / sizeof *piece) { /* many threads: in larger pieces */
        bytes *= (pieces + 63) / 64;
        pieces = 64;
    }
    for (; got < pieces; got++) {
        piece[got] = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (piece[got] == MAP_FAILED) break;
    }
    for (size_t i = 0; i < got; i++) munmap(piece[i], bytes);
    return got == pieces;
}
