/* test_store.c -- a published file is whole or not there, whatever fails; what is read back is what was written.

   Faults: every call of open, write, fsync, close, link, rename, unlink fails in turn, once and for good, until a
   publish meets none (SQLite's method); RLIMIT_FSIZE stands for a full disk. */
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <signal.h>
#include <stdlib.h>
#include <store/envelope.h>
#include <store/publish.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tepui/tepui.h>
#include <unistd.h>

static char folder[] = "test-store-XXXXXX";

static void in_folder(void)
{
    static int there;
    if (!there) CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0);
    there = 1;
}

static char *slurp(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    struct stat s;
    char *data = NULL;
    *size = 0;
    if (f && fstat(fileno(f), &s) == 0 && (data = malloc((size_t)s.st_size + 1)))
        *size = fread(data, 1, (size_t)s.st_size, f);
    if (data) data[*size] = '\0';
    if (f) fclose(f);
    return data;
}

static int holds(const char *path, const char *text)
{
    size_t n;
    char *data = slurp(path, &n);
    const int same = data && n == strlen(text) && memcmp(data, text, n) == 0;
    free(data);
    return same;
}

/* --- faults */

static long calls, fail_at, forever, fault;

static int hit(void)
{
    calls++;
    return fail_at && (calls == fail_at || (forever && calls > fail_at));
}

static int bad_open(const char *path, int flags, mode_t mode)
{
    return hit() ? (errno = (int)fault, -1) : open(path, flags, mode);
}

/* ENOSPC: a short write first, as real disks do. */
static ssize_t bad_write(int fd, const void *data, size_t n)
{
    if (!hit()) return write(fd, data, n > 7 ? 7 : n); /* always short, to exercise the loop */
    errno = (int)fault;
    return -1;
}
static int bad_fsync(int fd)
{
    return hit() ? (errno = (int)fault, -1) : fsync(fd);
}
static int bad_close(int fd)
{
    const int r = close(fd);
    return hit() ? (errno = (int)fault, -1) : r;
}
static int bad_link(const char *a, const char *b)
{
    return hit() ? (errno = (int)fault, -1) : link(a, b);
}
static int bad_rename(const char *a, const char *b)
{
    return hit() ? (errno = (int)fault, -1) : rename(a, b);
}
static int bad_unlink(const char *a)
{
    return hit() ? (errno = (int)fault, -1) : unlink(a);
}
static const publish_calls faulty = {bad_open, bad_write, bad_fsync, bad_close, bad_link, bad_rename, bad_unlink, NULL};

static void clean(void)
{
    unlink("r");
    unlink("r.prev");
    unlink(".r.tmp");
    unlink(".r.tmp.old");
}

static void start_with_old(void)
{
    clean();
    CHECK(publish_bytes(&publish_system, "r", "old", 3, NULL) == TEPUI_OK);
}

static void every_failing_call_leaves_a_whole_file(void)
{
    const long errors[] = {ENOSPC, EIO, EDQUOT};
    in_folder();
    for (size_t k = 0; k < 3; k++)
        for (int persistent = 0; persistent < 2; persistent++)
            for (long n = 1;; n++) {
                tepui_error err = {""};
                start_with_old();
                fault = errors[k];
                forever = persistent;
                calls = 0;
                fail_at = n;
                const tepui_status st = publish_bytes(&faulty, "r", "new contents", 12, &err);
                const long met = calls >= n;
                CHECK(st == TEPUI_OK || st == TEPUI_IO);
                CHECK(holds("r", "new contents") || (st != TEPUI_OK && holds("r", "old")));
                if (st != TEPUI_OK) CHECK(strstr(err.text, "r: cannot") || strstr(err.text, "r.tmp: cannot"));
                if (st != TEPUI_OK) CHECK(strstr(err.text, strerror((int)fault)) != NULL);
                fail_at = 0; /* the trouble is over: the next publish works, over whatever is left */
                CHECK(publish_bytes(&faulty, "r", "newer", 5, NULL) == TEPUI_OK && holds("r", "newer"));
                if (!met) break;
            }
    clean();
}

static void interrupted_writes_go_on(void)
{
    in_folder();
    clean();
    fault = EINTR;
    forever = 0;
    for (fail_at = 2; fail_at <= 3; fail_at++) { /* calls 2 and 3 are writes */
        calls = 0;
        CHECK(publish_bytes(&faulty, "r", "new contents", 12, NULL) == TEPUI_OK && holds("r", "new contents"));
        clean();
    }
}

static void the_generation_before_is_kept(void)
{
    in_folder();
    clean();
    CHECK(publish_bytes(&publish_system, "r", "1", 1, NULL) == TEPUI_OK && access("r.prev", F_OK) != 0);
    CHECK(publish_bytes(&publish_system, "r", "2", 1, NULL) == TEPUI_OK && holds("r.prev", "1") && holds("r", "2"));
    CHECK(publish_bytes(&publish_system, "r", "3", 1, NULL) == TEPUI_OK && holds("r.prev", "2") && holds("r", "3"));
    CHECK(access(".r.tmp", F_OK) != 0 && access(".r.tmp.old", F_OK) != 0);
    clean();
    CHECK(publish_bytes(&publish_system, "nowhere/r", "1", 1, NULL) == TEPUI_IO);
    CHECK(symlink("/tmp", ".r.tmp") == 0); /* somebody's link is not followed: it is replaced */
    CHECK(publish_bytes(&publish_system, "r", "4", 1, NULL) == TEPUI_OK && holds("r", "4"));
    clean();
}

/* --- results */

static const char text[] =
    "title: store\nseed: 5\ngrid: {depth: [1, 3], width: [1, depth, 6], init: [he, xavier]}\n"
    "data: {source: gaussian, outputs: 2, targets: gaussian}\nobservables: [forward_norm, "
    "gradient_norm, activation_fraction]\nsamples: 300\noutput: {raw: 50, probabilities: [0.1, 0.5]}\n";

static tepui_experiment *plan(const char *t)
{
    tepui_experiment *e = NULL;
    tepui_error err = {""};
    tepui_status st = tepui_experiment_parse(t, "store", NULL, &e, &err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
    if (st != TEPUI_OK) fprintf(stderr, "%s\n", err.text);
    CHECK(st == TEPUI_OK);
    return e;
}

/* The same with an observable that censors, which no kind need do for this: gradient_norm. */
static tepui_experiment *plan_censored(const char *t, tepui_observable_type *own)
{
    tepui_experiment *e = plan(t);
    *own = *e->observables[1];
    own->censors = 1;
    e->observables[1] = own;
    return e;
}

/* A state with every kind of value in it: zeros, NaN, infinities, wide and narrow ranges; some cells not done. */
static tepui_state *state(const tepui_experiment *e)
{
    tepui_state *s = NULL;
    uint64_t x = 7;
    CHECK(tepui_state_alloc(e, &s, NULL) == TEPUI_OK);
    for (size_t i = 0; i < e->cell_count; i++) {
        if (e->cells[i].alias_of != i) continue;
        for (size_t o = 0; o < e->observable_count; o++)
            for (size_t k = 0; k < s->cell[i].component_count[o]; k++) {
                double v[100];
                for (int n = 0; n < 100; n++) {
                    x = x * 6364136223846793005u + 1442695040888963407u;
                    v[n] = ((double)(x >> 11) * 0x1p-53 - 0.3) * (double)(1 + i * k);
                    if (x % 17 == 0) v[n] = -INFINITY;
                    if (x % 31 == 0) v[n] = NAN;
                    if (x % 7 == 0) v[n] = INFINITY;
                }
                CHECK(tepui_accumulator_fold(&s->cell[i].accumulator[o][k], v, 100, 1) == TEPUI_OK);
            }
        s->cell[i].samples = 100;
        s->cell[i].blocks = 1;
        s->cell[i].done = i % 2 == 0;
        s->generation += 100;
    }
    return s;
}

static int same_file(const char *a, const char *b)
{
    size_t n, m;
    char *x = slurp(a, &n), *y = slurp(b, &m);
    const int same = x && y && n == m && memcmp(x, y, n) == 0;
    free(x);
    free(y);
    return same;
}

static void remove_result(const char *path)
{
    char name[64];
    const char *tail[] = {"", ".prev", ".log"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, tail[i]);
        unlink(name);
    }
}

static void equal_states_are_equal_bytes(void)
{
    in_folder();
    tepui_observable_type own;
    tepui_experiment *e = plan_censored(text, &own);
    tepui_state *s = state(e), *t = NULL;
    int previous;
    CHECK(tepui_store_publish(s, "a.h5", NULL) == TEPUI_OK);
    sleep(1); /* a clock in the file would show */
    CHECK(tepui_store_publish(s, "b.h5", NULL) == TEPUI_OK && same_file("a.h5", "b.h5"));
    CHECK(tepui_state_alloc(e, &t, NULL) == TEPUI_OK);
    CHECK(tepui_store_resume(t, "a.h5", &previous, NULL) == TEPUI_OK && previous == 0);
    CHECK(tepui_store_publish(t, "c.h5", NULL) == TEPUI_OK && same_file("a.h5", "c.h5"));
    for (size_t o = 0; o < 2; o++) {
        const tepui_accumulator *before = &s->cell[0].accumulator[o][0], *after = &t->cell[0].accumulator[o][0];
        CHECK(before->infinite == after->infinite && (before->infinite > 0) == (o == 1));
        CHECK(before->nan == after->nan && before->nan > 0 && after->censors == (o == 1));
    }
    tepui_state_free(s);
    tepui_state_free(t);
    tepui_experiment_free(e);
    remove_result("a.h5");
    remove_result("b.h5");
    remove_result("c.h5");
}

static size_t component_index(const tepui_result_observable *o, const char *name)
{
    for (size_t k = 0; k < o->components; k++)
        if (strcmp(o->component[k], name) == 0) return k;
    return SIZE_MAX;
}

/* Row of (cell, component) against its accumulator. */
static void check_row(const tepui_result *r, const tepui_result_observable *o, size_t cell, size_t k,
                      const tepui_accumulator *a)
{
    const size_t at = cell * o->components + k;
    uint64_t sum = 0;
    for (size_t b = 0; b < o->bins; b++) sum += o->histogram[at * o->bins + b];
    const int ln = strcmp(o->transform, "ln") == 0;
    CHECK(o->count[at] == a->count && o->zero[at] == a->zero && o->nan[at] == a->nan);
    CHECK(ln ? !o->origin : o->origin && o->origin[at] == a->origin);
    CHECK(a->censors ? o->infinite[at] == a->infinite : o->infinite == NULL && a->infinite == 0);
    CHECK(sum + a->zero + o->nan[at] + a->infinite + o->under[at] + o->over[at] == o->count[at]);
    CHECK(o->mean[at] == tepui_moments_mean(&a->moments) && o->maximum[at] == a->moments.maximum);
    CHECK(o->variance[at] == tepui_moments_variance(&a->moments));
    CHECK(r->probabilities == 2 && r->probability[1] == 0.5);
    const tepui_quantile q = tepui_accumulator_quantile(a, 0.5, 0.95, NULL);
    CHECK(o->quantile[at * 2 + 1] == q.value && o->quantile_low[at * 2 + 1] == q.low &&
          o->quantile_high[at * 2 + 1] == q.high);
    for (size_t n = 0; n < o->samples; n++) {
        const double raw = o->raw[at * o->samples + n];
        CHECK(n < a->raw_count ? memcmp(&raw, &a->raw[n], 8) == 0 : isnan(raw));
    }
    /* edges of the shared grid are multiples of its width */
    const double w = o->bin_edges[1] - o->bin_edges[0];
    CHECK_NEAR(o->bin_edges[0] / w, round(o->bin_edges[0] / w), 1e-6);
}

static void what_is_read_is_what_was_written(void)
{
    in_folder();
    tepui_observable_type own;
    tepui_experiment *e = plan_censored(text, &own);
    tepui_state *s = state(e);
    tepui_result *r = NULL;
    tepui_error err = {""};
    CHECK(tepui_store_publish(s, "a.h5", NULL) == TEPUI_OK);
    CHECK(tepui_result_open("a.h5", &r, &err) == TEPUI_OK);
    if (!r) {
        fprintf(stderr, "%s\n", err.text);
        return;
    }
    CHECK(strcmp(r->title, "store") == 0 && r->seed == 5 && strcmp(r->status, "running") == 0 && r->cells == 12);
    CHECK(strcmp(r->experiment, e->canonical) == 0);
    CHECK(strcmp(tepui_result_column(r, "width_expression")->text[2], "depth") == 0);
    CHECK(tepui_result_column(r, "depth")->number[11] == 3 &&
          strcmp(tepui_result_column(r, "depth")->text[11], "3") == 0);
    CHECK(tepui_result_column(r, "same_as")->number[2] == 0); /* depth 1, width depth = width 1 */
    for (size_t o = 0; o < e->observable_count; o++) {
        const tepui_result_observable *ro = tepui_result_observable_find(r, e->observables[o]->kind.name);
        for (size_t i = 0; i < e->cell_count; i++) {
            const tepui_cell_state *c = &s->cell[e->cells[i].alias_of];
            for (size_t k = 0; k < c->component_count[o]; k++) {
                char name[24];
                tepui_component_name(c->component[o][k], name);
                check_row(r, ro, i, component_index(ro, name), &c->accumulator[o][k]);
            }
        }
    }
    /* a component that a cell lacks: nothing counted, NaN elsewhere */
    const tepui_result_observable *f = tepui_result_observable_find(r, "forward_norm");
    const size_t lacking = component_index(f, "3");
    CHECK(f->count[lacking] == 0 && isnan(f->mean[lacking]));
    const tepui_result_observable *g = tepui_result_observable_find(r, "gradient_norm");
    CHECK(g->infinite && g->infinite[component_index(g, "3")] == 0 && g->infinite[component_index(g, "total")] > 0);
    tepui_result_free(r);
    tepui_state_free(s);
    tepui_experiment_free(e);
    remove_result("a.h5");
}

static int same_array(const void *a, const void *b, size_t bytes)
{
    return (!a && !b) || (a && b && memcmp(a, b, bytes) == 0);
}

static int same_names(const tepui_result_observable *a, const tepui_result_observable *b)
{
    int same = 1;
    for (size_t k = 0; k < a->components; k++) same = same && strcmp(a->component[k], b->component[k]) == 0;
    return same;
}

static int same_numbers(const tepui_result_observable *a, const tepui_result_observable *b, size_t rows, size_t p)
{
    const size_t n = rows * a->components * sizeof(double);
    return a->components == b->components && a->bins == b->bins && a->samples == b->samples &&
           strcmp(a->name, b->name) == 0 && strcmp(a->doc, b->doc) == 0 && strcmp(a->unit, b->unit) == 0 &&
           strcmp(a->transform, b->transform) == 0 && strcmp(a->source, b->source) == 0 && same_names(a, b) &&
           same_array(a->bin_edges, b->bin_edges, (a->bins + 1) * sizeof(double)) &&
           same_array(a->count, b->count, n) && same_array(a->zero, b->zero, n) && same_array(a->nan, b->nan, n) &&
           same_array(a->under, b->under, n) && same_array(a->over, b->over, n) &&
           same_array(a->infinite, b->infinite, n) && same_array(a->mean, b->mean, n) &&
           same_array(a->variance, b->variance, n) && same_array(a->skewness, b->skewness, n) &&
           same_array(a->kurtosis, b->kurtosis, n) && same_array(a->minimum, b->minimum, n) &&
           same_array(a->maximum, b->maximum, n) && same_array(a->quantile, b->quantile, n * p) &&
           same_array(a->quantile_low, b->quantile_low, n * p) &&
           same_array(a->quantile_high, b->quantile_high, n * p) &&
           same_array(a->histogram, b->histogram, n * a->bins) && same_array(a->raw, b->raw, n * a->samples);
}

/* Everything that a reader can show. */
static int same_contents(const tepui_result *a, const tepui_result *b)
{
    int same = a->cells == b->cells && a->columns == b->columns && a->observables == b->observables &&
               a->seed == b->seed && a->probabilities == b->probabilities && strcmp(a->title, b->title) == 0 &&
               strcmp(a->version, b->version) == 0 && strcmp(a->status, b->status) == 0 &&
               strcmp(a->experiment, b->experiment) == 0;
    for (size_t k = 0; same && k < a->columns; k++)
        for (size_t i = 0; same && i < a->cells; i++)
            same = strcmp(a->column[k].name, b->column[k].name) == 0 &&
                   strcmp(a->column[k].text[i], b->column[k].text[i]) == 0;
    for (size_t k = 0; same && k < a->observables; k++)
        same = same_numbers(&a->observable[k], &b->observable[k], a->cells, a->probabilities);
    return same;
}

/* Without a file the same is shown, of observables that censor and of arrays that are absent. */
static void a_state_shows_what_its_file_shows(void)
{
    in_folder();
    tepui_observable_type own;
    tepui_experiment *e = plan_censored(text, &own);
    tepui_state *s = state(e);
    tepui_result *there = NULL, *here = NULL;
    CHECK(tepui_store_publish(s, "a.h5", NULL) == TEPUI_OK && tepui_result_open("a.h5", &there, NULL) == TEPUI_OK);
    CHECK(tepui_result_of(s, &here, NULL) == TEPUI_OK);
    CHECK(there && here && same_contents(there, here));
    CHECK(there && here && memcmp(there->probability, here->probability, here->probabilities * sizeof(double)) == 0);
    CHECK(there && here && !here->altered && !here->data == !there->data);
    tepui_result_free(there);
    tepui_result_free(here);
    tepui_state_free(s);
    tepui_experiment_free(e);
    remove_result("a.h5");
}

/* Histograms and raw samples are there where asked for, and all else is the same. */
static void large_arrays_are_read_where_asked_for(void)
{
    in_folder();
    tepui_experiment *e = plan(text);
    tepui_state *s = state(e);
    tepui_result *whole = NULL, *part = NULL;
    CHECK(tepui_store_publish(s, "a.h5", NULL) == TEPUI_OK && tepui_result_open("a.h5", &whole, NULL) == TEPUI_OK);
    CHECK(whole && whole->observable[0].raw && whole->observable[0].samples > 0);
    for (int parts = TEPUI_READ_STATISTICS; whole && parts <= TEPUI_READ_ALL; parts++) {
        CHECK(tepui_result_read("a.h5", parts, &part, NULL) == TEPUI_OK);
        tepui_result_observable *o = part ? part->observable : NULL, *w = whole->observable;
        for (size_t k = 0; o && k < part->observables; k++, o++, w++) {
            const size_t n = part->cells * o->components;
            CHECK(!o->histogram == !(parts & TEPUI_READ_HISTOGRAMS) && !o->raw == !(parts & TEPUI_READ_SAMPLES));
            CHECK(o->samples == (o->raw ? w->samples : 0) && o->bins == w->bins);
            CHECK(memcmp(o->quantile, w->quantile, n * part->probabilities * sizeof(double)) == 0);
            CHECK(!o->histogram || memcmp(o->histogram, w->histogram, n * o->bins * sizeof(uint64_t)) == 0);
            CHECK(!o->raw || memcmp(o->raw, w->raw, n * o->samples * sizeof(double)) == 0);
        }
        tepui_result_free(part);
        part = NULL;
    }
    tepui_result_free(whole);
    tepui_state_free(s);
    tepui_experiment_free(e);
    remove_result("a.h5");
}

/* A flipped bit anywhere: refused, or (the checksums of HDF5 hold for all that is shown) read, and said to be altered.
 */
static void damage_is_never_shown(void)
{
    in_folder();
    tepui_experiment *e = plan(text);
    tepui_state *s = state(e);
    tepui_result *whole = NULL;
    CHECK(tepui_store_publish(s, "a.h5", NULL) == TEPUI_OK && tepui_result_open("a.h5", &whole, NULL) == TEPUI_OK);
    CHECK(whole && !whole->altered);
    size_t n, read = 0, refused = 0;
    char *good = slurp("a.h5", &n);
    for (size_t k = 0; whole && k < 120; k++) {
        const size_t at = 8 + (k * 2654435761u) % (n - 8); /* Knuth, volume 3, 6.4 */
        tepui_result *r = NULL;
        if (at >= 56 && at < 64) continue; /* the generation number is free */
        FILE *f = fopen("a.h5", "wb");
        good[at] ^= (char)(1 << k % 8);
        fwrite(good, 1, n, f);
        fclose(f);
        good[at] ^= (char)(1 << k % 8);
        const tepui_status st = tepui_result_open("a.h5", &r, NULL);
        CHECK((st == TEPUI_OK) == (r != NULL) && (st == TEPUI_OK || st == TEPUI_BAD_INPUT));
        if (r && !same_contents(r, whole)) fprintf(stderr, "byte %zu of %zu\n", at, n);
        CHECK(!r || (r->altered && same_contents(r, whole)));
        read += st == TEPUI_OK;
        refused += st != TEPUI_OK;
        tepui_result_free(r);
    }
    CHECK(read > 0 && refused > 0);
    free(good);
    tepui_result_free(whole);
    tepui_state_free(s);
    tepui_experiment_free(e);
    remove_result("a.h5");
}

/* Texts lie where HDF5 has no checksum: their digests hold for them. */
static void changed_texts_are_never_shown(void)
{
    static const char *const word[] = {"width: [", "xavier", "total", "gaussian"};
    in_folder();
    tepui_experiment *e = plan(text);
    tepui_state *s = state(e);
    tepui_result *whole = NULL;
    CHECK(tepui_store_publish(s, "a.h5", NULL) == TEPUI_OK && tepui_result_open("a.h5", &whole, NULL) == TEPUI_OK);
    size_t n, refused = 0;
    char *good = slurp("a.h5", &n);
    for (size_t k = 0; k < sizeof word / sizeof *word; k++)
        for (char *at = good; (at = memmem(at, n - (size_t)(at - good), word[k], strlen(word[k]))); at++) {
            tepui_result *r = NULL;
            FILE *f = fopen("a.h5", "wb");
            *at ^= 1;
            fwrite(good, 1, n, f);
            fclose(f);
            *at ^= 1;
            const tepui_status st = tepui_result_open("a.h5", &r, NULL);
            CHECK(r ? st == TEPUI_OK && same_contents(r, whole) : st == TEPUI_BAD_INPUT); /* some are not shown */
            refused += !r;
            tepui_result_free(r);
        }
    CHECK(refused > 10);
    free(good);
    tepui_result_free(whole);
    tepui_state_free(s);
    tepui_experiment_free(e);
    remove_result("a.h5");
}

static void damage_is_noticed_and_the_generation_before_used(void)
{
    in_folder();
    tepui_experiment *e = plan(text);
    tepui_state *s = state(e);
    CHECK(tepui_store_publish(s, "a.h5", NULL) == TEPUI_OK && tepui_store_publish(s, "a.h5", NULL) == TEPUI_OK);
    size_t n;
    char *good = slurp("a.h5", &n);
    for (size_t k = 0; k < 40; k++) {
        const size_t at = k < 20 ? k * 25 : k * (n / 40);
        tepui_state *t = NULL;
        int previous;
        FILE *f = fopen("a.h5", "wb");
        if (at >= 56 && at < 64) continue; /* the generation number is free */
        good[at] ^= 0x10;
        fwrite(good, 1, k % 10 == 9 ? n / 2 : n, f);
        fclose(f);
        good[at] ^= 0x10;
        CHECK(tepui_state_alloc(e, &t, NULL) == TEPUI_OK);
        CHECK(tepui_store_resume(t, "a.h5", &previous, NULL) == TEPUI_OK && previous == 1);
        tepui_state_free(t);
    }
    unlink("a.h5.prev");
    tepui_state *t = NULL;
    int previous;
    CHECK(tepui_state_alloc(e, &t, NULL) == TEPUI_OK &&
          tepui_store_resume(t, "a.h5", &previous, NULL) == TEPUI_BAD_INPUT);
    tepui_state_free(t);
    free(good);
    tepui_state_free(s);
    tepui_experiment_free(e);
    remove_result("a.h5");
}

static void another_experiment_is_refused_by_field(void)
{
    in_folder();
    tepui_experiment *e = plan(text), *other = plan("seed: 6\n");
    tepui_state *s = state(e), *t = NULL;
    tepui_error err = {""};
    int previous;
    CHECK(tepui_store_publish(s, "a.h5", NULL) == TEPUI_OK);
    CHECK(tepui_state_alloc(other, &t, NULL) == TEPUI_OK);
    CHECK(tepui_store_resume(t, "a.h5", &previous, &err) == TEPUI_BAD_INPUT &&
          strstr(err.text, "seed: 5 in the file, 6 now"));
    tepui_state_free(s);
    tepui_state_free(t);
    tepui_experiment_free(e);
    tepui_experiment_free(other);
    remove_result("a.h5");
}

/* In a child, for the limit holds for the whole process. */
static int publish_under_limit(const tepui_state *s, long bytes)
{
    fflush(NULL);
    const pid_t pid = fork();
    int status = -1;
    if (pid == 0) {
        const struct rlimit limit = {(rlim_t)bytes, (rlim_t)bytes};
        tepui_error err = {""};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        const tepui_status st = tepui_store_publish(s, "a.h5", &err);
        _exit(st == TEPUI_IO && !strstr(err.text, "File too large") ? 99 : (int)st);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void a_full_disk_keeps_the_last_file(void)
{
    in_folder();
    tepui_experiment *e = plan(text);
    tepui_state *s = state(e);
    struct stat size;
    CHECK(tepui_store_publish(s, "a.h5", NULL) == TEPUI_OK && stat("a.h5", &size) == 0);
    CHECK(tepui_store_publish(s, "ref.h5", NULL) == TEPUI_OK);
    for (long k = 0; k < 20; k++) {
        CHECK(publish_under_limit(s, (long)size.st_size * k / 20) == TEPUI_IO);
        CHECK(same_file("a.h5", "ref.h5"));
        CHECK(access(".a.h5.tmp", F_OK) != 0);
    }
    CHECK(publish_under_limit(s, (long)size.st_size) == TEPUI_OK);
    tepui_state_free(s);
    tepui_experiment_free(e);
    remove_result("a.h5");
    remove_result("ref.h5");
}

static void one_run_holds_the_lock(void)
{
    tepui_log *one = NULL, *two = NULL;
    tepui_error err = {""};
    in_folder();
    CHECK(tepui_log_open("a.h5", &one, NULL) == TEPUI_OK);
    CHECK(tepui_log_open("a.h5", &two, &err) == TEPUI_TRY_AGAIN && strstr(err.text, "another run"));
    tepui_log_event(one, "start", "\"samples\": %d", 3);
    tepui_log_close(one);
    CHECK(tepui_log_open("a.h5", &two, NULL) == TEPUI_OK);
    tepui_log_close(two);
    size_t n;
    char *line = slurp("a.h5.log", &n);
    CHECK(line && strncmp(line, "{\"event\": \"start\", \"time\": ", 26) == 0 && strstr(line, "\"samples\": 3}\n"));
    free(line);
    remove_result("a.h5");
}

static void leave_folder(void)
{
    in_folder();
    CHECK(chdir("..") == 0);
    CHECK(rmdir(folder) == 0); /* no file was left behind */
}

/* libhdf5 skips an optional filter that has no memory, and says nothing. */
static int has_mandatory_filters(hid_t file, const char *name)
{
    const hid_t set = H5Dopen2(file, name, H5P_DEFAULT), create = H5Dget_create_plist(set);
    const int n = H5Pget_nfilters(create);
    CHECK(set >= 0);
    for (int i = 0; i < n; i++) {
        unsigned flags = ~0u;
        size_t none = 0;
        CHECK(H5Pget_filter2(create, (unsigned)i, &flags, &none, NULL, 0, NULL, NULL) >= 0);
        CHECK(!(flags & H5Z_FLAG_OPTIONAL));
    }
    H5Pclose(create);
    H5Dclose(set);
    return n;
}

static void no_filter_is_optional(void)
{
    in_folder();
    tepui_experiment *e = plan(text);
    tepui_state *s = state(e);
    CHECK(tepui_store_publish(s, "a.h5", NULL) == TEPUI_OK);
    const hid_t file = H5Fopen("a.h5", H5F_ACC_RDONLY, H5P_DEFAULT);
    CHECK(has_mandatory_filters(file, "/checkpoint/cell") == 1);
    CHECK(has_mandatory_filters(file, "/checkpoint/real") == 3); /* packed */
    H5Fclose(file);
    tepui_state_free(s);
    tepui_experiment_free(e);
    remove_result("a.h5");
}

static const test_case cases[] = {
    {"every_failing_call_leaves_a_whole_file", every_failing_call_leaves_a_whole_file},
    {"interrupted_writes_go_on", interrupted_writes_go_on},
    {"no_filter_is_optional", no_filter_is_optional},
    {"the_generation_before_is_kept", the_generation_before_is_kept},
    {"equal_states_are_equal_bytes", equal_states_are_equal_bytes},
    {"what_is_read_is_what_was_written", what_is_read_is_what_was_written},
    {"a_state_shows_what_its_file_shows", a_state_shows_what_its_file_shows},
    {"large_arrays_are_read_where_asked_for", large_arrays_are_read_where_asked_for},
    {"damage_is_never_shown", damage_is_never_shown},
    {"changed_texts_are_never_shown", changed_texts_are_never_shown},
    {"damage_is_noticed_and_the_generation_before_used", damage_is_noticed_and_the_generation_before_used},
    {"another_experiment_is_refused_by_field", another_experiment_is_refused_by_field},
    {"a_full_disk_keeps_the_last_file", a_full_disk_keeps_the_last_file},
    {"one_run_holds_the_lock", one_run_holds_the_lock},
    {"leave_folder", leave_folder},
};
TEST_MAIN(cases)
