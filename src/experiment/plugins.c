/* plugins.c -- the plug-ins of an experiment. In its canonical text each is a name and the digest of its file, because
   that, and not where the file lies, decides what is computed.

   A text from a result must not make anybody's code run: only experiments that the user names load what they list. All
   others find it among what is loaded, or are refused. */
#include "settings.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/kind.h>

#define MARK " sha256:"
enum { MARK_LENGTH = sizeof MARK - 1, DIGEST = 64 };

/* The digest behind a name, NULL: there is none. */
static const char *digest_in(const char *text)
{
    const size_t n = strlen(text);
    if (n <= MARK_LENGTH + DIGEST) return NULL;
    const char *mark = text + n - DIGEST - MARK_LENGTH;
    return strncmp(mark, MARK, MARK_LENGTH) == 0 && strspn(mark + MARK_LENGTH, "0123456789abcdef") == DIGEST
               ? mark + MARK_LENGTH
               : NULL;
}

static const tepui_plugin_file *find(const char *name, const char *digest)
{
    const tepui_plugin_file *f;
    for (size_t i = 0; (f = tepui_plugin_at(i)); i++)
        if (strcmp(digest ? digest : name, digest ? f->digest : f->name) == 0) return f;
    return NULL;
}

static tepui_status refuse_missing(const settings *s, const char *name, const char *digest, int line)
{
    const tepui_plugin_file *other = find(name, NULL);
    if (other && digest)
        return settings_fail(s, "plugins", line, "%s with SHA-256 %s is needed; %s has %s", name, digest, other->path,
                             other->digest);
    return settings_fail(s, "plugins", line,
                         "%s%s%s is needed: `--plugin FILE' names it (in C: tepui_plugin_load()), a result alone loads "
                         "none",
                         name, digest ? " with SHA-256 " : "", digest ? digest : "");
}

static tepui_status load(const settings *s, const char *path, const char *digest, int line,
                         const tepui_plugin_file **out)
{
    tepui_error err = {""};
    const tepui_status st = tepui_plugin_load(path, digest, out, &err);
    if (st == TEPUI_OK || st == TEPUI_BAD_INPUT)
        return st == TEPUI_OK ? st : settings_fail(s, "plugins", line, "%s", err.text);
    return tepui_fail(s->err, st, "%s", err.text);
}

tepui_status plugins_check(const settings *s, const char *text, int line, char *out, size_t size)
{
    const char *digest = digest_in(text);
    const size_t n = digest ? (size_t)(digest - text) - MARK_LENGTH : strlen(text);
    const tepui_plugin_file *f = NULL;
    if (n == 0 || n + MARK_LENGTH + DIGEST >= size || strchr(text, '\n'))
        return settings_fail(s, "plugins", line, "a file name of 1 to %zu characters is needed, in one line",
                             size - MARK_LENGTH - DIGEST - 1);
    snprintf(out, size, "%.*s", (int)n, text);
    const char *slash = strrchr(out, '/'), *name = slash ? slash + 1 : out;
    if (s->loads) {
        const tepui_status st = load(s, out, digest, line, &f);
        if (st != TEPUI_OK) return st;
    } else if (!(f = find(name, digest))) {
        return refuse_missing(s, name, digest, line);
    }
    memmove(out, name, strlen(name) + 1);
    snprintf(out + strlen(out), size - strlen(out), MARK "%s", f->digest);
    return TEPUI_OK;
}

/* --- a list without effect */

/* "name" or "name(a=1)"; in an architecture, anywhere. */
static int names(const char *text, const char *name, int anywhere)
{
    const size_t n = strlen(name);
    for (const char *at = text; (at = strstr(at, name)); at++) {
        const int begins = at == text || !(isalnum((unsigned char)at[-1]) || strchr("_-.", at[-1]));
        const int ends = !at[n] || !(isalnum((unsigned char)at[n]) || strchr("_-.", at[n]));
        if (begins && ends && (anywhere || at == text)) return 1;
    }
    return 0;
}

static int is_named(const settings *s, const tepui_family *family, const char *name)
{
    for (size_t i = 0; i < field_count; i++) {
        const int architecture = fields[i].type == FIELD_ARCHITECTURE;
        const int kind = fields[i].type == FIELD_KIND || fields[i].type == FIELD_OBSERVABLE;
        if (!architecture && !(kind && fields[i].extra == family)) continue;
        for (size_t k = 0; k < s->of[i].count; k++)
            if (names(s->of[i].value[k], name, architecture)) return 1;
    }
    return 0;
}

/* Laws are named when results are verified. */
static int is_used(const settings *s, const tepui_plugin_type *t)
{
    for (unsigned i = 0; i < t->count; i++) {
        const tepui_family *family = tepui_family_find(t->kind[i].family);
        if (family == &tepui_family_law || is_named(s, family, ((const tepui_kind *)t->kind[i].kind)->name)) return 1;
    }
    return 0;
}

tepui_status plugins_check_used(const settings *s)
{
    const setting *v = setting_of(s, "plugins");
    for (size_t i = 0; i < v->count; i++) {
        const tepui_plugin_file *f = find(NULL, digest_in(v->value[i]));
        if (f && !is_used(s, f->type))
            return settings_fail(s, "plugins", v->line[i],
                                 "%s has no effect here: it has no law, and no field names a kind of it; leave it out",
                                 f->name);
    }
    return TEPUI_OK;
}

/* --- for resume: asked of the texts, because one that names another plug-in is not read at all */

static void list_of(const char *canonical, const char **list, size_t *length)
{
    static const char key[] = "\nplugins: ";
    const char *at = strstr(canonical, key);
    *list = at ? at + sizeof key - 1 : "none";
    *length = strcspn(*list, "\n");
}

/* The next digest at or behind *at, before end. */
static const char *next_digest(const char **at, const char *end)
{
    const char *mark = strstr(*at, MARK);
    if (!mark || mark >= end) return NULL;
    *at = mark + MARK_LENGTH;
    return *at;
}

int plugins_differ(const char *canonical_old, const char *canonical_new, char *out, size_t size)
{
    const char *old, *now, *a, *b;
    size_t old_length, now_length;
    list_of(canonical_old, &old, &old_length);
    list_of(canonical_new, &now, &now_length);
    const char *x = old, *y = now;
    do {
        a = next_digest(&x, old + old_length);
        b = next_digest(&y, now + now_length);
    } while (a && b && strncmp(a, b, DIGEST) == 0);
    if (!a && !b) return 0;
    snprintf(out, size, "plugins: %.*s in the file, %.*s now", (int)(old_length < 400 ? old_length : 400), old,
             (int)(now_length < 400 ? now_length : 400), now);
    return 1;
}
