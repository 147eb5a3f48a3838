/* h5_memory.h (internal) -- what was written, kept in memory to be read by the process that wrote it: no libhdf5, and
   no child to read, for there is nothing to doubt. */
#ifndef TEPUI_STORE_H5_MEMORY_H
#define TEPUI_STORE_H5_MEMORY_H
#include "h5_check.h"

typedef struct {
    char *path, *name; /* name: of an attribute; else NULL */
    check_shape shape; /* of a group: bytes = 0 */
    void *data;
} memory_item;

struct h5_memory {
    size_t items, room;
    memory_item *item;
};

/* a: NULL for a group. Out of memory: f->failed. */
void memory_put(h5 *f, const char *path, const char *name, const h5_array *a);
const memory_item *memory_find(const h5 *f, const char *path, const char *name); /* NULL: none */
/* As check_names(); NULL: no memory. */
char *memory_names(const h5 *f, const char *group, size_t *bytes, size_t *count);
void memory_free(struct h5_memory *s);
#endif
