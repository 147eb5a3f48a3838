/* test_machine.c -- limits of control groups, read from folders that look like the kernel's. Expected values are the
   differences and quotients of the numbers written here. */
#include "test.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tepui/machine.h>

static char root[64];

/* Writes a file below the scratch folder, folders first. */
static void put(const char *path, const char *text)
{
    char full[512];
    snprintf(full, sizeof full, "%s/%s", root, path);
    for (char *slash = strchr(full + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        CHECK(mkdir(full, 0777) == 0 || errno == EEXIST);
        *slash = '/';
    }
    FILE *out = fopen(full, "w");
    CHECK(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

static tepui_machine_root fresh(void)
{
    static char proc[80], sys[80];
    strcpy(root, "/tmp/tepui-machine.XXXXXX");
    CHECK(mkdtemp(root) != NULL);
    snprintf(proc, sizeof proc, "%s/proc", root);
    snprintf(sys, sizeof sys, "%s/sys", root);
    return (tepui_machine_root){proc, sys};
}

static void discard(void)
{
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", root);
    CHECK(system(command) == 0);
}

/* The tightest group above the process decides, not the root; dropped cache is free. */
static void version_two(void)
{
    const tepui_machine_root r = fresh();
    put("proc/self/cgroup", "0::/a.slice/job.scope\n");
    put("sys/a.slice/memory.max", "1000000\n");
    put("sys/a.slice/memory.current", "700000\n");
    put("sys/a.slice/memory.stat", "anon 600000\ninactive_file 50000\n");
    put("sys/a.slice/job.scope/memory.max", "max\n");
    put("sys/a.slice/job.scope/memory.current", "650000\n");
    put("sys/a.slice/job.scope/cpu.max", "250000 100000\n");
    put("sys/a.slice/cpu.max", "max 100000\n");
    CHECK(tepui_machine_group_memory(&r) == 350000.0);
    CHECK(tepui_machine_group_cpus(&r) == 2.5);
    discard();
}

static void version_one(void)
{
    const tepui_machine_root r = fresh();
    put("proc/self/cgroup", "12:memory:/job\n4:cpu,cpuacct:/job\n1:name=systemd:/\n");
    put("sys/memory/job/memory.limit_in_bytes", "2000000\n");
    put("sys/memory/job/memory.usage_in_bytes", "500000\n");
    put("sys/memory/job/memory.stat", "cache 1\ntotal_inactive_file 100000\n");
    put("sys/cpu/job/cpu.cfs_quota_us", "-1\n");
    put("sys/cpu/job/cpu.cfs_period_us", "100000\n");
    put("sys/cpu/cpu.cfs_quota_us", "150000\n");
    put("sys/cpu/cpu.cfs_period_us", "100000\n");
    CHECK(tepui_machine_group_memory(&r) == 1600000.0);
    CHECK(tepui_machine_group_cpus(&r) == 1.5);
    discard();
}

/* A container: the group's own name is not visible, the root of what is mounted is the group. Nothing at all: no limit.
 */
static void not_visible(void)
{
    tepui_machine_root r = fresh();
    CHECK(isinf(tepui_machine_group_memory(&r)) && isinf(tepui_machine_group_cpus(&r)));
    put("proc/self/cgroup", "0::/docker/1234\n");
    CHECK(isinf(tepui_machine_group_memory(&r)) && isinf(tepui_machine_group_cpus(&r)));
    put("sys/memory.max", "800000\n");
    put("sys/memory.current", "900000\n");
    CHECK(tepui_machine_group_memory(&r) == 0.0);
    discard();
}

static void address_space(void)
{
    CHECK(tepui_machine_has_address_space(3, 1 << 20));
    CHECK(!tepui_machine_has_address_space(200, (size_t)1 << 56));
}

static const test_case cases[] = {{"version_two", version_two},
                                  {"version_one", version_one},
                                  {"not_visible", not_visible},
                                  {"address_space", address_space}};
TEST_MAIN(cases)
