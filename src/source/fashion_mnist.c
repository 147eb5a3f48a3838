/* fashion_mnist.c -- Fashion-MNIST, 28 x 28, ten classes, one-hot labels: the 60,000 training images, the 10,000 test
   images, or both, the test images last, where data.held_out keeps them from the samples. H. Xiao, K. Rasul, R.
   Vollgraf, arXiv 1708.07747. Files of the Debian package dataset-fashion-mnist, or of the folder that the environment
   variable TEPUI_DATA names. */
#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEBIAN "/usr/share/datasets/fashion-mnist"

enum { TRAIN, TEST, BOTH };
static const char *const prefix[] = {"train", "t10k"};

static const char *folder(void)
{
    const char *own = getenv("TEPUI_DATA");
    return own && own[0] ? own : DEBIAN;
}

static tepui_status with_files(tepui_dataset *d, int part, int survey, tepui_error *err)
{
    char images[4096], labels[4096];
    snprintf(images, sizeof images, "%s/%s-images-idx3-ubyte.gz", folder(), prefix[part]);
    snprintf(labels, sizeof labels, "%s/%s-labels-idx1-ubyte.gz", folder(), prefix[part]);
    if (access(images, R_OK) != 0)
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "%s is not there: install the Debian package dataset-fashion-mnist, or put the four files of "
                          "Fashion-MNIST into a folder and name it in TEPUI_DATA",
                          images);
    d->spec.file = images;
    d->spec.labels_file = labels;
    const tepui_source_type *idx = tepui_kind_find(&tepui_family_source, "idx");
    const tepui_status st = (survey ? idx->survey : idx->load)(d, err);
    d->spec.file = d->spec.labels_file = "";
    return st;
}

static tepui_status with_parts(tepui_dataset *d, int survey, tepui_error *err)
{
    const int part = (int)d->spec.source.value[0];
    tepui_dataset test = {.spec = d->spec};
    if (part != BOTH) return with_files(d, part, survey, err);
    tepui_status st = with_files(d, TRAIN, survey, err);
    if (st == TEPUI_OK) st = with_files(&test, TEST, survey, err);
    if (st == TEPUI_OK) st = load_append(d, &test, err);
    free(test.byte);
    free(test.y);
    return st;
}

static tepui_status load(tepui_dataset *d, tepui_error *err)
{
    return with_parts(d, 0, err);
}

static tepui_status survey(tepui_dataset *d, tepui_error *err)
{
    return with_parts(d, 1, err);
}

const tepui_source_type tepui_source_fashion_mnist = {
    .kind = {.name = "fashion-mnist",
             .doc = "Fashion-MNIST images (28 x 28) with one-hot labels",
             .source = "Xiao, Rasul, Vollgraf 2017, arXiv 1708.07747",
             .params = {{"test", "0: the training images; 1: the test images; 2: both, these last", 0, 0, 2, 0, 0, 1}}},
    .labelled = 1,
    .load = load,
    .survey = survey,
};
