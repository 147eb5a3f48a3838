/* run.c -- the night: rounds of sampling, each ended by a publish.

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

/* Holds the workspace of the cell it samples, or room to help in. */
typedef struct {
    run_hands hands;
    size_t cell, size; /* of the workspace; bytes of room */
    void *room;
    tepui_status status;
    tepui_error error;
} worker;

typedef struct {
    const tepui_run_options *o;
    run_book *book;
    tepui_log *log;
    int threads;
    double start, round_end, deadline, next_progress;
    volatile sig_atomic_t pause, halt; /* hand nothing out; end samples, too: a signal, or time is up */
    run_watch watch;
    worker *worker; /* [thread] */
    run_team team;
    int failures; /* publishes in a row */
    double interval;
} night;

static int is_signalled(const night *n)
{
    return n->o->stop && flag_is_up(n->o->stop);
}

static int stopped(const night *n)
{
    return flag_is_up(&n->halt) || is_signalled(n);
}

static void empty_hands(worker *w)
{
    tepui_follower_free(w->hands.follower);
    tepui_network_free(w->hands.net);
    free(w->room);
    w->hands = (run_hands){NULL, NULL};
    w->room = NULL;
    w->size = 0;
}

/* The workspace of a worker, changed when the cell does. */
static tepui_status enter_cell(night *n, worker *w, const run_cell *rc)
{
    run_hands *h = &w->hands;
    if (h->net && w->cell == rc->cell) return TEPUI_OK;
    empty_hands(w);
    w->cell = rc->cell;
    tepui_status st = tepui_network_alloc(&n->book->e->cells[rc->cell], rc->needs, &h->net, &w->error);
    if (st != TEPUI_OK) return st;
    tepui_network_share(h->net, &n->team.team);
    if (rc->needs & TEPUI_NEEDS_PATH) st = tepui_follower_alloc(h->net, rc->needs, rc->block, &h->follower, &w->error);
    if (st != TEPUI_OK) empty_hands(w);
    return st;
}

/* A worker without a block does a piece of somebody's sample; without the memory it does not help. */
static int help(night *n, worker *w)
{
    const size_t wants = (run_team_wants(&n->team) + 63) & ~(size_t)63;
    if (wants == 0) return 0;
    if (w->size < wants) {
        empty_hands(w);
        w->room = aligned_alloc(64, wants);
        w->size = w->room ? wants : 0;
    }
    return w->room && run_team_help(&n->team, w->room, w->size);
}

/* Thread 0 watches the clock for everybody. */
static void watch(night *n)
{
    const double t = run_now();
    if (t >= n->round_end) flag_set(&n->pause, 1);
    if (n->o->progress && t >= n->next_progress) {
        const tepui_progress p = run_book_progress(n->book, t - n->start);
        n->o->progress(n->o->progress_arg, &p);
        n->next_progress = t + PROGRESS_EVERY;
    }
}

/* Whether trajectories should stand still now. */
typedef struct {
    night *n;
    int number;
} watcher;

static int is_due(void *arg)
{
    const watcher *w = arg;
    if (w->number == 0) watch(w->n);
    return flag_is_up(&w->n->pause) || stopped(w->n);
}

static void work(void *arg, int number)
{
    night *n = arg;
    worker *w = &n->worker[number];
    watcher poll = {n, number};
    unsigned looks = 0;
    const volatile sig_atomic_t *stop = n->watch.started ? &n->halt : n->o->stop;
    while (!stopped(n)) {
        run_cell *rc;
        uint64_t block;
        double *values;
        if (number == 0) watch(n);
        const run_turn turn = run_book_take(n->book, flag_is_up(&n->pause), &rc, &block, &values);
        if (turn == RUN_DONE) break;
        if (turn == RUN_WAIT) {
            if (help(n, w))
                looks = 0;
            else
                run_rest(&looks);
            continue;
        }
        looks = 0;
        const double begun = run_now();
        tepui_status st = enter_cell(n, w, rc);
        if (st == TEPUI_OK) st = run_block(n->book, rc, &w->hands, block, values, stop, is_due, &poll);
        if (st == TEPUI_OK) {
            run_book_deliver(n->book, rc, block, values, run_now() - begun);
            continue;
        }
        if (st == TEPUI_TRY_AGAIN) {
            w->status = run_book_put_aside(n->book, rc, block, w->hands.follower, values);
            if (w->status == TEPUI_OK) continue;
            flag_set(&n->pause, 1);
            break;
        }
        run_book_abandon(n->book, values);
        w->status = st;
        flag_set(&n->pause, 1);
    }
}

static void log_progress(night *n, const char *event, double publish_seconds)
{
    const tepui_progress p = run_book_progress(n->book, run_now() - n->start);
    char left[48] = "";
    if (!isnan(p.left)) snprintf(left, sizeof left, "\"seconds_left\": %.3f, ", p.left);
    tepui_log_event(n->log, event,
                    "\"samples\": %llu, \"samples_total\": %llu, \"work\": %.6f, \"seconds\": %.3f, %s"
                    "\"publish_seconds\": %.4f, \"threads\": %d",
                    (unsigned long long)p.done, (unsigned long long)p.total, p.work, p.seconds, left, publish_seconds,
                    n->threads);
}

/* Relative data files are relative to it: replay and verify look there. Not where JSON would need escapes. */
static void log_folder(const night *n, const tepui_experiment *e)
{
    char folder[1024];
    if (!e->data.file || !e->data.file[0] || !getcwd(folder, sizeof folder)) return;
    for (const char *c = folder; *c; c++)
        if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ') return;
    tepui_log_event(n->log, "folder", "\"folder\": \"%s\"", folder);
}

/* Where the plug-ins were: the result has their names and digests only. */
static void log_plugins(const night *n, const tepui_experiment *e)
{
    for (size_t k = 0; k < e->plugin_count; k++) {
        const char *digest = strrchr(e->plugins[k], ':');
        const tepui_plugin_file *f = tepui_plugin_at(0);
        for (size_t i = 1; f && strcmp(f->digest, digest + 1) != 0; i++) f = tepui_plugin_at(i);
        if (!f || strpbrk(f->path, "\"\\\n")) continue; /* not where JSON would need escapes */
        tepui_log_event(n->log, "plugin", "\"path\": \"%s\", \"sha256\": \"%s\"", f->path, f->digest);
    }
}

static void say(const night *n, const char *format, const char *text)
{
    tepui_error line;
    if (!n->o->trouble) return;
    snprintf(line.text, sizeof line.text, format, text);
    n->o->trouble(n->o->trouble_arg, line.text);
}

/* One publish; its cost sets the next interval, so that it stays a small share of the run. A block that was folded half
   is in no file: what was published before stays. */
static tepui_status publish(night *n, tepui_error *err)
{
    if (n->book->status != TEPUI_OK) return tepui_fail(err, n->book->status, "no memory for the statistics");
    const double t = run_now();
    tepui_error local = {""};
    const tepui_status lock = tepui_log_check(n->log, &local);
    const tepui_status st = lock == TEPUI_OK ? tepui_store_publish(n->book->state, n->o->path, &local) : lock;
    const double cost = run_now() - t;
    const int first = n->interval == 0; /* its failure ends the run, which says why */
    n->interval = n->o->publish_every > 0 ? n->o->publish_every : fmax(PUBLISH_EVERY, PUBLISH_SHARE * cost);
    if (st == TEPUI_OK) {
        tepui_log_published(n->log);
        n->failures = 0;
        log_progress(n, "publish", cost);
        return st;
    }
    n->failures = lock == TEPUI_OK ? n->failures + 1 : PUBLISH_FAILURES; /* another's result stays as it is */
    if (!first) say(n, "publishing failed, nothing newer than the last publish is stored: %s", local.text);
    tepui_log_event(n->log, "publish-failed", "\"failures\": %d", n->failures);
    return tepui_fail(err, st, "%s", local.text);
}

static tepui_status first_worker_failure(const night *n, tepui_error *err)
{
    for (int i = 0; i < n->threads; i++) {
        const worker *w = &n->worker[i];
        if (w->status != TEPUI_OK && w->status != TEPUI_INTERRUPTED)
            return tepui_fail(err, w->status, "%s", w->error.text[0] ? w->error.text : "sampling failed");
    }
    return n->book->status == TEPUI_OK ? TEPUI_OK : tepui_fail(err, n->book->status, "no memory for the statistics");
}

/* Why a run that is not complete ends now, or TEPUI_OK to go on. */
static tepui_status reason_to_end(const night *n, tepui_error *err)
{
    const tepui_status st = first_worker_failure(n, err);
    if (st != TEPUI_OK) return st;
    if (is_signalled(n)) return TEPUI_INTERRUPTED;
    if (stopped(n) || run_now() >= n->deadline) return TEPUI_TRY_AGAIN;
    return TEPUI_OK;
}

/* On the thread that watches: workers stand in a call that cannot be polled. Nothing is handed in meanwhile. */
static void abandon(void *arg)
{
    night *n = arg;
    tepui_error trouble = {""};
    if (!run_book_hold(n->book)) return; /* a fold: soon over */
    tepui_status st = publish(n, &trouble);
    if (st == TEPUI_OK) st = is_signalled(n) ? TEPUI_INTERRUPTED : TEPUI_TRY_AGAIN;
    log_progress(n, "end", 0.0);
    n->o->leave(n->o->progress_arg, st, &trouble);
    run_book_release(n->book);
}

static tepui_status rounds(night *n, tepui_error *err)
{
    tepui_status why = TEPUI_OK, st;
    for (;;) {
        flag_set(&n->pause, 0);
        n->round_end = fmin(run_now() + n->interval, n->deadline);
        for (int i = 0; i < n->threads; i++) n->worker[i].status = TEPUI_OK;
        run_watch_start(&n->watch);
        run_parallel(n->threads, work, n);
        run_watch_end(&n->watch);
        st = run_book_rewind(n->book);
        why = st == TEPUI_OK ? reason_to_end(n, err) : tepui_fail(err, st, "no memory for blocks put aside");
        tepui_error trouble = {""};
        st = publish(n, &trouble);
        const int over = why != TEPUI_OK || tepui_state_complete(n->book->state);
        if (st != TEPUI_OK && (over || n->failures >= PUBLISH_FAILURES)) return tepui_fail(err, st, "%s", trouble.text);
        if (over) return why;
    }
}

tepui_status run_report_nan(const tepui_state *s, tepui_error *err)
{
    const tepui_experiment *e = s->experiment;
    for (size_t i = 0; i < e->cell_count && !e->allow_nan; i++)
        for (size_t o = 0; e->cells[i].alias_of == i && o < e->observable_count; o++)
            for (size_t k = 0; k < s->cell[i].component_count[o]; k++) {
                char name[24];
                const tepui_accumulator *a = &s->cell[i].accumulator[o][k];
                const uint64_t values = tepui_observable_values(e->observables[o], &e->cells[i]); /* of a sample */
                if (a->nan == 0) continue;
                tepui_component_name(s->cell[i].component[o][k], name);
                return tepui_fail(err, TEPUI_FAILED,
                                  "%llu of %llu samples of %s, component %s, cell %zu are not finite "
                                  "(output.allow_nan: true accepts that)",
                                  (unsigned long long)((a->nan + values - 1) / values),
                                  (unsigned long long)(a->count / values), e->observables[o]->kind.name, name, i);
            }
    return TEPUI_OK;
}

static tepui_status prepare(night *n, tepui_error *err)
{
    n->worker = calloc((size_t)n->threads, sizeof *n->worker);
    if (!run_can_have_threads(n->threads))
        return tepui_fail(err, TEPUI_NO_MEMORY, "%d threads cannot be created (ulimit -u, memory): lower --threads",
                          n->threads);
    if (!n->worker || run_team_init(&n->team) != TEPUI_OK)
        return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for %d workers", n->threads);
    return TEPUI_OK;
}

static void release(night *n)
{
    for (int i = 0; n->worker && i < n->threads; i++) empty_hands(&n->worker[i]);
    free(n->worker);
    run_team_clear(&n->team);
    run_book_free(n->book);
    tepui_log_close(n->log);
}

static tepui_status take_up(night *n, tepui_state *state, tepui_error *err)
{
    int which = 0;
    tepui_error note = {""};
    const tepui_status st = tepui_store_resume(state, n->o->path, &which, &note);
    if (st != TEPUI_OK) return tepui_fail(err, st, "%s", note.text);
    tepui_log_published(n->log); /* a publish that was cut short may have been ended */
    if (!which) return st;
    say(n, "%s", note.text);
    tepui_log_event(n->log, "previous-generation-used", "\"resumed\": true, \"generation\": \"%s\"",
                    which == 1 ? "previous" : "temporary");
    return st;
}

tepui_status tepui_run(const tepui_experiment *e, const tepui_run_options *o, tepui_error *err)
{
    tepui_status st;
    tepui_state *state = NULL;
    night n = {.o = o, .threads = tepui_threads(o->threads), .start = run_now()};
    n.deadline = n.start + fmin(o->time_limit, e->time_budget);
    n.watch = (run_watch){
        .stop = o->stop, .halt = &n.halt, .deadline = n.deadline, .abandon = o->leave ? abandon : NULL, .arg = &n};
    TEPUI_TRY(kernel_check(err));
    TEPUI_TRY(tepui_log_open(o->path, &n.log, err));
    if (!o->resume && tepui_log_result_exists(n.log)) { /* looked at again, now that nobody else can write it */
        st =
            tepui_fail(err, TEPUI_USAGE, "%s exists: go on with it by --resume, or name another file with -o", o->path);
        goto done;
    }
    TEPUI_TRY(tepui_state_alloc(e, &state, err));
    tepui_store_start(state); /* while the process is small, without threads and workspaces */
    if (o->resume) TEPUI_TRY(take_up(&n, state, err));
    TEPUI_TRY(run_book_alloc(e, state, n.threads, &n.book, err));
    TEPUI_TRY(prepare(&n, err));
    log_folder(&n, e);
    log_plugins(&n, e);
    log_progress(&n, "start", 0.0);
    if (!o->resume) TEPUI_TRY(publish(&n, err)); /* a path that cannot be written is found before any work */
    if (state->as_stored && tepui_state_complete(state)) goto complete; /* nothing to add; /laws stay */
    if (n.interval == 0) n.interval = o->publish_every > 0 ? o->publish_every : PUBLISH_EVERY;
    st = rounds(&n, err);
complete:
    log_progress(&n, "end", 0.0);
    if (st == TEPUI_OK) st = run_report_nan(state, err);
done:
    release(&n);
    tepui_state_free(state);
    return st;
}
