/* h5_check.c -- see h5_check.h. */
#include "h5_check.h"
#include <stdlib.h>
#include <string.h>

#define LONGEST_PATH 512u
#define LONGEST_NAME 100u
#define LONGEST_NOTE ((size_t)1 << 20)
#define LONGEST_TEXT ((size_t)1 << 26) /* of an experiment */
#define MOST_NAMES 4096u

static const char no_memory[] = CHECK_NO_MEMORY;

static herr_t look_for_memory(unsigned n, const H5E_error2_t *e, void *arg)
{
    (void)n;
    const int unpacking = e->maj_num == H5E_PLINE && e->min_num == H5E_CANTINIT; /* zlib could not be started */
    if (e->min_num == H5E_NOSPACE || e->min_num == H5E_CANTALLOC || e->maj_num == H5E_RESOURCE || unpacking)
        *(int *)arg = 1;
    return 0;
}

int check_missed_memory(void)
{
    int memory = 0;
    return H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look_for_memory, &memory) < 0 || memory;
}

/* Why the last call failed: for want of memory, or what the caller thinks. */
static complaint why(complaint otherwise)
{
    return check_missed_memory() ? no_memory : otherwise;
}

/* Every step of the way is a hard link: soft and external ones lead elsewhere. */
static complaint check_path(hid_t file, const char *path)
{
    char part[LONGEST_PATH];
    const size_t n = strlen(path);
    if (n >= sizeof part || path[0] != '/') return "is not a path of this format";
    for (size_t i = 1; n > 1 && i <= n; i++) {
        H5L_info_t link;
        if (path[i] != '/' && path[i] != '\0') continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (H5Lget_info(file, part, &link, H5P_DEFAULT) < 0) return why("is missing");
        if (link.type != H5L_TYPE_HARD) return "is a link to elsewhere";
    }
    return NULL;
}

int check_has(hid_t file, const char *path)
{
    return check_path(file, path) == NULL;
}

/* The object at path, of this type. */
static complaint open_object(hid_t file, const char *path, H5I_type_t type, complaint otherwise, hid_t *object)
{
    complaint c = check_path(file, path);
    *object = c ? -1 : H5Oopen(file, path, H5P_DEFAULT);
    if (c || *object < 0) return c ? c : why("cannot be opened");
    if (H5Iget_type(*object) == type) return NULL;
    H5Oclose(*object);
    *object = -1;
    return otherwise;
}

static complaint check_type(hid_t t, check_shape *s)
{
    s->text_size = 8;
    if (H5Tget_class(t) == H5T_STRING) {
        s->type = H5_TEXT;
        s->text_size = H5Tget_size(t);
        s->variable = H5Tis_variable_str(t) != 0;
        return s->text_size == 0 || s->text_size > LONGEST_TEXT ? "has texts of an impossible length" : NULL;
    }
    if (H5Tequal(t, H5T_IEEE_F64LE) > 0)
        s->type = H5_DOUBLE;
    else if (H5Tequal(t, H5T_STD_U64LE) > 0)
        s->type = H5_U64;
    else if (H5Tequal(t, H5T_STD_I64LE) > 0)
        s->type = H5_I64;
    else if (H5Tequal(t, H5T_STD_U8LE) > 0) {
        s->type = H5_BYTES;
        s->text_size = 1;
    } else
        return "has items of another type";
    return NULL;
}

static complaint check_space(hid_t space, size_t most, check_shape *s)
{
    hsize_t d[3] = {0};
    if (H5Sget_simple_extent_type(space) == H5S_SCALAR && s->type == H5_TEXT) {
        s->rank = 1;
        s->dims[0] = 1;
        s->bytes = s->text_size;
        return s->bytes > most ? "is larger than a file of this size can hold" : NULL;
    }
    if (H5Sget_simple_extent_type(space) != H5S_SIMPLE) return "is not an array";
    s->rank = H5Sget_simple_extent_ndims(space);
    if (s->rank < 1 || s->rank > 3) return "has another rank";
    if (H5Sget_simple_extent_dims(space, d, NULL) < 0) return why("has no dimensions");
    s->bytes = s->text_size;
    for (int k = 0; k < 3; k++) {
        s->dims[k] = (size_t)d[k];
        if (k >= s->rank) continue;
        if (d[k] == 0) return "is empty";
        if (d[k] > most / s->bytes) return "is larger than a file of this size can hold";
        s->bytes *= (size_t)d[k];
    }
    return NULL;
}

/* Chunks inside the file itself, through the filters that we write; texts of variable length in one piece. */
static complaint check_layout(hid_t create, const check_shape *s)
{
    hsize_t chunk[3];
    if (s->variable)
        return H5Pget_layout(create) != H5D_CONTIGUOUS || H5Pget_external_count(create) != 0
                   ? "is stored in another way"
                   : NULL;
    if (H5Pget_layout(create) != H5D_CHUNKED || H5Pget_external_count(create) != 0) return "is stored in another way";
    if (H5Pget_chunk(create, 3, chunk) != s->rank) return "is stored in another way";
    for (int k = 0; k < s->rank; k++)
        if (chunk[k] == 0 || chunk[k] > s->dims[k]) return "is stored in impossible blocks";
    const int filters = H5Pget_nfilters(create);
    if (filters < 0 || filters > 3) return "is stored through unknown filters";
    for (int k = 0; k < filters; k++) {
        unsigned flags;
        size_t values = 0;
        const H5Z_filter_t z = H5Pget_filter2(create, (unsigned)k, &flags, &values, NULL, 0, NULL, NULL);
        if (z != H5Z_FILTER_DEFLATE && z != H5Z_FILTER_SHUFFLE && z != H5Z_FILTER_FLETCHER32)
            return "is stored through unknown filters";
    }
    return NULL;
}

/* Blank blocks of histograms and raw samples are left out, nothing else is. */
static complaint check_storage(hid_t set, const check_shape *s)
{
    H5D_space_status_t stored;
    if (s->rank == 3) return NULL;
    if (H5Dget_space_status(set, &stored) < 0) return why("cannot be opened");
    return stored != H5D_SPACE_STATUS_NOT_ALLOCATED ? NULL : "was never written"; /* packed ones seem incomplete */
}

static complaint check_open(hid_t set, size_t most, check_shape *s)
{
    const hid_t t = H5Dget_type(set), space = H5Dget_space(set), create = H5Dget_create_plist(set);
    complaint c = t < 0 || space < 0 || create < 0 ? why("cannot be opened") : NULL;
    if (!c) c = check_type(t, s);
    if (!c) c = check_space(space, most, s);
    if (!c) c = check_layout(create, s);
    if (!c) c = check_storage(set, s);
    if (t >= 0) H5Tclose(t);
    if (space >= 0) H5Sclose(space);
    if (create >= 0) H5Pclose(create);
    return c;
}

complaint check_dataset(hid_t file, const char *path, size_t most, hid_t *set, check_shape *shape)
{
    *shape = (check_shape){.rank = 0};
    complaint c = open_object(file, path, H5I_DATASET, "is not an array", set);
    if (c) return c;
    if ((c = check_open(*set, most, shape))) {
        H5Dclose(*set);
        *set = -1;
    }
    return c;
}

/* As many bytes for each text as the longest has. */
static complaint pack_texts(char *const *text, check_shape *s, size_t most, char **data)
{
    size_t longest = 1;
    for (size_t i = 0; i < s->dims[0]; i++)
        if (text[i] && strlen(text[i]) > longest) longest = strlen(text[i]);
    if (longest > LONGEST_TEXT || longest > most / s->dims[0]) return "has texts of an impossible length";
    if (!(*data = calloc(s->dims[0], longest))) return no_memory;
    for (size_t i = 0; i < s->dims[0]; i++)
        if (text[i]) memcpy(*data + i * longest, text[i], strlen(text[i]));
    s->text_size = longest;
    s->bytes = s->dims[0] * longest;
    return NULL;
}

#define TEXT_ROOM 32u /* bytes of a text's place, in the file and in memory */

hid_t check_transfer(size_t texts)
{
    const hid_t list = H5Pcreate(H5P_DATASET_XFER);
    const size_t room = texts < 32 ? 1024 : texts < 2048 ? texts * TEXT_ROOM : 65536;
    if (list >= 0 && H5Pset_buffer(list, room, NULL, NULL) >= 0) return list;
    if (list >= 0) H5Pclose(list);
    return -1;
}

static complaint read_texts(hid_t set, hid_t type, check_shape *s, size_t most, char **data)
{
    if (s->rank != 1) return "has another rank";
    char **text = calloc(s->dims[0], sizeof *text);
    if (!text) return no_memory;
    const hid_t transfer = check_transfer(s->dims[0]);
    complaint c =
        transfer < 0 || H5Dread(set, type, H5S_ALL, H5S_ALL, transfer, text) < 0 ? why("cannot be read") : NULL;
    const int read = !c;
    if (transfer >= 0) H5Pclose(transfer);
    if (read) c = pack_texts(text, s, most, data);
    for (size_t i = 0; read && i < s->dims[0]; i++)
        if (text[i]) H5free_memory(text[i]);
    free(text);
    return c;
}

static complaint read_items(hid_t set, hid_t type, const check_shape *s, char **data)
{
    if (!(*data = malloc(s->bytes))) return no_memory;
    return H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *data) < 0 ? why("cannot be read") : NULL;
}

complaint check_read(hid_t set, check_shape *shape, size_t most, char **data)
{
    const hid_t t = H5Dget_type(set); /* the one that check_type() let pass: no conversion */
    complaint c = t < 0 ? why("cannot be read") : NULL;
    if (!c) c = shape->variable ? read_texts(set, t, shape, most, data) : read_items(set, t, shape, data);
    if (t >= 0) H5Tclose(t);
    return c;
}

/* --- attributes */

static complaint read_vl(hid_t a, hid_t type, char **text)
{
    char *held = NULL;
    complaint c = H5Aread(a, type, &held) < 0 ? why("cannot be read") : NULL;
    if (!c && !held) c = "is no text";
    if (!c && strnlen(held, LONGEST_NOTE) == LONGEST_NOTE) c = "is too long";
    if (!c && !(*text = strdup(held))) c = no_memory;
    if (held) H5free_memory(held);
    return c;
}

static complaint read_fixed(hid_t a, hid_t type, char **text)
{
    const size_t n = H5Tget_size(type);
    if (n == 0 || n > LONGEST_NOTE) return "is too long";
    if (!(*text = calloc(n + 1, 1))) return no_memory;
    return H5Aread(a, type, *text) < 0 ? why("cannot be read") : NULL;
}

static complaint read_text(hid_t a, hid_t type, char **text)
{
    if (H5Tget_class(type) != H5T_STRING) return "is no text";
    return H5Tis_variable_str(type) > 0 ? read_vl(a, type, text) : read_fixed(a, type, text);
}

static complaint read_whole(hid_t a, hid_t type, uint64_t *value)
{
    if (H5Tequal(type, H5T_STD_U64LE) <= 0) return "is no whole number";
    return H5Aread(a, H5T_NATIVE_UINT64, value) < 0 ? why("cannot be read") : NULL;
}

static complaint read_attribute(hid_t object, const char *name, char **text, uint64_t *value)
{
    if (H5Aexists(object, name) <= 0) return why("is missing");
    const hid_t a = H5Aopen(object, name, H5P_DEFAULT);
    if (a < 0) return why("cannot be opened");
    const hid_t space = H5Aget_space(a), type = H5Aget_type(a);
    complaint c = space < 0 || type < 0 ? why("cannot be opened") : NULL;
    if (!c && H5Sget_simple_extent_type(space) != H5S_SCALAR) c = "is not a single value";
    if (!c) c = text ? read_text(a, type, text) : read_whole(a, type, value);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    H5Aclose(a);
    return c;
}

static complaint note(hid_t file, const char *object, const char *name, char **text, uint64_t *value)
{
    complaint c = check_path(file, object);
    const hid_t o = c ? -1 : H5Oopen(file, object, H5P_DEFAULT);
    if (!c) c = o < 0 ? why("cannot be opened") : read_attribute(o, name, text, value);
    if (o >= 0) H5Oclose(o);
    return c;
}

complaint check_note(hid_t file, const char *object, const char *name, char **text)
{
    *text = NULL;
    complaint c = note(file, object, name, text, NULL);
    if (c) free(*text);
    if (c) *text = NULL;
    return c;
}

complaint check_note_u64(hid_t file, const char *object, const char *name, uint64_t *value)
{
    *value = 0;
    return note(file, object, name, NULL, value);
}

/* --- names */

typedef struct {
    char *names;
    size_t bytes, count;
    complaint c;
} name_list;

static herr_t add_name(hid_t group, const char *name, const H5L_info_t *info, void *arg)
{
    name_list *l = arg;
    const size_t n = strlen(name);
    (void)group;
    if (info->type != H5L_TYPE_HARD) l->c = "has a link to elsewhere";
    if (n == 0 || n > LONGEST_NAME || l->count >= MOST_NAMES) l->c = "has impossible names";
    char *more = l->c ? NULL : realloc(l->names, l->bytes + n + 1);
    if (!more) {
        if (!l->c) l->c = no_memory;
        return -1;
    }
    l->names = more;
    memcpy(l->names + l->bytes, name, n + 1);
    l->bytes += n + 1;
    l->count++;
    return 0;
}

complaint check_names(hid_t file, const char *group, char **names, size_t *bytes, size_t *count)
{
    name_list l = {NULL, 0, 0, NULL};
    hid_t g;
    complaint c = open_object(file, group, H5I_GROUP, "is not a group", &g);
    if (!c && H5Literate(g, H5_INDEX_NAME, H5_ITER_INC, NULL, add_name, &l) < 0) c = l.c ? l.c : why("cannot be read");
    if (g >= 0) H5Oclose(g);
    *names = l.names;
    *bytes = l.bytes;
    *count = l.count;
    return c;
}
