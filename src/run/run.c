/* run.c -- tepui_run(): rounds of sampling, each ended by a publish.

   A round is one parallel region. It ends when a publish is due, at the time limit, on a signal, or when all cells are
   done. Publishing happens between rounds, by one thread, from a state that nobody changes. A failed publish is
   tried again at the next one, from memory; the file of the one before stays. */
#include "run.h"
#include "watch.h"
#include <base/flag.h>
#include <kernel/answers.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/kind.h>
#include <unistd.h>

#define PUBLISH_FAILURES 10
#define PUBLISH_EVERY 60.0
#define PUBLISH_SHARE 100.0 /* publishing takes at most a hundredth of the time */
#define PROGRESS_EVERY 0.2

/* Holds the workspace of the cell it samples, or scratch memory to help in. */
typedef struct {
    run_workspace workspace;
    size_t cell, size; /* of the workspace; bytes of scratch */
    void *scratch;
    tepui_status status;
    tepui_error error;
} worker;

typedef struct {
    const tepui_run_options *o;
    run_queue *queue;
    tepui_log *log;
    int threads;
    double start, round_end, deadline, next_progress;
    volatile sig_atomic_t pause, halt; /* hand nothing out; end samples, too: a signal, or time is up */
    run_watch watch;
    worker *worker; /* [thread] */
    run_team team;
    int failures; /* publishes in a row */
    double interval;
} run_state;

static int is_signalled(const run_state *run)
{
    return run->o->stop && flag_is_up(run->o->stop);
}

static int stopped(const run_state *run)
{
    return flag_is_up(&run->halt) || is_signalled(run);
}

static void free_workspace(worker *w)
{
    tepui_follower_free(w->workspace.follower);
    tepui_network_free(w->workspace.net);
    free(w->scratch);
    w->workspace = (run_workspace){NULL, NULL};
    w->scratch = NULL;
    w->size = 0;
}

/* The workspace of a worker, changed when the cell does. */
static tepui_status enter_cell(run_state *run, worker *w, const run_cell *rc)
{
    run_workspace *ws = &w->workspace;
    if (ws->net && w->cell == rc->cell) return TEPUI_OK;
    free_workspace(w);
    w->cell = rc->cell;
    tepui_status st = tepui_network_alloc(&run->queue->e->cells[rc->cell], rc->needs, &ws->net, &w->error);
    if (st != TEPUI_OK) return st;
    tepui_network_share(ws->net, &run->team.team);
    if (rc->needs & TEPUI_NEEDS_PATH)
        st = tepui_follower_alloc(ws->net, rc->needs, rc->block, &ws->follower, &w->error);
    if (st != TEPUI_OK) free_workspace(w);
    return st;
}

/* A worker without a block does a piece of somebody's sample; without the memory it does not help. */
static int help(run_state *run, worker *w)
{
    const size_t wants = (run_team_wants(&run->team) + 63) & ~(size_t)63;
    if (wants == 0) return 0;
    if (w->size < wants) {
        free_workspace(w);
        w->scratch = aligned_alloc(64, wants);
        w->size = w->scratch ? wants : 0;
    }
    return w->scratch && run_team_help(&run->team, w->scratch, w->size);
}

/* Thread 0 watches the clock for everybody. */
static void watch(run_state *run)
{
    const double t = run_now();
    if (t >= run->round_end) flag_set(&run->pause, 1);
    if (run->o->progress && t >= run->next_progress) {
        const tepui_progress p = run_queue_progress(run->queue, t - run->start);
        run->o->progress(run->o->progress_arg, &p);
        run->next_progress = t + PROGRESS_EVERY;
    }
}

/* Whether trajectories should stand still now. */
typedef struct {
    run_state *run;
    int number;
} watcher;

static int is_due(void *arg)
{
    const watcher *w = arg;
    if (w->number == 0) watch(w->run);
    return flag_is_up(&w->run->pause) || stopped(w->run);
}

static void work(void *arg, int number)
{
    run_state *run = arg;
    worker *w = &run->worker[number];
    watcher poll = {run, number};
    unsigned looks = 0;
    const volatile sig_atomic_t *stop = run->watch.started ? &run->halt : run->o->stop;
    while (!stopped(run)) {
        run_cell *rc;
        uint64_t block;
        double *values;
        if (number == 0) watch(run);
        const run_turn turn = run_queue_take(run->queue, flag_is_up(&run->pause), &rc, &block, &values);
        if (turn == RUN_DONE) break;
        if (turn == RUN_WAIT) {
            if (help(run, w))
                looks = 0;
            else
                run_rest(&looks);
            continue;
        }
        looks = 0;
        const double begun = run_now();
        tepui_status st = enter_cell(run, w, rc);
        if (st == TEPUI_OK) st = run_block(run->queue, rc, &w->workspace, block, values, stop, is_due, &poll);
        if (st == TEPUI_OK) {
            run_queue_deliver(run->queue, rc, block, values, run_now() - begun);
            continue;
        }
        if (st == TEPUI_TRY_AGAIN) {
            w->status = run_queue_put_aside(run->queue, rc, block, w->workspace.follower, values);
            if (w->status == TEPUI_OK) continue;
            flag_set(&run->pause, 1);
            break;
        }
        run_queue_abandon(run->queue, values);
        w->status = st;
        flag_set(&run->pause, 1);
    }
}

static void log_progress(run_state *run, const char *event, double publish_seconds)
{
    const tepui_progress p = run_queue_progress(run->queue, run_now() - run->start);
    char left[48] = "";
    if (!isnan(p.left)) snprintf(left, sizeof left, "\"seconds_left\": %.3f, ", p.left);
    tepui_log_event(run->log, event,
                    "\"samples\": %llu, \"samples_total\": %llu, \"work\": %.6f, \"seconds\": %.3f, %s"
                    "\"publish_seconds\": %.4f, \"threads\": %d",
                    (unsigned long long)p.done, (unsigned long long)p.total, p.work, p.seconds, left, publish_seconds,
                    run->threads);
}

/* Relative data files are relative to it: replay and verify look there. Not where JSON would need escapes. */
static void log_folder(const run_state *run, const tepui_experiment *e)
{
    char folder[1024];
    if (!e->data.file || !e->data.file[0] || !getcwd(folder, sizeof folder)) return;
    for (const char *c = folder; *c; c++)
        if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ') return;
    tepui_log_event(run->log, "folder", "\"folder\": \"%s\"", folder);
}

/* Where the plug-ins were: the result has their names and digests only. */
static void log_plugins(const run_state *run, const tepui_experiment *e)
{
    for (size_t k = 0; k < e->plugin_count; k++) {
        const char *digest = strrchr(e->plugins[k], ':');
        const tepui_plugin_file *f = tepui_plugin_at(0);
        for (size_t i = 1; f && strcmp(f->digest, digest + 1) != 0; i++) f = tepui_plugin_at(i);
        if (!f || strpbrk(f->path, "\"\\\n")) continue; /* not where JSON would need escapes */
        tepui_log_event(run->log, "plugin", "\"path\": \"%s\", \"sha256\": \"%s\"", f->path, f->digest);
    }
}

static void say(const run_state *run, const char *format, const char *text)
{
    tepui_error line;
    if (!run->o->trouble) return;
    snprintf(line.text, sizeof line.text, format, text);
    run->o->trouble(run->o->trouble_arg, line.text);
}

/* One publish; its cost sets the next interval, so that it stays a small share of the run. A block that was folded half
   is in no file: what was published before stays. */
static tepui_status publish(run_state *run, tepui_error *err)
{
    if (run->queue->status != TEPUI_OK) return tepui_fail(err, run->queue->status, "no memory for the statistics");
    const double t = run_now();
    tepui_error local = {""};
    const tepui_status lock = tepui_log_check(run->log, &local);
    const tepui_status st = lock == TEPUI_OK ? tepui_store_publish(run->queue->state, run->o->path, &local) : lock;
    const double cost = run_now() - t;
    const int first = run->interval == 0; /* its failure ends the run, which says why */
    run->interval = run->o->publish_every > 0 ? run->o->publish_every : fmax(PUBLISH_EVERY, PUBLISH_SHARE * cost);
    if (st == TEPUI_OK) {
        tepui_log_published(run->log);
        run->failures = 0;
        log_progress(run, "publish", cost);
        return st;
    }
    run->failures = lock == TEPUI_OK ? run->failures + 1 : PUBLISH_FAILURES; /* another's result stays as it is */
    if (!first) say(run, "publishing failed, nothing newer than the last publish is stored: %s", local.text);
    tepui_log_event(run->log, "publish-failed", "\"failures\": %d", run->failures);
    return tepui_fail(err, st, "%s", local.text);
}

static tepui_status first_worker_failure(const run_state *run, tepui_error *err)
{
    for (int i = 0; i < run->threads; i++) {
        const worker *w = &run->worker[i];
        if (w->status != TEPUI_OK && w->status != TEPUI_INTERRUPTED)
            return tepui_fail(err, w->status, "%s", w->error.text[0] ? w->error.text : "sampling failed");
    }
    return run->queue->status == TEPUI_OK ? TEPUI_OK
                                          : tepui_fail(err, run->queue->status, "no memory for the statistics");
}

/* Why a run that is not complete ends now, or TEPUI_OK to go on. */
static tepui_status reason_to_end(const run_state *run, tepui_error *err)
{
    const tepui_status st = first_worker_failure(run, err);
    if (st != TEPUI_OK) return st;
    if (is_signalled(run)) return TEPUI_INTERRUPTED;
    if (stopped(run) || run_now() >= run->deadline) return TEPUI_TRY_AGAIN;
    return TEPUI_OK;
}

/* On the thread that watches: workers stand in a call that cannot be polled. Nothing is handed in meanwhile. */
static void abandon(void *arg)
{
    run_state *run = arg;
    tepui_error trouble = {""};
    if (!run_queue_hold(run->queue)) return; /* a fold: soon over */
    tepui_status st = publish(run, &trouble);
    if (st == TEPUI_OK) st = is_signalled(run) ? TEPUI_INTERRUPTED : TEPUI_TRY_AGAIN;
    log_progress(run, "end", 0.0);
    run->o->leave(run->o->progress_arg, st, &trouble);
    run_queue_release(run->queue);
}

static tepui_status rounds(run_state *run, tepui_error *err)
{
    tepui_status why = TEPUI_OK, st;
    for (;;) {
        flag_set(&run->pause, 0);
        run->round_end = fmin(run_now() + run->interval, run->deadline);
        for (int i = 0; i < run->threads; i++) run->worker[i].status = TEPUI_OK;
        run_watch_start(&run->watch);
        run_parallel(run->threads, work, run);
        run_watch_end(&run->watch);
        st = run_queue_rewind(run->queue);
        why = st == TEPUI_OK ? reason_to_end(run, err) : tepui_fail(err, st, "no memory for blocks put aside");
        tepui_error trouble = {""};
        st = publish(run, &trouble);
        const int over = why != TEPUI_OK || tepui_state_complete(run->queue->state);
        if (st != TEPUI_OK && (over || run->failures >= PUBLISH_FAILURES))
            return tepui_fail(err, st, "%s", trouble.text);
        if (over) return why;
    }
}

/* Why numbers of an observable are NaN: what was noted in this session, or else what it says of itself. */
static const char *nan_reason(const run_queue *q, size_t observable)
{
    const char *special = q->e->observables[observable]->special, *nan = special ? strstr(special, "NaN") : NULL;
    return q->nan[observable].text[0] ? q->nan[observable].text : nan ? nan : "";
}

static tepui_status report_nan_of(const run_queue *q, size_t cell, size_t observable, size_t k, tepui_error *err)
{
    char name[24];
    const tepui_cell_state *s = &q->state->cell[cell];
    const tepui_accumulator *a = &s->accumulator[observable][k];
    const tepui_observable_type *t = q->e->observables[observable];
    const uint64_t values = tepui_observable_values(t, &q->e->cells[cell]); /* of a sample */
    const char *why = nan_reason(q, observable);
    if (a->nan == 0) return TEPUI_OK;
    tepui_component_name(s->component[observable][k], name);
    return tepui_fail(err, TEPUI_FAILED,
                      "%llu of %llu samples of %s, component %s, cell %zu are not finite%s%s "
                      "(output.allow_nan: true accepts that)",
                      (unsigned long long)((a->nan + values - 1) / values), (unsigned long long)(a->count / values),
                      t->kind.name, name, cell, why[0] ? ": " : "", why);
}

tepui_status run_report_nan(const run_queue *q, tepui_error *err)
{
    const tepui_experiment *e = q->e;
    for (size_t i = 0; i < e->cell_count && !e->allow_nan; i++)
        for (size_t o = 0; e->cells[i].alias_of == i && o < e->observable_count; o++)
            for (size_t k = 0; k < q->state->cell[i].component_count[o]; k++)
                if (report_nan_of(q, i, o, k, err) != TEPUI_OK) return TEPUI_FAILED;
    return TEPUI_OK;
}

/* Kept beside the result, also where NaN is allowed: a later session draws other samples. No quotes, for JSON. */
static void log_nan(const run_state *run)
{
    const run_queue *q = run->queue;
    for (size_t o = 0; o < q->e->observable_count; o++)
        if (q->nan[o].text[0] && !strpbrk(q->nan[o].text, "\"\\\n"))
            tepui_log_event(run->log, "nan", "\"observable\": \"%s\", \"why\": \"%s\"", q->e->observables[o]->kind.name,
                            q->nan[o].text);
}

static tepui_status prepare(run_state *run, tepui_error *err)
{
    run->worker = calloc((size_t)run->threads, sizeof *run->worker);
    if (!run_can_have_threads(run->threads))
        return tepui_fail(err, TEPUI_NO_MEMORY, "%d threads cannot be created (ulimit -u, memory): lower --threads",
                          run->threads);
    if (!run->worker || run_team_init(&run->team) != TEPUI_OK)
        return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for %d workers", run->threads);
    return TEPUI_OK;
}

static void release(run_state *run)
{
    for (int i = 0; run->worker && i < run->threads; i++) free_workspace(&run->worker[i]);
    free(run->worker);
    run_team_clear(&run->team);
    run_queue_free(run->queue);
    tepui_log_close(run->log);
}

static tepui_status take_up(run_state *run, tepui_state *state, tepui_error *err)
{
    int which = 0;
    tepui_error note = {""};
    const tepui_status st = tepui_store_resume(state, run->o->path, &which, &note);
    if (st != TEPUI_OK) return tepui_fail(err, st, "%s", note.text);
    tepui_log_published(run->log); /* a publish that was cut short may have been ended */
    if (!which) return st;
    say(run, "%s", note.text);
    tepui_log_event(run->log, "previous-generation-used", "\"resumed\": true, \"generation\": \"%s\"",
                    which == 1 ? "previous" : "temporary");
    return st;
}

tepui_status tepui_run(const tepui_experiment *e, const tepui_run_options *o, tepui_error *err)
{
    tepui_status st;
    tepui_state *state = NULL;
    run_state run = {.o = o, .threads = tepui_threads(o->threads), .start = run_now()};
    run.deadline = run.start + fmin(o->time_limit, e->time_budget);
    run.watch = (run_watch){.stop = o->stop,
                            .halt = &run.halt,
                            .deadline = run.deadline,
                            .abandon = o->leave ? abandon : NULL,
                            .arg = &run};
    TEPUI_TRY(kernel_check(err));
    TEPUI_TRY(tepui_log_open(o->path, &run.log, err));
    if (!o->resume && tepui_log_result_exists(run.log)) { /* looked at again, now that nobody else can write it */
        st =
            tepui_fail(err, TEPUI_USAGE, "%s exists: go on with it by --resume, or name another file with -o", o->path);
        goto done;
    }
    TEPUI_TRY(tepui_state_alloc(e, &state, err));
    tepui_store_start(state); /* while the process is small, without threads and workspaces */
    if (o->resume) TEPUI_TRY(take_up(&run, state, err));
    TEPUI_TRY(run_queue_alloc(e, state, run.threads, &run.queue, err));
    TEPUI_TRY(prepare(&run, err));
    log_folder(&run, e);
    log_plugins(&run, e);
    log_progress(&run, "start", 0.0);
    if (!o->resume) TEPUI_TRY(publish(&run, err)); /* a path that cannot be written is found before any work */
    if (state->as_stored && tepui_state_complete(state)) goto complete; /* nothing to add; /laws stay */
    if (run.interval == 0) run.interval = o->publish_every > 0 ? o->publish_every : PUBLISH_EVERY;
    st = rounds(&run, err);
complete:
    log_nan(&run);
    log_progress(&run, "end", 0.0);
    if (st == TEPUI_OK) st = run_report_nan(run.queue, err);
done:
    release(&run);
    tepui_state_free(state);
    return st;
}
