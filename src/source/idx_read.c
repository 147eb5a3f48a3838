/* idx_read.c -- the IDX format of the MNIST family: magic 00 00 08 N, N big-endian sizes, then the bytes.
   http://yann.lecun.com/exdb/mnist; plain or gzip (packed.c). */
#include "load.h"
#include <stdlib.h>
#include <string.h>

#define LARGEST ((size_t)1 << 31)

static tepui_status read_header(packed_file *f, const char *path, size_t *rows, size_t *columns, size_t sizes[7],
                                tepui_error *err)
{
    unsigned char head[4], size[4];
    *rows = *columns = 1;
    if (packed_read(f, head, 4) != 4 || head[0] || head[1] || head[2] != 8 || head[3] < 1 || head[3] > 4)
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s: not an IDX file of unsigned bytes", path);
    for (int k = 0; k < head[3]; k++) {
        if (packed_read(f, size, 4) != 4) return tepui_fail(err, TEPUI_BAD_INPUT, "%s: cut off in its header", path);
        const size_t n = (size_t)size[0] << 24 | (size_t)size[1] << 16 | (size_t)size[2] << 8 | size[3];
        size_t *axis = k ? columns : rows;
        if (n == 0 || n > LARGEST || *axis > LARGEST / n)
            return tepui_fail(err, TEPUI_BAD_INPUT, "%s: axis %d has the size %zu", path, k, n);
        *axis *= n;
        if (k) load_axis(sizes, n);
    }
    load_axis_end(sizes);
    if (*rows > LARGEST / *columns)
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s: claims %zu x %zu bytes, more than 2 GiB", path, *rows, *columns);
    return TEPUI_OK;
}

/* Grows with what is really there, so that a lying header cannot claim memory. */
static tepui_status read_body(packed_file *f, const char *path, size_t size, unsigned char **bytes, tepui_error *err)
{
    size_t have = 0, room = size < 65536 ? size : 65536;
    unsigned char *data = NULL;
    while (have < size) {
        room = have ? (have < size / 2 ? 2 * have : size) : room;
        unsigned char *more = realloc(data, room);
        if (!more) {
            free(data);
            return tepui_fail(err, TEPUI_NO_MEMORY, "%s: no memory for %zu bytes", path, size);
        }
        data = more;
        const size_t got = packed_read(f, data + have, room - have);
        have += got;
        if (got == 0) {
            free(data);
            return tepui_fail(err, TEPUI_BAD_INPUT, "%s: cut off or damaged, %zu of %zu bytes", path, have, size);
        }
    }
    *bytes = data;
    return TEPUI_OK;
}

tepui_status idx_head(const char *path, size_t *rows, size_t *columns, size_t axis[7], tepui_error *err)
{
    packed_file *f;
    tepui_status st = packed_open(path, &f, err);
    if (st != TEPUI_OK) return st;
    st = read_header(f, path, rows, columns, axis, err);
    packed_close(f);
    return st;
}

tepui_status idx_read(const char *path, unsigned char **bytes, size_t *rows, size_t *columns, size_t axis[7],
                      tepui_error *err)
{
    packed_file *f;
    *bytes = NULL;
    tepui_status st = packed_open(path, &f, err);
    if (st != TEPUI_OK) return st;
    st = read_header(f, path, rows, columns, axis, err);
    if (st == TEPUI_OK) st = load_fits(path, *rows, *columns, 1, err);
    if (st == TEPUI_OK) st = read_body(f, path, *rows * *columns, bytes, err);
    const char *trouble = st == TEPUI_OK ? packed_trouble(f) : NULL;
    packed_close(f);
    if (!trouble) return st;
    free(*bytes);
    *bytes = NULL;
    return tepui_fail(err, TEPUI_BAD_INPUT, "%s: %s", path, trouble);
}

void load_bytes(tepui_dataset *d, unsigned char **bytes, size_t rows, size_t columns)
{
    d->byte = *bytes;
    *bytes = NULL;
    d->rows = rows;
    d->inputs = columns;
    tepui_sha256(d->byte, rows * columns, d->digest[0]);
    for (size_t b = 0; b < TEPUI_BYTES; b++) d->value[b] = (double)b / 255.0;
}

tepui_status load_classes(tepui_dataset *d, const unsigned char *labels, size_t classes, const char *path,
                          tepui_error *err)
{
    const tepui_status st = load_fits(path, d->rows, classes, sizeof(double), err);
    if (st != TEPUI_OK) return st;
    d->y = calloc(d->rows * classes, sizeof *d->y);
    if (!d->y) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for %zu x %zu targets", d->rows, classes);
    d->outputs = classes;
    tepui_sha256(labels, d->rows, d->digest[1]);
    for (size_t i = 0; i < d->rows; i++) d->y[i * classes + labels[i]] = 1.0;
    return TEPUI_OK;
}

tepui_status load_labels(tepui_dataset *d, const unsigned char *labels, size_t count, const char *path,
                         tepui_error *err)
{
    size_t classes = 0;
    if (count != d->rows)
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s: %zu labels for %zu inputs", path, count, d->rows);
    for (size_t i = 0; i < count; i++)
        if (labels[i] + 1u > classes) classes = labels[i] + 1u;
    if (!memchr(labels, 0, count))
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s: no label is 0; classes are counted from 0", path);
    return load_classes(d, labels, classes, path, err);
}

/* The digest of two parts is that of their digests. */
static void join_digests(uint8_t digest[32], const uint8_t more[32])
{
    uint8_t both[64];
    memcpy(both, digest, 32);
    memcpy(both + 32, more, 32);
    tepui_sha256(both, sizeof both, digest);
}

/* p (NULL: nothing) made larger, and what `from` points to written behind. */
static void *join(void *p, size_t size, const void *from, size_t more)
{
    char *all = realloc(p, size + more);
    if (all) memcpy(all + size, from, more);
    return all;
}

tepui_status load_append(tepui_dataset *d, const tepui_dataset *more, tepui_error *err)
{
    if (d->inputs != more->inputs || d->outputs != more->outputs)
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "the training and the test files have %zu and %zu inputs, %zu and %zu classes", d->inputs,
                          more->inputs, d->outputs, more->outputs);
    d->reading += more->reading;
    if (d->byte) {
        unsigned char *byte = join(d->byte, d->rows * d->inputs, more->byte, more->rows * d->inputs);
        if (byte) d->byte = byte;
        double *y =
            byte ? join(d->y, d->rows * d->outputs * sizeof *y, more->y, more->rows * d->outputs * sizeof *y) : NULL;
        if (!y) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for %zu images", d->rows + more->rows);
        d->y = y;
        for (int k = 0; k < 2; k++) join_digests(d->digest[k], more->digest[k]);
    }
    d->rows += more->rows;
    return TEPUI_OK;
}
