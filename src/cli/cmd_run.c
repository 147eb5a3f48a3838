/* cmd_run.c -- `tepui run EXPERIMENT`: read, plan, check that it fits, sample, publish.

   SIGINT, SIGTERM, SIGUSR1, SIGHUP and SIGXCPU ask for a stop: the handler stores the number, the run publishes and
   returns, the exit status is 128 + signal. A second SIGINT, SIGTERM or SIGUSR1 ends the program at once; the last
   published file stays valid. The kernel repeats SIGXCPU every second, and a hangup may come twice: these do not.
   A SIGHUP that is ignored at the start (nohup) stays ignored.
   SIGXFSZ and SIGPIPE are ignored, so that a full file or a closed terminal is an error code, not a death. */
#include "cli.h"
#include <base/flag.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const char *experiment, *output;
    const char **set;
    size_t sets;
    int threads, resume, dry_run, quiet;
    double time_limit;
} options;

/* --- options */

enum { KEY_TIME = 0x100, KEY_RESUME, KEY_SET, KEY_DRY_RUN };

static void add_setting(options *o, const char *arg, struct argp_state *state)
{
    if (!strchr(arg, '=')) argp_error(state, "--set takes key=value, got '%s'", arg);
    o->set = cli_grow(o->set, o->sets + 2, sizeof *o->set);
    o->set[o->sets++] = arg;
    o->set[o->sets] = NULL;
}

static error_t parse_positional(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    if (key == ARGP_KEY_NO_ARGS) argp_error(state, "an experiment file is needed");
    if (key != ARGP_KEY_ARG) return ARGP_ERR_UNKNOWN;
    if (state->arg_num > 0) argp_error(state, "one experiment file only, got '%s' too", arg);
    o->experiment = arg;
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case 'o':
        o->output = arg;
        return 0;
    case 't':
        o->threads = (int)cli_count_option("threads", arg, 1, 4096, state);
        return 0;
    case KEY_TIME:
        if (!cli_read_duration(arg, &o->time_limit)) argp_error(state, "--time takes 90, 45m or 1h30m, got '%s'", arg);
        return 0;
    case KEY_RESUME:
        o->resume = 1;
        return 0;
    case KEY_SET:
        add_setting(o, arg, state);
        return 0;
    case KEY_DRY_RUN:
        o->dry_run = 1;
        return 0;
    case 'q':
        o->quiet = 1;
        return 0;
    default:
        return parse_positional(key, arg, state);
    }
}

static const struct argp_option argp_options[] = {
    {"output", 'o', "FILE", 0, "Result file (default: name of the experiment with .h5, in the current directory)", 0},
    {"threads", 't', "N", 0, "Number of threads (default: all); the result does not depend on it", 0},
    {"time", KEY_TIME, "TIME", 0, "Stop after this time (90, 45m, 8h, 1h30m), with status 75", 0},
    {"resume", KEY_RESUME, 0, 0, "Resume the result file; start a new one where there is none", 0},
    {"set", KEY_SET, "KEY=VALUE", 0, "Replace a field of the experiment, as grid.depth=[1,2]; may be repeated", 0},
    {"dry-run", KEY_DRY_RUN, 0, 0, "Only print the plan: cells, samples, memory, disk, time", 0},
    {"quiet", 'q', 0, 0, "No progress and no closing line on standard error", 0},
    {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "EXPERIMENT",
    "Sample an experiment and write the result file.\v"
    "SIGINT, SIGTERM, SIGUSR1, SIGHUP and SIGXCPU save what is there and stop within about a second; a second SIGINT, "
    "SIGTERM or SIGUSR1 stops at once. "
    "The result file can be read at any moment during the run.",
    NULL,
    NULL,
    NULL};

/* Whether argp takes the word, cut at `length`, for an option, spelt out or cut off. */
static int is_option(const char *word, size_t length)
{
    static const char *const general[] = {"help", "usage", "version"};
    for (const struct argp_option *k = argp_options; k->name; k++)
        if (strncmp(k->name, word, length) == 0) return 1;
    for (size_t i = 0; i < sizeof general / sizeof *general; i++)
        if (strncmp(general[i], word, length) == 0) return 1;
    return 0;
}

/* "--samples 100" of those who take a field for an option. */
static void refuse_fields(char **argv)
{
    for (char **a = argv + 1; *a && strcmp(*a, "--") != 0; a++) {
        if (strncmp(*a, "--", 2) != 0) continue;
        const char *word = *a + 2;
        const size_t length = strcspn(word, "=");
        if (is_option(word, length)) continue;
        char *name = cli_print("%.*s", (int)length, word);
        const char *field = tepui_field_called(strcmp(name, "plugin") == 0 ? "plugins" : name);
        free(name);
        const char *value = word[length] ? word + length + 1 : a[1] && a[1][0] != '-' ? a[1] : "VALUE";
        if (field)
            exit(cli_fail(argv[0], TEPUI_USAGE, "there is no option --%.*s; write --set %s=%s", (int)length, word,
                          field, value));
    }
}

/* --- signals */

static volatile sig_atomic_t stop_signal;

/* name: for messages; insists: a second signal of this kind ends the program at once */
static const struct {
    int number, insists;
    const char *name;
} stopping[] = {{SIGINT, 1, "SIGINT"},
                {SIGTERM, 1, "SIGTERM"},
                {SIGUSR1, 1, "SIGUSR1"},
                {SIGHUP, 0, "SIGHUP"},
                {SIGXCPU, 0, "SIGXCPU"}};
enum { STOPPING = sizeof stopping / sizeof *stopping };

static void ask_to_stop(int signal_number)
{
    if (!flag_is_up(&stop_signal)) {
        flag_set(&stop_signal, signal_number);
        return;
    }
    for (size_t i = 0; i < STOPPING; i++)
        if (stopping[i].number == signal_number && stopping[i].insists) _exit(128 + signal_number);
}

static int is_ignored(int signal_number)
{
    struct sigaction a;
    return sigaction(signal_number, NULL, &a) == 0 && a.sa_handler == SIG_IGN;
}

static void set_handlers(void)
{
    static const int ignored[] = {SIGXFSZ, SIGPIPE};
    struct sigaction a = {.sa_handler = ask_to_stop, .sa_flags = SA_RESTART};
    sigemptyset(&a.sa_mask);
    for (size_t i = 0; i < STOPPING; i++)
        if (stopping[i].number != SIGHUP || !is_ignored(SIGHUP)) sigaction(stopping[i].number, &a, NULL);
    a.sa_handler = SIG_IGN;
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) sigaction(ignored[i], &a, NULL);
}

/* --- result file */

/* "dir/name.yaml" gives "name.h5". */
static char *default_output(const char *experiment)
{
    const char *slash = strrchr(experiment, '/'), *base = slash ? slash + 1 : experiment;
    const char *dot = strrchr(base, '.');
    if (strcmp(experiment, "-") == 0) base = "experiment", dot = NULL;
    const int n = dot && dot != base ? (int)(dot - base) : (int)strlen(base);
    return cli_print("%.*s.h5", n, base);
}

static int exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* A file that is there is never overwritten; resuming what is not there starts anew, so that a batch script can always
   say --resume. */
static tepui_status check_output(options *o, tepui_error *err)
{
    char *previous = cli_print("%s.prev", o->output);
    const int there = exists(o->output), before = exists(previous);
    free(previous);
    if (there && !o->resume)
        return tepui_fail(err, TEPUI_USAGE, "%s exists: resume it with --resume, or name another file with -o",
                          o->output);
    if (o->resume && !there && !before) {
        if (!o->quiet) cli_say("tepui run", "no %s yet, starting from the beginning", o->output);
        o->resume = 0;
    }
    return TEPUI_OK;
}

/* --- running */

static int dry_run(const options *o, const tepui_experiment *e)
{
    cli_plan plan;
    tepui_error err = {""};
    cli_plan_make(e, o->threads, o->output, &plan);
    tepui_status st = cli_plan_check(&plan, &err);
    if (st == TEPUI_OK) st = cli_blas_check(e, plan.threads, &err);
    if (st == TEPUI_OK) plan.time = cli_estimate_make(e, plan.threads, CLI_ESTIMATE_BUDGET, cli_processor_time());
    cli_plan_print(&plan, o->output, stdout);
    return st == TEPUI_OK ? TEPUI_OK : cli_fail("tepui run", st, "%s", err.text);
}

static const char *signal_name(int n)
{
    for (size_t i = 0; i < STOPPING; i++)
        if (stopping[i].number == n) return stopping[i].name;
    return "signal";
}

static void how_to_go_on(const options *o, const char *why)
{
    cli_say("tepui run", "%s; what was sampled is in %s; to resume: the same command with --resume", why, o->output);
}

static void closing_line(const options *o, double seconds)
{
    if (o->quiet) return;
    cli_say("tepui run", "%s after %s", o->output, cli_duration(seconds).text);
}

static int report(const options *o, tepui_status st, double seconds, const tepui_error *err)
{
    switch (st) {
    case TEPUI_OK:
        closing_line(o, seconds);
        return st;
    case TEPUI_INTERRUPTED:
        how_to_go_on(o, signal_name(flag_is_up(&stop_signal)));
        return 128 + flag_is_up(&stop_signal);
    case TEPUI_TRY_AGAIN:
        if (err->text[0]) break; /* another run holds the file */
        how_to_go_on(o, "time is up");
        return st;
    default:
        break;
    }
    return cli_fail("tepui run", st, "%s", err->text[0] ? err->text : "failed");
}

/* What the run calls back with. */
typedef struct {
    cli_progress progress;
    const options *o;
    double start;
} session;

static void show(void *arg, const tepui_progress *p)
{
    session *s = arg;
    cli_progress_show(&s->progress, p);
}

/* Workers stand in a call that does not end: nothing of theirs may be freed, so no exit() either. */
static void leave(void *arg, tepui_status st, const tepui_error *err)
{
    session *s = arg;
    cli_progress_clear(&s->progress);
    _exit(report(s->o, st, cli_now() - s->start, err));
}

/* Said even with --quiet: it is not progress. */
static void say_trouble(void *progress, const char *text)
{
    cli_progress_clear(progress);
    cli_say("tepui run", "warning: %s", text);
}

static int sample(const options *o, const tepui_experiment *e)
{
    session s = {.o = o, .start = cli_now()};
    tepui_error err = {""};
    cli_progress_init(&s.progress, stderr, o->quiet);
    const tepui_run_options run = {.path = o->output,
                                   .threads = o->threads,
                                   .time_limit = o->time_limit,
                                   .publish_every = 60.0,
                                   .resume = o->resume,
                                   .progress = show,
                                   .progress_arg = &s,
                                   .leave = leave,
                                   .stop = &stop_signal,
                                   .trouble = say_trouble,
                                   .trouble_arg = &s.progress};
    set_handlers();
    const tepui_status st = tepui_run(e, &run, &err);
    cli_progress_clear(&s.progress);
    return report(o, st, cli_now() - s.start, &err);
}

/* Data files are read only if the whole run has room for what their heads ask for. An experiment that is wrong in other
   ways is told so when it is planned. */
static tepui_status survey(const options *o, tepui_experiment *e, tepui_error *err)
{
    cli_plan plan;
    tepui_error unused = {""};
    if (tepui_experiment_survey(e, &unused) != TEPUI_OK || !e->dataset->rows) return TEPUI_OK;
    cli_plan_make(e, o->threads, o->output, &plan);
    const tepui_status st = cli_memory_check(&plan, err);
    if (st != TEPUI_OK && o->dry_run) cli_plan_print(&plan, o->output, stdout);
    return st;
}

static tepui_status prepare(options *o, tepui_experiment **e, tepui_error *err)
{
    tepui_status st;
    cli_plan plan;
    TEPUI_TRY(tepui_experiment_read(o->experiment, o->set, e, err));
    TEPUI_TRY(survey(o, *e, err));
    TEPUI_TRY(tepui_experiment_plan(*e, err));
    if (o->dry_run) goto done;
    TEPUI_TRY(check_output(o, err));
    cli_plan_make(*e, o->threads, o->output, &plan);
    TEPUI_TRY(cli_plan_check(&plan, err));
    TEPUI_TRY(cli_blas_check(*e, plan.threads, err));
done:
    return st;
}

int cmd_run(int argc, char **argv)
{
    options o = {.time_limit = INFINITY};
    tepui_experiment *e = NULL;
    tepui_error err = {""};
    refuse_fields(argv);
    cli_parse(&argp, argc, argv, &o);
    char *fallback = o.output ? NULL : default_output(o.experiment);
    if (fallback) o.output = fallback;
    char *target = NULL;
    int status = tepui_store_target(o.output, &target, &err); /* links are followed once, here */
    if (target) o.output = target;
    if (status == TEPUI_OK) status = prepare(&o, &e, &err);
    if (status != TEPUI_OK)
        status = cli_fail("tepui run", (tepui_status)status, "%s", err.text);
    else
        status = o.dry_run ? dry_run(&o, e) : sample(&o, e);
    tepui_experiment_free(e);
    free(o.set);
    free(fallback);
    free(target);
    return status;
}
