/* h5_memory.c -- see h5_memory.h. */
#include "h5_memory.h"
#include <stdlib.h>
#include <string.h>

static check_shape shape_of(const h5_array *a)
{
    check_shape s = {.type = a->type, .text_size = a->type == H5_TEXT ? a->text_size : 8, .rank = a->rank};
    s.bytes = s.text_size;
    if (a->rank == 0) { /* as files show scalars */
        s.rank = 1;
        s.dims[0] = 1;
    }
    for (int k = 0; k < a->rank; k++) s.bytes *= s.dims[k] = a->dims[k];
    return s;
}

static memory_item *new_item(struct h5_memory *s)
{
    if (s->items == s->room) {
        const size_t room = 2 * s->room + 64;
        memory_item *more = realloc(s->item, room * sizeof *more);
        if (!more) return NULL;
        s->item = more;
        s->room = room;
    }
    s->item[s->items] = (memory_item){.path = NULL};
    return &s->item[s->items++];
}

void memory_put(h5 *f, const char *path, const char *name, const h5_array *a)
{
    memory_item *i = h5_kept(f, new_item(f->memory));
    if (!i) return;
    i->path = h5_kept(f, strdup(path));
    if (name) i->name = h5_kept(f, strdup(name));
    if (!a) return;
    i->shape = shape_of(a);
    i->data = h5_kept(f, malloc(i->shape.bytes));
    if (i->data) memcpy(i->data, a->data, i->shape.bytes);
}

const memory_item *memory_find(const h5 *f, const char *path, const char *name)
{
    for (size_t k = 0; k < f->memory->items; k++) {
        const memory_item *i = &f->memory->item[k];
        if (strcmp(i->path, path) == 0 && (name ? i->name && strcmp(i->name, name) == 0 : !i->name)) return i;
    }
    return NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The name within the group, NULL where it is not one of its own. */
static const char *name_in(const memory_item *i, const char *group)
{
    const size_t n = strlen(group);
    if (i->name || strncmp(i->path, group, n) != 0 || i->path[n] != '/') return NULL;
    return strchr(i->path + n + 1, '/') ? NULL : i->path + n + 1;
}

char *memory_names(const h5 *f, const char *group, size_t *bytes, size_t *count)
{
    const char **name = malloc((f->memory->items + 1) * sizeof *name);
    *bytes = *count = 0;
    for (size_t k = 0; name && k < f->memory->items; k++) {
        const char *own = name_in(&f->memory->item[k], group);
        if (!own) continue;
        name[(*count)++] = own;
        *bytes += strlen(own) + 1;
    }
    char *out = name ? malloc(*bytes + 1) : NULL, *at = out;
    if (out) qsort(name, *count, sizeof *name, by_name);
    for (size_t k = 0; out && k < *count; k++) at = stpcpy(at, name[k]) + 1;
    free(name);
    return out;
}

void memory_free(struct h5_memory *s)
{
    for (size_t k = 0; s && k < s->items; k++) {
        free(s->item[k].path);
        free(s->item[k].name);
        free(s->item[k].data);
    }
    if (s) free(s->item);
    free(s);
}
