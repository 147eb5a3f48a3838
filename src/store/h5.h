/* h5.h (internal) -- the few HDF5 calls that the store needs, over a file that lives in memory.

   Errors are sticky: after the first one every call does nothing, and the caller looks once, at the end. Objects carry
   no times, so equal contents are equal bytes. */
#ifndef TEPUI_STORE_H5_H
#define TEPUI_STORE_H5_H
#include <base/text.h>
#include <hdf5.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <tepui/status.h>

#define H5_USER_BLOCK 512u

typedef struct {
    hid_t file;
    int failed;
    char *image; /* the bytes after h5_finish(), user block of zeros included */
    size_t size;
    /* of reading */
    const void *bytes;
    pid_t child; /* 0: none */
    int channel;
    size_t total; /* bytes read so far */
    char reason[256];
    text_buffer notes;        /* all texts so far; they lie in a heap of HDF5 that has no checksum */
    struct h5_memory *memory; /* h5_keep() */
} h5;

typedef enum { H5_DOUBLE, H5_U64, H5_I64, H5_TEXT, H5_BYTES } h5_type;

/* An array. TEXT data is a block of fixed-size strings, which the file stores as UTF-8 of variable length: netCDF-C
   crashes on fixed-length ones. */
typedef struct {
    h5_type type;
    size_t text_size;
    int rank; /* 0: a scalar, of texts */
    size_t dims[3];
    const void *data;
    int sparse;              /* [i][j][k], mostly 0, or NaN in real numbers: such blocks are not stored */
    int pack;                /* shuffle and deflate */
    const char *scales[3];   /* dimension scales in the same group, NULL: none */
    const char *is_scale;    /* name when this is a scale itself */
    const char *doc, *units; /* long_name and units, NULL: none */
    int ranged, padded;      /* valid_range is low, high; _FillValue is NaN, or H5_NO_COUNT */
    double low, high;
} h5_array;

#define H5_NO_COUNT (-1) /* marks a count that a cell does not have; no count is negative */

void h5_create(h5 *f);
/* The same without a file: what is written stays in memory, to be read from the same h5 until h5_close(). */
void h5_keep(h5 *f);
void h5_group(h5 *f, const char *path);
void h5_write(h5 *f, const char *path, const h5_array *a);
void h5_note(h5 *f, const char *object, const char *name, const char *text); /* string attribute */
void h5_note_u64(h5 *f, const char *object, const char *name, uint64_t value);
/* Bytes under a checksum: all text attributes, "object TAB name TAB text LF" each, and for each array of texts
   "path TAB TAB digest LF". */
void h5_write_notes(h5 *f, const char *path);
/* That digest, of texts one after another, each with its zero byte. */
enum { H5_DIGEST = 65 };
void h5_digest(const char *const *text, size_t count, char out[H5_DIGEST]);
/* Closes; on success image/size are set (free image with free()). */
tepui_status h5_finish(h5 *f, tepui_error *err);

/* --- reading (h5_read.c): bytes in memory that nobody vouches for. A child process under limits holds them open and
   answers, h5_check.c looks at everything before it is read; what ends the child is damage in the file. `failed` then
   says H5_DAMAGED or H5_NO_MEMORY, `reason` what was wrong. */
enum { H5_DAMAGED = 1, H5_NO_MEMORY = 2 };

void h5_open(h5 *f, const void *bytes, size_t size); /* bytes are borrowed until h5_close() */
void h5_close(h5 *f);
/* TEPUI_OK, or what failed says; `%s: reason' becomes the message. */
tepui_status h5_status(const h5 *f, const char *path, tepui_error *err);
/* A pointer that must not be NULL: there is no memory otherwise. */
void *h5_kept(h5 *f, void *p);
/* The first complaint stays. */
void h5_complain(h5 *f, const char *object, const char *what);
int h5_has(h5 *f, const char *path);
/* Shape; rank 0 and failed when it is not there. */
void h5_shape(h5 *f, const char *path, int *rank, size_t dims[3], h5_type *type);
/* Reads the whole array (malloc'd); fails unless type and shape are these. */
void *h5_read(h5 *f, const char *path, h5_type type, int rank, const size_t *dims);
char *h5_read_note(h5 *f, const char *object, const char *name); /* malloc'd */
uint64_t h5_read_note_u64(h5 *f, const char *object, const char *name);
char **h5_read_texts(h5 *f, const char *path, size_t count); /* one block of pointers and text, one free() */
/* Names in a group, sorted, one block of pointers and text, one free(). */
size_t h5_names(h5 *f, const char *group, char ***names);

/* What the child may use: seconds of processor time, bytes of an array. Tests lower them. uncontained: no child, for a
   process that reads one file, ends, and is contained by somebody else. */
typedef struct {
    unsigned seconds;
    size_t array;
    int uncontained;
} h5_limits;
extern h5_limits h5_allowed;
#endif
