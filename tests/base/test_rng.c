/* test_rng.c -- the generator is the published one, its streams are where the address says, and GSL sees the same. */
#include "test.h"
#include <base/sha256.h>
#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <tepui/kernel.h>
#include <tepui/rng.h>

/* Random123 1.14, tests/kat_vectors, lines threefry4x64 13, 20 and 72. */
static const struct {
    unsigned rounds;
    uint64_t counter[4], key[4], out[4];
} published[] = {
    {13, {0, 0, 0, 0}, {0, 0, 0, 0}, {0x4071fabee1dc8e05, 0x02ed3113695c9c62, 0x397311b5b89f9d49, 0xe21292c3258024bc}},
    {13,
     {~0ull, ~0ull, ~0ull, ~0ull},
     {~0ull, ~0ull, ~0ull, ~0ull},
     {0x7eaed935479722b5, 0x90994358c429f31c, 0x496381083e07a75b, 0x627ed0d746821121}},
    {13,
     {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
     {0x452821e638d01377, 0xbe5466cf34e90c6c, 0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917},
     {0x4361288ef9c1900c, 0x8717291521782833, 0x0d19db18c20cf47e, 0xa0b41d63ac8581e5}},
    {20, {0, 0, 0, 0}, {0, 0, 0, 0}, {0x09218ebde6c85537, 0x55941f5266d86105, 0x4bd25e16282434dc, 0xee29ec846bd2e40b}},
    {20,
     {~0ull, ~0ull, ~0ull, ~0ull},
     {~0ull, ~0ull, ~0ull, ~0ull},
     {0x29c24097942bba1b, 0x0371bbfb0f6f4e11, 0x3c231ffa33f83a1c, 0xcd29113fde32d168}},
    {72, {0, 0, 0, 0}, {0, 0, 0, 0}, {0x94eeea8b1f2ada84, 0xadf103313eae6670, 0x952419a1f4b16d53, 0xd83f13e63c9f6b11}},
    {72,
     {~0ull, ~0ull, ~0ull, ~0ull},
     {~0ull, ~0ull, ~0ull, ~0ull},
     {0x11518c034bc1ff4c, 0x193f10b8bcdcc9f7, 0xd024229cb58f20d8, 0x563ed6e48e05183f}},
};

static void threefry_is_the_published_one(void)
{
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        uint64_t out[4];
        tepui_threefry4x64(published[i].key, published[i].counter, published[i].rounds, out);
        CHECK(memcmp(out, published[i].out, sizeof out) == 0);
    }
}

static void sha_is(const char *text, size_t n, const char *want)
{
    uint8_t digest[32];
    char hex[65];
    tepui_sha256(text, n, digest);
    for (int i = 0; i < 32; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    CHECK(strcmp(hex, want) == 0);
}

/* NIST FIPS 180-4 examples and the well-known million a's. */
static void sha256_is_the_published_one(void)
{
    char *million = malloc(1000000);
    memset(million, 'a', 1000000);
    sha_is("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha_is("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha_is("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    sha_is(million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

/* The two ways from any state, over any number of blocks at any address. */
static void both_ways_to_sha256_agree(void)
{
    uint8_t bytes[7 * 64 + 3];
    uint64_t word = 1;
    if (!sha256_fast()) {
        printf("no SHA instructions: one way only\n");
        return;
    }
    for (size_t turn = 0; turn < 1000; turn++) {
        uint32_t plain[8], fast[8];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)((word = word * 6364136223846793005u + 1442695040888963407u) >> 56);
        for (size_t i = 0; i < 8; i++)
            plain[i] = fast[i] = (uint32_t)((word = word * 6364136223846793005u + 1442695040888963407u) >> 32);
        sha256_plain(plain, bytes + turn % 4, turn % 8);
        sha256_fast()(fast, bytes + turn % 4, turn % 8);
        CHECK(memcmp(plain, fast, sizeof plain) == 0);
    }
}

/* A text in two parts is the text, wherever it is cut. */
static void sha256_goes_on_after_a_head(void)
{
    static char text[300];
    uint8_t whole[32], parts[32];
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(7 * i);
    for (size_t n = 0; n <= sizeof text; n++)
        for (size_t head = 0; head <= n && head < 64; head++) {
            tepui_sha256(text, n, whole);
            tepui_sha256_after(text, head, text + head, n - head, parts);
            CHECK(memcmp(whole, parts, sizeof whole) == 0);
        }
}

static tepui_stream stream(uint64_t seed, const char *cell, uint64_t sample, tepui_purpose purpose, uint32_t layer)
{
    tepui_stream s;
    const tepui_key key = tepui_key_make(seed, cell);
    tepui_stream_sample(&s, &key, sample, NULL);
    tepui_stream_at(&s, purpose, layer);
    return s;
}

/* Word i: block 8 (i / 32) + i % 8, component (i % 32) / 8; counter {block, sample, purpose << 32 | layer, 0}. */
static void words_are_where_the_address_says(void)
{
    tepui_stream s = stream(9, "cell", 1234567890123u, TEPUI_FOR_WEIGHTS, 77);
    uint64_t w[1000];
    tepui_draw_words(&s, w, 1000);
    for (size_t i = 0; i < 1000; i++) {
        const uint64_t counter[4] = {8 * (i / 32) + i % 8, 1234567890123u, (uint64_t)TEPUI_FOR_WEIGHTS << 32 | 77, 0};
        uint64_t out[4];
        tepui_threefry4x64(s.key.word, counter, 13, out);
        CHECK(w[i] == out[i % 32 / 8]);
    }
    CHECK(s.next == 1024); /* whole batches are consumed */
}

static void draws_in_parts_are_draws_at_once(void)
{
    double all[4096], part[4096];
    tepui_stream a = stream(1, "x", 5, TEPUI_FOR_INPUT, 0), b = a;
    tepui_draw_normal(&a, all, 4096);
    for (size_t at = 0, n = 32; at < 4096; at += n, n = n % 160 + 32) {
        if (n > 4096 - at) n = 4096 - at;
        tepui_draw_normal(&b, part + at, n);
    }
    CHECK(memcmp(all, part, sizeof all) == 0);
    tepui_draw_normal(&b, part, 5); /* a prefix of a batch */
    a.next = b.next - 32;
    tepui_draw_normal(&a, all, 32);
    CHECK(memcmp(all, part, 5 * sizeof *all) == 0);
}

static int compare_words(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Neighbouring addresses give different words: 2^18 words, a chance collision has probability 2^-29. */
static void neighbouring_streams_do_not_meet(void)
{
    enum { EACH = 64, STREAMS = 4096 };
    uint64_t *w = malloc(sizeof(uint64_t) * EACH * STREAMS);
    for (size_t i = 0; i < STREAMS; i++) {
        tepui_stream s =
            stream(i / 1024, i / 512 % 2 ? "a" : "b", i % 8, (tepui_purpose)(i / 8 % 8), (uint32_t)(i / 64 % 8));
        tepui_draw_words(&s, w + i * EACH, EACH);
    }
    qsort(w, EACH * STREAMS, sizeof *w, compare_words);
    for (size_t i = 1; i < EACH * STREAMS; i++) CHECK(w[i] != w[i - 1]);
    free(w);
}

static int flipped_bits(unsigned rounds, int bit)
{
    const uint64_t key[4] = {1, 2, 3, 0};
    uint64_t counter[4] = {5, 6, 7, 0}, x[4], y[4];
    int flips = 0;
    tepui_threefry4x64(key, counter, rounds, x);
    counter[bit / 64] ^= 1ull << (bit % 64);
    tepui_threefry4x64(key, counter, rounds, y);
    for (int i = 0; i < 4; i++) flips += __builtin_popcountll(x[i] ^ y[i]);
    return flips;
}

/* One counter bit flips Binomial(256, 1/2) = 128 +- 8 output bits; 192 bits tried, 6 standard deviations. Four rounds
   are the negative control: the test must see that they do not mix. */
static void one_bit_changes_half_of_the_output(void)
{
    int bad13 = 0, bad4 = 0;
    for (int bit = 0; bit < 192; bit++) {
        bad13 += abs(flipped_bits(13, bit) - 128) > 48;
        bad4 += abs(flipped_bits(4, bit) - 128) > 48;
    }
    CHECK(bad13 == 0);
    CHECK(bad4 > 20);
}

static void keys_differ_by_seed_and_text(void)
{
    const tepui_key a = tepui_key_make(1, "x"), b = tepui_key_make(1 + (1ull << 32), "x"), c = tepui_key_make(1, "y");
    CHECK(memcmp(&a, &b, sizeof a) != 0 && memcmp(&a, &c, sizeof a) != 0);
    CHECK(a.word[0] == 1 && a.word[1] != b.word[1] && a.word[1] != c.word[1]);
}

static void gsl_sees_the_same_words(void)
{
    gsl_rng *r = gsl_rng_alloc(tepui_gsl_rng_threefry), *copy = gsl_rng_alloc(tepui_gsl_rng_threefry);
    tepui_stream s = stream(3, "gsl", 11, TEPUI_FOR_BIASES, 2);
    uint64_t w[200];
    tepui_gsl_seek(r, &s);
    tepui_draw_words(&s, w, 200);
    for (int i = 0; i < 100; i++) CHECK(gsl_rng_get(r) == w[i] >> 32);
    gsl_rng_memcpy(copy, r);
    for (int i = 100; i < 200; i++) CHECK(gsl_rng_uniform(r) == (double)(w[i] >> 11) * 0x1p-53);
    for (int i = 100; i < 200; i++) CHECK(gsl_rng_get(copy) == w[i] >> 32);
    s.next = 37;
    tepui_gsl_seek(r, &s);
    CHECK(gsl_rng_get(r) == w[37] >> 32);
    gsl_rng_free(r);
    gsl_rng_free(copy);
}

static void all_64_bits_of_a_gsl_seed_count(void)
{
    const unsigned long seeds[] = {0, 1, 1ul << 32, (1ul << 32) + 1, ~0ul};
    unsigned long first[5];
    gsl_rng *r = gsl_rng_alloc(tepui_gsl_rng_threefry);
    for (int i = 0; i < 5; i++) {
        gsl_rng_set(r, seeds[i]);
        first[i] = gsl_rng_get(r) << 32 | gsl_rng_get(r);
        for (int k = 0; k < i; k++) CHECK(first[k] != first[i]);
    }
    gsl_rng_free(r);
}

/* Mean of 1e5 exponentials: standard error 1/sqrt(1e5). */
static void gsl_distributions_work_on_it(void)
{
    gsl_rng *r = gsl_rng_alloc(tepui_gsl_rng_threefry);
    double sum = 0;
    for (int i = 0; i < 100000; i++) sum += gsl_ran_exponential(r, 1.0);
    CHECK_Z(sum / 1e5, 1.0, sqrt(1e-5), 5);
    gsl_rng_free(r);
}

/* A GSL generator as the source: reproducible per sample, and uniform in every bit (1e4 words, 5 sigma = 250). */
/* Streams of many samples, each with its seed. Normal x: |x|^2 of two has mean 2 and variance 4, x1^2 x2^2 mean 1 and
   variance 8, the product with the sample before mean 0 and variance 2 (of both numbers together); first words differ
   but for the chance n^2/2^33 that two 32-bit seeds agree. Five standard errors. */
static void check_samples(const gsl_rng_type *type, int n)
{
    gsl_rng *r = gsl_rng_alloc(type);
    const tepui_key key = tepui_key_make(7, "samples");
    double square = 0, product = 0, neighbour = 0, before[2] = {0};
    static uint64_t first[3000];
    int equal = 0;
    for (int i = 0; i < n; i++) {
        tepui_stream s;
        double x[2];
        tepui_stream_sample(&s, &key, (uint64_t)i, r);
        tepui_draw_words(&s, &first[i], 1);
        tepui_stream_sample(&s, &key, (uint64_t)i, r);
        tepui_draw_normal(&s, x, 2);
        square += x[0] * x[0] + x[1] * x[1];
        product += x[0] * x[0] * x[1] * x[1];
        neighbour += x[0] * before[0] + x[1] * before[1];
        before[0] = x[0], before[1] = x[1];
        for (int k = 0; k < i; k++) equal += first[k] == first[i];
    }
    const double z[3] = {(square / n - 2) / sqrt(4.0 / n), (product / n - 1) / sqrt(8.0 / n),
                         neighbour / n / sqrt(2.0 / n)};
    for (int k = 0; k < 3; k++) {
        if (!(fabs(z[k]) < 5)) fprintf(stderr, "%s: moment %d is off by %.1f standard errors\n", type->name, k, z[k]);
        CHECK(fabs(z[k]) < 5);
    }
    CHECK(equal <= 1);
    gsl_rng_free(r);
}

/* All that GSL has: accepted and right, or refused. */
static void gsl_generators_are_seeded_per_sample_or_refused(void)
{
    int accepted = 0, refused = 0;
    for (const gsl_rng_type **t = gsl_rng_types_setup(); *t; t++) {
        if (tepui_gsl_rng_unfit((*t)->name)) {
            refused++;
            continue;
        }
        check_samples(*t, strcmp((*t)->name, "gfsr4") == 0 ? 500 : 3000); /* a millisecond to seed */
        accepted++;
    }
    CHECK(refused == 10 && accepted >= 50);
    CHECK(tepui_gsl_rng_unfit("mt19937") == NULL && tepui_gsl_rng_unfit("threefry4x64") == NULL);
}

static void gsl_generators_can_feed_streams(void)
{
    const char *name[] = {"mt19937", "ranlxd2", "taus2", "minstd", "threefry4x64"};
    for (size_t g = 0; g < 5; g++) {
        gsl_rng *r = gsl_rng_alloc(tepui_gsl_rng_find(name[g]));
        const tepui_key key = tepui_key_make(1, "gsl");
        tepui_stream s;
        enum { N = 10000 };
        static uint64_t w[N], again[N];
        int ones[64] = {0};
        tepui_stream_sample(&s, &key, 4, r);
        tepui_draw_words(&s, w, N);
        tepui_stream_sample(&s, &key, 4, r);
        tepui_draw_words(&s, again, N);
        CHECK(memcmp(w, again, sizeof w) == 0);
        tepui_stream_sample(&s, &key, 5, r);
        tepui_draw_words(&s, again, N);
        CHECK(memcmp(w, again, sizeof w) != 0);
        for (int i = 0; i < N; i++)
            for (int b = 0; b < 64; b++) ones[b] += (int)(w[i] >> b & 1);
        for (int b = 0; b < 64; b++) CHECK(abs(ones[b] - N / 2) < 250);
        gsl_rng_free(r);
    }
    CHECK(tepui_gsl_rng_find("no-such") == NULL);
}

static const test_case cases[] = {
    {"threefry_is_the_published_one", threefry_is_the_published_one},
    {"sha256_is_the_published_one", sha256_is_the_published_one},
    {"both_ways_to_sha256_agree", both_ways_to_sha256_agree},
    {"sha256_goes_on_after_a_head", sha256_goes_on_after_a_head},
    {"words_are_where_the_address_says", words_are_where_the_address_says},
    {"draws_in_parts_are_draws_at_once", draws_in_parts_are_draws_at_once},
    {"neighbouring_streams_do_not_meet", neighbouring_streams_do_not_meet},
    {"one_bit_changes_half_of_the_output", one_bit_changes_half_of_the_output},
    {"keys_differ_by_seed_and_text", keys_differ_by_seed_and_text},
    {"gsl_sees_the_same_words", gsl_sees_the_same_words},
    {"all_64_bits_of_a_gsl_seed_count", all_64_bits_of_a_gsl_seed_count},
    {"gsl_distributions_work_on_it", gsl_distributions_work_on_it},
    {"gsl_generators_are_seeded_per_sample_or_refused", gsl_generators_are_seeded_per_sample_or_refused},
    {"gsl_generators_can_feed_streams", gsl_generators_can_feed_streams},
};
TEST_MAIN(cases)
