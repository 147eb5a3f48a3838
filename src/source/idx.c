/* idx.c -- inputs (data.file) and labels (data.labels) from IDX files, plain or gzip; bytes become 0 .. 1. */
#include "load.h"
#include <stdlib.h>

static tepui_status load(tepui_dataset *d, tepui_error *err)
{
    tepui_status st;
    unsigned char *images = NULL, *labels = NULL;
    size_t rows, columns, count, one, none[7] = {0};
    if (!d->spec.file[0]) return tepui_fail(err, TEPUI_BAD_INPUT, "data.file: the source idx needs a file");
    TEPUI_TRY(idx_read(d->spec.file, &images, &rows, &columns, d->axis, err));
    load_bytes(d, &images, rows, columns);
    if (d->spec.labels_file[0]) {
        TEPUI_TRY(idx_read(d->spec.labels_file, &labels, &count, &one, none, err));
        TEPUI_TRY(load_labels(d, labels, one == 1 ? count : 0, d->spec.labels_file, err));
    }
done:
    free(images);
    free(labels);
    return st;
}

/* Bytes, and what grows to hold them, which is moved once; of labels, the numbers made from them, too. */
static tepui_status survey(tepui_dataset *d, tepui_error *err)
{
    tepui_status st;
    size_t columns, count, one, none[7] = {0};
    if (!d->spec.file[0]) return tepui_fail(err, TEPUI_BAD_INPUT, "data.file: the source idx needs a file");
    TEPUI_TRY(idx_head(d->spec.file, &d->rows, &columns, d->axis, err));
    d->inputs = columns;
    d->reading = 1.5 * (double)d->rows * (double)columns;
    if (d->spec.labels_file[0]) {
        TEPUI_TRY(idx_head(d->spec.labels_file, &count, &one, none, err));
        d->outputs = 2;
        d->reading += 17.0 * (double)count * (double)one;
    }
done:
    return st;
}

const tepui_source_type tepui_source_idx = {
    .kind = {.name = "idx",
             .doc = "images and labels from IDX files (the MNIST family), plain or gzip",
             .source = "Y. LeCun, MNIST"},
    .load = load,
    .survey = survey,
};
