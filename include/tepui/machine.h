/* machine.h -- what the machine, the control groups and the limits of the process leave to us. */
#ifndef TEPUI_MACHINE_H
#define TEPUI_MACHINE_H
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the kernel tells it; others for tests. */
typedef struct {
    const char *proc; /* "/proc" */
    const char *sys;  /* "/sys/fs/cgroup" */
} tepui_machine_root;
extern const tepui_machine_root tepui_machine_here;

/* Bytes that the control groups of this process, versions 1 and 2, up to the root, leave free; file cache that can be
   dropped counts as free. INFINITY: no limit. */
double tepui_machine_group_memory(const tepui_machine_root *root);
/* Processors that their quota amounts to. INFINITY: no limit. */
double tepui_machine_group_cpus(const tepui_machine_root *root);

/* Bytes of memory available: of the machine, cut by the control groups and by RLIMIT_AS. */
double tepui_machine_memory(void);
/* Bytes free on the disk of a file that need not exist; NAN: not known. */
double tepui_machine_disk(const char *path);
/* Whether so many bytes of address space can be had now, in pieces. */
int tepui_machine_has_address_space(size_t pieces, size_t bytes);

#ifdef __cplusplus
}
#endif
#endif
