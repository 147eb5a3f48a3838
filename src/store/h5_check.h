/* h5_check.h (internal) -- everything that is read from a file nobody vouches for is looked at first, here: links,
   class, rank, sizes, layout, filters, storage. Called in the child of h5_read.c only: libhdf5 itself may fail on what
   it is given. */
#ifndef TEPUI_STORE_H5_CHECK_H
#define TEPUI_STORE_H5_CHECK_H
#include "h5.h"

/* NULL: all is well; else what is wrong, a fragment of a sentence. */
typedef const char *complaint;

#define CHECK_NO_MEMORY "there is no memory" /* this very pointer is returned */

typedef struct {
    h5_type type;
    size_t text_size;      /* of H5_TEXT, else of a number */
    int variable;          /* texts of variable length: text_size is then the longest, known when they are read */
    int rank;              /* scalars have rank 1 and one item */
    size_t dims[3], bytes; /* of all items */
} check_shape;

/* Whether the last call failed for want of memory. */
int check_missed_memory(void);
int check_has(hid_t file, const char *path);
/* Opens a dataset that can be read as it is; closes it again on a complaint. */
complaint check_dataset(hid_t file, const char *path, size_t most, hid_t *set, check_shape *shape);
/* How that many texts of variable length are transferred: HDF5 clears 2 MB for each transfer unless it is told that
   less will do. To be closed; below 0 without memory. */
hid_t check_transfer(size_t texts);
/* All items, malloc'd; texts as a block of one size. */
complaint check_read(hid_t set, check_shape *shape, size_t most, char **data);
/* Attributes: scalars. The text is malloc'd. */
complaint check_note(hid_t file, const char *object, const char *name, char **text);
complaint check_note_u64(hid_t file, const char *object, const char *name, uint64_t *value);
/* Names of a group, one after another, each with its zero byte. */
complaint check_names(hid_t file, const char *group, char **names, size_t *bytes, size_t *count);
#endif
