/* cmd_replay.c -- `tepui replay FILE --cell C --sample S`: one sample once more, in full detail.

   The experiment in the file is planned again; random numbers are addressed, so the sample comes out bit for bit as in
   the run, alone and at once. What is computed is what the run computed (a sequential generator hands out its words
   in that order). Where raw samples are in the file they are compared. */
#include "cli.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    cli_view view;
    const char *file, *save;
    uint64_t cell, sample;
    int has_cell, has_sample;
} options;

/* --- options */

enum { KEY_CELL = 0x200, KEY_SAMPLE, KEY_SAVE };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_CELL:
        o->cell = cli_count_option("cell", arg, 0, UINT64_MAX, state), o->has_cell = 1;
        return 0;
    case KEY_SAMPLE:
        o->sample = cli_count_option("sample", arg, 0, UINT64_MAX, state), o->has_sample = 1;
        return 0;
    case KEY_SAVE:
        o->save = arg;
        return 0;
    case ARGP_KEY_END:
        if (!o->has_cell || !o->has_sample) argp_error(state, "--cell and --sample are needed");
        return 0;
    default:
        return cli_file_argument(key, arg, state, &o->view, &o->file);
    }
}

static const struct argp_option argp_options[] = {
    {"cell", KEY_CELL, "C", 0, "Number of the cell, from 0", 0},
    {"sample", KEY_SAMPLE, "S", 0, "Number of the sample, from 0", 0},
    {"save", KEY_SAVE, "NET.h5", 0, "Write inputs, targets, weights, biases, output, loss and gradient as HDF5", 0},
    {0}};
static const struct argp_child children[] = {{&cli_format_argp, 0, NULL, 0}, {&cli_plugin_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {argp_options,
                                 parse,
                                 "FILE",
                                 "One sample again, in full detail.\v"
                                 "Exit status 1 when raw samples are in the file and one differs in any bit.",
                                 children,
                                 NULL,
                                 NULL};

/* --- comparing with the file */

typedef struct {
    size_t compared, different;
} agreement;

static int same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* Place of the raw value of a component, NULL without. */
static const double *raw_value(const tepui_result *r, const char *observable, const char *component, size_t cell,
                               uint64_t sample)
{
    const tepui_result_observable *o = tepui_result_observable_find(r, observable);
    if (!o || !o->raw || sample >= o->samples) return NULL;
    for (size_t k = 0; k < o->components; k++) {
        const size_t at = cell * o->components + k;
        if (strcmp(o->component[k], component) == 0 && sample < o->count[at]) return &o->raw[at * o->samples + sample];
    }
    return NULL;
}

/* --- the values */

static void add_value(cli_table *t, const tepui_observable_type *type, const char *component, double x,
                      const double *raw)
{
    const int ln = type->transform == TEPUI_TRANSFORM_LN;
    char *value = cli_print("%.17g", x);
    cli_table_cell(t, type->kind.name);
    cli_table_cell(t, component);
    cli_table_cell(t, isnan(x) ? "nan" : value);
    cli_table_cell(t, ln ? cli_magnitude(x, 0).text : "-");
    cli_table_cell(t, !raw ? "-" : same_bits(x, *raw) ? "same" : cli_number(*raw, 17).text);
    free(value);
}

/* Of spectra all numbers are compared, those of the component's sign shown. */
static void add_component(cli_table *t, const tepui_result *r, const options *o, const tepui_observable_type *type,
                          tepui_network *net, long component, agreement *a)
{
    char name[24];
    const size_t n = tepui_observable_values(type, tepui_network_cell(net));
    double *x = cli_alloc(n, sizeof *x);
    tepui_component_name(component, name);
    tepui_observable_measure(type, net, component, x);
    for (size_t i = 0; i < n; i++) {
        const double *raw = raw_value(r, type->kind.name, name, o->cell, o->sample * n + i);
        a->compared += raw != NULL;
        a->different += raw && !same_bits(x[i], *raw);
        if (!type->measure_all || x[i] != -INFINITY) add_value(t, type, name, x[i], raw);
    }
    free(x);
}

static cli_table *values_table(const tepui_result *r, const options *o, const tepui_experiment *e, tepui_network *net,
                               agreement *a)
{
    const tepui_cell *c = tepui_network_cell(net);
    cli_table *t = cli_table_new();
    cli_table_column(t, CLI_LEFT, "observable");
    cli_table_column(t, CLI_RIGHT, "component");
    cli_table_column(t, CLI_NUMERIC, "value");
    cli_table_column(t, CLI_NUMERIC, "magnitude");
    cli_table_column(t, CLI_NUMERIC, "in_file");
    for (size_t i = 0; i < e->observable_count; i++) {
        const tepui_observable_type *type = e->observables[i];
        const size_t n = tepui_observable_components(type, c, SIZE_MAX, NULL);
        long *component = cli_alloc(n, sizeof *component);
        tepui_observable_components(type, c, SIZE_MAX, component);
        for (size_t k = 0; k < n; k++) add_component(t, r, o, type, net, component[k], a);
        free(component);
    }
    return t;
}

/* --- what the sample is */

static char *key_text(const tepui_key *k)
{
    return cli_print("%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64, k->word[0], k->word[1], k->word[2],
                     k->word[3]);
}

static void print_on_one_line(const char *name, const char *text)
{
    char *lines = cli_copy(text), *state = NULL;
    printf("%-10s  ", name);
    for (char *line = strtok_r(lines, "\n", &state), *next; line; line = next) {
        char *shown = cli_visible(line);
        next = strtok_r(NULL, "\n", &state);
        printf("%s%s", shown, next ? "; " : "");
        free(shown);
    }
    putchar('\n');
    free(lines);
}

static void print_fact(const options *o, const char *name, const char *text)
{
    if (o->view.format == CLI_TEXT) {
        print_on_one_line(name, text);
    } else if (o->view.format == CLI_JSON) {
        printf("%s", strcmp(name, "cell") ? ",\n " : "{");
        cli_json_text(name, stdout);
        fputs(": ", stdout);
        cli_json_text(text, stdout);
    }
}

static void print_facts(const options *o, const tepui_result *r, const tepui_cell *c)
{
    char *after = cli_widths(c, SIZE_MAX), *widths = cli_print("%zu, %s", c->inputs, after), *key = key_text(&c->key);
    print_fact(o, "cell", cli_count(o->cell).text);
    print_fact(o, "sample", cli_count(o->sample).text);
    print_fact(o, "seed", cli_count(r->seed).text);
    print_fact(o, "generator", c->generator);
    print_fact(o, "key", key);
    print_fact(o, "widths", widths);
    print_fact(o, "outputs", cli_count(c->outputs).text);
    print_fact(o, "points", cli_count(c->points).text);
    print_fact(o, "parameters", c->canonical);
    free(after);
    free(widths);
    free(key);
}

static const char *verdict(const agreement *a)
{
    if (a->compared == 0) return "no raw samples in the file to compare with";
    return a->different ? "DIFFERS from the raw samples in the file"
                        : "agrees bit for bit with the raw samples in the file";
}

static void print_all(const options *o, const tepui_result *r, const tepui_cell *c, const cli_table *t,
                      const agreement *a)
{
    print_facts(o, r, c);
    print_fact(o, "verdict", verdict(a));
    if (o->view.format == CLI_TEXT) putchar('\n');
    if (o->view.format == CLI_JSON) fputs(",\n \"values\": ", stdout);
    cli_view_print(&o->view, t);
    if (o->view.format == CLI_JSON) fputs("}\n", stdout);
}

/* --- the command */

static tepui_status plan_again(const options *o, const tepui_result *r, tepui_experiment **e, tepui_error *err)
{
    tepui_status st;
    TEPUI_TRY(cli_plan_result(r, o->file, e, err));
    TEPUI_TRY(tepui_result_fits(r, *e, err));
    TEPUI_TRY(cli_blas_check(*e, 1, err));
    if (o->cell >= (*e)->cell_count)
        st = tepui_fail(err, TEPUI_USAGE, "there is no cell %llu; cells are 0 .. %zu", (unsigned long long)o->cell,
                        (*e)->cell_count - 1);
done:
    return st;
}

/* From a workspace of its own: the numbers above are those of the run, whatever is saved. */
static tepui_status save(const options *o, const tepui_cell *c, tepui_error *err)
{
    tepui_sample *s = NULL;
    tepui_status st;
    if (!o->save) return TEPUI_OK;
    TEPUI_TRY(tepui_sample_new(c, 0, &s, err));
    TEPUI_TRY(tepui_sample_draw(s, o->sample, err));
    TEPUI_TRY(tepui_sample_save(s, o->save, err));
done:
    tepui_sample_free(s);
    return st;
}

static tepui_status replay(const options *o, const tepui_result *r, const tepui_experiment *e, tepui_error *err)
{
    tepui_status st;
    tepui_network *net = NULL;
    tepui_follower *follower = NULL;
    cli_table *t = NULL;
    agreement a = {0, 0};
    const tepui_cell *c = &e->cells[e->cells[o->cell].alias_of];
    TEPUI_TRY(tepui_network_alloc(c, tepui_experiment_needs(e), &net, err));
    if (c->dynamics.follows) {
        TEPUI_TRY(tepui_follower_alloc(net, tepui_experiment_needs(e), 1, &follower, err));
        tepui_follower_begin(follower, o->sample, 1);
        TEPUI_TRY(tepui_follower_go(follower, NULL, NULL));
    }
    TEPUI_TRY(tepui_network_sample(net, o->sample, NULL));
    TEPUI_TRY(save(o, c, err));
    t = values_table(r, o, e, net, &a);
    print_all(o, r, c, t, &a);
    if (a.different)
        st = tepui_fail(err, TEPUI_FAILED, "%zu of %zu values differ from the file", a.different, a.compared);
done:
    cli_table_free(t);
    tepui_follower_free(follower);
    tepui_network_free(net);
    return st;
}

int cmd_replay(int argc, char **argv)
{
    tepui_status st;
    options o = {.view = cli_view_default};
    tepui_result *r = NULL;
    tepui_experiment *e = NULL;
    tepui_error err = {""};
    cli_parse(&argp, argc, argv, &o);
    TEPUI_TRY(cli_open(o.file, TEPUI_READ_SAMPLES, &r, &err));
    TEPUI_TRY(plan_again(&o, r, &e, &err));
    TEPUI_TRY(replay(&o, r, e, &err));
done:
    tepui_experiment_free(e);
    tepui_result_free(r);
    return st == TEPUI_OK ? TEPUI_OK : cli_fail("tepui replay", st, "%s", err.text[0] ? err.text : "sampling failed");
}
