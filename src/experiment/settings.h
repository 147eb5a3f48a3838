/* settings.h (internal) -- the fields of an experiment file as a table, and their values as canonical text.

   YAML, --set and defaults all end in the same place: per field a list of values, each in canonical text and with the
   line it came from. Checking, the canonical experiment and the comparison on resume then work on settings alone.
   libyaml is used directly: which keys and values exist is known only from the registries of kinds. */
#ifndef TEPUI_EXPERIMENT_SETTINGS_H
#define TEPUI_EXPERIMENT_SETTINGS_H
#include <tepui/experiment.h>

typedef enum {
    FIELD_TEXT,
    FIELD_WHOLE,        /* low..high */
    FIELD_NUMBER,       /* low..high, open ends as flagged */
    FIELD_CHOICE,       /* one of `words` */
    FIELD_KIND,         /* of a family */
    FIELD_WIDTH,        /* number, expression, or list per layer */
    FIELD_ARCHITECTURE, /* a name, or units of layers in brackets */
    FIELD_DURATION,     /* seconds, or 8h, 30m, 1h30m; "none" */
    FIELD_OBSERVABLE,
    FIELD_PLUGIN /* a file; canonical: its name and digest */
} field_type;

enum {
    FIELD_OPEN_LOW = 1,
    FIELD_OPEN_HIGH = 2,
    FIELD_AXIS = 4,
    FIELD_LIST = 8,
    FIELD_FREE = 16,    /* may change on resume */
    FIELD_REPEATS = 64, /* of a list: equal values are allowed */
    FIELD_PLACE = 32    /* where data are: another place is good if the data are the same, which their digest tells */
};

typedef struct {
    const char *path;
    field_type type;
    unsigned flags;
    const char *fallback; /* canonical text; lists separated by '|' ; NULL: none */
    double low, high;
    const void *extra; /* words (const char *const *) or family */
    const char *doc;
    const char *example; /* a value for --set, other than the default */
} field;

extern const field fields[];
extern const size_t field_count;
void field_range(const field *f, char *out, size_t size); /* "a whole number from 1 to 10", "true, false" */
size_t field_index(const char *path);                     /* field_count when there is none */

typedef struct {
    size_t count;
    char **value;
    int *line;
    int set; /* given in the file or by --set, not by default */
} setting;

typedef struct {
    setting *of; /* [field_count] */
    const char *file;
    tepui_error *err;
    int beside; /* paths in the file are relative to its folder */
    int loads;  /* plug-ins are loaded: the text is the user's own, not one from a result */
} settings;

tepui_status settings_init(settings *s, const char *file, tepui_error *err);
void settings_clear(settings *s);
/* Checks a value against its field and adds its canonical text. line 0: from --set */
tepui_status settings_add(settings *s, size_t f, const char *text, int line);
void settings_reset(setting *v);
tepui_status settings_default(settings *s); /* fills what was not given */
tepui_status settings_check_unused(const settings *s);
/* Of a plan whose cells are filled; needs: of all observables. */
tepui_status settings_check_effects(const settings *s, const tepui_experiment *e, unsigned needs);
/* plugins.c: "my.so" or "my.so sha256:DIGEST"; out: the latter */
tepui_status plugins_check(const settings *s, const char *text, int line, char *out, size_t size);
tepui_status plugins_check_used(const settings *s); /* each has a law, or a kind that is named */
int plugins_differ(const char *canonical_old, const char *canonical_new, char *out, size_t size);
/* Whether a field has its default value. */
int setting_is_default(const settings *s, const char *path);
/* "PATH: has no effect here: only WHO it; leave it out" */
tepui_status settings_refuse_unread(const settings *s, const char *path, int line, const char *who);
/* Message "FILE:LINE: PATH: ..." */
tepui_status settings_fail(const settings *s, const char *path, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
tepui_status settings_read_yaml(settings *s, const char *text);
tepui_status settings_override(settings *s, const char *assignment);
char *settings_canonical(const settings *s);

const char *setting_text(const settings *s, const char *path);
double setting_number(const settings *s, const char *path);
int setting_line(const settings *s, const char *path);
const setting *setting_of(const settings *s, const char *path);

/* --- the grid; its last axis runs fastest */

enum {
    AXIS_DEPTH,
    AXIS_WIDTH,
    AXIS_ACTIVATION,
    AXIS_INIT,
    AXIS_LAW,
    AXIS_GAIN,
    AXIS_BIAS,
    AXIS_SIGMA_B,
    AXIS_ARCHITECTURE,
    AXIS_TILT,
    AXIS_OPTIMIZER,
    AXIS_RATE,
    AXIS_SCHEDULE,
    AXIS_BATCH,
    AXES
};
#define AXES_MOST_CELLS 1000000u
size_t axes_cells(const settings *s); /* of the whole grid; not counted on beyond AXES_MOST_CELLS */
size_t axis_position(const settings *s, size_t index, size_t axis); /* which value of an axis cell `index` has */
const char *axis_text(const settings *s, size_t index, size_t axis);
int axes_wanted(const settings *s, size_t index); /* whether grid.vary takes the cell */

int duration_parse(const char *text, double *seconds); /* 0 when it is none */
#endif
