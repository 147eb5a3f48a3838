/* plugin.c -- plug-ins: shared objects whose kinds join those of the library.

   What is loaded stays loaded: kinds are borrowed until the process ends. A plug-in is known by the digest of its file;
   its path is where it happens to be. */
#include "registry.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tepui/kind.h>
#include <tepui/rng.h>
#include <unistd.h>

static struct {
    tepui_plugin_file file;
    void *handle;
} loaded[TEPUI_MOST_PLUGINS];
static size_t count;

const tepui_plugin_file *tepui_plugin_at(size_t i)
{
    return i < count ? &loaded[i].file : NULL;
}

/* --- the file */

static tepui_status read_all(int fd, char *bytes, size_t size, const char *path, tepui_error *err)
{
    for (size_t n = 0; n < size;) {
        const ssize_t got = read(fd, bytes + n, size - n);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return tepui_fail(err, TEPUI_BAD_INPUT, "%s: %s", path, strerror(errno));
        if (got == 0) return tepui_fail(err, TEPUI_BAD_INPUT, "%s: the file changes while it is read", path);
        n += (size_t)got;
    }
    return TEPUI_OK;
}

/* The loader dies of a file that ends before its segments do. */
static int is_cut_off(const char *bytes, size_t size)
{
    ElfW(Ehdr) head;
    ElfW(Phdr) part;
    const int class = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    if (size < sizeof head || memcmp(bytes, ELFMAG, SELFMAG) != 0 || bytes[EI_CLASS] != class)
        return 0; /* the loader says what is wrong */
    memcpy(&head, bytes, sizeof head);
    for (size_t i = 0; i < head.e_phnum; i++) {
        size_t end, at = i * sizeof part;
        if (__builtin_add_overflow(at, head.e_phoff, &at) || at > size || size - at < sizeof part) return 1;
        memcpy(&part, bytes + at, sizeof part);
        if (part.p_type != PT_LOAD) continue;
        if (__builtin_add_overflow(part.p_offset, part.p_filesz, &end) || end > size) return 1;
    }
    return 0;
}

static tepui_status digest_of(const char *path, char out[65], tepui_error *err)
{
    uint8_t digest[32];
    struct stat s;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe is not waited for */
    if (fd < 0) return tepui_fail(err, TEPUI_BAD_INPUT, "%s: %s", path, strerror(errno));
    tepui_status st = TEPUI_OK;
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode)) {
        close(fd);
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s: a plug-in is a regular file", path);
    }
    const size_t size = (size_t)s.st_size;
    char *bytes = malloc(size + 1);
    st = bytes ? read_all(fd, bytes, size, path, err) : tepui_fail(err, TEPUI_NO_MEMORY, "no memory to read %s", path);
    if (st == TEPUI_OK && is_cut_off(bytes, size))
        st = tepui_fail(err, TEPUI_BAD_INPUT, "%s is cut off: its parts do not fit into %zu bytes", path, size);
    if (st == TEPUI_OK) tepui_sha256(bytes, size, digest);
    for (int i = 0; st == TEPUI_OK && i < 32; i++) snprintf(out + 2 * i, 3, "%02x", digest[i]);
    free(bytes);
    close(fd);
    return st;
}

/* --- its kinds */

static const tepui_family *family_of(const tepui_plugin_kind *k, const char *path, tepui_error *err)
{
    const tepui_family *f = k->family ? tepui_family_find(k->family) : NULL;
    if (!f || !k->kind)
        tepui_fail(err, TEPUI_BAD_INPUT, "%s: there is no family '%.40s' of kinds", path, k->family ? k->family : "");
    return k->kind ? f : NULL;
}

/* Before any is registered: what was registered stays. */
static tepui_status check_kinds(const tepui_plugin_type *t, const char *path, tepui_error *err)
{
    for (unsigned i = 0; i < t->count; i++) {
        const tepui_plugin_kind *k = &t->kind[i];
        const tepui_family *f = family_of(k, path, err);
        tepui_error why = {""};
        if (!f) return TEPUI_BAD_INPUT;
        const tepui_status st = registry_check(f, k->kind, t->abi, k->size, &why);
        if (st != TEPUI_OK) return tepui_fail(err, st, "%s: %s", path, why.text);
        const char *name = ((const tepui_kind *)k->kind)->name;
        for (unsigned j = 0; j < i; j++)
            if (strcmp(t->kind[j].family, k->family) == 0 &&
                strcmp(((const tepui_kind *)t->kind[j].kind)->name, name) == 0)
                return tepui_fail(err, TEPUI_BAD_INPUT, "%s: %s '%s' is there twice", path, k->family, name);
    }
    return TEPUI_OK;
}

static tepui_status register_kinds(const tepui_plugin_type *t, const char *path, tepui_error *err)
{
    tepui_status st = check_kinds(t, path, err);
    for (unsigned i = 0; st == TEPUI_OK && i < t->count; i++) {
        tepui_error why = {""};
        st = tepui_kind_register_as(tepui_family_find(t->kind[i].family), t->kind[i].kind, t->abi, t->kind[i].size,
                                    &why);
        if (st != TEPUI_OK) tepui_fail(err, st, "%s: %s", path, why.text);
    }
    return st;
}

/* --- loading */

static tepui_status check_type(const tepui_plugin_type *t, const char *path, tepui_error *err)
{
    if (!t)
        return tepui_fail(
            err, TEPUI_BAD_INPUT,
            "%s is no plug-in: it has no object tepui_plugin, which TEPUI_PLUGIN() of tepui/plugin.h makes", path);
    if (t->abi != TEPUI_ABI)
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "%s was compiled for ABI %u of plug-ins, this tepui has ABI %u: compile it again", path,
                          t->abi, TEPUI_ABI);
    if (!t->count || !t->kind) return tepui_fail(err, TEPUI_BAD_INPUT, "%s: a plug-in without kinds", path);
    return TEPUI_OK;
}

/* A plug-in calls the library by names: they have to lead to this one, not to a second library or nowhere. */
static int is_shared(void)
{
    void *found = dlsym(RTLD_DEFAULT, "tepui_kind_register_as");
    tepui_status (*own)(const tepui_family *, const void *, unsigned, size_t, tepui_error *) = tepui_kind_register_as;
    return found && memcmp(&found, &own, sizeof found) == 0;
}

static tepui_status open_object(const char *path, void **handle, tepui_error *err)
{
    if (!is_shared())
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "%s: plug-ins need the shared library of tepui, and this program is not linked with it",
                          path);
    *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (*handle) return TEPUI_OK;
    const char *why = dlerror();
    const size_t n = strlen(path);
    if (why && strncmp(why, path, n) == 0 && why[n] == ':') why += n + 1 + (why[n + 1] == ' ');
    return tepui_fail(err, TEPUI_BAD_INPUT, "%s cannot be loaded: %.400s", path, why ? why : "");
}

/* The loader answers with the old object where the file of one that is loaded was replaced. */
static tepui_status check_fresh(const void *handle, const char *path, tepui_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (loaded[i].handle == handle)
            return tepui_fail(err, TEPUI_BAD_INPUT, "%s has changed since it was loaded: start the program again",
                              path);
    return TEPUI_OK;
}

static tepui_status keep(void *handle, const tepui_plugin_type *t, const char *path, const char *digest,
                         tepui_error *err)
{
    const char *slash = strrchr(path, '/');
    tepui_plugin_file f = {.path = realpath(path, NULL), .name = strdup(slash ? slash + 1 : path), .type = t};
    tepui_status st = f.path && f.name ? TEPUI_OK : tepui_fail(err, TEPUI_NO_MEMORY, "no memory to load %s", path);
    if (st == TEPUI_OK) st = register_kinds(t, path, err);
    if (st != TEPUI_OK) {
        free(f.path);
        free(f.name);
        return st;
    }
    snprintf(f.digest, sizeof f.digest, "%s", digest);
    loaded[count].file = f;
    loaded[count++].handle = handle;
    return TEPUI_OK;
}

/* path: with a slash, so that the loader does not search its folders. */
static tepui_status load(const char *path, const char *digest, tepui_error *err)
{
    void *handle = NULL;
    tepui_status st;
    if (count == TEPUI_MOST_PLUGINS)
        return tepui_fail(err, TEPUI_USAGE, "%s: %d plug-ins are loaded, which is the most", path, TEPUI_MOST_PLUGINS);
    TEPUI_TRY(open_object(path, &handle, err));
    TEPUI_TRY(check_fresh(handle, path, err));
    const tepui_plugin_type *t = dlsym(handle, "tepui_plugin");
    TEPUI_TRY(check_type(t, path, err));
    TEPUI_TRY(keep(handle, t, path, digest, err));
done:
    if (st != TEPUI_OK && handle) dlclose(handle);
    return st;
}

tepui_status tepui_plugin_load(const char *path, const char *digest, const tepui_plugin_file **out, tepui_error *err)
{
    char have[65] = "", *here = NULL;
    size_t i = 0;
    tepui_status st;
    if (out) *out = NULL;
    TEPUI_TRY(digest_of(path, have, err));
    if (digest && strcmp(digest, have) != 0)
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s is another plug-in: its SHA-256 is %s, wanted is %.64s", path, have,
                          digest);
    while (i < count && strcmp(loaded[i].file.digest, have) != 0) i++;
    if (i == count) {
        if (asprintf(&here, "%s%s", strchr(path, '/') ? "" : "./", path) < 0) here = NULL;
        st = here ? load(here, have, err) : tepui_fail(err, TEPUI_NO_MEMORY, "no memory to load %s", path);
    }
    if (st == TEPUI_OK && out) *out = &loaded[i].file;
done:
    free(here);
    return st;
}
