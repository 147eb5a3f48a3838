/* checkpoint.c -- /checkpoint: the exact state, in a few flat arrays. Cells that are not aliases in order, their
   observables in order, their components in order: one row each; before (how a last block began, where it was cut
   short) has one empty row where all are empty. What is infinite is not written: it is what is left of the samples, see
   accumulator.c. Raw samples are those of /observables (raw.c). Blocks of trajectories under way: a row each, and their
   bytes as words, one block after another; nothing of them is left when a run is complete. */
#include "child.h"
#include "layout.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT, ZERO, ORIGIN, NOT_FINITE, MOMENTS, UNDER, OVER, BINS, RAW, WHOLES };
enum { FIRST, LEVEL, SIGNED };
enum { MEAN, MEAN_LO, M2, M2_LO, M3, M3_LO, M4, M4_LO, MINIMUM, MAXIMUM, LOWEST, HIGHEST, REALS };
enum { BEFORE_COUNT, BEFORE_MEAN, BEFORE_MINIMUM = BEFORE_MEAN + 8, BEFORE_MAXIMUM, BEFORES };
enum { SAMPLES, BLOCKS, DONE, MARKS };

#define MOST_LEVELS 4096 /* more than doubles have */

typedef struct {
    size_t cells, rows, bins, raw;
    uint64_t *mark, *whole, *count;
    int64_t *sign;
    double *real, *value, *before;
    int has_before; /* some of it is not empty */
} flat;

static void flat_free(flat *t)
{
    free(t->mark);
    free(t->whole);
    free(t->count);
    free(t->sign);
    free(t->real);
    free(t->value);
    free(t->before);
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
    t->before = calloc(t->rows * BEFORES + 1, sizeof *t->before);
    t->count = calloc(t->bins + 1, sizeof *t->count);
    const int have = t->mark && t->whole && t->sign && t->real && t->before && t->count;
    return have ? TEPUI_OK : TEPUI_NO_MEMORY;
}

static void put_before(double *to, const tepui_moments *m)
{
    const double row[BEFORES] = {(double)m->n, m->mean.hi, m->mean.lo, m->m2.hi,   m->m2.lo,  m->m3.hi,
                                 m->m3.lo,     m->m4.hi,   m->m4.lo,   m->minimum, m->maximum};
    memcpy(to, row, sizeof row);
}

static tepui_moments get_before(const double *x)
{
    const double *m = x + BEFORE_MEAN;
    return (tepui_moments){.n = (uint64_t)x[BEFORE_COUNT],
                           .mean = {m[0], m[1]},
                           .m2 = {m[2], m[3]},
                           .m3 = {m[4], m[5]},
                           .m4 = {m[6], m[7]},
                           .minimum = x[BEFORE_MINIMUM],
                           .maximum = x[BEFORE_MAXIMUM]};
}

static tepui_status put(tepui_accumulator *a, void *arg)
{
    flat *t = arg;
    const tepui_moments *m = &a->moments;
    const tepui_histogram *h = &a->histogram;
    const uint64_t whole[WHOLES] = {a->count, a->zero, a->origin, a->nan,      m->n,
                                    h->under, h->over, h->bins,   a->raw_count};
    const int64_t sign[SIGNED] = {h->first, h->level};
    const double real[REALS] = {m->mean.hi, m->mean.lo, m->m2.hi,   m->m2.lo,   m->m3.hi,   m->m3.lo,
                                m->m4.hi,   m->m4.lo,   m->minimum, m->maximum, h->minimum, h->maximum};
    memcpy(t->whole + t->rows * WHOLES, whole, sizeof whole);
    memcpy(t->sign + t->rows * SIGNED, sign, sizeof sign);
    memcpy(t->real + t->rows * REALS, real, sizeof real);
    if (a->before.n) put_before(t->before + t->rows * BEFORES, &a->before);
    t->has_before |= a->before.n > 0;
    if (h->bins) memcpy(t->count + t->bins, h->count, h->bins * sizeof *h->count);
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

/* --- unfinished blocks */

enum { CELL, BLOCK, FINISHED, WORDS, UNFINISHED };

/* Cells that were precise enough before their last blocks came in need none of them. */
static int is_wanted(const tepui_state *s, const tepui_unfinished *u)
{
    return !s->cell[u->cell].done;
}

static int by_place(const void *a, const void *b)
{
    const tepui_unfinished *x = a, *y = b;
    if (x->cell != y->cell) return x->cell < y->cell ? -1 : 1;
    return (x->block > y->block) - (x->block < y->block);
}

static size_t count_unfinished(const tepui_state *s, size_t *words)
{
    size_t n = 0;
    *words = 0;
    for (size_t i = 0; i < s->unfinished_count; i++) {
        if (!is_wanted(s, &s->unfinished[i])) continue;
        *words += s->unfinished[i].size / sizeof(uint64_t);
        n++;
    }
    return n;
}

/* table: n rows, bytes: so many words, both malloc'd. */
static tepui_status pack_unfinished(const tepui_state *s, size_t n, size_t words, uint64_t **table, uint64_t **bytes)
{
    size_t at = 0, row = 0;
    *table = calloc(n * UNFINISHED + 1, sizeof **table);
    *bytes = calloc(words + 1, sizeof **bytes);
    if (!*table || !*bytes) return TEPUI_NO_MEMORY;
    if (n) qsort(s->unfinished, s->unfinished_count, sizeof *s->unfinished, by_place);
    for (size_t i = 0; i < s->unfinished_count; i++) {
        const tepui_unfinished *u = &s->unfinished[i];
        if (!is_wanted(s, u)) continue;
        const uint64_t entry[UNFINISHED] = {u->cell, u->block, (uint64_t)u->finished, u->size / sizeof **bytes};
        memcpy(*table + row++ * UNFINISHED, entry, sizeof entry);
        memcpy(*bytes + at, u->bytes, u->size);
        at += u->size / sizeof **bytes;
    }
    return TEPUI_OK;
}

static tepui_status write_unfinished(h5 *f, const tepui_state *s)
{
    size_t words;
    const size_t n = count_unfinished(s, &words);
    h5_note_u64(f, "/checkpoint", "unfinished", n);
    h5_note_u64(f, "/checkpoint", "words", words);
    if (n == 0) return TEPUI_OK;
    uint64_t *table, *bytes;
    const tepui_status st = pack_unfinished(s, n, words, &table, &bytes);
    if (st == TEPUI_OK) {
        h5_write(f, "/checkpoint/unfinished",
                 &(h5_array){.type = H5_U64, .rank = 2, .dims = {n, UNFINISHED}, .data = table});
        h5_write(f, "/checkpoint/words", &(h5_array){.type = H5_U64, .rank = 1, .dims = {words}, .data = bytes});
    }
    free(table);
    free(bytes);
    return st;
}

static tepui_status read_failure(const h5 *f)
{
    return !f->failed ? TEPUI_OK : f->failed == H5_NO_MEMORY ? TEPUI_NO_MEMORY : TEPUI_BAD_INPUT;
}

static tepui_status take_entry(tepui_state *s, const uint64_t *entry, const uint64_t *words)
{
    tepui_unfinished u = {(size_t)entry[CELL], entry[BLOCK], entry[FINISHED] != 0, entry[WORDS] * sizeof *words, NULL};
    if (u.cell >= s->experiment->cell_count || s->experiment->cells[u.cell].alias_of != u.cell) return TEPUI_BAD_INPUT;
    if (!(u.bytes = malloc(u.size + 1))) return TEPUI_NO_MEMORY;
    memcpy(u.bytes, words, u.size);
    const tepui_status st = tepui_state_put_aside(s, &u);
    if (st != TEPUI_OK) free(u.bytes);
    return st;
}

static tepui_status take_entries(tepui_state *s, const uint64_t *table, size_t n, const uint64_t *bytes, size_t words)
{
    tepui_status st = TEPUI_OK;
    size_t at = 0;
    for (size_t i = 0; st == TEPUI_OK && i < n; i++) {
        const uint64_t *entry = table + i * UNFINISHED;
        if (entry[WORDS] > words - at) st = TEPUI_BAD_INPUT;
        if (st == TEPUI_OK) st = take_entry(s, entry, bytes + at);
        at += (size_t)entry[WORDS];
    }
    return st == TEPUI_OK && at != words ? TEPUI_BAD_INPUT : st;
}

static tepui_status read_unfinished(h5 *f, tepui_state *s)
{
    const size_t n = (size_t)h5_read_note_u64(f, "/checkpoint", "unfinished");
    const size_t words = (size_t)h5_read_note_u64(f, "/checkpoint", "words");
    tepui_status st = read_failure(f);
    if (st != TEPUI_OK || n == 0) return st;
    uint64_t *table = h5_read(f, "/checkpoint/unfinished", H5_U64, 2, (size_t[]){n, UNFINISHED});
    uint64_t *bytes = h5_read(f, "/checkpoint/words", H5_U64, 1, &words);
    st = read_failure(f);
    if (st == TEPUI_OK) st = take_entries(s, table, n, bytes, words);
    free(table);
    free(bytes);
    return st;
}

static void write_before(h5 *f, const flat *t)
{
    const size_t rows = t->has_before ? t->rows : 1;
    h5_write(f, "/checkpoint/before",
             &(h5_array){.type = H5_DOUBLE, .rank = 2, .dims = {rows, BEFORES}, .data = t->before, .pack = 1});
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
        if (s->refolds) write_before(f, &t);
        *st = write_unfinished(f, s);
    }
    flat_free(&t);
}

static int get_before_of(tepui_accumulator *a, const double *row)
{
    if (!(row[BEFORE_COUNT] >= 0 && row[BEFORE_COUNT] <= LAYOUT_MOST_SAMPLES)) return 0;
    tepui_moments_clear(&a->before);
    if (row[BEFORE_COUNT] > 0) a->before = get_before(row);
    return 1;
}

static tepui_status get(tepui_accumulator *a, void *arg)
{
    flat *t = arg;
    const uint64_t *w = t->whole + t->rows * WHOLES;
    const double *x = t->real + t->rows * REALS;
    tepui_histogram *h = &a->histogram;
    const int64_t level = t->sign[t->rows * SIGNED + LEVEL];
    const size_t bins = (size_t)w[BINS], raw = (size_t)w[RAW];
    if (w[BINS] > t->bins || w[RAW] > t->raw || raw > a->raw_limit) return TEPUI_BAD_INPUT;
    a->count = w[COUNT];
    a->zero = w[ZERO];
    a->origin = w[ORIGIN];
    a->nan = w[NOT_FINITE];
    if (t->before && !get_before_of(a, t->before + t->rows * BEFORES)) return TEPUI_BAD_INPUT;
    a->infinite = w[COUNT] - w[ZERO] - w[NOT_FINITE] - w[MOMENTS];
    a->moments = (tepui_moments){w[MOMENTS],        {x[MEAN], x[MEAN_LO]}, {x[M2], x[M2_LO]},
                                 {x[M3], x[M3_LO]}, {x[M4], x[M4_LO]},     x[MINIMUM],
                                 x[MAXIMUM]};
    h->under = w[UNDER];
    h->over = w[OVER];
    h->first = t->sign[t->rows * SIGNED + FIRST];
    if (level < -MOST_LEVELS || level > MOST_LEVELS) return TEPUI_BAD_INPUT;
    h->level = (int)level;
    h->minimum = x[LOWEST];
    h->maximum = x[HIGHEST];
    free(h->count); /* of a state that is not fresh */
    h->count = NULL;
    if (bins && !(h->count = malloc(bins * sizeof *h->count))) return TEPUI_NO_MEMORY;
    h->bins = h->room = bins;
    if (bins) memcpy(h->count, t->count, bins * sizeof *h->count);
    if (raw && t->value) memcpy(a->raw, t->value, raw * sizeof *a->raw);
    a->raw_count = raw;
    if (bins) t->count += bins; /* NULL where there are none */
    if (raw && t->value) t->value += raw;
    t->bins -= bins;
    t->raw -= raw;
    t->rows++;
    return TEPUI_OK;
}

static tepui_status get_marks(const flat *t, tepui_state *s)
{
    const uint64_t *m = t->mark;
    s->generation = 0;
    for (size_t i = 0; i < s->experiment->cell_count; i++) {
        if (s->experiment->cells[i].alias_of != i) continue;
        s->generation += m[SAMPLES];
        if (m[SAMPLES] > s->experiment->samples) return TEPUI_BAD_INPUT;
        s->cell[i].samples = m[SAMPLES];
        s->cell[i].blocks = m[BLOCKS];
        s->cell[i].done = m[DONE] != 0;
        m += MARKS;
    }
    return TEPUI_OK;
}

static void read_before(h5 *f, tepui_state *s, flat *t)
{
    int rank;
    size_t dims[3];
    h5_type type;
    s->refolds = h5_has(f, "/checkpoint/before");
    if (!s->refolds) return;
    h5_shape(f, "/checkpoint/before", &rank, dims, &type);
    if (rank == 2 && dims[0] == 1 && t->rows != 1) return;
    t->before = h5_read(f, "/checkpoint/before", H5_DOUBLE, 2, (size_t[]){t->rows, BEFORES});
}

tepui_status checkpoint_read(h5 *f, tepui_state *s, tepui_error *err)
{
    flat t = {0};
    for (size_t i = 0; i < s->experiment->cell_count; i++) t.cells += s->experiment->cells[i].alias_of == i;
    visit(s, measure, &t);
    t.bins = (size_t)h5_read_note_u64(f, "/checkpoint", "bins");
    t.raw = (size_t)h5_read_note_u64(f, "/checkpoint", "raw");
    t.mark = h5_read(f, "/checkpoint/cell", H5_U64, 2, (size_t[]){t.cells, MARKS});
    t.whole = h5_read(f, "/checkpoint/whole", H5_U64, 2, (size_t[]){t.rows, WHOLES});
    t.sign = h5_read(f, "/checkpoint/signed", H5_I64, 2, (size_t[]){t.rows, SIGNED});
    t.real = h5_read(f, "/checkpoint/real", H5_DOUBLE, 2, (size_t[]){t.rows, REALS});
    if (t.bins) t.count = h5_read(f, "/checkpoint/counts", H5_U64, 1, &t.bins);
    if (t.raw) t.value = raw_read(f, s, t.whole ? t.whole + RAW : NULL, WHOLES, t.raw);
    read_before(f, s, &t);
    tepui_status st = read_failure(f);
    if (st == TEPUI_OK) st = read_unfinished(f, s);
    if (st == TEPUI_OK) {
        flat walk = t; /* its pointers move along */
        walk.rows = 0;
        st = visit(s, get, &walk);
        if (st == TEPUI_OK) st = get_marks(&t, s);
        if (st == TEPUI_OK && (walk.bins || walk.raw)) st = TEPUI_BAD_INPUT;
        if (st == TEPUI_OK && h5_read_note_u64(f, "/checkpoint", "generation") != s->generation) st = TEPUI_BAD_INPUT;
        if (st == TEPUI_OK) st = sound_checkpoint(s, err);
    }
    flat_free(&t);
    if (st == TEPUI_OK) return st;
    if (st == TEPUI_NO_MEMORY) return tepui_fail(err, st, "no memory for the checkpoint in the file");
    return tepui_fail(err, st, "the checkpoint in the file does not fit the experiment%s%s", f->reason[0] ? ": " : "",
                      f->reason);
}

/* --- from process to process: the same arrays without raw samples, which lie in memory that both have */

typedef struct {
    int refolds;
    size_t bins, raw, unfinished, words;
} head;

typedef struct {
    head h;
    flat t;
    uint64_t *table, *bytes;
} packet;

static void packet_free(packet *p)
{
    flat_free(&p->t);
    free(p->table);
    free(p->bytes);
}

static int transfer_packet(packet *p, int channel, int out)
{
    flat *t = &p->t;
    const struct {
        void *data;
        size_t bytes;
    } part[] = {{t->mark, t->cells * MARKS * sizeof *t->mark},
                {t->whole, t->rows * WHOLES * sizeof *t->whole},
                {t->sign, t->rows * SIGNED * sizeof *t->sign},
                {t->real, t->rows * REALS * sizeof *t->real},
                {t->before, t->rows * BEFORES * sizeof *t->before},
                {t->count, p->h.bins * sizeof *t->count},
                {p->table, p->h.unfinished * UNFINISHED * sizeof *p->table},
                {p->bytes, p->h.words * sizeof *p->bytes}};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (child_transfer(channel, part[i].data, part[i].bytes, out) != 0) return -1;
    return 0;
}

static tepui_status pack(packet *p, const tepui_state *s)
{
    flat *t = &p->t;
    tepui_status st;
    TEPUI_TRY(flat_alloc(t, s));
    t->rows = t->bins = t->raw = 0;
    visit(s, put, t);
    put_marks(t, s);
    p->h = (head){.refolds = s->refolds, .bins = t->bins, .raw = t->raw};
    p->h.unfinished = count_unfinished(s, &p->h.words);
    TEPUI_TRY(pack_unfinished(s, p->h.unfinished, p->h.words, &p->table, &p->bytes));
done:
    return st;
}

tepui_status checkpoint_send(const tepui_state *s, int channel)
{
    packet p = {.table = NULL};
    tepui_status st = pack(&p, s);
    if (st == TEPUI_OK && (child_transfer(channel, &p.h, sizeof p.h, 1) != 0 || transfer_packet(&p, channel, 1) != 0))
        st = TEPUI_IO;
    packet_free(&p);
    return st;
}

static void forget_unfinished(tepui_state *s)
{
    for (size_t i = 0; i < s->unfinished_count; i++) free(s->unfinished[i].bytes);
    s->unfinished_count = 0;
}

static tepui_status unpack(const packet *p, tepui_state *s)
{
    flat walk = p->t;
    tepui_status st;
    walk.rows = 0;
    walk.bins = p->h.bins;
    walk.raw = p->h.raw;
    forget_unfinished(s);
    s->refolds = p->h.refolds;
    TEPUI_TRY(visit(s, get, &walk));
    TEPUI_TRY(get_marks(&p->t, s));
    TEPUI_TRY(take_entries(s, p->table, p->h.unfinished, p->bytes, p->h.words));
done:
    return st;
}

tepui_status checkpoint_receive(tepui_state *s, int channel)
{
    packet p = {.table = NULL};
    tepui_status st = TEPUI_IO;
    if (child_transfer(channel, &p.h, sizeof p.h, 0) != 0) return st;
    TEPUI_TRY(flat_alloc(&p.t, s));
    free(p.t.count);
    p.t.count = calloc(p.h.bins + 1, sizeof *p.t.count);
    p.table = calloc(p.h.unfinished * UNFINISHED + 1, sizeof *p.table);
    p.bytes = calloc(p.h.words + 1, sizeof *p.bytes);
    st = TEPUI_NO_MEMORY;
    if (!p.t.count || !p.table || !p.bytes) goto done;
    st = transfer_packet(&p, channel, 0) == 0 ? unpack(&p, s) : TEPUI_IO;
done:
    packet_free(&p);
    return st;
}
