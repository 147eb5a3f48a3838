/* cli.h -- what the commands share: messages, numbers, tables, choosing cells and components of a result.
   Results go to standard output, talk to standard error. Nothing here is coloured, so NO_COLOR has nothing to do.
   Code in src/cli may print and end the program; the library never does. */
#ifndef TEPUI_CLI_H
#define TEPUI_CLI_H
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include <argp.h>
#include <base/text.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <tepui/tepui.h>

/* A command: argv[0] is "tepui NAME"; returns the exit status. */
typedef struct {
    const char *name, *summary;
    int (*run)(int argc, char **argv);
    int takes_plugins;
} cli_command;
int cmd_run(int, char **), cmd_status(int, char **), cmd_table(int, char **), cmd_histogram(int, char **),
    cmd_list(int, char **), cmd_replay(int, char **), cmd_bench(int, char **), cmd_verify(int, char **),
    cmd_theory(int, char **), cmd_threshold(int, char **), cmd_trend(int, char **), cmd_escape(int, char **),
    cmd_plot(int, char **), cmd_report(int, char **), cmd_export(int, char **), cmd_compare(int, char **);

int cmd_complete(int argc, char **argv, const char *const *commands); /* names of commands, NULL-terminated */

/* --- message.c: talking and ending */
/* A line on standard error, control characters as in cli_visible(). */
int cli_fail(const char *command, tepui_status st, const char *format, ...) __attribute__((format(printf, 3, 4)));
void cli_say(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *cli_visible(const char *text); /* fresh memory; control characters as \x1b: files may hold what terminals obey */
/* argp_parse(), which leaves the options unread where it misses memory: ends the program with 71 then. */
void cli_parse(const struct argp *argp, int argc, char **argv, void *options);
void *cli_alloc(size_t count, size_t size);           /* zeroed; ends the program with 71 when there is no memory */
void *cli_grow(void *old, size_t count, size_t size); /* realloc, same rule */
char *cli_copy(const char *text);
char *cli_print(const char *format, ...) __attribute__((format(printf, 1, 2))); /* into fresh memory */
/* Behind a text in fresh memory, which is moved: t = cli_append(t, ...). */
char *cli_append(char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *cli_text_take(text_buffer *t); /* what was put together */
/* "unknown WHAT 'WORD'; did you mean 'X'? known: a, b, c" */
tepui_status cli_unknown(tepui_error *err, const char *what, const char *word, const char *const *words);
tepui_status cli_unknown_kind(tepui_error *err, const char *what, const char *word, const tepui_family *family);
void cli_close_output(void);   /* for atexit: what was printed must have arrived, else 74 */
const char *cli_version(void); /* "tepui 0.2.0" */
void cli_start(char **argv);   /* environment, handlers, argp's exit status; once, by main */

/* --- number.c: numbers as text; digits = 0: the shortest that reads back equal */
typedef struct {
    char text[64];
} cli_text;
cli_text cli_number(double x, int digits);     /* NaN is "-" */
cli_text cli_magnitude(double ln, int digits); /* exp(ln), also far outside the range of doubles */
cli_text cli_count(uint64_t n);
cli_text cli_duration(double seconds); /* "3 min 20 s" */
cli_text cli_bytes(double bytes);      /* "12.3 MB" */
/* Sizes of the units, equal ones as 64 x 1000, "..." behind so many parts; fresh memory. */
char *cli_widths(const tepui_cell *c, size_t most);
int cli_read_duration(const char *text, double *seconds); /* "8h", "1h30m", "90"; 0 when it is none */
int cli_read_count(const char *text, uint64_t *n);
size_t cli_number_length(const char *text); /* of the number at the start of a text, or 0 */

/* --- format.c: a table of texts, printed five ways */
typedef enum { CLI_TEXT, CLI_CSV, CLI_MARKDOWN, CLI_LATEX, CLI_JSON } cli_format;
typedef enum { CLI_LEFT, CLI_RIGHT, CLI_NUMERIC } cli_align; /* numeric: right, and a number in JSON */
typedef struct {
    size_t columns, cells, room; /* cells: filled so far, row by row */
    char **header, **cell;
    cli_align *align;
    char **section; /* texts that span the table before a row; in LaTeX only */
    size_t sections, *section_row;
} cli_table;
cli_table *cli_table_new(void);
void cli_table_free(cli_table *t);
void cli_table_column(cli_table *t, cli_align align, const char *name); /* all columns before the first cell */
void cli_table_cell(cli_table *t, const char *text);
void cli_table_section(cli_table *t, const char *text); /* before the next row */
void cli_table_print(const cli_table *t, cli_format format, FILE *out);
void cli_json_text(const char *text, FILE *out); /* quoted */
int cli_json_is_number(const char *text);
void cli_heading(const char *text, int level, cli_format format, FILE *out); /* nothing in csv and json */
int cli_read_format(const char *text, cli_format *format);

/* --- view.c: the options that table, histogram and others share, as an argp child */
typedef struct {
    const char *observable, *component;
    const char **where; /* "key=value", NULL-terminated */
    size_t wheres;
    cli_format format;
    int digits, log;             /* digits: -1 for the format's own */
    const char *caption, *label; /* of the table environment around LaTeX; NULL, both: none */
} cli_view;
/* input: cli_view *; cells: all but observable and component */
extern const struct argp cli_view_argp, cli_cells_argp, cli_format_argp;
extern const cli_view cli_view_default;
/* --plugin FILE. It is loaded by cli_load_plugins() before the other options are read, which may name its kinds. */
extern const struct argp cli_plugin_argp;
/* Those of $TEPUI_PLUGINS and of the line; ends the program where one cannot be loaded. */
void cli_load_plugins(int argc, char **argv);
/* The whole number of --NAME, from `least` to `most` (UINT64_MAX: no limit); anything else is a usage error. */
uint64_t cli_count_option(const char *name, const char *arg, uint64_t least, uint64_t most, struct argp_state *state);
/* The end of an argp parser whose first child is cli_format_argp; net: for cli_net_argp, its second; NULL: without. */
error_t cli_format_argument(int key, struct argp_state *state, cli_view *v, void *net);
/* The end of an argp parser of a command that takes one result file; v: for its first child, NULL: it has none. */
error_t cli_file_argument(int key, char *arg, struct argp_state *state, cli_view *v, const char **file);
int cli_view_digits(const cli_view *v);                   /* 3 for readers, 0 (all) for programs */
int cli_view_digits_or(const cli_view *v, int otherwise); /* the same, another number for readers */
/* Options that several commands have; argp_error() on bad ones. */
void cli_read_digits(cli_view *v, const char *arg, struct argp_state *state);
double cli_read_false_alarm(const char *arg, struct argp_state *state);
void cli_open_tables(const cli_view *v, FILE *out); /* LaTeX around all tables of a command; nothing in other formats */
void cli_close_tables(const cli_view *v, FILE *out);
void cli_view_print(const cli_view *v, const cli_table *t); /* one table, in its environment */

/* --- latex.c: what tables are in LaTeX */
void cli_latex_print(const cli_table *t, FILE *out);

/* --- select.c: parts of a result by name */
#define CLI_DEFAULT_COMPONENT SIZE_MAX
/* parts: TEPUI_READ_... */
tepui_status cli_open(const char *file, int parts, tepui_result **out, tepui_error *err);
/* The experiment in a result, planned again; its data are those of the result, or it is refused. Data files that are
   not where the experiment says are looked for beside the result and in the folder of its run. */
tepui_status cli_plan_result(const tepui_result *r, const char *file, tepui_experiment **e, tepui_error *err);
/* Another experiment on the same data: as the settings ("grid.width=3", NULL-terminated) change that of the result. */
tepui_status cli_plan_changed(const tepui_result *r, const char *file, const char *const *set, tepui_experiment **e,
                              tepui_error *err);
tepui_status cli_find_observable(const tepui_result *r, const char *name, const tepui_result_observable **out,
                                 tepui_error *err);
/* "width" finds width_expression where the file has it. */
tepui_status cli_find_column(const tepui_result *r, const char *name, const tepui_column **out, tepui_error *err);
/* Index of a component by name; NULL gives "total" where there is one, else "last"; "last" differs from cell to cell
   and is CLI_DEFAULT_COMPONENT. */
tepui_status cli_find_component(const tepui_result_observable *o, const char *name, size_t *out, tepui_error *err);
/* The name as tables print it: "-lambda_min" where its sign was changed. */
const char *cli_component_shown(const tepui_result_observable *o, size_t component);
size_t cli_component_in(const tepui_result_observable *o, size_t cell, size_t component); /* resolves "last" */
/* keep[cell] = 1 where every filter holds. */
tepui_status cli_where(const tepui_result *r, const char *const *where, char *keep, tepui_error *err);

/* --- statistic.c: one number of a cell and component */
typedef enum {
    CLI_QUANTILE,
    CLI_MEAN,
    CLI_SD,
    CLI_VARIANCE,
    CLI_SKEWNESS,
    CLI_KURTOSIS,
    CLI_MINIMUM,
    CLI_MAXIMUM,
    CLI_COUNT,
    CLI_ZERO,
    CLI_NAN,
    CLI_INFINITE,
    CLI_UNDER,
    CLI_OVER,
    CLI_BELOW, /* the probability of values <= at */
    CLI_ABOVE  /* and of those > at */
} cli_statistic_kind;
typedef struct {
    cli_statistic_kind kind;
    double probability;
    size_t index;   /* of the probability in the file */
    double at;      /* below, above: as the file stores values, once cli_statistic_meets() */
    const char *of; /* and as it was given */
} cli_statistic;
typedef struct {
    double value, low, high; /* low, high: NaN without an interval */
    int ln;                  /* a natural logarithm of the magnitude meant */
} cli_value;
tepui_status cli_find_statistic(const tepui_result *r, const char *name, cli_statistic *out, tepui_error *err);
/* TEPUI_READ_... that the statistic needs. */
int cli_statistic_parts(const char *name);
/* at: a magnitude unless it is a logarithm already. */
tepui_status cli_statistic_meets(cli_statistic *s, const tepui_result_observable *o, int is_log, tepui_error *err);
int cli_statistic_has_interval(cli_statistic s);
cli_value cli_statistic_value(const tepui_result *r, const tepui_result_observable *o, cli_statistic s, size_t cell,
                              size_t component);
/* The median with its interval, as the fits over depth take it; s: the median, from cli_find_statistic. */
tepui_median_point cli_median_point(const tepui_result *r, const tepui_result_observable *o, cli_statistic s,
                                    size_t cell, size_t component);
cli_text cli_value_text(cli_value v, int keep_log, int digits);
char *cli_statistic_title(const tepui_result_observable *o, cli_statistic s, int keep_log); /* "median of ..." */

/* --- interval.c: a number with its interval; digits -1: rounded to the uncertainty */
char *cli_interval_text(cli_value v, int keep_log, int digits); /* "x [low, high]", "x" where there is none */
cli_text cli_rounded_text(cli_value v, int keep_log, int digits);
int cli_interval_digits(const cli_view *v); /* -1 in LaTeX unless the user asks */
/* Three columns, or in LaTeX one with its interval; and their cells. */
void cli_estimate_columns(const cli_view *v, cli_table *t, const char *value, const char *low, const char *high);
void cli_estimate_cells(const cli_view *v, cli_table *t, cli_value x);

/* --- pivot.c: cells and components arranged in blocks, rows and columns */
typedef struct {
    const tepui_column *column; /* NULL: the component is the axis */
    const char *name;
} cli_axis;
typedef struct {
    size_t cell, component;
} cli_item;
typedef struct {
    const tepui_result *result;
    const tepui_result_observable *observable;
    cli_axis row, column;
    const tepui_column **key; /* what tells the blocks apart */
    size_t keys, items, blocks;
    cli_item *item;
    size_t *row_of, *column_of, *block_of; /* [item] */
} cli_pivot;
/* row, column: names of columns or "component". component as from cli_find_component. */
tepui_status cli_pivot_make(const tepui_result *r, const tepui_result_observable *o, const char *row,
                            const char *column, size_t component, const char *keep, cli_pivot **out, tepui_error *err);
void cli_pivot_free(cli_pivot *p);
const char *cli_axis_label(const cli_pivot *p, cli_axis axis, size_t item);
/* Distinct rows (or columns) of a block in order of appearance; block = SIZE_MAX: of all. Returns how many; out has
   room for all items and receives one item of each. */
size_t cli_pivot_rows(const cli_pivot *p, size_t block, size_t *out);
size_t cli_pivot_columns(const cli_pivot *p, size_t block, size_t *out);
/* Items of a block in the slots row[i], column[k] (items that stand for their row and column); SIZE_MAX: empty. */
size_t *cli_pivot_grid(const cli_pivot *p, size_t block, const size_t *row, size_t rows, const size_t *column,
                       size_t columns);
size_t cli_pivot_block_item(const cli_pivot *p, size_t block); /* one item of it */

/* --- progress.c: a bar on a terminal, a line a minute elsewhere */
typedef struct {
    FILE *out;
    int quiet, terminal, drawn;
    double next_line;
    int started;
    tepui_progress first, now; /* first: what was there when the run began */
} cli_progress;
void cli_progress_init(cli_progress *p, FILE *out, int quiet);
void cli_progress_show(void *progress, const tepui_progress *now); /* for tepui_run_options */
void cli_progress_clear(cli_progress *p);
void cli_progress_bar(char *out, size_t size, size_t width, const cli_progress *p); /* the line itself */

/* --- estimate.c: how long a run will take */
typedef struct {
    double processor, wall; /* seconds: of all threads together; on the clock, with the threads given */
    double work;            /* samples expected, each by tepui_sample_cost() */
    int bound;              /* the most that it may take: who knows when trajectories escape */
    int rough;              /* most of it in cells far from all that were tried */
} cli_estimate;
#define CLI_ESTIMATE_BUDGET 1.5  /* seconds */
double cli_processor_time(void); /* of this thread */
/* start: processor time that the run will spend before the first sample. */
cli_estimate cli_estimate_make(const tepui_experiment *e, int threads, double budget, double start);

/* --- plan.c: what a run will need */
typedef struct {
    size_t cells, distinct, components, observables;
    uint64_t samples;
    int precise, threads; /* precise: cells may stop before all samples */
    double accumulators, workspaces, buffers, data, image, blas, libraries, memory, available; /* bytes */
    double disk, disk_free;
    cli_estimate time;
    size_t matrix; /* rows of the largest Hessian that a worker holds; 0: none */
} cli_plan;
void cli_plan_make(const tepui_experiment *e, int threads, const char *path, cli_plan *out);
void cli_plan_print(const cli_plan *p, const char *path, FILE *out);
/* Whether BLAS gets its buffers under a limit of the address space, where samples call it at all. */
tepui_status cli_blas_check(const tepui_experiment *e, int threads, tepui_error *err);
/* The same for what calls it in any case, where `beside` bytes are taken before. */
tepui_status cli_blas_room(int threads, size_t beside, tepui_error *err);
tepui_status cli_memory_check(const cli_plan *p, tepui_error *err); /* of memory alone */
tepui_status cli_plan_check(const cli_plan *p, tepui_error *err);   /* TEPUI_NO_MEMORY or TEPUI_IO */

/* --- speed.c: how fast this machine draws */
double cli_now(void);
double cli_weights(const tepui_cell *c); /* entries of all matrices times points */
/* Samples per second of `threads` workers together. */
double cli_samples_per_second(const tepui_experiment *e, size_t cell, int threads, double budget);
/* Trajectories, and steps of trajectories, per second of `threads` workers together, in whole blocks. */
typedef struct {
    double paths, steps;
} cli_pace;
cli_pace cli_follow_pace(const tepui_experiment *e, size_t cell, int threads, double budget);

/* --- choices.c: settings of a command line, of which some are lists */
typedef struct {
    char *key, **value;
    size_t values;
} cli_choice;
typedef struct {
    cli_choice *choice;
    size_t count;
} cli_choices;
/* A key that is there already gets the new values. */
void cli_choices_add(cli_choices *s, const char *key, const char *text, int may_be_list);
cli_choice *cli_choices_find(const cli_choices *s, const char *key);              /* NULL: not there */
void cli_choices_join(cli_choice *c);                                             /* its values become one, [[a, b]] */
size_t cli_choices_count(const cli_choices *s);                                   /* combinations */
const char *cli_choices_value(const cli_choices *s, size_t number, size_t which); /* of the choice in a combination */
void cli_choices_free(cli_choices *s);

/* --- net.c: a net described by options, as an argp child; input: cli_net * */
typedef struct {
    cli_choices choices; /* "grid.depth", ... */
    const char *width;   /* --width as given */
} cli_net;
extern const struct argp cli_net_argp;
/* A list of as many widths as there are layers gives each its own, but not of nets like one of a file; so does a list
   in a list, anywhere. To be called when all options are read. */
void cli_net_find_profile(cli_net *net, int of_file);
/* "grid.depth=3", ..., NULL: fresh memory. An activation brings its usual scale rule along. */
char **cli_net_settings(const cli_net *net, size_t number);
void cli_net_free_settings(char **set);
void cli_net_free(cli_net *net);

/* --- samples.c: the user's own samples, and the nets that laws take them to come from */
typedef struct {
    tepui_result *r;
    tepui_samples_net **net; /* [law][cell] */
    tepui_experiment **planned;
    size_t laws, plans;
} cli_samples;
/* laws: NULL-terminated, or NULL. quantity: what a law of the user's own is about, NULL without. net: one each. */
tepui_status cli_samples_read(const char *file, const tepui_law_type *const *laws, const char *quantity,
                              const char *component, const cli_net *net, int are_ln, cli_samples *out,
                              tepui_error *err);
void cli_samples_free(cli_samples *s);
/* On standard error, where some are NaN; how many. */
uint64_t cli_samples_count_nan(const char *command, const char *file, const tepui_result *r);

/* --- facts.c: named numbers about one case or several */
typedef struct {
    char **name, **text;
    size_t count;
} cli_facts;
void cli_facts_add(cli_facts *f, const char *name, const char *text);
void cli_facts_number(cli_facts *f, const char *name, double x, int digits);
void cli_facts_clear(cli_facts *f);
/* Of one case a line for each, of several a row for each case and "-" where it has none of that name. */
cli_table *cli_facts_table(const cli_facts *f, size_t cases);

/* --- law_cell.c: the first cell to which the law applies as the settings ("grid.width=3", NULL-terminated) change it.
   component: its name, NULL for the last layer, or the last that the law speaks about. */
tepui_status cli_law_cell(const tepui_law_type *law, const char *const *set, const char *component,
                          tepui_experiment **e, long *number, tepui_error *err);

/* The same component of a given cell. */
tepui_status cli_law_component(const tepui_law_type *law, const tepui_cell *c, const char *component, long *number,
                               tepui_error *err);

/* --- theory_cells.c: cells of a result, planned together */
typedef struct {
    tepui_experiment *e;
    size_t *cell, *number, count; /* in e, and in the file */
} cli_cells;
/* list: numbers of cells; changed: other depths or widths of the only one, a cell for each combination. */
tepui_status cli_cells_read(const char *file, const char *list, const cli_choices *changed, cli_cells *out,
                            tepui_error *err);
void cli_cells_free(cli_cells *c);

/* --- curve.c: density, distribution function and survival of a prediction */
typedef struct {
    const char *at, *probability; /* lists of numbers */
    uint64_t grid;                /* points between the quantiles 1e-4 and 1 - 1e-4 of the living */
} cli_curve;
/* The columns go behind those that are there, `before` stands in them in every row. */
void cli_curve_columns(const cli_curve *c, cli_table *t);
tepui_status cli_curve_rows(const cli_curve *c, const tepui_law_type *law, const tepui_prediction *p,
                            const char *const *before, size_t befores, int digits, cli_table *t, tepui_error *err);

/* --- mean_field.c: `theory meanfield` */
typedef struct {
    const char *activation, *init;  /* init: NULL, or the scale rule that tells sigma_w */
    double sigma_w, sigma_b, start; /* sigma_w: that of init where there is one, once it is solved */
    tepui_mean_field found;
    double critical;         /* NaN: there is none, */
    tepui_error no_critical; /* and why */
} cli_mean_field;
tepui_status cli_mean_field_solve(cli_mean_field *m, tepui_error *err);
void cli_mean_field_facts(const cli_mean_field *m, int digits, cli_facts *out);
/* What a reader may miss in the numbers, on standard output. */
void cli_mean_field_explain(const cli_mean_field *m, cli_format format);

/* --- journal.c: FILE.log */
typedef struct {
    int found;
    double start_time, start_samples;                               /* of the last session */
    double last_time, last_samples, total_samples, last_work, left; /* left: seconds, then */
    char last_event[32], last_host[256];
    char folder[1024]; /* where the last session ran; empty: not told */
    int sessions;
} cli_journal;
void cli_journal_read(const char *result_path, cli_journal *j);
double cli_journal_field(const char *line, const char *key); /* number behind "key":, NaN without */
#endif
