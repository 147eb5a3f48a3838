/* fuzz_file.h -- result files that are changed behind every checksum: what a file is made of, and how it is changed. */
#ifndef TEPUI_TESTS_FUZZ_FILE_H
#define TEPUI_TESTS_FUZZ_FILE_H
#include <stddef.h>
#include <stdint.h>

/* What is changed; the first 32 are the messages of object headers, by their number in the HDF5 file format. */
enum {
    FUZZ_SUPERBLOCK = 32,
    FUZZ_HEADER,    /* of an object, prefixes included */
    FUZZ_CONTINUED, /* the same, further on */
    FUZZ_HEAP,      /* fractal: links of large groups, attributes */
    FUZZ_HEAP_BLOCK,
    FUZZ_SPACE, /* free space of heaps */
    FUZZ_TREE,  /* B-tree of version 2 */
    FUZZ_LEAF,
    FUZZ_CHUNKS, /* index of the blocks of an array */
    FUZZ_TEXTS,  /* global heap: attributes of variable length; without a checksum */
    FUZZ_DATA,   /* text and numbers of arrays that are not packed, all under /checkpoint excepted */
    FUZZ_CHECKPOINT,
    FUZZ_KINDS
};

/* Bytes under one checksum. */
typedef struct {
    size_t at, length, sum; /* sum: where the checksum lies, 0: there is none */
    int kind;
} fuzz_span;

/* Bytes that belong together within a span: a message, a whole span. */
typedef struct {
    size_t at, length, span;
} fuzz_part;

typedef struct {
    char *bytes;
    size_t size;
    fuzz_span *span;
    size_t spans;
    fuzz_part *part[FUZZ_KINDS];
    size_t parts[FUZZ_KINDS];
    int kind[FUZZ_KINDS], kinds; /* those that are there */
} fuzz_file;

/* Finds what a whole result is made of; takes bytes over. 0: well. */
int fuzz_open(fuzz_file *f, char *bytes, size_t size);
void fuzz_close(fuzz_file *f);
/* A copy, changed in one to four places, each checksum and the digest made right again: the same for a number always.
 */
void fuzz_change(const fuzz_file *f, uint64_t number, char *copy);
#endif
