/* cmd_status.c -- `tepui status FILE`: what is in a result file and how the run behind it goes.

   Samples come from the file (what is safe on disk); session, rate and time left from FILE.log. Whether a run is alive
   is asked of its lock; where locks do not reach (another host's file system), the age of the last log line decides. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef enum { COMPLETE, STOPPED, RUNNING, KILLED } run_state;
static const char *const state_name[] = {"complete", "stopped", "running", "killed"};

typedef struct {
    cli_view view;
    const char *file;
} options;

typedef struct {
    run_state state;
    double samples, total, percent, rate, left, age;
    size_t cells, cells_begun;
} summary;

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    return cli_file_argument(key, arg, state, &o->view, &o->file);
}

static const struct argp_child children[] = {{&cli_format_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {NULL,
                                 parse,
                                 "FILE",
                                 "Progress, rate and time left of a run.\v"
                                 "Reads the published file and its side log FILE.log; never disturbs a run.",
                                 children,
                                 NULL,
                                 NULL};

/* Sum over the cells; an estimate from the file alone where there is no log (equal cells are counted each). */
static double samples_in_file(const tepui_result *r, size_t *begun)
{
    const tepui_column *c = tepui_result_column(r, "samples");
    double sum = 0.0;
    *begun = 0;
    for (size_t i = 0; c && i < r->cells; i++) {
        sum += c->number[i];
        *begun += c->number[i] > 0;
    }
    return sum;
}

/* A run writes to its log at least every minute or so, later only when publishing is slow. A free lock tells that a run
   of this host is gone; of another host it need not. */
static run_state state_of(const tepui_result *r, const cli_journal *j, const char *file, double age)
{
    char here[sizeof j->last_host] = "";
    if (strcmp(r->status, "complete") == 0) return COMPLETE;
    if (!j->found || strcmp(j->last_event, "end") == 0) return STOPPED;
    const int held = tepui_log_is_held(file);
    if (held == 1) return RUNNING;
    gethostname(here, sizeof here - 1);
    if (held == 0 && strcmp(here, j->last_host) == 0) return KILLED;
    return age < 600.0 ? RUNNING : KILLED;
}

static void summarise(const tepui_result *r, const cli_journal *j, const char *file, summary *s)
{
    const double seconds = j->last_time - j->start_time, fresh = j->last_samples - j->start_samples;
    const double in_file = samples_in_file(r, &s->cells_begun);
    s->cells = r->cells;
    s->samples = isnan(j->last_samples) ? in_file : j->last_samples;
    s->total = j->total_samples;
    /* of the work, as the run shows it; of the samples where the log does not tell */
    s->percent = s->samples >= s->total ? 100.0 : 100.0 * (isnan(j->last_work) ? s->samples / s->total : j->last_work);
    s->age = j->found ? difftime(time(NULL), (time_t)j->last_time) : NAN;
    s->state = state_of(r, j, file, s->age);
    s->rate = seconds > 0 && fresh > 0 ? fresh / seconds : NAN;
    s->left = s->state == COMPLETE ? 0.0 : j->left - (s->state == RUNNING ? s->age : 0.0);
    if (s->left < 0.0) s->left = 0.0; /* NaN stays */
}

static cli_table *status_table(const tepui_result *r, const cli_journal *j, const summary *s, int programs)
{
    cli_table *t = cli_table_new();
    static const char *const name[] = {"title",        "state",    "version",
                                       "seed",         "cells",    "cells_begun",
                                       "samples",      "percent",  "samples_per_second",
                                       "seconds_left", "sessions", "seconds_since_last_sign"};
    static const int text[] = {1, 1, 1};
    const int digits = programs ? 0 : 3;
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        cli_table_column(t, i < sizeof text / sizeof *text ? CLI_LEFT : CLI_NUMERIC, name[i]);
    cli_table_cell(t, r->title);
    cli_table_cell(t, state_name[s->state]);
    cli_table_cell(t, r->version);
    cli_table_cell(t, cli_count(r->seed).text);
    cli_table_cell(t, cli_count(s->cells).text);
    cli_table_cell(t, cli_count(s->cells_begun).text);
    cli_table_cell(t, cli_count((uint64_t)s->samples).text);
    cli_table_cell(t, cli_number(s->percent, digits).text);
    cli_table_cell(t, cli_number(s->rate, digits).text);
    cli_table_cell(t, cli_number(s->left, digits).text);
    cli_table_cell(t, cli_count((uint64_t)j->sessions).text);
    cli_table_cell(t, cli_number(s->age, digits).text);
    return t;
}

static void print_text(const tepui_result *r, const cli_journal *j, const summary *s)
{
    char *title = cli_visible(r->title);
    printf("%-10s  %s\n%-10s  %s\n", "title", title, "state", state_name[s->state]);
    free(title);
    printf("%-10s  %s", "samples", cli_count((uint64_t)s->samples).text);
    if (!isnan(s->total)) printf(" of %.0f (%.1f %% of the work)", s->total, s->percent);
    printf("\n%-10s  %zu, %zu of them begun\n", "cells", s->cells, s->cells_begun);
    if (!isnan(s->rate)) printf("%-10s  %s samples/s\n", "rate", cli_number(s->rate, 3).text);
    if (s->state == RUNNING) printf("%-10s  %s\n", "time left", cli_duration(s->left).text);
    if (j->found)
        printf("%-10s  %s ago (%s), session %d\n", "last sign", cli_duration(s->age).text, j->last_event, j->sessions);
    if (s->state == STOPPED || s->state == KILLED)
        printf("%-10s  repeat the `tepui run' command with --resume\n", "to resume");
}

int cmd_status(int argc, char **argv)
{
    options o = {.view = cli_view_default};
    tepui_result *r = NULL;
    tepui_error err = {""};
    cli_journal journal;
    summary s = {0};
    cli_parse(&argp, argc, argv, &o);
    const tepui_status st = cli_open(o.file, TEPUI_READ_STATISTICS, &r, &err);
    if (st != TEPUI_OK) return cli_fail("tepui status", st, "%s", err.text);
    cli_journal_read(o.file, &journal);
    summarise(r, &journal, o.file, &s);
    if (o.view.format == CLI_TEXT) {
        print_text(r, &journal, &s);
    } else {
        cli_table *t = status_table(r, &journal, &s, cli_view_digits(&o.view) == 0);
        cli_view_print(&o.view, t);
        cli_table_free(t);
    }
    tepui_result_free(r);
    return TEPUI_OK;
}
