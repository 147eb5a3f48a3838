/* kind.h -- what every kind (activation, distribution, scale rule, loss, source, observable) begins with, and the
   generated registries. A kind is one file ending in one const struct, plus one line in src/kinds.am. */
#ifndef TEPUI_KIND_H
#define TEPUI_KIND_H
#include <stddef.h>
#include <stdint.h>
#include <tepui/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TEPUI_MAX_PARAMS 4

typedef struct {
    const char *name, *doc;
    double fallback;  /* default */
    double low, high; /* allowed range, ends included unless open */
    int low_open, high_open;
    int whole; /* whole numbers only */
} tepui_param;

/* First member of every kind's struct, so that one set of functions serves all families. */
typedef struct {
    const char *name;                     /* the word in the experiment file */
    const char *doc;                      /* one sentence */
    const char *source;                   /* paper, equation */
    tepui_param params[TEPUI_MAX_PARAMS]; /* name == NULL ends the table */
} tepui_kind;

/* A kind with values for its parameters: "leaky_relu(a=0.1)". */
typedef struct {
    const void *type; /* const tepui_<family>_type *, whose first member is tepui_kind */
    double value[TEPUI_MAX_PARAMS];
} tepui_choice;

/* What a kind of a family has to have: a function of one of these names. */
typedef struct {
    const char *names; /* "fill or fill_matrix" */
    size_t offset[3];  /* in the struct; 0 behind the last */
} tepui_requirement;

typedef struct {
    const char *name, *doc;               /* family: "activation", ... */
    const void *const *kinds;             /* NULL-terminated: those of the library, then those that were registered */
    const void **writable;                /* the same array, for tepui_kind_register() */
    size_t most;                          /* kinds that fit */
    size_t size;                          /* of the struct of a kind */
    const tepui_requirement *requirement; /* names == NULL ends them */
} tepui_family;
extern const tepui_family *const tepui_families[]; /* NULL-terminated; for list, docs, generic tests */

/* The family of this name ("activation"), and the kind of this name in it: const tepui_FAMILY_type *. NULL: none. */
const tepui_family *tepui_family_find(const char *name);
const void *tepui_kind_find(const tepui_family *family, const char *name);
/* Returns how many parameters a kind has, 0 to TEPUI_MAX_PARAMS. */
size_t tepui_kind_param_count(const tepui_kind *kind);
/* Reads "name", "name(0.1)", "name(a=0.1, b=2)". TEPUI_BAD_INPUT: the message names the nearest known word, or the
   range of the parameter. */
tepui_status tepui_choice_parse(const tepui_family *family, const char *text, tepui_choice *out, tepui_error *err);
/* Sets one parameter by name. TEPUI_BAD_INPUT: no such parameter, or a value out of its range. */
tepui_status tepui_choice_set(tepui_choice *c, const char *param, double value, tepui_error *err);
/* Canonical text in out[size], cut there: "relu", "leaky_relu(a=0.1)" with every parameter, shortest round-trip
   decimals. */
void tepui_choice_print(const tepui_choice *c, char *out, size_t size);
void tepui_choice_print_brief(const tepui_choice *c, char *out, size_t size); /* without those at their defaults */
/* The known word nearest to `word` by edit distance, or the name here of a common synonym ("he" for "kaiming"), never
   `word` itself; NULL when none is near. words: NULL-terminated. */
const char *tepui_nearest(const char *word, const char *const *words);
/* "; did you mean 'x'? known: a, b, c" for a message about a word that is none of `words`: the nearest of many. */
void tepui_advice(const char *word, const char *const *words, char *out, size_t size);
void tepui_print_double(double x, char *out, size_t size); /* shortest decimal that reads back equal; 40 is "40" */
/* A number in decimal notation, or inf (.inf), of any length. *after == text: there is none, or it is beyond a double.
 */
double tepui_read_double(const char *text, const char **after);
/* The whole text as a whole number from 0 to 2^64 - 1, exactly; 1e6 and 2.50e1 are whole. 0: it is none. */
int tepui_read_whole(const char *text, uint64_t *value);

/* --- kinds of your own

   A kind is a constant struct of its family, found by its name from then on, like those of the library: in experiment
   files, `list`, tables and verdicts. It is borrowed until the process ends. */
#define TEPUI_ABI 0u          /* of the structs of kinds; 0 until version 1.0, the sizes are compared besides */
#define TEPUI_MOST_OWN 64     /* kinds that can be registered in a family */
#define TEPUI_LONGEST_NAME 63 /* characters of a name */

/* Adds `kind` (const tepui_FAMILY_type *) to a family: tepui_kind_register(&tepui_family_law, &mine, &err). By one
   thread, before experiments are planned: kinds do not change while a planned experiment lives.
   TEPUI_BAD_INPUT: a name that is no word (a letter, then letters, digits, _ - .) or is taken, doc or source missing, a
   parameter whose default is out of its range, a function missing, another layout than the library's (TEPUI_ABI or size
   of the struct). TEPUI_USAGE: an experiment is planned, or there is no room. The same kind again: TEPUI_OK. */
#define tepui_kind_register(family, kind, err)                                                                         \
    tepui_kind_register_as((family), (kind), TEPUI_ABI, sizeof *(kind), (err))
tepui_status tepui_kind_register_as(const tepui_family *family, const void *kind, unsigned abi, size_t size,
                                    tepui_error *err);

/* --- plug-ins: kinds from shared objects (plugin.h) */

typedef struct {
    const char *family; /* "activation" */
    const void *kind;   /* const tepui_activation_type * */
    size_t size;        /* of that struct, when it was compiled */
} tepui_plugin_kind;
typedef struct {
    unsigned abi, count;
    const tepui_plugin_kind *kind;
} tepui_plugin_type;

#ifdef __cplusplus
#define TEPUI_PLUGIN_EXPORT extern "C" __attribute__((visibility("default")))
#else
#define TEPUI_PLUGIN_EXPORT __attribute__((visibility("default")))
#endif
/* A kind and its family, a bare word; the compiler compares the two. */
#define TEPUI_KIND(family, object)                                                                                     \
    {                                                                                                                  \
#family, 1 ? (object) : (const tepui_##family##_type *)0, sizeof(tepui_##family##_type)                        \
    }
/* The one object that a plug-in exports. */
#define TEPUI_PLUGIN(...)                                                                                              \
    static const tepui_plugin_kind tepui_plugin_kinds[] = {__VA_ARGS__};                                               \
    TEPUI_PLUGIN_EXPORT const tepui_plugin_type tepui_plugin = {                                                       \
        TEPUI_ABI, sizeof tepui_plugin_kinds / sizeof *tepui_plugin_kinds, tepui_plugin_kinds}

/* --- for programs that load plug-ins */

#define TEPUI_MOST_PLUGINS 64
typedef struct {
    char *path;      /* absolute */
    char *name;      /* its last part, as it was given */
    char digest[65]; /* SHA-256 of the file, in hexadecimal digits */
    const tepui_plugin_type *type;
} tepui_plugin_file;

/* Loads a plug-in and registers its kinds, all or none; they stay until the process ends. This runs code of the file:
   never call it with a name that comes from somebody else, as from a result. digest: what the file has to have; NULL:
   any. A file with the digest of one that is loaded: nothing happens. *out (may be NULL): borrowed, for ever.
   By one thread, before experiments are planned, by a program that uses the shared library.
   TEPUI_BAD_INPUT: no readable plug-in, another digest or TEPUI_ABI, a kind that cannot be registered. */
tepui_status tepui_plugin_load(const char *path, const char *digest, const tepui_plugin_file **out, tepui_error *err);
/* Number i = 0, 1, ... of those that are loaded; NULL: there are not so many. */
const tepui_plugin_file *tepui_plugin_at(size_t i);

/* generated registries (tools/mkregistry.sh from src/kinds.am) */
extern const tepui_family tepui_family_activation, tepui_family_distribution, tepui_family_scale, tepui_family_layer,
    tepui_family_architecture, tepui_family_loss, tepui_family_optimizer, tepui_family_schedule, tepui_family_escape,
    tepui_family_sampler, tepui_family_source, tepui_family_observable, tepui_family_law;

#ifdef __cplusplus
}
#endif
#endif
