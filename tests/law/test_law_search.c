/* test_law_search.c -- a search for cells in which a law speaks and is false. Random experiments (homes.h) are run and
   verified by the library. A line with p below SUSPECT is a suspect: the same experiment runs again with another seed
   and more samples, and all suspects have to pass that second test by Holm's rule at the rate LEVEL. The second seeds
   know nothing of the first ones, so that LEVEL is the rate of false alarms of the whole search, however many
   experiments it has; a law that is false by a few standard errors is found all the same.

   Fixed seeds. TEPUI_TEST_LAWS: how many experiments (300); from 20,000 on every law has to speak in 50 of them. */
#include "law/homes.h"
#include "run/run.h"
#include "test.h"
#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <tepui/tepui.h>
#include <time.h>

#define SUSPECT 1e-3
#define LEVEL 1e-4
#define MOST_SUSPECTS 4096
#define AGAIN 1000000 /* added to the seed */
#define LONG 20000
#define LEAST_LONG 50
#define MOST_LAWS 128

typedef struct {
    const tepui_law_type *law;
    size_t cell;
    double first, p; /* of the second test; 1 where it was not made */
    char component[24];
    char told[HOMES_TEXT + 256];
} suspect;

static struct {
    const tepui_law_type *const *laws; /* NULL: all */
    double samples;                    /* times those of the homes */
    size_t tried, experiments, lines, suspects, spoke[MOST_LAWS], last[MOST_LAWS];
    suspect *suspect;
} search;

static int somebody_speaks(const tepui_experiment *e)
{
    for (size_t k = 0; tepui_family_law.kinds[k]; k++) {
        const tepui_law_type *law = tepui_family_law.kinds[k];
        for (size_t i = 0; i < e->observable_count; i++)
            if (strcmp(e->observables[i]->kind.name, law->observable) == 0 && tepui_verify_would_speak(law, e))
                return 1;
    }
    return 0;
}

/* Workspace of the cell that is sampled. */
static tepui_status enter(const run_queue *b, const run_cell *rc, size_t *cell, run_workspace *ws, tepui_error *err)
{
    if (ws->net && *cell == rc->cell) return TEPUI_OK;
    tepui_follower_free(ws->follower);
    tepui_network_free(ws->net);
    *ws = (run_workspace){NULL, NULL};
    *cell = rc->cell;
    tepui_status st = tepui_network_alloc(&b->e->cells[rc->cell], rc->needs, &ws->net, err);
    if (st == TEPUI_OK && rc->needs & TEPUI_NEEDS_PATH)
        st = tepui_follower_alloc(ws->net, rc->needs, rc->block, &ws->follower, err);
    return st;
}

static tepui_status sample_blocks(run_queue *b, tepui_error *err)
{
    run_workspace workspace = {NULL, NULL};
    run_cell *rc;
    size_t cell = 0;
    uint64_t block;
    double *values;
    tepui_status st = TEPUI_OK;
    while (st == TEPUI_OK && run_queue_take(b, 0, &rc, &block, &values) == RUN_TASK) {
        st = enter(b, rc, &cell, &workspace, err);
        if (st == TEPUI_OK) st = run_block(b, rc, &workspace, block, values, NULL, NULL, NULL);
        if (st == TEPUI_OK)
            run_queue_deliver(b, rc, block, values, 0.0);
        else
            run_queue_abandon(b, values);
    }
    tepui_follower_free(workspace.follower);
    tepui_network_free(workspace.net);
    return st == TEPUI_OK ? b->status : st;
}

/* What tepui_run() would publish, and would say; no file is written and read, which takes longer than most samples. */
static tepui_status sampled(const tepui_experiment *e, tepui_result **r, tepui_error *err)
{
    tepui_state *s = NULL;
    run_queue *b = NULL;
    tepui_status st = tepui_state_alloc(e, &s, err);
    if (st == TEPUI_OK) st = run_queue_alloc(e, s, 1, &b, err);
    if (st == TEPUI_OK) st = sample_blocks(b, err);
    if (st == TEPUI_OK) st = run_report_nan(b, err);
    if (st == TEPUI_OK) st = tepui_result_of(s, r, err);
    run_queue_free(b);
    tepui_state_free(s);
    return st;
}

/* NULL: the text is no experiment (orthonormal points in too few dimensions, say), or no law speaks about it. */
static tepui_verification *verified(const char *text)
{
    tepui_experiment *e = NULL;
    tepui_result *r = NULL;
    tepui_verification *v = NULL;
    tepui_error err = {""};
    const tepui_verify_options how = {.layers = 4, .laws = search.laws};
    if (tepui_experiment_parse(text, "search", NULL, &e, &err) == TEPUI_OK &&
        tepui_experiment_plan(e, &err) == TEPUI_OK && (search.laws || somebody_speaks(e))) {
        tepui_status st = sampled(e, &r, &err);
        if (st == TEPUI_OK) st = tepui_verify(r, e, &how, &v, &err);
        if (st != TEPUI_OK && getenv("TEPUI_TEST_TALKS")) fprintf(stderr, "%s\n%s\n", err.text, text);
    }
    tepui_result_free(r);
    tepui_experiment_free(e);
    return v;
}

/* --- what was found */

static void count(const tepui_law_type *law)
{
    for (size_t k = 0; k < MOST_LAWS && tepui_family_law.kinds[k]; k++) {
        if (tepui_family_law.kinds[k] != (const void *)law || search.last[k] == search.tried) continue;
        search.last[k] = search.tried;
        search.spoke[k]++;
    }
}

static int tested(const tepui_verdict_line *l)
{
    return l->verdict != TEPUI_REFUSED && !isnan(l->p);
}

static void suspect_line(const tepui_verdict_line *l, const char *text)
{
    suspect *s = &search.suspect[search.suspects++];
    *s = (suspect){.law = l->law, .cell = l->cell, .first = l->p, .p = 1};
    snprintf(s->component, sizeof s->component, "%s", l->component);
    snprintf(s->told, sizeof s->told, "%s, component %s, %s: predicted %g, observed %g [%g, %g], allowance %g\n%s",
             l->law->kind.name, l->component, l->test, l->predicted, l->observed, l->low, l->high, l->allowance, text);
}

/* Laws of slopes have a line for each component; of others it is that with the smallest p. */
static int same_claim(const tepui_verdict_line *l, const suspect *s)
{
    return l->law == s->law && l->cell == s->cell &&
           (l->law->form != TEPUI_PREDICTS_SLOPE || strcmp(l->component, s->component) == 0);
}

static void take_second(const tepui_verification *v, size_t from)
{
    for (size_t i = 0; v && i < v->lines; i++)
        for (size_t k = from; k < search.suspects; k++)
            if (tested(&v->line[i]) && same_claim(&v->line[i], &search.suspect[k])) search.suspect[k].p = v->line[i].p;
}

/* 0: no line. */
static int try(const choice *c, uint64_t seed)
{
    char text[HOMES_TEXT];
    const size_t from = search.suspects, before = search.lines;
    homes_write(c, seed, search.samples, text);
    tepui_verification *v = verified(text);
    search.tried++;
    for (size_t i = 0; v && i < v->lines; i++) {
        if (!tested(&v->line[i])) continue;
        search.lines++;
        count(v->line[i].law);
        if (v->line[i].p < SUSPECT && search.suspects < MOST_SUSPECTS) suspect_line(&v->line[i], text);
    }
    tepui_verification_free(v);
    if (search.suspects > from) {
        homes_write(c, seed + AGAIN, 4 * search.samples, text);
        v = verified(text);
        take_second(v, from);
        tepui_verification_free(v);
    }
    search.experiments += search.lines > before;
    return search.lines > before;
}

static int by_p(const void *a, const void *b)
{
    const double x = ((const suspect *)a)->p, y = ((const suspect *)b)->p;
    return (x > y) - (x < y);
}

/* Holm: how many of the suspects fail. */
static size_t convicted(void)
{
    size_t n = 0;
    qsort(search.suspect, search.suspects, sizeof *search.suspect, by_p);
    while (n < search.suspects && search.suspect[n].p * (double)(search.suspects - n) <= LEVEL) n++;
    return n;
}

/* n experiments, homes first..last in turns. */
static void look(size_t n, size_t first, size_t last, double samples, const tepui_law_type *const *laws)
{
    suspect *room = search.suspect ? search.suspect : malloc(MOST_SUSPECTS * sizeof *room);
    memset(&search, 0, sizeof search);
    search.suspect = room;
    search.samples = samples;
    search.laws = laws;
    homes_begin(15);
    gsl_set_error_handler_off();
    homes_write_files();
    for (uint64_t i = 0; i < n; i++) {
        choice c;
        int attempts = 0;
        do {
            homes_draw(first + i % (last - first + 1), &c);
            if (!laws && samples < 1) homes_thin(&c);
        } while (!try(&c, i + 1) && ++attempts < 100);
        CHECK(attempts < 100);
        if (attempts == 100) {
            fprintf(stderr, "no line from home %zu\n", first + i % (last - first + 1));
            break;
        }
        if (getenv("TEPUI_TEST_TALKS") && i % 100 == 99)
            fprintf(stderr, "%zu: %.0f s, %zu lines, %zu suspects\n", (size_t)i + 1, (double)clock() / CLOCKS_PER_SEC,
                    search.lines, search.suspects);
    }
    homes_remove_files();
}

static size_t wanted(void)
{
    const char *text = getenv("TEPUI_TEST_LAWS");
    return text ? strtoul(text, NULL, 10) : 300;
}

static void tell(size_t n, size_t fail)
{
    printf("%zu experiments, %zu lines, %zu of them tested again; experiments in which a law spoke:",
           search.experiments, search.lines, search.suspects);
    for (size_t k = 0; tepui_family_law.kinds[k]; k++) {
        const char *name = ((const tepui_kind *)tepui_family_law.kinds[k])->name;
        printf(" %s %zu", name, search.spoke[k]);
        if (n < LONG || search.spoke[k] >= LEAST_LONG || ((const tepui_law_type *)tepui_family_law.kinds[k])->pooled)
            continue;
        fprintf(stderr, "%s spoke in %zu experiments only\n", name, search.spoke[k]);
        test_failures++;
    }
    printf("\n");
    for (size_t i = 0; i < fail || (getenv("TEPUI_TEST_TALKS") && i < search.suspects); i++)
        fprintf(stderr, "p = %g, then %g: %s\n", search.suspect[i].first, search.suspect[i].p, search.suspect[i].told);
}

static void laws_hold_wherever_they_speak(void)
{
    const size_t n = wanted();
    look(n, 0, homes_count() - 1, n < LONG ? 0.4 : 1, NULL);
    const size_t fail = convicted();
    tell(n, fail);
    CHECK(search.experiments >= n && search.lines >= n && search.suspects < MOST_SUSPECTS && fail == 0);
}

/* --- laws with faults planted, which the search has to find */

static int anywhere(const tepui_cell *c, long component, const char **why)
{
    (void)c, *why = "blocks R only";
    return component == TEPUI_COMPONENT_BLOCK(TEPUI_RESIDUAL, 1, 1);
}

static tepui_status as_unit_1(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const tepui_law_type *law = tepui_kind_find(&tepui_family_law, "A1");
    double sigma[64];
    tepui_cell all = *c;
    for (size_t l = 0; l < 64; l++) sigma[l] = l > c->depth ? c->sigma[c->depth + 1] : c->sigma[1];
    all.sigma = sigma;
    return law->predict(&all, component, p, err);
}

/* False about G only; R, whose line is the later one, is right. */
static tepui_status one_part_stays(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const tepui_law_type *law = tepui_kind_find(&tepui_family_law, "H3");
    const tepui_status st = law->predict(c, component, p, err);
    if (st == TEPUI_OK && component == TEPUI_COMPONENT_G) p->median = 0;
    return st;
}

static size_t found_in(int field, const char *alternative, const tepui_law_type *law)
{
    const tepui_law_type *const laws[] = {law, NULL};
    const size_t home = homes_with(field, alternative);
    look(12, home, home, 0.4, laws);
    return convicted();
}

static void laws_with_planted_faults_are_found(void)
{
    tepui_law_type vacuous = *(const tepui_law_type *)tepui_kind_find(&tepui_family_law, "H1");
    tepui_law_type one_unit = *(const tepui_law_type *)tepui_kind_find(&tepui_family_law, "A1");
    tepui_law_type stays = *(const tepui_law_type *)tepui_kind_find(&tepui_family_law, "H3");
    vacuous.applies = anywhere;
    one_unit.predict = as_unit_1;
    stays.predict = one_part_stays;
    CHECK(found_in(ARCHITECTURE, "residual(branch=2)", &vacuous) > 0);
    CHECK(found_in(ARCHITECTURE, "residual(alpha=-0.4)", &one_unit) > 0);
    CHECK(found_in(DIMENSION, "1|2", &stays) > 0);
}

static const test_case cases[] = {{"laws_hold_wherever_they_speak", laws_hold_wherever_they_speak},
                                  {"laws_with_planted_faults_are_found", laws_with_planted_faults_are_found}};
TEST_MAIN(cases)
