/* save.c -- verdicts into the result file: the state is read from the file's checkpoint and published again with them,
   so the rest of the file comes out byte for byte as it was. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/verdict.h>

/* Arrays over the cells for all laws that have lines. */
typedef struct {
    tepui_saved_law *law;
    size_t laws, cells;
    char **source; /* [law], of those from plug-ins */
    size_t sources;
    double *number;    /* [law][6][cell] */
    const char **text; /* [law][3][cell] */
    tepui_saved_law *kept;
    size_t kept_count;
} law_arrays;

static size_t count_laws(const tepui_verification *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->lines; i++) n += i == 0 || v->line[i].law != v->line[i - 1].law;
    return n;
}

/* NULL: the library or the program has it. */
static const tepui_plugin_file *plugin_of(const tepui_law_type *type)
{
    const tepui_plugin_file *f;
    for (size_t i = 0; (f = tepui_plugin_at(i)); i++)
        for (unsigned k = 0; k < f->type->count; k++)
            if (f->type->kind[k].kind == type) return f;
    return NULL;
}

/* The experiment need not name the plug-in of a law; then it is recorded here alone. */
static const char *source_of(law_arrays *s, const tepui_law_type *type)
{
    const tepui_plugin_file *f = plugin_of(type);
    char **own = &s->source[s->laws];
    if (f && asprintf(own, "%s (%s sha256:%s)", type->kind.source, f->name, f->digest) < 0) *own = NULL;
    return !f ? type->kind.source : *own;
}

static int open_law(law_arrays *s, const tepui_law_type *type)
{
    const char *source = source_of(s, type);
    const size_t n = s->cells;
    double *x = s->number + s->laws * 6 * n;
    const char **t = s->text + s->laws * 3 * n;
    for (size_t i = 0; i < 6 * n; i++) x[i] = NAN;
    for (size_t i = 0; i < 3 * n; i++) t[i] = "";
    s->law[s->laws++] = (tepui_saved_law){type->kind.name, type->kind.doc,   source,    x, x + n,
                                          x + 2 * n,       x + 3 * n,        x + 4 * n, t, t + n,
                                          t + 2 * n,       type->observable, x + 5 * n};
    return source != NULL;
}

static void put(law_arrays *s, const tepui_verdict_line *line)
{
    const size_t n = s->cells, c = line->cell;
    double *x = s->number + (s->laws - 1) * 6 * n;
    const char **t = s->text + (s->laws - 1) * 3 * n;
    const double value[6] = {line->predicted, line->observed, line->low, line->high, line->p, line->allowance};
    for (size_t k = 0; k < 6; k++) x[k * n + c] = value[k];
    t[c] = tepui_verdict_word[line->verdict];
    t[n + c] = line->test;
    t[2 * n + c] = line->component;
}

/* In the order of the family of laws. */
static int in_order(const void *a, const void *b)
{
    size_t at[2] = {0, 0};
    for (int k = 0; k < 2; k++) {
        const char *id = ((const tepui_saved_law *)(k ? b : a))->id;
        const void *const *kind = tepui_family_law.kinds;
        while (kind[at[k]] && strcmp(((const tepui_kind *)kind[at[k]])->name, id) != 0) at[k]++;
    }
    return (at[0] > at[1]) - (at[0] < at[1]);
}

/* Verdicts that the file has of laws that were not tested now; the samples are the same, so they stand. */
static void keep_others(law_arrays *s)
{
    const size_t now = s->laws;
    for (size_t i = 0; i < s->kept_count; i++) {
        size_t k = 0;
        while (k < now && strcmp(s->law[k].id, s->kept[i].id) != 0) k++;
        if (k == now) s->law[s->laws++] = s->kept[i];
    }
    qsort(s->law, s->laws, sizeof *s->law, in_order);
}

static tepui_status fill(law_arrays *s, const tepui_verification *v)
{
    const size_t laws = count_laws(v);
    s->law = calloc(laws + s->kept_count + 1, sizeof *s->law);
    s->number = calloc((laws + 1) * 6 * s->cells, sizeof *s->number);
    s->text = calloc((laws + 1) * 3 * s->cells, sizeof *s->text);
    s->source = calloc(laws + 1, sizeof *s->source);
    s->sources = s->source ? laws : 0;
    if (!s->source || !s->law || !s->number || !s->text) return TEPUI_NO_MEMORY;
    for (size_t i = 0; i < v->lines; i++) {
        const int begins = i == 0 || v->line[i].law != v->line[i - 1].law;
        if (begins && !open_law(s, v->line[i].law)) return TEPUI_NO_MEMORY;
        put(s, &v->line[i]);
    }
    keep_others(s);
    return TEPUI_OK;
}

/* Samples folded, over all cells and components: it grows with every block. */
static uint64_t count_samples(const tepui_state *s)
{
    uint64_t n = 0;
    for (size_t c = 0; c < s->experiment->cell_count; c++)
        for (size_t o = 0; s->experiment->cells[c].alias_of == c && o < s->experiment->observable_count; o++)
            for (size_t k = 0; k < s->cell[c].component_count[o]; k++) n += s->cell[c].accumulator[o][k].count;
    return n;
}

tepui_status tepui_verification_save(const tepui_verification *v, const tepui_experiment *e, const char *path,
                                     tepui_error *err)
{
    law_arrays s = {.cells = e->cell_count};
    tepui_state *state = NULL;
    tepui_log *log = NULL;
    tepui_status st;
    int previous;
    TEPUI_TRY(tepui_log_open(path, &log, err));
    TEPUI_TRY(tepui_state_alloc(e, &state, err));
    TEPUI_TRY(tepui_store_resume(state, path, &previous, err));
    if (previous) { /* what was verified is not what would be written */
        st = tepui_fail(err, TEPUI_BAD_INPUT, "%s: damaged (its digest does not match); nothing was saved", path);
        goto done;
    }
    if (count_samples(state) != v->samples) {
        st = tepui_fail(err, TEPUI_TRY_AGAIN, "%s has got new samples since they were tested: verify it again", path);
        goto done;
    }
    TEPUI_TRY(tepui_store_laws(path, s.cells, &s.kept, &s.kept_count, err));
    st = fill(&s, v);
    if (st != TEPUI_OK) tepui_fail(err, st, "no memory for the verdicts");
    if (st != TEPUI_OK) goto done;
    state->law = s.law;
    state->laws = s.laws;
    TEPUI_TRY(tepui_store_publish(state, path, err));
    tepui_log_event(log, "verdicts-saved", "\"lines\": %zu, \"failures\": %zu", v->lines, v->failures);
done:
    for (size_t i = 0; i < s.sources; i++) free(s.source[i]);
    free(s.source);
    free(s.law);
    free(s.number);
    free(s.text);
    tepui_store_laws_free(s.kept, s.kept_count);
    tepui_state_free(state);
    tepui_log_close(log);
    return st;
}
