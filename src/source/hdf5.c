/* hdf5.c -- inputs (data.dataset, rows x features, further axes flattened) and targets (data.labels_dataset: one row of
   targets per input, or integer labels, which become one-hot) from an HDF5 file. The file is not trusted: external
   storage and links to other files are refused, sizes are checked before memory is taken. */
#include "load.h"
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST ((hsize_t)1 << 31)

/* Every link on the way is of the file itself: no other file is opened, and no name stands for another one. */
static tepui_status links_are_hard(hid_t file, const char *path, const char *name, tepui_error *err)
{
    char part[1024] = "";
    const size_t n = strlen(name);
    H5L_info_t link = {.type = H5L_TYPE_HARD};
    int there = n > 0 && n < sizeof part;
    for (size_t i = 1; i <= n && there && link.type == H5L_TYPE_HARD; i++) {
        if ((name[i] && name[i] != '/') || name[i - 1] == '/') continue;
        memcpy(part, name, i);
        part[i] = '\0';
        there = H5Lget_info(file, part, &link, H5P_DEFAULT) >= 0;
    }
    if (!there) return tepui_fail(err, TEPUI_BAD_INPUT, "%s: no dataset '%s' in it", path, name);
    if (link.type == H5L_TYPE_HARD) return TEPUI_OK;
    return tepui_fail(err, TEPUI_BAD_INPUT,
                      "%s: '%s' in it is %s link; only what is in the file itself is read, under its own name", path,
                      part, link.type == H5L_TYPE_SOFT ? "a soft" : "an external");
}

/* What netCDF means by these would be left out without a word. */
static const char *scaling_of(hid_t set)
{
    static const char *const names[] = {"scale_factor", "add_offset", "_FillValue", "missing_value", "_Unsigned"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (H5Aexists(set, names[i]) > 0) return names[i];
    return NULL;
}

/* Whether all of it has been stored: what has not reads as fill values. The status of a chunked set compares bytes,
   which filters and chunks across the edge change: its chunks are counted. */
static int is_written(hid_t set, hid_t list, hid_t space, int axes, const hsize_t *dims)
{
    H5D_space_status_t status = H5D_SPACE_STATUS_ERROR;
    hsize_t chunk[8], stored = 0, chunks = 1;
    if (H5Pget_layout(list) != H5D_CHUNKED)
        return H5Dget_space_status(set, &status) >= 0 && status == H5D_SPACE_STATUS_ALLOCATED;
    if (H5Pget_chunk(list, 8, chunk) != axes) return 0;
    for (int k = 0; k < axes; k++) chunks *= chunk[k] > 0 ? (dims[k] + chunk[k] - 1) / chunk[k] : 0;
    return H5Dget_num_chunks(set, space, &stored) >= 0 && stored == chunks;
}

/* Shape as rows x columns; refuses what is not a plain numeric array inside the file. */
static tepui_status open_array(hid_t file, const char *path, const char *name, hid_t *set, size_t shape[2],
                               size_t axis[7], int *whole, tepui_error *err)
{
    hsize_t dims[8] = {0}, columns = 1;
    const tepui_status st = links_are_hard(file, path, name, err);
    if (st != TEPUI_OK) return st;
    if ((*set = H5Dopen2(file, name, H5P_DEFAULT)) < 0)
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s: no dataset '%s' in it", path, name);
    const hid_t space = H5Dget_space(*set), type = H5Dget_type(*set), list = H5Dget_create_plist(*set);
    const H5T_class_t class = H5Tget_class(type);
    const int n = H5Sget_simple_extent_ndims(space);
    const int plain = H5Pget_external_count(list) == 0 && H5Pget_layout(list) != H5D_VIRTUAL;
    *whole = class == H5T_INTEGER;
    if (n >= 1 && n <= 8) H5Sget_simple_extent_dims(space, dims, NULL);
    for (int k = 1; k < n && n <= 8; k++)
        columns = dims[k] && columns > LARGEST / dims[k] ? LARGEST + 1 : columns * dims[k];
    const int stored = plain && n >= 1 && n <= 8 && is_written(*set, list, space, n, dims);
    const int filters = H5Pall_filters_avail(list) > 0;
    H5Pclose(list);
    H5Tclose(type);
    H5Sclose(space);
    if (class == H5T_ENUM)
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "%s: '%s' holds an enumeration (booleans are one): store whole numbers, 0 and 1 say", path,
                          name);
    if (!plain || (class != H5T_INTEGER && class != H5T_FLOAT) || n < 1 || n > 8 || dims[0] == 0 || columns == 0 ||
        columns > LARGEST || dims[0] > LARGEST / columns)
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "%s: '%s' is not an array of numbers, rows x features, kept in the file", path, name);
    if (!filters)
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "%s: '%s' is stored through a filter that libhdf5 does not have: use gzip, or none", path,
                          name);
    if (!stored) return tepui_fail(err, TEPUI_BAD_INPUT, "%s: '%s' was never written, or not wholly", path, name);
    const char *scaling = scaling_of(*set);
    if (scaling)
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "%s: '%s' has the attribute %s, which is not applied: store plain numbers", path, name,
                          scaling);
    for (int k = 1; k < n; k++) load_axis(axis, (size_t)dims[k]);
    load_axis_end(axis);
    shape[0] = (size_t)dims[0];
    shape[1] = (size_t)columns;
    return TEPUI_OK;
}

static tepui_status read_array(hid_t file, const char *path, const char *name, double **out, size_t shape[2],
                               size_t axis[7], int *whole, tepui_error *err)
{
    hid_t set = -1;
    tepui_status st;
    *out = NULL;
    TEPUI_TRY(open_array(file, path, name, &set, shape, axis, whole, err));
    TEPUI_TRY(load_fits(path, shape[0], shape[1], sizeof(double), err));
    *out = malloc(shape[0] * shape[1] * sizeof **out);
    if (!*out)
        st = tepui_fail(err, TEPUI_NO_MEMORY, "no memory for %zu x %zu numbers", shape[0], shape[1]);
    else if (H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, *out) < 0)
        st = tepui_fail(err, TEPUI_BAD_INPUT, "%s: '%s' cannot be read", path, name);
done:
    if (set >= 0) H5Dclose(set);
    return st;
}

/* Integer labels in one column become one-hot rows. */
static tepui_status one_hot(tepui_dataset *d, double *labels, const char *path, tepui_error *err)
{
    unsigned char *bytes = malloc(d->rows);
    tepui_status st = bytes ? TEPUI_OK : tepui_fail(err, TEPUI_NO_MEMORY, "no memory for labels");
    for (size_t i = 0; st == TEPUI_OK && i < d->rows; i++) {
        if (!(labels[i] >= 0 && labels[i] <= 255))
            st = tepui_fail(err, TEPUI_BAD_INPUT, "%s: label %g is not from 0 to 255", path, labels[i]);
        else
            bytes[i] = (unsigned char)labels[i];
    }
    if (st == TEPUI_OK) st = load_labels(d, bytes, d->rows, path, err);
    free(bytes);
    free(labels);
    return st;
}

static tepui_status load_targets(tepui_dataset *d, hid_t file, tepui_error *err)
{
    double *y;
    size_t shape[2], axis[7] = {0};
    int whole;
    const char *path = d->spec.file;
    tepui_status st = read_array(file, path, d->spec.labels_dataset, &y, shape, axis, &whole, err);
    if (st == TEPUI_OK && shape[0] != d->rows)
        st = tepui_fail(err, TEPUI_BAD_INPUT, "%s: %zu targets for %zu inputs", path, shape[0], d->rows);
    if (st != TEPUI_OK) {
        free(y);
        return st;
    }
    if (whole && shape[1] == 1) return one_hot(d, y, path, err);
    d->y = y;
    d->outputs = shape[1];
    tepui_sha256(d->y, d->rows * d->outputs * sizeof *d->y, d->digest[1]);
    return TEPUI_OK;
}

static tepui_status open_file(const char *path, hid_t *file, tepui_error *err)
{
    if (!path[0]) return tepui_fail(err, TEPUI_BAD_INPUT, "data.file: the source hdf5 needs a file");
    const tepui_status st = load_regular(path, err);
    if (st != TEPUI_OK) return st;
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0); /* no filters from outside */
    *file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    return *file < 0 ? tepui_fail(err, TEPUI_BAD_INPUT, "%s: not an HDF5 file that can be read", path) : TEPUI_OK;
}

static tepui_status head(hid_t file, const char *path, const char *name, size_t shape[2], size_t axis[7], int *whole,
                         tepui_error *err)
{
    hid_t set = -1;
    const tepui_status st = open_array(file, path, name, &set, shape, axis, whole, err);
    if (set >= 0) H5Dclose(set);
    return st;
}

static tepui_status survey(tepui_dataset *d, tepui_error *err)
{
    size_t shape[2], none[7] = {0};
    int whole;
    hid_t file;
    const char *path = d->spec.file;
    tepui_status st = open_file(path, &file, err);
    if (st != TEPUI_OK) return st;
    TEPUI_TRY(head(file, path, d->spec.dataset, shape, d->axis, &whole, err));
    d->rows = shape[0];
    d->inputs = shape[1];
    d->reading = 8.0 * (double)shape[0] * (double)shape[1];
    if (d->spec.labels_dataset[0]) {
        TEPUI_TRY(head(file, path, d->spec.labels_dataset, shape, none, &whole, err));
        const int labels = whole && shape[1] == 1;
        d->outputs = labels ? 2 : shape[1];
        d->reading += 8.0 * (double)shape[0] * (double)(labels ? 3 : shape[1]);
    }
done:
    H5Fclose(file);
    return st;
}

static tepui_status load(tepui_dataset *d, tepui_error *err)
{
    size_t shape[2];
    int whole;
    hid_t file;
    const char *path = d->spec.file;
    tepui_status st = open_file(path, &file, err);
    if (st != TEPUI_OK) return st;
    TEPUI_TRY(read_array(file, path, d->spec.dataset, &d->x, shape, d->axis, &whole, err));
    d->rows = shape[0];
    d->inputs = shape[1];
    tepui_sha256(d->x, d->rows * d->inputs * sizeof *d->x, d->digest[0]);
    if (d->spec.labels_dataset[0]) TEPUI_TRY(load_targets(d, file, err));
done:
    H5Fclose(file);
    return st;
}

const tepui_source_type tepui_source_hdf5 = {
    .kind = {.name = "hdf5", .doc = "inputs and targets from datasets of an HDF5 file", .source = "definition"},
    .load = load,
    .survey = survey,
};
