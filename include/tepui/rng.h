/* rng.h -- addressed random numbers: a word is a pure function of (key, sample, purpose, layer, index).
   Generator: Threefry4x64-13 (Salmon et al., SC11). Key words: {seed, cell hash low, cell hash high, 0}.
   Counter words: {block, sample, purpose << 32 | layer, 0}.
   Order of words inside a stream: blocks are taken eight at a time (the eight virtual lanes); word i lives in
   block 8*(i/32) + i%8, component (i%32)/8. Scalar, AVX2 and AVX-512 code produce this same order. */
#ifndef TEPUI_RNG_H
#define TEPUI_RNG_H
#include <gsl/gsl_rng.h>
#include <stddef.h>
#include <stdint.h>
#include <tepui/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TEPUI_LANES 8u
#define TEPUI_BATCH 32u /* words (and normals) made from eight blocks */

/* What a stream is used for; a plain enum, never reused for something else. */
typedef enum {
    TEPUI_FOR_TEST = 0,
    TEPUI_FOR_WEIGHTS = 1,
    TEPUI_FOR_BIASES = 2,
    TEPUI_FOR_READOUT = 3,
    TEPUI_FOR_INPUT = 4,
    TEPUI_FOR_TARGET = 5,
    TEPUI_FOR_DIRECTION_IN = 6,  /* unit vector u of J u */
    TEPUI_FOR_DIRECTION_OUT = 7, /* unit vector v of v . f */
    TEPUI_FOR_LANCZOS = 9,       /* start vector of an iterative eigensolver */
    TEPUI_FOR_LAYER = 10,        /* masks of a layer of a composition */
    TEPUI_FOR_MINIBATCH = 11,    /* points of a step of a trajectory; the layer is the step */
    TEPUI_FOR_PERTURBATION = 12, /* noise of such a step */
    TEPUI_FOR_PLATEAU = 13,      /* a direction from the initialisation, and a start vector */
    TEPUI_FOR_REDUCED = 8        /* everything of the reduced sampler; the layer says which of its streams */
} tepui_purpose;

typedef struct {
    uint64_t word[4];
} tepui_key;

/* Returns the key from the seed and the canonical text of the cell's physical parameters (first 16 bytes of SHA-256).
 */
tepui_key tepui_key_make(uint64_t seed, const char *canonical_text);

/* out = Threefry4x64 of counter under key, with so many rounds: 13 for samples, 20 for seeds of GSL generators. */
void tepui_threefry4x64(const uint64_t key[4], const uint64_t counter[4], unsigned rounds, uint64_t out[4]);
/* SHA-256 of data, and of head (below 64 bytes) and data, one after the other; lengths in bytes. */
void tepui_sha256(const void *data, size_t length, uint8_t digest[32]);
void tepui_sha256_after(const void *head, size_t head_length, const void *data, size_t length, uint8_t digest[32]);

/* A place in the random numbers. With gsl == NULL the stream is addressed; otherwise words come one after
   another from the named GSL generator, which tepui_stream_sample() has seeded for this sample. */
typedef struct {
    tepui_key key;
    uint64_t sample;
    uint32_t layer, purpose;
    uint64_t next; /* index of the next word; tepui_stream_at sets 0 */
    gsl_rng *gsl;  /* borrowed */
} tepui_stream;

/* Start of sample `sample`: for a GSL generator seeds it from (key, sample), otherwise stores the address. */
void tepui_stream_sample(tepui_stream *s, const tepui_key *key, uint64_t sample, gsl_rng *gsl_or_null);
/* Moves to word 0 of (purpose, layer). A GSL generator just goes on. */
void tepui_stream_at(tepui_stream *s, tepui_purpose purpose, uint32_t layer);

/* Bulk draws, dispatched to SIMD. Each consumes a whole number of batches: `next` is rounded up to a multiple
   of TEPUI_BATCH after the call, so two calls never share a batch. n is any size; out needs room for n only. */
void tepui_draw_words(tepui_stream *s, uint64_t *out, size_t n);
void tepui_draw_uniform(tepui_stream *s, double *out, size_t n); /* (0,1), 53 bits, never 0 or 1 */
void tepui_draw_normal(tepui_stream *s, double *out, size_t n);  /* N(0,1), Box-Muller on 64-bit words */
void tepui_draw_sign(tepui_stream *s, double *out, size_t n);    /* +1 or -1; one word each (top bit) */

/* The same words as a GSL generator: gsl_rng_alloc(tepui_gsl_rng_threefry). get: 32 bits (high half of the next
   word); get_double: 53 bits; set: all 64 bits of the seed. tepui_gsl_seek places it at a stream. */
extern const gsl_rng_type *tepui_gsl_rng_threefry;
void tepui_gsl_seek(gsl_rng *r, const tepui_stream *place);

/* Returns 1 for ours, whose numbers have addresses; 0 for GSL's, which come one after another. */
int tepui_generator_is_addressed(const char *name);
/* Why a GSL generator cannot be seeded anew for every sample; NULL: it can. */
const char *tepui_gsl_rng_unfit(const char *name);
/* GSL generator by name ("mt19937", "ranlxd2", ...), NULL if unknown; "threefry4x64" gives ours. */
const gsl_rng_type *tepui_gsl_rng_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
