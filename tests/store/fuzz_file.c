/* fuzz_file.c -- see fuzz_file.h. Structures are found by their signatures: a structure ends where the four bytes that
   follow are the checksum of all before (lookup3; HDF5 file format, version 3). Arrays are found by what they hold: the
   bytes that libhdf5 reads, and Fletcher's checksum after them. */
#include "fuzz_file.h"
#include <math.h>
#include <stdlib.h>
#include <store/envelope.h>
#include <store/h5.h>
#include <string.h>

/* --- checksums */

#define TURN(x, k) ((x) << (k) | (x) >> (32 - (k)))

static void mix(uint32_t v[3])
{
    static const int k[6] = {4, 6, 8, 16, 19, 4};
    for (int i = 0; i < 6; i++) {
        uint32_t *a = &v[i % 3], *b = &v[(i + 1) % 3], *c = &v[(i + 2) % 3];
        *a -= *c;
        *a ^= TURN(*c, k[i]);
        *c += *b;
    }
}

/* Jenkins' lookup3 (hashlittle), by which HDF5 checks its metadata. */
static uint32_t lookup3(const unsigned char *p, size_t n)
{
    uint32_t v[3];
    v[0] = v[1] = v[2] = 0xdeadbeefu + (uint32_t)n;
    for (; n > 12; n -= 12, p += 12) {
        for (int i = 0; i < 12; i++) v[i / 4] += (uint32_t)p[i] << (8 * (i % 4));
        mix(v);
    }
    if (n == 0) return v[2];
    for (size_t i = 0; i < n; i++) v[i / 4] += (uint32_t)p[i] << (8 * (i % 4));
    static const int k[7][3] = {{2, 1, 14}, {0, 2, 11}, {1, 0, 25}, {2, 1, 16}, {0, 2, 4}, {1, 0, 14}, {2, 1, 24}};
    for (int i = 0; i < 7; i++) {
        uint32_t *to = &v[k[i][0]], from = v[k[i][1]];
        *to ^= from;
        *to -= TURN(from, k[i][2]);
    }
    return v[2];
}

/* Fletcher's, of big-endian words of 16 bits, as libhdf5 folds them: a sum is never 0 once it was not. */
static uint32_t fletcher32(const unsigned char *p, size_t n)
{
    uint64_t a = 0, b = 0;
    for (size_t i = 0; i < n; i += 2) {
        a += (uint64_t)p[i] << 8 | (i + 1 < n ? p[i + 1] : 0);
        a = a > 65535 ? a - 65535 : a;
        b = b + a > 65535 ? b + a - 65535 : b + a;
    }
    return (uint32_t)(b << 16 | a);
}

static uint32_t get32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put32(unsigned char *p, uint32_t x)
{
    for (int i = 0; i < 4; i++) p[i] = (unsigned char)(x >> (8 * i));
}

/* The checksum of a span; that of a block of a fractal heap lies within it and counts as 0. */
static uint32_t checksum(unsigned char *bytes, const fuzz_span *s)
{
    if (s->kind >= FUZZ_DATA) return fletcher32(bytes + s->at, s->length);
    if (s->kind == FUZZ_HEAP_BLOCK) put32(bytes + s->sum, 0);
    return lookup3(bytes + s->at, s->length);
}

/* --- what a file is made of */

static void *grown(void *list, size_t count, size_t size)
{
    void *p = count % 64 ? list : realloc(list, (count + 64) * size);
    if (!p) abort();
    return p;
}

static void add_part(fuzz_file *f, int kind, size_t at, size_t length)
{
    fuzz_part **list = &f->part[kind];
    *list = grown(*list, f->parts[kind], sizeof **list);
    (*list)[f->parts[kind]++] = (fuzz_part){at, length, f->spans - 1};
}

static void add_span(fuzz_file *f, int kind, size_t at, size_t length, size_t sum)
{
    f->span = grown(f->span, f->spans, sizeof *f->span);
    f->span[f->spans++] = (fuzz_span){at, length, sum, kind};
    add_part(f, kind, at, length);
}

/* Messages of an object header: type (1), size (2), flags (1), data. */
static void add_messages(fuzz_file *f, size_t at, size_t end)
{
    const unsigned char *p = (unsigned char *)f->bytes;
    while (at + 4 <= end) {
        const size_t length = 4 + (size_t)(p[at + 1] | p[at + 2] << 8);
        if (p[at] >= 32 || at + length > end) break;
        if (p[at]) add_part(f, p[at], at, length); /* 0: unused */
        at += length;
    }
}

static size_t header_prefix(const unsigned char *p)
{
    return 6 + (p[5] & 0x20 ? 16u : 0u) + (p[5] & 0x10 ? 4u : 0u) + ((size_t)1 << (p[5] & 3));
}

static const struct {
    const char *sign;
    int kind;
} signatures[] = {{"\211HDF\r\n\032\n", FUZZ_SUPERBLOCK},
                  {"OHDR", FUZZ_HEADER},
                  {"OCHK", FUZZ_CONTINUED},
                  {"FRHP", FUZZ_HEAP},
                  {"FHIB", FUZZ_HEAP},
                  {"FSHD", FUZZ_SPACE},
                  {"FSSE", FUZZ_SPACE},
                  {"BTHD", FUZZ_TREE},
                  {"BTIN", FUZZ_TREE},
                  {"BTLF", FUZZ_LEAF},
                  {"FAHD", FUZZ_CHUNKS},
                  {"FADB", FUZZ_CHUNKS}};

#define LONGEST 4096u

static void find_structure(fuzz_file *f, int kind, size_t at)
{
    const unsigned char *p = (unsigned char *)f->bytes;
    for (size_t n = 8; n < LONGEST && at + n + 4 <= f->size; n++) {
        if (lookup3(p + at, n) != get32(p + at + n)) continue;
        add_span(f, kind, at, n, at + n);
        if (kind == FUZZ_HEADER) add_messages(f, at + header_prefix(p + at), at + n);
        if (kind == FUZZ_CONTINUED) add_messages(f, at + 4, at + n);
        return;
    }
}

/* A direct block: signature, version, address of the heap (8), offset (4 in groups), checksum, objects. */
static void find_heap_block(fuzz_file *f, size_t at)
{
    enum { SUM = 17 };
    unsigned char *p = (unsigned char *)f->bytes;
    const uint32_t sum = get32(p + at + SUM);
    for (size_t n = 512; n <= 65536 && at + n <= f->size; n *= 2) {
        const fuzz_span s = {at, n, at + SUM, FUZZ_HEAP_BLOCK};
        const int fits = checksum(p, &s) == sum;
        put32(p + s.sum, sum);
        if (!fits) continue;
        add_span(f, FUZZ_HEAP_BLOCK, at, n, s.sum);
        return;
    }
}

static void find_structures(fuzz_file *f)
{
    for (size_t at = H5_USER_BLOCK; at + 48 < f->size; at++) {
        const char *p = f->bytes + at;
        for (size_t k = 0; k < sizeof signatures / sizeof *signatures; k++)
            if (memcmp(p, signatures[k].sign, strlen(signatures[k].sign)) == 0)
                find_structure(f, signatures[k].kind, at);
        if (memcmp(p, "FHDB", 4) == 0) find_heap_block(f, at);
        if (memcmp(p, "GCOL", 4) == 0) add_span(f, FUZZ_TEXTS, at, f->size - at < 1024 ? f->size - at : 1024, 0);
    }
}

/* An array by its bytes; texts have a few zeros more. */
static void find_data(fuzz_file *f, int kind, const void *data, size_t length)
{
    const unsigned char *p = (unsigned char *)f->bytes, *at = p;
    const size_t most = 8;
    for (; (at = memmem(at, f->size - (size_t)(at - p), data, length)); at++)
        for (size_t n = length; n < length + most && (size_t)(at - p) + n + 4 <= f->size; n++)
            if (fletcher32(at, n) == get32(at + n)) {
                add_span(f, kind, (size_t)(at - p), n, (size_t)(at - p) + n);
                return;
            }
}

static void find_array(fuzz_file *f, h5 *h, const char *path, int kind)
{
    size_t dims[3], length = 8;
    int rank;
    h5_type type;
    h5_shape(h, path, &rank, dims, &type);
    if (type == H5_BYTES) length = 1;
    for (int k = 0; k < rank; k++) length *= dims[k];
    char **text = type == H5_TEXT && rank == 1 ? h5_read_texts(h, path, dims[0]) : NULL;
    void *data = type == H5_TEXT ? NULL : h5_read(h, path, type, rank, dims);
    if (text) find_data(f, kind, text[0], strlen(text[0]));
    if (data) find_data(f, kind, data, length);
    free(text);
    free(data);
}

static void find_arrays(fuzz_file *f, h5 *h, const char *group, int kind)
{
    char **name, path[256];
    const size_t n = h5_names(h, group, &name);
    for (size_t i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", group, name[i]);
        find_array(f, h, path, kind);
    }
    free(name);
}

int fuzz_open(fuzz_file *f, char *bytes, size_t size)
{
    h5 h;
    *f = (fuzz_file){.bytes = bytes, .size = size};
    find_structures(f);
    h5_open(&h, bytes, size);
    find_array(f, &h, "/experiment", FUZZ_DATA);
    find_arrays(f, &h, "/cells", FUZZ_DATA);
    find_arrays(f, &h, "/observables/forward_norm", FUZZ_DATA);
    find_arrays(f, &h, "/checkpoint", FUZZ_CHECKPOINT);
    h5_close(&h);
    for (int k = 0; k < FUZZ_KINDS; k++)
        if (f->parts[k]) f->kind[f->kinds++] = k;
    return h.failed;
}

void fuzz_close(fuzz_file *f)
{
    for (int k = 0; k < FUZZ_KINDS; k++) free(f->part[k]);
    free(f->span);
    free(f->bytes);
}

/* --- changes; random numbers of our own: the same inputs everywhere */

static uint64_t state;

static uint64_t draw(uint64_t below)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}

/* Sizes and counts at the edge of something, addresses of other structures, numbers that are none. */
static uint64_t odd_number(const fuzz_file *f)
{
    static const double real[] = {-1, 0.5, 1e308, -1e308, 5e-324, (double)INFINITY, (double)-INFINITY, (double)NAN};
    uint64_t x;
    switch (draw(4)) {
    case 0:
        return draw(20);
    case 1:
        return ((uint64_t)1 << draw(64)) - draw(3);
    case 2:
        return f->span[draw(f->spans)].at - H5_USER_BLOCK;
    default:
        memcpy(&x, &real[draw(sizeof real / sizeof *real)], sizeof x);
        return x;
    }
}

static void change_byte(char *p, size_t n)
{
    static const unsigned char odd[] = {0, 1, 2, 0x7f, 0x80, 0xfe, 0xff};
    const size_t at = draw(n);
    if (draw(2))
        p[at] = (char)odd[draw(sizeof odd)];
    else
        p[at] ^= (char)(1u << draw(8));
}

/* A number of 2, 4 or 8 bytes, all numbers of arrays whole ones. */
static void change_number(const fuzz_file *f, char *p, size_t n, int is_data)
{
    const size_t width = is_data && n >= 8 ? 8 : (size_t)1 << (1 + draw(3));
    if (n < width) return;
    const size_t at = is_data ? draw(n / width) * width : draw(n - width + 1);
    uint64_t x = 0;
    memcpy(&x, p + at, width);
    x = draw(3) ? odd_number(f) : x + (draw(2) ? 1 : -1);
    memcpy(p + at, &x, width);
}

/* A piece of another part of this kind. */
static void change_piece(const fuzz_file *f, int kind, char *p, size_t n)
{
    const fuzz_part *other = &f->part[kind][draw(f->parts[kind])];
    const size_t most = n < other->length ? n : other->length, m = 1 + draw(most);
    memcpy(p + draw(n - m + 1), f->bytes + other->at + draw(other->length - m + 1), m);
}

static const fuzz_span *change_part(const fuzz_file *f, char *copy)
{
    const int kind = f->kind[draw((uint64_t)f->kinds)];
    const fuzz_part *part = &f->part[kind][draw(f->parts[kind])];
    const uint64_t how = draw(8);
    char *p = copy + part->at;
    if (how < 4)
        change_byte(p, part->length);
    else if (how < 7)
        change_number(f, p, part->length, kind >= FUZZ_DATA);
    else
        change_piece(f, kind, p, part->length);
    return &f->span[part->span];
}

void fuzz_change(const fuzz_file *f, uint64_t number, char *copy)
{
    const fuzz_span *changed[4];
    state = number * 0x2545f4914f6cdd1du;
    memcpy(copy, f->bytes, f->size);
    const int times = draw(2) ? 1 : 1 + (int)draw(4);
    for (int i = 0; i < times; i++) changed[i] = change_part(f, copy);
    for (int i = 0; i < times; i++)
        if (changed[i]->sum)
            put32((unsigned char *)copy + changed[i]->sum, checksum((unsigned char *)copy, changed[i]));
    envelope_seal(copy, f->size, 7);
}
