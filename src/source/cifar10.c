/* cifar10.c -- the images of CIFAR-10, 32 x 32 x 3, ten classes, from its binary version: data.file is the folder with
   data_batch_1.bin .. data_batch_5.bin and test_batch.bin.

   A file is a row of records: one byte for the label, 0 .. 9, then 3,072 bytes, the planes of red, green and blue, each
   32 rows of 32. Inputs become height x width x channels, as layers take images: number (row * 32 + column) * 3 +
   colour. Bytes become 0 .. 1. The official files have 10,000 records each. Fewer are taken where all six files agree:
   one that was cut off differs from the others, at a record's end, too.
   A. Krizhevsky, Learning multiple layers of features from tiny images, 2009. */
#include "load.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SIDE 32u
#define PIXELS (SIDE * SIDE)
#define COLOURS 3u
#define INPUTS (PIXELS * COLOURS)
#define RECORD (1 + INPUTS)
#define CLASSES 10u
#define MOST_RECORDS 10000u
#define FILES 6u

static const char *const names[FILES] = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                         "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"};

typedef struct {
    size_t first, count; /* files that are read */
    size_t records;      /* of each */
} batches;

static tepui_status path_of(const tepui_dataset *d, size_t k, char path[4096], tepui_error *err)
{
    if ((size_t)snprintf(path, 4096, "%s/%s", d->spec.file, names[k]) < 4096) return TEPUI_OK;
    return tepui_fail(err, TEPUI_BAD_INPUT, "data.file: the path is too long");
}

static tepui_status size_of(const tepui_dataset *d, size_t k, size_t *records, tepui_error *err)
{
    char path[4096];
    struct stat s = {0};
    tepui_status st;
    TEPUI_TRY(path_of(d, k, path, err));
    TEPUI_TRY(load_regular(path, err));
    if (stat(path, &s) != 0 || s.st_size <= 0 || s.st_size % RECORD || s.st_size / RECORD > MOST_RECORDS)
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "%s: %lld bytes; a batch of CIFAR-10 has %u records of %u bytes, %u in all", path,
                          (long long)s.st_size, MOST_RECORDS, RECORD, MOST_RECORDS * RECORD);
    *records = (size_t)s.st_size / RECORD;
done:
    return st;
}

/* All six files are measured, those of the part are read. */
static tepui_status look(tepui_dataset *d, batches *b, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    if (!d->spec.file[0])
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "data.file: the source cifar10 needs the folder of data_batch_1.bin .. test_batch.bin");
    for (size_t k = 0, records; k < FILES; k++) {
        TEPUI_TRY(size_of(d, k, &records, err));
        if (k == 0) b->records = records;
        if (records != b->records)
            return tepui_fail(err, TEPUI_BAD_INPUT,
                              "%s/%s: %zu records, %s has %zu: one of them is cut off (the official ones have %u)",
                              d->spec.file, names[k], records, names[0], b->records, MOST_RECORDS);
    }
    const double part = d->spec.source.value[0];
    b->first = part == 1 ? FILES - 1 : 0;
    b->count = part == 0 ? FILES - 1 : FILES - b->first;
    d->rows = b->count * b->records;
    d->inputs = INPUTS;
    d->axis[0] = d->axis[1] = SIDE;
    d->axis[2] = COLOURS;
done:
    return st;
}

/* One record; label 0xff where it is none. */
static int take(FILE *f, unsigned char *label, unsigned char *image)
{
    unsigned char record[RECORD];
    if (fread(record, 1, RECORD, f) != RECORD) return 0;
    *label = record[0];
    for (size_t colour = 0; colour < COLOURS; colour++)
        for (size_t i = 0; i < PIXELS; i++) image[i * COLOURS + colour] = record[1 + colour * PIXELS + i];
    return 1;
}

static tepui_status read_file(const tepui_dataset *d, size_t k, size_t records, unsigned char *labels,
                              unsigned char *images, tepui_error *err)
{
    char path[4096];
    FILE *f = NULL;
    tepui_status st;
    TEPUI_TRY(path_of(d, k, path, err));
    TEPUI_TRY(load_open(path, &f, err));
    for (size_t i = 0; i < records && st == TEPUI_OK; i++) {
        if (!take(f, &labels[i], images + i * INPUTS))
            st = tepui_fail(err, TEPUI_BAD_INPUT, "%s: cut off in record %zu", path, i);
        else if (labels[i] >= CLASSES)
            st = tepui_fail(err, TEPUI_BAD_INPUT, "%s: the label of record %zu is %d, not 0 to 9", path, i, labels[i]);
    }
    if (st == TEPUI_OK && getc(f) != EOF)
        st = tepui_fail(err, TEPUI_BAD_INPUT, "%s: more than %zu records", path, records);
done:
    if (f) fclose(f);
    return st;
}

static tepui_status load(tepui_dataset *d, tepui_error *err)
{
    batches b = {0};
    unsigned char *images = NULL, *labels = NULL;
    tepui_status st;
    TEPUI_TRY(look(d, &b, err));
    TEPUI_TRY(load_fits(d->spec.file, d->rows, INPUTS, 1, err));
    images = malloc(d->rows * INPUTS);
    labels = malloc(d->rows);
    if (!images || !labels) st = tepui_fail(err, TEPUI_NO_MEMORY, "no memory for %zu images", d->rows);
    for (size_t k = 0; st == TEPUI_OK && k < b.count; k++)
        st = read_file(d, b.first + k, b.records, labels + k * b.records, images + k * b.records * INPUTS, err);
    if (st == TEPUI_OK) load_bytes(d, &images, d->rows, INPUTS);
    if (st == TEPUI_OK) st = load_classes(d, labels, CLASSES, d->spec.file, err);
done:
    free(images);
    free(labels);
    return st;
}

/* Bytes, and the numbers made from labels. */
static tepui_status survey(tepui_dataset *d, tepui_error *err)
{
    batches b = {0};
    const tepui_status st = look(d, &b, err);
    d->outputs = CLASSES;
    d->reading = (double)d->rows * (1.0 * INPUTS + 1 + 8.0 * CLASSES);
    return st;
}

const tepui_source_type tepui_source_cifar10 = {
    .kind = {.name = "cifar10",
             .doc = "CIFAR-10 images (32 x 32 x 3) with one-hot labels, from the folder of its binary version",
             .source = "A. Krizhevsky, Learning multiple layers of features from tiny images, 2009",
             .params = {{"test", "0: the training images; 1: those of test_batch.bin; 2: both, these last", 0, 0, 2, 0,
                         0, 1}}},
    .labelled = 1,
    .load = load,
    .survey = survey,
};
