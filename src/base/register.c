/* register.c -- kinds of other programs, put behind those of the library.

   A list ends with NULL at any moment: the new kind is written over the NULL that is followed by another one. Nothing
   is ever taken away, so a pointer to a kind stays good. */
#include "registry.h"
#include <ctype.h>
#include <stdatomic.h>
#include <string.h>
#include <tepui/kind.h>

static _Atomic int planned; /* experiments */

void registry_hold(void)
{
    planned++;
}

void registry_release(void)
{
    planned--;
}

static int is_word(const char *name)
{
    size_t n = 0;
    if (!name || !isalpha((unsigned char)*name)) return 0;
    while (isalnum((unsigned char)name[n]) || (name[n] && strchr("_-.", name[n]))) n++;
    return name[n] == '\0' && n <= TEPUI_LONGEST_NAME;
}

static const char *missing_function(const tepui_family *family, const void *kind)
{
    for (const tepui_requirement *r = family->requirement; r->names; r++) {
        int found = 0;
        for (size_t i = 0; i < 3 && r->offset[i]; i++) {
            void (*f)(void) = NULL;
            memcpy(&f, (const char *)kind + r->offset[i], sizeof f);
            found |= f != NULL;
        }
        if (!found) return r->names;
    }
    return NULL;
}

static tepui_status check_params(const tepui_family *family, const tepui_kind *k, tepui_error *err)
{
    for (size_t i = 0; i < tepui_kind_param_count(k); i++) {
        const tepui_param *p = &k->params[i];
        if (!is_word(p->name) || !p->doc || !*p->doc)
            return tepui_fail(err, TEPUI_BAD_INPUT, "parameter %zu of %s '%s' needs a word as name, and a doc", i + 1,
                              family->name, k->name);
        if (!(p->low <= p->fallback && p->fallback <= p->high))
            return tepui_fail(err, TEPUI_BAD_INPUT,
                              "the default %g of parameter %s of %s '%s' is not in its range [%g, %g]", p->fallback,
                              p->name, family->name, k->name, p->low, p->high);
    }
    return TEPUI_OK;
}

/* A layer and an activation may both stand in a list of layers. */
static tepui_status check_name(const tepui_family *family, const tepui_kind *k, tepui_error *err)
{
    static const char *const listed[] = {"activation", "layer"};
    if (!is_word(k->name))
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "'%.80s' is no name for a kind: a letter, then letters, digits, _ - ., at most %d",
                          k->name ? k->name : "", TEPUI_LONGEST_NAME);
    if (tepui_kind_find(family, k->name))
        return tepui_fail(err, TEPUI_BAD_INPUT, "there is a%s %s '%s' already", strchr("aeo", *family->name) ? "n" : "",
                          family->name, k->name);
    for (int i = 0; i < 2; i++)
        if (strcmp(family->name, listed[i]) == 0 && tepui_kind_find(tepui_family_find(listed[1 - i]), k->name))
            return tepui_fail(err, TEPUI_BAD_INPUT, "%s '%s' has the name of the %s: layers are listed with both",
                              family->name, k->name, listed[1 - i]);
    return TEPUI_OK;
}

static tepui_status check_kind(const tepui_family *family, const tepui_kind *k, tepui_error *err)
{
    tepui_status st = check_name(family, k, err);
    if (st != TEPUI_OK) return st;
    if (!k->doc || !*k->doc || !k->source || !*k->source)
        return tepui_fail(err, TEPUI_BAD_INPUT, "%s '%s' needs a doc (one sentence) and a source", family->name,
                          k->name);
    const char *missing = missing_function(family, k);
    if (missing) return tepui_fail(err, TEPUI_BAD_INPUT, "%s '%s' lacks %s", family->name, k->name, missing);
    return check_params(family, k, err);
}

static size_t count_kinds(const tepui_family *family, const void *kind)
{
    size_t n = 0;
    while (family->kinds[n] && family->kinds[n] != kind) n++;
    return n;
}

tepui_status registry_check(const tepui_family *family, const void *kind, unsigned abi, size_t size, tepui_error *err)
{
    const size_t n = count_kinds(family, kind);
    if (family->kinds[n]) return TEPUI_OK; /* it is there */
    if (abi != TEPUI_ABI || size != family->size)
        return tepui_fail(err, TEPUI_BAD_INPUT,
                          "this %s was compiled for another version of tepui (ABI %u, %zu bytes; here ABI %u, %zu "
                          "bytes): compile it again",
                          family->name, abi, size, TEPUI_ABI, family->size);
    const tepui_status st = check_kind(family, kind, err);
    if (st != TEPUI_OK) return st;
    if (planned > 0)
        return tepui_fail(err, TEPUI_USAGE, "%s '%s' comes too late: register kinds before an experiment is planned",
                          family->name, ((const tepui_kind *)kind)->name);
    if (n == family->most)
        return tepui_fail(err, TEPUI_USAGE, "no room for %s '%s': %d kinds were registered", family->name,
                          ((const tepui_kind *)kind)->name, TEPUI_MOST_OWN);
    return TEPUI_OK;
}

tepui_status tepui_kind_register_as(const tepui_family *family, const void *kind, unsigned abi, size_t size,
                                    tepui_error *err)
{
    const tepui_status st = registry_check(family, kind, abi, size, err);
    if (st != TEPUI_OK) return st;
    family->writable[count_kinds(family, kind)] = kind;
    atomic_thread_fence(memory_order_release);
    return TEPUI_OK;
}
