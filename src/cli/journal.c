/* journal.c -- the side log FILE.log (JSON lines) read back: when the last session began, how far it is, how fast.
   Lines look like {"time": 1760000000.0, "event": "publish", "samples": 100, "samples_total": 5000, ...}; unknown keys
   and damaged lines (a log cut by a crash) are passed over. */
#include "cli.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What stands behind "key": in the line, blanks skipped; NULL without. */
static const char *behind_key(const char *line, const char *key)
{
    const size_t n = strlen(key);
    for (const char *at = strchr(line, '"'); at; at = strchr(at + 1, '"')) {
        if (strncmp(at + 1, key, n) != 0 || at[n + 1] != '"') continue;
        at += n + 2;
        at += strspn(at, " \t");
        if (*at == ':') return at + 1 + strspn(at + 1, " \t");
        at--;
    }
    return NULL;
}

double cli_journal_field(const char *line, const char *key)
{
    char *end;
    const char *at = behind_key(line, key);
    if (!at) return NAN;
    const double x = strtod(at, &end);
    return end == at ? NAN : x;
}

static void read_text(const char *line, const char *key, char *out, size_t size)
{
    const char *at = behind_key(line, key);
    out[0] = '\0';
    if (!at || *at != '"') return;
    const size_t n = strcspn(at + 1, "\"\n");
    snprintf(out, size, "%.*s", (int)n, at + 1);
}

static void take_line(cli_journal *j, const char *line)
{
    char event[sizeof j->last_event];
    const double time = cli_journal_field(line, "time"), samples = cli_journal_field(line, "samples"),
                 total = cli_journal_field(line, "samples_total"), work = cli_journal_field(line, "work"),
                 left = cli_journal_field(line, "seconds_left");
    read_text(line, "event", event, sizeof event);
    if (!event[0] || isnan(time)) return;
    if (behind_key(line, "folder")) read_text(line, "folder", j->folder, sizeof j->folder);
    j->found = 1;
    memcpy(j->last_event, event, sizeof event);
    read_text(line, "host", j->last_host, sizeof j->last_host);
    j->last_time = time;
    if (!isnan(samples)) j->last_samples = samples;
    if (!isnan(total)) j->total_samples = total;
    if (!isnan(work)) j->last_work = work;
    if (!isnan(left)) j->left = left;
    if (strcmp(event, "start") != 0) return;
    j->sessions++;
    j->start_time = time;
    j->start_samples = isnan(samples) ? 0.0 : samples;
    j->left = NAN;
}

/* A log that is not there, or not a file, is no log; memory that is missing is no reason to say so. */
static FILE *open_log(const char *path)
{
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe is not waited for */
    FILE *in = fd >= 0 ? fdopen(fd, "r") : NULL;
    if (in || fd < 0) return in;
    if (errno == ENOMEM) exit(cli_fail("tepui", TEPUI_NO_MEMORY, "no memory to read %s", path));
    close(fd);
    return NULL;
}

void cli_journal_read(const char *result_path, cli_journal *j)
{
    char *target = NULL, *line = NULL;
    tepui_error err = {{0}};
    if (tepui_store_target(result_path, &target, &err) == TEPUI_NO_MEMORY) /* the log stands beside it */
        exit(cli_fail("tepui", TEPUI_NO_MEMORY, "%s", err.text));
    char *path = cli_print("%s.log", target ? target : result_path);
    size_t room = 0;
    FILE *in = open_log(path);
    *j = (cli_journal){.start_time = NAN,
                       .start_samples = NAN,
                       .left = NAN,
                       .last_work = NAN,
                       .last_time = NAN,
                       .last_samples = NAN,
                       .total_samples = NAN};
    errno = 0;
    while (in && getline(&line, &room, in) > 0) take_line(j, line);
    if (errno == ENOMEM) exit(cli_fail("tepui", TEPUI_NO_MEMORY, "no memory to read %s", path));
    if (in) fclose(in);
    free(line);
    free(path);
    free(target);
}
