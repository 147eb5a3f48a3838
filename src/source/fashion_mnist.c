/* fashion_mnist.c -- the 60,000 training images of Fashion-MNIST, 28 x 28, ten classes, one-hot labels.
   H. Xiao, K. Rasul, R. Vollgraf, arXiv 1708.07747. Files of the Debian package dataset-fashion-mnist, or of the folder
   that the environment variable TEPUI_DATA names. */
#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEBIAN "/usr/share/datasets/fashion-mnist"
#define IMAGES "train-images-idx3-ubyte.gz"
#define LABELS "train-labels-idx1-ubyte.gz"

static const char *folder(void)
{
    const char *own = getenv("TEPUI_DATA");
    return own && own[0] ? own : DEBIAN;
}

static tepui_status with_files(tepui_dataset *d, int survey, tepui_error *err)
{
    char images[4096], labels[4096];
    snprintf(images, sizeof images, "%s/" IMAGES, folder());
    snprintf(labels, sizeof labels, "%s/" LABELS, folder());
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

static tepui_status load(tepui_dataset *d, tepui_error *err)
{
    return with_files(d, 0, err);
}

static tepui_status survey(tepui_dataset *d, tepui_error *err)
{
    return with_files(d, 1, err);
}

const tepui_source_type tepui_source_fashion_mnist = {
    .kind = {.name = "fashion-mnist",
             .doc = "Fashion-MNIST training images (28 x 28) with one-hot labels",
             .source = "Xiao, Rasul, Vollgraf 2017, arXiv 1708.07747"},
    .labelled = 1,
    .load = load,
    .survey = survey,
};
