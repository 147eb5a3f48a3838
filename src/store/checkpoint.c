/* checkpoint.c -- /checkpoint: the exact state, in a few flat arrays. Cells that are not aliases in order, their
   observables in order, their components in order: one row each. What is infinite is not written: it is what is left of
   the samples, see accumulator.c. */
#include "layout.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT, ZERO, NOT_FINITE, MOMENTS, UNDER, OVER, BINS, RAW, WHOLES };
enum { FIRST, LEVEL, SIGNED };
enum { MEAN, MEAN_LO, M2, M2_LO, M3, M3_LO, M4, M4_LO, MINIMUM, MAXIMUM, LOWEST, HIGHEST, REALS };
enum { SAMPLES, BLOCKS, DONE, MARKS };

typedef struct {
    size_t cells, rows, bins, raw;
    uint64_t *mark, *whole, *count;
    int64_t *sign;
    double *real, *value;
} flat;

static void flat_free(flat *t)
{
    free(t->mark);
    free(t->whole);
    free(t->count);
    free(t->sign);
    free(t->real);
    free(t->value);
}

typedef tepui_status (*visitor)(tepui_accumulator *a, void *arg);

static tepui_status visit(const tepui_state *s, visitor v, void *arg)
{
    for (size_t i = 0; i < s->experiment->cell_count; i++)
        for (size_t o = 0; s->experiment->cells[i].alias_of == i && o < s->experiment->observable_count; o++)
            for (size_t k = 0; k < s->cell[i].component_count[o]; k++) {
                const tepui_status st = v(&s->cell[i].accumulator[o][k], arg);
                if (st != TEPUI_OK) return st;
            }
    return TEPUI_OK;
}

static tepui_status measure(tepui_accumulator *a, void *arg)
{
    flat *t = arg;
    t->rows++;
    t->bins += a->histogram.bins;
    t->raw += a->raw_count;
    return TEPUI_OK;
}

static tepui_status flat_alloc(flat *t, const tepui_state *s)
{
    for (size_t i = 0; i < s->experiment->cell_count; i++) t->cells += s->experiment->cells[i].alias_of == i;
    visit(s, measure, t);
    t->mark = calloc(t->cells * MARKS + 1, sizeof *t->mark);
    t->whole = calloc(t->rows * WHOLES + 1, sizeof *t->whole);
    t->sign = calloc(t->rows * SIGNED + 1, sizeof *t->sign);
    t->real = calloc(t->rows * REALS + 1, sizeof *t->real);
    t->count = calloc(t->bins + 1, sizeof *t->count);
    t->value = calloc(t->raw + 1, sizeof *t->value);
    return t->mark && t->whole && t->sign && t->real && t->count && t->value ? TEPUI_OK : TEPUI_NO_MEMORY;
}

static tepui_status put(tepui_accumulator *a, void *arg)
{
    flat *t = arg;
    const tepui_moments *m = &a->moments;
    const tepui_histogram *h = &a->histogram;
    const uint64_t whole[WHOLES] = {a->count, a->zero, a->nan, m->n, h->under, h->over, h->bins, a->raw_count};
    const int64_t sign[SIGNED] = {h->first, h->level};
    const double real[REALS] = {m->mean.hi, m->mean.lo, m->m2.hi,   m->m2.lo,   m->m3.hi,   m->m3.lo,
                                m->m4.hi,   m->m4.lo,   m->minimum, m->maximum, h->minimum, h->maximum};
    memcpy(t->whole + t->rows * WHOLES, whole, sizeof whole);
    memcpy(t->sign + t->rows * SIGNED, sign, sizeof sign);
    memcpy(t->real + t->rows * REALS, real, sizeof real);
    if (h->bins) memcpy(t->count + t->bins, h->count, h->bins * sizeof *h->count);
    if (a->raw_count) memcpy(t->value + t->raw, a->raw, a->raw_count * sizeof *a->raw);
    return measure(a, t);
}

static void put_marks(flat *t, const tepui_state *s)
{
    uint64_t *m = t->mark;
    for (size_t i = 0; i < s->experiment->cell_count; i++) {
        if (s->experiment->cells[i].alias_of != i) continue;
        m[SAMPLES] = s->cell[i].samples;
        m[BLOCKS] = s->cell[i].blocks;
        m[DONE] = (uint64_t)s->cell[i].done;
        m += MARKS;
    }
}

void checkpoint_write(h5 *f, const tepui_state *s, tepui_status *st)
{
    flat t = {0};
    *st = flat_alloc(&t, s);
    if (*st == TEPUI_OK) {
        t.rows = t.bins = t.raw = 0;
        visit(s, put, &t);
        put_marks(&t, s);
        h5_group(f, "/checkpoint");
        h5_note_u64(f, "/checkpoint", "bins", t.bins);
        h5_note_u64(f, "/checkpoint", "raw", t.raw);
        h5_note_u64(f, "/checkpoint", "generation", s->generation);
        h5_write(f, "/checkpoint/cell",
                 &(h5_array){.type = H5_U64, .rank = 2, .dims = {t.cells, MARKS}, .data = t.mark});
        h5_write(f, "/checkpoint/whole",
                 &(h5_array){.type = H5_U64, .rank = 2, .dims = {t.rows, WHOLES}, .data = t.whole, .pack = 1});
        h5_write(f, "/checkpoint/signed",
                 &(h5_array){.type = H5_I64, .rank = 2, .dims = {t.rows, SIGNED}, .data = t.sign, .pack = 1});
        h5_write(f, "/checkpoint/real",
                 &(h5_array){.type = H5_DOUBLE, .rank = 2, .dims = {t.rows, REALS}, .data = t.real, .pack = 1});
        h5_write(f, "/checkpoint/counts",
                 &(h5_array){.type = H5_U64, .rank = 1, .dims = {t.bins}, .data = t.count, .pack = 1});
        h5_write(f, "/checkpoint/values", &(h5_array){.type = H5_DOUBLE, .rank = 1, .dims = {t.raw}, .data = t.value});
    }
    flat_free(&t);
}

static tepui_status get(tepui_accumulator *a, void *arg)
{
    flat *t = arg;
    const uint64_t *w = t->whole + t->rows * WHOLES;
    const double *x = t->real + t->rows * REALS;
    tepui_histogram *h = &a->histogram;
    const size_t bins = (size_t)w[BINS], raw = (size_t)w[RAW];
    if (w[BINS] > t->bins || w[RAW] > t->raw || raw > a->raw_limit) return TEPUI_BAD_INPUT;
    a->count = w[COUNT];
    a->zero = w[ZERO];
    a->nan = w[NOT_FINITE];
    a->infinite = w[COUNT] - w[ZERO] - w[NOT_FINITE] - w[MOMENTS];
    a->moments = (tepui_moments){w[MOMENTS],        {x[MEAN], x[MEAN_LO]}, {x[M2], x[M2_LO]},
                                 {x[M3], x[M3_LO]}, {x[M4], x[M4_LO]},     x[MINIMUM],
                                 x[MAXIMUM]};
    h->under = w[UNDER];
    h->over = w[OVER];
    h->first = t->sign[t->rows * SIGNED + FIRST];
    h->level = (int)t->sign[t->rows * SIGNED + LEVEL];
    h->minimum = x[LOWEST];
    h->maximum = x[HIGHEST];
    if (bins && !(h->count = malloc(bins * sizeof *h->count))) return TEPUI_NO_MEMORY;
    h->bins = h->room = bins;
    if (bins) memcpy(h->count, t->count, bins * sizeof *h->count);
    if (raw) memcpy(a->raw, t->value, raw * sizeof *a->raw);
    a->raw_count = raw;
    t->count += bins;
    t->value += raw;
    t->bins -= bins;
    t->raw -= raw;
    t->rows++;
    return TEPUI_OK;
}

static void get_marks(const flat *t, tepui_state *s)
{
    const uint64_t *m = t->mark;
    for (size_t i = 0; i < s->experiment->cell_count; i++) {
        if (s->experiment->cells[i].alias_of != i) continue;
        s->cell[i].samples = m[SAMPLES];
        s->cell[i].blocks = m[BLOCKS];
        s->cell[i].done = m[DONE] != 0;
        m += MARKS;
    }
}

tepui_status checkpoint_read(h5 *f, tepui_state *s, tepui_error *err)
{
    flat t = {0};
    for (size_t i = 0; i < s->experiment->cell_count; i++) t.cells += s->experiment->cells[i].alias_of == i;
    visit(s, measure, &t);
    t.bins = (size_t)h5_read_note_u64(f, "/checkpoint", "bins");
    t.raw = (size_t)h5_read_note_u64(f, "/checkpoint", "raw");
    s->generation = h5_read_note_u64(f, "/checkpoint", "generation");
    t.mark = h5_read(f, "/checkpoint/cell", H5_U64, 2, (size_t[]){t.cells, MARKS});
    t.whole = h5_read(f, "/checkpoint/whole", H5_U64, 2, (size_t[]){t.rows, WHOLES});
    t.sign = h5_read(f, "/checkpoint/signed", H5_I64, 2, (size_t[]){t.rows, SIGNED});
    t.real = h5_read(f, "/checkpoint/real", H5_DOUBLE, 2, (size_t[]){t.rows, REALS});
    if (t.bins) t.count = h5_read(f, "/checkpoint/counts", H5_U64, 1, &t.bins);
    if (t.raw) t.value = h5_read(f, "/checkpoint/values", H5_DOUBLE, 1, &t.raw);
    tepui_status st = f->failed ? TEPUI_BAD_INPUT : TEPUI_OK;
    if (st == TEPUI_OK) {
        flat walk = t; /* its pointers move along */
        walk.rows = 0;
        st = visit(s, get, &walk);
        get_marks(&t, s);
    }
    flat_free(&t);
    return st == TEPUI_OK ? st : tepui_fail(err, st, "the checkpoint in the file does not fit the experiment");
}
