/* h5.c -- see h5.h. The core driver keeps the file in memory; image callbacks hand its buffer over at close, because
   H5Fget_file_image gives unreadable images for the checksummed format in HDF5 1.10. After a failure the file is
   abandoned, never closed again: a second close of a failed file crashes HDF5 1.10. */
#include "h5_memory.h"
#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/rng.h>

#define GROWTH ((size_t)1 << 20)
#define CHUNK_BYTES ((size_t)1 << 20)
#define SPARSE_BLOCK 256u /* entries of the last axis; more of raw samples, which fill up from the start */

/* --- the buffer of the core driver */

static void *image_malloc(size_t size, H5FD_file_image_op_t op, void *udata)
{
    h5 *f = udata;
    void *p = malloc(size);
    if (op == H5FD_FILE_IMAGE_OP_FILE_OPEN || op == H5FD_FILE_IMAGE_OP_FILE_RESIZE) f->image = p;
    return p;
}

static void *image_realloc(void *old, size_t size, H5FD_file_image_op_t op, void *udata)
{
    h5 *f = udata;
    void *p = realloc(old, size);
    (void)op;
    if (p) f->image = p;
    return p;
}

static herr_t image_free(void *p, H5FD_file_image_op_t op, void *udata)
{
    (void)udata;
    if (op != H5FD_FILE_IMAGE_OP_FILE_CLOSE) free(p);
    return 0;
}

static void *udata_copy(void *udata)
{
    return udata;
}

static herr_t udata_free(void *udata)
{
    (void)udata;
    return 0;
}

/* libhdf5 may fail for want of memory at any call, and go on with something else than was asked for. */
static void must(h5 *f, herr_t st)
{
    if (st < 0) f->failed = 1;
}

static hid_t memory_access(h5 *f)
{
    H5FD_file_image_callbacks_t calls = {image_malloc, NULL, image_realloc, image_free, udata_copy, udata_free, f};
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (H5Pset_fapl_core(access, GROWTH, 0) < 0 || H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) < 0 ||
        H5Pset_file_image_callbacks(access, &calls) < 0)
        f->failed = 1;
    return access;
}

void h5_create(h5 *f)
{
    *f = (h5){.file = -1};
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const hid_t access = memory_access(f), create = H5Pcreate(H5P_FILE_CREATE);
    must(f, H5Pset_userblock(create, H5_USER_BLOCK));
    must(f, H5Pset_obj_track_times(create, 0));
    if (!f->failed) f->file = H5Fcreate("tepui-result", H5F_ACC_TRUNC, create, access);
    if (f->file < 0) f->failed = 1;
    H5Pclose(create);
    H5Pclose(access);
}

void h5_keep(h5 *f)
{
    *f = (h5){.file = -1};
    f->memory = h5_kept(f, calloc(1, sizeof *f->memory));
}

static uint64_t little64(const unsigned char *p)
{
    uint64_t x = 0;
    for (int i = 7; i >= 0; i--) x = x << 8 | p[i];
    return x;
}

/* The kept buffer is larger than the file: the end-of-file address of the superblock (bytes 28..35) is the length. */
tepui_status h5_finish(h5 *f, tepui_error *err)
{
    text_free(&f->notes);
    if (!f->failed && H5Fclose(f->file) < 0) f->failed = 1;
    if (f->failed || !f->image) {
        f->image = NULL; /* the library may still own it */
        return tepui_fail(err, TEPUI_NO_MEMORY, "HDF5 could not build the result in memory");
    }
    f->size = (size_t)little64((unsigned char *)f->image + H5_USER_BLOCK + 28);
    return TEPUI_OK;
}

/* --- writing */

void h5_group(h5 *f, const char *path)
{
    if (f->failed) return;
    if (f->memory) {
        memory_put(f, path, NULL, NULL);
        return;
    }
    const hid_t create = H5Pcreate(H5P_GROUP_CREATE);
    must(f, H5Pset_obj_track_times(create, 0));
    const hid_t g = H5Gcreate2(f->file, path, H5P_DEFAULT, create, H5P_DEFAULT);
    if (g < 0 || H5Gclose(g) < 0) f->failed = 1;
    H5Pclose(create);
}

static hid_t text_type(h5 *f, size_t size)
{
    const hid_t t = H5Tcopy(H5T_C_S1);
    must(f, H5Tset_size(t, size ? size : 1));
    must(f, H5Tset_strpad(t, H5T_STR_NULLPAD));
    must(f, H5Tset_cset(t, H5T_CSET_UTF8));
    return t;
}

static hid_t type_of(h5 *f, h5_type type)
{
    switch (type) {
    case H5_TEXT:
        return text_type(f, H5T_VARIABLE);
    case H5_BYTES:
        return H5Tcopy(H5T_NATIVE_UINT8);
    case H5_DOUBLE:
        return H5Tcopy(H5T_NATIVE_DOUBLE);
    case H5_U64:
        return H5Tcopy(H5T_NATIVE_UINT64);
    default:
        return H5Tcopy(H5T_NATIVE_INT64);
    }
}

/* Entries of the last axis in a block of a sparse array. */
static size_t sparse_block(const h5_array *a)
{
    const size_t most = a->type == H5_DOUBLE ? CHUNK_BYTES / (sizeof(double) * a->dims[1]) : 0;
    const size_t block = most > SPARSE_BLOCK ? most : SPARSE_BLOCK;
    return a->dims[2] < block ? a->dims[2] : block;
}

/* Mandatory: with H5Pset_deflate() libhdf5 stores a chunk as it is where memory for packing is missing, and says
   nothing: another file for the same run. */
static void pack(h5 *f, hid_t create)
{
    const unsigned level = 1;
    must(f, H5Pset_filter(create, H5Z_FILTER_SHUFFLE, H5Z_FLAG_MANDATORY, 0, NULL));
    must(f, H5Pset_filter(create, H5Z_FILTER_DEFLATE, H5Z_FLAG_MANDATORY, 1, &level));
}

/* Chunks of about a megabyte, split along the first axes; numbers are chunked, for they carry a checksum. HDF5 puts no
   filter on texts: their digest stands in the notes. */
static hid_t creation(h5 *f, const h5_array *a, size_t item)
{
    const hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    const double blank = NAN;
    hsize_t chunk[3];
    size_t bytes = item;
    must(f, H5Pset_obj_track_times(create, 0));
    if (a->type == H5_TEXT) return create;
    for (int k = 0; k < a->rank; k++) bytes *= (chunk[k] = a->dims[k]);
    if (a->sparse) {
        chunk[0] = 1;
        chunk[2] = sparse_block(a);
        if (a->type == H5_DOUBLE) must(f, H5Pset_fill_value(create, H5T_NATIVE_DOUBLE, &blank));
    }
    for (int k = 0; k < a->rank && bytes > CHUNK_BYTES && !a->sparse; k++) {
        const size_t rest = bytes / chunk[k];
        chunk[k] = rest >= CHUNK_BYTES ? 1 : CHUNK_BYTES / rest;
        bytes = rest * chunk[k];
    }
    must(f, H5Pset_chunk(create, a->rank, chunk));
    if (a->pack) {
        pack(f, create);
    }
    must(f, H5Pset_fletcher32(create));
    return create;
}

static void attach_scales(h5 *f, hid_t set, const char *path, const h5_array *a)
{
    char name[256];
    const char *slash = strrchr(path, '/');
    if (a->is_scale && H5DSset_scale(set, a->is_scale) < 0) f->failed = 1;
    for (int k = 0; k < a->rank && !f->failed; k++) {
        if (!a->scales[k]) continue;
        snprintf(name, sizeof name, "%.*s/%s", (int)(slash - path), path, a->scales[k]);
        const hid_t scale = H5Dopen2(f->file, name, H5P_DEFAULT);
        if (scale < 0 || H5DSattach_scale(set, scale, (unsigned)k) < 0 || H5Dclose(scale) < 0) f->failed = 1;
    }
}

static int is_empty(const h5_array *a)
{
    for (int k = 0; k < a->rank; k++)
        if (a->dims[k] == 0) return 1;
    return 0;
}

/* What a block that is left out reads as: no count, no sample. */
static int is_blank(const h5_array *a, size_t at)
{
    return a->type == H5_DOUBLE ? isnan(((const double *)a->data)[at]) : ((const uint64_t *)a->data)[at] == 0;
}

static int any_entry(const h5_array *a, size_t i, size_t k, size_t n)
{
    size_t at = i * a->dims[1] * a->dims[2] + k;
    for (size_t j = 0; j < a->dims[1]; j++, at += a->dims[2])
        for (size_t b = 0; b < n; b++)
            if (!is_blank(a, at + b)) return 1;
    return 0;
}

/* Block by block, blank blocks left to the fill value: most of a histogram array is empty, and raw samples at first. */
static int write_blocks(hid_t set, hid_t type, hid_t space, const h5_array *a)
{
    const hid_t memory = H5Scopy(space);
    const size_t block = sparse_block(a);
    herr_t bad = 0;
    for (size_t i = 0; i < a->dims[0]; i++)
        for (size_t k = 0; k < a->dims[2] && bad >= 0; k += block) {
            const size_t n = a->dims[2] - k < block ? a->dims[2] - k : block;
            const hsize_t start[3] = {i, 0, k}, count[3] = {1, a->dims[1], n};
            if (!any_entry(a, i, k, n)) continue;
            if (H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) < 0 ||
                H5Sselect_hyperslab(memory, H5S_SELECT_SET, start, NULL, count, NULL) < 0)
                bad = -1;
            else
                bad = H5Dwrite(set, type, memory, space, H5P_DEFAULT, a->data);
        }
    H5Sclose(memory);
    return bad < 0 ? -1 : 0;
}

static size_t count_items(const h5_array *a)
{
    size_t n = 1;
    for (int k = 0; k < a->rank; k++) n *= a->dims[k];
    return n;
}

void h5_digest(const char *const *text, size_t count, char out[H5_DIGEST])
{
    uint8_t digest[32] = {0};
    for (size_t i = 0; i < count; i++) tepui_sha256_after(digest, sizeof digest, text[i], strlen(text[i]) + 1, digest);
    for (size_t i = 0; i < sizeof digest; i++) snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* Pointers to the texts of a block, and the texts themselves, ended by zero bytes; to be freed. */
static char **point_to(const h5_array *a, size_t n)
{
    char **text = malloc(n * (sizeof *text + a->text_size + 1));
    for (size_t i = 0; text && i < n; i++) {
        text[i] = (char *)(text + n) + i * (a->text_size + 1);
        memcpy(text[i], (const char *)a->data + i * a->text_size, a->text_size);
        text[i][a->text_size] = '\0';
    }
    return text;
}

static int write_texts(h5 *f, hid_t set, hid_t type, const char *path, const h5_array *a)
{
    char digest[H5_DIGEST];
    const size_t n = count_items(a);
    char **text = point_to(a, n);
    if (!text) return -1;
    h5_digest((const char *const *)text, n, digest);
    const hid_t transfer = check_transfer(n);
    const herr_t written = transfer < 0 ? -1 : H5Dwrite(set, type, H5S_ALL, H5S_ALL, transfer, text);
    if (transfer >= 0) H5Pclose(transfer);
    text_print(&f->notes, "%s\t\t%s\n", path, digest);
    free(text);
    return written;
}

static int write_items(h5 *f, hid_t set, hid_t type, hid_t space, const char *path, const h5_array *a)
{
    if (a->type == H5_TEXT) return write_texts(f, set, type, path, a);
    if (a->sparse) return write_blocks(set, type, space, a);
    return H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, a->data) < 0 ? -1 : 0;
}

static void write_attribute(h5 *f, const char *object, const char *name, hid_t type, hid_t space, const void *data)
{
    const hid_t a = H5Acreate_by_name(f->file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (a < 0 || H5Awrite(a, type, data) < 0 || H5Aclose(a) < 0) f->failed = 1;
}

static void write_scalar(h5 *f, const char *object, const char *name, hid_t type, const void *data)
{
    const hid_t space = H5Screate(H5S_SCALAR);
    write_attribute(f, object, name, type, space, data);
    H5Sclose(space);
}

/* Numbers in attributes have the type of the array, as netCDF wants it. */
static void write_range(h5 *f, const char *path, hid_t type, const h5_array *a)
{
    const hsize_t two = 2;
    const hid_t space = H5Screate_simple(1, &two, NULL);
    const double real[2] = {a->low, a->high};
    const int64_t whole[2] = {(int64_t)a->low, (int64_t)a->high};
    write_attribute(f, path, "valid_range", type, space, a->type == H5_DOUBLE ? (const void *)real : whole);
    H5Sclose(space);
}

static void describe(h5 *f, const char *path, hid_t type, const h5_array *a)
{
    const double nan = NAN;
    const int64_t none = H5_NO_COUNT;
    if (a->doc) h5_note(f, path, "long_name", a->doc);
    if (a->units) h5_note(f, path, "units", a->units);
    if (a->ranged && !f->failed) write_range(f, path, type, a);
    if (a->padded && !f->failed)
        write_scalar(f, path, "_FillValue", type, a->type == H5_DOUBLE ? (const void *)&nan : &none);
}

void h5_write(h5 *f, const char *path, const h5_array *a)
{
    hsize_t dims[3];
    if (f->failed || is_empty(a)) return;
    if (f->memory) {
        memory_put(f, path, NULL, a);
        return;
    }
    for (int k = 0; k < a->rank; k++) dims[k] = a->dims[k];
    const hid_t type = type_of(f, a->type);
    const hid_t space = a->rank ? H5Screate_simple(a->rank, dims, NULL) : H5Screate(H5S_SCALAR);
    const hid_t create = creation(f, a, H5Tget_size(type));
    const hid_t set = H5Dcreate2(f->file, path, type, space, H5P_DEFAULT, create, H5P_DEFAULT);
    if (set < 0 || write_items(f, set, type, space, path, a) != 0) f->failed = 1;
    if (!f->failed) attach_scales(f, set, path, a);
    if (set >= 0 && H5Dclose(set) < 0) f->failed = 1;
    if (!f->failed) describe(f, path, type, a);
    H5Pclose(create);
    H5Sclose(space);
    H5Tclose(type);
}
/* Variable length, so that h5py and others give a text, not bytes. */
void h5_note(h5 *f, const char *object, const char *name, const char *text)
{
    if (f->failed) return;
    if (f->memory) {
        memory_put(f, object, name,
                   &(h5_array){.type = H5_TEXT, .text_size = strlen(text) + 1, .rank = 1, .dims = {1}, .data = text});
        return;
    }
    const hid_t type = text_type(f, H5T_VARIABLE);
    write_scalar(f, object, name, type, &text);
    H5Tclose(type);
    text_print(&f->notes, "%s\t%s\t%s\n", object, name, text);
}

void h5_write_notes(h5 *f, const char *path)
{
    if (f->failed) return;
    text_put(&f->notes, "");
    if (f->notes.failed) f->failed = 1;
    h5_write(f, path,
             &(h5_array){.type = H5_BYTES, .rank = 1, .dims = {f->notes.length}, .data = f->notes.at, .pack = 1});
}

void h5_note_u64(h5 *f, const char *object, const char *name, uint64_t value)
{
    if (f->failed) return;
    if (f->memory)
        memory_put(f, object, name, &(h5_array){.type = H5_U64, .rank = 1, .dims = {1}, .data = &value});
    else
        write_scalar(f, object, name, H5T_NATIVE_UINT64, &value);
}
