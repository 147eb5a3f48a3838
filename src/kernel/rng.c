/* rng.c -- streams of random numbers by address, and the two bridges to GSL: our generator as a gsl_rng_type, and any
   gsl_rng as the source of a stream's words (see rng.h for the order of words). */
#include <string.h>
#include <tepui/kernel.h>
#include <tepui/rng.h>

#define CHUNK_BATCHES 16u
#define CHUNK (CHUNK_BATCHES * TEPUI_BATCH)
#define GSL_DISCARD 64

tepui_key tepui_key_make(uint64_t seed, const char *text)
{
    static const char domain[] = "tepui-rng-1";
    tepui_key key = {{seed, 0, 0, 0}};
    uint8_t digest[32], head[sizeof domain + 8];
    memcpy(head, domain, sizeof domain);
    for (int i = 0; i < 8; i++) head[sizeof domain + (size_t)i] = (uint8_t)(seed >> (8 * i));
    tepui_sha256_after(head, sizeof head, text, strlen(text), digest);
    for (int i = 0; i < 16; i++) key.word[1 + i / 8] |= (uint64_t)digest[i] << (8 * (i % 8));
    return key;
}

/* Many GSL generators take 32-bit seeds: the sample's seed is the low half of a hash of (key, sample). */
static unsigned long gsl_seed(const tepui_key *key, uint64_t sample)
{
    const uint64_t counter[4] = {0, sample, UINT64_MAX, 1};
    uint64_t out[4];
    tepui_threefry4x64(key->word, counter, 20, out);
    return (unsigned long)(out[0] & 0xffffffffu);
}

void tepui_stream_sample(tepui_stream *s, const tepui_key *key, uint64_t sample, gsl_rng *gsl)
{
    *s = (tepui_stream){.key = *key, .sample = sample, .gsl = gsl};
    if (!gsl) return;
    gsl_rng_set(gsl, gsl_seed(key, sample));
    for (int i = 0; i < GSL_DISCARD; i++) gsl_rng_get(gsl); /* the first outputs still show the seed (ran1, ranf) */
}

void tepui_stream_at(tepui_stream *s, tepui_purpose purpose, uint32_t layer)
{
    s->purpose = (uint32_t)purpose;
    s->layer = layer;
    s->next = 0;
}

static uint64_t place(const tepui_stream *s)
{
    return (uint64_t)s->purpose << 32 | s->layer;
}

/* 32 uniform bits from any GSL generator: its raw output where that is 32 bits wide, else its uniform double. */
static uint64_t gsl_half(gsl_rng *r)
{
    if (gsl_rng_min(r) == 0 && gsl_rng_max(r) == 0xffffffffu) return gsl_rng_get(r);
    return (uint64_t)(gsl_rng_uniform(r) * 0x1p16) << 16 | (uint64_t)(gsl_rng_uniform(r) * 0x1p16);
}

static void gsl_words(gsl_rng *r, uint64_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint64_t high = gsl_half(r);
        out[i] = high << 32 | gsl_half(r);
    }
}

static void batches_of_words(tepui_stream *s, uint64_t *out, size_t batches)
{
    if (s->gsl)
        gsl_words(s->gsl, out, batches * TEPUI_BATCH);
    else
        tepui_kernel()->words(s->key.word, s->sample, place(s), s->next / TEPUI_BATCH, batches, out);
    s->next += batches * TEPUI_BATCH;
}

static void batches_of_normals(tepui_stream *s, double *out, size_t batches)
{
    uint64_t words[TEPUI_BATCH];
    if (!s->gsl) {
        tepui_kernel()->normals(s->key.word, s->sample, place(s), s->next / TEPUI_BATCH, batches, out);
        s->next += batches * TEPUI_BATCH;
        return;
    }
    for (size_t b = 0; b < batches; b++) {
        batches_of_words(s, words, 1);
        tepui_kernel()->words_to_normals(words, 1, out + b * TEPUI_BATCH);
    }
}

void tepui_draw_words(tepui_stream *s, uint64_t *out, size_t n)
{
    uint64_t rest[TEPUI_BATCH];
    const size_t whole = n / TEPUI_BATCH, left = n % TEPUI_BATCH;
    batches_of_words(s, out, whole);
    if (!left) return;
    batches_of_words(s, rest, 1);
    memcpy(out + whole * TEPUI_BATCH, rest, left * sizeof *out);
}

void tepui_draw_normal(tepui_stream *s, double *out, size_t n)
{
    double rest[TEPUI_BATCH];
    const size_t whole = n / TEPUI_BATCH, left = n % TEPUI_BATCH;
    batches_of_normals(s, out, whole);
    if (!left) return;
    batches_of_normals(s, rest, 1);
    memcpy(out + whole * TEPUI_BATCH, rest, left * sizeof *out);
}

/* Words in cache-sized chunks, each turned into doubles. */
static void draw_through(tepui_stream *s, double *out, size_t n, void (*turn)(const uint64_t *, size_t, double *))
{
    uint64_t words[CHUNK];
    while (n) {
        const size_t m = n < CHUNK ? n : CHUNK;
        tepui_draw_words(s, words, m);
        turn(words, m, out);
        out += m;
        n -= m;
    }
}

void tepui_draw_uniform(tepui_stream *s, double *out, size_t n)
{
    draw_through(s, out, n, tepui_kernel()->words_to_uniform);
}

static void signs(const uint64_t *w, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++) out[i] = w[i] >> 63 ? -1.0 : 1.0;
}

void tepui_draw_sign(tepui_stream *s, double *out, size_t n)
{
    draw_through(s, out, n, signs);
}

/* --- the addressed generator as a gsl_rng_type; the state is plain data, so gsl_rng_memcpy works */

typedef struct {
    tepui_stream at;
    uint64_t batch[TEPUI_BATCH];
    unsigned used; /* words of the batch handed out; TEPUI_BATCH: draw the next one */
} adapter;

static void adapter_set(void *state, unsigned long seed)
{
    adapter *a = state;
    *a = (adapter){.at = {.key = {{seed, 0, 0, 0}}, .purpose = TEPUI_FOR_TEST}, .used = TEPUI_BATCH};
}

static uint64_t adapter_word(adapter *a)
{
    if (a->used == TEPUI_BATCH) {
        tepui_draw_words(&a->at, a->batch, TEPUI_BATCH);
        a->used = 0;
    }
    return a->batch[a->used++];
}

static unsigned long adapter_get(void *state)
{
    return (unsigned long)(adapter_word(state) >> 32);
}

static double adapter_get_double(void *state)
{
    return (double)(adapter_word(state) >> 11) * 0x1p-53;
}

static const gsl_rng_type threefry_type = {"threefry4x64", 0xffffffffu,       0, sizeof(adapter), adapter_set,
                                           adapter_get,    adapter_get_double};
const gsl_rng_type *tepui_gsl_rng_threefry = &threefry_type;

void tepui_gsl_seek(gsl_rng *r, const tepui_stream *to)
{
    adapter *a = r->state;
    a->at = *to;
    a->at.gsl = NULL;
    a->at.next = to->next - to->next % TEPUI_BATCH;
    a->used = TEPUI_BATCH;
    for (uint64_t skip = to->next % TEPUI_BATCH; skip; skip--) adapter_word(a);
}

/* Measured over 20,000 samples, each with its seed, 30 and 300 outputs discarded: mean squares of two normal numbers
   and of their products, correlations of neighbouring samples, distinct first words (test_rng.c has the accepted ones).
 */
static const struct {
    const char *name, *reason;
} unfit[] = {
    {"slatec", "it has eight different seeds"},
    {"uni", "it does not tell most seeds apart"},
    {"uni32", "it does not tell most seeds apart"},
    {"zuf", "it has 31,329 different seeds"},
    {"r250", "neighbouring seeds give related numbers"},
    {"rand48", "successive numbers are related across seeds"},
    {"vax", "successive numbers are related across seeds"},
    {"coveyou", "its low bits hardly depend on the seed"},
    {"ranf", "its low bits hardly depend on the seed"},
    {"randu", "its successive numbers lie on 15 planes"},
};

const char *tepui_gsl_rng_unfit(const char *name)
{
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++)
        if (strcmp(unfit[i].name, name) == 0) return unfit[i].reason;
    return NULL;
}

int tepui_generator_is_addressed(const char *name)
{
    return strcmp(name, threefry_type.name) == 0;
}

const gsl_rng_type *tepui_gsl_rng_find(const char *name)
{
    if (strcmp(name, threefry_type.name) == 0) return tepui_gsl_rng_threefry;
    for (const gsl_rng_type **t = gsl_rng_types_setup(); *t; t++)
        if (strcmp((*t)->name, name) == 0) return *t;
    return NULL;
}
