/* load.h (internal) -- what the sources that read files share. */
#ifndef TEPUI_SOURCE_LOAD_H
#define TEPUI_SOURCE_LOAD_H
#include <stdio.h>
#include <tepui/source.h>

/* Whether a data file is there, regular and readable; the same, opened. Nothing is waited for. */
tepui_status load_regular(const char *path, tepui_error *err);
tepui_status load_open(const char *path, FILE **out, tepui_error *err);
/* A file, plain or gzip. packed_read() gives fewer bytes than asked at the end and where the file is damaged;
   packed_trouble() says what is wrong when all that was wanted has been read, NULL: nothing. */
typedef struct packed_file packed_file;
tepui_status packed_open(const char *path, packed_file **out, tepui_error *err);
size_t packed_read(packed_file *p, unsigned char *out, size_t size);
const char *packed_trouble(packed_file *p);
void packed_close(packed_file *p);
/* Whether rows x columns numbers of so many bytes fit into what this process may take; asked before anything is read.
 */
tepui_status load_fits(const char *path, size_t rows, size_t columns, size_t size, tepui_error *err);
/* An IDX file (plain or gzip) of unsigned bytes: first axis rows, the others flattened; their sizes go into axis.
   Checks magic, sizes, length. */
tepui_status idx_read(const char *path, unsigned char **bytes, size_t *rows, size_t *columns, size_t axis[7],
                      tepui_error *err);
/* Inputs that are bytes, which stand for 0 .. 1: takes *bytes over. */
void load_bytes(tepui_dataset *d, unsigned char **bytes, size_t rows, size_t columns);
/* The rows of `more`, bytes with labels, after those of d; both surveyed or both loaded. */
tepui_status load_append(tepui_dataset *d, const tepui_dataset *more, tepui_error *err);
/* What data.normalise asks for; how many rows are 0, the first of them. */
tepui_status load_normalise(tepui_dataset *d, tepui_error *err);
size_t load_zero_rows(const tepui_dataset *d, size_t *first);
/* One more axis of a row; ones before the first and behind the last other size are left out. */
void load_axis(size_t axis[7], size_t size);
void load_axis_end(size_t axis[7]);
/* The head of an IDX file alone. */
tepui_status idx_head(const char *path, size_t *rows, size_t *columns, size_t axis[7], tepui_error *err);
/* d->y one-hot from labels 0 .. classes-1 that have been checked; as many labels as rows. */
tepui_status load_classes(tepui_dataset *d, const unsigned char *labels, size_t classes, const char *path,
                          tepui_error *err);
/* The same of unchecked labels, as many classes as the largest says. */
tepui_status load_labels(tepui_dataset *d, const unsigned char *labels, size_t count, const char *path,
                         tepui_error *err);
#endif
