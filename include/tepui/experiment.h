/* experiment.h -- an experiment file (YAML) read, checked, and unfolded into cells.
   Every error names file, line, key and what is allowed, before anything is computed. */
#ifndef TEPUI_EXPERIMENT_H
#define TEPUI_EXPERIMENT_H
#include <tepui/observable.h>
#include <tepui/source.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    char *file; /* as given */
    char *title;
    uint64_t seed;
    char *generator;
    tepui_data_spec data;
    char *readout, *loss;   /* canonical */
    void *settings;         /* private: the fields as read */
    tepui_dataset *dataset; /* opened by tepui_experiment_plan */
    tepui_cell *cells;      /* Cartesian product of the grid, last axis fastest, axes in schema order */
    size_t cell_count;
    const tepui_observable_type **observables;
    size_t observable_count;
    uint64_t samples; /* per cell; with a precision: the most */
    int has_precision;
    double precision_probability, precision_half_width; /* in the observable's transformed units (ln) */
    const tepui_observable_type *precision_observable;  /* default: the first one; its last component */
    double time_budget;                                 /* seconds, INFINITY: none */
    double *probability;                                /* output.probabilities */
    size_t probability_count;
    double bin_width, range_low, range_high; /* output.range, default -inf, inf */
    uint64_t raw;                            /* raw samples kept per component */
    size_t layer_limit;                      /* output.layers: components per observable and cell, default 1024 */
    int allow_nan;                           /* output.allow_nan: NaN does not fail the run */
    char *const *plugins;                    /* "NAME sha256:DIGEST", in the order of the list */
    size_t plugin_count;
    char *canonical; /* the whole experiment in canonical YAML: every field, defaults filled in, fixed order,
                        grid axes as lists, kinds with all parameters; parses back to the same experiment */
} tepui_experiment;

/* Reads and checks syntax, keys, types, ranges: TEPUI_BAD_INPUT names file, line and key. TEPUI_NO_MEMORY.
   tepui_experiment_read() loads the plug-ins that the file names (plugin.h), tepui_experiment_parse() does not, because
   its text may be from a result of somebody else: it refuses those that are not loaded. overrides: NULL-terminated
   "grid.depth=[1,2]" strings, may be NULL. */
tepui_status tepui_experiment_read(const char *file, const char *const *overrides, tepui_experiment **out,
                                   tepui_error *err);
tepui_status tepui_experiment_parse(const char *text, const char *name, const char *const *overrides,
                                    tepui_experiment **out, tepui_error *err);
/* Opens the data and unfolds the grid into resolved cells; checks shapes, observables' needs, key collisions.
   TEPUI_BAD_INPUT, TEPUI_IO (data files), TEPUI_NO_MEMORY. */
tepui_status tepui_experiment_plan(tepui_experiment *e, tepui_error *err);
/* The same for counting what a run will need, before data are read: data files tell their sizes alone. Not to be run;
   tepui_experiment_plan() starts anew. */
tepui_status tepui_experiment_survey(tepui_experiment *e, tepui_error *err);
void tepui_experiment_free(tepui_experiment *e);
/* Returns TEPUI_NEEDS_... of all observables together. */
unsigned tepui_experiment_needs(const tepui_experiment *e);
/* The components of observable o (include/tepui/observable.h) that some cell of the plan has: layers in ascending
   order, then named ones. *out is to be freed. TEPUI_NO_MEMORY. */
tepui_status tepui_experiment_components(const tepui_experiment *e, size_t o, long **out, size_t *count);
/* Returns how many raw numbers a component of observable o keeps in cell c, in the end: output.raw at most, and as many
   as all samples give. c: NULL: the most of all cells. */
size_t tepui_experiment_raw(const tepui_experiment *e, size_t o, const tepui_cell *c);
/* For resume: the first field whose canonical value differs, as "grid.depth: [1, 2] in the file, [1, 3] now"; returns
   0 and an empty string when they agree, -1 without memory. Fields that may change (samples upward, time) are marked in
   fields.c. Names of data files are not compared; the cells' keys hold the digest of the data. */
int tepui_experiment_difference(const char *canonical_old, const char *canonical_new, char *out, size_t size);
/* Of an experiment from a result, before its plan: data files that are not where it says are looked for in `folders`
   (NULL-terminated), under the whole relative path and under the name alone. */
tepui_status tepui_experiment_find_data(tepui_experiment *e, const char *const *folders, tepui_error *err);

/* The value of a width expression: + - * / ^ ( ) numbers, depth, layer, sqrt log exp min max ceil floor round.
   TEPUI_BAD_INPUT: it is none, or has a name that is not known. */
tepui_status tepui_expression_value(const char *text, double depth, double layer, double *value, tepui_error *err);
/* The same arithmetic in other names: value() returns 0 for a name that it does not have; unknown: what is said then.
 */
typedef struct {
    int (*value)(const void *of, const char *name, size_t length, double *value);
    const void *of;
    const char *unknown;
} tepui_names;
tepui_status tepui_expression_in(const char *text, const tepui_names *names, double *value, tepui_error *err);
/* The fields of an experiment file, for documentation. out may be NULL; returns the count. */
typedef struct {
    const char *path, *fallback, *doc;
    int axis;                   /* may be a list: an axis of the grid */
    const char *example;        /* a value for --set */
    char range[96];             /* what is allowed, in words */
    const char *const *words;   /* these alone are allowed; NULL: others, too */
    const tepui_family *family; /* of kinds; NULL: none */
} tepui_field_info;
size_t tepui_experiment_fields(tepui_field_info *out);
/* The last part of a path: "depth" of "grid.depth". */
const char *tepui_field_name(const char *path);
/* The path, static, of the first field whose path or last part that is; NULL: there is none. */
const char *tepui_field_called(const char *name);

#ifdef __cplusplus
}
#endif
#endif
